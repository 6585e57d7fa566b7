"""What happened to an archive's stories, as Atom (RFC 4287) and JSON Feed 1.1: edits with their diffs, and events.

The one feed of `newsarchive feed` and of browse. Ids are made of record ids and of nothing else, so an entry has one id
everywhere and keeps it when the index is made again, the server moves or stories are merged. Reads the index alone;
never writes, reads no clock. Tested in tests/test_change_feed.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Any, get_args
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5

from lxml.builder import ElementMaker
from lxml.etree import _Element, tostring

from newsarchive.browse_links import page_of_edit, page_of_story
from newsarchive.diff import KINDS, Heading, compare, present, render_fragment
from newsarchive.diff.html import clean, language_tag
from newsarchive.index import VersionRow, article
from newsarchive.index.activity import ALL, StoryEvent, changes, events
from newsarchive.index.counts import newest_capture
from newsarchive.index.read import version
from newsarchive.index.rows import ChangeRow
from newsarchive.languages import INTERFACE
from newsarchive.model import Change
from newsarchive.times import iso_seconds
from newsarchive.urls import readable_url
from newsarchive.versions.observation import EventKind

EVENT_KINDS = get_args(EventKind)
KNOWN_KINDS = (*(kind.name for kind in KINDS), *EVENT_KINDS)  # of changes and events


@lru_cache(maxsize=256)
def compare_versions(before: VersionRow, after: VersionRow) -> Change:
    """Return what changed from one version to another, of one story or of two; remembered for the last few hundred."""
    return compare(article(before), article(after))


def recorded_change(before: VersionRow, after: VersionRow, row: ChangeRow) -> Change:
    """Return the same with kinds, significance and silence as the index has them (a version can be `restored`)."""
    return replace(
        compare_versions(before, after),
        kind=row.kind,
        kinds=row.kinds,
        significant=row.significant,
        silent=row.silent,
        reason=row.reason,
    )


def change_between(db: sqlite3.Connection, before: VersionRow, after: VersionRow) -> Change:
    """Return what changed from one version of a story to a later one, as the index has recorded it.

    Over several versions it is silent only if each of their changes was: what told of one may be gone by then.
    """
    rows = changes(db, story=before.story_id, limit=ALL)
    for row in rows:
        if (row.before_id, row.after_id) == (before.id, after.id):
            return recorded_change(before, after, row)
    change = compare_versions(before, after)
    steps = [r for r in rows if before.version_no <= r.before_no and r.after_no <= after.version_no]
    return replace(change, silent=change.silent and all(r.silent for r in steps))


def heading(before: VersionRow, after: VersionRow) -> Heading:
    """Return what is written above the two versions' change."""
    return Heading(
        title=after.title,
        url=after.url,
        before=_named(before, after),
        after=_named(after, before),
        language=after.language,
    )


def _named(version: VersionRow, other: VersionRow) -> str:
    """A version's number and time, and, where the other is of another story, which story it is."""
    seen = version.first_seen_at
    story = "" if version.story_id == other.story_id else f"{readable_url(version.url)}, "
    return f"{story}version {version.version_no}, seen {seen[:10]} {seen[11:16]} UTC"


SIZE = 50  # entries
NO_CAPTURE = "2026-01-01T00:00:00Z"  # dates the feed of an archive that holds nothing: no release is older
_ATOM = "http://www.w3.org/2005/Atom"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_E = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedChoice:
    """Which edits and events are in a feed. A kind is a change's or an event's ("headline", "gone").

    Significance, silence and headlines are an edit's: where one is asked for, events are left out.
    """

    sources: Sequence[str] = ()
    kinds: Sequence[str] = ()
    significant: bool | None = None
    silent: bool | None = None
    headline: bool = False
    events_only: bool = False
    since: datetime | None = None
    until: datetime | None = None

    @property
    def of_events(self) -> dict[str, Any]:
        """The conditions of `index.activity.events`."""
        return {name: getattr(self, name) for name in ("sources", "kinds", "since", "until")}

    @property
    def of_edits(self) -> dict[str, Any]:
        """The conditions of `index.activity.changes`."""
        return self.of_events | {name: getattr(self, name) for name in ("significant", "silent", "headline")}

    @property
    def as_query(self) -> dict[str, Any]:
        """The fields of browse's page of the same choice; it counts whole days, the last one included."""
        last = self.until and (self.until - timedelta(microseconds=1)).date().isoformat()
        flags = {name: getattr(self, name) or None for name in ("significant", "silent", "headline")}
        given = {"source": self.sources, "kind": self.kinds, "until": last} | flags
        given["since"] = self.since and self.since.date().isoformat()
        return {name: 1 if value is True else value for name, value in given.items() if value}

    @property
    def edits_only(self) -> bool:
        """True where no event can be meant."""
        return self.headline or self.significant is not None or self.silent is not None

    def __str__(self) -> str:
        """The choice in words: `gazette, silent`; empty if everything is chosen."""
        parts = [*self.sources, *self.kinds]
        for name, flag in (("significant", self.significant), ("silent", self.silent)):
            parts += [] if flag is None else [name if flag else f"not {name}"]
        parts += ["headline changed"] if self.headline else []
        parts += ["events only"] if self.events_only else []
        parts += [f"from {iso_seconds(self.since)}"] if self.since else []
        parts += [f"before {iso_seconds(self.until)}"] if self.until else []
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An edit or an event. Texts have no character that XML doesn't allow; `content` is HTML."""

    id: str
    at: str  # ISO 8601
    title: str
    summary: str
    content: str
    source: str
    tags: tuple[str, ...]
    language: str
    url: str  # of the story at its outlet; empty if it is no web address
    link: str  # of the page that shows it; `url` where there is none


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFeed:
    """A feed before it is written; `as_atom` and `as_json` say the same."""

    id: str
    title: str
    updated: str  # ISO 8601
    entries: tuple[FeedEntry, ...] = ()
    page_url: str = ""  # of the page that shows the same choice

    def as_atom(self, self_url: str = "") -> str:
        """Return an Atom document in UTF-8 with its XML declaration; `self_url` is its own address."""
        feed = _E.feed(
            {_LANG: INTERFACE},
            _E.id(self.id),
            _E.title(self.title),
            _E.updated(self.updated),
            _E.author(_E.name("newsarchive")),
            _E.generator("newsarchive", uri="https://pypi.org/project/newsarchive/"),
            *_links(alternate=self.page_url, self=self_url),
            *map(_atom_entry, self.entries),
        )
        return tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True).decode()

    def as_json(self, self_url: str = "") -> str:
        """Return a JSON Feed; `self_url` is its own address."""
        feed = {
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title,
            "home_page_url": self.page_url,
            "feed_url": self_url,
            "items": [_json_item(entry) for entry in self.entries],
        }
        return json.dumps({k: v for k, v in feed.items() if v or k == "items"}, ensure_ascii=False, indent=1)


def read_feed(
    db: sqlite3.Connection,
    choice: FeedChoice,
    *,
    archive: str,
    pages: str = "",
    page_url: str = "",
    limit: int = SIZE,
) -> ChangeFeed:
    """Return the newest edits and events of a choice, latest first.

    Args:
        archive: Its name; with the choice it makes the feed's id.
        pages: Address of browse's pages (`https://host/-/news`), to which entries then link.
        page_url: Of the page with the same choice.
        limit: Entries at most.

    Returns:
        A feed that depends on the index alone. It is dated by its newest entry; without entries by the newest
        capture of the archive; without captures by NO_CAPTURE.
    """
    found: list[FeedEntry] = []
    if not choice.events_only:
        found += [_edit(db, row, pages) for row in changes(db, limit=limit, **choice.of_edits)]
    if not choice.edits_only:
        found += [_event(row, pages) for row in events(db, limit=limit, **choice.of_events)]
    entries = tuple(sorted(found, key=lambda e: (e.at, e.id), reverse=True)[:limit])
    chosen = f" ({choice})" if str(choice) else ""
    return ChangeFeed(
        id=_urn("feed", archive, str(choice)),
        title=clean(f"{archive}: edits and events{chosen}"),
        updated=entries[0].at if entries else newest_capture(db) or NO_CAPTURE,
        entries=entries,
        page_url=page_url,
    )


def _edit(db: sqlite3.Connection, row: ChangeRow, pages: str) -> FeedEntry:
    before, after = version(db, row.before_id), version(db, row.after_id)
    change, names = recorded_change(before, after, row), heading(before, after)
    marks = [name for name in ("silent", "significant") if getattr(change, name)]
    content = (
        f"<p>{escape(names.before)} → {escape(names.after)}</p>\n<p>{escape(present(change).summary)}</p>\n"
    )
    return _entry(
        id=_record_urn(row.after_record_id),
        at=row.changed_at,
        title=f"{row.source}: {row.title_after} ({row.kind})",
        summary=present(change).summary,
        content=content + render_fragment(change, names, for_feed=True),
        source=row.source,
        tags=(*row.kinds, *marks),
        language=row.language,
        url=row.url,
        link=page_of_edit(pages, row.story_id, row.before_id, row.after_id),
    )


def _event(row: StoryEvent, pages: str) -> FeedEntry:
    summary = f"{row.kind}: {row.detail}" if row.detail else row.kind
    return _entry(
        id=_urn("event", row.record_id, row.kind),
        at=row.happened_at,
        title=f"{row.source}: {row.title or row.url} ({row.kind})",
        summary=summary,
        content=f"<p>{escape(summary)}</p>\n<p>{escape(row.url)}</p>",
        source=row.source,
        tags=(row.kind,),
        language=row.language,
        url=row.url,
        link=page_of_story(pages, row.story_id),
    )


def _entry(*, url: str, link: str, tags: Iterable[str], language: str, **texts: str) -> FeedEntry:
    """An entry whose texts are fit for XML and JSON."""
    there = quote(clean(url), safe="%:/?#[]@!$&'()*+,;=~") if url.startswith(("http://", "https://")) else ""
    return FeedEntry(
        url=there,
        link=link or there,
        tags=tuple(map(clean, tags)),
        language=language_tag(language),
        **{name: clean(text) for name, text in texts.items()},
    )


def _record_urn(record_id: str) -> str:
    """A record id as an Atom id; one that is no UUID is hashed to one."""
    try:
        return UUID(record_id.removeprefix("urn:uuid:")).urn
    except ValueError:
        return _urn("record", record_id)


def _urn(*parts: str) -> str:
    """A UUID made of `parts` alone, as a URN."""
    return uuid5(NAMESPACE_URL, "newsarchive:" + json.dumps(parts)).urn


def _atom_entry(entry: FeedEntry) -> _Element:
    title = _E.title(entry.title)
    if entry.language:  # of the story's words; what the program says around them is in the feed's
        title.set(_LANG, entry.language)
    related = entry.url if entry.link != entry.url else ""
    made = _E.entry(
        _E.id(entry.id),
        title,
        *_links(alternate=entry.link, related=related),
        _E.published(entry.at),
        _E.updated(entry.at),
        _E.author(_E.name(entry.source or "unknown source")),
        *(_E.category(term=tag) for tag in entry.tags),
        _E.summary(entry.summary),
        _E.content(entry.content, type="html"),
    )
    return made


def _links(**addresses: str) -> list[_Element]:
    return [_E.link(rel=rel, href=address) for rel, address in addresses.items() if address]


def _json_item(entry: FeedEntry) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.link,
        "external_url": entry.url if entry.link != entry.url else "",
        "title": entry.title,
        "summary": entry.summary,
        "content_html": entry.content,
        "date_published": entry.at,
        "date_modified": entry.at,
        "authors": [{"name": entry.source}],
        "tags": entry.tags,
        "language": entry.language,
    }
    return {name: value for name, value in item.items() if value}
