"""What differs between two articles, as detected changes with their reasons: in the body, paragraph by paragraph; and
outside it: headline, standfirst, byline, captions, and the page's own details.

Pure. Tested in tests/diff/test_compare.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive.correction_notices import CHANGE_OF, Told, notice
from newsarchive.diff.addresses import embed_key, link_key, only_in, picture_key
from newsarchive.diff.align import align
from newsarchive.diff.edit_regions import SMALL_WORDS, Region, region_kinds, regions
from newsarchive.diff.noise import noise
from newsarchive.diff.table_cells import changes_by_itself, is_table, table_changes
from newsarchive.diff.word_diff import tokens, word_edits
from newsarchive.languages import counted
from newsarchive.model import Article, Block, EditOp, FieldChange, WordEdit, table_rows
from newsarchive.text import fold
from newsarchive.times import iso_seconds


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
    placed = _places_of_notices(b)
    told_by = _told_by(b)
    for op in ops:
        if op.op == "keep":
            continue
        if op.op == "add":
            unit = new[op.after[0]]
            told = told_by.get(op.after[0]) or notice(unit, op.after[0] in placed)
            yield _whole_unit("added", unit, titles, told, unit in entries)
        elif op.op == "delete":
            unit = old[op.before[0]]
            yield _whole_unit("removed", unit, titles, notice(unit))
        elif {fold(old[op.before[0]]), fold(new[op.after[0]])} <= titles:
            yield DetectedChange("noise", False, "the headline stands in the text too")
        else:
            yield from _edited_unit(op, old, new, b.language, known, not placed.isdisjoint(op.after))
    for beside in dict.fromkeys(_notices_beside(a, b)):
        yield DetectedChange(beside, True, f"a notice of {beside} was added beside the text")


HEAD, END = 2, 3  # paragraphs at the head and at the end of a text among which outlets set their notices
_NOTICE_BOX = re.compile(
    r"correct|note\b|notice|erratum|clarif|retract|update|editor|berichtig|korrekt|rectif", re.IGNORECASE
)
# Removed parts of a page that speak of other pages: the reasons begin so.
_OF_OTHERS = ("related", "navigation", "links", "comments", "newsletter", "advertisement", "share", "hidden")


def _places_of_notices(article: Article) -> frozenset[int]:
    """The paragraphs at the head and the end of the text, and those in a box that is named for notices."""
    kept = [block for block in article.blocks if block.kept]
    return frozenset(
        n
        for n, block in enumerate(kept)
        if n < HEAD or n >= len(kept) - END or _NOTICE_BOX.search(block.place)
    )


def _told_by(article: Article) -> dict[int, Told]:
    """The notices among the paragraphs, by what they tell."""
    kept = (block for block in article.blocks if block.kept)
    return {n: CHANGE_OF[block.notice] for n, block in enumerate(kept) if block.notice}


def _notices_beside(a: Article, b: Article) -> Iterator[Told]:
    """The notices that `b` alone shows outside its text; of updates those alone in a box named for notices or a footer."""
    for block in new_beside(a, b):
        if block.notice:
            yield CHANGE_OF[block.notice]
            continue
        told = notice(block.text)
        is_own = block.reason == "footer" or _NOTICE_BOX.search(block.place)
        if told and (told != "update" or is_own):
            yield told


def new_beside(a: Article, b: Article) -> tuple[Block, ...]:
    """Return what `b` alone shows of itself outside its text: removed blocks that speak of no other page."""
    own = [block for block in b.removed if block.notice or not block.reason.startswith(_OF_OTHERS)]
    before = {fold(block.text) for block in a.blocks} if own else set()
    return tuple(block for block in own if fold(block.text) not in before)


def _whole_unit(
    kind: str, unit: str, titles: frozenset[str], told: Told | None, is_entry: bool = False
) -> DetectedChange:
    if is_table(unit) and not changes_by_itself(unit):
        return DetectedChange(kind, True, f"a table was {kind} ({len(table_rows(unit))} rows)")
    rule = "share prices" if is_table(unit) else noise(unit)
    rule = rule or ("the headline again" if fold(unit) in titles else "")
    if rule:
        return DetectedChange("noise", False, f"a line that changes by itself ({rule}) was {kind}")
    if told:
        return DetectedChange(told, True, f"a notice of {told} was {kind}")
    count = len([k for k in tokens(unit).keys if k[:1].isalnum()])
    if is_entry and kind == "added":
        return DetectedChange("update", True, f"an entry was added ({counted(count, 'word')})")
    return DetectedChange(kind, count >= 4, f"a paragraph was {kind} ({counted(count, 'word')})")


def _edited_unit(
    op: EditOp, old: Sequence[str], new: Sequence[str], language: str, known: frozenset[str], placed: bool
) -> Iterator[DetectedChange]:
    if len(op.before) == len(op.after) == 1 and is_table(old[op.before[0]]) and is_table(new[op.after[0]]):
        yield from _edited_table(op, old[op.before[0]], new[op.after[0]], language, known)
        return
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
    told = notice(after, placed)
    if told and op.op != "move" and _has(op.words, "add") is not False:
        was = notice(before, placed)
        yield DetectedChange(told, True, f"a notice of {told} was {'changed' if was else 'added'}")
        if was and told != "update":  # what an update says is news, too
            return
    for region in regions(op.words):
        for kind in region_kinds(region, language, known):
            yield _region_finding(region, kind)


def _edited_table(
    op: EditOp, before: str, after: str, language: str, known: frozenset[str]
) -> Iterator[DetectedChange]:
    if changes_by_itself(before) and changes_by_itself(after):
        yield DetectedChange("noise", False, "a line that changes by itself (share prices) differs")
        return
    if op.op == "move":
        yield DetectedChange("moved", False, "a table stands in another place")
    for cell in table_changes(before, after, language, known):
        yield DetectedChange(cell.kind, cell.kind not in ("punctuation", "moved"), cell.reason)


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


def field_changes(a: Article, b: Article) -> Iterator[FieldChange]:
    for name, old, new in (
        ("title", a.title, b.title),
        ("description", a.description, b.description),
        ("authors", ", ".join(a.authors), ", ".join(b.authors)),
        ("captions", "\n".join(a.captions), "\n".join(b.captions)),
        ("credits", "\n".join(a.credits), "\n".join(b.credits)),
        ("notices", *_lines_only_in(_beside(a), _beside(b), fold)),
        ("links", *_links_only_in(a, b)),
        ("embeds", *_lines_only_in(a.embeds, b.embeds, embed_key)),
        ("pictures", *_lines_only_in(a.pictures, b.pictures, picture_key)),
        ("published_at", _moment(a.published_at), _moment(b.published_at)),
        ("modified_at", _moment(a.modified_at), _moment(b.modified_at)),
        ("section", a.section, b.section),
        ("tags", ", ".join(sorted(a.tags)), ", ".join(sorted(b.tags))),
        ("image_url", a.image_url, b.image_url),
        ("publisher", a.publisher, b.publisher),
        ("language", a.language, b.language),
        ("free_access", _yes_no(a.free_access), _yes_no(b.free_access)),
    ):
        if fold(old) == fold(new) or (name == "authors" and _names(a.authors) == _names(b.authors)):
            continue
        if name == "image_url" and picture_key(old) == picture_key(new):
            continue
        if name == "captions" and sorted(map(fold, a.captions)) == sorted(map(fold, b.captions)):
            continue
        words = word_edits(old, new) if name in ("title", "description", "authors", "captions") else ()
        yield FieldChange(name=name, before=old, after=new, words=words)


def _beside(article: Article) -> list[str]:
    """The notices beside the text; one that is also in it is shown there."""
    return [b.text for b in article.notices if not b.kept]


def _lines_only_in(before: Sequence[str], after: Sequence[str], key: Callable[[str], str]) -> tuple[str, str]:
    """What each of the two has more than the other, a line each."""
    gone, come = only_in(before, after, key)
    return "\n".join(gone), "\n".join(come)


def _links_only_in(a: Article, b: Article) -> tuple[str, str]:
    gone, come = only_in(a.links, b.links, link_key)
    return "\n".join(map(": ".join, gone)), "\n".join(map(": ".join, come))


def _moment(moment: datetime | None) -> str:
    return iso_seconds(moment) if moment else ""


def _yes_no(flag: bool | None) -> str:
    return "" if flag is None else "yes" if flag else "no"


def _names(authors: Sequence[str]) -> frozenset[str]:
    return frozenset(fold(x).casefold() for x in authors)


_DETAILS = {
    "published_at": "page dates",
    "modified_at": "page dates",
    "section": "section",
    "tags": "tags",
    "image_url": "image",
    "credits": "credits",
    "publisher": "details",
    "language": "details",
    "free_access": "details",
    "notices": "details",
    "links": "link",
    "embeds": "embed",
    "pictures": "image",
}
_CALLED = {"title": "headline", "description": "standfirst", "captions": "captions"}


def field_findings(
    fields: Iterable[FieldChange], a: Article, b: Article, known: frozenset[str]
) -> Iterator[DetectedChange]:
    for change in fields:
        if change.name == "notices" and change.after:
            continue  # told with the body
        if change.name in _DETAILS:
            yield DetectedChange(_DETAILS[change.name], False, f"only the page's {change.name} differs")
        elif change.name == "authors":
            yield DetectedChange("byline", True, "the authors differ")
        elif change.name == "description" and _is_excerpt(a) and _is_excerpt(b):
            yield DetectedChange("noise", False, "the standfirst is an excerpt of the text")
        elif change.name == "captions" and not _is_reworded(a, b):
            yield DetectedChange("image", False, "another picture, with its caption")
        else:
            yield from _prose_findings(change, b.language, known)


def _is_excerpt(article: Article) -> bool:
    """Whether the standfirst is nothing but the beginning of the text, cut off."""
    start = fold(article.description).rstrip(" .…")
    return (len(start) > 30 and fold(" ".join(article.paragraphs[:4])).startswith(start)) or not start


def _is_reworded(a: Article, b: Article) -> bool:
    """Whether captions were edited; a caption that came or went with its picture is the picture's matter."""
    if len(a.captions) == len(b.captions) and picture_key(a.image_url) == picture_key(b.image_url):
        return True
    return any(op.op in ("edit", "split", "merge") for op in align(a.captions, b.captions))


def _prose_findings(change: FieldChange, language: str, known: frozenset[str]) -> Iterator[DetectedChange]:
    kind = _CALLED[change.name]
    noun = "caption" if kind == "captions" else kind
    if not fold(change.before) or not fold(change.after):
        yield DetectedChange(kind, True, f"a {noun} was {'added' if fold(change.after) else 'deleted'}")
        return
    found = {
        k for r in regions(change.words) for k in region_kinds(r, language, known, title=kind == "headline")
    }
    light = found <= {"typo", "punctuation"} and not _asks(change)
    yield DetectedChange(
        kind, not light, f"the {noun} differs" + (" in spelling or punctuation only" if light else "")
    )
    told = notice(change.after)
    if told and not notice(change.before):
        yield DetectedChange(told, True, f"a notice of {told} in the {noun}")
    for name in found - {"rewording"}:
        yield DetectedChange(
            name, name not in ("typo", "punctuation"), f"{named(name)} in the {noun} differs"
        )


def _asks(change: FieldChange) -> bool:
    """A question mark was set or taken away: the same words now claim less or more."""
    marks = [sum(s.count(q) for q in "?？؟") for s in (change.before, change.after)]
    return (marks[0] == 0) != (marks[1] == 0)
