"""SIGTERM ends a run as Ctrl-C does; what only looks writes nothing."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.warc import list_files
from tests.archive.outlets import outlets, paths, story
from tests.crawl.origin import Shape
from tests.press import Press


@pytest.mark.parametrize("words", [["crawl"], ["run", "--once"]])
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_terminated_seals_and_indexes_what_it_has(
    tmp_path: Path, collector: Collector, words: list[str], sign: signal.Signals
) -> None:
    with outlets(tmp_path / "a", collector, "one.example", crawl="delay = 0.0\n") as press:
        press.outlet("one.example", paths(200))
        for path in paths(200):
            press.origin.shapes[f"http://one.example{path}"] = Shape(story(path).pieces, pause=0.1)
        command = [sys.executable, "-m", "newsarchive", "--archive", str(press.root), *words]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        press.origin.wait_for(8)
        process.send_signal(sign)
        _, said = process.communicate(timeout=120)
    assert (process.returncode, said.strip().splitlines()[-1:]) == (130, ["newsarchive: stopped."])
    if words == ["crawl"]:
        assert not any(file.is_open for file in list_files(press.root))
    archive = Archive(press.root)  # `run --once` leaves the day's files open for the next one
    assert archive.stats()["stories"] >= 5
    assert archive.verify().exit_code == 0
    archive.verify(repair=True)
    assert not any(file.is_open for file in list_files(press.root))


@pytest.mark.parametrize("has_state", [True, False])
def test_status_health_and_schedule_write_nothing(press: Press, tmp_path: Path, has_state: bool) -> None:
    archive = press.copy(tmp_path / "a")
    state = archive.root / "state.db"
    if not has_state:
        for file in archive.root.glob("state.db*"):
            file.unlink()
    before = {f: (f.stat().st_size, f.stat().st_mtime_ns) for f in archive.root.glob("state.db")}
    archive.status()
    archive.health()
    archive.agenda()
    assert {f: (f.stat().st_size, f.stat().st_mtime_ns) for f in archive.root.glob("state.db")} == before
    assert state.exists() is has_state
