"""What sort of page is it, and may everybody read it?"""

from __future__ import annotations

import json

import pytest

from newsarchive.extract import extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/a"


def simple(title: str, body: str, head: str = "") -> bytes:
    return f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


LONG = tuple(f"{text} So it was on day {n}." for n in range(3) for text in STORY)
LINKS = "".join(f"<li><a href='/{n}'>A headline about the harbour number {n}</a></li>" for n in range(60))


@pytest.mark.parametrize(
    ("data", "url", "kind"),
    [
        (page(), URL, "article"),
        (simple("Just a moment...", "<p>Checking your browser before you proceed.</p>"), URL, "block page"),
        (simple("Access denied", "<h1>Access denied</h1><p>You have been blocked.</p>"), URL, "block page"),
        (simple("Before you continue", "<h1>Your privacy</h1><p>We and our partners use cookies and need your consent.</p><button>Accept all</button><p>Accept all or manage settings.</p>"), URL, "consent page"),
        (simple("Page not found | Veldt", "<h1>Page not found</h1><p>The page you asked for does not exist.</p>"), URL, "soft 404"),
        (simple("Seite", "<h1>Diese Seite wurde nicht gefunden</h1><p>Leider.</p>"), URL, "soft 404"),
        (simple("Veldt Observer", f"<ul>{LINKS}</ul>"), "https://veldt.example/", "front page"),
        (simple("x", ""), URL, "empty"),
    ],
    ids=["article", "challenge", "denied", "consent", "missing", "missing-de", "front", "empty"],
)  # fmt: skip
def test_kinds(data: bytes, url: str, kind: str) -> None:
    article = extract_article(data, url)
    assert article.page_kind == kind
    if kind in ("block page", "consent page", "soft 404"):
        assert article.text == ""
        assert article.removed


def test_a_story_about_cookies_is_an_article() -> None:
    story = (
        "Regulators fined the chain for its cookies, which asked for consent in a way that nobody could refuse.",
        *STORY[1:],
    )
    article = extract_article(page(title="Chain fined over cookies and consent", paragraphs=story), URL)
    assert article.page_kind == "article"
    assert article.paragraphs == story


TEASERS = "".join(
    f"<p>{text}</p><a href='/news/{n}-a-story-of-the-harbour'>{text}</a>" for n, text in enumerate(STORY)
)
LD = '<script type="application/ld+json">{{"@graph": [{{"@type": "{}", "name": "x"}}]}}</script>'
OG = '<meta property="og:type" content="{}">'
DATED = '<meta property="article:published_time" content="2026-03-02T08:00:00Z">'


@pytest.mark.parametrize(
    ("head", "body", "kind"),
    [
        (OG.format("article") + LD.format("CollectionPage"), TEASERS, "listing"),  # as Yoast writes a tag's page
        (LD.format("SearchResultsPage"), f"<ul>{LINKS}</ul>", "listing"),
        (OG.format("profile"), TEASERS, "profile"),
        (LD.format("ProfilePage"), "<h1>Ada Ash</h1><p>She writes about harbours and what comes in.</p>", "profile"),
        (LD.format("Product"), "<h1>The mug</h1><p>A mug for the harbour, with a handle.</p>", "product"),
        (OG.format("product"), "<h1>The bag</h1><p>A bag for the paper, of strong cloth.</p>", "product"),
        (LD.format("CollectionPage"), "".join(f"<p>{text}</p>" for text in LONG), "article"),  # a theme's mistake
        (LD.format("CollectionPage") + DATED, TEASERS, "article"),
        (LD.format("Product") + LD.format("NewsArticle"), TEASERS, "article"),  # a test of a product
        (OG.format("profile") + DATED, TEASERS, "article"),
    ],
)  # fmt: skip
def test_a_page_that_calls_itself_something_else_is_no_story(head: str, body: str, kind: str) -> None:
    assert (
        extract_article(
            simple("A page", f"<main>{body}</main>", head), "https://veldt.example/harbour/x"
        ).page_kind
        == kind
    )


def data(**fields: object) -> str:
    item = {"@type": "NewsArticle", "headline": "x", **fields}
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


@pytest.mark.parametrize(
    ("html", "free"),
    [
        (page(), None),
        (page(head=data(isAccessibleForFree=False)), False),
        (page(head=data(isAccessibleForFree="http://schema.org/True")), True),
        (page(head=data(isAccessibleForFree="False")), False),
        (page(head='<meta property="article:content_tier" content="locked">'), False),
        (page(head='<meta property="article:content_tier" content="metered">'), None),
        (
            page(
                paragraphs=STORY[:1],
                extra="<div class='paywall'><p>To continue reading, subscribe or log in.</p></div>",
            ),
            False,
        ),
        (
            page(extra="<div class='paywall'><p>Already a subscriber? Log in.</p></div>", paragraphs=LONG),
            None,
        ),
    ],
    ids=["silent", "no", "url", "text", "locked", "metered", "teaser", "long"],
)
def test_free_access(html: bytes, free: bool | None) -> None:
    assert extract_article(html, URL).free_access is free
