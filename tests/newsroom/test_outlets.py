"""The outlets' pages, feeds and sitemaps, read as any reader of the web would read them."""

from __future__ import annotations

import gzip
import json
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from lxml import html

from tests.newsroom import Newsroom
from tests.newsroom.client import get
from tests.newsroom.outlet_site import SITES

NAMES = [site.name for site in SITES]
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def page(room: Newsroom, url: str) -> html.HtmlElement:
    reply = get(room, url)
    assert reply.status == 200, url
    return html.fromstring(reply.body.decode(reply.headers.get_content_charset() or "utf-8"))


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", NAMES)
def test_an_article_page_holds_the_whole_truth(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    open_room.noise(False)
    for url in outlet.urls()[:12]:
        story = outlet.truth(url)
        text = flat(page(open_room, url).text_content())
        parts = (story.title, story.standfirst, *story.paragraphs, *story.captions, *story.authors)
        for paragraph in (*parts, outlet.caption(story)):
            assert flat(paragraph) in text
    open_room.noise(True)


@pytest.mark.parametrize("name", NAMES)
def test_an_article_page_holds_the_outlets_boilerplate(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    open_room.noise(False)
    for url in outlet.urls()[:3]:
        text = flat(page(open_room, url).text_content())
        for line in outlet.boilerplate:
            assert flat(line) in text
    open_room.noise(True)


@pytest.mark.parametrize("name", NAMES)
def test_the_feed_lists_the_newest_stories(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    root = ElementTree.fromstring(get(open_room, outlet.feed).body)
    titles = [e.text for e in root.iter() if e.tag.rpartition("}")[2] == "title"]
    for story in outlet.stories()[:30]:
        assert story.title in titles


@pytest.mark.parametrize("name", NAMES)
def test_the_news_sitemap_lists_two_days(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    root = ElementTree.fromstring(get(open_room, outlet.news_sitemap).body)
    found = [e.text for e in root.iter(f"{SITEMAP}loc")]
    assert 8 <= len(found) <= 12
    assert found == outlet.urls()[: len(found)]


@pytest.mark.parametrize("name", NAMES)
def test_the_sitemap_index_leads_to_every_story(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    index = ElementTree.fromstring(get(open_room, outlet.sitemap_index).body)
    found: set[str | None] = set()
    for loc in index.iter(f"{SITEMAP}loc"):
        body = get(open_room, str(loc.text)).body
        if str(loc.text).endswith(".gz"):
            body = gzip.decompress(body)
        found |= {e.text for e in ElementTree.fromstring(body).iter(f"{SITEMAP}loc")}
    assert found == set(outlet.urls())


@pytest.mark.parametrize("name", NAMES)
def test_section_pages_lead_to_every_story(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    todo, seen, found = list(outlet.sections), set(), set()
    while todo:
        url = todo.pop()
        seen.add(url)
        for link in page(open_room, url).iterlinks():
            if link[1] == "href" and link[0].tag == "a":
                target = urljoin(url, link[2])
                found.add(target)
                older = any(mark in target for mark in ("page", "seite", "?p="))
                if older and target not in seen and target.startswith(outlet.url):
                    todo.append(target)
    assert set(outlet.urls()) <= found


@pytest.mark.parametrize("name", NAMES)
def test_no_link_leads_to_nowhere_or_away(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    seen: set[str] = set()
    starts = [outlet.homepage, outlet.sections[0], outlet.urls()[0], outlet.urls()[30]]
    for start in starts:
        for element, attribute, link, _ in page(open_room, start).iterlinks():
            target = urljoin(start, link).partition("#")[0]
            if element.tag == "form" or attribute == "action" or target in seen:
                continue
            seen.add(target)
            assert urlsplit(target).hostname == outlet.host, target
            assert get(open_room, target).status in (200, 301), target
    assert len(seen) > 25


@pytest.mark.parametrize("name", NAMES)
def test_robots_names_the_sitemaps(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    text = get(open_room, outlet.robots).text
    assert f"Sitemap: {outlet.sitemap_index}" in text
    assert f"Sitemap: {outlet.news_sitemap}" in text


def test_one_outlet_asks_for_a_delay(open_room: Newsroom):
    assert "Crawl-delay: 0.2" in get(open_room, open_room.outlets["bote"].robots).text


@pytest.mark.parametrize("name", ["courier", "harbour", "northline", "mirat"])
def test_json_ld_tells_the_same_as_the_page(open_room: Newsroom, name: str):
    outlet = open_room.outlets[name]
    url = outlet.urls()[5]
    (script,) = page(open_room, url).xpath("//script[@type='application/ld+json']/text()")
    data = json.loads(script)
    data = data.get("@graph", [data])[0]
    story = outlet.truth(url)
    assert data["headline"] == story.title
    assert [a["name"] for a in data["author"]] == list(story.authors)


def test_the_framework_page_carries_its_text_as_json(open_room: Newsroom):
    outlet = open_room.outlets["northline"]
    url = outlet.urls()[3]
    (script,) = page(open_room, url).xpath("//script[@id='__NEXT_DATA__']/text()")
    body = json.loads(script)["props"]["pageProps"]["article"]["body"]
    assert tuple(b["text"] for b in body) == outlet.truth(url).paragraphs


def test_pages_have_a_style_sheet_and_pictures(open_room: Newsroom):
    for outlet in open_room.outlets.values():
        root = page(open_room, outlet.urls()[0])
        (sheet,) = root.xpath("//link[@rel='stylesheet']/@href")
        assert get(open_room, urljoin(outlet.url, sheet)).headers["Content-Type"].startswith("text/css")
        picture = get(open_room, urljoin(outlet.url, root.xpath("//img/@src")[0]))
        assert picture.body.startswith(b"\x89PNG")


def test_a_long_story_is_set_on_several_pages_if_that_is_wished():
    with Newsroom(
        seed=3, stories=8, tls=False, speed=0, outlets=("courier",), long_from=8, noise=False
    ) as room:
        outlet, site = room.outlets["courier"], room.state.outlet_state("courier").site
        story = next(s for s in outlet.stories() if site.pages_of(s) == 3)
        pages = [page(room, outlet.url + site.page_path(story, n)) for n in (1, 2, 3)]
        texts = [
            [flat(p.text_content()) for p in made.cssselect(".field--name-body > *")][:-1] for made in pages
        ]
        assert [t for text in texts for t in text] == [flat(p) for p in story.paragraphs]
        assert [made.xpath("//link[@rel='next' or @rel='prev']/@rel") for made in pages] == [
            ["next"],
            ["prev", "next"],
            ["prev"],
        ]
        assert get(room, outlet.url + site.page_path(story, 4)).status == 404
        short = next(s for s in outlet.stories() if site.pages_of(s) == 1)
        assert get(room, f"{outlet.url}{short.path}?page=2").status == 404
