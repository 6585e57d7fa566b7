"""Our pages and tables beside plugins of others, in anybody's Datasette and in ours: `make test-plugins` has them all."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

from newsarchive.browse import app
from newsarchive.browse.datasette_api import is_old_line, new_datasette, register_plugin

from .conftest import STOPPED, Reader
from .press import Press

# What each adds to a Datasette: a path below the database's name, and what its answer holds.
PLUGINS = {
    "block-robots": ("/robots.txt", "Disallow: /"),
    "cluster-map": ("/{db}/stories", "Bridge"),
    "configure-fts": ("/-/plugins.json", "datasette-configure-fts"),
    "copyable": ("/{db}/stories.copyable?_table_format=github", "news_at"),
    "graphql": ("/graphql/{db}?query={stories(first:3){totalCount}}", "totalCount"),
    "json-html": ("/{db}/changes", "kinds"),
    "pretty-json": ("/{db}/stories?_size=5", "same_because"),
    "render-markdown": ("/{db}/versions?_size=5", "title"),
    "search-all": ("/-/search?q=bridge", "Search"),
    "vega": ("/{db}/stories", "vega/main"),
}
TABLES = ("stories", "versions", "changes", "events", "captures_read", "sources")


def need(plugin: str) -> None:
    try:
        version(f"datasette-{plugin}")
    except PackageNotFoundError:
        pytest.skip(f"datasette-{plugin} is not installed; `make test-plugins` has it")


@pytest.fixture(scope="module", params=["anybody's", "ours"])
def served(press: Press, request: pytest.FixtureRequest) -> Iterator[tuple[Reader, str]]:
    """An archive in a Datasette with all plugins that are installed, and the database's name there."""
    register_plugin(import_module("newsarchive.browse"), "newsarchive")
    if request.param == "ours":
        found = Reader(app(press.root, settings=STOPPED))
    else:
        found = Reader(new_datasette({}, files=[str(press.root / "index.db")]))
    yield found, "archive" if request.param == "ours" else "index"
    found.close()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_a_plugin_of_others_does_its_work(served: tuple[Reader, str], plugin: str):
    need(plugin)
    reader, name = served
    path, holds = PLUGINS[plugin]
    found = reader.get(path.replace("{db}", name), follow_redirects=True)
    assert found.status_code == 200
    assert holds.lower() in found.text.lower()


@pytest.mark.parametrize("plugin", PLUGINS)
def test_all_pages_come_beside_it(served: tuple[Reader, str], press: Press, plugin: str):
    need(plugin)
    reader, name = served
    paths = [f"/{name}", "/-/news", "/-/news/changes", f"/-/news/story/{press.bridge}"]
    paths += [f"/{name}/{table}" for table in TABLES]
    assert {path: reader.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def tables_of(reader: Reader, name: str) -> dict[str, Any]:
    return {table["name"]: table for table in reader.json(f"/{name}.json")["tables"]}


def test_tables_come_newest_first_with_facets_on_every_line_of_datasette(served: tuple[Reader, str]):
    reader, name = served
    text = reader.html(f"/{name}/stories")
    assert "facet-results" in text
    assert "sorted by news_at descending" in text
    hidden = {table["name"] for table in tables_of(reader, name).values() if table["hidden"]}
    try:
        version("datasette-graphql")
    except PackageNotFoundError:
        assert {"captures", "texts", "urls"} <= hidden
    assert "stories" not in hidden


@pytest.mark.skipif(
    is_old_line(), reason="Datasette 0.x keeps settings in metadata, where the user's win anyway"
)
def test_what_a_user_configured_of_a_table_stays(press: Press):
    config = {"databases": {"index": {"tables": {"stories": {"sort": "title", "size": 7}}}}}
    found = Reader(new_datasette({}, files=[str(press.root / "index.db")], config=config))
    try:
        text = found.html("/index/stories")
        assert "sorted by title" in text
        assert "facet-results" in text
    finally:
        found.close()
