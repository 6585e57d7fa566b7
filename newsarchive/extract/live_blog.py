"""The entries of a live blog, as its own data name them, found again among the page's blocks.

What stands in a `liveBlogUpdate` belongs to the article, whatever the model thinks of a lone short paragraph,
and carries that entry's time. Pure. Tested in tests/extract/test_live_blog.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsarchive.extract import jsonld
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.jsonld import Item
from newsarchive.extract.titles import fold
from newsarchive.web import dates


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """One update: its headline and text, folded, and its time."""

    headline: str
    body: str
    at: datetime | None


def entries_of(items: Sequence[Item]) -> list[LiveEntry]:
    """All updates that the page's JSON-LD lists, in its order."""
    found = []
    for item in items:
        updates = item.get("liveBlogUpdate")
        for update in updates if isinstance(updates, list) else [updates]:
            if not isinstance(update, dict):
                continue
            moment = dates.moment(jsonld.text_of(update.get("datePublished") or update.get("dateModified")))
            headline = fold(jsonld.text_of(update.get("headline") or update.get("name")))
            body = fold(" ".join(jsonld.body_of(update).split()))
            if headline or body:
                found.append(LiveEntry(headline, body, moment.at if moment is not None else None))
    return found


def matches(blocks: Sequence[RawBlock], entries: Sequence[LiveEntry]) -> dict[int, tuple[LiveEntry, bool]]:
    """Block index -> the entry that it belongs to, and whether it is the entry's headline."""
    found: dict[int, tuple[LiveEntry, bool]] = {}
    if not entries:
        return found
    headlines = {e.headline: e for e in entries if e.headline}
    for block in blocks:
        text = fold(block.text)
        if text in headlines:
            found[block.index] = (headlines[text], True)
        elif len(text) >= 15:
            entry = next((e for e in entries if text in e.body), None)
            if entry is not None:
                found[block.index] = (entry, False)
    return found
