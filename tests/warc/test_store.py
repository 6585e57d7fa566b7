"""The store: whole exchanges, durable before told, sealed and listed."""

from __future__ import annotations

import dataclasses
import errno
import io
import os
import subprocess
import sys
import threading

import pytest

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.locks import warc_lock
from newsarchive.model import Candidate, RecordRef
from newsarchive.warc import (
    WarcStore,
    files,
    known_captures,
    list_files,
    purge,
    read_captures,
    read_commits,
    read_payload,
    read_source_texts,
    verify,
    write_cdxj,
)
from tests.warc.making import NOON, answer, exchange, page, read_all, write


def test_what_commit_returns_is_what_reading_gives(tmp_path):
    items = [
        exchange(
            1, response=answer(page(1), "Last-Modified: x", "X-Robots-Tag: noarchive", "tdm-reservation: 1")
        ),
        exchange(2, response=answer(page(1))),
        exchange(
            3, "http://harbour.example/old", response=answer(b"", "Location: /new?a=ü", status="301 Moved")
        ),
        exchange(
            4,
            "http://harbour.example/new",
            response=answer(page(2)),
            redirect_from="http://harbour.example/old",
        ),
        exchange(5, error="refused", request=b""),
        exchange(6, response=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        exchange(7, response=b"\xff\xfe not http at all"),
        exchange(8, response=b"HTTP/1.1 200 OK\r\nA: 1", truncated="disconnect"),
    ]
    captures = write(tmp_path, items)
    assert read_all(tmp_path) == captures
    assert captures[0].robots_tag == "x-robots-tag: noarchive; tdm-reservation: 1"
    assert captures[2].location == "http://harbour.example/new?a=%C3%BC"
    assert captures[3].redirect_from == "http://harbour.example/old"


def test_sync_tells_each_capture_once_and_ranges_tile_the_file(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        assert store.sync() == []
        first = [store.commit(exchange(n, f"http://h/{n}", response=answer(page(n)))) for n in (1, 2)]
        assert list(read_commits(tmp_path, "run-1")) == []
        assert store.sync() == first
        assert store.sync() == []
        third = store.commit(exchange(3, "http://h/3", response=answer(page(3))))
        assert store.sync() == [third]
        one, two = read_commits(tmp_path, "run-1")
        assert (one.offset, two.offset) == (0, one.end)
        assert two.record_ids == (third.warc_record_id,)
        name = one.filename
        assert list(read_captures(tmp_path, name)) == [*first, third]
        assert list(read_captures(tmp_path, name, one.offset, one.end)) == first
        assert list(read_captures(tmp_path, name, two.offset, two.end)) == [third]


def test_files_roll_at_their_size_and_each_begins_with_warcinfo_and_sources(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", max_size=5000, min_free=0, info={"robots": "obey"}) as store:
        store.add_source("harbour", 'title = "Harbour"\n')
        captures = [
            store.commit(exchange(n, f"http://h/{n}", response=answer(page(n, 3000)))) for n in range(1, 8)
        ]
        store.sync()
    listed = list_files(tmp_path)
    assert len(listed) > 2
    assert [c.warc_filename for c in captures] == sorted(c.warc_filename for c in captures)
    assert read_all(tmp_path) == captures
    assert [read_source_texts(tmp_path, f.filename) for f in listed] == [
        {"harbour": 'title = "Harbour"\n'}
    ] * len(listed)
    assert set(files.read_manifest(tmp_path)) == {f"warc/{f.filename}" for f in listed}
    for item in listed:  # commits tile each file
        ranges = [c for c in read_commits(tmp_path, "run-1") if c.filename == item.filename]
        assert [c.offset for c in ranges] == [0, *(c.end for c in ranges[:-1])]
        assert ranges[-1].end == item.size


def test_a_crawl_that_fetched_nothing_leaves_no_file(tmp_path):
    write(tmp_path, [])
    assert list_files(tmp_path) == []
    assert not (tmp_path / "MANIFEST").exists()


class Failing(io.BytesIO):
    """A response's file that can't be read any more after some reads."""

    def __init__(self, data, reads):
        super().__init__(data)
        self.left = reads

    def read(self, size=-1):
        self.left -= 1
        if self.left < 0:
            raise OSError(errno.EIO, "disk gone")
        return super().read(size)


@pytest.mark.parametrize("reads", [0, 3, 12])  # at once; while its digest is taken; while it is written
def test_an_error_within_an_exchange_leaves_nothing_of_it(tmp_path, reads):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        good = store.commit(exchange(1, response=answer(page(1))))
        size = (tmp_path / "warc" / f"{good.warc_filename}.open").stat().st_size
        bad = dataclasses.replace(exchange(2), response=Failing(answer(os.urandom(2_000_000)), reads))
        with pytest.raises(ArchiveNotWritableError):
            store.commit(bad)
        assert (tmp_path / "warc" / f"{good.warc_filename}.open").stat().st_size == size
        with pytest.raises(ArchiveNotWritableError):
            store.commit(exchange(3, response=answer()))
        with pytest.raises(ArchiveNotWritableError):
            store.sync()
    assert read_all(tmp_path) == [good]
    assert subprocess.run(["sha256sum", "-c", "MANIFEST"], cwd=tmp_path, capture_output=True).returncode == 0


def test_a_second_writer_is_turned_away_and_waits_if_asked(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0):
        with pytest.raises(ArchiveLockedError, match=str(os.getpid())) as caught:
            WarcStore(tmp_path, crawl_id="run-2", min_free=0)
        assert caught.value.exit_code == 75
        code = "import sys; from pathlib import Path; from newsarchive.warc import WarcStore\nWarcStore(Path(sys.argv[1]), crawl_id='r')"
        run = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True)
        assert "ArchiveLockedError" in run.stderr
    lock = warc_lock(tmp_path)
    timer = threading.Timer(0.2, lock.close)
    timer.start()
    with WarcStore(tmp_path, crawl_id="run-3", min_free=0, wait=20):
        pass
    timer.join()


def test_a_folder_that_is_read_only_or_gone_is_told_before_anything_is_fetched(tmp_path, monkeypatch):
    with pytest.raises(ArchiveNotWritableError, match="no such archive folder"):
        WarcStore(tmp_path / "gone", crawl_id="run-1")
    (tmp_path / "warc").mkdir()
    if os.geteuid() == 0:  # root may write anywhere: let a file stand where the folder should be
        (tmp_path / "warc").rmdir()
        (tmp_path / "warc").write_text("")
    else:
        (tmp_path / "warc").chmod(0o555)
    with pytest.raises(ArchiveNotWritableError) as caught:
        WarcStore(tmp_path, crawl_id="run-1", min_free=0)
    assert caught.value.exit_code == 5
    assert str(tmp_path) in str(caught.value)
    with warc_lock(tmp_path):
        pass  # the lock was freed


def test_too_little_room_is_told_with_the_room_that_is_needed(tmp_path):
    with pytest.raises(ArchiveNotWritableError, match=r"1000000000000\.0 MB are needed") as caught:
        WarcStore(tmp_path, crawl_id="run-1", min_free=10**18)
    assert str(tmp_path / "warc") in str(caught.value)


def test_closing_twice_is_harmless_and_a_closed_store_takes_nothing(tmp_path):
    store = WarcStore(tmp_path, crawl_id="run-1", min_free=0)
    store.close()
    store.close()
    with pytest.raises(ArchiveNotWritableError, match="closed"):
        store.commit(exchange(1))


def test_threads_share_a_store(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0, max_size=20_000) as store:

        def work(first):
            for n in range(first, first + 25):
                store.commit(exchange(n, f"http://h/{n}", response=answer(page(n))))
                store.sync()

        threads = [threading.Thread(target=work, args=(n,)) for n in (0, 100, 200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read_all(tmp_path)) == 75


def test_a_resumed_crawl_appends_its_commits_and_never_to_an_old_file(tmp_path):
    write(tmp_path, [exchange(1, response=answer(page(1)))])
    before = {p: p.read_bytes() for p in (tmp_path / "warc").iterdir()}
    write(tmp_path, [exchange(2, response=answer(page(2)))])
    assert all(p.read_bytes() == data for p, data in before.items())
    assert len({c.filename for c in read_commits(tmp_path, "run-1")}) == 2


def test_a_rendered_page_is_a_capture_beside_the_page_as_it_came(tmp_path):
    candidate = Candidate(url="http://h.example/a", kind="feed", title="A")
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        items = [
            exchange(n, "http://h.example/a", response=answer(b"<script>"), candidate=candidate)
            for n in (1, 2)
        ]
        captures = []
        for item in items:
            captures.append(store.commit(item))
            store.sync()
            captures.append(store.add_rendered(captures[-1], "<p>Fähre</p>".encode()))
            assert store.sync() == captures[-1:]
    assert [c.kind for c in captures] == ["response", "rendered", "same-payload", "rendered"]
    raw, rendered = captures[:2]
    (name,) = {c.warc_filename for c in captures}
    assert list(read_captures(tmp_path, name)) == captures
    assert (rendered.url, rendered.http_status, rendered.candidate) == (raw.url, 200, candidate)
    assert rendered.content_type == "text/html; charset=utf-8"
    assert rendered.refers_to == RecordRef(
        record_id=raw.warc_record_id,
        url=raw.url,
        fetched_at=raw.fetched_at,
        payload_digest=raw.payload_digest,
    )
    payload = read_payload(tmp_path, name, rendered.warc_offset, rendered.warc_length)
    assert payload.body.decode() == "<p>Fähre</p>"
    assert (payload.status, payload.url, payload.truncated) == (200, raw.url, False)
    assert read_payload(tmp_path, name, rendered.warc_offset, rendered.warc_length, limit=3).truncated
    rows = [(c.warc_filename, c.warc_offset, c.warc_record_id) for c in captures]
    assert verify(tmp_path, rows).findings == ()
    assert known_captures(tmp_path)[raw.url].record_id == raw.warc_record_id
    out = io.StringIO()
    assert write_cdxj(tmp_path, out) == 2
    report = purge(tmp_path, ["http://h.example/a"], "asked", now=NOON)
    assert {r for _, _, r in report.captures} == {c.warc_record_id for c in captures}
    assert list(read_captures(tmp_path, name)) == []
