"""A block whose lines are different things is split at them."""

from __future__ import annotations

import pytest

from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.line_breaks import split_lines
from newsarchive.web.html_tree import parse


@pytest.mark.parametrize(
    ("markup", "known", "texts"),
    [
        (
            "<td><b>The headline here</b><br>By Ada Lovelace<br>Text</td>",
            ["The headline here"],
            ["The headline here", "By Ada Lovelace", "Text"],
        ),
        (
            "<p>Roses are red<br>violets are blue</p>",
            ["The headline here"],
            ["Roses are red\nviolets are blue"],
        ),
        (
            "<td>Also in this issue:<br><a href='/1'>One thing</a><br><a href='/2'>Another</a></td>",
            [],
            ["Also in this issue:", "One thing", "Another"],
        ),
    ],
)
def test_lines(markup: str, known: list[str], texts: list[str]) -> None:
    blocks, nodes = blocks_of(parse(f"<body><table><tr>{markup}</tr></table></body>"))
    split = split_lines(blocks, nodes, known, "en")
    assert [b.text for b in split] == texts
    assert [b.index for b in split] == list(range(len(texts)))
