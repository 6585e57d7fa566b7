"""Strings on which a pattern takes longest: made of the pattern's own parts, each repeated.

`attacks` reads a pattern as `re` parses it. A pattern that backtracks is slow where one part of it can be
repeated and what follows never comes; a search that begins again at each character is slow where the first
parts match everywhere. `slow_on` tries all, with a limit on processor time in place of a clock.
"""

from __future__ import annotations

import re
import signal
import time
from collections.abc import Callable, Iterator
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

SHORT, MIDDLE, LONG = 4_000, 32_000, 128_000  # characters
SUSPECT = 0.0005  # seconds of processor time for SHORT from which more is tried
GROWTH = (14, 150)  # of MIDDLE to SHORT (8 if linear, 64 if quadratic), of LONG to SHORT (32 or 1,024)
LIMIT = 2.0  # seconds for one; linear patterns take at most 0.4 s for LONG
Search = Callable[[Any], None]
OF_CATEGORY = {
    op.CATEGORY_DIGIT: "0", op.CATEGORY_NOT_DIGIT: "a", op.CATEGORY_SPACE: " ", op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_WORD: "a", op.CATEGORY_NOT_WORD: "-",
}  # fmt: skip
COMMON = (" ", "a", "A", "0", "\n", "<", "a ", " a", "A.", "a0", "\u0301", "\t ", "a-", "A a", ", ")


class TooLongError(Exception):
    """The limit on processor time was reached."""


def sample(items: Any, choice: int = 0) -> str:
    """Return a short string that the parsed pattern (nearly) matches; `choice` takes other branches."""
    return "".join(_one(code, value, choice) for code, value in items)


def _one(code: Any, value: Any, choice: int) -> str:
    if code is op.LITERAL:
        return chr(value)
    if code is op.NOT_LITERAL:
        return "a" if value != ord("a") else "b"
    if code is op.ANY:
        return "a"
    if code is op.CATEGORY:
        return OF_CATEGORY[value]
    if code is op.IN:
        return _member(value, choice)
    if code is op.BRANCH:
        return sample(value[1][choice % len(value[1])], choice)
    if code is op.SUBPATTERN:
        return sample(value[3], choice)
    if code is op.ATOMIC_GROUP:
        return sample(value, choice)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return sample(value[2], choice) * max(value[0], 1 if choice % 2 else 0)
    if code is op.ASSERT and value[0] > 0:
        return sample(value[1], choice)
    return ""  # other assertions, and places


def _member(value: Any, choice: int) -> str:
    if value[0][0] is op.NEGATE:
        shut = [v for c, v in value[1:] if c is op.LITERAL]
        spaces = any(c is op.CATEGORY and v is op.CATEGORY_WORD for c, v in value[1:])
        return next(c for c in ("- ,", " a0-~")[not spaces] if ord(c) not in shut)
    code, found = value[choice % len(value)]
    if code is op.RANGE:
        return chr(found[0])
    return _one(code, found, choice)


def _repeats(items: Any, before: str) -> Iterator[tuple[str, str]]:
    """(a string that leads to it, one turn) of each part that may be repeated often."""
    for code, value in items:
        inner: list[Any] = []
        if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            inner = [value[2]]
            if value[1] is op.MAXREPEAT or value[1] > 64:
                for choice in range(4):
                    yield before, sample(value[2], choice)
        elif code is op.SUBPATTERN:
            inner = [value[3]]
        elif code is op.ATOMIC_GROUP:
            inner = [value]
        elif code is op.BRANCH:
            inner = list(value[1])[:40]
        elif code in (op.ASSERT, op.ASSERT_NOT):
            inner = [value[1]]
        for part in inner:
            yield from _repeats(part, before)
        before += _one(code, value, 1)


def attacks(pattern: re.Pattern[Any]) -> Iterator[tuple[str, str, str]]:
    """Yield beginning, part to repeat, end."""
    parsed = _parser.parse(
        pattern.pattern, pattern.flags & ~re.UNICODE if isinstance(pattern.pattern, bytes) else pattern.flags
    )
    pairs = dict.fromkeys(_repeats(parsed, ""))
    pumps = {(before, pump) for pump in COMMON for before in ("", "x")}
    turns = list(dict.fromkeys(turn for _, turn in pairs if turn))
    for before, turn in pairs:
        if turn:
            pumps |= {(before, turn), ("", turn), ("x", turn), ("=", turn)}
            pumps |= {("", before), ("", before + " "), ("", before + turn)}
            pumps |= {(before, turn + other) for other in turns[:6]}
            pumps |= {(before, c) for c in (" ", "a", "A", "0")}
    pumps |= {("", sample(parsed, choice)) for choice in range(4)}
    for before, pump in sorted(pumps):
        if pump:
            for end in ("", "\x00", "\n!", " ("):
                yield before, pump, end


def _ring(*_: Any) -> None:
    raise TooLongError


def _spent(search: Search, text: str | bytes) -> float:
    before = signal.signal(signal.SIGVTALRM, _ring)
    began = time.thread_time()
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    try:
        search(text)
    except TooLongError:
        return LIMIT
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return time.thread_time() - began


def slow_on(pattern: re.Pattern[Any], *, is_anchored: bool = False) -> str | None:
    """Return the beginning of a string on which the pattern takes more than linear time; None if none was found.

    Args:
        is_anchored: It is only matched at one place, never searched for.
    """

    def search(text: Any) -> None:
        if is_anchored:
            pattern.match(text)
        else:
            for _ in pattern.finditer(text):
                pass

    def given(text: str) -> Any:
        return text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text

    for before, pump, end in attacks(pattern):
        took: list[float] = []
        for size, growth in zip((SHORT, MIDDLE, LONG), (0, *GROWTH), strict=True):
            text = given(before + pump * (size // len(pump)) + end)
            took.append(_spent(search, text))
            if took[-1] >= LIMIT:
                return f"{before!r}, often {pump!r}, {end!r}"
            if took[0] < SUSPECT or (growth and took[-1] < took[0] * growth):
                break
        else:
            return f"{before!r}, often {pump!r}, {end!r}"
    return None
