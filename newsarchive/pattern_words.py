"""What a text must have for a pattern to match: a quick question before a long list of alternatives.

Reads patterns with the parser of `re` and runs none. An answer may be empty ("can't say"), never wrong: every text that
matches has it. Pure. Tested in tests/test_pattern_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def folded(text: str) -> str:
    """Return `text` in small letters, with the letters that `re.IGNORECASE` takes for one as one."""
    text = text.lower()
    return text if text.isascii() else text.replace("i̇", "i").translate(_SAME)


_SAME = str.maketrans("ıſςµ", "isσμ")


@lru_cache(maxsize=1)  # asked for its beginnings and its words one after the other
def _parsed(pattern: str) -> Any:
    return _parser.parse(pattern, re.IGNORECASE)


def needed_words(pattern: str) -> frozenset[str]:
    """Return folded strings of which one is in every text in which `pattern` matches; none if there are no such.

    `"one" in folded(text)` is the question; case is ignored.
    """
    return _best(_parsed(pattern))


def has_one(text: str, words: Iterable[str]) -> bool:
    """Return whether one of `words` is in `text`."""
    for word in words:  # noqa: SIM110 - twice as fast as any(), and asked of every paragraph
        if word in text:
            return True
    return False


def _best(parsed: Iterable[Any]) -> frozenset[str]:
    """Of all that a sequence needs, the set whose shortest member is longest."""
    choices: list[frozenset[str]] = []
    run = ""
    for code, value in parsed:
        if code is op.LITERAL:
            run += chr(value)
            continue
        choices.append(_of_run(run))
        run = ""
        if code in _REPEATS and value[0] > 0:
            choices.append(_best(value[2]))
        elif code in (op.SUBPATTERN, op.ATOMIC_GROUP):
            choices.append(_best(value[-1] if code is op.SUBPATTERN else value))
        elif code is op.BRANCH:
            of_each = [_best(one) for one in value[1]]
            choices.append(frozenset().union(*of_each) if all(of_each) else frozenset())
    choices.append(_of_run(run))
    return max(choices, key=lambda words: (min(map(len, words), default=0), -len(words)))


def _of_run(run: str) -> frozenset[str]:
    return frozenset({folded(run)}) if run else frozenset()


def beginnings(pattern: str, length: int = 2) -> frozenset[str]:
    """Return folded strings of at most `length` characters of which one begins every match of `pattern`; none if they can't be listed."""
    found = {begun[:length] for begun, _ in _begun(_parsed(pattern), length)}
    return frozenset() if "" in found else frozenset(found)


# What a match begins with, and whether what follows in the pattern goes on just there.
_Begun = set[tuple[str, bool]]


def _begun(parsed: Iterable[Any], length: int) -> _Begun:
    found: _Begun = {("", True)}
    for code, value in parsed:
        going_on = {begun for begun, goes_on in found if goes_on and len(begun) < length}
        if not going_on:
            break
        next_ones = _begun_by(code, value, length)
        found = {one for one in found if one[0] not in going_on or not one[1]}
        found |= {(begun + more, goes_on) for begun in going_on for more, goes_on in next_ones}
    return found


def _begun_by(code: Any, value: Any, length: int) -> _Begun:
    """What one part of a pattern begins with; `{("", False)}` for a part of which nothing is known."""
    if code is op.LITERAL:
        return {(folded(chr(value)), True)}
    if code is op.IN and all(kind is op.LITERAL for kind, _ in value):
        return {(folded(chr(letter)), True) for _, letter in value}
    if code in (op.SUBPATTERN, op.ATOMIC_GROUP):
        return _begun(value[-1] if code is op.SUBPATTERN else value, length)
    if code is op.BRANCH:
        return set().union(*(_begun(one, length) for one in value[1]))
    if code in _REPEATS:
        least, most, repeated = value
        once = _begun(repeated, length)
        again = once if most == 1 else {(begun, False) for begun, _ in once}
        return again if least else again | {("", True)}
    return {("", False)}
