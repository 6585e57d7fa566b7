"""Pages that need JavaScript: a browser loads them, and every byte that it gets comes through the crawl's tap.

The browser itself has no network: each of its requests is answered with what the crawl fetched, guarded and
archived, so what it shows is what is in the WARC. Needs the package `playwright` (extra `js`) and a Chromium
of the system. Tested in tests/crawl/test_browser.py.
"""

from __future__ import annotations

import asyncio
import importlib.util
import os
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from newsarchive.crawl.jobs import Answer, Job
from newsarchive.errors import ConfigError

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
VARIABLE = "NEWSARCHIVE_CHROMIUM"  # path of the browser, if it isn't found by its usual names
WANTED = frozenset({"document", "script", "xhr", "fetch", "stylesheet"})
MOST = 100  # requests of one page
AT_ONCE = 2  # pages that are loaded beside each other; each costs some 100 MB
SETTLE = 5.0  # seconds after loading in which a page may still fill itself
ARGUMENTS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # what isn't answered by us finds no address
]
HOP = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "keep-alive"})

FetchPart = Callable[[str], Awaitable[Answer | None]]  # URL -> answer; None = not fetched


@dataclass(frozen=True, slots=True)
class Rendered:
    """What the browser made of a page: the answer to its own request, and the document at the end."""

    answer: Answer
    html: str = ""


class Browser:
    """One Chromium, started with the first page.

    Args:
        user_agent: What the page's scripts are told.
        timeout: Seconds for one page.
    """

    def __init__(self, *, user_agent: str, timeout: float) -> None:
        self._user_agent, self._timeout = user_agent, timeout
        self._playwright: Any = None
        self._browser: Any = None
        self._starting = asyncio.Lock()
        self._room = asyncio.Semaphore(AT_ONCE)

    async def render(self, job: Job, fetch: Callable[[Job], Awaitable[Answer]], part: FetchPart) -> Rendered:
        """Load a page.

        Args:
            fetch: Fetches the page itself.
            part: Fetches what it asks for further.

        Returns:
            The page's own answer; no document if it isn't HTML or failed.

        Raises:
            ConfigError: Chromium is missing.
        """
        answer = await fetch(job)
        kind = answer.headers.get("content-type", "text/html")
        if answer.failure or answer.status != 200 or "html" not in kind:
            return Rendered(answer)
        async with self._room:
            await self._start()
            return Rendered(answer, await self._show(job, answer, part))

    async def _show(self, job: Job, answer: Answer, part: FetchPart) -> str:
        context = await self._browser.new_context(
            user_agent=self._user_agent,
            service_workers="block",
            accept_downloads=False,
            java_script_enabled=True,
        )
        try:
            visit = _Visit(job, answer, part)
            await context.route("**/*", visit.route)
            page = await context.new_page()
            return await self._load(page, job.url)
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
            arguments = [*ARGUMENTS, "--no-sandbox"] if os.geteuid() == 0 else ARGUMENTS
            self._browser = await self._playwright.chromium.launch(executable_path=path, args=arguments)

    async def close(self) -> None:
        """End the browser, if it was started."""
        if self._browser is not None:
            await self._browser.close()
        if self._playwright is not None:
            await self._playwright.stop()
        self._browser = self._playwright = None


class _Visit:
    """Answers the requests of one page."""

    def __init__(self, job: Job, answer: Answer, part: FetchPart) -> None:
        self._url, self._answer, self._part = job.url, answer, part
        self._count = 0

    async def route(self, route: Any) -> None:
        """Answer one request, or refuse it."""
        request = route.request
        self._count += 1
        if request.is_navigation_request() and request.url == self._url:
            await _fulfil(route, self._answer)
            return
        wanted = request.method == "GET" and request.resource_type in WANTED and self._count <= MOST
        found = await self._part(request.url) if wanted else None
        if found is None or found.status is None:
            await _quietly(route.abort())
        else:
            await _fulfil(route, found)


async def _fulfil(route: Any, answer: Answer) -> None:
    headers = {name: value for name, value in answer.headers.items() if name not in HOP}
    await _quietly(route.fulfill(status=answer.status, headers=headers, body=answer.body))


async def _quietly(waiting: Awaitable[None]) -> None:
    """The page may be gone by the time its request is answered."""
    from playwright.async_api import Error

    try:
        await waiting
    except Error:
        return


def check_browser() -> None:
    """Is all there that `render = true` needs?

    Raises:
        ConfigError: playwright or Chromium is missing.
    """
    find_chromium()
    if importlib.util.find_spec("playwright") is None:
        raise _missing("the package playwright isn't installed")


def find_chromium() -> str:
    """The path of the system's Chromium.

    Raises:
        ConfigError: there is none.
    """
    named = os.environ.get(VARIABLE)
    found = named or next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if not found:
        raise _missing("no Chromium was found")
    return found


def _missing(what: str) -> ConfigError:
    return ConfigError(
        f"render = true needs a browser, and {what}",
        next_step=f"Install newsarchive[js] and Chromium, or name its path in {VARIABLE}",
    )
