"""What a run costs in which nothing is due, in a large archive.

    python -m tests.bench.tick [--stories 2000000] [--keep DIR]

Generates the rows of an index (50 sources, stories of a year), notes when each story is due, then measures `run --once` as
a process of its own, beside `newsarchive --version`. No page is read and nothing is fetched. Prints its machine; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from time import process_time

from newsarchive.archive import Archive
from newsarchive.archive.agenda import maybe_due
from newsarchive.config import ScheduleConfig
from newsarchive.index import compact_ids
from newsarchive.index.write import open_index
from newsarchive.model import Source
from newsarchive.schedule.poll_times import note_polls
from newsarchive.schedule.state_db import State
from newsarchive.sources import write_source
from newsarchive.times import Clock, iso_seconds, micros

SOURCES = 50
AGES = timedelta(days=365)
STORY = """INSERT INTO stories (id, source, url, domain, title, description, language, section, image_url, page_kind, status,
    news_at, published_at, first_seen_at, last_checked_at, last_changed_at, n_versions, n_captures, n_changes, same_because,
    withheld, withheld_reason) VALUES (?, ?, ?, ?, 'A title of some words', '', 'en', '', '', 'article', 'live', ?, ?, ?, ?, ?, 1, 12, 0, '[]', 0, '')"""
URL = """INSERT INTO urls (id, url, url_key, domain, source_id, known, n_captures, first_at, last_at, last_capture_id,
    last_status, etag) VALUES (?, ?, ?, ?, ?, 1, 12, ?, ?, 0, 200, '"0123456789abcdef"')"""


def stories(count: int, now: datetime) -> Iterator[tuple[str, str, datetime]]:
    """Source, URL and date of each."""
    for n in range(count):
        source = f"outlet{n % SOURCES:02d}"
        yield (
            source,
            f"https://www.{source}.example/2026/a-story-of-some-words-{n}",
            now - AGES * (n / count),
        )


def fill(archive: Archive, count: int, now: datetime) -> None:
    """Write sources, the index and the clocks of the documents."""
    for n in range(SOURCES):
        name = f"outlet{n:02d}"
        feeds = (f"https://www.{name}.example/feed",)
        write_source(archive.root, Source(name=name, domains=(f"{name}.example",), feeds=feeds))
    archive.ingest()
    with open_index(archive.index) as index, index.batch():
        db = index.db
        for source, url, at in stories(count, now):
            number, story = compact_ids.url_id(url), compact_ids.hash63("story", url)
            text, domain = iso_seconds(at), f"{source}.example"
            checked = iso_seconds(min(at + timedelta(days=90), now - timedelta(minutes=5)))
            db.execute(STORY, (story, source, url, domain, text, text, text, checked, text))
            values = (number, url, url, domain, compact_ids.source_id(source), micros(at), micros(at))
            db.execute(URL, values)
            db.execute("INSERT INTO story_urls VALUES (?, ?)", (number, story))
    with State(archive.root / "state.db") as state:
        feeds = [url for source in archive.sources.values() for url in source.feeds]
        note_polls(state, feeds, [], now, ScheduleConfig())


# A small process starts the command, so that the peak is the command's own.
MEASURE = """
import os, subprocess, sys, time
began = time.monotonic()
process = subprocess.Popen([sys.executable, "-m", "newsarchive", *sys.argv[1:]], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(f"{usage.ru_utime + usage.ru_stime:6.2f} s of CPU, {time.monotonic() - began:6.2f} s,"
      f" {usage.ru_maxrss / 1024:6.1f} MiB, exit {os.waitstatus_to_exitcode(status)}")
os._exit(0)
"""


def measured(*words: str) -> str:
    """Run a command; its CPU time and peak memory."""
    made = subprocess.run([sys.executable, "-c", MEASURE, *words], capture_output=True, text=True, check=True)
    return made.stdout.strip()


def bench(folder: Path, count: int) -> None:
    """Fill an archive in `folder` and print what its runs cost."""
    now = Clock().now()
    Archive.create(folder)
    archive = Archive(folder)
    fill(archive, count, now)
    print(f"{count} stories, index {archive.index.stat().st_size / 1e6:.0f} MB")
    began = process_time()
    with State(folder / "state.db") as state:
        due = len(maybe_due(archive, state, list(archive.sources)))
        state.write(
            "UPDATE rechecks SET due_at = ? WHERE due_at < ?", [(iso_seconds(now + timedelta(days=1)),) * 2]
        )
        noted = state.read("SELECT count(*) FROM rechecks")[0][0]
    print(f"first notes: {process_time() - began:.1f} s of CPU, {noted} will be due, {due} were")
    print("--version   ", measured("--version"))
    for _ in range(3):
        print("run --once  ", measured("--archive", str(folder), "run", "--once"))


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=2_000_000)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    print(platform.platform(), platform.python_version(), os.cpu_count(), "CPUs")
    if options.keep:
        bench(options.keep, options.stories)
    else:
        with tempfile.TemporaryDirectory() as folder:
            bench(Path(folder) / "a", options.stories)


if __name__ == "__main__":
    main()
