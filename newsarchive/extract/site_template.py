"""An outlet's template, learnt from its own pages: the blocks that recur where they should not.

`learn` is a pure function of a set of Articles (their order doesn't matter); `apply` filters the blocks of one
stored Article, kept and removed ones alike, and never parses a page. Never removes a paragraph that another
story merely quotes: a block must recur on pages that are no near-duplicates of each other, and must belong to
the recurring tail of the text wherever it is kept, stand in a place that holds nothing else, or be short and on
most pages. Tested in
tests/extract/test_site_template.py.
"""

from __future__ import annotations

import dataclasses
import re
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from newsarchive.model import Article, Block

MIN_PAGES = 3  # on which a block must stand: this page and two others
NEAR_DUPLICATE = 0.35  # share of common words above which two pages are one story told twice
LONG = 200  # characters; a longer block must also stand at the edge or in the template's own place
SHORT = 110  # characters; a line, of which the tail may hold some that are the page's own ("Filed under: …")
OWN_LINES = 6  # such lines at most; more are a list that belongs to the story
_WORDS = re.compile(r"\w+")
_NUMBERS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Template:
    """What recurs on an outlet's pages.

    Attributes:
        pages: How many pages it was learnt from, near-duplicates left out.
        texts: Folded text of a recurring block -> on how many of these pages it stands.
        places: Place -> on how many pages it holds only recurring text.
    """

    pages: int = 0
    texts: tuple[tuple[str, int], ...] = ()
    places: tuple[tuple[str, int], ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "pages": self.pages,
            "texts": [list(t) for t in self.texts],
            "places": [list(p) for p in self.places],
        }

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Template:
        """The template that `to_json` wrote.

        Raises:
            ValueError: not such an object.
        """
        try:
            texts = tuple((str(t), int(n)) for t, n in value["texts"])
            places = tuple((str(p), int(n)) for p, n in value["places"])
            return cls(pages=int(value["pages"]), texts=texts, places=places)
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a template: {error}") from error


@lru_cache(maxsize=16384)
def fold(text: str) -> str:
    """A block's text for comparing pages: words only, lower case, numbers as one sign (counters and dates change)."""
    return _NUMBERS.sub("0", " ".join(_WORDS.findall(text.lower())))


@dataclass(slots=True)
class _Seen:
    """One page, as the learner sees it."""

    key: str
    words: frozenset[str]
    units: list[tuple[str, str, bool]]  # folded text, place, is kept


def learn(articles: Iterable[Article]) -> Template:
    """The template of the outlet that `articles` come from: a pure function of their set.

    Args:
        articles: Pages of one outlet and month, one for each story, before any template. Two are too few.
    """
    pages = _distinct(articles)
    if len(pages) < MIN_PAGES:
        return Template(pages=len(pages))
    on: dict[str, set[int]] = defaultdict(set)
    places: dict[str, set[str]] = defaultdict(set)
    holds: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for text, place, _ in page.units:
            on[text].add(number)
            places[text].add(place)
            holds[place].append((number, text))
    recurring = {t for t, numbers in on.items() if len(numbers) >= MIN_PAGES}
    inner = {t for page in pages for t in _inner(page, recurring)}
    own = _own_places(holds, recurring)
    texts = []
    for text in sorted(recurring):
        in_own = any(place in own for place in places[text])
        is_everywhere = len(text) <= LONG and len(on[text]) * 2 > len(pages)
        if in_own or text not in inner or is_everywhere:
            texts.append((text, len(on[text])))
    return Template(pages=len(pages), texts=tuple(texts), places=tuple(sorted(own.items())))


def _own_places(holds: dict[str, list[tuple[int, str]]], recurring: set[str]) -> dict[str, int]:
    """Places whose every block, on three pages or more, is a recurring one."""
    own = {}
    for place, entries in holds.items():
        numbers = {n for n, _ in entries}
        if place and len(numbers) >= MIN_PAGES and all(t in recurring for _, t in entries):
            own[place] = len(numbers)
    return own


def _distinct(articles: Iterable[Article]) -> list[_Seen]:
    """The pages in a fixed order, near-duplicates of an earlier one left out."""
    unique = {a.url: a for a in sorted(articles, key=lambda a: (a.url, a.text))}
    chosen: list[_Seen] = []
    for url in sorted(unique):
        page = _seen(unique[url])
        if not any(_overlap(page.words, other.words) > NEAR_DUPLICATE for other in chosen):
            chosen.append(page)
    return chosen


def _seen(article: Article) -> _Seen:
    units = []
    for block in article.blocks:
        if block.kind not in ("title", "description"):
            units += [(fold(text), block.place, block.kept) for text in _pieces(block.text)]
    body = " ".join(article.paragraphs)
    return _Seen(article.url, _shingles(body), [u for u in units if u[0]])


def _pieces(text: str) -> list[str]:
    """A block's text and, where it has several lines, each of them."""
    return [text, *text.split("\n")] if "\n" in text else [text]


def _inner(page: _Seen, recurring: set[str]) -> set[str]:
    """Kept texts that stand before, or among, text of the page's own: not its recurring tail.

    Lines are outside as soon as no paragraph of the page's own follows them, whatever own lines do.
    """
    kept = [text for text, _, is_kept in page.units if is_kept]
    while kept and kept[-1] in recurring:
        kept.pop()
    inner = set(kept)
    lines: set[str] = set()
    own = 0
    while kept and (kept[-1] in recurring or len(kept[-1]) <= SHORT):
        text = kept.pop()
        own += text not in recurring
        if len(text) <= SHORT:
            lines.add(text)
    return inner - (lines - set(kept)) if kept and own <= OWN_LINES else inner


def _shingles(text: str) -> frozenset[str]:
    words = _WORDS.findall(text.lower())
    return frozenset(" ".join(words[i : i + 4]) for i in range(len(words) - 3))


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    """Share of the smaller page's runs of four words that the other has, too."""
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def apply(article: Article, template: Template) -> Article:
    """The article with the template's blocks removed; the same object if there are none.

    A kept block falls when its text recurs; of a block of several lines, those that recur.
    """
    if template.pages < MIN_PAGES or not template.texts:
        return article
    texts = dict(template.texts)
    blocks: list[Block] = []
    for block in article.blocks:
        blocks += _cut(block, texts, template.pages) if block.kept else [block]
    return dataclasses.replace(article, blocks=tuple(blocks)) if blocks != list(article.blocks) else article


def hashes_of(article: Article) -> bytes:
    """Return hashes of the texts that a template could take out of an article, 4 bytes each, for `touches`."""
    texts = {fold(text) for block in article.blocks if block.kept for text in _pieces(block.text)}
    return array("I", sorted(map(_hash, texts))).tobytes()


def changed_hashes(before: Template | None, after: Template) -> frozenset[int]:
    """Return the hashes of texts that one of two templates takes out and the other doesn't."""
    return frozenset(map(_hash, _taken_out(before) ^ _taken_out(after)))


def touches(changed: frozenset[int], hashes: bytes) -> bool:
    """Whether `apply` can give another text of the article of these hashes; false alarms are rare, misses impossible."""
    return not changed.isdisjoint(array("I", hashes))


def _taken_out(template: Template | None) -> frozenset[str]:
    is_used = template is not None and template.pages >= MIN_PAGES
    return frozenset(text for text, _ in template.texts) if template and is_used else frozenset()


def _hash(text: str) -> int:
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def _cut(block: Block, texts: dict[str, int], pages: int) -> list[Block]:
    """A kept block as it is, removed, or in lines of which some are removed."""
    count = texts.get(fold(block.text), 0)
    if count:
        return [
            dataclasses.replace(block, kept=False, reason=f"site template, seen on {count} of {pages} pages")
        ]
    lines = block.text.split("\n")
    if len(lines) < 2 or not any(texts.get(fold(line)) for line in lines):
        return [block]
    parts: list[Block] = []
    for line in lines:
        count = texts.get(fold(line), 0)
        if count or not parts or not parts[-1].kept:
            reason = f"site template, seen on {count} of {pages} pages" if count else ""
            parts.append(dataclasses.replace(block, text=line, kept=not count, reason=reason))
        else:
            parts[-1] = dataclasses.replace(parts[-1], text=f"{parts[-1].text}\n{line}")
    return parts
