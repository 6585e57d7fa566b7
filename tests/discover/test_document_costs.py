"""What a feed, sitemap or section page can cost: at most 30 seconds of processor time and 400 MB, whatever it is made of.

Without the limits of newsarchive/discover/document.py (bytes, marks, entries) most rows take more: a feed of ampersands
took 4 GB, a list of attributes 1.5 GB.
"""

from __future__ import annotations

import pytest

from tests.measured import MAX_MB, measured

SIZE = 20_000_000
FEED = "<rss><channel>"
ITEM = "<item><link>https://gazette.example/a</link></item>"
# What is repeated up to SIZE between a beginning and an end; @ becomes a number.
DOCUMENTS = {
    "a sitemap of all it may hold": ("<urlset>", "<url><loc>https://gazette.example/n/@/a-story</loc></url>", "</urlset>"),
    "an index": ("<sitemapindex>", "<sitemap><loc>https://gazette.example/@.xml</loc></sitemap>", ""),
    "items never closed": (FEED, "<item>", ""),
    "empty items": (FEED, "<item/>", ""),
    "one page, often": (FEED, ITEM, ""),
    "items in items": (FEED, "<item><title>w</title>", ""),
    "attributes": ("<rss ", "a@='x' ", ">"),
    "namespaces": ("<rss ", "xmlns:a@='x' ", ">"),
    "depth": ("<rss>", "<a>", ""),
    "ampersands": (f"{FEED}<item><title>", "&", ""),
    "parts of CDATA": ("<rss>", "<![CDATA[", ""),
    "entities": ("<!DOCTYPE rss [", '<!ENTITY a "b">', "]><rss/>"),
    "one title": (f"{FEED}{ITEM[:-7]}<title>", "&lt;p&gt;", "</title></item>"),
    "links of one entry": ("<feed><entry>", "<link href='https://gazette.example/a'/>", ""),
    "authors of one entry": ("<feed><entry><link href='/a'/>", "<author><name>A</name></author>", ""),
    "a JSON Feed of nothing": ('{"version":"https://jsonfeed.org/version/1.1","items":[', "{},", "{}]}"),
    "a JSON Feed of items": (
        '{"version":"https://jsonfeed.org/version/1.1","items":[',
        '{"url":"https://gazette.example/@"},',
        "{}]}",
    ),
    "deep JSON": ('{"items":', "[", ""),
    "addresses, one a line": ("", "https://gazette.example/a@\n", ""),
    "blanks": ("", " ", ""),
    "a rare character": ("<rss>\U0001f600<channel><title>", "a ", "</title>"),
    "a section": ("<html><body>", "<h2><a href='/2026/03/02/a-story-@'>A story of news that is long @</a></h2>", ""),
}  # fmt: skip
DISCOVER = """
from datetime import UTC, datetime
from newsarchive.discover import discover
from newsarchive.model import Source
from tests.discover.test_document_costs import DOCUMENTS, SIZE
TIMES = {times}
begin, part, end = DOCUMENTS[{name!r}]
body = bytearray(begin.encode())
for number in range(TIMES or SIZE // len(part)):
    body += part.replace("@", str(number)).encode()
body = bytes(body + end.encode())
source = Source(name="gazette", domains=("gazette.example",))
found = discover("https://gazette.example/", body, source=source, now=datetime(2026, 3, 3, tzinfo=UTC))
answer = [found.kind, len(found.candidates), len(found.follow), [p.code for p in found.problems]]
"""
ALWAYS = {"a sitemap of all it may hold", "ampersands", "attributes", "deep JSON", "a JSON Feed of nothing"}
ROWS = [pytest.param(name, marks=[] if name in ALWAYS else [pytest.mark.slow]) for name in DOCUMENTS]


@pytest.mark.parametrize("name", ROWS)
def test_a_document_made_to_cost_is_read_within_limits(name):
    took = measured(DISCOVER.format(name=name, times=0), cpu=30)
    assert took.ended_by == 0
    assert took.mb <= MAX_MB
    assert took.answer[1] <= 50_000
    assert took.answer[2] <= 50_000


def test_a_sitemap_of_nearly_fifty_thousand_pages_is_read_whole():
    code = DISCOVER.format(name="a sitemap of all it may hold", times=49_999)
    assert measured(code, cpu=30).answer == ["sitemap", 49_999, 0, []]


UNPACKED = """
import zlib
from datetime import UTC, datetime
from newsarchive.discover import discover
from newsarchive.model import Source
pack = zlib.compressobj(1, zlib.DEFLATED, 31)
part = b"<url><loc>https://gazette.example/n/1/a-story</loc></url>" * 20_000
body = pack.compress(b"<urlset>") + b"".join(pack.compress(part) for _ in range(500)) + pack.flush()
source = Source(name="gazette", domains=("gazette.example",))
found = discover("https://gazette.example/", body, source=source, now=datetime(2026, 3, 3, tzinfo=UTC))
answer = [found.kind, len(found.candidates), [p.code for p in found.problems]]
"""


def test_a_document_that_unpacks_to_half_a_gigabyte_is_read_to_its_limit():
    took = measured(UNPACKED, cpu=30)
    assert took.ended_by == 0
    assert took.mb <= MAX_MB
    assert took.answer[:2] == ["sitemap", 1]
    assert took.answer[2] != []
