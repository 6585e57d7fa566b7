"""The narrow copies that search and lists read: they follow the tables."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from newsarchive.index import compact_ids
from newsarchive.index.connection import open_readonly
from newsarchive.index.search import MATCHING
from newsarchive.index.write import open_index
from tests.index.build import Told, add, build
from tests.index.test_filters import invented

SHOULD = """SELECT v.text_id, v.id, v.story_id, v.version_no, v.is_latest, s.n_changes > 0, s.status = 'gone', v.source,
    v.language, s.section, v.authors FROM versions v JOIN stories s ON s.id = v.story_id ORDER BY 1, 2"""


def narrow(db: sqlite3.Connection) -> list[tuple[object, ...]]:
    """The rows of the narrow table."""
    return db.execute("SELECT * FROM text_versions ORDER BY 1, 2").fetchall()


def test_the_narrow_table_follows_the_versions(tmp_path: Path) -> None:
    stories = invented(30)
    with open_index(tmp_path / "index.db") as index:
        for i, told in enumerate(stories):
            add(index, told, i * 50)
        first = narrow(index.db)
        assert len(first) == sum(len(t.versions) for t in stories if not t.withheld)
        assert first == index.db.execute(SHOULD).fetchall()
        stories[3] = Told(stories[3].url, [("New", "words")], status="gone", section="Town")
        add(index, stories[3], 5000)
        assert narrow(index.db) == index.db.execute(SHOULD).fetchall() != first
        with index.batch():
            index.take_stories_apart([compact_ids.url_id(told.url) for told in stories])
        assert narrow(index.db) == []


def test_a_search_reads_the_narrow_table_alone(tmp_path: Path) -> None:
    sql = f"EXPLAIN QUERY PLAN SELECT count(*) {MATCHING} AND v.is_latest = 1 AND v.gone = 1 AND v.authors LIKE 'a%'"
    with closing(open_readonly(build(tmp_path / "index.db", invented(5)))) as db:
        steps = [row[3].split(" VIRTUAL")[0] for row in db.execute(sql, ("bridge",))]
    assert steps == ["SCAN f", "SEARCH v USING PRIMARY KEY (text_id=?)"]
