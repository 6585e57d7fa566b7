"""Where a page's article goes on, from its bytes alone: the same answer as the parsed page gives."""

from __future__ import annotations

import pytest

from newsarchive.extract import extract_article, onward
from tests.extract.test_pagination import NUMBERS, page

URL = "https://e.example/late-ferry"


@pytest.mark.parametrize(
    "html",
    [
        page(head="<link rel='next' href='/late-ferry?page=2'>"),
        page(
            foot="<div>1 <a href='/late-ferry/2'>2</a> <a class=n href=/late-ferry/3><span>3</span></a></div>"
        ),
        page(foot="<a href='?page=2#top'><b>2</b></a>", head="<LINK HREF='/late-ferry?page&#61;2' REL=next>"),
    ],
)
def test_bytes_and_parsed_page_say_the_same(html: bytes) -> None:
    found = extract_article(html, URL).part
    assert found is not None
    assert onward(html, URL) == found


def test_the_addresses_of_all_pages_that_it_names() -> None:
    found = onward(page(foot="1 <a href='/late-ferry/2'>2</a> <a href='/late-ferry/3'> 3 </a>"), URL)
    assert found is not None
    assert (found.number, found.last, found.following) == (1, 3, f"{URL}/2")
    assert found.pages == ((1, URL), (2, f"{URL}/2"), (3, f"{URL}/3"))


@pytest.mark.parametrize(
    ("html", "url"),
    [
        (page(), URL),
        (b"", URL),
        (b"\xff\xfe<\x00a\x00", URL),
        (page(foot=NUMBERS), URL),
        (page(foot="<a href='/late-ferry?page=2#comments'>2</a>"), URL),
        (page(kind="website", head="<link rel='next' href='/news?page=2'>"), "https://e.example/news"),
        (page(head="<link rel='next' href='http://[x'>"), URL),
        (page(head="<link rel='next' href='/late-ferry?page=2'>"), "http://[x"),
        (page(head="<link rel='next' href='https://other.example/late-ferry?page=2'>"), URL),
    ],
)
def test_what_goes_on_nowhere(html: bytes, url: str) -> None:
    assert onward(html, url) is None
