"""Every kind of damage is found, named and placed."""

from __future__ import annotations

import gzip
import random
import sys

import pytest

from newsarchive.model import RecordRef
from newsarchive.warc import WarcStore, files, list_files, recover, verify
from newsarchive.warc.record import digest_text, id_bytes
from tests.warc.making import NOON, answer, exchange, page, read_all, write, zipped


@pytest.fixture
def archive(tmp_path):
    write(
        tmp_path,
        [
            exchange(1, "http://h/1", response=answer(page(1))),
            exchange(2, "http://h/1", response=answer(page(1))),
            exchange(3, "http://h/2", response=answer(zipped("two"), "Content-Encoding: gzip", chunks=[9])),
            exchange(4, "http://h/3", error="refused"),
            exchange(5, "http://h/1", response=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        ],
    )
    return tmp_path


def rows(root):
    return [(c.warc_filename, c.warc_offset, c.warc_record_id) for c in read_all(root)]


def kinds(root, given=None):
    return [(f.kind, f.offset) for f in verify(root, given).findings]


def main_file(root):
    return root / "warc" / next(f.filename for f in list_files(root) if not f.is_checks)


def fix_manifest(root):
    files.write_manifest(
        root, {f"warc/{f.filename}": files.sha256_of(root / "warc" / f.filename) for f in list_files(root)}
    )


def test_a_whole_archive_has_no_finding(archive):
    report = verify(archive, rows(archive))
    assert report.findings == ()
    assert report.is_whole
    assert (report.files, report.captures) == (2, 5)
    assert report.records == 2 + 3 * 4 + 2
    assert report.size == sum(f.size for f in list_files(archive))


def spoil(path, change):
    path.write_bytes(change(path.read_bytes()))


def test_damage_to_bytes_is_named_by_kind_and_place(archive):
    path = main_file(archive)
    good = path.read_bytes()
    first, second = (c.warc_offset for c in read_all(archive)[:2])
    size = len(good)
    table = [
        (good[:-1], "torn"),
        (good[: size - 9], "torn"),
        (good + bytes(4096), "garbage"),
        (good + b"<html>", "garbage"),
        (good[:-200] + bytes(200), "torn"),  # zeros go on as deflate data
        (good + gzip.compress(b"hello"), "framing"),
        (good[: second - 5] + b"\0\0\0\0\0" + good[second:], "bad-digest"),
    ]
    for data, kind in table:
        path.write_bytes(data)
        fix_manifest(archive)
        assert kind in [k for k, _ in kinds(archive)], kind
    path.write_bytes(good[: first + 30] + bytes([good[first + 30] ^ 1]) + good[first + 31 :])
    fix_manifest(archive)
    assert ("bad-digest", first) in kinds(archive)


def test_any_flipped_byte_is_found(archive):
    path = main_file(archive)
    good = path.read_bytes()
    pick = random.Random(4711)
    for _ in range(60):
        at = pick.randrange(len(good))
        path.write_bytes(good[:at] + bytes([good[at] ^ (1 << pick.randrange(8))]) + good[at + 1 :])
        found = [f for f in verify(archive).findings if f.kind != "manifest"]
        # four bytes of a gzip head (time) and its two of flags and system carry nothing; MANIFEST sees those
        assert found or not _unpacked_differs(good, path.read_bytes())
        assert any(f.kind == "manifest" for f in verify(archive).findings)


def _unpacked_differs(a, b):
    try:
        return gzip.decompress(a) != gzip.decompress(b)
    except (OSError, EOFError):
        return True


def test_what_stands_behind_damage_is_still_checked(archive):
    path = main_file(archive)
    good = path.read_bytes()
    captures = [c for c in read_all(archive) if c.warc_filename == path.name]
    a, b = captures[0].warc_offset + 40, captures[2].warc_offset + 40
    data = bytearray(good)
    data[a] ^= 1
    data[b] ^= 1
    path.write_bytes(data)
    found = [f.offset for f in verify(archive).findings if f.kind == "bad-digest"]
    assert found == [captures[0].warc_offset, captures[2].warc_offset]


def test_a_wrong_digest_in_sound_gzip_is_found_in_both_readings(tmp_path):
    body = b"4\r\nbody\r\n0\r\n\r\n"
    wire = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    import hashlib

    spec, raw = digest_text(hashlib.sha1(b"body").digest()), digest_text(hashlib.sha1(body).digest())
    (tmp_path / "warc").mkdir()

    def record(payload, block=None):
        head = (
            f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:0>\r\nWARC-Target-URI: http://h/\r\n"
            f"Content-Type: application/http\r\nWARC-Payload-Digest: {payload}\r\nContent-Length: {len(wire)}\r\n"
        )
        head += f"WARC-Block-Digest: {block}\r\n" if block else ""
        return gzip.compress(head.encode() + b"\r\n" + wire + b"\r\n\r\n")

    wrong = "sha1:" + "A" * 32
    table = [
        ([spec], 0),
        ([raw], 0),
        ([wrong], 1),
        ([spec, digest_text(hashlib.sha1(wire).digest())], 0),
        ([spec, wrong], 1),
        (["sha256:" + hashlib.sha256(b"body").hexdigest()], 0),
        (["sha256:" + hashlib.sha256(b"other").hexdigest()], 1),
        (["md5:" + hashlib.md5(b"body").hexdigest()], 0),
        (["odd:xyz"], 0),
        (["sha1:not base 32 !"], 0),
    ]
    path = tmp_path / "warc" / "foreign.warc.gz"
    for given, count in table:
        path.write_bytes(record(*given))
        fix_manifest(tmp_path)
        assert len(verify(tmp_path).findings) == count, given


def test_files_and_manifest_must_agree(archive):
    path = main_file(archive)
    manifest = (archive / "MANIFEST").read_bytes()
    (archive / "MANIFEST").write_text("")
    assert kinds(archive) == [("manifest", None)] * 2
    (archive / "MANIFEST").write_bytes(manifest.replace(manifest[:5], b"00000", 1))
    assert kinds(archive) == [("manifest", None)]
    (archive / "MANIFEST").write_bytes(manifest)
    given = rows(archive)
    path.unlink()
    found = kinds(archive, given)
    assert found.count(("missing-file", None)) == 2  # by MANIFEST and by the index
    assert [k for k, _ in found if k == "missing-record"] == ["missing-record"]  # the 304 refers into it


@pytest.mark.parametrize("more", [b"nonsense\n", b"\xff\xfe\n", b"0123  warc/cut"])
def test_a_line_of_manifest_that_cannot_be_read_is_found(archive, more):
    with (archive / "MANIFEST").open("ab") as file:
        file.write(more)
    (found,) = verify(archive).findings
    assert (found.kind, found.file) == ("manifest", "MANIFEST")
    assert "line 3" in found.text


def test_the_index_and_the_warcs_must_agree_both_ways(archive):
    given = rows(archive)
    name, offset, record_id = given[0]
    assert kinds(archive, given[1:]) == [("missing-row", offset)]
    assert kinds(archive, []) == [("missing-row", o) for _, o, _ in sorted(given)]
    assert kinds(archive, [*given, (name, offset + 1, record_id)]) == [("missing-record", offset + 1)]
    other = [*given[1:], (name, offset, "urn:uuid:0")]
    assert kinds(archive, other) == [("missing-record", offset), ("missing-row", offset)]
    assert kinds(archive, [(n, o, id_bytes(i)) for n, o, i in given]) == []


def test_a_revisit_of_nothing_is_found(tmp_path):
    import hashlib

    ref = RecordRef(
        record_id="urn:uuid:00000000-0000-4000-8000-000000000000",
        url="http://harbour.example/a",
        fetched_at=NOON,
        payload_digest=digest_text(hashlib.sha1(b"body").digest()),
    )
    (c,) = write(tmp_path, [exchange(1, response=answer(b"body"), previous=ref)])
    assert kinds(tmp_path) == [("missing-record", c.warc_offset)]


def test_an_open_file_is_checked_as_far_as_it_is_committed(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        first = store.commit(exchange(1, response=answer(page(1))))
        store.sync()
        store.commit(exchange(2, "http://h/2", response=answer(page(2))))
        report = verify(tmp_path, [(first.warc_filename, first.warc_offset, first.warc_record_id)])
        assert (report.findings, report.captures) == ((), 1)


def test_a_file_left_open_by_a_dead_process_is_told(tmp_path):
    store = WarcStore(tmp_path, crawl_id="run-1", min_free=0)
    store.commit(exchange(1, response=answer(page(1))))
    store.sync()
    store._lock.close()
    for writer in store._writers.values():
        writer.abandon()
    assert [k for k, _ in kinds(tmp_path)] == ["torn"]
    recover(tmp_path)
    assert kinds(tmp_path) == []


def test_findings_are_the_same_from_several_processes(archive, monkeypatch):
    path = main_file(archive)
    path.write_bytes(path.read_bytes()[:-3])
    alone = verify(archive, jobs=1)
    told = []
    monkeypatch.setattr(sys.modules["newsarchive.warc.verify"], "INLINE", 0)
    together = verify(archive, jobs=2, progress=lambda done, total: told.append((done, total)))
    assert together == alone
    assert alone.findings[0].to_text().startswith("manifest: news-")
    assert told[-1][0] == told[-1][1] == together.size
    assert alone.to_json()["findings"]
