"""robots.txt by RFC 9309: fetched before anything else of a host, archived like any page, kept for its life.

Scrapy's RobotsTxtMiddleware knows no statuses, keeps rules for ever, and allows all when the file can't be had.
Fails closed: an unreachable file forbids everything. Tested in tests/crawl/test_robots.py and tests/crawl/test_robots_matching.py.
"""

from __future__ import annotations

import asyncio
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawl.conditional import max_age
from newsarchive.crawl.crawl_stats import CrawlStatsMiddleware
from newsarchive.crawl.failures import NotFetched, classify
from newsarchive.crawl.fetch import AHEAD, META, Fetch, Outcome
from newsarchive.crawl.plans import agent_token
from newsarchive.crawl.rate_limit import RateLimitMiddleware
from newsarchive.crawl.warc_extension import WarcExtension
from newsarchive.errors import NewsarchiveError

LONGEST = 500 * 1024  # bytes that are read (RFC 9309, 2.5: at least 500 KiB)
DEFAULT_LIFE = timedelta(hours=1)
LONGEST_LIFE = timedelta(hours=24)  # RFC 9309, 2.4
_AGENT = re.compile(r"\s*user[- ]?agent\s*[:\s]\s*([^#]*)", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:allow|di\w+|crawl[- ]delay)\b", re.IGNORECASE)
REDIRECTS = 5  # RFC 9309, 2.3.1.2


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host.

    `state` is "rules" (a file was read), "absent" (4xx: all is allowed) or "unreachable" (5xx, or no
    answer: nothing is).
    """

    state: str
    rules: Protego | None = None
    life: timedelta = DEFAULT_LIFE

    def allows(self, url: str, agent: str) -> bool:
        """Return whether a crawler named `agent` may fetch `url`."""
        if self.rules is None:
            return self.state == "absent"
        try:
            return bool(self.rules.can_fetch(url, _exactly(agent)))
        except (
            Exception
        ):  # a third party's reading of what a stranger wrote: what can't be asked isn't allowed
            return False

    def crawl_delay(self, agent: str) -> float | None:
        """Return seconds between two requests that the file asks for; None if it doesn't."""
        try:
            delay = self.rules.crawl_delay(_exactly(agent)) if self.rules is not None else None
            return float(delay) if delay is not None else None
        except Exception:  # as above
            return None


def read_robots(status: int | None, body: bytes, cache_control: str = "") -> Robots:
    """Return the rules that an answer gives.

    Args:
        status: The final status after redirects; None if there was no answer.
        body: The decoded body; only the first 500 KiB count.
        cache_control: That header, for how long the answer may be kept.
    """
    life = _life(cache_control)
    if status is None or status == 429 or status >= 500:
        return Robots("unreachable", None, min(life, DEFAULT_LIFE))
    if 400 <= status < 500:
        return Robots("absent", None, life)
    if 200 <= status < 300:
        is_wide = body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = body[:LONGEST].decode("utf-16" if is_wide else "utf-8", "replace")
        text = text.lstrip("\ufeff\ufffd")  # a byte order mark, or a piece of one
        try:
            return Robots("rules", Protego.parse("\n".join(_rule_lines(text))), life)
        except Exception:  # as above
            return Robots("unreachable", None, min(life, DEFAULT_LIFE))
    return Robots("absent", None, life)  # too many redirects count as 4xx (2.3.1.2)


def _rule_lines(text: str) -> Iterator[str]:
    """The lines that make groups and rules. Others (Sitemap, Content-Signal …) part no group (RFC 9309, 2.2.4). An agent
    is named by its product token, between signs that no token has: Protego alone would take `news` for `newsarchive`."""
    for line in text.splitlines():
        if agent := _AGENT.match(line):
            name = agent_token(agent[1]) if agent[1] else ""
            yield f"User-agent: {name if name == '*' else _exactly(name)}"
        elif _RULE.match(line):
            yield line


def _exactly(token: str) -> str:
    return f"={token.rstrip('*').lower()}="


def _life(cache_control: str) -> timedelta:
    seconds = max_age(cache_control)
    return DEFAULT_LIFE if seconds is None else min(timedelta(seconds=seconds), LONGEST_LIFE)


class Rfc9309Middleware(RobotsTxtMiddleware):
    """The downloader middleware. It keeps the rules in the process, for the crawls to come."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._archive = WarcExtension.of(crawler)
        self._kept: dict[tuple[str, str], tuple[Robots, datetime]] = self._archive.process.robots
        self._locks: dict[str, asyncio.Lock] = {}

    async def process_request(self, request: Request) -> Request | None:  # type: ignore[override]
        """Pass on what robots.txt allows. What had to wait for the file goes back to the scheduler, so that
        it takes up no place while its host rests.

        Raises:
            NotFetched: it is forbidden, or nobody knows whether it is.
        """
        fetch = Fetch.begin(request)
        parts = urlparse_cached(request)
        place = f"{parts.scheme}://{parts.netloc}"
        is_exempt = request.meta.get("dont_obey_robotstxt") or request.url == f"{place}/robots.txt"
        if is_exempt or not self._archive.source(fetch.source).obey_robots:
            return None
        async with self._locks.setdefault(place, asyncio.Lock()):
            robots, is_fresh = await self._rules(place, request, fetch)
        self._limits.slow(
            self._limits.host_of(request.url), fetch.source, robots.crawl_delay(self._archive.agent) or 0.0
        )
        if not robots.allows(request.url, self._archive.agent):
            self._stats.inc_value("robotstxt/forbidden")
            is_unknown = robots.state == "unreachable"
            raise NotFetched(
                Outcome("failed", "robots.txt unreachable") if is_unknown else Outcome("refused", "robots")
            )
        if not is_fresh or request.meta.get("is_part"):
            return None
        again = request.replace(priority=request.priority + AHEAD, dont_filter=True)
        again.meta["robots_asked"] = True
        return again

    async def _rules(self, place: str, request: Request, fetch: Fetch) -> tuple[Robots, bool]:
        """The rules of a host, and whether they were fetched just now."""
        key = (self._archive.plan.archive, place)
        kept = self._kept.get(key)
        is_asked = request.meta.pop(
            "robots_asked", False
        )  # just now; the file may say that it lives for no time
        if kept is not None and (is_asked or kept[1] > self._archive.clock.now()):
            return kept[0], False
        asking = Request(
            f"{place}/robots.txt",
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={
                META: Fetch(reason="robots", source=fetch.source),
                "dont_obey_robotstxt": True,
                "redirect_ttl": REDIRECTS,
                "is_part": request.meta.get("is_part"),
            },
        )
        try:
            response = await self.crawler.engine.download_async(asking)
            status: int | None = response.status
            body, cache = response.body, response.headers.get("Cache-Control") or b""
        except NewsarchiveError:
            raise
        except Exception as error:  # whatever the network, or decoding, brings
            status, body, cache = self._explain(error, request, fetch), b"", b""
        robots = read_robots(status, body, cache.decode("latin-1"))
        self._kept[key] = (robots, self._archive.clock.now() + robots.life)
        return robots, True

    def _explain(self, error: Exception, request: Request, fetch: Fetch) -> int | None:
        """Record why the file can't be had, and return its status if it has one; raise NotFetched where that is
        the host's fault, not the file's."""
        host = self._limits.host_of(request.url)
        if isinstance(error, NotFetched) and error.outcome.kind == "left":
            raise error
        failure, text = classify(error)
        if isinstance(error, NotFetched):
            failure = text = error.outcome.reason
        if "redirect" in failure:
            return 300
        advice = "; network.allow in newsarchive.toml can permit it" if failure == "address refused" else ""
        stats: Any = self.crawler.get_downloader_middleware(CrawlStatsMiddleware)
        stats.note(fetch.source, f"{host}: {failure} ({text}){advice}")
        if failure == "address refused":
            raise NotFetched(Outcome("refused", failure))
        if failure == "stopped" or not self._limits.is_reached(host):
            raise NotFetched(Outcome("failed", failure))
        return None

    @property
    def _limits(self) -> Any:
        return self.crawler.get_downloader_middleware(RateLimitMiddleware)
