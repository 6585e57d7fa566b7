"""From the raw entries of a document to candidates: each page once, odd things counted.

Pure. The one place that decides what an entry is worth, whatever format it came from.
Tested in tests/discover/test_discover.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.discover.dates import parse_date
from newsarchive.discover.discovery import Problem, ProblemCode
from newsarchive.discover.links import absolute, is_within
from newsarchive.errors import ConfigError
from newsarchive.model import Candidate, CandidateKind, Source

SKEW = timedelta(minutes=10)  # clocks differ; a date this little ahead is taken as it stands


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
        """Whether an exclude pattern fits, or article patterns exist and none does."""
        if any(p.search(url) for p in self.exclude):
            return True
        return bool(self.article) and not any(p.search(url) for p in self.article)


def compile_patterns(source: Source) -> Patterns:
    """The patterns of `source`.

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
    """The candidates among `entries`, in order, and what was odd about the rest.

    An entry without an http(s) link, on a host that isn't the source's, or excluded by its patterns
    is left out. Dates after `now` (10 minutes are granted) and unreadable dates are dropped, the entry
    stays. A guid that stands at two different pages identifies neither and is dropped at both.
    """
    patterns = compile_patterns(source)
    odd: Counter[ProblemCode] = Counter()
    reused = _reused_guids(entries)
    odd["guid reused"] = len(reused)
    chosen: dict[str, Candidate] = {}
    for entry in entries:
        target = absolute(entry.base or url, entry.link)
        if target == url:
            target = None  # an empty link is the document itself
        refusal = _refusal(target, source, patterns, chosen)
        if target is None or refusal:
            odd[refusal or "no link"] += 1
            continue
        chosen[target] = Candidate(
            url=target,
            kind=kind,
            found_on=url,
            title=entry.title or None,
            guid=entry.guid if entry.guid and entry.guid not in reused else None,
            published_at=_date(entry.published, now, odd),
            lastmod=_date(entry.updated, now, odd),
            authors=entry.authors,
            language=(entry.language or language) or None,
        )
    return tuple(chosen.values()), tuple(Problem(code=c, count=n) for c, n in odd.items() if n)


def _refusal(
    target: str | None, source: Source, patterns: Patterns, chosen: dict[str, Candidate]
) -> ProblemCode | None:
    if target is None:
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


def _date(text: str, now: datetime, odd: Counter[ProblemCode]) -> datetime | None:
    if not text:
        return None
    moment = parse_date(text)
    if moment is None:
        odd["bad date"] += 1
        return None
    if moment > now + SKEW:
        odd["future date"] += 1
        return None
    return moment
