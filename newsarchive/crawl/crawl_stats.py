"""Counts while a crawl runs, and makes its report.

Mutable on purpose, and nothing but counting: what counts as what is decided in `jobs.py`.
Tested in tests/crawl/test_crawl_report.py.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime

from newsarchive.crawl.crawl_report import DocumentReport, Report, SourceReport
from newsarchive.crawl.jobs import Answer, Job, Outcome

EXAMPLES = 3  # URLs kept for each reason


class SourceTally:
    """The counts of one source."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.found = self.known = self.new = self.changed = self.unchanged = 0
        self.fetches = self.bytes = self.requisites = self.continuations = 0
        self.outcomes: Counter[str] = Counter()
        self.failed: Counter[str] = Counter()
        self.left: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.types: Counter[str] = Counter()
        self.examples: dict[str, list[str]] = defaultdict(list)
        self.documents: dict[str, DocumentReport] = {}
        self.notes: list[str] = []

    def fetched(self, answer: Answer) -> None:
        """One request was made."""
        self.fetches += 1
        if answer.status is not None:
            self.statuses[str(answer.status)] += 1
        self.bytes += answer.size

    def brought(self, job: Job, answer: Answer) -> None:
        """A page came; what kind of file is it?"""
        if job.is_page and answer.capture is not None:
            size = answer.capture.payload_length
            kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower() or "no type"
            self.types["empty" if size == 0 else kind] += 1

    def ended(self, job: Job, outcome: Outcome) -> None:
        """A job is done with, for better or worse."""
        if job.reason == "requisite":
            self.requisites += outcome.kind in ("ok", "changed", "unchanged")
            if outcome.kind in ("failed", "gone", "refused"):
                self._because(self.outcomes, "requisite missing", job)
        elif outcome.kind == "failed":
            self._because(self.failed, outcome.reason, job)
        elif outcome.kind in ("gone", "refused"):
            self._because(self.outcomes, outcome.kind if outcome.kind == "gone" else outcome.reason, job)
        elif job.reason == "continuation":
            self.continuations += 1
        elif job.is_page:
            self._page(outcome)

    def _page(self, outcome: Outcome) -> None:
        if outcome.kind == "unchanged":
            self.unchanged += 1
        elif outcome.kind == "changed":
            self.changed += 1
        else:
            self.new += 1

    def document(self, job: Job, report: DocumentReport) -> None:
        """What a feed, sitemap or section page gave; it is known by the URL it was first asked by."""
        asked = job.redirects[0] if job.redirects else ""
        self.documents[asked or job.url] = replace(report, asked=asked)

    def leave(self, job: Job, reason: str) -> None:
        """A job isn't done in this run."""
        self._because(self.left, reason, job)

    def _because(self, counter: Counter[str], reason: str, job: Job) -> None:
        counter[reason] += 1
        if len(self.examples[reason]) < EXAMPLES:
            self.examples[reason].append(job.redirects[0] if job.redirects else job.url)

    def report(self) -> SourceReport:
        """The counts as a value."""
        return SourceReport(
            name=self.name,
            found=self.found,
            known=self.known,
            new=self.new,
            changed=self.changed,
            unchanged=self.unchanged,
            fetches=self.fetches,
            bytes=self.bytes,
            requisites=self.requisites,
            continuations=self.continuations,
            outcomes=dict(self.outcomes),
            failed=dict(self.failed),
            left=dict(self.left),
            statuses=dict(self.statuses),
            types=dict(self.types),
            examples={reason: tuple(urls) for reason, urls in self.examples.items()},
            documents=tuple(self.documents.values()),
            notes=tuple(self.notes),
        )


class Tally:
    """The counts of one crawl."""

    def __init__(self, crawl_id: str, started_at: datetime) -> None:
        self.crawl_id, self.started_at = crawl_id, started_at
        self.sources: dict[str, SourceTally] = {}
        self.requests: Counter[str] = Counter()
        self.not_before: dict[str, datetime] = {}
        self.liars: dict[str, None] = {}
        self.exchanges = self.bytes = 0

    def of(self, source: str) -> SourceTally:
        """The counts of one source; made when first asked for."""
        if source not in self.sources:
            self.sources[source] = SourceTally(source)
        return self.sources[source]

    def fetched(self, host: str, source: str, answer: Answer) -> None:
        """One request was made to `host`."""
        self.requests[host] += 1
        self.exchanges += answer.capture is not None
        self.bytes += answer.size
        self.of(source).fetched(answer)

    def report(self, ended_at: datetime, **more: object) -> Report:
        """The counts as a value; `more` are further fields of `Report`."""
        return Report(
            crawl_id=self.crawl_id,
            started_at=self.started_at,
            ended_at=ended_at,
            exchanges=self.exchanges,
            bytes=self.bytes,
            sources=tuple(tally.report() for _, tally in sorted(self.sources.items())),
            requests=dict(self.requests),
            not_before=dict(self.not_before),
            liars=tuple(self.liars),
            **more,  # type: ignore[arg-type]
        )
