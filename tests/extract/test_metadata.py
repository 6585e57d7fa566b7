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
        ("<p>4 March 2024 by Mira Solberg</p>", ("Mira Solberg",)),
        ("<p><span>By</span><span>Mira Solberg</span></p>", ("Mira Solberg",)),
        ("<div>Written by</div><div>Mira Solberg</div>", ("Mira Solberg",)),
        ("<p>By The Harbour Team</p>", ("The Harbour Team",)),
        ('<div><a href="/authors/mira-solberg">Mira Solberg</a></div>', ("Mira Solberg",)),
        ('<div class="author">By <a href="/x">Mira Solberg</a>. Reviewed by <a href="/y">Otto Weber</a></div>', ("Mira Solberg",)),
        ('<div class="author"><i>MS</i><b class="author__name">Mira Solberg</b> As a diver she knows the quay</div>', ("Mira Solberg",)),
        ('<div class="author"><a href="/x">Mira Solberg</a> <a href="/y">Editorial Process</a></div>', ("Mira Solberg",)),
        ('<p class="byline">4 March 2024 · Mira Solberg on behalf of the divers</p>', ("Mira Solberg",)),
        ('<div class="card"><a href="/authors/otto-weber">Otto Weber</a></div>', ()),
        ("<p>The quay is kept by Mira Solberg, who dives.</p>", ()),
        ("<p>Posted By Mira Solberg On March 4, 2024 @ 9:12 am In News</p>", ("Mira Solberg",)),
        ("<p>Mira Solberg | Senior Writer | 4 March 2024</p>", ("Mira Solberg",)),
        ('<div class="art-meta"><span>Mira Solberg</span> <time>4 March 2024, 05:00</time> <i>3 minutes</i></div>', ("Mira Solberg",)),
        ('<div class="art-meta"><a href="/t">Northern Harbours</a> <time>4 March 2024</time></div>', ()),
        ("<div><span>2024-03-04 08:15</span><span>来源：海港报</span><span>记者：陈望舒</span></div>", ("陈望舒",)),
        ('<div><img alt="Mira Solberg"><div><p>Mira Solberg</p><p>4 March 2024</p></div></div>', ("Mira Solberg",)),
        ('<div><img alt="Northern Harbours"><p>Northern Harbours</p></div>', ()),
    ],
)  # fmt: skip
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


def test_an_outlet_that_is_typed_as_a_person_is_none_and_isnt_split() -> None:
    data = {**FULL, "publisher": {"name": "The Coast Reporter"}}
    paper = [{"@type": "Person", "name": "Coast Reporter"}, {"@type": "Person", "name": "Mira Solberg"}]
    assert found(data={**data, "author": paper}).authors == ("Mira Solberg",)
    assert found(data={**data, "author": paper[0]}).authors == ("Coast Reporter",)
    data = {
        **FULL,
        "publisher": {"name": "Tide & Quay"},
        "author": {"@type": "Person", "name": "Tide & Quay"},
    }
    assert found(data=data).authors == ("Tide & Quay",)


def test_all_authors_count_where_json_ld_names_but_one() -> None:
    head = '<meta name="author" content="Mira Solberg,Otto Weber">'
    assert found(head, data={**FULL, "author": {"name": "Otto Weber"}}).authors == (
        "Mira Solberg",
        "Otto Weber",
    )
    assert found(head, data={**FULL, "author": {"name": "Ona Reyes"}}).authors == ("Ona Reyes",)


def test_a_full_name_in_a_meta_tag_comes_before_first_names_on_the_page() -> None:
    body = "<p class='author'>By Mira and Otto</p>"
    assert found('<meta name="author" content="Mira Solberg">', body).authors == ("Mira Solberg",)
    both = "<p class='author'>By Mira Solberg and Otto Weber</p>"
    assert found('<meta name="author" content="Mira Solberg">', both).authors == (
        "Mira Solberg",
        "Otto Weber",
    )


def test_those_who_commented_are_no_authors() -> None:
    body = "".join(
        f'<ol class="x{n}"><li><div><b itemprop="author"><i itemprop="name">{name}</i></b></div></li></ol>'
        for n, name in enumerate(("Mira Solberg", "Ona Reyes", "Pia Holm"))
    )
    assert found(body=body).authors == ("Mira Solberg",)


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
        ("", "<table><tr><td><b>The quay closes for two years, and nobody knows what comes after</b><br>By Mira Solberg<br>Monday, March 4, 2024", "2024-03-04", False),
        ("<script>window.x = {\"datePublished\": \"2024-03-04T10:00:00Z\"}</script>", "", "2024-03-04T10:00:00+00:00", False),
        ('<meta property="article:published_time" content="2024-03-05T02:00:00+00:00">', '<p class="date">March 4, 2024</p>', "2024-03-04", False),
    ],
)  # fmt: skip
def test_dates(head: str, body: str, stated: str, weak: bool) -> None:
    f = found(head, body)
    assert f.published is not None
    assert (f.published.stated, f.date_is_weak) == (stated, weak)


@pytest.mark.parametrize(
    ("lang", "url", "day"),
    [
        ("en", "https://veldt.example/q", "2024-03-04"),
        ("en-US", "https://veldt.example/q", "2024-03-04"),
        ("en", "https://veldt.co.uk/q", "2024-04-03"),
        ("en-GB", "https://veldt.example/q", "2024-04-03"),
        ("de", "https://veldt.example/q", "2024-04-03"),
    ],
)
def test_figures_are_read_as_the_pages_country_writes_them(lang: str, url: str, day: str) -> None:
    root = parse(f'<html lang="{lang}"><body><h1>The quay</h1><p>03/04/2024</p></body></html>')
    f = read_metadata(read_head(root, url), url, blocks_of(root)[0])
    assert f.published is not None
    assert f.published.stated == day


@pytest.mark.parametrize(
    ("below", "expected"),
    [
        ("<p>4 March 2024</p>", "2024-03-04"),
        ("<p>Published 4 March 2024</p>", "2024-03-04"),
        ("<p>Updated 4 March 2024</p>", "2024-05-01T10:00:00+00:00"),
        ("<p>Last updated</p><p>4 March 2024</p>", "2024-05-01T10:00:00+00:00"),
        ("<p>Received: 4 March 2024</p>", "2024-05-01T10:00:00+00:00"),
        ("<p>4 June 2024</p>", "2024-05-01T10:00:00+00:00"),
        ("<h2>More</h2><p>4 March 2024</p>", "2024-05-01T10:00:00+00:00"),
        ("", "2024-05-01T10:00:00+00:00"),
    ],
)
def test_an_earlier_day_below_the_title_is_when_it_came_out(below: str, expected: str) -> None:
    data = {**FULL, "datePublished": "2024-05-01T10:00:00Z", "dateModified": "2024-05-01T10:00:00Z"}
    f = found(data=data, body=f"<h1>The old quay closes</h1>{below}")
    assert f.published is not None
    assert f.published.stated == expected


def test_a_date_of_another_item_isnt_the_pages() -> None:
    card = '<div class="related"><time datetime="2020-01-01">1 January 2020</time></div>'
    f = found(body=f"{card}<h1>The quay</h1><time datetime='2024-03-04'>4 March 2024</time>")
    assert f.published is not None
    assert f.published.stated == "2024-03-04"


def test_a_page_that_says_nothing_has_no_date() -> None:
    f = found(body="<p>Some text without any date in it.</p><footer>© 2024 Veldt Observer</footer>")
    assert f.published is None
    assert f.authors == ()


def test_a_day_in_the_address_is_weak() -> None:
    root = parse("<html><body><p>x</p></body></html>")
    f = read_metadata(read_head(root, ""), "https://e.example/2024/03/04/x", blocks_of(root)[0])
    assert f.published is not None
    assert f.date_is_weak
