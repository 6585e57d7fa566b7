"""From a story's chain to the rows of the index. Pure. Tested in tests/ingest/test_story_rows.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from newsarchive.discover.url_shapes import is_fixed_page
from newsarchive.index import compact_ids
from newsarchive.index.folding import count_words
from newsarchive.index.rows import (
    FROM_ARTICLE,
    ChangeRow,
    EventRow,
    FieldChangeRow,
    NewStory,
    SeenVersion,
    StoredCapture,
    StoryExtension,
    VersionRow,
)
from newsarchive.index.version_details import details_of
from newsarchive.model import Article, Change, FieldChange
from newsarchive.text import fingerprint_of
from newsarchive.times import iso_seconds
from newsarchive.urls import domain, url_form, url_key
from newsarchive.versions.chain_state import Chain, Event, FieldRecord, Version, VersionLifetime
from newsarchive.versions.clustering import StoryGroup, node_id
from newsarchive.versions.multipage import Placed
from newsarchive.versions.observation import Observation

# Never a story, unless it is in the place of one.
_NO_STORY = frozenset({"front page", "soft 404", "listing", "profile", "product"})
_OLDEST = datetime(1800, 1, 1, tzinfo=UTC)  # a date before it is a mistake of the page
_AHEAD = timedelta(days=1)  # a date further in the future is one too

Captures = Mapping[str, StoredCapture]


def story_rows(
    group: StoryGroup, chain: Chain, captures: Captures, parts: Mapping[str, Placed] = MappingProxyType({})
) -> NewStory | None:
    """Return the story's rows.

    Args:
        captures: By record id, at least those of the group and its further pages.
        parts: Captures of further pages, by record id (`versions.fold_parts`); also those of other stories.

    Returns:
        None for a story of which no page was ever captured (failures, redirects, front pages, pages not found, fixed pages).
    """
    article = _latest_article(group, chain)
    if article is None or (not chain.versions and article.page_kind in _NO_STORY):
        return None
    if _is_fixed(group, article):
        return None
    own = [captures[o.record_id] for o in group.observations]
    further = _further(group, chain, captures, parts)
    first, last = group.observations[0].fetched_at, group.observations[-1].fetched_at
    listed = FeedWords.of(group.observations)
    base = NewStory(
        id=group.story_id,
        source=own[0].capture.source,
        url=group.url,
        domain=domain(group.url),
        title="",
        status=_status(chain),
        news_at=iso_seconds(news_time(article.published_at or listed.published_at, first)),
        first_seen_at=iso_seconds(first),
        last_checked_at=iso_seconds(last),
        last_changed_at=iso_seconds(chain.versions[-1].first_seen_at if chain.versions else first),
        n_captures=sum(1 for c in own if c.capture.kind != "rendered"),
        same_because=group.evidence,
        url_ids=tuple(sorted({c.url_id for c in (*own, *further.captures)})),
        aliases=tuple(sorted({*group.aliases, *further.aliases} - {group.story_id})),
        parts=further.numbers,
        shown={c.id: (None, None) for c in (*own, *further.captures)},
    )
    if group.withheld is not None:
        return replace(base, withheld=True, withheld_reason=group.withheld)
    whole = _readable(base, group, chain, captures, article, listed)
    return replace(whole, shown={**further.shown, **whole.shown})


def _is_fixed(group: StoryGroup, article: Article) -> bool:
    """Whether a page is one of an outlet's fixed ones: nothing but plain sitemaps names it, by its address it may be one, and
    it states neither a day nor an author."""
    if {o.candidate.kind if o.candidate else "" for o in group.observations} != {"sitemap"}:
        return False
    is_dated = not article.date_is_weak and (article.published_at or article.modified_at)
    return not is_dated and not article.authors and is_fixed_page(group.url)


@dataclass(frozen=True, slots=True)
class _Further:
    """The captures of a story's further pages, and what its rows say of them."""

    captures: tuple[StoredCapture, ...]
    numbers: tuple[tuple[int, int], ...]  # (number, URL id)
    aliases: tuple[int, ...]  # ids that the pages would have as stories of their own
    shown: dict[int, tuple[int | None, str | None]]


def _further(group: StoryGroup, chain: Chain, captures: Captures, parts: Mapping[str, Placed]) -> _Further:
    """A capture of a further page shows the version that the capture shows to which it belongs."""
    own = {o.record_id for o in group.observations}
    mine = {r: p for r, p in sorted(parts.items()) if p.look in own}
    found = {record: captures[record] for record in mine}
    return _Further(
        captures=tuple(found.values()),
        numbers=tuple(sorted({(mine[r].number, c.url_id) for r, c in found.items()})),
        aliases=tuple(sorted({node_id(url_key(c.capture.url), "") for c in found.values()})),
        shown={c.id: (chain.shown.get(mine[r].look), None) for r, c in found.items()},
    )


@dataclass(frozen=True, slots=True)
class FeedWords:
    """What feeds and sitemaps say of a story, where its page says nothing."""

    title: str = ""
    published_at: datetime | None = None

    @classmethod
    def of(cls, observations: Sequence[Observation]) -> FeedWords:
        """Return what the first of them said."""
        found = [o.candidate for o in observations if o.candidate]
        return cls(
            next((c.title for c in found if c.title), ""),
            next((c.published_at for c in found if c.published_at), None),
        )


def _readable(
    base: NewStory, group: StoryGroup, chain: Chain, captures: Captures, article: Article, listed: FeedWords
) -> NewStory:
    """`base` with what people read of the story; nothing of it is written of a withheld one."""
    latest = _latest_number(group.observations, chain)
    versions = tuple(
        _version(v, listed, captures, base, is_latest=v.number == latest) for v in chain.versions
    )
    changes = _changes(chain, versions, _before(group.observations, chain))
    return replace(
        _happened(_described(base, article, listed), chain, group.observations),
        n_versions=len(versions),
        n_changes=len(changes),
        latest_version_id=versions[-1].id if versions else None,
        versions=versions,
        changes=changes,
        syndicated=tuple((url, url_key(url)) for url in group.syndicated),
    )


def _described(base: NewStory, article: Article, listed: FeedWords) -> NewStory:
    """`base` with the words and details of its latest version."""
    return replace(
        base,
        title=article.title or listed.title,
        description=article.description,
        language=article.language,
        section=article.section,
        image_url=article.image_url,
        free_access=article.free_access,
        page_kind=article.page_kind,
        published_at=_iso(article.published_at or listed.published_at),
        modified_at=_iso(article.modified_at),
    )


def _happened(base: NewStory, chain: Chain, observations: Sequence[Observation]) -> NewStory:
    """`base` with its events and field changes, and what each capture showed."""
    return replace(
        base,
        events=tuple(_event(base.id, e) for e in chain.events),
        field_changes=tuple(_field_change(base.id, f, c) for f in chain.field_changes for c in f.changes),
        shown=_shown(observations, chain),
    )


def _event(story: int, event: Event) -> EventRow:
    capture = compact_ids.capture_id(event.record_id)
    return EventRow(
        id=compact_ids.part_id("events", capture, event.kind),
        story_id=story,
        capture_id=capture,
        happened_at=iso_seconds(event.at),
        kind=event.kind,
        url=event.url,
        detail=event.detail,
    )


def _field_change(story: int, record: FieldRecord, change: FieldChange) -> FieldChangeRow:
    capture = compact_ids.capture_id(record.record_id)
    return FieldChangeRow(
        id=compact_ids.part_id("field_changes", capture, change.name),
        story_id=story,
        capture_id=capture,
        changed_at=iso_seconds(record.at),
        name=change.name,
        before=change.before,
        after=change.after,
    )


def news_time(published: datetime | None, first_seen: datetime) -> datetime:
    """Return when a story came out as far as is known: its own date if that can be true, else its first capture."""
    if published is None or published < _OLDEST or published > first_seen + _AHEAD:
        return first_seen
    return published


def _iso(moment: datetime | None) -> str | None:
    return iso_seconds(moment) if moment is not None else None


def continued_rows(
    base: NewStory,
    first: datetime,
    observations: Sequence[Observation],
    chain: Chain,
    captures: Captures,
    listed: FeedWords,
    current: int,
    earlier: Sequence[VersionRow],
) -> StoryExtension | None:
    """Return what further captures add to a story's rows.

    Args:
        base: The story as it was, with none of its parts.
        first: When it was first captured.
        observations: The further captures, in order; none names another story or URL than those before.
        chain: What `continue_chain` made of them.
        captures: By record id, those of `observations`.
        current: Number of the version shown before them.
        earlier: The rows of `chain.earlier`.

    Returns:
        None if other rows of the story would change as well, or need captures that aren't given.
    """
    latest = _latest_number(observations, chain, current)
    pages = [o.article for o in observations if o.article and chain.shown.get(o.record_id) == latest]
    if not pages and latest != current:
        return None
    if any(captures[v.record_id].capture.kind not in compact_ids.WITH_BYTES for v in chain.versions):
        return None
    story = base
    if pages:
        published = pages[-1].published_at or listed.published_at
        story = replace(_described(base, pages[-1], listed), news_at=iso_seconds(news_time(published, first)))
    shown_urls = [o.url for o in observations if o.readable and not url_form(o.url)]
    url = shown_urls[-1] if shown_urls else base.url
    story = replace(story, url=url, domain=domain(url), status=chain.status)
    story = _happened(story, chain, observations)
    versions = tuple(
        _version(v, listed, captures, story, is_latest=v.number == latest) for v in chain.versions
    )
    changes = _changes(chain, versions, _before(observations, chain, current), earlier)
    story = replace(
        story,
        last_checked_at=iso_seconds(observations[-1].fetched_at),
        n_captures=base.n_captures + sum(1 for o in observations if o.kind != "rendered"),
        n_versions=base.n_versions + len(versions),
        n_changes=base.n_changes + len(changes),
        versions=versions,
        changes=changes,
    )
    if versions:
        story = replace(story, latest_version_id=versions[-1].id, last_changed_at=versions[-1].first_seen_at)
    return StoryExtension(story=story, seen=tuple(seen_version(v, latest) for v in chain.earlier))


def seen_version(version: VersionLifetime, latest: int) -> SeenVersion:
    """Return what changes in an earlier version's row; `latest` is the number of the version shown last."""
    return SeenVersion(
        id=compact_ids.capture_id(version.record_id),
        is_latest=version.number == latest,
        last_seen_at=iso_seconds(version.last_seen_at),
        last_capture_id=compact_ids.capture_id(version.last_record_id),
        n_captures=version.captures,
        flapping=version.flapping,
    )


def _status(chain: Chain) -> str:
    if not chain.versions and chain.status == "live":
        return "unreadable"
    return chain.status


def _latest_number(observations: Sequence[Observation], chain: Chain, before: int = 0) -> int:
    """The version that was seen last; when two alternate it needn't be the one with the highest number."""
    return next(
        (chain.shown[o.record_id] for o in reversed(observations) if o.record_id in chain.shown), before
    )


def _latest_article(group: StoryGroup, chain: Chain) -> Article | None:
    """The article as it was seen last in the latest version; without a version, whatever page there was."""
    latest = _latest_number(group.observations, chain)
    seen = [o.article for o in group.observations if o.article and chain.shown.get(o.record_id) == latest]
    pages = seen or [o.article for o in group.observations if o.article]
    return pages[-1] if pages else None


def _shown(observations: Sequence[Observation], chain: Chain) -> dict[int, tuple[int | None, str | None]]:
    events: dict[str, str] = {}
    for event in chain.events:
        events.setdefault(event.record_id, event.kind)
    return {
        compact_ids.capture_id(o.record_id): (chain.shown.get(o.record_id), events.get(o.record_id))
        for o in observations
    }


# ---------------------------------------------------------------- versions and changes


def _version(
    version: Version, listed: FeedWords, captures: Captures, story: NewStory, *, is_latest: bool
) -> VersionRow:
    article, shown = version.article, captures[version.record_id]
    full = _full_capture(shown, captures)
    title, text = article.title or listed.title, article.text
    captions = "\n".join(article.captions)
    day = compact_ids.day_number(datetime.fromisoformat(story.news_at))
    taken: dict[str, Any] = {name: getattr(article, name) for name in FROM_ARTICLE}
    return VersionRow(
        **(taken | {"title": title} | _of_change(version.change)),
        id=shown.id,
        story_id=story.id,
        version_no=version.number,
        is_latest=is_latest,
        source=story.source,
        url=version.url,
        authors=", ".join(article.authors),
        author_names=article.authors,
        tags=", ".join(article.tags),
        tag_names=article.tags,
        published_at=_iso(article.published_at or listed.published_at),
        modified_at=_iso(article.modified_at),
        first_seen_at=iso_seconds(version.first_seen_at),
        last_seen_at=iso_seconds(version.last_seen_at),
        n_captures=version.captures,
        first_capture_id=shown.id,
        last_capture_id=compact_ids.capture_id(version.last_record_id),
        page_id=full.page_id or 0,
        warc_filename=full.capture.warc_filename,
        warc_offset=full.capture.warc_offset,
        warc_length=full.capture.warc_length,
        warc_record_id=version.record_id,
        payload_digest=shown.capture.payload_digest or "",
        text=text,
        captions=captions,
        text_id=compact_ids.text_id(day, title, article.description, text, captions),
        text_fingerprint=fingerprint_of(article.paragraphs),
        paragraph_kinds=compact_ids.paragraph_kinds(article.blocks),
        words=count_words(text),
        flapping=version.flapping,
        details=details_of(article),
    )


def _full_capture(shown: StoredCapture, captures: Captures) -> StoredCapture:
    """The capture whose record holds the bytes that `shown` showed: itself, or the one that it repeats."""
    if shown.page_id is not None and shown.capture.kind in compact_ids.WITH_BYTES:
        return shown
    mine = [c for c in captures.values() if c.url_id == shown.url_id and c.page_id is not None]
    if shown.page_id is None:  # a 304: what the URL had shown last
        before = [c for c in mine if _order(c) < _order(shown)]
        shown = max(before, key=_order) if before else shown
    full = [c for c in mine if c.page_id == shown.page_id and c.capture.kind in compact_ids.WITH_BYTES]
    return min(full, key=_order) if full else shown


def _order(stored: StoredCapture) -> tuple[datetime, int, int]:
    return stored.capture.fetched_at, stored.capture.seq, stored.id


# What a version's row and that of its change take from a change as it is.
_COUNTS = ("significant", "silent", "chars_added", "chars_removed")


def _of_change(change: Change | None) -> dict[str, Any]:
    if change is None:
        return {}
    return {"change_kind": change.kind} | {name: getattr(change, name) for name in _COUNTS}


def _changes(
    chain: Chain,
    versions: Sequence[VersionRow],
    before: Mapping[int, int],
    earlier: Sequence[VersionRow] = (),
) -> tuple[ChangeRow, ...]:
    """A change for each version but the first; the version before it is what was shown last."""
    rows = {row.version_no: row for row in (*earlier, *versions)}
    return tuple(
        _change(version.change, version.not_before, rows[before[version.number]], rows[version.number])
        for version in chain.versions
        if version.change is not None and version.number in before
    )


def _change(change: Change, not_before: datetime | None, old: VersionRow, new: VersionRow) -> ChangeRow:
    counts: dict[str, Any] = {name: getattr(change, name) for name in _COUNTS}
    return ChangeRow(
        **counts,
        id=compact_ids.part_id("changes", old.id, new.id),
        story_id=new.story_id,
        before_id=old.id,
        after_id=new.id,
        changed_at=new.first_seen_at,
        not_before=_iso(not_before) or old.last_seen_at,
        kind=change.kind,
        kinds=change.kinds,
        reason=change.reason,
        share=round(change.share, 6),
        title_before=old.title,
        title_after=new.title,
        before_no=old.version_no,
        after_no=new.version_no,
        url=new.url,
        source=new.source,
        language=new.language,
        before_record_id=old.warc_record_id,
        after_record_id=new.warc_record_id,
    )


def _before(observations: Sequence[Observation], chain: Chain, shown: int = 0) -> dict[int, int]:
    """For each version the number of the one that was shown before it appeared; `shown` is the one before all."""
    first = {v.record_id: v.number for v in chain.versions}
    found: dict[int, int] = {}
    for observation in observations:
        number = first.get(observation.record_id)
        if number is not None and shown:
            found[number] = shown
        shown = chain.shown.get(observation.record_id, shown)
    return found
