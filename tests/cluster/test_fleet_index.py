"""Shards indexed apart and merged are what one archive with all their WARC files is."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.cluster.fleet_index import merge_shards
from newsarchive.errors import NothingFoundError
from newsarchive.index.integrity import compare_indexes
from newsarchive.times import Clock
from newsarchive.versions import Decision, append_decision
from tests.cluster.making import as_one, fleet_of, url
from tests.ingest.press import START


@pytest.mark.parametrize("shards", [1, 2, 7])
def test_merged_shards_are_what_one_archive_is(tmp_path: Path, shards: int) -> None:
    fleet = fleet_of(tmp_path / "press", shards)
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    merge_shards(fleet)
    whole = as_one(fleet, tmp_path / "one")
    assert compare_indexes(whole.index, fleet.index) == ()
    assert whole.stats()["stories"] > 15


def test_a_merged_fleet_is_read_like_an_archive_its_pages_from_the_shards(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 3)
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    merge_shards(fleet)
    archive = Archive(fleet.root)
    [version] = archive.story(url("moor", 2)).versions
    assert b"Ferry 2 of moor" in archive.page(version)


def test_decisions_of_shards_hold_in_the_merged_index(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 3)
    shard = fleet.folder(fleet.shard_of(url("moor", 2)))
    append_decision(
        shard / "decisions.jsonl",
        Decision(kind="withhold", urls=(url("moor", 2),), at=Clock(START).now()),
    )
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    merge_shards(fleet)
    assert Archive(fleet.root).story(url("moor", 2)).withheld


def test_without_any_index_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="fleet run"):
        merge_shards(Fleet.create(tmp_path, shards=2))
