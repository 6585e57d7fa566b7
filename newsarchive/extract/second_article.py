"""Other articles and readers' comments on the page, which stand below the story.

A second article is a container that opens with a headline of the same build as the page's own, and holds prose
of its own; comments are what a container that is named so holds, behind prose and apart from the headline. Pure; knows no site and no language. Tested in tests/extract/test_second_article.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from newsarchive.extract.blocks import HEADINGS, BlockNode, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.word_features import words

_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:(?:leser|reader|user)s?[_-]?)?(?:comments?|disqus|kommentare?n?|kommentarer|comentarios?|comentários?|commentaires?|commenti|"
    r"reacties|komentarze|komentáře|yorumlar)(?:$|[\s_-])(?!count|link)|(?:^|[\s_-])(?:user[_-]?posts?|leserbriefe|reader[_-]?letters)(?:$|\s)"
)
_LIVE = re.compile(r"live|ticker|minute")  # a reporter's comments on a match
SHORTEST = 12  # characters of a headline
STORY = 3  # paragraphs below the title before there may be comments
LONGEST_ANSWER = 10  # blocks of a reader's comment


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
    prose: list[RawBlock] = []  # between the headline and what is looked at
    for block in blocks[at + 1 :]:
        if block.index in found:
            continue
        if prose and _is_head_again(blocks, block.index, at):
            found.update(range(block.index, head.parent.last + 1 if head.parent is not None else 0))
            continue
        teaser = _linked_story(block, above, prose[-1].node) if prose else None
        if teaser is not None and _is_below_story(teaser, prose):
            found.update(range(teaser.first, teaser.last + 1))
            continue
        if block.size >= 80:
            prose.append(block)
        if not prose or block.size < SHORTEST or not _is_twin(block.node, head) or _names(block, own_words):
            continue
        holder = block.node
        while (
            holder.parent is not None
            and holder.parent.order not in above
            and holder.parent.first > prose[-1].index
        ):
            holder = holder.parent
        if holder.long_blocks and _is_article(holder, block.node):
            found.update(range(holder.first, holder.last + 1))
    return frozenset(found)


def _is_head_again(blocks: Sequence[RawBlock], i: int, at: int) -> bool:
    """Whether a headline in the container of the page's own is followed by a line of the build that follows that one.

    Only where the line has names of its own, which no other block between the two has.
    """
    node, head = blocks[i].node, blocks[at].node
    if node.parent is not head.parent or not _is_twin(node, head) or not i + 1 < len(blocks):
        return False
    after, own = blocks[i + 1].node, blocks[at + 1].node
    if after.parent is not own.parent or not own.names or (after.tag, after.names) != (own.tag, own.names):
        return False
    return all(b.node.names != own.names for b in blocks[at + 2 : i])


def _linked_story(block: RawBlock, above: set[int], prose: BlockNode) -> BlockNode | None:
    """The container below the story, beside what holds it, that opens with a linked headline and holds prose."""
    if block.node.tag not in HEADINGS or block.size < 20 or block.link_chars < 0.9 * len(block.text):
        return None
    holder = block.node
    while holder.parent is not None and holder.parent.order not in above:
        holder = holder.parent
    beside = holder.parent
    if (
        beside is None
        or not holder.long_blocks
        or holder.first < block.index - 2
        or holder.element is prose.element
    ):
        return None
    if prose.parent is beside or _is_in(prose, holder):
        return None
    own: BlockNode | None = prose
    while own is not None and own.parent is not beside:
        own = own.parent
    is_section = own is not None and (own.tag, own.names) == (holder.tag, holder.names)
    return None if is_section else holder


def _is_below_story(holder: BlockNode, prose: Sequence[RawBlock]) -> bool:
    """Whether the prose above a container is a story, and not the standfirst or the beginning of the one in it."""
    return 2 * sum(b.size for b in prose) >= holder.long_chars


def _is_in(node: BlockNode | None, holder: BlockNode) -> bool:
    while node is not None:
        if node is holder:
            return True
        node = node.parent
    return False


def comments_of(blocks: Sequence[RawBlock], title: str) -> frozenset[int]:
    """Return the indices of the blocks in containers of comments that begin behind prose and haven't the headline."""
    at = _headline(blocks, frozenset(words(title)))
    first_prose = next((b.index for b in blocks if b.size >= 80), len(blocks))
    known: dict[int, bool] = {}
    named = (b.index for b in blocks if _in_comments(b.node, known, at, first_prose))
    return frozenset(named) | (_talk(blocks, at) if at is not None else frozenset())


def _talk(blocks: Sequence[RawBlock], at: int) -> frozenset[int]:
    """Blocks of containers below the story that are built alike, each with a time and something to answer with."""
    prose = [b.index for b in blocks[at + 1 :] if b.size >= 80][:STORY]
    if len(prose) < STORY:
        return frozenset()
    alike: dict[tuple[int, str, str], dict[int, BlockNode]] = {}
    for block in blocks[prose[-1] + 1 :]:
        node: BlockNode | None = block.node
        for _ in range(3):
            if node is None or node.parent is None or node.first <= prose[-1]:
                break
            if 2 <= node.blocks <= LONGEST_ANSWER:
                alike.setdefault((node.parent.order, node.tag, node.names), {})[node.order] = node
            node = node.parent
    found: set[int] = set()
    for nodes in alike.values():
        if len(nodes) >= 2 and all(_is_answer(blocks, node) for node in nodes.values()):
            holder = next(iter(nodes.values())).parent
            whole = [holder] if holder is not None and holder.first > prose[-1] else nodes.values()
            for node in whole:
                found.update(range(node.first, node.last + 1))
    return frozenset(found)


def _is_answer(blocks: Sequence[RawBlock], node: BlockNode) -> bool:
    """Whether a container holds text under a short line, a time, no heading, and a button or link to answer with."""
    own, element = blocks[node.first : node.last + 1], node.element
    if element is None or element.find(".//time") is None or own[0].size > 80:
        return False
    has_link = any(b.size <= 25 and b.link_chars > 0.8 * len(b.text) for b in own[1:])
    return (has_link or element.find(".//button") is not None) and not any(
        b.node.tag in HEADINGS for b in own
    )


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
    kind = node.attributes.get("itemtype")
    if kind and kind.endswith("/Comment"):
        return True
    return _names_comments(node.names)


@lru_cache(maxsize=20000)
def _names_comments(names: str) -> bool:
    low = names.lower()
    return bool(names) and bool(_COMMENTS.search(low)) and not _LIVE.search(low)


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
