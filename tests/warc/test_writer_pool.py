"""A day's crawls of one process share their files; nobody else's file is ever written on."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.locks import warc_lock
from newsarchive.times import Clock
from newsarchive.warc import (
    WarcStore,
    WriterPool,
    list_files,
    read_captures,
    read_commits,
    recover,
    seal_parked,
    verify,
)
from newsarchive.warc.writer import WarcWriter
from tests.warc.making import answer, exchange

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOURCE = "name = 'courier'"
CHECK = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'


@pytest.fixture
def pool():
    made = WriterPool()
    yield made
    made.close()


def crawl(root, pool, number, *, wire=None, now=NOON, **options):
    """One exchange, archived by a crawl of its own."""
    crawl_id = f"c{number}"
    with WarcStore(root, crawl_id=crawl_id, clock=Clock(now), min_free=0, pool=pool, **options) as store:
        store.add_source("courier", SOURCE)
        store.commit(
            exchange(
                number,
                f"http://h.example/{number}",
                response=answer(b"page %d" % number) if wire is None else wire,
                crawl_id=crawl_id,
            )
        )
        return store.sync()[0], store


def urls(root):
    return [c.url for f in list_files(root) for c in read_captures(root, f.filename, 0, f.size)]


def test_crawls_of_a_day_share_a_file(tmp_path, pool):
    for number in range(3):
        crawl(tmp_path, pool, number)
    (only,) = list_files(tmp_path)
    assert only.is_open
    assert urls(tmp_path) == [f"http://h.example/{n}" for n in range(3)]
    assert verify(tmp_path).is_whole  # a file that a living process goes on with isn't torn
    pool.close()
    (only,) = list_files(tmp_path)
    assert not only.is_open
    assert len(urls(tmp_path)) == 3
    assert verify(tmp_path).is_whole
    assert recover(tmp_path) == ()


def test_each_crawl_tells_its_own_commits(tmp_path, pool):
    ids = [crawl(tmp_path, pool, number)[0].warc_record_id for number in range(3)]
    assert [[i for c in read_commits(tmp_path, f"c{n}") for i in c.record_ids] for n in (1, 2)] == [
        [ids[1]],
        [ids[2]],
    ]
    (only,) = list_files(tmp_path)
    assert only.size == (tmp_path / "warc" / (only.filename + ".open")).stat().st_size


def test_the_text_of_a_source_stands_once_in_a_file(tmp_path, pool):
    for number in range(3):
        crawl(tmp_path, pool, number)
    alone = tmp_path / "alone"
    alone.mkdir()
    crawl(alone, None, 0)
    seen, single = verify(tmp_path).records, verify(alone).records
    assert seen - single == 2 * (single - 2)  # all but warcinfo and the source's text


def test_checks_have_their_shared_file(tmp_path, pool):
    for number in range(4):
        crawl(tmp_path, pool, number, wire=CHECK if number % 2 else None)
    assert sorted(f.is_checks for f in list_files(tmp_path)) == [False, True]


def test_another_day_begins_another_file(tmp_path, pool):
    crawl(tmp_path, pool, 0)
    crawl(tmp_path, pool, 1, now=NOON + timedelta(days=1))
    assert sorted(f.is_open for f in list_files(tmp_path)) == [False, True]


def test_a_full_file_is_sealed(tmp_path, pool):
    crawl(tmp_path, pool, 0)
    crawl(tmp_path, pool, 1, max_size=10)
    assert sorted(f.is_open for f in list_files(tmp_path)) == [False, True]


def test_another_way_of_crawling_begins_another_file(tmp_path, pool):
    crawl(tmp_path, pool, 0)
    crawl(tmp_path, pool, 1, info={"http-header-user-agent": "other"})
    assert sorted(f.is_open for f in list_files(tmp_path)) == [False, True]


def test_a_file_that_somebody_sealed_is_let_go(tmp_path, pool):
    crawl(tmp_path, pool, 0)
    (sealed,) = recover(tmp_path)
    assert (sealed.cut, sealed.reason) == (0, "left open between two crawls of a watch")
    before = (tmp_path / "warc" / sealed.filename).read_bytes()
    crawl(tmp_path, pool, 1)
    assert (tmp_path / "warc" / sealed.filename).read_bytes() == before
    assert sorted(f.is_open for f in list_files(tmp_path)) == [False, True]
    pool.close()
    assert verify(tmp_path).is_whole
    assert sorted(urls(tmp_path)) == ["http://h.example/0", "http://h.example/1"]


def test_a_file_of_another_length_is_let_go(tmp_path, pool):
    crawl(tmp_path, pool, 0)
    (only,) = list_files(tmp_path)
    path = tmp_path / "warc" / (only.filename + ".open")
    with path.open("ab") as file:
        file.write(b"not ours")
    _, store = crawl(tmp_path, pool, 1)
    (cut,) = store.recovered
    assert (cut.filename, cut.kept, cut.cut) == (only.filename, only.size, 8)
    assert sorted(f.is_open for f in list_files(tmp_path)) == [False, True]


def test_without_the_lock_the_next_start_seals(tmp_path, pool, monkeypatch):
    monkeypatch.setattr("newsarchive.warc.writer.PATIENCE", 0.05)
    crawl(tmp_path, pool, 0)
    with warc_lock(tmp_path):
        pool.close()
    assert [f.kind for f in verify(tmp_path).findings] == ["torn"]
    (sealed,) = recover(tmp_path)
    assert (sealed.cut, sealed.reason) == (0, "left open by a run that ended early")
    assert verify(tmp_path).is_whole


def test_a_failed_write_leaves_nothing_in_the_rack(tmp_path, pool, monkeypatch):
    crawl(tmp_path, pool, 0)
    with monkeypatch.context() as broken:
        broken.setattr(
            WarcWriter, "sync", lambda self: (_ for _ in ()).throw(OSError(28, "No space left on device"))
        )
        with pytest.raises(Exception, match="disk is full"):
            crawl(tmp_path, pool, 1)
    _, store = crawl(tmp_path, pool, 2)
    assert len(store.recovered) == 1
    assert "http://h.example/2" in urls(tmp_path)


KILLED = """
import sys
from pathlib import Path
from newsarchive.warc import WriterPool
from tests.warc.test_writer_pool import crawl
pool = WriterPool()
for number in range(3):
    crawl(Path(sys.argv[1]), pool, number)
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_process_killed_between_crawls_loses_nothing(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            assert process.stdout.readline() == b"ready\n"
            assert verify(tmp_path).is_whole
        finally:
            process.send_signal(signal.SIGKILL)
    (sealed,) = recover(tmp_path)
    assert (sealed.cut, sealed.lost) == (0, 0)
    assert urls(tmp_path) == [f"http://h.example/{n}" for n in range(3)]
    assert verify(tmp_path).is_whole


# ---------------------------------------------------------------- runs of cron: each in a process of its own


def run(root, number, **options):
    """A run that leaves its files to the next, as `run --once` does."""
    pool = WriterPool()
    pool.parks = True
    try:
        return crawl(root, pool, number, **options)[1]
    finally:
        pool.close()


def open_path(root):
    (only,) = [f for f in list_files(root) if f.is_open]
    return root / "warc" / (only.filename + ".open")


def test_a_days_runs_share_two_files_and_the_next_day_seals_them(tmp_path):
    for number in range(96):
        run(
            tmp_path,
            number,
            wire=CHECK if number % 2 else None,
            now=NOON.replace(hour=0) + number * timedelta(minutes=15),
        )
    assert [(f.is_open, f.is_checks) for f in list_files(tmp_path)] == [(True, False), (True, True)]
    assert verify(tmp_path).is_whole
    assert len(urls(tmp_path)) == 96
    run(tmp_path, 96, now=NOON + timedelta(days=1))
    assert sorted((f.is_open, f.is_checks) for f in list_files(tmp_path)) == [
        (False, False),
        (False, True),
        (True, False),
    ]
    assert verify(tmp_path).is_whole
    reasons = [sealed.reason for sealed in recover(tmp_path)]
    assert reasons == ["left open between two runs of a day"]
    assert verify(tmp_path).is_whole
    assert recover(tmp_path) == ()
    assert len(urls(tmp_path)) == 97


def longer(path):
    with path.open("ab") as file:
        file.write(b"not ours")


def shorter(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size - 1)


def sealed(path):
    recover(path.parents[1])


def unreadable_note(path):
    (path.parent / ".parked").write_text("[{]")


def without_note(path):
    (path.parent / ".parked").unlink()


@pytest.mark.parametrize("happens", [longer, shorter, sealed, unreadable_note, without_note])
def test_a_file_that_isnt_as_the_last_run_left_it_is_not_written_on(tmp_path, happens):
    run(tmp_path, 0)
    name = open_path(tmp_path).name.removesuffix(".open")
    happens(open_path(tmp_path))
    run(tmp_path, 1)
    assert {f.filename: f.is_open for f in list_files(tmp_path)}[name] is False
    assert "http://h.example/1" in urls(tmp_path)
    assert len(list_files(tmp_path)) == 2
    recover(tmp_path)
    assert verify(tmp_path).is_whole


def test_what_a_run_left_is_sealed_on_request_but_not_while_somebody_writes(tmp_path):
    run(tmp_path, 0)
    with warc_lock(tmp_path):
        seal_parked(tmp_path)
        assert [f.is_open for f in list_files(tmp_path)] == [True]
    seal_parked(tmp_path)
    assert [f.is_open for f in list_files(tmp_path)] == [False]
    assert verify(tmp_path).is_whole


def test_a_run_that_is_killed_loses_nothing_of_the_runs_before(tmp_path):
    run(tmp_path, 9)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGKILL)
    assert len(list_files(tmp_path)) == 1
    assert not (tmp_path / "warc" / ".parked").exists()
    (sealed,) = recover(tmp_path)
    assert (sealed.cut, sealed.lost) == (0, 0)
    assert sorted(urls(tmp_path)) == [f"http://h.example/{n}" for n in (0, 1, 2, 9)]
    assert verify(tmp_path).is_whole


def test_a_running_watch_keeps_its_file_from_other_runs(tmp_path, pool):
    crawl(tmp_path, pool, 0)
    run(tmp_path, 1)  # seals it, as any start does
    crawl(tmp_path, pool, 2)  # goes on with what the run left
    assert sorted(f.is_open for f in list_files(tmp_path)) == [False, True]
    assert sorted(urls(tmp_path)) == [f"http://h.example/{n}" for n in range(3)]
