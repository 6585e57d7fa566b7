"""Each block of a page as a row of numbers, and how likely the block model finds it part of the article.

The numbers: shape of the text, place in the tree, names of its containers, its neighbours, and how much of it
trafilatura and the page's own data keep. The site's frame is never scored, others are asked only about a page of which
the model is unsure, and of a very large page a sample is scored. Tested in
tests/extract/test_features.py and tests/extract/test_page_scores.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from newsarchive.extract.block_model import BlockModel, probability
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.class_names import GROUPS
from newsarchive.extract.feature_matrix import PageContext, Table
from newsarchive.extract.votes import WHAT
from newsarchive.web.html_tree import listed

__all__ = [
    "MAX_BLOCKS",
    "NAMES",
    "OWN",
    "VOICES",
    "PageContext",
    "Votes",
    "certainty",
    "is_frame",
    "rows",
    "scores",
]

TEXT = listed(
    "size words links density bold stop colon ellipsis lower quote commas digits upper capital marks at "
    "date question sentences wordlen repeats title_overlap desc_overlap body_cover same_as_title sign sign_head italic media credit said_before"
)
PLACE = listed(
    "is_p heading is_li is_cell is_quote is_caption is_div is_term list_len list_density in_table in_aside "
    "in_footer in_header in_nav in_form in_figure articles_in in_main hidden depth articles_on_page "
    "alone parent_density parent_blocks parent_long parent_avg parent_share grand_density grand_long grand_share "
    "branch_density branch_share branch_long up down best_share title_up title_down article_no article_titled best_pos best_chars_after best_density "
    "order before after_h1 h1_blocks from_first from_last sig_share sig_count sig_avg sig_density "
    "page_blocks page_long page_density since_head"
)
AROUND = tuple(
    f"{name}_{where}"
    for where in ("prev", "next", "prev2", "next2")
    for name in ("size", "density", "head", "same")
)
OWN = (*TEXT, *PLACE, *(f"near_{g}" for g in GROUPS), *AROUND)
VOICES = listed("precision default data")  # trafilatura's two modes and the text in the page's data
NAMES = (*OWN, *(f"{voice}_{what}" for voice in VOICES for what in WHAT))


def rows(page: PageContext) -> list[list[float]]:
    """One row for each block, in the order of `NAMES`."""
    return Table(page).all(range(len(page.blocks)))


def is_frame(row: Sequence[float]) -> bool:
    """Whether a block is so plainly the site's frame that the model isn't asked: menus, link lists, footers."""
    return bool(
        (row[_IN_NAV] > 0 and row[_SIZE] < _SIXTY)
        or (row[_DENSITY] > 0.95 and row[_UP] > 0 and row[_SIZE] < _HUNDRED_TWENTY)
        or (row[_IN_FOOTER] > 0 and row[_UP] > 0)
        or (row[_UP] >= 3 and row[_SIZE] < _TWENTY)
    )


Votes = Sequence[Sequence[float] | None]  # for each of `VOICES` the share of each block that it keeps, 0..1


def scores(page: PageContext, model: BlockModel, ask: Callable[[], Votes | None]) -> list[float]:
    """Return the probability of each block that it belongs to the article; 0 for the frame.

    Args:
        ask: Gives the votes, or None where nobody can be asked; called at most once, for a page of which the
            model is unsure or of which it would keep next to nothing. Then the two sets of trees are averaged.
    """
    made = Table(page)
    is_large = len(page.blocks) > MAX_BLOCKS
    frame = [made.is_frame(b) for b in page.blocks]
    chosen = [i for i in (made.sample() if is_large else range(len(page.blocks))) if not frame[i]]
    totals = model.own.totals(made.own(chosen))
    known = dict(zip(chosen, map(probability, totals), strict=True))
    if is_large:
        return made.spread(known, frame)
    values = [known.get(i, 0.0) for i in range(len(page.blocks))]
    kept = sum(b.size for b, v in zip(page.blocks, values, strict=True) if v >= model.threshold)
    if kept >= NEXT_TO_NOTHING and certainty(page.blocks, values) >= model.doubt:
        return values
    votes = ask()
    if votes is None:
        return values
    page.votes = votes
    for i, one, other in zip(chosen, totals, model.voiced.totals(made.all(chosen)), strict=True):
        values[i] = probability((one + other) / 2)
    return values


def certainty(blocks: Sequence[RawBlock], values: Sequence[float]) -> float:
    """Return the mean distance of the scores from a coin toss, 0..1, over blocks that may be the article's, by size."""
    total = weight = 0.0
    for block, value in zip(blocks, values, strict=True):
        if value > 0.2:
            total += block.size
            weight += block.size * 2 * abs(value - 0.5)
    return weight / total if total else 0.0


NEXT_TO_NOTHING = 60  # characters of a text that is no article's
MAX_BLOCKS = 5000  # of a page; of a larger one a sample is asked and the rest take their neighbours' mean

_IN_NAV, _IN_FOOTER, _UP = NAMES.index("in_nav"), NAMES.index("in_footer"), NAMES.index("up")
_SIZE, _DENSITY = NAMES.index("size"), NAMES.index("density")
_TWENTY, _SIXTY, _HUNDRED_TWENTY = math.log1p(20), math.log1p(60), math.log1p(120)
