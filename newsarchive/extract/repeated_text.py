"""What a page shows twice is read once: paragraphs, whole articles in one block, sentences set again as a quotation.

What the writer wrote twice, a refrain, stays twice. Knows no words of any language, and never removes the first telling. Pure.
Tested in tests/extract/test_classify.py and tests/extract/test_set_into_the_story.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.blocks import BlockNode, RawBlock
from newsarchive.extract.class_names import BIT

RETOLD = 1000  # characters of a block that may be a whole article told again
PULLED = 400  # characters of a sentence of the text that is shown again
BOX = 4  # blocks of a box whose name makes it a quotation
_MARKS = re.compile(r"[\"“”„«»‹›'‘’]")


def keep_refrains(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """A paragraph that comes again in the same container, with other text between, was written twice: both are kept."""
    kept: dict[str, BlockNode | None] = {}
    for block, verdict in zip(blocks, verdicts, strict=True):
        if block.size < 60:
            continue
        if verdict.kept:
            kept.setdefault(block.text, block.node.parent)
        elif (
            block.text in kept
            and kept[block.text] is block.node.parent
            and verdict.reason.startswith("not part")
        ):
            verdict.kept, verdict.reason = True, ""


def without_repeats(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """A paragraph that the page shows twice is read once; nor is a whole article told again in one block.

    What comes again in the same container, with other text between, was written twice.
    """
    seen: dict[str, BlockNode | None] = {}
    before = ""
    runs: set[tuple[str, ...]] = set()
    may_retell = any(v.kept and b.size >= RETOLD for b, v in zip(blocks, verdicts, strict=True))
    for block, verdict in zip(blocks, verdicts, strict=True):
        if not verdict.kept or block.size < 60:
            continue
        holder = block.node.parent
        if block.text in seen and (seen[block.text] is not holder or before == block.text):
            verdict.kept, verdict.reason = False, "repeated"
            continue
        seen[block.text], before = holder, block.text
        if not may_retell:
            continue
        words = block.text.split()
        own = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
        if block.size >= RETOLD and own and sum(r in runs for r in own) >= 0.9 * len(own):
            verdict.kept, verdict.reason = False, "repeated"
        runs.update(own)


def without_pull_quotes(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """A sentence of a paragraph that is shown a second time, set as a quotation or aside, is read once."""
    kept = [(b, v) for b, v in zip(blocks, verdicts, strict=True) if v.kept]
    pulled = [(b, v) for b, v in kept if b.size <= PULLED and _is_quotation(b.node)]
    if not pulled:
        return
    text = "\n".join(_bare(b.text) for b, _ in kept if b.size >= 80 and not _is_quotation(b.node))
    for block, verdict in pulled:
        words = _bare(block.text)
        if words.count(" ") >= 3 and words in text:
            verdict.kept, verdict.reason = False, "repeated"


def _is_quotation(node: BlockNode) -> bool:
    """Whether a block, or what holds it, is a quotation or an aside."""
    at: BlockNode | None = node
    for _ in range(3):
        if at is None:
            return False
        if at.tag in ("blockquote", "aside") or (at.mask & BIT["quote"] and at.blocks <= BOX):
            return True
        at = at.parent
    return False


def _bare(text: str) -> str:
    """Text without quotation marks, and without marks at its ends."""
    return _MARKS.sub("", text).strip(" .,;:!?…–—-").casefold()
