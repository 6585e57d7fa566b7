"""Text that stands only in the page's data."""

from __future__ import annotations

import json

import pytest

from newsarchive.extract import extract_article
from tests.extract.pages import STORY, TITLE

URL = "https://veldt.example/a"
NOTICE_TEXT = (
    "To learn more about republishing this content and the associated fees, please fill out this form."
)


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
        f"<script>window.q=window.q||[];window.q.push({json.dumps(MARKUP)});run()</script>",
        f"<script>window.__INITIAL_STATE__ = {json.dumps(MARKUP)};</script>",
        f"<script type='text/template'>{''.join(f'<p>{p}</p>' for p in STORY)}</script>",
    ],
    ids=["next", "rich", "markup", "json-ld", "pushed", "assigned", "template"],
)
def test_the_story_is_read_from_the_data(script: str) -> None:
    article = extract_article(shell(script), URL)
    assert article.paragraphs == STORY
    assert article.extractor == "newsarchive/data"


def test_a_page_whose_text_is_only_in_its_data_is_an_article() -> None:
    script = f'<script type="application/ld+json">{json.dumps(BODY)}</script>'
    article = extract_article(f"<html><body>{script}</body></html>".encode(), URL)
    assert (article.paragraphs, article.page_kind) == (STORY, "article")


def test_a_notice_in_the_data_is_removed_with_its_reason() -> None:
    body = {**BODY, "articleBody": "\n".join((*STORY, NOTICE_TEXT))}
    article = extract_article(shell(f'<script type="application/ld+json">{json.dumps(body)}</script>'), URL)
    assert article.paragraphs == STORY
    assert [b.reason for b in article.blocks if b.text == NOTICE_TEXT] == ["republishing notice"]


@pytest.mark.parametrize(
    "text", ["{", "[]", "null", json.dumps({"a": "b" * 1000}), json.dumps({"text": "short"})]
)
def test_other_data_give_nothing(text: str) -> None:
    article = extract_article(
        shell(f'<script id="__NEXT_DATA__" type="application/json">{text}</script>'), URL
    )
    assert article.extractor == "newsarchive"
