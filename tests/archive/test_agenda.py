"""When stories are due, noted as they are written: nothing that is due is missed, and what isn't due isn't read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.agenda import maybe_due
from newsarchive.archive.crawling import Collector
from newsarchive.index import reading
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
        assert due(root, START + timedelta(minutes=1), few=0) == (set(), 0)
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


def touched(root: Path) -> int:
    with reading(root / "index.db") as db:
        return int(db.execute("SELECT count(*) FROM touched_stories").fetchone()[0])


def noted(root: Path) -> dict[str, str]:
    with State(root / "state.db") as state:
        return dict(state.read("SELECT url, due_at FROM rechecks"))


FIRST = START + timedelta(days=5)


def settings(root: Path) -> None:
    path = root / "newsarchive.toml"
    path.write_text(path.read_text().replace("[recheck]", "") + "\n[recheck]\nfloor = 7200.0\ncap = 7200.0\n")


def rebuilt(root: Path) -> None:
    assert Archive(root, clock=Clock(FIRST, speed=0.0)).rebuild().replaced


def merged(root: Path) -> None:
    archive = Archive(root, clock=Clock(FIRST, speed=0.0))
    first, second = sorted(noted(root))[:2]
    archive.decide("merge", first, second)


def split(root: Path) -> None:
    merged(root)
    due(root, FIRST, few=0)
    archive = Archive(root, clock=Clock(FIRST, speed=0.0))
    with reading(root / "index.db") as db:
        urls = db.execute(
            "SELECT u.url FROM urls u JOIN story_urls s ON s.url_id = u.id WHERE s.story_id ="
            " (SELECT story_id FROM story_urls GROUP BY story_id HAVING count(*) > 1 LIMIT 1)"
        ).fetchall()
    archive.decide("merge", urls[0][0], urls[1][0], undo=True)
    assert archive.story(urls[0][0]).id != archive.story(urls[1][0]).id


@pytest.mark.parametrize("happens", [settings, rebuilt, merged, split])
def test_the_notes_are_those_of_a_whole_reading_whatever_wrote_the_index(
    press: Press, tmp_path: Path, happens: Callable[[Path], None]
) -> None:
    root = press.copy(tmp_path / "a").root
    due(root, FIRST, few=0)
    assert not touched(root)
    happens(root)
    due(root, FIRST, few=0)
    kept = noted(root)
    assert not touched(root)
    with State(root / "state.db") as state:
        state.write("DELETE FROM facts WHERE key = ?", [("agenda",)])
    due(root, FIRST, few=0)
    assert kept == noted(root) != {}


def test_the_notes_are_made_again_when_the_clock_went_back(press: Press, tmp_path: Path) -> None:
    root = press.copy(tmp_path / "a").root
    for at in (FIRST, FIRST - timedelta(days=3), FIRST):
        assert due(root, at, few=0)[0] == due(root, at, few=1000)[0]


def test_new_rates_reach_the_stories_by_turns(press: Press, tmp_path: Path) -> None:
    root = press.copy(tmp_path / "a").root
    due(root, FIRST, few=0)
    with State(root / "state.db") as state:
        state.write("UPDATE rechecks SET due_at = ?", [("9999-01-01T00:00:00Z",)])
    assert due(root, FIRST + timedelta(minutes=30), few=0)[0] == set()
    later = FIRST + timedelta(hours=7)
    assert due(root, later, few=0)[0] == due(root, later, few=1000)[0] != set()
