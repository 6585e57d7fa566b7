"""Opening index.db: for reading with sqlite3 alone, for writing through sqlite-utils with migrations applied.

The only place that makes a connection. sqlite-utils is imported when the index is opened for writing, so
that a search doesn't pay for it. Tested in tests/index/test_connection.py.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from newsarchive.errors import (
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
    NothingFoundError,
)

if TYPE_CHECKING:
    from sqlite_utils import Database

FILENAME = "index.db"
APPLICATION_ID = 0x4E415243  # "NARC", in the file's header: a foreign SQLite file is refused
SCHEMA = 5  # number of migrations; PRAGMA user_version of a database that has them all
BUSY_MS = 10_000  # how long a statement waits for another writer

Row = dict[str, Any]
T = TypeVar("T")


def open_readonly(path: Path) -> sqlite3.Connection:
    """A connection that can't write. The caller closes it; `reading` does that by itself.

    Raises:
        NothingFoundError: there is no index yet.
        ArchiveDamagedError: not an index of ours, or one of another schema.
    """
    if not path.exists():
        raise _absent(path)
    db = _connect(path, "mode=ro")
    try:
        try:
            db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            if os.access(path.parent, os.W_OK):
                raise
            db.close()  # a folder where SQLite can't put its log: nobody can be writing there
            db = _connect(path, "immutable=1")
        db.execute("PRAGMA query_only = 1")
        _check(db, path)
    except sqlite3.DatabaseError as error:
        db.close()
        raise _damaged(path, str(error)) from error
    except (ArchiveDamagedError, NothingFoundError):
        db.close()
        raise
    return db


def _connect(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?{how}", uri=True, timeout=BUSY_MS / 1000)


def _absent(path: Path) -> NothingFoundError:
    return NothingFoundError(
        "there is no index yet", where=str(path), next_step="Run: newsarchive crawl, or newsarchive ingest"
    )


def _check(db: sqlite3.Connection, path: Path) -> None:
    if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise _absent(path)  # somebody is just making it
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise _damaged(path, "not an index of this program")
    if (found := db.execute("PRAGMA user_version").fetchone()[0]) != SCHEMA:
        raise ArchiveDamagedError(
            f"the index has schema {found}, this program reads schema {SCHEMA}",
            where=str(path),
            next_step="Run: newsarchive ingest (older index) or update newsarchive (newer index)",
        )


def _damaged(path: Path, why: str) -> ArchiveDamagedError:
    return ArchiveDamagedError(
        f"the index can't be read: {why}", where=str(path), next_step="Run: newsarchive rebuild"
    )


@contextmanager
def reading(path: Path) -> Iterator[sqlite3.Connection]:
    """`open_readonly` for a `with` block, all of whose statements see one snapshot."""
    db = open_readonly(path)
    try:
        with explained(path):
            db.execute("BEGIN")
            yield db
    finally:
        db.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turns SQLite's errors inside the block into ours: full or read-only, locked, damaged."""
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
        if any(word in text for word in ("full", "readonly", "disk I/O", "unable to open")):
            raise _unwritable(path, error) from error
        raise
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise  # a mistake of ours, not of the file
        raise _damaged(path, str(error)) from error


def open_for_writing(path: Path) -> Database:
    """The database with all migrations applied, WAL, foreign keys on; made if it isn't there.

    Raises:
        ArchiveNotWritableError: the file can't be written.
        ArchiveDamagedError: not a database, or not one of ours.
    """
    from sqlite_utils import Database

    from newsarchive.index.migrations import migrations

    try:
        connection = sqlite3.connect(path, timeout=BUSY_MS / 1000)
    except sqlite3.OperationalError as error:
        raise _unwritable(path, error) from error
    try:
        if connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise _damaged(path, "not an index of this program")
            if connection.execute("PRAGMA user_version").fetchone()[0] > SCHEMA:
                _check(connection, path)
        for pragma in (
            "journal_mode = WAL",
            "synchronous = NORMAL",
            "foreign_keys = ON",
            "cache_size = -64000",
        ):
            connection.execute(f"PRAGMA {pragma}")
        database = Database(connection, execute_plugins=False)
        if connection.execute("PRAGMA user_version").fetchone()[0] != SCHEMA:
            with database.atomic():  # so that a reader finds nothing or all
                migrations.apply(database)
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {SCHEMA}")
    except sqlite3.OperationalError as error:
        connection.close()
        raise _unwritable(path, error) from error
    except sqlite3.DatabaseError as error:
        connection.close()
        raise _damaged(path, str(error)) from error
    except ArchiveDamagedError:
        connection.close()
        raise
    return database


def _unwritable(path: Path, error: Exception) -> ArchiveNotWritableError:
    return ArchiveNotWritableError(
        f"the index can't be written: {error}",
        where=str(path),
        next_step="Free space or give yourself write access.",
    )


def rows(db: sqlite3.Connection, sql: str, params: Any = ()) -> list[Row]:
    """The answer as dicts, whatever the connection's row factory is."""
    cursor = db.execute(sql, params)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]


def made(kind: type[T], row: dict[str, Any], **more: Any) -> T:
    """`row` as `kind`; SQLite's 0 and 1 become bool where the field is one."""
    values = row | more
    for field in fields(kind):  # type: ignore[arg-type]
        if "bool" in str(field.type) and values.get(field.name) is not None:
            values[field.name] = bool(values[field.name])
    return kind(**{f.name: values[f.name] for f in fields(kind)})  # type: ignore[arg-type]
