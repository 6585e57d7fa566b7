"""Which sub-sitemaps of an index are read in a run: those that bring news, then the others by turns.

The crawl reads sub-sitemaps that nobody has read yet as it finds them in their index; this decides about the others,
whatever their index answers ("not modified" says nothing of them) and whatever date it states for them.
Tested in tests/schedule/test_sub_sitemaps.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso

HOT = 6  # of a source that are read in each run, because they brought news lately
TURNS = 2  # others of a source that are read in a run, the one that waits longest first
HOT_FOR = timedelta(days=7)  # a sub-sitemap that brought nothing for so long is one of the others
REST = timedelta(hours=6)  # between two readings of one of the others, unless its index says that it changed
LISTED_DAYS = 30  # one that no index named for so long is forgotten


@dataclass(frozen=True, slots=True, kw_only=True)
class SubSitemap:
    """A part of an index. `read_at` is None if it wasn't read, or nobody remembers."""

    url: str
    lastmod: datetime | None = None  # what its index says
    read_at: datetime | None = None
    new_at: datetime | None = None  # when it last named a page that was unknown


def choose(listed: Iterable[SubSitemap], now: datetime) -> tuple[str, ...]:
    """Return the URLs of those to read now, worthiest first; at most HOT + TURNS."""
    subs = sorted(listed, key=lambda sub: sub.url)
    hot = [sub for sub in subs if sub.new_at is not None and sub.new_at > now - HOT_FOR]
    hot = sorted(hot, key=lambda sub: sub.new_at or now, reverse=True)[:HOT]
    others = [sub for sub in subs if sub not in hot and (_changed(sub) or _has_rested(sub, now))]
    others.sort(key=lambda sub: (not _changed(sub), sub.read_at.timestamp() if sub.read_at else 0.0))
    return tuple(sub.url for sub in (*hot, *others[:TURNS]))


def _changed(sub: SubSitemap) -> bool:
    """Whether the index says that it changed since it was read."""
    return sub.lastmod is not None and sub.read_at is not None and sub.lastmod > sub.read_at


def _has_rested(sub: SubSitemap, now: datetime) -> bool:
    return sub.read_at is None or sub.read_at <= now - REST


# ---------------------------------------------------------------- in state.db


def due_sub_sitemaps(state: State, source: str, now: datetime, *, without: Collection[str] = ()) -> list[str]:
    """Return the sub-sitemaps of a source that are read in this run; `without` are read anyway."""
    rows = state.read("SELECT url, lastmod, read_at, new_at FROM sub_sitemaps WHERE source = ?", (source,))
    listed = (
        SubSitemap(url=url, lastmod=_moment(lastmod), read_at=_moment(read), new_at=_moment(new))
        for url, lastmod, read, new in rows
        if url not in without
    )
    return list(choose(listed, now))


def _moment(text: str) -> datetime | None:
    return parse_iso(text) if text else None


def note_listed(state: State, source: str, listed: Mapping[str, str | None], now: datetime) -> None:
    """Remember what an index lists: URL -> its lastmod (ISO 8601)."""
    sql = """INSERT INTO sub_sitemaps (source, url, lastmod, listed_at) VALUES (?, ?, ?, ?)
        ON CONFLICT (source, url) DO UPDATE SET lastmod = excluded.lastmod, listed_at = excluded.listed_at"""
    state.write(sql, ((source, url, lastmod or "", iso_seconds(now)) for url, lastmod in listed.items()))
    oldest = iso_seconds(now - timedelta(days=LISTED_DAYS))
    state.write(
        "DELETE FROM sub_sitemaps WHERE source = ? AND listed_at < ? AND read_at < ?",
        [(source, oldest, oldest)],
    )


def note_read(state: State, source: str, unknown: Mapping[str, int], now: datetime) -> None:
    """Remember which documents were read: URL -> how many unknown pages it named. Those of no index are passed over."""
    at = iso_seconds(now)
    sql = """UPDATE sub_sitemaps SET read_at = ?, new_at = CASE WHEN ? > 0 THEN ? ELSE new_at END
        WHERE source = ? AND url = ?"""
    state.write(sql, ((at, n, at, source, url) for url, n in unknown.items()))
