"""How likely each block of a page is part of its article: by the model, with a second opinion where in doubt.

Cheap pages stay cheap: the site's frame is never scored, trafilatura is asked only about pages on which the
model is unsure, and of a very large page a sample is scored. Tested in tests/extract/test_block_scores.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from newsarchive.extract import features
from newsarchive.extract.block_model import BlockModel
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.features import PageContext


@dataclass(frozen=True, slots=True)
class Scores:
    """The score of each block, how sure the model was of the page (0..1), and whether trafilatura was asked."""

    values: list[float]
    certainty: float
    was_asked: bool = False


def score(page: PageContext, model: BlockModel, ask: Callable[[], list[float] | None]) -> Scores:
    """Scores for the blocks of `page`.

    Args:
        ask: Gives the share of each block that trafilatura keeps, or None; called at most once.
    """
    values = features.scores(page, model.first)
    sure = certainty(page.blocks, values)
    was_asked = False
    if model.asked is not None and sure < model.doubt:
        page.kept = ask()
        if page.kept is not None:
            values = features.scores(page, model.asked)
            was_asked = True
    return Scores(values, sure, was_asked)


def certainty(blocks: Sequence[RawBlock], values: Sequence[float]) -> float:
    """Mean distance of the scores from a coin toss, 0..1, over blocks that may belong to the article, by size."""
    total = weight = 0.0
    for block, value in zip(blocks, values, strict=True):
        if value > 0.2:
            total += block.size
            weight += block.size * 2 * abs(value - 0.5)
    return weight / total if total else 0.0
