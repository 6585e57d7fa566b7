"""Front pages over time, from the archive: which story was where, how big, under which headline.

The index says which captures there are; what was on them is read from the WARC files each time, so nothing of it can be out of date.
Stories that are withheld are left out. Writes nothing. Tested in tests/test_fronts.py.
"""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from newsarchive.discover.front_history import FrontCapture, FrontStory, front_history
from newsarchive.discover.front_pages import FrontItem, read_front
from newsarchive.errors import NewsarchiveError, NothingFoundError
from newsarchive.index.front_captures import (
    FrontPage,
    FrontRecord,
    domains_of,
    front_pages,
    front_records,
    stories_at,
)
from newsarchive.times import from_micros, iso_seconds, micros
from newsarchive.urls import key_or_empty
from newsarchive.warc import read_payload
from newsarchive.web.charset import decode

MOST = 500  # pages that are read for one answer; a page takes 30 to 200 milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontView:
    """A page in a span of time.

    `captures` counts those in the span, `passed_over` those of them that weren't read because there are more than `MOST`, or can't be read.
    `story_ids` has the archive's story for the URLs that are one.
    """

    page: FrontPage
    captures: int
    passed_over: int
    last_capture_id: int | None
    first_at: datetime | None
    last_at: datetime | None
    stories: tuple[FrontStory, ...]
    story_ids: dict[str, int]

    def to_dict(self) -> dict[str, Any]:
        """Return the view as JSON's kinds of values, times as ISO 8601."""
        stories = (
            asdict(s) | {"headline": s.headline, "story_id": self.story_ids.get(s.url)} for s in self.stories
        )
        return {
            "page": self.page.url,
            "source": self.page.source,
            "captures": self.captures,
            "passed_over": self.passed_over,
            "last_capture_id": self.last_capture_id,
            "first_at": _plain(self.first_at),
            "last_at": _plain(self.last_at),
            "stories": [_plain(story) for story in stories],
        }


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return iso_seconds(value) if isinstance(value, datetime) else value


def find_front(db: sqlite3.Connection, key: str) -> FrontPage:
    """Return the page with this URL, or the one of this source that has most captures.

    Raises:
        NothingFoundError: there is none.
    """
    known = front_pages(db)
    wanted = key_or_empty(key)
    found = next((page for page in known if key in (page.url, page.source)), None)
    found = found or next((page for page in known if wanted and key_or_empty(page.url) == wanted), None)
    if found is None:
        raise NothingFoundError(
            "no front or section page of that name is in the archive",
            where=key[:300],
            next_step="List them with: newsarchive fronts",
        )
    return found


def read_fronts(
    root: Path, db: sqlite3.Connection, page: FrontPage, since: datetime, until: datetime, *, most: int = MOST
) -> FrontView:
    """Return what was on a page from `since` to before `until`; of more than `most` pages some are read, evenly chosen."""
    records = front_records(db, page.url, micros(since), micros(until))
    within = [record for record in records if record.at >= micros(since)]
    full = [record for record in records if record.is_full]
    read = _thinned(full, most)
    domains = domains_of(db, page.source)
    items = {
        record.id: found for record in read if (found := _items(root, record, page.url, domains)) is not None
    }
    story_ids, hidden = stories_at(db, {key_or_empty(i.url) for found in items.values() for i in found})
    captures, now = [], None
    for record in records:
        if record.is_full:
            now = items.get(record.id)
        if now is not None and record.at >= micros(since):
            shown = tuple(item for item in now if key_or_empty(item.url) not in hidden)
            captures.append(FrontCapture(from_micros(record.at), shown))
    stories = front_history(captures)
    return FrontView(
        page=page,
        captures=len(within),
        passed_over=len(within) - len(captures),
        last_capture_id=within[-1].id if within else None,
        first_at=captures[0].at if captures else None,
        last_at=captures[-1].at if captures else None,
        stories=stories,
        story_ids={s.url: number for s in stories if (number := story_ids.get(key_or_empty(s.url)))},
    )


def _thinned(records: list[FrontRecord], most: int) -> list[FrontRecord]:
    """At most so many of the records, evenly chosen, the last among them."""
    if len(records) <= most:
        return records
    step = (len(records) - 1) / (most - 1)
    return [records[round(n * step)] for n in range(most)]


def _items(
    root: Path, record: FrontRecord, url: str, domains: tuple[str, ...]
) -> tuple[FrontItem, ...] | None:
    """The stories on a captured page; None if its record can't be read."""
    try:
        return _read(root, record.warc_filename, record.warc_offset, record.warc_length, url, domains)
    except NewsarchiveError:
        return None


@lru_cache(maxsize=500)
def _read(
    root: Path, filename: str, offset: int, length: int, url: str, domains: tuple[str, ...]
) -> tuple[FrontItem, ...]:
    payload = read_payload(root, filename, offset, length)
    return read_front(decode(payload.body, payload.content_type).text, url, domains=domains)
