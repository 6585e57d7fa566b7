"""A sitemap whose pages turn out to be lists, profiles or products costs few fetches, and `sources check` says so."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.archive.site_finder import NO_STORIES, check_sources
from newsarchive.config import FILENAME
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.crawl.origin import Origin, Shape, plain
from tests.press import START, crawl


def page(kind: str, number: int) -> Shape:
    """A page of one kind, as its own data says."""
    data = json.dumps({"@context": "https://schema.org", "@type": kind, "name": f"Number {number}"})
    body = f"<h1>Number {number}</h1>" + "".join(
        f'<p><a href="/x{n}">Entry {n} of it</a></p>' for n in range(8)
    )
    if kind == "NewsArticle":
        body = (
            f"<article><h1>Number {number}</h1>"
            + f"<p>The council met on day {number} and agreed on a bridge.</p>" * 6
        )
    return plain(
        f'<html><head><script type="application/ld+json">{data}</script></head><body>{body}</body></html>'.encode()
    )


def sitemap(paths: list[str]) -> Shape:
    rows = "".join(f"<url><loc>http://s.test{path}</loc></url>" for path in paths)
    return plain(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode())


@pytest.mark.parametrize(
    ("kind", "name"),
    [("CollectionPage", "dossier"), ("ProfilePage", "people"), ("Product", "offers")],
)
def test_pages_that_are_no_stories_cost_their_sitemap_its_credit(
    tmp_path: Path, collector: Collector, kind: str, name: str
) -> None:
    root = tmp_path / "a"
    with Origin({}) as origin:
        Archive.create(root, clock=Clock(START))
        network = f'[network]\nconnect_to = ["s.test:80:127.0.0.1:{origin.port}"]\nallow = ["127.0.0.1:{origin.port}"]\n'
        settings = 'contact = "desk@archive.example"\n[crawl]\ndelay = 0\n[extract]\nworkers = 1\n'
        (root / FILENAME).write_text(settings + network)
        maps = (f"http://s.test/{name}.xml", "http://s.test/news.xml")
        write_source(root, Source(name="s", domains=("s.test",), sitemaps=maps))
        asked = []
        for run in range(3):
            others = [f"/{name}/number-{n}-of-the-harbour" for n in range(12 * (run + 1))]
            stories = [f"/news/number-{n}-of-the-harbour" for n in range(12 * (run + 1))]
            origin.shapes |= {path: page(kind, n) for n, path in enumerate(others)}
            origin.shapes |= {path: page("NewsArticle", n) for n, path in enumerate(stories)}
            origin.shapes |= {f"/{name}.xml": sitemap(others), "/news.xml": sitemap(stories)}
            origin.log.clear()
            crawl(collector, root, START + timedelta(hours=run), recheck=False)
            asked.append([path.split("/")[1] for path in origin.paths if path.count("/") > 1])
        found = check_sources(
            Archive(root, clock=Clock(START + timedelta(hours=4))), [Archive(root).sources["s"]]
        )
    counts = [(run.count("news"), run.count(name)) for run in asked[1:]]
    assert counts == [(12, 12), (12, 1)] or counts == [(12, 1), (12, 1)]
    assert [row.url for row in found if row.problem == NO_STORIES] == [maps[0]]
