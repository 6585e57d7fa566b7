"""The head of a page that has no build: title, standfirst, author and date as lines of one cell (print versions).

Fills fields that nothing else gave; takes nothing out of the text. Tested in tests/extract/test_head_lines.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from newsarchive.extract.author_names import looks_like_name, names_in
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.metadata import ChosenMetadata
from newsarchive.extract.titles import fold
from newsarchive.web import dates

MOST = 5  # lines between the title and the text
PROSE = 120  # characters from which a line is a paragraph
LONGEST_DATE = 60  # characters of a line that states a date


def read_head_lines(blocks: Sequence[RawBlock], found: ChosenMetadata) -> None:
    """Put the standfirst and the author of lines that follow the title in its cell, where one of them is a date."""
    title = fold(found.title)
    at = next((i for i, b in enumerate(blocks) if title and fold(b.text) == title), None)
    if at is None or at + 1 >= len(blocks):
        return
    cell = blocks[at + 1].node
    if blocks[at].node is not cell and blocks[at].node.parent is not cell:
        return
    lines = [b.text for b in blocks[at + 1 : at + 1 + MOST] if b.node is cell and b.size < PROSE]
    date = next((i for i, line in enumerate(lines) if is_date(line)), None)
    if date is None:
        return
    named = next((i for i in range(date) if _name_in(lines[i])), date)
    if named < date:
        found.put("authors", (_name_in(lines[named]),), "byline")
    if named == 1:
        found.put("description", lines[0], "line after the title")


def is_date(line: str) -> bool:
    """Return whether a line is a date, by its first part."""
    return len(line) <= 2 * LONGEST_DATE and dates.moment(line.split(" | ")[0][:LONGEST_DATE]) is not None


def _name_in(line: str) -> str:
    """The one name that a line is; empty if it is something else."""
    names = names_in(line) if len(line) <= 60 else []
    return names[0] if len(names) == 1 and looks_like_name(names[0]) else ""
