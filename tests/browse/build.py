"""Makes small archives for the tests of browse: invented stories, through the index's own write functions.

Not an ingest: what a test says is stored as it says it, whether or not an extractor would find it.
Pages go into a WARC too, if a store is given.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from newsarchive.diff import compare
from newsarchive.index import compact_ids, open_index
from newsarchive.index.rows import (
    ChangeRow,
    EventRow,
    FieldChangeRow,
    NewCapture,
    NewStory,
    PageRow,
    VersionRow,
)
from newsarchive.ingest.story_copies import refresh_copies
from newsarchive.model import Article, Block, BlockKind, Capture, CaptureKind, Change, Exchange, Reason
from newsarchive.text import fingerprint
from newsarchive.times import iso_seconds
from newsarchive.urls import domain, url_key
from newsarchive.warc import WarcStore

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
INVENTED = "news-20261102-checks.warc.gz"  # of captures that no store holds
DAYS = "INSERT INTO source_days (source_id, day, reason, outcome, n, bytes) VALUES (?, ?, ?, ?, ?, ?)"
STYLE = (
    "body{font:18px/1.5 serif;margin:0 auto;max-width:40em}header{background:#123;color:#fff;padding:1em}"
    ".box{background:#eee;padding:1em}"
)


@dataclass(frozen=True, kw_only=True)
class State:
    """What a page said from one moment on."""

    at: datetime
    title: str
    paragraphs: tuple[str, ...]
    description: str = ""
    authors: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    kinds: tuple[BlockKind, ...] = ()
    removed: tuple[Block, ...] = ()
    modified_at: datetime | None = None
    section: str = ""
    image_url: str = ""
    page: bytes = b""  # empty: made from the rest

    def html(self, language: str) -> bytes:
        """What the server sent."""
        if self.page:
            return self.page
        direction = ' dir="rtl"' if language == "ar" else ""
        text = "".join(f"<p>{escape(p)}</p>\n" for p in self.paragraphs)
        boxes = "".join(f'<div class="box"><p>{escape(b.text)}</p></div>\n' for b in self.removed)
        return (
            f'<!doctype html>\n<html lang="{language}"{direction}><head><meta charset="utf-8">'
            f"<title>{escape(self.title)}</title>\n<style>{STYLE}</style></head>\n<body><header>News of the day</header>"
            f"<main><h1>{escape(self.title)}</h1>\n<p><b>{escape(self.description)}</b></p>\n{text}{boxes}</main></body></html>\n"
        ).encode()

    def article(self, url: str, language: str, published: datetime) -> Article:
        """The same as extraction would give it."""
        blocks = [
            Block(kind=self.kinds[i] if i < len(self.kinds) else "paragraph", text=p, kept=True)
            for i, p in enumerate(self.paragraphs)
        ]
        return Article(
            url=url,
            title=self.title,
            description=self.description,
            authors=self.authors,
            captions=self.captions,
            language=language,
            published_at=published,
            modified_at=self.modified_at,
            section=self.section,
            image_url=self.image_url,
            blocks=(*blocks, *self.removed),
            extractor="invented",
            extractor_version="1",
        )


@dataclass(frozen=True, kw_only=True)
class Told:
    """All that is told of one story."""

    source: str
    url: str
    states: Sequence[State]
    language: str
    published: datetime | None = None
    checks: Sequence[datetime] = ()
    gone: datetime | None = None
    happened: Sequence[tuple[datetime, str, str]] = ()  # further events: when, kind, detail
    withheld: str = ""
    same_because: tuple[str, ...] = ()
    copied_from: str = ""
    section: str = ""
    field_changes: Sequence[tuple[datetime, str, str, str]] = ()
    changes: Sequence[Change] | None = None  # None: compared

    @property
    def id(self) -> int:
        """Of the story."""
        return compact_ids.hash63("story", self.url)

    @property
    def day(self) -> datetime:
        """When it came out."""
        return self.published or self.states[0].at


@dataclass
class Desk:
    """Writes one archive. Use as a context manager."""

    root: Path
    store: WarcStore | None = None  # closed by whoever made it
    languages: dict[str, str] = field(default_factory=dict)
    finds_copies: bool = True
    count: int = 0
    sources: list[dict[str, str]] = field(default_factory=list)
    days: list[tuple[object, ...]] = field(default_factory=list)
    captures: list[Capture] = field(default_factory=list)
    pages: list[PageRow] = field(default_factory=list)
    links: dict[int, int] = field(default_factory=dict)
    stories: list[NewStory] = field(default_factory=list)

    def __enter__(self) -> Desk:
        self.root.mkdir(exist_ok=True)
        self.index = open_index(self.root / "index.db")
        return self

    def __exit__(self, *problem: object) -> None:
        self.flush()
        self.index.db.commit()
        self.index.close()

    def source(self, name: str, *, title: str = "", language: str = "en", homepage: str = "") -> None:
        """An outlet."""
        self.languages[name] = language
        homepage = homepage or f"https://{name}.example/"
        self.sources.append(
            {"name": name, "title": title, "homepage": homepage, "language": language, "config": "{}"}
        )

    def day(self, source: str, when: datetime, outcome: str, n: int, reason: Reason = "new") -> None:
        """How many fetches ended so on a day, beside those that are stored."""
        number, day = compact_ids.source_id(source), compact_ids.day_number(when)
        self.days.append((number, day, compact_ids.REASONS.index(reason), outcome, n, n * 40_000))

    def capture(
        self, source: str, url: str, at: datetime, *, status: int = 200, kind: CaptureKind = "response",
        reason: Reason = "recheck", body: bytes = b"", content_type: str = "text/html; charset=utf-8",
    ) -> Capture:  # fmt: skip
        """A look at a page, in the WARC too if there is a store."""
        self.count += 1
        if self.store is not None and kind == "response":
            head = f"HTTP/1.1 {status} OK\r\nContent-Type: {content_type}\r\nServer: invented\r\nContent-Length: {len(body)}\r\n\r\n"
            host, _, path = url.partition("://")[2].partition("/")
            return self.store.commit(
                Exchange(
                    url=url,
                    started_at=at,
                    request=f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode(),
                    response=io.BytesIO(head.encode() + body),
                    source=source,
                    reason=reason,
                    seq=self.count,
                    crawl_id="sample",
                )
            )
        return Capture(
            warc_filename=INVENTED, warc_offset=self.count * 1000, warc_length=900,
            warc_record_id=f"urn:uuid:{uuid.UUID(int=self.count << 64 | compact_ids.hash63(url))}", url=url, fetched_at=at,
            kind=kind, http_status=status, payload_digest="sha1:" + "A" * 32, source=source, reason=reason, seq=self.count,
        )  # fmt: skip

    def keep(self, *captures: Capture) -> None:
        """Captures that belong to no story."""
        self.captures += captures

    def flush(self) -> None:
        """Writes what was told, in one transaction."""
        url_ids = [u for story in self.stories for u in story.url_ids]
        with self.index.batch():
            self.index.set_sources(self.sources)
            self.index.db.executemany(DAYS, self.days)
            self.index.add_captures([_new(c) for c in self.captures])
            self.index.put_pages(self.pages)
            self.index.link_pages(self.links)
            self.index.replace_stories(self.stories, url_ids, self.index.captures_of(url_ids))
        if self.finds_copies:
            refresh_copies(self.index)
        for told in (self.days, self.captures, self.pages, self.links, self.stories):
            told.clear()

    def story(self, source: str, url: str, states: Sequence[State], **more: Any) -> int:
        """A story with its versions, captures, changes and events; its id."""
        told = Told(source=source, url=url, states=states, **{"language": self.languages[source], **more})
        looks = [
            self.capture(source, url, s.at, reason="recheck" if i else "new", body=s.html(told.language))
            for i, s in enumerate(states)
        ]
        checks = [self.capture(source, url, at, kind="not-modified", status=304) for at in told.checks]
        gone = [self.capture(source, url, told.gone, status=404, body=b"Not here.")] if told.gone else []
        happened = [self.capture(source, url, at, body=b"<p>other</p>") for at, *_ in told.happened]
        fields = [self.capture(source, url, at, body=b"<p>other</p>") for at, *_ in told.field_changes]
        articles = [s.article(url, told.language, told.day) for s in states]
        pages = [_page(told, look, article) for look, article in zip(looks, articles, strict=True)]
        story = _story(told, articles, looks, checks, gone, fields, happened)
        self.captures += [*looks, *checks, *gone, *fields, *happened]
        self.pages += pages
        self.links |= {_id(c): p.id for c, p in zip(looks, pages, strict=True)}
        self.stories.append(story)
        return story.id


def _id(capture: Capture) -> int:
    return compact_ids.capture_id(capture.warc_record_id)


def _new(capture: Capture) -> NewCapture:
    key = url_key(capture.url)
    return NewCapture(
        capture=capture, source=capture.source, url_key=key, domain=domain(capture.url), identities=(f"url:{key}",)
    )  # fmt: skip


def _page(told: Told, look: Capture, article: Article) -> PageRow:
    from newsarchive.extract import article_to_json

    return PageRow(
        id=compact_ids.page_id(told.url, look.warc_record_id), url=told.url, source=told.source, first_at=look.fetched_at,
        kind="article", extractor=article.extractor, extractor_version=article.extractor_version,
        data=compact_ids.pack_json(article_to_json(article)),
    )  # fmt: skip


def _story(
    told: Told, articles: Sequence[Article], looks: Sequence[Capture], checks: Sequence[Capture],
    gone: Sequence[Capture], fields: Sequence[Capture], happened: Sequence[Capture],
) -> NewStory:  # fmt: skip
    changes = told.changes if told.changes is not None else [compare(a, b) for a, b in pairwise(articles)]
    versions = tuple(_version(told, i, articles, looks, changes) for i in range(len(articles)))
    every = [*looks, *checks, *gone, *fields, *happened]
    events = [(c, "gone", "status 404") for c in gone]
    events += [(c, kind, detail) for c, (_, kind, detail) in zip(happened, told.happened, strict=True)]
    last = articles[-1]
    times = [c.fetched_at for c in every]
    hidden = bool(told.withheld)
    return NewStory(
        id=told.id, source=told.source, url=told.url, domain=domain(told.url), title="" if hidden else last.title,
        description="" if hidden else last.description, language=told.language, section=told.section or last.section,
        status="gone" if told.gone else "live", news_at=iso_seconds(told.day), published_at=iso_seconds(told.day),
        first_seen_at=iso_seconds(min(times)), last_checked_at=iso_seconds(max(times)),
        last_changed_at=iso_seconds(looks[-1].fetched_at), n_versions=0 if hidden else len(versions), n_changes=len(changes), n_captures=len(every),
        latest_version_id=None if hidden else versions[-1].id,
        same_because=told.same_because,
        withheld=hidden, withheld_reason=told.withheld, versions=() if hidden else versions,
        changes=() if hidden else tuple(_change(versions[i], versions[i + 1], c) for i, c in enumerate(changes)),
        events=tuple(
            EventRow(id=compact_ids.part_id("events", _id(c), kind), story_id=told.id, capture_id=_id(c), happened_at=iso_seconds(c.fetched_at), kind=kind, url=told.url, detail=detail)
            for c, kind, detail in events
        ),
        field_changes=tuple(
            FieldChangeRow(id=compact_ids.part_id("field_changes", _id(c), name), story_id=told.id, capture_id=_id(c), changed_at=iso_seconds(at), name=name, before=before, after=after)
            for c, (at, name, before, after) in zip(fields, told.field_changes, strict=True)
        ),
        url_ids=(compact_ids.url_id(told.url),),
        syndicated=((told.copied_from, url_key(told.copied_from)),) if told.copied_from else (),
        shown={_id(c): (None if hidden else _shown(told.states, c.fetched_at), "gone" if c in gone else None) for c in every},
    )  # fmt: skip


def _shown(states: Sequence[State], at: datetime) -> int:
    return max(sum(1 for s in states if s.at <= at), 1)


def _version(
    told: Told, i: int, articles: Sequence[Article], looks: Sequence[Capture], changes: Sequence[Change]
) -> VersionRow:
    article, look = articles[i], looks[i]
    change = changes[i - 1] if i else None
    captions = "\n".join(article.captions)
    return VersionRow(
        id=_id(look), story_id=told.id, version_no=i + 1, is_latest=i == len(articles) - 1, source=told.source, url=told.url, title=article.title,
        description=article.description, authors=", ".join(article.authors), author_names=article.authors, publisher="", language=told.language,
        section=article.section, tags="", tag_names=(), image_url=article.image_url, canonical_url="", free_access=None,
        page_kind="article", published_at=iso_seconds(told.day),
        modified_at=iso_seconds(article.modified_at) if article.modified_at else None, date_is_weak=False,
        first_seen_at=iso_seconds(look.fetched_at), last_seen_at=iso_seconds(look.fetched_at), n_captures=1,
        first_capture_id=_id(look), last_capture_id=_id(look), page_id=compact_ids.page_id(told.url, look.warc_record_id),
        warc_filename=look.warc_filename, warc_offset=look.warc_offset, warc_length=look.warc_length,
        warc_record_id=look.warc_record_id, payload_digest=look.payload_digest or "", text=article.text,
        captions=captions,
        text_id=compact_ids.text_id(compact_ids.day_number(told.day), article.title, article.description, article.text, captions),
        text_fingerprint=fingerprint(article.text), paragraph_kinds=compact_ids.paragraph_kinds(article.blocks),
        words=len(article.text.split()), extractor=article.extractor, extractor_version=article.extractor_version,
        confidence=0.97, change_kind=change.kind if change else "",
        significant=change.significant if change else None, silent=change.silent if change else None,
        chars_added=change.chars_added if change else None, chars_removed=change.chars_removed if change else None,
    )  # fmt: skip


def _change(old: VersionRow, new: VersionRow, change: Change) -> ChangeRow:
    return ChangeRow(
        id=compact_ids.part_id("changes", old.id, new.id), story_id=new.story_id, before_id=old.id, after_id=new.id,
        changed_at=new.first_seen_at, not_before=old.first_seen_at, kind=change.kind, kinds=change.kinds,
        significant=change.significant, silent=change.silent, reason=change.reason, chars_added=change.chars_added,
        chars_removed=change.chars_removed, share=change.share, title_before=old.title, title_after=new.title,
        before_no=old.version_no, after_no=new.version_no, url=new.url, source=new.source, language=new.language,
        before_record_id=old.warc_record_id, after_record_id=new.warc_record_id,
    )  # fmt: skip


def looks_until(
    start: datetime, end: datetime, *, ratio: float = 0.2, floor: float = 900.0
) -> list[datetime]:
    """When a page would have been looked at between two moments, ever more rarely."""
    found, at = [], start
    while True:
        at += timedelta(seconds=max(floor, (at - start).total_seconds() * ratio))
        if at >= end:
            return found
        found.append(at)


def edited(state: State, after: timedelta, **changes: Any) -> State:
    """The state that follows `state` after some time."""
    return replace(state, at=state.at + after, **changes)
