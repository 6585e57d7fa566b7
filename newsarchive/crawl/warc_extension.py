"""The archive as one crawl sees it: opened before the first fetch, written before a response is handed on.

A Scrapy extension. It holds the plan, the store, the clock and the address guard; commits exchanges and makes
them durable in groups. When the archive can't be written it stops the crawl; it never goes on without.
Tested in tests/crawl/test_warc_extension.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import scrapy
import twisted
from scrapy import signals
from scrapy.crawler import Crawler

from newsarchive.crawl.address_guard import AddressGuard
from newsarchive.crawl.fetch import Fetch
from newsarchive.crawl.plans import PROCESS_SETTING, CrawlProcessState, agent_token, plan_of
from newsarchive.crawl.recording import Recording, truncation
from newsarchive.errors import ArchiveNotWritableError, NewsarchiveError
from newsarchive.model import Capture, Exchange, Source
from newsarchive.plan import Plan
from newsarchive.times import Clock
from newsarchive.version import __version__
from newsarchive.warc import WarcStore

LONGEST_GROUP = 0.2  # seconds; between a commit and its fsync
SHORTEST_GROUP = 0.01
FSYNC_SHARE = 3  # a group lasts this many times as long as the last fsync took

exchange_archived = object()  # a Scrapy signal: request, fetch, response (or None); sent when it is on disk


def _keep_suffixes_here() -> None:
    """Have Scrapy's cookies know public suffixes by the bundled list; by itself it fetches one from two other hosts, past the guard and the archive."""
    from scrapy.downloadermiddlewares import cookies
    from tldextract import TLDExtract

    cookies._split_domain = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


class WarcExtension:
    """The extension; the archive is open once it exists.

    Raises:
        ArchiveLockedError, ArchiveNotWritableError: the archive can't be opened; the crawl doesn't start.
    """

    def __init__(self, crawler: Crawler) -> None:
        from newsarchive.crawl.network import policy_for

        self._crawler = crawler
        self.plan = plan = plan_of(crawler.settings)
        self.process: CrawlProcessState = crawler.settings.get(PROCESS_SETTING) or CrawlProcessState()
        self.clock = Clock(plan.now, plan.speed)
        self.guard = AddressGuard.from_config(plan.network)
        self.agent = agent_token(plan.user_agent)  # the name by which robots.txt and X-Robots-Tag call us
        ca_file = str(Path(plan.archive) / plan.network.ca_file) if plan.network.ca_file else ""
        self.tls = policy_for(ca_file) if plan.network.verify_tls else None  # None: Scrapy's, unverified
        if crawler.settings.getbool("COOKIES_ENABLED"):
            _keep_suffixes_here()
        self.failure: NewsarchiveError | None = None
        self.certificates: dict[str, datetime] = {}  # host -> until when its certificate is good
        self.is_aborted = False
        self._sources = {source.name: source for source in plan.sources}
        self._seq = 0
        self._durable: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last_fsync = 0.0
        self._under_way: set[Any] = set()
        if self.process.pool is not None:
            self.process.pool.parks = plan.is_tick
        with contextlib.ExitStack() as stack:
            self.store = stack.enter_context(
                WarcStore(
                    Path(plan.archive),
                    crawl_id=plan.crawl_id,
                    max_size=plan.warc.max_size,
                    compression=plan.warc.compression,
                    info=warcinfo(plan),
                    clock=self.clock,
                    pool=self.process.pool,
                )
            )
            for name, text in source_texts(plan):
                self.store.add_source(name, text)
            self._stack = stack.pop_all()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WarcExtension:
        """Open the archive that the settings name."""
        made = cls(crawler)
        crawler.signals.connect(made.close, signal=signals.spider_closed)
        return made

    @classmethod
    def of(cls, crawler: Crawler) -> WarcExtension:
        """Return a crawler's.

        Raises:
            RuntimeError: its project doesn't use the add-on.
        """
        found: WarcExtension | None = crawler.get_extension(cls)
        if found is None:
            raise RuntimeError("no archive: put newsarchive.crawl.addon.Newsarchive in ADDONS")
        return found

    def source(self, name: str) -> Source:
        """Return a source of the plan; for any other name one that obeys the defaults."""
        return self._sources.get(name) or Source(name=name or "manual")

    @contextlib.contextmanager
    def under_way(self, deferred: Any) -> Iterator[None]:
        """Keep a fetch where `abort` finds it."""
        self._under_way.add(deferred)
        try:
            yield
        finally:
            self._under_way.discard(deferred)

    def abort(self) -> None:
        """End all fetches at once; what came of each is still archived, as truncated."""
        self.is_aborted = True
        for deferred in list(self._under_way):
            deferred.cancel()

    def check(self) -> None:
        """Raise what made the archive unwritable, if it is."""
        if self.failure is not None:
            raise self.failure

    async def keep(self, url: str, recording: Recording, fetch: Fetch) -> Capture:
        """Write one exchange and wait until it is on disk.

        Raises:
            ArchiveNotWritableError: it isn't; the crawl is being stopped.
        """
        self.check()
        self._seq += 1
        exchange = Exchange(
            url=url.split("#", 1)[0],
            started_at=recording.started_at,
            request=recording.request_without_body(),
            response=None if fetch.failure == "opted out" else recording.response(),
            ip=recording.ip,
            port=recording.peer_port,
            tls=recording.tls,
            truncated=truncation(recording, fetch.failure),
            error=f"{fetch.failure}: {fetch.error}" if fetch.failure else None,
            crawl_id=self.plan.crawl_id,
            seq=self._seq,
            source=fetch.source or (self._crawler.spider.name if self._crawler.spider is not None else ""),
            reason=fetch.reason,
            candidate=fetch.candidate,
            redirect_from=fetch.redirect_from,
            continues=fetch.continues,
            seconds=round(recording.seconds, 6),
            previous=fetch.previous,
            extra=fetch.extra,
            secret_headers=fetch.secret_headers,
        )
        with self._stopping():
            capture = self.store.commit(exchange)
        await self._on_disk()
        return capture

    async def keep_rendered(self, capture: Capture, document: str) -> None:
        """Write what a browser made of a page, beside the page as it came.

        Raises:
            ArchiveNotWritableError: as `keep`.
        """
        self.check()
        with self._stopping():
            self.store.add_rendered(capture, document.encode("utf-8", "replace"))
        await self._on_disk()

    async def _on_disk(self) -> None:
        """Wait for the fsync of the present group; the first to come opens it. It isn't waited for long,
        and not at all when no other fetch is under way that could join."""
        loop = asyncio.get_running_loop()
        if self._durable is None:
            self._durable = loop.create_future()
            wait = min(LONGEST_GROUP, max(SHORTEST_GROUP, FSYNC_SHARE * self._last_fsync))
            self._timer = loop.call_later(wait, self._sync)
        if not self._under_way and self._timer is not None:
            self._timer.cancel()
            self._timer = loop.call_later(0, self._sync)
        await asyncio.shield(self._durable)

    def _sync(self) -> None:
        group, self._durable, self._timer = self._durable, None, None
        begin = time.monotonic()
        try:
            with self._stopping():
                self.store.sync()
        except NewsarchiveError as failure:
            if group is not None:
                group.set_exception(failure)
                group.exception()  # read, so that a group that nobody awaits any more is no warning
            return
        self._last_fsync = time.monotonic() - begin
        if group is not None and not group.done():
            group.set_result(None)

    @contextlib.contextmanager
    def _stopping(self) -> Iterator[None]:
        """Remember why the archive can't be written, if what happens inside shows it, and stop the crawl."""
        try:
            yield
        except (NewsarchiveError, OSError) as error:
            if self.failure is None:
                self.failure = _not_writable(error, self.plan.archive)
                self._crawler.stats.set_value("newsarchive/archive_error", str(self.failure))
                self._ending = asyncio.get_running_loop().create_task(self._end())
            raise self.failure from error

    async def _end(self) -> None:
        with contextlib.suppress(RuntimeError):  # "Engine not running": it is stopping already
            await self._crawler.engine.close_spider_async(reason="archive_not_writable")

    def close(self) -> None:
        """Seal the archive; a second call does nothing. An error is kept in `failure`, not raised."""
        try:
            self._stack.close()
        except (NewsarchiveError, OSError) as error:
            self.failure = self.failure or _not_writable(error, self.plan.archive)


class ArchiveMiddleware:
    """What our middlewares share: their crawler, and the archive that it writes to."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler, self._archive = crawler, WarcExtension.of(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make it for a crawler, as Scrapy does."""
        return cls(crawler)


def _not_writable(error: Exception, archive: str) -> NewsarchiveError:
    if isinstance(error, NewsarchiveError):
        return error
    return ArchiveNotWritableError(
        f"the archive can't be written: {error}",
        where=archive,
        next_step="Make room or mend the folder's permissions, then crawl again",
    )


def warcinfo(plan: Plan) -> dict[str, str]:
    """Return what the WARC's own header says of how it was made."""
    info = {
        "software": (f"newsarchive/{__version__} scrapy/{scrapy.__version__} twisted/{twisted.__version__}"),
        "http-header-user-agent": plan.user_agent,
        "robots": "obeyed by RFC 9309 unless a source says otherwise",
        "robots-agent": agent_token(plan.user_agent),
        "redacted": "values of Cookie, Authorization and Proxy-Authorization in requests; requests' bodies",
        "certificates": "verified" if plan.network.verify_tls else "not verified",
    }
    if plan.network.connect_to:
        info["connect-to"] = " ".join(plan.network.connect_to)
    return info


def source_texts(plan: Plan) -> list[tuple[str, str]]:
    """Return name and text of the file of each source in the plan; those without a file are left out."""
    found = []
    for source in plan.sources:
        path = Path(plan.archive) / "sources" / f"{source.name}.toml"
        with contextlib.suppress(FileNotFoundError):
            found.append((source.name, path.read_text(encoding="utf-8")))
    return found
