"""What every part of the writing index stands on: its connection, transactions, and two ways to say IN.

Decides nothing. Tested in tests/index/test_write.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from newsarchive.index.connection import Row, rows

if TYPE_CHECKING:
    from sqlite_utils import Database

_CHUNK = 400  # values in one IN (…)


class Tables:
    """The index, opened for writing. A context manager that closes it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.db: sqlite3.Connection = database.conn

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        self.database.close()

    def batch(self) -> AbstractContextManager[Database]:
        """One transaction: all of it or nothing. Inside of another one, a part that can fail alone."""
        return self.database.atomic()

    def connected(self, url_ids: Iterable[int]) -> set[int]:
        """All URLs that shared identities connect with these, themselves included."""
        reached: set[int] = set()
        edge = set(url_ids)
        while edge:
            reached |= edge
            keys = {r[0] for r in self._in("SELECT identity FROM url_identities WHERE url_id IN (?)", edge)}
            found = {r[0] for r in self._in("SELECT url_id FROM url_identities WHERE identity IN (?)", keys)}
            edge = found - reached
        return reached

    def wipe(self) -> None:
        """Leave nothing of removed rows in the files: neither in free pages, nor in the log, nor in FTS5."""
        with self.batch():
            self.db.execute("INSERT INTO texts_fts(texts_fts) VALUES ('optimize')")
        self.db.execute("VACUUM")
        self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _insert(self, table: str, records: Iterable[dict[str, Any]], *, ignore: bool = False) -> None:
        self.database.table(table).insert_all(records, ignore=ignore, batch_size=500)

    def _in(self, sql: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql`, in which `(?)` stands for the values, some hundred at a time."""
        for marks, part in _parts(values):
            yield from self.db.execute(sql.replace("(?)", marks), part)

    def _rows(self, sql: str, values: Iterable[Any]) -> list[Row]:
        """As `_in`, each row as a dict."""
        return [
            row for marks, part in _parts(values) for row in rows(self.db, sql.replace("(?)", marks), part)
        ]


def _parts(values: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    given = list(values)
    for at in range(0, len(given), _CHUNK):
        part = given[at : at + _CHUNK]
        yield f"({', '.join('?' * len(part))})", part
