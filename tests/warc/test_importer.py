"""Files of other programs: warcio, wget, plain and packed, whole and damaged."""

from __future__ import annotations

import gc
import gzip
import hashlib
import http.server
import io
import json
import re
import shutil
import subprocess
import threading
import warnings
import zipfile

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.times import Clock
from newsarchive.warc import (
    files,
    import_file,
    list_files,
    read_captures,
    read_payload,
    read_raw,
    recover,
    verify,
)
from tests.warc.making import NOON, answer, chunked, exchange, page, write

CLOCK = Clock(NOON)


def by_warcio(path, *, packed=True, count=3):
    """A WARC as warcio writes it: request behind response, a revisit, a dns record, a chunked page."""
    with warnings.catch_warnings():  # its writer leaves temporary files to the garbage collector
        warnings.simplefilter("ignore", ResourceWarning)
        _write_by_warcio(path, packed=packed, count=count)
        gc.collect()
    return path


def _write_by_warcio(path, *, packed, count):
    with path.open("wb") as out:
        writer = WARCWriter(out, gzip=packed)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "another program"}))
        for n in range(count):
            body = page(n)
            wire = chunked(body, [100]) if n == 1 else body
            headers = [("Content-Type", "text/html"), *([("Transfer-Encoding", "chunked")] if n == 1 else [])]
            http_headers = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
            record = writer.create_warc_record(
                f"http://h.example/{n}",
                "response",
                payload=io.BytesIO(wire),
                http_headers=http_headers,
                warc_headers_dict={"WARC-Date": f"2020-02-03T04:05:0{n}Z"},
            )
            asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "h.example")], is_http_request=True)
            request = writer.create_warc_record(f"http://h.example/{n}", "request", http_headers=asked)
            writer.write_request_response_pair(request, record)
        writer.write_record(
            writer.create_revisit_record(
                "http://h.example/0", record.rec_headers.get_header("WARC-Payload-Digest"), "http://h.example/2",
                "2020-02-03T04:05:02Z", http_headers=http_headers,
            )
        )  # fmt: skip
        writer.write_record(
            writer.create_warc_record(
                "dns:h.example", "resource", payload=io.BytesIO(b"x"), warc_content_type="text/dns"
            )
        )


def expect(root, filename):
    captures = list(read_captures(root, filename))
    assert [(c.url, c.kind, c.http_status) for c in captures] == [
        ("http://h.example/0", "response", 200),
        ("http://h.example/1", "response", 200),
        ("http://h.example/2", "response", 200),
        ("http://h.example/0", "same-payload", 200),
    ]
    assert {(c.reason, c.source) for c in captures} == {("import", "")}
    for n in range(3):
        c = captures[n]
        assert c.fetched_at.second == n
        assert read_payload(root, filename, c.warc_offset, c.warc_length).body == page(n)
        assert c.payload_digest.startswith("sha1:")
        assert c.payload_length == len(page(n))
    return captures


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


def test_a_warc_packed_record_by_record_is_taken_byte_for_byte(root, tmp_path):
    path = by_warcio(tmp_path / "Some Name (2).warc.gz")
    told = import_file(root, path, clock=CLOCK)
    assert told.filenames == (f"imported/some-name-2-{told.sha256[:12]}.warc.gz",)
    assert (root / "warc" / told.filenames[0]).read_bytes() == path.read_bytes()
    assert (told.captures, told.repacked, told.already, told.problems) == (4, False, False, ())
    expect(root, told.filenames[0])
    assert [f.is_imported for f in list_files(root)] == [True]
    assert verify(root, []).findings == ()
    assert files.read_manifest(root) == {f"warc/{told.filenames[0]}": told.sha256}
    again = import_file(root, path)
    assert (again.already, again.captures) == (True, 4)
    assert len(list_files(root)) == 1


def _one_gzip(path):
    out = path.with_suffix(".gz")
    out.write_bytes(gzip.compress(by_warcio(path, packed=False).read_bytes()))
    return out


OTHER = {"plain": lambda p: by_warcio(p, packed=False), "one gzip stream": _one_gzip}


@pytest.mark.parametrize("form", OTHER)
def test_a_warc_that_cannot_be_sought_is_packed_anew(root, tmp_path, form):
    path = OTHER[form](tmp_path / "crawl.warc")
    told = import_file(root, path, clock=CLOCK)
    assert (told.captures, told.repacked, told.problems) == (4, True, ())
    expect(root, told.filenames[0])
    info = read_raw(root, told.filenames[0], 0, _first_length(root, told.filenames[0])).decode()
    assert f"original-sha256: {hashlib.sha256(path.read_bytes()).hexdigest()}" in info
    assert verify(root, []).findings == ()


def _first_length(root, name):
    from newsarchive.warc.record_reader import read_records

    path = root / "warc" / name
    with path.open("rb") as file:
        for record in read_records(file, 0, path.stat().st_size):
            record.finish()
            return record.length


def test_blocks_packed_anew_are_the_same_bytes(root, tmp_path):
    plain = by_warcio(tmp_path / "a.warc", packed=False)
    told = import_file(root, plain, clock=CLOCK)
    captures = expect(root, told.filenames[0])
    data = plain.read_bytes()
    for c in captures:
        assert read_raw(root, told.filenames[0], c.warc_offset, c.warc_length) in data


def test_an_arc_file_becomes_warc_responses(root, tmp_path):
    wire = answer(b"<p>Old ferry</p>")
    about = b"1 0 Somebody\nURL IP-address Archive-date Content-type Archive-length\n"
    arc = b"filedesc://a.arc 0.0.0.0 20050102030405 text/plain %d\n" % len(about) + about + b"\n"
    arc += b"http://h.example/old 10.0.0.1 20050102030405 text/html %d\n" % len(wire) + wire + b"\n"
    (tmp_path / "a.arc").write_bytes(arc)
    told = import_file(root, tmp_path / "a.arc", clock=CLOCK)
    (c,) = read_captures(root, told.filenames[0])
    assert (c.url, c.http_status, c.fetched_at.isoformat()) == (
        "http://h.example/old",
        200,
        "2005-01-02T03:04:05+00:00",
    )
    assert read_payload(root, c.warc_filename, c.warc_offset, c.warc_length).body == b"<p>Old ferry</p>"


def test_a_wacz_gives_its_warcs_and_its_digests_are_compared(root, tmp_path):
    one, two = by_warcio(tmp_path / "one.warc.gz"), by_warcio(tmp_path / "two.warc.gz", count=3)
    resources = [
        {"path": "archive/one.warc.gz", "hash": "sha256:" + files.sha256_of(one)},
        {"path": "archive/two.warc.gz", "hash": "sha256:" + "0" * 64},
    ]
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.write(one, "archive/one.warc.gz")
        archive.write(two, "archive/two.warc.gz")
        archive.writestr("datapackage.json", json.dumps({"resources": resources}))
        archive.writestr("pages/pages.jsonl", "")
    told = import_file(root, tmp_path / "a.wacz", clock=CLOCK)
    assert (len(told.filenames), told.captures) == (2, 8)
    assert told.problems == ("archive/two.warc.gz: SHA-256 is not the one that datapackage.json states",)
    for name in told.filenames:
        expect(root, name)
    assert not list((root / "warc" / "imported").glob("*.part"))
    assert import_file(root, tmp_path / "a.wacz").already


LEADING_AWAY = [
    "../../../away/archive/evil.warc.gz",
    "/tmp/archive/evil.warc.gz",
    "archive/..\\..\\evil.warc.gz",
    "archive/...warc.gz",
    "archive/\u202e~evil;rm.warc.gz",
]


@pytest.mark.parametrize("name", LEADING_AWAY)
def test_a_name_leads_nowhere(root, tmp_path, name):
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.write(by_warcio(tmp_path / "one.warc.gz"), name)
    before = set(tmp_path.rglob("*"))
    told = import_file(root, tmp_path / "a.wacz", clock=CLOCK)
    assert re.fullmatch(r"imported/[a-z0-9-]{1,60}-[0-9a-f]{12}\.warc\.gz", told.filenames[0])
    made = {path for path in set(tmp_path.rglob("*")) - before if path.is_file()}
    assert {path.parent for path in made} <= {root, root / "warc", root / "warc" / "imported"}


def test_a_damaged_file_gives_what_is_whole_and_says_what_is_not(root, tmp_path):
    path = by_warcio(tmp_path / "a.warc.gz")
    data = path.read_bytes()
    second = list(read_captures(root, import_file(root, path).filenames[0]))[1]
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(data[:-30])
    told = import_file(root, torn)
    assert told.captures == 4
    assert "left out from" in told.problems[0]
    holed = tmp_path / "holed.warc.gz"
    holed.write_bytes(data[: second.warc_offset + 40] + b"\0" * 20 + data[second.warc_offset + 60 :])
    told = import_file(root, holed)
    assert told.captures == 3
    plain = by_warcio(tmp_path / "b.warc", packed=False)
    cut = tmp_path / "cut.warc"
    cut.write_bytes(plain.read_bytes()[:-700])
    told = import_file(root, cut, clock=CLOCK)
    assert told.captures in (2, 3)
    assert told.problems
    assert verify(root, []).findings == ()


NO_WARC = [
    b"",
    b"<html>not a warc</html>",
    gzip.compress(b"hello"),
    b"\x1f\x8b\x08",
    b"PK\x03\x04 broken",
    bytes(5000),
    b"WARC/1.0\r\n",
]


@pytest.mark.parametrize("data", NO_WARC, ids=range(len(NO_WARC)))
def test_what_is_no_warc_is_refused_and_leaves_nothing(root, tmp_path, data):
    path = tmp_path / "letter.warc.gz"
    path.write_bytes(data)
    with pytest.raises((UsageError, NothingFoundError)):
        import_file(root, path, clock=CLOCK)
    assert list((root / "warc" / "imported").iterdir()) == []
    with pytest.raises(NothingFoundError):
        import_file(root, tmp_path / "absent.warc.gz")


def test_an_unfinished_copy_is_cleared_away(root):
    (root / "warc/imported").mkdir(parents=True)
    (root / "warc/imported/x.warc.gz.part").write_bytes(b"half")
    recover(root)
    assert list((root / "warc/imported").iterdir()) == []


def test_a_warc_of_another_newsarchive_keeps_what_it_told(root, tmp_path):
    captures = write(
        tmp_path / "other", [exchange(1, response=answer(page(1))), exchange(2, error="refused")]
    )
    told = import_file(root, tmp_path / "other" / "warc" / captures[0].warc_filename)
    got = list(read_captures(root, told.filenames[0]))
    assert [(c.source, c.reason, c.seq, c.kind) for c in got] == [
        ("harbour", "new", 1, "response"),
        ("harbour", "new", 2, "failed"),
    ]


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = page(len(self.path), 50_000)
        self.send_response(404 if "gone" in self.path else 200)
        self.send_header("Content-Type", "text/html")
        if "chunked" in self.path:
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(chunked(body, [1000]))
        else:
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.mark.skipif(shutil.which("wget") is None, reason="wget isn't installed")
def test_a_warc_of_wget_is_taken(root, tmp_path):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    paths = ["/a", "/bcd/chunked", "/gone"]
    try:
        command = ["wget", "-q", "--no-proxy", "--warc-file=w", *(base + p for p in paths)]
        subprocess.run(command, cwd=tmp_path, check=False, timeout=60)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    told = import_file(root, tmp_path / "w.warc.gz")
    captures = list(read_captures(root, told.filenames[0]))
    assert [(c.url, c.http_status) for c in captures] == [
        (base + p, 404 if "gone" in p else 200) for p in paths
    ]
    for c, p in zip(captures, paths, strict=True):
        assert read_payload(root, c.warc_filename, c.warc_offset, c.warc_length).body == page(len(p), 50_000)
    assert told.problems == ()
    assert verify(root, []).findings == ()
