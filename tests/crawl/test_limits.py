"""What a hostile server can't do: fill memory, hold a connection for ever, or end the crawl."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest

from newsarchive.config import NetworkConfig
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.model import Capture
from newsarchive.warc import read_raw
from tests.crawl.conftest import make_plan
from tests.crawl.origin import CHUNKED, Origin, Shape, head, plain

LIMITS = {"max_body": 1_000_000, "max_header": 64 * 1024, "timeout": 1.5}
ZEROS = bytes(8_000_000)
HEADER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"

SHAPES = {
    "/endless-headers": Shape((HEADER, b"X-Line: " + b"y" * 8000 + b"\r\n"), is_endless=True, cut="length"),
    "/endless-line": Shape((HEADER + b"X-Line: ", b"y" * 8000), is_endless=True, cut="length"),
    "/endless-hints": Shape((b"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n",), is_endless=True, cut=None),
    "/many-headers": Shape(
        (HEADER + b"".join(b"X-%d: y\r\n" % n for n in range(200_000)) + b"\r\n",), cut="length"
    ),
    "/endless-body": Shape((HEADER + b"\r\n", b"x" * 8000), is_endless=True, cut="length"),
    "/endless-chunks": Shape(
        (head(*CHUNKED), b"1f40\r\n" + b"x" * 8000 + b"\r\n"), is_endless=True, cut="length"
    ),
    "/said-too-large": plain(b"x" * 2_000_000, cut="length"),
    "/slow": Shape((HEADER, *[b"X-Slow: 1\r\n"] * 50), pause=0.1, cut="time"),
    "/slow-body": Shape((HEADER + b"\r\n", *[b"drip"] * 50), pause=0.1, cut="time"),
    "/silent": Shape((), hang=True),
    "/gzip-bomb": plain(gzip.compress(ZEROS, mtime=0), headers=[b"Content-Encoding: gzip"]),
    "/deflate-bomb": plain(zlib.compress(ZEROS), headers=[b"Content-Encoding: deflate"]),
    "/brotli-bomb": plain(brotli.compress(ZEROS), headers=[b"Content-Encoding: br"]),
    "/twice-bomb": plain(
        gzip.compress(gzip.compress(ZEROS, mtime=0), mtime=0), headers=[b"Content-Encoding: gzip, gzip"]
    ),
    "/many-codings": plain(headers=[b"Content-Encoding: " + b", ".join([b"gzip"] * 100)]),
}
HUNG = ("/silent", "/slow", "/slow-body")


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory, child: CrawlChild
) -> dict[str, tuple[dict, list[bytes]]]:
    """All shapes, each on a host of its own; the event of the first try of each, and its stored block."""
    root = tmp_path_factory.mktemp("limits") / "archive"
    root.mkdir()
    events: list[dict] = []
    with Origin(dict(SHAPES)) as origin:
        names = {path: f"{path[1:]}.test" for path in SHAPES}
        network = NetworkConfig(
            connect_to=tuple(f"{name}:80:127.0.0.1:{origin.port}" for name in names.values()),
            allow=(f"127.0.0.1:{origin.port}",),
            **LIMITS,  # type: ignore[arg-type]
        )
        urls = [f"http://{name}{path}" for path, name in names.items()]
        report = child.run(make_plan(root, *urls, network=network, speed=1000.0), events.append)
    assert report.peak_memory < 200_000_000
    found = {}
    for path, name in names.items():
        event = next(e for e in events if e["event"] == "fetched" and e["url"] == f"http://{name}{path}")
        blocks = []
        if event["kind"] == "response":
            blocks.append(read_raw(root, event["warc_filename"], event["warc_offset"], event["warc_length"]))
        found[path] = (event, blocks)
    return found


@pytest.mark.parametrize("path", SHAPES)
def test_what_came_before_the_limit_is_kept(crawled: dict[str, tuple[dict, list[bytes]]], path: str) -> None:
    event, blocks = crawled[path]
    if path in ("/silent", "/endless-hints"):
        assert (event["kind"], blocks) == ("failed", [])
        return
    [block] = blocks
    pieces = SHAPES[path].pieces
    first = b"".join(pieces)
    assert block[: len(first)] == first[: len(block)]
    assert len(block) <= LIMITS["max_body"] * 1.25 + LIMITS["max_header"]


@pytest.mark.parametrize("path", SHAPES)
def test_each_has_a_kind_of_failure_of_its_own(
    crawled: dict[str, tuple[dict, list[bytes]]], path: str
) -> None:
    is_coded = "bomb" in path or "codings" in path  # kept as it came; nobody decodes it here
    expected = "" if is_coded else "timeout" if path in HUNG else "too large"
    assert crawled[path][0]["failure"] == expected


def test_the_whole_page_is_bounded_in_time_not_each_piece(
    child: CrawlChild, root: Path, captures: Callable[[], list[Capture]]
) -> None:
    with Origin({"/drip": Shape((HEADER + b"\r\n", *[b"x"] * 100), pause=0.05)}) as origin:
        network = NetworkConfig(allow=(f"127.0.0.1:{origin.port}",), timeout=0.5)
        report = child.run(make_plan(root, origin.url + "/drip", network=network, speed=1000.0))
    assert report.sources[0].failed == {"timeout": 1}
    assert {c.truncated for c in captures() if "drip" in c.url} == {"time"}


def test_ten_hung_hosts_hold_up_no_healthy_one(child: CrawlChild, root: Path) -> None:
    order: list[str] = []
    with Origin({"/silent": SHAPES["/silent"], "/ok": plain()}) as origin:
        hosts = [f"hung{n}.test" for n in range(10)]
        network = NetworkConfig(
            connect_to=tuple(f"{name}:80:127.0.0.1:{origin.port}" for name in (*hosts, "ok.test")),
            allow=(f"127.0.0.1:{origin.port}",),
            timeout=1.0,
        )
        urls = [f"http://{host}/silent" for host in hosts] + ["http://ok.test/ok"]
        child.run(
            make_plan(root, *urls, network=network, speed=1000.0),
            lambda e: (
                order.append(e["url"]) if e["event"] == "fetched" and "robots" not in e["url"] else None
            ),
        )
    assert order[0] == "http://ok.test/ok"


@pytest.mark.parametrize("path", ["/gzip-bomb", "/brotli-bomb", "/twice-bomb"])
def test_a_feed_that_is_a_bomb_is_too_large_and_costs_no_memory(
    child: CrawlChild, root: Path, path: str
) -> None:
    with Origin(dict(SHAPES)) as origin:
        network = NetworkConfig(allow=(f"127.0.0.1:{origin.port}",), max_body=1_000_000)
        report = child.run(make_plan(root, origin.url + path, reason="feed", network=network))
    assert report.sources[0].failed == {"too large": 1}
    assert report.peak_memory < 200_000_000


def test_a_page_of_thirty_megabytes_is_kept_whole(child: CrawlChild, root: Path) -> None:
    body = b"0123456789abcdef" * (30 * 65536)
    events: list[dict] = []
    with Origin({"/huge": plain(body)}) as origin:
        report = child.run(
            make_plan(root, origin.url + "/huge", allow=(f"127.0.0.1:{origin.port}",)), events.append
        )
    assert report.sources[0].new == 1
    assert report.peak_memory < 200_000_000
    event = next(e for e in events if e.get("url", "").endswith("/huge"))
    stored = read_raw(root, event["warc_filename"], event["warc_offset"], event["warc_length"])
    assert stored.endswith(body)
