"""A block that is on the page before and after, classified as text only once, is no edit.

Extraction classifies each page by itself, and a doubtful block near its threshold can fall to the other side because a
counter elsewhere on the page changed. Within a story the first judgement holds as long as the block stays where it
was: before or behind the same block. A paragraph that left the text and now is in a box is an edit. Pure. Tested in tests/versions/test_extraction_jitter.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from newsarchive.model import Article, Block
from newsarchive.text import fold

DOUBTFUL = 0.25  # share of the text; where more was judged otherwise, the page itself has another build
# Blocks that are fields of the article, or its fields shown again: no text on either side.
_FIELDS = frozenset(["title", "description", "caption", "credit", "byline", "date"])


def judged_as_before(before: Article, after: Article) -> Article:
    """Return `after` with the blocks judged as they were in `before`, where both pages hold them in one place.

    Returns:
        The same object if nothing was judged otherwise, or too much for a doubt.
    """
    was_kept, was_removed = _texts(before.blocks, kept=True), _texts(before.blocks, kept=False)
    is_kept, is_removed = _texts(after.blocks, kept=True), _texts(after.blocks, kept=False)
    fallen = (was_kept & is_removed) - was_removed - is_kept
    risen = (was_removed & is_kept) - was_kept - is_removed
    if fallen or risen:
        stayed = _stayed(before.blocks, after.blocks)
        fallen, risen = fallen & stayed, risen & stayed
    doubtful = sum(map(len, fallen | risen))
    if not doubtful or doubtful > DOUBTFUL * min(len(before.text), len(after.text)):
        return after
    blocks = tuple(_judged(block, fallen, risen) for block in after.blocks)
    return replace(after, blocks=blocks)


def _texts(blocks: Iterable[Block], *, kept: bool) -> frozenset[str]:
    return frozenset(fold(b.text) for b in blocks if b.kept == kept and b.kind not in _FIELDS)


def _stayed(before: Iterable[Block], after: Iterable[Block]) -> frozenset[str]:
    """Texts that are behind the same text on both pages, or before it."""
    was, now = _neighbours(before), _neighbours(after)
    return frozenset(
        text
        for text in was.keys() & now.keys()
        if any(a == b for a, b in zip(was[text], now[text], strict=True))
    )


def _neighbours(blocks: Iterable[Block]) -> Mapping[str, tuple[str, str]]:
    """For each text, what is before and behind it; empty at an end of the page."""
    texts = ["", *(fold(b.text) for b in blocks), ""]
    return {text: (texts[i], texts[i + 2]) for i, text in enumerate(texts[1:-1])}


def _judged(block: Block, fallen: frozenset[str], risen: frozenset[str]) -> Block:
    text = fold(block.text) if block.kind not in _FIELDS else ""
    return _turned(block) if text in (risen if block.kept else fallen) else block


def _turned(block: Block) -> Block:
    """The block, judged the other way."""
    reason = "not part of the article when it was first seen" if block.kept else ""
    return replace(block, kept=not block.kept, reason=reason)


def turned_places(article: Article, judged: Article) -> tuple[int, ...]:
    """Return which blocks `judged_as_before` judged otherwise: for `turn`."""
    pairs = zip(article.blocks, judged.blocks, strict=True)
    return tuple(i for i, (a, b) in enumerate(pairs) if a.kept != b.kept)


def turn(article: Article, places: Collection[int]) -> Article:
    """Return `article` with these blocks judged the other way; the same object if there are none."""
    if not places:
        return article
    return replace(
        article, blocks=tuple(_turned(b) if i in places else b for i, b in enumerate(article.blocks))
    )
