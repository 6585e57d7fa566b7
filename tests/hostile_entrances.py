"""Every way by which text of others comes in: a document that is good, and the code that reads it.

`@@` in a document is where a hostile value is put; `"@@"` in JSON and TOML is put there with its quotes. A reader returns or
raises one of our own errors. Used by tests/test_hostile_entrances.py and, for as long as one likes, by
`python -m tests.hostile_entrances SECONDS`.
"""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.browse.capture_page import harmless
from newsarchive.config import read_config
from newsarchive.crawl.redirects import set_cookies, target_of
from newsarchive.crawl.robots import read_robots
from newsarchive.diff import compare
from newsarchive.discover import discover
from newsarchive.discover.cdx import collections_in, page_count, read_common_crawl, read_wayback
from newsarchive.errors import NewsarchiveError
from newsarchive.extract import article_to_json, extract_article
from newsarchive.ingest.import_scope import read_choices
from newsarchive.model import Source
from newsarchive.schedule.watchlist import read_watches
from newsarchive.sources import detect, read_source
from newsarchive.urls import check_url, key_or_empty
from newsarchive.versions import read_decisions
from newsarchive.warc import import_file, list_files, read_captures, read_purges, recover
from newsarchive.warc.capture_reader import Payload
from newsarchive.warc.http_message import parse_head
from newsarchive.warc.record import parse_record_head, read_facts
from newsarchive.web.dates import from_url, parse_date
from newsarchive.web.links import absolute

NOW = datetime(2026, 11, 27, tzinfo=UTC)
SITE = "https://gazette.example"
PAGE_URL = f"{SITE}/news/12345/crane"
SOURCE = Source(name="gazette", homepage=SITE + "/")
P = "<p>The harbour wall is to be rebuilt after the storm, the council said on Monday; it will take two years.</p>"
Reader = Callable[[bytes], object]


def _document(data: bytes) -> None:
    found = discover(f"{SITE}/feed", data, None, source=SOURCE, now=NOW)
    json.dumps([c.title for c in found.candidates]).encode()


def _page(data: bytes) -> None:
    article = extract_article(data, PAGE_URL, content_type="text/html; charset=utf-8", fetched_at=NOW)
    json.dumps(article_to_json(article), ensure_ascii=False).encode()


def _changed_page(data: bytes) -> None:
    before = extract_article(PAGE, PAGE_URL, fetched_at=NOW)
    compare(before, extract_article(data, PAGE_URL, fetched_at=NOW))


def _shown_page(data: bytes) -> None:
    payload = Payload(body=data, content_type="text/html", url=PAGE_URL, status=200)
    harmless(payload, PAGE_URL, lambda _url, _kind: None)


def _head(data: bytes) -> None:
    head = parse_head(data)
    set_cookies(head.get_all("set-cookie"))
    target_of(PAGE_URL, head.get("location") or "")


def _record_head(data: bytes) -> None:
    head = parse_record_head(data)
    if head is not None:
        assert head.url is not None
        assert head.date is None or head.date.tzinfo


def _url(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    assert key_or_empty(absolute(PAGE_URL, text)) is not None
    from_url(text)
    check_url(text)


def _cdx(data: bytes) -> None:
    read_wayback(data)
    read_common_crawl(data)
    for read in (page_count, collections_in):
        with suppress(NewsarchiveError, ValueError):  # backfill reports both
            read(data)


def _in_file(name: str, read: Callable[[Path], object]) -> Reader:
    """Put the data into a file of an archive, and call the reader with the archive's folder."""

    def reader(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
            try:
                read(Path(folder))
            except NewsarchiveError as error:
                if path.name not in str(error):
                    raise ValueError(f"says no file: {error}") from error
                raise

    return reader


def _measured(record: bytes) -> bytes:
    """A record with the length of its block in place of `%%`."""
    head, end, block = record.partition(b"%%\r\n\r\n")
    return head + str(len(block) - 4).encode() + b"\r\n\r\n" + block if end else record


def _warc(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "a"
        (root / "warc").mkdir(parents=True)
        path = Path(folder) / "x.warc.gz"
        path.write_bytes(b"".join(gzip.compress(_measured(part), 1) for part in data.split(b"\n----\n")))
        import_file(root, path)
        recover(root)
        for file in list_files(root):
            for capture in read_captures(root, file.filename):
                json.dumps([capture.url, capture.error], ensure_ascii=False)


def _wacz(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.wacz"
        with zipfile.ZipFile(path, "w") as out:
            out.writestr("datapackage.json", data)
            out.writestr("archive/x.warc.gz", gzip.compress(_INFO.replace(b"@@", b"x"), 1))
        root = Path(folder) / "a"
        (root / "warc").mkdir(parents=True)
        import_file(root, path)


RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>@@</title><language>@@</language>
<item><title>@@</title><link>https://gazette.example/news/1/@@</link><guid>@@</guid><pubDate>@@</pubDate><dc:creator>@@</dc:creator></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="@@" xml:lang="@@"><title>@@</title><entry><title type="@@">@@</title>
<link href="@@" rel="@@"/><id>@@</id><updated>@@</updated><author><name>@@</name></author></entry></feed>"""
JSON_FEED = b"""{"version": "https://jsonfeed.org/version/1.1", "title": "@@", "language": "@@", "items": [{"id": "@@", "url": "@@",
"title": "@@", "date_published": "@@", "date_modified": "@@", "authors": [{"name": "@@"}]}, "@@"], "authors": "@@"}"""
SITEMAP = b"""<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>@@</loc><lastmod>@@</lastmod><n:news><n:title>@@</n:title>
<n:publication_date>@@</n:publication_date><n:publication><n:language>@@</n:language></n:publication></n:news></url></urlset>"""
SITEMAP_INDEX = b"<sitemapindex><sitemap><loc>https://gazette.example/@@.xml</loc><lastmod>@@</lastmod></sitemap></sitemapindex>"
SECTION = f'<html lang="@@"><base href="@@"><title>@@</title><a href="@@">@@</a><a href="/news/12345/crane-repaired-at-last">@@ a long headline</a>{P}'.encode()
PAGE = f"""<!doctype html><html lang="@@" @@><head><base href="@@"><title>@@</title><link rel="canonical" href="@@"><link rel=next href="@@">
<meta property="og:title" content="@@"><meta property="article:published_time" content="@@"><meta name="author" content="@@">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "@@", "author": "@@", "datePublished": "@@", "@id": "@@",
"image": "@@", "publisher": "@@", "articleBody": "@@", "keywords": "@@", "isAccessibleForFree": "@@", "hasPart": "@@"}}</script>
<script id="__NEXT_DATA__" type="application/json">{{"props": {{"body": "@@", "title": "@@"}}}}</script></head>
<body @@><@@><article class="@@"><h1>@@</h1><p class="byline">By @@</p><time datetime="@@">@@</time>{P * 4}<p>@@</p>
<table><tr><td colspan="@@">@@<td rowspan="@@">b</table><img src="@@" alt="@@"><a href="@@">@@</a></article></body>""".encode()
HEAD = b"HTTP/1.1 200 @@\r\nContent-Type: text/html; charset=@@\r\nLocation: @@\r\nSet-Cookie: @@=@@; Max-Age=@@\r\nETag: @@\r\n@@: x\r\n@@\r\nContent-Length: @@\r\nTransfer-Encoding: @@\r\n\r\n"
ROBOTS = b"User-agent: @@\nDisallow: @@\nCrawl-delay: @@\nSitemap: @@\n@@\n"
CDX = b"""[["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"], ["@@", "@@", "@@", "@@", "@@", "@@", "@@"], "@@"]"""
CDX_LINES = b"""com,example)/ @@ {"url": "@@", "timestamp": "@@", "status": "@@", "mime": "@@", "length": "@@", "offset": "@@", "filename": "@@"}
{"url": "@@", "timestamp": "@@"}\nx @@ @@ @@ @@ @@ @@\n"""
COLLECTIONS = b"""[{"id": "@@", "cdx-api": "@@", "from": "@@", "to": "@@"}, "@@"]"""
RECORD = b"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <@@>\r\nWARC-Target-URI: @@\r\nWARC-Date: @@\r\nWARC-Payload-Digest: @@\r\nContent-Type: application/http; msgtype=response\r\n@@\r\nContent-Length: "
_BODY = b"HTTP/1.1 200 OK\r\nContent-Type: @@\r\nLocation: @@\r\n@@\r\n\r\n<p>@@"
_FACTS = b'newsarchive: {"outcome": "@@", "seq": "@@", "source": "@@", "reason": "@@", "payload_length": "@@", "candidate": "@@", "error": "@@", "tls": "@@", "port": "@@"}\r\n'
_META = b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:2>\r\nWARC-Target-URI: @@\r\nWARC-Date: 2026-03-02T06:00:00Z\r\nContent-Type: application/warc-fields\r\nContent-Length: "
_INFO = b"WARC/1.1\r\nWARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Date: @@\r\nContent-Type: application/warc-fields\r\nContent-Length: 44\r\n\r\nsoftware: newsarchive\r\nnewsarchive-crawl: x\r\n\r\n\r\n"
WARC = b"\n----\n".join(
    [_INFO, RECORD + b"%%\r\n\r\n" + _BODY + b"\r\n\r\n", _META + b"%%\r\n\r\n" + _FACTS + b"\r\n\r\n"]
)  # fmt: skip
DATAPACKAGE = b"""{"profile": "data-package", "title": "@@", "wacz_version": "@@", "resources": [{"name": "@@", "path": "archive/x.warc.gz", "hash": "@@", "bytes": "@@"}, "@@"], "created": "@@"}"""
SOURCE_TOML = b"""name = "gazette"\ntitle = "@@"\nhomepage = "@@"\nlanguage = "@@"\ndomains = ["@@"]\nfeeds = ["@@"]\ndelay = "@@"\nenabled = "@@"
[[rules]]\nvalid_from = "@@"\nremove = ["@@"]\n"""
CONFIG = b"""contact = "@@"\nname = "@@"\n[crawl]\ndelay = "@@"\nper_host = "@@"\n[network]\nallow = ["@@"]\n[notify]\ncommand = "@@"\n"""
DECISIONS = b"""{"kind": "@@", "urls": ["@@"], "at": "@@", "reason": "@@", "undo": "@@"}\n{"kind": "withhold", "urls": "@@", "at": "2026-03-02T06:00:00Z"}\n"@@"\n"""
PURGES = b"""{"at": "@@", "reason": "@@", "urls": ["@@"], "file": "@@", "sha256": "@@", "spans": "@@", "record_ids": ["@@"], "undo": "@@"}\n"""
CHOICES = b"""{"file": "@@", "domains": ["@@"], "sources": "@@", "at": "@@"}\n"""
WATCHES = b"""{"id": "@@", "kind": "@@", "what": "@@", "at": "@@", "query": "@@", "source": "@@"}\n"""
FACTS = _FACTS

ENTRANCES: dict[str, tuple[bytes, Reader]] = {
    "rss": (RSS, _document),
    "atom": (ATOM, _document),
    "json feed": (JSON_FEED, _document),
    "sitemap": (SITEMAP, _document),
    "sitemap index": (SITEMAP_INDEX, _document),
    "text sitemap": (b"https://gazette.example/@@\n@@\n", _document),
    "section page": (SECTION, _document),
    "homepage": (SECTION, lambda data: detect(SITE, data, data.decode("utf-8", "replace"))),
    "page": (PAGE, _page),
    "changed page": (PAGE, _changed_page),
    "shown page": (PAGE, _shown_page),
    "http head": (HEAD, _head),
    "robots.txt": (ROBOTS, lambda data: read_robots(200, data, data.decode("latin-1")).allows(PAGE_URL, "x")),
    "cdx table": (CDX, _cdx),
    "cdx lines": (CDX_LINES, _cdx),
    "cdx collections": (COLLECTIONS, _cdx),
    "date": (b"@@", lambda data: parse_date(data.decode("utf-8", "surrogateescape"))),
    "url": (b"https://@@/@@?@@#@@", _url),
    "record head": (RECORD + b"@@\r\n\r\n", _record_head),
    "facts": (FACTS, read_facts),
    "warc": (WARC, _warc),
    "wacz": (DATAPACKAGE, _wacz),
    "source": (SOURCE_TOML, _in_file("sources/gazette.toml", lambda root: read_source(root / "sources/gazette.toml"))),
    "config": (CONFIG, _in_file("newsarchive.toml", read_config)),
    "decisions": (DECISIONS, _in_file("decisions.jsonl", lambda root: read_decisions(root / "decisions.jsonl"))),
    "purges": (PURGES, _in_file("purged.jsonl", read_purges)),
    "imports": (CHOICES, _in_file("imports.jsonl", read_choices)),
    "watches": (WATCHES, _in_file("watches.jsonl", read_watches)),
}  # fmt: skip
DEEP = 100_000
# Put in the place of @@ as they are.
SPELLINGS: dict[str, bytes] = {
    "nothing": b"",
    "blank": b" ",
    "lone surrogate": "\ud800".encode("utf-8", "surrogatepass"),
    "lone surrogate, JSON": b"\\ud800",
    "lone surrogate, XML": b"&#xd800;",
    "NUL": b"\x00",
    "NUL, XML": b"&#0;",
    "NUL, JSON": b"\\u0000",
    "C1": "\x9b31m".encode(),
    "C1 byte": b"\x9b",
    "bidi": "\u202elmth\u2066".encode(),
    "no UTF-8": b"\xff\xfe\xe9",
    "year 0": b"0000-01-01T00:00:00Z",
    "year 1": b"0001-01-01T00:00:00+23:59",
    "year 9999": b"9999-12-31T23:59:59-23:59",
    "year 99999": b"99999-01-01T00:00:00Z",
    "5,000 digits": b"9" * 5_000,
    "Arabic digits": "٢٠٢٦-٠٣-٠٢".encode(),
    "superscript digits": "²⁰²⁶-⁰³-⁰²".encode(),
    "infinite": b"1e999",
    "template": b"{{ value }}",
    "JSX": b"{...props}",
    "unfinished host": b"http://[",
    "bad port": b"http://gazette.example:99999/",
    "userinfo": b"https://user:secret@gazette.example/",
    "bad punycode": b"https://xn--\xc3\xbc.example/",
    "line end": b"\r\n\r\nX: y",
    "end of tag": b'"></script><r {><i',
    "entity": b"&#99999999999999;&x;",
    "deep JSON": b"[" * DEEP,
    "deep elements": b"<a>" * 2_000,
    "marks": ("a" + "\u0301" * 500).encode(),
    "regular expression": b"(((((a+)+)+)+)+)$[*\\",
    "percent": b"%ff%00%zz%",
}
# Put in the place of "@@", with its quotes.
VALUES: tuple[bytes, ...] = (
    b"null", b"true", b"-1", b"0", b"1.5", b"1e999", b"NaN", b"-Infinity", b"9" * 400, b"9" * 5_000, b"[]", b"{}", b"[[]]", b'["a"]', b'{"a": [1]}', b'[null]',
    b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP, b'"\\ud800"', b'"\\u0000"', b"9999-12-31T23:59:59-23:59", b"nan", b"inf", b'""', b"{a = 1}", b"1_0", b"0x10",
    b'{"name": "\\udfff"}', b'{"@value": 1}', b'[{"@type": ["NewsArticle"]}]',
)  # fmt: skip


def documents(seed: bytes) -> list[bytes]:
    """The seed with each spelling and value: in all places at once."""
    found = [seed.replace(b"@@", spelling) for spelling in SPELLINGS.values()]
    if b'"@@"' in seed:
        found += [seed.replace(b'"@@"', value).replace(b"@@", b"x") for value in VALUES]
    return found


def tried(read: Reader, data: bytes) -> None:
    """Read, and let our own errors pass."""
    try:
        read(data)
    except NewsarchiveError:
        return


def mutated(seed: bytes, rng: random.Random) -> bytes:
    """The seed with some of its places filled in, and some bytes cut, doubled or changed."""
    parts = seed.split(b"@@")
    out = io.BytesIO()
    for number, part in enumerate(parts):
        out.write(part)
        if number + 1 < len(parts):
            names = list(SPELLINGS.values())
            out.write(rng.choice(names) if rng.random() < 0.3 else b"x")
    data = bytearray(out.getvalue()[:300_000])
    for _ in range(rng.choice((0, 1, 1, 3, 10))):
        at = rng.randrange(len(data) + 1)
        size = rng.choice((1, 1, 2, 8, 60))
        match rng.randrange(5):
            case 0:
                del data[at : at + size]
            case 1:
                data[at:at] = data[at : at + size] * rng.choice((2, 3, 50))
            case 2:
                data[at : at + size] = rng.randbytes(size)
            case 3:
                data[at:at] = rng.choice(VALUES)[:3_000]
            case _:
                other = rng.randrange(len(data) + 1)
                data[at:at] = data[other : other + size]
    return bytes(data)


def main(seconds: float, seed: int) -> int:
    """Feed mutations to every entrance in turn for so long (processor time); what raises is printed. The number of faults."""
    faults: dict[str, int] = {}
    counts: dict[str, int] = dict.fromkeys(ENTRANCES, 0)
    rng = random.Random(seed)
    end = time.process_time() + seconds
    while time.process_time() < end:
        for name, (document, read) in ENTRANCES.items():
            until = time.process_time() + 0.5
            while time.process_time() < until:
                data = mutated(document, rng)
                began = time.process_time()
                counts[name] += 1
                try:
                    tried(read, data)
                except Exception:
                    trace = traceback.format_exc().splitlines()
                    key = f"{name}: {trace[-1][:100]} {trace[-3].strip()}"
                    faults[key] = faults.get(key, 0) + 1
                    if faults[key] == 1:
                        print(key, data[:4000] if len(data) < 4000 else len(data), sep="\n", flush=True)
                if time.process_time() - began > 5:
                    print(f"{name}: {time.process_time() - began:.1f} s, {len(data)} bytes", flush=True)
    print(sum(counts.values()), "documents", counts, faults)
    return len(faults)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1))
