"""What discovery answers: the candidates of one document, what to follow next, and what was odd.

Values only; nothing here reads bytes. Tested in tests/discover/.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from newsarchive.model import Candidate

DocumentKind = Literal[
    "rss",
    "rdf",
    "atom",
    "json-feed",
    "sitemap",
    "news-sitemap",
    "sitemap-index",
    "text-sitemap",
    "html",
    "empty",
    "unknown",
]
FEEDS: frozenset[DocumentKind] = frozenset({"rss", "rdf", "atom", "json-feed"})
SITEMAPS: frozenset[DocumentKind] = frozenset({"sitemap", "news-sitemap", "sitemap-index", "text-sitemap"})

ProblemCode = Literal[
    "empty",  # nothing in it, or nothing that names a page
    "not expected",  # asked for a feed or sitemap, got something else
    "broken",  # not well-formed; read as far as it went
    "cut",  # larger than the limit, or torn inside its gzip; the rest wasn't read
    "charset",  # no declared or usual charset fits; unreadable characters were replaced
    "no link",  # entries that name no http(s) page
    "other site",  # entries on hosts that the source doesn't own
    "excluded",  # entries that the source's patterns exclude
    "not articles",  # links that don't look like this site's articles
    "repeated",  # entries that name a page named before in the same document
    "guid reused",  # ids that stand at two different pages, and so identify neither
    "future date",  # dates after `now`; dropped
    "bad date",  # dates that couldn't be read
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something odd in a document, told once with how often it occurred."""

    code: ProblemCode
    count: int = 1
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """A further document that this one names: a sitemap of an index, or the next page of a list."""

    url: str
    kind: Literal["sitemap", "page"]
    lastmod: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What one document gave.

    `stated_count` counts the entries the document holds, `candidates` those of them that name a page
    of the source, once each, in the document's order.
    """

    kind: DocumentKind
    candidates: tuple[Candidate, ...] = ()
    follow: tuple[Follow, ...] = ()
    problems: tuple[Problem, ...] = ()
    stated_count: int = 0
    title: str = ""
    language: str = ""
    moved_to: str = ""  # the feed itself says that it lives elsewhere now

    def count_of(self, code: ProblemCode) -> int:
        """How often `code` occurred; 0 if it didn't."""
        return sum(p.count for p in self.problems if p.code == code)


def changed_since(follow: Iterable[Follow], seen: Mapping[str, datetime | None]) -> tuple[Follow, ...]:
    """The sitemaps of an index that may hold something new, the latest first.

    Args:
        follow: What the index names.
        seen: For each sitemap fetched before, the `lastmod` that the index stated then.

    Returns:
        Those never fetched, those whose lastmod moved, and those without one (they can't say).
    """
    wanted = [f for f in follow if f.url not in seen or f.lastmod is None or seen[f.url] != f.lastmod]
    wanted.sort(
        key=lambda f: (f.lastmod is not None, f.lastmod.timestamp() if f.lastmod else 0.0), reverse=True
    )
    return tuple(wanted)


def select(
    candidates: Iterable[Candidate],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    undated: bool = True,
) -> tuple[Candidate, ...]:
    """The candidates between two moments, by their own date or else their lastmod.

    Args:
        since: First moment that counts; None for no lower end.
        until: First moment that no longer counts; None for no upper end.
        undated: Whether candidates without any date are taken.
    """
    chosen = []
    for candidate in candidates:
        moment = candidate.published_at or candidate.lastmod
        if moment is None:
            if undated:
                chosen.append(candidate)
        elif (since is None or moment >= since) and (until is None or moment < until):
            chosen.append(candidate)
    return tuple(chosen)
