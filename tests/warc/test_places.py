"""Places keep files under names that are taken once, give ranges by one request, and replace small objects in one step."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import pytest

from newsarchive.errors import UsageError
from newsarchive.warc.places import NameTakenError, ObjectPlace, PlaceError, place_at
from tests.object_store import ObjectStore

DATA = os.urandom(1000)


def file_of(folder: Path, data: bytes = DATA) -> tuple[Path, str]:
    path = folder / "file"
    path.write_bytes(data)
    return path, hashlib.sha256(data).hexdigest()


def test_what_was_put_comes_back_whole_and_in_parts(place: str, tmp_path: Path) -> None:
    there, (path, sha256) = place_at(place), file_of(tmp_path)
    assert there.stored("imported/a.warc.gz") is None
    there.put("imported/a.warc.gz", path, sha256)
    found = there.stored("imported/a.warc.gz")
    assert found is not None
    assert found.size == 1000
    assert found.sha256 == (sha256 if "://" in place else "")  # a folder keeps none
    assert there.read("imported/a.warc.gz", 10, 20) == DATA[10:20]
    assert b"".join(there.stream("imported/a.warc.gz")) == DATA
    assert there.sha256_of("imported/a.warc.gz") == sha256


@pytest.mark.parametrize("other", [DATA, b"other bytes", b""], ids=["same", "other", "empty"])
def test_a_name_is_taken_once(place: str, tmp_path: Path, other: bytes) -> None:
    there = place_at(place)
    there.put("a", *file_of(tmp_path))
    with pytest.raises(NameTakenError):
        there.put("a", *file_of(tmp_path, other))
    assert b"".join(there.stream("a")) == DATA
    there.put("a", *file_of(tmp_path, other), replaces=True)
    assert b"".join(there.stream("a")) == other


def test_a_small_object_is_replaced_only_by_who_knows_its_state(place: str) -> None:
    there = place_at(place)
    assert there.load("list") is None
    assert there.swap("list", b"0", "no such state") is None
    first = there.swap("list", b"1", "")
    assert first
    assert there.swap("list", b"2", "") is None
    second = there.swap("list", b"2", first)
    assert second
    assert there.swap("list", b"3", first) is None
    assert there.load("list") == (b"2", second)


def test_what_is_not_there_is_a_missing_file(place: str) -> None:
    with pytest.raises(FileNotFoundError):
        place_at(place).read("nothing", 0, 1)
    with pytest.raises(FileNotFoundError):
        list(place_at(place).stream("nothing"))


def test_a_range_is_one_request(objects: ObjectStore, tmp_path: Path) -> None:
    there = place_at(objects.bucket())
    there.put("a", *file_of(tmp_path))
    objects.requests()
    assert there.read("a", 100, 130) == DATA[100:130]
    [asked] = objects.requests()
    assert asked.startswith("GET ")
    assert asked.endswith(" bytes=100-129")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "warc",
        "s3://",
        "s3://key:secret@bucket/press",
        "s3://bucket/press?secret=1",
        "https://bucket.example/",
        "../x",
    ],
)
def test_what_is_no_place_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        place_at(url)


def test_a_store_that_refuses_is_an_error_of_the_machine(objects: ObjectStore, tmp_path: Path) -> None:
    there = ObjectPlace("s3://no-such-bucket-here/press")
    with pytest.raises(PlaceError, match="no such bucket") as caught:
        there.swap("a", b"1", "")
    with pytest.raises(PlaceError, match="no such bucket"):
        there.put("a", *file_of(tmp_path))
    there = ObjectPlace(objects.bucket())
    there.put("a", *file_of(tmp_path))
    with pytest.raises(PlaceError, match="refuses"):
        there.read("a", 5000, 6000)
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (type(copy), str(copy)) == (PlaceError, str(caught.value))
