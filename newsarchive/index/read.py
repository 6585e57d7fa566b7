"""What the index knows: stories, versions, changes, sources, counts.

Every function takes a connection (`connection.open_readonly`, or any other to index.db), reads and returns frozen
dataclasses; none writes, none reads a WARC. Withheld stories are left out everywhere but in `story`, which
says that they are. Loads no sqlite-utils. Tested in tests/index/test_reading.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from newsarchive.errors import NothingFoundError
from newsarchive.index import compact_ids
from newsarchive.index.connection import from_row, rows
from newsarchive.index.rows import FROM_ARTICLE, EventRow, FieldChangeRow, StoryRow, VersionRow
from newsarchive.index.version_details import with_details
from newsarchive.model import Article, Block
from newsarchive.times import parse_iso
from newsarchive.urls import key_or_empty

# ---------------------------------------------------------------- stories and versions


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredStory(StoryRow):
    """A story with its versions, oldest first, and what else happened to it. A withheld one has none."""

    versions: tuple[VersionRow, ...]
    events: tuple[EventRow, ...]
    field_changes: tuple[FieldChangeRow, ...]
    urls: tuple[str, ...]
    aliases: tuple[int, ...]


def story_id(db: sqlite3.Connection, key: str | int) -> int:
    """Return the id of the story with this id, former id, URL or record id of a capture.

    A URL that several stories used means the one that was seen last.

    Raises:
        NothingFoundError: there is none.
    """
    from newsarchive.urls import typed_url

    text = str(key).strip()
    if text.isdecimal() and len(text) <= 19 and int(text) < 1 << 63:
        found = _first(db, _BY_ID, (int(text), int(text)))
    elif text.startswith("urn:uuid:"):
        found = _first(
            db, "SELECT story_id FROM captures WHERE id = ? AND story_id > 0", (compact_ids.capture_id(text),)
        )
    else:
        found = _by_url(db, text)
    if found is None:
        raise NothingFoundError(
            "the index has no such story",
            where=text,
            next_step=f"Find it with `newsarchive search`, or save it: newsarchive save {typed_url(text) or 'URL'}",
        )
    return found


_BY_ID = (
    """SELECT id FROM stories WHERE id = ? UNION ALL SELECT story_id FROM story_aliases WHERE alias = ?"""
)
_BY_URL = """SELECT su.story_id FROM urls u JOIN story_urls su ON su.url_id = u.id
JOIN stories s ON s.id = su.story_id WHERE u.{} = ? ORDER BY s.last_checked_at DESC, s.first_seen_at DESC, s.id"""


def _by_url(db: sqlite3.Connection, url: str) -> int | None:
    from newsarchive.urls import check_url, typed_url, url_key

    url = typed_url(url) or url
    for spelling in (url, check_url(url)):
        found = _first(db, _BY_URL.format("url"), (spelling,))
        if found is not None:
            return found
    return _first(db, _BY_URL.format("url_key"), (url_key(url),))


def _first(db: sqlite3.Connection, sql: str, params: Sequence[Any]) -> int | None:
    row = db.execute(sql, params).fetchone()
    return int(row[0]) if row else None


def story(db: sqlite3.Connection, key: str | int) -> StoredStory:
    """Return the story with this id, former id, URL, or record id of one of its captures.

    Raises:
        NothingFoundError: there is none.
        BadUrlError: `key` is neither a number nor a record id nor a URL.
    """
    number = story_id(db, key)
    row = rows(db, "SELECT * FROM stories WHERE id = ?", (number,))[0]
    urls = (
        "SELECT u.url FROM story_urls su JOIN urls u ON u.id = su.url_id WHERE su.story_id = ? ORDER BY u.url"
    )
    aliases = "SELECT alias FROM story_aliases WHERE story_id = ? ORDER BY alias"
    events = "SELECT * FROM events WHERE story_id = ? ORDER BY happened_at, id"
    field_changes = "SELECT * FROM field_changes WHERE story_id = ? ORDER BY changed_at, id"
    return from_row(
        StoredStory,
        row,
        versions=versions(db, number),
        events=tuple(from_row(EventRow, r) for r in rows(db, events, (number,))),
        field_changes=tuple(from_row(FieldChangeRow, r) for r in rows(db, field_changes, (number,))),
        urls=tuple(r[0] for r in db.execute(urls, (number,))),
        aliases=tuple(r[0] for r in db.execute(aliases, (number,))),
    )


_VERSIONS = """SELECT v.*, t.text, t.captions,
    (SELECT d.data FROM version_details d WHERE d.version_id = v.id) AS details,
    (SELECT json_group_array(name) FROM (SELECT a.name FROM version_authors va JOIN authors a ON a.id = va.author_id
        WHERE va.version_id = v.id ORDER BY va.place)) AS author_names,
    (SELECT json_group_array(name) FROM (SELECT g.name FROM version_tags vt JOIN tags g ON g.id = vt.tag_id
        WHERE vt.version_id = v.id ORDER BY vt.place)) AS tag_names
FROM versions v JOIN texts t ON t.id = v.text_id"""


def versions(
    db: sqlite3.Connection, story: int, number: int | None = None, *, first: int = 1
) -> tuple[VersionRow, ...]:
    """Return the versions of a story from number `first` on, oldest first; only the one of that number if one is given."""
    sql = f"{_VERSIONS} WHERE v.story_id = ? AND v.version_no >= ? AND (? OR v.version_no = ?) ORDER BY v.version_no"
    found = rows(db, sql, (story, first, number is None, number))
    return tuple(from_row(VersionRow, row) for row in found)


def version(db: sqlite3.Connection, version_id: int) -> VersionRow:
    """Return the version with this id.

    Raises:
        NothingFoundError: there is none.
    """
    found = rows(db, f"{_VERSIONS} WHERE v.id = ?", (version_id,))
    if not found:
        raise NothingFoundError("the index has no such version", where=str(version_id))
    return from_row(VersionRow, found[0])


_KINDS: dict[str, Any] = compact_ids.LETTER_KINDS


def texts(db: sqlite3.Connection, versions: Iterable[int]) -> dict[int, str]:
    """Return the texts of versions by their ids."""
    sql = """SELECT v.id, t.text FROM json_each(?) w CROSS JOIN versions v ON v.id = w.value JOIN texts t
        ON t.id = v.text_id"""
    return dict(db.execute(sql, (json.dumps(list(versions)),)).fetchall())


def article(version: VersionRow) -> Article:
    """Return the version as an article, for `diff.compare`: what was removed as boilerplate isn't in it, notices are."""
    details = version.details
    taken: dict[str, Any] = {name: getattr(version, name) for name in FROM_ARTICLE}
    return Article(
        **taken,
        url=version.url,
        authors=version.author_names,
        published_at=parse_iso(version.published_at) if version.published_at else None,
        modified_at=parse_iso(version.modified_at) if version.modified_at else None,
        tags=version.tag_names,
        captions=tuple(c for c in version.captions.split("\n") if c),
        embeds=tuple(details.get("embeds", ())),
        pictures=tuple(details.get("pictures", ())),
        blocks=blocks_of(version),
    )


def blocks_of(version: VersionRow) -> tuple[Block, ...]:
    """Return the blocks of `article`."""
    kinds = version.paragraph_kinds
    blocks = [
        Block(kind=_KINDS.get(kinds[i : i + 1], "paragraph"), text=text, kept=True)
        for i, text in enumerate(version.paragraphs)
    ]
    return with_details(blocks, version.details)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRow:
    """A capture, as people read it."""

    id: int
    story_id: int | None
    version_no: int | None
    event: str | None
    url: str
    source: str
    fetched_at: str
    seq: int
    http_status: int | None
    kind: str
    reason: str
    warc_filename: str
    warc_offset: int
    warc_length: int
    warc_record_id: str


def captures(db: sqlite3.Connection, story: int) -> tuple[CaptureRow, ...]:
    """Return every capture of a story, oldest first."""
    sql = "SELECT * FROM captures_read WHERE story_id = ? ORDER BY fetched_at, seq, id"
    return tuple(from_row(CaptureRow, row) for row in rows(db, sql, (story,)))


def record_place(db: sqlite3.Connection, record_id: str) -> tuple[str, int] | None:
    """Return (file name, offset) of the capture with this record id; None if the index has none."""
    sql = "SELECT w.name, c.warc_offset FROM captures c JOIN warc_files w ON w.id = c.warc_file_id WHERE c.id = ?"
    row = db.execute(sql, (compact_ids.capture_id(record_id),)).fetchone()
    return (row[0], row[1]) if row else None


_NEAREST = """
SELECT c.id, c.http_status, w.name AS warc_filename, c.warc_offset, c.warc_length, u.url
FROM urls u JOIN captures c ON c.url_id = u.id JOIN warc_files w ON w.id = c.warc_file_id
WHERE u.{} = :url AND c.kind < 2 AND c.http_status BETWEEN 200 AND 399
    AND NOT EXISTS (SELECT 1 FROM story_urls su JOIN stories st ON st.id = su.story_id
        WHERE su.url_id = u.id AND st.withheld = 1)
ORDER BY abs(c.fetched_at - :at) LIMIT 1
"""


def nearest_answer(db: sqlite3.Connection, url: str, at: int) -> dict[str, Any] | None:
    """Return id, status, URL and place of the answer or redirect of a URL, or of one that means the same, nearest to a moment.

    Args:
        at: Microseconds since 1970.
    """
    for column, value in (("url", url), ("url_key", key_or_empty(url))):
        if value and (found := rows(db, _NEAREST.format(column), {"url": value, "at": at})):
            return found[0]
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """What extraction gave for a page, and the template of its outlet's month; JSON's kinds of values."""

    article: Any
    template: Any  # None if none was learnt


def pages(db: sqlite3.Connection, version: VersionRow | int) -> tuple[StoredPage, ...]:
    """Return the page of a version's first capture, with every block that was kept or removed.

    Of an article on several pages those that were captured, in order: each as it was when the version was last seen.

    Raises:
        NothingFoundError: no such version.
    """
    number = version if isinstance(version, int) else version.id
    found = [_stored(row) for row in db.execute(_PAGE, (number,))]
    if not found:
        raise NothingFoundError("the index has no such version", where=str(number))
    if not found[0].article.get("part"):
        return tuple(found)
    others = (_stored(row) for row in db.execute(_FURTHER, (number,)))
    further = [(part["number"], page) for page in others if (part := page.article.get("part"))]
    return (*found, *(page for _, page in sorted(further, key=lambda f: f[0])))


def seen_page(db: sqlite3.Connection, record_id: str) -> StoredPage | None:
    """Return the page that a capture showed; None if it is unknown or showed none."""
    row = db.execute(_SEEN, (compact_ids.capture_id(record_id),)).fetchone()
    return _stored(row) if row is not None else None


_SEEN = """SELECT p.data, t.data FROM captures c JOIN pages p ON p.id = c.page_id
    LEFT JOIN templates t ON t.source_id = p.source_id AND t.month = p.month WHERE c.id = ?"""
_PAGE = """SELECT p.data, t.data FROM versions v JOIN pages p ON p.id = v.page_id
    LEFT JOIN templates t ON t.source_id = p.source_id AND t.month = p.month WHERE v.id = ?"""
# SQLite takes the other columns from the row that holds the maximum.
_FURTHER = """SELECT p.data, t.data, max(c.fetched_at) FROM versions v JOIN pages first ON first.id = v.page_id
    JOIN captures c ON c.story_id = v.story_id AND c.version_no <= v.version_no AND c.url_id <> first.url_id
    JOIN pages p ON p.id = c.page_id
    LEFT JOIN templates t ON t.source_id = p.source_id AND t.month = p.month
    WHERE v.id = ? AND p.kind = first.kind GROUP BY c.url_id ORDER BY c.url_id"""


def _stored(row: Sequence[Any]) -> StoredPage:
    return StoredPage(
        article=compact_ids.unpack_json(row[0]), template=compact_ids.unpack_json(row[1]) if row[1] else None
    )


# ---------------------------------------------------------------- WARC records


def warc_rows(db: sqlite3.Connection) -> Iterator[tuple[str, int, str, tuple[object, ...]]]:
    """Yield every capture, by file and offset, for `warc.verify`: file name, offset, record id, and what the WARC must
    say, too (URL, microseconds since 1970, status, payload digest)."""
    sql = """SELECT w.name, c.warc_offset, c.record, u.url, c.fetched_at, c.http_status, c.digest
        FROM captures c JOIN warc_files w ON w.id = c.warc_file_id JOIN urls u ON u.id = c.url_id
        UNION ALL SELECT warc_filename, warc_offset, warc_record_id, NULL, NULL, NULL, NULL FROM failures
        WHERE url_id IS NULL ORDER BY 1, 2"""
    for name, offset, record, url, at, status, digest in db.execute(sql):
        said = (url, at, status, compact_ids.unpack_digest(digest)) if url is not None else ()
        yield name, offset, compact_ids.unpack_record(record), said


def read_to(db: sqlite3.Connection) -> dict[str, int]:
    """Return up to which byte each WARC file is indexed: for `warc.verify`."""
    return dict(db.execute("SELECT name, ingested_to FROM warc_files"))


def withheld_keys(db: sqlite3.Connection) -> set[str]:
    """Return the keys (`url_key`) of all URLs of withheld stories."""
    sql = """SELECT u.url_key FROM stories s JOIN story_urls su ON su.story_id = s.id JOIN urls u ON u.id = su.url_id
        WHERE s.withheld = 1"""
    return {row[0] for row in db.execute(sql)}
