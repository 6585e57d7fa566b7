"""Copies: which outlets had whose texts, when, and how much of them; and several stories side by side.

Tested in tests/browse/test_copies.py.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from newsarchive.browse.query_args import Args, as_id, day_after
from newsarchive.browse.views import Answer, MissingError, PageResponse, Reading, story_of
from newsarchive.diff.side_by_side import side_by_side
from newsarchive.index import read
from newsarchive.index.copied_texts import copies, outlet_pairs, relatives
from newsarchive.index.known_values import refuse_unknown_sources

PER_PAGE = 100
MOST = 6  # stories side by side


def copies_page(reading: Reading, args: Args) -> Answer:
    """Return the pairs of outlets that share texts; with `original` or `source` the copies themselves."""
    since, until = args.span()
    span = {
        "since": since.isoformat() if since else "",
        "until": day_after(until).isoformat() if until else "",
    }
    chosen = {"original": args.text("original"), "source": args.text("source")}
    refuse_unknown_sources(reading.connection, filter(None, chosen.values()))
    page = args.number("page", 1, 1, 10_000)
    found = (
        copies(reading.connection, **chosen, **span, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        if any(chosen.values())
        else ()
    )
    data = {
        "ok": True,
        "pairs": [asdict(pair) for pair in outlet_pairs(reading.connection, **span)],
        "copies": [asdict(row) for row in found[:PER_PAGE]],
        "chosen": chosen,
        "page": page,
        "has_more": len(found) > PER_PAGE,
    }
    return PageResponse(template="copies.html", data=data)


def compare(reading: Reading, args: Args) -> Answer:
    """Return up to six stories side by side (`story=ID`, repeated): what each says that the others don't."""
    wanted = [number for text in args.values.get("story", ()) if (number := as_id(text)) is not None]
    if len(set(wanted)) < 2:
        raise MissingError("Name two stories or more: ?story=ID&story=ID")
    stories = [_story(reading, number) for number in dict.fromkeys(wanted[:MOST])]
    found = side_by_side([s["paragraphs"] for s in stories], [s["language"] for s in stories])
    for one, said in zip(stories, found, strict=True):
        one["said"] = [[asdict(sentence) for sentence in paragraph] for paragraph in said]
        one["only_here"] = sum(not s["also_in"] for paragraph in one["said"] for s in paragraph)
        one["sentences"] = sum(len(paragraph) for paragraph in one["said"])
        del one["paragraphs"]
    return PageResponse(template="compare.html", data={"ok": True, "stories": stories})


def _story(reading: Reading, number: int) -> dict[str, Any]:
    row, _ = story_of(reading, number)
    if row["withheld"] or row["latest_version_id"] is None:
        raise MissingError(f"The story {number} has no text that can be shown.")
    version = read.version(reading.connection, row["latest_version_id"])
    return {
        "story_id": row["id"],
        "title": version.title,
        "source": row["source"],
        "url": row["url"],
        "first_seen_at": row["first_seen_at"],
        "language": version.language,
        "paragraphs": version.paragraphs,
    }


def relatives_of(reading: Reading, story_id: int) -> list[dict[str, Any]]:
    """Return the stories of the same text as this one, itself included, as data of a page."""
    return [asdict(one) for one in relatives(reading.connection, story_id)]
