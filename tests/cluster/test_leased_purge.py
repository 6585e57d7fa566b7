"""Who purges in a shard that machines share must have its lease: it is taken if it is free, else nothing is done."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.errors import ArchiveLockedError
from newsarchive.sources import write_source
from newsarchive.warc import purge, read_captures, upload
from newsarchive.warc.lease import leased
from newsarchive.warc.places import place_at
from newsarchive.warc.uploading import read_list
from tests.cluster.making import in_one_process, outlet, url
from tests.ingest.press import START, answer, html, text, write

pytestmark = pytest.mark.cluster
SHORT = 2.0  # seconds a lease holds in these tests


def shard(folder: Path, place: str, hour: float) -> Archive:
    """One machine's copy of a shard, with a file of its own that is uploaded: one page that all have, one of its own."""
    fleet = Fleet.create(folder, shards=1, place=place)
    in_one_process(fleet)
    root = fleet.folder("000")
    write_source(root, outlet("agency"))
    looks = [
        answer(url("agency", n), html(f"Ferry {n}", text(n)), hour=hour, source="agency", seq=n)
        for n in (1, int(hour) + 10)
    ]
    write(root, looks, f"crawl-{hour}")
    archive = Archive(root)
    archive.ingest()
    with leased(place_at(archive.config.storage.place), seconds=SHORT) as lease:
        assert upload(root, archive.config.storage.place, fence=lease.fence, drop_local=True).uploaded == 1
    return archive


def everything(archive: Archive) -> dict[str, bytes]:
    left_out = (".lock", "-wal", "-shm")
    return {
        str(path): path.read_bytes()
        for path in archive.root.rglob("*")
        if path.is_file() and not path.name.endswith(left_out)
    }


def urls(archive: Archive) -> set[str]:
    """All that the shard's place has."""
    names = read_list(place_at(archive.config.storage.place)).files
    return {capture.url for name in names for capture in read_captures(archive.root, name)}


def test_while_another_machine_has_the_lease_nothing_is_purged(place: str, tmp_path: Path) -> None:
    archive = shard(tmp_path / "press", place, 0)
    before = everything(archive), urls(archive)
    with leased(place_at(archive.config.storage.place), seconds=SHORT):
        with pytest.raises(ArchiveLockedError, match="another machine works on it") as refused:
            archive.purge(url("agency", 1), reason="a court said so")
        assert "when that one has ended" in refused.value.next_step
    assert (everything(archive), urls(archive)) == before


def test_a_purge_without_the_lease_is_refused_before_anything_is_written(place: str, tmp_path: Path) -> None:
    archive = shard(tmp_path / "press", place, 0)
    before = everything(archive), urls(archive)
    with pytest.raises(ArchiveLockedError, match="under a lease") as refused:
        purge(archive.root, [url("agency", 1)], "a court said so", now=START)
    assert "fleet run --once" in refused.value.next_step
    assert (everything(archive), urls(archive)) == before


def test_a_free_lease_is_taken_and_what_other_machines_uploaded_is_purged_too(
    place: str, tmp_path: Path
) -> None:
    archive = shard(tmp_path / "press", place, 0)
    shard(tmp_path / "elsewhere", place, 5)
    done = archive.purge(url("agency", 1), reason="a court said so")
    assert len(done.captures) == 2
    assert urls(archive) == {url("agency", 10), url("agency", 15)}
    assert read_list(place_at(archive.config.storage.place)).fence == 3
    with leased(place_at(archive.config.storage.place), seconds=SHORT) as lease:
        assert lease.fence == 4
