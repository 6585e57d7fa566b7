"""What differs in the body, paragraph by paragraph, as findings with their reasons.

Pure. Tested in tests/diff/test_compare.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from newsarchive.diff.correction_notices import notice
from newsarchive.diff.edit_regions import Region, region_kinds, regions
from newsarchive.diff.lexicon import SMALL_WORDS
from newsarchive.diff.noise import noise
from newsarchive.diff.word_diff import tokens
from newsarchive.model import Article, EditOp, WordEdit
from newsarchive.text import fold


@dataclass(frozen=True, slots=True)
class DetectedChange:
    """One thing that a comparison found."""

    kind: str
    significant: bool
    reason: str


def body_findings(
    ops: Sequence[EditOp], a: Article, b: Article, known: frozenset[str]
) -> Iterator[DetectedChange]:
    old, new = a.paragraphs, b.paragraphs
    entries = {block.text for block in b.blocks if block.kept and block.kind == "entry"}
    titles = frozenset(map(fold, (a.title, b.title)))
    for op in ops:
        if op.op == "keep":
            continue
        if op.op == "add":
            yield _whole_unit("added", new[op.after[0]], titles, new[op.after[0]] in entries)
        elif op.op == "delete":
            yield _whole_unit("removed", old[op.before[0]], titles)
        elif {fold(old[op.before[0]]), fold(new[op.after[0]])} <= titles:
            yield DetectedChange("noise", False, "the headline stands in the text too")
        else:
            yield from _edited_unit(op, old, new, b.language, known)


def _whole_unit(kind: str, unit: str, titles: frozenset[str], is_entry: bool = False) -> DetectedChange:
    rule = noise(unit) or ("the headline again" if fold(unit) in titles else "")
    if rule:
        return DetectedChange("noise", False, f"a line that changes by itself ({rule}) was {kind}")
    told = notice(unit)
    if told:
        return DetectedChange(told, True, f"a notice of {told} was {kind}")
    count = len([k for k in tokens(unit).keys if k[:1].isalnum()])
    if is_entry and kind == "added":
        return DetectedChange("update", True, f"an entry was added ({count} words)")
    return DetectedChange(kind, count >= 4, f"a paragraph was {kind} ({count} words)")


def _edited_unit(
    op: EditOp, old: Sequence[str], new: Sequence[str], language: str, known: frozenset[str]
) -> Iterator[DetectedChange]:
    before, after = " ".join(old[i] for i in op.before), " ".join(new[j] for j in op.after)
    rules = noise(before), noise(after)
    if all(rules):
        yield DetectedChange("noise", False, f"a line that changes by itself ({rules[1]}) differs")
        return
    if op.op == "move":
        yield DetectedChange("moved", False, "a paragraph stands in another place")
    if op.op in ("split", "merge"):
        yield DetectedChange(
            "layout", False, f"a paragraph was {'split' if op.op == 'split' else 'joined with the next'}"
        )
    if _is_drop_cap(before, after):
        yield DetectedChange("layout", False, "a drop cap was set apart or joined")
        return
    told = notice(after)
    if told and op.op != "move" and _has(op.words, "add") is not False:
        was = notice(before)
        yield DetectedChange(told, True, f"a notice of {told} was {'changed' if was else 'added'}")
        if was:
            return
    for region in regions(op.words):
        for kind in region_kinds(region, language, known):
            yield _region_finding(region, kind)


def _has(words: Sequence[WordEdit], name: str) -> bool:
    return any(w.op == name for w in words)


_DROP_CAP = re.compile(r"^(\W*\w) (?=\w)")


def _is_drop_cap(before: str, after: str) -> bool:
    """ "N a endlich!" for "Na endlich!": the first letter is set by itself."""
    a, b = fold(before), fold(after)
    return a != b and _DROP_CAP.sub(r"\1", a, count=1) == _DROP_CAP.sub(r"\1", b, count=1)


def _region_finding(region: Region, kind: str) -> DetectedChange:
    shown = _shown(region)
    if kind == "rewording":
        words = [k.lower() for s in (region.deleted, region.added) for k in tokens(s).keys if k[:1].isalnum()]
        heavy = not SMALL_WORDS.issuperset(words)
        return DetectedChange("rewording", heavy, f"{'other' if heavy else 'small'} words: {shown}")
    return DetectedChange(kind, kind not in ("typo", "punctuation"), f"{named(kind)} differs: {shown}")


_NAMED = {"quote": "a quotation", "punctuation": "case or punctuation", "date in text": "a date"}


def named(kind: str) -> str:
    """Return what differs where a change is of this kind: "a number", "a date"."""
    return _NAMED.get(kind, f"a {kind}")


def _shown(region: Region) -> str:
    old, new = _short(region.deleted), _short(region.added)
    return f"{old} → {new}" if old and new else f"{new} added" if new else f"{old} deleted"


def _short(s: str, most: int = 40) -> str:
    s = s.strip()
    return s if len(s) <= most else s[: most - 1].rstrip() + "…"
