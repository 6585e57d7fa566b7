"""What happened: edits, events, stories that came, days with blocked pages; for people, feeds, watches and health.

Reads only; withheld stories have no rows to read. Tested in tests/index/test_activity.py and
tests/index/test_reading.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.connection import from_row, rows
from newsarchive.index.rows import ELSEWHERE, ChangeRow, EventRow
from newsarchive.times import from_micros, iso_seconds, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent(EventRow):
    """An event, with the story that it happened to and the record id of the capture."""

    title: str = field(metadata=ELSEWHERE)
    source: str = field(metadata=ELSEWHERE)
    language: str = field(metadata=ELSEWHERE)
    record_id: str = field(metadata=ELSEWHERE)


_CHANGES = """SELECT c.*, b.version_no AS before_no, a.version_no AS after_no, a.url, a.source, a.language,
    b.warc_record_id AS before_record_id, a.warc_record_id AS after_record_id
FROM changes c JOIN versions b ON b.id = c.before_id JOIN versions a ON a.id = c.after_id"""


def changes(
    db: sqlite3.Connection,
    *,
    story: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    sources: Sequence[str] = (),
    kinds: Sequence[str] = (),
    significant: bool | None = None,
    silent: bool | None = None,
    headline: bool = False,
    limit: int = 100,
    offset: int = 0,
) -> tuple[ChangeRow, ...]:
    """Return the changes that fit all conditions, latest first. `kinds`: one of them is among the change's kinds."""
    where = _Where(
        ("c.story_id = ?", story),
        ("c.changed_at >= ?", since and iso_seconds(since)),
        ("c.changed_at < ?", until and iso_seconds(until)),
        ("a.source IN (SELECT value FROM json_each(?))", _listed(sources)),
        ("EXISTS (SELECT 1 FROM json_each(c.kinds) k JOIN json_each(?) w USING (value))", _listed(kinds)),
        ("c.significant = ?", significant),
        ("c.silent = ?", silent),
        ("(c.title_before <> c.title_after) = ?", headline or None),
    )
    sql = f"{_CHANGES}{where.sql} ORDER BY c.changed_at DESC, c.id DESC LIMIT ? OFFSET ?"
    found = rows(db, sql, [*where.values, limit, offset])
    return tuple(from_row(ChangeRow, row) for row in found)


# CROSS JOIN keeps SQLite to the order written: the newest events by their index, each with its story.
_EVENTS = """SELECT e.*, s.title, s.source, s.language, c.record
FROM events e CROSS JOIN stories s ON s.id = e.story_id JOIN captures c ON c.id = e.capture_id"""


def events(
    db: sqlite3.Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sources: Sequence[str] = (),
    kinds: Sequence[str] = (),
    limit: int = 100,
) -> tuple[StoryEvent, ...]:
    """Return the events that fit all conditions, latest first; those of withheld stories never."""
    where = _Where(
        ("s.withheld = ?", False),
        ("e.happened_at >= ?", since and iso_seconds(since)),
        ("e.happened_at < ?", until and iso_seconds(until)),
        ("s.source IN (SELECT value FROM json_each(?))", _listed(sources)),
        ("e.kind IN (SELECT value FROM json_each(?))", _listed(kinds)),
    )
    sql = f"{_EVENTS}{where.sql} ORDER BY e.happened_at DESC, e.id DESC LIMIT ?"
    found = rows(db, sql, [*where.values, limit])
    return tuple(
        from_row(StoryEvent, row, record_id=compact_ids.unpack_record(row["record"])) for row in found
    )


class _Where:
    """The conditions whose value isn't None, as SQL and its values."""

    def __init__(self, *conditions: tuple[str, Any]) -> None:
        chosen = [(sql, value) for sql, value in conditions if value is not None]
        self.sql = f" WHERE {' AND '.join(sql for sql, _ in chosen)}" if chosen else ""
        self.values = [value for _, value in chosen]


def _listed(names: Sequence[str]) -> str | None:
    return json.dumps(names) if names else None


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
