"""From a story's chain to the rows of the index. Pure. Tested in tests/ingest/test_story_rows.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from newsarchive.index import compact_ids
from newsarchive.index.folding import count_words, folded
from newsarchive.index.rows import (
    ChangeRecord,
    EventRecord,
    FieldChangeRecord,
    StoredCapture,
    StoryRecord,
    VersionRecord,
)
from newsarchive.model import Article, Change
from newsarchive.text import fingerprint_of
from newsarchive.times import iso_seconds
from newsarchive.urls import domain, url_key
from newsarchive.versions.clustering import StoryGroup, node_id
from newsarchive.versions.history import Chain, Version
from newsarchive.versions.multipage import Placed

_NO_STORY = frozenset({"front page", "soft 404"})  # never a story, unless it stands in the place of one
_OLDEST = datetime(1800, 1, 1, tzinfo=UTC)  # a date before it is a mistake of the page
_AHEAD = timedelta(days=1)  # a date further in the future is one too

Captures = Mapping[str, StoredCapture]


def story_record(
    group: StoryGroup, chain: Chain, captures: Captures, parts: Mapping[str, Placed] = MappingProxyType({})
) -> StoryRecord | None:
    """The story's rows.

    Args:
        captures: By record id, at least those of the group and its further pages.
        parts: Captures of further pages, by record id (`versions.fold_parts`); also those of other stories.

    Returns:
        None for a story of which no page was ever captured (failures, redirects, front pages, pages not found).
    """
    article = _latest_article(group, chain)
    if article is None or (not chain.versions and article.page_kind in _NO_STORY):
        return None
    looks = [captures[o.record_id] for o in group.observations]
    further = _further(group, chain, captures, parts)
    first, last = group.observations[0].fetched_at, group.observations[-1].fetched_at
    said = _Said(group)
    published = article.published_at or said.published_at
    base = StoryRecord(
        id=group.story_id,
        source=looks[0].capture.source,
        url=group.url,
        domain=domain(group.url),
        title="",
        news_at=iso_seconds(news_time(published, first)),
        first_seen_at=iso_seconds(first),
        last_checked_at=iso_seconds(last),
        last_changed_at=iso_seconds(_last_change(chain, first)),
        n_captures=sum(1 for c in looks if c.capture.kind != "rendered"),
        n_changes=0,
        same_because=group.evidence,
        url_ids=tuple(sorted({c.url_id for c in (*looks, *further.captures)})),
        aliases=tuple(sorted({*group.aliases, *further.aliases} - {group.story_id})),
        parts=further.numbers,
        shown={c.id: (None, None) for c in (*looks, *further.captures)},
    )
    if group.withheld is not None:
        return _replaced(base, withheld=True, withheld_reason=group.withheld, status=_status(chain))
    told = _shown_story(base, group, chain, captures, article, said)
    return _replaced(told, shown={**further.shown, **told.shown})


@dataclass(frozen=True, slots=True)
class _Further:
    """The captures of a story's further pages, and what of them stands in its rows."""

    captures: tuple[StoredCapture, ...]
    numbers: tuple[tuple[int, int], ...]  # (number, URL id)
    aliases: tuple[int, ...]  # ids that the pages would have as stories of their own
    shown: dict[int, tuple[int | None, str | None]]


def _further(group: StoryGroup, chain: Chain, captures: Captures, parts: Mapping[str, Placed]) -> _Further:
    """A capture of a further page shows the version that the look shows to which it belongs."""
    looks = {o.record_id for o in group.observations}
    mine = {r: p for r, p in sorted(parts.items()) if p.look in looks}
    found = {record: captures[record] for record in mine}
    return _Further(
        captures=tuple(found.values()),
        numbers=tuple(sorted({(mine[r].number, c.url_id) for r, c in found.items()})),
        aliases=tuple(sorted({node_id(url_key(c.capture.url), "") for c in found.values()})),
        shown={c.id: (chain.shown.get(mine[r].look), None) for r, c in found.items()},
    )


class _Said:
    """What feeds and sitemaps said of a story, where its page says nothing."""

    def __init__(self, group: StoryGroup) -> None:
        found = [o.candidate for o in group.observations if o.candidate]
        self.title = next((c.title for c in found if c.title), "")
        self.published_at = next((c.published_at for c in found if c.published_at), None)


def _shown_story(
    base: StoryRecord, group: StoryGroup, chain: Chain, captures: Captures, article: Article, said: _Said
) -> StoryRecord:
    day = compact_ids.day_number(datetime.fromisoformat(base.news_at))
    latest = _latest_number(group, chain)
    versions = tuple(
        _version(v, said, captures, base.source, day, is_latest=v.number == latest) for v in chain.versions
    )
    changes = _changes(group, chain, versions)
    return _replaced(
        base,
        title=article.title or said.title,
        description=article.description,
        language=article.language,
        section=article.section,
        image_url=article.image_url,
        free_access=article.free_access,
        page_kind=article.page_kind,
        status=_status(chain),
        published_at=_iso(article.published_at or said.published_at),
        modified_at=_iso(article.modified_at),
        n_changes=len(changes),
        versions=versions,
        changes=changes,
        events=tuple(
            EventRecord(
                capture_id=compact_ids.capture_id(e.record_id),
                happened_at=iso_seconds(e.at),
                kind=e.kind,
                url=e.url,
                detail=e.detail,
            )
            for e in chain.events
        ),
        field_changes=tuple(
            FieldChangeRecord(
                capture_id=compact_ids.capture_id(f.record_id),
                changed_at=iso_seconds(f.at),
                name=c.name,
                before=c.before,
                after=c.after,
            )
            for f in chain.field_changes
            for c in f.changes
        ),
        syndicated=tuple((url, url_key(url)) for url in group.syndicated),
        shown=_shown(group, chain),
    )


def _replaced(story: StoryRecord, **values: Any) -> StoryRecord:
    return replace(story, **values)


def news_time(published: datetime | None, first_seen: datetime) -> datetime:
    """When a story came out as far as is known: its own date if that can be true, else its first capture."""
    if published is None or published < _OLDEST or published > first_seen + _AHEAD:
        return first_seen
    return published


def _iso(moment: datetime | None) -> str | None:
    return iso_seconds(moment) if moment is not None else None


def _status(chain: Chain) -> str:
    if not chain.versions and chain.status == "live":
        return "unreadable"
    return chain.status


def _last_change(chain: Chain, first: datetime) -> datetime:
    return chain.versions[-1].first_seen_at if chain.versions else first


def _latest_number(group: StoryGroup, chain: Chain) -> int:
    """The version that was seen last; by turns it needn't be the one with the highest number."""
    return next(
        (chain.shown[o.record_id] for o in reversed(group.observations) if o.record_id in chain.shown), 0
    )


def _latest_article(group: StoryGroup, chain: Chain) -> Article | None:
    """The article as it was seen last in the latest version; without a version, whatever page there was."""
    latest = _latest_number(group, chain)
    seen = [o.article for o in group.observations if o.article and chain.shown.get(o.record_id) == latest]
    pages = seen or [o.article for o in group.observations if o.article]
    return pages[-1] if pages else None


def _shown(group: StoryGroup, chain: Chain) -> dict[int, tuple[int | None, str | None]]:
    events: dict[str, str] = {}
    for event in chain.events:
        events.setdefault(event.record_id, event.kind)
    return {
        compact_ids.capture_id(o.record_id): (chain.shown.get(o.record_id), events.get(o.record_id))
        for o in group.observations
    }


# ---------------------------------------------------------------- versions and changes


def _version(
    version: Version, said: _Said, captures: Captures, source: str, day: int, *, is_latest: bool
) -> VersionRecord:
    article, look = version.article, captures[version.record_id]
    full = _full_capture(look, captures)
    title, text = article.title or said.title, article.text
    captions = "\n".join(article.captions)
    published = article.published_at or said.published_at
    return VersionRecord(
        version_no=version.number,
        is_latest=is_latest,
        source=source,
        url=version.url,
        title=title,
        description=article.description,
        author_names=article.authors,
        publisher=article.publisher,
        language=article.language,
        section=article.section,
        tag_names=article.tags,
        image_url=article.image_url,
        canonical_url=article.canonical_url,
        free_access=article.free_access,
        page_kind=article.page_kind,
        published_at=_iso(published),
        modified_at=_iso(article.modified_at),
        date_is_weak=article.date_is_weak,
        first_seen_at=iso_seconds(version.first_seen_at),
        last_seen_at=iso_seconds(version.last_seen_at),
        n_captures=version.captures,
        first_capture_id=look.id,
        last_capture_id=compact_ids.capture_id(version.last_record_id),
        page_id=full.page_id or 0,
        warc_filename=full.capture.warc_filename,
        warc_offset=full.capture.warc_offset,
        warc_length=full.capture.warc_length,
        warc_record_id=version.record_id,
        payload_digest=look.capture.payload_digest or "",
        text=text,
        captions=captions,
        folded=folded(title, article.description, text, captions),
        text_id=compact_ids.text_id(day, title, article.description, text, captions),
        text_fingerprint=fingerprint_of(article.paragraphs),
        paragraph_kinds=compact_ids.paragraph_kinds(article.blocks),
        words=count_words(text),
        extractor=article.extractor,
        extractor_version=article.extractor_version,
        confidence=article.confidence,
        warnings=article.warnings,
        flapping=version.flapping,
        **_of_change(version.change),
    )


def _full_capture(look: StoredCapture, captures: Captures) -> StoredCapture:
    """The capture whose record holds the bytes that `look` showed: itself, or the one that it repeats."""
    if look.page_id is not None and look.capture.kind in compact_ids.WITH_BYTES:
        return look
    mine = [c for c in captures.values() if c.url_id == look.url_id and c.page_id is not None]
    if look.page_id is None:  # a 304: what the URL had shown last
        before = [c for c in mine if _order(c) < _order(look)]
        look = max(before, key=_order) if before else look
    full = [c for c in mine if c.page_id == look.page_id and c.capture.kind in compact_ids.WITH_BYTES]
    return min(full, key=_order) if full else look


def _order(stored: StoredCapture) -> tuple[datetime, int, int]:
    return stored.capture.fetched_at, stored.capture.seq, stored.id


def _of_change(change: Change | None) -> dict[str, Any]:
    if change is None:
        return {}
    return {
        "change_kind": change.kind,
        "significant": change.significant,
        "silent": change.silent,
        "chars_added": change.chars_added,
        "chars_removed": change.chars_removed,
    }


def _changes(group: StoryGroup, chain: Chain, versions: Sequence[VersionRecord]) -> tuple[ChangeRecord, ...]:
    """A change for each version but the first; what stood before it is what was shown last."""
    before = _before(group, chain)
    found = []
    for version, record in zip(chain.versions, versions, strict=True):
        if version.change is None or version.number not in before:
            continue
        old = versions[before[version.number] - 1]
        change = version.change
        found.append(
            ChangeRecord(
                before_id=old.id,
                after_id=record.id,
                changed_at=record.first_seen_at,
                not_before=_iso(version.not_before) or old.last_seen_at,
                kind=change.kind,
                kinds=change.kinds,
                significant=change.significant,
                silent=change.silent,
                reason=change.reason,
                chars_added=change.chars_added,
                chars_removed=change.chars_removed,
                share=round(change.share, 6),
                title_before=old.title,
                title_after=record.title,
            )
        )
    return tuple(found)


def _before(group: StoryGroup, chain: Chain) -> dict[int, int]:
    """For each version the number of the one that was shown before it appeared."""
    first = {v.record_id: v.number for v in chain.versions}
    found: dict[int, int] = {}
    shown = 0
    for observation in group.observations:
        number = first.get(observation.record_id)
        if number is not None and shown:
            found[number] = shown
        shown = chain.shown.get(observation.record_id, shown)
    return found
