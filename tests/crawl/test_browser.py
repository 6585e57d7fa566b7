"""A page that fills itself by JavaScript, loaded by a browser that gets every byte through the crawl."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from pathlib import Path

from scrapy.http import HtmlResponse, Response

from newsarchive.config import NetworkConfig
from newsarchive.crawl.browser import Browser
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.model import Capture, Source
from newsarchive.plan import Target
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain
from tests.web.test_chromium import needs_browser

PAGE = b"""<!doctype html><title>Loading</title><link rel=stylesheet href=/a.css><img src=/pixel.png>
<div id=app>Loading</div><script src=/app.js></script>"""
APP = b"""
fetch('/api/story.json').then(r => r.json()).then(story => {
  document.title = story.title;
  document.getElementById('app').innerHTML = '<article><h1>' + story.title + '</h1></article>';
});
fetch('OUTSIDE/secret').catch(() => {});
new WebSocket('ws://127.0.0.1:PORT/socket');
navigator.sendBeacon('/beacon', 'x');
"""


@needs_browser
def test_the_document_at_the_end_holds_what_the_scripts_made() -> None:
    shell = HtmlResponse("https://e.test/story", headers={"Content-Type": "text/html"}, body=PAGE)
    parts = {
        "https://e.test/app.js": APP.replace(b"PORT", b"9").replace(b"OUTSIDE", b""),
        "https://e.test/api/story.json": b'{"title": "The tide turned"}',
    }
    asked: list[str] = []

    async def part(url: str) -> Response | None:
        asked.append(url)
        return Response(url, body=parts[url]) if url in parts else None

    async def go() -> str:
        browser = Browser(user_agent="newsarchive/1", timeout=20.0)
        try:
            return await browser.show(shell, part)
        finally:
            await browser.close()

    html = asyncio.run(go())
    assert "<h1>The tide turned</h1>" in html
    assert "<title>The tide turned</title>" in html
    assert sorted(asked) == [*sorted(["https://e.test/a.css", *parts]), "https://e.test/secret"]


@needs_browser
def test_what_the_browser_got_is_archived_and_nothing_else_was_asked(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    with Origin(address="127.0.0.2") as outside, Origin() as origin:
        app = APP.replace(b"OUTSIDE", outside.url.encode()).replace(b"PORT", str(origin.port).encode())
        origin.shapes |= {
            "/story": plain(PAGE),
            "/app.js": plain(app, headers=[b"Content-Type: text/javascript"]),
            "/api/story.json": plain(
                b'{"title": "The tide turned"}', headers=[b"Content-Type: application/json"]
            ),
            "/a.css": plain(b"body {}", headers=[b"Content-Type: text/css"]),
        }
        plan = make_plan(
            root,
            sources=(Source(name="js", domains=("127.0.0.1",), render=True),),
            targets=(Target(url=origin.url + "/story", source="js", reason="manual"),),
            network=NetworkConfig(allow=(f"127.0.0.1:{origin.port}",), timeout=30.0),
        )
        report = child.run(plan)
        assert report.sources[0].new == 1, report.to_text()
        assert sorted(origin.paths) == ["/a.css", "/api/story.json", "/app.js", "/robots.txt", "/story"]
        assert outside.connections == 0
    text = b"".join(gzip.decompress(path.read_bytes()) for path in (root / "warc").iterdir())
    assert text.count(b"WARC-Type: conversion") == 1
    assert b"<h1>The tide turned</h1>" in text
    reasons = {c.url.removeprefix(origin.url): c.reason for c in captures() if c.url.startswith(origin.url)}
    assert reasons == {
        "/robots.txt": "robots",
        "/story": "manual",
        "/app.js": "requisite",
        "/a.css": "requisite",
        "/api/story.json": "requisite",
    }
