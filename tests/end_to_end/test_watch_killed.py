"""`run --watch` is killed with -9 at random moments; the next start goes on: nothing is lost, nothing that was
acknowledged is fetched again, by the newsroom's log."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.locks import warc_lock
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.warc import list_files, read_captures
from tests.newsroom import Newsroom
from tests.press import SETTINGS

SCHEDULE = "[schedule]\npoll_every = 0.3\nwake_every = 0.1\n"
LONG = 120.0  # seconds after which a test that waits gives up


def wait_until(is_so: Callable[[], bool], process: subprocess.Popen[bytes], every: float = 0.01) -> None:
    """Waits for something that the process brings about; looks each `every` seconds."""
    end = time.monotonic() + LONG
    while not is_so():
        assert process.poll() is None, "the process ended by itself"
        assert time.monotonic() < end, "nothing happens any more"
        time.sleep(every)


def watching(folder: Path) -> subprocess.Popen[bytes]:
    """`newsarchive run --watch` in a process group of its own."""
    with (folder / "said.txt").open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--archive", str(folder), "run", "--watch"],
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


def children(pid: int) -> list[int]:
    """The processes that `pid` has started and that still run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            parent = stat.read_text().rpartition(")")[2].split()[1]
            if int(parent) == pid:
                found.append(int(stat.parent.name))
    return found


@contextmanager
def watched(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The same for a `with`; whatever happens in it, neither the process nor a child of it stays."""
    process = watching(folder)
    try:
        yield process
    finally:
        if process.poll() is None:
            kill(process, with_children=True)


def kill(process: subprocess.Popen[bytes], *, with_children: bool) -> None:
    """kill -9 of the process and, so that nothing of it ends in order, of its children."""
    doomed = children(process.pid) if with_children else []
    process.send_signal(signal.SIGKILL)
    for pid in doomed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


def acknowledged(root: Path) -> set[tuple[str, str]]:
    """(record id, URL) of every capture with status 200 that the archive has promised to keep."""
    found = set()
    for file in list_files(root):
        for capture in read_captures(root, file.filename, 0, file.size):
            if capture.http_status == 200:
                found.add((capture.warc_record_id, capture.url))
    return found


def answered(room: Newsroom) -> Counter[str]:
    """Story URL -> answers with status 200, by the newsroom's log."""
    stories = {url for outlet in room.outlets.values() for url in outlet.urls()}
    bases = {outlet.host: outlet.url for outlet in room.outlets.values()}
    urls = (bases[e.host] + e.path for e in room.log if e.status == 200 and e.host in bases)
    return Counter(url for url in urls if url in stories)


def until_quiet(room: Newsroom) -> None:
    """Waits until the newsroom has answered, and noted, what was asked by a process that is gone."""
    heard = -1
    while heard < (heard := len(room.log)):
        time.sleep(1.0)


@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.slow)])
def test_a_killed_watch_goes_on_where_it_was(tmp_path, kills):
    rng = random.Random(f"kills {kills}")
    folder = tmp_path / "a"
    with Newsroom(seed=4, stories=25, outlets=("courier", "harbour"), certificate_days=3650.0) as room:
        Archive.create(folder)
        (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml()) + SCHEDULE)
        for outlet in room.outlets.values():
            write_source(folder, Source(**outlet.source()))
        room.clear_log()
        room.fault("slow", prefix="/", seconds=0.05)
        promised = acknowledged(folder)
        before = Counter(url for _, url in promised)
        lost: Counter[str] = Counter()  # answers that the archive never acknowledged
        for number in range(kills):
            wanted = len(room.log) + rng.randint(2, 25)
            with watched(folder) as process:
                wait_until(lambda least=wanted: len(room.log) >= least, process)
                time.sleep(rng.uniform(0, 0.3))  # the random moment
                kill(process, with_children=number % 2 == 0)
            with warc_lock(folder, wait=LONG):  # a child that was left alone has ended
                now = acknowledged(folder)
                assert promised <= now
                promised = now
                until_quiet(room)
                lost = answered(room) + before - Counter(url for _, url in promised)
            for outlet in room.outlets:
                room.publish(outlet)
        everything = {url for outlet in room.outlets.values() for url in outlet.urls()}
        with watched(folder) as process:
            wait_until(lambda: everything <= {url for _, url in acknowledged(folder)}, process, every=0.3)
            least = len(room.log) + 8
            wait_until(lambda: len(room.log) >= least, process)  # the next runs have begun
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0
        asked = answered(room)
    archive = Archive(folder)
    final = acknowledged(folder)
    assert promised <= final
    twice = {url: n for url, n in asked.items() if n > 1 + lost[url]}
    assert twice == {}
    held = Counter(url for _, url in final)
    assert {url: held[url] for url in everything if held[url] != 1} == {}
    assert archive.verify().exit_code == 0
    report = archive.rebuild(check=True)
    assert (report.equal, report.differences) == (True, ())
    assert all(archive.story(url).versions for url in everything)


def test_sighup_makes_a_watch_read_its_sources_again_and_sigterm_says_goodbye(tmp_path):
    folder = tmp_path / "a"
    with Newsroom(seed=4, stories=2, outlets=("courier", "harbour"), certificate_days=3650.0) as room:
        Archive.create(folder)
        (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml()))
        first, second = room.outlets.values()
        write_source(folder, Source(**first.source()))
        with watched(folder) as process:
            wait_until(lambda: "Crawl" in (folder / "said.txt").read_text(), process)
            write_source(folder, Source(**second.source()))
            asked = [entry for entry in room.log if entry.host == second.host]
            assert asked == []
            process.send_signal(signal.SIGHUP)
            wait_until(lambda: any(e.host == second.host for e in room.log), process)
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0
    assert "the archive is sound" in (folder / "said.txt").read_text()
