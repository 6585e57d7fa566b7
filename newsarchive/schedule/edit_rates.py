"""How often stories of an outlet are edited, by their age: learnt from checks, turned into waits.

Pure. A `EditCounts` counts what checks showed; `rates_of` makes waits of it under a budget of checks a story.
Why so: edits come thick after publication and thin later, each outlet with its own curve, and some
outlets announce them (lastmod, changed feed titles). Checks are worth most where unannounced edits are.
Tested in tests/schedule/test_edit_rates.py; measured in tests/bench/schedule.py.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from newsarchive.config import RecheckConfig

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
    30 * DAY,
    60 * DAY,
    90 * DAY,
)
END = 365 * DAY  # where the last bin ends
BINS = len(EDGES)
# Edits a story and hour before anything is known: a guess of 1.4 edits a story, half of them in the first
# twelve hours. It weighs as much as STRENGTH stories and is soon outweighed.
_GUESS = (0.19, 0.095, 0.054, 0.03, 0.018, 0.005, 0.0018, 9e-4, 3e-4, 1.2e-4, 6e-5, 3e-5, 1.2e-5)
STRENGTH = 30
HALF_LIFE = 60 * DAY

# The numbers below were set on four edit processes that the table of tests/bench/schedule.py leaves out
# (`python -m tests.bench.schedule --tune` shows them).
CHECKS = 56.0  # checks that an average story gets in its life where nothing announces edits
POWER = 0.9  # waits shrink with this power of the rate; 0.5 would make the mean delay least, 1 the early one
BURST = 0.5  # edits expected after an edit …
BURST_SECONDS = 90 * 60.0  # … within about this time
SHAPE = 0.5  # how unlike stories of one outlet are: the shape of a gamma distribution; smaller is more unlike
LIVELY_POWER = 0.5  # waits shrink with this power of how lively a story is
MASS = 0.95  # of the edits for which waits are held down evenly …
EVEN = 0.2  # … with this share of the checks, so that late edits aren't found much too late
LISTED = 0.3  # below this unannounced share, announcements are trusted to bring the edits


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedCheck:
    """One check at a known story: ages in seconds at the check before and at this one."""

    age_before: float
    age: float
    is_changed: bool
    is_hinted: bool  # a feed or sitemap had said that it changed


@dataclass(frozen=True, slots=True, kw_only=True)
class EditCounts:
    """What checks at an outlet's stories showed, by age."""

    seconds: tuple[float, ...] = (0.0,) * BINS  # of stories' lives watched
    edits: tuple[float, ...] = (0.0,) * BINS  # checks that showed a change
    announced: tuple[float, ...] = (0.0,) * BINS  # of these, the hinted ones
    hints: float = 0.0  # checks made because of a hint

    def plus(self, checks: Iterable[ObservedCheck]) -> EditCounts:
        """Return the tally with further checks counted."""
        seconds, edits, announced = list(self.seconds), list(self.edits), list(self.announced)
        hints = self.hints
        for check in checks:
            for bin_no, part in _parts(check.age_before, check.age):
                seconds[bin_no] += part
            hints += check.is_hinted
            if check.is_changed:
                place = bin_of((check.age_before + check.age) / 2)
                edits[place] += 1
                announced[place] += check.is_hinted
        return EditCounts(seconds=tuple(seconds), edits=tuple(edits), announced=tuple(announced), hints=hints)

    def faded(self, seconds: float) -> EditCounts:
        """Return the tally after a time: what was counted 60 days ago weighs half, so that a change of habits shows."""
        kept = 0.5 ** (max(seconds, 0.0) / HALF_LIFE)
        return EditCounts(
            seconds=tuple(v * kept for v in self.seconds),
            edits=tuple(v * kept for v in self.edits),
            announced=tuple(v * kept for v in self.announced),
            hints=self.hints * kept,
        )

    @property
    def hint_precision(self) -> float:
        """The share of hints that were true; 0.3 before any (NU.nl: 28 %, see docs/follow-a-year.md)."""
        return (sum(self.announced) + 3.0) / (self.hints + 10.0)


def bin_of(age: float) -> int:
    """Return the bin of an age in seconds; the last one for all ages beyond."""
    return max(bisect_right(EDGES, age) - 1, 0)


def _parts(start: float, end: float) -> Iterable[tuple[int, float]]:
    """How much of the time from `start` to `end` falls into which bin."""
    here = max(start, 0.0)
    while here < end:
        place = bin_of(here)
        stop = min(end, EDGES[place + 1] if place + 1 < BINS else end)
        yield place, stop - here
        here = stop


@dataclass(frozen=True, kw_only=True)
class Rates:
    """An outlet's curve of edits, and the waits that follow from it.

    `per_second` and `unannounced` go by bin; `scale`, `longest` and `even_until` are set by `rates_of`.
    """

    per_second: tuple[float, ...]
    unannounced: tuple[float, ...]  # share of edits that nothing announces
    scale: float = 1.0
    longest: float = END
    even_until: float = 0.0
    hint_precision: float = 0.3
    checks: float = CHECKS

    @cached_property
    def _sums(self) -> tuple[float, ...]:
        sums = [0.0]
        for place in range(BINS - 1):
            sums.append(sums[-1] + self.per_second[place] * (EDGES[place + 1] - EDGES[place]))
        return tuple(sums)

    def expected(self, start: float, end: float) -> float:
        """Return edits that an average story gets between two ages in seconds."""
        return self._up_to(end) - self._up_to(start)

    def _up_to(self, age: float) -> float:
        place = bin_of(age)
        return self._sums[place] + self.per_second[place] * (max(age, 0.0) - EDGES[place])

    def factor(self, first: float, age: float, edits: int) -> float:
        """Return how much livelier than the average a story is that was edited so often between two ages."""
        return float((SHAPE + edits) / (SHAPE + self.expected(first, age)))

    def wait(self, *, first: float, age: float, since_edit: float | None, edits: int) -> float:
        """Return seconds until the next check, before floor and ceiling.

        Args:
            first: Age at the first capture, seconds.
            age: Age at the last check, seconds.
            since_edit: Seconds from the last edit we saw to the last check; None if there was none.
            edits: Edits seen so far.
        """
        place = bin_of(age)
        share = self.unannounced[place]
        wait = self._plain_wait(place, age) / math.pow(self.factor(first, age, edits), LIVELY_POWER)
        if since_edit is not None:
            burst = BURST / BURST_SECONDS * math.exp(-min(since_edit / BURST_SECONDS, 50.0))
            wait = min(wait, self.scale / math.pow(burst * share + 1e-15, POWER))
        return wait

    def hidden(self, place: int) -> float:
        """Return edits a second in a bin that nothing announces."""
        return self.per_second[place] * self.unannounced[place]

    def _plain_wait(self, place: int, age: float) -> float:
        wait = self.scale / math.pow(self.hidden(place), POWER)
        is_even = age < self.even_until and self.unannounced[place] >= LISTED
        return min(wait, self.longest) if is_even else wait


def rates_of(tally: EditCounts, config: RecheckConfig, *, checks: float = CHECKS) -> Rates:
    """Return the waits that a tally advises.

    Args:
        tally: What was seen; an empty one gives the first guess.
        config: Floor, ceiling and end of life.
        checks: What an average story may cost where nothing announces edits. Where announcements bring
            most edits it gets fewer, by the cube root of the share they don't bring.
    """
    per_second = tuple(_rate(tally, place) for place in range(BINS))
    unannounced = tuple(_unannounced(tally, place) for place in range(BINS))
    mass = [r * w for r, w in zip(per_second, _widths(config.end), strict=True)]
    quiet = sum(m * u for m, u in zip(mass, unannounced, strict=True)) / max(sum(mass), 1e-12)
    budget = max(checks * quiet ** (1 / 3), 1.5 * config.end / config.cap)
    hidden = [m * u for m, u in zip(mass, unannounced, strict=True)]
    until, span = _even_span(hidden, unannounced, config.end)
    draft = Rates(
        per_second=per_second,
        unannounced=unannounced,
        longest=max(span / (EVEN * budget), config.floor),
        even_until=until,
        hint_precision=tally.hint_precision,
        checks=budget,
    )
    return _scaled(draft, config, budget)


def _rate(tally: EditCounts, place: int) -> float:
    width = (EDGES[place + 1] if place + 1 < BINS else END) - EDGES[place]
    weight = STRENGTH * width
    return (tally.edits[place] + _GUESS[place] / HOUR * weight) / (tally.seconds[place] + weight)


def _unannounced(tally: EditCounts, place: int) -> float:
    """The share that nothing announced; all of it while nothing is known."""
    seen = tally.edits[place]
    return (seen - tally.announced[place] + 1.0) / (seen + 1.0)


def _widths(end: float) -> list[float]:
    return [max(min(stop, end) - start, 0.0) for start, stop in zip(EDGES, (*EDGES[1:], END), strict=True)]


def _even_span(hidden: Sequence[float], unannounced: Sequence[float], end: float) -> tuple[float, float]:
    """The age by which MASS of the unannounced edits have come, and how much of life till then is watched."""
    target = MASS * sum(hidden)
    span = 0.0
    for place, (mass, width) in enumerate(zip(hidden, _widths(end), strict=True)):
        part = 1.0 if mass < target or mass <= 0 else target / mass
        if unannounced[place] >= LISTED:
            span += width * part
        if part < 1.0 or target <= 0:
            return EDGES[place] + width * part, span
        target -= mass
    return end, span


def _scaled(draft: Rates, config: RecheckConfig, budget: float) -> Rates:
    """`draft` with the scale at which an average, unedited life costs `budget` checks."""
    low, high = 1e-6, 1e9
    for _ in range(60):
        scale = math.sqrt(low * high)
        if _cost(draft, scale, config) > budget:
            low = scale
        else:
            high = scale
    return replace(draft, scale=low)


def _cost(draft: Rates, scale: float, config: RecheckConfig) -> float:
    checks = 0.0
    for place, width in enumerate(_widths(config.end)):
        wait = scale / math.pow(draft.hidden(place), POWER)
        wait = min(max(wait, config.floor), config.cap)
        even = (
            min(max(draft.even_until - EDGES[place], 0.0), width)
            if draft.unannounced[place] >= LISTED
            else 0.0
        )
        checks += even / min(wait, max(draft.longest, config.floor)) + (width - even) / wait
    return checks
