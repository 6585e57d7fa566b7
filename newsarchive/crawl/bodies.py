"""Bodies as spiders read them: content coding taken off, within a limit. What is archived stays as it came.

Scrapy's HttpCompressionMiddleware would drop a page whose decoded body is too large; here a page keeps what it
can, and only a document is a failure then. Tested in tests/crawl/test_bodies.py.
"""

from __future__ import annotations

from functools import lru_cache

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.responsetypes import responsetypes

from newsarchive.crawl.fetch import Fetch
from newsarchive.warc.http_message import ENDS_EARLY, Decoding, decode_content
from newsarchive.web.page_end import TAIL, is_ended

REMEMBERED = 256 * 1024  # bytes of a coded body whose decoded one is kept for the next question
PAGE_LIMIT = 3_000_000  # decoded bytes of a page that its callback gets
ACCEPT_ENCODING = "gzip, deflate, br, zstd"


class ContentDecodingMiddleware:
    """A downloader middleware, in the place of HttpCompressionMiddleware."""

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ContentDecodingMiddleware:
        """Take the limit from DOWNLOAD_MAXSIZE."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Decode what is coded; the response gets the class that its decoded body asks for."""
        coding = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        if not coding.strip() or not response.body:
            return response
        fetch = Fetch.of(request)
        is_whole = fetch.is_document or fetch.reason == "robots"
        body, problem = decoded(
            response.body, coding, self._limit if is_whole else min(self._limit, PAGE_LIMIT)
        )
        if problem == "too large" and is_whole:
            fetch.fail("too large")
        del response.headers["Content-Encoding"]
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        # `Response.replace` would guess the encoding of the coded bytes first, and that costs more than all else here.
        same = {name: getattr(response, name) for name in Response.attributes if name != "body"}
        return kind(body=body, **same)


def decoded(body: bytes, coding: str, limit: int) -> tuple[bytes, str]:
    """Return the body with its content coding taken off, and what went wrong ("" if nothing).

    Args:
        coding: Content-Encoding's value, or "".
        limit: Bytes after which it is given up: the bytes up to there and "too large" are returned.

    Returns:
        What could be decoded; the body itself where it isn't coded as it says.
    """
    if not coding.strip():
        return body, ""
    if len(body) > REMEMBERED:
        return _decoded(body, coding, limit)
    text, problem = _decoded_before(body, coding, PAGE_LIMIT)
    if problem == "too large" and limit > PAGE_LIMIT:
        return _decoded(body, coding, limit)
    return (text[:limit], "too large") if len(text) > limit else (text, problem)


def _decoded(body: bytes, coding: str, limit: int) -> tuple[bytes, str]:
    notes = Decoding()
    out, size = [], 0
    for piece in decode_content([body], _names(coding), notes):
        out.append(piece[: limit - size])
        size += len(piece)
        if size > limit:
            return b"".join(out), "too large"
    if not out and body:
        return body, "; ".join(notes.problems)
    return b"".join(out), "; ".join(notes.problems)


_decoded_before = lru_cache(maxsize=4)(_decoded)  # asked whether it is whole, then for the spider


def beginning(body: bytes, coding: str, size: int) -> bytes:
    """Return the first `size` decoded bytes, or fewer; costs no more than they do."""
    if not coding.strip():
        return body[:size]
    return decoded(body, coding, size)[0]


def cut_short(body: bytes, coding: str, limit: int, *, is_broken: bool) -> str:
    """Return how one can tell that a body isn't all that was to come, though its framing holds; "" if one can't.

    Args:
        body: Without its transfer coding; `coding` is its Content-Encoding, or "".
        limit: Decoded bytes that are read.
        is_broken: Whether the connection was broken off, where only its end says that the body ends.
    """
    text, problem = decoded(body, coding, limit)
    wants_more = problem.endswith(ENDS_EARLY)
    if not (is_broken or wants_more) or is_ended(text[-TAIL:].decode("latin-1")):
        return ""
    return problem if wants_more else "the connection was broken off"


def _names(coding: str) -> list[str]:
    return [name.strip().lower().removeprefix("x-") for name in coding.split(",")]
