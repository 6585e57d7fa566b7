"""The crawl's process from inside: plans in on stdin, events out on stdout, one reactor for its life.

SIGINT stops the present crawl, SIGTERM or the end of stdin also ends the process; either way what is under
way gets some seconds, is archived, and the archive is sealed. Tested in tests/crawl/test_crawl_child.py.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import scrapy.core.downloader.contextfactory  # noqa: F401 - first: it walks the stack and all loaded modules, 0.2 s if inside of a crawl
from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from newsarchive import settings as project
from newsarchive.crawl.crawl_report import Report
from newsarchive.crawl.crawl_stats import CrawlStatsMiddleware
from newsarchive.crawl.plans import PROCESS_SETTING, CrawlProcessState
from newsarchive.crawl.warc_extension import WarcExtension
from newsarchive.errors import NewsarchiveError
from newsarchive.garbage import collect_rarely
from newsarchive.plan import Plan
from newsarchive.warc import WriterPool

SPIDER = "news"  # by its name, as Scrapy's own commands find it
REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
GRACE = 5.0  # seconds that a fetch under way gets after a stop
PROGRESS = 1.0  # seconds between two progress events


class EventWriter:
    """Writes events to the stdout that the process was started with; stray prints go to stderr."""

    def __init__(self) -> None:
        self._fd = os.dup(1)
        os.dup2(2, 1)
        self.is_open = True

    def write(self, kind: str, values: dict[str, Any]) -> None:
        """Write one event as one line; once the parent is gone, nothing."""
        line = (json.dumps({"event": kind, **values}, ensure_ascii=False) + "\n").encode("utf-8", "replace")
        try:
            while line and self.is_open:
                line = line[os.write(self._fd, line) :]
        except BrokenPipeError:
            self.is_open = False


class Child:
    """Does plans until stdin ends."""

    def __init__(self, events: EventWriter) -> None:
        self._events = events
        self._runner = AsyncCrawlerRunner(project_settings())
        self._plans: asyncio.Queue[str | None] = asyncio.Queue()
        self._pool = WriterPool()
        self._state = CrawlProcessState(pool=self._pool, emit=events.write)
        self._crawler: Crawler | None = None
        self._stopping = False

    async def run(self) -> None:
        """Take plans until stdin ends or SIGTERM comes."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._stop)
        loop.add_signal_handler(signal.SIGTERM, self._end)

        def on_line(line: str | None) -> None:
            loop.call_soon_threadsafe(self._hear, line)

        threading.Thread(target=_read_lines, args=(on_line,), daemon=True).start()
        try:
            while (line := await self._plans.get()) is not None and not self._stopping:
                await self._do(line)
        finally:
            self._pool.close()

    def _hear(self, line: str | None) -> None:
        self._plans.put_nowait(line)
        if line is None:
            self._end()

    def _end(self) -> None:
        self._stopping = True
        self._plans.put_nowait(None)
        self._stop()

    def _end_if_told(self) -> None:
        """Stop a crawl that begins when the process is already to end: its parent may have died while we started."""
        if self._stopping:
            self._stop()

    def _stop(self) -> None:
        """Stop the present crawl; the second call stops it at once."""
        archive, spider = self._archive(), self._spider()
        if archive is None or spider is None:
            return
        if spider.stopped:
            archive.abort()
            return
        spider.stopped = "interrupted"
        loop = asyncio.get_running_loop()
        loop.call_later(GRACE, archive.abort)
        self._closing = loop.create_task(self._close())

    async def _close(self) -> None:
        with contextlib.suppress(RuntimeError):  # it has ended, or has hardly begun and finds `stopped` set
            await self._crawler.engine.close_spider_async(reason="interrupted")  # type: ignore[union-attr]

    def _spider(self) -> Any:
        """The running NewsSpider; None while there is none."""
        return self._crawler.spider if self._crawler is not None else None

    def _archive(self) -> WarcExtension | None:
        crawler = self._crawler
        return crawler.get_extension(WarcExtension) if crawler is not None and crawler._extensions else None

    async def _do(self, line: str) -> None:
        try:
            report = await self._crawl(Plan.from_json(line))
        except NewsarchiveError as error:
            self._tell_error(error)
        except Exception as error:  # a fault of ours must reach the parent, not hang it
            traceback.print_exc()
            self._tell_error(NewsarchiveError(f"the crawl failed: {type(error).__name__}: {error}"))
        else:
            self._events.write("report", {"report": json.loads(report.to_json())})
        finally:
            self._crawler = None
            gc.collect()  # engine, crawler and TLS contexts hold each other, and much memory outside Python

    def _tell_error(self, error: NewsarchiveError) -> None:
        self._events.write(
            "error",
            {
                "error": type(error).__name__,
                "what": error.what,
                "where": error.where,
                "next_step": error.next_step,
                "exit_code": error.exit_code,
            },
        )

    async def _crawl(self, plan: Plan) -> Report:
        self._crawler = self._runner.create_crawler(SPIDER)
        self._crawler.settings.set(PROCESS_SETTING, self._state, priority="cmdline")
        self._crawler.signals.connect(self._end_if_told, signal=signals.spider_opened)
        ticking = asyncio.ensure_future(self._progress())
        try:
            await self._runner.crawl(self._crawler, plan=plan)
        finally:
            ticking.cancel()
            archive, spider = self._archive(), self._spider()
            if archive is not None:
                archive.close()
        report: Report | None = getattr(spider, "report", None)
        if report is None:
            raise NewsarchiveError("the crawl ended before it began")
        if archive is not None and archive.failure is not None:  # it may have failed when it was sealed
            return replace(report, stopped="archive not writable", error=str(archive.failure))
        return report

    async def _progress(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS)
            stats: CrawlStatsMiddleware | None = getattr(self._spider(), "stats", None)
            if stats is not None:
                stats.tell_progress()


def _read_lines(on_line: Callable[[str | None], None]) -> None:
    """Hand on each line of stdin, then None. Reads the descriptor itself: a thread that waits in a buffered
    reader would hold its lock when the interpreter ends."""
    rest = b""
    while piece := os.read(0, 1 << 16):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                on_line(line.decode("utf-8"))
    on_line(None)


def project_settings() -> Settings:
    """Return the settings of `newsarchive/settings.py`, whatever project the process runs in."""
    found = Settings()
    found.setmodule(project, priority="project")
    found.set("LOG_LEVEL", "WARNING", priority="cmdline")
    found.set("WARN_ON_GENERATOR_RETURN_VALUE", False, priority="cmdline")  # it reads our callbacks' source
    return found


def main() -> int:
    """Run until stdin ends; the exit code."""
    collect_rarely()
    events = EventWriter()
    install_reactor(REACTOR)
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    from twisted.internet import reactor as installed

    reactor: Any = installed  # its interface's stubs know neither self nor the keyword
    surprises: list[BaseException] = []

    async def live() -> None:
        try:
            await Child(events).run()
        except BaseException as error:  # reported below, after the reactor has ended
            surprises.append(error)
        finally:
            reactor.stop()

    reactor.callWhenRunning(lambda: asyncio.ensure_future(live()))
    reactor.run(installSignalHandlers=False)
    for surprise in surprises:
        traceback.print_exception(surprise)
    return 1 if surprises else 0
