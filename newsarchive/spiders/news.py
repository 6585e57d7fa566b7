"""The spider that does a plan: `newsarchive crawl` starts it in a child, `scrapy crawl news` by hand.

    scrapy crawl news -a source=NAME[,NAME…] [-a archive=DIR] [-a follow=no] [-O pages.jsonl]

It yields one plain item for each page that was archived. Without an archive folder that can be written it
fetches nothing. Tested in tests/spiders/test_news.py.
"""

from __future__ import annotations

import asyncio
import atexit
import logging
import os
import resource
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from newsarchive.crawl.archiving import META, Archiving, Fetch
from newsarchive.crawl.bodies import ACCEPT_ENCODING, beginning, decoded
from newsarchive.crawl.browser import Browser, check_browser
from newsarchive.crawl.flow import Flow
from newsarchive.crawl.gate import RobotsCache
from newsarchive.crawl.jobs import Answer, Job, judge, redirected, set_cookies
from newsarchive.crawl.login import Logins
from newsarchive.crawl.plans import PLAN_SETTING, plan_by_hand, write_plan, write_report
from newsarchive.crawl.report import Report
from newsarchive.errors import BadUrlError, NewsarchiveError
from newsarchive.extract.pagination import LOOKED_AT
from newsarchive.plan import Plan
from newsarchive.urls import check_url

Emit = Callable[[str, dict[str, Any]], None]

PAGES = ("new", "recheck", "manual")  # reasons of fetches that become items
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


class NewsSpider(Spider):
    """One plan, through the lanes of `crawl/flow.py`; the requests go through Scrapy's own engine."""

    name = "news"
    custom_settings = {  # noqa: RUF012 - Scrapy's own name and type for it
        # The lanes keep order, pace, retries, redirects and robots.txt; the engine gets one request at a time
        # for each host.
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1000,
        "DOWNLOAD_DELAY": 0,
        "COOKIES_ENABLED": False,
        "RETRY_ENABLED": False,
        "REDIRECT_ENABLED": False,
        "METAREFRESH_ENABLED": False,
        "ROBOTSTXT_OBEY": False,
        "HTTPCACHE_ENABLED": False,
        "AUTOTHROTTLE_ENABLED": False,
        "COMPRESSION_ENABLED": False,  # only documents are decoded, in _answered; pages stay as they came
        "DEFAULT_REQUEST_HEADERS": {},
    }

    def __init__(
        self,
        *,
        plan: Plan,
        emit: Emit | None = None,
        robots: RobotsCache | None = None,
        by_hand: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.plan = plan
        self.report: Report | None = None
        self.flow: Flow | None = None
        self._emit = emit or (lambda _kind, _values: None)
        self._robots = robots
        self._by_hand = by_hand
        self._surprise = ""
        self._browser: Browser | None = None
        if any(source.render for source in plan.sources):
            check_browser()
        self._logins = Logins(Path(plan.archive), plan.sources)
        self._begun, self._cpu = time.monotonic(), time.process_time()
        self._items: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        """Make the spider, and put its plan where the archiving extension finds it.

        Args:
            kwargs: `plan`, `emit`, `robots` from the child; `source`, `archive`, `follow` by hand.
        """
        if "plan" not in kwargs:
            kwargs["plan"] = plan_by_hand(
                Path(
                    kwargs.pop("archive", None) or crawler.settings.get("NEWSARCHIVE_DIR") or "archives/main"
                ),
                names=kwargs.pop("source", ""),
                follow=kwargs.pop("follow", "yes") not in ("no", "0", "false"),
            )
            kwargs["by_hand"] = True
        plan: Plan = kwargs["plan"]
        crawler.settings.set(PLAN_SETTING, plan.to_json(), priority="cmdline")
        crawler.settings.set("USER_AGENT", plan.user_agent, priority="cmdline")
        crawler.settings.set("DOWNLOAD_MAXSIZE", plan.network.max_body, priority="cmdline")
        crawler.settings.set("DOWNLOAD_TIMEOUT", plan.network.timeout, priority="cmdline")
        return super().from_crawler(crawler, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """Run the flow; each archived page is an item."""
        archiving = self.crawler.get_extension(Archiving)
        if archiving is None:
            raise CloseSpider("no archive: put newsarchive.crawl.addon.Newsarchive in ADDONS")
        if self._by_hand:
            write_plan(self.plan)
        self.flow = Flow(
            self.plan,
            clock=archiving.options.clock,
            fetch=self._load,
            emit=self._tell,
            robots=self._robots,
        )
        running = asyncio.ensure_future(self._run(self.flow))
        try:
            while (item := await self._items.get()) is not None:
                yield item
        except asyncio.CancelledError:  # Scrapy was asked to stop: nothing new, what is under way may end
            self.flow.lanes.stop("interrupted")
            raise
        await running

    async def _run(self, flow: Flow) -> None:
        try:
            await flow.run()
        except NewsarchiveError as error:
            self.logger.error("%s", error)
        except Exception as error:  # a fault of ours: the report must say so
            self._surprise = f"{type(error).__name__}: {error}"
            self.logger.exception("the crawl was stopped by a fault of its own")
        finally:
            if self._browser is not None:
                await self._browser.close()
            self._items.put_nowait(None)

    def _tell(self, kind: str, values: dict[str, Any]) -> None:
        self._emit(kind, values)
        if self._by_hand and kind == "fetched" and values["reason"] in PAGES and "kind" in values:
            self._items.put_nowait(values)

    def closed(self, reason: str) -> None:
        """Make the report; Scrapy calls it when the spider is closed."""
        if self.flow is None:
            return
        archiving = self.crawler.get_extension(Archiving)
        failure = archiving.failure if archiving is not None else None
        stopped = "archive not writable" if failure is not None else self.flow.lanes.stop_reason
        if reason == "shutdown" and not stopped:
            stopped = "interrupted"
        self.report = self.flow.report(
            stopped=stopped,
            error=str(failure) if failure else self._surprise,
            certificates=dict(archiving.certificates) if archiving is not None else {},
            recovered=tuple(r.to_text() for r in archiving.store.recovered) if archiving is not None else (),
            wall_seconds=round(time.monotonic() - self._begun, 3),
            cpu_seconds=round(time.process_time() - self._cpu, 3),
            peak_memory=peak_memory(),
        )
        if self._by_hand:
            write_report(self.plan, self.report)
            self.logger.info("%s", self.report.to_text())
            if self.report.exit_code in (1, 5):  # a failed source is told, not made a failure of the command
                atexit.register(_leave, self.report.exit_code)

    async def _load(self, job: Job) -> Answer:
        """One job: by a browser if its source wishes so and it is a page, else as it comes."""
        if self.flow is None or not job.is_page or not self.flow.renders(job):
            return await self._fetch(job)
        if self._browser is None:
            self._browser = Browser(user_agent=self.plan.user_agent, timeout=self.plan.network.timeout)
        blind = replace(
            job, etag=None, last_modified=None
        )  # an unchanged shell says nothing of what it shows
        rendered = await self._browser.render(blind, self._fetch, partial(self._part, job))
        archiving = self.crawler.get_extension(Archiving)
        if rendered.html and rendered.answer.capture is not None and archiving is not None:
            await archiving.keep_rendered(rendered.answer.capture, rendered.html)
        return rendered.answer

    async def _part(self, page: Job, url: str) -> Answer | None:
        """What a page asks for while it is loaded, redirects followed."""
        try:
            job = Job(url=check_url(url), source=page.source, reason="requisite", page=page.url)
        except BadUrlError:
            return None
        answer = await self.flow.part(job) if self.flow is not None else None
        while answer is not None and judge(job, answer, can_retry=False).kind == "redirect":
            onward = redirected(job, answer)
            if not isinstance(onward, Job) or self.flow is None:
                return None
            job = onward
            answer = await self.flow.part(job)
        return answer

    async def _fetch(self, job: Job) -> Answer:
        """One job through Scrapy's engine; what the network does wrong is an answer, not an error."""
        secrets = self._logins.headers(job.source, job.url)
        if job.cookies:
            chain = "; ".join(f"{name}={value}" for name, value in job.cookies)
            secrets["Cookie"] = "; ".join(filter(None, (secrets.get("Cookie"), chain)))
        fetch = Fetch(
            secret_headers=tuple(secrets),
            reason=job.reason,
            source=job.source,
            candidate=job.candidate,
            redirect_from=job.redirects[-1] if job.redirects else None,
            continues=job.continues or None,
            previous=job.previous,
        )
        request = Request(
            job.url,
            headers={**self._headers(job), **secrets},
            meta={META: fetch, "download_timeout": self.plan.network.timeout},
            dont_filter=True,
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except NewsarchiveError:
            raise
        except Exception as error:  # whatever the network, or decoding, brings
            return _failed(fetch, error)
        needs_body = self.flow is not None and self.flow.needs_body(job)
        answer = _answered(fetch, response, self.plan.network.max_body if needs_body else 0)
        if needs_body or not job.is_page or answer.status != 200 or not _is_html(answer):
            return answer
        coding = answer.headers.get("content-encoding", "")
        return replace(answer, body=beginning(response.body, coding, LOOKED_AT))

    def _headers(self, job: Job) -> dict[str, str]:
        """The headers of a request: the source's language first, validators if there are any."""
        source = self.flow.source(job.source) if self.flow is not None else None
        language = source.language if source is not None else ""
        return {
            "Accept": ACCEPT,
            "Accept-Language": f"{language}, *;q=0.5" if language else "*",
            "Accept-Encoding": ACCEPT_ENCODING,
            **job.validators,
        }


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "html").lower()


def _leave(code: int) -> None:
    """End the process with this code; `scrapy crawl` itself knows no other than 0 once a spider has run."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _failed(fetch: Fetch, error: Exception) -> Answer:
    """The answer for a fetch that raised."""
    return Answer(
        capture=fetch.capture,
        failure=fetch.failure or "other",
        error=fetch.error or f"{type(error).__name__}: {error}"[:300],
        seconds=fetch.seconds,
        size=fetch.size,
    )


def _answered(fetch: Fetch, response: Response, limit: int) -> Answer:
    """The answer for a response; its body is decoded up to `limit` bytes, for 0 left out."""
    headers: dict[str, str] = {}
    for name, values in response.headers.items():
        headers[name.decode("latin-1").lower()] = b", ".join(values).decode("latin-1")
    body, problem = decoded(response.body, headers.get("content-encoding", ""), limit) if limit else (b"", "")
    return Answer(
        status=response.status,
        headers=headers,
        cookies=set_cookies(value.decode("latin-1") for value in response.headers.getlist("Set-Cookie")),
        body=body,
        capture=fetch.capture,
        failure=fetch.failure or ("too large" if problem == "too large" else ""),
        error=fetch.error or problem,
        seconds=fetch.seconds,
        size=fetch.size,
    )


def peak_memory() -> int:
    """Bytes that this process held at most. From VmHWM where there is one: ru_maxrss counts what the parent
    held when it started us."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
