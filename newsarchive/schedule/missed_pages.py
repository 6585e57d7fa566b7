"""New pages that a document named and no run has got: refused, failed, or left when a run ended.

Each is tried a few times, then after growing waits, also when no feed names it any more; a run is given those that are
due and those that it mustn't ask for yet. Kept in state.db: losing it costs some requests. Fetches nothing.
Tested in tests/schedule/test_missed_pages.py and tests/archive/test_sick_outlets.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from newsarchive.plan import Target
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds

GROWTH = 4  # times as long after each further try: an hour, four, sixteen …
LONGEST_WAIT = timedelta(days=7)
KEPT = timedelta(days=30)  # after it was found, a page that never came is forgotten
MOST = 2000  # of a source that one run is given, those with the fewest tries first


def wait_after(tries: int) -> timedelta:
    """Return how long a page is left alone after so many runs that asked for it in vain.

    Returns:
        Nothing up to one try; an hour after two, four times as long after each further one, at most a week.
    """
    if tries <= 1:
        return timedelta(0)
    return min(timedelta(hours=GROWTH ** min(tries - 2, 8)), LONGEST_WAIT)


def due(state: State, sources: Iterable[str], now: datetime) -> list[Target]:
    """Return the pages of `sources` that are to be tried now, those with the fewest tries first."""
    sql = "SELECT target FROM missed WHERE source = ? AND next_at <= ? ORDER BY tries, found_at DESC, url LIMIT ?"
    rows = (row for name in sources for row in state.read(sql, (name, iso_seconds(now), MOST)))
    return [Target.from_json(text) for (text,) in rows]


def waiting(state: State, sources: Iterable[str], now: datetime) -> list[str]:
    """Return the URLs of `sources` whose next try isn't due yet."""
    sql = "SELECT url FROM missed WHERE source = ? AND next_at > ?"
    return [url for name in sources for (url,) in state.read(sql, (name, iso_seconds(now)))]


def note(state: State, tried: Iterable[Target], events: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Remember what one run missed, and forget what it got of the pages that it was given.

    Args:
        tried: What `due` gave the run.
        events: The run's "missed" events.
    """
    missed = {str(event["url"]): event for event in events}
    state.write("DELETE FROM missed WHERE url = ?", [(t.url,) for t in tried if t.url not in missed])
    rows = []
    for url, event in missed.items():
        known = state.read("SELECT tries, found_at FROM missed WHERE url = ?", (url,))
        tries, found_at = known[0] if known else (0, iso_seconds(now))
        tries += int(bool(event["is_tried"]))
        due_at = iso_seconds(now + wait_after(tries))
        rows.append((url, event["source"], found_at, tries, due_at, event["why"], event["target"]))
    state.write("INSERT OR REPLACE INTO missed VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    state.write("DELETE FROM missed WHERE found_at < ?", [(iso_seconds(now - KEPT),)])
