"""URLs as documents write them."""

from __future__ import annotations

import pytest

from newsarchive.web.links import absolute, host_of, is_within

BASE = "https://gazette.example/news/today"


@pytest.mark.parametrize(
    ("reference", "url"),
    [
        ("/a", "https://gazette.example/a"),
        ("b?x=1#top", "https://gazette.example/news/b?x=1"),
        ("//cdn.example/c", "https://cdn.example/c"),
        ("\n  https://gazette.example/\n\tlong/path ", "https://gazette.example/long/path"),
        ("https://gazette.example/with blank", "https://gazette.example/with%20blank"),
        ("https://GAZETTE.example:443/A", "https://gazette.example/A"),
        ("#top", ""),
        ("", ""),
        ("javascript:x()", ""),
        ("https://user:secret@gazette.example/", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("/a\x00b", ""),
        ("/" + "a" * 5000, ""),
    ],
)
def test_links_are_made_absolute_or_refused(reference: str, url: str | None) -> None:
    assert absolute(BASE, reference) == url


@pytest.mark.parametrize(
    ("url", "domains", "is_own"),
    [
        ("https://www.gazette.example/a", ("gazette.example",), True),
        ("https://gazette.example/a", ("www.gazette.example",), True),
        ("https://live.gazette.example/a", ("gazette.example",), True),
        ("https://notgazette.example/a", ("gazette.example",), False),
        ("https://gazette.example.evil.example/", ("gazette.example",), False),
        ("nonsense", ("gazette.example",), False),
    ],
)
def test_a_page_belongs_to_a_host_or_what_lies_below_it(
    url: str, domains: tuple[str, ...], is_own: bool
) -> None:
    assert is_within(url, domains) is is_own


def test_hosts_go_without_www() -> None:
    assert host_of("https://WWW.Gazette.example./a") == "gazette.example"
    assert host_of("http://[::1") == ""
