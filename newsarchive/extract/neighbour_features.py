"""What the blocks beside a block tell: those before and behind it on the page, and those built alike in its container.

Numbers alone, no text is read. Tested in tests/extract/test_features.py.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from newsarchive.extract.blocks import HEADINGS, RawBlock
from newsarchive.extract.word_features import link_density

LONG = 80  # characters of a block that is prose
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


def siblings(blocks: Sequence[RawBlock], long_total: int) -> list[Row]:
    """Return for each block what the blocks of its tag and names in its container are.

    Long ones before and behind it (20 at most), how many all are (50 at most); without the block itself: their share of
    the page's prose, of links and mean length, -1 where it is alone.
    """
    groups: dict[tuple[int, str, str], list[RawBlock]] = {}
    for block in blocks:
        node = block.node
        holder = node.parent.order if node.parent is not None else -1
        groups.setdefault((holder, node.tag, node.names), []).append(block)
    rows: list[Row] = [()] * len(blocks)
    for group in groups.values():
        count = len(group)
        longs = [b.size for b in group if b.size >= LONG]
        size, prose, links = sum(b.size for b in group), sum(longs), sum(b.link_chars for b in group)
        before = 0
        for block in group:
            is_long = block.size >= LONG
            rest = size - block.size
            rows[block.index] = (
                min(before, 20),
                min(len(longs) - before - is_long, 20),
                min(count, 50),
                (prose - (block.size if is_long else 0)) / long_total,
                (links - block.link_chars) / rest if rest > 0 else -1.0,
                math.log1p(rest / (count - 1)) if count > 1 else -1.0,
            )
            before += is_long
    return rows
