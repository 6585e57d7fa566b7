"""An index made of invented stories, written through the index's own write functions."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.index import compact_ids
from newsarchive.index.rows import (
    ChangeRow,
    EventRow,
    NewCapture,
    NewStory,
    PageRow,
    VersionRow,
)
from newsarchive.index.write import Index, open_index
from newsarchive.model import Candidate, Capture, RecordRef
from newsarchive.text import fingerprint
from newsarchive.times import iso_seconds
from newsarchive.urls import domain, url_key

START = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


def record_id(number: int) -> str:
    """An invented record id."""
    return f"urn:uuid:00000000-0000-4000-8000-{number:012x}"


def capture(number: int, url: str, **more: object) -> Capture:
    """An invented capture, an hour later for each number."""
    values: dict[str, object] = {
        "warc_filename": "news-1.warc.gz",
        "warc_offset": number * 1000,
        "warc_length": 900,
        "warc_record_id": record_id(number),
        "url": url,
        "fetched_at": START + timedelta(hours=number),
        "kind": "response",
        "http_status": 200,
        "content_type": "text/html; charset=utf-8",
        "payload_digest": "sha1:" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[number % 32] * 32,
        "seq": number,
        "source": "gazette",
        **more,
    }
    return Capture(**values)  # type: ignore[arg-type]


def new(made: Capture, **more: object) -> NewCapture:
    """The capture as the index takes it."""
    values: dict[str, object] = {
        "capture": made,
        "source": made.source,
        "url_key": url_key(made.url),
        "domain": domain(made.url),
        "identities": ("url:" + url_key(made.url),),
        **more,
    }
    return NewCapture(**values)  # type: ignore[arg-type]


@dataclass
class Told:
    """An invented story: its versions' (title, text), what else is said of it."""

    url: str
    versions: list[tuple[str, str]]
    source: str = "gazette"
    language: str = "en"
    section: str = ""
    authors: tuple[str, ...] = ()
    published: datetime | None = None
    status: str = "live"
    withheld: bool = False
    description: str = ""
    captions: str = ""


def build(path: Path, stories: list[Told]) -> Path:
    """Write an index of these stories at `path`."""
    with open_index(path) as index:
        for serial, told in enumerate(stories):
            add(index, told, serial * 50)
    return path


def add(index: Index, told: Told, first: int) -> NewStory:
    """Add one story whose captures are numbered from `first` on."""
    looks = [capture(first + i, told.url, source=told.source) for i in range(len(told.versions))]
    pages = [compact_ids.page_id(c.url, c.payload_digest or "") for c in looks]
    with index.batch():
        index.add_captures([new(c) for c in looks])
        index.put_pages(
            PageRow(
                id=page,
                url=told.url,
                source=told.source,
                first_at=look.fetched_at,
                kind="article",
                extractor="test",
                extractor_version="1",
                data=compact_ids.pack_json({"url": told.url}),
            )
            for page, look in zip(pages, looks, strict=True)
        )
        index.link_pages(
            {compact_ids.capture_id(c.warc_record_id): p for c, p in zip(looks, pages, strict=True)}
        )
        story = record(told, looks, pages)
        url_ids = [compact_ids.url_id(told.url)]
        index.replace_stories([story], url_ids, index.captures_of(url_ids))
    return story


def record(told: Told, looks: list[Capture], pages: list[int]) -> NewStory:
    """The story as rows."""
    news_at = told.published or looks[0].fetched_at
    versions = tuple(
        _version(told, i, looks[i], pages[i], news_at) for i in range(len(looks)) if not told.withheld
    )
    last = told.versions[-1]
    return NewStory(
        id=compact_ids.hash63("story", told.url),
        source=told.source,
        url=told.url,
        domain=domain(told.url),
        title="" if told.withheld else last[0],
        description="" if told.withheld else told.description,
        language=told.language,
        section=told.section,
        status=told.status,
        news_at=iso_seconds(news_at),
        published_at=iso_seconds(told.published) if told.published else None,
        first_seen_at=iso_seconds(looks[0].fetched_at),
        last_checked_at=iso_seconds(looks[-1].fetched_at),
        last_changed_at=iso_seconds(looks[-1].fetched_at),
        n_captures=len(looks),
        n_versions=len(versions),
        n_changes=max(len(versions) - 1, 0),
        latest_version_id=versions[-1].id if versions else None,
        withheld=told.withheld,
        versions=versions,
        changes=tuple(_change(a, b) for a, b in itertools.pairwise(versions)),
        events=_events(told, looks),
        url_ids=(compact_ids.url_id(told.url),),
        shown={
            compact_ids.capture_id(c.warc_record_id): (None if told.withheld else i + 1, None)
            for i, c in enumerate(looks)
        },
    )


def _events(told: Told, looks: list[Capture]) -> tuple[EventRow, ...]:
    if told.status == "live":
        return ()
    last = looks[-1]
    return (
        EventRow(
            id=compact_ids.part_id("events", compact_ids.capture_id(last.warc_record_id), told.status),
            story_id=compact_ids.hash63("story", told.url),
            capture_id=compact_ids.capture_id(last.warc_record_id),
            happened_at=iso_seconds(last.fetched_at),
            kind=told.status,
            url=told.url,
        ),
    )


def _version(told: Told, i: int, look: Capture, page: int, news_at: datetime) -> VersionRow:
    title, text = told.versions[i]
    at = iso_seconds(look.fetched_at)
    number = compact_ids.capture_id(look.warc_record_id)
    return VersionRow(
        id=number,
        story_id=compact_ids.hash63("story", told.url),
        version_no=i + 1,
        is_latest=i + 1 == len(told.versions),
        source=told.source,
        url=told.url,
        title=title,
        description=told.description,
        authors=", ".join(told.authors),
        author_names=told.authors,
        publisher="",
        language=told.language,
        section=told.section,
        tags="",
        tag_names=(),
        image_url="",
        canonical_url="",
        free_access=None,
        page_kind="article",
        published_at=iso_seconds(told.published) if told.published else None,
        modified_at=None,
        date_is_weak=False,
        first_seen_at=at,
        last_seen_at=at,
        n_captures=1,
        first_capture_id=number,
        last_capture_id=number,
        page_id=page,
        warc_filename=look.warc_filename,
        warc_offset=look.warc_offset,
        warc_length=look.warc_length,
        warc_record_id=look.warc_record_id,
        payload_digest=look.payload_digest or "",
        text=text,
        captions=told.captions,
        text_id=compact_ids.text_id(
            compact_ids.day_number(news_at), title, told.description, text, told.captions
        ),
        text_fingerprint=fingerprint(text),
        paragraph_kinds="p" * len(text.split("\n\n")),
        words=len(text.split()),
        extractor="test",
        extractor_version="1",
        confidence=1.0,
    )


def _change(a: VersionRow, b: VersionRow) -> ChangeRow:
    return ChangeRow(
        id=compact_ids.part_id("changes", a.id, b.id),
        story_id=b.story_id,
        before_id=a.id,
        after_id=b.id,
        changed_at=b.first_seen_at,
        not_before=a.last_seen_at,
        kind="headline" if a.title != b.title else "rewording",
        kinds=("headline",) if a.title != b.title else ("rewording",),
        significant=a.title != b.title,
        silent=True,
        reason="the test says so",
        chars_added=len(b.text),
        chars_removed=len(a.text),
        share=0.5,
        title_before=a.title,
        title_after=b.title,
        before_no=a.version_no,
        after_no=b.version_no,
        url=b.url,
        source=b.source,
        language=b.language,
        before_record_id=a.warc_record_id,
        after_record_id=b.warc_record_id,
    )


__all__ = ["Candidate", "RecordRef", "Told", "add", "build", "capture", "new", "record_id"]
