"""Polls as they are kept: old ones joined, and health none the wiser."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.schedule.health import alarms_of
from newsarchive.schedule.health_checks import longest_gap
from newsarchive.schedule.health_records import Document, Facts, Poll
from newsarchive.schedule.poll_history import MOST, SINGLE, add_polls, joined, polls_of
from newsarchive.schedule.state_db import State
from tests.schedule.test_health_month import DEATHS, OUTLETS, Outlet, month

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = "https://gazette.example/feed"
MAP = "https://gazette.example/map.xml"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "state.db") as state:
        yield state


def told(polls: Sequence[Poll]) -> list[tuple[str, str]]:
    facts = Facts(source=polls[0].source, polls=tuple(polls))
    return [(alarm.key, alarm.evidence) for alarm in alarms_of(facts, polls[-1].at)]


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda o: o.name)
@pytest.mark.parametrize("death", [None, "frozen", *DEATHS])
def test_health_says_the_same_of_joined_polls(outlet: Outlet, death: str | None) -> None:
    polls = month(outlet, 3)
    if death == "frozen":
        quiet = (Document(url="u", is_unchanged=True, status=304),)
        polls[90:] = [replace(p, new=0, documents=quiet) for p in polls[90:]]
    elif death:
        polls[90:] = [replace(p, new=0, documents=(DEATHS[death],), statuses={}) for p in polls[90:]]
    found: tuple[Poll, ...] = ()
    for number, poll in enumerate(polls, 1):
        found = joined((*found, poll))
        if number % 5 == 0:
            assert told(found) == told(polls[:number]), poll.at
            assert longest_gap(found) == longest_gap(polls[:number])
    assert len(found) < SINGLE + len(polls) / 3, "of eight polls a day two are left, or three"


def test_a_joined_poll_has_the_sums_of_its_day_and_the_last_word_of_each_document() -> None:
    begin = NOW.replace(hour=0)
    first = Poll(
        source="gazette",
        at=begin,
        documents=(Document(url=FEED, entries=3, candidates=3), Document(url=MAP, failure="gone")),
        fetches=4,
        left={"budget spent": 2},
        statuses={"200": 4},
    )
    second = replace(
        first, at=begin + timedelta(hours=2), new=2, left={"budget spent": 5}, statuses={"304": 1}
    )
    mended = (Document(url=FEED, is_unchanged=True), Document(url=MAP))
    third = replace(first, at=begin + timedelta(hours=9), new=1, documents=mended)
    later = [Poll(source="gazette", at=NOW + timedelta(days=3, hours=n)) for n in range(SINGLE)]
    one, *rest = joined([first, second, third, *later])
    assert rest == later
    assert one == Poll(
        source="gazette",
        at=third.at,
        began=second.at,
        gap=timedelta(hours=7),
        documents=(
            Document(url=FEED, entries=3, candidates=3, count=3),
            Document(url=MAP, failure="gone", count=2),
            Document(url=MAP),
        ),
        fetches=12,
        new=3,
        left={"budget spent": 5},
        statuses={"200": 8, "304": 1},
        count=3,
        fruitful=2,
    )
    fourth = replace(first, at=begin + timedelta(hours=10), documents=(Document(url=MAP, failure="gone"),))
    fifth = replace(first, at=begin + timedelta(hours=21), new=4)
    assert joined([one, fourth, *later]) == (one, fourth, *later), "nothing could be had in the fourth"
    both = joined([one, fifth, *later])[0]
    assert (both.count, both.fruitful, both.began, both.gap) == (4, 3, second.at, timedelta(hours=12))


def test_a_source_that_is_polled_every_five_minutes_for_seventy_days_stays_small(state: State) -> None:
    polls = [
        Poll(
            source="gazette",
            at=NOW + n * timedelta(minutes=5),
            documents=(Document(url=FEED, status=200, candidates=30),),
            new=n % 7 == 0,
            fetches=1,
            statuses={"200": 1},
            left={"budget spent": n % 3},
        )
        for n in range(70 * 288)
    ]
    add_polls(state, polls)
    found = polls_of(state, "gazette")
    assert len(found) < MOST
    assert sum(poll.count for poll in found) == len(polls)
    assert sum(poll.new for poll in found) == sum(poll.new for poll in polls)
    assert longest_gap(found) == longest_gap(polls) == timedelta(minutes=35)
    assert found[-SINGLE:] == tuple(polls[-SINGLE:])


def test_polls_come_back_as_they_were_and_old_ones_go(state: State) -> None:
    document = Document(url=FEED, kind="rss", candidates=3, problems={"empty": 1})
    polls = [
        Poll(source="gazette", at=NOW, documents=(document,), new=2, statuses={"200": 3}),
        Poll(source="other", at=NOW, count=3, began=NOW - timedelta(hours=3), gap=timedelta(hours=1)),
    ]
    add_polls(state, polls)
    assert polls_of(state, "gazette") == (polls[0],)
    assert polls_of(state, "other") == (polls[1],)
    add_polls(state, [Poll(source="gazette", at=NOW + timedelta(days=100))])
    assert len(polls_of(state, "gazette")) == 1
