"""Two states of a table: which rows and columns belong together, what differs in their cells, and how it is shown.

A table is a paragraph whose lines are rows, with cells parted by tabs (`model.Block`). Rows belong together by their
first cell, columns by their heading or their place. A cell that differs is a change of its own, never a light one.
Pure. Tested in tests/diff/test_table_cells.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from newsarchive.diff.edit_regions import region_kinds, regions
from newsarchive.diff.sequences import match
from newsarchive.diff.word_diff import word_edits
from newsarchive.model import EditOp, WordEdit, table_rows
from newsarchive.text import fold

ALIKE = 0.5  # of the labels of the smaller table that both share: they are one table
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_QUOTED = frozenset(["ticker", "symbol"])  # headings of a box of share prices: it changes by itself


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell, a row or a column that differs. `kind` is a kind of change."""

    kind: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of one or both states with the words of its cells; `op` is keep, edit, add or delete."""

    op: str
    cells: tuple[tuple[WordEdit, ...], ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """A table cut up, with its labels folded."""

    rows: tuple[tuple[str, ...], ...]
    headings: tuple[str, ...]  # of the columns; empty if no row says what they are
    keys: tuple[Hashable, ...]  # of the rows: the first cell, or all where that one isn't theirs alone


def is_table(paragraph: str) -> bool:
    """Return whether this paragraph is a table."""
    return "\t" in paragraph


def changes_by_itself(paragraph: str) -> bool:
    """Return whether a table is a box of share prices."""
    return any(cell.strip().casefold() in _QUOTED for cell in table_rows(paragraph)[0])


def _grid(paragraph: str) -> _Grid:
    rows = table_rows(paragraph)
    width = max(map(len, rows))
    rows = tuple((*row, *[""] * (width - len(row))) for row in rows)
    first = [fold(row[0]) for row in rows]
    count = Counter(first)
    keys = tuple(
        label if label and count[label] == 1 else tuple(map(fold, row))
        for label, row in zip(first, rows, strict=True)
    )
    return _Grid(rows, rows[0] if _heads(rows) else (), keys)


def _heads(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row says what the columns are: words above numbers, years, or nothing above the labels."""
    first, rest = rows[0], rows[1:]
    if not rest or len(first) < 2:
        return False
    named = [cell for cell in first[1:] if cell]
    if not first[0] or all(_YEAR.fullmatch(cell) for cell in named):
        return bool(named)
    has_number = any(c.isdigit() for cell in first for c in cell)
    return not has_number and (len(first) > 2 or any(c.isdigit() for row in rest for c in row[-1]))


def _paired(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[tuple[int | None, int | None]]:
    """Which element belongs to which, in reading order: equal ones, then those in gaps of one size on both sides."""
    found: list[tuple[int | None, int | None]] = []
    last_i = last_j = 0
    for i, j in [*match(a, b), (len(a), len(b))]:
        gap_a, gap_b = range(last_i, i), range(last_j, j)
        if len(gap_a) == len(gap_b):
            found += zip(gap_a, gap_b, strict=True)
        else:
            found += [(k, None) for k in gap_a] + [(None, k) for k in gap_b]
        if i < len(a) and j < len(b):
            found.append((i, j))
        last_i, last_j = i + 1, j + 1
    return found


def _columns(a: _Grid, b: _Grid) -> list[tuple[int | None, int | None]]:
    width_a, width_b = len(a.rows[0]), len(b.rows[0])
    if width_a == width_b:
        return [(k, k) for k in range(width_a)]
    return _paired([fold(c) for c in a.rows[0]], [fold(c) for c in b.rows[0]])


def table_changes(before: str, after: str, language: str, known: frozenset[str]) -> Iterator[CellChange]:
    """Yield what differs between two states of a table: cells with their headings, whole rows and columns.

    Args:
        language: Of the text, ISO 639-1, if known.
        known: Words of what was kept, as for `region_kinds`.
    """
    a, b = _grid(before), _grid(after)
    columns = _columns(a, b)
    rows = _paired(a.keys, b.keys)
    gone = {a.keys[i]: i for i, j in rows if i is not None and j is None}
    come = {b.keys[j] for i, j in rows if j is not None and i is None}
    for i, j in rows:
        if i is None and j is not None and b.keys[j] in gone:
            i = gone[b.keys[j]]
            yield CellChange("moved", f"a row of a table is in another place: {_short(b.rows[j][0])}")
        if i is not None and j is not None:
            yield from _cells(a, b, i, j, columns, language, known)
        elif i is not None and a.keys[i] not in come:
            yield _row("removed", a.rows[i])
        elif j is not None:
            yield _row("added", b.rows[j])
    for m, n in columns:
        if m is None or n is None:
            kind, heading = ("added", b.rows[0][n]) if n is not None else ("removed", a.rows[0][m or 0])
            yield CellChange(kind, f"a column of a table was {kind}: {_short(heading)}")


def _row(kind: str, cells: Sequence[str]) -> CellChange:
    return CellChange(kind, f"a row of a table was {kind}: {_short(', '.join(filter(None, cells)), 80)}")


def _cells(
    a: _Grid,
    b: _Grid,
    i: int,
    j: int,
    columns: Sequence[tuple[int | None, int | None]],
    language: str,
    known: frozenset[str],
) -> Iterator[CellChange]:
    for m, n in columns:
        if m is None or n is None or fold(a.rows[i][m]) == fold(b.rows[j][n]):
            continue
        old, new = a.rows[i][m], b.rows[j][n]
        label = ", ".join(
            filter(None, (b.rows[j][0] if n else "", b.headings[n] if b.headings and j else ""))
        )
        shown = f"{_short(old) or '(empty)'} → {_short(new) or '(empty)'}"
        for kind in _kinds(old, new, language, known):
            what = {"rewording": "a cell", "quote": "a quotation", "date in text": "a date"}.get(
                kind, f"a {kind}"
            )
            yield CellChange(
                kind, f"{what} of a table differs: {f'{_short(label)}: ' if label else ''}{shown}"
            )


def _kinds(old: str, new: str, language: str, known: frozenset[str]) -> list[str]:
    """The kinds of one cell's change; what would be a slip elsewhere is another word in a cell."""
    if _digits(old) != _digits(new):
        return ["number"]
    found = {k for r in regions(word_edits(old, new)) for k in region_kinds(r, language, known)}
    return sorted({"rewording" if k in ("typo", "quote") else k for k in found})


def _digits(cell: str) -> list[str]:
    return re.findall(r"\d+|[-−–](?=\d)", cell.replace("−", "-").replace("–", "-"))


def _short(cell: str, most: int = 60) -> str:
    return cell if len(cell) <= most else cell[: most - 1].rstrip() + "…"


# ---------------------------------------------------------------- which tables are one


def with_tables_paired(ops: Sequence[EditOp], old: Sequence[str], new: Sequence[str]) -> tuple[EditOp, ...]:
    """Return the script with a deleted and an added table as one edit, where they share half of their labels.

    A table whose figures were all exchanged has few words in common with what it was.
    """
    gone = [op for op in ops if op.op == "delete" and is_table(old[op.before[0]])]
    come = [op for op in ops if op.op == "add" and is_table(new[op.after[0]])]
    made: dict[EditOp, EditOp | None] = {}
    for here in come:
        for there in gone:
            if there not in made and _are_alike(old[there.before[0]], new[here.after[0]]):
                made[there], made[here] = None, _edit(there.before[0], here.after[0], ops, old, new)
                break
    if not made:
        return tuple(ops)
    return tuple(found for op in ops if (found := made.get(op, op)) is not None)


def _are_alike(before: str, after: str) -> bool:
    a, b = (
        {fold(c) for c in (*rows[0], *(row[0] for row in rows)) if c}
        for rows in map(table_rows, (before, after))
    )
    return len(a & b) >= max(1, ALIKE * min(len(a), len(b)))


def _edit(i: int, j: int, ops: Sequence[EditOp], old: Sequence[str], new: Sequence[str]) -> EditOp:
    crosses = any(
        (op.before[0] < i) != (op.after[0] < j) for op in ops if op.op in ("keep", "edit", "split", "merge")
    )
    return EditOp(op="move" if crosses else "edit", before=(i,), after=(j,), words=word_edits(old[i], new[j]))


# ---------------------------------------------------------------- shown


def shown_rows(before: str, after: str) -> tuple[ShownRow, ...]:
    """Return the rows of a table in reading order with the words of their cells; an empty text is a state without it."""
    if not before or not after:
        op = "add" if after else "delete"
        return tuple(ShownRow(op, tuple(_plain(op, c) for c in row)) for row in table_rows(after or before))
    a, b = _grid(before), _grid(after)
    columns = _columns(a, b)
    made = []
    for i, j in _paired(a.keys, b.keys):
        cells = tuple(
            _cell(
                a.rows[i][m] if i is not None and m is not None else None,
                b.rows[j][n] if j is not None and n is not None else None,
            )
            for m, n in columns
        )
        changed = any(w.op != "keep" for cell in cells for w in cell)
        op = "delete" if j is None else "add" if i is None else "edit" if changed else "keep"
        made.append(ShownRow(op, cells))
    return tuple(made)


def _cell(old: str | None, new: str | None) -> tuple[WordEdit, ...]:
    if old is None or new is None:
        return _plain("add" if old is None else "delete", new if old is None else old)
    if _digits(old) != _digits(new):  # figures are exchanged whole
        return (*_plain("delete", old), *_plain("add", new))
    return word_edits(old, new)


def _plain(op: str, cell: str | None) -> tuple[WordEdit, ...]:
    return (WordEdit(op=op, text=cell),) if cell else ()  # type: ignore[arg-type]
