"""URLs: checked, keyed, split: what newsarchive/urls.py promises."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.errors import BadUrlError
from newsarchive.urls import (
    check_url,
    domain,
    host,
    is_homepage,
    path_ids,
    readable_url,
    slug,
    surt,
    typed_url,
    url_key,
    without_tracking,
)

CHECKED = [
    ("HTTPS://Example.ORG:443/A/b", "https://example.org/A/b"),
    ("http://example.org", "http://example.org/"),
    ("http://example.org:8080/x?b=1&a=2#top", "http://example.org:8080/x?b=1&a=2"),
    (" https://example.org/a b\n", "https://example.org/a%20b"),
    ("https://example.org/a%20b/", "https://example.org/a%20b/"),
    ("https://example.org/é", "https://example.org/%C3%A9"),
    ("https://bücher.example/", "https://xn--bcher-kva.example/"),
    ("https://user@example.org/x", "https://example.org/x"),
    ("https://example.org/a/../b/./c", "https://example.org/b/c"),
    ("http:/example.org/x", "http://example.org/x"),
    ("http:\\\\example.org/x", "http://example.org/x"),
    ("http://[::1]:8080/", "http://[::1]:8080/"),
    ("https://example.org./", "https://example.org/"),
]
BAD = [
    "",
    "example.org",
    "ftp://example.org/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "https://user:secret@example.org/",
    "http://example.org:99999/",
    "http://exa mple.org/",
    "http://[::g]/",
    "http://a..b/",
    "data:text/html,x",
]


@pytest.mark.parametrize(("given_url", "expected"), CHECKED)
def test_a_checked_url_can_be_fetched_and_keeps_what_a_server_may_tell_apart(given_url, expected):
    assert check_url(given_url) == expected
    assert check_url(expected) == expected


@pytest.mark.parametrize("url", BAD)
def test_what_is_no_web_address_is_refused(url):
    with pytest.raises(BadUrlError) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


@settings(deadline=None)  # the first URL loads the list of suffixes
@given(st.text())
def test_any_text_is_a_url_or_a_bad_url(s):
    for text in (s, "https://" + s, "https://example.org/" + s):
        try:
            url = check_url(text)
        except BadUrlError:
            continue
        assert check_url(url) == url
        assert url.isascii()
        assert "#" not in url
        url_key(url), path_ids(url), surt(url), slug(url), domain(url)


def test_hosts_and_domains():
    assert host("https://News.BBC.co.uk:8443/x") == "news.bbc.co.uk"
    assert host("http://[::1]:80/") == "::1"
    assert domain("https://news.bbc.co.uk/x") == "bbc.co.uk"
    assert domain("http://127.0.0.1:8000/") == "127.0.0.1"
    assert domain("https://anna.blogspot.com/") == "anna.blogspot.com"
    assert domain("http://localhost/") == "localhost"


SAME_PAGE = [
    ("scheme", "http://example.org/a", "https://example.org/a"),
    ("www", "https://www.example.org/a", "https://example.org/a"),
    ("mobile host", "https://m.example.org/a", "https://example.org/a"),
    ("amp host", "https://amp.example.org/a", "https://www.example.org/a"),
    ("port", "https://example.org:443/a", "https://example.org/a"),
    ("slash", "https://example.org/a/", "https://example.org/a"),
    ("slashes", "https://example.org//a", "https://example.org/a"),
    ("index file", "https://example.org/a/index.html", "https://example.org/a/"),
    ("fragment", "https://example.org/a#comments", "https://example.org/a"),
    ("campaign", "https://example.org/a?utm_source=x&UTM_Medium=y&fbclid=1", "https://example.org/a"),
    ("campaign beside an id", "https://example.org/a?ref=rss&id=5", "https://example.org/a?id=5"),
    ("escaped ampersand", "https://example.org/a?x=1&#038;utm_medium=rss", "https://example.org/a?x=1"),
    ("order", "https://example.org/a?b=1&a=2", "https://example.org/a?a=2&b=1"),
    ("encoding", "https://example.org/%C3%A9t%C3%A9", "https://example.org/été"),
    ("encoding of plain letters", "https://example.org/%61", "https://example.org/a"),
    ("amp at the end", "https://example.org/a/amp/", "https://example.org/a"),
    ("amp at the start", "https://example.org/amp/s/a", "https://example.org/s/a"),
    ("amp in the name", "https://example.org/s/a.amp.html", "https://example.org/s/a.html"),
    ("amp field", "https://example.org/a?amp=1", "https://example.org/a"),
    ("print", "https://example.org/a/print", "https://example.org/a"),
    ("amp cache", "https://example-org.cdn.ampproject.org/c/s/example.org/a/amp", "https://example.org/a"),
    (
        "web archive",
        "https://web.archive.org/web/20230101000000/https://example.org/a",
        "http://example.org/a",
    ),
    ("session in the path", "https://example.org/a;jsessionid=0A1B", "https://example.org/a"),
    ("a password", "https://ann:secret@example.org/a", "https://example.org/a"),
    ("escapes that are no UTF-8", "https://example.org/%e9t%e9", "https://example.org/%E9t%E9"),
    ("plus for a space", "https://example.org/?q=a+b", "https://example.org/?q=a%20b"),
    ("empty query", "https://example.org/a?", "https://example.org/a"),
]
OTHER_PAGE = [
    ("id in the query", "https://example.org/?p=100000", "https://example.org/?p=100001"),
    ("case of the path", "https://example.org/i/dRwWqB", "https://example.org/i/drwwqb"),
    ("a number in a doubtful field", "https://example.org/a?feed=1234", "https://example.org/a?feed=1235"),
    ("a route of a script", "https://example.org/#!/a", "https://example.org/#!/b"),
    ("host", "https://sport.example.org/a", "https://example.org/a"),
    ("port", "http://example.org:8080/a", "http://example.org/a"),
    ("page of a list", "https://example.org/a?page=2", "https://example.org/a"),
    ("path", "https://example.org/a/b", "https://example.org/a"),
    ("suffix", "https://example.org/a", "https://example.net/a"),
    ("a slug that ends like a form", "https://example.org/marsh-lamp", "https://example.org/marsh"),
    ("a page called amp", "https://example.org/amp", "https://example.org/"),
]


@pytest.mark.parametrize(("a", "b"), [r[1:] for r in SAME_PAGE], ids=[r[0] for r in SAME_PAGE])
def test_one_page_has_one_key(a, b):
    assert url_key(a) == url_key(b)


@pytest.mark.parametrize(("a", "b"), [r[1:] for r in OTHER_PAGE], ids=[r[0] for r in OTHER_PAGE])
def test_two_pages_have_two_keys(a, b):
    assert url_key(a) != url_key(b)


IDS = [
    ("https://nos.example/artikel/6265708/van-de-brug.html", ("num:6265708",)),
    ("https://example.org/local/story/71-77065c0f-d886-4618-9d34-b2f844f61014", ("uuid:77065c0f-d886-4618-9d34-b2f844f61014",)),
    ("https://example.org/748f8eb6520f3f32aeb8411de8c59d37", ("hex:748f8eb6520f3f32aeb8411de8c59d37",)),
    ("https://example.org/?p=2053721", ("num:2053721",)),
    ("https://example.org/2023/11/08/gas-leak/", ()),
    ("https://example.org/cimientos-20220718203045-nt.html", ()),
    ("https://example.org/220128_report.html", ()),
    ("https://example.org/news/world-europe-66867649", ("num:66867649",)),
    ("https://example.org/i/dRwWqB/some-long-slug", ("code:dRwWqB",)),
    ("https://example.org/Artikel/Sport/BBCNews/iPhone", ()),
    ("https://example.org/politik/article409956720/strom.html", ("num:409956720",)),
    ("https://example.org/the-12345-people-who-left", ()),
]  # fmt: skip


@pytest.mark.parametrize(("url", "ids"), IDS)
def test_ids_in_a_url_are_found_and_dates_are_none(url, ids):
    assert path_ids(url) == ids


def test_the_slug_is_the_longest_run_of_words():
    assert slug("https://example.org/news/2024/the-bridge-is-closed-12345.html") == "the-bridge-is-closed"
    assert slug("https://example.org/news/123456") == ""


def test_a_homepage_is_a_host_without_a_path():
    assert all(
        map(
            is_homepage,
            ["https://www.example.org", "http://example.org/index.html", "https://example.org/?utm_x=1"],
        )
    )
    assert not is_homepage("https://example.org/news")
    assert not is_homepage("https://example.org/?p=5")


# Expected values are those of the Python package surt 0.3.1.
SURTS = [
    ("http://www.bbc.com/News/X?b=1&a=2", "com,bbc)/news/x?a=2&b=1"),
    ("https://example.org:443/", "org,example)/"),
    ("http://example.org:8080/a//b/", "org,example:8080)/a/b"),
    ("http://127.0.0.1:99/x", "1,0,0,127:99)/x"),
    ("http://archive.org/goo/?&a=b", "org,archive)/goo?&a=b"),
    ("http://example.com/r%C3%A9sum%C3%A9?q=%20x", "com,example)/r%c3%a9sum%c3%a9?q=%20x"),
    ("http://example.com/x?PHPSESSID=0123456789abcdef0123456789abcdef&b=1", "com,example)/x?b=1"),
    ("http://bücher.de/x", "de,xn--bcher-kva)/x"),
    ("http://example.com/a%20b", "com,example)/a%20b"),
    ("http://example.com/A?B=C&b=a", "com,example)/a?b=a&b=c"),
]


@pytest.mark.parametrize(("url", "key"), SURTS)
def test_surts_are_those_of_the_field(url, key):
    assert surt(url) == key


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://e.test/a?utm_source=atom", "https://e.test/a"),
        ("https://e.test/a?id=1&utm_source=atom&b=%20x#part", "https://e.test/a?id=1&b=%20x#part"),
        ("https://e.test/a?fbclid=x&gclid=y&id=7", "https://e.test/a?id=7"),
        ("https://e.test/a?from=berlin&source=3", "https://e.test/a?from=berlin&source=3"),
        ("https://e.test/a#utm_source=x?y", "https://e.test/a#utm_source=x?y"),
        ("https://e.test/a?", "https://e.test/a"),
        ("https://e.test/a?UTM_Campaign=x&%75tm_medium=y", "https://e.test/a"),
        ("", ""),
    ],
)
def test_what_says_only_where_a_reader_came_from_goes(url: str, bare: str):
    assert without_tracking(url) == bare


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://e.test/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/1?utm_source=rss", "https://e.test/أخبار/1"),
        ("https://e.test/caf%C3%A9%20a%2Fb?q=%26", "https://e.test/café%20a%2Fb?q=%26"),
        ("https://e.test/%E2%80%AEx%E3%80%80%C2%A0", "https://e.test/%E2%80%AEx%E3%80%80%C2%A0"),
        ("https://e.test/%FF%D8", "https://e.test/%FF%D8"),
        ("not a url", "not a url"),
    ],
)
def test_urls_are_readable_and_nothing_in_them_is_taken_for_something_else(url: str, shown: str):
    assert readable_url(url) == shown


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("gazette.example/a", "https://gazette.example/a"),
        (" www.gazette.example/a?b=1#c ", "https://www.gazette.example/a?b=1#c"),
        ("gazette.example", "https://gazette.example"),
        ("gazette.example:8080/a", "https://gazette.example:8080/a"),
        ("127.0.0.1:8080/a", "https://127.0.0.1:8080/a"),
        ("localhost:8080/a", "https://localhost:8080/a"),
        ("zeitung.рф/новости", "https://zeitung.рф/новости"),
        ("xn--bcher-kva.xn--p1ai/a", "https://xn--bcher-kva.xn--p1ai/a"),
        ("HTTP://gazette.example/a", "HTTP://gazette.example/a"),
        ("http://", "http://"),
    ],
)
def test_what_a_person_types_for_a_page_becomes_its_url(typed: str, url: str):
    assert typed_url(typed) == url


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "3695526052369307942",
            "urn:uuid:0",
            "ferry",
            "and/or",
            "3.5",
            "3.5/10",
            "U.S./China",
            "e.g.",
            "127.0.0.1",
        ),
        *(
            "gazette.example is late",
            "a@b.example",
            "ftp://gazette.example/a",
            "javascript:alert(1)",
            "title:ferry",
        ),
        *("../a.html", "/tmp/a.html", "gazette.example:port/a", "gazette..example/a", "-"),
    ],
)
def test_what_is_no_url_stays_what_it_is(text: str):
    assert typed_url(text) == ""
