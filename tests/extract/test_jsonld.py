"""What a page says of itself in JSON-LD."""

from __future__ import annotations

import json

import pytest

from newsarchive.extract.jsonld import (
    article_of,
    body_of,
    follow,
    items_of,
    plain,
    text_of,
    texts_of,
    urls_of,
)

ARTICLE = {"@type": "NewsArticle", "headline": "A", "datePublished": "2024-01-01"}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ARTICLE),
        json.dumps([ARTICLE]),
        json.dumps({"@graph": [{"@type": "WebSite"}, ARTICLE]}),
        "<!-- " + json.dumps(ARTICLE) + " -->",
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        json.dumps(ARTICLE)[:-1] + ",}",
        json.dumps(ARTICLE).replace('"A"', '"A\n"'),
        json.dumps({**ARTICLE, "@type": ["Article", "https://schema.org/NewsArticle"]}),
    ],
)
def test_the_article_is_found(text: str) -> None:
    found = article_of(items_of([text]), "")
    assert found is not None
    assert text_of(found["headline"]) == "A"


@pytest.mark.parametrize("text", ["", "{", "null", "[]", '"x"', "{'a': 1}", "[" * 5000])
def test_broken_data_are_skipped(text: str) -> None:
    assert article_of(items_of([text]), "") is None


def test_the_item_of_this_address_wins() -> None:
    other = {**ARTICLE, "headline": "B", "url": "https://e.example/b", "description": "d", "author": "x"}
    own = {**ARTICLE, "mainEntityOfPage": {"@id": "https://e.example/a"}}
    found = article_of(items_of([json.dumps([other, own])]), "https://e.example/a")
    assert found is not None
    assert found["headline"] == "A"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a &amp;amp; b", "a & b"),
        (["", "x"], "x"),
        ({"name": "n"}, "n"),
        ({"@value": "v"}, "v"),
        (None, ""),
        (True, ""),
        (3, "3"),
        ("<p>a</p><p>b</p>", "a b"),
    ],
)
def test_values_as_text(value: object, text: str) -> None:
    assert text_of(value) == text


def test_lists_links_references_and_bodies() -> None:
    assert texts_of("a, b") == ["a", "b"]
    assert texts_of(["a", {"name": "b"}]) == ["a", "b"]
    assert urls_of([{"url": "https://e.example/i.jpg"}]) == "https://e.example/i.jpg"
    person = {"@id": "#p", "name": "Ada"}
    assert follow({"@id": "#p"}, [person]) is person
    assert body_of({"articleBody": "<p>one</p><p>two</p>"}) == "one\ntwo"
    assert plain("3 < 5 & 7 > 2") == "3 < 5 & 7 > 2"
