"""What differs outside the body: headline, standfirst, byline, captions, and the page's own details.

Pure. Tested in tests/diff/test_compare.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import urlsplit

from newsarchive.diff.align import align
from newsarchive.diff.body_changes import DetectedChange, named
from newsarchive.diff.correction_notices import notice
from newsarchive.diff.edit_regions import region_kinds, regions
from newsarchive.diff.word_diff import word_edits
from newsarchive.model import Article, FieldChange
from newsarchive.text import fold
from newsarchive.times import iso_seconds


def field_changes(a: Article, b: Article) -> Iterator[FieldChange]:
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
    "published_at": "page dates",
    "modified_at": "page dates",
    "section": "section",
    "tags": "tags",
    "image_url": "image",
    "credits": "credits",
    "publisher": "details",
    "language": "details",
    "free_access": "details",
}
_CALLED = {"title": "headline", "description": "standfirst", "captions": "captions"}


def field_findings(
    fields: Iterable[FieldChange], a: Article, b: Article, known: frozenset[str]
) -> Iterator[DetectedChange]:
    for change in fields:
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
