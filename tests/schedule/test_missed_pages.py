"""New pages that no run has got: when each is tried again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.model import Candidate
from newsarchive.plan import Target
from newsarchive.schedule import missed_pages
from newsarchive.schedule.state_db import State

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
URL = "http://e.example/a"


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "state.db") as state:
        yield state


def missed(url: str = URL, *, is_tried: bool = True, title: str | None = None) -> dict[str, Any]:
    target = Target(
        url=url,
        source="e",
        reason="new",
        candidate=Candidate(url=url, kind="feed", title=title, published_at=NOW),
    )
    return {"url": url, "source": "e", "why": "HTTP 403", "is_tried": is_tried, "target": target.to_json()}


@pytest.mark.parametrize(
    ("tries", "hours"), [(0, 0), (1, 0), (2, 1), (3, 4), (4, 16), (5, 64), (6, 168), (7, 168), (10**6, 168)]
)
def test_the_wait_grows_to_a_week(tries: int, hours: int) -> None:
    assert missed_pages.wait_after(tries) == timedelta(hours=hours)


def test_a_page_is_tried_at_growing_distances_and_then_forgotten(state: State) -> None:
    tries = []
    for quarter in range(31 * 24 * 4):
        now = NOW + quarter * timedelta(minutes=15)
        due = missed_pages.due(state, ["e"], now) if quarter else [Target(url=URL, source="e", reason="new")]
        if due:
            tries.append(quarter / 4)
            missed_pages.note(state, due, [missed()], now)
    assert tries == [0, 0.25, 1.25, 5.25, 21.25, 85.25, 253.25, 421.25, 589.25]


def test_what_was_only_left_is_due_at_once_and_carries_what_was_said_of_it(state: State) -> None:
    for _ in range(5):
        missed_pages.note(state, [], [missed(is_tried=False, title="Ferry")], NOW)
    [target] = missed_pages.due(state, ["e"], NOW)
    assert (target.url, target.reason) == (URL, "new")
    assert target.candidate == Candidate(url=URL, kind="feed", title="Ferry", published_at=NOW)
    assert missed_pages.due(state, ["other"], NOW) == []


def test_what_waits_is_named_and_what_came_is_forgotten(state: State) -> None:
    for _ in range(2):
        missed_pages.note(state, [], [missed()], NOW)
    assert (missed_pages.due(state, ["e"], NOW), missed_pages.waiting(state, ["e"], NOW)) == ([], [URL])
    later = NOW + timedelta(hours=1)
    [target] = missed_pages.due(state, ["e"], later)
    missed_pages.note(state, [target], [], later)
    assert missed_pages.due(state, ["e"], later) == missed_pages.waiting(state, ["e"], NOW) == []
