"""What stands in the WARC equals what went over the wire, for every odd shape a server can give."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.model import Capture
from newsarchive.warc import list_files, read_captures, read_payload, read_raw
from newsarchive.warc.files import find_path
from tests.crawl.conftest import make_plan
from tests.crawl.origin import LENIENT, SHAPES, WHOLE, Origin, raw_read


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory, child: CrawlChild
) -> Iterator[tuple[Path, Origin, list[dict]]]:
    """All shapes, crawled once."""
    root = tmp_path_factory.mktemp("odd") / "archive"
    root.mkdir()
    events: list[dict] = []
    with Origin(dict(SHAPES)) as origin:
        allow = (f"127.0.0.1:{origin.port}",)
        child.run(
            make_plan(root, *(origin.url + path for path in SHAPES), allow=allow, speed=50.0), events.append
        )
        yield root, origin, [e for e in events if e["event"] == "fetched"]


def first_event(crawled: tuple[Path, Origin, list[dict]], path: str) -> dict:
    _, origin, events = crawled
    return next(e for e in events if e["url"] == origin.url + path)


@pytest.mark.parametrize("path", SHAPES)
def test_the_stored_block_is_what_a_raw_socket_reads(
    crawled: tuple[Path, Origin, list[dict]], path: str
) -> None:
    root, origin, _ = crawled
    shape, event = SHAPES[path], first_event(crawled, path)
    if not shape.stored:
        assert event["kind"] == "failed"
        return
    wire = raw_read(origin, path, size=len(shape.sent))
    assert wire == shape.sent
    stored = read_raw(root, event["warc_filename"], event["warc_offset"], event["warc_length"])
    assert stored == shape.stored


@pytest.mark.parametrize("path", SHAPES)
def test_a_cut_answer_says_why_and_counts_as_failed(
    crawled: tuple[Path, Origin, list[dict]], captured: dict[str, list[Capture]], path: str
) -> None:
    _, origin, _ = crawled
    shape = SHAPES[path]
    capture = captured[origin.url + path][0]
    assert capture.truncated == shape.cut
    assert bool(capture.error) == shape.fails


@pytest.mark.parametrize("path", LENIENT)
def test_an_answer_of_odd_form_is_fetched_once_and_read_whole(
    crawled: tuple[Path, Origin, list[dict]], captured: dict[str, list[Capture]], path: str
) -> None:
    root, origin, _ = crawled
    [capture] = captured[origin.url + path]
    read = read_payload(root, capture.warc_filename, capture.warc_offset, capture.warc_length)
    assert (capture.http_status, read.body) == (200, WHOLE)


@pytest.fixture(scope="module")
def captured(crawled: tuple[Path, Origin, list[dict]]) -> dict[str, list[Capture]]:
    root = crawled[0]
    found: dict[str, list[Capture]] = {}
    for file in list_files(root):
        for capture in read_captures(root, file.filename):
            found.setdefault(capture.url, []).append(capture)
    return found


def test_the_request_is_stored_as_the_server_read_it(crawled: tuple[Path, Origin, list[dict]]) -> None:
    root, origin, _ = crawled
    requests = []
    for file in list_files(root):
        with find_path(root, file.filename).open("rb") as stream:
            for record in ArchiveIterator(stream, no_record_parse=True):
                if record.rec_type == "request":
                    requests.append(record.content_stream().read())
    asked = [request for request in origin.log if b"newsarchive-test" in request]
    assert sorted(requests) == sorted(asked)


def test_an_interim_answer_is_not_stored(crawled: tuple[Path, Origin, list[dict]]) -> None:
    root, _, _ = crawled
    event = first_event(crawled, "/interim-twice")
    stored = read_raw(root, event["warc_filename"], event["warc_offset"], event["warc_length"])
    assert stored.startswith(b"HTTP/1.1 200")


def test_a_redirect_is_an_exchange_of_its_own_and_linked(
    crawled: tuple[Path, Origin, list[dict]], captured: dict[str, list[Capture]]
) -> None:
    _, origin, _ = crawled
    [moved] = captured[origin.url + "/301"]
    assert (moved.http_status, moved.location) == (301, origin.url + "/plain")
    assert origin.url + "/301" in [c.redirect_from for c in captured[origin.url + "/plain"]]


def test_there_are_at_least_thirty_shapes() -> None:
    assert len(SHAPES) >= 30
