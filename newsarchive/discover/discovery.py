"""What discovery returns: the candidates of one document, what to follow next, and what was odd.

The one place that decides what an entry is worth, whatever format it came from: each page once, odd things counted.
Pure; nothing here reads bytes. Tested in tests/discover/test_discover.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from newsarchive.discover.url_shapes import is_list_page
from newsarchive.errors import ConfigError
from newsarchive.model import Candidate, CandidateKind, Source
from newsarchive.web.dates import lacks_zone, parse_date
from newsarchive.web.links import absolute, is_within

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
    "not articles",  # links unlike this site's articles
    "lists",  # entries and sub-sitemaps that are lists (tags, authors, categories) by their address
    "repeated",  # entries that name a page named before in the same document
    "guid reused",  # ids that two different pages have, and so identify neither
    "future date",  # dates after `now`; dropped
    "bad date",  # dates that couldn't be read
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something odd in a document, reported once with how often it occurred."""

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
    wish: float = 0.0  # seconds between two polls that the feed asks for
    skip: tuple[
        int, ...
    ] = ()  # hours of the week (0: Monday, 0 to 1 o'clock UTC) in which it asks not to be polled
    moved_to: str = ""  # the feed itself says that it lives elsewhere now

    def count_of(self, code: ProblemCode) -> int:
        """Return how often `code` occurred; 0 if it didn't."""
        return sum(p.count for p in self.problems if p.code == code)


def changed_since(follow: Iterable[Follow], seen: Mapping[str, datetime | None]) -> tuple[Follow, ...]:
    """Return the sitemaps of an index that may hold something new, the latest first.

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
    """Return the candidates between two moments, by their own date or else their lastmod.

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


SKEW = timedelta(minutes=10)  # clocks differ; a date this little ahead is kept
ZONE_STEP = timedelta(minutes=15)  # zones differ from UTC by whole quarters of an hour
_ZONED = re.compile(r"(?:[Zz]|GMT|UTC|[+-]\d\d:?\d\d)\s*\Z")  # what nearly all dates end in; the quick way
EASTMOST = timedelta(hours=14)  # UTC+14, of Kiribati


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEntry:
    """What one entry says, as text."""

    link: str = ""
    base: str = ""
    title: str = ""
    guid: str = ""
    published: str = ""
    updated: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """A source's patterns, compiled."""

    article: tuple[re.Pattern[str], ...] = ()
    exclude: tuple[re.Pattern[str], ...] = ()

    def excludes(self, url: str) -> bool:
        """Return whether an exclude pattern fits, or article patterns exist and none does."""
        if any(p.search(url) for p in self.exclude):
            return True
        return bool(self.article) and not any(p.search(url) for p in self.article)


def compile_patterns(source: Source) -> Patterns:
    """Return the patterns of `source`.

    Raises:
        ConfigError: one isn't a regular expression.
    """
    return Patterns(
        article=_compile(source, "article_patterns", source.article_patterns),
        exclude=_compile(source, "exclude_patterns", source.exclude_patterns),
    )


def _compile(source: Source, key: str, patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern))
        except re.error as error:
            raise ConfigError(
                f"'{pattern}' in {key} is not a regular expression: {error}",
                where=f"source {source.name}",
                next_step="Escape dots and brackets with a backslash, or put the TOML text in single quotes",
            ) from error
    return tuple(compiled)


def gather(
    entries: Sequence[RawEntry],
    *,
    url: str,
    kind: CandidateKind,
    source: Source,
    now: datetime,
    language: str = "",
) -> tuple[tuple[Candidate, ...], tuple[Problem, ...]]:
    """Return the candidates among `entries`, in order, and what was odd about the rest.

    An entry without an http(s) link, on a host that isn't the source's, or excluded by its patterns
    is left out; of a plain sitemap also one whose address is that of a list, unless patterns say what an article is.
    Times without a zone are the outlet's own: they are put back by its zone (`utc_offset`, 0 if nobody knows it), or, if the
    latest would be ahead of `now`, by the least zone that explains it. Other dates after `now` (10 minutes are granted) and unreadable ones are dropped, the entry stays. A guid of two different pages identifies neither and is dropped at both.
    """
    patterns = compile_patterns(source)
    odd: Counter[ProblemCode] = Counter()
    reused = _reused_guids(entries)
    odd["guid reused"] = len(reused)
    zone = zone_of(
        (text for entry in entries for text in (entry.published, entry.updated)),
        now,
        timedelta(minutes=source.utc_offset or 0),
    )
    chosen: dict[str, Candidate] = {}
    for entry in entries:
        target = absolute((entry.base and absolute(url, entry.base)) or url, entry.link)
        if target == url:
            target = ""  # the document itself
        refusal = _refusal(target, source, patterns, chosen)
        if not refusal and kind == "sitemap" and not patterns.article and is_list_page(target):
            refusal = "lists"
        if refusal:
            odd[refusal] += 1
            continue
        chosen[target] = Candidate(
            url=target,
            kind=kind,
            found_on=url,
            title=entry.title or None,
            guid=entry.guid if entry.guid and entry.guid not in reused else None,
            published_at=_date(entry.published, now, odd, zone),
            lastmod=_date(entry.updated, now, odd, zone),
            authors=entry.authors,
            language=(entry.language or language) or None,
            zone=zone // timedelta(minutes=1) if _is_local(entry.published or entry.updated) else None,
        )
    return tuple(chosen.values()), tuple(Problem(code=c, count=n) for c, n in odd.items() if n)


def _refusal(
    target: str, source: Source, patterns: Patterns, chosen: dict[str, Candidate]
) -> ProblemCode | None:
    if not target:
        return "no link"
    if target in chosen:
        return "repeated"
    if source.domains and not is_within(target, source.domains):
        return "other site"
    return "excluded" if patterns.excludes(target) else None


def _reused_guids(entries: Sequence[RawEntry]) -> frozenset[str]:
    first: dict[str, str] = {}
    reused = set()
    for entry in entries:
        if entry.guid and entry.link and first.setdefault(entry.guid, entry.link) != entry.link:
            reused.add(entry.guid)
    return frozenset(reused)


def zone_of(texts: Iterable[str], now: datetime, known: timedelta = timedelta()) -> timedelta:
    """Return how far ahead of UTC the clock is by which an outlet writes times without a zone, as far as they show it.

    `known` where that puts none of them into the future, else the least zone that doesn't; `known` also if they are further
    ahead than any zone.
    """
    ahead = [
        at - now
        for text in texts
        if text
        and not _ZONED.search(text)
        and (at := parse_date(text)) is not None
        and now + known + SKEW < at <= now + EASTMOST + SKEW
        and _is_local(text)
    ]
    return -(-(max(ahead) - SKEW) // ZONE_STEP) * ZONE_STEP if ahead else known


def _is_local(text: str) -> bool:
    return not _ZONED.search(text) and lacks_zone(text)


def _date(text: str, now: datetime, odd: Counter[ProblemCode], zone: timedelta) -> datetime | None:
    if not text:
        return None
    moment = parse_date(text)
    if moment is None:
        odd["bad date"] += 1
        return None
    if zone and _is_local(text):
        moment -= zone
    if moment > now + SKEW:
        odd["future date"] += 1
        return None
    return moment
