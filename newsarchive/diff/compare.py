"""Compares two states of a story (or two plain texts) and says what was changed, of what kind, how much.

`compare` is the door: articles or strings in, a frozen `Change` out. Every difference stays in the change,
also those that make no version. Knows nothing of captures, stories or time beyond the articles' own dates.
Pure. Tested in tests/diff/test_compare.py; the rules are told in docs/versions.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from newsarchive.diff.align import align
from newsarchive.diff.kinds import in_order, makes_version
from newsarchive.diff.lexicon import SMALL_WORDS
from newsarchive.diff.noise import noise
from newsarchive.diff.notices import notice
from newsarchive.diff.regions import Region, region_kind, regions
from newsarchive.diff.words import tokens, word_edits
from newsarchive.model import Article, Block, Change, EditOp, FieldChange, WordEdit
from newsarchive.text import fold, paragraphs
from newsarchive.times import iso_seconds

LEAST_GONE = 0.8  # of the old text deleted, with next to nothing new: the story was taken back
LEAST_WORDS = 60  # words that the old text must have for that


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a comparison found."""

    kind: str
    significant: bool
    reason: str


def compare(before: Article | str, after: Article | str) -> Change:
    """What was changed between two states of a story, or two plain texts.

    Args:
        before: The older state; a string is taken as a body alone (empty lines part paragraphs).
        after: The newer one, made by the same extractor and template.

    Returns:
        A `Change`; `is_empty` if no reader could see a difference. `ops` run over `before` and `after`,
        the paragraphs; `kinds` from the weightiest to the lightest; `is_version` is False where only
        layout, noise or the page's own details differ.
    """
    a, b = _article(before), _article(after)
    old, new = a.paragraphs, b.paragraphs
    ops = align(old, new)
    fields = tuple(_field_changes(a, b))
    known = _kept_words(ops, b) if any(op.op != "keep" for op in ops) or fields else frozenset()
    findings = [*_field_findings(fields, a, b, known), *_body_findings(ops, a, b, known)]
    added, removed = _counts(ops, fields)
    gone = _mostly_gone(ops, old, new)
    if gone:
        findings.append(gone)
    kinds = in_order([f.kind for f in findings])
    is_version = makes_version(kinds)
    significant, reason = _significance(findings, kinds)
    total = sum(map(len, old)) + sum(map(len, new))
    touched = sum(len(w.text) for op in ops if op.op != "keep" for w in op.words if w.op != "keep")
    return Change(
        kind=kinds[0] if kinds else "",
        kinds=kinds,
        significant=significant,
        reason=reason,
        silent=is_version and not _is_told(findings, a, b, old, new),
        is_version=is_version,
        chars_added=added,
        chars_removed=removed,
        share=min(1.0, touched / total) if total else 0.0,
        fields=fields,
        ops=ops,
        before=old,
        after=new,
    )


def _article(state: Article | str) -> Article:
    if isinstance(state, Article):
        return state
    return Article(
        url="", blocks=tuple(Block(kind="paragraph", text=p, kept=True) for p in paragraphs(state))
    )


def _kept_words(ops: Sequence[EditOp], article: Article) -> frozenset[str]:
    """Words, in lower case, that stand in what was kept: they are spelt as the outlet means them."""
    kept = [article.paragraphs[j] for op in ops if op.op == "keep" for j in op.after]
    kept += [w.text for op in ops if op.op != "keep" for w in op.words if w.op == "keep"]
    return frozenset(k.lower() for unit in kept for k in tokens(unit).keys)


def _significance(findings: Sequence[Finding], kinds: Sequence[str]) -> tuple[bool, str]:
    """Significant if any finding is; the reason is that of the weightiest such finding, else of any."""
    for wanted in (True, False):
        for kind in kinds:
            for finding in findings:
                if finding.kind == kind and finding.significant == wanted:
                    return wanted, finding.reason
    return False, "nothing that a reader could see differs"


def _is_told(
    findings: Iterable[Finding], a: Article, b: Article, old: Sequence[str], new: Sequence[str]
) -> bool:
    """Whether the page itself says that it was changed: by its date, a dated line or a notice."""
    if any(
        f.kind in ("correction", "update", "retraction") and f.reason.startswith("a notice") for f in findings
    ):
        return True
    if b.modified_at and (a.modified_at is None or b.modified_at > a.modified_at):
        return True
    if b.published_at and a.published_at and not b.date_is_weak and b.published_at > a.published_at:
        return True
    dated = [{fold(p) for p in text if noise(p) == "last updated"} for text in (old, new)]
    return bool(dated[1] - dated[0])


# ---------------------------------------------------------------- fields


def _field_changes(a: Article, b: Article) -> Iterator[FieldChange]:
    for name, old, new in (
        ("title", a.title, b.title),
        ("description", a.description, b.description),
        ("authors", ", ".join(a.authors), ", ".join(b.authors)),
        ("captions", "\n".join(a.captions), "\n".join(b.captions)),
        ("credits", "\n".join(a.credits), "\n".join(b.credits)),
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


def _moment(moment: datetime | None) -> str:
    return iso_seconds(moment) if moment else ""


def _yes_no(flag: bool | None) -> str:
    return "" if flag is None else "yes" if flag else "no"


def _names(authors: Sequence[str]) -> frozenset[str]:
    return frozenset(fold(x).casefold() for x in authors)


_SIZE = re.compile(
    r"(?:[-_@/.,=](?:\d{2,4}x\d{0,4}|x\d{2,4}|[wh]_?\d{2,4}|\d{2,4}w|[123]x|small|medium|large|thumb(?:nail)?|original|master|standard|scaled|wide|square)(?=[-_./,@]|$))+",
    re.IGNORECASE,
)


def picture_key(url: str) -> str:
    """What a picture's URL is without its size: variants of one picture have one key."""
    parts = urlsplit(url)
    path = _SIZE.sub("", parts.path)
    return re.sub(r"\.(?:jpe?g|png|webp|avif|gif)$", "", path.rsplit("/", 1)[-1].lower()) or path


_DETAILS = {
    "published_at": "dates",
    "modified_at": "dates",
    "section": "section",
    "tags": "tags",
    "image_url": "image",
    "credits": "credits",
    "publisher": "details",
    "language": "details",
    "free_access": "details",
}
_CALLED = {"title": "headline", "description": "standfirst", "captions": "captions"}


def _field_findings(
    fields: Iterable[FieldChange], a: Article, b: Article, known: frozenset[str]
) -> Iterator[Finding]:
    for change in fields:
        if change.name in _DETAILS:
            yield Finding(_DETAILS[change.name], False, f"only the page's {change.name} differs")
        elif change.name == "authors":
            yield Finding("byline", True, "the authors differ")
        elif change.name == "description" and _is_excerpt(a) and _is_excerpt(b):
            yield Finding("noise", False, "the standfirst is an excerpt of the text")
        elif change.name == "captions" and not _is_reworded(a, b):
            yield Finding("image", False, "another picture, with its caption")
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


def _prose_findings(change: FieldChange, language: str, known: frozenset[str]) -> Iterator[Finding]:
    kind = _CALLED[change.name]
    noun = "caption" if kind == "captions" else kind
    if not fold(change.before) or not fold(change.after):
        yield Finding(kind, True, f"a {noun} was {'added' if fold(change.after) else 'deleted'}")
        return
    found = {region_kind(r, language, known, title=kind == "headline") for r in regions(change.words)}
    light = found <= {"typo", "punctuation"} and not _asks(change)
    yield Finding(
        kind, not light, f"the {noun} differs" + (" in spelling or punctuation only" if light else "")
    )
    told = notice(change.after)
    if told and not notice(change.before):
        yield Finding(told, True, f"a notice of {told} in the {noun}")
    for name in found - {"rewording"}:
        yield Finding(name, name not in ("typo", "punctuation"), f"a {name} in the {noun} differs")


def _asks(change: FieldChange) -> bool:
    """A question mark was set or taken away: the same words now claim less or more."""
    marks = [sum(s.count(q) for q in "?？؟") for s in (change.before, change.after)]
    return (marks[0] == 0) != (marks[1] == 0)


# ---------------------------------------------------------------- the body


def _body_findings(ops: Sequence[EditOp], a: Article, b: Article, known: frozenset[str]) -> Iterator[Finding]:
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
            yield Finding("noise", False, "the headline stands in the text too")
        else:
            yield from _edited_unit(op, old, new, b.language, known)


def _whole_unit(kind: str, unit: str, titles: frozenset[str], is_entry: bool = False) -> Finding:
    rule = noise(unit) or ("the headline again" if fold(unit) in titles else "")
    if rule:
        return Finding("noise", False, f"a line that changes by itself ({rule}) was {kind}")
    told = notice(unit)
    if told:
        return Finding(told, True, f"a notice of {told} was {kind}")
    count = len([k for k in tokens(unit).keys if k[:1].isalnum()])
    if is_entry and kind == "added":
        return Finding("update", True, f"an entry was added ({count} words)")
    return Finding(kind, count >= 4, f"a paragraph was {kind} ({count} words)")


def _edited_unit(
    op: EditOp, old: Sequence[str], new: Sequence[str], language: str, known: frozenset[str]
) -> Iterator[Finding]:
    before, after = " ".join(old[i] for i in op.before), " ".join(new[j] for j in op.after)
    rules = noise(before), noise(after)
    if all(rules):
        yield Finding("noise", False, f"a line that changes by itself ({rules[1]}) differs")
        return
    if op.op == "move":
        yield Finding("moved", False, "a paragraph stands in another place")
    if op.op in ("split", "merge"):
        yield Finding(
            "layout", False, f"a paragraph was {'split' if op.op == 'split' else 'joined with the next'}"
        )
    if _is_drop_cap(before, after):
        yield Finding("layout", False, "a drop cap was set apart or joined")
        return
    told = notice(after)
    if told and op.op != "move" and _has(op.words, "add") is not False:
        was = notice(before)
        yield Finding(told, True, f"a notice of {told} was {'changed' if was else 'added'}")
        if was:
            return
    for region in regions(op.words):
        yield _region_finding(region, language, known)


def _has(words: Sequence[WordEdit], name: str) -> bool:
    return any(w.op == name for w in words)


_DROP_CAP = re.compile(r"^(\W*\w) (?=\w)")


def _is_drop_cap(before: str, after: str) -> bool:
    """ "N a endlich!" for "Na endlich!": the first letter is set by itself."""
    a, b = fold(before), fold(after)
    return a != b and _DROP_CAP.sub(r"\1", a, count=1) == _DROP_CAP.sub(r"\1", b, count=1)


def _region_finding(region: Region, language: str, known: frozenset[str]) -> Finding:
    kind = region_kind(region, language, known)
    shown = _shown(region)
    if kind == "rewording":
        words = [k.lower() for s in (region.deleted, region.added) for k in tokens(s).keys if k[:1].isalnum()]
        heavy = not SMALL_WORDS.issuperset(words)
        return Finding("rewording", heavy, f"{'other' if heavy else 'small'} words: {shown}")
    article = "a quotation" if kind == "quote" else f"a {kind}"
    if kind == "punctuation":
        article = "case or punctuation"
    return Finding(kind, kind not in ("typo", "punctuation"), f"{article} differs: {shown}")


def _shown(region: Region) -> str:
    old, new = _short(region.deleted), _short(region.added)
    return f"{old} → {new}" if old and new else f"{new} added" if new else f"{old} deleted"


def _short(s: str, most: int = 40) -> str:
    s = s.strip()
    return s if len(s) <= most else s[: most - 1].rstrip() + "…"


def _mostly_gone(ops: Sequence[EditOp], old: Sequence[str], new: Sequence[str]) -> Finding | None:
    total, left = sum(map(len, old)), sum(map(len, new))
    if left > (1 - LEAST_GONE) * total or sum(len(p.split()) for p in old) < LEAST_WORDS:
        return None
    deleted = sum(len(w.text) for op in ops for w in op.words if w.op == "delete")
    if deleted < LEAST_GONE * total:
        return None
    return Finding("retraction", True, f"{round(100 * deleted / total)} % of the text is gone")


def _counts(ops: Iterable[EditOp], fields: Iterable[FieldChange]) -> tuple[int, int]:
    """Characters added and removed: body, headline, standfirst, byline, captions; what moved doesn't count."""
    words = [w for op in ops if op.op != "keep" for w in op.words] + [w for f in fields for w in f.words]
    return sum(len(w.text) for w in words if w.op == "add"), sum(
        len(w.text) for w in words if w.op == "delete"
    )
