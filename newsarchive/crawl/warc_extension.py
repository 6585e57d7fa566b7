"""The archive as one crawl sees it: opened before the first fetch, written before a response is handed on.

A Scrapy extension. It holds the store, the clock, the guard and the limits; commits exchanges and makes
them durable in groups. When the archive can't be written it stops the crawl; it never goes on without.
Tested in tests/crawl/test_warc_extension.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import scrapy
import twisted
from scrapy import Request, signals
from scrapy.crawler import Crawler

import newsarchive
from newsarchive.config import NetworkConfig
from newsarchive.crawl.address_guard import AddressGuard
from newsarchive.crawl.plans import plan_of
from newsarchive.crawl.recording import Recording, truncation
from newsarchive.crawl.robots import agent_token
from newsarchive.errors import ArchiveNotWritableError, NewsarchiveError
from newsarchive.model import Candidate, Capture, Exchange, Reason, RecordRef
from newsarchive.plan import Plan
from newsarchive.times import Clock
from newsarchive.warc import PenRack, WarcStore

RACK_SETTING = "NEWSARCHIVE_RACK"  # a PenRack, where a process crawls more than once
META = "newsarchive"  # the key of Request.meta under which a Fetch travels
LONGEST_GROUP = 0.2  # seconds; between a commit and its fsync
SHORTEST_GROUP = 0.01
FSYNC_SHARE = 3  # a group lasts this many times as long as the last fsync took


@dataclass(slots=True)
class Fetch:
    """Why a request is made (goes into the WARC), and what came of it (filled by the handler)."""

    reason: Reason = "new"
    source: str = ""
    candidate: Candidate | None = None
    redirect_from: str | None = None
    continues: str | None = None
    previous: RecordRef | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    secret_headers: tuple[str, ...] = ()  # names of request headers whose values aren't archived
    capture: Capture | None = None
    failure: str = ""  # "" or a kind, see tap.classify
    error: str = ""
    size: int = 0  # bytes of the answer on the wire
    seconds: float = 0.0

    @classmethod
    def of(cls, request: Request) -> Fetch:
        """The request's own; one made up for a request of somebody else's spider, and a fresh one when a
        middleware asks again (a retry or a redirect takes the first one's meta along)."""
        given = request.meta.get(META)
        came_from = request.meta.get("redirect_urls") or [None]
        if isinstance(given, cls):
            if given.capture is None and not given.failure:
                return given
            made = replace(given, redirect_from=came_from[-1], capture=None, failure="", error="")
        else:
            made = cls(redirect_from=came_from[-1])
        request.meta[META] = made
        return made


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the handler needs to know."""

    root: Path
    crawl_id: str
    clock: Clock
    guard: AddressGuard
    network: NetworkConfig
    agent: str  # the name by which robots.txt and X-Robots-Tag call us
    obey_optout: bool
    tls: Any  # IPolicyForHTTPS; None = Scrapy's, unverified


class WarcExtension:
    """The extension. `options` are set, and the archive is open, once it exists.

    Raises:
        ArchiveLockedError, ArchiveNotWritableError: the archive can't be opened; the crawl doesn't start.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        plan = plan_of(crawler.settings)
        self.options = options_of(plan)
        self.failure: NewsarchiveError | None = None
        self.certificates: dict[str, datetime] = {}  # host -> until when its certificate is good
        self._seq = 0
        self._durable: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._last_fsync = 0.0
        self._under_way: set[Any] = set()
        self.is_aborted = False
        with contextlib.ExitStack() as stack:
            self.store = stack.enter_context(
                WarcStore(
                    self.options.root,
                    crawl_id=plan.crawl_id,
                    max_size=plan.warc.max_size,
                    compression=plan.warc.compression,
                    info=warcinfo(plan),
                    clock=self.options.clock,
                    rack=rack_of(crawler),
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
        fetch.size, fetch.seconds = recording.received, recording.seconds
        self._seq += 1
        exchange = Exchange(
            url=url.split("#", 1)[0],
            started_at=recording.started_at,
            request=bytes(recording.request),
            response=None if fetch.failure == "opted out" else recording.response(),
            ip=recording.ip,
            port=recording.peer_port,
            tls=recording.tls,
            truncated=truncation(recording, fetch.failure),
            error=f"{fetch.failure}: {fetch.error}" if fetch.failure else None,
            crawl_id=self.options.crawl_id,
            seq=self._seq,
            source=fetch.source or self._spider_name(),
            reason=fetch.reason,
            candidate=fetch.candidate,
            redirect_from=fetch.redirect_from,
            continues=fetch.continues,
            seconds=round(recording.seconds, 6),
            previous=fetch.previous,
            extra=fetch.extra,
            secret_headers=fetch.secret_headers,
        )
        try:
            capture = self.store.commit(exchange)
        except (NewsarchiveError, OSError) as error:
            raise self._stop(error) from error
        await self._on_disk()
        return capture

    async def keep_rendered(self, capture: Capture, document: str) -> None:
        """Write what a browser made of a page, beside the page as it came.

        Raises:
            ArchiveNotWritableError: as `keep`.
        """
        self.check()
        try:
            self.store.add_rendered(capture, document.encode("utf-8", "replace"))
        except (NewsarchiveError, OSError) as error:
            raise self._stop(error) from error
        await self._on_disk()

    def _spider_name(self) -> str:
        spider = self._crawler.spider
        return spider.name if spider is not None else ""

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
            self.store.sync()
        except (NewsarchiveError, OSError) as error:
            failure = self._stop(error)
            if group is not None:
                group.set_exception(failure)
                group.exception()  # read, so that a group that nobody awaits any more is no warning
            return
        self._last_fsync = time.monotonic() - begin
        if group is not None and not group.done():
            group.set_result(None)

    def _stop(self, error: Exception) -> NewsarchiveError:
        """Remember why the archive can't be written, and stop the crawl."""
        if self.failure is None:
            self.failure = (
                error if isinstance(error, NewsarchiveError) else _not_writable(error, self.options)
            )
            self._crawler.stats.set_value("newsarchive/archive_error", str(self.failure))
            self._ending = asyncio.get_running_loop().create_task(self._end())
        return self.failure

    async def _end(self) -> None:
        with contextlib.suppress(RuntimeError):  # "Engine not running": it is stopping already
            await self._crawler.engine.close_spider_async(reason="archive_not_writable")

    def close(self) -> None:
        """Seal the archive; twice is once. An error is kept in `failure`, not raised."""
        try:
            self._stack.close()
        except (NewsarchiveError, OSError) as error:
            if self.failure is None:
                self.failure = (
                    error if isinstance(error, NewsarchiveError) else _not_writable(error, self.options)
                )


def rack_of(crawler: Crawler) -> PenRack | None:
    """Where the process that crawls keeps its WARC files between crawls; None if it crawls once."""
    found = crawler.settings.get(RACK_SETTING)
    return found if isinstance(found, PenRack) else None


def _not_writable(error: Exception, options: Options) -> NewsarchiveError:
    return ArchiveNotWritableError(
        f"the archive can't be written: {error}",
        where=str(options.root),
        next_step="Make room or mend the folder's permissions, then crawl again",
    )


def options_of(plan: Plan) -> Options:
    """Clock, guard and TLS policy for a plan."""
    from newsarchive.crawl.network import policy_for

    root = Path(plan.archive)
    ca_file = str(root / plan.network.ca_file) if plan.network.ca_file else ""
    return Options(
        root=root,
        crawl_id=plan.crawl_id,
        clock=Clock(plan.now, plan.speed),
        guard=AddressGuard.from_config(plan.network),
        network=plan.network,
        agent=agent_token(plan.user_agent),
        obey_optout=plan.crawl.obey_optout,
        tls=policy_for(ca_file) if plan.network.verify_tls else None,
    )


def warcinfo(plan: Plan) -> dict[str, str]:
    """What the WARC's own header says of how it was made."""
    info = {
        "software": (
            f"newsarchive/{newsarchive.__version__} scrapy/{scrapy.__version__} twisted/{twisted.__version__}"
        ),
        "http-header-user-agent": plan.user_agent,
        "robots": "obeyed by RFC 9309 unless a source says otherwise",
        "robots-agent": agent_token(plan.user_agent),
        "redacted": "values of Cookie, Authorization and Proxy-Authorization in requests",
        "certificates": "verified" if plan.network.verify_tls else "not verified",
    }
    if plan.network.connect_to:
        info["connect-to"] = " ".join(plan.network.connect_to)
    return info


def source_texts(plan: Plan) -> list[tuple[str, str]]:
    """Name and text of the file of each source in the plan; those without a file are left out."""
    found = []
    for source in plan.sources:
        path = Path(plan.archive) / "sources" / f"{source.name}.toml"
        with contextlib.suppress(FileNotFoundError):
            found.append((source.name, path.read_text(encoding="utf-8")))
    return found
