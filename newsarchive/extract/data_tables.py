"""Tables of data: which they are, their rows and cells, and whether they belong to the text.

A table that holds a page's layout is none. A table of data is kept or removed whole, as one block. Pure.
Tested in tests/extract/test_data_tables.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from newsarchive.extract.article_fields import HIDDEN, STRUCK_OUT, BlockVerdict
from newsarchive.extract.blocks import BlockNode, RawBlock
from newsarchive.extract.class_names import BIT

LONGEST_CELL = 400  # characters; a larger cell holds a page's layout, not data
WIDEST = 40  # columns that one cell may span
MOST_CELLS = 4000
LINKED = 0.8  # share of the characters in links from which on a table is a menu
_FOREIGN = sum(
    BIT[g]
    for g in ("related", "newsletter", "paywall", "ad", "share", "comment", "nav", "footer", "side", "tags")
)
_CELLS = ("td", "th")


@dataclass(slots=True, eq=False)
class JoinedBlocks:
    """Blocks of the page that are one of the article: the cells of a table of data, the parts of a notice."""

    node: BlockNode
    text: str  # of a table: a line for each row, cells parted by tabs
    blocks: tuple[int, ...]  # their numbers


@dataclass(slots=True)
class _Found:
    """The cells of a table by their rows, in page order."""

    cells: list[tuple[int, BlockNode]] = field(default_factory=list)  # (order of the row, cell)
    is_outer: bool = False  # another table is in it


def data_tables(blocks: Sequence[RawBlock], nodes: Iterable[BlockNode]) -> list[JoinedBlocks]:
    """Return the tables of data on a page."""
    found: dict[int, _Found] = {}
    tables: dict[int, BlockNode] = {}
    for node in nodes:
        if node.tag == "table":
            tables[node.order], found[node.order] = node, _Found()
            outer = _within(node.parent, ("table",))
            if outer is not None:
                found[outer.order].is_outer = True
        elif node.tag in _CELLS:
            row, table = _within(node.parent, ("tr",)), _within(node.parent, ("table",))
            if row is not None and table is not None:
                found[table.order].cells.append((row.order, node))
    return [
        made
        for order, parts in found.items()
        if not parts.is_outer and (made := _data_table(tables[order], parts.cells, blocks)) is not None
    ]


def _within(node: BlockNode | None, tags: Sequence[str]) -> BlockNode | None:
    """The nearest of the node and its containers that has one of these tags."""
    while node is not None and node.tag not in tags:
        node = node.parent
    return node


def _data_table(
    node: BlockNode, cells: Sequence[tuple[int, BlockNode]], blocks: Sequence[RawBlock]
) -> JoinedBlocks | None:
    role = node.element.get("role") or ""
    if not 4 <= len(cells) <= MOST_CELLS or role in ("presentation", "none") or node.first < 0:
        return None
    if any(cell.chars >= LONGEST_CELL for _, cell in cells) or node.link_chars > LINKED * node.chars:
        return None
    texts: dict[int, list[str]] = {}
    members = []
    for block in blocks[node.first : node.last + 1]:
        cell = _within(block.node, _CELLS)
        if cell is not None and block.node.order >= cell.order > node.order:
            texts.setdefault(cell.order, []).append(block.text)
            members.append(block.index)
    rows = _rows(cells, texts)
    filled = [sum(1 for cell in row if cell) for row in rows]
    if len(rows) < 2 or max(filled) < 2 or sum(n >= 2 for n in filled) * 2 < len(rows):
        return None
    if not any(cell.tag == "th" for _, cell in cells) and not any(
        c.isdigit() for row in rows for c in "".join(row)
    ):
        return None
    return JoinedBlocks(node, "\n".join("\t".join(row) for row in rows), tuple(members))


def _rows(cells: Sequence[tuple[int, BlockNode]], texts: dict[int, list[str]]) -> list[list[str]]:
    """The table as a grid: what spans several rows is in each, what spans several columns is followed by empty cells."""
    grid: list[list[str]] = []
    below: dict[int, tuple[int, str]] = {}  # column -> (rows that a cell above still spans, its text)
    last = -1
    for order, cell in cells:
        if order != last:
            grid.append([])
            last = order
        row = grid[-1]
        _fill(row, below)
        text = " ".join(" ".join(texts.get(cell.order, ())).split())
        tall, wide = _span(cell, "rowspan"), _span(cell, "colspan")
        for k in range(wide):
            if tall > 1:
                below[len(row)] = (tall - 1, "" if k else text)
            row.append("" if k else text)
    width = max(map(len, grid), default=0)
    full = [[*row, *[""] * (width - len(row))] for row in grid]
    return [row for row in full if any(row)]


def _fill(row: list[str], below: dict[int, tuple[int, str]]) -> None:
    while len(row) in below:
        left, text = below.pop(len(row))
        if left > 1:
            below[len(row)] = (left - 1, text)
        row.append(text)


def _span(cell: BlockNode, name: str) -> int:
    value = (cell.element.get(name) or "").strip()
    return min(WIDEST, max(1, int(value))) if value.isdecimal() and len(value) < 6 else 1


def keep_whole(
    tables: Iterable[JoinedBlocks], blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]
) -> None:
    """Keep or remove each table of data as one: kept if most of it is, or if it is set among kept paragraphs."""
    for table in tables:
        own = [verdicts[i] for i in table.blocks]
        if not own:
            continue
        kept = sum(blocks[i].size for i in table.blocks if verdicts[i].kept)
        total = sum(blocks[i].size for i in table.blocks)
        is_kept = 2 * kept >= total or _is_among_text(table, blocks, verdicts)
        reason = "" if is_kept else next((v.reason for v in own if not v.kept), "")
        for verdict in own:
            verdict.kind, verdict.kept, verdict.reason = "table", is_kept, reason


def _is_among_text(table: JoinedBlocks, blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict]) -> bool:
    """Whether the table follows kept paragraphs in their own container, and nothing says that it is another thing's."""
    own = [verdicts[i] for i in table.blocks]
    if any(v.reason in (HIDDEN, STRUCK_OUT) or v.reason.startswith("site rule") for v in own):
        return False
    box = table.node
    while not _is_foreign(box) and box.parent is not None and box.parent.tag != "body":
        around = box.parent
        if around.chars > 2 * box.chars or any(
            verdicts[i].kept for i in range(around.first, table.node.first)
        ):
            break
        box = around
    if _is_foreign(box) or box.parent is None:
        return False
    first, last = box.parent.first, box.parent.last
    beside = [
        i
        for i in range(first, last + 1)
        if verdicts[i].kept and verdicts[i].kind == "paragraph" and blocks[i].size >= 60
    ]
    return len(beside) >= 2 and beside[0] < table.node.first and _near(beside, table, verdicts)


def _is_foreign(box: BlockNode) -> bool:
    return bool(box.mask & _FOREIGN) or box.tag in ("aside", "footer", "nav", "form")


def _near(beside: Sequence[int], table: JoinedBlocks, verdicts: Sequence[BlockVerdict]) -> bool:
    """Whether it is before the last of these paragraphs, or right behind it: a heading or a caption may be between."""
    if table.node.first < beside[-1]:
        return True
    between = range(beside[-1] + 1, table.node.first)
    return all(
        verdicts[i].kind in ("heading", "caption", "table", "credit") or verdicts[i].kept for i in between
    )
