"""Which re-check policy finds the most edits for the fewest fetches? A simulation, in calendar time.

    python -m tests.bench.schedule              the table: three generated processes, ten seeds, and real histories
    python -m tests.bench.schedule --tune       the same on the four processes that our constants were set on
    python -m tests.bench.schedule --json FILE  the same figures as JSON

An outlet publishes stories at an even pace; each is followed for a year. A policy sees only what its
looks show, in order of time, and ours learns from nothing else. What a feed or sitemap announces reaches
it at the next poll; its polls are counted among its fetches. Those of the other policies aren't, although they
need a feed too. A caught edit is one that a look shows as a version of its own; the delay of an edit is the time
to the first look after it, also where a later edit covered it. Nothing here asserts a time.
"""

from __future__ import annotations

import argparse
import gzip
import heapq
import json
import math
import os
import platform
import random
import statistics
import sys
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from newsarchive.config import RecheckConfig
from newsarchive.schedule.edit_counts import DAY, HOUR, EditCounts, ObservedCheck
from newsarchive.schedule.edit_rates import Rates, rates_of
from newsarchive.schedule.recheck_policy import HINT_FLOOR, WORTHLESS, next_wait

LIFE = 365 * DAY
CONFIG = RecheckConfig(ratio=0.2, floor=15 * 60.0, cap=30 * DAY, end=LIFE)
SIMPLE = RecheckConfig(ratio=0.2, floor=15 * 60.0, cap=3 * DAY, end=90 * DAY)

# ---------------------------------------------------------------- edit processes: ages of edits, seconds


def poisson(r: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, r.random()
    while product > limit:
        count += 1
        product *= r.random()
    return count


def mixture(r: random.Random) -> list[float]:
    """Half never edited, most edits in the first hours."""
    count = r.choices([0, 1, 2, 3, 6, 15], [0.5, 0.2, 0.12, 0.08, 0.07, 0.03])[0]
    ages = []
    for _ in range(count):
        which = r.random()
        if which < 0.55:
            ages.append(r.expovariate(1 / (1.5 * HOUR)))
        elif which < 0.85:
            ages.append(r.uniform(0, DAY))
        elif which < 0.96:
            ages.append(r.uniform(DAY, 7 * DAY))
        else:
            ages.append(r.uniform(7 * DAY, 30 * DAY))
    return sorted(ages)


def lognormal(r: random.Random) -> list[float]:
    """Stories very unlike each other (gamma), ages of edits lognormal around three hours."""
    count = poisson(r, r.gammavariate(0.5, 2.4))
    return sorted(min(r.lognormvariate(math.log(200 * 60), 1.9), LIFE) for _ in range(count))


def exciting(r: random.Random) -> list[float]:
    """Each edit brings others within the hour (a branching process); a fifth of the first ones come late."""
    todo = [
        r.expovariate(1 / (6 * HOUR)) if r.random() < 0.8 else r.uniform(0, 14 * DAY)
        for _ in range(poisson(r, 0.7))
    ]
    ages = []
    while todo:
        age = todo.pop()
        ages.append(age)
        todo += [age + r.expovariate(1 / HOUR) for _ in range(poisson(r, 0.5))]
    return sorted(ages)


def heavy(r: random.Random) -> list[float]:
    """Ages by a power law: many edits within minutes, a tail of corrections over months."""
    count = r.choices([0, 1, 2, 4, 8], [0.6, 0.2, 0.1, 0.06, 0.04])[0]
    return sorted(min(20 * 60 * (r.random() ** (-1 / 0.6) - 1), LIFE) for _ in range(count))


def weibull(r: random.Random) -> list[float]:
    """Edits thin out from the first minute on (Weibull, shape 0.5); stories unlike each other."""
    count = poisson(r, r.gammavariate(0.7, 1.7))
    return sorted(min(r.weibullvariate(5 * HOUR, 0.5), LIFE) for _ in range(count))


def newsdesk(r: random.Random) -> list[float]:
    """Edits by people at work: none between 23 and 6 o'clock; the rate falls with the inverse of the age."""
    birth = r.uniform(6, 23)  # o'clock
    ages = []
    for _ in range(poisson(r, r.gammavariate(0.6, 2.5))):
        age = 2 * HOUR * (math.pow(1 - r.random() * 0.93, -1 / 0.5) - 1)
        clock = (birth + age / HOUR) % 24
        if clock >= 23 or clock < 6:
            age += ((6 - clock) % 24 + r.expovariate(1.0)) * HOUR
        ages.append(age)
    return sorted(ages)


def developing(r: random.Random) -> list[float]:
    """A few stories are rewritten for hours, every 40 minutes; others get an edit or none; then corrections."""
    ages = []
    if r.random() < 0.12:
        age, until = 0.0, r.uniform(2, 10) * HOUR
        while (age := age + r.expovariate(1 / (40 * 60.0))) < until:
            ages.append(age)
        if r.random() < 0.3:
            ages.append(until + r.uniform(0, 7 * DAY))
    elif r.random() < 0.35:
        ages.append(r.lognormvariate(math.log(2 * HOUR), 1.2))
    if r.random() < 0.04:
        ages.append(r.uniform(0, 60 * DAY))
    return sorted(ages)


Process = Callable[[random.Random], list[float]]
TUNED: dict[str, Process] = {
    "mixture": mixture,
    "lognormal": lognormal,
    "self-exciting": exciting,
    "power law": heavy,
}
HELD_OUT: dict[str, Process] = {"Weibull": weibull, "newsdesk": newsdesk, "developing": developing}

# ---------------------------------------------------------------- what outlets announce


@dataclass(frozen=True)
class Announcing:
    """What an outlet's feeds and sitemaps say of edits, and what polling them costs."""

    name: str
    recall: float  # share of edits that move a lastmod or a feed's title
    false: float  # moves without an edit, for each edit
    lists: tuple[tuple[float, float], ...]  # (age until which a story is listed, seconds between polls)
    polls_a_day: float


# NU.nl's updated_at moved with 1,217 of 1,218 headline edits, and 2.5 times without one for each time with one.
SITEMAPS = Announcing(
    "news sitemap, and sitemaps of all stories", 0.95, 2.5, ((2 * DAY, 900.0), (LIFE, HOUR)), 96 + 3 * 24
)
NEWS_SITEMAP = Announcing("news sitemap of two days", 0.95, 2.5, ((2 * DAY, 900.0),), 96)
TITLES = Announcing("feed without lastmod: titles alone", 0.25, 0.0, ((DAY, 900.0),), 96)
NOTHING = Announcing("nothing", 0.0, 0.0, (), 0)
# Each real edit below was seen in the outlet's own feed or front page, so a poll of that shows it.
ALL_TITLES = Announcing("titles in the feed", 1.0, 0.0, ((LIFE, 900.0),), 96)


# ---------------------------------------------------------------- policies


@dataclass
class Memory:
    """What a policy may know of one story."""

    born: float = 0.0  # seconds since a midnight
    age: float = 0.0
    edited: float | None = None
    edits: int = 0
    wait: float = 0.0
    is_changed: bool = False


Policy = Callable[[Memory], float | None]


def newsdiffs(m: Memory) -> float | None:
    since = m.age - (m.edited or 0.0)
    for limit, wait in (
        (3 * HOUR, 900.0),
        (DAY, HOUR),
        (7 * DAY, 3 * HOUR),
        (30 * DAY, 3 * DAY),
        (360 * DAY, 30 * DAY),
    ):
        if since < limit:
            return wait
    return None


def diffengine(m: Memory) -> float | None:
    return max(300.0, 0.25 * m.age)


def adaptive(m: Memory) -> float | None:
    """StormCrawler's: half as long after a change, half as long again without one."""
    wait = HOUR if not m.wait else m.wait * (0.5 if m.is_changed else 1.5)
    return min(max(wait, HOUR), 14 * DAY)


def fixed(seconds: float) -> Policy:
    return lambda _m: seconds


def simple(m: Memory) -> float | None:
    since = None if m.edited is None else m.age - m.edited
    return next_wait(first=0.0, age=m.age, since_edit=since, edits=m.edits, config=SIMPLE)


@dataclass
class Ours:
    """The policy of newsarchive.schedule, learning as it goes."""

    checks: float | None = None
    tally: EditCounts = field(default_factory=EditCounts)
    rates: Rates = field(init=False)
    pending: list[ObservedCheck] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.relearn()

    def relearn(self) -> None:
        self.tally = self.tally.plus(self.pending)
        self.pending = []
        self.rates = rates_of(self.tally, CONFIG, **({"checks": self.checks} if self.checks else {}))

    def __call__(self, m: Memory) -> float | None:
        since = None if m.edited is None else m.age - m.edited
        return next_wait(
            first=0.0,
            age=m.age,
            since_edit=since,
            edits=m.edits,
            config=CONFIG,
            rates=self.rates,
            at=m.born + m.age,
        )


# ---------------------------------------------------------------- the simulation


@dataclass(frozen=True)
class Story:
    born: float
    edits: tuple[float, ...]  # ages
    hints: tuple[float, ...] = ()  # ages


@dataclass(frozen=True)
class Result:
    fetches: float  # a story, polls included
    edits: int
    caught: int
    delays: tuple[float, ...]  # seconds, sorted

    @property
    def median(self) -> float:
        return statistics.median(self.delays) if self.delays else 0.0

    @property
    def p90(self) -> float:
        return self.delays[int(0.9 * len(self.delays))] if self.delays else 0.0


def simulate(stories: Sequence[Story], policy: Policy, polls: float = 0.0) -> Result:
    """Follows all stories at once, in order of time."""
    memories = [Memory(born=story.born) for story in stories]
    queue: list[tuple[float, int, bool]] = []
    places = [0] * len(stories)
    fetches = caught = 0
    delays: list[float] = []
    ours = policy if isinstance(policy, Ours) else None
    relearn_at = DAY

    def schedule(number: int) -> None:
        story, memory = stories[number], memories[number]
        wait = policy(memory)
        memory.wait = wait or 0.0
        due = math.inf if wait is None else memory.age + wait
        is_hint = False
        if ours and ours.rates.hint_precision >= WORTHLESS:
            place = bisect_right(story.hints, memory.age)
            if place < len(story.hints):
                hint = max(story.hints[place], memory.age + HINT_FLOOR)
                due, is_hint = (hint, True) if hint < due else (due, False)
        if due <= LIFE:
            heapq.heappush(queue, (story.born + due, number, is_hint))

    for number in range(len(stories)):
        heapq.heappush(queue, (stories[number].born, number, False))
    while queue:
        now, number, is_hint = heapq.heappop(queue)
        if ours and now >= relearn_at:
            ours.relearn()
            relearn_at = now + DAY
        story, memory = stories[number], memories[number]
        age = now - story.born
        if age <= 0:
            schedule(number)
            continue
        fetches += 1
        place = bisect_right(story.edits, age)
        fresh = story.edits[places[number] : place]
        places[number] = place
        if ours:
            ours.pending.append(
                ObservedCheck(
                    age_before=memory.age,
                    age=age,
                    is_changed=bool(fresh),
                    is_hinted=is_hint,
                    at=now,
                    follows_edit=memory.is_changed,
                )
            )
        memory.age, memory.is_changed = age, bool(fresh)
        if fresh:
            caught += 1
            delays += [age - e for e in fresh]
            memory.edits += 1
            memory.edited = age
        schedule(number)
    edits = sum(len(s.edits) for s in stories)
    return Result(fetches / len(stories) + polls, edits, caught, tuple(sorted(delays)))


def outlet(process: Process, seed: int, how: Announcing, *, count: int, a_day: float) -> list[Story]:
    """Stories of one outlet with their edits and what is announced of them."""
    r = random.Random(seed)
    lives = [process(r) for _ in range(count)]
    ages = [a for life in lives for a in life]
    mean_false = how.false * len(ages) / count
    stories = []
    for number, life in enumerate(lives):
        born = number * DAY / a_day
        announced = [a for a in life if r.random() < how.recall]
        announced += [r.choice(ages) * r.uniform(0.7, 1.3) for _ in range(poisson(r, mean_false))]
        stories.append(Story(born, tuple(life), tuple(sorted(polled(born, announced, how)))))
    return stories


def polled(born: float, ages: Sequence[float], how: Announcing) -> list[float]:
    """The ages at which polls show what moved at `ages`, as long as the story is listed."""
    seen = []
    for age in ages:
        for until, every in how.lists:
            poll = (math.floor((born + age) / every) + 1) * every - born
            if poll <= until:
                seen.append(poll)
                break
    return seen


# ---------------------------------------------------------------- real histories

# Stories seen and stories whose headline changed, over the whole of each source (shared data's own figures);
# the shared file holds only changed ones. The last number: stories a day.
REAL = {
    "bbc.com front page": (41_642, 12_785, 49.0),
    "nu.nl headlines": (54_200, 11_171, 36.0),
    "wgrznews RSS": (12_816, 771, 15.0),
    "npr RSS": (15_036, 215, 17.0),
    "arstechnica RSS": (9_080, 175, 10.0),
}


def real_processes(shared: Path) -> dict[str, tuple[Process, float]]:
    """For each outlet of the shared headline edits a process that draws its real lives, unedited ones included."""
    lives = _real_lives(shared / "data" / "versions" / "headline_edits_dev.jsonl.gz")
    processes: dict[str, tuple[Process, float]] = {}
    for name, (seen, changed, a_day) in REAL.items():
        drawn = next((v for k, v in lives.items() if k.startswith(name.split()[0])), [])
        if drawn:
            processes[name] = (_drawing(drawn, changed / seen), a_day)
    return processes


def _drawing(lives: Sequence[Sequence[float]], share: float) -> Process:
    return lambda r: list(r.choice(lives)) if r.random() < share else []


def _real_lives(path: Path) -> dict[str, list[list[float]]]:
    """Outlet -> ages of edits of each changed story.

    A story's birth is its pubDate, or NU.nl's updated_at before the first edit, or BBC's first capture with the
    old headline (both too late, so ages are too young). An edit is at NU.nl's updated_at, else at a
    random moment between the two captures.
    """
    r = random.Random(0)
    stories: dict[tuple[str, str], list[dict[str, str]]] = {}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            if row["title_change"] != "typographic":
                stories.setdefault((row["source"], row["key"]), []).append(row)
    lives: dict[str, list[list[float]]] = {}
    for (source, _), rows in stories.items():
        rows.sort(key=lambda row: row["date_1"])
        born = _moment(rows[0].get("pub_1") or rows[0].get("updated_1") or rows[0]["date_1"])
        ages = []
        for row in rows:
            early, late = _moment(row["date_1"]), _moment(row["date_2"])
            at = _moment(row["updated_2"]) if row.get("updated_2") else early + (late - early) * r.random()
            ages.append(max((at - born).total_seconds(), 60.0))
        lives.setdefault(source, []).append(sorted(ages))
    return lives


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return parsedate_to_datetime(text)


# ---------------------------------------------------------------- the table

OTHERS: dict[str, Callable[[], Policy]] = {
    "every 6 hours": lambda: fixed(6 * HOUR),
    "every 24 hours": lambda: fixed(24 * HOUR),
    "NewsDiffs' table": lambda: newsdiffs,
    "diffengine's ratio": lambda: diffengine,
    "adaptive (StormCrawler)": lambda: adaptive,
    "age x 0.2 (simple rule)": lambda: simple,
}
OURS = "newsarchive"
TABLE = "NewsDiffs' table"


@dataclass
class Sum:
    """Results of several seeds."""

    fetches: list[float] = field(default_factory=list)
    edits: int = 0
    caught: int = 0
    delays: list[float] = field(default_factory=list)

    def add(self, result: Result) -> None:
        self.fetches.append(result.fetches)
        self.edits += result.edits
        self.caught += result.caught
        self.delays += result.delays

    def figures(self) -> dict[str, float]:
        delays = sorted(self.delays)
        return {
            "fetches": statistics.mean(self.fetches),
            "caught": 100.0 * self.caught / max(self.edits, 1),
            "median": (statistics.median(delays) if delays else 0.0) / 60,
            "p90": (delays[int(0.9 * len(delays))] if delays else 0.0) / 60,
        }


def meets(ours: dict[str, float], table: dict[str, float]) -> dict[str, bool]:
    """The goal: as many edits as NewsDiffs' table for half its fetches, median no later, p90 at most twice."""
    return {
        "edits": ours["caught"] >= table["caught"],
        "fetches": ours["fetches"] <= 0.5 * table["fetches"],
        "median": ours["median"] <= table["median"],
        "p90": ours["p90"] <= 2 * table["p90"],
    }


def compare(
    name: str,
    process: Process,
    ways: Sequence[Announcing],
    seeds: Sequence[int],
    *,
    count: int,
    a_day: float,
    others: Sequence[str] = tuple(OTHERS),
) -> dict[str, dict[str, float]]:
    """Policy -> figures over all seeds; ours once for each way of announcing."""
    sums: dict[str, Sum] = {}
    met: dict[str, int] = {}
    for seed in seeds:
        plain = outlet(process, seed, NOTHING, count=count, a_day=a_day)
        for policy in others:
            sums.setdefault(policy, Sum()).add(result := simulate(plain, OTHERS[policy]()))
            if policy == TABLE:
                table = _figures(result)
        for how in ways:
            stories = outlet(process, seed, how, count=count, a_day=a_day)
            ours = simulate(stories, Ours(), how.polls_a_day / a_day)
            policy = f"{OURS}: {how.name}"
            sums.setdefault(policy, Sum()).add(ours)
            met[policy] = met.get(policy, 0) + all(meets(_figures(ours), table).values())
    figures = {policy: total.figures() for policy, total in sums.items()}
    _print(name, figures, {policy: f"{n} of {len(seeds)} seeds" for policy, n in met.items()})
    return figures


def _figures(result: Result) -> dict[str, float]:
    alone = Sum()
    alone.add(result)
    return alone.figures()


def _print(name: str, figures: dict[str, dict[str, float]], met: dict[str, str]) -> None:
    print(f"\n{name}")
    print(f"  {'policy':58} {'fetches':>8} {'caught':>8} {'median':>8} {'p90':>8}   goal")
    table = figures[TABLE]
    for policy, f in figures.items():
        goal = ""
        if policy.startswith(OURS):
            missed = [k for k, ok in meets(f, table).items() if not ok]
            goal = ("met" if not missed else "not met: " + ", ".join(missed)) + f" ({met[policy]} alone)"
        print(
            f"  {policy:58} {f['fetches']:8.1f} {f['caught']:7.2f}% {f['median']:4.0f} min {f['p90']:4.0f} min   {goal}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--stories", type=int, default=300, help="a seed and outlet")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument(
        "--shared", type=Path, default=Path(os.environ.get("NEWSARCHIVE_SHARED", "../shared"))
    )
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}; {options.stories} stories"
    )
    print("a seed and outlet, each followed for a year; fetches a story, polls included for ours")
    start = time.monotonic()
    ways = (SITEMAPS, NEWS_SITEMAP, TITLES, NOTHING)
    seeds = range(1, options.seeds + 1)
    processes = TUNED if options.tune else HELD_OUT
    found = {
        name: compare(f"{name}, {options.seeds} seeds", process, ways, seeds, count=options.stories, a_day=40)
        for name, process in processes.items()
    }
    if not options.tune and options.shared.is_dir():
        for name, (process, a_day) in real_processes(options.shared).items():
            title = f"real headline edits: {name}"
            found[title] = compare(
                title, process, (ALL_TITLES, NOTHING), seeds[:3], count=4 * options.stories, a_day=a_day
            )
    elif not options.tune:
        print(f"\nreal histories: left out, {options.shared} is absent")
    print(f"\n{time.monotonic() - start:.0f} s")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
