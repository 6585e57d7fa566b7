"""What a run costs in which nothing is due, in a large archive.

    python -m tests.bench.tick [--stories 2000000] [--keep DIR]

Crawls and ingests one outlet of 40 stories twice, with edits in between, and copies its rows (every table, other ids, URLs and
dates) until 50 outlets have as many stories as wanted, two months to a year old, each noted to be due some time later. Then measures
`run --once` as a process of its own, beside `newsarchive --version`. Prints its machine; asserts nothing.
Tested in tests/archive/test_agenda.py.
"""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from newsarchive.archive import Archive
from newsarchive.archive.agenda import FACT
from newsarchive.archive.crawling import Collector
from newsarchive.config import FILENAME, ScheduleConfig
from newsarchive.index import compact_ids
from newsarchive.index.write import open_index
from newsarchive.model import Source
from newsarchive.schedule.poll_times import note_polls
from newsarchive.schedule.state_db import State
from newsarchive.sources import write_source
from newsarchive.times import Clock, iso_seconds
from tests.archive.outlets import outlets, paths
from tests.crawl.origin import Shape, plain
from tests.end_to_end.second_press import prose

SOURCES = 50
STORIES = 40  # of the outlet that is crawled
NOTED = timedelta(hours=7)  # so long ago each story was noted: a run notes some again
ONCE = {"authors", "tags", "warc_files"}  # tables that all copies share
OWN = {
    "_sqlite_migrations",
    "sources",
    "touched_stories",
    "texts_fts",
    "facts",
    "poll_clocks",
    "rechecks",
    "spent",
}  # not copied
SHARED_IDS = {"source_id", "warc_file_id", "author_id", "tag_id"}
IDS = {"identity", "hash", "alias"}  # beside `id` and what ends in `_id`
COPIES = """CREATE TEMP TABLE made AS WITH RECURSIVE numbers(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM numbers WHERE k + 1 < :count)
SELECT k, 'outlet' || printf('%02d', k % :sources) AS source, (60 + k * 305 / :count) * 86400 AS older FROM numbers"""
DIAL = ", ".join(
    f'"www.outlet{n:02d}.example:{port}:127.0.0.1:9"' for n in range(SOURCES) for port in (80, 443)
)
NOWHERE = f'contact = "desk@archive.example"\n[network]\nconnect_to = [{DIAL}]\n'  # a fetch, were there one, would fail here
CHECKED = {("stories", "last_checked_at"), ("urls", "last_at")}


def story(path: str, edits: int = 0) -> Shape:
    """A page of eight sentences that no other story has; two more for each edit."""
    text = prose(path, 8) + "".join(prose(f"{path} {n}", 2) for n in range(edits))
    head = '<meta name="author" content="Ada Quill"><meta name="keywords" content="harbour, school">'
    return plain(
        f"<!doctype html><html lang='en'><head><title>Story {path}</title>{head}</head><body><article><h1>Story {path}</h1>{text}</article></body></html>".encode()
    )


def crawled(folder: Path, now: datetime) -> Archive:
    """An archive of one outlet that was crawled twice; the second run found edits."""
    names = paths(STORIES)
    with (
        Collector() as collector,
        outlets(folder, collector, "outlet.example", crawl="delay = 0.0\n") as press,
    ):
        press.outlet("outlet.example", names)
        for path in names:
            press.origin.shapes[f"http://outlet.example{path}"] = story(path)
        press.run(now - timedelta(days=1))
        for path in names[::5]:
            press.origin.shapes[f"http://outlet.example{path}"] = story(path, edits=1)
        press.run(now - timedelta(hours=1), again=True)
    return Archive(folder)


def copied(table: str, column: str, kind: str) -> str:
    """SQL of a column's value in a copy."""
    if table in ONCE:
        return f"t.{column}"
    if column in ("source", "source_id", "domain", "host"):
        return {"source": "c.source", "source_id": "s.id"}.get(column, "c.source || '.example'")
    if column in ("url", "url_key", "document"):
        return f"replace(t.{column}, 'outlet.example/', c.source || '.example/' || c.k || '/')"
    if kind == "INTEGER" and column not in SHARED_IDS and (column in IDS or column.endswith("id")):
        return f"(t.{column} >> 18) + (c.k << 45)"  # copies lie one after another
    if column.endswith("_at") and (table, column) not in CHECKED:
        if kind == "INTEGER":
            return f"t.{column} - c.older * 1000000"
        return f"strftime('%Y-%m-%dT%H:%M:%SZ', t.{column}, '-' || c.older || ' seconds')"
    return f"t.{column}"


def copy_rows(db: sqlite3.Connection, small: Path, count: int) -> None:
    """Copy the rows of the database `small` so many times; its indexes are made afterwards, which is quicker."""
    db.execute("ATTACH ? AS small", (str(small),))
    db.execute(COPIES, {"count": count, "sources": SOURCES})
    db.execute("CREATE TEMP TABLE outlets (source TEXT PRIMARY KEY, id INTEGER)")
    names = [f"outlet{n:02d}" for n in range(SOURCES)]
    db.executemany(
        "INSERT INTO outlets VALUES (?, ?)", [(name, compact_ids.source_id(name)) for name in names]
    )
    later = "SELECT name, type, sql FROM main.sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
    parts = db.execute(later).fetchall()
    for name, type_, _ in parts:
        db.execute(f"DROP {type_} main.{name}")
    tables = "SELECT name FROM small.sqlite_master WHERE type = 'table' AND name NOT LIKE 'texts_fts_%' AND name NOT LIKE 'sqlite%'"
    for (table,) in db.execute(tables).fetchall():
        if table in OWN:
            continue
        columns = [(row[1], row[2]) for row in db.execute(f"PRAGMA small.table_info({table})")]
        values = ", ".join(copied(table, name, kind) for name, kind in columns)
        where = " WHERE c.k = 0" if table in ONCE else ""
        db.execute(
            f"INSERT OR IGNORE INTO main.{table} ({', '.join(name for name, _ in columns)}) SELECT {values}"
            f" FROM made c CROSS JOIN outlets s ON s.source = c.source CROSS JOIN small.{table} t{where}"
        )
    for _, _, sql in parts:
        db.execute(sql)


def fill(archive: Archive, small: Archive, count: int, now: datetime) -> None:
    """Write sources, an index of so many copies of the small archive's, and a state in which nothing is due."""
    for n in range(SOURCES):
        name = f"outlet{n:02d}"
        feeds = (f"https://www.{name}.example/feed",)
        write_source(archive.root, Source(name=name, domains=(f"{name}.example",), feeds=feeds))
    archive.ingest()
    with open_index(archive.index):
        pass
    with sqlite3.connect(archive.index, isolation_level=None) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -400000")
        db.execute("BEGIN")
        copy_rows(db, small.index, count)
        db.execute("INSERT INTO texts_fts(texts_fts) VALUES ('rebuild')")
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")
    db.close()
    with State(archive.root / "state.db") as state:
        feeds = [url for source in archive.sources.values() for url in source.feeds]
        note_polls(state, feeds, [], now, ScheduleConfig())
        with State(small.root / "state.db", is_readonly=True) as before:
            for key, value in before.read("SELECT key, value FROM facts"):
                state.write("INSERT OR REPLACE INTO facts VALUES (?, ?)", [(key, value)])
        state.put(FACT, {"policy": repr(archive.config.recheck), "at": iso_seconds(now)})
        state.add_spent(now.date(), {f"www.{name}.example:443": 9 for name in archive.sources})
    with sqlite3.connect(archive.root / "state.db", isolation_level=None) as db:
        db.execute("BEGIN")
        copy_rows(db, small.root / "state.db", min(count, SOURCES))
        db.execute("ATTACH ? AS archive", (str(archive.index),))
        db.execute(
            "INSERT INTO rechecks SELECT url, source, strftime('%Y-%m-%dT%H:%M:%SZ', ?, '+' || ((id >> 30) % 2000000) || ' seconds'), ?"
            " FROM archive.stories ORDER BY url",
            (iso_seconds(now + timedelta(days=1)), iso_seconds(now - NOTED)),
        )
        db.execute("COMMIT")
    db.close()


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


def bench(folder: Path, stories: int) -> None:
    """Fill an archive in `folder` and print what its runs cost."""
    now, began = Clock().now(), monotonic()
    small = crawled(folder / "small", now)
    Archive.create(folder / "large")
    (folder / "large" / FILENAME).write_text(NOWHERE)
    archive = Archive(folder / "large")
    fill(archive, small, -(-stories // STORIES), now)
    size = archive.index.stat().st_size / 1e6
    print(f"{stories} stories, index {size:.0f} MB, filled in {monotonic() - began:.0f} s")
    print("--version   ", measured("--version"))
    for _ in range(4):
        print("run --once  ", measured("--archive", str(archive.root), "run", "--once"))


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
            bench(Path(folder), options.stories)


if __name__ == "__main__":
    main()
