"""A watch as systemd sees it: up, alive as long as it gets on, ending; and what its process survives."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from tests.archive.outlets import Outlets, outlets, paths, story
from tests.crawl.origin import Shape

PERIOD = 1.5  # seconds of the watchdog


@pytest.fixture
def press(tmp_path: Path, collector: Collector) -> Iterator[Outlets]:
    with outlets(tmp_path / "a", collector, "one.example", crawl="delay = 0.0\n") as press:
        press.outlet("one.example", paths(3))
        yield press


@contextmanager
def watching(press: Outlets, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], socket.socket]]:
    """A watch under a systemd that is a datagram socket."""
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(address))
        listener.settimeout(60)
        environment = os.environ | {"NOTIFY_SOCKET": str(address), "WATCHDOG_USEC": str(int(PERIOD * 1e6))}
        command = [sys.executable, "-m", "newsarchive", "--archive", str(press.root), "run", "--watch"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment) as process:  # fmt: skip
            try:
                yield process, listener
            finally:
                process.kill()


def until(listener: socket.socket, beginning: str, count: int = 1) -> list[str]:
    """The messages up to the `count`th that begins so."""
    found: list[str] = []
    while sum(message.startswith(beginning) for message in found) < count:
        found.append(listener.recv(4096).decode())
    return found


def crawl_of(pid: int) -> int:
    """The process that crawls for a watch."""
    threads = list(Path(f"/proc/{pid}/task").glob("*/children"))
    if not threads:
        pytest.skip("no /proc with children here")
    children = " ".join(thread.read_text() for thread in threads).split()
    [child] = [p for p in children if b"newsarchive.crawl" in Path(f"/proc/{p}/cmdline").read_bytes()]
    return int(child)


def test_a_watch_says_that_it_is_up_alive_and_ending(press: Outlets, tmp_path: Path) -> None:
    with watching(press, tmp_path) as (process, listener):
        assert until(listener, "READY=1") == ["READY=1"]
        [said] = [m for m in until(listener, "STATUS=") if m.startswith("STATUS=")]
        assert "3 pages" in said
        until(listener, "WATCHDOG=1", 3)  # in the pause after the run, too
        process.send_signal(signal.SIGTERM)
        assert until(listener, "STOPPING=1")[-1] == "STOPPING=1"
        assert process.wait(60) == 0


def test_a_watch_whose_crawl_hangs_is_alive_no_more(press: Outlets, tmp_path: Path) -> None:
    press.origin.shapes[f"http://one.example{paths(1)[0]}"] = Shape(story(paths(1)[0]).pieces, hang=True)
    with watching(press, tmp_path) as (process, listener):
        press.origin.wait_for(3)
        until(listener, "WATCHDOG=1", 2)
        child = crawl_of(process.pid)
        os.kill(child, signal.SIGSTOP)
        listener.settimeout(PERIOD * 2)
        with pytest.raises(TimeoutError):
            until(listener, "WATCHDOG=1", 3)
        os.kill(child, signal.SIGCONT)
        listener.settimeout(60)
        until(listener, "WATCHDOG=1")


def test_a_reload_polls_nothing_before_its_time_and_ends_no_watch(press: Outlets, tmp_path: Path) -> None:
    with watching(press, tmp_path) as (process, listener):
        until(listener, "STATUS=")
        press.asked()
        process.send_signal(signal.SIGHUP)
        until(listener, "STATUS=")
        assert "one.example/feed" not in press.asked()
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert Archive(press.root).stats()["stories"] == 3
