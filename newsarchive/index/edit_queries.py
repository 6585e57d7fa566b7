"""Changes and events as people ask for them: what was edited or happened, when, how.

Reads only. Tested in tests/index/test_reading.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.connection import made, rows
from newsarchive.times import iso_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change, with the story that it happened to. The edit lies between `not_before` and `changed_at`."""

    id: int
    story_id: int
    before_id: int
    after_id: int
    before_no: int
    after_no: int
    changed_at: str
    not_before: str
    kind: str
    kinds: tuple[str, ...]
    significant: bool
    silent: bool
    reason: str
    chars_added: int
    chars_removed: int
    share: float
    title_before: str
    title_after: str
    url: str
    source: str
    language: str
    before_record_id: str
    after_record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """Something that happened to a story without an edit, with the story and the record id of the capture."""

    id: int
    story_id: int
    happened_at: str
    kind: str
    detail: str
    title: str
    url: str
    source: str
    language: str
    record_id: str


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
    return tuple(made(ChangeRow, row, kinds=tuple(json.loads(row["kinds"]))) for row in found)


_EVENTS = """SELECT e.*, s.title, s.source, s.language, c.record
FROM events e JOIN stories s ON s.id = e.story_id JOIN captures c ON c.id = e.capture_id"""


def events(
    db: sqlite3.Connection,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    sources: Sequence[str] = (),
    kinds: Sequence[str] = (),
    limit: int = 100,
) -> tuple[EventRow, ...]:
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
    return tuple(made(EventRow, row, record_id=compact_ids.unpack_record(row["record"])) for row in found)


class _Where:
    """The conditions whose value isn't None, as SQL and its values."""

    def __init__(self, *conditions: tuple[str, Any]) -> None:
        chosen = [(sql, value) for sql, value in conditions if value is not None]
        self.sql = f" WHERE {' AND '.join(sql for sql, _ in chosen)}" if chosen else ""
        self.values = [value for _, value in chosen]


def _listed(names: Sequence[str]) -> str | None:
    return json.dumps(names) if names else None
