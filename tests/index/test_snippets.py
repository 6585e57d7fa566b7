"""The piece that shows why a text was found."""

from __future__ import annotations

import html
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.index.folding import query
from newsarchive.index.snippets import END, START, WIDTH, highlight, hits, marked, snippet, unmarked

LONG = (
    "Nothing here to see at all. " * 40
    + "The minister resigned on Friday. "
    + "More of nothing follows. " * 40
)


@pytest.mark.parametrize(
    ("text", "asked", "shown"),
    [
        ("The toll is 12 pounds", "toll", "The [toll] is 12 pounds"),
        ("The toll is 12 pounds", "TOLL pounds", "The [toll] is 12 [pounds]"),
        ("A café in Łódź", "cafe lodz", "A [café] in [Łódź]"),
        ("Die Straße", "strasse", "Die [Straße]"),
        ("the red cat, the cat", '"the cat"', "the red cat, [the cat]"),
        ("ministers and ministries", "minist*", "[ministers] and [ministries]"),
        ("气候变化会议", "变化", "气候[变化]会议"),
        ("วันนี้ที่กรุงเทพ", "กรุงเทพ", "วันนี้ที่[กรุงเทพ]"),
        ("don't panic", "don't", "[don't] panic"),
        ("no hit", "absent", "no hit"),
        ("keep this", "this -keep", "keep [this]"),
        ("", "x", ""),
    ],
)
def test_hits_are_marked(text: str, asked: str, shown: str) -> None:
    assert marked(highlight(text, query(asked)), "[", "]") == shown


def test_a_snippet_lies_around_the_hit() -> None:
    piece = snippet(LONG, query("resigned"))
    assert f"{START}resigned{END}" in piece
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert len(piece) <= WIDTH + 40


def test_a_snippet_lies_where_most_hits_are() -> None:
    text = "budget " + "word " * 200 + "budget vote budget debate budget " + "word " * 200
    assert snippet(text, query("budget")).count(START) == 3


def test_without_a_hit_a_snippet_is_the_beginning() -> None:
    assert snippet(LONG, query("absent")).startswith("Nothing here")


def test_what_stands_between_marks_is_escaped() -> None:
    shown = marked(highlight("<b>toll</b>", query("toll")), "<mark>", "</mark>", html.escape)
    assert shown == "&lt;b&gt;<mark>toll</mark>&lt;/b&gt;"


def test_marks_in_the_text_itself_are_taken_out() -> None:
    assert highlight("a\x01b\x02c", query("z")) == "a b c"


@given(st.text(max_size=400), st.text(max_size=20))
def test_spans_are_in_order_and_apart(text: str, asked: str) -> None:
    spans = hits(text, query(asked))
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))
    assert unmarked(highlight(text, query(asked))) == highlight(text, query("")).replace(START, " ").replace(
        END, " "
    )
