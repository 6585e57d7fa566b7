"""Other articles on the page, as endless scroll and front pages below a story put them there.

A second article is a container that opens with a headline of the same build as the page's own, and holds prose
of its own. Pure; knows no site and no language. Tested in tests/extract/test_second_article.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsarchive.extract.blocks import HEADINGS, BlockNode, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.word_features import words

SHORTEST = 12  # characters of a headline


def blocks_of_others(blocks: Sequence[RawBlock], title: str) -> frozenset[int]:
    """Return the indices of the blocks that belong to another article than the one called `title`.

    Empty where no heading shows the title, or no prose lies between it and the next headline.
    """
    own_words = frozenset(words(title))
    at = next((b.index for b in blocks if b.node.tag in HEADINGS and _names(b, own_words)), None)
    if at is None:
        return frozenset()
    head = blocks[at].node
    above = set()
    node: BlockNode | None = head
    while node is not None:
        above.add(node.order)
        node = node.parent
    found: set[int] = set()
    last_prose = -1
    for block in blocks[at + 1 :]:
        if block.index in found:
            continue
        if block.size >= 80:
            last_prose = block.index
        if (
            last_prose < 0
            or block.size < SHORTEST
            or not _is_twin(block.node, head)
            or _names(block, own_words)
        ):
            continue
        holder = block.node
        while (
            holder.parent is not None
            and holder.parent.order not in above
            and holder.parent.first > last_prose
        ):
            holder = holder.parent
        if holder.long_blocks and _is_article(holder, block.node):
            found.update(range(holder.first, holder.last + 1))
    return frozenset(found)


def _names(block: RawBlock, title: frozenset[str]) -> bool:
    own = set(words(block.text))
    return bool(own) and len(own & title) * 2 > len(own | title)


def _is_twin(node: BlockNode, head: BlockNode) -> bool:
    return node.tag == head.tag and (node.names == head.names or node.tag == "h1")


def _is_article(holder: BlockNode, head: BlockNode) -> bool:
    """Whether a container that opens with a headline is an article: by its tag or its name."""
    node: BlockNode | None = head.parent
    while node is not None and node.order >= holder.order:
        if node.tag == "article" or node.mask & BIT["article"]:
            return True
        node = node.parent
    return False
