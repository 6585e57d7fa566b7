"""A page's bytes become one Article, whatever the bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.extract import EXTRACTOR_VERSION, article_from_json, article_to_json, extract_article
from newsarchive.times import parse_iso
from tests.extract.pages import NOTICE, STANDFIRST, STORY, TITLE, page

URL = "https://veldt.example/news/ferry-quay"


@pytest.mark.shared
def test_the_founding_page_is_right_in_every_field(shared: Path) -> None:
    expected = json.loads((shared / "mee" / "expected.json").read_text())
    article = extract_article((shared / "mee" / "page.html").read_bytes(), expected["url"])
    assert article.paragraphs == tuple(expected["paragraphs"])
    for name in ("title", "description", "publisher", "language", "section"):
        assert getattr(article, name) == expected[name], name
    for name in ("authors", "captions"):
        assert getattr(article, name) == tuple(expected[name]), name
    for name in ("published_at", "modified_at"):
        assert getattr(article, name) == parse_iso(expected[name]), name
    for unwanted in expected["must_not_contain"]:
        assert unwanted not in article.text
    assert article.page_kind == "article"


def test_the_text_is_the_story_and_nothing_else() -> None:
    article = extract_article(page(), URL)
    assert article.paragraphs == STORY
    assert article.title == TITLE
    assert article.authors == ("Mira Solberg",)
    assert article.published_at == datetime(2024, 3, 4, tzinfo=UTC)


def test_every_removed_block_has_a_reason() -> None:
    article = extract_article(page(), URL)
    assert article.removed
    assert all(b.reason for b in article.removed)
    assert not any(b.reason for b in article.blocks if b.kept)


def test_nothing_on_the_page_is_lost() -> None:
    article = extract_article(page(body=f"<p>{STORY[0]}</p><p>{NOTICE}</p>"), URL)
    everything = " ".join(b.text for b in article.blocks)
    for piece in (
        STORY[0],
        "republishing this content",
        STANDFIRST,
        "Regatta draws record crowds",
        "all rights reserved",
    ):
        assert piece in everything


def test_the_same_bytes_give_the_same_article() -> None:
    assert extract_article(page(), URL) == extract_article(page(), URL)


def test_an_article_survives_json() -> None:
    article = extract_article(page(), URL)
    assert article_from_json(json.loads(json.dumps(article_to_json(article)))) == article


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"%PDF-1.7 ...", "not html"),
        (b"\x00" * 4000, "not html"),
        (bytes(range(256)) * 20, "not html"),
        (b'{"a": 1}', "not html"),
        (b"<?xml version='1.0'?><rss><channel></channel></rss>", "not html"),
        (b"<!doctype html>", "empty"),
        (b"<html><body></body></html>", "empty"),
    ],
)
def test_what_is_no_page_says_so(data: bytes, kind: str) -> None:
    article = extract_article(data, URL)
    assert article.page_kind == kind
    assert article.text == ""
    assert article.extractor_version == EXTRACTOR_VERSION


def test_a_hundred_thousand_nested_tags_fall_back_and_say_so() -> None:
    story = b"".join(b"<p>" + p.encode() + b"</p>" for p in STORY)
    deep = b"<html><body>" + b"<div>" * 100_000 + story + b"</div>" * 100_000 + b"</body></html>"
    article = extract_article(deep, URL)
    assert article.extractor == "newsarchive/flat"
    assert article.warnings
    assert STORY[0] in " ".join(b.text for b in article.blocks)


def test_a_page_of_five_megabytes_takes_the_cheaper_road() -> None:
    body = "".join(f"<p>{STORY[n % 6]} Number {n}.</p>" for n in range(22_000))
    data = page(body=body)
    assert len(data) > 4_000_000
    article = extract_article(data, URL)
    assert article.extractor == "newsarchive/large"
    assert len(article.paragraphs) > 21_000


@pytest.mark.parametrize("url", ["", "x", "http://[", "::", "javascript:1", "https://e.example/2024/13/45/x"])
def test_no_address_is_too_strange(url: str) -> None:
    assert extract_article(page(), url).title == TITLE


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_bytes_raise(data: st.DataObject) -> None:
    whole = page()
    start = data.draw(st.integers(0, len(whole)))
    junk = data.draw(st.binary(max_size=60))
    extract_article(whole[:start] + junk + whole[start + len(junk) :], URL)
    extract_article(junk + whole[:start], URL)
