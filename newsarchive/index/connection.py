"""Opening index.db for reading, with sqlite3 alone; rows as dicts and as dataclasses; what all writing parts share.

`write.open_for_writing` makes the other kind of connection. Tested in tests/index/test_connection.py and
tests/index/test_rows.py.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import Field, fields
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from newsarchive.errors import (
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
    NothingFoundError,
)
from newsarchive.index import compact_ids

if TYPE_CHECKING:
    from sqlite_utils import Database

FILENAME = "index.db"
APPLICATION_ID = 0x4E415243  # "NARC", in the file's header: a foreign SQLite file is refused
SCHEMA = 13  # PRAGMA user_version of an index with the present schema; 1 to 12 were never released
BUSY_MS = 10_000  # how long a statement waits for another writer
_CHUNK = 400  # values in one IN (…)

Row = dict[str, Any]
T = TypeVar("T")


def open_readonly(path: Path) -> sqlite3.Connection:
    """Return a connection that can't write. The caller closes it; `reading` does that by itself.

    Raises:
        NothingFoundError: there is no index yet.
        ArchiveDamagedError: not an index of ours, or one of another schema.
    """
    if not path.exists():
        raise _absent(path)
    try:
        db = connect_readonly(path)
    except sqlite3.DatabaseError as error:
        raise (unwritable(path, error) if is_full(error) else damaged(path, str(error))) from error
    try:
        check_schema(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        raise damaged(path, str(error)) from error
    except (ArchiveDamagedError, NothingFoundError):
        db.close()
        raise
    return db


def connect_readonly(path: Path) -> sqlite3.Connection:
    """A connection to any database that can't write; also where SQLite has no room for its log, if nobody writes.

    Raises:
        sqlite3.DatabaseError: it can't be read.
    """
    db = _connect(path, "mode=ro")
    try:
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            log = path.with_name(path.name + "-wal")
            is_still = not os.access(path.parent, os.W_OK) or not (log.exists() and log.stat().st_size)
            if not (is_still and is_full(error)):
                raise
            db.close()
            db = _connect(path, "immutable=1")
        db.execute("PRAGMA query_only = 1")
        db.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _connect(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_MS / 1000)


def _absent(path: Path) -> NothingFoundError:
    return NothingFoundError(
        "there is no index yet", where=str(path), next_step="Run: newsarchive crawl, or newsarchive ingest"
    )


def check_schema(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a database that isn't an index of ours with the present schema.

    Raises:
        NothingFoundError: it is empty.
        ArchiveDamagedError: of another program or schema.
    """
    if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _absent(path)  # somebody is just making it
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise damaged(path, "not an index of this program")
    if (found := db.execute("PRAGMA user_version").fetchone()[0]) != SCHEMA:
        raise ArchiveDamagedError(
            f"the index has schema {found}, this program reads schema {SCHEMA}",
            where=str(path),
            next_step="Run: newsarchive rebuild; it is made again from the WARC files",
        )


def damaged(path: Path, why: str) -> ArchiveDamagedError:
    """Return the error for an index that can't be read."""
    return ArchiveDamagedError(
        f"the index can't be read: {why}", where=str(path), next_step="Run: newsarchive rebuild"
    )


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield what `open_readonly` returns, for a `with` block, all of whose statements see one snapshot."""
    db = open_readonly(path)
    try:
        with explained(path):
            db.execute("BEGIN")
            yield db
    finally:
        db.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn SQLite's errors inside the block into ours: full or read-only, locked, damaged."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error)
        if "locked" in text or "busy" in text:
            raise ArchiveLockedError(
                "another process is writing the index",
                where=str(path),
                next_step="Try again later, or use --wait SECONDS",
            ) from error
        if is_full(error):
            raise unwritable(path, error) from error
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # a mistake of ours, not of the file
        raise damaged(path, str(error)) from error


def is_full(error: sqlite3.Error) -> bool:
    """Decide whether SQLite could not write: a full or read-only disk."""
    words = ("full", "readonly", "disk I/O", "unable to open")
    return isinstance(error, sqlite3.OperationalError) and any(word in str(error) for word in words)


def unwritable(path: Path, error: Exception) -> ArchiveNotWritableError:
    """Return the error for an index that can't be written."""
    return ArchiveNotWritableError(
        f"the index can't be written: {error}",
        where=str(path),
        next_step="Free space or give yourself write access.",
    )


def rows(db: sqlite3.Connection, sql: str, params: Any = ()) -> list[Row]:
    """Return the answer as dicts, whatever the connection's row factory is."""
    cursor = db.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def rows_in(db: sqlite3.Connection, sql: str, values: Iterable[Any]) -> list[Row]:
    """Return what `rows` does; `(?)` in `sql` means the values, some hundred at a time."""
    return [row for marks, part in _parts(values) for row in rows(db, sql.replace("(?)", marks), part)]


def _parts(values: Iterable[Any]) -> Iterator[tuple[str, list[Any]]]:
    given = list(values)
    for at in range(0, len(given), _CHUNK):
        part = given[at : at + _CHUNK]
        yield f"({', '.join('?' * len(part))})", part


# ---------------------------------------------------------------- rows as dataclasses, and back


@cache
def columns(kind: type[Any]) -> tuple[Field[Any], ...]:
    """Return the fields of `kind` that its own table holds, in the order of the table."""
    return tuple(f for f in fields(kind) if not f.metadata.get("elsewhere"))


def to_row(record: Any, kind: type[Any] | None = None) -> Row:
    """Return `record` as a row of the table of its kind (or of `kind`, which it extends); tuples become JSON lists."""
    values = ((f.name, getattr(record, f.name)) for f in columns(kind or type(record)))  # type: ignore[arg-type]
    return {name: compact_ids.to_json(v) if isinstance(v, tuple) else v for name, v in values}


def from_row(kind: type[T], row: Row, **more: Any) -> T:
    """Return `row` as `kind`: SQLite's 0 and 1 become bool, JSON lists become tuples. `more` is taken as it is."""
    return kind(**{name: read(row[name]) for name, read in _readers(kind) if name not in more}, **more)  # type: ignore[arg-type]


@cache
def _readers(kind: type[Any]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    return tuple((f.name, _READERS.get(str(f.type).partition("[")[0], _as_it_is)) for f in fields(kind))


def _as_it_is(value: Any) -> Any:
    return value


_READERS: dict[str, Callable[[Any], Any]] = {
    "bool": bool,
    "bool | None": lambda value: None if value is None else bool(value),
    "tuple": lambda value: tuple(json.loads(value)),
    "Mapping": lambda value: compact_ids.unpack_json(value) if value else {},
}


# ---------------------------------------------------------------- writing


class Tables:
    """The index, opened for writing: what all parts of `write.Index` share. A context manager that closes it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.db: sqlite3.Connection = database.conn

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        self.database.close()

    def batch(self) -> AbstractContextManager[Database]:
        """Begin one transaction: all of it or nothing. Inside of another one, a part that can fail alone."""
        return self.database.atomic()

    def connected(self, url_ids: Iterable[int]) -> set[int]:
        """Return all URLs that shared identities connect with these, themselves included."""
        reached: set[int] = set()
        edge = set(url_ids)
        while edge:
            reached |= edge
            keys = {r[0] for r in self._in("SELECT identity FROM url_identities WHERE url_id IN (?)", edge)}
            found = {r[0] for r in self._in("SELECT url_id FROM url_identities WHERE identity IN (?)", keys)}
            edge = found - reached
        return reached

    def _insert(self, table: str, records: Iterable[Row], *, ignore: bool = False) -> None:
        self._write(f"INSERT {'OR IGNORE ' if ignore else ''}INTO {table}", records)

    def _upsert(self, table: str, records: Iterable[Row], *, key: tuple[str, ...] = ("id",)) -> None:
        """Insert rows, or write their columns over those of the same key."""
        self._write(f"INSERT INTO {table}", records, key)

    def _write(self, insert: str, records: Iterable[Row], key: tuple[str, ...] = ()) -> None:
        """One prepared statement for all rows: sqlite-utils makes a statement of each hundred, which costs twice as much."""
        rows = iter(records)
        first = next(rows, None)
        if first is None:
            return
        names = tuple(first)
        update = ", ".join(f"{name} = excluded.{name}" for name in names if name not in key)
        conflict = f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {update}" if key else ""
        sql = f"{insert} ({', '.join(names)}) VALUES ({', '.join(f':{name}' for name in names)}){conflict}"
        with self.batch():
            self.db.executemany(sql, chain((first,), rows))

    def _in(self, sql: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """The rows of `sql`, in which `(?)` means the values, some hundred at a time."""
        for marks, part in _parts(values):
            yield from self.db.execute(sql.replace("(?)", marks), part)
