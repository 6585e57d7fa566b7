"""Search: ranked or newest first, grouped by story, with snippets, exact totals and counts by month.

A common word may stand in every text. Ranking all of them would take long, so the newest RANKED hits are
ranked; the total and the months count every hit. Text ids carry the story's day in their upper bits
(`compact.text_id`), so "newest" is the order of the ids and costs no sort. Never raises for a query text.
Imports neither sqlite-utils nor the extractor. Tested in tests/index/test_search.py.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from newsarchive.index.compact import TEXT_BITS, day_number, day_of
from newsarchive.index.door import Row, rows
from newsarchive.index.folding import Query, query
from newsarchive.index.snippets import START, highlight, snippet

RANKED = 5_000  # hits that are ranked; measured: all 100,000 took 352 ms, the newest 5,000 of them 13 ms
WEIGHTS = "10.0, 4.0, 1.0, 1.0, 2.0"  # bm25 of title, description, text, captions, folded
MAX_LIMIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for, and how the answer should be cut.

    `since` and `until` are days (both included) of the story's own date, else of its first capture.
    """

    text: str = ""
    sources: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    language: str = ""
    section: str = ""
    author: str = ""  # part of the name, any case
    changed: bool = False  # only stories that were edited
    gone: bool = False  # only stories that are no longer there
    all_versions: bool = False  # also words that a later version lost
    newest: bool = False  # by date instead of by rank
    limit: int = 20
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One story that was found, by its latest version that matches.

    `title` and `snippet` hold marks around what was found (`snippets.marked` replaces them).
    """

    story_id: int
    version_id: int
    version_no: int
    n_versions: int
    n_changes: int
    url: str
    title: str
    description: str
    snippet: str
    source: str
    domain: str
    language: str
    section: str
    authors: str
    status: str
    published_at: str | None
    first_seen_at: str
    last_changed_at: str
    matching: tuple[int, ...]  # numbers of all versions that match; only with all_versions
    lost_in: int | None  # number of the version that no longer says it
    lost_at: str | None  # when that version was first seen
    score: float  # larger is better; 0 without a query or when newest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The answer to a search.

    `total` counts stories, exact. `ranked` says how many of the newest hits the ranking looked at.
    `months` counts hits by month ("2026-11"), oldest first.
    """

    total: int
    ranked: int
    hits: tuple[Hit, ...]
    months: tuple[tuple[str, int], ...]
    match: str


def search(db: sqlite3.Connection, wanted: Wanted) -> Found:
    """The stories that `wanted` describes.

    Any query text is fine: quotes, operators, nothing, signs only. An empty one lists every story,
    newest first; one of signs only finds nothing.
    """
    asked = query(wanted.text)
    if asked.is_blank:
        return _newest_stories(db, wanted)
    if not asked.match:
        return Found(total=0, ranked=0, hits=(), months=(), match="")
    where, params = _conditions(wanted)
    source = f"FROM texts_fts f CROSS JOIN versions v ON v.text_id = f.rowid WHERE texts_fts MATCH ? {where}"
    params = [asked.match, *params]
    days = _days(db, source, params, wanted)
    total = sum(n for _, n in days)  # all texts of a story carry one day, so no story counts twice
    if wanted.newest:
        chosen = _newest(db, source, params, wanted, days)
    else:
        chosen = _ranked(db, source, params, wanted, total)
    hits = [_hit(db, row, asked, wanted) for row in chosen]
    return Found(
        total=total, ranked=min(total, RANKED), hits=tuple(hits), months=_months(days), match=asked.match
    )


# ---------------------------------------------------------------- which

# Each asks about one hit by its key: SQLite must go from the full-text hits to the tables, never the other
# way (CROSS JOIN says so for the versions).
_STORY_HAS = "EXISTS (SELECT 1 FROM stories s WHERE s.id = v.story_id AND {})"
_NARROW = {
    "language": "v.language = ?",
    "section": _STORY_HAS.format("s.section = ? COLLATE NOCASE"),
    "author": "EXISTS (SELECT 1 FROM version_authors va JOIN authors a ON a.id = va.author_id"
    " WHERE va.version_id = v.id AND a.name LIKE '%' || ? || '%' ESCAPE '\\')",
}


def _conditions(wanted: Wanted) -> tuple[str, list[Any]]:
    """The filters as SQL after a WHERE, with their values."""
    parts: list[str] = [] if wanted.all_versions else ["v.is_latest = 1"]
    params: list[Any] = []
    if wanted.sources:
        parts.append(f"v.source IN ({', '.join('?' * len(wanted.sources))})")
        params += wanted.sources
    for name, sql in _NARROW.items():
        if value := getattr(wanted, name):
            parts.append(sql)
            params.append(_like(value) if name == "author" else value)
    if wanted.changed:
        parts.append(_STORY_HAS.format("s.n_changes > 0"))
    if wanted.gone:
        parts.append(_STORY_HAS.format("s.status = 'gone'"))
    if wanted.since:
        parts.append("f.rowid >= ?")
        params.append(max(day_number(wanted.since), 0) << TEXT_BITS)
    if wanted.until:
        parts.append("f.rowid < ?")
        params.append(max(day_number(wanted.until) + 1, 0) << TEXT_BITS)
    return "".join(f" AND {part}" for part in parts), params


def _like(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _days(db: sqlite3.Connection, source: str, params: list[Any], wanted: Wanted) -> list[tuple[int, int]]:
    """Days (since 1970) and how many hits each has, newest first."""
    count = "count(DISTINCT v.story_id)" if wanted.all_versions else "count(*)"
    sql = f"SELECT f.rowid >> {TEXT_BITS}, {count} {source} GROUP BY 1 ORDER BY 1 DESC"
    return [(row[0], row[1]) for row in db.execute(sql, params)]


def _months(days: list[tuple[int, int]]) -> tuple[tuple[str, int], ...]:
    months: Counter[str] = Counter()
    for day, n in days:
        months[f"{day_of(day):%Y-%m}"] += n
    return tuple(sorted(months.items()))


def _ranked(
    db: sqlite3.Connection, source: str, params: list[Any], wanted: Wanted, total: int
) -> list[tuple[int, int, float, tuple[int, ...]]]:
    """(story, version number, score, matching numbers) of the best, each story once."""
    if total > RANKED or wanted.all_versions:
        sql = f"SELECT f.rowid {source} ORDER BY f.rowid DESC LIMIT 1 OFFSET {RANKED - 1}"
        if cut := db.execute(sql, params).fetchone():
            source, params = f"{source} AND f.rowid >= ?", [*params, cut[0]]
    sql = f"SELECT v.story_id, v.version_no, -bm25(texts_fts, {WEIGHTS}) AS score {source}"
    found: dict[int, tuple[int, float, list[int]]] = {}
    for story, number, score in db.execute(f"{sql} ORDER BY score DESC, f.rowid DESC, v.id", params):
        best = found.setdefault(story, (number, score, []))
        best[2].append(number)
    chosen = list(found.items())[wanted.offset : wanted.offset + min(wanted.limit, MAX_LIMIT)]
    return [(story, max(n), score, tuple(sorted(n))) for story, (_, score, n) in chosen]


_NEWEST = (
    "SELECT v.story_id, max(v.version_no), group_concat(v.version_no)",
    "AND f.rowid >= ? AND f.rowid < ? GROUP BY v.story_id"
    " ORDER BY (SELECT news_at FROM stories WHERE id = v.story_id) DESC, v.story_id LIMIT ? OFFSET ?",
)


def _newest(
    db: sqlite3.Connection, source: str, params: list[Any], wanted: Wanted, days: list[tuple[int, int]]
) -> list[tuple[int, int, float, tuple[int, ...]]]:
    """As `_ranked`, by date; only the days that the page shows are sorted."""
    first, passed = None, 0
    chosen: list[int] = []
    for day, n in days:
        if passed + n > wanted.offset and passed < wanted.offset + min(wanted.limit, MAX_LIMIT):
            first = passed if first is None else first
            chosen.append(day)
        passed += n
    if first is None:
        return []
    sql = f"{_NEWEST[0]} {source} {_NEWEST[1]}"
    span = [min(chosen) << TEXT_BITS, (max(chosen) + 1) << TEXT_BITS]
    page = [min(wanted.limit, MAX_LIMIT), wanted.offset - first]
    found = db.execute(sql, [*params, *span, *page])
    return [(row[0], row[1], 0.0, tuple(sorted(int(n) for n in str(row[2]).split(",")))) for row in found]


# ---------------------------------------------------------------- how a hit looks

_HIT = """SELECT s.id AS story_id, v.id AS version_id, v.version_no, v.is_latest, s.n_versions, s.n_changes, v.url,
    v.title, v.description, t.text, t.captions, s.source, s.domain, v.language, s.section, v.authors, s.status,
    s.published_at, s.first_seen_at, s.last_changed_at
FROM versions v JOIN stories s ON s.id = v.story_id JOIN texts t ON t.id = v.text_id
WHERE v.story_id = ? AND v.version_no = ?"""
_LOST = "SELECT first_seen_at FROM versions WHERE story_id = ? AND version_no = ?"


def _hit(
    db: sqlite3.Connection, chosen: tuple[int, int, float, tuple[int, ...]], asked: Query, wanted: Wanted
) -> Hit:
    story, number, score, matching = chosen
    row = rows(db, _HIT, (story, number))[0]
    text, captions, is_latest = row.pop("text"), row.pop("captions"), row.pop("is_latest")
    body = snippet(text, asked)
    if START not in body:
        for other in (row["description"], captions):
            if START in (piece := snippet(other, asked)):
                body = piece
                break
    row["title"] = highlight(row["title"], asked)
    lost = None if is_latest or number >= row["n_versions"] else number + 1
    at = db.execute(_LOST, (story, lost)).fetchone() if lost else None
    return Hit(
        **row,
        snippet=body,
        matching=matching if wanted.all_versions else (),
        lost_in=lost,
        lost_at=at[0] if at else None,
        score=round(score, 4),
    )


# ---------------------------------------------------------------- without a query

_STORY_FILTERS = {
    "language": "s.language = ?",
    "section": "s.section = ? COLLATE NOCASE",
    "author": "s.latest_version_id IN (SELECT va.version_id FROM authors a JOIN version_authors va"
    " ON va.author_id = a.id WHERE a.name LIKE '%' || ? || '%' ESCAPE '\\')",
}


def _newest_stories(db: sqlite3.Connection, wanted: Wanted) -> Found:
    """Every story that passes the filters, newest first."""
    parts, params = ["s.withheld = 0", "s.latest_version_id IS NOT NULL"], []
    if wanted.sources:
        parts.append(f"s.source IN ({', '.join('?' * len(wanted.sources))})")
        params += list(wanted.sources)
    for name, sql in _STORY_FILTERS.items():
        if value := getattr(wanted, name):
            parts.append(sql)
            params.append(_like(value) if name == "author" else value)
    if wanted.changed:
        parts.append("s.n_changes > 0")
    if wanted.gone:
        parts.append("s.status = 'gone'")
    if wanted.since:
        parts.append("s.news_at >= ?")
        params.append(wanted.since.isoformat())
    if wanted.until:
        parts.append("s.news_at < ?")
        params.append(day_of(day_number(wanted.until) + 1).isoformat())
    where = "FROM stories s WHERE " + " AND ".join(parts)
    months = db.execute(f"SELECT substr(s.news_at, 1, 7), count(*) {where} GROUP BY 1 ORDER BY 1", params)
    counts = tuple((row[0], row[1]) for row in months)
    sql = f"SELECT s.id, s.n_versions {where} ORDER BY s.news_at DESC, s.id LIMIT ? OFFSET ?"
    chosen = db.execute(sql, [*params, min(wanted.limit, MAX_LIMIT), wanted.offset]).fetchall()
    nothing = Query(match="", is_blank=True)
    hits = [_hit(db, (row[0], row[1], 0.0, ()), nothing, wanted) for row in chosen]
    return Found(total=sum(n for _, n in counts), ranked=0, hits=tuple(hits), months=counts, match="")


def day_from(text: str) -> date:
    """The day that an ISO 8601 text names.

    Raises:
        ValueError: `text` isn't ISO 8601.
    """
    moment = datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    return (moment if moment.tzinfo is None else moment.astimezone(UTC)).date()


def as_row(hit: Hit) -> Row:
    """A hit as a flat dict, for JSON."""
    return {name: getattr(hit, name) for name in hit.__slots__}
