"""Pages written by somebody who hadn't read the rules: exact in text and fields, but for those that are known to fail."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from newsarchive import extract_article
from newsarchive.model import Article
from tests.extract.unseen import (
    founding_kind,
    founding_kind_more,
    marked_pages,
    odd_fields,
    odd_texts,
    other_texts,
)
from tests.extract.unseen.making import PAGES, Page

MAKERS = (
    founding_kind,
    founding_kind_more,
    odd_fields,
    odd_texts,
    other_texts,
    marked_pages,
)  # each adds its pages to PAGES
# What the text has too much, and why it stays.
KNOWN = {
    "wordpress_classic_bio_then_notice": "a line about the author, built as the text: most sets count it to the text",
    "notice_after_the_bio": "the same",
    "typo3": "a declared standfirst in a container of its own: without a sign it may be the lead paragraph",
    "custom_elements": "the same",
    "plone_sports": "the same",
    "spans_as_blocks": "the same",
    "info_box_and_affiliate": "a box about the series, which no word and no form gives away",
    "joomla_letters": "where to send letters, built as the text: no phrase and no form gives it away",
    "lines_with_breaks": "a line of links at the end of a page without any structure",
}


def _day(article: Article, wanted: str) -> str:
    """`wanted` if the article is of that moment, or of that day where only a day is wanted; else what it has."""
    if len(wanted) == 10:
        return article.published_as[:10]
    same = article.published_at == datetime.fromisoformat(wanted)
    return wanted if same else article.published_as


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_of_a_build_that_nobody_tuned_for_comes_out(page: Page) -> None:
    article = extract_article(page.html.encode(), page.url)
    wanted = {name: value for name, value in page.truth.items() if value is not None}
    found = {
        "title": article.title,
        "description": article.description,
        "captions": list(article.captions),
        "authors": list(article.authors),
        "language": article.language,
        "published": _day(article, page.truth["published"]),
        "paragraphs": list(article.paragraphs),
    }
    texts = wanted.pop("paragraphs"), found.pop("paragraphs")
    assert {name: found[name] for name in wanted} == wanted
    assert (texts[0] == texts[1]) is (page.name not in KNOWN), [t for t in texts[1] if t not in texts[0]]
    assert [text for text in texts[0] if text not in texts[1]] == []


def test_there_are_pages_in_many_languages_of_all_kinds() -> None:
    assert len(PAGES) == 49 + 39
    assert len({page.truth["language"] for page in PAGES}) == 25
    assert all(len(re.findall(r"<\w", page.html)) >= 12 for page in PAGES)
