"""What may be due, read in parts: nothing that is due is missed, whatever happened since the whole was read."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.agenda import FACT, HORIZON, maybe_due
from newsarchive.archive.crawling import Collector
from newsarchive.schedule import learning
from newsarchive.schedule.due import due_targets
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock, iso_seconds
from tests.press import START, Press, crawl, following, newsroom


def due(root: Path, at: datetime, *, few: int) -> tuple[set[str], int]:
    """The URLs that are due, and how many stories were read for it."""
    archive = Archive(root, clock=Clock(at, speed=0.0))
    with State(root / "state.db") as state:
        names, policy = list(archive.sources), archive.config.recheck
        rows = maybe_due(archive, state, names, few=few)
        rates, hints = learning.rates(state, names, policy, at), learning.hints(state)
    targets = due_targets(rows, now=at, policy=policy, hints=hints, rates=rates)
    return {target.url for target in targets}, len(rows)


@pytest.mark.parametrize("step", [timedelta(minutes=50), timedelta(hours=5), timedelta(days=3)])
def test_what_is_due_is_the_same_as_if_all_were_read(press: Press, tmp_path: Path, step: timedelta) -> None:
    root = press.copy(tmp_path / "a").root
    for n in range(20):
        at = START + timedelta(days=1) + n * step
        assert due(root, at, few=0)[0] == due(root, at, few=1000)[0]


def test_stories_that_came_or_were_hinted_at_since_are_among_them(
    tmp_path: Path, collector: Collector
) -> None:
    with newsroom(outlets=("mirat",), stories=6) as room:
        root = following(tmp_path / "a", room, Clock(START)).root
        crawl(collector, root, START)
        assert due(root, START + timedelta(minutes=1), few=0) == (set(), 6), "captured within the last hour"
        room.publish(
            "mirat", title="Ferry sails again", paragraphs=["The ferry sailed at noon on Monday."] * 5
        )
        later = room.advance(timedelta(hours=2))
        crawl(collector, root, later)
        urls, hinted = room.outlets["mirat"].urls(), iso_seconds(later + timedelta(minutes=2))
        with State(root / "state.db") as state:
            state.write("INSERT INTO hints VALUES (?, ?)", [(urls[0] + "?utm_source=x", hinted)])
        for minutes in (6, 20, 90, 200):
            at = later + timedelta(minutes=minutes)
            assert due(root, at, few=0)[0] == due(root, at, few=1000)[0] != set()
    with State(root / "state.db") as state:
        assert state.get(FACT)["made_at"] == iso_seconds(START + timedelta(minutes=1)), (
            "the whole was read once"
        )


def test_the_whole_is_read_again_when_its_time_is_over_or_the_clock_went_back(
    press: Press, tmp_path: Path
) -> None:
    root = press.copy(tmp_path / "a").root
    first = START + timedelta(days=5)
    made = []
    for at in (first, first + HORIZON / 2, first + HORIZON, first):
        due(root, at, few=0)
        with State(root / "state.db") as state:
            made.append(state.get(FACT)["made_at"])
    assert made == [iso_seconds(at) for at in (first, first, first + HORIZON, first)]
