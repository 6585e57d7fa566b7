"""The evidence between nodes as edges: what pages, servers and feeds say, and what two nodes have in common.

Which edges hold is decided elsewhere (newsarchive/versions/clustering.py); what names too many stories is left
out here. Pure. Tested in tests/versions/test_clustering.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

from newsarchive.versions.content_overlap import likeness
from newsarchive.versions.identity import (
    STRENGTH,
    UrlFacts,
    claims,
    guid_key,
    is_short_guid,
    is_specific,
    main_id,
    same_id,
    text_keys,
    url_facts,
)
from newsarchive.versions.url_lifetimes import UrlLifetime

HUB = (
    3  # different stories that may name one page before the page is taken for a section, a login, a constant
)


@dataclass(frozen=True, slots=True, order=True)
class Edge:
    strength: int
    a: int
    b: int
    text: str


def evident(nodes: list[UrlLifetime]) -> Iterator[Edge]:
    yield from _claimed(nodes)
    yield from _shared(nodes)


def _claimed(nodes: list[UrlLifetime]) -> Iterator[Edge]:
    """Edges by what pages and servers say. Two nodes that name one absent page are linked with each other."""
    at = by_key(nodes)
    naming: dict[tuple[str, str], set[int]] = defaultdict(set)
    for n, node in enumerate(nodes):
        for observation in node.observations:
            for claim in claims(observation):
                naming[claim.kind, claim.target].add(n)
    for (kind, target), sources in sorted(naming.items()):
        if _is_hub([nodes[n] for n in sources], target):
            continue
        there = at.get(target, [])
        text = _SAYS[kind]
        for n in sorted(sources):
            for m in _fitting(nodes, n, there):
                yield Edge(STRENGTH.index(kind), min(n, m), max(n, m), text.format(a=nodes[n].key, b=target))
        for n, m in pairwise(sorted(sources)):
            if not there:
                yield Edge(
                    STRENGTH.index(kind), n, m, text.format(a=f"{nodes[n].key} and {nodes[m].key}", b=target)
                )


_SAYS = {
    "redirect": "a redirect joins {a} and {b}",
    "guid": "a feed gives {a} the guid {b}",
    "canonical": "rel=canonical of {a} names {b}",
    "amphtml": "rel=amphtml of {a} names {b}",
    "json-ld": "the JSON-LD @id of {a} names {b}",
    "og:url": "og:url of {a} names {b}",
}


def by_key(nodes: list[UrlLifetime]) -> dict[str, list[int]]:
    at: dict[str, list[int]] = defaultdict(list)
    for n, node in enumerate(nodes):
        at[node.key].append(n)
    return at


def _is_hub(sources: Sequence[UrlLifetime], target: str) -> bool:
    """Whether a page is named by so many different stories that it can be none of them."""
    stories = {main_id(f) or f.slug or f.key for f in (url_facts("http://" + s.key) for s in sources)}
    most = HUB if is_specific(url_facts("http://" + target)) else HUB - 1
    return len(stories) > most


def _fitting(nodes: list[UrlLifetime], n: int, there: Sequence[int]) -> Sequence[int]:
    """Of the stretches of a reused URL, the one whose text is nearest; of equals the nearest in time."""
    if len(there) < 2:
        return [m for m in there if m != n]
    when = nodes[n].observations[0].fetched_at

    def nearness(m: int) -> tuple[float, timedelta, str]:
        pairs = [likeness(x, y) for x in nodes[n].articles() for y in nodes[m].articles()]
        best = max((p.body or p.title or 0.0 for p in pairs), default=0.0)
        return -best, min(abs(o.fetched_at - when) for o in nodes[m].observations), nodes[m].mark

    return [m for m in [min(there, key=nearness)] if m != n]


def _shared(nodes: list[UrlLifetime]) -> Iterator[Edge]:
    """Edges by what two nodes have in common: a guid, an id in the URL, the path but for case, a long text."""
    buckets: dict[tuple[str, str], set[int]] = defaultdict(set)
    for n, node in enumerate(nodes):
        facts = url_facts("http://" + node.key)
        if own := main_id(facts):
            buckets["id", f"{facts.outlet} {own}"].add(n)
        if facts.slug:
            buckets["case", facts.key.lower()].add(n)
        seen: set[tuple[int, str]] = set()
        for observation in node.observations:
            if (mark := (id(observation.article), observation.feed_guid)) in seen:
                continue  # the next capture of the same state
            seen.add(mark)
            if guid := guid_key(observation):
                buckets["guid", guid].add(n)
            for text in text_keys(observation):
                buckets["text", text].add(n)
    for (kind, value), members in sorted(buckets.items()):
        if len(members) > 1:
            yield from _bucket_edges(nodes, kind, value, sorted(members))


def _bucket_edges(nodes: list[UrlLifetime], kind: str, value: str, members: list[int]) -> Iterator[Edge]:
    facts = {n: url_facts("http://" + nodes[n].key) for n in members}
    if kind in ("guid", "text"):
        if len({main_id(f) or f.slug or f.key for f in facts.values()}) > HUB:
            return
    elif kind == "id" and _is_category(nodes, value, members, facts):
        return
    for k, n in enumerate(members):
        for m in members[k + 1 : k + 40]:
            if kind == "id" and not same_id(facts[n], facts[m]) and not _alike(nodes[n], nodes[m]):
                continue
            if kind == "guid" and is_short_guid(value) and not _alike(nodes[n], nodes[m]):
                continue
            if kind == "text" and not _twins(nodes[n], nodes[m]):
                continue
            says = {
                "id": f"both have the id {value.rpartition(':')[2]}: {nodes[n].key} and {nodes[m].key}",
                "case": f"only the case differs: {nodes[n].key} and {nodes[m].key}",
                "guid": f"a feed gives {nodes[n].key} and {nodes[m].key} one guid",
                "text": f"{nodes[n].key} and {nodes[m].key} have one day and nearly one headline and text",
            }[kind]
            yield Edge(STRENGTH.index(kind), n, m, says)


def _is_category(
    nodes: list[UrlLifetime], value: str, members: Sequence[int], facts: dict[int, UrlFacts]
) -> bool:
    """A number that many different slugs have is a section's, unless all their texts agree."""
    kind, _, digits = value.split(" ")[1].partition(":")
    if kind in ("uuid", "hex"):
        return False
    most = 2 * HUB if len(digits) < 7 else 20 * HUB  # an outlet has no million sections
    return len({f.slug for f in facts.values() if f.slug}) > most and not _all_alike(nodes, members)


def _all_alike(nodes: list[UrlLifetime], members: Sequence[int]) -> bool:
    return all(_alike(nodes[members[0]], nodes[m]) for m in members[1:])


SAME = (
    0.9  # of the pairs of words of two texts that are one story without other evidence, and of their lengths
)


def _twins(a: UrlLifetime, b: UrlLifetime) -> bool:
    """Both have nearly one text and headline: a slug or section was changed."""
    pairs = [(x, y, likeness(x, y)) for x in a.articles() for y in b.articles()]
    return any(
        (p.body or 0.0) >= SAME
        and (p.title is None or p.title >= 0.5)
        and min(len(x.text), len(y.text)) >= SAME * max(len(x.text), len(y.text))
        for x, y, p in pairs
    )


def _alike(a: UrlLifetime, b: UrlLifetime) -> bool:
    """Both have text, and most of it is the same."""
    pairs = [likeness(x, y) for x in a.articles() for y in b.articles()]
    return any(p.body is not None and p.body > 0.5 for p in pairs)
