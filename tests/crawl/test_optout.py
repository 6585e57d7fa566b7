"""What a page says against being archived: read from headers and the page's beginning, recorded, obeyed if wished."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsarchive.config import CrawlConfig
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.crawl.optout import SEARCHED, header_optouts, meta_optouts
from newsarchive.model import Capture
from newsarchive.warc import list_files
from newsarchive.warc.files import find_path
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain

AGENT = "newsarchive"


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("X-Robots-Tag", "noarchive", ["x-robots-tag: noarchive"]),
        ("x-robots-tag", "NoIndex, NOARCHIVE", ["x-robots-tag: noarchive"]),
        ("X-Robots-Tag", "noindex, nofollow, nosnippet", []),
        ("X-Robots-Tag", "googlebot: noarchive", []),
        ("X-Robots-Tag", "googlebot: noarchive, nosnippet, newsarchive: noai", ["x-robots-tag: noai"]),
        ("X-Robots-Tag", "newsarchive: noarchive", ["x-robots-tag: noarchive"]),
        (
            "X-Robots-Tag",
            "unavailable_after: 25 Jun 2027 15:00:00 PST, noarchive",
            ["x-robots-tag: noarchive"],
        ),
        ("X-Robots-Tag", "noai, noimageai", ["x-robots-tag: noai", "x-robots-tag: noimageai"]),
        ("TDM-Reservation", "1", ["tdm-reservation: 1"]),
        ("TDM-Reservation", "0", []),
        ("X-Other", "noarchive", []),
        ("X-Robots-Tag", "", []),
    ],
)
def test_headers(name: str, value: str, found: list[str]) -> None:
    assert list(header_optouts([(name, value)], AGENT)) == found


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (b'<meta name="robots" content="noarchive">', ["meta robots: noarchive"]),
        (b"<META NAME=robots CONTENT='index,NOARCHIVE'/>", ["meta robots: noarchive"]),
        (b'<meta content="noarchive" property="x" name="robots">', ["meta robots: noarchive"]),
        (b'<meta name="newsarchive" content="noai">', ["meta newsarchive: noai"]),
        (b'<meta name="googlebot" content="noarchive">', []),
        (b'<meta name="robots" content="index, follow">', []),
        (b'<meta name="description" content="noarchive">', []),
        (b'<!-- <meta name="robots" content="noarchive"> -->', []),
        (b'<meta name="tdm-reservation" content="1">', ["meta tdm-reservation: 1"]),
        (b"<meta name=robots>", []),
        (b"<meta", []),
        (b"<p>" * SEARCHED + b'<meta name="robots" content="noarchive">', []),
    ],
)
def test_meta_elements(html: bytes, found: list[str]) -> None:
    assert list(meta_optouts(html, AGENT)) == found


def test_a_hostile_page_is_read_in_no_time() -> None:
    assert meta_optouts(b"<meta " * 20_000 + b"<!--" * 20_000, AGENT) == ()


META = gzip.compress(b'<title>x</title><meta name="robots" content="noarchive"><p>SECRET WORDS', mtime=0)
SHAPES = {
    "/header": plain(b"<p>SECRET WORDS", headers=[b"X-Robots-Tag: noarchive"]),
    "/meta": plain(META, headers=[b"Content-Encoding: gzip"]),
    "/fine": plain(b"<p>fine"),
}


def crawl(child: CrawlChild, root: Path, obey: bool) -> tuple[dict, list[str]]:
    """The report, and the metadata records of the three pages."""
    with Origin(dict(SHAPES)) as origin:
        plan = make_plan(
            root,
            *(origin.url + path for path in SHAPES),
            allow=(f"127.0.0.1:{origin.port}",),
            crawl=CrawlConfig(delay=0.0, obey_optout=obey),
        )
        report = child.run(plan)
    [file] = list_files(root)
    records = []
    with find_path(root, file.filename).open("rb") as stream:
        for record in ArchiveIterator(stream):
            if record.rec_type == "metadata":
                records.append(record.content_stream().read().decode())
    return report.to_dict()["sources"][0], [r for r in records if '"reason":"manual"' in r]


def test_an_optout_is_recorded_and_the_page_kept_by_default(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    source, records = crawl(child, root, obey=False)
    assert source["new"] == 3
    assert ["noarchive" in record for record in records] == [True, True, False], records
    assert [c.kind for c in captures() if c.reason == "manual"] == ["response"] * 3


def test_an_optout_is_obeyed_if_the_archive_says_so(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    source, _ = crawl(child, root, obey=True)
    assert (source["new"], source["outcomes"], source["failed"]) == (1, {"opted out": 2}, {})
    assert [c.kind for c in captures() if c.reason == "manual"] == ["failed", "failed", "response"]
    [file] = list_files(root)
    raw = find_path(root, file.filename).read_bytes()
    assert b"SECRET WORDS" not in gzip.decompress(raw)
    assert META not in gzip.decompress(raw)
    assert replace(captures()[-1]).error is None
