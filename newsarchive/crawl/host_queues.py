"""A Scrapy scheduler with a queue for each host: nobody waits for a host that is slow, or that is to be left alone.

With polite delays Scrapy's own scheduler fills the engine's places with requests of one waiting host. This one
hands out a request when its host's slot lets it go at once, hosts in turn, those in trouble last. It decides no
pace (`rate_limit.py` does) and fetches nothing. Tested in tests/crawl/test_host_queues.py.
"""

from __future__ import annotations

import asyncio
import heapq
import time
from collections import Counter, deque
from typing import Any

from scrapy import Request, Spider
from scrapy.core.scheduler import BaseScheduler
from scrapy.crawler import Crawler

from newsarchive.crawl.crawl_stats import CrawlStatsMiddleware
from newsarchive.crawl.fetch import Fetch
from newsarchive.crawl.rate_limit import RateLimitMiddleware

SILENCE = 0.25  # seconds under way without a byte, after which a request takes up none of `crawl.concurrency`


class HostQueue:
    """The requests that wait for one host, in their order: by priority, then first come first; after every
    second fresh page a known one is fetched again."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.under_way = 0
        self.is_listed = False  # among the hosts that wait or are ready
        self._heap: list[tuple[int, float, int, Request]] = []
        self._counts: Counter[tuple[int, bool]] = Counter()
        self._pushed = 0

    def push(self, request: Request) -> None:
        """Queue a request."""
        is_recheck = Fetch.of(request).reason == "recheck"
        count = self._counts[request.priority, is_recheck]
        self._counts[request.priority, is_recheck] += 1
        self._pushed += 1
        place = count * 2 + 0.5 if is_recheck else float(count)
        heapq.heappush(self._heap, (-request.priority, place, self._pushed, request))

    def pop(self) -> Request:
        """Return the next request."""
        return heapq.heappop(self._heap)[3]

    @property
    def next(self) -> Fetch:
        """What the next request is for."""
        return Fetch.of(self._heap[0][3])

    def __len__(self) -> int:
        return len(self._heap)


class HostQueues(BaseScheduler):
    """The scheduler; takes every request, since what is requested twice is the spider's to say."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._concurrency = crawler.settings.getint("NEWSARCHIVE_CONCURRENCY") or 16
        self._per_host = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") or 1
        self._queues: dict[str, HostQueue] = {}
        self._ready: deque[HostQueue] = deque()
        self._troubled: deque[HostQueue] = deque()
        self._waiting: list[tuple[float, int, HostQueue]] = []  # a heap: when it is due, a running number
        self._under_way: dict[Request, tuple[float, HostQueue]] = {}  # since when
        self._timer: asyncio.TimerHandle | None = None
        self._listed = self._queued = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostQueues:
        """Make it for a crawler whose downloader middlewares have a RateLimitMiddleware."""
        return cls(crawler)

    def open(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy's interface
        """Find the middlewares that know the hosts' paces and count."""
        limits = self._crawler.get_downloader_middleware(RateLimitMiddleware)
        stats = self._crawler.get_downloader_middleware(CrawlStatsMiddleware)
        if limits is None or stats is None:
            raise RuntimeError("HostQueues goes with RateLimitMiddleware and CrawlStatsMiddleware")
        self._limits: RateLimitMiddleware = limits
        self._stats: CrawlStatsMiddleware = stats

    def waits_for(self) -> tuple[str, float]:
        """Return the host whose turn comes next, and in how many seconds, where all that is left to do is waiting."""
        if self._ready or self._troubled or self._under_way or not self._waiting:
            return "", 0.0
        due, _, queue = self._waiting[0]
        return queue.host, max(due - time.monotonic(), 0.0)

    def close(self, reason: str) -> None:
        """Count what waits as left."""
        if self._timer is not None:
            self._timer.cancel()
        why = "interrupted" if reason in ("shutdown", "interrupted", "finished") else reason.replace("_", " ")
        for queue in self._queues.values():
            self._leave(queue, why)

    def has_pending_requests(self) -> bool:
        """Return whether any request waits."""
        return self._queued > 0

    def __len__(self) -> int:
        return self._queued

    def enqueue_request(self, request: Request) -> bool:
        """Queue a request for its host."""
        host = self._limits.host_of(request.url)
        queue = self._queues.setdefault(host, HostQueue(host))
        queue.push(request)
        self._queued += 1
        self._stats.queued(Fetch.of(request).source, 1)
        self._list(queue)
        return True

    def next_request(self) -> Request | None:
        """Return a request that may go at once; None if there is none now, and then call the engine again when
        there will be."""
        now = time.monotonic()
        taken = self._look_at_those_under_way(now)
        while self._waiting and self._waiting[0][0] <= now:
            queue = heapq.heappop(self._waiting)[2]
            (self._troubled if self._limits.is_troubled(queue.host) else self._ready).append(queue)
        while taken < self._concurrency and (self._ready or self._troubled):
            queue = self._ready.popleft() if self._ready else self._troubled.popleft()
            queue.is_listed = False
            if not queue:
                continue
            if reason := self._limits.stop_reason(queue.host, queue.next):
                self._leave(queue, reason)
                continue
            request = queue.pop()
            self._gone(request)
            queue.under_way += 1
            self._under_way[request] = (now, queue)
            self._list(queue)
            return request
        self._call_again(now)
        return None

    def _look_at_those_under_way(self, now: float) -> int:
        """Free the hosts of requests that are done, and whose callbacks have said what follows; the number of
        those that count against the concurrency."""
        engine: Any = self._crawler.engine
        active, read, taken = engine.downloader.active, engine.scraper.slot.active, 0
        for request, (since, queue) in list(self._under_way.items()):
            if request not in active and request not in read:
                del self._under_way[request]
                queue.under_way -= 1
                self._list(queue)
            elif now - since < SILENCE or Fetch.of(request).is_answering:
                taken += 1
        return taken

    def _list(self, queue: HostQueue) -> None:
        if queue and not queue.is_listed and queue.under_way < self._per_host:
            queue.is_listed = True
            self._listed += 1
            is_over = self._limits.stop_reason(queue.host, queue.next)
            due = 0.0 if is_over else self._limits.due(queue.host)
            heapq.heappush(self._waiting, (due, self._listed, queue))

    def _call_again(self, now: float) -> None:
        """Make the engine ask again when the first host is due, or when a request has been silent for long."""
        moments = [self._waiting[0][0]] if self._waiting else []
        if self._ready or self._troubled:
            moments += [since + SILENCE for since, _ in self._under_way.values() if since + SILENCE > now]
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if moments:
            engine: Any = self._crawler.engine
            wake = engine._slot.nextcall.schedule
            self._timer = asyncio.get_running_loop().call_later(max(min(moments) - now, 0.0), wake)

    def _leave(self, queue: HostQueue, reason: str) -> None:
        while queue:
            request = queue.pop()
            self._gone(request)
            self._stats.left(request, reason)

    def _gone(self, request: Request) -> None:
        self._queued -= 1
        self._stats.queued(Fetch.of(request).source, -1)
