"""An outlet's zone is learnt from its pages, and its later stories are dated by it. On loopback."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from newsarchive.archive.crawling import Collector
from newsarchive.warc import list_files, read_captures
from tests.archive.outlets import START, TICK, Outlets, outlets
from tests.crawl.origin import plain

HOST = "local.example"


@pytest.fixture
def press(tmp_path: Path, collector: Collector) -> Iterator[Outlets]:
    with outlets(tmp_path / "a", collector, HOST, crawl="delay = 0.0\n") as press:
        yield press


def publish(press: Outlets, kind: str, clock: timezone, published: dict[str, datetime]) -> None:
    """A feed or sitemap with local times, and pages that state their zone."""
    rows = ""
    for path, at in published.items():
        local = at.astimezone(clock)
        if kind == "feeds":
            rows += f"<item><link>http://{HOST}{path}</link><pubDate>{local:%a, %d %b %Y %H:%M:%S}</pubDate></item>"
        else:
            rows += f"<url><loc>http://{HOST}{path}</loc><lastmod>{local:%Y-%m-%dT%H:%M:%S}</lastmod></url>"
        text = f"<p>The council of {path} met on Monday and agreed on a new bridge over the river.</p>" * 4
        head = f'<meta property="article:published_time" content="{local.isoformat()}">'
        press.origin.shapes[f"http://{HOST}{path}"] = plain(
            f"<!doctype html><title>Story</title>{head}<article><h1>Story {path}</h1>{text}</article>".encode()
        )
    document = {
        "feeds": f'<rss version="2.0"><channel><title>S</title>{rows}</channel></rss>',
        "sitemaps": f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>',
    }[kind]
    press.outlet(HOST, [], **({"feeds": ()} | {kind: (f"http://{HOST}/list",)}))
    press.origin.shapes[f"http://{HOST}/list"] = plain(document.encode())


@pytest.mark.parametrize("kind", ["feeds", "sitemaps"])
@pytest.mark.parametrize("hours", [-8, -5, 5.5, 9], ids=["Los Angeles", "Lima", "Delhi", "Tokyo"])
def test_later_stories_are_dated_by_the_zone_that_the_first_pages_showed(
    press: Outlets, kind: str, hours: float
) -> None:
    clock = timezone(timedelta(hours=hours))
    first = {f"/2026/11/first-story-{n}-of-the-day": START - timedelta(hours=10 + n) for n in range(4)}
    publish(press, kind, clock, first)
    press.run()
    later = {f"/2026/11/later-story-{n}-of-the-day": START - timedelta(hours=10, minutes=n) for n in range(3)}
    publish(press, kind, clock, first | later)
    press.run(START + TICK)
    assert dated(press, "later") == {f"http://{HOST}{path}": at for path, at in later.items()}


def test_an_outlet_whose_pages_say_nothing_keeps_its_times(press: Outlets) -> None:
    clock = timezone(timedelta(hours=-5))
    first = {f"/2026/11/first-story-{n}-of-the-day": START - timedelta(hours=10 + n) for n in range(4)}
    publish(press, "feeds", clock, first)
    for path in first:
        url = f"http://{HOST}{path}"
        press.origin.shapes[url] = plain(press.origin.shapes[url].pieces[0].partition(b"\r\n\r\n")[2].replace(b"published_time", b"nothing"))  # type: ignore[union-attr]  # fmt: skip
    press.run()
    later = {"/2026/11/later-story-of-the-day": START - timedelta(hours=10)}
    publish(press, "feeds", clock, later)
    press.run(START + TICK)
    assert list(dated(press, "later").values()) == [START - timedelta(hours=15)]


def dated(press: Outlets, word: str) -> dict[str, datetime]:
    """What the documents said of the pages whose address has this word, as it was archived."""
    captures = [c for f in list_files(press.root) for c in read_captures(press.root, f.filename)]
    found = {
        c.url: c.candidate.published_at or c.candidate.lastmod
        for c in captures
        if c.candidate and word in c.url
    }
    return {url: at.astimezone(UTC) for url, at in found.items() if at is not None}
