"""Counts a crawl in Scrapy's stats collector, reports its events, and makes its report from the stats.

A downloader middleware, the nearest to the engine, so that it sees what each request came to. The keys are
`newsarchive/…`; what no number holds (documents, example URLs, notes) is kept here. What counts as what is
decided in `fetch.py`. Tested in tests/crawl/test_crawl.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from newsarchive.crawl.address_guard import host_port
from newsarchive.crawl.crawl_report import DocumentReport, Report, SourceReport
from newsarchive.crawl.failures import NotFetched, classify
from newsarchive.crawl.fetch import MAX_PAGES, Fetch, Outcome, event_of, outcome_of
from newsarchive.crawl.warc_extension import ArchiveMiddleware, exchange_archived
from newsarchive.errors import NewsarchiveError
from newsarchive.plan import Target

PERMANENT = frozenset({301, 308})  # redirects that say that a page is elsewhere for good
EXAMPLES = 3  # URLs kept for each reason


@dataclass(slots=True)
class SourceRecord:
    """What no number holds of one source."""

    documents: dict[str, DocumentReport] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, None] = field(default_factory=dict)


class CrawlStatsMiddleware(ArchiveMiddleware):
    """The middleware; one for each crawl."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._stats = crawler.stats
        self._emit = self._archive.process.emit
        self._records: dict[str, SourceRecord] = defaultdict(SourceRecord)
        self._queued: Counter[str] = Counter()
        self._open: set[str] = set()  # sources that aren't done yet
        self._begun: set[str] = set()  # sources of which anything has waited
        self._liars: dict[str, None] = {}
        crawler.signals.connect(self._archived, signal=exchange_archived)

    def process_response(self, request: Request, response: Response) -> Response:
        """Count what a request came to at last.

        Raises:
            NotFetched: it came to nothing whatever its status says (too large, cut short, opted out).
        """
        fetch = Fetch.of(request)
        outcome = outcome_of(fetch, response.status)
        self._ended(request, fetch, outcome, response)
        if fetch.failure:
            raise NotFetched(outcome)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Count a request that brought no response; an archive that can't be written is no outcome of it."""
        if isinstance(exception, NewsarchiveError):
            return
        fetch = Fetch.of(request)
        if isinstance(exception, NotFetched):
            self._ended(request, fetch, exception.outcome, None)
        else:
            if not fetch.failure and not isinstance(exception, IgnoreRequest):
                fetch.fail(*classify(exception))  # it never came to the handler
            outcome = (
                outcome_of(fetch, None) if fetch.failure else Outcome("refused", str(exception) or "ignored")
            )
            self._ended(request, fetch, outcome, None)

    # ------------------------------------------------------------ counting

    def count(self, source: str, name: str, by: int = 1) -> None:
        """Add to a number of a source: a field of SourceReport, or `failed/HTTP 503`."""
        self._stats.inc_value(f"newsarchive/source/{source}/{name}", by)

    def note(self, source: str, text: str) -> None:
        """Remember a sentence for the report."""
        self._records[source].notes[text] = None

    def document(self, request: Request | Response, report: DocumentReport) -> None:
        """Remember what a feed, sitemap or section page gave; it is known by the URL it was first asked by."""
        first = first_url(request)
        asked = first if first != request.url else ""
        if asked and not report.moved_to and PERMANENT.issuperset(request.meta.get("redirect_reasons", [0])):
            report = replace(report, moved_to=request.url)
        self._records[Fetch.of(request).source].documents[first] = replace(report, asked=asked)

    def left(self, request: Request, reason: str) -> None:
        """Count a request that isn't made in this run; what an outlet's rules are isn't counted."""
        if Fetch.of(request).reason == "robots":
            return
        self._because(request, Fetch.of(request), "left", reason)
        if reason != MAX_PAGES:
            self._missed(request, reason, is_tried="retry_times" in request.meta)

    def lies(self, url: str) -> None:
        """Remember a URL whose validators called other bytes unchanged."""
        self._liars[url] = None

    def queued(self, source: str, by: int) -> None:
        """Count a request that waits, or waits no more, in the scheduler."""
        self._queued[source] += by
        if by > 0:
            self._begun.add(source)

    def _archived(self, request: Request, fetch: Fetch, response: Response | None) -> None:
        """One exchange is over, whatever it was for."""
        status = response.status if response is not None else None
        self._stats.inc_value("newsarchive/exchanges", int(fetch.capture is not None))
        self._stats.inc_value("newsarchive/bytes", fetch.size)
        self._stats.inc_value(f"newsarchive/requests/{host_port(request.url)}")
        self.count(fetch.source, "fetches")
        self.count(fetch.source, "bytes", fetch.size)
        if status is not None:
            self.count(fetch.source, f"statuses/{status}")
        self._emit("fetched", event_of(request.url, first_url(request), fetch, status))

    def _ended(self, request: Request, fetch: Fetch, outcome: Outcome, response: Response | None) -> None:
        kind, reason = outcome.kind, outcome.reason or outcome.kind
        if fetch.reason == "robots":
            return
        if kind == "left":
            self.left(request, reason)
        elif fetch.reason == "requisite":
            self.count(fetch.source, "requisites", int(kind in ("ok", "changed", "unchanged")))
            if kind in ("failed", "gone", "refused"):
                self._because(request, fetch, "outcomes", "requisite missing")
        elif kind == "failed":
            self._because(request, fetch, "failed", reason)
            self._missed(request, reason, is_tried=True)
        elif kind in ("gone", "refused"):
            self._because(request, fetch, "outcomes", reason)
        elif fetch.is_page:
            one = "continuations" if fetch.reason == "continuation" else {"ok": "new"}.get(kind, kind)
            self.count(fetch.source, one)
            if response is not None and response.status != 304 and fetch.capture is not None:
                self.count(fetch.source, f"types/{media_type(response, fetch)}")
        if fetch.is_document:
            self._document_ended(request, kind, reason, response)

    def _document_ended(self, request: Request, kind: str, reason: str, response: Response | None) -> None:
        if kind in ("failed", "refused", "gone"):
            self.document(request, DocumentReport(url=request.url, failure=reason))
        elif response is not None and response.status == 304:
            self.document(request, DocumentReport(url=request.url, status=304, is_unchanged=True))

    def _missed(self, request: Request, why: str, *, is_tried: bool) -> None:
        """Report a new page that this run didn't get, so that a later one tries it."""
        fetch = Fetch.of(request)
        if fetch.reason == "new":
            page = Target(
                url=first_url(request), source=fetch.source, reason="new", candidate=fetch.candidate
            )
            values = {"url": page.url, "source": page.source, "why": why, "is_tried": is_tried}
            self._emit("missed", values | {"target": page.to_json()})

    def _because(self, request: Request, fetch: Fetch, field_name: str, reason: str) -> None:
        self.count(fetch.source, f"{field_name}/{reason}")
        examples = self._records[fetch.source].examples[reason]
        if len(examples) < EXAMPLES:
            examples.append(first_url(request))

    # ------------------------------------------------------------ events and the report

    def tell_start(self) -> None:
        """Report that the plan is begun."""
        plan = self._archive.plan
        self._open = {source.name for source in plan.sources}
        self._emit("start", {"crawl_id": plan.crawl_id, "sources": sorted(self._open)})

    def tell_progress(self) -> None:
        """Report numbers for a progress display, and the sources that are done: nothing of theirs waits or is
        under way."""
        get = self._stats.get_value
        engine: Any = self._crawler.engine
        waits_for = getattr(
            engine._slot and engine._slot.scheduler, "waits_for", None
        )  # somebody's own has none
        host, seconds = waits_for() if waits_for else ("", 0.0)
        self._emit(
            "progress",
            {
                "fetched": get("newsarchive/exchanges", 0),
                "queued": sum(self._queued.values()) + len(engine.downloader.active),
                "bytes": get("newsarchive/bytes", 0),
                "waits_for": host,
                "seconds": round(seconds, 1),
            },
        )
        busy = {Fetch.of(r).source for r in (*engine.downloader.active, *engine.scraper.slot.active)}
        self._tell_done(sorted(s for s in self._open & self._begun - busy if not self._queued[s]))

    def _tell_done(self, names: list[str]) -> None:
        for name in names:
            self._open.discard(name)
            self._emit("source", {"source": name})

    def report(self, **more: Any) -> Report:
        """Make the report from the stats; `more` are further fields of it."""
        self._tell_done(sorted(self._open))
        stats = self._stats.get_stats()
        plan, prefix, requests = self._archive.plan, "newsarchive/source/", "newsarchive/requests/"
        numbers: dict[str, dict[str, Any]] = {source.name: {} for source in plan.sources}
        numbers |= {name: {} for name in self._records}
        for key, value in stats.items():
            if key.startswith(prefix):
                name, field_name, *reason = key.removeprefix(prefix).split("/", 2)
                found = numbers.setdefault(name, {})
                if reason:
                    found.setdefault(field_name, {})[reason[0]] = value
                else:
                    found[field_name] = value
        return Report(
            crawl_id=plan.crawl_id,
            started_at=plan.now,
            ended_at=self._archive.clock.now(),
            exchanges=stats.get("newsarchive/exchanges", 0),
            bytes=stats.get("newsarchive/bytes", 0),
            sources=tuple(self._source_report(name, found) for name, found in sorted(numbers.items())),
            requests={k.removeprefix(requests): v for k, v in stats.items() if k.startswith(requests)},
            liars=tuple(self._liars),
            **more,
        )

    def _source_report(self, name: str, numbers: dict[str, Any]) -> SourceReport:
        record = self._records[name]
        return SourceReport(
            name=name,
            examples={reason: tuple(urls) for reason, urls in record.examples.items()},
            documents=tuple(record.documents.values()),
            notes=tuple(record.notes),
            **numbers,
        )


def first_url(request: Request | Response) -> str:
    """Return the URL that was asked for before any redirect."""
    url: str = (request.meta.get("redirect_urls") or [request.url])[0]
    return url


def media_type(response: Response, fetch: Fetch) -> str:
    """Return what kind of file a page is: its media type, "empty" or "no type"."""
    if fetch.capture is not None and fetch.capture.payload_length == 0:
        return "empty"
    kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return kind.partition(";")[0].strip().lower() or "no type"
