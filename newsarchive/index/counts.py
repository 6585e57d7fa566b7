"""Counts: what each source brought, what the archive holds, how each day went.

Reads only. Tested in tests/index/test_reading.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.connection import Row, from_row, rows
from newsarchive.index.rows import FailureRow, ImportedHost
from newsarchive.times import from_micros, iso_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A source with what it brought. Times are ISO 8601 texts, None if there was nothing yet."""

    name: str
    title: str
    homepage: str
    language: str
    stories: int
    versions: int
    changes: int
    gone: int
    captures: int
    bytes: int
    failed: int
    first_seen_at: str | None
    last_story_at: str | None
    last_checked_at: str | None


# A source without a file (then `config` and `homepage` are empty) and without a story is a name that a failed fetch left: it isn't shown.
SHOWN = "(o.config != '{}' OR o.homepage != '' OR EXISTS (SELECT 1 FROM stories st WHERE st.source = o.name))"

_SOURCES = f"""SELECT o.id, o.name, o.title, o.homepage, o.language,
    (SELECT count(*) FROM stories s WHERE s.source = o.name AND NOT withheld) AS stories,
    (SELECT coalesce(sum(n_versions), 0) FROM stories s WHERE s.source = o.name AND NOT withheld) AS versions,
    (SELECT coalesce(sum(n_changes), 0) FROM stories s WHERE s.source = o.name AND NOT withheld) AS changes,
    (SELECT count(*) FROM stories s WHERE s.source = o.name AND NOT withheld AND status = 'gone') AS gone,
    (SELECT min(first_seen_at) FROM stories s WHERE s.source = o.name AND NOT withheld) AS first_seen_at,
    (SELECT max(news_at) FROM stories s WHERE s.source = o.name AND NOT withheld) AS last_story_at,
    (SELECT max(last_at) FROM urls u WHERE u.source_id = o.id) AS last_at,
    (SELECT coalesce(sum(n), 0) FROM source_days d WHERE d.source_id = o.id) AS captures,
    (SELECT coalesce(sum(bytes), 0) FROM source_days d WHERE d.source_id = o.id) AS bytes,
    (SELECT coalesce(sum(n), 0) FROM source_days d WHERE d.source_id = o.id
        AND (outcome = 'failed' OR outcome >= '500' AND outcome <= '599')) AS failed
FROM sources o WHERE {SHOWN} ORDER BY o.name"""  # noqa: S608 - our own text


def newest_capture(db: sqlite3.Connection) -> str | None:
    """Return when the newest capture was made, ISO 8601; None in an archive without captures."""
    at = db.execute(
        "SELECT max(newest) FROM (SELECT (SELECT max(last_at) FROM urls WHERE source_id = so.id) AS newest FROM sources so)"
    ).fetchone()[0]
    return iso_seconds(from_micros(at)) if at is not None else None


def source_names(db: sqlite3.Connection) -> list[str]:
    """Return the names of `sources`, sorted."""
    return [name for (name,) in db.execute(f"SELECT o.name FROM sources o WHERE {SHOWN} ORDER BY 1")]  # noqa: S608


def sources(db: sqlite3.Connection) -> tuple[SourceRow, ...]:
    """Return every source that has a file in the archive or a story, with its counts, by name."""
    found = []
    for row in rows(db, _SOURCES):
        row["last_checked_at"] = iso_seconds(from_micros(row["last_at"])) if row["last_at"] else None
        found.append(SourceRow(**{f.name: row[f.name] for f in fields(SourceRow)}))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow:
    """A feed, sitemap or section page of a source, and how it answered last."""

    url: str
    kind: str  # feed, sitemap, section
    last_checked_at: str
    http_status: int | None
    n_captures: int


def feeds(db: sqlite3.Connection, source: str) -> tuple[FeedRow, ...]:
    """Return what a source's pages were found through, by kind and URL."""
    codes = [compact_ids.REASONS.index(reason) for reason in ("feed", "sitemap", "section")]
    sql = """SELECT url, last_reason, last_at, last_status AS http_status, n_captures FROM urls
        WHERE source_id = ? AND last_reason IN (?, ?, ?) ORDER BY last_reason, url"""
    found = []
    for row in rows(db, sql, [compact_ids.source_id(source), *codes]):
        kind = compact_ids.REASONS[row.pop("last_reason")]
        found.append(
            FeedRow(**row | {"last_checked_at": iso_seconds(from_micros(row.pop("last_at")))}, kind=kind)
        )
    return tuple(found)


def stats(db: sqlite3.Connection) -> Row:
    """Return what the archive holds: counts by name, and tables of counts by language, status, kind of change, file."""
    single = {
        "sources": f"SELECT count(*) FROM sources o WHERE {SHOWN}",  # noqa: S608 - our own text
        "stories": "SELECT count(*) FROM stories WHERE NOT withheld",
        "withheld": "SELECT count(*) FROM stories WHERE withheld",
        "versions": "SELECT count(*) FROM versions",
        "changes": "SELECT count(*) FROM changes",
        "significant_changes": "SELECT count(*) FROM changes WHERE significant",
        "silent_changes": "SELECT count(*) FROM changes WHERE silent",
        "events": "SELECT count(*) FROM events",
        "captures": "SELECT coalesce(sum(n), 0) FROM source_days",
        "pages": "SELECT count(*) FROM pages",
        "words": "SELECT coalesce(sum(words), 0) FROM versions WHERE is_latest",
        "warc_files": "SELECT count(*) FROM warc_files",
        "warc_bytes": "SELECT coalesce(sum(ingested_to), 0) FROM warc_files",
        "first_capture_at": "SELECT min(first_at) FROM urls",
        "last_capture_at": "SELECT max(last_at) FROM urls",
    }
    found: Row = {name: db.execute(sql).fetchone()[0] for name, sql in single.items()}
    for name in ("first_capture_at", "last_capture_at"):
        found[name] = iso_seconds(from_micros(found[name])) if found[name] is not None else None
    for name, sql in _TABLES.items():
        found[name] = dict(db.execute(sql).fetchall())
    return found


_TABLES = {
    "languages": "SELECT language, count(*) FROM stories WHERE NOT withheld GROUP BY 1 ORDER BY 2 DESC, 1",
    "statuses": "SELECT status, count(*) FROM stories WHERE NOT withheld GROUP BY 1 ORDER BY 2 DESC, 1",
    "page_kinds": "SELECT page_kind, count(*) FROM stories WHERE NOT withheld GROUP BY 1 ORDER BY 2 DESC, 1",
    "change_kinds": "SELECT kind, count(*) FROM changes GROUP BY 1 ORDER BY 2 DESC, 1",
    "outcomes": "SELECT outcome, sum(n) FROM source_days GROUP BY 1 ORDER BY 2 DESC, 1",
}


def imported_hosts(db: sqlite3.Connection) -> tuple[ImportedHost, ...]:
    """Return what the imported files hold, by file and host; those left out of the index have no source."""
    sql = """SELECT w.name AS file, i.host, i.said, i.source, i.captures FROM imported_hosts i
        JOIN warc_files w ON w.id = i.warc_file_id ORDER BY 1, 2, 3"""
    return tuple(ImportedHost(**row) for row in rows(db, sql))


def failures(db: sqlite3.Connection) -> tuple[FailureRow, ...]:
    """Return the captures, pages and stories that could not be indexed, by source, kind and URL."""
    found = rows(db, "SELECT * FROM failures ORDER BY source, kind, url, id")
    return tuple(from_row(FailureRow, row) for row in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayRow:
    """How many fetches of one reason ended one way, on one day, for one source."""

    source: str
    day: date
    reason: str
    outcome: str  # "200", "404" …, "same", "not-modified", "failed"
    n: int
    bytes: int


def days(db: sqlite3.Connection, *, since: date | None = None, source: str = "") -> tuple[DayRow, ...]:
    """Fetch by source, day, reason and outcome; for health."""
    sql = """SELECT o.name, d.day, d.reason, d.outcome, d.n, d.bytes FROM source_days d
        JOIN sources o ON o.id = d.source_id
        WHERE d.day >= ? AND (? = '' OR o.name = ?) ORDER BY 1, 2, 3, 4"""
    first = compact_ids.day_number(since) if since else 0
    return tuple(_day(row) for row in db.execute(sql, (first, source, source)))


def _day(row: Any) -> DayRow:
    name, day, reason, outcome, n, size = tuple(row)
    return DayRow(
        source=name,
        day=compact_ids.day_of(day),
        reason=compact_ids.REASONS[reason],
        outcome=outcome,
        n=n,
        bytes=size,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class YieldRow:
    """What one day brought of one source: new stories, and how complete their texts were."""

    source: str
    day: date
    stories: int
    without_title: int
    without_date: int
    without_text: int
    median_words: int
    mean_confidence: float


_YIELD = """SELECT s.source, substr(s.first_seen_at, 1, 10) AS day, s.title = '' AS without_title,
    s.published_at IS NULL AS without_date, v.words, v.confidence
FROM stories s JOIN versions v ON v.story_id = s.id AND v.version_no = 1
WHERE NOT s.withheld AND s.first_seen_at >= ? ORDER BY 1, 2, v.words"""


def yields(db: sqlite3.Connection, *, since: date) -> tuple[YieldRow, ...]:
    """Return what each source brought on each day from `since` on; days without a story have no row."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows(db, _YIELD, (since.isoformat(),)):
        groups.setdefault((row["source"], row["day"]), []).append(row)
    return tuple(
        YieldRow(
            source=source,
            day=date.fromisoformat(day),
            stories=len(found),
            without_title=sum(r["without_title"] for r in found),
            without_date=sum(r["without_date"] for r in found),
            without_text=sum(r["words"] == 0 for r in found),
            median_words=found[len(found) // 2]["words"],
            mean_confidence=round(sum(r["confidence"] for r in found) / len(found), 4),
        )
        for (source, day), found in groups.items()
    )
