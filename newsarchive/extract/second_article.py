"""Other articles and readers' comments on the page, which stand below the story.

A second article is a container that opens with a headline of the same build as the page's own, and holds prose
of its own; comments are what a container that is named so holds, behind prose and apart from the headline. Pure; knows no site and no language. Tested in tests/extract/test_second_article.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive.extract.blocks import HEADINGS, BlockNode, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.word_features import words

_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:(?:leser|reader|user)s?[_-]?)?(?:comments?|disqus|kommentare?n?|kommentarer|comentarios?|comentários?|commentaires?|commenti|"
    r"reacties|komentarze|komentáře|yorumlar)(?:$|[\s_-])(?!count|link)|(?:^|[\s_-])(?:user[_-]?posts?|leserbriefe|reader[_-]?letters)(?:$|\s)",
    re.I,
)
_LIVE = re.compile(r"live|ticker|minute", re.I)  # a reporter's comments on a match
SHORTEST = 12  # characters of a headline


def blocks_of_others(blocks: Sequence[RawBlock], title: str) -> frozenset[int]:
    """Return the indices of the blocks that belong to another article than the one called `title`.

    Empty where no heading shows the title, or no prose lies between it and the next headline.
    """
    own_words = frozenset(words(title))
    at = _headline(blocks, own_words)
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


def comments_of(blocks: Sequence[RawBlock], title: str) -> frozenset[int]:
    """Return the indices of the blocks in containers of comments that begin behind prose and haven't the headline."""
    at = _headline(blocks, frozenset(words(title)))
    first_prose = next((b.index for b in blocks if b.size >= 80), len(blocks))
    known: dict[int, bool] = {}
    return frozenset(b.index for b in blocks if _in_comments(b.node, known, at, first_prose))


def _in_comments(node: BlockNode, known: dict[int, bool], at: int | None, first_prose: int) -> bool:
    if node.order not in known:
        is_named = node.tag != "body" and _is_named(node)
        has_title = at is not None and node.first <= at <= node.last
        known[node.order] = (is_named and not has_title and node.first > first_prose) or (
            node.parent is not None and _in_comments(node.parent, known, at, first_prose)
        )
    return known[node.order]


def _is_named(node: BlockNode) -> bool:
    """Whether a container's names or microdata say that readers' comments are in it."""
    kind = node.element.get("itemtype") if node.element is not None else None
    if kind and kind.endswith("/Comment"):
        return True
    return bool(node.names) and bool(_COMMENTS.search(node.names)) and not _LIVE.search(node.names)


def _headline(blocks: Sequence[RawBlock], title: frozenset[str]) -> int | None:
    return next((b.index for b in blocks if b.node.tag in HEADINGS and _names(b, title)), None)


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
