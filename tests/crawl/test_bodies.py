"""Content codings taken off within a limit; what isn't coded as it says stays as it is."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard
from scrapy import Request
from scrapy.http import HtmlResponse

from newsarchive.crawl.bodies import PAGE_LIMIT, ContentDecodingMiddleware, beginning, cut_short, decoded

TEXT = b"The tide turned before noon. " * 100


@pytest.mark.parametrize(
    ("body", "coding"),
    [
        (TEXT, ""),
        (gzip.compress(TEXT, mtime=0), "gzip"),
        (gzip.compress(TEXT, mtime=0), "x-gzip"),
        (gzip.compress(TEXT, mtime=0), " GZIP "),
        (zlib.compress(TEXT), "deflate"),
        (brotli.compress(TEXT), "br"),
        (zstandard.compress(TEXT), "zstd"),
        (gzip.compress(gzip.compress(TEXT, mtime=0), mtime=0), "gzip, gzip"),
        (TEXT, "identity"),
        (TEXT, "gzip"),
    ],
)
def test_a_body_is_decoded_and_one_that_isnt_coded_stays(body: bytes, coding: str) -> None:
    assert decoded(body, coding, 10_000)[0] == TEXT


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize(
    ("content_type", "charset", "encoding"),
    [
        ("text/html", "utf-8", "utf-8"),
        ("text/html", "iso-8859-2", "iso8859-2"),
        ("text/html; charset=utf-8", "utf-8", "utf-8"),
        ("", "utf-8", "utf-8"),
    ],
)
def test_a_pages_letters_are_those_of_its_decoded_body(
    coding: str, content_type: str, charset: str, encoding: str
) -> None:
    page = f'<!doctype html><html><head><meta charset="{charset}"></head><body><p>Łódź, piątek</p></body></html>'.encode(
        charset
    )
    url = "https://gazette.example/lodz"
    headers = {"Content-Encoding": coding, "Content-Type": content_type}
    served = gzip.compress(page, mtime=0) if coding else page
    kept = {name: value for name, value in headers.items() if value}
    response = HtmlResponse(url, headers=kept, body=served)
    answer = ContentDecodingMiddleware(10_000).process_response(Request(url), response)
    assert isinstance(answer, HtmlResponse)
    assert (answer.encoding, answer.css("p::text").get()) == (encoding, "Łódź, piątek")


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, brotli.compress, zstandard.compress])
def test_a_bomb_is_given_up_at_the_limit(pack: object) -> None:
    names = {
        gzip.compress: "gzip",
        zlib.compress: "deflate",
        brotli.compress: "br",
        zstandard.compress: "zstd",
    }
    body, problem = decoded(pack(bytes(20_000_000)), names[pack], 1_000_000)  # type: ignore[operator, index]
    assert (len(body), problem) == (1_000_000, "too large")


def test_a_torn_body_gives_what_there_is() -> None:
    body, problem = decoded(gzip.compress(TEXT, mtime=0)[:-12], "gzip", 10_000)
    assert TEXT.startswith(body)
    assert problem


def test_the_beginning_costs_no_more_than_itself() -> None:
    assert beginning(gzip.compress(bytes(50_000_000), mtime=0), "gzip", 10) == bytes(10)
    assert beginning(TEXT, "", 8) == b"The tide"


PAGE = b"<html><p>" + b"The tide turned. " * 300
SUMMED = zstandard.ZstdCompressor(write_checksum=True)
BODIES = [
    (PAGE, "", False, ""),
    (PAGE, "", True, "the connection was broken off"),
    (PAGE + b"</p></HTML >\n<script>counter()</script>", "", True, ""),
    (b"<rss><channel>" + PAGE + b"</channel></rss>", "", True, ""),
    (PAGE + b"</html>" + b" " * 5000, "", True, "the connection was broken off"),
    (b"", "", True, "the connection was broken off"),
    (gzip.compress(PAGE, mtime=0), "gzip", False, ""),
    (gzip.compress(PAGE, mtime=0), "gzip", True, "the connection was broken off"),
    (gzip.compress(PAGE, mtime=0)[:-20], "gzip", False, "gzip stream ends early"),
    (gzip.compress(PAGE + b"</html>", mtime=0)[:-8], "gzip", False, ""),
    (gzip.compress(PAGE, mtime=0)[:-8] + bytes(8), "gzip", False, ""),
    (gzip.compress(PAGE, mtime=0)[:-8], "gzip", False, "gzip stream ends early"),
    (SUMMED.compress(PAGE)[:-4], "zstd", False, ""),
    (SUMMED.compress(PAGE)[:-1], "zstd", False, ""),
    (SUMMED.compress(PAGE)[:-5], "zstd", False, "zstd stream ends early"),
    (PAGE, "br", False, ""),
    (PAGE, "zstd", False, ""),
    (brotli.compress(PAGE)[:-4], "br", False, "br stream ends early"),
    (zstandard.compress(PAGE)[:-4], "zstd", False, "zstd stream ends early"),
    (zstandard.compress(PAGE + b"</html>")[:-4], "zstd", True, ""),
    (PAGE, "gzip", False, ""),
    (gzip.compress(PAGE, mtime=0), "gzip, br", False, ""),
]


@pytest.mark.parametrize(("body", "coding", "is_broken", "told"), BODIES)
def test_a_body_that_was_cut_short_is_known_by_its_coding_or_its_connection(
    body: bytes, coding: str, is_broken: bool, told: str
) -> None:
    assert cut_short(body, coding, 1_000_000, is_broken=is_broken) == told


@pytest.mark.parametrize(
    ("limit", "size", "told"),
    [
        (1_000, 1_000, "too large"),
        (PAGE_LIMIT, PAGE_LIMIT, "too large"),
        (PAGE_LIMIT + 1, PAGE_LIMIT + 1, "too large"),
        (4_000_000, 4_000_000, ""),
    ],
)
def test_a_small_coded_body_that_unpacks_to_much_is_given_up_at_each_ones_limit(
    limit: int, size: int, told: str
) -> None:
    body, problem = decoded(gzip.compress(bytes(4_000_000), mtime=0), "gzip", limit)
    assert (len(body), problem) == (size, told)
