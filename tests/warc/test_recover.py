"""What a crash leaves is mended: cut at an exchange's end, sealed, listed; the second time nothing happens."""

from __future__ import annotations

import hashlib
import os
import subprocess

import pytest

from newsarchive.errors import ArchiveLockedError
from newsarchive.locks import take, warc_lock
from newsarchive.warc import WarcStore, files, list_files, recover, seal_left_behind, verify
from newsarchive.warc.recover import good_end
from tests.warc.making import answer, exchange, page, read_all, write


@pytest.fixture
def crashed(tmp_path):
    """An archive whose one file was never sealed: bytes, and where each exchange ends."""
    root = tmp_path / "archive"
    root.mkdir()
    store = WarcStore(root, crawl_id="run-1", min_free=0)
    ends = []
    for n in (1, 2, 3):
        store.commit(exchange(n, f"http://h/{n}", response=answer(page(n, 150))))
        store.sync()
        ends.append(list_files(root)[0].size)
    store._lock.close()  # as if the process were gone
    for writer in store._writers.values():
        writer.abandon()
    return root, ends


def only(root):
    return next((root / "warc").glob("*.open"))


def test_an_orphan_is_sealed_with_all_that_is_whole(crashed):
    root, ends = crashed
    (done,) = recover(root)
    assert (done.kept, done.cut, done.lost) == (ends[-1], 0, 0)
    assert [c.seq for c in read_all(root)] == [1, 2, 3]
    assert verify(root).findings == ()
    assert subprocess.run(["sha256sum", "-c", "MANIFEST"], cwd=root, capture_output=True).returncode == 0
    assert recover(root) == ()


def test_every_cut_of_the_last_three_members_ends_on_an_exchange(crashed):
    root, ends = crashed
    path = only(root)
    data = path.read_bytes()
    assert len(data) == ends[-1]
    for cut in range(ends[-2], ends[-1] + 1):
        path.write_bytes(data[:cut])
        assert good_end(path)[0] == (ends[-2] if cut < ends[-1] else ends[-1])


def test_only_what_no_process_goes_on_with_is_sealed_before_a_run(crashed):
    root, ends = crashed
    with warc_lock(root):
        assert seal_left_behind(root) == ()
    path = only(root)
    fd = os.open(path, os.O_RDWR)
    assert take(fd)
    assert seal_left_behind(root) == ()
    os.close(fd)
    assert [left.kept for left in seal_left_behind(root)] == [ends[-1]]
    assert seal_left_behind(root) == ()
    assert [c.seq for c in read_all(root)] == [1, 2, 3]


@pytest.mark.parametrize("back", [1, 9, 100, 400, -1])
def test_the_torn_tail_is_kept_beside_the_file(crashed, back):
    root, ends = crashed
    path = only(root)
    data = path.read_bytes()
    torn = data[:-back] if back > 0 else data[: ends[-2] + 1]
    path.write_bytes(torn)
    (done,) = recover(root)
    sealed = root / "warc" / done.filename
    assert sealed.read_bytes() == data[: ends[-2]]
    assert (root / "warc" / done.tail).read_bytes() == torn[ends[-2] :]
    assert done.tail == f"{done.filename}.tail-{ends[-2]}"
    assert done.lost == ends[-1] - ends[-2]  # it had been committed: said aloud
    assert "HAD BEEN COMMITTED" in done.to_text()
    assert [c.seq for c in read_all(root)] == [1, 2]
    assert recover(root) == ()
    assert verify(root).findings == ()


DAMAGE = [
    ("zeros behind", lambda d, e: d + bytes(4096), 2),
    ("zeros within the last", lambda d, e: d[: e[1] + 50] + bytes(len(d) - e[1] - 50), 1),
    (
        "a flipped byte in the second",
        lambda d, e: d[: e[0] + 60] + bytes([d[e[0] + 60] ^ 1]) + d[e[0] + 61 :],
        0,
    ),
    ("garbage behind", lambda d, e: d + b"<html>", 2),
    ("half a member behind", lambda d, e: d + d[:100], 2),
]


@pytest.mark.parametrize(("name", "spoil", "last"), DAMAGE, ids=[d[0] for d in DAMAGE])
def test_nothing_behind_the_last_whole_exchange_stays_in_the_file(crashed, name, spoil, last):
    root, ends = crashed
    path = only(root)
    data = path.read_bytes()
    spoilt = spoil(data, ends)
    path.write_bytes(spoilt)
    (done,) = recover(root)
    assert (root / "warc" / done.filename).read_bytes() == data[: ends[last]]
    assert (root / "warc" / done.tail).read_bytes() == spoilt[ends[last] :]
    assert verify(root).findings == ()


def test_a_file_without_one_whole_record_becomes_a_tail(crashed):
    root, _ = crashed
    path = only(root)
    path.write_bytes(path.read_bytes()[:100])
    (done,) = recover(root)
    assert (done.kept, done.cut) == (0, 100)
    assert [p.name for p in (root / "warc").iterdir()] == [done.tail]
    assert recover(root) == ()


def test_the_next_store_recovers_by_itself_and_says_so(crashed):
    root, _ = crashed
    with WarcStore(root, crawl_id="run-2", min_free=0) as store:
        assert [r.kept for r in store.recovered] == [list_files(root)[0].size]
        store.commit(exchange(4, "http://h/4", response=answer(page(4)), crawl_id="run-2"))
    assert [c.seq for c in read_all(root)] == [1, 2, 3, 4]


def test_a_crash_between_rename_and_manifest_is_mended(tmp_path):
    write(tmp_path, [exchange(1, response=answer())])
    before = (tmp_path / "MANIFEST").read_bytes()
    (tmp_path / "MANIFEST").write_bytes(before[:-20])
    (done,) = recover(tmp_path)
    assert done.reason == "added to MANIFEST"
    assert (tmp_path / "MANIFEST").read_bytes() == before
    (tmp_path / "MANIFEST").unlink()
    recover(tmp_path)
    assert (tmp_path / "MANIFEST").read_bytes() == before


def test_a_crash_within_recovery_is_taken_up(crashed):
    root, ends = crashed
    path = only(root)
    data = path.read_bytes()[:-7]
    path.write_bytes(data)
    tail = f"{path.name.removesuffix('.open')}.tail-{ends[-2]}"
    (path.parent / f"{tail}.new").write_bytes(b"half")  # died while copying the tail
    recover(root)
    assert (path.parent / tail).read_bytes() == data[ends[-2] :]
    assert not list(path.parent.glob("*.new"))


def test_a_running_crawl_is_not_recovered(tmp_path):
    with warc_lock(tmp_path), pytest.raises(ArchiveLockedError):
        recover(tmp_path)


def test_a_commit_line_lost_by_the_crash_loses_no_capture(crashed):
    root, _ = crashed
    path = files.commits_path(root, "run-1")
    path.write_bytes(path.read_bytes()[:-30])
    assert list_files(root)[0].size < only(root).stat().st_size
    recover(root)
    assert [c.seq for c in read_all(root)] == [1, 2, 3]


def test_digests_are_compared_in_recovery(crashed):
    root, _ = crashed
    import gzip

    path = only(root)
    bad = (
        b"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Block-Digest: sha1:"
        + b"A" * 32
        + b"\r\nContent-Length: 18\r\n\r\n"
    )
    data = path.read_bytes()
    path.write_bytes(data + gzip.compress(bad + b"newsarchive: {}\r\n \r\n\r\n"))
    assert hashlib.sha256(data).hexdigest()
    (done,) = recover(root)
    assert done.kept == len(data)
    assert "block digest" in done.reason
