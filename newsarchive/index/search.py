"""Search: ranked or newest first, grouped by story, with snippets, totals and counts by month.

A common word may be in every text. Ranking and counting all of them would take long, so the newest RANKED hits are
ranked and, unless all are wanted, the newest COUNTED are counted. Text ids carry the story's day in their upper bits
(`compact_ids.text_id`), so "newest" is the order of the ids and costs no sort. Never raises for a query text.
Imports neither sqlite-utils nor the extractor. Tested in tests/index/test_search.py.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from newsarchive.index import known_values
from newsarchive.index.compact_ids import TEXT_BITS, day_number, day_of, first_text_id, last_text_id
from newsarchive.index.connection import rows
from newsarchive.index.folding import Query, query
from newsarchive.index.snippets import START, highlight, snippet

RANKED = 5_000  # hits that are ranked; measured: all 100,000 took 352 ms, the newest 5,000 of them 13 ms
COUNTED = (
    50_000  # hits that are counted; measured at a million stories: all took 680 ms, 50,000 of them 25 ms
)
WEIGHTS = "10.0, 4.0, 1.0, 1.0, 2.0"  # bm25 of title, description, text, captions, folded
MAX_LIMIT = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What is searched, and how the answer is cut.

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
    count_all: bool = False  # however many there are
    limit: int = 20
    offset: int = 0


def check_wanted(db: sqlite3.Connection, wanted: SearchQuery) -> None:
    """Refuse a source, language or span that no story can have.

    Raises:
        UsageError: names the known ones.
    """
    known_values.refuse_unknown_sources(db, wanted.sources)
    known_values.refuse_unknown_language(db, wanted.language)
    known_values.refuse_no_time(wanted.since, wanted.until)


FEW_HITS = 5  # with so many or fewer the earlier versions are asked, too


def lost_elsewhere(db: sqlite3.Connection, wanted: SearchQuery, total: int) -> int:
    """Return how many more stories had the words in an earlier version alone, where `total`, the hits, are few."""
    if not wanted.text or wanted.all_versions or total > FEW_HITS:
        return 0
    return search(db, replace(wanted, all_versions=True, limit=1, offset=0)).total - total


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
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
class SearchResult:
    """The answer to a search.

    `total` counts stories: all, or with `is_capped` the newest COUNTED of more. `ranked` says how many of the newest
    hits were ranked. `months` counts the same stories by month ("2026-11"), oldest first. `too_short` names
    beginnings ("s*") of fewer than `folding.SHORTEST_BEGINNING` letters, which were searched as words.
    """

    total: int
    ranked: int
    hits: tuple[SearchHit, ...]
    months: tuple[tuple[str, int], ...]
    match: str
    too_short: tuple[str, ...] = ()
    is_capped: bool = False


def search(db: sqlite3.Connection, wanted: SearchQuery) -> SearchResult:
    """Return the stories that `wanted` describes.

    Any query text is fine: quotes, operators, nothing, signs only. An empty one lists every story,
    newest first; one of signs only finds nothing.
    """
    parsed = query(wanted.text)
    if not parsed.match and not parsed.is_blank:
        return SearchResult(total=0, ranked=0, hits=(), months=(), match="")
    those = _those(parsed.match, wanted)
    is_deep = wanted.offset + min(wanted.limit, MAX_LIMIT) > COUNTED
    days, is_capped = _days(db, those, most=-1 if wanted.count_all or is_deep else COUNTED)
    total = sum(n for _, n in days)  # all texts of a story carry one day, so no story counts twice
    if wanted.newest or parsed.is_blank:
        chosen = _newest(db, those, wanted, days)
    else:
        chosen = _ranked(db, those, wanted, days)
    return SearchResult(
        total=total,
        ranked=min(total, RANKED) if parsed.match else 0,
        hits=tuple(_hit(db, row, parsed, wanted) for row in chosen),
        months=_months(days),
        match=parsed.match,
        too_short=parsed.too_short,
        is_capped=is_capped,
    )


# ---------------------------------------------------------------- which

Chosen = tuple[int, int, float, tuple[int, ...]]  # story, number of its version, score, numbers that match

# CROSS JOIN makes SQLite go from the full-text hits to the versions. Both are in the order of their ids, and
# text_versions holds all that a filter asks: a hit costs one step in a narrow table.
MATCHING = "FROM texts_fts f CROSS JOIN text_versions v ON v.text_id = f.rowid WHERE texts_fts MATCH ?"
_ALL = "FROM text_versions v WHERE 1"
_NARROW = {
    "language": "v.language = ?",
    "section": "v.section = ?",
    "author": "v.authors LIKE '%' || ? || '%' ESCAPE '\\'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Those:
    """Which versions are meant: FROM and WHERE, their values, the name of the text's id, how to count stories."""

    sql: str
    params: tuple[Any, ...]
    text_id: str
    count: str

    def select(self, columns: str) -> str:
        return f"SELECT {columns.replace('TEXT_ID', self.text_id)} {self.sql}"

    def also(self, condition: str, *params: Any) -> _Those:
        return replace(
            self,
            sql=f"{self.sql} AND {condition.replace('TEXT_ID', self.text_id)}",
            params=(*self.params, *params),
        )


def _those(match: str, wanted: SearchQuery) -> _Those:
    """The query and the filters as SQL."""
    all_versions = wanted.all_versions and bool(match)
    those = _Those(
        sql=MATCHING if match else _ALL,
        params=(match,) if match else (),
        text_id="f.rowid" if match else "v.text_id",
        count="count(DISTINCT story_id)" if all_versions else "count(*)",
    )
    if not all_versions:
        those = those.also("v.is_latest = 1")
    if wanted.sources:
        those = those.also(f"v.source IN ({', '.join('?' * len(wanted.sources))})", *wanted.sources)
    for name, sql in _NARROW.items():
        if value := getattr(wanted, name):
            those = those.also(sql, _like(value) if name == "author" else value)
    if wanted.changed:
        those = those.also("v.changed = 1")
    if wanted.gone:
        those = those.also("v.gone = 1")
    if wanted.since:
        those = those.also("TEXT_ID >= ?", first_text_id(day_number(wanted.since)))
    if wanted.until:
        those = those.also("TEXT_ID <= ?", last_text_id(day_number(wanted.until)))
    return those


def _like(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _days(db: sqlite3.Connection, those: _Those, most: int) -> tuple[list[tuple[int, int]], bool]:
    """Days (since 1970) and how many stories of each are found, newest first; whether there are more than `most` (-1: any number) hits."""
    hits = (
        f"{those.select('TEXT_ID AS text_id, v.story_id AS story_id')} ORDER BY {those.text_id} DESC LIMIT ?"
    )
    sql = f"SELECT text_id >> {TEXT_BITS}, {those.count}, count(*) FROM ({hits}) GROUP BY 1 ORDER BY 1 DESC"  # noqa: S608 - values are bound
    found = db.execute(sql, (*those.params, most)).fetchall()
    return [(day, n) for day, n, _ in found], sum(row[2] for row in found) == most


def _months(days: list[tuple[int, int]]) -> tuple[tuple[str, int], ...]:
    months: Counter[tuple[int, int]] = Counter()
    for number, n in days:
        day = day_of(number)
        months[day.year, day.month] += n
    return tuple((f"{year:04}-{month:02}", n) for (year, month), n in sorted(months.items()))


def _first_ranked(db: sqlite3.Connection, those: _Those, days: list[tuple[int, int]]) -> int:
    """Id of the oldest text that is ranked: of the RANKED-newest hit, if there are more. Only its day is read."""
    passed = 0
    for day, n in days:
        if passed + n >= RANKED:
            those = those.also("f.rowid BETWEEN ? AND ?", first_text_id(day), last_text_id(day))
            sql = f"{those.select('f.rowid')} ORDER BY f.rowid DESC LIMIT 1 OFFSET ?"
            return int(db.execute(sql, (*those.params, RANKED - passed - 1)).fetchone()[0])
        passed += n
    return first_text_id(days[-1][0])


def _ranked(
    db: sqlite3.Connection, those: _Those, wanted: SearchQuery, days: list[tuple[int, int]]
) -> list[Chosen]:
    """The best of the newest, each story once."""
    if not days:
        return []
    first, last = _first_ranked(db, those, days), last_text_id(days[0][0])
    those = those.also("f.rowid BETWEEN ? AND ?", first, last)
    sql = those.select(f"v.story_id, v.version_no, -bm25(texts_fts, {WEIGHTS}) AS score")
    sql += " ORDER BY score DESC, f.rowid DESC, v.version_id"
    page = (min(wanted.limit, MAX_LIMIT), wanted.offset)
    if not wanted.all_versions:  # one version of a story, so SQLite may cut
        found = db.execute(f"{sql} LIMIT ? OFFSET ?", (*those.params, *page))
        return [(story, number, score, (number,)) for story, number, score in found]
    stories: dict[int, tuple[float, list[int]]] = {}
    for story, number, score in db.execute(sql, those.params):
        stories.setdefault(story, (score, []))[1].append(number)
    chosen = list(stories.items())[page[1] : sum(page)]
    return [(story, max(numbers), score, tuple(sorted(numbers))) for story, (score, numbers) in chosen]


_NEWEST = (
    "v.story_id, max(v.version_no), group_concat(v.version_no)",
    " GROUP BY v.story_id ORDER BY (SELECT news_at FROM stories WHERE id = v.story_id) DESC, v.story_id LIMIT ? OFFSET ?",
)


def _newest(
    db: sqlite3.Connection, those: _Those, wanted: SearchQuery, days: list[tuple[int, int]]
) -> list[Chosen]:
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
    those = those.also("TEXT_ID >= ?", first_text_id(min(chosen)))
    those = those.also("TEXT_ID <= ?", last_text_id(max(chosen)))
    page = (min(wanted.limit, MAX_LIMIT), wanted.offset - first)
    found = db.execute(those.select(_NEWEST[0]) + _NEWEST[1], (*those.params, *page))
    return [(row[0], row[1], 0.0, tuple(sorted(int(n) for n in str(row[2]).split(",")))) for row in found]


def matching_versions(db: sqlite3.Connection, wanted: SearchQuery) -> Iterator[tuple[int, int]]:
    """Yield (story, version number) of all that `wanted` describes, newest first, nothing ranked: for exports.

    Of a story the latest version that matches. `limit` 0 is none. One cursor is open while it runs.
    """
    parsed = query(wanted.text)
    if not parsed.match and not parsed.is_blank:
        return
    those = _those(parsed.match, wanted)
    sql = f"{those.select('v.story_id, v.version_no')} ORDER BY {those.text_id} DESC, v.version_id DESC"
    if wanted.all_versions:
        sql = f"{those.select('v.story_id, max(v.version_no)')} GROUP BY v.story_id ORDER BY max({those.text_id}) DESC"
    for row in db.execute(f"{sql} LIMIT ? OFFSET ?", (*those.params, wanted.limit or -1, wanted.offset)):
        yield row[0], row[1]


def versions_by_time(db: sqlite3.Connection) -> Iterator[tuple[int, int]]:
    """Yield (story, version number) of every version, in the order in which they were first seen."""
    sql = "SELECT story_id, version_no FROM versions ORDER BY first_seen_at, id"
    for row in db.execute(sql):
        yield row[0], row[1]


# ---------------------------------------------------------------- how a hit is shown

_HIT = """SELECT s.id AS story_id, v.id AS version_id, v.version_no, v.is_latest, s.n_versions, s.n_changes, v.url,
    v.title, v.description, t.text, t.captions, s.source, s.domain, v.language, s.section, v.authors, s.status,
    s.published_at, s.first_seen_at, s.last_changed_at
FROM versions v JOIN stories s ON s.id = v.story_id JOIN texts t ON t.id = v.text_id
WHERE v.story_id = ? AND v.version_no = ?"""
_LOST = "SELECT first_seen_at FROM versions WHERE story_id = ? AND version_no = ?"


def _hit(db: sqlite3.Connection, chosen: Chosen, parsed: Query, wanted: SearchQuery) -> SearchHit:
    story, number, score, matching = chosen
    row = rows(db, _HIT, (story, number))[0]
    text, captions, is_latest = row.pop("text"), row.pop("captions"), row.pop("is_latest")
    body = snippet(text, parsed)
    if START not in body:
        for other in (row["description"], captions):
            if START in (piece := snippet(other, parsed)):
                body = piece
                break
    row["title"] = highlight(row["title"], parsed)
    lost = None if is_latest or number >= row["n_versions"] else number + 1
    at = db.execute(_LOST, (story, lost)).fetchone() if lost else None
    return SearchHit(
        **row,
        snippet=body,
        matching=matching if wanted.all_versions else (),
        lost_in=lost,
        lost_at=at[0] if at else None,
        score=round(score, 4),
    )
