"""Decisions of people: merge, split, withhold; taken back again; kept by a rebuild."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.index import due_rows, read, reading, story
from newsarchive.index.search import SearchQuery, search
from newsarchive.ingest import ingest, rebuild
from newsarchive.versions import Decision, append_decision
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text, write

ONE = SITE + "/news/1/district-one-debates-the-crane"
TWO = SITE + "/opinion/2/what-we-think-of-barges"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(
        tmp_path,
        [
            answer(ONE, html("District one", text(1)), hour=0, seq=1),
            answer(ONE, html("District one again", text(1)), hour=2, seq=2),
            answer(TWO, html("District two", text(2)), hour=1, seq=3),
        ],
    )
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    return tmp_path


def decide(
    root: Path, kind: str, *urls: str, undo: bool = False, record_id: str = "", hours: int = 0
) -> None:
    decision = Decision(
        kind=kind,  # type: ignore[arg-type]
        urls=urls,
        at=START + timedelta(days=1, hours=hours),
        reason="we know better",
        undo=undo,
        record_id=record_id,
    )
    append_decision(root / "decisions.jsonl", decision)
    ingest(root, config=CONFIG, sources=SOURCES)
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def look(root: Path, url: str) -> Any:
    with reading(root / "index.db") as db:
        return story(db, url)


def test_merged_stories_are_one_until_the_merge_is_taken_back(root: Path) -> None:
    before = look(root, ONE), look(root, TWO)
    decide(root, "merge", ONE, TWO)
    merged = look(root, ONE)
    assert look(root, TWO).id == merged.id
    assert merged.urls == (ONE, TWO)
    with reading(root / "index.db") as db:
        for old in before:
            assert story(db, old.id).id == merged.id
    decide(root, "merge", ONE, TWO, undo=True)
    assert (look(root, ONE), look(root, TWO)) == before


def test_a_url_that_comes_after_the_merge_is_merged_too(root: Path) -> None:
    later = SITE + "/late/3/not-yet-seen-by-anyone"
    decide(root, "merge", ONE, later)
    assert look(root, ONE).urls == (ONE,)
    write(root, [answer(later, html("District three", text(3)), hour=9)], "two")
    ingest(root, config=CONFIG, sources=SOURCES)
    assert look(root, later).id == look(root, ONE).id
    assert rebuild(root, config=CONFIG, sources=SOURCES, check=True).equal


def test_a_story_is_split_at_a_capture_and_joined_again(root: Path) -> None:
    second = look(root, ONE).versions[1].warc_record_id
    decide(root, "split", ONE, record_id=second)
    with reading(root / "index.db") as db:
        assert story(db, second).n_versions == 1
        assert db.execute("SELECT count(*) FROM stories").fetchone() == (3,)
    decide(root, "split", ONE, record_id=second, undo=True)
    assert look(root, ONE).n_versions == 2


def test_a_withheld_story_is_nowhere_and_comes_back(root: Path) -> None:
    before = look(root, ONE)
    decide(root, "withhold", ONE)
    hidden = look(root, ONE)
    assert (hidden.withheld, hidden.withheld_reason) == (True, "we know better")
    assert (hidden.title, hidden.versions, hidden.n_versions) == ("", (), 0)
    with reading(root / "index.db") as db:
        for text_ in ("", "district", '"item 11"'):
            assert all(h.url != ONE for h in search(db, SearchQuery(text=text_, all_versions=True)).hits)
        assert [r.withheld for r in due_rows(db)] == [True, False]
        assert len(read.captures(db, hidden.id)) == 2
        for table in ("versions", "changes", "events"):
            found = db.execute(f"SELECT count(*) FROM {table} WHERE story_id = ?", (hidden.id,)).fetchone()
            assert found == (0,)
    decide(root, "withhold", ONE, undo=True, hours=1)
    assert look(root, ONE) == before


def test_a_withheld_story_stays_withheld_when_it_is_captured_again(root: Path) -> None:
    decide(root, "withhold", ONE)
    write(root, [answer(ONE, html("District one once more", text(1)), hour=9)], "two")
    ingest(root, config=CONFIG, sources=SOURCES)
    assert look(root, ONE).withheld
    assert look(root, ONE).n_captures == 3
