"""How often stories of an outlet are edited, by their age: learnt from checks, turned into waits.

Pure. `edit_counts.EditCounts` counts what checks showed; `rates_of` makes waits of it under a budget of checks a story.
Why so: edits come thick after publication and thin later, each outlet with its own curve, and some
outlets announce them (lastmod, changed feed titles). Checks are worth most where unannounced edits are.
Tested in tests/schedule/test_edit_rates.py; measured in tests/bench/schedule.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from newsarchive.config import RecheckConfig
from newsarchive.schedule import edit_hours
from newsarchive.schedule.edit_counts import (
    BINS,
    BURST_SECONDS,
    DAY,
    EDGES,
    END,
    HOUR,
    SOON,
    EditCounts,
    bin_of,
    rate_of,
)

# The numbers below were set on four edit processes that the table of tests/bench/schedule.py leaves out
# (`python -m tests.bench.schedule --tune` shows them); EVEN, BURST_WEIGHT and QUICK_SHARE in view of the first seed of
# all of its processes and of those of tests/bench/schedule_oracle.py.
CHECKS = 56.0  # checks that an average story gets in its life where nothing announces edits
POWER = 0.9  # waits shrink with this power of the rate; 0.5 would make the mean delay least, 1 the early one
BURST = 0.5  # edits expected after an edit, before anything is known …
BURST_WEIGHT = 8.0  # … as if so many edits had shown it …
SHAPE = 0.5  # how unlike stories of one outlet are: the shape of a gamma distribution; smaller is more unlike
LIVELY_POWER = 0.5  # waits shrink with this power of how lively a story is
MASS = 0.95  # of the edits for which waits are held down evenly …
EVEN = 0.1  # … with this share of the checks, so that late edits aren't found much too late
QUICK_SHARE = 0.2  # edits that then are expected between two checks
LISTED = 0.3  # below this unannounced share, announcements are trusted to bring the edits


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
    burst: float = BURST  # edits expected after an edit
    pace: tuple[float, ...] = edit_hours.FLAT  # by hour of the day, on average 1
    quick_floor: float | None = None  # least wait in the first hour, seconds; None: as later

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

    def wait(
        self, *, first: float, age: float, since_edit: float | None, edits: int, at: float | None = None
    ) -> float:
        """Return seconds until the next check, before floor and ceiling.

        Args:
            first: Age at the first capture, seconds.
            age: Age at the last check, seconds.
            since_edit: Seconds from the last edit we saw to the last check; None if there was none.
            edits: Edits seen so far.
            at: When the last check was, seconds since 1970; None leaves the hours of the day alone.
        """
        place = bin_of(age)
        share = self.unannounced[place]
        wait = self._plain_wait(age, math.pow(self.factor(first, age, edits), LIVELY_POWER))
        if at is not None and age + wait >= HOUR:
            wait = edit_hours.stretched(wait, at, self.pace)
        if since_edit is not None:
            if age < HOUR and since_edit < SOON and self.quick_floor is not None:
                return self.quick_floor
            wait = min(wait, self.scale / math.pow(self.burst_at(since_edit) * share + 1e-15, POWER))
        return wait

    def burst_at(self, since_edit: float) -> float:
        """Return edits a second that an edit so many seconds ago brings."""
        return self.burst / BURST_SECONDS * math.exp(-min(since_edit / BURST_SECONDS, 50.0))

    def floor_at(self, age: float, config: RecheckConfig) -> float:
        """Return the least wait after a check at an age, seconds."""
        return config.floor if self.quick_floor is None or age >= HOUR else self.quick_floor

    def checks_a_second(self, wait: float, floor: float) -> float:
        """Return how often a story is checked whose waits are so long at an average pace: the floor holds where it is high."""
        if wait >= max(DAY / 2, floor * max(self.pace)) or wait < HOUR / 2:
            return 1 / wait
        return sum(1 / max(wait / pace, floor) for pace in self.pace) / 24

    def hidden(self, place: int) -> float:
        """Return edits a second in a bin that nothing announces."""
        return self.per_second[place] * self.unannounced[place]

    def _plain_wait(self, age: float, lively: float) -> float:
        """The time in which the paces of the ages that are passed add up to one check."""
        left, here = 1.0, max(age, 0.0)
        for place in range(bin_of(age), BINS - 1):
            end = EDGES[place + 1]
            pace = lively / self._wait_at(place, here)
            if (end - here) * pace >= left:
                break
            left, here = left - (end - here) * pace, end
        return here - max(age, 0.0) + left * self._wait_at(bin_of(here), here) / lively

    def _wait_at(self, place: int, age: float) -> float:
        wait = self.scale / math.pow(self.hidden(place), POWER)
        is_even = age < self.even_until and self.unannounced[place] >= LISTED
        return min(wait, self.longest) if is_even else wait


@lru_cache(maxsize=64)  # a run asks for those of each source four times: 9 ms and 16 kB each
def rates_of(tally: EditCounts, config: RecheckConfig, *, checks: float = CHECKS) -> Rates:
    """Return the waits that a tally advises.

    Args:
        tally: What was seen; an empty one gives the first guess.
        config: Floor, ceiling and end of life.
        checks: What an average story may cost where nothing announces edits. Where announcements bring
            most edits it gets fewer, by the cube root of the share they don't bring.
    """
    per_second = tuple(rate_of(tally.seconds, tally.edits, place) for place in range(BINS))
    quick_floor = _quick_floor(tally, config)
    if quick_floor is not None:  # a check that shows an edit in the first hour shows several
        per_second = (per_second[0] * _edits_a_check(tally), *per_second[1:])
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
        burst=(tally.bursts[1] + BURST * BURST_WEIGHT) / (tally.bursts[0] + BURST_WEIGHT),
        pace=edit_hours.paces(edit_hours.factors(tally.hour_edits, tally.hour_due), POWER),
        quick_floor=quick_floor,
    )
    return _scaled(draft, config, budget)


def _quick_floor(tally: EditCounts, config: RecheckConfig) -> float | None:
    """A fifth of the time between two edits of a story that is being edited, if that is shorter than the floor."""
    rate = tally.quick_rate
    if rate <= 0 or max(QUICK_SHARE / rate, config.quick_floor) >= config.floor:
        return None
    return max(QUICK_SHARE / rate, config.quick_floor)


def _edits_a_check(tally: EditCounts) -> float:
    """How many edits lie before a check that shows one, of a story that is being edited."""
    expected = tally.quick_rate * tally.quick[2] / tally.quick[0]
    return expected / -math.expm1(-expected)


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
    """`draft` with the scale at which an average story costs `budget` checks."""
    lively = [
        _mean_lively(draft.expected(0.0, (a + b) / 2)) for a, b in zip(EDGES, (*EDGES[1:], END), strict=True)
    ]
    low, high = 1e-6, 1e9
    for _ in range(24):
        scale = math.sqrt(low * high)
        if _cost(draft, scale, config, lively) > budget:
            low = scale
        else:
            high = scale
    return replace(draft, scale=low)


def _mean_lively(expected: float) -> float:
    """How much shorter liveliness makes the waits of an outlet's stories on average, where so many edits were expected:
    their numbers are spread as SHAPE says (a negative binomial distribution)."""
    share, mean, edits = math.pow(SHAPE / (SHAPE + expected), SHAPE), 0.0, 0
    left = 1.0
    while left > 1e-3 and edits < 60:
        mean += share * math.pow((SHAPE + edits) / (SHAPE + expected), LIVELY_POWER)
        left -= share
        share *= (SHAPE + edits) / (edits + 1) * expected / (SHAPE + expected)
        edits += 1
    return mean


def _cost(draft: Rates, scale: float, config: RecheckConfig, lively: Sequence[float]) -> float:
    """Checks that an average story costs at its ages; those that follow an edit come on top."""
    checks = 0.0
    for place, width in enumerate(_widths(config.end)):
        floor = draft.floor_at(EDGES[place], config)
        wait = min(max(scale / math.pow(draft.hidden(place), POWER), floor), config.cap)
        even = (
            min(max(draft.even_until - EDGES[place], 0.0), width)
            if draft.unannounced[place] >= LISTED
            else 0.0
        )
        for seconds, each in ((even, min(wait, max(draft.longest, floor))), (width - even, wait)):
            checks += seconds * max(lively[place] * draft.checks_a_second(each, floor), 1 / config.cap)
    return checks
