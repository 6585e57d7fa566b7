"""Is index.db as it was written, and are two indexes the same?

`index_faults`: SQLite's own check, rows that others name, then every row whose id is a hash of what it says or that is packed. `compare_indexes`: row by row, for
`rebuild --check` (which sees what the first can't: a changed date, say) and for every test of it. Reads only.
Tested in tests/index/test_integrity.py and tests/ingest/test_rebuild.py.
"""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.compact_ids import TEXT_BITS
from newsarchive.index.connection import connect_readonly, is_full, open_readonly, unwritable
from newsarchive.index.folding import WORD
from newsarchive.index.search import SearchQuery, search

MOST = 20  # faults that are named

_HASHED: tuple[tuple[str, str, Callable[..., bool]], ...] = (
    ("urls", "SELECT id, url FROM urls", lambda n, url: n == compact_ids.url_id(url)),
    (
        "captures",
        "SELECT id, record FROM captures",
        lambda n, record: n == compact_ids.capture_id(compact_ids.unpack_record(record)),
    ),
    (
        "texts",
        "SELECT id, title, description, text, captions FROM texts",
        lambda n, *texts: n == compact_ids.text_id(n >> TEXT_BITS, *texts),
    ),
    *(
        (table, f"SELECT {key}, data FROM {table}", lambda _, data: bool(zlib.decompress(data)))  # noqa: S608 - our own names
        for table, key in (
            ("pages", "id"),
            ("templates", "month"),
            ("version_details", "version_id"),
            ("story_states", "story_id"),
        )
    ),
    ("capture_extras", "SELECT capture_id, data FROM capture_extras", lambda _, data: bool(json.loads(data))),
)


def index_faults(db: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the index, at most MOST sentences; nothing if it is as it was written."""
    return list(islice(_index_faults(db), MOST))


def _index_faults(db: sqlite3.Connection) -> Iterator[str]:
    try:
        found = [*_faults(db), *_references(db)]
        yield from found
        if not found:
            for table, sql, fits in _HASHED:
                yield from (
                    f"{table}: row {row[0]} isn't what was written"
                    for row in db.execute(sql)
                    if not _holds(fits, row)
                )
    except sqlite3.DatabaseError as error:
        yield str(error)


def _references(db: sqlite3.Connection) -> Iterator[str]:
    for table, row, parent, _ in db.execute("PRAGMA foreign_key_check"):
        yield f"{table}: row {row} names a row of {parent} that isn't there"


def _holds(fits: Callable[..., bool], row: tuple[Any, ...]) -> bool:
    try:
        return fits(*row)
    except (ValueError, TypeError, AttributeError, zlib.error):  # values of a kind that no such row has
        return False


def database_faults(path: Path) -> list[str]:
    """Return what SQLite finds wrong with a database, at most MOST sentences.

    Raises:
        ArchiveNotWritableError: SQLite has no room for the log that it needs to read it.
    """
    try:
        with closing(connect_readonly(path)) as db:
            return list(_faults(db))
    except sqlite3.DatabaseError as error:
        if is_full(error):
            raise unwritable(path, error) from error
        return [str(error)]


def _faults(db: sqlite3.Connection) -> Iterator[str]:
    for (text,) in db.execute(f"PRAGMA integrity_check({MOST})"):
        if text != "ok":
            yield " ".join(str(text).split())


QUERIES = 50
SHOWN = 5  # rows of each table that a report names
_LEFT_OUT = re.compile(
    r"sqlite_.*|_sqlite_migrations|texts_fts.*|touched_stories"
)  # no function of the WARCs


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that differs. `left` is what the first index has and the second hasn't, or None."""

    table: str
    left: str | None
    right: str | None

    def to_text(self) -> str:
        """Return one line for a person."""
        return f"{self.table}: live {self.left or '(nothing)'}; rebuilt {self.right or '(nothing)'}"


def compare_indexes(left: Path, right: Path, *, queries: int = QUERIES) -> tuple[Difference, ...]:
    """Return everything in which two indexes differ, at most SHOWN rows a table; empty if they are the same.

    Raises:
        NothingFoundError, ArchiveDamagedError: one of them can't be opened.
    """
    with closing(open_readonly(left)) as a, closing(open_readonly(right)) as b:
        found = list(_tables(a, b))
        broken = Difference(table="texts_fts", left=_integrity(left), right=_integrity(right))
        if broken.left or broken.right:
            return (*found, broken)
        return (*found, *_searches(a, b, queries))


def _tables(a: sqlite3.Connection, b: sqlite3.Connection) -> Iterator[Difference]:
    sql = "SELECT type || ' ' || name, sql FROM sqlite_master ORDER BY 1"
    schemas = [
        {n: s for n, s in db.execute(sql) if not _LEFT_OUT.fullmatch(n.partition(" ")[2])} for db in (a, b)
    ]
    for name in sorted(schemas[0].keys() | schemas[1].keys()):
        if schemas[0].get(name) != schemas[1].get(name):
            yield Difference(table=name, left=schemas[0].get(name), right=schemas[1].get(name))
    for name in sorted(schemas[0].keys() & schemas[1].keys()):
        kind, _, table = name.partition(" ")
        if kind == "table":
            yield from itertools.islice(_rows(a, b, table), SHOWN)


def _rows(a: sqlite3.Connection, b: sqlite3.Connection, table: str) -> Iterator[Difference]:
    """Rows that only one of the two has; both are read in the order of their key."""
    columns = [r for r in a.execute(f"PRAGMA table_info({table})") if r[5]]
    columns.sort(key=lambda r: r[5])
    where = [r[0] for r in columns]
    sql = f"SELECT * FROM {table} ORDER BY {', '.join(r[1] for r in columns)}"  # noqa: S608 - names from SQLite
    ours, theirs = a.execute(sql), b.execute(sql)
    one, other = next(ours, None), next(theirs, None)
    while one is not None or other is not None:
        first = tuple(one[i] for i in where) if one is not None else None
        second = tuple(other[i] for i in where) if other is not None else None
        if one != other:
            is_left = second is None or (first is not None and first <= second)
            is_right = first is None or (second is not None and second <= first)
            yield Difference(
                table=table, left=_shown(one) if is_left else None, right=_shown(other) if is_right else None
            )
        if second is None or (first is not None and first <= second):
            one = next(ours, None)
        if first is None or (second is not None and second <= first):
            other = next(theirs, None)


def _shown(row: tuple[object, ...] | None) -> str | None:
    if row is None:
        return None
    return ", ".join(repr(v)[:60] for v in row)


def _integrity(path: Path) -> str | None:
    """What FTS5's own check says of the full-text index against the texts; None if all is well."""
    with closing(sqlite3.connect(path)) as db:
        try:
            db.execute("INSERT INTO texts_fts(texts_fts, rank) VALUES ('integrity-check', 1)")
            db.rollback()
        except sqlite3.DatabaseError as error:
            return f"integrity-check: {error}"
    return None


def _searches(a: sqlite3.Connection, b: sqlite3.Connection, queries: int) -> list[Difference]:
    found = []
    for text in _words(a, queries):
        wanted = SearchQuery(text=text, all_versions=True, limit=50)
        one, other = search(a, wanted), search(b, wanted)
        if one != other:
            found.append(
                Difference(table=f"search for {text!r}", left=str(one.total), right=str(other.total))
            )
    return found


def _words(db: sqlite3.Connection, queries: int) -> list[str]:
    """Words and pairs of words of the index, from all parts of it; always the same ones."""
    texts = db.execute("SELECT title, substr(text, 1, 400) FROM texts ORDER BY id LIMIT ?", (queries * 4,))
    words: list[str] = []
    for i, (title, text) in enumerate(texts):
        seen = WORD.findall(title) + WORD.findall(text)
        if seen:
            words.append(seen[i % len(seen)])
            if len(seen) > 1:
                words.append(f'"{seen[0]} {seen[1]}"')
    return list(dict.fromkeys(words))[:queries]
