"""Every block gets a score, the frame none, a very large page by sample."""

from __future__ import annotations

from newsarchive.extract import features
from newsarchive.extract.block_model import Trees
from newsarchive.extract.blocks import blocks_of
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, page

SURE = Trees(base=4.0, trees=())


def seen(data: bytes) -> features.PageContext:
    blocks, nodes = blocks_of(parse(data.decode()))
    return features.PageContext(blocks=blocks, nodes=nodes)


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
