"""The founding page's kind in thirty markups and nine languages: text exact, standfirst and caption as fields, no notice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from newsarchive.extract import extract_article
from newsarchive.model import Article
from tests.extract.founding_variants import (
    URL,
    VARIANTS,
    WITHOUT_FIGURE,
    Parts,
    drupal,
    parts_of,
    wordpress,
    words_of,
)


def article_of(variant: Callable[[Parts], str], language: str) -> Article:
    return extract_article(variant(parts_of(words_of(language))).encode(), URL)


def assert_fields(article: Article, language: str, *, has_figure: bool = True) -> None:
    words = words_of(language)
    assert article.paragraphs == words.paragraphs
    assert article.title == words.title
    assert article.description == words.standfirst
    assert article.captions == ((words.caption,) if has_figure else ())
    assert article.authors == ("Mira Solberg",)
    assert article.published_as.startswith("2017-03-02")
    assert article.language == language


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda v: v.__name__)
def test_a_markup(variant: Callable[[Parts], str]) -> None:
    assert_fields(article_of(variant, "en"), "en", has_figure=variant not in WITHOUT_FIGURE)


@pytest.mark.parametrize("language", ["ar", "tr", "fr", "fa", "es", "de", "zh", "ru"])
@pytest.mark.parametrize("variant", [drupal, wordpress], ids=lambda v: v.__name__)
def test_a_language(variant: Callable[[Parts], str], language: str) -> None:
    assert_fields(article_of(variant, language), language)
