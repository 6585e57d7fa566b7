"""What a fetched feed, sitemap, section page or article leads to: new pages, further documents, counts.

Joins `discover/` with the index's known URLs and makes requests; fetches nothing itself. The known-URL check is
one of the three ties of a crawl to its machine (the others: the scheduler and the archive's folder).
Tested in tests/crawl/test_crawl.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from newsarchive.crawl.address_guard import host_port
from newsarchive.crawl.conditional import max_age
from newsarchive.crawl.crawl_report import DocumentReport
from newsarchive.crawl.fetch import MAX_PAGES, Fetch, outcome_of
from newsarchive.discover import Discovery, Follow, discover, select
from newsarchive.discover.click_parameters import canonical_of, fate, varying, without
from newsarchive.discover.outlet_zone import stated_times, zones_between
from newsarchive.errors import BadUrlError, NewsarchiveError
from newsarchive.extract import onward
from newsarchive.model import Candidate, CandidateKind, Reason
from newsarchive.plan import Plan
from newsarchive.times import EPOCH, iso
from newsarchive.urls import check_url, url_key
from newsarchive.warc import read_payload
from newsarchive.web.links import absolute
from newsarchive.web.page_files import of_page, of_sheet

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from newsarchive.crawl.crawl_stats import CrawlStatsMiddleware
    from newsarchive.crawl.warc_extension import WarcExtension

FOLLOW_DOCUMENTS = 8  # sub-sitemaps of one index that are read for the first time in one run
OLD = 2  # of them, those that the index dates to earlier than PLAIN_SITEMAP ago
FOLLOW_INDEXES = 3  # how deep indexes may name indexes in one run
FOLLOW_PAGES = 3  # next pages of one list that are read in one run, while they bring unknown pages
PROBES = 1  # new pages a reading of a document whose pages hardly ever were stories
MOST_PAGES = 20  # of one article on several pages that are fetched
SHOWN = 4_000_000  # bytes of a page or stylesheet that are read for what it is shown with
SHEET_DEPTH = 3  # how deep stylesheets may import each other
MOST_CANDIDATES = 5000  # of one document, the latest; an ordinary run fetches 1,000 pages of a host
PLAIN_SITEMAP = timedelta(days=3)  # how far back an ordinary crawl takes what a plain sitemap dates

KINDS: Mapping[str, CandidateKind] = {"feed": "feed", "sitemap": "sitemap", "section": "section"}
MakeRequest = Callable[[str, Fetch], "Request"]


class Known(Protocol):
    """Something that knows which URLs the archive has."""

    def unknown(self, urls: list[str]) -> list[str]:
        """Return those of `urls` that it hasn't."""

    def close(self) -> None:
        """Close the index."""


class LinkFollower:
    """Reads documents and pages for one crawl.

    Args:
        make: Makes the request for a URL and what is to be known of it.
    """

    def __init__(
        self, archive: WarcExtension, *, known: Known, stats: CrawlStatsMiddleware, make: MakeRequest
    ) -> None:
        self._archive, self._known, self._stats, self._make = archive, known, stats, make
        self._plan: Plan = archive.plan
        self._waiting = {url_key(url) for url in self._plan.waiting}
        self._seen: set[str] = set()  # keys of what this run has asked for, or found in the index
        self._archived: set[str] = set()  # those of them that the index has
        self._continued: set[str] = set()  # keys of further pages of articles that this run has asked for
        self._followed: Counter[str] = Counter()
        self._clicks = {name: set(names) for name, names in self._plan.clicks.items()}
        self._articles = 0

    def know(self, url: str) -> None:
        """Remember that this run fetches `url` anyway; it isn't to be fetched again."""
        self._seen.add(url_key(url))

    def close(self) -> None:
        """Close the index."""
        self._known.close()

    # ------------------------------------------------------------ documents

    def discover(self, response: Response) -> Discovery:
        """Return what a document offers, by its bytes."""
        content_type = (response.headers.get("Content-Type") or b"").decode("latin-1") or None
        return self._discovered(response, response.body, content_type)

    def _discovered(self, response: Response, body: bytes, content_type: str | None) -> Discovery:
        fetch = Fetch.of(response)
        return discover(
            response.url,
            body,
            content_type,
            source=self._archive.source(fetch.source),
            now=self._now(),
            kind=KINDS.get(fetch.reason),
        )

    def read(self, response: Response, found: Discovery) -> Iterator[Request]:
        """Give the requests for the pages that a document names and nobody has fetched yet, then for the
        documents that it names; count and report it."""
        fetch = Fetch.of(response)
        fresh = self._fresh(response, self._bare(fetch, self._worth(response, found)))
        self._stats.document(
            response,
            DocumentReport(
                url=response.url,
                status=response.status,
                kind=found.kind,
                is_unchanged=outcome_of(fetch, response.status).kind == "unchanged",
                entries=found.stated_count,
                candidates=len(found.candidates),
                unknown=len(fresh),
                problems={problem.code: problem.count for problem in found.problems},
                moved_to=found.moved_to,
                wish=max(
                    found.wish,
                    max_age((response.headers.get("Cache-Control") or b"").decode("latin-1")) or 0.0,
                ),
                skip=found.skip,
            ),
        )
        if self._plan.follow:
            yield from self._pages(response.url, fetch, fresh)
            yield from self._documents(response.url, fetch, found, len(fresh))

    def _worth(self, response: Response, found: Discovery) -> Sequence[Candidate]:
        """The candidates that an ordinary crawl takes: of a plain sitemap, which may list a whole archive,
        only what it dates to the last days, and of what it doesn't date what wasn't in it at the last reading. Of
        any document at most so many, the latest."""
        worth = found.candidates
        if found.kind in ("sitemap", "text-sitemap"):
            dated = [c for c in worth if c.lastmod or c.published_at]
            before = self._read_before(response) if len(dated) < len(worth) else None
            recent = select(worth, since=self._now() - PLAIN_SITEMAP, undated=before is not None)
            worth = tuple(c for c in recent if c.lastmod or c.published_at or c.url not in (before or ()))
        if len(worth) <= MOST_CANDIDATES:
            return worth
        latest = sorted(worth, key=lambda c: c.published_at or c.lastmod or EPOCH, reverse=True)
        return latest[:MOST_CANDIDATES]

    def _bare(self, fetch: Fetch, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
        """The candidates without the parameters that say where a reader clicked, as far as they are known or this
        section page shows them."""
        clicks = self._clicks.setdefault(fetch.source, set())
        if fetch.reason == "section":
            clicks |= varying((c.url, c.title) for c in candidates if "?" in c.url)
        if not clicks:
            return candidates
        return [replace(c, url=without(c.url, clicks)) if "?" in c.url else c for c in candidates]

    def note_canonical(self, response: Response) -> None:
        """Report which parameters of a page's address its canonical address lacks."""
        fetch = Fetch.of(response)
        if fetch.reason == "new" and "?" in response.url and response.status == 200:
            fates = fate(response.url, canonical_of(response.body, response.url))
            if fates:
                self._archive.process.emit("parameters", {"source": fetch.source, "lacking": fates})

    def note_zone(self, response: Response) -> None:
        """Report by how much the times of a page that a document dates without a zone differ from the page's own."""
        fetch = Fetch.of(response)
        made = fetch.candidate
        if fetch.reason != "new" or made is None or made.zone is None or response.status != 200:
            return
        put_back = timedelta(minutes=made.zone)
        local = [at + put_back for at in (made.published_at, made.lastmod) if at is not None]
        if zones := zones_between(local, stated_times(response.body)):
            self._archive.process.emit("zones", {"source": fetch.source, "zones": sorted(zones)})

    def _read_before(self, response: Response) -> set[str] | None:
        """The URLs that a sitemap named at its last reading; None if it wasn't read before, or can't be again."""
        previous = Fetch.of(response).previous
        place = previous.place if previous is not None else None
        if place is None:
            return None
        try:
            payload = read_payload(Path(self._plan.archive), place.filename, place.offset, place.length)
        except NewsarchiveError:
            return None
        found = self._discovered(response, payload.body, payload.content_type)
        return {candidate.url for candidate in found.candidates}

    def _fresh(self, response: Response, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates that nobody has fetched yet. Known ones are reported."""
        reported: dict[str, Candidate] = {}
        fresh: dict[str, Candidate] = {}
        for candidate in candidates:
            key = url_key(candidate.url)
            if key in self._archived:
                reported.setdefault(key, candidate)
            elif key not in self._seen:
                self._seen.add(key)
                fresh[candidate.url] = candidate
        source = Fetch.of(response).source
        self._stats.count(source, "found", len(fresh))
        unknown = self._known.unknown(list(fresh)) if fresh and self._plan.follow else list(fresh)
        for url in fresh.keys() - set(unknown):
            self._archived.add(url_key(url))
            reported[url_key(url)] = fresh[url]
            self._stats.count(source, "known")
        for candidate in reported.values():
            self._report_known(response.url, source, candidate)
        resting = {url for url in unknown if url_key(url) in self._waiting} if self._waiting else set()
        if resting:
            self._stats.count(source, "outcomes/failed before, tried later", len(resting))
        return [fresh[url] for url in unknown if url not in resting]

    def _report_known(self, document: str, source: str, candidate: Candidate) -> None:
        """Report to the parent what a document says of a known page: a newer date or title asks for an early re-check."""
        moment = candidate.lastmod or candidate.published_at
        values = {"url": candidate.url, "source": source, "document": document, "title": candidate.title}
        self._archive.process.emit("known", values | {"at": iso(moment) if moment else None})

    def _pages(self, url: str, fetch: Fetch, candidates: Iterable[Candidate]) -> Iterator[Request]:
        limit = self._plan.crawl.max_pages
        for candidate in islice(candidates, PROBES if url in self._plan.doubted else None):
            request = self._make(candidate.url, Fetch(source=fetch.source, candidate=candidate))
            if limit and self._articles >= limit:
                self._stats.left(request, MAX_PAGES)
                continue
            self._articles += 1
            yield request

    def _documents(self, url: str, fetch: Fetch, found: Discovery, unknown: int) -> Iterator[Request]:
        """Sub-sitemaps that nobody has read yet and, while they bring something, next pages. Those that were read
        before the plan chooses (`schedule.sub_sitemaps`)."""
        pages = [step for step in found.follow if step.kind == "page"]
        if unknown and fetch.depth < FOLLOW_PAGES:
            yield from self._follow(url, fetch, [step.url for step in pages], fetch.reason)
        subs = {target: s for s in found.follow if s.kind == "sitemap" and (target := absolute(url, s.url))}
        if not subs or fetch.depth >= FOLLOW_INDEXES:
            return
        listed = {target: iso(s.lastmod) if s.lastmod else None for target, s in subs.items()}
        self._archive.process.emit("sub-sitemaps", {"source": fetch.source, "listed": listed})
        unread = self._known.unknown([target for target in subs if url_key(target) not in self._seen])
        left = max(0, FOLLOW_DOCUMENTS - self._followed[url])
        chosen = reading_order({target: subs[target] for target in unread}, self._now())[:left]
        self._followed[url] += len(chosen)
        yield from self._follow(url, fetch, chosen, "sitemap")

    def _follow(self, url: str, fetch: Fetch, named: Iterable[str], reason: Reason) -> Iterator[Request]:
        for target in (absolute(url, name) for name in named):
            if target and url_key(target) not in self._seen:
                self.know(target)
                yield self._make(
                    target, Fetch(reason=reason, source=fetch.source, depth=fetch.depth + 1, priority=-1.0)
                )

    # ------------------------------------------------------------ articles on several pages

    def further_pages(self, response: Response) -> Iterator[Request]:
        """Give the requests for the further pages of the article that a page begins or continues.

        What the page names counts; of a page that was "not modified", what is known of it. A further page that
        was found by itself asks for its first page, too, if nobody has that.
        """
        fetch, url = Fetch.of(response), response.url
        first = fetch.continues or url
        if response.status == 304:
            yield from self._continue(fetch, url, first, [target.url for target in fetch.parts])
            return
        part = onward(response.body, url) if response.body and fetch.is_page else None
        if part is None:
            return
        named = [page for number, page in part.pages if 1 < number <= MOST_PAGES]
        if part.number > 1 and not fetch.continues:
            yield from self._continue(fetch, url, part.first, [page for page in named if page != url])
            yield from self._begin(fetch, url, part.first)
        else:
            yield from self._continue(fetch, url, first, named)

    def _begin(self, fetch: Fetch, page: str, url: str) -> Iterator[Request]:
        first = _checked(url, page)
        if first and url_key(first) not in self._seen and self._known.unknown([first]):
            self.know(first)
            yield self._make(first, Fetch(source=fetch.source))

    def _continue(self, fetch: Fetch, page: str, first: str, urls: Iterable[str]) -> Iterator[Request]:
        known = {url_key(target.url): target for target in fetch.parts}
        for url in (_checked(url, page) for url in urls):
            key = url_key(url) if url else ""
            if not url or key in self._continued or (key in self._seen and key not in self._archived):
                continue
            self._continued.add(key)
            self.know(url)
            last = known.get(key)
            made = Fetch.from_target(last) if last else Fetch(source=fetch.source)
            made.reason, made.source, made.continues, made.parts = (
                "continuation",
                fetch.source,
                first,
                fetch.parts,
            )
            yield self._make(last.url if last else url, made)

    # ------------------------------------------------------------ requisites

    def requisites(self, response: Response) -> Iterator[Request]:
        """Give the requests for the stylesheets, images and fonts of a story's page when its bytes are new, or for what
        a stylesheet asks for, where nobody has them. What a browser rendered was archived with all it loaded."""
        fetch = Fetch.of(response)
        source = self._archive.source(fetch.source)
        if not source.requisites or source.render or response.status != 200 or len(response.body) > SHOWN:
            return
        if not fetch.is_page and fetch.reason != "requisite":
            return
        if outcome_of(fetch, response.status).kind == "unchanged":
            return
        page = fetch.page or response.url
        wanted: tuple[str, ...] = ()
        if not fetch.page:
            wanted = of_page(response.body, response.url)
        elif b"css" in (response.headers.get("Content-Type") or b"") and fetch.depth < SHEET_DEPTH:
            wanted = of_sheet(response.body, response.url)
        for url in self._known.unknown([url for url in wanted if url_key(url) not in self._seen]):
            self.know(url)
            yield self._make(
                url, Fetch(reason="requisite", source=fetch.source, page=page, depth=fetch.depth + 1)
            )

    def _now(self) -> datetime:
        return self._archive.clock.now()


def reading_order(subs: Mapping[str, Follow], now: datetime) -> list[str]:
    """Return the sub-sitemaps of an index in the order in which they are first read, but for all but OLD of the old ones.

    The latest first; of undated ones those that call themselves news, then from both ends of the list: some outlets
    write the newest first, others last. Those that the index calls old come last, a few a run: its dates may be wrong.
    """
    dated = [url for url, sub in subs.items() if sub.lastmod is not None]
    dated.sort(key=lambda url: (-_seconds(subs[url].lastmod), "news" not in url.lower()))
    recent = [url for url in dated if _seconds(subs[url].lastmod) >= (now - PLAIN_SITEMAP).timestamp()]
    undated = [url for url, sub in subs.items() if sub.lastmod is None]
    news = [url for url in undated if "news" in url.lower()]
    rest = [url for url in undated if url not in news]
    ends = [rest[-1 - at // 2 if at % 2 == 0 else at // 2] for at in range(len(rest))]
    return [*recent, *news, *ends, *dated[len(recent) :][:OLD]]


def _seconds(moment: datetime | None) -> float:
    return moment.timestamp() if moment else 0.0


def _checked(url: str, page: str) -> str:
    """`url` as it may be fetched, if it is on the host of `page`; else empty."""
    try:
        found = check_url(url)
        return found if host_port(found) == host_port(page) else ""
    except BadUrlError:
        return ""
