"""What a crawl asks of the index: which URLs are known, and how each known page was last seen.

Reads only; never decides what is due (`schedule` does). Tested in tests/index/test_reading.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.errors import BadUrlError, NothingFoundError
from newsarchive.index import compact_ids
from newsarchive.index.connection import open_readonly, rows, rows_in
from newsarchive.model import RecordLocation, RecordRef
from newsarchive.plan import Target
from newsarchive.times import from_micros, micros, parse_iso
from newsarchive.urls import url_key

_KNOWN = "SELECT url_key FROM urls WHERE known AND url_key IN (?)"


class KnownUrls:
    """Which URLs the archive has an answer for. Opened at the first question; close it or use it in a `with`.

    A page is known under all its spellings (`urls.url_key`). One whose fetches all failed isn't.

    Args:
        path: Of index.db. While there is none, nothing is known.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._db: sqlite3.Connection | None = None

    def __enter__(self) -> KnownUrls:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database."""
        if self._db is not None:
            self._db.close()
            self._db = None

    def unknown(self, urls: Iterable[str]) -> list[str]:
        """Return those of `urls` that the archive doesn't know, in their order, each page once; bad URLs left out."""
        keys: dict[str, str] = {}
        for url in urls:
            try:
                keys.setdefault(url_key(url), url)
            except BadUrlError:
                continue
        known = self._known(list(keys))
        return [url for key, url in keys.items() if key not in known]

    def _known(self, keys: Sequence[str]) -> set[str]:
        db = self._opened()
        return {row["url_key"] for row in rows_in(db, _KNOWN, keys)} if db is not None else set()

    def _opened(self) -> sqlite3.Connection | None:
        if self._db is None:
            try:
                self._db = open_readonly(self._path)
            except NothingFoundError:
                return None
        return self._db


@dataclass(frozen=True, slots=True, kw_only=True)
class RecheckRow:
    """A page and how it was last seen; all times aware, UTC.

    For a story's page the times and counts are the story's; for any other (a feed, a section) the URL's own.
    """

    url: str
    source: str
    published_at: datetime | None
    first_seen_at: datetime
    last_checked_at: datetime | None
    last_changed_at: datetime | None
    n_captures: int
    n_changes: int
    is_gone: bool
    etag: str | None
    last_modified: str | None
    previous: RecordRef | None
    http_status: int | None = None
    story_id: int | None = None
    withheld: bool = False
    is_doubtful: bool = (
        False  # the last capture lacks text that was there; validators of its answer aren't to be used
    )


_URL = """u.url, u.etag, u.last_modified, u.last_status, u.full_at, u.n_captures AS url_captures, u.first_at, u.last_at,
    f.record, f.digest, w.name AS warc_filename, f.warc_offset, f.warc_length, o.name AS source
FROM {} LEFT JOIN captures f ON f.id = u.full_capture_id LEFT JOIN warc_files w ON w.id = f.warc_file_id JOIN sources o ON o.id = u.source_id"""
# Once: a page that is cut again and again is fetched at its usual times.
_DOUBTFUL = """EXISTS (SELECT 1 FROM events e WHERE e.story_id = s.id AND e.kind IN ('text missing', 'truncated')
    AND e.happened_at >= s.last_checked_at)"""
_DUE = f"""SELECT s.id AS story_id, s.published_at, s.first_seen_at, s.last_checked_at, s.last_changed_at,
    s.n_captures, s.n_changes, s.status, s.withheld, {_DOUBTFUL} AS is_doubtful, {_URL}"""
_DUE_ALL = _DUE.format("stories s JOIN urls u ON u.url = s.url")
# Stories have no index by URL: found by it alone, each would cost a reading of them all.
_DUE_AT = _DUE.format(
    "urls u JOIN story_urls su ON su.url_id = u.id JOIN stories s ON s.id = su.story_id AND s.url = u.url"
)
_STORY_OF = (
    "SELECT s.url FROM urls u JOIN story_urls su ON su.url_id = u.id JOIN stories s ON s.id = su.story_id"
)
_LAST = f"SELECT {_URL.format('urls u')} WHERE u.url IN (?)"


def due_rows(db: sqlite3.Connection, sources: Sequence[str] = ()) -> Iterator[RecheckRow]:
    """Yield one row for each story (its present URL), of all sources or of those named, by URL."""
    where = f" WHERE s.source IN ({', '.join('?' * len(sources))})" if sources else ""
    return map(_of_story, rows(db, f"{_DUE_ALL}{where} ORDER BY s.url", list(sources)))


def due_rows_at(db: sqlite3.Connection, urls: Iterable[str]) -> list[RecheckRow]:
    """Return the rows of the stories whose present URLs these are, by URL."""
    return list(map(_of_story, rows_in(db, f"{_DUE_AT} WHERE u.url IN (?)", sorted(urls))))


def due_rows_of(db: sqlite3.Connection, story_ids: Iterable[int]) -> list[RecheckRow]:
    """Return the rows of these stories; those that are none any more are left out."""
    return list(map(_of_story, rows_in(db, f"{_DUE_ALL} WHERE s.id IN (?)", story_ids)))


def has_more_than(db: sqlite3.Connection, count: int) -> bool:
    """Return whether there are more stories than `count`; reads no more than so many."""
    return bool(rows(db, "SELECT 1 FROM stories LIMIT 1 OFFSET ?", [count]))


def stories_with_keys(db: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Return the present URLs of the stories that have a URL with one of these keys."""
    return {row["url"] for row in rows_in(db, f"{_STORY_OF} WHERE u.url_key IN (?)", keys)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PastCheck:
    """One re-check of a story's page, and the capture before it; times aware, UTC, whole seconds."""

    source: str
    url: str
    published_at: datetime | None
    first_seen_at: datetime
    before: datetime
    at: datetime
    is_changed: bool
    follows_edit: bool  # the capture before showed an edit


_PAST = """WITH seen AS (
    SELECT c.story_id, c.fetched_at / 1000000 AS at, c.version_no > 1 AND v.first_capture_id = c.id AS is_changed
    FROM captures c LEFT JOIN versions v ON v.story_id = c.story_id AND v.version_no = c.version_no
    WHERE c.story_id IS NOT NULL AND c.fetched_at >= ?
), pairs AS (
    SELECT *, lag(at) OVER past AS before, lag(is_changed) OVER past AS follows_edit
    FROM seen WINDOW past AS (PARTITION BY story_id ORDER BY at)
)
SELECT s.source, s.url, s.published_at, s.first_seen_at, p.before, p.at, p.is_changed, p.follows_edit
FROM pairs p JOIN stories s ON s.id = p.story_id WHERE p.at > p.before ORDER BY p.at, s.url"""


def past_checks(db: sqlite3.Connection, since: datetime) -> Iterator[PastCheck]:
    """Yield all re-checks of stories since a moment, in order of time. Reads every capture."""
    for source, url, published, first_seen, before, at, is_changed, follows in db.execute(
        _PAST, [micros(since)]
    ):
        yield PastCheck(
            source=source,
            url=url,
            published_at=parse_iso(published) if published else None,
            first_seen_at=parse_iso(first_seen),
            before=from_micros(before * 1_000_000),
            at=from_micros(at * 1_000_000),
            is_changed=bool(is_changed),
            follows_edit=bool(follows),
        )


def keys_with_story(db: sqlite3.Connection, keys: Iterable[str]) -> set[str]:
    """Return those of `keys` (`urls.url_key`) that are of a story's URL."""
    sql = "SELECT u.url_key FROM urls u JOIN story_urls su ON su.url_id = u.id WHERE u.url_key IN (?)"
    return {row["url_key"] for row in rows_in(db, sql, sorted(keys))}


def _of_story(row: dict[str, Any]) -> RecheckRow:
    is_doubtful = bool(row["is_doubtful"])
    of_url = _of_url(row) | ({"etag": None, "last_modified": None} if is_doubtful else {})
    return RecheckRow(
        **of_url,
        published_at=parse_iso(row["published_at"]) if row["published_at"] else None,
        first_seen_at=parse_iso(row["first_seen_at"]),
        last_checked_at=parse_iso(row["last_checked_at"]),
        last_changed_at=parse_iso(row["last_changed_at"]),
        n_captures=row["n_captures"],
        n_changes=row["n_changes"],
        is_gone=row["status"] == "gone",
        story_id=row["story_id"],
        withheld=bool(row["withheld"]),
        is_doubtful=is_doubtful,
    )


def last_checks(db: sqlite3.Connection, urls: Iterable[str]) -> dict[str, RecheckRow]:
    """Return how each of these URLs (spelt as they were fetched) was last seen; those never fetched are left out."""
    return {
        row["url"]: RecheckRow(
            **_of_url(row),
            published_at=None,
            first_seen_at=from_micros(row["first_at"]),
            last_checked_at=from_micros(row["last_at"]),
            last_changed_at=from_micros(row["full_at"]) if row["full_at"] else None,
            n_captures=row["url_captures"],
            n_changes=0,
            is_gone=row["last_status"] in (404, 410),
        )
        for row in rows_in(db, _LAST, urls)
    }


_PARTS = f"""SELECT s.url AS story_url, {_URL.format("stories s JOIN story_parts p ON p.story_id = s.id JOIN urls u ON u.id = p.url_id")}
    WHERE s.url IN (?) ORDER BY s.url, p.number, u.url"""


def parts_of(db: sqlite3.Connection, urls: Iterable[str]) -> dict[str, tuple[Target, ...]]:
    """Return the further pages of the stories at these URLs, in their order, with what makes fetching them
    again cheap; stories on one page are left out."""
    found: dict[str, list[Target]] = {}
    for row in rows_in(db, _PARTS, urls):
        of_url = _of_url(row)
        del of_url["http_status"]
        found.setdefault(row["story_url"], []).append(Target(reason="continuation", **of_url))
    return {url: tuple(targets) for url, targets in found.items()}


def _of_url(row: dict[str, Any]) -> dict[str, Any]:
    """The fields of a RecheckRow that come from its URL's row."""
    previous = None
    if row["record"] is not None:
        previous = RecordRef(
            record_id=compact_ids.unpack_record(row["record"]),
            url=row["url"],
            fetched_at=from_micros(row["full_at"]),
            payload_digest=compact_ids.unpack_digest(row["digest"]) or "",
            place=RecordLocation(
                filename=row["warc_filename"], offset=row["warc_offset"], length=row["warc_length"]
            ),
        )
    return {
        "url": row["url"],
        "source": row["source"],
        "etag": row["etag"],
        "last_modified": row["last_modified"],
        "http_status": row["last_status"],
        "previous": previous,
    }
