"""A run in which nothing is due does nothing; whatever may have changed ends that."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.agenda import next_moment
from newsarchive.archive.idle import idle_until, note_idle
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock, iso_seconds
from tests.newsroom import Newsroom
from tests.press import START, following, newsroom


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with newsroom(outlets=("mirat",), stories=3) as room:
        yield room


@pytest.fixture
def root(room: Newsroom, tmp_path: Path) -> Path:
    root = following(tmp_path / "a", room, Clock(START)).root
    tick(root, START)
    return root


def tick(root: Path, at: datetime) -> None:
    Archive(root, clock=Clock(at)).crawl(is_tick=True)


def test_what_isnt_due_isnt_asked_for_and_what_is_is(room: Newsroom, root: Path) -> None:
    requests = []
    for minutes in (5, 10, 14.5, 16, 20):
        room.clear_log()
        at = START + timedelta(minutes=minutes)
        if idle_until(root, at) is None:
            tick(root, at)
        requests.append(len(room.log))
    assert [n > 0 for n in requests] == [False, False, True, False, False]


def settings(root: Path) -> None:
    with (root / "newsarchive.toml").open("a") as file:
        file.write("\n")


def touched(name: str) -> Callable[[Path], None]:
    def touch(root: Path) -> None:
        path = next(root.glob(name))
        seen = path.stat()
        os.utime(path, ns=(seen.st_atime_ns, seen.st_mtime_ns + 1))

    return touch


def decision(root: Path) -> None:
    (root / "decisions.jsonl").write_text("")


def another_source(root: Path) -> None:
    (root / "sources" / "other.toml").write_text('name = "other"\n')


def lost(root: Path) -> None:
    for path in root.glob("state.db*"):
        path.unlink()


@pytest.mark.parametrize(
    "happens",
    [
        settings,
        touched("sources/*.toml"),
        touched("warc/*.open"),
        touched("index.db"),
        decision,
        another_source,
        lost,
    ],
)
def test_what_changes_ends_it(root: Path, happens: Callable[[Path], None]) -> None:
    at = START + timedelta(minutes=5)
    assert idle_until(root, at) is not None
    happens(root)
    assert idle_until(root, at) is None


@pytest.mark.parametrize(
    ("minutes", "is_idle"), [(-1, False), (2, True), (13, True), (14, False), (9999, False)]
)
def test_it_is_idle_between_the_last_run_and_what_is_due_first(
    root: Path, minutes: int, is_idle: bool
) -> None:
    assert (idle_until(root, START + timedelta(minutes=minutes)) is not None) is is_idle


SOON = iso_seconds(START + timedelta(minutes=3))
PAGE = ("https://a.example/x", "mirat", iso_seconds(START), 2, SOON, "timeout", "{}")
MESSAGE = ("key", "channel", iso_seconds(START), "{}")


@pytest.mark.parametrize(("table", "row"), [("missed", PAGE), ("outbox", MESSAGE)])
def test_a_page_to_be_tried_again_or_a_message_to_be_sent_keeps_it_from_being_idle(
    root: Path, table: str, row: tuple[object, ...]
) -> None:
    archive = Archive(root, clock=Clock(START, speed=0.0))
    with State(root / "state.db") as state:
        until = next_moment(archive, state)
        note_idle(root, state, START, until)
        assert idle_until(root, START) is not None
        state.write(f"INSERT INTO {table} VALUES ({', '.join('?' * len(row))})", [row])
        note_idle(root, state, START, until)
    assert idle_until(root, START) is None


def test_answering_it_loads_nothing_large(root: Path) -> None:
    code = (
        "import sys; from newsarchive.cli import main\n"
        f"sys.argv = ['newsarchive', '--archive', {str(root)!r}, 'run', '--once']\n"
        "from newsarchive.times import Clock\n"
        "from newsarchive.archive import Archive\n"
        f"import datetime; made = Archive({str(root)!r}); made.idle_until()\n"
        "print(sorted({'numpy', 'lxml', 'scrapy', 'sqlite_utils', 'datasette', 'trafilatura'} & set(sys.modules)))"
    )
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == "[]"
