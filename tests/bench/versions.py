"""How well versions, diffs and story identity do on real edits, real noise and labelled pairs.

    python -m tests.bench.versions --data DIR [--json FILE]

DIR holds headline_edits*.jsonl.gz, feed_false_alarms*.jsonl.gz, html_recaptures*/, fulltext_pairs*.jsonl.gz,
gold_diff*.jsonl and story_identity*.jsonl; what is absent is left out. Beside us stand the rules of
NewsDiffs and diffengine (written anew) and plain difflib. Times are CPU time of this process.
"""

from __future__ import annotations

import argparse
import gzip
import json
import platform
import statistics
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from random import Random

if __package__ in (None, ""):
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from newsarchive.diff import align, compare
from newsarchive.errors import BadUrlError
from newsarchive.model import Article
from newsarchive.text import paragraphs, sentences
from newsarchive.times import parse_iso
from newsarchive.versions import Observation, chain, group, same_story
from tests.bench.versions_scripts import (
    article_of,
    diffengine_differs,
    difflib_differs,
    difflib_ops,
    difflib_zip_ops,
    edits,
    newsdiffs_differs,
    noise_pairs,
    scripted_ops,
)

PEERS = {"NewsDiffs": newsdiffs_differs, "diffengine": diffengine_differs, "difflib": difflib_differs}
SYSTEMS = ("ours", *PEERS)


@dataclass
class Rate:
    """Of `total` cases, how many each system reported as changed."""

    total: int = 0
    hits: Counter = field(default_factory=Counter)
    missed: list = field(default_factory=list)

    def add(self, verdicts: dict[str, bool], case: object, wanted: bool) -> None:
        self.total += 1
        self.hits.update(name for name, changed in verdicts.items() if changed)
        if verdicts["ours"] != wanted and len(self.missed) < 20:
            self.missed.append(case)


def rows(data: Path, stem: str):
    """The objects of the one file whose name begins with `stem`."""
    for path in sorted(data.glob(stem + "*")):
        opener = gzip.open if path.suffix == ".gz" else open
        if path.is_file():
            with opener(path, "rt", encoding="utf-8") as file:
                yield from (json.loads(line) for line in file if line.strip())


def plain(article: Article) -> str:
    """What a peer compares: headline, byline, standfirst and text."""
    return "\n".join([article.title, ", ".join(article.authors), article.description, *article.paragraphs])


def verdicts(a: Article, b: Article) -> dict[str, bool]:
    """Who says that this is a new version."""
    found = {"ours": compare(a, b).is_version}
    found.update({name: differs(plain(a), plain(b)) for name, differs in PEERS.items()})
    return found


# ---------------------------------------------------------------- real edits, real noise


def headline_edits(data: Path) -> dict[str, Rate]:
    found: dict[str, Rate] = defaultdict(Rate)
    for row in rows(data, "headline_edits"):
        a, b = (article_of(row[f"title_{n}"] or "", ()) for n in (1, 2))
        kind = row["title_change"]
        if kind != "same":
            found[kind].add(verdicts(a, b), [a.title, b.title], kind != "typographic")
    return dict(found)


def false_alarms(data: Path) -> dict[str, Rate]:
    found: dict[str, Rate] = defaultdict(Rate)
    for row in rows(data, "feed_false_alarms"):
        a, b = (_from_feed(row, n) for n in (1, 2))
        found["+".join(row.get("changed_fields") or ["typography"])].add(verdicts(a, b), row["url"], False)
    return dict(found)


def _from_feed(row: dict, n: int) -> Article:
    """A capture's fields as an article; counters of the feed (comments) are in no text, so nobody sees them."""
    text = [row.get(f"content_{n}") or ""]
    told = row["text_1"] and row["text_2"]  # the list of one outlet leaves the text out at times
    creator = row.get(f"creator_{n}")
    return article_of(
        row[f"title_{n}"] or "",
        [t for t in text if t],
        description=row[f"text_{n}"] if told else "",
        authors=(creator,) if creator else (),
        published_at=_moment(row.get(f"pub_{n}")),
        modified_at=_moment(row.get(f"updated_{n}")),
    )


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    for parse in (parse_iso, parsedate_to_datetime):
        try:
            moment = parse(text)
        except (ValueError, TypeError):
            continue
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return None


def page_pairs(data: Path) -> dict[str, Rate]:
    """Real pages captured twice, extracted by us for all systems alike."""
    folders = sorted(p for p in data.glob("html_recaptures*") if p.is_dir())
    if not folders:
        return {}
    from newsarchive.extract import extract_article

    found: dict[str, Rate] = defaultdict(Rate)
    for folder in folders:
        for row in rows(folder, "manifest"):
            url = (
                row["canonical"]
                if row["canonical"].startswith("http")
                else "https://example.com/" + row["key"]
            )
            a, b = (extract_article(_unpacked(folder / row[f]), url) for f in ("file_a", "file_b"))
            found[row["kind"]].add(
                verdicts(a, b) | {"ours": decided(a, b, url)}, row["id"], row["kind"] == "true_edit"
            )
    return dict(found)


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) as file:
        return file.read()


def decided(a: Article, b: Article, url: str) -> bool:
    """The whole decision: one story, and the second capture shows a second version of it."""
    when = datetime(2024, 1, 1, tzinfo=UTC)
    looks = [
        Observation(record_id=str(n), url=url, fetched_at=when, seq=n, article=x)
        for n, x in enumerate((a, b))
    ]
    stories = group(looks)
    return len(stories) == 1 and len(chain(looks, compare).versions) > 1


# ---------------------------------------------------------------- scripted edits, noise, operations


def full_texts(data: Path) -> list[tuple[dict, list[str]]]:
    found = []
    for row in rows(data, "fulltext_pairs"):
        text = list(paragraphs(row["text_1"]))
        if len(text) > 2:
            found.append((row, text))
    return found


def scripted(data: Path) -> tuple[dict[str, Rate], dict[str, Rate]]:
    """Recall of edits and alarms of noise made by script on the real texts."""
    dice = Random(5)
    texts = full_texts(data)
    strange = [s for _, t in texts[:80] for p in t for s in sentences(p) if 60 < len(s) < 200][:400]
    true: dict[str, Rate] = defaultdict(Rate)
    false: dict[str, Rate] = defaultdict(Rate)
    for row, text in texts[::2]:
        article = article_of(row["title_1"] or "A title", text, authors=("Bob Example",))
        for name, (a, b) in edits(article, strange, dice).items():
            true[name].add(verdicts(a, b), [row["url"], name], True)
        for name, (a, b) in noise_pairs(article, dice).items():
            false[name].add(verdicts(a, b), [row["url"], name], False)
    return dict(true), dict(false)


OPERATIONS = {
    "ours": lambda a, b: {(o.op, o.before, o.after) for o in align(a, b) if o.op != "keep"},
    "difflib": difflib_ops,
    "difflib + zip": difflib_zip_ops,
}


@dataclass
class Operations:
    """Counts of right, extra and missed operations, text by text."""

    pairs: list[tuple[int, int, int]] = field(default_factory=list)
    by_op: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))

    def add(self, got: set, want: set) -> None:
        self.pairs.append((len(got & want), len(got - want), len(want - got)))
        for n, ops in enumerate((got & want, got - want, want - got)):
            for op in ops:
                self.by_op[op[0]][n] += 1

    def f1(self) -> float:
        return _f1(*(sum(p[n] for p in self.pairs) for n in range(3)))

    def interval(self) -> tuple[float, float]:
        """95 %, by drawing texts with replacement 2,000 times."""
        dice = Random(11)
        drawn = []
        for _ in range(2000):
            some = dice.choices(self.pairs, k=len(self.pairs))
            drawn.append(_f1(*(sum(p[n] for p in some) for n in range(3))))
        drawn.sort()
        return drawn[50], drawn[1949]


def _f1(right: int, extra: int, missed: int) -> float:
    return 2 * right / (2 * right + extra + missed) if right + extra + missed else 1.0


def gold_operations(data: Path) -> dict[str, Operations]:
    found = {name: Operations() for name in OPERATIONS}
    for row in rows(data, "gold_diff"):
        want = {(o["op"], tuple(o["s1"]), tuple(o["s2"])) for o in row["ops"]}
        for name, system in OPERATIONS.items():
            found[name].add(system(row["sents_1"], row["sents_2"]), want)
    return found if found["ours"].pairs else {}


def scripted_operations(data: Path) -> dict[str, Operations]:
    dice = Random(3)
    found = {name: Operations() for name in OPERATIONS}
    texts = [[s for p in t for s in sentences(p)] for _, t in full_texts(data)]
    strange = [s for t in texts[:80] for s in t if 60 < len(s) < 200]
    for text in texts:
        others = [s for s in dice.sample(strange, min(len(strange), 40)) if s not in text]
        case = scripted_ops(text[:80], others, dice) if others else None
        if case is None or not case.ops:
            continue
        for name, system in OPERATIONS.items():
            found[name].add(system(case.before, case.after), case.ops)
    return found if found["ours"].pairs else {}


# ---------------------------------------------------------------- identity, time


def identity(data: Path) -> dict[str, Counter]:
    """Same or not, case by case; page evidence is given where the case's kind says that a page has it."""
    found: dict[str, Counter] = defaultdict(Counter)
    for row in rows(data, "story_identity"):
        try:
            said = bool(same_story(*_looks(row)))
        except BadUrlError:
            said = False
        found[row["kind"]][
            {(True, True): "right", (False, False): "right", (True, False): "missed"}.get(
                (row["same"], said), "wrong merge"
            )
        ] += 1
        found["same" if row["same"] else "different"]["right" if said == row["same"] else "wrong"] += 1
    return dict(found)


def _looks(row: dict) -> tuple[Observation, Observation]:
    a, b, kind = row["a"], row["b"], row["kind"]
    first = second = guid = None
    if kind.startswith("canonical vs rel=amphtml"):
        first = Article(url=a, canonical_url=a, amp_url=b)
    elif kind.startswith("canonical vs og:url"):
        first = Article(url=a, canonical_url=a, og_url=b)
    elif kind.startswith("TRAP"):
        second = Article(url=b, canonical_url=a)
    elif "same guid" in kind:
        guid = a
    when = datetime(2024, 1, 1, tzinfo=UTC)
    return (
        Observation(record_id="a", url=a, fetched_at=when, article=first, guid=guid),
        Observation(record_id="b", url=b, fetched_at=when, seq=1, article=second, guid=guid),
    )


def times(data: Path) -> dict[str, float]:
    """Milliseconds of CPU for one comparison: the real pairs, then texts of 3,000 and 10,000 words."""
    spent = []
    texts = []
    for row in rows(data, "fulltext_pairs"):
        a, b = (article_of(row[f"title_{n}"] or "", paragraphs(row[f"text_{n}"])) for n in (1, 2))
        texts.append(a)
        start = time.process_time()
        compare(a, b)
        spent.append(1000 * (time.process_time() - start))
    if not spent:
        return {}
    spent.sort()
    found = {"median": statistics.median(spent), "p99": spent[int(len(spent) * 0.99)], "worst": spent[-1]}
    every = [p for t in texts for p in t.paragraphs if len(p.split()) > 20]
    dice = Random(2)
    for words in (3_000, 10_000):
        runs = []
        for _ in range(7):
            text = _of_length(every, words, dice)
            touched = [_touch(p, dice) if dice.random() < 0.2 else p for p in text]
            touched.insert(3, dice.choice(every))
            start = time.process_time()
            compare(article_of("t", text), article_of("t", touched))
            runs.append(1000 * (time.process_time() - start))
        found[f"{words:,} words, a fifth of the paragraphs touched"] = statistics.median(runs)
    return found


def _of_length(every: list[str], words: int, dice: Random) -> list[str]:
    text: list[str] = []
    while sum(len(p.split()) for p in text) < words:
        text.append(dice.choice(every))
    return text


def _touch(paragraph: str, dice: Random) -> str:
    words = paragraph.split()
    for _ in range(max(1, len(words) // 20)):
        words[dice.randrange(len(words))] = "otherwise"
    return " ".join(words)


# ---------------------------------------------------------------- print


def print_rates(title: str, found: dict[str, Rate], goal: str) -> None:
    if not found:
        print(f"\n{title}: no data")
        return
    print(f"\n{title} ({goal})")
    print(f"  {'':34}{'cases':>7}" + "".join(f"{s:>12}" for s in SYSTEMS))
    for name, rate in found.items():
        print(
            f"  {name[:34]:34}{rate.total:>7}"
            + "".join(f"{rate.hits[s] / rate.total:>12.4f}" for s in SYSTEMS)
        )
    total = sum(r.total for r in found.values())
    print(
        f"  {'all':34}{total:>7}"
        + "".join(f"{sum(r.hits[s] for r in found.values()) / total:>12.4f}" for s in SYSTEMS)
    )


def print_operations(title: str, found: dict[str, Operations]) -> None:
    if not found:
        print(f"\n{title}: no data")
        return
    print(f"\n{title}, {len(found['ours'].pairs)} texts")
    for name, ops in found.items():
        low, high = ops.interval()
        print(f"  {name:16} F1 {ops.f1():.3f}  (95 %: {low:.3f} to {high:.3f})")
    for op, (right, extra, missed) in sorted(found["ours"].by_op.items()):
        print(
            f"    ours, {op:8} F1 {_f1(right, extra, missed):.3f}   right {right}, extra {extra}, missed {missed}"
        )


def main(arguments: list[str] | None = None) -> None:
    """Everything, in a few minutes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument(
        "--json", type=Path, nargs="?", const=Path("-"), help="write the figures there (stdout if no file)"
    )
    options = parser.parse_args(arguments)
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    recall, alarms, pages = headline_edits(options.data), false_alarms(options.data), page_pairs(options.data)
    print_rates("Real headline edits: share reported as changed", recall, "goal 0.995 each, typographic 0")
    print_rates("Real captures of noise: share reported as changed", alarms, "goal 0.005 in all")
    print_rates("Real pages captured twice: share reported as changed", pages, "goal 0 but for true_edit")
    true, false = scripted(options.data)
    print_rates("Scripted edits in full texts: share reported as changed", true, "goal 0.995 each")
    print_rates(
        "Scripted noise in full texts: share reported as changed", false, "goal 0.005 in all, typography 0"
    )
    gold, made = gold_operations(options.data), scripted_operations(options.data)
    print_operations("Sentence operations, labelled by hand (goal 0.90)", gold)
    print_operations("Sentence operations, scripted (goal 0.90, at least 50 of each)", made)
    stories = identity(options.data)
    print("\nStory identity")
    for kind, counts in stories.items():
        print(f"  {kind[:64]:64} " + ", ".join(f"{k} {v}" for k, v in sorted(counts.items())))
    if stories:
        same = stories["same"]
        print(
            f"  recall {same['right'] / same.total():.3f} (goal 0.90), wrong merges {stories.get('different', Counter())['wrong']} (goal 0)"
        )
    spent = times(options.data)
    print("\nMilliseconds of CPU a comparison")
    for name, value in spent.items():
        print(f"  {name:50} {value:.1f}")
    if options.json:
        _write(options.json, recall, alarms, pages, true, false, gold, made, stories, spent)


def _write(path: Path, recall, alarms, pages, true, false, gold, made, stories, spent) -> None:
    def rates(found):
        return {
            k: {"cases": r.total, **{s: r.hits[s] / r.total for s in SYSTEMS}, "wrong": r.missed}
            for k, r in found.items()
        }

    def operations(found):
        return {k: {"f1": o.f1(), "interval": o.interval(), "by_op": dict(o.by_op)} for k, o in found.items()}

    text = json.dumps(
        {
            "headline_edits": rates(recall),
            "false_alarms": rates(alarms),
            "page_pairs": rates(pages),
            "scripted_edits": rates(true),
            "scripted_noise": rates(false),
            "gold_operations": operations(gold),
            "scripted_operations": operations(made),
            "identity": stories,
            "milliseconds": spent,
        },
        indent=1,
        ensure_ascii=False,
    )
    if str(path) == "-":
        print(text)
    else:
        path.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
