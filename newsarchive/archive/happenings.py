"""What happened to stories since a moment, as watches want it, and the page of an edit that a watch's message carries.

Reads the index; decides nothing. Tested in tests/archive/test_alarms.py and tests/archive/test_sending.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from newsarchive.browse_links import page_of_edit, page_of_story
from newsarchive.change_feed import change_between, heading
from newsarchive.diff.excerpt import excerpt
from newsarchive.index import changes
from newsarchive.index.activity import arrivals, events
from newsarchive.index.read import version
from newsarchive.index.rows import ChangeRow, VersionRow
from newsarchive.messages.digest import headline_words
from newsarchive.messages.message_pages import edit_page
from newsarchive.schedule.watchlist import Happening, WatchMatch
from newsarchive.times import parse_iso

MANY = 10_000  # changes of one run


def happenings(db: sqlite3.Connection, since: datetime, pages: str = "") -> Iterator[Happening]:
    """Yield stories that came, edits and events since a moment, as watches want them; `pages` is where browse's are."""
    for row in arrivals(db, since):
        made = version(db, row.id)
        yield Happening(
            key=f"new {row.id}",
            story_id=row.story_id,
            url=row.url,
            source=row.source,
            at=parse_iso(row.first_seen_at),
            kinds=("new",),
            title_after=made.title,
            after=_words(made),
            link=page_of_story(pages, row.story_id),
        )
    for change in changes(db, since=since, limit=MANY):
        yield edit_happening(db, change, pages)
    for event in reversed(events(db, since=since, limit=MANY)):
        yield Happening(
            key=f"event {event.id}",
            story_id=event.story_id,
            url=event.url,
            source=event.source,
            at=parse_iso(event.happened_at),
            kinds=(event.kind,),
            title_before=event.title,
            link=page_of_story(pages, event.story_id),
        )


def edit_happening(db: sqlite3.Connection, change: ChangeRow, pages: str) -> Happening:
    """Return an edit as watches want it."""
    before, after = version(db, change.before_id), version(db, change.after_id)
    return Happening(
        key=f"change {change.id}",
        story_id=change.story_id,
        url=change.url,
        source=change.source,
        at=parse_iso(change.changed_at),
        kinds=change.kinds,
        title_before=before.title,
        title_after=after.title,
        before=_words(before),
        after=_words(after),
        words=tuple(filter(None, (headline_words(change), excerpt(before.text, after.text)))),
        versions=(before.id, after.id),
        link=page_of_edit(pages, change.story_id, before.id, after.id),
    )


def page_of(db: sqlite3.Connection, hit: WatchMatch) -> str:
    """Return the page that shows the edit of a hit; empty for other hits."""
    if not any(hit.happening.versions):
        return ""
    before, after = (version(db, number) for number in hit.happening.versions)
    change = change_between(db, before, after)
    link = hit.happening.link or hit.happening.url
    return edit_page(change, heading(before, after), subject=hit.subject, link=link)


def _words(made: VersionRow) -> str:
    return "\n".join((made.title, made.description, made.text))
