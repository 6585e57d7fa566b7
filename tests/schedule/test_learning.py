"""What is learnt from run to run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.config import RecheckConfig
from newsarchive.model import RecordRef
from newsarchive.schedule import learning
from newsarchive.schedule.due import Listing
from newsarchive.schedule.state_db import State

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FEED = "https://gazette.example/feed"
URL = "https://gazette.example/a"


@dataclass(frozen=True)
class Row:
    url: str
    source: str = "gazette"
    published_at: datetime | None = NOW - timedelta(days=2)
    first_seen_at: datetime = NOW - timedelta(days=2)
    last_checked_at: datetime | None = NOW - timedelta(hours=3)
    last_changed_at: datetime | None = None
    n_captures: int = 3
    n_changes: int = 0
    is_gone: bool = False
    etag: str | None = None
    last_modified: str | None = None
    previous: RecordRef | None = None


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State(tmp_path / "state.db") as opened:
        yield opened


def listing(title: str = "Rain", hours: float = 0, document: str = FEED) -> Listing:
    return Listing(document=document, url=URL, title=title, at=NOW + timedelta(hours=hours))


def test_the_first_listing_is_no_hint_and_a_later_date_is_one(state: State) -> None:
    assert learning.note_listings(state, [listing()], NOW) == 0
    assert learning.note_listings(state, [listing()], NOW + timedelta(minutes=15)) == 0
    assert learning.note_listings(state, [listing(hours=1)], NOW + timedelta(hours=1)) == 1
    assert learning.hints(state) == {URL: NOW + timedelta(hours=1)}


def test_hints_and_listings_that_nobody_needs_are_forgotten(state: State) -> None:
    learning.note_listings(state, [listing()], NOW)
    learning.note_listings(state, [listing("Snow")], NOW)
    learning.note_listings(state, [], NOW + timedelta(days=60))
    assert learning.hints(state) == {}
    assert learning.note_listings(state, [listing("Hail")], NOW + timedelta(days=60)) == 0


def test_looks_are_counted_once_and_only_where_one_was_made(state: State) -> None:
    before = {
        name: Row(f"https://gazette.example/{name}") for name in ("changed", "same", "not asked", "lost")
    }
    after = {
        "changed": replace(before["changed"], last_checked_at=NOW, n_changes=1),
        "same": replace(before["same"], last_checked_at=NOW),
        "not asked": before["not asked"],
    }
    hinted = {"changed": NOW - timedelta(hours=1), "same": NOW - timedelta(days=9)}
    assert learning.learn(state, before, after, hinted) == 2
    tally = learning._tallies(state, NOW)["gazette"]
    assert sum(tally.seconds) == 2 * 3 * 3600
    assert (sum(tally.edits), sum(tally.announced), tally.hints) == (1, 1, 1)


def test_what_was_counted_fades(state: State) -> None:
    row = Row(URL)
    learning.learn(state, {URL: row}, {URL: replace(row, last_checked_at=NOW, n_changes=1)}, {})
    later = learning._tallies(state, NOW + timedelta(days=60))["gazette"]
    assert sum(later.edits) == pytest.approx(0.5)


def test_a_source_without_looks_has_the_first_guess(state: State) -> None:
    found = learning.rates(state, ["gazette"], RecheckConfig(), NOW)
    assert found["gazette"].hint_precision == pytest.approx(0.3)


def test_what_was_told_can_be_told_again_after_it_was_taken_back(state: State) -> None:
    learning.add_reported(state, {"alarm a": "x", "watch b": "y"}, NOW)
    assert learning.reported(state, "alarm ") == {"alarm a": (NOW, "x")}
    learning.remove_reported(state, ["alarm a"])
    assert set(learning.reported(state)) == {"watch b"}
