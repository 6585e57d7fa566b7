"""Where a redirect leads, and which cookies go along."""

from __future__ import annotations

import pytest

from newsarchive.crawl.redirects import cookies_for, set_cookies, target_of
from newsarchive.errors import BadUrlError


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/b", "https://e.test/b"),
        ("b?c=d#e", "https://e.test/b?c=d"),
        ("//other.test/b", "https://other.test/b"),
        ("http://e.test/b", "http://e.test/b"),
        ("https://e.test/ä b", "https://e.test/%C3%A4%20b"),
        ("/a", "https://e.test/a"),
        ("", "https://e.test/a"),
        ("/\u00c3\u00a4".encode().decode("utf-8"), "https://e.test/%C3%A4"),  # UTF-8 as a server sent it
        (
            "/fa/م".encode().decode("latin-1"),
            "https://e.test/fa/%D9%85",
        ),  # the last byte is 0x85, a blank in Latin-1
        (" /voilà\t".encode().decode("latin-1"), "https://e.test/voil%C3%A0"),  # the same of 0xa0
        ("https://m\u00fcnchen.test/b", "https://xn--mnchen-3ya.test/b"),
    ],
)
def test_where_a_redirect_leads(location: str, expected: str) -> None:
    assert target_of("https://e.test/a", location) == expected


@pytest.mark.parametrize(
    ("location", "failure"),
    [
        ("file:///etc/passwd", "redirect to another scheme"),
        ("data:text/html,x", "redirect to another scheme"),
        ("javascript:alert(1)", "redirect to another scheme"),
        ("ftp://e.test/b", "redirect to another scheme"),
        ("mailto:desk@e.test", "redirect to another scheme"),
        ("http://", "redirect to a bad URL"),
        ("https://a..e.test/b", "redirect to a bad URL"),
        ("http://[::1/b", "redirect to a bad URL"),
        ("https://user:word@e.test/b", "redirect to a bad URL"),
    ],
)
def test_where_no_redirect_leads(location: str, failure: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        target_of("https://e.test/a", location)
    assert caught.value.what == failure


@pytest.mark.parametrize(
    ("start", "url", "cookies"),
    [
        ("https://e.test/a", "https://e.test/b", (("s", "1"),)),
        ("https://e.test/a", "https://e.test/a", (("s", "1"),)),
        ("http://e.test/a", "https://e.test/b", (("s", "1"),)),
        ("https://e.test/a", "http://e.test/b", ()),
        ("https://e.test/a", "https://other.test/b", ()),
        ("https://e.test/a", "https://sub.e.test/b", ()),
    ],
)
def test_cookies_go_along_to_the_host_that_set_them_and_no_further(
    start: str, url: str, cookies: tuple[tuple[str, str], ...]
) -> None:
    assert cookies_for(url, start, (), (("s", "1"),)) == cookies
    assert cookies_for(url, start, (("s", "1"),), ()) == cookies


@pytest.mark.parametrize(
    ("header", "cookies"),
    [
        ("s=1; Path=/; HttpOnly", (("s", "1"),)),
        (" s = 1", ()),
        ("s=", (("s", ""),)),
        ("s=1; Max-Age=0", ()),
        ("s", ()),
        ("=1", ()),
        ("s=a b", ()),
        ("s=a\r\nX: y", ()),
        ("s=\xe9", ()),
    ],
)
def test_what_a_set_cookie_sets(header: str, cookies: tuple[tuple[str, str], ...]) -> None:
    assert set_cookies([header]) == cookies
