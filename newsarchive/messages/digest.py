"""A digest: what came, what was edited and what vanished in a span of time, for a mail and for a page of browse.

Reads the index alone; the present is handed in. Tested in tests/messages/test_digest.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal

from newsarchive.browse_links import page_of_edit, page_of_story
from newsarchive.diff.excerpt import excerpt
from newsarchive.diff.terminal import marked_words
from newsarchive.diff.word_diff import word_edits
from newsarchive.index.activity import (
    ChangeConditions,
    StoryEvent,
    changes,
    changes_by_day,
    events,
    events_by_day,
    new_stories,
)
from newsarchive.index.read import texts
from newsarchive.index.rows import ChangeRow
from newsarchive.languages import counted
from newsarchive.model import WordEdit

MOST = 40  # edits, and events, that a digest lists
Period = Literal["daily", "weekly"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEdit:
    """An edit with its words: of the headline if it differs, and the first that differ in the text."""

    change: ChangeRow
    headline: tuple[WordEdit, ...]
    words: tuple[WordEdit, ...]
    link: str  # of the page that shows it in browse; the story's own address where browse has none


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvent:
    """An event with a link, as an edit has one."""

    event: StoryEvent
    link: str

    @property
    def what(self) -> str:
        """`gone (410)`, `moved: https://…`."""
        kind, detail = self.event.kind, self.event.detail
        return detail if detail.startswith(kind) else f"{kind}: {detail}" if detail else kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What happened from `since` up to `until`. The lists hold at most MOST, silent edits first; the counts count all."""

    archive: str
    since: datetime
    until: datetime
    new_stories: dict[str, int]  # by source
    edits: tuple[ListedEdit, ...]
    n_edits: int  # significant ones
    n_silent: int  # of them
    events: tuple[ListedEvent, ...]
    n_events: int

    @property
    def is_empty(self) -> bool:
        """Nothing came, was edited or vanished."""
        return not (self.new_stories or self.n_edits or self.n_events)

    @property
    def title(self) -> str:
        """`27 November 2026`, or `23 to 29 November 2026`."""
        first, last = self.since, self.until - timedelta(seconds=1)
        if last - first < timedelta(hours=23, minutes=59, seconds=59):
            return f"{first:%Y-%m-%d %H:%M} to {self.until:%Y-%m-%d %H:%M}"
        end = f"{last.day} {last:%B %Y}"
        if first.date() == last.date():
            return end
        month = "" if f"{first:%Y%m}" == f"{last:%Y%m}" else f" {first:%B %Y}"
        return f"{first.day}{month} to {end}"

    @property
    def summary(self) -> str:
        """`12 new stories, 5 edits (3 silent), 1 event`."""
        edits = counted(self.n_edits, "edit") + (f" ({self.n_silent} silent)" if self.n_silent else "")
        parts = (counted(sum(self.new_stories.values()), "new story", "new stories"), edits)
        return ", ".join((*parts, counted(self.n_events, "event")))

    def to_text(self) -> str:
        """Return the digest for a mail without HTML, or a terminal. Deleted words are in `[-…-]`, added ones in `{+…+}`."""
        lines = [f"{self.archive}: {self.title}", self.summary]
        for heading, edits in self.groups():
            lines += ["", heading, *(line for edit in edits for line in _edit_lines(edit))]
        if self.events:
            lines += [
                "",
                "Vanished, moved, returned",
                *(line for e in self.events for line in _event_lines(e)),
            ]
        if more := self.n_edits + self.n_events - len(self.edits) - len(self.events):
            lines += ["", f"{more} more are not listed."]
        return "\n".join(lines)

    def groups(self) -> list[tuple[str, tuple[ListedEdit, ...]]]:
        """Return the edits under their headings; no heading is without edits."""
        silent = tuple(e for e in self.edits if e.change.silent)
        other = tuple(e for e in self.edits if not e.change.silent)
        return [(name, found) for name, found in (("Silent edits", silent), ("Other edits", other)) if found]


def _edit_lines(edit: ListedEdit) -> list[str]:
    row = edit.change
    head = marked_words(edit.headline) if edit.headline else row.title_after or row.url
    lines = ["", f"* {head}", *([f"  {marked_words(edit.words)}"] if edit.words else [])]
    return [*lines, f"  {_when(row.changed_at)}, {row.source}: {', '.join(row.kinds)}", f"  {edit.link}"]


def _event_lines(listed: ListedEvent) -> list[str]:
    row = listed.event
    return [
        "",
        f"* {row.title or row.url}",
        f"  {_when(row.happened_at)}, {row.source}: {listed.what}",
        f"  {listed.link}",
    ]


def _when(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]} UTC"


def read_digest(
    db: sqlite3.Connection, since: datetime, until: datetime, *, archive: str, pages: str = ""
) -> Digest:
    """Return what happened in a span, significant edits only.

    Args:
        archive: Its name.
        pages: Address of browse's pages (`https://host/-/news`), to which it then links.
    """
    edits: ChangeConditions = {"since": since, "until": until, "significant": True}
    silent: ChangeConditions = {**edits, "silent": True}
    other: ChangeConditions = {**edits, "silent": False}
    shown = changes(db, limit=MOST, **silent)
    shown += changes(db, limit=MOST - len(shown), **other)
    n_silent = sum(changes_by_day(db, **silent).values())
    words = words_of(db, shown)
    return Digest(
        archive=archive,
        since=since,
        until=until,
        new_stories=new_stories(db, since, until),
        edits=tuple(
            ListedEdit(
                change=row,
                headline=headline_words(row),
                words=words[row.id],
                link=page_of_edit(pages, row.story_id, row.before_id, row.after_id) or row.url,
            )
            for row in shown
        ),
        n_edits=n_silent + sum(changes_by_day(db, **other).values()),
        n_silent=n_silent,
        events=tuple(
            ListedEvent(event=row, link=page_of_story(pages, row.story_id) or row.url)
            for row in events(db, since=since, until=until, limit=MOST)
        ),
        n_events=sum(events_by_day(db, since=since, until=until).values()),
    )


def words_of(db: sqlite3.Connection, rows: Iterable[ChangeRow]) -> dict[int, tuple[WordEdit, ...]]:
    """Return, by the change's id, the first difference of the texts before and after it, in one line."""
    listed = list(rows)
    found = texts(db, {side for row in listed for side in (row.before_id, row.after_id)})
    return {row.id: excerpt(found.get(row.before_id, ""), found.get(row.after_id, "")) for row in listed}


def headline_words(row: ChangeRow) -> tuple[WordEdit, ...]:
    """Return the headline's words with what went and what came; empty if it is the same."""
    return word_edits(row.title_before, row.title_after) if row.title_before != row.title_after else ()


def period_of(moment: datetime, period: Period) -> tuple[datetime, datetime]:
    """Return the day, or the week from Monday on, that holds `moment`: its first moment and the next one's (UTC)."""
    day = moment.astimezone(UTC).date()
    days = 1 if period == "daily" else 7
    start = datetime.combine(day - timedelta(days=day.weekday() if days == 7 else 0), time(), UTC)
    return start, start + timedelta(days=days)
