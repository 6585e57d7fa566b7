"""When stories are due, noted as they are written: nothing that is due is missed, and what isn't due isn't read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Connection, connect

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.agenda import ahead, maybe_due
from newsarchive.archive.crawling import Collector
from newsarchive.index import reading
from newsarchive.schedule import learning
from newsarchive.schedule.due import due_targets
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock, iso_seconds, parse_iso
from tests.bench import tick
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


@pytest.mark.parametrize("days", [1.5, 4, 40])
def test_what_waits_is_counted_as_if_all_were_read(press: Press, tmp_path: Path, days: float) -> None:
    root, at = press.copy(tmp_path / "a").root, START + timedelta(days=days)
    due(root, at, few=0)
    archive = Archive(root, clock=Clock(at, speed=0.0))
    with State(root / "state.db", is_readonly=True) as state:
        from_notes, from_all = ahead(archive, state, few=0), ahead(archive, state, few=1000)
    assert (from_notes.total, from_notes.due) == (from_all.total, from_all.due)
    assert from_notes.total > 0
    assert from_notes.oldest == (from_all.oldest and from_all.oldest.replace(microsecond=0))


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


def filled(db: Connection) -> set[str]:
    tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return {name for name in tables if db.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone()}


def test_the_large_archive_that_the_bench_makes_is_like_a_crawled_one_and_nothing_in_it_is_due(
    tmp_path: Path,
) -> None:
    now = Clock().now()
    small = tick.crawled(tmp_path / "small", now)
    Archive.create(tmp_path / "large")
    large = Archive(tmp_path / "large", clock=Clock(now, speed=0.0))
    tick.fill(large, small, 2 * tick.SOURCES, now)
    with reading(small.index) as before, reading(large.index) as db:
        assert (
            filled(db) == filled(before) - {"touched_stories"} > {"stories", "versions", "changes", "texts"}
        )
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("SELECT count(*) FROM stories").fetchone() == (100 * tick.STORIES,)
    with closing(connect(small.root / "state.db")) as before, closing(connect(large.root / "state.db")) as db:
        assert filled(db) == filled(before) | {"rechecks"}
    urls, read = due(large.root, now, few=0)
    assert (urls, read) == (set(), 0)
    later = Archive(large.root, clock=Clock(now + timedelta(days=3), speed=0.0))
    with State(large.root / "state.db", is_readonly=True) as state:
        waiting = ahead(later, state, few=0)
        assert waiting.total == 100 * tick.STORIES > waiting.due > 0
        assert waiting.oldest == parse_iso(min(noted(large.root).values()))
