"""A change for the terminal: coloured words, wrapped like prose; as two columns; as `diff -u`.

Nothing that a page contains reaches the terminal as a control character. Width is counted in columns, so
that Chinese and Japanese wrap rightly. Tested in tests/diff/test_terminal.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from newsarchive.diff.align import JOINT
from newsarchive.diff.present import (
    NAMES,
    Heading,
    Piece,
    field_words,
    fields_in_order,
    pieces,
    side_words,
    summary,
)
from newsarchive.model import Change, WordEdit

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
# Control characters, and the marks that reorder what is shown around them.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CHUNK = re.compile(r"\s+|[^\s\u3000-\u9fff\uff00-\uffef]+|.", re.DOTALL)


def render_terminal(
    change: Change, heading: Heading | None = None, *, color: bool = True, width: int = 80
) -> str:
    """The change as prose with the edited words marked; unchanged paragraphs folded.

    Args:
        change: What `compare` gave.
        heading: Title, URL and the names of the two versions.
        color: ANSI colours; without them deleted words stand in `[-…-]` and added ones in `{+…+}`.
        width: Columns, at least 30.
    """
    paint = _Paint(color)
    lines = [*_head(change, heading, paint, width)]
    for field in fields_in_order(change):
        lines.append(paint.style("bold", NAMES.get(field.name, field.name)))
        lines += _wrapped(field_words(field), "~ ", paint, width)
        lines.append("")
    for piece in pieces(change):
        lines += [*_piece_lines(piece, paint, width), ""]
    return "\n".join(lines).rstrip() + "\n"


def render_side_by_side(
    change: Change, heading: Heading | None = None, *, color: bool = True, width: int = 120
) -> str:
    """The change in two columns, paragraph beside paragraph."""
    paint = _Paint(color)
    column = max(20, (width - 3) // 2)
    lines = [*_head(change, heading, paint, width, names=False)]
    names = (heading.before, heading.after) if heading else ("before", "after")
    lines += _columns([[clean(names[0])], [clean(names[1])]], column)
    lines += ["-" * (column * 2 + 3)]
    for field in fields_in_order(change):
        label = WordEdit(op="keep", text=NAMES.get(field.name, field.name) + ": ")
        lines += [*_two(field_words(field), label, paint, column), ""]
    for piece in pieces(change):
        if piece.kind == "fold":
            lines += [paint.style("dim", f"  ... {piece.note}"), ""]
            continue
        if piece.kind == "move":
            words: tuple[WordEdit, ...] = tuple(w for w in piece.words if w.op != "delete")
            words = tuple(WordEdit(op="add", text=w.text) for w in words)
        else:
            words = piece.words
        note = WordEdit(op="keep", text=f"({piece.note}) ") if piece.note else None
        lines += [*_two(words, note, paint, column), ""]
    return "\n".join(lines).rstrip() + "\n"


def render_unified(change: Change, heading: Heading | None = None, *, context: int = 2) -> str:
    """The change as `diff -u` writes it, one paragraph a line; headline, standfirst and byline come first.

    Empty if nothing differs. What moved is deleted in one place and added in another.
    """
    names = heading or Heading()
    entries = [*_field_entries(change), *_paragraph_entries(change)]
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


def clean(text: str) -> str:
    """`text` without anything that a terminal would obey."""
    return _UNSAFE.sub("", text.replace("\n", " ").replace("\t", " "))


def _head(
    change: Change, heading: Heading | None, paint: _Paint, width: int, names: bool = True
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
    return [*lines, *_wrap_plain(clean(summary(change)), width), ""]


def _piece_lines(piece: Piece, paint: _Paint, width: int) -> list[str]:
    if piece.kind == "fold":
        return [paint.style("dim", f"  ... {piece.note}")]
    if piece.kind == "moved away":
        start = clean(piece.words[0].text)
        return [
            paint.style("move", f"< {piece.note}: ")
            + paint.style("dim", _cut_to(start, width - len(piece.note) - 6))
        ]
    lines = [paint.style("move", f"{_MARGINS[piece.kind]}{piece.note}")] if piece.note else []
    return lines + _wrapped(piece.words, _MARGINS[piece.kind], paint, width)


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
    """Words as lines of at most `width` columns, each under its margin; a JOINT breaks the line."""
    room = max(30, width) - len(margin)
    lines: list[list[tuple[str, str]]] = [[]]
    used = 0
    for op, chunk in _chunks(words):
        if chunk == JOINT:
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
        if word.text == JOINT:
            yield word.op, JOINT
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


def _wrap_plain(text: str, width: int) -> list[str]:
    return _wrapped([WordEdit(op="keep", text=text)], "", _Paint(False), width)


def _two(words: Sequence[WordEdit], label: WordEdit | None, paint: _Paint, column: int) -> list[str]:
    sides = []
    sides_of: tuple[Literal["before", "after"], ...] = ("before", "after")
    for side in sides_of:
        mine = side_words(words, side)
        sides.append(_wrapped([label, *mine] if label and mine else mine, "", paint, column) if mine else [])
    return _columns(sides, column)


_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def _columns(sides: Sequence[Sequence[str]], column: int) -> list[str]:
    lines = []
    for k in range(max(len(s) for s in sides)):
        left, right = (s[k] if k < len(s) else "" for s in sides)
        pad = column - _columns_of(_ANSI.sub("", left))
        lines.append(f"{left}{' ' * max(0, pad)} | {right}".rstrip())
    return lines


# ---------------------------------------------------------------- unified


def _field_entries(change: Change) -> Iterator[tuple[str, str]]:
    for field in fields_in_order(change):
        label = NAMES.get(field.name, field.name)
        if field.before:
            yield "-", clean(f"{label}: {field.before}")
        if field.after:
            yield "+", clean(f"{label}: {field.after}")


def _paragraph_entries(change: Change) -> Iterator[tuple[str, str]]:
    for piece in pieces(change, folded=False):
        if piece.kind == "keep":
            yield " ", clean(change.after[piece.after[0]])
            continue
        if piece.kind not in ("add", "move"):
            for i in piece.before:
                yield "-", clean(change.before[i])
        if piece.kind not in ("delete", "moved away"):
            for j in piece.after:
                yield "+", clean(change.after[j])


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
