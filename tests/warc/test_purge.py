"""A page is taken out; every other record keeps its bytes and its place."""

from __future__ import annotations

import gzip
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.errors import ArchiveLockedError, NothingFoundError, UsageError
from newsarchive.locks import warc_lock
from newsarchive.warc import (
    files,
    import_file,
    list_files,
    purge,
    purges_in_force,
    read_payload,
    read_purges,
    recover,
    refused_keys,
    undo_purge,
    verify,
)
from newsarchive.warc.mentions import Mentions
from newsarchive.warc.record_reader import read_records
from newsarchive.warc.tombstone import Purge, keys_of, take_out, tombstone
from tests.warc.making import NOON, answer, exchange, page, read_all, write

PURGE = Purge(
    at="2026-11-24T12:00:00.000000Z", reason="r", urls=("u",), file="f", sha256="0", spans=(), record_ids=()
)


@pytest.fixture
def archive(tmp_path):
    write(
        tmp_path,
        [
            exchange(1, "http://h.example/keep", response=answer(page(1))),
            exchange(2, "http://h.example/private?utm_source=x", response=answer(b"secret name " * 9)),
            exchange(3, "http://h.example/private", response=answer(b"secret name " * 9)),
            exchange(4, "http://h.example/private", response=answer(b"secret name " * 9)),
            exchange(5, "http://h.example/private", response=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
            exchange(6, "http://h.example/private", error="refused", request=b""),
            exchange(7, "http://h.example/keep", response=answer(page(1))),
        ],
    )
    return tmp_path


def test_all_captures_of_a_page_go_and_the_rest_stays_in_place(archive):
    before = {c.seq: c for c in read_all(archive)}
    sizes = [f.size for f in list_files(archive)]
    report = purge(archive, ["https://h.example/private"], "asked for by N. N.\r\non paper", now=NOON)
    assert {r for _, _, r in report.captures} == {before[n].warc_record_id for n in (2, 3, 4, 5, 6)}
    assert [c.seq for c in read_all(archive)] == [1, 7]
    assert read_all(archive) == [before[1], before[7]]
    assert read_payload(
        archive, before[1].warc_filename, before[1].warc_offset, before[1].warc_length
    ).body == page(1)
    assert [f.size for f in list_files(archive)] == sizes
    assert verify(archive).findings == ()
    for path in (archive / "warc").iterdir():
        unpacked = subprocess.run(["gzip", "-dc", str(path)], capture_output=True, check=True).stdout
        assert b"secret name" not in unpacked
        assert b"private" not in unpacked
        assert b"asked for by N. N. on paper" in unpacked
    assert subprocess.run(["sha256sum", "-c", "MANIFEST"], cwd=archive, capture_output=True).returncode == 0
    told = list(read_purges(archive))
    assert {p.file for p in told} == set(report.files)
    assert told[0].reason == "asked for by N. N. on paper"
    assert told[0].urls == ("https://h.example/private",)
    with pytest.raises(NothingFoundError):
        purge(archive, ["http://h.example/private"], "again", now=NOON)


def test_who_found_a_document_unchanged_that_named_the_page_goes_with_it(tmp_path):
    private = "http://h.example/private/matter"
    answers = [answer(b"<rss>" + private.encode() + b"</rss>")] * 2 + [b"HTTP/1.1 304 Not Modified\r\n\r\n"]
    looks = [
        exchange(n, "http://h.example/feed", response=data, reason="feed")
        for n, data in enumerate(answers, start=1)
    ]
    write(tmp_path, [*looks, exchange(4, private, response=answer(page(1)))])
    assert [c.kind for c in read_all(tmp_path)] == ["response", "same-payload", "not-modified", "response"]
    purge(tmp_path, [private], "asked", now=NOON, names=Mentions([private], []))
    assert read_all(tmp_path) == []
    assert verify(tmp_path).findings == ()


def test_other_records_keep_their_bytes(archive):
    before = {f.filename: (archive / "warc" / f.filename).read_bytes() for f in list_files(archive)}
    kept = [c for c in read_all(archive) if c.seq in (1, 7)]
    purge(archive, ["http://h.example/private"], "asked", now=NOON)
    for c in kept:
        data = (archive / "warc" / c.warc_filename).read_bytes()
        span = slice(c.warc_offset, c.warc_offset + c.warc_length)
        assert data[span] == before[c.warc_filename][span]


def test_a_purge_cut_short_is_carried_to_its_end(archive):
    before = {f.filename: (archive / "warc" / f.filename).read_bytes() for f in list_files(archive)}
    manifest = (archive / "MANIFEST").read_bytes()
    purge(archive, ["http://h.example/private"], "asked", now=NOON)
    after = {f.filename: (archive / "warc" / f.filename).read_bytes() for f in list_files(archive)}
    for name, old in before.items():  # died before the file was replaced
        (archive / "warc" / name).write_bytes(old)
    (archive / "MANIFEST").write_bytes(manifest)
    assert {r.filename for r in recover(archive)} == set(before)
    assert [c.seq for c in read_all(archive)] == [1, 7]
    assert recover(archive) == ()
    for name, new in after.items():  # died before MANIFEST was written
        (archive / "warc" / name).write_bytes(new)
    (archive / "MANIFEST").write_bytes(manifest)
    recover(archive)
    assert verify(archive).findings == ()


def test_a_purge_needs_a_reason_a_capture_and_the_lock(archive):
    with pytest.raises(UsageError, match="reason"):
        purge(archive, ["http://h.example/private"], " \r\n", now=NOON)
    with pytest.raises(NothingFoundError):
        purge(archive, ["http://h.example/other"], "asked", now=NOON)
    with warc_lock(archive), pytest.raises(ArchiveLockedError):
        purge(archive, ["http://h.example/private"], "asked", now=NOON)
    name = next(f.filename for f in list_files(archive) if f.is_checks)
    report = purge(archive, ["http://h.example/private"], "asked", now=NOON, filenames=[name])
    assert report.files == (name,)


@given(st.integers(260, 200_000) | st.integers(65_000, 66_500) | st.integers(260, 1300))
def test_a_tombstone_has_the_length_asked_for(size):
    import io

    raw = tombstone(size, PURGE)
    assert len(raw) == size
    (record,) = read_records(io.BytesIO(raw), 0, size)
    assert record.head.type == "metadata"


def test_every_small_length_works_down_to_its_limit():
    for size in range(1, 1500):
        try:
            assert len(tombstone(size, PURGE)) == size
        except UsageError:
            assert size < 260  # no span of whole records is that small


def test_a_large_span_is_taken_out(tmp_path):
    path = tmp_path / "a.warc.gz"
    body = tombstone(500, PURGE) + tombstone(3_000_000, PURGE) + tombstone(700, PURGE)
    path.write_bytes(body)
    import dataclasses

    take_out(path, dataclasses.replace(PURGE, spans=((500, 3_000_000),)))
    after = path.read_bytes()
    assert (after[:500], after[-700:], len(after)) == (body[:500], body[-700:], len(body))
    assert files.sha256_of(path)


PRIVATE = "http://h.example/private"


def test_a_tombstone_names_the_warcinfo_of_its_file(archive):
    purge(archive, [PRIVATE], "asked for", now=NOON)
    for path in (archive / "warc").glob("*.warc.gz"):
        with path.open("rb") as file:
            heads = []
            for record in read_records(file, 0, path.stat().st_size):
                heads.append(record.head)
                record.finish()
        info, *others = heads
        assert info.type == "warcinfo"
        assert {h.get("WARC-Warcinfo-ID") for h in others} == {f"<{info.record_id}>"}


def test_a_purged_page_is_refused_under_all_its_urls_until_one_of_them_is_undone(archive):
    assert refused_keys(archive) == frozenset()
    purge(archive, [PRIVATE, "http://h.example/alias"], "asked for", now=NOON)
    purge(archive, ["http://h.example/keep"], "asked for too", now=NOON)
    refused = refused_keys(archive)
    assert {"http://h.example/alias", PRIVATE, "http://h.example/keep"} <= refused
    assert keys_of(["https://h.example/private?utm_source=y"]) & refused
    with pytest.raises(NothingFoundError):
        undo_purge(archive, "http://h.example/other", "", now=NOON)
    back = undo_purge(archive, "http://h.example/alias", "a mistake", now=NOON)
    assert back == (PRIVATE, "http://h.example/alias")
    assert refused_keys(archive) == keys_of(["http://h.example/keep"])
    assert [p.reason for p in purges_in_force(archive)] == ["asked for too"]
    assert (len(read_purges(archive)), read_purges(archive)[-1].reason) == (4, "a mistake")
    assert verify(archive).findings == ()


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("is_undone", [False, True])
def test_a_file_with_a_purged_page_is_imported_without_it(archive, tmp_path, packed, is_undone):
    [sealed] = [p for p in (archive / "warc").glob("*.warc.gz") if "checks" not in p.name]
    other = tmp_path / "other"
    theirs = tmp_path / "theirs.warc.gz"
    theirs.write_bytes(sealed.read_bytes() if packed else gzip.compress(gzip.decompress(sealed.read_bytes())))
    write(other, [exchange(9, PRIVATE, response=answer(b"secret name"))])
    purge(other, [PRIVATE], "asked for", now=NOON)
    if is_undone:
        undo_purge(other, PRIVATE, "", now=NOON)
    report = import_file(other, theirs)
    imported = other / "warc" / report.filenames[0]
    assert (b"secret name" in gzip.decompress(imported.read_bytes())) == is_undone
    assert ("what it held of 2 purged addresses was taken out" in report.problems) != is_undone
    assert "http://h.example/keep" in {c.url for c in read_all(other)}
    assert verify(other).findings == ()
    assert import_file(other, theirs).already
    assert recover(other) == ()
