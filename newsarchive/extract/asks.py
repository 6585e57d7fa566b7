"""Notices and asks in words that nobody foresaw: by two words that go together, where a block is set apart from the text.

A paragraph among paragraphs of its build is never one, unless it is the first or the last and leads elsewhere; nor is
one that quotes. Pure but for reading ask_words.toml. Tested in tests/extract/test_asks.py.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.blocks import HEADINGS, RawBlock
from newsarchive.pattern_words import has_one

PROSE = 80  # characters of a block that counts for the build of the text
LEAST = 3  # paragraphs of one build that make it the text's
ENDS = 3  # kept blocks at the end among which a notice may be built as the text
BOX = 4  # blocks of a box
_BOXED = frozenset({"newsletter", "donation", "subscription", "app line", "republishing notice"})
LABEL = 80  # characters of the heading of a box
QUOTE = re.compile(r"[\"“”„«»「『]")  # what somebody says is no notice
_BETWEEN = re.compile(r"[\s,.;:!?()/]+")
_MAIL = re.compile(r"\S@\S")


@dataclass(frozen=True, slots=True)
class AskWords:
    """One group of asks: a block is one if it has a word of each of two kinds."""

    group: str
    longest: int  # characters
    about: str  # parts of words, parted by bars
    wants: str
    yes: str
    no: str


@lru_cache(maxsize=1)
def asks() -> tuple[AskWords, ...]:
    """All groups."""
    text = (resources.files("newsarchive.extract") / "ask_words.toml").read_text(encoding="utf-8")
    return tuple(AskWords(**row) for row in tomllib.loads(text)["ask"])


@lru_cache(maxsize=16)
def _words(listed: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in listed.replace("\n", "").split("|"))


def group_of(text: str) -> str:
    """Return the group of the first ask that has a word of both kinds in `text`; empty if none has."""
    spaced = f" {_BETWEEN.sub(' ', text.lower())} "
    for ask in asks():
        if (
            len(text) <= ask.longest
            and has_one(spaced, _words(ask.about))
            and has_one(spaced, _words(ask.wants))
        ):
            return ask.group
    return ""


def without_asks(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> None:
    """Remove kept blocks that ask something of the reader, with the heading of the box that they are in."""
    kept = [i for i, v in enumerate(verdicts) if v.kept]
    prose = [i for i in kept if blocks[i].size >= PROSE]
    builds = Counter(_build(blocks[i]) for i in prose)
    if not builds:
        return
    main, count = builds.most_common(1)[0]
    if count < LEAST:
        main = _build(blocks[prose[0]])
    first, last = prose[0] if count >= LEAST else -1, kept[-ENDS:]
    for before, i in zip([-1, *kept], kept, strict=False):
        block, verdict = blocks[i], verdicts[i]
        is_label = block.size < LABEL and block.node.tag in HEADINGS
        if (is_label or _is_under_removed(blocks, verdicts, i)) and (
            reason := _reason_of_rest(blocks[i], verdicts)
        ):
            verdict.kept, verdict.reason = False, reason
        has_label = before >= 0 and verdicts[before].kept and _is_label(blocks[before])
        is_italic = block.italic_chars > 0.9 * len(block.text)
        is_apart = is_italic or _build(block) != main
        is_end = count >= LEAST and (i <= first or i in last)
        if block.node.tag in HEADINGS or not (is_apart or is_end or has_label) or QUOTE.search(block.text):
            continue
        group = group_of(block.text)
        leads = bool(block.links or _MAIL.search(block.text))
        is_ask = has_label or is_italic or (leads and is_end) if group == "newsletter" else is_apart or leads
        if group and is_ask:
            verdict.kept, verdict.reason = False, group
            if has_label:
                verdicts[before].kept, verdicts[before].reason = False, group


def _reason_of_rest(block: RawBlock, verdicts: Sequence[BlockVerdict]) -> str:
    """Why all else in the small box of a heading was removed; empty if it wasn't, or not as an ask."""
    holder = block.node.parent
    if holder is None or not 1 < holder.blocks <= BOX:
        return ""
    rest = {v.reason for v in verdicts[holder.first : holder.last + 1] if not v.kept}
    others = sum(v.kept for v in verdicts[holder.first : holder.last + 1])
    return rest.pop() if others == 1 and len(rest) == 1 and rest <= _BOXED else ""


def _is_under_removed(blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], i: int) -> bool:
    """Whether the heading just above a block, in its container, was removed."""
    return i > 0 and not verdicts[i - 1].kept and blocks[i - 1].node.tag in HEADINGS


def is_asked(text: str) -> bool:
    """Return whether a line that nothing is known of but that it is among the last of a text is a notice."""
    return not QUOTE.search(text) and bool(group_of(text))


def _is_label(block: RawBlock) -> bool:
    """Whether a block is a heading or a short line in bold."""
    return block.size < LABEL and (block.node.tag in HEADINGS or block.bold_chars > 0.9 * len(block.text))


def _build(block: RawBlock) -> tuple[str, ...]:
    """Tag and names of a block and of what holds it."""
    node, holder = block.node, block.node.parent
    return (node.tag, node.names, *((holder.tag, holder.names) if holder is not None else ()))
