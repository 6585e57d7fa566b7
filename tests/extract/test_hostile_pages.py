"""Pages as templates leave them and strangers write them: the text is read, and every field can be written to a file."""

from __future__ import annotations

import json

import pytest

from newsarchive.extract import article_from_json, article_to_json, extract_article
from newsarchive.model import Article
from newsarchive.web.html_tree import parse
from tests import hostile

URL = "https://gazette.example/news/12345/crane-repaired-at-last"
FIRST = (
    "The council met on Tuesday and decided that the wall of the harbour is to be rebuilt, said the chair."
)
SECOND = "The engineers had measured the wall at noon and found it in need of repair, as had been expected."


def page(*, head: str = "", body: str = "<body>", article: str = "<article>", p: str = "<p>") -> Article:
    text = (
        f"<!doctype html><html lang=en><head><title>Harbour wall</title>{head}</head>{body}{article}"
        f"<h1>Harbour wall</h1>{p}{FIRST}</p>{p}{SECOND}</p></article></body></html>"
    )
    return extract_article(text.encode("utf-8", "surrogatepass"), URL)


def check(article: Article) -> None:
    json.dumps(article_to_json(article), ensure_ascii=False).encode()
    assert article_from_json(article_to_json(article)) == article


ATTRIBUTES = [
    "{{ class }}",
    "{{ class }} id=x",
    "{{ class|default:'x' }}",
    "{class}",
    "{...props}",
    "{",
    "}",
    "{}",
    "{{}}",
    "{a}b",
    "{%if a%}class=a{%endif%}",
    "{{#if x}}class=y{{/if}}",
    "{% class %} {{ a }} {b} c=d",
    "${x}",
    "className={x}",
    "class={{x}}",
    "<%= x %>",
    "@click={x}",
    ":class='{a:b}'",
    "[x]=y",
    "(click)='x'",
    "*ngIf='x'",
    '"x"',
    "=x",
    "{http://www.w3.org/1999/xhtml}class=x",
    "{x}=1 {x}=2 class=y",
    "xml:lang=en {x}",
]


@pytest.mark.parametrize("attribute", ATTRIBUTES)
@pytest.mark.parametrize("where", ["body", "article", "p"])
def test_a_template_never_filled_loses_no_text(attribute, where):
    article = page(**{where: f"<{where} {attribute}>"})
    check(article)
    assert (article.title, article.page_kind) == ("Harbour wall", "article")
    assert [FIRST in article.text, SECOND in article.text] == [True, True]


def test_other_attributes_stay_where_one_begins_with_a_brace():
    body = parse("<html><body {{ x }} class=a data-b=c id='d e'><p {y}>x</p></body></html>").find("body")
    assert {k: v for k, v in body.attrib.items() if v} == {"class": "a", "data-b": "c", "id": "d e"}
    assert dict(body.find("p").attrib) == {}


HEADS = [
    '<base href="http://[">',
    '<base href="javascript:x">',
    '<link rel="canonical" href="http://["><meta property="og:url" content="http://[::1"><link rel=amphtml href="http://%zz/">',
    '<meta property="og:image" content="http://["><link rel=next href="http://[">',
    '<meta name="author" content="&#xd800; &#0; &#x110000;"><meta property="article:published_time" content="9999-12-31T23:59:59-23:59">',
    "<title>Second &#xd800;</title>",
    '<script type="application/ld+json">' + "[" * 100_000 + "</script>",
    '<script type="application/ld+json">{"@type":"NewsArticle","a":' * 5_000 + "</script>",
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": ' + "9" * 5000 + "}</script>",
    '<script type="application/json" id="__NEXT_DATA__">' + '{"body":' * 50_000 + "</script>",
]


@pytest.mark.parametrize("head", HEADS, ids=range(len(HEADS)))
def test_a_head_that_says_nonsense_loses_no_text(head):
    article = page(head=head)
    check(article)
    assert [FIRST in article.text, SECOND in article.text] == [True, True]


FIELDS = ["headline", "description", "author", "publisher", "datePublished", "dateModified", "keywords", "articleSection",
          "image", "@id", "url", "mainEntityOfPage", "articleBody", "isAccessibleForFree"]  # fmt: skip
VALUES = [
    *hostile.JSON,
    *hostile.DATES,
    "http://[",
    {"@id": "http://["},
    {"name": "\udfff", "url": ["http://["]},
    [[[["x"]]]],
    [{"name": 5}],
]


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_json_ld_may_hold_anything(field):
    for value in VALUES:
        item = {"@type": "NewsArticle", "headline": "Harbour wall", field: value}
        article = page(head=f'<script type="application/ld+json">{json.dumps(item)}</script>')
        check(article)
        assert FIRST in article.text or field == "articleBody"
