"""Of what the sitemaps, feeds and front pages of common content systems name, only stories become stories."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.index import due_rows, reading
from tests.archive.content_systems import BASE, HOST, SYSTEMS, Site
from tests.archive.outlets import START, TICK, Outlets, outlets
from tests.crawl.origin import plain


@pytest.fixture
def press(tmp_path: Path, collector: Collector) -> Iterator[Outlets]:
    with outlets(tmp_path / "a", collector, HOST, crawl="delay = 0.0\n") as press:
        yield press


def documents(site: Site, *kinds: str) -> dict[str, tuple[str, ...]]:
    known = {"feeds": (BASE + site.feed,), "sitemaps": (BASE + site.sitemap,), "sections": (BASE + "/",)}
    return {kind: known[kind] if kind in kinds else () for kind in known}


@pytest.mark.parametrize(
    "kinds",
    [("sitemaps",), ("sections",), ("feeds", "sitemaps", "sections")],
    ids=["sitemaps", "front page", "all"],
)
@pytest.mark.parametrize("name", SYSTEMS)
def test_only_stories_become_stories(press: Outlets, name: str, kinds: tuple[str, ...]) -> None:
    site = SYSTEMS[name]
    press.origin.shapes |= {BASE + path: plain(text.encode()) for path, text in site.pages.items()}
    press.outlet(HOST, [], homepage=f"{BASE}/", **documents(site, *kinds))
    for tick in range(2):
        press.run(START + tick * TICK)
    with reading(Archive(press.root).index) as db:
        found = {row.url for row in due_rows(db)}
    assert found == site.urls()
