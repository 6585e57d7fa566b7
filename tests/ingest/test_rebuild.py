"""The index made again: beside the live one, compared, copied in under the eyes of readers."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveDamagedError, ArchiveLockedError
from newsarchive.index import open_readonly, reading, stats
from newsarchive.index.integrity import compare_indexes
from newsarchive.ingest import ingest, rebuild
from newsarchive.ingest.rebuilding import NEW
from newsarchive.locks import index_lock
from tests.ingest.press import CONFIG, SITE, SOURCES, answer, html, text, write


def page(number: int, title: str = "") -> str:
    return f"{SITE}/news/{number}/district-{number}-debates-the-crane{title}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, [answer(page(i), html(f"District {i}", text(i)), hour=i, seq=i) for i in range(4)], "one")
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    return tmp_path


def damage(root: Path) -> None:
    with closing(sqlite3.connect(root / "index.db")) as db:
        db.execute("UPDATE stories SET title = 'not what the page said'")
        db.execute("DELETE FROM changes")
        db.commit()


def test_checking_finds_a_difference_and_mends_nothing(root: Path) -> None:
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal
    damage(root)
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    assert not report.equal
    assert "stories" in report.to_text()
    assert not report.replaced
    with reading(root / "index.db") as db:
        assert db.execute("SELECT count(*) FROM stories WHERE title LIKE 'not what%'").fetchone() == (4,)
    assert not (root / NEW).exists()


def test_a_rebuild_mends_the_live_index(root: Path) -> None:
    damage(root)
    report = rebuild(root, config=CONFIG, sources=SOURCES)
    assert (report.replaced, report.equal) == (True, None)
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal
    assert list(root.glob(NEW + "*")) == []


def test_an_index_of_another_schema_is_refused_until_it_is_made_again(root: Path) -> None:
    with closing(sqlite3.connect(root / "index.db")) as db:
        db.execute("PRAGMA user_version = 4")
    with pytest.raises(ArchiveDamagedError, match="newsarchive rebuild"):
        ingest(root, config=CONFIG, sources=SOURCES)
    assert rebuild(root, config=CONFIG, sources=SOURCES).replaced
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


def test_a_reader_with_a_snapshot_goes_on_and_a_fresh_one_sees_the_new_rows(root: Path) -> None:
    with reading(root / "index.db") as old, closing(open_readonly(root / "index.db")) as open_one:
        before = stats(old)["stories"]
        write(root, [answer(page(9), html("District 9", text(9)), hour=9)], "two")
        rebuild(root, config=CONFIG, sources=SOURCES)
        assert stats(old)["stories"] == before == 4
        assert stats(open_one)["stories"] == 5
    with reading(root / "index.db") as fresh:
        assert stats(fresh)["stories"] == 5


@pytest.mark.parametrize("content", [None, b"no database any more " * 400])
def test_an_index_that_is_lost_is_made_again(root: Path, content: bytes | None) -> None:
    for left in root.glob("index.db*"):
        left.unlink()
    if content is not None:
        (root / "index.db").write_bytes(content)
    rebuild(root, config=CONFIG, sources=SOURCES)
    with reading(root / "index.db") as db:
        assert stats(db)["stories"] == 4
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


def test_what_a_crashed_rebuild_left_is_no_harm(root: Path) -> None:
    (root / NEW).write_bytes(b"half a database")
    (root / (NEW + "-wal")).write_bytes(b"and its log")
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


def test_a_locked_index_is_not_rebuilt(root: Path) -> None:
    with index_lock(root), pytest.raises(ArchiveLockedError):
        rebuild(root, config=CONFIG, sources=SOURCES)


def test_worker_processes_give_the_same_index_as_none(root: Path) -> None:
    other = root / "other"
    other.mkdir()
    (other / "warc").symlink_to(root / "warc")
    ingest(other, config=CONFIG, sources=SOURCES, workers=2)
    assert compare_indexes(root / "index.db", other / "index.db") == ()
