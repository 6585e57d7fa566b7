"""The page's statements about itself, each with its origin."""

from __future__ import annotations

import json
from typing import Any

import pytest

from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.metadata import ChosenMetadata, read_metadata
from newsarchive.extract.page_metadata import read_head
from newsarchive.web.html_tree import parse

URL = "https://veldt.example/news/ferry-quay"
FULL = {
    "@type": "NewsArticle",
    "@id": "https://veldt.example/#a",
    "headline": "The old quay closes",
    "description": "Divers will strengthen foundations that sink by four millimetres a year",
    "datePublished": "2024-03-04T10:00:00+02:00",
    "dateModified": "2024-03-05T10:00:00+02:00",
    "author": [{"@type": "Person", "name": "Mira Solberg"}, {"@type": "Person", "name": "Otto Weber"}],
    "publisher": {"@type": "Organization", "name": "Veldt Observer"},
    "articleSection": "Harbour",
    "keywords": ["ferries", "council"],
    "image": {"@type": "ImageObject", "url": "/i/quay.jpg"},
}


def found(
    head: str = "", body: str = "", data: dict[str, Any] | None = None, lang: str = "en"
) -> ChosenMetadata:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data else ""
    source = f'<html lang="{lang}"><head>{head}{script}</head><body>{body}</body></html>'
    root = parse(source)
    return read_metadata(read_head(root, URL), URL, blocks_of(root)[0], source)


def test_json_ld_gives_every_field() -> None:
    f = found(data=FULL)
    assert f.authors == ("Mira Solberg", "Otto Weber")
    assert (f.publisher, f.section, f.tags) == ("Veldt Observer", "Harbour", ("ferries", "council"))
    assert f.published is not None
    assert (f.published.stated, f.published.at.hour) == ("2024-03-04T10:00:00+02:00", 8)
    assert f.modified is not None
    assert f.image_url == "https://veldt.example/i/quay.jpg"
    assert f.jsonld_id == "https://veldt.example/#a"
    assert set(f.origins.values()) == {"json-ld"}
    assert not f.date_is_weak


def test_open_graph_and_links() -> None:
    f = found(
        '<meta property="og:site_name" content="Veldt Observer"><meta property="article:published_time" content="2024-03-04">'
        '<meta property="article:tag" content="ferries"><meta property="og:image" content="https://veldt.example/i.jpg">'
        '<link rel="canonical" href="/news/ferry-quay"><link rel="amphtml" href="/amp/ferry-quay">'
        '<meta name="author" content="By Mira Solberg"><meta name="description" content="Tom &amp;amp; Jerry at the quay">'
    )
    assert (f.publisher, f.authors, f.tags) == ("Veldt Observer", ("Mira Solberg",), ("ferries",))
    assert f.canonical_url == "https://veldt.example/news/ferry-quay"
    assert f.amp_url == "https://veldt.example/amp/ferry-quay"
    assert f.description == "Tom & Jerry at the quay"
    assert f.published is not None
    assert f.published.stated == "2024-03-04"


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        ('<p class="byline">By <a rel="author" href="/x">Mira Solberg</a></p>', ("Mira Solberg",)),
        ('<span itemprop="author"><span itemprop="name">Mira Solberg</span></span>', ("Mira Solberg",)),
        (
            '<b itemprop="author"><i itemprop="name">Mira Solberg</i></b><b itemprop="author"><i itemprop="name">Otto Weber</i></b>',
            ("Mira Solberg", "Otto Weber"),
        ),
        ('<div class="author-name">Mira Solberg</div>', ("Mira Solberg",)),
        ("<p>By Mira Solberg</p>", ("Mira Solberg",)),
        ('<div class="author"><a href="/x"><b>Mira Solberg</b><i>Reporter</i></a></div>', ("Mira Solberg",)),
        ('<aside class="related"><span class="author">Otto Weber</span></aside>', ()),
        ('<div class="author-box">Read more about us</div>', ()),
    ],
)
def test_bylines_that_readers_see(body: str, authors: tuple[str, ...]) -> None:
    assert found(body=f"<article><h1>The quay</h1>{body}</article>").authors == authors


def test_a_person_comes_before_the_outlet() -> None:
    data = {**FULL, "author": {"@type": "Organization", "name": "Veldt Observer"}}
    body = '<span class="byline">By Mira Solberg</span>'
    assert found(body=body, data=data).authors == ("Mira Solberg",)
    assert found(data=data).authors == ("Veldt Observer",)


def test_an_agency_that_is_typed_as_a_person_is_none() -> None:
    people = [{"@type": "Person", "name": name} for name in ("Mira Solberg", "Coastal News", "Ona Reyes")]
    assert found(data={**FULL, "author": people}).authors == ("Mira Solberg", "Ona Reyes")
    assert found(data={**FULL, "author": people[1:2]}).authors == ("Coastal News",)


def test_a_byline_comes_before_a_login() -> None:
    data = {**FULL, "author": {"@type": "Person", "name": "mira-solberg"}}
    body = '<span class="byline">By Mira Solberg</span>'
    assert found(body=body, data=data).authors == ("Mira Solberg",)
    assert found(data=data).authors == ("mira-solberg",)


@pytest.mark.parametrize(
    ("head", "body", "stated", "weak"),
    [
        ("", '<time datetime="2024-03-04T10:00:00Z">4 March</time>', "2024-03-04T10:00:00+00:00", False),
        ("", '<p class="date">4 March 2024</p>', "2024-03-04", False),
        ('<meta property="article:modified_time" content="2024-03-04">', "", "2024-03-04", True),
        ("<script>window.x = {\"datePublished\": \"2024-03-04T10:00:00Z\"}</script>", "", "2024-03-04T10:00:00+00:00", False),
        ('<meta property="article:published_time" content="2024-03-05T02:00:00+00:00">', '<p class="date">March 4, 2024</p>', "2024-03-04", False),
    ],
)  # fmt: skip
def test_dates(head: str, body: str, stated: str, weak: bool) -> None:
    f = found(head, body)
    assert f.published is not None
    assert (f.published.stated, f.date_is_weak) == (stated, weak)


def test_a_page_that_says_nothing_has_no_date() -> None:
    f = found(body="<p>Some text without any date in it.</p><footer>© 2024 Veldt Observer</footer>")
    assert f.published is None
    assert f.authors == ()


def test_a_day_in_the_address_is_weak() -> None:
    root = parse("<html><body><p>x</p></body></html>")
    f = read_metadata(read_head(root, ""), "https://e.example/2024/03/04/x", blocks_of(root)[0])
    assert f.published is not None
    assert f.date_is_weak
