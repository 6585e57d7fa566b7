"""From rows of the index to what a crawl should fetch again, worthiest first; and which known pages feeds and sitemaps
say were changed.

Pure: takes rows, hints and the time; reads no database. A date in a document that moved forward or a title that reads
differently is a hint; being listed is none. Tested in tests/schedule/test_due.py and
tests/schedule/test_edit_hints.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from newsarchive.config import RecheckConfig
from newsarchive.errors import BadUrlError
from newsarchive.plan import Target
from newsarchive.schedule.edit_rates import Rates
from newsarchive.schedule.recheck_policy import History, PageHistory, due
from newsarchive.urls import url_key

if TYPE_CHECKING:
    from newsarchive.index import RecheckRow
import hashlib
from dataclasses import dataclass

from newsarchive.text import fold
from newsarchive.times import iso_seconds, parse_iso


def pages_of(
    rows: Iterable[RecheckRow], hints: Mapping[str, datetime] | None = None
) -> tuple[PageHistory, ...]:
    """Return the rows as the policy wants them; `key` is the URL."""
    kept = list(rows)
    known = match_hints((row.url for row in kept), hints or {})
    return tuple(
        PageHistory(
            key=row.url,
            source=row.source,
            history=History(
                first_seen_at=row.first_seen_at,
                published_at=row.published_at,
                last_checked_at=row.last_checked_at,
                last_changed_at=row.last_changed_at,
                checks=row.n_captures,
                changes=row.n_changes,
                hinted_at=known.get(row.url),
                is_gone=row.is_gone,
                is_doubtful=row.is_doubtful,
            ),
        )
        for row in kept
    )


def match_hints(urls: Iterable[str], hints: Mapping[str, datetime]) -> dict[str, datetime]:
    """Return the hints of these pages, also where a feed spells their URL in another way (tracking, http, www).

    Keys are costly to make, so they are made only of URLs that end alike.
    """
    pages = [(url, _tail(url)) for url in urls] if hints else []
    ends = {tail for _, tail in pages}
    by_key: dict[str, datetime] = {}
    tails = set()
    for url, at in hints.items():
        if (tail := _tail(url)) in ends:
            tails.add(tail)
            key = _key(url)
            by_key[key] = max(at, by_key.get(key, at))
    found = {}
    for url, tail in pages:
        hint = hints.get(url) or (by_key.get(_key(url)) if tail in tails else None)
        if hint is not None:
            found[url] = hint
    return found


def _key(url: str) -> str:
    try:
        return url_key(url)
    except BadUrlError:
        return url


def _tail(url: str) -> str:
    """The last segment of the path; no spelling of a page's URL changes it but for case and index files."""
    path = url.partition("?")[0].rstrip("/")
    return path.rpartition("/")[2].casefold()


def due_targets(
    rows: Iterable[RecheckRow],
    *,
    now: datetime,
    policy: RecheckConfig,
    hints: Mapping[str, datetime] | None = None,
    rates: Mapping[str, Rates] | None = None,
) -> tuple[Target, ...]:
    """Return the re-checks of one crawl, worthiest first, with what makes them cheap (validators).

    Args:
        rows: One for each page of a living story.
        now: The present.
        policy: `[recheck]` of the archive.
        hints: URL -> when a feed or sitemap said that the page changed (`State.hints`).
        rates: Source -> what was learnt of its edits (`State.rates`); without, the simple rule.
    """
    by_url = {row.url: row for row in rows}
    targets = []
    for item in due(pages_of(by_url.values(), hints), now, policy, rates):
        row = by_url[item.key]
        targets.append(
            Target(
                url=row.url,
                source=row.source,
                reason="recheck",
                etag=row.etag,
                last_modified=row.last_modified,
                previous=row.previous,
                priority=item.worth,
            )
        )
    return tuple(targets)


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
    """Return a crawl's "known" event as a listing.

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
    """Return what is said to have changed.

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
