"""Two versions of a story beside or inside each other.

What differs and how it is shown is decided by newsarchive.diff; here two versions are chosen, and its fragment is put
on the page. Tested in tests/browse/test_diff.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from markupsafe import Markup

from newsarchive.browse.found_words import FoundWords
from newsarchive.browse.query_args import Args
from newsarchive.browse.story_page import draw_timeline, life_of
from newsarchive.browse.views import (
    Answer,
    MissingError,
    PageResponse,
    Reading,
    Redirect,
    story_of,
    versions_of,
)
from newsarchive.change_feed import change_between, heading
from newsarchive.diff import present, render_fragment
from newsarchive.diff.html import View
from newsarchive.diff.present import Presentation
from newsarchive.index import changes, read
from newsarchive.index.activity import ALL
from newsarchive.model import Change, WordEdit


def diff(reading: Reading, args: Args) -> Answer:
    """Return the page of a comparison.

    `before` and `after` are ids or numbers of versions (without them: the last two); `view=sides`
    puts them beside each other; `minor=0` leaves versions with only insignificant changes out of the lists; `q` marks words.
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
    a, b = (read.version(reading.connection, v["id"]) for v in (before, after))
    rows = changes(reading.connection, story=row["id"], limit=ALL)
    stored = next((c for c in rows if (c.before_id, c.after_id) == (a.id, b.id)), None)
    change = change_between(reading.connection, a, b)
    shown = present(change)
    view: View = args.choice("view", get_args(View))  # type: ignore[assignment]
    life = life_of(reading, row["id"])
    data = {
        "ok": True,
        "story": row,
        "before": before,
        "after": after,
        "change": change_data(change),
        "stored_change": stored and next(c for c in life["changes"] if c["id"] == stored.id),
        "fields": fields_data(change, shown),
        "units": units_data(change, shown),
        "versions": [short(v) for v in versions],
    }
    found = FoundWords(args.text("q"))
    fragment = render_fragment(change, heading(a, b), view=view, heading_level=2, marks=found.pieces)
    show = {
        "found": found,
        "q": args.text("q"),
        "view": view,
        "minor": args.text("minor") != "0",
        "listed": with_chosen(listed, before, after),
        "facts": shown.facts,
        "has_moves": any(unit.kind == "move" for unit in shown.units),
        "fragment": Markup(fragment),  # noqa: S704
        "neighbours": neighbours(listed, before, after),
        "timeline": draw_timeline(reading.links, row, versions, life, after, is_diff=True, q=args.text("q")),
    }
    return PageResponse(template="diff.html", data=data, show=show)


def chosen_pair(
    versions: Sequence[dict[str, Any]], listed: Sequence[dict[str, Any]], args: Args
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two versions that are asked for, the older one first.

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
    """Return what a list of versions needs of one."""
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
    """Return the listed versions and the chosen ones, in order."""
    every = {v["version_no"]: v for v in (*listed, *chosen)}
    return [every[no] for no in sorted(every)]


def neighbours(
    listed: Sequence[dict[str, Any]], before: dict[str, Any], after: dict[str, Any]
) -> dict[str, tuple[int, int] | None]:
    """Return the pairs one step earlier and one step later, as ids."""
    earlier = [v for v in listed if v["version_no"] < before["version_no"]]
    later = [v for v in listed if v["version_no"] > after["version_no"]]
    return {
        "earlier": (earlier[-1]["id"], before["id"]) if earlier else None,
        "later": (after["id"], later[0]["id"]) if later else None,
    }


def change_data(change: Change) -> dict[str, Any]:
    """Return a change without its script."""
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


def fields_data(change: Change, shown: Presentation) -> list[dict[str, Any]]:
    """Return the fields that differ, for JSON: `name`, `label`, `before`, `after`, `words`."""
    texts = {f.name: {"before": f.before, "after": f.after} for f in change.fields}
    return [
        {"name": f.name, "label": f.label, **texts[f.name], "words": words_data(f.words)}
        for f in shown.fields
    ]


def units_data(change: Change, shown: Presentation) -> list[dict[str, Any]]:
    """Return the paragraphs in order, for JSON, each with what happened to it and its words on both sides."""
    return [
        {
            "op": unit.kind,
            "before_at": unit.before,
            "after_at": unit.after,
            "before": [change.before[i] for i in unit.before],
            "after": [change.after[i] for i in unit.after],
            "words": words_data(unit.words),
            "note": unit.note,
            "rows": [[words_data(cell) for cell in row.cells] for row in unit.rows],
        }
        for unit in shown.units
        if unit.kind != "moved away"
    ]


def words_data(words: Sequence[WordEdit]) -> list[dict[str, str]]:
    """Return runs of words as data; one whose text is an empty line is a break between paragraphs."""
    return [{"op": w.op, "text": w.text} for w in words]
