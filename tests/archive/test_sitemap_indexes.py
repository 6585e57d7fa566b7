"""Outlets whose news is in sub-sitemaps: each story is fetched in the run after it was listed, whatever the index says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.config import FILENAME
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.crawl.origin import Origin, Shape, plain
from tests.press import START, crawl

BASE = "http://s.test"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def xml(text: str, *headers: bytes) -> Shape:
    return plain(text.encode(), headers=[b"Content-Type: application/xml", *headers])


def index(*entries: tuple[str, str], validator: bytes = b'ETag: "i"') -> Shape:
    rows = "".join(
        f"<sitemap><loc>{BASE}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>"
        for path, day in entries
    )
    return xml(f"<sitemapindex {NS}>{rows}</sitemapindex>", validator)


def sitemap(*entries: tuple[str, str]) -> Shape:
    rows = "".join(
        f"<url><loc>{BASE}{path}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</url>"
        for path, day in entries
    )
    return xml(f"<urlset {NS}>{rows}</urlset>")


def stories(*numbers: int, day: str = "") -> list[tuple[str, str]]:
    return [(f"/news/story-number-{n}-of-the-harbour", day) for n in numbers]


UNCHANGED = Shape((b"HTTP/1.1 304 Not Modified\r\n\r\n",))


class Outlet:
    """A site on loopback, and the archive that follows it."""

    def __init__(self, folder: Path, origin: Origin, collector: Collector) -> None:
        self.origin, self._collector, self._runs = origin, collector, 0
        self._root = folder / "a"
        Archive.create(self._root, clock=Clock(START))
        network = f'[network]\nconnect_to = ["s.test:80:127.0.0.1:{origin.port}"]\nallow = ["127.0.0.1:{origin.port}"]\n'
        settings = 'contact = "desk@archive.example"\n[crawl]\ndelay = 0\n[extract]\nworkers = 1\n'
        (self._root / FILENAME).write_text(settings + network)
        write_source(self._root, Source(name="s", domains=("s.test",), sitemaps=(f"{BASE}/index.xml",)))

    def run(self, **shapes: Shape) -> list[str]:
        """A run, a quarter of an hour after the last, the site's documents being these; the paths that were asked."""
        self.origin.shapes.update({f"/{name}.xml": shape for name, shape in shapes.items()})
        self.origin.log.clear()
        crawl(self._collector, self._root, START + timedelta(minutes=15 * self._runs), recheck=False)
        self._runs += 1
        return [request.split(b" ", 2)[1].decode() for request in self.origin.log]

    def stories(self) -> int:
        """How many stories the index has."""
        return int(Archive(self._root).stats()["stories"])


@pytest.fixture
def outlet(tmp_path: Path, collector: Collector) -> Iterator[Outlet]:
    page = plain(b"<html><body><article><h1>A story</h1><p>Something happened.</p></article></body></html>")
    shapes = {f"/news/story-number-{n}-of-the-harbour": page for n in range(60)}
    with Origin(dict(shapes)) as origin:
        yield Outlet(tmp_path, origin, collector)


def found(asked: list[str]) -> list[int]:
    return sorted(int(path.split("-")[2]) for path in asked if "/news/" in path)


@pytest.mark.parametrize(
    "validator", [b'ETag: "i"', b"Last-Modified: Mon, 02 Mar 2026 08:00:00 GMT"], ids=["ETag", "date"]
)
@pytest.mark.parametrize("is_nested", [False, True], ids=["index", "index of an index"])
def test_an_index_that_isnt_modified_ends_no_reading_of_its_parts(
    outlet: Outlet, validator: bytes, is_nested: bool
) -> None:
    day = f"{START:%Y-%m-%d}"
    shapes = {"index": index(("/part.xml", ""), validator=validator)}
    if is_nested:
        shapes["inner"], shapes["index"] = (
            shapes["index"],
            index(("/inner.xml", day), validator=validator),
        )
    first = outlet.run(**shapes, part=sitemap(*stories(1, day=day)))
    assert found(first) == [1]
    for n in (2, 3):
        unchanged = dict.fromkeys(shapes, UNCHANGED)
        assert found(outlet.run(**unchanged, part=sitemap(*stories(n, day=day)))) == [n]


def test_a_part_that_isnt_modified_is_read_again_once_it_is(outlet: Outlet) -> None:
    day = f"{START:%Y-%m-%d}"
    outlet.run(index=index(("/part.xml", "")), part=sitemap(*stories(1, day=day)))
    assert found(outlet.run(index=UNCHANGED, part=UNCHANGED)) == []
    assert found(outlet.run(part=sitemap(*stories(1, 2, day=day)))) == [2]


@pytest.mark.parametrize("place", [0, 14, 29])
def test_wherever_the_news_is_in_a_long_index_it_is_read_soon_and_then_in_each_run(
    outlet: Outlet, place: int
) -> None:
    day = f"{START:%Y-%m-%d}"
    names = [f"part{n}" for n in range(30)]
    old = {name: sitemap((f"/old/{name}-of-long-ago-was-it", "2019-01-01")) for name in names}
    shapes = {"index": index(*((f"/{name}.xml", "") for name in names)), **old}
    shapes[names[place]] = sitemap(*stories(1, day=day))
    runs = [outlet.run(**shapes)]
    while 1 not in found(runs[-1]):
        assert len(runs) < 4  # eight are read a run
        runs.append(outlet.run())
    shapes[names[place]] = sitemap(*stories(1, 2, day=day))
    assert found(outlet.run(**shapes)) == [2]
    assert max(sum(path.endswith(".xml") for path in run) for run in runs) <= 1 + 8 + 6 + 2


def test_a_part_that_its_index_calls_old_is_read_too(outlet: Outlet) -> None:
    day = f"{START:%Y-%m-%d}"
    asked = outlet.run(index=index(("/part.xml", "2019-05-01")), part=sitemap(*stories(1, day=day)))
    assert found(asked) == [1]
    assert found(outlet.run(part=sitemap(*stories(1, 2, day=day)))) == [2]


def test_an_undated_entry_counts_when_it_is_new_since_the_last_reading(outlet: Outlet) -> None:
    asked = outlet.run(index=sitemap(*stories(*range(20))))  # a whole archive, nothing says what is new
    assert found(asked) == []
    assert found(outlet.run(index=sitemap(*stories(*range(20), 21)))) == [21]
    assert found(outlet.run(index=sitemap(*stories(22, *range(20), 21)))) == [22]


def test_an_old_dated_entry_stays_what_it_is(outlet: Outlet) -> None:
    outlet.run(index=sitemap(*stories(1), *stories(2, day="2019-01-01")))
    entries = [*stories(1, 4), *stories(2, 3, day="2019-01-01")]
    assert found(outlet.run(index=sitemap(*entries))) == [4]


@pytest.mark.parametrize("kind", ["CollectionPage", "ProfilePage", "Product"])
def test_a_page_that_calls_itself_something_else_makes_no_story(outlet: Outlet, kind: str) -> None:
    item = f'<script type="application/ld+json">{{"@type": "{kind}", "name": "Harbour"}}</script>'
    other = f"<html><head><title>Harbour</title>{item}</head><body><h1>Harbour</h1><p>All of it.</p></body></html>"
    outlet.origin.shapes["/harbour/all-that-is-there-2"] = plain(other.encode())
    entries = [("/harbour/all-that-is-there-2", f"{START:%Y-%m-%d}"), *stories(1, day=f"{START:%Y-%m-%d}")]
    asked = outlet.run(index=sitemap(*entries))
    assert "/harbour/all-that-is-there-2" in asked
    assert found(asked) == [1]
    assert outlet.stories() == 1
