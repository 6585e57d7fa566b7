"""Names, MANIFEST, commits and listings on disk."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.warc import WarcStore, files, list_files, read_captures, read_commits
from newsarchive.warc.files import Commit
from tests.warc.making import NOON, answer, exchange, write


@pytest.mark.parametrize("prefix", ["", "../x", "a/b", "A", "a\0", "x" * 300, "a.b"])
def test_a_prefix_that_could_leave_the_folder_is_refused(prefix):
    with pytest.raises(UsageError):
        files.new_name(prefix, NOON, 1)


@pytest.mark.parametrize("crawl_id", ["", "../x", "a/b", ".hidden", "x" * 300])
def test_a_crawl_id_that_is_no_folder_is_refused(tmp_path, crawl_id):
    with pytest.raises(UsageError):
        WarcStore(tmp_path, crawl_id=crawl_id, min_free=0)


def test_a_name_tells_its_time_and_is_unique():
    names = {files.new_name("news", NOON, 7) for _ in range(50)}
    assert len(names) == 50
    assert all(n.startswith("news-20261124120000000-00007-") and n.endswith(".warc.gz") for n in names)


def test_manifest_is_what_sha256sum_checks(tmp_path):
    write(tmp_path, [exchange(1, response=answer())])
    run = subprocess.run(
        ["sha256sum", "--strict", "-c", "MANIFEST"], cwd=tmp_path, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    assert list(files.read_manifest(tmp_path)) == [f"warc/{list_files(tmp_path)[0].filename}"]


def test_a_cut_last_line_is_not_read_and_gives_way_to_the_next(tmp_path):
    path = tmp_path / "crawls/r/commits.jsonl"
    first, second = Commit("a.warc.gz", 0, 10, ("urn:1",)), Commit("a.warc.gz", 10, 5)
    files.append_lines(path, files.commit_lines([first]))
    with path.open("ab") as file:
        file.write(files.commit_lines([second])[:-7])
    assert list(read_commits(tmp_path, "r")) == [first]
    files.append_lines(path, files.commit_lines([second]))
    assert list(read_commits(tmp_path, "r")) == [first, second]
    assert list(read_commits(tmp_path, "never-ran")) == []


def test_an_open_file_is_listed_with_what_is_committed(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        store.commit(exchange(1, response=answer()))
        assert [(f.size, f.is_open) for f in list_files(tmp_path)] == [(0, True)]
        store.sync()
        size = list_files(tmp_path)[0].size
        store.commit(exchange(2, response=answer(b"more")))
        assert list_files(tmp_path)[0].size == size > 0
    (sealed,) = list_files(tmp_path)
    assert sealed.size > size
    assert not sealed.is_open


@pytest.mark.parametrize("step", ["is_file", "crawl_of", "committed_size"])
def test_a_file_that_is_sealed_while_the_files_are_listed_is_listed_once(tmp_path, monkeypatch, step):
    store = WarcStore(tmp_path, crawl_id="run-1", min_free=0)
    store.commit(exchange(1, response=answer()))
    owner: Any = Path if step == "is_file" else files
    then = getattr(owner, step)
    monkeypatch.setattr(owner, step, lambda *given: (store.close(), then(*given))[1])
    (sealed,) = list_files(tmp_path)
    assert (sealed.is_open, sealed.size) == (False, files.find_path(tmp_path, sealed.filename).stat().st_size)


def test_a_file_that_is_sealed_while_it_is_opened_is_read(tmp_path, monkeypatch):
    store = WarcStore(tmp_path, crawl_id="run-1", min_free=0)
    store.commit(exchange(1, response=answer()))
    store.sync()
    (file,) = list_files(tmp_path)
    there = files.find_path
    monkeypatch.setattr(files, "find_path", lambda *given: (there(*given), store.close())[0])
    assert [capture.http_status for capture in read_captures(tmp_path, file.filename)] == [200]


def test_a_file_that_is_sealed_once_it_is_open_is_read_to_its_end(tmp_path, monkeypatch):
    store = WarcStore(tmp_path, crawl_id="run-1", min_free=0)
    store.commit(exchange(1, response=answer()))
    (file,) = list_files(tmp_path)
    committed = files.committed_size
    monkeypatch.setattr(files, "committed_size", lambda *given: (store.close(), committed(*given))[1])
    assert len(list(read_captures(tmp_path, file.filename))) == 1


def test_paths_that_lead_out_of_the_archive_are_refused(tmp_path):
    (tmp_path / "warc").mkdir()
    for name in ("../MANIFEST", "/etc/hostname", "a/../../x"):
        with pytest.raises(UsageError):
            files.find_path(tmp_path, name)
    with pytest.raises(NothingFoundError):
        files.find_path(tmp_path, "absent.warc.gz")


def test_a_file_is_replaced_at_once(tmp_path):
    files.write_manifest(tmp_path, {"warc/a": "0" * 64})
    files.write_manifest(tmp_path, {"warc/b": "1" * 64})
    assert files.read_manifest(tmp_path) == {"warc/b": "1" * 64}
    assert [p.name for p in tmp_path.iterdir()] == ["MANIFEST"]
