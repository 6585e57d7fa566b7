"""The spider that does a plan: `newsarchive crawl` starts it in a child process, `scrapy crawl news` by hand.

    scrapy crawl news -a source=NAME[,NAME…] [-a archive=DIR] [-a follow=no] [-O pages.jsonl]

Subclass it for a site that needs more: override `start`, or how a feed, sitemap, section or article is read, and
yield requests; docs/crawl.md has recipes. Without an archive folder that can be written it fetches nothing.
Tested in tests/spiders/.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import resource
import sys
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure

from newsarchive.crawl.addon import SCHEDULER, SILENT_TOO, SPIDER, add_middlewares
from newsarchive.crawl.crawl_report import Report
from newsarchive.crawl.crawl_stats import CrawlStatsMiddleware
from newsarchive.crawl.fetch import META, PAGES, Fetch, event_of
from newsarchive.crawl.link_follower import LinkFollower
from newsarchive.crawl.plans import PLAN_SETTING, plan_by_hand, write_plan, write_report
from newsarchive.crawl.rate_limit import RateLimitMiddleware
from newsarchive.crawl.warc_extension import WarcExtension
from newsarchive.discover import Discovery
from newsarchive.errors import BadUrlError
from newsarchive.index import KnownUrls
from newsarchive.model import Candidate, Reason, Source
from newsarchive.plan import Plan
from newsarchive.urls import check_url
from newsarchive.web.tdm_policy import tdm_rules

SHOWN_RULES = 3  # of a tdmrep.json, in the report
LARGE = 200_000  # bytes of a document that takes some tenths of a second to read
REASONS: dict[str, Reason] = {  # of requests that a subclass makes itself: by the name of their callback
    "parse_feed": "feed",
    "parse_sitemap": "sitemap",
    "parse_section": "section",
    "parse_article": "new",
    "parse_requisite": "requisite",
}


class NewsSpider(Spider):
    """One plan. By hand, it is that of the archive's sources that `-a source=` names, all if none. A subclass does
    the source that is called like it; `start_urls` are its sections then, and where the archive has no such source
    `allowed_domains` its domains."""

    name = "news"
    report: Report | None = None
    links: LinkFollower
    stats: CrawlStatsMiddleware

    def __init__(self, *, plan: Plan, by_hand: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.stopped = ""  # why the crawl is being ended early; `start` begins nothing then
        self._targets: deque[Request] | None = None  # what `start` hasn't given yet; None before it begins
        self._by_hand = by_hand
        self._surprise = ""
        self._begun, self._cpu = time.monotonic(), time.process_time()

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Put our scheduler and downloader middlewares in; `custom_settings` of a subclass overrule them."""
        for name, value in SPIDER.items():
            settings.set(name, value, priority="spider")
        super().update_settings(settings)
        add_middlewares(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Make the spider, and put its plan where the WARC extension finds it.

        Args:
            kwargs: `plan` from the child process; `source`, `archive`, `follow` by hand.
        """
        plan: Plan | None = kwargs.get("plan")
        if plan is None:
            folder = kwargs.pop("archive", None) or crawler.settings.get("NEWSARCHIVE_DIR") or "archives/main"
            plan = plan_by_hand(
                Path(folder),
                names=kwargs.pop("source", ""),
                follow=kwargs.pop("follow", "yes") not in ("no", "0", "false"),
                own=None if cls is NewsSpider else cls.own_source(),
            )
            kwargs |= {"plan": plan, "by_hand": True}
        is_ours = crawler.settings["SCHEDULER"] == SCHEDULER
        changes = {
            PLAN_SETTING: plan.to_json(),
            "USER_AGENT": plan.user_agent,
            "DOWNLOAD_MAXSIZE": plan.network.max_body,
            "DOWNLOAD_TIMEOUT": plan.network.timeout,
            "CONCURRENT_REQUESTS": plan.crawl.concurrency * (SILENT_TOO if is_ours else 1),
            "DOWNLOAD_DELAY": plan.crawl.delay / plan.speed,
            "CONCURRENT_REQUESTS_PER_DOMAIN": plan.crawl.per_host,
            "NEWSARCHIVE_CONCURRENCY": plan.crawl.concurrency,
        }
        for name, value in changes.items():
            crawler.settings.set(name, value, priority="cmdline")
        made = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(made._label, signal=signals.request_scheduled)
        crawler.signals.connect(made._surprised, signal=signals.spider_error)
        crawler.signals.connect(made._opened, signal=signals.spider_opened)
        return made

    @classmethod
    def own_source(cls) -> Source:
        """Return the source of a subclass, for an archive that has none of its name."""
        domains, sections = (
            getattr(cls, "allowed_domains", None) or (),
            getattr(cls, "start_urls", None) or (),
        )
        return Source(name=cls.name, domains=tuple(domains), sections=tuple(sections))

    def _opened(self) -> None:
        archive = WarcExtension.of(self.crawler)
        stats = self.crawler.get_downloader_middleware(CrawlStatsMiddleware)
        if stats is None:
            raise RuntimeError("CrawlStatsMiddleware isn't among the downloader middlewares")
        self.archive, self.stats = archive, stats
        self.links = LinkFollower(
            archive, known=KnownUrls(Path(self.plan.archive) / "index.db"), stats=stats, make=self.request
        )
        stats.tell_start()
        if self._by_hand:
            write_plan(self.plan)

    # ------------------------------------------------------------ requests

    async def start(self) -> AsyncIterator[Any]:
        """Give the requests of the plan: feeds, sitemaps, sections, re-checks."""
        for source in self.plan.sources:
            if self.plan.follow and not source.feeds and not source.sitemaps and type(self) is NewsSpider:
                text = "no feed and no sitemap is known of it; stories are found by its pages' links alone"
                self.stats.note(source.name, text)
        self._read_targets()
        while self._targets and not self.stopped:
            yield self._targets.popleft()

    def _read_targets(self) -> None:
        self._targets = deque()
        for target in self.plan.targets:
            try:
                self._targets.append(self.request(check_url(target.url), Fetch.from_target(target)))
                self.links.know(self._targets[-1].url)
            except BadUrlError as error:
                self.stats.note(target.source, str(error))

    def request(self, url: str, fetch: Fetch) -> Request:
        """Make the request for a URL; its callback follows from the reason."""
        callbacks = {
            "feed": self.parse_feed,
            "sitemap": self.parse_sitemap,
            "section": self.parse_section,
            "requisite": self.parse_requisite,
            "robots": self.parse_policy,
        }
        return Request(
            url,
            callback=callbacks.get(fetch.reason, self.parse_article),
            errback=self.not_fetched,
            priority=fetch.rank,
            dont_filter=True,  # what is asked once a run is the link follower's to say
            meta={META: fetch},
        )

    def _label(self, request: Request) -> None:
        """Record why a request of a subclass is made; of what it logs in with no page is kept
        as a story."""
        if META not in request.meta:
            reason = REASONS.get(getattr(request.callback, "__name__", ""), "probe")
            source = self.plan.sources[0].name if self.plan.sources else self.name
            request.meta[META] = Fetch(reason=reason, source=source)
            request.errback = request.errback or self.not_fetched

    # ------------------------------------------------------------ callbacks

    def parse_feed(self, response: Response) -> AsyncIterator[Any] | Iterable[Any]:
        """Follow what a feed names."""
        return self.follow(response)

    def parse_sitemap(self, response: Response) -> AsyncIterator[Any] | Iterable[Any]:
        """Follow what a sitemap names."""
        return self.follow(response)

    def parse_section(self, response: Response) -> AsyncIterator[Any] | Iterable[Any]:
        """Follow the article links of a section page."""
        return self.follow(response)

    def parse_article(self, response: Response) -> Iterator[Any]:
        """Ask for the further pages of an article and what it needs to be shown as it was. By hand, each page is
        an item, too."""
        fetch = Fetch.of(response)
        self.links.note_canonical(response)
        self.links.note_zone(response)
        yield from self.links.further_pages(response)
        yield from self.links.requisites(response)
        if self._by_hand and fetch.reason in PAGES - {"continuation"} and fetch.capture is not None:
            yield event_of(response.url, response.url, fetch, response.status)

    def parse_requisite(self, response: Response) -> Iterable[Any]:
        """Ask for what a stylesheet imports."""
        return self.links.requisites(response)

    def parse_policy(self, response: Response) -> Iterable[Any]:
        """Report what an outlet reserves from text and data mining."""
        reserved = [rule.to_text() for rule in tdm_rules(response.body) if rule.is_reserved]
        if reserved:
            host = urlparse_cached(response).netloc
            text = f"{host} reserves text and data mining: {'; '.join(reserved[:SHOWN_RULES])}"
            self.stats.note(Fetch.of(response).source, text)
        return ()

    async def follow(self, response: Response) -> AsyncIterator[Request]:
        """Give the requests for all that a document offers. A large one is read in a thread: nobody waits for it."""
        if len(response.body) > LARGE:
            found = await asyncio.to_thread(self.links.discover, response)
        else:
            found = self.links.discover(response)
        for request in self.links.read(response, found):
            yield request

    def articles(self, response: Response, links: Iterable[str | Candidate]) -> Iterator[Request]:
        """Give the requests for those of an article's links on this page that nobody has fetched yet.

        Args:
            links: URLs, relative ones too, or candidates that say more of an article.
        """
        found = []
        for link in links:
            try:
                made = link if isinstance(link, Candidate) else Candidate(url=link, kind="section")
                url = check_url(response.urljoin(made.url))
            except (BadUrlError, ValueError):
                continue
            found.append(replace(made, url=url, found_on=response.url))
        yield from self.links.read(
            response, Discovery(kind="html", candidates=tuple(found), stated_count=len(found))
        )

    def not_fetched(self, failure: Failure) -> Iterable[Any]:
        """Handle a request that brought no page (it is counted already). Of one that isn't modified the known
        further pages are fetched."""
        response = getattr(failure.value, "response", None)
        if response is not None and response.status == 304 and Fetch.of(response).is_page:
            return self.links.further_pages(response)
        return ()

    def _surprised(self, failure: Failure) -> None:
        self._surprise = self._surprise or f"{type(failure.value).__name__}: {failure.value}"

    # ------------------------------------------------------------ the end

    def closed(self, reason: str) -> None:
        """Make the report; Scrapy calls it when the spider is closed."""
        archive, limits = self.archive, self.crawler.get_downloader_middleware(RateLimitMiddleware)
        self.links.close()
        stopped = "archive not writable" if archive.failure is not None else self.stopped
        stopped = stopped or ("interrupted" if reason == "shutdown" else "surprise" if self._surprise else "")
        if self._targets is None and self.stopped:
            self._read_targets()
        for request in self._targets or ():  # the engine doesn't ask `start` for the rest once it is closing
            self.stats.left(request, stopped or reason)
        self.report = self.stats.report(
            stopped=stopped,
            error=str(archive.failure) if archive.failure else self._surprise,
            not_before=limits.waits() if limits is not None else {},
            certificates=dict(archive.certificates),
            recovered=tuple(r.to_text() for r in archive.store.recovered),
            wall_seconds=round(time.monotonic() - self._begun, 3),
            cpu_seconds=round(time.process_time() - self._cpu, 3),
            peak_memory=peak_memory(),
        )
        if self._by_hand:
            write_report(self.plan, self.report)
            self.logger.info("%s", self.report.to_text())
            if self.report.exit_code in (
                1,
                5,
            ):  # a failed source is reported, not made a failure of the command
                atexit.register(_leave, self.report.exit_code)


def _leave(code: int) -> None:
    """End the process with this code; `scrapy crawl` itself knows no other than 0 once a spider has run."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def peak_memory() -> int:
    """Return the bytes that this process held at most. From VmHWM where there is one: ru_maxrss counts what the
    parent held when it started us."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
