"""Addresses of browse's pages (newsarchive/browse_links.py)."""

from __future__ import annotations

import pytest

from newsarchive.browse.page_urls import Links
from newsarchive.browse_links import page_of_edit, page_of_story, pages_at


@pytest.mark.parametrize("link", ["https://news.example", "https://news.example/"])
def test_links_lead_to_the_pages_that_browse_has(link: str) -> None:
    pages, links = pages_at(link), Links(str, origin="https://news.example")
    assert pages == links.front()
    assert page_of_story(pages, 7) == links.story(7)
    assert page_of_edit(pages, 7, 1, 2) == links.diff(7, before=1, after=2)


def test_without_an_address_there_is_no_link() -> None:
    assert [pages_at(""), page_of_story("", 7), page_of_edit("", 7, 1, 2)] == ["", "", ""]
