"""Cheap pages stay cheap, doubtful ones get a second opinion."""

from __future__ import annotations

from newsarchive.extract import features
from newsarchive.extract.block_model import BlockModel, Trees
from newsarchive.extract.blocks import blocks_of
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, page

SURE = Trees(base=4.0, trees=())
UNSURE = Trees(base=0.1, trees=())


def seen(data: bytes) -> features.PageContext:
    blocks, nodes = blocks_of(parse(data.decode()))
    return features.PageContext(blocks=blocks, nodes=nodes)


def test_nobody_is_asked_about_a_page_that_is_clear() -> None:
    asked: list[bool] = []
    scores = features.score_page(
        seen(page()), BlockModel(SURE, SURE, 0.45, 0.7), lambda: asked.append(True) or None
    )
    assert not asked
    assert not scores.was_asked


def test_a_doubtful_page_gets_a_second_opinion() -> None:
    seen_page = seen(page())
    scores = features.score_page(
        seen_page, BlockModel(UNSURE, SURE, 0.45, 0.7), lambda: [1.0] * len(seen_page.blocks)
    )
    assert scores.was_asked
    assert scores.certainty < 0.7
    assert max(scores.values) > 0.9


def test_no_opinion_leaves_the_first_scores() -> None:
    scores = features.score_page(seen(page()), BlockModel(UNSURE, SURE, 0.45, 0.7), lambda: None)
    assert not scores.was_asked
    assert max(scores.values) < 0.6


def test_of_a_very_large_page_a_sample_is_scored_and_every_block_gets_a_score() -> None:
    body = "".join(f"<p>{STORY[n % 6]} {n}</p>" for n in range(features.MAX_BLOCKS + 100))
    large = seen(page(body=body))
    values = features.scores(large, SURE)
    assert len(values) == len(large.blocks)


def test_menus_and_footers_are_never_scored() -> None:
    small = seen(page())
    values = features.scores(small, SURE)
    frame = [v for b, v in zip(small.blocks, values, strict=True) if b.text in ("News", "Sport")]
    assert frame == [0.0, 0.0]
