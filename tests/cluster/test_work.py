"""Units leave whole results and a receipt; what is done isn't done again until it was made of something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.work import WorkItem, perform, receipt_name, receipt_of
from newsarchive.errors import ArchiveLockedError, NothingFoundError
from newsarchive.locks import index_lock
from tests.cluster.making import NAMES, fleet_of, url
from tests.ingest.press import answer, by_others, html, text, write


def test_a_rebuilt_shard_is_rebuilt_again_only_when_it_has_something_else(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1, stories=2)
    work = WorkItem(unit="rebuild", place=fleet.root, item="000")
    first = perform(work)
    assert (first.was_done, first.counts["captures"]) == (False, 2 * len(NAMES) + 2)
    assert perform(work).was_done
    assert not perform(WorkItem(unit="rebuild", place=fleet.root, item="000", again=True)).was_done
    write(fleet.folder("000"), [answer(url("moor", 9), html("Ferry 9", text(9)), source="moor")], "later")
    assert perform(work).counts["captures"] == 2 * len(NAMES) + 3
    Archive(fleet.folder("000")).index.unlink()
    assert not perform(work).was_done


def test_a_receipt_is_small_and_one_that_cannot_be_read_counts_as_none(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1, stories=1)
    work = WorkItem(unit="rebuild", place=fleet.root, item="000")
    perform(work)
    path = fleet.root / receipt_name(work)
    assert path.stat().st_size <= 1024
    for text_ in ("", "[]", '{"unit": 3}', "\x00"):
        path.write_text(text_)
        assert receipt_of(work) is None
    assert not perform(work).was_done


def test_a_shard_that_another_process_is_at_is_left_alone(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1, stories=1)
    with index_lock(fleet.folder("000")), pytest.raises(ArchiveLockedError):
        perform(WorkItem(unit="rebuild", place=fleet.root, item="000"))
    assert receipt_of(WorkItem(unit="rebuild", place=fleet.root, item="000")) is None


def test_what_is_wrong_in_a_shard_is_counted(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path, 1, stories=1)
    Archive(fleet.folder("000")).ingest()
    assert perform(WorkItem(unit="verify", place=fleet.root, item="000")).counts["wrong"] == 0
    (fleet.folder("000") / "MANIFEST").unlink()
    assert perform(WorkItem(unit="verify", place=fleet.root, item="000")).counts["wrong"] > 0


def test_files_of_one_name_have_receipts_of_their_own(tmp_path: Path) -> None:
    page = [("https://stranger.example/1", 0.0, html("Far", text(1)))]
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        by_others(tmp_path / folder / "same.warc.gz", page)
    works = [
        WorkItem(
            unit="extract",
            place=tmp_path / "out",
            item=str(tmp_path / f / "same.warc.gz"),
            options={"form": "jsonl"},
        )
        for f in "ab"
    ]
    assert len({receipt_name(work) for work in works}) == 2
    assert perform(works[0]).counts["pages"] == 1
    assert perform(works[0]).was_done


def test_a_shard_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError):
        perform(WorkItem(unit="rebuild", place=tmp_path, item="007"))
