"""Each block as a row of numbers."""

from __future__ import annotations

import pytest

from newsarchive.extract import features
from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.feature_matrix import Table
from newsarchive.extract.word_features import is_credited, link_density
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, TITLE, page


def seen(data: bytes) -> features.PageContext:
    blocks, nodes = blocks_of(parse(data.decode()))
    return features.PageContext(blocks=blocks, nodes=nodes, title=TITLE)


def test_every_row_has_every_column() -> None:
    rows = features.rows(seen(page()))
    assert {len(row) for row in rows} == {len(features.NAMES)}
    assert len(set(features.NAMES)) == len(features.NAMES)


def test_columns_say_what_they_are_called() -> None:
    made = seen(page())
    by_text = {
        b.text: dict(zip(features.NAMES, row, strict=True))
        for b, row in zip(made.blocks, features.rows(made), strict=True)
    }
    assert by_text[TITLE]["heading"] == 1
    assert by_text[TITLE]["same_as_title"]
    assert by_text["News"]["in_nav"]
    assert by_text["News"]["density"] == 1.0
    assert by_text[STORY[1]]["is_p"]
    assert by_text[STORY[1]]["up"] == 0
    assert by_text["Regatta draws record crowds"]["near_related"] < 9


def test_the_frame_is_the_same_with_and_without_a_row() -> None:
    made = seen(page())
    table = Table(made)
    assert [table.is_frame(b) for b in made.blocks] == [features.is_frame(row) for row in features.rows(made)]


@pytest.mark.parametrize(
    ("markup", "density"),
    [
        ("<div><a href='/'>Home</a><br><a href='/s'>Sport</a></div>", 1.0),
        ("<p>Read <a href='/s'>more</a></p>", 4 / 9),
        ("<p>None</p>", 0.0),
    ],
)
def test_the_break_between_two_links_is_not_outside_of_links(markup: str, density: float) -> None:
    (block,), _ = blocks_of(parse(f"<body>{markup}</body>"))
    assert link_density(block) == pytest.approx(density)


@pytest.mark.parametrize(
    ("text", "credited"),
    [
        ("Photo: Ada Example", True),
        ("The quay on Monday (Photo by Ada Example)", True),
        ("The quay on Monday. Ada Example/Getty Images", True),
        ("The quay on Monday (Handout/the harbour board)", True),
        ("Reuters reported on Monday that the quay would close. The mayor denied it.", False),
        ("The quay (built in 1911)", False),
    ],
)
def test_credits_of_photographers(text: str, credited: bool) -> None:
    assert is_credited(text) is credited
