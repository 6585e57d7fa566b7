"""What a voice keeps of each block, as numbers."""

from __future__ import annotations

import pytest

from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.feature_matrix import PageContext, Table
from newsarchive.extract.votes import NONE, WHAT, kept_shares, rows_of
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY

MARKUP = (
    f"<body><div class='a'><p>{STORY[0]}</p><p>Short one</p><p>{STORY[1]}</p></div><p>{STORY[2]}</p></body>"
)


def shares(text: str, least: int = 1) -> list[float] | None:
    return kept_shares(blocks_of(parse(MARKUP))[0], text, least)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (STORY[0], [1.0, 0.0, 0.0, 0.0]),
        (f"{STORY[1]}\nShort one", [0.0, 1.0, 1.0, 0.0]),
        (f"{STORY[1]} Short one", [0.0, 0.0, 1.0, 0.0]),
        ("", None),
    ],
)
def test_a_block_is_kept_by_its_words_and_a_short_one_by_a_line_of_its_own(text, expected) -> None:
    assert shares(text) == expected


def test_a_text_that_is_too_short_says_nothing() -> None:
    words = len(STORY[0].replace(",", "").split())
    assert shares(STORY[0], words) is not None
    assert shares(STORY[0], words + 1) is None


def test_a_row_says_what_is_kept_of_neighbours_container_page_and_blocks_alike() -> None:
    blocks, nodes = blocks_of(parse(MARKUP))
    table = Table(PageContext(blocks=blocks, nodes=nodes))
    first, short, second, _ = rows_of(blocks, [1.0, 0.0, 1.0, 0.0], table._signature)
    got = dict(zip(WHAT, short, strict=True))
    assert (got["own"], got["prev"], got["next"], got["span"]) == (0.0, 1.0, 1.0, 1.0)
    assert got["alike"] == 1.0
    assert got["parent"] == pytest.approx(1 - blocks[1].size / sum(b.size for b in blocks[:3]))
    assert first[0] == second[0] == 1.0


def test_a_voice_that_says_nothing_says_so() -> None:
    blocks, nodes = blocks_of(parse(MARKUP))
    table = Table(PageContext(blocks=blocks, nodes=nodes))
    assert rows_of(blocks, None, table._signature) == [NONE] * 4
