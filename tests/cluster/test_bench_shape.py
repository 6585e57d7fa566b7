"""The invented indexes of tests/bench/federated.py have the rows that real ones have."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.index.connection import reading
from newsarchive.index.search import SearchQuery, search
from tests.bench import federated
from tests.bench import index as stories
from tests.cluster.making import fleet_of

ALWAYS = ("versions", "pages", "urls", "story_urls", "url_identities", "texts", "texts_fts", "text_versions", "captures", "version_authors", "copy_samples", "copy_hashes")  # fmt: skip


def rows(path: Path) -> dict[str, float]:
    """Rows a story, by table."""
    with closing(sqlite3.connect(path)) as db:
        [(count,)] = db.execute("SELECT count(*) FROM stories")
        return {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] / count for table in ALWAYS}


def test_an_invented_index_has_what_a_real_one_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stories, "TEXT", 200)  # words of a text, as many as in the real pages here
    fleet = fleet_of(tmp_path / "press", 1, stories=6)
    Archive(fleet.folder("000")).ingest()
    real, [one, other] = (
        rows(fleet.folder("000") / "index.db"),
        map(rows, federated.make(tmp_path, shards=2, stories=120, made=30)),
    )
    assert one == other
    for table in ALWAYS:
        assert 0.4 < one[table] / real[table] < 2.5, table


def test_its_stories_are_others_in_each_index_and_sound(tmp_path: Path) -> None:
    found = []
    for path in federated.make(tmp_path, shards=2, stories=80, made=20):
        with reading(path) as db:
            assert db.execute("PRAGMA foreign_key_check").fetchall() == []
            assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            hits = search(db, SearchQuery(limit=100)).hits
        assert len({hit.url for hit in hits}) == 40
        found.append({hit.url for hit in hits} | {hit.story_id for hit in hits})
    assert found[0].isdisjoint(found[1])
