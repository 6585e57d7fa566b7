"""What else a page holds below its story: other stories, a front page, a ticker, readers' comments. None of it is text."""

from __future__ import annotations

import pytest

from newsarchive.extract import extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/news/ferry-quay"
NEXT = "Ice plant on the northern pier is sold to its workers"
OTHER = (
    "The ice plant on the northern pier was sold on Monday to the forty people who work in it, after its owners had "
    "looked in vain for a buyer since the spring of last year.",
    "The workers put up a third of the price themselves, and the savings bank lent them the rest on the word of the "
    "harbour master, who has bought his ice there for thirty years.",
    "A second shift will begin in June, the new managers said, and the old horse stables behind the plant become a café.",
)
VOICES = (
    "I have taken that ferry every morning for twenty years and nobody ever asked me what I think about closing the quay.",
    "My grandmother sold fish on that quay, and she would have told the council where to put its electric boats.",
    "Two years? The last time they mended something in this town it took seven, and the roof still leaks when it rains.",
)
PROSE = "".join(f"<p>{p}</p>" for p in OTHER)

OTHERS = {
    "endless scroll": f"<article class='node node--type-article'><h1>{NEXT}</h1><div class='field field--name-body'>{PROSE}</div></article>",
    "endless scroll of two": "".join(
        f"<article class='node node--type-article'><h1>{title}</h1><div class='field field--name-body'>{PROSE}</div></article>"
        for title in (NEXT, "Regatta draws record crowds to the northern pier")
    ),
    "the next article in a box": f"<div id='next-article' class='next-article'><h1><a href='/n/2'>{NEXT}</a></h1>{PROSE}</div>",
    "a front page below": "<section class='front'>"
    + "".join(
        f"<div class='teaser'><h3><a href='/n/{n}'>{NEXT} {n}</a></h3><p>{text}</p></div>"
        for n, text in enumerate(OTHER)
    )
    + "</section>",
    "a section's latest": "<aside class='latest'><h2>Latest from the harbour</h2>"
    + "".join(f"<article><h3><a href='/n/{n}'>{NEXT}</a></h3><p>{text}</p></article>" for n, text in enumerate(OTHER))
    + "</aside>",
    "a ticker of another story": "<aside class='live-ticker'><h2>Live: the regatta</h2>"
    + "".join(f"<div class='entry'><time>1{n}:04</time><p>{text}</p></div>" for n, text in enumerate(OTHER))
    + "</aside>",
}  # fmt: skip


def listed(form: str) -> str:
    return "".join(form.format(n=n, voice=voice) for n, voice in enumerate(VOICES))


COMMENTS = {
    "Disqus, made by the server": "<div id='disqus_thread'><div id='dsq-content'><ul id='dsq-comments'>"
    + listed(
        "<li id='dsq-comment-{n}'><div id='dsq-comment-header-{n}'><cite>Reader {n}</cite></div><div id='dsq-comment-body-{n}'><p>{voice}</p></div></li>"
    )
    + "</ul></div></div>",
    "WordPress": "<div id='comments' class='comments-area'><h2 class='comments-title'>3 thoughts on the quay</h2><ol class='comment-list'>"
    + listed(
        "<li class='comment even'><article class='comment-body'><footer class='comment-meta'><b class='fn'>Reader {n}</b> says:</footer><div class='comment-content'><p>{voice}</p></div></article></li>"
    )
    + "</ol></div>",
    "WordPress of old": "<h3>3 Responses</h3><ol class='commentlist'>"
    + listed("<li class='alt' id='comment-{n}'><cite>Reader {n}</cite> Says:<p>{voice}</p></li>")
    + "</ol>",
    "Coral": "<div id='coral-talk-stream' class='talk-embed'>"
    + listed("<div class='talk-stream-comment'><span class='talk-username'>Reader {n}</span><div class='talk-stream-comment-body'><p>{voice}</p></div></div>")
    + "</div>",
    "Facebook": "<div class='fb-comments'>"
    + listed("<div class='_3-8y'><a href='/u{n}'>Reader {n}</a><div class='_30o4'><p>{voice}</p></div></div>")
    + "</div>",
    "OpenWeb": "<div data-spot-im-class='conversation' class='spcv_conversation comments'>"
    + listed("<div class='spcv_message'><p>{voice}</p></div>")
    + "</div>",
    "Hyvor": "<div id='hyvor-talk-view' class='ht-comments'>" + listed("<div class='ht-comment'><p>{voice}</p></div>") + "</div>",
    "microdata": "<section>"
    + listed("<div itemscope itemtype='https://schema.org/Comment'><b itemprop='name'>Reader {n}</b><p itemprop='text'>{voice}</p></div>")
    + "</section>",
    "of the house, English": "<section class='reader-comments'>" + listed("<div><b>Reader {n}</b><p>{voice}</p></div>") + "</section>",
    "of the house, German": "<div class='leserkommentare'>" + listed("<div><b>Leser {n}</b><p>{voice}</p></div>") + "</div>",
    "of the house, Spanish": "<div id='comentarios'>" + listed("<div><b>Lector {n}</b><p>{voice}</p></div>") + "</div>",
    "of the house, French": "<div class='liste-commentaires'>" + listed("<div><b>Lecteur {n}</b><p>{voice}</p></div>") + "</div>",
    "of the house, Dutch": "<div class='reacties'>" + listed("<div><b>Lezer {n}</b><p>{voice}</p></div>") + "</div>",
    "a discussion": "<section id='discussion' class='user-posts'>" + listed("<div class='user-post'><p>{voice}</p></div>") + "</section>",
}  # fmt: skip


@pytest.mark.parametrize("below", OTHERS.values(), ids=list(OTHERS))
def test_another_story_below_isnt_text(below: str) -> None:
    assert extract_article(page(extra=below), URL).paragraphs == STORY
    outside = page().replace(b"</main>", f"</main>{below}".encode())
    assert extract_article(outside, URL).paragraphs == STORY


@pytest.mark.parametrize("below", COMMENTS.values(), ids=list(COMMENTS))
@pytest.mark.parametrize("paragraphs", [STORY, STORY[:2]], ids=["a story", "a short one"])
def test_what_readers_wrote_isnt_text(paragraphs: tuple[str, ...], below: str) -> None:
    assert extract_article(page(paragraphs=paragraphs, extra=below), URL).paragraphs == paragraphs


def test_comments_are_text_where_nothing_else_is() -> None:
    article = extract_article(page(body="", standfirst="", extra=COMMENTS["of the house, English"]), URL)
    assert [v for v in VOICES if v in article.text] == list(VOICES)
