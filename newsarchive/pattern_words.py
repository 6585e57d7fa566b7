"""What a text must have for a pattern to match: a quick question before a long list of alternatives.

Reads patterns with the parser of `re` and runs none. An answer may be empty ("can't say"), never wrong: every text that
matches has it. Pure. Tested in tests/test_pattern_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT)


def folded(text: str) -> str:
    """Return `text` in small letters, with the letters that `re.IGNORECASE` takes for one as one."""
    text = text.lower()
    return text if text.isascii() else text.replace("i̇", "i").translate(_SAME)


_SAME = str.maketrans("ıſςµ", "isσμ")


def needed_words(pattern: str) -> frozenset[str]:
    """Return folded strings of which one is in every text in which `pattern` matches; none if there are no such.

    `"one" in folded(text)` is the question; case is ignored.
    """
    return _best(_parser.parse(pattern, re.IGNORECASE))


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


def first_letters(pattern: str) -> frozenset[str]:
    """Return the folded characters of which one begins every match of `pattern`; none if they can't be listed."""
    return _first(_parser.parse(pattern, re.IGNORECASE))


def _first(parsed: Iterable[Any]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for code, value in parsed:
        if code is op.LITERAL:
            return found | {folded(chr(value))[0]}
        if code is op.SUBPATTERN:
            own = _first(value[-1])
        elif code is op.BRANCH:
            of_each = [_first(one) for one in value[1]]
            own = frozenset().union(*of_each) if all(of_each) else frozenset()
        elif code is op.IN:
            own = _of_class(value)
        elif code in _REPEATS:
            own = _first(value[2])
        else:
            return frozenset()
        if not own:
            return own
        found |= own
        if code not in _REPEATS or value[0] > 0:
            return found
    return frozenset()  # it may match nothing at all


def _of_class(members: Iterable[Any]) -> frozenset[str]:
    if any(code is not op.LITERAL for code, _ in members):
        return frozenset()
    return frozenset(folded(chr(value))[0] for _, value in members)
