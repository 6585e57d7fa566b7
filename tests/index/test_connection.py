"""Opening the index."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.errors import (
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
    NothingFoundError,
)
from newsarchive.index.connection import SCHEMA, explained, open_readonly, reading
from newsarchive.index.schema import migrations
from newsarchive.index.write import open_for_writing, open_index
from tests.index.build import Told, build

STORY = Told("https://gazette.example/a", [("Title", "Text")])


def test_no_index_is_nothing_found(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="newsarchive crawl"):
        open_readonly(tmp_path / "index.db")


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = build(tmp_path / "index.db", [STORY])
    with closing(open_readonly(path)) as db, pytest.raises(sqlite3.OperationalError):
        db.execute("DELETE FROM stories")


def test_a_reader_keeps_its_snapshot(tmp_path: Path) -> None:
    path = build(tmp_path / "index.db", [STORY])
    with reading(path) as db:
        before = db.execute("SELECT count(*) FROM sources").fetchone()
        with open_index(path) as index, index.batch():
            index.set_sources([{"name": "other"}])
        assert db.execute("SELECT count(*) FROM sources").fetchone() == before
    with reading(path) as db:
        assert db.execute("SELECT count(*) FROM sources").fetchone() != before


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    path.write_bytes(b"not a database at all, but long enough to be one" * 30)
    with pytest.raises(ArchiveDamagedError, match="newsarchive rebuild"):
        open_readonly(path)


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE other (x)")
    for opening in (open_readonly, open_for_writing):
        with pytest.raises(ArchiveDamagedError):
            opening(path)


@pytest.mark.parametrize("other", [SCHEMA - 1, SCHEMA + 1])
def test_an_index_of_another_schema_is_refused_with_the_way_to_make_it_again(
    tmp_path: Path, other: int
) -> None:
    path = build(tmp_path / "index.db", [STORY])
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA user_version = {other}")
    for opening in (open_readonly, open_for_writing):
        with pytest.raises(ArchiveDamagedError, match=rf"schema {other}.*newsarchive rebuild"):
            opening(path)


def test_a_folder_that_is_not_there_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotWritableError):
        open_for_writing(tmp_path / "absent" / "index.db")


def test_opening_makes_the_schema_once(tmp_path: Path) -> None:
    for _ in range(2):
        with open_index(tmp_path / "index.db") as index:
            assert [m.name for m in migrations.applied(index.database)] == ["create"]
            assert index.db.execute("PRAGMA user_version").fetchone() == (SCHEMA,)
            assert index.db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert index.db.execute("PRAGMA foreign_keys").fetchone() == (1,)


def test_an_index_that_is_just_being_made_is_not_there_yet(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    with pytest.raises(NothingFoundError):
        open_readonly(path)


AS_NOBODY = """
import os, sys
from contextlib import closing
from pathlib import Path
from newsarchive.index.connection import open_readonly
from newsarchive.index.counts import stats
os.setuid(65534)
with closing(open_readonly(Path(sys.argv[1]))) as db:
    print(stats(db)["stories"])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become nobody")
def test_an_index_in_a_folder_that_cannot_be_written_is_read() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = build(folder / "index.db", [STORY])
        path.chmod(0o444)
        done = subprocess.run([sys.executable, "-c", AS_NOBODY, str(path)], capture_output=True, check=False)
        assert (done.stdout, done.stderr) == (b"1\n", b"")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("database or disk is full", ArchiveNotWritableError),
        ("attempt to write a readonly database", ArchiveNotWritableError),
        ("database is locked", ArchiveLockedError),
        ("no such column: mistake", sqlite3.OperationalError),
    ],
)
def test_errors_of_sqlite_become_ours(text: str, kind: type[Exception]) -> None:
    with pytest.raises(kind), explained(Path("index.db")):
        raise sqlite3.OperationalError(text)
    with pytest.raises(ArchiveDamagedError), explained(Path("index.db")):
        raise sqlite3.DatabaseError("database disk image is malformed")
