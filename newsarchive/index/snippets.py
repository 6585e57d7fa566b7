"""The piece of a text that shows why it was found, with the found words marked.

Pure. Marks are two control characters that no text holds (`START`, `END`), so that a terminal, a page or a
JSON reader puts its own in place of them (`marked`). Tested in tests/index/test_snippets.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from newsarchive.index.folding import WORD, Query, plain
from newsarchive.model import WordEdit
from newsarchive.text import normalized

START, END = "\x01", "\x02"
WIDTH = 240  # characters of a snippet
_MARK = re.compile("[\x01\x02]")

Span = tuple[int, int]


def snippet(text: str, query: Query, width: int = WIDTH) -> str:
    """Return about `width` characters of `text` around the densest hits, hits between `START` and `END`.

    An ellipsis is where text was left out. Without a hit, the beginning of the text.
    """
    text = _MARK.sub(" ", text)
    spans = hits(text, query)
    begin, end = _window(text, spans, width)
    piece = " ".join(_mark(text, [s for s in spans if s[0] >= begin and s[1] <= end], begin, end).split())
    return ("… " if begin else "") + piece + (" …" if end < len(text) else "")


def highlight(text: str, query: Query) -> str:
    """Return the whole `text` with every hit between `START` and `END`."""
    text = _MARK.sub(" ", text)
    return _mark(text, hits(text, query), 0, len(text))


def found_in(words: Sequence[WordEdit], query: Query) -> list[list[tuple[str, bool]]]:
    """Return each run of words as its pieces, each with whether it belongs to a hit.

    A hit is looked for in what the text said before and in what it said after, so that a phrase is found over the
    border of an insertion, and no word is made of a deleted and an added one.
    """
    spans: list[list[Span]] = [[] for _ in words]
    for gone in ("add", "delete"):
        at = 0
        shown = [(i, word.text) for i, word in enumerate(words) if word.op != gone]
        places = hits("".join(text for _, text in shown), query)
        for i, text in shown:
            spans[i] += [
                (max(b - at, 0), min(e - at, len(text))) for b, e in places if b < at + len(text) and e > at
            ]
            at += len(text)
    return [_pieces(word.text, _merged(found)) for word, found in zip(words, spans, strict=True)]


def _pieces(text: str, spans: list[Span]) -> list[tuple[str, bool]]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    parts = [(text[a:b], i % 2 == 1) for i, (a, b) in enumerate(pairwise(edges))]
    return [part for part in parts if part[0]]


def marked(text: str, before: str, after: str, escape: Callable[[str], str] = str) -> str:
    """Return `text` with its marks replaced; `escape` is applied to what is between them."""
    parts = re.split("([\x01\x02])", text)
    return "".join(before if p == START else after if p == END else escape(p) for p in parts)


def unmarked(text: str) -> str:
    """Return `text` without marks."""
    return _MARK.sub("", text)


def hits(text: str, query: Query) -> list[Span]:
    """Return where the query's words and phrases are in `text`: spans in order, none overlapping."""
    spans = [span for run in query.runs for span in _runs(text, run)]
    if query.terms:
        words = [(m.start(), m.end(), plain(m[0])) for m in WORD.finditer(text)]
        for term in query.terms:
            spans += _phrases(words, term)
    return _merged(spans)


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for begin, end in sorted(spans):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged


def _runs(text: str, run: str) -> list[Span]:
    """Places of a run of an unspaced script; compatibility forms are searched only if they keep the length."""
    same = normalized("NFKC", text)
    where = same if len(same) == len(text) else text
    return [m.span() for m in re.finditer(re.escape(run), where)]


def _phrases(words: list[tuple[int, int, str]], term: tuple[str, ...]) -> list[Span]:
    is_prefix = term[-1] == "*"
    wanted = term[:-1] if is_prefix else term
    found = []
    for i, (begin, _, word) in enumerate(words):
        if word != wanted[0] and not (is_prefix and len(wanted) == 1 and word.startswith(wanted[0])):
            continue
        here = words[i : i + len(wanted)]
        if len(here) < len(wanted) or any(w[2] != t for w, t in zip(here[:-1], wanted[:-1], strict=False)):
            continue
        last = here[-1][2]
        if last == wanted[-1] or (is_prefix and last.startswith(wanted[-1])):
            found.append((begin, here[-1][1]))
    return found


def _window(text: str, spans: list[Span], width: int) -> Span:
    """The stretch of `width` characters with most hits (the first of equals), moved to word borders."""
    if len(text) <= width:
        return 0, len(text)
    if not spans:
        return 0, _border(text, width, -1)
    best, most = spans[0], 0
    for i, (begin, _) in enumerate(spans):
        inside = sum(1 for s in spans[i : i + 50] if s[1] <= begin + width * 3 // 4)
        if inside > most:
            best, most = spans[i], inside
    begin = max(0, min(best[0] - width // 4, len(text) - width))
    begin = _border(text, begin, 1) if begin else 0
    begin = min(begin, best[0])
    end = min(len(text), begin + width)
    end = _border(text, end, -1) if end < len(text) else end
    return begin, max(end, best[1])


def _border(text: str, at: int, step: int) -> int:
    """The nearest place from `at` in the direction of `step` that is a space, if one is within 30."""
    for distance in range(30):
        here = at + step * distance
        if not 0 < here < len(text):
            break
        if text[here].isspace():
            return here + (step > 0)
    return at


def _mark(text: str, spans: list[Span], begin: int, end: int) -> str:
    parts = []
    at = begin
    for first, last in spans:
        parts += [text[at:first], START, text[first:last], END]
        at = last
    return "".join([*parts, text[at:end]])
