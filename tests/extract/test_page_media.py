"""Links, embeds and pictures of the text are kept; those of teasers, advertisements and the site's frame aren't."""

from __future__ import annotations

import pytest

from newsarchive.extract import article_from_json, article_to_json, extract_article
from tests.extract.pages import STORY, page

URL = "https://veldt.example/news/quay"


def _extracted(extra: str, at: int = 3):
    paragraphs = [f"<p>{p}</p>" for p in STORY]
    return extract_article(page(body="\n".join([*paragraphs[:at], extra, *paragraphs[at:]])), URL)


EMBEDS = [
    ('<iframe src="https://www.youtube.com/embed/abc123xyz?rel=0"></iframe>', "https://www.youtube.com/embed/abc123xyz?rel=0"),
    ('<div class="video"><iframe data-src="//player.vimeo.com/video/77"></iframe></div>', "https://player.vimeo.com/video/77"),
    ('<blockquote class="twitter-tweet"><p>Storm!</p><a href="https://twitter.com/port/status/99">5 March</a></blockquote>', "https://twitter.com/port/status/99"),
    ('<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/XyZ/"></blockquote>', "https://www.instagram.com/p/XyZ/"),
    ('<amp-youtube data-videoid="abc123xyz"></amp-youtube>', "https://www.youtube.com/embed/abc123xyz"),
    ('<figure><iframe src="/charts/7/"></iframe><figcaption>Ferries by year</figcaption></figure>', "https://veldt.example/charts/7/"),
    ('<video><source src="/v/quay.mp4"></video>', "https://veldt.example/v/quay.mp4"),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "address"), EMBEDS)
@pytest.mark.parametrize("at", [2, 6])
def test_an_embed_in_the_text_is_kept_with_its_address(markup, address, at):
    found = _extracted(markup, at)
    assert found.embeds == (address,)
    assert article_from_json(article_to_json(found)) == found


PICTURES = [
    ('<img src="/i/quay.jpg">', ("https://veldt.example/i/quay.jpg",)),
    ('<figure><img src="data:image/gif;base64,R0" data-src="/i/quay.jpg" alt=""><figcaption>The quay</figcaption></figure>', ("https://veldt.example/i/quay.jpg",)),
    ('<picture><source srcset="/i/q.webp 2x"><img srcset="/i/quay-300.jpg 300w, /i/quay-600.jpg 600w"></picture>', ("https://veldt.example/i/quay-300.jpg",)),
    ('<a href="/i/quay-full.jpg"><img src="/i/quay.jpg"></a>', ("https://veldt.example/i/quay.jpg",)),
    ('<p><a href="/other"><img src="/i/other.jpg"></a></p>', ()),
    ('<img src="https://count.example/pixel.gif" width="1" height="1">', ()),
    ('<div class="related"><img src="/i/other.jpg"><p>Other</p></div>', ()),
    ('<div style="display:none"><img src="/i/other.jpg"></div>', ()),
    ('<img src="/i/icon-share.svg">', ()),
]  # fmt: skip


@pytest.mark.parametrize(("markup", "addresses"), PICTURES)
def test_a_picture_in_the_text_is_kept_and_others_are_not(markup, addresses):
    assert _extracted(markup).pictures == addresses


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="ad-slot"><iframe src="https://frames.example/1"></iframe></div>',
        '<iframe src="https://ads.doubleclick.net/x"></iframe>',
        '<aside class="newsletter"><iframe src="https://letters.example/form"></iframe></aside>',
        "<iframe></iframe>",
    ],
)
def test_a_frame_of_something_else_is_no_embed(markup):
    assert _extracted(markup).embeds == ()


def test_links_of_the_text_are_kept_with_their_words():
    line = '<p>The port company set out <a href="../plans?utm_source=x">its <b>plans</b></a> and <a href="https://a.example/toll">the toll</a> on <a href="#top">Tuesday</a>, and the council heard of them in May.</p>'
    found = _extracted(line)
    assert found.links == (
        ("its plans", "https://veldt.example/plans?utm_source=x"),
        ("the toll", "https://a.example/toll"),
    )
