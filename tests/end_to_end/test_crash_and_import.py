"""After crawls, edits, kill -9 and an import of older captures the live index equals one made anew."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.archive.planning import Wish
from newsarchive.times import Clock
from tests.press import START, crawl, following, newsroom


def test_the_index_is_what_the_warcs_give_after_a_crash_and_an_import_of_older_captures(tmp_path, collector):
    with newsroom(outlets=("courier", "gazette"), stories=8) as room:
        older = following(tmp_path / "older", room, Clock(START))
        with Collector() as once:  # which seals the files
            crawl(once, older.root, START)
        room.advance(timedelta(days=1))
        url = room.outlets["courier"].urls()[0]
        room.edit(url, "number")

        archive = following(tmp_path / "a", room, Clock(room.now()))
        room.fault("slow", prefix="/", seconds=0.2)
        room.clear_log()
        with subprocess.Popen(
            [sys.executable, "-m", "newsarchive", "--archive", str(archive.root), "crawl"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            while len(room.log) < 8:
                assert process.poll() is None
                time.sleep(0.02)
            os.killpg(process.pid, signal.SIGKILL)
        room.clear_faults()
        time.sleep(1.0)  # the child of the killed process sees its stdin close, and seals what it has
        again = Archive(archive.root, clock=Clock(room.now()))
        collector.run(again, Wish(wait=60))
        assert again.stats()["stories"] == 16
        again.import_files(sorted((older.root / "warc").glob("*.warc.gz")))
    story = again.story(url)
    assert [v.change_kind for v in story.versions] == ["", "number"]
    assert story.first_seen_at < story.versions[1].first_seen_at
    report = again.rebuild(check=True)
    assert (report.equal, report.differences) == (True, ())
    assert again.verify().exit_code == 0
