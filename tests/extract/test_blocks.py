"""The page as a list of blocks."""

from __future__ import annotations

import pytest

from newsarchive.extract.article_blocks import place_of
from newsarchive.extract.blocks import RawBlock, blocks_of, clean, size_of
from newsarchive.web.html_tree import parse


def blocks(markup: str) -> list[RawBlock]:
    return blocks_of(parse(f"<html><body>{markup}</body></html>"))[0]


@pytest.mark.parametrize(
    ("markup", "texts"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>one<br>two</p>", ["one\ntwo"]),
        ("<td>one<br><br>two<br>\n<br>three</td>", ["one", "two", "three"]),
        ("<div>one<p>two</p>three</div>", ["one", "two", "three"]),
        ("<p><span class='drop'>O</span>nce upon</p>", ["Once upon"]),
        ("<p>a <b>b</b>, <a href='/'>c</a>.</p>", ["a b, c."]),
        ("<p><a href='/1'>News</a><a href='/2'>Sport</a></p>", ["News Sport"]),
        ("<ul><li>one</li><li>two</li></ul>", ["one", "two"]),
        ("<p>one<script>x</script> two</p><style>p</style>", ["one two"]),
        ("<p>one</p><button>Share</button><p>two</p>", ["one", "two"]),
        ("<p>a&nbsp;b\u200bc&shy;d</p>", ["a bcd"]),
        ("<p style='display:none'>hidden</p>", ["hidden"]),
        ("<p>a<span style='display: none'>hidden</span>b</p>", ["ab"]),
        (
            "<p><span style='display:block'>First: 6</span><span style='display:block'>Second: 7</span></p>",
            ["First: 6", "Second: 7"],
        ),
        ("<p><ruby>港<rp>(</rp><rt>みなと</rt><rp>)</rp></ruby>は閉まる</p>", ["港は閉まる"]),
        ("<p>   </p><p>\n</p>", []),
    ],
)
def test_what_a_reader_sees_as_one_piece(markup: str, texts: list[str]) -> None:
    assert [b.text for b in blocks(markup)] == texts


def test_a_button_that_was_never_closed_does_not_swallow_the_page() -> None:
    assert [b.text for b in blocks("<button>Menu<div><h1>Title</h1><p>Text of the story</p></div>")][
        -1
    ] == "Text of the story"


def test_links_and_bold_are_counted_for_each_piece() -> None:
    one, two = blocks("<td>plain text<br><br><b><a href='/'>linked</a></b></td>")
    assert (one.link_chars, two.link_chars, two.links) == (0, 6, 1)


def test_pictures_count_for_the_text_after_them() -> None:
    one, two, three = blocks("<p>one</p><img src='a'><p>two</p><td>x<br><br><img src='b'><br>three</td>")[:3]
    assert (one.media, two.media, three.media) == (0, 1, 0)


def test_containers_know_their_blocks() -> None:
    _, nodes = blocks_of(parse("<body><div><p>" + "word " * 30 + "</p><p>short</p></div></body>"))
    container = next(n for n in nodes if n.tag == "div")
    assert (container.blocks, container.long_blocks, container.first, container.last) == (2, 1, 0, 1)


def test_a_place_leaves_hashed_names_out() -> None:
    block = blocks("<main><div class='css-1x8q0kd'><p class='lead'>x</p></div></main>")[0]
    assert place_of(block.node) == "main>div>p.lead"


@pytest.mark.parametrize(("text", "size"), [("abc", 3), ("港口", 6), ("né", 2), ("", 0)])
def test_size_counts_an_ideograph_thrice(text: str, size: int) -> None:
    assert size_of(text) == size


def test_clean_composes_and_collapses() -> None:
    assert clean(" e\u0301  a\u00a0b\u200e ") == "é a b"
