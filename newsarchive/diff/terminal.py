"""A change for the terminal: coloured words, wrapped like prose; as two columns; as `diff -u`.

Nothing that a page contains reaches the terminal as a control character. Width is counted in columns, so
that Chinese and Japanese wrap rightly. Tested in tests/diff/test_terminal.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from newsarchive.diff.present import BREAK, DiffUnit, Heading, Presentation, Side, present, side_words
from newsarchive.diff.table_cells import ShownRow, shown_rows
from newsarchive.model import Change, WordEdit
from newsarchive.text import UNSAFE

_RESET = "\x1b[0m"
_STYLES = {
    "add": "\x1b[1;32m",
    "delete": "\x1b[9;31m",
    "dim": "\x1b[2m",
    "bold": "\x1b[1m",
    "move": "\x1b[33m",
}
_PLAIN = {"add": ("{+", "+}"), "delete": ("[-", "-]")}
_MARGINS = {
    "add": "+ ", "delete": "- ", "edit": "~ ", "move": "> ", "moved away": "< ", "split": "~ ", "merge": "~ ", "keep": "  ", "fold": "  ",
}  # fmt: skip
_SIDES: tuple[tuple[Side, str], ...] = (("before", "-"), ("after", "+"))
_CHUNK = re.compile(r"\s+|[^\s\u3000-\u9fff\uff00-\uffef]+|.", re.DOTALL)


def render_terminal(
    change: Change, heading: Heading | None = None, *, color: bool = True, width: int = 80
) -> str:
    """Return the change as prose with the edited words marked; unchanged paragraphs folded.

    Args:
        change: What `compare` gave.
        heading: Title, URL and the names of the two versions.
        color: ANSI colours; without them deleted words are in `[-…-]` and added ones in `{+…+}`.
        width: Columns, at least 30.
    """
    paint = _Paint(color)
    shown = present(change)
    lines = [*_head(shown, heading, paint, width)]
    for field in shown.fields:
        lines.append(paint.style("bold", field.label))
        lines += _wrapped(field.words, "~ ", paint, width)
        lines.append("")
    for unit in shown.folded():
        lines += [*_unit_lines(unit, paint, width), ""]
    return "\n".join(lines).rstrip() + "\n"


def render_side_by_side(
    change: Change, heading: Heading | None = None, *, color: bool = True, width: int = 120
) -> str:
    """Return the change in two columns, paragraph beside paragraph."""
    paint = _Paint(color)
    column = max(20, (width - 3) // 2)
    shown = present(change)
    lines = [*_head(shown, heading, paint, width, names=False)]
    names = (heading.before, heading.after) if heading else ("before", "after")
    lines += _columns([[clean(names[0])], [clean(names[1])]], column)
    lines += ["-" * (column * 2 + 3)]
    for field in shown.fields:
        sides = side_words(field.words, "before"), side_words(field.words, "after")
        lines += [*_two(sides, f"{field.label}: ", paint, column), ""]
    for unit in shown.folded():
        if unit.kind == "fold":
            lines += [paint.style("dim", f"  ... {unit.note}"), ""]
            continue
        note = f"({unit.note}) " if unit.note else ""
        if unit.rows:
            tables = [_table_lines(unit.side_rows(side), paint, column) for side, _ in _SIDES]
            lines += [*_columns(tables, column), ""]
            continue
        lines += [*_two((unit.side("before"), unit.side("after")), note, paint, column), ""]
    return "\n".join(lines).rstrip() + "\n"


def render_unified(change: Change, heading: Heading | None = None, *, context: int = 2) -> str:
    """Return the change as `diff -u` writes it, one paragraph a line; headline, standfirst and byline come first.

    Empty if nothing differs. What moved is deleted in one place and added in another.
    """
    names = heading or Heading()
    shown = present(change)
    entries = [*_field_entries(shown), *_paragraph_entries(change, shown)]
    hunks = list(_hunks(entries, context))
    if not hunks:
        return ""
    return "\n".join([f"--- {clean(names.before)}", f"+++ {clean(names.after)}", *hunks]) + "\n"


# ---------------------------------------------------------------- parts


class _Paint:
    """Puts styles around text, or marks where there are no colours."""

    def __init__(self, color: bool) -> None:
        self.color = color

    def style(self, name: str, text: str) -> str:
        return f"{_STYLES[name]}{text}{_RESET}" if self.color and text else text

    def word(self, op: str, text: str) -> str:
        if op == "keep" or not text.strip():
            return text
        body = text.strip()
        at = text.index(body)
        opening, closing = (_STYLES[op], _RESET) if self.color else _PLAIN[op]
        return f"{text[:at]}{opening}{body}{closing}{text[at + len(body) :]}"


def marked_words(words: Iterable[WordEdit]) -> str:
    """Return words in one line without colours: deleted ones in `[-…-]`, added ones in `{+…+}`."""
    paint = _Paint(color=False)
    return "".join(paint.word(word.op, clean(word.text)) for word in words)


def clean(text: str) -> str:
    """Return `text` without anything that a terminal would obey."""
    return UNSAFE.sub("", text.replace("\n", " ").replace("\t", " "))


def _head(
    shown: Presentation, heading: Heading | None, paint: _Paint, width: int, names: bool = True
) -> list[str]:
    lines: list[str] = []
    if heading and heading.title:
        lines.append(paint.style("bold", clean(heading.title)))
    if heading and heading.url:
        lines.append(paint.style("dim", clean(heading.url)))
    if heading and names:
        lines += [
            paint.style("dim", f"- {clean(heading.before)}"),
            paint.style("dim", f"+ {clean(heading.after)}"),
        ]
    return [*lines, *_wrapped([WordEdit(op="keep", text=shown.summary)], "", _Paint(False), width), ""]


def _unit_lines(unit: DiffUnit, paint: _Paint, width: int) -> list[str]:
    if unit.kind == "fold":
        return [paint.style("dim", f"  ... {unit.note}")]
    if unit.kind == "moved away":
        start = clean("".join(w.text for w in unit.side("before")))
        return [
            paint.style("move", f"< {unit.note}: ")
            + paint.style("dim", _cut_to(start, width - len(unit.note) - 6))
        ]
    lines = [paint.style("move", f"{_MARGINS[unit.kind]}{unit.note}")] if unit.note else []
    if unit.rows:
        return lines + _table_lines(unit.rows, paint, width, with_margins=True)
    return lines + _wrapped(unit.words, _MARGINS[unit.kind], paint, width)


def _cut_to(text: str, columns: int) -> str:
    if _columns_of(text) <= columns:
        return text
    while text and _columns_of(text) > columns - 3:
        text = text[:-1]
    return text.rstrip() + "..."


def _columns_of(text: str) -> int:
    total = 0
    for c in text:
        if unicodedata.combining(c) or unicodedata.category(c) == "Cf":
            continue
        total += 2 if unicodedata.east_asian_width(c) in "WF" else 1
    return total


def _wrapped(words: Sequence[WordEdit], margin: str, paint: _Paint, width: int) -> list[str]:
    """Words as lines of at most `width` columns, each under its margin; a BREAK leaves one empty."""
    room = max(30, width) - len(margin)
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for op, chunk in _chunks(words):
        if chunk == BREAK:
            lines += [[], []]
            used = 0
            continue
        size = _columns_of(chunk)
        if used + size > room and used:
            lines.append([])
            used = 0
        if chunk.isspace() and not used:
            continue
        lines[-1].append((op, chunk))
        used += size
    return [(margin + _painted(line, paint)).rstrip() for line in lines]


def _chunks(words: Iterable[WordEdit]) -> Iterator[tuple[str, str]]:
    for word in words:
        if word.text == BREAK:
            yield word.op, BREAK
            continue
        for chunk in _CHUNK.findall(clean(word.text)):
            yield word.op, " " if chunk.isspace() else chunk


def _painted(line: Sequence[tuple[str, str]], paint: _Paint) -> str:
    made = ""
    k = 0
    while k < len(line):
        op = line[k][0]
        end = k
        while end < len(line) and line[end][0] == op:
            end += 1
        made += paint.word(op, "".join(c for _, c in line[k:end]))
        k = end
    return made


def _two(sides: Iterable[Sequence[WordEdit]], label: str, paint: _Paint, column: int) -> list[str]:
    head = [WordEdit(op="keep", text=label)]
    return _columns(
        [_wrapped([*head, *words], "", paint, column) if words else [] for words in sides], column
    )


_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _columns(sides: Sequence[Sequence[str]], column: int) -> list[str]:
    lines = []
    for k in range(max(len(s) for s in sides)):
        left, right = (s[k] if k < len(s) else "" for s in sides)
        pad = column - _columns_of(_ANSI.sub("", left))
        lines.append(f"{left}{' ' * max(0, pad)} | {right}".rstrip())
    return lines


def table_lines(paragraph: str, width: int = 80) -> list[str]:
    """Return a table as lines, its columns below each other if they fit."""
    return _table_lines(shown_rows(paragraph, paragraph), _Paint(False), width)


def _table_lines(
    rows: Sequence[ShownRow], paint: _Paint, width: int, *, with_margins: bool = False
) -> list[str]:
    """Rows as lines, cells parted by bars and filled up to the width of their column; too wide a table is wrapped."""
    margins = [_MARGINS[row.op] if with_margins else "" for row in rows]
    lines = [[_painted([(w.op, clean(w.text)) for w in cell], paint) for cell in row.cells] for row in rows]
    sizes = [[_columns_of(_ANSI.sub("", cell)) for cell in cells] for cells in lines]
    widths = [max(column) for column in zip(*sizes, strict=True)]
    if sum(widths) + 3 * len(widths) > width:
        bar = WordEdit(op="keep", text=" | ")
        words = [[w for cell in row.cells for w in (*cell, bar)][:-1] for row in rows]
        return [
            line
            for own, margin in zip(words, margins, strict=True)
            for line in _wrapped(own, margin, paint, width)
        ]
    return [
        (
            margin + " | ".join(c + " " * (most - n) for c, n, most in zip(cells, own, widths, strict=True))
        ).rstrip()
        for cells, own, margin in zip(lines, sizes, margins, strict=True)
    ]


# ---------------------------------------------------------------- unified


def _field_entries(shown: Presentation) -> Iterator[tuple[str, str]]:
    for field in shown.fields:
        for side, mark in _SIDES:
            text = "".join(" " if w.text == BREAK else w.text for w in side_words(field.words, side))
            if text:
                yield mark, clean(f"{field.label}: {text}")


def _paragraph_entries(change: Change, shown: Presentation) -> Iterator[tuple[str, str]]:
    for unit in shown.units:
        if unit.rows:
            yield from _row_entries(unit)
            continue
        if unit.kind == "keep":
            yield " ", clean(change.after[unit.after[0]])
            continue
        if unit.side("before"):
            yield from (("-", clean(change.before[i])) for i in unit.before)
        if unit.side("after"):
            yield from (("+", clean(change.after[j])) for j in unit.after)


def _row_entries(unit: DiffUnit) -> Iterator[tuple[str, str]]:
    """A table, one row a line: what was, where a row differs, then what is."""
    for row in unit.rows:
        for side, mark in _SIDES:
            cells = ["".join(w.text for w in side_words(cell, side)) for cell in row.cells]
            if row.op == "keep" and unit.kind != "move" and side == "after":
                yield " ", clean(" | ".join(cells))
            elif (row.op != "keep" or unit.kind == "move") and any(cells):
                yield mark, clean(" | ".join(cells))


def _hunks(entries: Sequence[tuple[str, str]], context: int) -> Iterator[str]:
    near = [False] * len(entries)
    for k, (mark, _) in enumerate(entries):
        if mark != " ":
            near[max(0, k - context) : k + context + 1] = [True] * (
                min(len(entries), k + context + 1) - max(0, k - context)
            )
    old = new = 1
    k = 0
    while k < len(entries):
        if not near[k]:
            old, new, k = old + 1, new + 1, k + 1
            continue
        end = k
        while end < len(entries) and near[end]:
            end += 1
        hunk = entries[k:end]
        n_old, n_new = sum(m != "+" for m, _ in hunk), sum(m != "-" for m, _ in hunk)
        yield f"@@ -{old if n_old else old - 1},{n_old} +{new if n_new else new - 1},{n_new} @@"
        yield from (m + text for m, text in hunk)
        old, new, k = old + n_old, new + n_new, end
