"""Text that stands only in the page's data."""

from __future__ import annotations

import json

import pytest

from newsarchive.extract import extract_article
from tests.extract.pages import STORY, TITLE

URL = "https://veldt.example/a"


def shell(script: str) -> bytes:
    return f"<html lang='en'><head><title>{TITLE}</title></head><body><div id='root'>Loading …</div>{script}</body></html>".encode()


NEXT = {
    "props": {
        "pageProps": {
            "story": {"title": TITLE, "body": [{"type": "p", "text": t} for t in STORY]},
            "menu": [{"text": "News"}],
        }
    }
}
RICH = {
    "props": {
        "doc": {
            "nodeType": "document",
            "content": [
                {"nodeType": "paragraph", "content": [{"nodeType": "text", "value": t}]} for t in STORY
            ],
        }
    }
}
MARKUP = {"state": {"article": {"bodyHtml": "".join(f"<p>{t}</p>" for t in STORY)}}}
BODY = {"@type": "NewsArticle", "headline": TITLE, "articleBody": "\n".join(STORY)}


@pytest.mark.parametrize(
    "script",
    [
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(NEXT)}</script>',
        f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(RICH)}</script>',
        f'<script id="app-state" type="application/json">{json.dumps(MARKUP)}</script>',
        f'<script type="application/ld+json">{json.dumps(BODY)}</script>',
    ],
    ids=["next", "rich", "markup", "json-ld"],
)
def test_the_story_is_read_from_the_data(script: str) -> None:
    article = extract_article(shell(script), URL)
    assert article.paragraphs == STORY
    assert article.extractor == "newsarchive/data"


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", json.dumps({"a": "b" * 1000}), json.dumps({"text": "short"})]
)
def test_other_data_give_nothing(text: str) -> None:
    article = extract_article(
        shell(f'<script id="__NEXT_DATA__" type="application/json">{text}</script>'), URL
    )
    assert article.extractor == "newsarchive"
