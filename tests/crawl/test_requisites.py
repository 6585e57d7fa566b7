"""Stylesheets and images of a page: which URLs, and a crawl that fetches them once within its budget."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.crawl.plans import targets_of
from newsarchive.model import Capture
from newsarchive.web.page_files import MOST, of_page, of_sheet
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain
from tests.crawl.site import site, source

URL = "https://e.test/news/a"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<link rel="stylesheet" href="/a.css">', ["https://e.test/a.css"]),
        ('<link rel="preload StyleSheet" href="b.css">', ["https://e.test/news/b.css"]),
        ('<link rel="alternate" href="/feed">', []),
        ('<img src="/a.png"><img src="/a.png">', ["https://e.test/a.png"]),
        ('<img data-src="//cdn.test/b.jpg">', ["https://cdn.test/b.jpg"]),
        ('<img srcset="/s.jpg 300w, /l.jpg 900w">', ["https://e.test/l.jpg"]),
        ('<picture><source srcset="/p.webp 1x, /q.webp 2x"></picture>', ["https://e.test/q.webp"]),
        (
            '<img src="/s.jpg" srcset="/m.jpg 800w, /l.jpg 1700w, /xl.jpg 4000w">',
            ["https://e.test/l.jpg", "https://e.test/s.jpg"],
        ),
        ('<img src="data:image/gif;base64,R0" data-src="/lazy.jpg">', ["https://e.test/lazy.jpg"]),
        ('<p style="background: url(&quot;/p.png&quot;)">', ["https://e.test/p.png"]),
        (
            '<link rel=preload as=style href=/late.css onload="this.rel=1"><link rel=preload as=font href=/f.woff2>',
            ["https://e.test/late.css"],
        ),
        ('<link rel="alternate stylesheet" href="/dark.css">', []),
        ('<video><source src="/v.mp4"></video>', []),
        ('<script src="/x.js"></script><iframe src="/f"></iframe>', []),
        ('<img src="data:image/gif;base64,R0lGOD"><img src="javascript:x">', []),
        ('<base href="https://cdn.test/x/"><img src="c.png">', ["https://cdn.test/x/c.png"]),
        (
            '<style>body { background: url("/bg.png") } @import "/i.css";</style>',
            ["https://e.test/i.css", "https://e.test/bg.png"],
        ),
        ('<meta property="og:image" content="/card.jpg">', ["https://e.test/card.jpg"]),
        ('<link rel="icon" href="/favicon.ico">', ["https://e.test/favicon.ico"]),
        ('<img src="https://user:pw@e.test/x.png"><img src="http://[">', []),
        ("", []),
        ("not html", []),
    ],
)
def test_what_a_page_needs(html: str, found: list[str]) -> None:
    assert list(of_page(html.encode(), URL)) == found


def test_stylesheets_come_first_and_there_is_an_end() -> None:
    images = "".join(f'<img src="/{n}.png">' for n in range(200))
    found = of_page(f'{images}<link rel="stylesheet" href="/a.css">'.encode(), URL)
    assert found[0] == "https://e.test/a.css"
    assert len(found) == MOST


def test_what_a_stylesheet_needs() -> None:
    sheet = b"""@import url('more.css'); /* url(no.png) */ a { background: URL( "x.svg?v=1" ) }
    @font-face { src: url(font.woff2) } b { background: url(data:image/png;base64,xx) }"""
    assert of_sheet(sheet, "https://e.test/css/a.css") == (
        "https://e.test/css/more.css",
        "https://e.test/css/x.svg?v=1",
        "https://e.test/css/font.woff2",
    )


def test_of_a_font_in_several_formats_the_modern_ones_are_enough() -> None:
    sheet = (
        b"""@font-face { font-family: a; src: url(a.eot); src: url(a.woff2) format("woff2"), url(a.ttf) }"""
    )
    assert of_sheet(sheet, "https://e.test/a.css") == ("https://e.test/a.woff2",)


PAGE = b'<link rel="stylesheet" href="/a.css"><img src="/1.png"><img src="/2.png"><p>text'


def crawl(child: CrawlChild, root: Path, *, wanted: bool, size: int = 10) -> list[str]:
    """The paths asked for, in order."""
    with Origin() as origin:
        origin.shapes.update(site(origin.url, 2))
        for number in range(2):
            origin.shapes[f"/2026/11/story-{number}"] = plain(PAGE)
        origin.shapes["/a.css"] = plain(
            b"body { background: url(/bg.png) }", headers=[b"Content-Type: text/css"]
        )
        for name in ("/1.png", "/2.png", "/bg.png"):
            origin.shapes[name] = plain(b"x" * size)
        made = source("mini", origin.url, domains=("127.0.0.1",), requisites=wanted)
        plan = make_plan(
            root, sources=(made,), targets=targets_of(made), follow=True, allow=(f"127.0.0.1:{origin.port}",)
        )
        report = child.run(plan)
        assert report.sources[0].new == 2
        assert report.exit_code == 0
        return origin.paths


def test_requisites_are_fetched_once_and_after_the_stories(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    paths = crawl(child, root, wanted=True)
    assert paths[:4] == ["/robots.txt", "/feed", "/2026/11/story-0", "/2026/11/story-1"]
    assert sorted(paths[4:]) == ["/1.png", "/2.png", "/a.css", "/bg.png"]
    assert [c.reason for c in captures()].count("requisite") == 4


def test_without_the_wish_there_are_none(child: CrawlChild, root: Path) -> None:
    assert len(crawl(child, root, wanted=False)) == 4


def test_a_page_has_a_budget_of_bytes(child: CrawlChild, root: Path) -> None:
    paths = crawl(child, root, wanted=True, size=9_000_000)
    assert len([path for path in paths if path.endswith(".png")]) == 1


def test_a_base_that_is_no_url_counts_as_none() -> None:
    page = b'<base href="http://["><link rel=stylesheet href="/a.css"><img src="http://[::1/x.png">'
    assert of_page(page, "https://e.test/story") == ("https://e.test/a.css",)
