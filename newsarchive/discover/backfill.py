"""Filling the past of a source: from its sitemaps, its archive pages, or other people's archives.

Pure: says what to ask for first, and what each answer brings (candidates, further questions). Whoever
fetches keeps a budget and stops when he likes; nothing here remembers. Tested in
tests/discover/test_backfill.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from urllib.parse import urljoin

from newsarchive.discover import cdx
from newsarchive.discover.discovery import Discovery, Follow, Problem, compile_patterns
from newsarchive.discover.document import discover
from newsarchive.discover.sections import links_of
from newsarchive.discover.url_shapes import Shapes, resembles_article, shape_of
from newsarchive.errors import UsageError
from newsarchive.model import Candidate, Source
from newsarchive.web.dates import date_in_url
from newsarchive.web.links import absolute, host_of, is_within

Way = Literal["sitemap", "archive", "wayback", "commoncrawl"]
AskKind = Literal["sitemap", "archive", "wayback", "collections", "page count", "commoncrawl"]
WAYS: tuple[Way, ...] = ("sitemap", "archive", "wayback", "commoncrawl")
DEEPEST = 200  # pages of one list that are followed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A document to fetch. `depth` counts the pages of a list before it."""

    url: str
    kind: AskKind
    depth: int = 0
    domain: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """The time to fill; `until` is the first moment that no longer counts."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one answer brought."""

    candidates: tuple[Candidate, ...] = ()
    asks: tuple[Ask, ...] = ()
    problems: tuple[Problem, ...] = ()
    passed_over: int = 0  # pages outside the time, or whose URLs aren't like articles'


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfill:
    """One backfill: what, when, and where the other archives are (others in tests)."""

    source: Source
    way: Way
    span: Span
    shapes: Shapes | None = field(default=None)  # of the source's known articles
    wayback: str = cdx.WAYBACK
    collections: str = cdx.COMMON_CRAWL

    def first_asks(self) -> tuple[Ask, ...]:
        """Return what to fetch first.

        Raises:
            UsageError: the source has nothing of that kind.
        """
        asks = tuple(self._first())
        if not asks:
            what = {"sitemap": "sitemaps", "archive": "sections"}.get(self.way, "domains")
            raise UsageError(
                f"the source '{self.source.name}' has no {what}",
                next_step=f"Add {what} to its file, or choose another --from",
            )
        return asks

    def _first(self) -> Iterable[Ask]:
        source, span = self.source, self.span
        domains = source.domains or ((host_of(source.homepage),) if source.homepage else ())
        if self.way == "sitemap":
            places = source.sitemaps or (
                (urljoin(source.homepage, "/sitemap.xml"),) if source.homepage else ()
            )
            return [Ask(url=url, kind="sitemap") for url in places]
        if self.way == "archive":
            places = source.sections or ((source.homepage,) if source.homepage else ())
            return [Ask(url=url, kind="archive") for url in places]
        if self.way == "wayback":
            return [self._wayback(domain, span) for domain in domains]
        return [Ask(url=self.collections, kind="collections", domain=domain) for domain in domains]

    def _wayback(self, domain: str, span: Span, resume_key: str = "", depth: int = 0) -> Ask:
        url = cdx.wayback_url(
            domain, since=span.since, until=span.until, resume_key=resume_key, endpoint=self.wayback
        )
        return Ask(url=url, kind="wayback", domain=domain, depth=depth)

    def read(self, ask: Ask, body: bytes, content_type: str | None, now: datetime) -> Step:
        """Return what the answer to `ask` brings. Never raises for what the bytes are."""
        if ask.kind == "wayback":
            return self._read_wayback(ask, body)
        if ask.kind == "collections":
            return self._read_collections(ask, body)
        if ask.kind == "page count":
            return Step(asks=tuple(self._pages(ask, cdx.page_count(body))))
        if ask.kind == "commoncrawl":
            return self._of_rows(cdx.read_common_crawl(body))
        found = discover(
            ask.url,
            body,
            content_type,
            source=self.source,
            now=now,
            kind="sitemap" if ask.kind == "sitemap" else "archive",
            shapes=self.shapes,
        )
        return self._of_sitemap(ask, found) if ask.kind == "sitemap" else self._of_archive(ask, found, body)

    # -------------------------------------------------------- sitemaps

    def _of_sitemap(self, ask: Ask, found: Discovery) -> Step:
        chosen = [c for c in found.candidates if self._is_wanted(c)]
        asks = [
            Ask(url=f.url, kind="sitemap", depth=ask.depth + 1)
            for f in found.follow
            if f.kind == "sitemap" and ask.depth < 3 and self._may_hold(f)
        ]
        return Step(
            candidates=tuple(chosen),
            asks=tuple(asks),
            problems=found.problems,
            passed_over=len(found.candidates) - len(chosen),
        )

    def _may_hold(self, follow: Follow) -> bool:
        """Whether a sub-sitemap can name pages of the time: not if its own name or its last change says no."""
        named = date_in_url(follow.url)
        if named is not None:
            return named[1] > self.span.since and named[0] < self.span.until
        return follow.lastmod is None or follow.lastmod >= self.span.since

    def _is_wanted(self, candidate: Candidate) -> bool:
        """In the time, as far as is known, and an article by its URL."""
        named = date_in_url(candidate.url)
        if named is not None and (named[1] <= self.span.since or named[0] >= self.span.until):
            return False
        if candidate.published_at is not None:
            if not self.span.since <= candidate.published_at < self.span.until:
                return False
        elif named is None and candidate.lastmod is not None and candidate.lastmod < self.span.since:
            return False
        return bool(self.source.article_patterns) or resembles_article(candidate.url, self.shapes)

    # -------------------------------------------------------- archive pages

    def _of_archive(self, ask: Ask, found: Discovery, body: bytes) -> Step:
        chosen = [c for c in found.candidates if self._is_wanted(c)]
        named = [d for d in (date_in_url(c.url) for c in found.candidates) if d]
        is_past = bool(named) and all(d[1] <= self.span.since for d in named)
        asks = (
            []
            if is_past or ask.depth >= DEEPEST
            else [
                Ask(url=f.url, kind="archive", depth=ask.depth + 1) for f in found.follow if f.kind == "page"
            ]
        )
        asks += [Ask(url=u, kind="archive", depth=ask.depth + 1) for u in self._date_pages(ask, body)]
        return Step(
            candidates=tuple(chosen),
            asks=tuple(asks),
            problems=found.problems,
            passed_over=len(found.candidates) - len(chosen),
        )

    def _date_pages(self, ask: Ask, body: bytes) -> Sequence[str]:
        """Links to pages that list a day or a month of the time (`/2026/11/`, `/archive/2026/11/24`)."""
        if ask.depth >= DEEPEST:
            return ()
        pages: dict[str, None] = {}
        for url in links_of(body, ask.url):
            named = date_in_url(url)
            if named is None or url == ask.url or not self._is_own(url):
                continue
            ends_in_date = shape_of(url).pattern.rpartition("/")[2] in ("n", "D", "w")
            is_list = ends_in_date and shape_of(url).slug_words < 3
            if is_list and named[1] > self.span.since and named[0] < self.span.until:
                pages.setdefault(url)
        return tuple(pages)

    def _is_own(self, url: str) -> bool:
        domains = self.source.domains or (host_of(self.source.homepage),)
        return is_within(url, domains)

    # -------------------------------------------------------- other archives

    def _read_wayback(self, ask: Ask, body: bytes) -> Step:
        answer = cdx.read_wayback(body)
        step = self._of_rows(answer)
        if not answer.resume_key or ask.depth >= DEEPEST:
            return step
        more = self._wayback(ask.domain, self.span, answer.resume_key, ask.depth + 1)
        return replace(step, asks=(more,))

    def _read_collections(self, ask: Ask, body: bytes) -> Step:
        try:
            apis = cdx.collections_in(body, since=self.span.since, until=self.span.until)
        except ValueError as error:
            return Step(problems=(Problem(code="not expected", detail=f"collinfo.json: {error}"),))
        urls = [cdx.common_crawl_url(api, ask.domain) for api in apis]
        return Step(asks=tuple(Ask(url=u, kind="page count", domain=ask.domain) for u in urls))

    def _pages(self, ask: Ask, count: int) -> Iterable[Ask]:
        api = ask.url.partition("?")[0]
        for page in range(min(count, DEEPEST)):
            url = cdx.common_crawl_url(api, ask.domain, page=page)
            yield Ask(url=url, kind="commoncrawl", domain=ask.domain, depth=page)

    def _of_rows(self, answer: cdx.CdxAnswer) -> Step:
        patterns = compile_patterns(self.source)
        chosen = []
        rows = cdx.earliest(answer.rows)
        for row in rows.values():
            url = absolute(row.url, row.url)
            if not url or not self._is_own(url) or patterns.excludes(url):
                continue
            candidate = Candidate(url=url, kind="archive", found_on=self.way)
            if self._is_wanted(candidate):
                chosen.append(candidate)
        problems = [Problem(code="broken", count=answer.bad)] if answer.bad else []
        if not answer.rows:
            problems.append(Problem(code="empty", detail=answer.message or "no captures"))
        return Step(candidates=tuple(chosen), problems=tuple(problems), passed_over=len(rows) - len(chosen))
