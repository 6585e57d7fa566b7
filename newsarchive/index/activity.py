"""What happened since a moment: stories that came, pages that weren't let through; for watches and health.

Edits and events are in `edit_queries`.
Reads only; withheld stories have no rows to read. Tested in tests/index/test_activity.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from newsarchive.index.connection import rows
from newsarchive.times import from_micros, iso_seconds, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A story's first version. `id` is the version's."""

    id: int
    story_id: int
    url: str
    source: str
    first_seen_at: str


def arrivals(db: sqlite3.Connection, since: datetime) -> tuple[Arrival, ...]:
    """Stories first seen at `since` or later, earliest first."""
    sql = """SELECT id, story_id, url, source, first_seen_at FROM versions
        WHERE version_no = 1 AND first_seen_at >= ? ORDER BY first_seen_at, id"""
    found = rows(db, sql, (iso_seconds(since),))
    return tuple(Arrival(**row) for row in found)


def blocked_days(db: sqlite3.Connection, since: date) -> dict[tuple[str, date], int]:
    """(source, day) -> challenge pages and consent walls that came instead of articles, from `since` on (UTC)."""
    sql = """SELECT o.name, p.first_at / 86400000000 AS day, count(*) AS pages
        FROM pages p JOIN sources o ON o.id = p.source_id
        WHERE p.kind IN ('block page', 'consent page') AND p.first_at >= ? GROUP BY 1, 2"""
    begin = micros(datetime.combine(since, time(), UTC))
    found = rows(db, sql, (begin,))
    return {(r["name"], from_micros(r["day"] * 86_400_000_000).date()): r["pages"] for r in found}
