"""Retries: a page that failed is fetched again, twice, after a pause in which its host is left alone.

Scrapy's RetryMiddleware asks again at once, and knows no cut answers. Tested in tests/crawl/test_retries.py.
"""

from __future__ import annotations

import random

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.retry import RetryMiddleware
from scrapy.http import Response

from newsarchive.crawl.fetch import Fetch
from newsarchive.crawl.rate_limit import RateLimitMiddleware

RETRIES = 2  # after the first attempt
BACKOFF = 2.0  # seconds before the first retry, doubled for the second
STATUSES = (429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
FAILURES = frozenset({"disconnect", "timeout", "connection refused", "no connection"})


class PatientRetryMiddleware(RetryMiddleware):
    """Scrapy's, which pauses; the settings are Scrapy's own (RETRY_TIMES, RETRY_HTTP_CODES)."""

    _limits: RateLimitMiddleware

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PatientRetryMiddleware:
        """Make it for a crawler."""
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the request again if its answer means trouble."""
        failure = Fetch.of(request).failure
        if response.status in self.retry_http_codes or failure in FAILURES:
            return self._again(request, failure or f"HTTP {response.status}") or response
        return response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:  # type: ignore[override]  # noqa: ARG002
        """Return the request again if no answer came, for a reason that may pass."""
        failure = Fetch.of(request).failure
        return self._again(request, failure) if failure in FAILURES else None

    def _again(self, request: Request, reason: str) -> Request | None:
        limits = self.crawler.get_downloader_middleware(RateLimitMiddleware)
        if request.meta.get("dont_retry") or limits is None:
            return None
        host = limits.host_of(request.url)
        if not limits.may_retry(host):
            return None
        made: Request | None = self._retry(request, reason)
        if made is not None:
            limits.rest(host, backoff(made.meta["retry_times"], random.random()))  # noqa: S311 - jitter
        return made


def backoff(attempt: int, jitter: float) -> float:
    """Return the seconds before retry number `attempt` (1 for the first): 2, 4, … varied at random by half either way.

    Args:
        jitter: A number from 0 to 1, drawn by the caller.
    """
    return BACKOFF * 2.0 ** (attempt - 1) * (0.5 + jitter)
