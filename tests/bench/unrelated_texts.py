"""What must not happen between texts that have nothing to do with each other: merges, notices, retractions.

Random pairs of the full texts, set under addresses of one outlet: the second page names the first as its canonical, or is
shown under the same address, redirects to it, or has its guid in the feed. Every text is also compared with itself after a true edit, which must stay one story.
Printed by `python -m tests.bench.versions`; tried on texts of its own in tests/versions/test_bench.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from random import Random

from newsarchive.correction_notices import notice
from newsarchive.diff import compare
from newsarchive.model import Article
from newsarchive.text import paragraphs
from newsarchive.versions import Observation, chain, group
from tests.bench.versions_measures import rows
from tests.bench.versions_scripts import article_of

HOURS = (1, 12, 24, 30, 37)
WAYS = ("canonical", "same address", "redirect", "guid")
PAIRS = 2_000
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
FIRST, SECOND = "https://news.example/a/first-story-of-words", "https://news.example/b/second-story-of-words"


def merges(data: Path, pairs: int = PAIRS) -> dict[str, Counter]:
    """Wrong merges by hours apart, and true pairs that were parted; empty without data."""
    texts = [
        [article_of(r[f"title_{n}"] or "", paragraphs(r[f"text_{n}"])) for n in (1, 2)]
        for r in rows(data, "fulltext_pairs")
    ]
    if len(texts) < 2:
        return {}
    dice = Random(1)
    drawn = (dice.sample([t[0] for t in texts], 2) for _ in range(pairs))
    unrelated = [(a, b) for a, b in drawn if a.title != b.title and not _is_copy(a, b)]
    found = {}
    for way in WAYS:
        counts: Counter = Counter(pairs=len(unrelated))
        for hours in HOURS:
            counts[f"{hours} h"] = sum(_is_one(a, b, way, hours) for a, b in unrelated)
        counts["true pairs parted"] = sum(not _is_one(a, b, way, 2) for a, b in texts)
        found[way] = counts
    return found


def _is_copy(a: Article, b: Article) -> bool:
    """Whether the data hold one text twice: half of the paragraphs of one are in the other as they are."""
    one, other = set(a.paragraphs), set(b.paragraphs)
    return 2 * len(one & other) >= min(len(one), len(other))


def _is_one(a: Article, b: Article, way: str, hours: int) -> bool:
    url = FIRST if way == "same address" else SECOND
    guid = "tag:news.example,2026:4711" if way == "guid" else None
    looks = [
        _look("a", FIRST, a, 0, guid=guid),
        _look("b", url, b, hours, guid=guid, canonical=FIRST if way == "canonical" else ""),
    ]
    if way == "redirect":
        looks[1] = replace(looks[1], redirect_from=FIRST)
    return len(group(looks)) == 1


def _look(
    name: str, url: str, a: Article, hours: int, guid: str | None = None, canonical: str = ""
) -> Observation:
    at = START + timedelta(hours=hours)
    article = Article(url=url, title=a.title, blocks=a.blocks, published_at=at, canonical_url=canonical)
    return Observation(record_id=name, url=url, fetched_at=at, article=article, guid=guid)


def notices_in_prose(data: Path) -> Counter:
    """Kinds of notices found among the paragraphs of all full texts, each as if it were where notices are set."""
    return _kinds(
        {p for r in rows(data, "fulltext_pairs") for n in (1, 2) for p in paragraphs(r[f"text_{n}"])}
    )


NOTICES = {
    "correction": "Correction: An earlier version of this article gave a wrong figure.",
    "update": "Update: This article was updated with a statement of the council.",
    "retraction": "This article has been retracted by the editors because of factual errors.",
}
PLACES = (
    "<p>{}</p>",
    "<aside><p>{}</p></aside>",
    '<div class="article-correction"><p>{}</p></div>',
    '<div class="editors-note">{}</div>',
    "<footer><p>{}</p></footer>",
)


def notices_on_pages(data: Path, most: int = 60) -> Counter:
    """Notices set into pages of real texts, in several places, and read as the archive reads them: extracted, then compared."""
    from newsarchive.extract import extract_article

    found: Counter = Counter()
    texts = [r for r in rows(data, "fulltext_pairs") if len(r["text_1"]) > 1_500][:most]
    for n, row in enumerate(texts):
        kind = list(NOTICES)[n % len(NOTICES)]
        box = PLACES[n % len(PLACES)].format(NOTICES[kind])
        title, text = row["title_1"] or "A title", paragraphs(row["text_1"])
        pages = [_page(title, text, ""), _page(title, [*text[:-1], "The last line was put right."], box)]
        found["pages"] += 1
        change = compare(*(extract_article(p, FIRST) for p in pages))
        found["with their kind"] += kind in change.kinds
        found["called silent"] += change.silent
    return found


def _page(title: str, text: Iterable[str], box: str) -> bytes:
    body = "".join(f"<p>{escape(p)}</p>" for p in text)
    head = f'<title>{escape(title)}</title><meta property="og:type" content="article">'
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head><body><main><article><h1>{escape(title)}</h1>{body}{box}</article></main></body></html>'.encode()


def unrelated_changes(data: Path, pairs: int = 1_000) -> Counter:
    """What is reported where a text of another story comes under the same URL: nothing, as it is a story of its own."""
    texts = [article_of(r["title_1"] or "", paragraphs(r["text_1"])) for r in rows(data, "fulltext_pairs")]
    found: Counter = Counter(pairs=0, changes=0)
    dice = Random(2)
    for _ in range(pairs if len(texts) > 1 else 0):
        a, b = dice.sample(texts, 2)
        found["pairs"] += 1
        looks = [_look("a", FIRST, a, 0), _look("b", FIRST, b, 12)]
        changes = [
            v.change for s in group(looks) for v in chain(s.observations, compare).versions if v.change
        ]
        found.update(kind for c in changes for kind in c.kinds if kind in ("retraction", "correction"))
        found["changes"] += len(changes)
    return found


def _kinds(prose: Iterable[str]) -> Counter:
    found: Counter = Counter(paragraphs=0)
    for paragraph in prose:
        found["paragraphs"] += 1
        if kind := notice(paragraph):
            found[kind] += 1
    return found
