"""Following goes on: after trouble, until it is stopped; what is next stands in the agenda."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.following import Pause, agenda, status, watch
from newsarchive.archive.planning import Wish
from newsarchive.config import FILENAME
from newsarchive.errors import NothingFoundError
from newsarchive.locks import warc_lock
from newsarchive.schedule.sd_notify import SystemdNotifier
from newsarchive.times import Clock
from tests.newsroom import Newsroom
from tests.press import START, following, newsroom


@pytest.fixture
def room():
    with newsroom(outlets=("mirat",), stories=4) as room:
        yield room


@pytest.fixture
def archive(room, tmp_path) -> Archive:
    return following(tmp_path / "a", room, Clock(START))


def test_runs_follow_each_other_until_it_is_stopped_and_a_locked_archive_is_waited_for(archive, room):
    stop, said, waits = threading.Event(), [], []
    lock = warc_lock(archive.root)

    def pause(seconds: float) -> bool:
        waits.append(seconds)
        lock.close()
        room.advance(timedelta(hours=6))
        return len(waits) == 3

    runs = watch(
        archive.root,
        stop=stop,
        say=said.append,
        wish=Wish(),
        make_clock=lambda: Clock(room.now()),
        pause=pause,
    )
    assert runs == 2
    assert "lock" in said[0]
    assert waits[0] == 30
    assert archive.stats()["stories"] == 4


def follow(archive: Archive, room: Newsroom, *mends: Callable[[], object]) -> list[str]:
    """What is said while following; after each run the next of `mends` is done, after the last it ends."""
    said: list[str] = []
    left = list(mends)

    def pause(_seconds: float) -> bool:
        room.advance(timedelta(hours=6))
        left.pop(0)()
        return not left

    def clock() -> Clock:
        return Clock(room.now(), speed=50.0)  # so that back-off between retries takes no time

    watch(archive.root, stop=threading.Event(), say=said.append, make_clock=clock, pause=pause)
    return said


def test_a_network_that_is_gone_and_comes_back_is_survived(archive, room):
    config = archive.root / FILENAME
    right = config.read_text()
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
        dead = unused.getsockname()[1]
        config.write_text(re.sub(r":127\.0\.0\.1:\d+", f":127.0.0.1:{dead}", right))
        said = follow(archive, room, lambda: None, lambda: config.write_text(right), lambda: None)
    assert [" 0 pages" in line for line in said if "Crawl" in line] == [True, True, False]
    assert any("ALARM mirat: source fails" in line for line in said)
    assert any("mirat: recovered from 'source fails'" in line for line in said)
    assert archive.stats()["stories"] == 4


class Night:
    """A machine's clocks, and an event whose waits take no time here: during the first wait of a pause something happens."""

    def __init__(self, slept: float = 0.0, set_by: float = 0.0) -> None:
        self.wall, self.running, self.slept, self.set_by = 1_000_000.0, 500.0, slept, set_by
        self.waits: list[float] = []

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        self.running += seconds
        self.wall += seconds + self.slept + self.set_by
        self.slept = self.set_by = 0.0
        return False


@pytest.mark.parametrize(
    ("night", "waited", "words"),
    [
        (Night(), 900, []),
        (Night(slept=8 * 3600), 60, ["slept for 8:00:00"]),
        (Night(slept=300), 600, ["slept for 0:05:00"]),
        (Night(slept=20), 880, []),
        (Night(set_by=86400), 60, ["clock was set forward"]),
        (Night(set_by=-7200), 900, ["set its clock back by 2:00:00"]),
        (Night(set_by=-1), 900, []),
    ],
)
def test_a_pause_goes_by_the_machines_clock_and_says_when_that_jumped(
    night: Night, waited: float, words: list[str]
) -> None:
    said: list[str] = []
    pause = Pause(
        night, SystemdNotifier(), said.append, wall=lambda: night.wall, running=lambda: night.running
    )  # type: ignore[arg-type]
    pause.wait(900)
    assert sum(night.waits) == waited
    assert [word in line for word, line in zip(words, said, strict=True)] == [True] * len(words)


def test_names_that_cant_be_looked_up_are_survived_and_reported(archive, room):
    config = archive.root / FILENAME
    right = config.read_text()
    config.write_text(re.sub(r":127\.0\.0\.1:\d+", ":no such name:80", right))
    said = follow(archive, room, lambda: None, lambda: config.write_text(right), lambda: None)
    assert [" 0 pages" in line for line in said if "Crawl" in line] == [True, True, False]
    assert any("dns" in line for line in said if "ALARM" in line)
    assert any("mirat: recovered from 'source fails'" in line for line in said)
    assert archive.stats()["stories"] == 4


def test_a_source_is_polled_by_its_own_clock_however_often_a_run_begins(archive, room):
    polled: list[int] = []
    source = archive.sources["mirat"]
    documents = {"/" + url.split("/", 3)[3] for url in (*source.feeds, *source.sitemaps, *source.sections)}

    def pause(_seconds: float) -> bool:
        polled.append(sum(entry.path in documents for entry in room.log))
        room.clear_log()
        room.advance(timedelta(minutes=6))
        return len(polled) == 4

    room.clear_log()
    watch(
        archive.root,
        stop=threading.Event(),
        say=lambda _: None,
        make_clock=lambda: Clock(room.now()),
        pause=pause,
    )
    assert [count > 0 for count in polled] == [True, False, False, True], "a quarter of an hour is the rule"


def test_a_full_disk_is_said_and_waited_out(archive, room, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=80m", "tmpfs", str(small)]
    if subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    try:
        shutil.copytree(archive.root, small / "a")
        (small / "other").write_bytes(bytes(40_000_000))
        moved = Archive(small / "a", clock=Clock(START))
        said = follow(moved, room, (small / "other").unlink, lambda: None)
        stories = moved.stats()["stories"]
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert "are needed" in said[0]
    assert "Trying again in 30 s" in said[0]
    assert stories == 4


def test_what_waiting_doesnt_mend_ends_it(archive):
    (archive.root / "sources" / "mirat.toml").unlink()
    with pytest.raises(NothingFoundError, match="no sources"):
        watch(archive.root, stop=threading.Event(), say=lambda _: None)


def test_stopping_ends_a_crawl_that_is_under_way(archive, room):
    room.fault("slow", "mirat", prefix="/", seconds=0.3)
    stop = threading.Event()
    threading.Timer(4.0, stop.set).start()
    watch(archive.root, stop=stop, say=lambda _: None, make_clock=lambda: Clock(room.now()))
    assert stop.is_set()
    assert archive.verify().exit_code == 0


def test_the_agenda_names_what_is_due_and_the_status_how_it_goes(press):
    archive = Archive(press.folder, clock=Clock(START + timedelta(days=20)))
    coming, total = agenda(archive, limit=3)
    assert len(coming) == 3 <= total
    assert all(c.is_due and c.source in archive.sources for c in coming)
    found = status(archive)
    assert found.due_now > 0
    assert found.runs[0].exit_code == 0
    assert found.lines()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
def test_the_units_that_install_prints_are_taken_by_systemd(press, tmp_path):
    words = ["--archive", str(press.folder), "schedule", "install", "--systemd", "--print"]
    done = subprocess.run(
        [sys.executable, "-m", "newsarchive", *words], capture_output=True, text=True, check=True
    )
    _, *parts = re.split(r"^# (newsarchive-\S+\.(?:service|timer))$", done.stdout, flags=re.MULTILINE)
    units = dict(zip(parts[::2], parts[1::2], strict=True))
    assert sorted(Path(name).suffix for name in units) == [".service", ".timer"]
    for name, text in units.items():
        (tmp_path / name).write_text(text)
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--user", *(str(tmp_path / name) for name in units)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert (checked.returncode, checked.stderr) == (0, "")
