"""`verify` while a watch crawls, indexes and a page is purged: it never finds fault with what is whole."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.config import FILENAME
from newsarchive.model import Source
from newsarchive.sources import write_source
from tests.end_to_end.test_watch_killed import LONG, SCHEDULE, wait_until, watched
from tests.newsroom import Newsroom
from tests.press import SETTINGS


def test_verify_beside_a_busy_watch_finds_no_fault(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    found, captures = [], []
    with Newsroom(seed=6, stories=20, outlets=("courier", "harbour"), certificate_days=3650.0) as room:
        Archive.create(folder)
        (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml()) + SCHEDULE)
        for outlet in room.outlets.values():
            write_source(folder, Source(**outlet.source()))
        with watched(folder) as process:
            wait_until(lambda: len(room.log) > 10, process)
            for number in range(12):
                for outlet in room.outlets:
                    room.publish(outlet)
                if number == 6:
                    url = room.outlets["courier"].urls()[-1]
                    command = ["purge", url, "--reason", "asked for", "--yes", "--wait", "60"]
                    purge = subprocess.Popen(
                        [sys.executable, "-m", "newsarchive", "--archive", str(folder), *command],
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                    )
                report = Archive(folder).verify().report
                found += report.findings
                captures.append(report.captures)
                time.sleep(0.1)
            assert purge.wait(LONG) == 0
            process.send_signal(signal.SIGTERM)
            assert process.wait(LONG) == 0
    assert found == []
    assert captures[-1] > captures[0]  # it was busy
    assert Archive(folder).verify().exit_code == 0
