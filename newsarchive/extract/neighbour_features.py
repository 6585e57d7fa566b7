"""What the blocks before and behind a block on the page tell.

Numbers alone, no text is read. Tested in tests/extract/test_features.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from newsarchive.extract.blocks import HEADINGS, RawBlock
from newsarchive.extract.word_features import link_density

Row = tuple[float, ...]


def around(blocks: Sequence[RawBlock], chosen: Sequence[int]) -> dict[int, Row]:
    """Return for each block of `chosen` size, share of links, heading and "same container" of four: -1, +1, -2, +2."""
    short = [
        (math.log1p(b.size), link_density(b), 1.0 if b.node.tag in HEADINGS else 0.0, b.node.parent)
        for b in blocks
    ]
    none = (0.0, 0.0, 0.0, 0.0)
    rows: dict[int, Row] = {}
    for i in chosen:
        own = short[i][3]
        row: list[float] = []
        for j in (i - 1, i + 1, i - 2, i + 2):
            if 0 <= j < len(short):
                size, density, head, holder = short[j]
                row += (size, density, head, holder is own)
            else:
                row += none
        rows[i] = tuple(row)
    return rows
