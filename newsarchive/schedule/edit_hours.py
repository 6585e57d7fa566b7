"""At which hours of the day an outlet edits: learnt from checks, used to move waits to where edits come.

Pure. Hours are UTC, so nothing needs to know the outlet's zone. A factor of 1 is an average hour. Learnt from the checks
alone: an edit seen between two checks counts for the hours between them, mostly those that are busy already.
Tested in tests/schedule/test_edit_hours.py; measured in tests/bench/schedule_oracle.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

HOUR = 3600.0
DAY = 24 * HOUR
FLAT = (1.0,) * 24
PRIOR = 3.0  # edits that each hour must be busier or quieter by before it counts half
LONGEST = 1.5 * DAY  # seconds between two checks beyond which an edit tells nothing of its hour
QUIETEST = 0.05  # the least share of an average hour's checks


def factors(seen: Sequence[float], due: Sequence[float]) -> tuple[float, ...]:
    """Return how many times an average hour's edits each hour of the day has, on average 1.

    Args:
        seen: Edits by hour of the day.
        due: Edits to be expected in what was watched of each hour if all hours were alike.
    """
    found = [(s + PRIOR) / (d + PRIOR) for s, d in zip(seen, due, strict=True)]
    mean = sum(found) / 24
    return tuple(f / mean for f in found)


def shares(
    start: float, end: float, rate: Callable[[float], float], hours: Sequence[float]
) -> tuple[list[float], list[float]]:
    """Return, by hour of the day, the share of an edit that came between two moments, and edits expected by `rate` alone.

    Args:
        start, end: Seconds since 1970.
        rate: Edits a second by seconds since `start`.
        hours: What is known so far (`factors`).
    """
    due = [0.0] * 24
    for hour, at, seconds in _hours_of(start, end):
        due[hour] += seconds * rate(at + seconds / 2 - start)
    weights = [d * h for d, h in zip(due, hours, strict=True)]
    whole = sum(weights)
    return [w / whole for w in weights] if whole > 0 else [0.0] * 24, due


def _hours_of(start: float, end: float) -> Iterator[tuple[int, float, float]]:
    """The pieces of a span: hour of the day, when it begins, seconds."""
    while start < end:
        stop = min((math.floor(start / HOUR) + 1) * HOUR, end)
        yield int(start % DAY // HOUR), start, stop - start
        start = stop


def paces(hours: Iterable[float], power: float) -> tuple[float, ...]:
    """Return how much faster than on average an outlet is to be checked at each hour, on average 1."""
    found = [max(math.pow(hour, power), QUIETEST) for hour in hours]
    mean = sum(found) / 24
    return tuple(pace / mean for pace in found)


def stretched(wait: float, at: float, pace: Sequence[float]) -> float:
    """Return the wait from a moment on that takes up `wait` seconds at an average pace.

    Whole days stay whole days. What remains is short where the pace is high, long where it is low.

    Args:
        wait: Seconds.
        at: Seconds since 1970.
        pace: By hour of the day, on average 1.
    """
    days, rest = divmod(wait, DAY)
    begin = at
    for hour, start, seconds in _hours_of(at, at + 2 * DAY):
        if rest <= seconds * pace[hour]:
            return days * DAY + start - begin + rest / pace[hour]
        rest -= seconds * pace[hour]
    return wait
