"""Which known pages do feeds and sitemaps say were changed?

Pure: compares what a document says of a page now with what the same document said of it before. A date
that moved forward or a title that reads differently is a hint; being listed is none. Tested in
tests/schedule/test_edit_hints.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from newsarchive.text import fold
from newsarchive.times import iso_seconds, parse_iso

Key = tuple[str, str]  # document, URL


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a document said of a page: its date (ISO 8601, empty if none) and a digest of its title."""

    at: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page that a document names. `at` is its lastmod there, else its date."""

    document: str
    url: str
    title: str | None = None
    at: datetime | None = None


def listing_of(event: Mapping[str, object]) -> Listing:
    """A crawl's "known" event as a listing.

    Raises:
        ValueError: the event's date isn't ISO 8601.
    """
    at = event.get("at")
    title = event.get("title")
    return Listing(
        document=str(event.get("document") or ""),
        url=str(event.get("url") or ""),
        title=str(title) if title else None,
        at=parse_iso(str(at)) if at else None,
    )


def compare(
    listings: Iterable[Listing], before: Mapping[Key, Listed]
) -> tuple[frozenset[str], dict[Key, Listed]]:
    """What is said to have changed.

    Args:
        listings: What documents say now.
        before: What they said last time, for those they named before.

    Returns:
        URLs that a document says changed, and what to remember. A page named for the first time gives no
        hint: it was just fetched, or soon will be.
    """
    hinted = set()
    remember: dict[Key, Listed] = {}
    for listing in listings:
        key = (listing.document, listing.url)
        now = Listed(at=iso_seconds(listing.at) if listing.at else "", title=_digest(listing.title))
        known = remember.get(key) or before.get(key)
        if known is not None and _differs(known, now):
            hinted.add(listing.url)
        if known is None or known != now:
            remember[key] = Listed(
                at=now.at or (known.at if known else ""), title=now.title or (known.title if known else "")
            )
    return frozenset(hinted), remember


def _differs(before: Listed, now: Listed) -> bool:
    is_later = bool(before.at and now.at and now.at > before.at)
    return is_later or bool(before.title and now.title and now.title != before.title)


def _digest(title: str | None) -> str:
    """A short digest of the title as a reader sees it: curly quotes and blanks make no difference."""
    folded = fold(title) if title else ""
    return hashlib.sha256(folded.encode()).hexdigest()[:16] if folded else ""
