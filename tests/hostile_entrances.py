"""Every way by which text of others comes in: a document that is good, and the code that reads it.

`@@` in a document is where a hostile value is put; `"@@"` in JSON and TOML is put there with its quotes. A reader returns or
raises one of our own errors. Used by tests/test_hostile_entrances.py; `python -m tests.hostile_entrances SECONDS [ENTRANCE ...]` tries
mutations for so many seconds of processor time, and keeps what a reader failed on in tests/found_inputs.tsv, which the test reads.
"""

from __future__ import annotations

import argparse
import base64
import bz2
import gzip
import io
import json
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from newsarchive.archive.url_lists import opml_outlines, sources_of, urls_in
from newsarchive.browse.capture_page import harmless
from newsarchive.config import read_config
from newsarchive.crawl.redirects import set_cookies, target_of
from newsarchive.crawl.robots import read_robots
from newsarchive.diff import compare, render_html, render_terminal, render_unified
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
from newsarchive.warc import import_file, list_files, read_captures, read_purges, recover, verify
from newsarchive.warc.capture_reader import Payload
from newsarchive.warc.http_message import parse_head
from newsarchive.warc.record import parse_record_head, read_facts
from newsarchive.web.dates import from_url, moment, parse_date
from newsarchive.web.links import absolute

FOUND = Path(__file__).with_name("found_inputs.tsv")
MOST = 20.0  # seconds of processor time for a document
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
    change = compare(_BEFORE, extract_article(data, PAGE_URL, fetched_at=NOW))
    render_html(change).encode()
    render_terminal(change).encode()
    render_unified(change).encode()


def _date(data: bytes) -> None:
    text = data.decode("utf-8", "surrogateescape")
    for day_first in (True, False, None):
        moment(text, day_first=day_first)
    parse_date(text)
    from_url(f"{SITE}/{text}/crane")


def _url_list(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    json.dumps([source.title for source in sources_of(opml_outlines(text)[0], {})]).encode()
    urls_in(text)


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


def _by_record(data: bytes) -> bytes:
    return b"".join(gzip.compress(_measured(part), 1) for part in data.split(b"\n----\n"))


def _imported(pack: Callable[[bytes], bytes]) -> Reader:
    """Import a file with the data, packed so, and read all that was taken."""

    def reader(data: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "a"
            (root / "warc").mkdir(parents=True)
            path = Path(folder) / "x"
            path.write_bytes(pack(data))
            try:
                import_file(root, path)
            finally:
                assert list(root.rglob("*.part")) == []
            _read_all(root)

    return reader


def _read_all(root: Path) -> None:
    for file in list_files(root):
        for capture in read_captures(root, file.filename):
            json.dumps([capture.url, capture.error], ensure_ascii=False)


def _left_behind(data: bytes) -> None:
    """Recover a file that a run which was killed left open; a second recovery finds nothing to do."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "warc").mkdir()
        (root / "warc" / "x.warc.gz.open").write_bytes(_by_record(data))
        recover(root)
        assert recover(root) == ()
        verify(root)
        _read_all(root)


def _wacz(data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("datapackage.json", data)
        file.writestr("archive/x.warc.gz", gzip.compress(_INFO.replace(b"@@", b"x"), 1))
    return out.getvalue()


def _one_stream(data: bytes) -> bytes:
    return b"".join(_measured(part) for part in data.split(b"\n----\n"))


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
_BEFORE = extract_article(PAGE, PAGE_URL, fetched_at=NOW)
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
ARC = b"""filedesc://@@ 0.0.0.0 20260302060000 text/plain 73\n1 0 @@\nURL IP-address Archive-date Content-type Archive-length\n
https://gazette.example/@@ 192.0.2.1 20260302060000 text/html 47\nHTTP/1.1 200 OK\r\nContent-Type: @@\r\n\r\n<p>@@\n"""
OPML = b"""<opml version="2.0"><body><outline text="@@" xmlUrl="https://gazette.example/@@" htmlUrl="@@" title="@@"/><outline xmlUrl="@@"/></body></opml>"""
URL_LIST = b"""title,url\n@@,https://gazette.example/@@\n"@@",@@\n"""
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
    "date": (b"2026-03-02T06:00:00@@", _date),
    "date in words": (b"Mon, 2 March 2026 @@ 06:00 pm@@", _date),
    "url": (b"https://@@/@@?@@#@@", _url),
    "record head": (RECORD + b"@@\r\n\r\n", _record_head),
    "facts": (FACTS, read_facts),
    "warc": (WARC, _imported(_by_record)),
    "plain warc": (WARC, _imported(_one_stream)),
    "warc in one stream": (WARC, _imported(lambda data: bz2.compress(_one_stream(data), 1))),
    "arc": (ARC, _imported(bytes)),
    "wacz": (DATAPACKAGE, _imported(_wacz)),
    "file left open": (WARC, _left_behind),
    "opml": (OPML, _url_list),
    "url list": (URL_LIST, _url_list),
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


class TooLongError(BaseException):
    """A reader took more than MOST seconds of processor time; no handler of ours may take it for a fault of the document."""


def _ring(*_: object) -> None:
    raise TooLongError


@contextmanager
def _limited() -> Iterator[None]:
    signal.setitimer(signal.ITIMER_VIRTUAL, MOST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def fault(read: Reader, data: bytes) -> str:
    """Return what the reader raises on the data, and from which line; empty if that is nothing, or an error of ours."""
    try:
        with _limited():
            tried(read, data)
    except (Exception, TooLongError) as error:
        lines = traceback.format_exc().splitlines()
        return (
            "took too long" if isinstance(error, TooLongError) else f"{lines[-1][:100]} {lines[-3].strip()}"
        )
    return ""


def smaller(read: Reader, data: bytes, said: str) -> bytes:
    """Cut from the data what isn't needed for the same fault, for MOST seconds of processor time at most."""
    size, end = len(data) // 2, time.process_time() + MOST
    while size and said != "took too long":
        for at in range(0, len(data), size):
            if time.process_time() > end:
                return data
            without = data[:at] + data[at + size :]
            if fault(read, without) == said:
                data = without
        size //= 2
    return data


def found_inputs() -> list[tuple[str, bytes]]:
    """Return what was found and kept: (entrance, document)."""
    rows = [
        line.split("\t") for line in FOUND.read_text(encoding="ascii").splitlines() if line[:1] not in "#"
    ]
    return [(name, zlib.decompress(base64.b64decode(text))) for name, text in rows]


def keep(name: str, data: bytes) -> None:
    """Add a document to tests/found_inputs.tsv, and print its row."""
    row = f"{name}\t{base64.b64encode(zlib.compress(data, 9)).decode()}"
    print(row, flush=True)
    with FOUND.open("a", encoding="ascii") as file:
        file.write(row + "\n")


def main(seconds: float, names: list[str], seed: int) -> int:
    """Feed mutations to each entrance in turn. The number of faults.

    Args:
        seconds: Of processor time, for all entrances together.
    """
    signal.signal(signal.SIGVTALRM, _ring)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    faults: dict[str, int] = {}
    counts, spent = dict.fromkeys(names, 0), dict.fromkeys(names, 0.0)
    rng = random.Random(seed)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(KeyboardInterrupt):
        while sum(spent.values()) < seconds:
            name = min(names, key=spent.__getitem__)
            document, read = ENTRANCES[name]
            began = time.process_time()
            while time.process_time() < began + 0.5:
                data = mutated(document, rng)
                said = fault(read, data)
                counts[name] += 1
                if said and f"{name}: {said}" not in faults:
                    print(f"{name}: {said}", flush=True)
                    keep(name, smaller(read, data, said))
                if said:
                    faults[f"{name}: {said}"] = faults.get(f"{name}: {said}", 0) + 1
                before, peak = peak, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                if peak > before + 50_000:
                    print(f"{name}: {peak // 1024} MB after {len(data)} bytes", flush=True)
            spent[name] += time.process_time() - began
    for name in names:
        print(f"{name}: {counts[name]} documents, {spent[name]:.0f} s")
    print(
        f"{sum(counts.values())} documents, {sum(spent.values()):.0f} s, {peak // 1024} MB, faults: {faults}"
    )
    return len(faults)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.hostile_entrances")
    parser.add_argument("seconds", type=float, help="of processor time, for all entrances together")
    parser.add_argument("names", nargs="*", metavar="entrance", help=f"of: {', '.join(ENTRANCES)}")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations; each gives others")
    args = parser.parse_args()
    if unknown := [name for name in args.names if name not in ENTRANCES]:
        parser.error(f"no entrance: {', '.join(unknown)}")
    sys.exit(main(args.seconds, args.names or list(ENTRANCES), args.seed) > 0)
