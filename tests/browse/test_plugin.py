"""The plugin in anybody's Datasette: beside other databases, with their rules and settings."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from newsarchive.browse.datasette_api import is_old_line, new_datasette, register_plugin

from .conftest import Reader
from .press import Press

register_plugin(import_module("newsarchive.browse"), "newsarchive")


@pytest.fixture
def other(tmp_path: Path) -> Path:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE stories (id INTEGER PRIMARY KEY, title TEXT, text TEXT)")
        db.execute("INSERT INTO stories VALUES (1, 'theirs', ?)", ("x" * 1000,))
    return path


def serve(files: list[Path], rules: dict[str, Any] | None = None, **options: Any) -> Reader:
    if rules is not None:
        options["metadata" if is_old_line() else "config"] = rules
    return Reader(new_datasette({}, files=[str(f) for f in files], **options))


def test_a_datasette_without_an_archive_notices_nothing(other: Path):
    plain = serve([other])
    try:
        home = plain.html("/")
        table = plain.html("/other/stories")
        assert "news" not in home.lower()
        assert "/-/news" not in table
        assert "x" * 1000 in table
        assert plain.get("/-/news").status_code == 404
        assert "No news archive here" in plain.get("/-/news/story/1").text
        assert "content-security-policy" not in plain.get("/").headers
        assert plain.json("/other.json")["database"] == "other"
    finally:
        plain.close()


def test_an_archive_beside_another_database_has_its_pages(other: Path, press: Press):
    both = serve([other, press.root / "index.db"])
    try:
        assert "The Valley Gazette" in both.html("/-/news")
        assert 'href="/-/news"' in both.html("/")
        assert "The Valley Gazette" not in both.html("/")
        assert 'href="/-/news/story/' in both.html("/index/stories")
        assert "/-/news/story" not in both.html("/other/stories")
        assert "Most edited stories" in both.html("/index/most_edited_stories")
        assert both.get("/other/most_edited_stories").status_code == 404
    finally:
        both.close()


def test_the_setting_chooses_among_archives(press: Press, tmp_path: Path):
    second = tmp_path / "second.db"
    shutil.copy(press.root / "index.db", second)
    with closing(sqlite3.connect(second)) as db, db:
        db.execute("UPDATE sources SET title = 'The Second Gazette' WHERE name = 'gazette'")
    chosen = serve([press.root / "index.db", second], {"plugins": {"newsarchive": {"database": "second"}}})
    try:
        assert "The Second Gazette" in chosen.html("/-/news")
    finally:
        chosen.close()


def test_without_its_warc_files_a_page_says_where_they_are_looked_for(press: Press, tmp_path: Path):
    alone = tmp_path / "alone.db"
    shutil.copy(press.root / "index.db", alone)
    for root, has_body in ((None, False), (press.root, True)):
        rules = {"plugins": {"newsarchive": {"root": str(root)}}} if root else None
        found = serve([alone], rules)
        try:
            number = found.json(f"/-/news/story/{press.bridge}.json")["versions"][0]["first_capture_id"]
            data = found.json(f"/-/news/capture/{number}.json")
            assert bool(data["size"]) is has_body
            assert ("root" in data["trouble"]) is not has_body
        finally:
            found.close()


@pytest.mark.parametrize(
    "rules",
    [
        {"allow": {"id": "editor"}},
        {"databases": {"index": {"allow": {"id": "editor"}}}},
        {"databases": {"index": {"tables": {"texts": {"allow": {"id": "editor"}}}}}},
    ],
)
def test_who_may_not_see_the_tables_does_not_see_our_pages(press: Press, rules: dict[str, Any]):
    closed = serve([press.root / "index.db"], rules)
    try:
        paths = ["/-/news", "/-/news.json", "/-/news/changes.atom", "/-/news/search?q=bridge"]
        paths.append(f"/-/news/story/{press.bridge}.json")
        for path in paths:
            found = closed.get(path)
            assert found.status_code == 403, path
            assert "Nordvik" not in found.text
        cookie = {"ds_actor": closed.datasette.sign({"a": {"id": "editor"}}, "actor")}
        assert closed.get("/-/news", cookies=cookie).status_code == 200
    finally:
        closed.close()


def test_an_index_made_after_the_start_is_noticed(tmp_path: Path):
    from .build import Desk

    sqlite3.connect(tmp_path / "index.db").close()
    late = serve([tmp_path / "index.db"])
    try:
        assert late.get("/-/news").status_code == 404
        with Desk(tmp_path):
            pass
        assert late.get("/-/news").status_code == 200
    finally:
        late.close()


def test_an_index_of_another_schema_is_not_read(press: Press, tmp_path: Path):
    old = tmp_path / "index.db"
    shutil.copy(press.root / "index.db", old)
    with closing(sqlite3.connect(old)) as db, db:
        db.execute("PRAGMA user_version = 999")
    found = serve([old])
    try:
        answer = found.get("/-/news")
        assert answer.status_code == 503
        assert "schema 999" in answer.text
    finally:
        found.close()


def test_every_hook_is_one_that_datasette_knows():
    from datasette.plugins import pm

    pm.check_pending()


def test_many_readers_at_once_get_their_pages(reader: Reader, press: Press):
    async def ask() -> list[int]:
        paths = ["/-/news", f"/-/news/story/{press.bridge}", "/-/news/search?q=bridge", "/-/news/changes"] * 5
        found = await asyncio.gather(*(reader.datasette.client.get(p) for p in paths))
        return [f.status_code for f in found]

    assert asyncio.run(ask()) == [200] * 20
