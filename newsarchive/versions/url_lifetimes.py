"""The nodes that stories are put together of: a URL, or one stretch of the life of a URL that was used again.

Pure. Tested in tests/versions/test_clustering.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from newsarchive.model import Article
from newsarchive.urls import key_or_empty, url_key
from newsarchive.versions.content_overlap import likeness
from newsarchive.versions.decisions import Decision
from newsarchive.versions.identity import guid_key
from newsarchive.versions.observation import Observation

SAME_DAY = timedelta(hours=36)  # two dates of publication farther apart are two dates


@dataclass(slots=True)
class UrlLifetime:
    key: str
    mark: str = ""  # record id at which a reused URL begins this story; empty for the first
    observations: list[Observation] = field(default_factory=list)

    @property
    def name(self) -> tuple[str, str]:
        return self.key, self.mark

    @property
    def first(self) -> tuple[object, str]:
        return self.observations[0].order, self.key

    def articles(self) -> list[Article]:
        """Return the first and the last readable state."""
        found = [a for o in self.observations if (a := o.readable)]
        return [found[0], found[-1]] if len(found) > 1 else found


def make_nodes(observations: Iterable[Observation], decisions: Sequence[Decision]) -> list[UrlLifetime]:
    by_key: dict[str, dict[str, Observation]] = defaultdict(dict)
    for observation in observations:
        by_key[url_key(observation.url)][observation.record_id] = observation
    whole = {next(iter(d.key[1])) for d in decisions if d.kind == "merge" and len(d.key[1]) == 1}
    cuts = {d.record_id for d in decisions if d.kind == "split" and d.record_id}
    nodes: list[UrlLifetime] = []
    for key in sorted(by_key):
        captures = sorted(by_key[key].values(), key=lambda o: o.order)
        nodes += [UrlLifetime(key, "", captures)] if key in whole else stretches(key, captures, cuts)
    return nodes


def stretches(key: str, captures: Sequence[Observation], cuts: set[str]) -> list[UrlLifetime]:
    """Return one node, or several where the URL was used again for another story."""
    found: list[UrlLifetime] = []
    last_read: dict[int, Observation] = {}
    here = 0
    for capture in captures:
        if not found:
            found.append(UrlLifetime(key))
        elif capture.record_id in cuts:
            found.append(UrlLifetime(key, capture.record_id))
            here = len(found) - 1
        elif capture.readable:
            order = sorted(last_read, key=lambda n: (n != here, -n))
            fitting = next((n for n in order if not is_other_story(last_read[n], capture)), None)
            if fitting is None and last_read:
                found.append(UrlLifetime(key, capture.record_id))
                here = len(found) - 1
            elif fitting is not None:
                here = fitting
        found[here].observations.append(capture)
        if capture.readable:
            last_read[here] = capture
    return found


def stays(before: Observation, captures: Iterable[Observation]) -> bool:
    """Return whether a URL goes on with its story in these captures, in order; `before` is the last one that was read."""
    for capture in captures:
        if capture.readable:
            if is_other_story(before, capture):
                return False
            before = capture
    return True


def is_other_story(before: Observation, after: Observation) -> bool:
    """Return whether one URL shows another story now: most of the text differs, and so does what names a story."""
    old, new = before.readable, after.readable
    if old is None or new is None or old is new or old == new:
        return False
    alike = likeness(old, new)
    if not alike.is_other_text:
        return False
    if old.page_kind == new.page_kind == "live blog":
        return (bool(contradictions(before, after)) and alike.is_unrelated) or (
            _other_moment(old, new) and alike.is_wholly_other
        )
    return bool(contradictions(before, after)) or (alike.is_wholly_other and not agreements(before, after))


def _other_moment(old: Article, new: Article) -> bool:
    dates = old.published_at, new.published_at
    return None not in dates and dates[0] != dates[1] and not (old.date_is_weak or new.date_is_weak)


def contradictions(a: Observation, b: Observation) -> list[str]:
    """Return what names a story and differs between two captures."""
    found = []
    x, y = a.article, b.article
    if a.feed_guid and b.feed_guid and guid_key(a) != guid_key(b):
        found.append("guid")
    if x and y:
        if x.jsonld_id and y.jsonld_id and x.jsonld_id != y.jsonld_id:
            found.append("json-ld")
        if dates_differ(x, y):
            found.append("published_at")
    return found


def dates_differ(x: Article, y: Article) -> bool:
    if x.published_at is None or y.published_at is None or x.date_is_weak or y.date_is_weak:
        return False
    return abs(x.published_at - y.published_at) > SAME_DAY


def agreements(a: Observation, b: Observation) -> bool:
    x, y = a.article, b.article
    if a.feed_guid and guid_key(a) == guid_key(b) and key_or_empty(a.feed_guid) != url_key(a.url):
        return True
    return bool(x and y and x.published_at and not x.date_is_weak and x.published_at == y.published_at)


PAGES_SAY = ("canonical", "amphtml", "json-ld", "og:url")  # evidence that a template may repeat on any page


def contradicted(a: Sequence[UrlLifetime], b: Sequence[UrlLifetime], kind: str) -> bool:
    """Return whether both pages were read and are about two stories.

    What a page says of itself joins only where texts or headlines agree; redirects, guids and ids unless both changed
    wholly.
    """
    pairs = [(x, y, likeness(x, y)) for n in a for x in n.articles() for m in b for y in m.articles()]
    if not pairs or not all(p.is_other_text for _, _, p in pairs):
        return False
    if any(dates_differ(x, y) for x, y, _ in pairs):
        return True
    if kind != "guid":
        guids = [{guid_key(o) for n in side for o in n.observations if o.feed_guid} for side in (a, b)]
        if guids[0] and guids[1] and not guids[0] & guids[1]:
            return True
    if kind in PAGES_SAY:
        return not any(p.agrees for _, _, p in pairs)
    return all(p.is_wholly_other for _, _, p in pairs)
