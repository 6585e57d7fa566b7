"""Is index.db as it was written? SQLite's own check, then every row whose id is a hash of what it says.

What it can't see (a changed date, say) `newsarchive rebuild --check` does, which makes all rows again. Reads only.
Tested in tests/index/test_integrity.py.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.compact_ids import TEXT_BITS
from newsarchive.index.connection import connect_readonly, is_full, unwritable

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
    ("pages", "SELECT id, data FROM pages", lambda _, data: bool(zlib.decompress(data))),
    ("templates", "SELECT month, data FROM templates", lambda _, data: bool(zlib.decompress(data))),
)


def index_faults(db: sqlite3.Connection) -> list[str]:
    """Return what is wrong with the index, at most MOST sentences; nothing if it is as it was written."""
    return list(islice(_index_faults(db), MOST))


def _index_faults(db: sqlite3.Connection) -> Iterator[str]:
    try:
        found = list(_faults(db))
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
