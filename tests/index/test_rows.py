"""Rows: what is written is read back the same, and the tables have the columns that the types say."""

from __future__ import annotations

from contextlib import closing
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.index import activity, read
from newsarchive.index.connection import columns, from_row, open_readonly, to_row
from newsarchive.index.rows import FROM_ARTICLE, ChangeRow, EventRow, FieldChangeRow, StoryRow, VersionRow
from newsarchive.index.write import open_index
from newsarchive.model import Article
from tests.index.build import Told, add, build

TOLD = Told(
    "https://gazette.example/a",
    [("Ministers agree", "One.\n\nTwo."), ("Ministers disagree", "One.\n\nThree.")],
    authors=("Ada Byron", "Jo März"),
    published=datetime(2026, 3, 1, 5, tzinfo=UTC),
    status="gone",
    captions="A bridge",
)


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    with open_index(path) as index:
        told = add(index, TOLD, 0)
    with closing(open_readonly(path)) as db:
        found = read.story(db, told.id)
        assert found.versions == told.versions
        assert found.events == told.events
        assert activity.changes(db) == told.changes
        assert to_row(found, StoryRow) == to_row(told, StoryRow)


@pytest.mark.parametrize(
    ("table", "kind"),
    [
        ("stories", StoryRow),
        ("versions", VersionRow),
        ("changes", ChangeRow),
        ("events", EventRow),
        ("field_changes", FieldChangeRow),
    ],
)
def test_a_table_has_the_columns_that_its_type_says(tmp_path: Path, table: str, kind: type) -> None:
    with closing(open_readonly(build(tmp_path / "index.db", [TOLD]))) as db:
        found = {row[1]: (row[2], bool(row[3])) for row in db.execute(f"PRAGMA table_info({table})")}
    assert list(found) == [f.name for f in columns(kind)]
    may_be_null = {name for name, (_, is_not_null) in found.items() if not is_not_null}
    assert may_be_null == {f.name for f in columns(kind) if "None" in str(f.type)} | {"id"}


def test_rows_and_values_turn_into_each_other() -> None:
    event = EventRow(id=1, story_id=2, capture_id=3, happened_at="2026-03-01T06:00:00Z", kind="gone", url="u")
    assert from_row(EventRow, to_row(event)) == event
    row = {f.name: None for f in fields(StoryRow)} | {"same_because": '["one URL"]', "withheld": 1}
    story = from_row(StoryRow, row)
    assert (story.same_because, story.withheld, story.free_access) == (("one URL",), True, None)


def test_a_version_takes_from_its_article_what_has_the_same_form() -> None:
    assert {"section", "confidence"} <= set(FROM_ARTICLE)
    for name in FROM_ARTICLE:
        kinds = [{f.name: str(f.type) for f in fields(kind)}[name] for kind in (Article, VersionRow)]
        assert kinds[0] == kinds[1] or kinds == ["PageKind", "str"], name
