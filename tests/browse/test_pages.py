"""Every page answers, as HTML and as JSON, and leads nowhere that isn't there."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import html

from newsarchive.browse.front_page import FEEDS, ROUTES

from .conftest import Reader
from .press import Press

START = (
    *("/", "/-/news", "/-/news/search", "/-/news/search?q=bridge", "/-/news/changes", "/-/news/about"),
    *("/-/news/digest", "/-/news/digest?period=week"),
)


def places_of(text: str) -> set[str]:
    found = set()
    for element in html.fromstring(text).iter():
        if isinstance(element.tag, str):
            found |= {element.get(name) or "" for name in ("href", "src", "action")}
    return found - {""}


@pytest.mark.parametrize("path", START)
def test_a_page_is_there(reader: Reader, path: str):
    text = reader.html(path)
    assert "<h1" in text
    assert "None" not in html.fromstring(text).text_content()


def test_the_front_is_the_root_of_a_server_of_ours(reader: Reader):
    assert reader.html("/") == reader.html("/-/news")


@pytest.mark.parametrize(
    "path", ["/-/news", "/-/news/search", "/-/news/changes", "/-/news/digest", "/-/news/about"]
)
def test_json_stands_behind_each_page(reader: Reader, path: str):
    assert reader.json(f"{path}.json")["ok"] is True


def test_no_link_of_a_page_leads_nowhere(reader: Reader, press: Press):
    """Follows every link to a page of ours or of Datasette once, from the start pages and a story's own."""
    todo = [*START, *(f"/-/news/story/{i}" for i in (press.bridge, press.arabic, press.gone, press.live))]
    todo += [f"/-/news/story/{press.bridge}/diff", "/-/news/source/harbour"]
    seen: set[str] = set(todo)
    hosts: set[str] = set()
    depth = dict.fromkeys(todo, 0)
    while todo:
        path = todo.pop()
        found = reader.get(path)
        assert found.status_code in (200, 302), f"{path}: {found.status_code}"
        if found.status_code != 200 or "html" not in found.headers["content-type"] or depth[path] > 0:
            continue
        for place in places_of(found.text):
            parts = urlsplit(urljoin(f"http://here{path}", place))
            if parts.hostname != "here":
                hosts.add(parts.scheme if parts.scheme == "data" else parts.hostname or "")
                continue
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            if target not in seen and len(seen) < 400:
                seen.add(target)
                depth[target] = depth[path] + 1
                todo.append(target)
    assert len(seen) > 100
    assert all(h == "data" or h.endswith(".example") for h in hosts), hosts


def test_nothing_but_links_names_another_host(reader: Reader, press: Press):
    for path in (*START, f"/-/news/story/{press.bridge}", f"/-/news/story/{press.bridge}/diff"):
        for element in html.fromstring(reader.html(path)).iter(
            "img", "script", "link", "iframe", "form", "source"
        ):
            place = element.get("src") or element.get("action") or element.get("href") or ""
            assert not urlsplit(place).netloc, place


def test_what_is_not_there_is_said(reader: Reader):
    for path in ("/-/news/story/1", "/-/news/capture/1", "/-/news/source/nobody", "/-/news/story/1/diff"):
        assert reader.get(path).status_code == 404
        found = reader.get(f"{path}.json")
        assert found.status_code == 404
        assert json.loads(found.text)["ok"] is False


def test_an_empty_archive_says_what_to_do(empty: Reader):
    assert "newsarchive add" in empty.html("/")
    for path in (
        "/-/news/search",
        "/-/news/search?q=x",
        "/-/news/changes",
        "/-/news/changes.atom",
        "/-/news/about",
    ):
        assert empty.get(path).status_code == 200


def test_ids_are_text_in_json(reader: Reader, press: Press):
    data = reader.json(f"/-/news/story/{press.bridge}.json")
    assert data["story"]["id"] == str(press.bridge)
    assert all(isinstance(c["before_id"], str) for c in data["changes"])


def test_the_described_routes_are_the_served_ones(reader: Reader, press: Press):
    from newsarchive.browse.routes import routes

    patterns = [re.compile(pattern) for pattern, _ in routes(home=False)]
    named = [path for path, _, _ in ROUTES] + [path for path, _ in FEEDS]
    for path in named:
        address = "/-/news" + path.replace("ID", "1").replace("NAME", "a")
        assert any(p.match(address) for p in patterns), path
    shown = reader.html("/-/news/about")
    assert all(f"/-/news{path}" in shown for path in named)


def test_pages_move_with_the_base_url(press: Press):
    from newsarchive.browse import app

    from .conftest import STOPPED

    moved = Reader(app(press.root, base_url="/news/", settings=STOPPED))
    try:
        text = moved.html("/-/news")
        own = [p for p in places_of(text) if p.startswith("/")]
        assert own
        assert all(p.startswith("/news/") for p in own), own
    finally:
        moved.close()
