"""Is anything due at all? Answered without reading archive, index or sources, so that a run in which nothing is costs little.

The end of a run notes until when nothing is due, and what the archive's files were like. As long as neither that moment has
come nor a file has changed (settings, sources, decisions, WARCs, index), there is nothing to do. Loads no other room.
Tested in tests/archive/test_idle.py.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso

FACT = "idle"  # key in state.db
STATE = "state.db"
EARLY = timedelta(minutes=1)  # a poll may come so much before its time (schedule.poll_times)
WATCHED = ("", "sources", "warc", "warc/imported")  # folders whose files are looked at
PASSING = (
    "state.db",
    "index.db-shm",
    "warc.lock",
    "index.lock",
    "upload.lock",
    ".probe-",
)  # how names of files begin that say nothing


def idle_until(root: Path, now: datetime) -> datetime | None:
    """Return the moment before which nothing is due; None if something is, or nobody knows."""
    if not (root / STATE).exists():
        return None
    with State(root / STATE, is_readonly=True) as state:
        noted = state.get(FACT) or {}
    if not noted or not noted["at"] <= iso_seconds(now) < noted["until"] or noted["files"] != files_of(root):
        return None
    return parse_iso(noted["until"])


def note_idle(root: Path, state: State, now: datetime, until: datetime | None) -> None:
    """Note that nothing is due before `until` (None: something may be), unless pages are to be tried again or messages sent."""
    late = "SELECT 1 FROM missed WHERE next_at < ? UNION ALL SELECT 1 FROM outbox LIMIT 1"
    until = until - EARLY if until is not None else None
    is_waiting = until is not None and bool(state.read(late, (iso_seconds(until),)))
    noted = (
        {"at": iso_seconds(now), "until": iso_seconds(until), "files": files_of(root)}
        if until and not is_waiting
        else None
    )
    state.put(FACT, noted)


def files_of(root: Path) -> str:
    """Return a digest of the names, sizes and times of the archive's files."""
    rows = sorted(row for folder in WATCHED for row in _rows(root, folder))
    return hashlib.sha256("\n".join(rows).encode("utf-8", "surrogateescape")).hexdigest()


def _rows(root: Path, folder: str) -> Iterator[str]:
    try:
        entries = list(os.scandir(root / folder))
    except OSError:  # no such folder
        return
    for entry in entries:
        if entry.is_file() and not entry.name.startswith(PASSING):
            seen = entry.stat()
            yield f"{folder}/{entry.name} {seen.st_size} {seen.st_mtime_ns}"
