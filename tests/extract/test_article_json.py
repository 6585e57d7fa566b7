"""An Article survives JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from newsarchive.extract import article_from_json, article_to_json
from newsarchive.model import Article, Block

FULL = Article(
    url="https://e.example/a",
    title="Title",
    description="Standfirst",
    authors=("Ada Lovelace",),
    published_at=datetime(2024, 3, 4, 10, 0, 0, 123, tzinfo=UTC),
    published_as="2024-03-04T12:00:00+02:00",
    free_access=False,
    captions=("One",),
    blocks=(
        Block(kind="paragraph", text="Text", kept=True, place="p"),
        Block(kind="entry", text="Entry", kept=True, at=datetime(2024, 3, 4, tzinfo=UTC)),
        Block(kind="other", text="Menu", kept=False, reason="navigation"),
    ),
    origins={"title": "h1"},
    confidence=0.5,
    warnings=("w",),
)


@pytest.mark.parametrize("article", [FULL, Article(url="")], ids=["full", "bare"])
def test_there_and_back(article: Article) -> None:
    assert article_from_json(json.loads(json.dumps(article_to_json(article)))) == article


def test_empty_fields_are_left_out() -> None:
    assert article_to_json(Article(url="u")) == {"url": "u"}


@pytest.mark.parametrize(
    "value", [{}, {"url": "u", "blocks": [{}]}, {"url": "u", "blocks": 3}, {"url": "u", "published_at": "x"}]
)
def test_what_is_no_article(value: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        article_from_json(value)


def test_unknown_fields_of_a_later_version_are_skipped() -> None:
    assert article_from_json({"url": "u", "mood": "blue"}) == Article(url="u")
