"""Every format from one archive: what is written where, what is refused, and that nothing half is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsarchive.cli import export_commands
from newsarchive.errors import UsageError
from newsarchive.export import CITATION_FORMS, FORMATS, export
from newsarchive.index import reading
from newsarchive.index.search import SearchQuery

from .stories import ALL, index_of

TEXTS = [form for form in FORMATS if form not in ("wacz", "parquet")]


@pytest.mark.parametrize("form", TEXTS)
def test_a_format_holds_the_stories_and_no_withheld_one(tmp_path: Path, form: str) -> None:
    out = tmp_path / "out"
    with reading(index_of(tmp_path / "index.db")) as db:
        report = export(tmp_path, db, ALL, form=form, output=out)
    assert report.versions == (4 if form == "git" else 3)
    files = [path for path in [out, *out.rglob("*")] if path.is_file() and ".git" not in path.parts]
    written = "\n".join(path.read_text(encoding="utf-8") for path in files)
    assert "Bridge toll agreed" in written
    assert "Brücke gesperrt" in written
    assert "Withheld" not in written
    assert "Nobody may read" not in written


def test_of_a_history_each_version_is_a_file(tmp_path: Path) -> None:
    with reading(index_of(tmp_path / "index.db")) as db:
        export(
            tmp_path,
            db,
            SearchQuery(text="toll", limit=0),
            form="markdown",
            output=tmp_path / "out",
            history=True,
        )
    names = sorted(path.name[:20] + path.name[-6:] for path in (tmp_path / "out").rglob("*.md"))
    assert [name.endswith("-v1.md") for name in names] == [True, False]


def test_no_story_gives_an_empty_list(tmp_path: Path) -> None:
    with reading(index_of(tmp_path / "index.db")) as db:
        report = export(
            tmp_path, db, SearchQuery(text="zebra", limit=0), form="csl", output=tmp_path / "o.json"
        )
    assert report.versions == 0
    assert json.loads((tmp_path / "o.json").read_text()) == []


@pytest.mark.parametrize("form", ["markdown", "text", "parquet", "wacz"])
def test_some_formats_need_a_place(tmp_path: Path, form: str) -> None:
    with (
        reading(index_of(tmp_path / "index.db")) as db,
        pytest.raises(UsageError, match="can't be written to stdout"),
    ):
        export(tmp_path, db, ALL, form=form)


@pytest.mark.parametrize("form", ["markdown", "text", "git"])
def test_a_folder_that_holds_something_is_refused(tmp_path: Path, form: str) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with reading(index_of(tmp_path / "index.db")) as db, pytest.raises(UsageError, match="empty folder"):
        export(tmp_path, db, ALL, form=form, output=tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_what_breaks_off_leaves_no_file_and_the_old_one_whole(tmp_path: Path) -> None:
    """The index names WARC files that aren't there, so the WACZ can't be finished."""
    old = tmp_path / "out.wacz"
    old.write_text("yesterday's")
    with reading(index_of(tmp_path / "index.db")) as db, pytest.raises(Exception, match="no such WARC file"):
        export(tmp_path, db, ALL, form="wacz", output=old)
    assert old.read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir() if "index.db" not in path.name] == ["out.wacz"]


def test_the_command_line_names_every_format() -> None:
    assert sorted(export_commands.EXPORT_FORMATS) == sorted(FORMATS)
    assert sorted(export_commands.CITATION_FORMS) == sorted(CITATION_FORMS)
