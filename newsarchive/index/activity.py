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
from typing import Any, TypedDict, Unpack

from newsarchive.index import compact_ids
from newsarchive.index.connection import from_row, rows
from newsarchive.index.rows import ELSEWHERE, ChangeRow, EventRow
from newsarchive.times import from_micros, iso_seconds, micros

ALL = -1  # as a limit


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


_BY_DAY = """SELECT substr(c.changed_at, 1, 10) AS day, count(*) FROM changes c JOIN versions a ON a.id = c.after_id"""


class ChangeConditions(TypedDict, total=False):
    """Which changes are asked for; all conditions must hold. `kinds`: one of them is among the change's kinds."""

    story: int | None
    since: datetime | None
    until: datetime | None
    sources: Sequence[str]
    kinds: Sequence[str]
    significant: bool | None
    silent: bool | None
    headline: bool  # True: it was changed too


def changes(
    db: sqlite3.Connection, *, limit: int = 100, offset: int = 0, **conditions: Unpack[ChangeConditions]
) -> tuple[ChangeRow, ...]:
    """Return the changes that fit all conditions, latest first; `limit` may be ALL."""
    where = _edits(**conditions)
    sql = f"{_CHANGES}{where.sql} ORDER BY c.changed_at DESC, c.id DESC LIMIT ? OFFSET ?"
    found = rows(db, sql, [*where.values, limit, offset])
    return tuple(from_row(ChangeRow, row) for row in found)


def changes_by_day(db: sqlite3.Connection, **conditions: Unpack[ChangeConditions]) -> dict[str, int]:
    """Return how many changes that fit all conditions were seen on each day (`2026-11-02`, UTC)."""
    where = _edits(**conditions)
    return dict(db.execute(f"{_BY_DAY}{where.sql} GROUP BY day", where.values))


def _edits(**conditions: Unpack[ChangeConditions]) -> _Where:
    return _Where(
        ("c.story_id = ?", conditions.get("story")),
        *_span("c.changed_at", conditions.get("since"), conditions.get("until")),
        ("a.source IN (SELECT value FROM json_each(?))", _listed(conditions.get("sources"))),
        (
            "EXISTS (SELECT 1 FROM json_each(c.kinds) k JOIN json_each(?) w USING (value))",
            _listed(conditions.get("kinds")),
        ),
        ("c.significant = ?", conditions.get("significant")),
        ("c.silent = ?", conditions.get("silent")),
        ("(c.title_before <> c.title_after) = ?", conditions.get("headline") or None),
    )


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
    offset: int = 0,
) -> tuple[StoryEvent, ...]:
    """Return the events that fit all conditions, latest first; those of withheld stories never."""
    where = _happened(since, until, sources, kinds)
    sql = f"{_EVENTS}{where.sql} ORDER BY e.happened_at DESC, e.id DESC LIMIT ? OFFSET ?"
    found = rows(db, sql, [*where.values, limit, offset])
    return tuple(
        from_row(StoryEvent, row, record_id=compact_ids.unpack_record(row["record"])) for row in found
    )


def events_by_day(
    db: sqlite3.Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sources: Sequence[str] = (),
    kinds: Sequence[str] = (),
) -> dict[str, int]:
    """Return how many events that fit all conditions were seen on each day (`2026-11-02`, UTC)."""
    where = _happened(since, until, sources, kinds)
    sql = "SELECT substr(e.happened_at, 1, 10) AS day, count(*) FROM events e CROSS JOIN stories s ON s.id = e.story_id"
    return dict(db.execute(f"{sql}{where.sql} GROUP BY day", where.values))


def _happened(
    since: datetime | None, until: datetime | None, sources: Sequence[str], kinds: Sequence[str]
) -> _Where:
    return _Where(
        ("s.withheld = ?", False),
        *_span("e.happened_at", since, until),
        ("s.source IN (SELECT value FROM json_each(?))", _listed(sources)),
        ("e.kind IN (SELECT value FROM json_each(?))", _listed(kinds)),
    )


class _Where:
    """The conditions whose value isn't None, as SQL and its values."""

    def __init__(self, *conditions: tuple[str, Any]) -> None:
        chosen = [(sql, value) for sql, value in conditions if value is not None]
        self.sql = f" WHERE {' AND '.join(sql for sql, _ in chosen)}" if chosen else ""
        self.values = [value for _, value in chosen]


def _span(column: str, since: datetime | None, until: datetime | None) -> list[tuple[str, Any]]:
    return [(f"{column} >= ?", since and iso_seconds(since)), (f"{column} < ?", until and iso_seconds(until))]


def _listed(names: Sequence[str] | None) -> str | None:
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
    """Return stories first seen at `since` or later, earliest first."""
    sql = """SELECT id, story_id, url, source, first_seen_at FROM versions
        WHERE version_no = 1 AND first_seen_at >= ? ORDER BY first_seen_at, id"""
    found = rows(db, sql, (iso_seconds(since),))
    return tuple(Arrival(**row) for row in found)


def new_stories(db: sqlite3.Connection, since: datetime, until: datetime) -> dict[str, int]:
    """Return how many stories of each source were first seen in a span, by the source's name; none that are withheld."""
    sql = """SELECT source, count(*) FROM versions
        WHERE version_no = 1 AND first_seen_at >= ? AND first_seen_at < ? GROUP BY source ORDER BY source"""
    return dict(db.execute(sql, (iso_seconds(since), iso_seconds(until))).fetchall())


def blocked_days(db: sqlite3.Connection, since: date) -> dict[tuple[str, date], int]:
    """Return (source, day) -> challenge pages and consent walls that came instead of articles, from `since` on (UTC)."""
    sql = """SELECT o.name, p.first_at / 86400000000 AS day, count(*) AS pages
        FROM pages p JOIN sources o ON o.id = p.source_id
        WHERE p.kind IN ('block page', 'consent page') AND p.first_at >= ? GROUP BY 1, 2"""
    begin = micros(datetime.combine(since, time(), UTC))
    found = rows(db, sql, (begin,))
    return {(r["name"], from_micros(r["day"] * 86_400_000_000).date()): r["pages"] for r in found}
