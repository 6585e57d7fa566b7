"""Damage of index.db that SQLite reads without an error is found."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveDamagedError
from newsarchive.index import reading
from newsarchive.index.integrity import database_faults, index_faults
from newsarchive.ingest import ingest
from tests.ingest.press import CONFIG, SITE, SOURCES, answer, html, text, write


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("archive")
    write(root, [answer(f"{SITE}/news/{n}/story-{n}", html(f"Story {n}", text(n)), seq=n) for n in range(12)])
    ingest(root, config=CONFIG, sources=SOURCES)
    with closing(sqlite3.connect(root / "index.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return root / "index.db"


def faults(path: Path) -> list[str]:
    try:
        with reading(path) as db:
            return index_faults(db)
    except ArchiveDamagedError as error:
        return [str(error)]


def test_a_sound_index_has_no_faults(index: Path) -> None:
    assert faults(index) == []
    assert database_faults(index) == []


@pytest.mark.parametrize("fill", ["zeros", "noise"])
def test_a_torn_page_is_found(index: Path, tmp_path: Path, fill: str) -> None:
    rng = random.Random(5)
    with closing(sqlite3.connect(index)) as db:
        size, count = (db.execute(f"PRAGMA {n}").fetchone()[0] for n in ("page_size", "page_count"))
    missed = []
    for number in range(count):
        copy = tmp_path / "index.db"
        shutil.copyfile(index, copy)
        data = bytearray(copy.read_bytes())
        data[number * size : (number + 1) * size] = bytes(size) if fill == "zeros" else rng.randbytes(size)
        copy.write_bytes(data)
        if not faults(copy):
            missed.append(number)
    assert missed == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE urls SET url = url || 'x' WHERE id = (SELECT min(id) FROM urls)",
        "UPDATE texts SET text = replace(text, 'a', 'b') WHERE id = (SELECT min(id) FROM texts)",
        "UPDATE texts SET title = 1 WHERE id = (SELECT min(id) FROM texts)",
        "UPDATE pages SET data = substr(data, 1, 99) WHERE id = (SELECT min(id) FROM pages)",
        "UPDATE captures SET record = zeroblob(16) WHERE id = (SELECT min(id) FROM captures)",
        "UPDATE captures SET record = zeroblob(9) WHERE id = (SELECT min(id) FROM captures)",
    ],
)
def test_a_changed_row_is_found(index: Path, tmp_path: Path, sql: str) -> None:
    copy = Path(shutil.copyfile(index, tmp_path / "index.db"))
    with closing(sqlite3.connect(copy)) as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        db.execute(sql)
        db.commit()
    [fault] = faults(copy)
    assert "isn't what was written" in fault or "fts" in fault


def test_a_file_that_is_no_database_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"no database at all" * 99)
    [fault] = database_faults(tmp_path / "state.db")
    assert "not a database" in fault
