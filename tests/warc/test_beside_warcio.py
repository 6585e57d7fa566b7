"""warcio beside our own reader and writer on the same bytes: each test holds a row of the table in docs/warc.md.

A test that fails because warcio has learnt what it lacked says that our code for it can go.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import subprocess
import sys
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser
from warcio.warcwriter import WARCWriter

from newsarchive.errors import ArchiveDamagedError
from newsarchive.warc import read_payload, read_raw, verify
from newsarchive.warc.http_message import parse_head
from newsarchive.warc.record import build_head, parse_record_head
from newsarchive.warc.writer import WarcWriter
from tests.warc.making import answer, chunked, exchange, page, write

TEXT = b"<p>Ferry 12 runs late.</p>" * 40
OK = b"HTTP/1.1 200 OK\r\n"


def archived(tmp_path, wire):
    """An archive that holds `wire` as a response: its folder, its capture, the path of its WARC."""
    root = tmp_path / "archive"
    (capture,) = write(root, [exchange(1, response=wire)])
    return root, capture, root / "warc" / capture.warc_filename


def by_warcio(path, offset=0, **options):
    """The record at an offset as warcio reads it; the file is read into memory."""
    return next(iter(ArchiveIterator(io.BytesIO(path.read_bytes()[offset:]), **options)))


def replace_record(path, capture, member):
    """Puts `member` where the capture's record was, at the end of the file."""
    path.write_bytes(path.read_bytes()[: capture.warc_offset] + member)
    return capture.warc_filename, capture.warc_offset, len(member)


# ---------------------------------------------------------------- reading


def _without_trailer(member):
    return member[:-8]


def _longer_than_stated(member):
    return gzip.compress(zlib.decompress(member, 31)[:-4] + b"left over\r\n\r\n")


@pytest.mark.parametrize("damage", [_without_trailer, _longer_than_stated])
def test_damage_of_a_record_that_warcio_reads_without_an_error(tmp_path, damage):
    wire = answer(page(1, 30_000))
    root, capture, path = archived(tmp_path, wire)
    whole = path.read_bytes()[capture.warc_offset : capture.warc_offset + capture.warc_length]
    place = replace_record(path, capture, damage(whole))
    record = by_warcio(path, capture.warc_offset, no_record_parse=True)
    assert record.raw_stream.read() == wire
    with pytest.raises(ArchiveDamagedError):
        read_raw(root, *place)


@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_a_changed_byte_makes_warcio_give_fewer_bytes_without_an_error(tmp_path, at):
    wire = answer(page(1, 300_000))
    root, capture, path = archived(tmp_path, wire)
    data = bytearray(path.read_bytes())
    data[capture.warc_offset + int(capture.warc_length * at)] ^= 1
    path.write_bytes(data)
    block = by_warcio(path, capture.warc_offset, no_record_parse=True).raw_stream.read()
    assert 0 < len(block) < len(wire)
    with pytest.raises(ArchiveDamagedError):
        read_raw(root, capture.warc_filename, capture.warc_offset, capture.warc_length)


def test_warcio_check_passes_a_torn_file(tmp_path):
    _, _, path = archived(tmp_path, answer(page(1, 3000)))
    path.write_bytes(path.read_bytes()[:-8])
    run = subprocess.run([sys.executable, "-m", "warcio.cli", "check", str(path)], capture_output=True)
    assert run.returncode == 0
    assert "torn" in {finding.kind for finding in verify(tmp_path / "archive").findings}


def test_warcio_reads_nothing_after_damage(tmp_path):
    root = tmp_path / "archive"
    captures = write(root, [exchange(n, response=answer(page(n))) for n in range(1, 4)])
    path = root / "warc" / captures[0].warc_filename
    data = bytearray(path.read_bytes())
    data[captures[1].warc_offset : captures[1].warc_offset + captures[1].warc_length] = bytes(
        captures[1].warc_length
    )
    path.write_bytes(data)
    seen = set()
    with path.open("rb") as file, contextlib.suppress(ArchiveLoadFailed):
        for record in ArchiveIterator(file):
            seen.add(record.rec_headers.get_header("WARC-Record-ID").strip("<>"))
    assert captures[0].warc_record_id in seen
    assert captures[2].warc_record_id not in seen
    report = verify(root)
    assert report.records == 9  # all but the damaged one
    assert {finding.kind for finding in report.findings} >= {"garbage", "manifest"}


CODED = {
    "chunked in capitals": OK + b"Transfer-Encoding: Chunked\r\n\r\n" + chunked(TEXT, [30]),
    "bare LF in the framing": OK
    + b"Transfer-Encoding: chunked\r\n\r\n"
    + chunked(TEXT, [30]).replace(b"\r\n", b"\n"),
    "gzip as a transfer coding": OK
    + b"Transfer-Encoding: gzip, chunked\r\n\r\n"
    + chunked(gzip.compress(TEXT), [30]),
    "brotli": OK + b"Content-Encoding: br\r\n\r\n" + brotli.compress(TEXT),
    "zstd": OK + b"Content-Encoding: zstd\r\n\r\n" + zstandard.compress(TEXT),
    "x-gzip": OK + b"Content-Encoding: x-gzip\r\n\r\n" + gzip.compress(TEXT),
    "two codings": OK + b"Content-Encoding: deflate, gzip\r\n\r\n" + gzip.compress(zlib.compress(TEXT)),
    "two gzip members": OK
    + b"Content-Encoding: gzip\r\n\r\n"
    + gzip.compress(TEXT[:50])
    + gzip.compress(TEXT[50:]),
}


@pytest.mark.parametrize("name", CODED)
def test_a_body_that_warcio_does_not_decode(tmp_path, name):
    root, capture, path = archived(tmp_path, CODED[name])
    ours = read_payload(root, capture.warc_filename, capture.warc_offset, capture.warc_length)
    assert (ours.body, ours.truncated) == (TEXT, False)
    try:
        theirs = by_warcio(path, capture.warc_offset).content_stream().read()
    except AttributeError:  # brotli 1.2 takes no attribute that warcio wants to set
        theirs = None
    assert theirs != TEXT


def test_a_body_that_breaks_off_is_whole_for_warcio(tmp_path):
    wire = OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(page(1, 30_000))[:-9000]
    root, capture, path = archived(tmp_path, wire)
    ours = read_payload(root, capture.warc_filename, capture.warc_offset, capture.warc_length)
    assert ours.truncated
    assert ours.problems
    assert by_warcio(path, capture.warc_offset).content_stream().read() == ours.body


def test_warcio_unpacks_a_whole_chunk_for_the_first_thousand_bytes(tmp_path):
    size = 40_000_000
    packed = gzip.compress(bytes(size))
    wire = answer(packed, "Content-Encoding: gzip", chunks=[len(packed)])
    root, capture, path = archived(tmp_path, wire)

    def peak(read):
        tracemalloc.start()
        assert read() == bytes(1000)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    place = (capture.warc_filename, capture.warc_offset, capture.warc_length)
    assert peak(lambda: read_payload(root, *place, limit=1000).body) < size / 4
    assert peak(lambda: by_warcio(path, capture.warc_offset).content_stream().read(1000)) > size


HTTP_HEADS = [
    ("X-Town: Zürich\r\n\r\n".encode(), "the length counts characters"),
    (b"no colon\r\n\r\n", "such a line is dropped without a word"),
    (b"X-A: 1\r\n \r\nX-B: 2\r\n\r\n", "a folded line of blanks ends the head"),
    (b"X-A: 1\r\n", "a head that breaks off is a head"),
]


@pytest.mark.parametrize(("rest", "fault"), HTTP_HEADS, ids=[fault for _, fault in HTTP_HEADS])
def test_what_warcio_makes_of_an_http_head(rest, fault):
    ours = parse_head(OK + rest)
    theirs = StatusAndHeadersParser(["HTTP/"]).parse(io.BytesIO(OK + rest))
    assert ours.length == len(OK + rest)
    if fault == "the length counts characters":
        assert theirs.total_len == ours.length - 1
    elif fault == "a folded line of blanks ends the head":
        assert ours.get("x-b") == "2"
        assert theirs.get_header("x-b") is None
    else:  # as if nothing were wrong
        assert theirs.total_len == ours.length
        assert ours.is_complete is (fault != "a head that breaks off is a head")
        assert len(theirs.headers) == len(ours.headers)


def test_warcio_reads_a_record_head_with_a_line_that_is_no_field():
    head = b"WARC/1.1\r\nWARC-Type: response\r\nno colon\r\nContent-Length: 3\r\n\r\n"
    theirs = StatusAndHeadersParser(["WARC/1.1"]).parse(io.BytesIO(head))
    assert theirs.headers == [("WARC-Type", "response"), ("Content-Length", "3")]
    assert parse_record_head(head) is None


# ---------------------------------------------------------------- writing


def written_by_warcio(wire, kind="response"):
    """The record that warcio's writer makes of an answer: head and block."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    record = writer.create_warc_record("http://h.example/", kind, payload=io.BytesIO(wire), length=len(wire))
    if kind == "revisit":
        record.http_headers = None
        record.raw_stream, record.length = io.BytesIO(wire), len(wire)
    writer.write_record(record)
    head, _, block = out.getvalue().partition(b"\r\n\r\n")
    return head, block.removesuffix(b"\r\n\r\n")


def test_warcio_writes_an_http_head_again_and_changes_its_bytes(tmp_path):
    wire = OK + "x-town:  Zürich\r\nX-Folded: a\r\n b\r\nServer:b\r\n\r\n".encode() + TEXT
    assert written_by_warcio(wire)[1] != wire
    root, capture, _ = archived(tmp_path, wire)
    assert read_raw(root, capture.warc_filename, capture.warc_offset, capture.warc_length) == wire


def test_warcio_writes_a_revisit_without_the_block_it_is_given(tmp_path):
    head = b"HTTP/1.1 304 Not Modified\r\nx-town:  Z\r\n\r\n"
    assert written_by_warcio(head, "revisit")[1] == b""
    root, capture, _ = archived(tmp_path, head)
    assert read_raw(root, capture.warc_filename, capture.warc_offset, capture.warc_length) == head


def test_warcio_hashes_the_chunk_framing_with_the_payload(tmp_path):
    wire = OK + b"Transfer-Encoding: chunked\r\n\r\n"
    digests = set()
    for sizes in ([30], [40]):
        head, _ = written_by_warcio(wire + chunked(TEXT, sizes))
        digests.add(next(line for line in head.splitlines() if line.startswith(b"WARC-Payload-Digest")))
    assert len(digests) == 2
    items = [exchange(n, f"http://h.example/{n}", wire + chunked(TEXT, [n])) for n in (30, 40)]
    assert len({capture.payload_digest for capture in write(tmp_path / "a", items)}) == 1


def test_warcio_passes_a_line_end_in_a_value_through():
    fields = [("WARC-Type", "response"), ("WARC-Filename", "a\r\nWARC-Injected: yes")]
    assert b"\r\nWARC-Injected: yes\r\n" in StatusAndHeaders("", fields, protocol="WARC/1.1").to_bytes()
    assert b"\r\nWARC-Injected: yes\r\n" not in build_head(fields)


def test_warcio_leaves_half_a_record_after_a_failed_write(tmp_path):
    class Full(io.BytesIO):
        def write(self, data):
            if self.tell() + len(data) > 20_000:
                raise OSError(28, "No space left on device")
            return super().write(data)

    disk = Full()
    theirs = WARCWriter(disk)
    for n in range(2):
        block = io.BytesIO(page(n, 30_000))
        record = theirs.create_warc_record("http://h.example/", "resource", payload=block, length=30_000)
        whole = disk.tell()
        with contextlib.suppress(OSError):
            theirs.write_record(record)
    assert disk.tell() > whole

    class Broken:
        is_dense = False

        def pieces(self):
            yield page(2, 3_000_000)
            raise OSError(5, "Input/output error")

    ours = WarcWriter(tmp_path, "a.warc.gz", 6)
    ours.write_info(b"", "2026-11-24T12:00:00Z")
    whole = ours.size
    with pytest.raises(OSError, match="Input/output"):
        ours.write([(b"", Broken())])
    assert ours.size == whole == ours.path.stat().st_size
    ours.abandon()
