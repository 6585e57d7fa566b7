"""A block that stands on the page before and after, judged as text only once, is no edit.

Extraction judges each page by itself, and a doubtful block near its threshold can fall to the other side because a
counter elsewhere on the page changed. Within a story the first judgement holds as long as the block stays on the
page. Pure. Tested in tests/versions/test_steady.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from newsarchive.model import Article, Block
from newsarchive.text import fold

DOUBTFUL = 0.25  # share of the text; where more was judged otherwise, the page itself has another build
# Blocks that are fields of the article, or its fields shown again: no text on either side.
_FIELDS = frozenset(["title", "description", "caption", "credit", "byline", "date"])


def judged_as_before(before: Article, after: Article) -> Article:
    """`after` with the blocks judged as they were in `before`, where both pages hold them.

    Returns:
        The same object if nothing was judged otherwise, or too much for a doubt.
    """
    was_kept, was_removed = _texts(before.blocks, kept=True), _texts(before.blocks, kept=False)
    is_kept, is_removed = _texts(after.blocks, kept=True), _texts(after.blocks, kept=False)
    fallen = (was_kept & is_removed) - was_removed - is_kept
    risen = (was_removed & is_kept) - was_kept - is_removed
    doubtful = sum(map(len, fallen | risen))
    if not doubtful or doubtful > DOUBTFUL * min(len(before.text), len(after.text)):
        return after
    blocks = tuple(_judged(block, fallen, risen) for block in after.blocks)
    return replace(after, blocks=blocks)


def _texts(blocks: Iterable[Block], *, kept: bool) -> frozenset[str]:
    return frozenset(fold(b.text) for b in blocks if b.kept == kept and b.kind not in _FIELDS)


def _judged(block: Block, fallen: frozenset[str], risen: frozenset[str]) -> Block:
    text = fold(block.text) if block.kind not in _FIELDS else ""
    if block.kept and text in risen:
        return replace(block, kept=False, reason="not part of the article when it was first seen")
    if not block.kept and text in fallen:
        return replace(block, kept=True, reason="")
    return block
