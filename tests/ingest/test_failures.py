"""What can't be indexed: a row that says why, everything else goes on, the next version tries again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import newsarchive
from newsarchive.archive import doctor
from newsarchive.errors import ArchiveDamagedError, ArchiveNotWritableError
from newsarchive.index import failures, reading
from newsarchive.index.connection import to_row
from newsarchive.index.rows import FailureRow, NewStory
from newsarchive.ingest import ingest, page_intake, rebuild, reextract, story_builder
from newsarchive.versions import Observation
from newsarchive.warc import purge
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

GOOD, BAD = f"{SITE}/good-story-of-the-day", f"{SITE}/bad-story-of-the-day"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    pages = [answer(GOOD, html("Good", text(1)), seq=1), answer(BAD, html("Bad", text(2)), seq=2)]
    write(tmp_path, pages)
    return tmp_path


def stop_at_bad(stage: str, error: Exception) -> Callable[[pytest.MonkeyPatch], None]:
    """Let a stage of ingest raise for what is at BAD."""

    def at(module: Any, name: str, is_bad: Callable[[Any], bool]) -> Callable[[pytest.MonkeyPatch], None]:
        real = getattr(module, name)

        def failing(what: Any, *args: Any, **more: Any) -> Any:
            if is_bad(what):
                raise error
            return real(what, *args, **more)

        return lambda patch: patch.setattr(module, name, failing)

    def has_bad(seen: tuple[Observation, ...] | list[Observation]) -> bool:
        return any(o.url == BAD for o in seen)

    def is_bad_row(row: object) -> bool:
        return isinstance(row, NewStory) and row.url == BAD

    stages = {
        "multipage": (story_builder, "fold_parts", has_bad),
        "grouping": (story_builder, "group", has_bad),
        "history": (story_builder, "chain", has_bad),
        "rows": (story_builder, "story_rows", lambda one: one.url == BAD),
        "writing": (newsarchive.index.write_stories, "to_row", is_bad_row),
        "identities": (page_intake, "identity_keys", lambda seen: seen.url == BAD),
        "extraction": (newsarchive.extract, "extract_article", lambda body: b"Bad" in body),
    }
    return at(*stages[stage])


STAGES = [
    ("multipage", "story"),
    ("grouping", "story"),
    ("history", "story"),
    ("rows", "story"),
    ("writing", "story"),
    ("identities", "capture"),
    ("extraction", "page"),
]


def told(root: Path) -> tuple[FailureRow, ...]:
    with reading(root / "index.db") as db:
        return failures(db)


def titles(root: Path) -> list[str]:
    with reading(root / "index.db") as db:
        return [r[0] for r in db.execute("SELECT title FROM stories WHERE title != '' ORDER BY 1")]


@pytest.mark.parametrize(("stage", "kind"), STAGES)
def test_one_that_fails_is_a_row_and_the_rest_goes_on(
    root: Path, monkeypatch: pytest.MonkeyPatch, stage: str, kind: str
) -> None:
    with monkeypatch.context() as patch:
        stop_at_bad(stage, ValueError("an \ud800 odd\nthing at 0x7f00"))(patch)
        report = ingest(root, config=CONFIG, sources=SOURCES)
        assert titles(root) == (["Bad", "Good"] if stage == "identities" else ["Good"])
        [row] = told(root)
        assert (row.kind, row.url, row.source) == (kind, BAD, "gazette")
        assert row.reason.endswith("ValueError: an ? odd thing at 0x")
        assert row.program_version == newsarchive.__version__
        with reading(root / "index.db") as db:
            sql = "SELECT warc_record_id FROM captures_read WHERE url = ?"
            assert db.execute(sql, (BAD,)).fetchone() == (row.warc_record_id,)
        assert report.to_dict()[f"failed_{kind}s".replace("ys", "ies")] == 1
        assert "could not be" in report.to_text()
        again = ingest(root, config=CONFIG, sources=SOURCES)
        assert (again.captures, again.failed_pages, again.failed_stories) == (0, 0, 0)
        assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal
    assert told(root) == (row,)


@pytest.mark.parametrize(("stage", "kind"), STAGES)
def test_the_next_version_of_the_program_tries_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, stage: str, kind: str
) -> None:
    with monkeypatch.context() as patch:
        stop_at_bad(stage, RecursionError("too deep"))(patch)
        ingest(root, config=CONFIG, sources=SOURCES)
    ingest(root, config=CONFIG, sources=SOURCES)
    assert [f.kind for f in told(root)] == [kind]
    with closing(sqlite3.connect(root / "index.db")) as db:
        db.execute("UPDATE failures SET program_version = 'the one before'")
        db.commit()
    ingest(root, config=CONFIG, sources=SOURCES)
    assert (told(root), titles(root)) == ((), ["Bad", "Good"])
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


@pytest.mark.parametrize("way", [rebuild, reextract])
@pytest.mark.parametrize(("stage", "kind"), STAGES)
def test_rebuild_and_reextract_try_again(
    root: Path, monkeypatch: pytest.MonkeyPatch, stage: str, kind: str, way: Callable[..., Any]
) -> None:
    with monkeypatch.context() as patch:
        stop_at_bad(stage, KeyError("x"))(patch)
        ingest(root, config=CONFIG, sources=SOURCES)
    assert [f.kind for f in told(root)] == [kind]
    way(root, config=CONFIG, sources=SOURCES, **({"everything": True} if way is reextract else {}))
    assert (told(root), titles(root)) == ((), ["Bad", "Good"])


def test_a_capture_without_a_url_is_read_again_by_the_next_version(root: Path) -> None:
    ingest(root, config=CONFIG, sources=SOURCES)
    with reading(root / "index.db") as db:
        [(name, offset, record)] = db.execute(
            "SELECT warc_filename, warc_offset, warc_record_id FROM captures_read WHERE url = ?", (BAD,)
        ).fetchall()
    lost = FailureRow(
        id=1, kind="capture", source="gazette", url="http://[", url_id=None, warc_record_id=record, warc_filename=name,
        warc_offset=offset, reason="BadUrlError: x", program_version="the one before",
    )  # fmt: skip
    with closing(sqlite3.connect(root / "index.db")) as db:
        row = to_row(lost)
        marks = ", ".join("?" * len(row))
        db.execute(f"INSERT INTO failures ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        db.commit()
    assert ingest(root, config=CONFIG, sources=SOURCES).captures == 0
    assert told(root) == ()
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


@pytest.mark.parametrize("stage", [stage for stage, kind in STAGES if kind != "page"])
@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        MemoryError(),
        sqlite3.OperationalError("database or disk is full"),
        sqlite3.DatabaseError("malformed"),
        ArchiveDamagedError("x"),
        ArchiveNotWritableError("x"),
        KeyboardInterrupt(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_an_error_of_the_machine_is_no_storys_failure(
    root: Path, monkeypatch: pytest.MonkeyPatch, stage: str, error: Exception
) -> None:
    with monkeypatch.context() as patch:
        stop_at_bad(stage, error)(patch)
        with pytest.raises((type(error), ArchiveNotWritableError, ArchiveDamagedError)):
            ingest(root, config=CONFIG, sources=SOURCES)
    ingest(root, config=CONFIG, sources=SOURCES)
    assert (told(root), titles(root)) == ((), ["Bad", "Good"])


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), MemoryError()])
def test_an_error_of_the_machine_is_no_pages_failure(
    root: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    with monkeypatch.context() as patch:
        stop_at_bad("extraction", error)(patch)
        with pytest.raises(type(error)):
            ingest(root, config=CONFIG, sources=SOURCES)
    ingest(root, config=CONFIG, sources=SOURCES)
    assert titles(root) == ["Bad", "Good"]


@pytest.mark.parametrize(("stage", "kind"), STAGES)
def test_what_failed_leaves_the_index_when_it_is_purged(
    root: Path, monkeypatch: pytest.MonkeyPatch, stage: str, kind: str
) -> None:
    with monkeypatch.context() as patch:
        stop_at_bad(stage, ValueError("x"))(patch)
        ingest(root, config=CONFIG, sources=SOURCES)
        assert [f.kind for f in told(root)] == [kind]
        purge(root, [BAD], "somebody asked", now=START)
        ingest(root, config=CONFIG, sources=SOURCES)
        assert told(root) == ()
        assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


def test_doctor_names_what_failed_and_why(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(doctor.index_failures(root)) == []
    with monkeypatch.context() as patch:
        stop_at_bad("history", ValueError("odd"))(patch)
        ingest(root, config=CONFIG, sources=SOURCES)
    [found] = doctor.index_failures(root)
    [row] = told(root)
    assert (found.ok, found.detail) == (False, f"story {BAD} ({row.warc_record_id}): ValueError: odd")
    assert "newsarchive ingest" in found.mend
    rebuild(root, config=CONFIG, sources=SOURCES)
    assert [f.ok for f in doctor.index_failures(root)] == [True]
