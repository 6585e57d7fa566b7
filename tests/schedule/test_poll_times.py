"""When a document is polled again: its own pace, the outlet's words, floor and ceiling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.config import ScheduleConfig
from newsarchive.crawl.crawl_report import DocumentReport
from newsarchive.plan import Target
from newsarchive.schedule.poll_times import (
    PollClock,
    after_poll,
    begin_polls,
    clocks,
    due_polls,
    first_clock,
    interval,
    is_due,
    next_poll,
    note_polls,
)
from newsarchive.schedule.state_db import State

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
CONFIG = ScheduleConfig()


def polled(
    hours: float, brings: Callable[[datetime, datetime], int], **fields: object
) -> tuple[list[float], PollClock]:
    """The intervals in minutes of a document that is polled whenever it is due, for so many hours."""
    now, end = MONDAY, MONDAY + timedelta(hours=hours)
    clock = PollClock(polled_at=now, brought=first_clock(now, CONFIG).brought, **fields)  # type: ignore[arg-type]
    found = []
    while now < end:
        found.append((next_poll(clock, CONFIG) - now).total_seconds() / 60)
        before, now = now, next_poll(clock, CONFIG)
        clock = after_poll(clock, now, brings(before, now), 100)
    return found, clock


def every(minutes: float) -> Callable[[datetime, datetime], int]:
    """What a document brings that names a new page every so many minutes."""

    def brings(before: datetime, now: datetime) -> int:
        return int((now - MONDAY).total_seconds() // (60 * minutes)) - int(
            (before - MONDAY).total_seconds() // (60 * minutes)
        )

    return brings


@pytest.mark.parametrize(
    ("minutes", "wish", "expected"),
    [
        (1, 0.0, (5, 5)),  # a busy news sitemap: the floor
        (5, 0.0, (5, 6)),
        (20, 0.0, (18, 22)),
        (60, 0.0, (50, 60)),
        (10_000, 0.0, (60, 60)),  # a quiet feed: the ceiling
        (20, 1800.0, (30, 31)),  # ttl 30
        (20, 86400.0, (59, 60)),  # "daily", and three an hour come: no later than the ceiling
        (6, 3600.0, (22, 26)),  # "hourly", and ten an hour come: four of them may wait
        (1, 3600.0, (5, 5)),
        (20, 60.0, (18, 22)),  # max-age=60 makes nothing faster
    ],
)
def test_the_interval_follows_what_the_document_brings_and_what_it_asks_for(
    minutes: float, wish: float, expected: tuple[int, int]
) -> None:
    found, _ = polled(48, every(minutes), wish=wish)
    late = found[-5:]
    assert expected[0] <= min(late)
    assert max(late) <= expected[1]


def test_the_first_poll_says_nothing_of_the_pace_and_silence_slows_it_step_by_step() -> None:
    assert interval(first_clock(MONDAY, CONFIG), CONFIG) == CONFIG.poll_every
    found, _ = polled(24, every(1e9))
    assert found[0] == 15
    assert found == sorted(found)
    assert found[-1] == 60


@pytest.mark.parametrize(
    ("unknown", "entries", "minutes"), [(4, 10, 13.0), (5, 10, 5), (10, 10, 5), (0, 0, 16.0)]
)
def test_a_document_that_overflows_is_polled_again_at_once(
    unknown: int, entries: int, minutes: float
) -> None:
    clock = first_clock(MONDAY, CONFIG)
    after = after_poll(clock, MONDAY + timedelta(minutes=15), unknown, entries)
    assert interval(after, CONFIG) / 60 == pytest.approx(minutes, abs=0.8)


@pytest.mark.parametrize(
    ("skip", "expected"),
    [
        ((), MONDAY + timedelta(hours=1)),
        ((1, 2), MONDAY + timedelta(hours=3)),
        ((0,), MONDAY + timedelta(hours=1)),
        (tuple(range(1, 24)), MONDAY + timedelta(days=1)),
        (tuple(range(7 * 24)), MONDAY + timedelta(hours=1)),  # all hours: nonsense
    ],
)
def test_hours_to_skip_are_skipped(skip: tuple[int, ...], expected: datetime) -> None:
    clock = PollClock(polled_at=MONDAY, brought=0.0, skip=skip)
    assert next_poll(clock, CONFIG) == expected


@pytest.mark.parametrize(
    ("minutes", "due"), [(0, False), (13.9, False), (14, True), (15, True), (500, True), (-1, True)]
)
def test_a_poll_may_come_a_little_early_and_a_clock_that_went_back_makes_it_due(
    minutes: float, due: bool
) -> None:
    clock = first_clock(MONDAY, CONFIG)
    assert is_due(clock, MONDAY + timedelta(minutes=minutes), CONFIG) is due


def test_a_poll_every_other_than_usual_is_within_floor_and_ceiling() -> None:
    for seconds in (1.0, 7200.0):
        config = ScheduleConfig(poll_every=seconds)
        assert interval(first_clock(MONDAY, config), config) == seconds


def test_each_document_has_its_clock_in_the_state_and_a_run_that_is_killed_leaves_it_due(
    tmp_path: Path,
) -> None:
    targets = [
        Target(url=f"https://a.example/{name}", source="a", reason="feed") for name in ("busy", "quiet")
    ]

    def note(state: State, now: datetime, unknown: int) -> None:
        documents = [
            DocumentReport(url=targets[0].url, entries=100, unknown=unknown, wish=60.0, skip=(9,)),
            DocumentReport(url="https://a.example/elsewhere", asked=targets[1].url, entries=10),
        ]
        note_polls(state, [], documents, now, CONFIG)

    with State(tmp_path / "state.db") as state:
        assert due_polls(state, targets, MONDAY, CONFIG) == targets
        for n in range(40):
            note(state, MONDAY + n * timedelta(minutes=15), 20)
        now = MONDAY + timedelta(hours=9.75)
        assert clocks(state)[targets[0].url].skip == (9,)
        assert due_polls(state, targets, now + timedelta(minutes=15), CONFIG) == targets[:1]
        assert due_polls(state, targets, now + timedelta(minutes=61), CONFIG) == targets
        before = clocks(state)
        begin_polls(state, [targets[1].url])
        assert due_polls(state, targets, now, CONFIG) == targets[1:]
        assert clocks(state) == before


def test_a_document_that_failed_or_that_wasnt_to_be_had_keeps_its_pace(tmp_path: Path) -> None:
    busy, quiet = "https://a.example/busy", "https://a.example/quiet"
    with State(tmp_path / "state.db") as state:
        for n in range(40):
            now = MONDAY + n * timedelta(minutes=15)
            documents = [
                DocumentReport(url=url, entries=100, unknown=k) for url, k in ((busy, 9), (quiet, 0))
            ]
            note_polls(state, [busy, quiet], documents, now, CONFIG)
        before = {url: interval(clock, CONFIG) for url, clock in clocks(state).items()}
        later = now + timedelta(hours=8)
        note_polls(state, [busy, quiet], [DocumentReport(url=busy, failure="timeout")], later, CONFIG)
        assert {url: interval(clock, CONFIG) for url, clock in clocks(state).items()} == before
        assert {clock.polled_at for clock in clocks(state).values()} == {later}
        assert before[quiet] == 3600.0
        assert before[busy] == 300.0
