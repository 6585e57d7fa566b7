"""Detection: what a homepage and a robots.txt offer."""

from __future__ import annotations

import pytest

from newsarchive.sources import common_places, detect, edition_of, is_wall
from newsarchive.sources.detection import MAX_SECTIONS

HOME = "https://www.gazette.example/"
PAGE = """<!doctype html><html lang="en-GB"><head><title>Home | The Gazette</title>
<meta property="og:site_name" content="The Gazette">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/rss+xml" title="News" href="/rss">
<link rel="alternate" type="application/atom+xml; charset=utf-8" href="https://feeds.gazette.example/top">
<link rel="alternate" hreflang="fr" href="/fr/"><link rel="stylesheet" href="/x.css">
<link rel="alternate" type="application/rss+xml" href="javascript:void(0)">
</head><body><nav><ul>
<li><a href="/">Home</a></li><li><a href="/europe">Europe</a></li><li><a href="/money">Money</a></li>
<li><a href="/about">About us</a></li><li><a href="https://shop.example/">Shop</a></li><li><a href="/login?x=1">Log in</a></li>
</ul></nav><main>
<a href="/europe/rain-falls-on-the-old-bridge">Rain falls on the old bridge</a>
<a href="/europe/second-story-of-the-day">Second story</a>
<a href="/money/bread-is-dearer-than-ever">Bread is dearer than ever</a>
<a href="/europe">More from Europe</a></main><header><a href="/europe/">Europe</a></header></body></html>"""
ROBOTS = """User-agent: *
Disallow: /search
sitemap: https://www.gazette.example/sitemap.xml
Sitemap:https://www.gazette.example/news-sitemap.xml # for readers
Sitemap: /relative.xml
Sitemap:
Sitemap: https://www.gazette.example/sitemap.xml
"""


def test_a_homepage_and_robots_tell_what_an_outlet_offers() -> None:
    found = detect(HOME, PAGE.encode(), ROBOTS)
    assert found.title == "The Gazette"
    assert found.language == "en"
    assert found.feeds == (
        "https://www.gazette.example/rss",
        "https://feeds.gazette.example/top",
    )
    assert found.sitemaps == (
        "https://www.gazette.example/news-sitemap.xml",
        "https://www.gazette.example/sitemap.xml",
        "https://www.gazette.example/relative.xml",
    )
    assert found.sections == (HOME, "https://www.gazette.example/europe", "https://www.gazette.example/money")
    assert found.notes == ()


@pytest.mark.parametrize(
    ("href", "title", "is_comments"),
    [
        ("/comments/feed/", "", True),
        ("/?feed=comments-rss2", "", True),
        ("/index.rss?x", "The Gazette » Comments Feed", True),
        ("/k.xml", "Die Zeitung » Kommentar-Feed", True),
        ("/feeds/comments/default", "", True),
        ("/comment/rss", "Comment", False),  # what the newspaper itself comments
        ("/commentisfree/rss", "Opinion", False),
        ("/kommentare/feed", "Kommentare", False),
    ],
)
def test_feeds_of_readers_comments_are_no_feeds_of_news(href: str, title: str, is_comments: bool) -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    page = f"<html><head>{link.format('News', '/rss')}{link.format(title, href)}</head></html>"
    found = detect(HOME, page.encode()).feeds
    assert len(found) == (1 if is_comments else 2)
    alone = f"<html><head>{link.format(title, href)}</head></html>"
    assert len(detect(HOME, alone.encode()).feeds) == 1


def test_links_that_look_like_feeds_serve_where_none_is_declared() -> None:
    page = b'<html><body><a href="/about">About</a><a href="/rss.xml">RSS</a><a href="/feed/">F</a><a href="/feedback">Write</a></body>'
    assert detect(HOME, page).feeds == (
        "https://www.gazette.example/rss.xml",
        "https://www.gazette.example/feed/",
    )


@pytest.mark.parametrize(
    ("html", "robots", "notes"),
    [
        (b"", "", ["not an HTML page", "no feed", "no robots.txt"]),
        (b"\x89PNG\r\n", "User-agent: *", ["no feed", "names no sitemap"]),
        (
            b"<html><body><nav><a href='/europe'>E</a></nav><a href='/europe/a-b-c'>x</a></body></html>",
            "",
            ["section pages"],
        ),
        (
            b"<html><body><script></script><script></script><script></script></body></html>",
            "",
            ["JavaScript"],
        ),
    ],
)
def test_what_is_missing_is_said(html: bytes, robots: str, notes: list[str]) -> None:
    said = " ".join(detect(HOME, html, robots).notes)
    assert [n for n in notes if n not in said] == []


@pytest.mark.parametrize(
    ("html", "title", "language"),
    [
        (b"<title>Die Zeitung - Nachrichten</title>", "Die Zeitung", ""),
        (b"<title>Gazette: all the news</title><meta property='og:locale' content='pt_BR'>", "Gazette", "pt"),
        ("<html lang='ar'><title>الجريدة | أخبار</title>".encode(), "الجريدة", "ar"),
        (
            "<html xml:lang='ru'><meta charset='windows-1251'><title>Вести</title>".encode("cp1251"),
            "Вести",
            "ru",
        ),
        (b"<html lang='english'><title></title>", "", ""),
    ],
)
def test_title_and_language(html: bytes, title: str, language: str) -> None:
    found = detect(HOME, html)
    assert (found.title, found.language) == (title, language)


def test_sections_are_few() -> None:
    menu = "".join(
        f'<a href="/part{chr(97 + n)}">Part</a><a href="/part{chr(97 + n)}/a-story-here">S</a>'
        for n in range(26)
    )
    assert len(detect(HOME, f"<nav>{menu}</nav>".encode()).sections) == MAX_SECTIONS + 1


def test_common_places_are_on_the_same_host_and_few() -> None:
    places = common_places("https://www.gazette.example/en/home")
    assert all(p.startswith("https://www.gazette.example/") for p in places)
    assert "https://www.gazette.example/feed" in places
    assert len(places) == len(set(places)) <= 16


def test_hostile_pages_end() -> None:
    detect(HOME, b"<div>" * 50_000 + b"<a href='/x'>y</a>")
    detect(HOME, b"<meta charset='klingon'>\xff\xfe" + b"\0" * 1000)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("<html lang=ru><title>Городская газета сегодня</title>".encode("cp1251"), None),
        ("<meta charset=x-cp1251><title>Городская газета сегодня</title>".encode("cp1251"), None),
        ("<title>Городская газета сегодня</title>".encode("koi8-r"), "text/html; charset=KOI8-R"),
    ],
)
def test_an_outlets_name_is_read_in_its_charset(body: bytes, content_type: str | None) -> None:
    assert detect(HOME, body, content_type=content_type).title == "Городская газета сегодня"


def test_a_base_that_is_no_url_is_ignored() -> None:
    page = PAGE.replace("<head>", "<head><base href='http://['>")
    assert detect(HOME, page.encode(), ROBOTS) == detect(HOME, PAGE.encode(), ROBOTS)


def test_a_homepage_in_a_folder_is_named_once() -> None:
    home = "https://www.gazette.example/en/"
    page = b"<nav><a href='/en/'>Home</a><a href='/en/world'>World</a></nav><a href='/en/world/a-b-c'>x</a>"
    assert detect(home, page).sections == (home, f"{home}world")


@pytest.mark.parametrize(
    ("asked", "reached", "is_one"),
    [
        ("http://s.test/", "http://cmp.s.test/wall", True),
        ("http://s.test/", "https://consent.wall.test/?return=1", True),
        ("http://s.test/", "http://wall.test/privacy-gate/", True),
        ("http://s.test/", "http://www.s.test/", False),
        (
            "http://s.test/",
            "http://s.test/privacy",
            False,
        ),  # on the outlet's own host it is a page like others
        ("http://s.test/", "http://new-name.test/", False),
        ("http://s.test/", "http://privacyinternational.test/", False),
    ],
)
def test_a_page_that_asks_for_consent_is_known_by_its_address(asked: str, reached: str, is_one: bool) -> None:
    assert is_wall(asked, reached) is is_one


@pytest.mark.parametrize(
    ("homepage", "edition"),
    [("/en/", "/en/"), ("/en", "/en/"), ("/pt-br/", "/pt-br/"), ("/", ""), ("/en/home", ""), ("/news/", "")],
)
def test_an_edition_is_a_folder_named_by_a_language(homepage: str, edition: str) -> None:
    assert edition_of(f"https://www.gazette.example{homepage}") == edition
