"""A story with many captures goes on: what one more costs doesn't depend on how many there were.

After such a story was put together, where its reading ended is kept with it (table `story_states`). If since then only later
captures came, at the URLs that it had, and nothing else is to be decided, they are read from there. In every other case
there is no answer here and all is put together again; so the rows are those of a rebuild. Whatever changes
what was read (another template, extractor or decision, a purge) removes the state. Tested in
tests/ingest/test_story_continuation.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from newsarchive.diff import compare
from newsarchive.index import compact_ids, versions
from newsarchive.index.connection import to_row
from newsarchive.index.rows import NewStory, StoredCapture, StoryExtension, StoryRow
from newsarchive.index.write import Index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.story_rows import FeedWords, continued_rows
from newsarchive.model import Article
from newsarchive.times import from_micros, iso, micros, parse_iso
from newsarchive.urls import url_key
from newsarchive.versions import Chain, ChainState, Observation, StoryGroup, continue_chain
from newsarchive.versions.identity import syndication
from newsarchive.versions.url_lifetimes import stays

# Fewer are put together again as fast: 8 versions of 500 words take 50 ms (tests/bench/long_story.py, 2026-11-28).
VERSIONS, CAPTURES = 8, 48


class Observer(Protocol):
    """Gives captures their articles: `story_builder.Templates`."""

    def observations(self, captures: Sequence[StoredCapture]) -> list[Observation]: ...


def state_after(
    captures: Sequence[StoredCapture], group: StoryGroup, chain: Chain, decided: Decided
) -> dict[str, Any] | None:
    """Return from where later captures of a story can go on, as JSON's kinds of values.

    Args:
        captures: All that shared identities connect.
        group: The story; another one may have had its URL before.

    Returns:
        None for a story of few captures, of several URLs, on several pages, about which a person decided, or which
        isn't the last of its URL.
    """
    if len(chain.versions) < VERSIONS and len(captures) < CAPTURES:
        return None
    keys = {url_key(c.capture.url) for c in captures}
    last = max(
        captures, key=lambda c: (c.capture.fetched_at, c.capture.seq, c.capture.warc_record_id)
    ).capture
    if len(keys) != 1 or decided.about(keys) or group.observations[-1].record_id != last.warc_record_id:
        return None
    if any(map(_is_part, group.observations)) or chain.state is None:
        return None
    current = [o for o in group.observations if chain.shown.get(o.record_id) == chain.state.current]
    if not any(o.article for o in current):
        return None
    return _state(
        chain.state,
        group.observations,
        FeedWords.of(group.observations),
        len(captures),
        group.observations[0].fetched_at,
    )


def _is_part(observation: Observation) -> bool:
    """Whether a capture belongs to an article on several pages."""
    return bool(observation.continues or (observation.article and observation.article.part))


def _state(
    chain: ChainState, observations: Sequence[Observation], listed: FeedWords, captures: int, first: datetime
) -> dict[str, Any]:
    return {
        "chain": chain.to_json(),
        "captures": captures,
        "first_at": micros(first),
        "until": micros(observations[-1].fetched_at),
        "last_readable": next(o.record_id for o in reversed(observations) if o.readable),
        "title": listed.title,
        "published_at": iso(listed.published_at) if listed.published_at else None,
    }


def extension_of(
    index: Index, urls: set[int], decided: Decided, observer: Observer
) -> tuple[StoryExtension, list[StoredCapture]] | None:
    """Return what later captures add to the story of these URLs, and those captures.

    Args:
        urls: All that shared identities connect.

    Returns:
        None if all must be put together again.
    """
    found = index.state_of(urls)
    if found is None:
        return None
    row, state = found
    new = index.captures_since(urls, state["until"])
    if not new or state["captures"] + len(new) != index.count_captures(urls):
        return None
    places, originals = index.story_places(row.id)
    seen = sorted(observer.observations(new), key=lambda o: o.order)
    keys = {url_key(o.url) for o in seen}
    if len(index.url_keys(urls) | keys) != 1 or {c.url_id for c in new} - places or decided.about(keys):
        return None
    if any(_is_part(o) or set(syndication(o)) - originals for o in seen):
        return None
    return _extended(index, row, state, seen, new, observer)


def _extended(
    index: Index,
    row: StoryRow,
    state: dict[str, Any],
    seen: Sequence[Observation],
    new: list[StoredCapture],
    observer: Observer,
) -> tuple[StoryExtension, list[StoredCapture]] | None:
    listed = _listed(state)
    if _says_more(FeedWords.of(seen), listed):
        return None
    shown = _reader(index, observer)
    last_readable = shown(state["last_readable"])
    if not stays(last_readable, seen):
        return None
    before = ChainState.from_json(state["chain"])
    chain = continue_chain(before, seen, compare, lambda record: _article(shown(record)))
    if chain is None:
        return None
    by_record = {c.capture.warc_record_id: c for c in new}
    base = NewStory(**{name: getattr(row, name) for name in to_row(row)})
    earlier = versions(index.db, row.id, first=chain.earlier[0].number) if chain.versions else ()
    first = from_micros(state["first_at"])
    more = continued_rows(base, first, seen, chain, by_record, listed, before.current, earlier)
    if more is None or more.story.news_at[:10] != row.news_at[:10]:  # the ids of its texts begin with the day
        return None
    story = more.story
    if chain.state is not None:
        known = [last_readable, *seen]
        after = _state(chain.state, known, listed, state["captures"] + len(new), first)
        story = replace(story, state=after)
    return replace(more, story=story), new


def _listed(state: dict[str, Any]) -> FeedWords:
    published = state["published_at"]
    return FeedWords(state["title"], parse_iso(published) if published else None)


def _says_more(new: FeedWords, known: FeedWords) -> bool:
    """Whether feeds say something now that the rows of earlier versions would show, too."""
    return bool((new.title and not known.title) or (new.published_at and not known.published_at))


def _reader(index: Index, observer: Observer) -> Callable[[str], Observation]:
    """A function that returns an earlier capture with its article, by its record id."""

    @cache
    def read(record_id: str) -> Observation:
        [stored] = index.captures_by_id([compact_ids.capture_id(record_id)]).values()
        return observer.observations([stored])[0]

    return read


def _article(observation: Observation) -> Article:
    if observation.article is None:
        raise ValueError(f"{observation.record_id} shows no page")
    return observation.article
