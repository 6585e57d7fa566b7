"""Conditional requests: If-None-Match and If-Modified-Since, and servers whose validators lie.

Scrapy has them only within its HTTP cache. Tested in tests/crawl/test_conditional.py.
"""

from __future__ import annotations

import hashlib
import re

from scrapy import Request
from scrapy.http import Response

from newsarchive.crawl.crawl_stats import CrawlStatsMiddleware
from newsarchive.crawl.fetch import Fetch
from newsarchive.crawl.warc_extension import ArchiveMiddleware

BLIND_EVERY = 16  # one fetch in so many is made without validators, to find those that lie
HEADERS = ("If-None-Match", "If-Modified-Since")


class ConditionalRequestMiddleware(ArchiveMiddleware):
    """A downloader middleware; asks for an answer only if the page changed."""

    def process_request(self, request: Request) -> None:
        """Send the validators of the last capture. A page that a browser loads is asked for without: an
        unchanged shell says nothing of what it shows."""
        fetch = Fetch.begin(request)
        is_shell = fetch.is_page and self._archive.source(fetch.source).render
        is_without = is_shell or is_blind(fetch, request.url, self._archive.plan.crawl_id)
        for name, value in zip(HEADERS, (fetch.etag, fetch.last_modified), strict=True):
            if value and not is_without:
                request.headers[name] = value
            else:
                request.headers.pop(name, None)

    def process_response(self, request: Request, response: Response) -> Response:
        """Record a URL whose validators lie."""
        stats = self._crawler.get_downloader_middleware(CrawlStatsMiddleware)
        if stats is not None and lies(Fetch.of(request), response.status):
            stats.lies(request.url)
        return response


def is_blind(fetch: Fetch, url: str, crawl_id: str) -> bool:
    """Decide whether this fetch is made without validators. One in sixteen is, chosen by hash, so that it can be
    repeated; a re-check never."""
    if fetch.reason == "recheck" or not (fetch.etag or fetch.last_modified):
        return False
    return hashlib.sha256(f"{crawl_id} {url}".encode()).digest()[0] % BLIND_EVERY == 0


def lies(fetch: Fetch, status: int) -> bool:
    """Decide whether the validators call the page unchanged although its bytes differ.

    Strong ETags and, where there is none, Last-Modified are held against the digests; a weak ETag
    promises no equal bytes.
    """
    capture, previous = fetch.capture, fetch.previous
    if status != 200 or capture is None or previous is None or not capture.payload_digest:
        return False
    if capture.payload_digest == previous.payload_digest:
        return False
    if fetch.etag or capture.etag:
        return bool(fetch.etag) and fetch.etag == capture.etag and not str(fetch.etag).startswith("W/")
    return bool(fetch.last_modified) and fetch.last_modified == capture.last_modified


def max_age(cache_control: str) -> float | None:
    """Return how many seconds an answer stays fresh, by its Cache-Control; None if it doesn't say."""
    found = re.search(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", cache_control.lower())
    return float(found[1]) if found else None
