"""How near does our re-check policy come to one that knows the true rates? A simulation of hard outlets.

    python -m tests.bench.schedule_oracle               five outlets, ten seeds: share of edits caught, delay
    python -m tests.bench.schedule_oracle --outlet NAME one of them

Edits are heavy-tailed, clustered, made in nightly batches, a dozen within the first hour, or weeks late. Nothing
announces them. Ours learns as it goes, once a day; the second line is for as many stories again of the same outlet. The oracles know how often stories of that outlet are edited at
each age, hour and so long after so many edits (counted on 2,000 other stories, all edits seen), and get as many fetches
and the same bounds on waits as ours (as the new outlet's; "second": as one's that it knows); so does Cho and Garcia-Molina's policy (their estimator of a page's rate from what its checks showed, and the
frequency of best freshness). NewsDiffs' table takes what it takes. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.schedule import (
    CONFIG,
    DAY,
    HOUR,
    LIFE,
    TABLE,
    Memory,
    Ours,
    Policy,
    Story,
    Sum,
    exciting,
    newsdiffs,
    poisson,
    simulate,
)

Lives = Callable[[random.Random, float], list[float]]  # ages of the edits of a story born then
SETTLED = ", second"  # on the stories of the outlet that ours knows, with as many fetches as ours takes there
QUICK = CONFIG.quick_floor  # seconds between two checks at least in the first hour; later it is CONFIG.floor


def heavy_tailed(r: random.Random, _born: float) -> list[float]:
    """Few stories have most edits (Pareto); ages by a power law: minutes to months."""
    count = min(int(0.5 * r.random() ** (-1 / 1.1)), 40)
    return sorted(min(30 * 60 * (r.random() ** (-1 / 0.7) - 1), LIFE) for _ in range(count))


def clustered(r: random.Random, _born: float) -> list[float]:
    """Each edit brings others within the hour."""
    return exciting(r)


def nightly(r: random.Random, born: float) -> list[float]:
    """A night shift corrects the last days' stories, between two and three o'clock."""
    ages, night = [], 0
    while night < 10 and r.random() < 0.6:
        at = (math.floor((born - 2 * HOUR) / DAY) + 1 + night) * DAY + 2 * HOUR + r.uniform(0, HOUR)
        ages.append(at - born)
        night += r.choice([1, 1, 1, 2, 3])
    return ages


def first_hour(r: random.Random, _born: float) -> list[float]:
    """One story of eight is rewritten a dozen times in its first hour; some others get an edit that day."""
    if r.random() < 1 / 8:
        return sorted(r.uniform(0, HOUR) for _ in range(12))
    return [r.expovariate(1 / (8 * HOUR))] if r.random() < 0.3 else []


def late(r: random.Random, _born: float) -> list[float]:
    """Three stories of ten are edited two to five weeks after they came out; few earlier."""
    ages = [r.uniform(0, DAY)] if r.random() < 0.1 else []
    if r.random() < 0.3:
        ages += [r.uniform(14 * DAY, 35 * DAY) for _ in range(1 + poisson(r, 0.4))]
    return sorted(ages)


OUTLETS: dict[str, Lives] = {
    "heavy-tailed": heavy_tailed,
    "clustered": clustered,
    "nightly batches": nightly,
    "12 edits in the first hour": first_hour,
    "late edits": late,
}


def stories_of(lives: Lives, seed: int, count: int, a_day: float) -> list[Story]:
    """So many stories of an outlet, born between 6 and 23 o'clock."""
    r = random.Random(seed)
    born = [math.floor(n / a_day) * DAY + (6 + 17 * (n % a_day) / a_day) * HOUR for n in range(count)]
    return [Story(at, tuple(lives(r, at))) for at in born]


# ---------------------------------------------------------------- who knows the true rates

AGES = tuple(300.0 * 1.2**n for n in range(64))  # seconds; the last is beyond a year


def age_class(age: float) -> int:
    return bisect_right(AGES, age)


def past_class(edits: int, since: float) -> int:
    """A class by the edits so far and the time since the last one."""
    if not edits:
        return 0
    recency = 0 if since < 1200 else 1 if since < 2 * HOUR else 2
    return 1 + 3 * (min(edits, 6) // 2) + recency


@dataclass
class TrueRates:
    """Edits a second by age and past, times a factor by the hour of the day."""

    cells: dict[tuple[int, int], float] = field(default_factory=dict)
    hours: list[float] = field(default_factory=lambda: [1.0] * 24)

    @classmethod
    def of(cls, stories: Sequence[Story], until: float = 60 * DAY) -> TrueRates:
        """Count them on stories all of whose edits are known; cells and hours by turns, until they agree."""
        watched: dict[tuple[int, int], list[float]] = {}  # cell -> seconds by hour
        edits: dict[tuple[int, int], list[float]] = {}
        for story in stories:
            for start, cell, seconds in _pieces(story, until):
                hour = int(start % DAY // HOUR)
                watched.setdefault(cell, [0.0] * 24)[hour] += seconds
            for number, age in enumerate(story.edits):
                before = story.edits[number - 1] if number else 0.0
                cell = age_class(age), past_class(number, age - before)
                edits.setdefault(cell, [0.0] * 24)[int((story.born + age) % DAY // HOUR)] += 1
        rates = cls()
        for _ in range(8):
            for cell, by_hour in watched.items():
                mass = sum(w * h for w, h in zip(by_hour, rates.hours, strict=True))
                rates.cells[cell] = sum(edits.get(cell, [0.0])) / max(mass, 1.0)
            for hour in range(24):
                seen = sum(e[hour] for e in edits.values())
                due = sum(w[hour] * rates.cells[c] for c, w in watched.items())
                rates.hours[hour] = (seen + 1e-3) / (due + 1e-3)
        return rates

    def at(self, age: float, edits: int, since: float, clock: float) -> float:
        return (
            self.cells.get((age_class(age), past_class(edits, since)), 0.0)
            * self.hours[int(clock % DAY // HOUR)]
        )


def _pieces(story: Story, until: float) -> list[tuple[float, tuple[int, int], float]]:
    """A story's life in steps: when, cell, seconds."""
    found, age, number = [], 0.0, 0
    while age < until:
        step = min(max(60.0, 0.02 * age), HOUR - (story.born + age) % HOUR + 1e-3)
        if number < len(story.edits) and age + step > story.edits[number]:
            step = max(story.edits[number] - age, 1e-3)
        since = age - story.edits[number - 1] if number else age
        found.append((story.born + age, (age_class(age), past_class(number, since)), step))
        age += step
        while number < len(story.edits) and story.edits[number] <= age:
            number += 1
    return found


def oracle(rates: TrueRates, threshold: float, *, by_delay: bool) -> Policy:
    """A check when so many unseen edits are expected, or so many seconds of delay of unseen edits; within our bounds."""

    def wait(m: Memory) -> float | None:
        step = QUICK if m.age < HOUR else CONFIG.floor
        since = m.age - (m.edited or 0.0)
        unseen, delay, age = step * rates.at(m.age, m.edits, since, m.born + m.age), 0.0, m.age + step
        while age < min(LIFE, m.age + CONFIG.cap):
            if (delay if by_delay else unseen) >= threshold:
                break
            to_the_hour = HOUR - (m.born + age) % HOUR + 1e-3
            step = min(max(90.0, 0.04 * age), to_the_hour if age < 14 * DAY else 6 * HOUR)
            unseen += step * rates.at(age, m.edits, since + age - m.age, m.born + age)
            delay += step * unseen
            age += step
        return age - m.age

    return wait


# ---------------------------------------------------------------- Cho and Garcia-Molina


@dataclass
class FreshnessOptimal:
    """Estimates a page's rate by -log((n - X + 0.5) / (n + 0.5)) / interval; f where freshness gains equal `gain`."""

    gain: float
    seen: dict[float, list[float]] = field(default_factory=dict)  # story -> checks, changes, seconds

    def __call__(self, m: Memory) -> float | None:
        past = self.seen.setdefault(m.born, [0.0, 0.0, 0.0])
        if m.age > 0:
            past[0], past[1], past[2] = past[0] + 1, past[1] + m.is_changed, m.age
        n, changes, seconds = past[0], past[1], past[2]
        every = seconds / n if n else HOUR
        rate = -math.log((n - changes + 0.5) / (n + 0.5)) / every if n else 1 / DAY
        return min(max(self._interval(rate), 900.0), 30 * DAY)

    def _interval(self, rate: float) -> float:
        """The interval at which one more fetch a second gains so much freshness: (1 - (1 + x) / e^x) / rate, x = rate * interval."""
        low, high = 1e-3, 50.0
        if rate <= 0 or self.gain * rate >= 1:
            return 30 * DAY
        for _ in range(30):
            x = math.sqrt(low * high)
            if 1 - (1 + x) * math.exp(-x) < self.gain * rate:
                low = x
            else:
                high = x
        return low / rate


# ---------------------------------------------------------------- the table


def with_fetches(wanted: float, stories: Sequence[Story], make: Callable[[float], Policy]) -> float:
    """Return the value at which `make`'s policy takes so many fetches a story; it takes fewer with a larger one."""
    low, high = 1e-5, 1e8
    for _ in range(14):
        middle = math.sqrt(low * high)
        if simulate(stories, make(middle)).fetches > wanted:
            low = middle
        else:
            high = middle
    return high


def compare(name: str, lives: Lives, seeds: Sequence[int], count: int, a_day: float) -> dict[str, Sum]:
    rates = TrueRates.of(stories_of(lives, 9_999, 2_000, a_day))
    known: dict[str, Callable[[float], Policy]] = {
        "Cho and Garcia-Molina": FreshnessOptimal,
        "oracle, by unseen edits": lambda t: oracle(rates, t, by_delay=False),
        "oracle, by delay": lambda t: oracle(rates, t, by_delay=True),
    }
    sums: dict[str, Sum] = {}
    values: dict[str, float] = {}
    for seed in seeds:
        stories = stories_of(lives, seed, count, a_day)
        mine = simulate(stories, learning := Ours())
        sums.setdefault("newsarchive, a new outlet", Sum()).add(mine)
        later = stories_of(lives, 100 + seed, count, a_day)
        settled = simulate(later, learning)
        sums.setdefault("newsarchive, one it knows", Sum()).add(settled)
        sums.setdefault(TABLE, Sum()).add(simulate(stories, newsdiffs))
        for policy, make in known.items():
            for suffix, ours, lived in (("", mine, stories), (SETTLED, settled, later)):
                name_of = policy + suffix
                if name_of not in values:
                    values[name_of] = with_fetches(ours.fetches, lived[: count // 3], make)
                sums.setdefault(name_of, Sum()).add(simulate(lived, make(values[name_of])))
    print(f"\n{name}, {len(seeds)} seeds, {sums[TABLE].edits} edits")
    print(f"  {'policy':32} {'fetches':>8} {'caught':>8} {'median':>10} {'p90':>11}")
    for policy, total in sums.items():
        f = total.figures()
        print(
            f"  {policy:32} {f['fetches']:8.1f} {f['caught']:7.2f}% {f['median']:6.0f} min {f['p90']:7.0f} min"
        )
    return sums


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--stories", type=int, default=400, help="a seed and outlet")
    parser.add_argument("--a-day", type=float, default=10)
    parser.add_argument("--outlet", choices=list(OUTLETS))
    options = parser.parse_args()
    start = time.monotonic()
    for name, lives in OUTLETS.items():
        if options.outlet in (None, name):
            compare(name, lives, range(1, options.seeds + 1), options.stories, options.a_day)
    print(f"\n{time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
