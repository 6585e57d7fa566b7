"""Puts captures together to stories: nodes, evidence between them, and what forbids a link.

A node is one URL (under all its spellings) or, where a URL was used again for another story, one stretch of
its life. Links are tried in a fixed order (strength of evidence, then key), each refused if it would join
what a person split, two stretches of one URL, or two stories whose dates and texts contradict it. The answer
depends on the set of captures alone, never on their order. Pure. Tested in tests/versions/test_clustering.py.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from newsarchive.urls import url_form
from newsarchive.versions.decisions import Decision, in_force
from newsarchive.versions.evidence import Edge, by_key, evident
from newsarchive.versions.identity import STRENGTH, syndication
from newsarchive.versions.observation import Observation
from newsarchive.versions.url_lifetimes import UrlLifetime, contradicted, make_nodes

JUDGED = 6  # nodes of a story that speak for one that was never read


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryGroup:
    """One story: its captures in order of time, and why they are one."""

    story_id: int  # 63 bits, positive, by hash of the first URL
    aliases: tuple[int, ...]  # ids that other URLs of the story have or had alone
    url: str  # the one to show: the latest readable page in its main form
    urls: tuple[str, ...]  # as requested, sorted
    observations: tuple[Observation, ...]
    evidence: tuple[str, ...] = ()  # clauses to follow "same because"
    syndicated: tuple[str, ...] = ()  # originals or copies on other domains that its pages name
    withheld: str | None = None  # the reason, if a person withheld it


def group(observations: Iterable[Observation], decisions: Iterable[Decision] = ()) -> tuple[StoryGroup, ...]:
    """Return all stories in a set of captures.

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
    nodes = make_nodes(observations, standing)
    joined = _Union(nodes, _forbidden(standing))
    for edge in sorted({*_decided(nodes, standing), *evident(nodes)}):
        joined.link(edge)
    return tuple(
        sorted(
            (_story(m, joined, nodes, standing) for m in joined.members()),
            key=lambda s: s.observations[0].order,
        )
    )


def same_story(a: Observation, b: Observation) -> tuple[str, ...]:
    """Return why two captures are of one story ("…"); empty if nothing says so."""
    found = group([a, b])
    if len(found) != 1:
        return ()
    return found[0].evidence or ("the URLs are one page",)


# ---------------------------------------------------------------- decisions


def _decided(nodes: list[UrlLifetime], decisions: Sequence[Decision]) -> Iterator[Edge]:
    at = by_key(nodes)
    for decision in decisions:
        if decision.kind == "merge":
            present = sorted(n for key in decision.key[1] for n in at.get(key, ()))
            for n, m in pairwise(present):
                yield Edge(
                    0,
                    n,
                    m,
                    "a person said so" + (f": {decision.reason}" if decision.reason else ""),
                )


def _forbidden(decisions: Sequence[Decision]) -> list[frozenset[str]]:
    return [d.key[1] for d in decisions if d.kind == "split" and len(d.key[1]) > 1]


class _Union:
    """Nodes joined one edge at a time, an edge refused where it would join what mustn't be."""

    def __init__(self, nodes: list[UrlLifetime], forbidden: list[frozenset[str]]) -> None:
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

    def link(self, edge: Edge) -> None:
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

    def _allowed(self, edge: Edge, a: int, b: int) -> bool:
        keys_a, keys_b = ({self._nodes[n].key for n in self._members[r]} for r in (a, b))
        if keys_a & keys_b:
            return False  # two stretches of one reused URL
        for apart in self._forbidden:
            if len(apart & (keys_a | keys_b)) > 1 and apart & keys_a and apart & keys_b:
                return False
        return not contradicted(self._read(edge.a, a), self._read(edge.b, b), STRENGTH[edge.strength])

    def _read(self, n: int, root: int) -> list[UrlLifetime]:
        """The node, or, if it was never read, the nodes that it is joined with already."""
        if self._nodes[n].articles():
            return [self._nodes[n]]
        return [self._nodes[m] for m in sorted(self._members[root]) if self._nodes[m].articles()][:JUDGED]

    def members(self) -> list[list[int]]:
        return [sorted(m) for _, m in sorted(self._members.items())]

    def evidence_of(self, n: int) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.evidence.get(self._root(n), ())))


# ---------------------------------------------------------------- stories


def node_id(key: str, mark: str) -> int:
    """Return the id of a story whose first URL has this key (and, if the URL was used again, begins at `mark`)."""
    digest = hashlib.blake2b(f"{key}\n{mark}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def _story(
    members: Sequence[int], joined: _Union, nodes: list[UrlLifetime], decisions: Sequence[Decision]
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
