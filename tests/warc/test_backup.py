"""A backup made while a crawl writes is whole, and a second one copies only what is new."""

from __future__ import annotations

import subprocess

import pytest

from newsarchive.errors import UsageError
from newsarchive.warc import WarcStore, backup, is_backup_whole, list_files, purge, verify
from tests.warc.making import NOON, answer, exchange, page, read_all, write


@pytest.fixture
def archive(tmp_path):
    root = tmp_path / "archive"
    write(root, [exchange(n, f"http://h/{n}", response=answer(page(n, 2000))) for n in (1, 2)])
    (root / "sources").mkdir()
    (root / "sources/harbour.toml").write_text('title = "Harbour"\n')
    (root / "decisions.jsonl").write_text("{}\n")
    (root / "newsarchive.toml").write_text("")
    return root


def test_a_copy_made_during_a_crawl_holds_what_was_committed(archive, tmp_path):
    dest = tmp_path / "copy"
    order = []
    with WarcStore(archive, crawl_id="run-2", min_free=0) as store:
        store.commit(exchange(3, "http://h/3", response=answer(page(3))))
        store.sync()
        store.commit(exchange(4, "http://h/4", response=answer(page(4))))
        told = []
        report = backup(
            archive,
            dest,
            copy_index=lambda d: order.append(sorted(p.name for p in (d / "warc").iterdir())),
            progress=lambda done, total: told.append((done, total)),
        )
    assert order == [[]]  # the index is copied before any WARC
    assert report.problems == ()
    assert told[-1][0] == told[-1][1] == report.copied
    assert [c.seq for c in read_all(dest)] == [1, 2, 3]
    assert verify(dest).findings == ()
    assert subprocess.run(["sha256sum", "-c", "MANIFEST"], cwd=dest, capture_output=True).returncode == 0
    for name in ("sources/harbour.toml", "decisions.jsonl", "newsarchive.toml", "crawls/run-1/commits.jsonl"):
        assert (dest / name).read_bytes() == (archive / name).read_bytes()
    with WarcStore(dest, crawl_id="run-3", min_free=0) as store:  # the copy is an archive
        assert store.recovered == ()
        store.commit(exchange(9, "http://h/9", response=answer(page(9))))
    assert [c.seq for c in read_all(dest)] == [1, 2, 3, 9]


def test_a_second_backup_copies_what_is_new_or_changed(archive, tmp_path):
    dest = tmp_path / "copy"
    first = backup(archive, dest)
    again = backup(archive, dest)
    assert (again.copied, again.reused) == (0, first.copied)
    write(archive, [exchange(3, "http://h/3", response=answer(page(3)))])
    third = backup(archive, dest)
    assert 0 < third.copied < first.copied
    purge(archive, ["http://h/1"], "asked", now=NOON)
    fourth = backup(archive, dest)
    assert fourth.copied == first.copied
    assert [c.seq for c in read_all(dest)] == [2, 3]
    assert verify(dest).findings == ()


def test_a_backup_that_was_cut_short_says_so_and_goes_on_where_it_ended(archive, tmp_path):
    write(archive, [exchange(3, "http://h/3", response=answer(page(3)))])
    dest = tmp_path / "copy"

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup(archive, dest, copy_index=lambda d: (d / "index.db").write_bytes(b"x"), progress=stop)
    assert is_backup_whole(dest) is False
    report = backup(archive, dest)
    assert is_backup_whole(dest) is True
    assert report.reused > 0 < report.copied
    assert verify(dest).findings == ()
    assert [c.seq for c in read_all(dest)] == [1, 2, 3]


def test_a_purge_beside_a_backup_holds_in_the_copy(archive, tmp_path):
    write(archive, [exchange(3, "http://h/3", response=answer(page(3)))])
    dest = tmp_path / "copy"
    calls = []

    def purge_now(done, total):
        if not calls:
            calls.append(done)
            purge(archive, ["http://h/1", "http://h/3"], "asked", now=NOON)

    backup(archive, dest, progress=purge_now)
    assert [c.seq for c in read_all(dest)] == [2]
    assert verify(dest).findings == ()


def test_another_archive_is_no_place_for_a_backup(archive, tmp_path):
    other = tmp_path / "other"
    write(other, [exchange(9, "http://h/9", response=answer(page(9)))])
    with pytest.raises(UsageError, match="no backup"):
        backup(archive, other)
    assert is_backup_whole(other) is None
    assert [c.seq for c in read_all(other)] == [9]


def test_all_that_people_wrote_is_copied(archive, tmp_path):
    wanted = {"watches.jsonl": "{}\n", "ca.pem": "x", "sources/harbour.toml": 'title = "Harbour"\n'}
    for name, text in wanted.items():
        (archive / name).write_text(text)
    (archive / "crawls/run-1/report.json.new").write_text("half")
    dest = tmp_path / "copy"
    backup(archive, dest)
    assert {name: (dest / name).read_text() for name in wanted} == wanted
    assert not list(dest.rglob("*.new"))
    assert not (dest / "warc.lock").exists()


def test_a_spoilt_original_is_told(archive, tmp_path):
    path = archive / "warc" / list_files(archive)[0].filename
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (problem,) = backup(archive, tmp_path / "copy").problems
    assert path.name in problem


def test_a_place_that_is_no_backup_is_refused(archive, tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "other/letter.txt").write_text("mine")
    for dest in (archive, archive / "warc" / "copy", tmp_path, tmp_path / "other"):
        with pytest.raises(UsageError):
            backup(archive, dest)
    assert (tmp_path / "other/letter.txt").read_text() == "mine"
