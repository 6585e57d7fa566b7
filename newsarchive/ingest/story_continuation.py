"""A story goes on: what one more capture costs doesn't depend on how many there were.

After a story was put together, where its reading ended is kept with it (table `story_states`). If since then only later
captures came, at the URLs that it had, and nothing else is to be decided, they are read from there: those that repeat the
page that was shown last without reading any page, others where there are many captures. In every other case
there is no answer here and all is put together again; so the rows are those of a rebuild. Whatever changes
what was read (another template, extractor or decision, a purge) removes the state. Tested in
tests/ingest/test_story_continuation.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from newsarchive.index import compact_ids, versions
from newsarchive.index.connection import to_row
from newsarchive.index.rows import NewStory, StoredCapture, StoryExtension, StoryRow
from newsarchive.index.write import Index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.story_rows import FeedWords, continued_rows, seen_version
from newsarchive.model import Article, Capture, Change
from newsarchive.times import from_micros, iso, iso_seconds, micros, parse_iso
from newsarchive.urls import domain, url_form, url_key
from newsarchive.versions import Chain, ChainState, Observation, StoryGroup, continue_chain
from newsarchive.versions.chain_state import VersionLifetime
from newsarchive.versions.identity import syndication
from newsarchive.versions.url_lifetimes import stays

# Fewer are put together again as fast: 8 versions of 500 words take 50 ms (tests/bench/long_story.py, 2026-11-28).
VERSIONS, CAPTURES = 8, 48


class Observer(Protocol):
    """Gives captures their articles: `story_builder.Templates`."""

    def observations(self, captures: Sequence[StoredCapture]) -> list[Observation]: ...


def compared(before: Article, after: Article) -> Change:
    """`newsarchive.diff.compare`, loaded when something differs: most runs bring nothing new of known stories."""
    from newsarchive.diff import compare

    return compare(before, after)


def state_after(
    captures: Sequence[StoredCapture], group: StoryGroup, chain: Chain, decided: Decided
) -> dict[str, Any] | None:
    """Return from where later captures of a story can go on, as JSON's kinds of values.

    Args:
        captures: All that shared identities connect.
        group: The story; another one may have had its URL before.

    Returns:
        None for a story of several URLs, on several pages, about which a person decided, or which isn't the last of
        its URL.
    """
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
    shown = {c.capture.warc_record_id: c.shows for c in captures}
    return _state(
        chain.state,
        group.observations,
        FeedWords.of(group.observations),
        len(captures),
        group.observations[0].fetched_at,
        _settled_form(chain.state, shown.get),
    )


def _is_part(observation: Observation) -> bool:
    """Whether a capture belongs to an article on several pages."""
    return bool(observation.continues or (observation.article and observation.article.part))


def _settled_form(state: ChainState, form_of: Callable[[str], int | None]) -> int | None:
    """What the page shows that was read last and is the current version as it was shown last; None where anything is in doubt.

    Args:
        form_of: Returns what the page of a capture shows, by its record id.
    """
    shown = next(shown for version, shown, _ in state.versions if version.number == state.current)
    if state.trouble or state.doubtful or shown.turned or len(state.last_read) != 1:
        return None
    found = {form_of(record) for record in (shown.record_id, *state.last_read.values())}
    return found.pop() if len(found) == 1 else None


def _form_of(index: Index, near: Mapping[str, StoredCapture], record_id: str) -> int | None:
    if record_id in near:
        return near[record_id].shows
    return next((c.shows for c in index.captures_by_id([compact_ids.capture_id(record_id)]).values()), None)


def _state(
    chain: ChainState,
    observations: Sequence[Observation],
    listed: FeedWords,
    captures: int,
    first: datetime,
    form: int | None,
) -> dict[str, Any]:
    return {
        "chain": chain.to_json(),
        "form": form,
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
    if (repeated := _repeated(row, state, new)) and not decided.about(index.url_keys(urls)):
        return repeated, new
    if row.n_versions < VERSIONS and state["captures"] < CAPTURES:
        return None
    seen = sorted(observer.observations(new), key=lambda o: o.order)
    keys = {url_key(o.url) for o in seen}
    if len(index.url_keys(urls) | keys) != 1 or {c.url_id for c in new} - places or decided.about(keys):
        return None
    if any(_is_part(o) or set(syndication(o)) - originals for o in seen):
        return None
    return _extended(index, row, state, seen, new, observer)


def _repeated(row: StoryRow, state: dict[str, Any], new: Sequence[StoredCapture]) -> StoryExtension | None:
    """What captures add that show the same page as the one before them; None if they don't.

    The same as `continue_chain` and `continued_rows` give of them: they are counted, nothing else.
    """
    [(url, _), *others] = state["chain"]["last_read"].items()
    form = state["form"]
    if others or form is None or not all(_repeats(c, url, form) for c in new):
        return None
    if _says_more(FeedWords.of([Observation.of(c.capture, None) for c in new]), _listed(state)):
        return None
    chain = ChainState.from_json(state["chain"])
    last, read = new[-1].capture, [c.capture for c in new if c.page_id is not None]
    versions = [
        (_seen_again(v, last, len(new)), shown, run + len(new))
        if v.number == chain.current
        else (v, shown, run)
        for v, shown, run in chain.versions
    ]
    current = next(v for v, _, _ in versions if v.number == chain.current)
    after = replace(chain, versions=tuple(versions))
    if read:
        after = replace(after, last_read={url: read[-1].warc_record_id})
    story = NewStory(**{name: getattr(row, name) for name in to_row(row)})
    story = replace(
        story,
        last_checked_at=iso_seconds(last.fetched_at),
        n_captures=row.n_captures + len(new),
        shown={c.id: (chain.current, None) for c in new},
        state=state
        | {
            "chain": after.to_json(),
            "captures": state["captures"] + len(new),
            "until": micros(last.fetched_at),
            "last_readable": read[-1].warc_record_id if read else state["last_readable"],
        },
    )
    if read:
        story = replace(story, url=url, domain=domain(url))
    return StoryExtension(story=story, seen=(seen_version(current, chain.current),))


def _repeats(stored: StoredCapture, url: str, form: int) -> bool:
    """Whether a capture shows the page again: by its bytes, apart from numbers that change by themselves, or by the server's word."""
    capture = stored.capture
    shows = stored.shows == form if capture.kind != "not-modified" else stored.shows in (None, form)
    is_plain = not (
        capture.truncated or capture.error or capture.location or capture.redirect_from or capture.continues
    )
    return (
        shows
        and is_plain
        and capture.kind in ("response", "same-payload", "not-modified")
        and capture.http_status in (200, 304)
        and capture.url == url
        and not url_form(url)
    )


def _seen_again(version: VersionLifetime, last: Capture, times: int) -> VersionLifetime:
    return replace(
        version,
        last_seen_at=last.fetched_at,
        last_record_id=last.warc_record_id,
        captures=version.captures + times,
    )


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
    chain = continue_chain(before, seen, compared, lambda record: _article(shown(record)))
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
        form = _settled_form(chain.state, lambda record: _form_of(index, by_record, record))
        after = _state(chain.state, known, listed, state["captures"] + len(new), first, form)
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
