"""From rows of the index to what a crawl should fetch again, worthiest first.

Pure: takes rows, hints and the time; reads no database. Tested in tests/schedule/test_due.py.
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


def pages_of(
    rows: Iterable[RecheckRow], hints: Mapping[str, datetime] | None = None
) -> tuple[PageHistory, ...]:
    """The rows as the policy wants them; `key` is the URL."""
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
            ),
        )
        for row in kept
    )


def match_hints(urls: Iterable[str], hints: Mapping[str, datetime]) -> dict[str, datetime]:
    """The hints of these pages, also where a feed spells their URL in another way (tracking, http, www).

    Keys are costly to make, so they are made only of URLs that end like a hinted one.
    """
    if not hints:
        return {}
    by_key: dict[str, datetime] = {}
    for url, at in hints.items():
        key = _key(url)
        by_key[key] = max(at, by_key.get(key, at))
    tails = {_tail(url) for url in hints}
    found = {}
    for url in urls:
        hint = hints.get(url) or (by_key.get(_key(url)) if _tail(url) in tails else None)
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
    """The re-checks of one crawl, worthiest first, with what makes them cheap (validators).

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
