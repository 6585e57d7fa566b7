"""What a fetched feed, sitemap or section page leads to: new pages, further documents, counts.

Joins `discover/` with the index's known URLs; fetches nothing itself. Tested in tests/crawl/test_flow.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Protocol
from urllib.parse import urljoin

from newsarchive.crawl import requisites
from newsarchive.crawl.crawl_report import DocumentReport
from newsarchive.crawl.crawl_stats import Tally
from newsarchive.crawl.jobs import Answer, Job, Outcome, lane_of
from newsarchive.discover import Discovery, discover, select
from newsarchive.errors import BadUrlError
from newsarchive.extract import onward
from newsarchive.model import Candidate, CandidateKind, Part, Source
from newsarchive.plan import Plan
from newsarchive.times import Clock, iso
from newsarchive.urls import check_url, url_key

FOLLOW_DOCUMENTS = 8  # sub-sitemaps of one index that are read in one run, the latest first
FOLLOW_PAGES = 3  # next pages of one list that are read in one run, while they bring unknown pages
MOST_PAGES = 20  # of one article on several pages that are fetched
SHEET_DEPTH = 3  # how deep stylesheets may import each other
PLAIN_SITEMAP = timedelta(days=3)  # how far back an ordinary crawl takes what a plain sitemap dates

_DOCUMENT_KINDS: dict[str, CandidateKind] = {"feed": "feed", "sitemap": "sitemap", "section": "section"}


class Known(Protocol):
    """Who can tell which URLs the archive has."""

    def unknown(self, urls: list[str]) -> list[str]:
        """Those of `urls` that it hasn't."""

    def close(self) -> None:
        """Let go of the index."""


class Finder:
    """Reads documents for one crawl.

    Args:
        add: Queues a job.
        emit: Told of known pages that a document dates ("known" events).
    """

    def __init__(
        self,
        plan: Plan,
        *,
        clock: Clock,
        known: Known,
        tally: Tally,
        emit: Callable[[str, dict[str, Any]], None],
        add: Callable[[Job], None],
        source_of: Callable[[str], Source],
    ) -> None:
        self._plan, self._clock, self._known, self._tally = plan, clock, known, tally
        self._emit, self._add, self._source_of = emit, add, source_of
        self._seen: set[str] = set()  # keys of what this run has queued, or found in the index
        self._archived: set[str] = set()  # those of them that the index has
        self._continued: set[str] = set()  # keys of further pages of articles that this run has queued
        self._followed: Counter[str] = Counter()
        self._articles = 0
        self._budgets: dict[str, requisites.Budget] = {}  # page -> what its requisites may still take
        self._run_budgets: dict[str, requisites.Budget] = {}  # source -> the same for the run

    def know(self, url: str) -> None:
        """This run fetches `url` anyway; it isn't to be queued again."""
        self._seen.add(url_key(url))

    def read(self, job: Job, answer: Answer, outcome: Outcome) -> None:
        """Queue what a document names, and report it."""
        if answer.status == 304:
            self._tally.of(job.source).document(
                job, DocumentReport(url=job.url, status=304, is_unchanged=True)
            )
            return
        found = discover(
            job.url,
            answer.body,
            answer.headers.get("content-type"),
            source=self._source_of(job.source),
            now=self._clock.now(),
            kind=_DOCUMENT_KINDS[job.reason],
        )
        unknown = self._take(job, self._worth(found))
        self._tally.of(job.source).document(
            job,
            DocumentReport(
                url=job.url,
                status=answer.status,
                kind=found.kind,
                is_unchanged=outcome.kind == "unchanged",
                entries=found.stated_count,
                candidates=len(found.candidates),
                unknown=unknown,
                problems={problem.code: problem.count for problem in found.problems},
                moved_to=found.moved_to,
            ),
        )
        self._follow(job, found, unknown)

    def _worth(self, found: Discovery) -> Sequence[Candidate]:
        """The candidates that an ordinary crawl takes: of a plain sitemap, which may list a whole archive,
        only what it dates to the last days."""
        if found.kind not in ("sitemap", "text-sitemap"):
            return found.candidates
        return select(found.candidates, since=self._clock.now() - PLAIN_SITEMAP, undated=False)

    def _take(self, job: Job, candidates: Sequence[Candidate]) -> int:
        """Queue the candidates that nobody has fetched yet; their number. Known ones are told."""
        told: dict[str, Candidate] = {}
        fresh: dict[str, Candidate] = {}
        for candidate in candidates:
            key = url_key(candidate.url)
            if key in self._archived:
                told.setdefault(key, candidate)
            elif key not in self._seen:
                self._seen.add(key)
                fresh[candidate.url] = candidate
        tally = self._tally.of(job.source)
        tally.found += len(fresh)
        unknown = self._known.unknown(list(fresh)) if fresh and self._plan.follow else list(fresh)
        for url in fresh.keys() - set(unknown):
            key = url_key(url)
            self._archived.add(key)
            told[key] = fresh[url]
            tally.known += 1
        self._tell_known(job, told.values())
        if self._plan.follow:
            for url in unknown:
                self._take_page(Job(url=url, source=job.source, reason="new", candidate=fresh[url]))
        return len(unknown)

    def _tell_known(self, job: Job, candidates: Iterable[Candidate]) -> None:
        """Tell the parent what a document says of known pages: a newer date or title asks for an early look."""
        for candidate in candidates:
            moment = candidate.lastmod or candidate.published_at
            self._emit(
                "known",
                {
                    "url": candidate.url,
                    "source": job.source,
                    "document": job.url,
                    "title": candidate.title,
                    "at": iso(moment) if moment else None,
                },
            )

    def _take_page(self, job: Job) -> None:
        limit = self._plan.crawl.max_pages
        if limit and self._articles >= limit:
            self._tally.of(job.source).leave(job, "max_pages reached")
            return
        self._articles += 1
        self._add(job)

    def _follow(self, job: Job, found: Discovery, unknown: int) -> None:
        """Queue sub-sitemaps (the latest first) and, while they bring something, next pages."""
        if not self._plan.follow:
            return
        latest = sorted(found.follow, key=lambda f: f.lastmod.timestamp() if f.lastmod else 0.0, reverse=True)
        for step in latest:
            is_page = step.kind == "page"
            if step.lastmod is not None and step.lastmod < self._clock.now() - PLAIN_SITEMAP:
                continue  # nothing in it is newer than what an ordinary crawl would take
            if is_page and (not unknown or job.depth >= FOLLOW_PAGES):
                continue
            url = urljoin(job.url, step.url)
            group = f"{job.source} {step.kind} {job.url if not is_page else ''}"
            if url_key(url) in self._seen or (not is_page and self._followed[group] >= FOLLOW_DOCUMENTS):
                continue
            self._followed[group] += 1
            self._seen.add(url_key(url))
            reason = job.reason if is_page else "sitemap"
            self._add(Job(url=url, source=job.source, reason=reason, depth=job.depth + 1, priority=-1.0))

    # ------------------------------------------------------------ articles on several pages

    def go_on(self, job: Job, answer: Answer) -> None:
        """Queue the further pages of the article that a page begins or continues, right after it.

        What the page names counts; of a page that was "not modified", what is known of it. A further page that
        was found by itself asks for its first page, too, if nobody has that.
        """
        if answer.status == 304:
            self._continue(job, [target.url for target in job.parts])
            return
        part = onward(answer.body, job.url) if answer.body else None
        if part is None:
            return
        named = [url for number, url in part.pages if 1 < number <= MOST_PAGES]
        if part.number > 1 and not job.continues:
            self._continue(replace(job, continues=part.first), [url for url in named if url != job.url])
            self._begin(job, part)
        else:
            self._continue(job, named)

    def _begin(self, job: Job, part: Part) -> None:
        first = _checked(part.first, job.url)
        if not first or url_key(first) in self._seen or not self._known.unknown([first]):
            return
        self.know(first)
        self._add(Job(url=first, source=job.source, reason="new"))

    def _continue(self, job: Job, urls: Iterable[str]) -> None:
        known = {url_key(target.url): target for target in job.parts}
        for url in (_checked(url, job.url) for url in urls):
            key = url_key(url) if url else ""
            if not url or key in self._continued or (key in self._seen and key not in self._archived):
                continue
            self._continued.add(key)
            self.know(url)
            last = known.get(key)
            self._add(
                Job(
                    url=last.url if last else url,
                    source=job.source,
                    reason="continuation",
                    continues=job.continues or job.url,
                    etag=last.etag if last else None,
                    last_modified=last.last_modified if last else None,
                    previous=last.previous if last else None,
                    parts=job.parts,
                )
            )

    # ------------------------------------------------------------ requisites

    def dress(self, job: Job, answer: Answer) -> None:
        """Queue the stylesheets and images of a page, or what a stylesheet asks for, where nobody has them."""
        page = job.page or job.url
        if job.page:
            self._charge(job, answer.size)
            is_sheet = "css" in answer.headers.get("content-type", "")
            wanted = requisites.of_sheet(answer.body, job.url) if is_sheet and job.depth < SHEET_DEPTH else ()
        else:
            wanted = requisites.of_page(answer.body, job.url)
        fresh = [url for url in wanted if url_key(url) not in self._seen]
        for url in self._known.unknown(fresh):
            self.know(url)
            self._add(Job(url=url, source=job.source, reason="requisite", page=page, depth=job.depth + 1))

    def is_spent(self, job: Job) -> bool:
        """Has a requisite's page, or its source, used up its bytes?"""
        return any(budget.is_spent for budget in self._budgets_of(job))

    def _charge(self, job: Job, size: int) -> None:
        for budget in self._budgets_of(job):
            budget.take(size)

    def _budgets_of(self, job: Job) -> tuple[requisites.Budget, requisites.Budget]:
        return (
            self._budgets.setdefault(job.page, requisites.Budget()),
            self._run_budgets.setdefault(job.source, requisites.Budget(requisites.RUN_BYTES)),
        )


def _checked(url: str, page: str) -> str:
    """`url` as it may be fetched, if it is on the host of `page`; else empty."""
    try:
        found = check_url(url)
        return found if lane_of(found) == lane_of(page) else ""
    except BadUrlError:
        return ""
