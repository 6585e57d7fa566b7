"""URLs as documents write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.urls import check_url, url_key
from newsarchive.web.html_tree import parse
from newsarchive.web.links import absolute, base_of, host_of, is_within, redirect_target

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
        ("?page=2&amp;sort=new", "https://gazette.example/news/today?page=2&sort=new"),
        ("?page=2&amp;amp;sort=new", "https://gazette.example/news/today?page=2&sort=new"),
        ("?id=1&copy=2&section=3", "https://gazette.example/news/today?id=1&copy=2&section=3"),
        ("https://Münster.example/straße?q=ü", "https://xn--mnster-3ya.example/stra%C3%9Fe?q=%C3%BC"),
        ("https://xn--mnster-3ya.example/stra%C3%9Fe", "https://xn--mnster-3ya.example/stra%C3%9Fe"),
        ("../../../c", "https://gazette.example/c"),
        ("mailto:desk@gazette.example", ""),
        ("https://a..example/", ""),
        ("https://gazette.example:99999/", ""),
        ("https://\ud800.example/", ""),
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
def test_links_are_made_absolute_or_refused(reference: str, url: str) -> None:
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


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("https://münster.example/b", "https://xn--mnster-3ya.example/b"),
        (
            "https://münster.example/straße".encode().decode("latin-1"),
            "https://xn--mnster-3ya.example/stra%C3%9Fe",
        ),
        ("/straße".encode().decode("latin-1"), "https://gazette.example/stra%C3%9Fe"),
        ("/stra%C3%9Fe", "https://gazette.example/stra%C3%9Fe"),
        ("/fa\xe7ade", "https://gazette.example/fa%C3%A7ade"),
        ("//other.example", "https://other.example/"),
        (" b ", "https://gazette.example/news/b"),
        ("?a=1&copy=2", "https://gazette.example/news/today?a=1&copy=2"),
        ("mailto:desk@gazette.example", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_a_redirect_is_recorded_under_the_key_of_what_is_fetched(location: str, url: str) -> None:
    assert redirect_target(BASE, location) == url
    if url:
        assert check_url(url) == url
        assert url_key(url) == url_key(redirect_target(url, url))


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("/other/", "https://gazette.example/other/"),
        ("http://[", BASE),
        ("javascript:x()", BASE),
        ("", BASE),
    ],
)
def test_a_base_that_is_no_url_is_ignored(base: str, url: str) -> None:
    assert base_of(parse(f'<head><base target="_top"><base href="{base}"></head><p>x'), BASE) == url


@given(st.text(), st.text())
def test_nothing_that_others_write_makes_it_raise(base: str, reference: str) -> None:
    for made in (
        absolute(base, reference),
        absolute(BASE, reference),
        redirect_target(BASE, reference),
        redirect_target(base, reference),
    ):
        assert made == "" or check_url(made) == made
