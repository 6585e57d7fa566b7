"""Thirty days of five outlets, polled every three hours: each outage alarmed in time, no false alarm.

Pure: polls are made from what an outlet would have answered; nothing is fetched.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.schedule.health import alarms_of
from newsarchive.schedule.health_records import Document, Facts, Poll

START = datetime(2026, 11, 2, tzinfo=UTC)
EVERY = timedelta(hours=3)
POLLS = 30 * 8


@dataclass(frozen=True)
class Outlet:
    """Stories an hour by day, by night (22 to 6) and on Sundays."""

    name: str
    day: float
    night: float
    sunday: float

    def rate(self, at: datetime) -> float:
        if at.weekday() == 6:
            return self.sunday
        return self.night if at.hour >= 22 or at.hour < 6 else self.day


OUTLETS = [
    Outlet("agency", 6, 3, 4),
    Outlet("daily", 3, 0, 1),
    Outlet("weekdays only", 2, 0, 0),
    Outlet("small", 0.4, 0.02, 0.1),
    Outlet("sleepy", 0.1, 0, 0.02),
]


def month(outlet: Outlet, seed: int) -> list[Poll]:
    r = random.Random(f"{outlet.name} {seed}")
    polls = []
    for n in range(POLLS):
        at = START + n * EVERY
        hours = [at - timedelta(hours=h) for h in range(3)]
        new = sum(1 for h in hours for _ in range(20) if r.random() < outlet.rate(h) / 20)
        is_hiccup = r.random() < 0.02 and bool(polls) and not polls[-1].documents[0].failure
        failed = [Document(url="u", failure="HTTP 503")] if is_hiccup else None
        document = Document(url="u", kind="rss", status=200, entries=20, candidates=20, unknown=new)
        unchanged = replace(
            document, is_unchanged=True, status=304, entries=0, candidates=0, kind="", unknown=0
        )
        polls.append(
            Poll(
                source=outlet.name,
                at=at,
                documents=tuple(failed or [document if new or not polls else unchanged]),
                new=0 if failed else new,
                fetches=new + 3,
                statuses={"200": new + 3},
            )
        )
    return polls


def first_alarm(polls: list[Poll], start: int) -> tuple[int, str] | None:
    """How many polls after `start` an alarm comes, and which."""
    for n in range(start, len(polls)):
        alarms = alarms_of(Facts(source=polls[0].source, polls=tuple(polls[: n + 1])), polls[n].at)
        if alarms:
            return n - start + 1, alarms[0].kind
    return None


@pytest.mark.parametrize("outlet", OUTLETS, ids=lambda o: o.name)
def test_a_healthy_month_raises_no_alarm(outlet: Outlet) -> None:
    for seed in range(4):
        polls = month(outlet, seed)
        told = [
            (n, a.kind)
            for n in range(0, POLLS)
            for a in alarms_of(Facts(source=outlet.name, polls=tuple(polls[: n + 1])), polls[n].at)
        ]
        assert told == []


DEATHS = {
    "empty": Document(url="u", kind="rss", status=200, problems={"empty": 1}),
    "another site's": Document(url="u", kind="rss", status=200, entries=20, problems={"other site": 20}),
    "HTML": Document(url="u", kind="html", status=200, problems={"not expected": 1}),
    "gone": Document(url="u", failure="gone"),
    "HTTP 503": Document(url="u", failure="HTTP 503"),
    "no answer": Document(url="u", failure="timeout"),
    "robots": Document(url="u", failure="robots"),
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_feed_that_dies_is_told_within_two_polls(death: str) -> None:
    for outlet in OUTLETS:
        for start in (4, 120):
            polls = month(outlet, 7)
            dead = [
                replace(p, documents=(DEATHS[death],), new=0, fetches=1, statuses={}) for p in polls[start:]
            ]
            found = first_alarm([*polls[:start], *dead], start)
            assert found is not None
            assert found[0] <= 2, (outlet.name, start, found)


def test_a_feed_that_freezes_is_told_after_more_than_the_longest_silence() -> None:
    waits = {}
    for outlet in OUTLETS:
        polls = month(outlet, 7)
        start = 120
        frozen = [
            replace(p, new=0, documents=(Document(url="u", is_unchanged=True, status=304),))
            for p in polls[start:]
        ]
        found = first_alarm([*polls[:start], *frozen], start)
        assert found is not None, outlet.name
        assert found[1] == "no new story"
        waits[outlet.name] = found[0] * 3
    assert waits["agency"] <= 12
    assert waits["daily"] <= 24
    assert waits["weekdays only"] <= 72
