"""What checks at an outlet's stories showed of its edits: by age, by hour of the day, soon after another edit.

Pure. Sums only, so that counting run by run and counting all at once give the same. What waits follow is
`edit_rates`' part. Tested in tests/schedule/test_edit_rates.py and tests/schedule/test_edit_hours.py.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.schedule import edit_hours

HOUR = 3600.0
DAY = 24 * HOUR
# Ages in seconds at which one bin ends and the next begins.
EDGES = (
    0.0,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
    21 * DAY,
    30 * DAY,
    40 * DAY,
    60 * DAY,
    90 * DAY,
)
END = 365 * DAY  # where the last bin ends
BINS = len(EDGES)
# Edits a story and hour before anything is known: a guess of 1.4 edits a story, half of them in the first
# twelve hours. It weighs as much as STRENGTH stories and is soon outweighed.
_GUESS = (
    *(0.19, 0.095, 0.054, 0.03, 0.018, 0.005, 0.0018, 9e-4),
    *(3e-4, 1.3e-4, 1.1e-4, 7e-5, 5.5e-5, 3e-5, 1.2e-5),
)
STRENGTH = 30
HALF_LIFE = 60 * DAY
BURST_SECONDS = 90 * 60.0  # within about this time an edit brings others
SOON = 30 * 60.0  # seconds between two checks that show how fast edits follow each other
QUICK_EDITS = 4.0  # that followed an edit so soon before waits in the first hour get shorter


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCheck:
    """One check at a known story: ages in seconds at the check before and at this one."""

    age_before: float
    age: float
    is_changed: bool
    is_hinted: bool  # a feed or sitemap had said that it changed
    at: float | None = None  # when this one was made, seconds since 1970
    follows_edit: bool = False  # the check before showed an edit


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCounts:
    """What checks at an outlet's stories showed, by age."""

    seconds: tuple[float, ...] = (0.0,) * BINS  # of stories' lives watched
    edits: tuple[float, ...] = (0.0,) * BINS  # checks that showed a change
    announced: tuple[float, ...] = (0.0,) * BINS  # of these, the hinted ones
    hints: float = 0.0  # checks made because of a hint
    hour_edits: tuple[float, ...] = (0.0,) * 24  # by hour of the day (UTC)
    hour_due: tuple[float, ...] = (0.0,) * 24  # edits that each hour would have had if all were alike
    quick: tuple[float, ...] = (0.0,) * 3  # checks soon after one that showed an edit, in the first hour: …
    # … how many there were, how many showed another edit, seconds between the two
    bursts: tuple[float, ...] = (
        0.0,
    ) * 2  # checks after one that showed an edit, at any age: the share of a …
    # … burst that they could see, summed up; how many showed another edit

    def plus(self, checks: Iterable[ObservedCheck]) -> EditCounts:
        """Return the tally with further checks counted, in their order."""
        seconds, edits, announced = list(self.seconds), list(self.edits), list(self.announced)
        hour_edits, hour_due = list(self.hour_edits), list(self.hour_due)
        quick, bursts, hints = list(self.quick), list(self.bursts), self.hints
        for check in checks:
            for bin_no, part in _parts(check.age_before, check.age):
                seconds[bin_no] += part
            hints += check.is_hinted
            if check.is_changed:
                place = bin_of((check.age_before + check.age) / 2)
                edits[place] += 1
                announced[place] += check.is_hinted
            span = check.age - check.age_before
            if check.follows_edit and check.age_before < HOUR and span <= SOON:
                for n, value in enumerate((1.0, float(check.is_changed), span)):
                    quick[n] += value
            if check.follows_edit:
                bursts[0] += -math.expm1(-span / BURST_SECONDS)
                bursts[1] += check.is_changed
            if check.at is not None and 0 < span <= edit_hours.LONGEST:
                _count_hours(check, seconds, edits, hour_edits, hour_due)
        return EditCounts(
            seconds=tuple(seconds),
            edits=tuple(edits),
            announced=tuple(announced),
            hints=hints,
            hour_edits=tuple(hour_edits),
            hour_due=tuple(hour_due),
            quick=tuple(quick),
            bursts=tuple(bursts),
        )

    def faded(self, seconds: float) -> EditCounts:
        """Return the tally after a time: what was counted 60 days ago weighs half, so that a change of habits shows."""
        kept = 0.5 ** (max(seconds, 0.0) / HALF_LIFE)
        by_age = {
            name: tuple(v * kept for v in getattr(self, name))
            for name in ("seconds", "edits", "announced", "hour_edits", "hour_due", "quick", "bursts")
        }
        return EditCounts(**by_age, hints=self.hints * kept)

    @property
    def hint_precision(self) -> float:
        """The share of hints that were true; 0.3 before any (NU.nl: 28 %, see docs/schedule.md)."""
        return (sum(self.announced) + 3.0) / (self.hints + 10.0)

    @property
    def quick_rate(self) -> float:
        """Edits a second of a story that is being edited in its first hour, by how often a check soon after an edit
        shows another (Cho and Garcia-Molina's estimator of a rate from checks); 0 before there are any."""
        checks, changed, seconds = self.quick
        if changed < QUICK_EDITS:
            return 0.0
        return -math.log((checks - changed + 0.5) / (checks + 0.5)) * checks / seconds


def bin_of(age: float) -> int:
    """Return the bin of an age in seconds; the last one for all ages beyond."""
    return max(bisect_right(EDGES, age) - 1, 0)


def _count_hours(
    check: ObservedCheck,
    seconds: Sequence[float],
    edits: Sequence[float],
    hour_edits: list[float],
    hour_due: list[float],
) -> None:
    """Count the check for the hours that it covers; `hour_edits` and `hour_due` grow."""

    def rate(after: float) -> float:
        return rate_of(seconds, edits, bin_of(check.age_before + after))

    end = check.at or 0.0
    known = edit_hours.factors(hour_edits, hour_due)
    share, due = edit_hours.shares(end - (check.age - check.age_before), end, rate, known)
    for hour in range(24):
        hour_due[hour] += due[hour]
        hour_edits[hour] += share[hour] * check.is_changed


def _parts(start: float, end: float) -> Iterable[tuple[int, float]]:
    """How much of the time from `start` to `end` falls into which bin."""
    here = max(start, 0.0)
    while here < end:
        place = bin_of(here)
        stop = min(end, EDGES[place + 1] if place + 1 < BINS else end)
        yield place, stop - here
        here = stop


def rate_of(seconds: Sequence[float], edits: Sequence[float], place: int) -> float:
    """Return edits a second in a bin, by what was counted there and the first guess."""
    width = (EDGES[place + 1] if place + 1 < BINS else END) - EDGES[place]
    weight = STRENGTH * width
    return (edits[place] + _GUESS[place] / HOUR * weight) / (seconds[place] + weight)
