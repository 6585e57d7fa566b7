"""Every block gets a score, the frame none, a very large page by sample; others are asked about doubtful pages only."""

from __future__ import annotations

import pytest

from newsarchive.extract import features
from newsarchive.extract.block_model import BlockModel, Trees
from newsarchive.extract.blocks import blocks_of
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, page

SURE, UNSURE, NEVER = Trees(4.0, ()), Trees(0.1, ()), Trees(-4.0, ())


def seen(data: bytes) -> features.PageContext:
    blocks, nodes = blocks_of(parse(data.decode()))
    return features.PageContext(blocks=blocks, nodes=nodes)


def model(own: Trees, voiced: Trees = SURE) -> BlockModel:
    return BlockModel(own, voiced, threshold=0.45, doubt=0.8)


def nobody() -> features.Votes | None:
    raise AssertionError("somebody was asked")


@pytest.mark.parametrize(
    ("own", "is_asked", "highest"),
    [
        pytest.param(SURE, False, 0.982, id="a page that is clear"),
        pytest.param(UNSURE, True, 0.886, id="a doubtful page: the mean of both sums"),
        pytest.param(NEVER, True, 0.5, id="a page of which nothing would be kept"),
    ],
)
def test_others_are_asked_about_a_doubtful_page_alone(own: Trees, is_asked: bool, highest: float) -> None:
    asked = []
    context = seen(page())

    def ask() -> features.Votes:
        asked.append(True)
        return [[1.0] * len(context.blocks)] * len(features.VOICES)

    values = features.scores(context, model(own), ask)
    assert bool(asked) is is_asked
    assert max(values) == pytest.approx(highest, abs=1e-3)


def test_where_nobody_can_be_asked_the_first_scores_remain() -> None:
    assert max(features.scores(seen(page()), model(UNSURE), lambda: None)) == pytest.approx(0.525, abs=1e-3)


def test_of_a_very_large_page_a_sample_is_scored_and_every_block_gets_a_score() -> None:
    body = "".join(f"<p>{STORY[n % 6]} {n}</p>" for n in range(features.MAX_BLOCKS + 100))
    large = seen(page(body=body))
    assert len(features.scores(large, model(UNSURE), nobody)) == len(large.blocks)


def test_menus_and_footers_are_never_scored() -> None:
    small = seen(page())
    values = features.scores(small, model(SURE), nobody)
    frame = [v for b, v in zip(small.blocks, values, strict=True) if b.text in ("News", "Sport")]
    assert frame == [0.0, 0.0]
