"""Every group of notices in every language that the docs name: none stays in a story's text, and a story about such notices stays whole.

The words are in notices_by_language.toml.
"""

from __future__ import annotations

import html
import tomllib
from pathlib import Path

import pytest

from newsarchive.extract import extract_article
from newsarchive.extract.boilerplate_phrases import group_in
from tests.extract.pages import page

WORDS = tomllib.loads(Path(__file__).with_name("notices_by_language.toml").read_text(encoding="utf-8"))
GROUPS = (
    "republishing",
    "donation",
    "membership",
    "app",
    "newsletter",
    "bio",
    "social",
    "cookie",
    "more",
    "update",
)
RTL = ("ar", "fa", "he")
CASES = [(language, group) for language in WORDS for group in GROUPS]


def text_of(language: str, *paragraphs: str) -> tuple[str, ...]:
    """The paragraphs that stay of a story with these in its body."""
    body = "".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
    direction = "rtl" if language in RTL else "ltr"
    data = page(title="310", standfirst="", body=body, lang=language, direction=direction)
    return extract_article(data, "https://veldt.example/news/quay").paragraphs


def test_every_group_is_here_in_at_least_twenty_languages() -> None:
    assert len(WORDS) >= 20
    assert all(set(GROUPS) <= set(words) for words in WORDS.values())


@pytest.mark.parametrize(("language", "group"), CASES)
def test_a_notice_at_the_end_of_a_story_isnt_text(language: str, group: str) -> None:
    words = WORDS[language]
    assert text_of(language, *words["story"], words[group]) == tuple(words["story"])


@pytest.mark.parametrize("language", WORDS)
def test_a_story_about_notices_keeps_its_sentences(language: str) -> None:
    words = WORDS[language]
    told = (*words["story"], words["about"])
    assert text_of(language, *told) == told
    assert not group_in(words["about"], language)
