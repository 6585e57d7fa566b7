"""Splits a block at its line breaks where the lines are different things.

Old pages put headline, standfirst, byline and text into one cell, parted by `<br>` alone; teasers follow as
lines of links. A verse or an address stays one block. Pure. Tested in tests/extract/test_line_breaks.py.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from newsarchive.extract.blocks import BlockNode, RawBlock, size_of, sum_up
from newsarchive.extract.boilerplate_phrases import group_in
from newsarchive.extract.titles import fold

MAX_LINES = 60


def split_lines(
    blocks: list[RawBlock], nodes: Sequence[BlockNode], known: Sequence[str], language: str
) -> list[RawBlock]:
    """The blocks, those of mixed lines replaced by one block a line; numbers and sums are made again if any was.

    Args:
        known: Title and standfirst as the page declares them, and names of authors: a line that equals one
            shows that its block holds more than text.
    """
    folded = {fold(k) for k in known if len(k) >= 4}
    result: list[RawBlock] = []
    changed = False
    for block in blocks:
        lines = block.text.split("\n") if "\n" in block.text else []
        if 2 <= len(lines) <= MAX_LINES and _is_mixed(block, lines, folded, language):
            result += [_line(block, line, n) for n, line in enumerate(lines) if line.strip()]
            changed = True
        else:
            result.append(block)
    if changed:
        for index, block in enumerate(result):
            block.index = index
        sum_up(result, nodes)
    return result


def _is_mixed(block: RawBlock, lines: Sequence[str], known: set[str], language: str) -> bool:
    if any(fold(line) in known for line in lines):
        return True
    if len(lines) >= 3 and block.link_chars > 0.3 * len(block.text):
        return True
    if len(lines) >= 3 and block.size > 300 and group_in(lines[-1], language):
        return True  # paragraphs parted by single breaks, with a notice behind them
    return block.links > 0 and bool(group_in(lines[0], language))


def _line(block: RawBlock, line: str, number: int) -> RawBlock:
    linked = sum(len(text) for text in block.linked if text and text in line)
    share = len(line) / max(1, len(block.text))
    return dataclasses.replace(
        block,
        text=line.strip(),
        size=size_of(line.strip()),
        link_chars=min(len(line), linked),
        bold_chars=round(block.bold_chars * share),
        italic_chars=round(block.italic_chars * share),
        media=block.media if number == 0 else 0,
        words=(),
        hrefs=tuple(h for h in block.hrefs if h[0] in line),
        links=sum(1 for text in block.linked if text and text in line),
    )
