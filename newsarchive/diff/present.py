"""A change put in order for the eye: fields first, then the text with unchanged stretches folded.

What every renderer shares; it decides nothing about the change itself. Tested in tests/diff/test_present.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from newsarchive.diff.align import JOINT
from newsarchive.model import Change, EditOp, FieldChange, WordEdit

CONTEXT = 1  # unchanged paragraphs shown on either side of a change
NAMES = {
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
    "publisher": "Publisher",
    "language": "Language",
    "free_access": "Free to read",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What stands above a rendered change."""

    title: str = ""
    url: str = ""
    before: str = "before"  # "version 1, seen 2026-03-01 08:00 UTC"
    after: str = "after"
    language: str = ""


PieceKind = Literal["keep", "add", "delete", "edit", "move", "moved away", "split", "merge", "fold"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A paragraph (or a folded stretch of them) with what happened to it.

    `words` are cut so that none crosses a paragraph break; a break is a `WordEdit` whose text is JOINT.
    """

    kind: PieceKind
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    words: tuple[WordEdit, ...] = ()
    note: str = ""
    inner: tuple[Piece, ...] = ()  # of a fold


def fields_in_order(change: Change) -> tuple[FieldChange, ...]:
    """Headline, standfirst and byline first."""
    order = list(NAMES)
    return tuple(
        sorted(change.fields, key=lambda f: (order.index(f.name) if f.name in order else 99, f.name))
    )


def field_words(field: FieldChange) -> tuple[WordEdit, ...]:
    """The words of a field's change; the whole of both where there are none."""
    if field.words:
        return field.words
    both = (WordEdit(op="delete", text=field.before), WordEdit(op="add", text=field.after))
    return tuple(w for w in both if w.text)


def pieces(change: Change, *, context: int = CONTEXT, folded: bool = True) -> tuple[Piece, ...]:
    """The paragraphs of the change in reading order; what moved also leaves a mark at its old place."""
    every = list(_every(change))
    if not folded:
        return tuple(every)
    made: list[Piece] = []
    stretch: list[Piece] = []
    for piece in [*every, None]:
        if piece is not None and piece.kind == "keep":
            stretch.append(piece)
            continue
        made += _fold(stretch, context if made else 0, context if piece is not None else 0)
        stretch = []
        if piece is not None:
            made.append(piece)
    return tuple(made)


def _fold(stretch: list[Piece], head: int, tail: int) -> list[Piece]:
    inner = stretch[head : len(stretch) - tail]
    if len(inner) < 2:
        return stretch
    note = f"{len(inner)} unchanged paragraphs"
    return [*stretch[:head], Piece("fold", note=note, inner=tuple(inner)), *stretch[len(stretch) - tail :]]


_STAYING = ("keep", "edit", "split", "merge", "delete")


def _every(change: Change) -> Iterator[Piece]:
    away = _moved_away(change.ops)
    yield from _ghosts(away, -1, change)
    for op in change.ops:
        yield Piece(op.op, op.before, op.after, _words(op, change), _note(op))
        if op.op in _STAYING:
            yield from _ghosts(away, max(op.before), change)


def _moved_away(ops: Iterable[EditOp]) -> dict[int, list[EditOp]]:
    """Moves by the staying paragraph of the old text that they stood behind."""
    ops = tuple(ops)
    staying = sorted(max(op.before) for op in ops if op.op in _STAYING)
    found: dict[int, list[EditOp]] = {}
    for op in sorted((o for o in ops if o.op == "move"), key=lambda o: o.before):
        behind = max((i for i in staying if i < op.before[0]), default=-1)
        found.setdefault(behind, []).append(op)
    return found


def _ghosts(away: dict[int, list[EditOp]], behind: int, change: Change) -> Iterator[Piece]:
    for op in away.get(behind, ()):
        text = change.before[op.before[0]]
        yield Piece(
            "moved away",
            op.before,
            op.after,
            (WordEdit(op="delete", text=text),),
            f"moved to paragraph {op.after[0] + 1}",
        )


def _note(op: EditOp) -> str:
    if op.op == "move":
        return f"moved from paragraph {op.before[0] + 1}"
    if op.op == "split":
        return f"one paragraph split into {len(op.after)}"
    if op.op == "merge":
        return f"{len(op.before)} paragraphs joined"
    return ""


def _words(op: EditOp, change: Change) -> tuple[WordEdit, ...]:
    if not op.words:
        return (
            WordEdit(op="keep", text=change.after[op.after[0]] if op.after else change.before[op.before[0]]),
        )
    return tuple(piece for word in op.words for piece in _cut(word))


def _cut(word: WordEdit) -> Iterator[WordEdit]:
    for k, text in enumerate(word.text.split(JOINT)):
        if k:
            yield WordEdit(op=word.op, text=JOINT)
        if text:
            yield WordEdit(op=word.op, text=text)


def summary(change: Change) -> str:
    """One line: kinds, counts, share, whether it is significant and silent, and why."""
    if change.is_empty:
        return "No difference that a reader could see."
    parts = [", ".join(change.kinds), f"+{change.chars_added} -{change.chars_removed} characters"]
    if change.share:
        parts.append(f"{max(1, round(100 * change.share))} % of the text")
    parts.append(("significant: " if change.significant else "not significant: ") + change.reason)
    if change.silent:
        parts.append("silent: neither date nor notice tells of it")
    return " · ".join(parts)


def side_words(words: Sequence[WordEdit], side: Literal["before", "after"]) -> tuple[WordEdit, ...]:
    """The words of one side alone, for two columns."""
    left_out = "add" if side == "before" else "delete"
    return tuple(w for w in words if w.op != left_out)
