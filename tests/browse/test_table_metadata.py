"""Datasette's own pages of an archive stay usable."""

from __future__ import annotations

from contextlib import closing

import pytest
from lxml import html

from newsarchive.browse.datasette_api import is_old_line
from newsarchive.browse.table_metadata import HIDDEN, QUERIES, TABLES, metadata_for, table_metadata

from .conftest import Reader
from .press import Press


@pytest.mark.parametrize("table", sorted(TABLES))
def test_a_table_shows_its_meaning_and_its_rows(reader: Reader, table: str):
    text = html.fromstring(reader.html(f"/archive/{table}")).text_content()
    assert TABLES[table]["description"] in text
    assert all(meaning in text for meaning in TABLES[table]["columns"].values())


def test_every_described_table_and_column_is_there(press: Press):
    import sqlite3

    with closing(sqlite3.connect(f"file:{press.root}/index.db?mode=ro", uri=True)) as db:
        names = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")}
        assert set(TABLES) | set(HIDDEN) <= names
        for table, facts in TABLES.items():
            have = {r[1] for r in db.execute(f"PRAGMA table_info({table})")}
            wanted = (
                set(facts["columns"]) | set(facts.get("facets", [])) | {facts.get("label_column")} - {None}
            )
            assert wanted - {None} <= have, table


def test_datasette_is_given_what_it_looks_up():
    assert metadata_for(None) == metadata_for("databases") == table_metadata()
    assert metadata_for("facets")["stories"] == {"facets": TABLES["stories"]["facets"]}
    assert metadata_for("allow") == metadata_for("tables") == {}


def test_no_long_text_stands_in_a_browsed_table(reader: Reader):
    for table in ("stories", "versions", "changes", "captures_read"):
        cells = [
            c.text_content().strip() for c in html.fromstring(reader.html(f"/archive/{table}")).iter("td")
        ]
        assert cells
        assert max(len(c) for c in cells) < 420


def test_headlines_lead_to_our_pages(reader: Reader, press: Press):
    assert f'href="/-/news/story/{press.bridge}"' in reader.html(f"/archive/stories?id={press.bridge}")
    assert f'href="/-/news/story/{press.bridge}?v=' in reader.html(
        f"/archive/versions?story_id={press.bridge}"
    )
    assert f'href="/-/news/story/{press.bridge}/diff?before=' in reader.html(
        f"/archive/changes?story_id={press.bridge}"
    )
    assert 'href="/-/news/capture/' in reader.html(f"/archive/captures_read?story_id={press.bridge}")


def test_facets_are_counted(reader: Reader):
    text = reader.html("/archive/stories")
    assert all(name in text for name in ("gazette", "harbour", "morgenblatt", "sahifa"))
    assert "_facet=source" in text or "facet-source" in text or 'data-column="source"' in text


@pytest.mark.parametrize("name", sorted(QUERIES))
def test_a_ready_question_has_an_answer(reader: Reader, name: str):
    text = reader.html(f"/archive/{name}")
    assert QUERIES[name]["title"] in text
    assert "no such" not in text
    if name in ("most_edited_stories", "silent_headline_changes", "corrections"):
        assert 'href="/-/news/story/' in text


def test_ready_questions_are_right(reader: Reader, press: Press):
    rows = reader.json("/archive/most_edited_stories.json?_shape=array")
    assert rows[0]["story"] == f"/-/news/story/{press.live}"
    gone = reader.json("/archive/stories_that_vanished.json?_shape=array")
    assert [r["story"] for r in gone] == [f"/-/news/story/{press.gone}"]
    assert reader.json("/archive/late_edits.json?days=30&_shape=array") == []


def test_our_widths_come_with_the_tables(reader: Reader):
    assert "/-/news/static/tables.css" in reader.html("/archive/stories")
    assert reader.get("/-/news/static/tables.css").status_code == 200


def test_the_line_of_datasette_is_known():
    from datasette.version import __version__

    assert is_old_line() is __version__.startswith("0.")
