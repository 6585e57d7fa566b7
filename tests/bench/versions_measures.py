"""What tests/bench/versions.py measures, one function a question; files are found by the beginning of their name."""

from __future__ import annotations

import gzip
import json
import re
import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from random import Random

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
    rewritten_cases,
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
    """Real pages captured twice, extracted by us for all systems alike; a URL with several such pairs counts once."""
    folders = sorted(p for p in data.glob("html_recaptures*") if p.is_dir())
    if not folders:
        return {}
    from newsarchive.extract import extract_article

    by_url: dict[tuple[str, str], list[dict[str, bool]]] = defaultdict(list)
    for folder in folders:
        for row in rows(folder, "manifest"):
            address = row["canonical"]
            url = address if address.startswith("http") else "https://example.com/" + row["key"]
            a, b = (extract_article(_unpacked(folder / row[f]), url) for f in ("file_a", "file_b"))
            wanted = row["kind"] == "true_edit"
            by_url[row["kind"], _without_archive(url)].append(
                verdicts(a, b) | {"ours": decided(a, b, url, wanted)}
            )
    found: dict[str, Rate] = defaultdict(Rate)
    for (kind, url), several in by_url.items():
        wanted = kind == "true_edit"
        join = all if wanted else any  # one wrong answer makes the URL's wrong
        found[kind].add({s: join(v[s] for v in several) for s in SYSTEMS}, url, wanted)
    return dict(found)


def _without_archive(url: str) -> str:
    """The URL that a web archive's own address holds."""
    return re.sub(r"^https?://web\.archive\.org/web/\d+[a-z_]*/", "", url)


def _unpacked(path: Path) -> bytes:
    with gzip.open(path) as file:
        return file.read()


def decided(a: Article, b: Article, url: str, wanted: bool) -> bool:
    """The whole decision: one story, and the second capture shows a second version of it; a story parted in two is wrong."""
    when = datetime(2024, 1, 1, tzinfo=UTC)
    looks = [
        Observation(record_id=str(n), url=url, fetched_at=when, seq=n, article=x)
        for n, x in enumerate((a, b))
    ]
    if len(group(looks)) != 1:
        return not wanted
    return len(chain(looks, compare).versions) > 1


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
        return f1_of(*(sum(p[n] for p in self.pairs) for n in range(3)))

    def interval(self) -> tuple[float, float]:
        """95 %, by drawing texts with replacement 2,000 times."""
        dice = Random(11)
        drawn = []
        for _ in range(2000):
            some = dice.choices(self.pairs, k=len(self.pairs))
            drawn.append(f1_of(*(sum(p[n] for p in some) for n in range(3))))
        drawn.sort()
        return drawn[50], drawn[1949]


def f1_of(right: int, extra: int, missed: int) -> float:
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


TUNED_ON = 220  # texts at the head of the file, on which the thresholds of moves and splits were set


def rewritten_operations(data: Path) -> dict[str, Counter]:
    """Sentences split or moved with a share of their words exchanged, and an edit beside an addition that is no split.

    One in each real text; "developed" are the texts that thresholds were set on, "held out" the others.
    """
    dice = Random(9)
    texts = [[s for p in t for s in sentences(p)] for _, t in full_texts(data)]
    strange = [s for t in texts for s in t if 60 < len(s) < 220]
    found: dict[str, Counter] = defaultdict(Counter)
    for n, text in enumerate(texts):
        for case in rewritten_cases(text, dice.sample(strange, 2), dice):
            is_right = {
                (o.op, o.before, o.after) for o in align(text, case.after) if o.op != "keep"
            } == case.ops
            found[case.name]["developed" if n < TUNED_ON else "held out"] += 1
            found[case.name]["right, developed" if n < TUNED_ON else "right, held out"] += is_right
    return dict(found)


# ---------------------------------------------------------------- identity, time


def identity(data: Path, *, with_texts: bool = False) -> dict[str, Counter]:
    """Same or not, case by case; page evidence is given where the case's kind says that a page has it.

    Args:
        with_texts: Both pages were read, as in an archive: of one story an edited text, of two two texts.
    """
    found: dict[str, Counter] = defaultdict(Counter)
    texts = list(rows(data, "fulltext_pairs")) if with_texts else []
    if with_texts and len(texts) < 2:
        return {}
    for n, row in enumerate(rows(data, "story_identity")):
        try:
            looks = _looks(row)
            if with_texts:
                looks = _read(looks, texts[n % len(texts)], texts[(n + 7) % len(texts)], row["same"])
            said = bool(same_story(*looks))
        except BadUrlError:
            said = False
        found[row["kind"]][
            {(True, True): "right", (False, False): "right", (True, False): "missed"}.get(
                (row["same"], said), "wrong merge"
            )
        ] += 1
        found["same" if row["same"] else "different"]["right" if said == row["same"] else "wrong"] += 1
    return dict(found)


def identity_of_sets(data: Path) -> Counter:
    """All URLs of the edits and captures put together at once, without any page evidence but headlines."""
    looks: list[Observation] = []
    story_of: dict[str, tuple[str, str]] = {}
    for stem in ("headline_edits", "feed_false_alarms"):
        for n, row in enumerate(rows(data, stem)):
            if "key" not in row:
                continue
            for side in (1, 2):
                name, url = f"{stem} {n} {side}", row["url"] if side == 1 else row["url_2"]
                article = article_of(row[f"title_{side}"] or "", (), description=row[f"text_{side}"] or "")
                looks.append(
                    Observation(
                        record_id=name, url=url, fetched_at=_moment(row[f"date_{side}"]), article=article
                    )
                )
                story_of[name] = row.get("source", ""), row["key"]
    places = defaultdict(set)
    found: Counter = Counter(captures=len(looks))
    for story in group(looks):
        keys = {story_of[o.record_id] for o in story.observations}
        found["merged wrongly"] += len(keys) > 1
        for key in keys:
            places[key].add(story.story_id)
    found["true stories"] = len(places)
    found["left apart"] = sum(len(ids) > 1 for ids in places.values())
    return found


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


def _read(looks: Sequence[Observation], text: dict, other: dict, same: bool) -> tuple[Observation, ...]:
    """Two captures with the texts that their pages show; of two stories twelve hours lie between."""
    made = []
    for n, (look, row, side) in enumerate(
        zip(looks, (text, text if same else other), (1, 2 if same else 1), strict=True)
    ):
        page = look.article or Article(url=look.url)
        shown = article_of(row[f"title_{side}"] or "", paragraphs(row[f"text_{side}"]))
        at = datetime(2024, 1, 1, tzinfo=UTC) + (timedelta(0) if same else timedelta(hours=12 * n))
        page = replace(page, title=shown.title, blocks=shown.blocks, published_at=at)
        made.append(replace(look, article=page))
    return tuple(made)


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
