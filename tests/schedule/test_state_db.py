"""What the schedule remembers; losing it is no error."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from newsarchive.errors import ArchiveDamagedError, ArchiveNotWritableError
from newsarchive.schedule.state_db import KEPT_DAYS, RunRow, State

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def state(tmp_path):
    with State(tmp_path / "state.db") as state:
        yield state


def test_a_new_state_knows_nothing(state):
    assert (
        state.polled_whole(),
        state.liars(),
        state.spent(NOW.date()),
        state.not_before(NOW),
        state.runs(),
    ) == (
        set(),
        set(),
        {},
        {},
        (),
    )


def test_a_source_counts_as_polled_whole_only_between_the_end_and_the_next_begin(state):
    state.end_polls(["a", "b"])
    state.begin_polls(["a"])
    assert state.polled_whole() == {"b"}


def test_requests_add_up_by_day_and_old_days_are_forgotten(state):
    state.add_spent(NOW.date(), {"h": 2})
    state.add_spent(NOW.date(), {"h": 3, "i": 1})
    assert state.spent(NOW.date()) == {"h": 5, "i": 1}
    state.add_spent(NOW.date() + timedelta(days=KEPT_DAYS + 1), {"h": 1})
    assert state.spent(NOW.date()) == {}


def test_a_host_is_left_alone_until_its_time_and_no_longer(state):
    state.set_not_before({"h": NOW + timedelta(hours=1)})
    assert state.not_before(NOW) == {"h": NOW + timedelta(hours=1)}
    assert state.not_before(NOW + timedelta(hours=2)) == {}


def test_runs_come_back_latest_first_after_reopening(tmp_path):
    runs = [
        RunRow(
            crawl_id=str(n),
            started_at=NOW + timedelta(hours=n),
            ended_at=NOW + timedelta(hours=n),
            exit_code=n,
            summary="",
        )
        for n in range(3)
    ]
    with State(tmp_path / "s.db") as state:
        for run in runs:
            state.add_run(run)
    with State(tmp_path / "s.db") as state:
        assert state.runs(2) == (runs[2], runs[1])


def test_facts_are_stored_as_json(state):
    state.put("k", {"a": [1, "ü"]})
    assert state.get("k") == {"a": [1, "ü"]}
    assert state.get("none", 7) == 7


def test_a_file_that_is_no_database_says_that_it_may_be_deleted(tmp_path):
    (tmp_path / "state.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(ArchiveDamagedError, match="Delete this file"):
        State(tmp_path / "state.db")


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(ArchiveNotWritableError):
        State(tmp_path / "gone" / "state.db")


def test_days_are_dates(state):
    state.add_spent(date(2026, 1, 1), {})
    assert state.spent(date(2026, 1, 1)) == {}
