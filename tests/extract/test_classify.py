"""Kinds, fields and reasons of blocks."""

from __future__ import annotations

import html

import pytest

from newsarchive.extract import extract_article
from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.classify import keep_lists_whole, kind_of
from newsarchive.model import Article, Block
from newsarchive.web.html_tree import parse
from tests.extract.pages import RELATED, STANDFIRST, STORY, TITLE, page

URL = "https://veldt.example/a"


def body(*markup: str) -> Article:
    return extract_article(page(body="".join(markup)), URL)


def p(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def block(article: Article, text: str) -> Block:
    return next(b for b in article.blocks if text in b.text)


def test_kinds_of_the_text() -> None:
    article = body(
        *map(p, STORY[:2]), "<h2>What the divers found</h2>", p(STORY[2]), "<ul><li>" + STORY[3] + "</li></ul>",
        f"<blockquote><p>{STORY[4]}</p></blockquote>", p(STORY[5]),
    )  # fmt: skip
    kinds = {b.text: b.kind for b in article.blocks if b.kept}
    assert kinds["What the divers found"] == "heading"
    assert (kinds[STORY[0]], kinds[STORY[3]], kinds[STORY[4]]) == ("paragraph", "list_item", "quote")


def test_fields_leave_the_text() -> None:
    figure = (
        '<figure><img src="/q.jpg"><figcaption>The quay on Monday (Photo: Ada Example)</figcaption></figure>'
    )
    article = extract_article(
        page(body=figure + "".join(map(p, STORY)), head=f'<meta name="description" content="{STANDFIRST}">'),
        URL,
    )
    assert article.paragraphs == STORY
    assert article.description == STANDFIRST
    assert article.captions == ("The quay on Monday (Photo: Ada Example)",)
    assert block(article, TITLE).kind == "title"
    assert block(article, STANDFIRST).kind == "description"
    assert block(article, "By Mira Solberg").kind == "byline"


@pytest.mark.parametrize(
    ("text", "reason"),
    [("News", "navigation"), (RELATED[0], "related"), ("all rights reserved", "copyright")],
)
def test_reasons(text: str, reason: str) -> None:
    assert block(extract_article(page(), URL), text).reason == reason


def test_links_of_one_list_become_one_removed_block() -> None:
    assert block(extract_article(page(), URL), "News").text == "News · Sport"


@pytest.mark.parametrize(
    "again", [f"<div>{p(STORY[1])}</div>", p(STORY[-1])], ids=["elsewhere", "next to the first"]
)
def test_a_paragraph_that_the_page_shows_twice_is_read_once(again: str) -> None:
    article = body(*map(p, STORY), again)
    assert article.paragraphs == STORY
    assert article.removed[-1].reason != ""


def test_what_was_written_twice_is_read_twice() -> None:
    assert body(*map(p, STORY), p(STORY[1])).paragraphs == (*STORY, STORY[1])


@pytest.mark.parametrize(("size", "kind"), [(200, "caption"), (2_000, "paragraph")])
def test_a_caption_is_no_longer_than_captions_are(size: int, kind: str) -> None:
    document = parse(f"<html><body><div class='photo-caption'>{'Words. ' * (size // 7)}</div></body></html>")
    assert document is not None
    (only,) = blocks_of(document)[0]
    assert kind_of(only) == kind


def test_a_clear_page_is_told_with_confidence_and_a_list_of_links_is_not() -> None:
    clear = extract_article(page(), URL).confidence
    links = "".join(
        f"<p><a href='/{n}'>A headline about the harbour, number {n}, in some words</a></p>"
        for n in range(30)
    )
    assert clear > 0.8
    assert extract_article(f"<html><body>{links}</body></html>".encode(), URL).confidence < clear


@pytest.mark.parametrize("name", ["privacy-modal-text", "cookie_banner", "gdpr-overlay"])
def test_a_box_that_asks_for_consent_is_no_text(name: str) -> None:
    asked = "When you visit our website, we store small files in your browser to learn how it is used."
    article = body(f"<div class='{name}'>{p(asked)}{p(asked + ' You can say no.')}</div>", *map(p, STORY))
    assert article.paragraphs == STORY


@pytest.mark.parametrize("line", ["02:15", "2:15 pm", "18.30 Uhr", "9:05 GMT"])
def test_a_line_that_is_a_time_is_no_text(line: str) -> None:
    assert body(*map(p, STORY[:2]), p(line), *map(p, STORY[2:])).paragraphs == STORY


def linked(after: str, gone: int) -> list[bool]:
    """What is kept of three links and `after`, of which the judge removed the first `gone`."""
    links = "".join(f"<a href='/{n}'>The ferry number {n} was late again</a><br><br>" for n in range(3))
    document = parse(f"<html><body><div>{links}</div><div>{after}</div></body></html>")
    assert document is not None
    blocks, _ = blocks_of(document)
    verdicts = [
        BlockVerdict("paragraph", n >= gone, "" if n >= gone else "links") for n in range(len(blocks))
    ]
    keep_lists_whole(blocks, verdicts)
    return [verdict.kept for verdict in verdicts]


@pytest.mark.parametrize("gone", [0, 1, 3])
def test_links_below_each_other_share_their_fate(gone: int) -> None:
    assert linked(STORY[0], gone) == [gone == 0] * 3 + [True]


def test_links_behind_the_last_paragraph_are_no_text() -> None:
    assert linked("A line of its own", 0) == [False, False, False, True]


def test_a_lead_paragraph_that_is_also_the_description_stays_in_the_text() -> None:
    part = "<div class='part'>{}</div><div class='part flow'>{}</div>"
    article = extract_article(
        page(
            body=part.format(p(STORY[0]), "".join(map(p, STORY[1:]))),
            head=f'<meta name="description" content="{html.escape(STORY[0])}">',
        ),
        URL,
    )
    assert article.paragraphs == STORY


def test_a_block_that_is_named_a_standfirst_is_one_without_a_description() -> None:
    article = extract_article(page(body="".join(map(p, STORY))), URL)
    assert article.paragraphs == STORY
    assert block(article, STANDFIRST).kind in ("description", "paragraph")
    assert not block(article, STANDFIRST).kept


@pytest.mark.parametrize(
    ("description", "kept"),
    [(STORY[0][:120] + "...", ""), (STORY[0][:120] + " …", ""), (STANDFIRST + " …", STANDFIRST + " …")],
)
def test_a_description_that_is_the_cut_beginning_of_the_text_is_none(description: str, kept: str) -> None:
    head = f'<meta name="description" content="{html.escape(description)}">'
    article = extract_article(page(body="".join(map(p, STORY)), head=head), URL)
    assert article.description == kept
    assert ("description" in dict(article.origins)) is bool(kept)


LEAD = (
    "The quay will be closed from October, and the ferries will land at the northern pier until it is mended."
)
LEAD_META = f'<meta name="description" content="{LEAD}">'


@pytest.mark.parametrize(
    ("markup", "in_text"),
    [
        pytest.param(f"<div class='c7'><p class='x1'>{LEAD}</p></div>", True, id="a lead paragraph"),
        pytest.param(f"<div class='c7'><p class='standfirst'>{LEAD}</p></div>", False, id="named so"),
        pytest.param(f"<div class='c7'><h2>{LEAD}</h2></div>", False, id="a heading"),
        pytest.param(f"<div class='c7'><p><b>{LEAD}</b></p></div>", False, id="in bold"),
    ],
)
def test_the_description_leaves_the_text_where_it_is_set_as_a_standfirst(markup: str, in_text: bool) -> None:
    text = f"<div class='flow'>{''.join(map(p, STORY))}</div>"
    article = extract_article(page(standfirst="", body=markup + text, head=LEAD_META), URL)
    assert article.description == LEAD
    assert article.paragraphs == ((LEAD, *STORY) if in_text else STORY)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("By Mira Solberg · 2 March 2017 · 3 min read · updated 34 hours ago", "byline"),
        ("2 March 2017 at 11:02 UTC | 1230 views", "date"),
        ("2026/11/02 11:11 · 3 · 1230", "date"),
    ],
)
def test_a_line_of_names_dates_or_counters_above_the_story_is_no_paragraph(line: str, kind: str) -> None:
    article = body(f"<p>{line}</p>", *map(p, STORY))
    assert article.paragraphs == STORY
    assert block(article, line).kind == kind


def test_a_line_of_links_above_the_story_is_no_text() -> None:
    links = "<div><a href='/'>Home</a><br><a href='/s'>Sport</a></div>"
    assert body(links, *map(p, STORY)).paragraphs == STORY


def test_a_link_that_a_list_of_links_has_too_is_no_text() -> None:
    teaser = f"<p><a href='/1'>{RELATED[0]}</a></p>"
    assert body(*map(p, STORY[:3]), teaser, *map(p, STORY[3:])).paragraphs == STORY
    own = "<p><a href='/paper'>The engineer's report of the quay in full</a></p>"
    assert "engineer's report" in body(*map(p, STORY[:3]), own, *map(p, STORY[3:])).text


def test_what_is_between_two_lines_of_a_sign_up_box_is_of_the_box() -> None:
    lines = (
        "Sign up to our newsletter",
        "The weekend, as our desks see it.",
        "Sign up for the newsletter here",
    )
    box = "<aside>" + "".join(map(p, lines)) + "</aside>"
    article = body(*map(p, STORY[:3]), box, *map(p, STORY[3:]))
    assert article.paragraphs == STORY
    assert block(article, lines[1]).reason == "newsletter"
