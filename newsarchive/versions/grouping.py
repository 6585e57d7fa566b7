"""Puts captures together to stories: nodes, evidence between them, and what forbids a link.

A node is one URL (under all its spellings) or, where a URL was used again for another story, one stretch of
its life. Links are tried in a fixed order (strength of evidence, then key), each refused if it would join
what a person split, two stretches of one URL, or two stories whose dates and texts contradict it. The answer
depends on the set of captures alone, never on their order. Pure. Tested in tests/versions/test_grouping.py.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from newsarchive.model import Article
from newsarchive.urls import url_form, url_key
from newsarchive.versions.content import NEXT_TO_NOTHING, likeness
from newsarchive.versions.decisions import Decision, in_force
from newsarchive.versions.identity import (
    STRENGTH,
    UrlFacts,
    claims,
    guid_key,
    is_specific,
    main_id,
    same_id,
    syndication,
    text_key,
    url_facts,
)
from newsarchive.versions.observation import Observation

HUB = (
    3  # different stories that may name one page before the page is taken for a section, a login, a constant
)
SAME_DAY = timedelta(hours=36)  # two dates of publication farther apart are two dates


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryGroup:
    """One story: its captures in order of time, and why they are one."""

    story_id: int  # 63 bits, positive, by hash of the first URL
    aliases: tuple[int, ...]  # ids that other URLs of the story have or had alone
    url: str  # the one to show: the latest readable page in its main form
    urls: tuple[str, ...]  # as requested, sorted
    observations: tuple[Observation, ...]
    evidence: tuple[str, ...] = ()  # "…"
    syndicated: tuple[str, ...] = ()  # originals or copies on other domains that its pages name
    withheld: str | None = None  # the reason, if a person withheld it


@dataclass(slots=True)
class _Node:
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
        """The first and the last readable state."""
        found = [a for o in self.observations if (a := o.readable)]
        return [found[0], found[-1]] if len(found) > 1 else found


@dataclass(frozen=True, slots=True, order=True)
class _Edge:
    strength: int
    a: int
    b: int
    text: str


def group(observations: Iterable[Observation], decisions: Iterable[Decision] = ()) -> tuple[StoryGroup, ...]:
    """All stories in a set of captures.

    Args:
        observations: Captures of articles (no feeds, no section pages), in any order.
        decisions: All lines of `decisions.jsonl`, in their order.

    Returns:
        Stories in the order of their first capture; each capture is in exactly one. A set closed under
        shared `identity_keys` gives the same stories as any larger set.

    Raises:
        BadUrlError: a URL that isn't http or https.
    """
    standing = in_force(decisions)
    nodes = _nodes(observations, standing)
    joined = _Union(nodes, _forbidden(standing))
    for edge in sorted({*_decided(nodes, standing), *_evident(nodes)}):
        joined.link(edge)
    return tuple(
        sorted(
            (_story(m, joined, nodes, standing) for m in joined.members()),
            key=lambda s: s.observations[0].order,
        )
    )


def same_story(a: Observation, b: Observation) -> tuple[str, ...]:
    """Why two captures are of one story ("…"); empty if nothing says so."""
    found = group([a, b])
    if len(found) != 1:
        return ()
    return found[0].evidence or ("the URLs are one page",)


# ---------------------------------------------------------------- nodes


def _nodes(observations: Iterable[Observation], decisions: Sequence[Decision]) -> list[_Node]:
    by_key: dict[str, dict[str, Observation]] = defaultdict(dict)
    for observation in observations:
        by_key[url_key(observation.url)][observation.record_id] = observation
    whole = {next(iter(d.key[1])) for d in decisions if d.kind == "merge" and len(d.key[1]) == 1}
    cuts = {d.record_id for d in decisions if d.kind == "split" and d.record_id}
    nodes: list[_Node] = []
    for key in sorted(by_key):
        captures = sorted(by_key[key].values(), key=lambda o: o.order)
        nodes += [_Node(key, "", captures)] if key in whole else _stretches(key, captures, cuts)
    return nodes


def _stretches(key: str, captures: Sequence[Observation], cuts: set[str]) -> list[_Node]:
    """One node, or several where the URL was used again for another story."""
    found: list[_Node] = []
    last_read: dict[int, Observation] = {}
    here = 0
    for capture in captures:
        if not found:
            found.append(_Node(key))
        elif capture.record_id in cuts:
            found.append(_Node(key, capture.record_id))
            here = len(found) - 1
        elif capture.readable:
            order = sorted(last_read, key=lambda n: (n != here, -n))
            fitting = next((n for n in order if not is_other_story(last_read[n], capture)), None)
            if fitting is None and last_read:
                found.append(_Node(key, capture.record_id))
                here = len(found) - 1
            elif fitting is not None:
                here = fitting
        found[here].observations.append(capture)
        if capture.readable:
            last_read[here] = capture
    return found


def is_other_story(before: Observation, after: Observation) -> bool:
    """Whether one URL shows another story now: most of the text differs, and so does what names a story."""
    old, new = before.readable, after.readable
    if old is None or new is None:
        return False
    if old.page_kind == new.page_kind == "live blog":
        return bool(_contradictions(before, after)) and likeness(old, new).is_unrelated
    alike = likeness(old, new)
    if not alike.is_other_text:
        return False
    if _contradictions(before, after):
        return True
    return alike.body is not None and alike.is_unrelated and not _agreements(before, after)


def _contradictions(a: Observation, b: Observation) -> list[str]:
    """What names a story and is told differently by two captures."""
    found = []
    x, y = a.article, b.article
    if a.feed_guid and b.feed_guid and guid_key(a) != guid_key(b):
        found.append("guid")
    if x and y:
        if x.jsonld_id and y.jsonld_id and x.jsonld_id != y.jsonld_id:
            found.append("json-ld")
        if _dates_differ(x, y):
            found.append("published_at")
    return found


def _dates_differ(x: Article, y: Article) -> bool:
    if x.published_at is None or y.published_at is None or x.date_is_weak or y.date_is_weak:
        return False
    return abs(x.published_at - y.published_at) > SAME_DAY


def _agreements(a: Observation, b: Observation) -> bool:
    x, y = a.article, b.article
    if a.feed_guid and guid_key(a) == guid_key(b):
        return True
    return bool(x and y and x.published_at and not x.date_is_weak and x.published_at == y.published_at)


# ---------------------------------------------------------------- evidence


def _evident(nodes: list[_Node]) -> Iterator[_Edge]:
    yield from _claimed(nodes)
    yield from _shared(nodes)


def _claimed(nodes: list[_Node]) -> Iterator[_Edge]:
    """Edges by what pages and servers say. Two nodes that name one absent page are linked with each other."""
    at = _by_key(nodes)
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
                yield _Edge(STRENGTH.index(kind), min(n, m), max(n, m), text.format(a=nodes[n].key, b=target))
        for n, m in pairwise(sorted(sources)):
            if not there:
                yield _Edge(
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


def _by_key(nodes: list[_Node]) -> dict[str, list[int]]:
    at: dict[str, list[int]] = defaultdict(list)
    for n, node in enumerate(nodes):
        at[node.key].append(n)
    return at


def _is_hub(sources: Sequence[_Node], target: str) -> bool:
    """Whether a page is named by so many different stories that it can be none of them."""
    stories = {main_id(f) or f.slug or f.key for f in (url_facts("http://" + s.key) for s in sources)}
    most = HUB if is_specific(url_facts("http://" + target)) else HUB - 1
    return len(stories) > most


def _fitting(nodes: list[_Node], n: int, there: Sequence[int]) -> Sequence[int]:
    """Of the stretches of a reused URL, the one whose text is nearest; of equals the nearest in time."""
    if len(there) < 2:
        return [m for m in there if m != n]
    when = nodes[n].observations[0].fetched_at

    def nearness(m: int) -> tuple[float, timedelta, str]:
        pairs = [likeness(x, y) for x in nodes[n].articles() for y in nodes[m].articles()]
        best = max((p.body or p.title or 0.0 for p in pairs), default=0.0)
        return -best, min(abs(o.fetched_at - when) for o in nodes[m].observations), nodes[m].mark

    return [m for m in [min(there, key=nearness)] if m != n]


def _shared(nodes: list[_Node]) -> Iterator[_Edge]:
    """Edges by what two nodes have in common: a guid, an id in the URL, the path but for case, a long text."""
    buckets: dict[tuple[str, str], set[int]] = defaultdict(set)
    for n, node in enumerate(nodes):
        facts = url_facts("http://" + node.key)
        if own := main_id(facts):
            buckets["id", f"{facts.domain} {own}"].add(n)
        if facts.slug:
            buckets["case", facts.key.lower()].add(n)
        for observation in node.observations:
            if guid := guid_key(observation):
                buckets["guid", guid].add(n)
            if text := text_key(observation):
                buckets["text", text].add(n)
    for (kind, value), members in sorted(buckets.items()):
        if len(members) > 1:
            yield from _bucket_edges(nodes, kind, value, sorted(members))


def _bucket_edges(nodes: list[_Node], kind: str, value: str, members: list[int]) -> Iterator[_Edge]:
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
            says = {
                "id": f"both have the id {value.rpartition(':')[2]}: {nodes[n].key} and {nodes[m].key}",
                "case": f"only the case differs: {nodes[n].key} and {nodes[m].key}",
                "guid": f"a feed gives {nodes[n].key} and {nodes[m].key} one guid",
                "text": f"{nodes[n].key} and {nodes[m].key} have one headline, day and text",
            }[kind]
            yield _Edge(STRENGTH.index(kind), n, m, says)


def _is_category(nodes: list[_Node], value: str, members: Sequence[int], facts: dict[int, UrlFacts]) -> bool:
    """A number under which many different slugs stand is a section's, unless all their texts agree."""
    if value.split(" ")[1].startswith(("uuid:", "hex:")):
        return False
    return len({f.slug for f in facts.values() if f.slug}) > 2 * HUB and not _all_alike(nodes, members)


def _all_alike(nodes: list[_Node], members: Sequence[int]) -> bool:
    return all(_alike(nodes[members[0]], nodes[m]) for m in members[1:])


def _alike(a: _Node, b: _Node) -> bool:
    """Both have text, and most of it is the same."""
    pairs = [likeness(x, y) for x in a.articles() for y in b.articles()]
    return any(p.body is not None and p.body > 0.5 for p in pairs)


# ---------------------------------------------------------------- decisions


def _decided(nodes: list[_Node], decisions: Sequence[Decision]) -> Iterator[_Edge]:
    at = _by_key(nodes)
    for decision in decisions:
        if decision.kind == "merge":
            present = sorted(n for key in decision.key[1] for n in at.get(key, ()))
            for n, m in pairwise(present):
                yield _Edge(
                    0,
                    n,
                    m,
                    "a person said so" + (f": {decision.reason}" if decision.reason else ""),
                )


def _forbidden(decisions: Sequence[Decision]) -> list[frozenset[str]]:
    return [d.key[1] for d in decisions if d.kind == "split" and len(d.key[1]) > 1]


class _Union:
    """Nodes joined one edge at a time, an edge refused where it would join what mustn't be."""

    def __init__(self, nodes: list[_Node], forbidden: list[frozenset[str]]) -> None:
        self._nodes = nodes
        self._forbidden = forbidden
        self._parent = list(range(len(nodes)))
        self._members = {n: [n] for n in range(len(nodes))}
        self.evidence: dict[int, list[str]] = defaultdict(list)

    def _root(self, n: int) -> int:
        while self._parent[n] != n:
            self._parent[n] = self._parent[self._parent[n]]
            n = self._parent[n]
        return n

    def link(self, edge: _Edge) -> None:
        a, b = self._root(edge.a), self._root(edge.b)
        if a == b:
            if len(self.evidence[a]) < 12:
                self.evidence[a].append(edge.text)
            return
        if edge.strength and not self._allowed(edge, a, b):
            return
        a, b = min(a, b), max(a, b)
        self._parent[b] = a
        self._members[a] += self._members.pop(b)
        self.evidence[a] += [*self.evidence.pop(b, []), edge.text]

    def _allowed(self, edge: _Edge, a: int, b: int) -> bool:
        keys_a, keys_b = ({self._nodes[n].key for n in self._members[r]} for r in (a, b))
        if keys_a & keys_b:
            return False  # two stretches of one reused URL
        for apart in self._forbidden:
            if len(apart & (keys_a | keys_b)) > 1 and apart & keys_a and apart & keys_b:
                return False
        return not _contradicted(self._nodes[edge.a], self._nodes[edge.b], STRENGTH[edge.strength])

    def members(self) -> list[list[int]]:
        return [sorted(m) for _, m in sorted(self._members.items())]

    def evidence_of(self, n: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.evidence.get(self._root(n), ())))


def _contradicted(a: _Node, b: _Node, kind: str) -> bool:
    """Both pages were read, and they tell of two stories."""
    pairs = [(x, y, likeness(x, y)) for x in a.articles() for y in b.articles()]
    if not pairs or not all(p.is_other_text for _, _, p in pairs):
        return False
    if any(_dates_differ(x, y) for x, y, _ in pairs):
        return True
    if kind != "guid":
        guids = [{guid_key(o) for o in n.observations if o.feed_guid} for n in (a, b)]
        if guids[0] and guids[1] and not guids[0] & guids[1]:
            return True
    weak = kind in ("id", "case")
    return weak and all(
        p.body is not None and p.body < NEXT_TO_NOTHING and p.is_unrelated for _, _, p in pairs
    )


# ---------------------------------------------------------------- stories


def node_id(key: str, mark: str) -> int:
    """The id of a story whose first URL has this key (and, if the URL was used again, begins at `mark`)."""
    digest = hashlib.blake2b(f"{key}\n{mark}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _story(
    members: Sequence[int], joined: _Union, nodes: list[_Node], decisions: Sequence[Decision]
) -> StoryGroup:
    mine = sorted((nodes[n] for n in members), key=lambda x: x.first)
    captures = sorted((o for node in mine for o in node.observations), key=lambda o: o.order)
    keys = {node.key for node in mine}
    withheld = [d.reason or "no reason given" for d in decisions if d.kind == "withhold" and d.key[1] & keys]
    return StoryGroup(
        story_id=node_id(*mine[0].name),
        aliases=tuple(sorted({node_id(*node.name) for node in mine[1:]} - {node_id(*mine[0].name)})),
        url=_shown_url(captures),
        urls=tuple(sorted({o.url for o in captures})),
        observations=tuple(captures),
        evidence=joined.evidence_of(members[0]),
        syndicated=tuple(sorted({url for o in captures for url in syndication(o)})),
        withheld=withheld[0] if withheld else None,
    )


def _shown_url(captures: Sequence[Observation]) -> str:
    readable = (
        [o for o in captures if o.readable] or [o for o in captures if not o.is_redirect] or list(captures)
    )
    main = [o for o in readable if not url_form(o.url)] or readable
    return main[-1].url
