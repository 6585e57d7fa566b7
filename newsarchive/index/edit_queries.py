"""Changes as people ask for them: what was edited, when, how.

Reads only. Tested in tests/index/test_reading.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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
    return tuple(made(ChangeRow, row, kinds=tuple(json.loads(row["kinds"]))) for row in found)
