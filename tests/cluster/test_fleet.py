"""A fleet's shards, and which one an outlet belongs to."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet, rendezvous
from newsarchive.errors import ConfigError, NoInputError, UsageError
from newsarchive.sources import write_source
from tests.cluster.making import outlet


def test_each_shard_is_an_archive_with_the_contact_of_the_fleet(tmp_path: Path) -> None:
    fleet = Fleet.create(tmp_path / "press", shards=3, contact="desk@archive.example")
    assert fleet.names == ("000", "001", "002")
    for name in fleet.names:
        assert Archive(fleet.folder(name)).config.contact == "desk@archive.example"
    assert Fleet.create(tmp_path / "press", shards=3).size == 3


def test_the_number_of_shards_is_fixed(tmp_path: Path) -> None:
    Fleet.create(tmp_path, shards=2)
    with pytest.raises(UsageError, match="2 shards"):
        Fleet.create(tmp_path, shards=3)


@pytest.mark.parametrize(
    "text", ["", "shards = 0", "shards = true", 'shards = "3"', "shards = 1000000", "shards"]
)
def test_a_wrong_fleet_toml_is_an_error_that_names_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "fleet.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"fleet\.toml"):
        Fleet(tmp_path)


def test_a_folder_without_fleet_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoInputError, match="fleet init"):
        Fleet(tmp_path)


def test_an_outlet_goes_where_its_domain_is_and_else_where_its_hash_says(tmp_path: Path) -> None:
    fleet = Fleet.create(tmp_path, shards=8)
    chosen = fleet.shard_of("https://www.gazette.example/news")
    assert chosen == fleet.shard_of("gazette.example") == rendezvous("gazette.example", fleet.names)
    other = next(name for name in fleet.names if name != chosen)
    write_source(fleet.folder(other), outlet("gazette"))
    assert Fleet(tmp_path).shard_of("https://sport.gazette.example/") == other


def test_a_host_in_two_shards_is_refused(tmp_path: Path) -> None:
    fleet = Fleet.create(tmp_path, shards=2)
    for name in fleet.names:
        write_source(fleet.folder(name), outlet("gazette"))
    with pytest.raises(ConfigError, match="shards 000 and 001"):
        Fleet(tmp_path).all_sources()


def test_parts_hold_each_shard_once_and_few_move_when_one_is_added(tmp_path: Path) -> None:
    fleet = Fleet.create(tmp_path, shards=64)
    parts = [fleet.part(n, 4) for n in range(4)]
    assert Counter(name for part in parts for name in part) == Counter(fleet.names)
    assert min(map(len, parts)) >= 6
    more = [fleet.part(n, 5) for n in range(5)]
    assert sum(len(set(part) & set(more[n])) for n, part in enumerate(parts)) >= 40
    with pytest.raises(UsageError, match="no part 4/4"):
        fleet.part(4, 4)


def test_a_fleet_is_read_as_a_whole_and_written_by_shard(tmp_path: Path) -> None:
    Fleet.create(tmp_path, shards=1)
    whole = Archive.create(tmp_path)
    for write in (whole.ingest, whole.rebuild, whole.reextract, whole.check_writable):
        with pytest.raises(UsageError, match="this is a fleet"):
            write()
