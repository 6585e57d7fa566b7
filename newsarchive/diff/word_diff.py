"""The words that differ between two units, put together so that a reader can follow.

A unit is a paragraph, a sentence or a headline. Tokens are words with what follows them; in scripts
without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) they are graphemes. Tokens are compared as
they fold (newsarchive/text.py), so that typography never shows as an edit. Pure. Tested in
tests/diff/test_word_diff.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from newsarchive.diff.sequences import match
from newsarchive.model import WordEdit
from newsarchive.text import fold

# Letters of scripts that put no spaces between words; a grapheme is one with its marks.
_UNSPACED = (
    "\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"  # kana, Han
    "\U00020000-\U0003ffff"
)
_MARKS = "\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u17b4-\u17d3\u3099\u309a\ufe00-\ufe0f\u200d"
# The Indic blocks are laid out alike: signs of vowels and nasals, which are no letters by themselves.
_MARKS += "".join(
    f"{chr(block)}-{chr(block + 3)}{chr(block + 0x3A)}-{chr(block + 0x3C)}{chr(block + 0x3E)}-{chr(block + 0x4F)}"
    f"{chr(block + 0x62)}{chr(block + 0x63)}"
    for block in range(0x0900, 0x0D80, 0x80)
)
_TOKEN = re.compile(
    rf"[{_UNSPACED}][{_MARKS}]*"
    rf"|(?:(?![{_UNSPACED}])[\w{_MARKS}])+(?:[’'.,:·-](?:(?![{_UNSPACED}])\w)+)*"
    rf"|[^\w\s][{_MARKS}]*"
)
_WORD = re.compile(r"\w")
_ANY_WORD = re.compile(r"\w+")
_SENTENCE_END = frozenset(".!?…。！？؟۔।")


_UNSPACED_LETTER = re.compile(f"[{_UNSPACED}]")
_BAG = re.compile(rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])\w)+")


@lru_cache(maxsize=4096)
def bag(text: str) -> tuple[str, ...]:
    """Return the words of a text in lower case without what is between them: quicker than `tokens`, and coarser."""
    words = _BAG if _UNSPACED_LETTER.search(text) else _ANY_WORD
    return tuple(words.findall(text.lower()))


@dataclass(frozen=True, slots=True)
class Tokens:
    """A unit cut up: `raw` joined is the unit, `keys` are what is compared."""

    raw: tuple[str, ...]
    keys: tuple[str, ...]


@lru_cache(maxsize=4096)
def tokens(unit: str) -> Tokens:
    """Return `unit` as tokens, each with the spaces that follow it (the first also with those before it)."""
    starts = [m.start() for m in _TOKEN.finditer(unit)]
    if not starts:
        return Tokens((unit,), (fold(unit),)) if unit else Tokens((), ())
    starts[0] = 0
    raw = tuple(unit[i:j] for i, j in zip(starts, [*starts[1:], len(unit)], strict=True))
    return Tokens(raw, tuple(fold(r) or r.strip() for r in raw))


@dataclass(slots=True)
class TokenRun:
    """A stretch in which all tokens correspond (`same`) or none do: a[a0:a1] against b[b0:b1]."""

    same: bool
    a0: int
    a1: int
    b0: int
    b1: int


def word_edits(before: str, after: str) -> tuple[WordEdit, ...]:
    """Return how `before` becomes `after`: kept, deleted and added stretches in reading order.

    The kept and the added ones joined are `after`, to the character; the kept and the deleted ones are
    `before` as it folds. Mirrored: `word_edits(after, before)` has additions and deletions exchanged.
    """
    a, b = tokens(before), tokens(after)
    is_whole = "\u2029" not in before + after  # else paragraphs were split or joined
    if a.keys == b.keys and is_whole and fold(before) != fold(after):  # only spaces differ: "black'- riding"
        a, b = _characters(before), _characters(after)
    found: list[WordEdit] = []
    for run in runs(a, b):
        if run.same:
            found.append(WordEdit(op="keep", text="".join(b.raw[run.b0 : run.b1])))
            continue
        if run.a1 > run.a0:
            found.append(WordEdit(op="delete", text=_lost_space(a, b, run) + "".join(a.raw[run.a0 : run.a1])))
        if run.b1 > run.b0:
            found.append(WordEdit(op="add", text="".join(b.raw[run.b0 : run.b1])))
    return tuple(found)


def _lost_space(a: Tokens, b: Tokens, run: TokenRun) -> str:
    """The space before deleted words, where the new text has none there: "spring market." became "spring."."""
    if not run.a0 or not run.b0:
        return ""
    old, new = a.raw[run.a0 - 1], b.raw[run.b0 - 1]
    return old[len(old.rstrip()) :] if new == new.rstrip() else ""


def _characters(unit: str) -> Tokens:
    return Tokens(tuple(unit), tuple(fold(c) or c for c in unit))


def runs(a: Tokens, b: Tokens) -> list[TokenRun]:
    """Return stretches of `a` and `b` in order, same and different ones in turn."""
    if (a.keys, a.raw) > (b.keys, b.raw):  # one fixed direction, so that the other is its mirror
        return [TokenRun(r.same, r.b0, r.b1, r.a0, r.a1) for r in runs(b, a)]
    found = _as_runs(match(a.keys, b.keys), len(a.keys), len(b.keys))
    _slide(found, a, b)
    return _join_crumbs([r for r in found if r.a1 > r.a0 or r.b1 > r.b0], b)


def _as_runs(pairs: Sequence[tuple[int, int]], len_a: int, len_b: int) -> list[TokenRun]:
    found: list[TokenRun] = []
    i = j = 0
    for pi, pj in pairs:
        if pi > i or pj > j or not found:
            if pi > i or pj > j:
                found.append(TokenRun(False, i, pi, j, pj))
            found.append(TokenRun(True, pi, pi, pj, pj))
        found[-1].a1, found[-1].b1 = pi + 1, pj + 1
        i, j = pi + 1, pj + 1
    if i < len_a or j < len_b:
        found.append(TokenRun(False, i, len_a, j, len_b))
    return found


def _slide(found: list[TokenRun], a: Tokens, b: Tokens) -> None:
    """Moves a pure addition or deletion between two same runs to where a sentence or clause begins."""
    for k in range(1, len(found) - 1):
        left, run, right = found[k - 1 : k + 2]
        if run.same or not (left.same and right.same) or (run.a1 > run.a0) == (run.b1 > run.b0):
            continue
        side, start, end = (a, run.a0, run.a1) if run.a1 > run.a0 else (b, run.b0, run.b1)
        room_left = left.a1 - left.a0
        room_right = right.a1 - right.a0
        best, best_score = 0, _edge_score(side, start, end)
        shift = 0
        while -shift < room_left and side.keys[start + shift - 1] == side.keys[end + shift - 1]:
            shift -= 1
            if (score := _edge_score(side, start + shift, end + shift)) > best_score:
                best, best_score = shift, score
        shift = 0
        while shift < room_right and side.keys[start + shift] == side.keys[end + shift]:
            shift += 1
            if (score := _edge_score(side, start + shift, end + shift)) > best_score:
                best, best_score = shift, score
        left.a1, left.b1 = left.a1 + best, left.b1 + best
        run.a0, run.a1, run.b0, run.b1 = run.a0 + best, run.a1 + best, run.b0 + best, run.b1 + best
        right.a0, right.b0 = right.a0 + best, right.b0 + best


def _edge_score(side: Tokens, start: int, end: int) -> int:
    """How natural it is to cut here: after a sentence, after a clause, before a word."""
    previous = side.keys[start - 1][-1:] if start else "."
    last = side.keys[end - 1][-1:]
    if previous in _SENTENCE_END:
        return 4 if last in _SENTENCE_END else 3
    if not _WORD.match(previous) and previous not in "'\"([-":
        return 2
    return 1 if _WORD.match(side.keys[start][:1]) else 0


def _join_crumbs(found: list[TokenRun], b: Tokens) -> list[TokenRun]:
    """Same runs too small to mean anything between two edits become part of one edit."""
    joined: list[TokenRun] = []
    for k, run in enumerate(found):
        crumb = run.same and 0 < k < len(found) - 1 and _is_crumb(run, found[k - 1], found[k + 1], b)
        same = run.same and not crumb
        if joined and joined[-1].same == same:
            joined[-1].a1, joined[-1].b1 = run.a1, run.b1
        else:
            joined.append(TokenRun(same, run.a0, run.a1, run.b0, run.b1))
    return joined


def _is_crumb(run: TokenRun, left: TokenRun, right: TokenRun, b: Tokens) -> bool:
    keys = b.keys[run.b0 : run.b1]
    letters = sum(len(k) for k in keys)
    word_count = sum(bool(_WORD.match(k)) for k in keys)
    if word_count == 0:
        return not any(k[-1:] in _SENTENCE_END for k in keys)
    around = min(max(r.a1 - r.a0, r.b1 - r.b0) for r in (left, right))
    if word_count == 1 and letters <= 6:
        return around >= 2 or letters <= 3
    return word_count <= 3 and len(keys) * 2 <= around
