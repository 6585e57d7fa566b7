"""The pages of one article become one Article: the paragraphs in order, what the later pages repeat left out.

Pure: Articles in, one Article out; which pages belong together and which capture of each is taken is decided
elsewhere (versions/multipage.py). Tested in tests/extract/test_page_joining.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from newsarchive.extract.pagination import WARNED
from newsarchive.model import Article, Block
from newsarchive.text import fold

LONG = 60  # characters; a longer paragraph that an earlier page has is a repetition wherever it stands
COPY = 0.7  # of a page's text that earlier pages have: above, the page tells them again
BYLINE = 8  # letters that a byline has beside the names
LINE = 80  # characters of a line that may lead from page to page
_PAGE = frozenset("page pages seite seiten página páginas pagina pagine pág pag sida sidan side strona stranica страница страницы sayfa halaman ページ".split())  # fmt: skip  # noqa: SIM905
_TURNS = frozenset(
    "continue continued continues continuing fortsetzung weiter weiterlesen suite continúa continua sigue segue vervolg fortsätter fortsettelse"  # noqa: SIM905
    " next previous prev nächste vorherige zurück suivante précédente siguiente anterior próxima seguinte successiva precedente volgende vorige nästa"
    " föregående neste forrige".split()
)
_BETWEEN = frozenset("a article story read from on of the to von auf der nächsten lesen sur de la en l da na alla di do op på av z из in".split())  # fmt: skip  # noqa: SIM905
_WORDS = re.compile(r"[^\W\d_]+")
_QUOTES = re.compile(r"[\"“”„«»「」]")  # somebody speaks
_NUMBERS = re.compile(r"\d+")


def join_pages(pages: Mapping[int, Article], last: int = 0) -> Article:
    """One article of the pages of one.

    Args:
        pages: By number; those that are missing are left out. At least one.
        last: The highest number that is known; 0 = that of the last page given.

    Returns:
        The paragraphs of all pages in order, with the fields of the first one given (but not free to read if
        one of them isn't). Headline, standfirst, byline and paragraphs that a later page repeats, and lines
        that lead from page to page, are removed blocks with the reason. `warnings` says how many pages were
        joined and which are missing; `part` is None. A single page that is the whole comes back as it is.

    Raises:
        ValueError: no page at all.
    """
    if not pages:
        raise ValueError("no pages to join")
    numbers = sorted(pages)
    last = max(last, numbers[-1])
    lead = pages[numbers[0]]
    if last == 1:
        return lead
    own = [pages[n] for n in numbers]
    return replace(
        lead,
        blocks=_blocks(pages, numbers),
        captions=tuple(dict.fromkeys(c for a in own for c in a.captions)),
        credits=tuple(dict.fromkeys(c for a in own for c in a.credits)),
        embeds=tuple(dict.fromkeys(e for a in own for e in a.embeds)),
        pictures=tuple(dict.fromkeys(p for a in own for p in a.pictures)),
        free_access=False if any(a.free_access is False for a in own) else lead.free_access,
        confidence=_confidence(own),
        warnings=(*_warnings(own), *_told(numbers, last)),
        part=None,
        page_end=next((a.page_end for a in own if a.page_end), ""),
    )


def _confidence(own: list[Article]) -> float:
    """The mean of the pages, by the size of their texts."""
    sizes = [max(len(a.text), 1) for a in own]
    return round(sum(a.confidence * size for a, size in zip(own, sizes, strict=True)) / sum(sizes), 3)


def _warnings(own: Iterable[Article]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(w for a in own for w in a.warnings if WARNED not in w))


def _told(numbers: list[int], last: int) -> list[str]:
    missing = [str(n) for n in range(1, last + 1) if n not in numbers]
    told = [f"joined from {len(numbers)} pages"] if len(numbers) > 1 else []
    if missing:
        told.append(f"page{'s' * (len(missing) > 1)} {', '.join(missing)} of {last} not in the archive")
    return told


def _blocks(pages: Mapping[int, Article], numbers: list[int]) -> tuple[Block, ...]:
    """The blocks of all pages. An earlier page's own blocks are never removed for what a later one says."""
    joined: list[Block] = []
    seen: dict[str, int] = {}  # folded text -> the page that had it first
    for number in numbers:
        page = _Page(number, (pages[numbers[0]], pages[number]))
        leading = number != numbers[0]  # nothing of the page's own has come yet
        is_copy = _is_copy(pages[number], seen)
        here: dict[str, int] = {}
        for block in pages[number].blocks:
            text = fold(block.text)
            reason = page.why(text, seen, leading=leading) if block.kept else ""
            if block.kept and not reason:
                leading = is_copy
            joined.append(replace(block, kept=False, reason=reason) if reason else block)
            here.setdefault(text, number)
        seen = here | seen
    return tuple(joined)


def _is_copy(article: Article, seen: Mapping[str, int]) -> bool:
    """Whether a page tells earlier ones again (the article with other comments below): then its short lines do, too."""
    sizes = [(len(b.text), fold(b.text) in seen) for b in article.blocks if b.kept]
    return sum(n for n, is_seen in sizes if is_seen) > COPY * sum(n for n, _ in sizes)


class _Page:
    """A page that is being joined, and what its article's fields say."""

    def __init__(self, number: int, said: tuple[Article, Article]) -> None:
        self.number = number
        self._fields = {fold(t) for a in said for t in (a.title, a.description) if t}
        self._names = sorted({fold(n) for a in said for n in a.authors if n}, key=len, reverse=True)

    def why(self, text: str, seen: Mapping[str, int], *, leading: bool) -> str:
        """Why a kept block with this folded text isn't the whole article's; empty if it is.

        Args:
            leading: Whether it stands before the first paragraph that is the page's own.
        """
        if is_navigation(text):
            return "page navigation"
        earlier = seen.get(text)
        if earlier is not None and (leading or len(text) > LONG):
            return f"repeated from page {earlier}"
        if leading and (text in self._fields or self._is_byline(text)):
            return f"repeated on page {self.number}"
        return ""

    def _is_byline(self, text: str) -> bool:
        rest = text
        for name in self._names:
            rest = rest.replace(name, "")
        return rest != text and text[-1:].isalpha() and sum(c.isalpha() for c in rest) <= BYLINE


def is_navigation(line: str) -> bool:
    """Whether a line only leads from page to page: "Page 2 of 3", "Continued on next page", "1 2 3"."""
    words = {w.lower() for w in _WORDS.findall(line)}
    numbers = _NUMBERS.findall(line)
    if (
        len(line) > LINE
        or _QUOTES.search(line)
        or not words <= _PAGE | _TURNS | _BETWEEN
        or any(len(n) > 2 for n in numbers)
    ):
        return False
    if words & _PAGE:
        return bool(numbers or words & _TURNS)
    return bool(words & _TURNS) or len(numbers) > 1
