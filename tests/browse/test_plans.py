"""How SQLite goes about the queries of our pages: by an index, without reading every row and without sorting."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from newsarchive.browse import queries
from newsarchive.browse.table_metadata import QUERIES
from newsarchive.index.activity import changes, events
from newsarchive.index.connection import open_readonly
from newsarchive.index.front_captures import front_pages
from tests.index.build import build
from tests.index.test_filters import invented


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite3.Connection]:
    with closing(open_readonly(build(tmp_path_factory.mktemp("plans") / "index.db", invented(5)))) as opened:
        yield opened


def plan(db: sqlite3.Connection, sql: str) -> list[str]:
    """The steps of a query."""
    values = dict.fromkeys(re.findall(r":(\w+)", sql), "1")
    return [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]


def steps_of(db: sqlite3.Connection, ask: Callable[[sqlite3.Connection], object]) -> list[str]:
    """The steps of the first query of a reader."""
    asked: list[str] = []
    db.set_trace_callback(asked.append)
    ask(db)
    db.set_trace_callback(None)
    return plan(db, asked[0])


@pytest.mark.parametrize("source", ["", "gazette"])
def test_front_pages_are_found_without_reading_all_urls(db: sqlite3.Connection, source: str) -> None:
    steps = steps_of(db, lambda opened: front_pages(opened, source))
    assert "SEARCH u USING INDEX urls_by_source (source_id=? AND last_reason=?)" in steps


@pytest.mark.parametrize(
    "name", ["SOURCE_TOTALS", "SOURCE_DAYS", "LAGS", "STORIES_BY_SOURCE", "STORIES_BY_SOURCE_AND_DAY"]
)
def test_a_source_is_counted_from_a_narrow_index(db: sqlite3.Connection, name: str) -> None:
    steps = plan(db, getattr(queries, name))
    assert any("USING COVERING INDEX stories_by_source" in step for step in steps), steps


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (QUERIES["most_edited_stories"]["sql"], "stories_by_edits"),
        (QUERIES["silent_headline_changes"]["sql"], "changes_by_time"),
        (QUERIES["corrections"]["sql"], "changes_by_time"),
        (QUERIES["late_edits"]["sql"], "changes_by_time"),
        (QUERIES["stories_that_vanished"]["sql"], "events_by_time"),
        (queries.SOURCE_LATEST, "stories_by_source"),
        (queries.LATEST_STORIES, "stories_by_time"),
    ],
)
def test_the_newest_come_from_an_index_and_nothing_is_sorted(
    db: sqlite3.Connection, sql: str, index: str
) -> None:
    steps = plan(db, sql)
    assert f"USING INDEX {index}" in steps[0], steps
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps


@pytest.mark.parametrize(
    ("ask", "index"),
    [
        (lambda db: changes(db, limit=50), "changes_by_time"),
        (
            lambda db: changes(db, sources=["gazette"], kinds=["typo"], silent=True, limit=50),
            "changes_by_time",
        ),
        (lambda db: events(db, limit=50), "events_by_time"),
        (lambda db: events(db, sources=["gazette"], kinds=["gone"], limit=50), "events_by_time"),
    ],
)
def test_the_newest_of_a_feed_come_from_an_index(
    db: sqlite3.Connection, ask: Callable[[sqlite3.Connection], object], index: str
) -> None:
    steps = steps_of(db, ask)
    assert f"USING INDEX {index}" in steps[0], steps
    assert not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize("facet", ["source", "section", "status", "language"])
def test_a_facet_of_stories_that_are_not_withheld_is_counted_from_a_narrow_index(
    db: sqlite3.Connection, facet: str
) -> None:
    kept = f"(SELECT * FROM stories WHERE ({queries.NOT_WITHHELD['stories']}))"
    steps = plan(db, f"SELECT {facet}, count(*) FROM {kept} WHERE {facet} IS NOT NULL GROUP BY {facet}")
    assert any("USING COVERING INDEX stories_by_source" in step for step in steps), steps
