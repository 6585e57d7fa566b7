"""A change put in order for readers: labelled fields first, then the paragraphs, unchanged stretches folded.

The one presentation of a change: the terminal, HTML, browse and the feeds render what `present` returns. It decides
nothing about the change itself. Tested in tests/diff/test_present.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from newsarchive.diff.align import JOINT
from newsarchive.diff.table_cells import ShownRow, is_table, shown_rows
from newsarchive.diff.word_diff import word_edits
from newsarchive.languages import counted
from newsarchive.model import Change, EditOp, FieldChange, WordEdit

BREAK = "\n\n"  # the text of a word edit that is a break between two paragraphs, captions or credits
CONTEXT = 1  # unchanged paragraphs shown on either side of a change
LABELS = {
    "title": "Headline",
    "description": "Standfirst",
    "authors": "Byline",
    "captions": "Captions",
    "published_at": "Published",
    "modified_at": "Modified",
    "section": "Section",
    "tags": "Tags",
    "image_url": "Picture",
    "credits": "Credits",
    "notices": "Notice",
    "links": "Links",
    "embeds": "Embeds",
    "pictures": "Pictures in the text",
    "publisher": "Publisher",
    "language": "Language",
    "free_access": "Free to read",
}  # in the order in which they are shown
_ORDER = list(LABELS)
BY_LINES = frozenset(["captions", "credits", "notices", "links", "embeds", "pictures"])

WordOp = Literal["keep", "add", "delete"]
Side = Literal["before", "after"]
UnitKind = Literal["keep", "add", "delete", "edit", "move", "moved away", "split", "merge", "fold"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What is written above a rendered change."""

    title: str = ""
    url: str = ""
    before: str = "before"  # "version 1, seen 2026-03-01 08:00 UTC"
    after: str = "after"
    language: str = ""


@dataclass(frozen=True, slots=True)
class ShownField:
    """A field that differs, with its label and its words."""

    name: str
    label: str
    words: tuple[WordEdit, ...]


@dataclass(frozen=True, slots=True)
class DiffUnit:
    """A paragraph (several of a split or merge; a folded stretch) with what happened to it.

    `words` never cross a paragraph break: a break is a `WordEdit` of its own, whose text is BREAK. "moved away" marks
    the old place of a paragraph whose "move" is a unit too.
    """

    kind: UnitKind
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    words: tuple[WordEdit, ...] = ()
    note: str = ""
    rows: tuple[ShownRow, ...] = ()  # of a table; its words say the same without rows and cells
    inner: tuple[DiffUnit, ...] = ()  # of a fold

    def side(self, side: Side) -> tuple[WordEdit, ...]:
        """Return the words of one version, for two columns; none where the unit is in the other alone."""
        if self.kind == ("move" if side == "before" else "moved away"):
            return ()
        return side_words(self.words, side)

    def side_rows(self, side: Side) -> tuple[ShownRow, ...]:
        """Return the rows of one version of a table."""
        left_out = "add" if side == "before" else "delete"
        return tuple(
            ShownRow(row.op, tuple(side_words(cell, side) for cell in row.cells))
            for row in self.rows
            if row.op != left_out
        )


@dataclass(frozen=True, slots=True)
class Presentation:
    """A change as every renderer shows it. `units` holds each paragraph, unfolded."""

    kinds: tuple[str, ...]
    facts: str  # how much, whether significant and silent, and why
    fields: tuple[ShownField, ...]
    units: tuple[DiffUnit, ...]

    @property
    def summary(self) -> str:
        """One line: the kinds and the facts."""
        return " · ".join(filter(None, (", ".join(self.kinds), self.facts)))

    def folded(self, context: int = CONTEXT) -> tuple[DiffUnit, ...]:
        """Return the units with unchanged stretches folded but for `context` paragraphs beside each change."""
        made: list[DiffUnit] = []
        stretch: list[DiffUnit] = []
        for unit in (*self.units, None):
            if unit is not None and unit.kind == "keep":
                stretch.append(unit)
                continue
            made += _fold(stretch, context if made else 0, context if unit is not None else 0)
            stretch = []
            if unit is not None:
                made.append(unit)
        return tuple(made)


def present(change: Change) -> Presentation:
    """Return the presentation of a change: fields in their order, then the paragraphs in reading order."""
    fields = sorted(change.fields, key=lambda f: (_ORDER.index(f.name) if f.name in LABELS else 99, f.name))
    return Presentation(
        kinds=change.kinds,
        facts=_facts(change),
        fields=tuple(ShownField(f.name, _label(f.name), _field_words(f)) for f in fields),
        units=tuple(_units(change)),
    )


def side_words(words: Sequence[WordEdit], side: Side) -> tuple[WordEdit, ...]:
    """Return the words of one version alone."""
    left_out = "add" if side == "before" else "delete"
    return tuple(w for w in words if w.op != left_out)


def _facts(change: Change) -> str:
    if change.is_empty:
        return "No difference that a reader could see."
    parts = []
    if change.chars_added or change.chars_removed:
        noun = counted(max(change.chars_added, change.chars_removed), "character").partition(" ")[2]
        parts.append(f"+{change.chars_added} -{change.chars_removed} {noun}")
    if change.share:
        parts.append(f"{max(1, round(100 * change.share))} % of the text")
    parts.append(("significant: " if change.significant else "not significant: ") + change.reason)
    if change.silent:
        parts.append("silent: no notice found, the page's dates unchanged")
    return " · ".join(parts)


def _label(name: str) -> str:
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def _field_words(field: FieldChange) -> tuple[WordEdit, ...]:
    """The words of a field's change; the whole of both where there are none."""
    words = field.words or (
        WordEdit(op="delete", text=field.before),
        WordEdit(op="add", text=field.after),
    )
    return _cut(words, "\n+" if field.name in BY_LINES else JOINT)


def _fold(stretch: list[DiffUnit], head: int, tail: int) -> list[DiffUnit]:
    inner = stretch[head : len(stretch) - tail]
    if len(inner) < 2:
        return stretch
    note = counted(len(inner), "unchanged paragraph")
    return [*stretch[:head], DiffUnit("fold", note=note, inner=tuple(inner)), *stretch[len(stretch) - tail :]]


_STAYING = ("keep", "edit", "split", "merge", "delete")


def _units(change: Change) -> Iterator[DiffUnit]:
    away = _moved_away(change.ops)
    yield from (_mark(op, change) for op in away.get(-1, ()))
    for op in change.ops:
        yield DiffUnit(op.op, op.before, op.after, _words(op, change), _note(op), _rows(op, change))
        if op.op in _STAYING:
            yield from (_mark(moved, change) for moved in away.get(max(op.before), ()))


def _rows(op: EditOp, change: Change) -> tuple[ShownRow, ...]:
    before = change.before[op.before[0]] if len(op.before) == 1 else ""
    after = change.after[op.after[0]] if len(op.after) == 1 else ""
    is_one = max(len(op.before), len(op.after)) == 1 and all(is_table(t) for t in (before, after) if t)
    if not is_one:
        return ()
    return shown_rows(after, after) if op.op == "keep" else shown_rows(before, after)


def _moved_away(ops: Iterable[EditOp]) -> dict[int, list[EditOp]]:
    """Moves by the staying paragraph of the old text that they followed; -1 for its beginning."""
    ops = tuple(ops)
    staying = sorted(max(op.before) for op in ops if op.op in _STAYING)
    found: dict[int, list[EditOp]] = {}
    for op in sorted((o for o in ops if o.op == "move"), key=lambda o: o.before):
        behind = max((i for i in staying if i < op.before[0]), default=-1)
        found.setdefault(behind, []).append(op)
    return found


def _mark(op: EditOp, change: Change) -> DiffUnit:
    words = op.words or (WordEdit(op="keep", text=change.before[op.before[0]]),)
    return DiffUnit("moved away", op.before, op.after, words, f"moved to paragraph {op.after[0] + 1}")


def _note(op: EditOp) -> str:
    if op.op == "move":
        return f"moved from paragraph {op.before[0] + 1}"
    if op.op == "split":
        return f"one paragraph split into {len(op.after)}"
    if op.op == "merge":
        return f"{len(op.before)} paragraphs joined"
    return ""


def _words(op: EditOp, change: Change) -> tuple[WordEdit, ...]:
    """The words of an operation, cut at the breaks that a split added or a merge took away."""
    if op.op == "merge":  # kept words are spelt as in the new text, which has no breaks: ask the other way
        old, new = JOINT.join(change.before[i] for i in op.before), change.after[op.after[0]]
        mirrored = [WordEdit(op=_MIRRORED[w.op], text=w.text) for w in word_edits(new, old)]
        return _cut(_deletions_first(mirrored), JOINT, "delete")
    if op.words:
        return _cut(op.words, JOINT, "add")
    return (WordEdit(op="keep", text=change.after[op.after[0]] if op.after else change.before[op.before[0]]),)


_MIRRORED: dict[WordOp, WordOp] = {"keep": "keep", "add": "delete", "delete": "add"}


def _deletions_first(words: Iterable[WordEdit]) -> Iterator[WordEdit]:
    for _, run in groupby(words, key=lambda w: w.op == "keep"):
        yield from sorted(run, key=lambda w: w.op == "add")


def _cut(words: Iterable[WordEdit], at: str, kept: WordOp = "keep") -> tuple[WordEdit, ...]:
    """`words` with a BREAK of its own wherever the pattern `at` is found; none is empty.

    A break inside kept words has the operation `kept`; if that isn't "keep", the other version has a space there,
    but in scripts without spaces.
    """
    made: list[WordEdit] = []
    for word in words:
        for k, text in enumerate(re.split(at, word.text)):
            if k:
                op = kept if word.op == "keep" else word.op
                spaced = made and unicodedata.east_asian_width(made[-1].text[-1]) not in "WF"
                made += [WordEdit(op="keep", text=" ")] if op != word.op and spaced else []
                made.append(WordEdit(op=op, text=BREAK))
            made += [WordEdit(op=word.op, text=text)] if text else []
    return tuple(made)
