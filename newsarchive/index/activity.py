"""What happened: edits, stories that came, events of stories, days with blocked pages; for people, watches and health.

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

from newsarchive.index.connection import from_row, rows
from newsarchive.index.rows import ELSEWHERE, ChangeRow, EventRow
from newsarchive.times import from_micros, iso_seconds, micros

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
    limit: int = 100,
    offset: int = 0,
) -> tuple[ChangeRow, ...]:
    """Changes that fit all conditions, latest first. `kinds`: one of them is among the change's kinds."""
    parts: list[str] = []
    params: list[Any] = []

    def narrow(sql: str, *values: Any) -> None:
        parts.append(sql)
        params.extend(values)

    if story is not None:
        narrow("c.story_id = ?", story)
    if since:
        narrow("c.changed_at >= ?", iso_seconds(since))
    if until:
        narrow("c.changed_at < ?", iso_seconds(until))
    if sources:
        narrow(f"a.source IN ({', '.join('?' * len(sources))})", *sources)
    if kinds:
        narrow(
            "EXISTS (SELECT 1 FROM json_each(c.kinds) k JOIN json_each(?) w USING (value))", json.dumps(kinds)
        )
    if significant is not None:
        narrow("c.significant = ?", int(significant))
    if silent is not None:
        narrow("c.silent = ?", int(silent))
    where = f" WHERE {' AND '.join(parts)}" if parts else ""
    found = rows(
        db, f"{_CHANGES}{where} ORDER BY c.changed_at DESC, c.id LIMIT ? OFFSET ?", [*params, limit, offset]
    )
    return tuple(from_row(ChangeRow, row) for row in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A story's first version. `id` is the version's."""

    id: int
    story_id: int
    url: str
    source: str
    first_seen_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEvent(EventRow):
    """An event, with the story that it happened to."""

    source: str = field(metadata=ELSEWHERE)
    title: str = field(metadata=ELSEWHERE)


def arrivals(db: sqlite3.Connection, since: datetime) -> tuple[Arrival, ...]:
    """Stories first seen at `since` or later, earliest first."""
    sql = """SELECT id, story_id, url, source, first_seen_at FROM versions
        WHERE version_no = 1 AND first_seen_at >= ? ORDER BY first_seen_at, id"""
    found = rows(db, sql, (iso_seconds(since),))
    return tuple(Arrival(**row) for row in found)


def story_events(db: sqlite3.Connection, since: datetime) -> tuple[StoryEvent, ...]:
    """Events at `since` or later, earliest first."""
    sql = """SELECT e.*, s.source, s.title FROM events e JOIN stories s ON s.id = e.story_id
        WHERE e.happened_at >= ? AND NOT s.withheld ORDER BY e.happened_at, e.id"""
    return tuple(from_row(StoryEvent, row) for row in rows(db, sql, (iso_seconds(since),)))


def blocked_days(db: sqlite3.Connection, since: date) -> dict[tuple[str, date], int]:
    """(source, day) -> challenge pages and consent walls that came instead of articles, from `since` on (UTC)."""
    sql = """SELECT o.name, p.first_at / 86400000000 AS day, count(*) AS pages
        FROM pages p JOIN sources o ON o.id = p.source_id
        WHERE p.kind IN ('block page', 'consent page') AND p.first_at >= ? GROUP BY 1, 2"""
    begin = micros(datetime.combine(since, time(), UTC))
    found = rows(db, sql, (begin,))
    return {(r["name"], from_micros(r["day"] * 86_400_000_000).date()): r["pages"] for r in found}
