"""A version's text among what was removed around it: the blocks of its pages, in the order of reading.

The version's own paragraphs are the measure. A page says where the removed blocks were; of an article on several
pages there is one for each. What a version keeps is shown whole, whatever its pages say. Pure. Tested in
tests/versions/test_displayed_blocks.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from newsarchive.model import Article, Block

REPEATED = "it repeats another page of the article"
OTHERWISE = "not part of the article when it was first seen"


def shown(text: Sequence[Block], pages: Sequence[Article]) -> tuple[Block, ...]:
    """Return the paragraphs of a version and, where they were, the removed blocks of its pages.

    Args:
        text: The version's paragraphs.
        pages: Its pages in order; one, unless the article is on several.

    Returns:
        All of `text`, in order and kept, with removed blocks between.
    """
    found: list[Block] = []
    at = 0
    for number, page in enumerate(pages):
        for block in page.blocks:
            here = _place(block, text, at)
            if here is not None:
                found += text[at : here + 1]
                at = here + 1
            elif not block.kept:
                found.append(block)
            else:
                found.append(replace(block, kept=False, reason=REPEATED if number else OTHERWISE))
    return (*found, *text[at:])


def _place(block: Block, text: Sequence[Block], at: int) -> int | None:
    """Which of the paragraphs to come `block` is. What extraction removed may be the very next one only."""
    end = len(text) if block.kept else min(at + 1, len(text))
    return next((i for i in range(at, end) if text[i].text == block.text), None)
