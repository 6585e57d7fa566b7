"""Our reading of a page is taken, unless another is clearly better."""

from __future__ import annotations

import pytest

from newsarchive.extract.arbiter import ABOUT, Reading, choose, lines_apart, readings, rows
from newsarchive.extract.block_model import BlockModel, Trees
from newsarchive.extract.blocks import RawBlock, blocks_of
from newsarchive.extract.votes import kept_shares
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY

ONLY_THIRD = Reading("precision", (False, False, True))


def blocks() -> list[RawBlock]:
    return blocks_of(parse("<body>" + "".join(f"<p>{text}</p>" for text in STORY[:3]) + "</body>"))[0]


def found(scores: list[float], precision: str, default: str = "", data: str = "") -> list[Reading]:
    texts = (precision, default or precision, data)
    return readings(blocks(), scores, 0.5, [kept_shares(blocks(), t) for t in texts], texts)


def test_a_reading_like_ours_is_no_other_reading() -> None:
    assert [r.kind for r in found([0.9, 0.9, 0.9], "\n".join(STORY[:3]))] == ["ours"]


def test_other_readings_are_what_precision_mode_keeps_alone_filtered_and_with_ours() -> None:
    got = {r.kind: r.kept for r in found([0.9, 0.1, 0.1], "\n".join(STORY[1:3]))}
    assert got["precision"] == (False, True, True)
    assert got["filtered"] == (False, False, False)
    assert got["joined"] == (True, True, True)


def test_data_that_are_in_no_block_become_paragraphs() -> None:
    data = next(r for r in found([0.9, 0.1, 0.1], "", data="\n".join(STORY[3:5])) if r.kind == "data")
    assert data.lines == STORY[3:5]
    assert not any(data.kept)


def test_only_lines_that_no_block_has_are_apart() -> None:
    assert lines_apart(blocks(), f"{STORY[0]}\n{STORY[5]}\nA short line") == (STORY[5],)


@pytest.mark.parametrize(("gain", "kind"), [(0.03, "precision"), (0.01, "ours")])
def test_another_reading_must_be_better_by_the_margin(gain: float, kind: str) -> None:
    is_precision = ABOUT.index("is_precision")
    trees = Trees(0.0, ((is_precision, 0.5, -1.0, gain),))
    model = BlockModel(Trees(0.0, ()), 0.5, trees, 0.02)
    texts = ("\n".join(STORY[1:3]), "", "")
    said = [kept_shares(blocks(), t) for t in texts]
    assert choose(blocks(), [0.9, 0.1, 0.1], model, said, texts).kind == kind


def test_a_row_has_all_columns() -> None:
    texts = ("\n".join(STORY[1:3]), "", "")
    said = [kept_shares(blocks(), t) for t in texts]
    others = readings(blocks(), [0.9, 0.1, 0.1], 0.5, said, texts)
    assert {len(row) for row in rows(blocks(), [0.9, 0.1, 0.1], others, said)} == {len(ABOUT)}
