"""The crawl's process from inside: plans in on stdin, events out on stdout, one reactor for its life.

SIGINT stops the present crawl, SIGTERM or the end of stdin also ends the process; either way what is under
way gets some seconds, is archived, and the archive is sealed. Tested in tests/crawl/test_crawl_child.py.
"""

from __future__ import annotations

import asyncio
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

from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.reactor import install_reactor

from newsarchive import settings as project
from newsarchive.crawl.crawl_report import Report
from newsarchive.crawl.flow import Flow
from newsarchive.crawl.gate import RobotsCache
from newsarchive.crawl.warc_extension import RACK_SETTING, WarcExtension
from newsarchive.errors import NewsarchiveError
from newsarchive.plan import Plan
from newsarchive.warc import PenRack

SPIDER = "news"  # by its name, as Scrapy's own commands find it
REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
GRACE = 5.0  # seconds that a fetch under way gets after a stop
PROGRESS = 1.0  # seconds between two progress events


class Voice:
    """Writes events to the stdout that the process was started with; stray prints go to stderr."""

    def __init__(self) -> None:
        self._fd = os.dup(1)
        os.dup2(2, 1)
        self.is_heard = True

    def tell(self, kind: str, values: dict[str, Any]) -> None:
        """One event, one line. Once the parent is gone, nothing."""
        line = (json.dumps({"event": kind, **values}, ensure_ascii=False) + "\n").encode()
        try:
            while line and self.is_heard:
                line = line[os.write(self._fd, line) :]
        except BrokenPipeError:
            self.is_heard = False


class Child:
    """Does plans until stdin ends."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._runner = AsyncCrawlerRunner(project_settings())
        self._plans: asyncio.Queue[str | None] = asyncio.Queue()
        self._robots: RobotsCache = {}
        self._rack = PenRack()
        self._crawler: Crawler | None = None
        self._stopping = False

    async def run(self) -> None:
        """Until stdin ends or SIGTERM comes."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, self._stop)
        loop.add_signal_handler(signal.SIGTERM, self._end)

        def hear(line: str | None) -> None:
            loop.call_soon_threadsafe(self._hear, line)

        threading.Thread(target=_read_lines, args=(hear,), daemon=True).start()
        try:
            while (line := await self._plans.get()) is not None and not self._stopping:
                await self._do(line)
        finally:
            self._rack.close()

    def _hear(self, line: str | None) -> None:
        self._plans.put_nowait(line)
        if line is None:
            self._end()

    def _end(self) -> None:
        self._stopping = True
        self._plans.put_nowait(None)
        self._stop()

    def _stop(self) -> None:
        """Stop the present crawl; asked twice, at once."""
        flow, archiving = self._flow(), self._archiving()
        if flow is None or archiving is None:
            return
        if flow.lanes.stopping:
            archiving.abort()
            return
        flow.lanes.stop("interrupted")
        asyncio.get_running_loop().call_later(GRACE, archiving.abort)

    def _flow(self) -> Flow | None:
        spider = self._crawler.spider if self._crawler is not None else None
        flow: Flow | None = getattr(spider, "flow", None)
        return flow

    def _archiving(self) -> WarcExtension | None:
        if self._crawler is None or self._flow() is None:
            return None
        return self._crawler.get_extension(WarcExtension)

    async def _do(self, line: str) -> None:
        try:
            report = await self._crawl(Plan.from_json(line))
        except NewsarchiveError as error:
            self._tell_error(error)
        except Exception as error:  # a fault of ours must reach the parent, not hang it
            traceback.print_exc()
            self._tell_error(NewsarchiveError(f"the crawl failed: {type(error).__name__}: {error}"))
        else:
            self._voice.tell("report", {"report": json.loads(report.to_json())})
        finally:
            self._crawler = None
            gc.collect()  # engine, crawler and TLS contexts hold each other, and much memory outside Python

    def _tell_error(self, error: NewsarchiveError) -> None:
        self._voice.tell(
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
        self._crawler.settings.set(RACK_SETTING, self._rack, priority="cmdline")
        ticking = asyncio.ensure_future(self._progress())
        try:
            await self._runner.crawl(self._crawler, plan=plan, emit=self._voice.tell, robots=self._robots)
        finally:
            ticking.cancel()
            archiving = self._crawler.get_extension(WarcExtension) if self._crawler._extensions else None
            if archiving is not None:
                archiving.close()
        report: Report | None = getattr(self._crawler.spider, "report", None)
        if report is None:
            raise NewsarchiveError("the crawl ended before it began")
        if archiving is not None and archiving.failure is not None:  # it may have failed when it was sealed
            return replace(report, stopped="archive not writable", error=str(archiving.failure))
        return report

    async def _progress(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS)
            flow = self._flow()
            if flow is not None:
                self._voice.tell("progress", flow.progress())


def _read_lines(hear: Callable[[str | None], None]) -> None:
    """Hand on each line of stdin, then None. Reads the descriptor itself: a thread that waits in a buffered
    reader would hold its lock when the interpreter ends."""
    rest = b""
    while piece := os.read(0, 1 << 16):
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            if line.strip():
                hear(line.decode("utf-8"))
    hear(None)


def project_settings() -> Settings:
    """The settings of `newsarchive/settings.py`, whatever project the process stands in."""
    found = Settings()
    found.setmodule(project, priority="project")
    found.set("LOG_LEVEL", "WARNING", priority="cmdline")
    return found


def main() -> int:
    """Run until stdin ends; the exit code."""
    voice = Voice()
    install_reactor(REACTOR)
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s"
    )
    from twisted.internet import reactor as installed

    reactor: Any = installed  # its interface's stubs know neither self nor the keyword
    surprises: list[BaseException] = []

    async def live() -> None:
        try:
            await Child(voice).run()
        except BaseException as error:  # told below, after the reactor has ended
            surprises.append(error)
        finally:
            reactor.stop()

    reactor.callWhenRunning(lambda: asyncio.ensure_future(live()))
    reactor.run(installSignalHandlers=False)
    for surprise in surprises:
        traceback.print_exception(surprise)
    return 1 if surprises else 0
