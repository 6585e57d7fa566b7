"""What is younger than the look at the files is no finding; what is older and missing is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.locks import WARC_LOCK, is_locked, warc_lock
from newsarchive.warc import Indexing, WarcFile, WarcStore, files, list_files, verify
from newsarchive.warc.crosscheck import facts_of_capture
from newsarchive.warc.verify import check_file
from tests.warc.making import answer, exchange, page, write


def row(capture):
    return capture.warc_filename, capture.warc_offset, capture.warc_record_id


def kinds(report):
    return [f.kind for f in report.findings]


@pytest.fixture
def two(tmp_path):
    """Two captures in a sealed file."""
    return write(tmp_path, [exchange(n, f"http://h/{n}", response=answer(page(n))) for n in (1, 2)])


def test_a_capture_that_is_being_indexed_is_counted_and_no_finding(tmp_path, two):
    first, second = two
    read_to = {first.warc_filename: second.warc_offset}
    busy = verify(tmp_path, [row(first)], indexing=lambda: Indexing(read_to=read_to, is_busy=True))
    assert (kinds(busy), busy.waiting) == ([], 1)
    idle = verify(tmp_path, [row(first)], indexing=lambda: Indexing(read_to=read_to, is_busy=False))
    assert (kinds(idle), idle.waiting) == (["missing-row"], 0)


def test_a_lost_row_of_what_was_indexed_is_found_also_while_somebody_indexes(tmp_path, two):
    first, second = two
    read_to = {first.warc_filename: second.warc_offset}
    report = verify(tmp_path, [row(second)], indexing=lambda: Indexing(read_to=read_to, is_busy=True))
    assert [(f.kind, f.offset) for f in report.findings] == [("missing-row", first.warc_offset)]


def test_what_is_in_a_file_that_is_still_written_may_wait_for_its_row(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0) as store:
        store.commit(exchange(1, response=answer(page(1))))
        store.sync()
        report = verify(tmp_path, [], indexing=lambda: Indexing(read_to={}, is_busy=False))
    assert (kinds(report), report.waiting) == ([], 1)


def test_rows_that_came_while_the_files_were_read_are_no_findings(tmp_path):
    with WarcStore(tmp_path, crawl_id="run-1", min_free=0, max_size=5000) as store:
        first = store.commit(exchange(1, "http://h/1", response=answer(b"one")))
        store.sync()

        def rows():
            yield row(first)
            later = [
                store.commit(exchange(n, f"http://h/{n}", response=answer(page(n)))) for n in range(2, 12)
            ]
            store.sync()
            assert {c.warc_filename == first.warc_filename for c in later} == {True, False}
            yield from map(row, later)

        assert kinds(verify(tmp_path, rows())) == []


def test_a_row_that_says_something_else_than_the_warc_is_found(tmp_path, two):
    first, second = two
    for changed in (
        replace(first, fetched_at=first.fetched_at + timedelta(microseconds=1)),
        replace(first, http_status=404),
        replace(first, url="http://h/9"),
        replace(first, payload_digest=second.payload_digest),
    ):
        rows = [(*row(first), facts_of_capture(changed)), (*row(second), facts_of_capture(second))]
        report = verify(tmp_path, rows)
        assert [(f.kind, f.offset) for f in report.findings] == [("index", first.warc_offset)]


def test_a_row_for_what_never_was_is_found(tmp_path, two):
    name, offset, record_id = row(two[1])
    rows = [row(two[0]), row(two[1]), (name, offset + 7, record_id), ("none.warc.gz", 0, record_id)]
    assert sorted(kinds(verify(tmp_path, rows))) == ["missing-file", "missing-record"]


def test_a_file_that_was_sealed_since_it_was_listed_isnt_torn(tmp_path, two):
    (sealed,) = list_files(tmp_path)
    listed = WarcFile(sealed.filename, sealed.size, is_open=True)
    assert check_file(tmp_path, listed).findings == []


def test_a_file_that_its_writer_is_about_to_enter_in_manifest_is_no_finding(tmp_path, two):
    (tmp_path / files.MANIFEST).unlink()
    with warc_lock(tmp_path):
        assert is_locked(tmp_path / WARC_LOCK)
        assert kinds(verify(tmp_path)) == []
    assert not is_locked(tmp_path / WARC_LOCK)
    assert kinds(verify(tmp_path)) == ["manifest"]
