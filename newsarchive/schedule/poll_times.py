"""When is a feed, sitemap or section page polled again? Each has a clock of its own.

The interval follows how often the document has named unknown pages lately, within `[schedule]` `poll_floor` and
`poll_ceiling`; the outlet's own words (ttl, sy:updatePeriod, Cache-Control) make it longer, up to the ceiling, unless
more than four unknown pages would wait or the document overflows; the hours and days that it asks to be skipped are. The functions above the line are pure.
Tested in tests/schedule/test_poll_times.py.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from newsarchive.config import ScheduleConfig
from newsarchive.plan import Target
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso

MEMORY = 6 * 3600.0  # seconds; what a document brought so long ago weighs 1/e
WAITING = 4.0  # unknown pages that are waited for where the outlet wishes it: every WordPress says "hourly"
OVERFLOW = 0.5  # of a document's entries were unknown: it may have named others since the last poll
EARLY = 0.1  # of the interval, but at most a minute, by which a poll may come early: cron isn't punctual
KEPT_DAYS = 30  # a document that wasn't polled for so long is forgotten
WEEK = 7 * 24  # hours


class PolledDocument(Protocol):
    """What a crawl's report says of a document (`DocumentReport`)."""

    @property
    def url(self) -> str: ...
    @property
    def asked(self) -> str: ...
    @property
    def entries(self) -> int: ...
    @property
    def unknown(self) -> int: ...
    @property
    def failure(self) -> str: ...
    @property
    def wish(self) -> float: ...
    @property
    def skip(self) -> tuple[int, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PollClock:
    """What is remembered of one document's polls."""

    polled_at: datetime
    brought: float  # unknown pages, old ones weighing less
    wish: float = 0.0  # seconds between two polls that the outlet asks for; 0 = it doesn't say
    skip: tuple[int, ...] = ()  # hours of the week (0: Monday, 0 to 1 o'clock UTC) in which not to poll
    is_full: bool = False  # the last poll showed an overflow


def first_clock(now: datetime, config: ScheduleConfig) -> PollClock:
    """Return the clock of a document that was polled for the first time: what it named then says nothing of its pace."""
    return PollClock(polled_at=now, brought=MEMORY / config.poll_every)


def after_poll(clock: PollClock, now: datetime, unknown: int, entries: int) -> PollClock:
    """Return the clock after one more poll, which named `unknown` pages among `entries`."""
    passed = max((now - clock.polled_at).total_seconds(), 0.0)
    brought = clock.brought * math.exp(-passed / MEMORY) + unknown
    is_full = entries > 0 and unknown >= OVERFLOW * entries
    return replace(clock, polled_at=now, brought=brought, is_full=is_full)


def interval(clock: PollClock, config: ScheduleConfig) -> float:
    """Return seconds between the last poll and the next: about the time in which one unknown page is expected."""
    floor = min(config.poll_floor, config.poll_every)
    ceiling = max(config.poll_ceiling, config.poll_every)
    if clock.is_full:
        return floor
    wanted = MEMORY / max(clock.brought, 1e-6)
    return min(max(wanted, min(clock.wish, WAITING * wanted), floor), ceiling)


def next_poll(clock: PollClock, config: ScheduleConfig) -> datetime:
    """Return when the document is due, after the hours that its outlet asks to be skipped."""
    due = clock.polled_at + timedelta(seconds=interval(clock, config))
    skip = set(clock.skip) if len(set(clock.skip)) < WEEK else set()
    while due.weekday() * 24 + due.hour in skip:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


def is_due(clock: PollClock, now: datetime, config: ScheduleConfig) -> bool:
    """Return whether a document is to be polled now; also if the clock of the machine went back."""
    early = min(EARLY * interval(clock, config), 60.0)
    return now >= next_poll(clock, config) - timedelta(seconds=early) or now < clock.polled_at


# ---------------------------------------------------------------- in state.db


def clocks(state: State) -> dict[str, PollClock]:
    """Return what is remembered of each document, by URL."""
    found = {}
    for url, text in state.read("SELECT url, clock FROM poll_clocks"):
        row = json.loads(text)
        row["polled_at"], row["skip"] = parse_iso(row["polled_at"]), tuple(row["skip"])
        found[url] = PollClock(**row)
    return found


def due_polls(state: State, targets: Sequence[Target], now: datetime, config: ScheduleConfig) -> list[Target]:
    """Return those of `targets` whose time has come, and those that were never polled or whose last poll was cut short."""
    known = clocks(state)
    cut = {url for (url,) in state.read("SELECT url FROM poll_clocks WHERE polled_at = ''")}
    return [t for t in targets if t.url not in known or t.url in cut or is_due(known[t.url], now, config)]


def coming_poll(state: State, urls: Iterable[str], config: ScheduleConfig) -> datetime | None:
    """Return when the first of these documents is due; None if none was polled yet."""
    known = clocks(state)
    return min((next_poll(known[url], config) for url in urls if url in known), default=None)


def begin_polls(state: State, urls: Iterable[str]) -> None:
    """Mark the documents that a run will ask for: if it is killed or stopped before it notes them they are due."""
    state.write("UPDATE poll_clocks SET polled_at = '' WHERE url = ?", [(url,) for url in urls])


def note_polls(
    state: State,
    asked: Iterable[str],
    documents: Iterable[PolledDocument],
    now: datetime,
    config: ScheduleConfig,
) -> None:
    """Set the clocks of the documents that a run has asked for, or was to ask for and couldn't. One that failed or was
    unchanged keeps what it said last."""
    known, got = clocks(state), {document.asked or document.url: document for document in documents}
    rows = []
    for url in {*asked, *got}:
        document, clock = got.get(url), known.get(url)
        if clock is None:
            clock = first_clock(now, config)
        elif document is not None and not document.failure:
            clock = after_poll(clock, now, document.unknown, document.entries)
        if document is not None and document.entries:
            clock = replace(clock, wish=document.wish, skip=tuple(document.skip))
        row = asdict(clock) | {"polled_at": iso_seconds(now)}
        rows.append((url, iso_seconds(now), json.dumps(row)))
    state.write("INSERT OR REPLACE INTO poll_clocks VALUES (?, ?, ?)", rows)
    oldest = iso_seconds(now - timedelta(days=KEPT_DAYS))
    state.write("DELETE FROM poll_clocks WHERE polled_at < ? AND polled_at != ''", [(oldest,)])
