"""Which sub-sitemaps are read: those that bring news, the others by turns, whatever their index says of them."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.schedule.state_db import State
from newsarchive.schedule.sub_sitemaps import (
    HOT,
    TURNS,
    SubSitemap,
    choose,
    due_sub_sitemaps,
    note_listed,
    note_read,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def sub(
    name: str, read: timedelta | None = HOUR, new: timedelta | None = None, lastmod: timedelta | None = None
):  # type: ignore[no-untyped-def]
    """One that was read, and brought something new, so long ago."""
    ago = {"read_at": read, "new_at": new, "lastmod": lastmod}
    return SubSitemap(url=name, **{key: NOW - value for key, value in ago.items() if value is not None})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listed", "chosen"),
    [
        ([], ()),
        ([sub("news", new=HOUR), sub("cold")], ("news",)),
        ([sub("a", new=2 * DAY), sub("b", new=HOUR)], ("b", "a")),
        ([sub("edge", new=7 * DAY - HOUR / 60), sub("past", new=7 * DAY)], ("edge",)),
        ([sub("rested", read=6 * HOUR), sub("fresh", read=6 * HOUR - HOUR / 60)], ("rested",)),
        ([sub("changed", lastmod=HOUR / 2), sub("old", lastmod=900 * DAY)], ("changed",)),
        ([sub("a", read=9 * HOUR), sub("b", read=30 * HOUR), sub("c", read=20 * HOUR)], ("b", "c")),
        ([sub("a", read=9 * HOUR), sub("forgotten", read=None)], ("forgotten", "a")),
        ([sub(f"hot{n}", new=HOUR * (n + 1)) for n in range(9)], tuple(f"hot{n}" for n in range(HOT))),
    ],
)  # fmt: skip
def test_chosen_are_those_that_brought_news_then_those_that_wait_longest(
    listed: list[SubSitemap], chosen: tuple[str, ...]
) -> None:
    assert choose(listed, NOW) == chosen
    assert choose(reversed(listed), NOW) == chosen


def test_by_turns_each_of_many_is_read_and_none_before_it_has_rested(tmp_path: Path) -> None:
    """Forty cold ones: two a run, every quarter of an hour; all have been read after twenty runs."""
    urls = [f"https://e.example/{n}.xml" for n in range(40)]
    read: Counter[str] = Counter()
    with State(tmp_path / "state.db") as state:
        note_listed(state, "e", dict.fromkeys(urls), NOW)
        for run in range(24):
            at = NOW + run * timedelta(minutes=15)
            due = due_sub_sitemaps(state, "e", at)
            assert len(due) == (TURNS if run < 20 else 0)
            note_read(state, "e", dict.fromkeys(due, 0), at)
            read.update(due)
        assert set(read.values()) == {1}
        assert len(read) == 40
        again = due_sub_sitemaps(state, "e", NOW + timedelta(hours=6))
        assert again == sorted(urls)[:TURNS]


def test_what_brings_news_is_read_in_every_run_and_forgotten_when_it_stops(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        note_listed(state, "e", {"news": None, "old": "2019-01-01T00:00:00Z"}, NOW)
        note_read(state, "e", {"news": 3, "old": 0, "feed": 2}, NOW)
        assert due_sub_sitemaps(state, "e", NOW + HOUR) == ["news"]
        assert due_sub_sitemaps(state, "e", NOW + HOUR, without={"news"}) == []
        assert due_sub_sitemaps(state, "other", NOW + HOUR) == []
        note_read(state, "e", {"news": 0}, NOW + 8 * DAY)
        assert due_sub_sitemaps(state, "e", NOW + 8 * DAY + HOUR) == ["old"]


def test_one_that_no_index_names_any_more_is_forgotten_when_nobody_reads_it(tmp_path: Path) -> None:
    with State(tmp_path / "state.db") as state:
        note_listed(state, "e", {"kept": None, "dropped": None}, NOW)
        note_listed(state, "e", {"kept": None}, NOW + 31 * DAY)
        assert due_sub_sitemaps(state, "e", NOW + 31 * DAY) == ["kept"]
