"""Which front and section pages the archive has captured, when, and where the records are. Tested in tests/test_fronts.py."""

from __future__ import annotations

import json
import sqlite3
from contextlib import suppress
from dataclasses import dataclass

from newsarchive.index import compact_ids
from newsarchive.index.connection import from_row, rows

SECTION = compact_ids.REASONS.index("section")

_PAGES = """SELECT u.url, s.name AS source, u.n_captures AS captures, u.first_at, u.last_at
FROM sources s CROSS JOIN urls u ON u.source_id = s.id AND u.last_reason = ?
WHERE u.last_status IN (200, 304) AND (? = '' OR s.name = ?) ORDER BY s.name, u.n_captures DESC, u.url"""

_CAPTURES = """SELECT c.id, c.fetched_at AS at, c.kind = 0 AS is_full, w.name AS warc_filename, c.warc_offset, c.warc_length
FROM captures c JOIN urls u ON u.id = c.url_id JOIN warc_files w ON w.id = c.warc_file_id
WHERE u.url = :url AND c.kind < 3 AND c.http_status IN (200, 304)"""

_WITHIN = (
    f"{_CAPTURES} AND c.fetched_at >= :since AND c.fetched_at < :until ORDER BY c.fetched_at, c.seq, c.id"
)
_BEFORE = f"{_CAPTURES} AND c.kind = 0 AND c.fetched_at < :since ORDER BY c.fetched_at DESC LIMIT 1"

_STORIES = """SELECT u.url_key, st.id, st.withheld FROM urls u JOIN story_urls su ON su.url_id = u.id
JOIN stories st ON st.id = su.story_id WHERE u.url_key IN (SELECT value FROM json_each(?))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontPage:
    """A page that is polled for its links. Times in microseconds since 1970."""

    url: str
    source: str
    captures: int
    first_at: int
    last_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontRecord:
    """A capture of such a page; of one that isn't full the page is the same as in the full one before."""

    id: int
    at: int
    is_full: bool
    warc_filename: str
    warc_offset: int
    warc_length: int


def front_pages(db: sqlite3.Connection, source: str = "") -> tuple[FrontPage, ...]:
    """Return the front and section pages of a source, or of all, those with most captures first."""
    return tuple(from_row(FrontPage, row) for row in rows(db, _PAGES, (SECTION, source, source)))


def front_records(db: sqlite3.Connection, url: str, since: int, until: int) -> tuple[FrontRecord, ...]:
    """Return the captures of a page in a time, oldest first, whoever made them, and before them the full one that the first may repeat.

    Args:
        since: Microseconds since 1970; `until` isn't included.
    """
    given = {"url": url, "since": since, "until": until}
    found = [*rows(db, _BEFORE, given), *rows(db, _WITHIN, given)]
    return tuple(from_row(FrontRecord, {**row, "is_full": bool(row["is_full"])}) for row in found)


def stories_at(db: sqlite3.Connection, keys: set[str]) -> tuple[dict[str, int], set[str]]:
    """Return the stories of URL keys, and the keys whose story is withheld."""
    found = db.execute(_STORIES, (json.dumps(sorted(keys)),)).fetchall()
    hidden = {key for key, _, withheld in found if withheld}
    return {key: story for key, story, withheld in found if not withheld and key not in hidden}, hidden


def domains_of(db: sqlite3.Connection, source: str) -> tuple[str, ...]:
    """Return the domains that a source's file names; none if it names none or the source is unknown."""
    row = db.execute("SELECT config FROM sources WHERE name = ?", (source,)).fetchone()
    with suppress(ValueError, TypeError, AttributeError):
        return tuple(str(name) for name in json.loads(row[0]).get("domains", ()))
    return ()
