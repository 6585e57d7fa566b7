"""Reading what stories copy from each other: a story's copies, outlet by outlet, pair by pair. Tested in tests/ingest/test_story_copies.py."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from newsarchive.index.connection import from_row, rows

MOST = 200  # copies of one story that are listed


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRow:
    """A story that shares its text with an outlet's that was seen before. Times are ISO 8601, UTC."""

    story_id: int
    title: str
    source: str
    url: str
    first_seen_at: str
    original_id: int
    original_title: str
    original_source: str
    original_url: str
    original_seen_at: str
    percent: int  # of the shorter text


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPair:
    """How often one outlet had a text after another."""

    original_source: str
    source: str
    stories: int
    percent: int  # of the shorter texts, on average
    first_at: str
    last_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A story of the same text as another one; `percent` of what it copies, None for the one that was seen first."""

    story_id: int
    version_id: int
    title: str
    source: str
    url: str
    first_seen_at: str
    words: int
    percent: int | None


# CROSS JOIN: copies are few beside the stories, which SQLite would read first where it knows nothing of the copies.
_JOINED = """FROM copies c CROSS JOIN stories s ON s.id = c.story_id JOIN stories o ON o.id = c.original_id
    WHERE (:source = '' OR s.source = :source) AND (:original = '' OR o.source = :original)
    AND s.first_seen_at >= :since AND (:until = '' OR s.first_seen_at < :until)"""


def copies(
    db: sqlite3.Connection,
    *,
    source: str = "",
    original: str = "",
    since: str = "",
    until: str = "",
    limit: int = 100,
    offset: int = 0,
) -> tuple[CopyRow, ...]:
    """Return copies, those seen last at first.

    Args:
        source: Only by this outlet.
        original: Only of this outlet's stories.
        since: First seen then or later (ISO 8601); `until`: before then.
    """
    sql = f"""SELECT s.id AS story_id, s.title, s.source, s.url, s.first_seen_at, o.id AS original_id, o.title AS original_title,
        o.source AS original_source, o.url AS original_url, o.first_seen_at AS original_seen_at, c.percent {_JOINED}
        ORDER BY s.first_seen_at DESC, s.id LIMIT :limit OFFSET :offset"""
    given = {"source": source, "original": original, "since": since, "until": until}
    found = db.execute(sql, given | {"limit": limit, "offset": offset})
    names = [d[0] for d in found.description]
    return tuple(CopyRow(**dict(zip(names, row, strict=True))) for row in found)


def outlet_pairs(db: sqlite3.Connection, *, since: str = "", until: str = "") -> tuple[OutletPair, ...]:
    """Return who had texts after whom, the most frequent pairs first."""
    sql = f"""SELECT o.source AS original_source, s.source, count(*) AS stories, CAST(round(avg(c.percent)) AS INTEGER) AS percent,
        min(s.first_seen_at) AS first_at, max(s.first_seen_at) AS last_at {_JOINED}
        GROUP BY 1, 2 ORDER BY stories DESC, 1, 2"""
    found = db.execute(sql, {"source": "", "original": "", "since": since, "until": until})
    names = [d[0] for d in found.description]
    return tuple(OutletPair(**dict(zip(names, row, strict=True))) for row in found)


def relatives(db: sqlite3.Connection, story_id: int) -> tuple[Relative, ...]:
    """Return all stories that go back to the same first one as this story, in the order in which they were seen; none of a story alone."""
    family = [number for (number,) in db.execute(_FAMILY, (story_id,))]
    if len(family) < 2:
        return ()
    found = rows(db, _RELATIVES, (json.dumps(family), MOST))
    return tuple(from_row(Relative, row) for row in found) if len(found) > 1 else ()


_FAMILY = """WITH RECURSIVE up(id, depth) AS (
    SELECT ?, 0 UNION ALL SELECT c.original_id, depth + 1 FROM up JOIN copies c ON c.story_id = up.id WHERE depth < 20
), down(id, depth) AS (
    SELECT (SELECT id FROM up ORDER BY depth DESC LIMIT 1), 0
    UNION ALL SELECT c.story_id, depth + 1 FROM down JOIN copies c ON c.original_id = down.id WHERE depth < 20
)
SELECT id FROM down"""
# Apart from the query above: with it in one, SQLite reads all stories of an index that was analysed.
_RELATIVES = """SELECT s.id AS story_id, v.id AS version_id, s.title, s.source, s.url, s.first_seen_at, v.words, c.percent
FROM json_each(?) w CROSS JOIN stories s ON s.id = w.value JOIN versions v ON v.id = s.latest_version_id
LEFT JOIN copies c ON c.story_id = s.id WHERE s.withheld = 0 ORDER BY s.first_seen_at, s.id LIMIT ?"""
