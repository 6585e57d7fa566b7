"""Pages that need JavaScript: a browser loads them, and every byte that it gets comes through the crawl.

The browser itself has no network: each of its requests is answered with what the crawl fetched, guarded and
archived, so what it shows is what is in the WARC. Needs the package `playwright` (extra `js`) and a Chromium
of the system. Tested in tests/crawl/test_browser.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from newsarchive.crawl.fetch import META, Fetch
from newsarchive.crawl.warc_extension import ArchiveMiddleware
from newsarchive.errors import BadUrlError, NewsarchiveError
from newsarchive.urls import check_url
from newsarchive.web.chromium import arguments, check_browser, find_chromium

WANTED = frozenset({"document", "script", "xhr", "fetch", "stylesheet"})
MOST = 100  # requests of one page
AT_ONCE = 2  # pages that are loaded beside each other; each costs some 100 MB
SETTLE = 5.0  # seconds after loading in which a page may still fill itself
HOP = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})

FetchPart = Callable[[str], Awaitable[Response | None]]  # URL -> response; None = not fetched


class BrowserMiddleware(ArchiveMiddleware):
    """A downloader middleware: a page of a source with `render = true` is shown by a browser, and its callback
    gets the document at the end. What the browser asks for passes all downloader middlewares, at once, as a
    browser asks, but within the host's budget and robots.txt.

    Raises:
        ConfigError: a source wants a browser, and there is none.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        plan = self._archive.plan
        self._browser = Browser(user_agent=plan.user_agent, timeout=plan.network.timeout)
        if any(source.render for source in plan.sources):
            check_browser("render = true")
        crawler.signals.connect(self._browser.close, signal=signals.spider_closed)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Return the page as a browser shows it, where its source wishes so; the archive gets both."""
        fetch = Fetch.of(request)
        is_shown = fetch.is_page and self._archive.source(fetch.source).render
        if (
            not is_shown
            or fetch.failure
            or response.status != 200
            or fetch.capture is None
            or not is_html(response)
        ):
            return response

        async def part(url: str) -> Response | None:
            return await self._part(url, request.url, fetch.source)

        document = await self._browser.show(response, part)
        if not document:
            return response
        await self._archive.keep_rendered(fetch.capture, document)
        return response.replace(body=document.encode("utf-8", "replace"), encoding="utf-8")

    async def _part(self, url: str, page: str, source: str) -> Response | None:
        """What a page asks for while it is loaded, redirects followed."""
        try:
            url = check_url(url)
        except BadUrlError:
            return None
        fetch = Fetch(reason="requisite", source=source, page=page)
        meta = {META: fetch, "is_part": True, "dont_retry": True}
        request = Request(url, callback=NO_CALLBACK, dont_filter=True, meta=meta)
        try:
            return await self._crawler.engine.download_async(request)
        except NewsarchiveError:
            raise
        except Exception:  # whatever the network brings is counted already, and the page goes on without
            return None


class Browser:
    """One Chromium, started with the first page.

    Args:
        user_agent: The name that the page's scripts see.
        timeout: Seconds for one page.
    """

    def __init__(self, *, user_agent: str, timeout: float) -> None:
        self._user_agent, self._timeout = user_agent, timeout
        self._playwright: Any = None
        self._browser: Any = None
        self._starting = asyncio.Lock()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def show(self, response: Response, part: FetchPart) -> str:
        """Load a page and return the document at the end; empty if it failed.

        Args:
            response: The page itself, decoded.
            part: Fetches what it asks for further.

        Raises:
            ConfigError: Chromium is missing.
        """
        async with self._room:
            await self._start()
            context = await self._browser.new_context(
                user_agent=self._user_agent,
                service_workers="block",
                accept_downloads=False,
                java_script_enabled=True,
            )
            try:
                await context.route("**/*", _Visit(response, part).route)
                return await self._load(await context.new_page(), response.url)
            finally:
                await context.close()

    async def _load(self, page: Any, url: str) -> str:
        from playwright.async_api import Error

        milliseconds = self._timeout * 1000
        try:
            await page.goto(url, wait_until="load", timeout=milliseconds)
            await page.wait_for_load_state("networkidle", timeout=min(SETTLE * 1000, milliseconds))
        except Error:  # it never rests, or a script of it failed: what is there counts
            if page.is_closed():
                return ""
        try:
            html: str = await asyncio.wait_for(page.content(), self._timeout)
        except (Error, TimeoutError):
            return ""
        return html

    async def _start(self) -> None:
        async with self._starting:
            if self._browser is not None:
                return
            path = find_chromium()
            from playwright.async_api import async_playwright

            self._playwright = await async_playwright().start()
            self._browser = await self._playwright.chromium.launch(executable_path=path, args=arguments())

    async def close(self) -> None:
        """End the browser, if it was started."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None


class _Visit:
    """Answers the requests of one page."""

    def __init__(self, response: Response, part: FetchPart) -> None:
        self._response, self._part = response, part
        self._count = 0

    async def route(self, route: Any) -> None:
        """Answer one request, or refuse it."""
        request = route.request
        self._count += 1
        if request.is_navigation_request() and request.url == self._response.url:
            await _fulfil(route, self._response)
            return
        wanted = request.method == "GET" and request.resource_type in WANTED and self._count <= MOST
        found = await self._part(request.url) if wanted else None
        if found is None:
            await _quietly(route.abort())
        else:
            await _fulfil(route, found)


async def _fulfil(route: Any, response: Response) -> None:
    headers = {
        name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
        for name, values in response.headers.items()
    }
    headers = {name: value for name, value in headers.items() if name not in HOP}
    await _quietly(route.fulfill(status=response.status, headers=headers, body=response.body))


async def _quietly(waiting: Awaitable[None]) -> None:
    """The page may be gone by the time its request is answered."""
    from playwright.async_api import Error

    try:
        await waiting
    except Error:
        return


def is_html(response: Response) -> bool:
    """Return whether the answer calls itself HTML, or nothing at all."""
    return b"html" in (response.headers.get("Content-Type") or b"html").lower()
