"""Two versions of a story beside or inside each other.

What differs is decided by newsarchive.diff; here it is put in an order for reading: fields first,
then the text with unchanged stretches folded. Tested in tests/browse/test_diff.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from newsarchive.browse.pages.story_page import draw_timeline, life_of
from newsarchive.browse.query_args import Args
from newsarchive.browse.stored_articles import article_of, story_of, versions_of
from newsarchive.browse.views import Answer, MissingError, PageResponse, Reading, Redirect
from newsarchive.model import Article, Change, EditOp, FieldChange, WordEdit

CONTEXT = 1  # unchanged paragraphs shown on either side of a change
FIELD_ORDER = ("title", "description", "authors", "published_at", "modified_at", "section", "captions")
FIELD_NAMES = {
    "title": "Headline",
    "description": "Standfirst",
    "authors": "Byline",
    "published_at": "Date of publication",
    "modified_at": "Date of modification",
    "section": "Section",
    "captions": "Captions",
    "image_url": "Picture",
    "tags": "Tags",
    "language": "Language",
    "url": "URL",
    "free_access": "Free to read",
}


def diff(reading: Reading, args: Args) -> Answer:
    """The page of a comparison.

    `before` and `after` are ids or numbers of versions (without them: the last two); `view=sides`
    puts them beside each other; `minor=0` leaves versions with only insignificant changes out of the lists.
    """
    row, is_alias = story_of(reading, args.path_id())
    if is_alias:
        return Redirect(reading.links.diff(row["id"]) + "?" + args.query())
    versions = versions_of(reading, row["id"])
    if row["withheld"] or not versions:
        return Redirect(reading.links.story(row["id"]))
    listed = versions
    if args.text("minor") == "0":
        listed = [v for v in versions if v["version_no"] == 1 or v["significant"] != 0] or versions
    before, after = chosen_pair(versions, listed, args)
    a, b = article_of(reading, before["id"]), article_of(reading, after["id"])
    change = compared(a, b)
    life = life_of(reading, row["id"])
    stored = next(
        (c for c in life["changes"] if (c["before_id"], c["after_id"]) == (before["id"], after["id"])), None
    )
    units = units_of(change)
    data = {
        "ok": True,
        "story": row,
        "before": before,
        "after": after,
        "change": change_data(change),
        "stored_change": stored,
        "fields": [field_data(f) for f in in_order(change.fields)],
        "units": units,
        "versions": [short(v) for v in versions],
    }
    show = {
        "view": args.choice("view", ("inline", "sides")),
        "minor": args.text("minor") != "0",
        "listed": with_chosen(listed, before, after),
        "folded": fold(units),
        "neighbours": neighbours(listed, before, after),
        "timeline": draw_timeline(reading.links, row, versions, life, after, pick=True),
    }
    return PageResponse(template="diff.html", data=data, show=show)


@lru_cache(maxsize=256)
def _compared(_key: tuple[object, ...], pair: _Pair) -> Change:
    from newsarchive.diff import compare

    return compare(pair.before, pair.after)


class _Pair:
    """Two articles that the cache doesn't look at: its key says all that matters."""

    def __init__(self, before: Article, after: Article) -> None:
        self.before, self.after = before, after

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair)

    def __hash__(self) -> int:
        return 0


def compared(before: Article, after: Article) -> Change:
    """`diff.compare`, remembered for the last few hundred pairs."""
    return _compared((_words(before), _words(after)), _Pair(before, after))


def _words(article: Article) -> tuple[object, ...]:
    return (
        article.title,
        article.description,
        article.authors,
        article.section,
        article.captions,
        article.published_at,
        article.modified_at,
        article.blocks,
        article.language,
        article.url,
    )


def chosen_pair(
    versions: Sequence[dict[str, Any]], listed: Sequence[dict[str, Any]], args: Args
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The two versions that are asked for, the older one first.

    Raises:
        MissingError: the story has no such version.
    """
    last = listed[-1]
    after = _named(versions, args.text("after")) or last
    at = versions.index(after)
    earlier = [v for v in listed if versions.index(v) < at]
    before = _named(versions, args.text("before")) or (earlier[-1] if earlier else after)
    pair = sorted((before, after), key=lambda v: int(v["version_no"]))
    return pair[0], pair[1]


def _named(versions: Sequence[dict[str, Any]], wanted: str) -> dict[str, Any] | None:
    if not wanted:
        return None
    for version in versions:
        if wanted in (str(version["id"]), str(version["version_no"])):
            return version
    raise MissingError(f"This story has no version {wanted}.")


def short(version: dict[str, Any]) -> dict[str, Any]:
    """What a list of versions needs of one."""
    names = (
        "id",
        "version_no",
        "first_seen_at",
        "title",
        "change_kind",
        "significant",
        "chars_added",
        "chars_removed",
    )
    return {name: version[name] for name in names}


def with_chosen(listed: Sequence[dict[str, Any]], *chosen: dict[str, Any]) -> list[dict[str, Any]]:
    """The listed versions and the chosen ones, in order."""
    every = {v["version_no"]: v for v in (*listed, *chosen)}
    return [every[no] for no in sorted(every)]


def neighbours(
    listed: Sequence[dict[str, Any]], before: dict[str, Any], after: dict[str, Any]
) -> dict[str, tuple[int, int] | None]:
    """The pairs one step earlier and one step later, as ids."""
    earlier = [v for v in listed if v["version_no"] < before["version_no"]]
    later = [v for v in listed if v["version_no"] > after["version_no"]]
    return {
        "earlier": (earlier[-1]["id"], before["id"]) if earlier else None,
        "later": (after["id"], later[0]["id"]) if later else None,
    }


def change_data(change: Change) -> dict[str, Any]:
    """A change without its script."""
    return {
        "kind": change.kind,
        "kinds": list(change.kinds),
        "significant": change.significant,
        "silent": change.silent,
        "reason": change.reason,
        "chars_added": change.chars_added,
        "chars_removed": change.chars_removed,
        "share": round(change.share, 4),
        "is_empty": change.is_empty,
    }


def in_order(fields: Sequence[FieldChange]) -> list[FieldChange]:
    """Headline, standfirst and byline first."""
    rank = {name: i for i, name in enumerate(FIELD_ORDER)}
    return sorted(fields, key=lambda f: (rank.get(f.name, 99), f.name))


def field_data(field: FieldChange) -> dict[str, Any]:
    """A field's change for template and JSON."""
    return {
        "name": field.name,
        "label": FIELD_NAMES.get(field.name, field.name.replace("_", " ").capitalize()),
        "before": field.before,
        "after": field.after,
        "words": words_data(field.words) or _whole(field.before, field.after),
    }


def _whole(before: str, after: str) -> list[dict[str, str]]:
    pieces = [{"op": "delete", "text": before}, {"op": "add", "text": after}]
    return [p for p in pieces if p["text"]]


def words_data(words: Sequence[WordEdit]) -> list[dict[str, str]]:
    """Runs of words as data."""
    return [{"op": w.op, "text": w.text} for w in words]


def units_of(change: Change) -> list[dict[str, Any]]:
    """The text's paragraphs in order, each with what happened to it and its words on both sides."""
    return [_unit(op, change) for op in change.ops]


def _unit(op: EditOp, change: Change) -> dict[str, Any]:
    before = [change.before[i] for i in op.before if i < len(change.before)]
    after = [change.after[i] for i in op.after if i < len(change.after)]
    return {
        "op": op.op,
        "before_at": list(op.before),
        "after_at": list(op.after),
        "before": before,
        "after": after,
        "words": words_data(op.words),
    }


def fold(units: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The units with long unchanged stretches put together as `{"op": "fold", "units": […]}`."""
    made: list[dict[str, Any]] = []
    stretch: list[dict[str, Any]] = []
    for unit in [*units, None]:
        if unit is not None and unit["op"] == "keep":
            stretch.append(unit)
            continue
        made += _folded(stretch, first=not made, last=unit is None)
        stretch = []
        if unit is not None:
            made.append(unit)
    return made


def _folded(stretch: list[dict[str, Any]], *, first: bool, last: bool) -> list[dict[str, Any]]:
    head = 0 if first else CONTEXT
    tail = 0 if last else CONTEXT
    inner = stretch[head : len(stretch) - tail]
    if len(inner) < 2:
        return stretch
    return [*stretch[:head], {"op": "fold", "units": inner}, *stretch[len(stretch) - tail :]]
