"""Which heading or statement is the title."""

from __future__ import annotations

import json

import pytest

from newsarchive.extract.page_metadata import read_head
from newsarchive.extract.titles import fold, title_of, without_site
from newsarchive.web.html_tree import parse

URL = "https://www.veldtobserver.example/a"
SITE = "Veldt Observer"


def title(markup: str, *, og: str = "", headline: str = "", element: str = "") -> tuple[str, str]:
    head = f'<meta property="og:title" content="{og}">' if og else ""
    data = json.dumps({"@type": "NewsArticle", "headline": headline})
    head += f'<script type="application/ld+json">{data}</script>' if headline else ""
    root = parse(f"<html><head><title>{element}</title>{head}</head><body>{markup}</body></html>")
    return title_of(read_head(root, URL), SITE, URL)


@pytest.mark.parametrize(
    ("markup", "declared", "expected"),
    [
        ("<h1>The old quay closes</h1>", {"og": "The old quay closes"}, ("The old quay closes", "h1")),
        ("<h1>Veldt Observer</h1><h1>The old quay closes</h1>", {"element": "The old quay closes | Veldt Observer"}, ("The old quay closes", "h1")),
        ("<h1>Opinion The old quay closes at last</h1>", {"og": "The old quay closes at last"}, ("The old quay closes at last", "h1")),
        ("<h1>Harbour: The quay that everybody loved closes</h1>", {"og": "Quay shuts"}, ("Harbour: The quay that everybody loved closes", "h1")),
        ("<h1>Veldt Observer</h1>", {"headline": "The old quay closes"}, ("The old quay closes", "json-ld")),
        ("", {"og": "The old quay closes - Veldt Observer"}, ("The old quay closes", "og")),
        ("", {"element": "Veldt Observer: The old quay closes"}, ("The old quay closes", "title")),
        ("<h1>Old quay closes for two years</h1>", {"og": "Quay to close until the regatta", "headline": "Quay to close until the regatta"}, ("Old quay closes for two years", "h1")),
        ("<h1>The quay:closes</h1>", {"headline": "The quay: closes"}, ("The quay: closes", "h1")),
        ("", {"headline": "The old quay closes - VeldtObserver.example"}, ("The old quay closes", "json-ld")),
        ("<h1>The best electric ferries of the coast</h1>", {"og": "Best electric ferries of the coast"}, ("The best electric ferries of the coast", "h1")),
        ("<h1>2024 guide to the old ferry quay</h1>", {"og": "guide to the old ferry quay"}, ("2024 guide to the old ferry quay", "h1")),
        ("<h1><span>News</span> The old quay closes at last</h1>", {"og": "The old quay closes at last"}, ("The old quay closes at last", "h1")),
        ("<h1>The old quay closes at last <small>Posted on 4 March</small></h1>", {"og": "The old quay closes at last"}, ("The old quay closes at last", "h1")),
        ("<h1>The old quay closes at last (courier.example) 87</h1>", {"og": "The old quay closes at last"}, ("The old quay closes at last", "h1")),
        ("<h2>What do divers love about quays?</h2><h1>But what they love is the silence</h1>", {"og": "What do divers love about quays? | Veldt Blog", "element": "What do divers love about quays? | Veldt Blog"}, ("What do divers love about quays?", "h2")),
        ("<h1>" + "Read how the quay that everybody loved came to close. " * 5 + "</h1>", {"og": "The old quay closes"}, ("The old quay closes", "og")),
        ("<h1 class='_brandTitle_6oj'>The old quay closes at last</h1>", {"og": "The old quay closes at last"}, ("The old quay closes at last", "h1")),
        ("<h1 class='brand'>Harbour news of the coast</h1>", {"og": "The old quay closes"}, ("The old quay closes", "og")),
        ("", {}, ("", "title")),
    ],
)  # fmt: skip
def test_titles(markup: str, declared: dict[str, str], expected: tuple[str, str]) -> None:
    assert title(markup, **declared) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The quay closes | Veldt Observer", "The quay closes"),
        ("The quay closes - Harbour - Veldt Observer", "The quay closes - Harbour"),
        ("Veldt Observer | The quay closes", "The quay closes"),
        ("The quay - a history", "The quay - a history"),
        ("The quay closes", "The quay closes"),
        ("", ""),
    ],
)
def test_the_outlets_name_is_cut_off(text: str, expected: str) -> None:
    assert without_site(text, {"veldtobserver"}) == expected


def test_folding() -> None:
    assert fold("“The Quay” – it’s closed…") == '"the quay" - it\'s closed'
