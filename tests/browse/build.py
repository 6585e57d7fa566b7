"""Makes small indexes for the tests of browse: invented stories put into the tables as ingest would.

Not an ingest: rows are written one by one from what a test says. Texts come from the newsroom's
generator or from the test itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlite_utils

from newsarchive.diff import compare
from newsarchive.index import compact
from newsarchive.index.migrations import migrations
from newsarchive.model import Article, Block, BlockKind, Change
from newsarchive.text import fingerprint
from newsarchive.times import iso_seconds, micros
from newsarchive.urls import domain, url_key

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
PAGE = b"<!doctype html><html><head><meta charset=utf-8><title>Kept</title></head><body><h1>As it was</h1></body></html>"


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
    page: bytes = PAGE

    def article(self, url: str, language: str, published: datetime | None) -> Article:
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
            blocks=(*blocks, *self.removed),
            extractor="trafilatura+newsarchive",
            extractor_version="2.3.1+1",
        )


@dataclass
class Desk:
    """Writes one index. Use as a context manager."""

    path: Path
    sources: dict[str, str] = field(default_factory=dict)
    count: int = 0

    def __enter__(self) -> Desk:
        self.db = sqlite_utils.Database(self.path)
        self.db.execute("PRAGMA journal_mode = WAL")
        migrations.apply(self.db)
        self.db.conn.execute("PRAGMA foreign_keys = OFF")
        self.put("warc_files", id=compact.warc_file_id("main.warc.gz"), name="main.warc.gz", ingested_to=0)
        return self

    def __exit__(self, *problem: object) -> None:
        self.db.conn.commit()
        self.db.close()

    def put(self, table: str, **values: Any) -> None:
        names = ", ".join(values)
        marks = ", ".join(f":{name}" for name in values)
        self.db.conn.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", values)

    def source(self, name: str, *, title: str = "", language: str = "en", homepage: str = "") -> None:
        self.sources[name] = language
        self.put(
            "sources", id=compact.source_id(name), name=name, title=title or name.title(), language=language,
            homepage=homepage or f"https://{name}.example/",
        )  # fmt: skip

    def day(self, source: str, when: datetime, outcome: str, n: int, reason: str = "new") -> None:
        self.put(
            "source_days", source_id=compact.source_id(source), day=compact.day_number(when),
            reason=compact.REASONS.index(reason), outcome=outcome, n=n, bytes=n * 40_000,
        )  # fmt: skip

    def url(self, source: str, url: str, at: datetime) -> int:
        number = compact.url_id(url)
        self.put(
            "urls", id=number, url=url, url_key=url_key(url), domain=domain(url) or "",
            source_id=compact.source_id(source), first_at=micros(at), last_at=micros(at),
        )  # fmt: skip
        self.db.conn.execute("UPDATE urls SET last_at = MAX(last_at, ?) WHERE id = ?", (micros(at), number))
        return number

    def capture(
        self, source: str, url: str, at: datetime, *, story: int | None = None, no: int | None = None,
        status: int = 200, kind: str = "response", reason: str = "recheck", event: str | None = None,
        body: bytes = PAGE, page_id: int | None = None, extras: dict[str, Any] | None = None,
    ) -> tuple[int, str, str]:  # fmt: skip
        """Inserts a capture; its id, record id and digest."""
        self.count += 1
        record = f"urn:uuid:{uuid.UUID(int=self.count << 64 | compact.hash63(url))}"
        digest = "sha1:" + base64.b32encode(hashlib.sha1(body).digest()).decode()
        number = compact.capture_id(record)
        offset, length = self.place(url, at, status, body)
        self.put(
            "captures", id=number, story_id=story, version_no=no, event=event, url_id=self.url(source, url, at),
            page_id=page_id, source_id=compact.source_id(source), warc_file_id=compact.warc_file_id("main.warc.gz"),
            warc_offset=offset, warc_length=length, record=compact.pack_record(record),
            digest=compact.pack_digest(digest), fetched_at=micros(at), seq=self.count, http_status=status,
            kind=compact.KINDS.index(kind), reason=compact.REASONS.index(reason),
        )  # fmt: skip
        if extras:
            self.put("capture_extras", capture_id=number, data=json.dumps(extras))
        return number, record, digest

    def place(self, url: str, at: datetime, status: int, body: bytes) -> tuple[int, int]:
        """Where the capture's record lies; invented here, real in `build_archive`."""
        return self.count * 1000, 900

    def story(
        self, source: str, url: str, states: Sequence[State], *, published: datetime | None = None,
        checks: Sequence[datetime] = (), gone: datetime | None = None, status: str = "", withheld: str = "",
        language: str | None = None, same_because: Sequence[str] = (), copied_from: str = "", section: str = "",
        field_changes: Sequence[tuple[datetime, str, str, str]] = (),
    ) -> int:  # fmt: skip
        """Inserts a story with its versions, captures, changes and events; its id."""
        language = self.sources[source] if language is None else language
        published = published or states[0].at
        number = compact.hash63("story", url)
        articles = [s.article(url, language, published) for s in states]
        changes = [compare(a, b) for a, b in pairwise(articles)]
        versions = [
            self._version(source, url, number, i, s, articles[i], changes, language, published)
            for i, s in enumerate(states)
        ]
        for i, (before, after) in enumerate(pairwise(versions)):
            self._change(number, before, after, changes[i], states[i], states[i + 1])
        n_checks = self._checks(source, url, number, states, checks)
        last = max([s.at for s in states] + list(checks) + ([gone] if gone else []))
        if gone:
            capture, _, _ = self.capture(
                source, url, gone, story=number, status=404, event="gone", no=len(states)
            )
            self.put("events", id=compact.hash63("event", str(capture)), story_id=number, capture_id=capture,
                     happened_at=iso_seconds(gone), kind="gone", url=url, detail="status 404")  # fmt: skip
        for at, name, before, after in field_changes:
            capture, _, _ = self.capture(source, url, at, story=number, no=len(states))
            self.put("field_changes", id=compact.hash63("field", str(capture)), story_id=number, capture_id=capture,
                     changed_at=iso_seconds(at), name=name, before=before, after=after)  # fmt: skip
        self.put("story_urls", url_id=compact.url_id(url), story_id=number)
        if copied_from:
            self.put("syndication", story_id=number, url=copied_from, url_key=url_key(copied_from))
        final = articles[-1]
        self.put(
            "stories", id=number, source=source, url=url, domain=domain(url) or "",
            title="" if withheld else final.title, description=final.description, language=language,
            section=section or final.section, status=status or ("gone" if gone else "live"),
            news_at=iso_seconds(published), published_at=iso_seconds(published), first_seen_at=iso_seconds(states[0].at),
            last_checked_at=iso_seconds(last), last_changed_at=iso_seconds(states[-1].at), n_versions=len(states),
            n_captures=len(states) + n_checks, n_changes=len(changes), latest_version_id=versions[-1],
            same_because=json.dumps(list(same_because)), withheld=int(bool(withheld)), withheld_reason=withheld,
        )  # fmt: skip
        return number

    def _version(
        self, source: str, url: str, story: int, i: int, state: State, article: Article,
        changes: Sequence[Change], language: str, published: datetime,
    ) -> int:  # fmt: skip
        page = compact.page_id(url, state.title + str(i))
        number, record, digest = self.capture(
            source, url, state.at, story=story, no=i + 1, reason="recheck" if i else "new", page_id=page,
            event=None, body=state.page,
        )  # fmt: skip
        self._page(page, source, url, state, article)
        body, captions = article.text, "\n".join(article.captions)
        text = compact.text_id(
            compact.day_number(published), article.title, article.description, body, captions
        )
        self.put("texts", id=text, title=article.title, description=article.description, text=body, captions=captions,
                 folded=self.folded(article))  # fmt: skip
        offset, length = self.db.conn.execute(
            "SELECT warc_offset, warc_length FROM captures WHERE id = ?", (number,)
        ).fetchone()
        change = changes[i - 1] if i else None
        is_last = i == len(changes)
        self.put(
            "versions", id=number, story_id=story, version_no=i + 1, is_latest=int(is_last), source=source, url=url,
            title=article.title, description=article.description, authors=self.joined(article.authors),
            publisher="", language=language, section=article.section, published_at=iso_seconds(published),
            modified_at=iso_seconds(state.modified_at) if state.modified_at else None,
            first_seen_at=iso_seconds(state.at), last_seen_at=iso_seconds(state.at), n_captures=1,
            first_capture_id=number, last_capture_id=number, page_id=page, warc_filename="main.warc.gz",
            warc_offset=offset, warc_length=length, warc_record_id=record, payload_digest=digest, text_id=text,
            text_fingerprint=fingerprint(body), paragraph_kinds=compact.paragraph_kinds(article.blocks),
            words=len(body.split()), extractor=article.extractor, extractor_version=article.extractor_version,
            confidence=0.97, change_kind=change.kind if change else "", significant=int(change.significant) if change else None,
            silent=int(change.silent) if change else None, chars_added=change.chars_added if change else None,
            chars_removed=change.chars_removed if change else None,
        )  # fmt: skip
        for place, name in enumerate(article.authors):
            author = compact.hash47("author", name)
            self.put("authors", id=author, name=name)
            self.put("version_authors", version_id=number, author_id=author, place=place)
        return number

    def joined(self, authors: Sequence[str]) -> str:
        return "; ".join(authors)

    def folded(self, article: Article) -> str:
        return ""

    def _page(self, page: int, source: str, url: str, state: State, article: Article) -> None:
        from newsarchive.extract import article_to_json

        self.put(
            "pages", id=page, url_id=compact.url_id(url), source_id=compact.source_id(source),
            month=compact.month_number(state.at), first_at=micros(state.at), kind="article",
            extractor=article.extractor, extractor_version=article.extractor_version,
            data=compact.pack_json(article_to_json(article)),
        )  # fmt: skip

    def _change(self, story: int, before: int, after: int, change: Change, a: State, b: State) -> None:
        self.put(
            "changes", id=compact.hash63("change", str(before), str(after)), story_id=story, before_id=before,
            after_id=after, changed_at=iso_seconds(b.at), not_before=iso_seconds(a.at), kind=change.kind,
            kinds=json.dumps(list(change.kinds)), significant=int(change.significant), silent=int(change.silent),
            reason=change.reason, chars_added=change.chars_added, chars_removed=change.chars_removed,
            share=change.share, title_before=a.title, title_after=b.title,
        )  # fmt: skip

    def _checks(
        self, source: str, url: str, story: int, states: Sequence[State], checks: Sequence[datetime]
    ) -> int:
        for at in checks:
            shown = sum(1 for s in states if s.at <= at)
            self.capture(source, url, at, story=story, no=max(shown, 1), status=304, kind="not-modified")
        return len(checks)


def looks(start: datetime, end: datetime, *, ratio: float = 0.2, floor: float = 900.0) -> list[datetime]:
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
