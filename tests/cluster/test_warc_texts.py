"""Texts of WARC files of others, a table a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsarchive.cluster.warc_texts import extract_file, folder_of, result_name
from newsarchive.cluster.work import WorkItem, perform
from newsarchive.errors import ArchiveDamagedError, UsageError
from newsarchive.warc.files import sha256_of
from newsarchive.warc.places import FolderPlace, place_at
from tests.ingest.press import by_others, html, text
from tests.object_store import ObjectStore


def warc(folder: Path) -> Path:
    pages = [(f"https://stranger.example/news/{i}", i, html(f"Far {i}", text(i))) for i in range(3)]
    return by_others(folder / "CC-NEWS-1.warc.gz", [*pages, ("https://stranger.example/empty", 4, b"")])


def test_a_row_a_page_in_json_lines(tmp_path: Path) -> None:
    name, path = result_name("CC-NEWS-1.warc.gz", "jsonl"), warc(tmp_path)
    assert name == "CC-NEWS-1.jsonl"
    done = extract_file(str(path), FolderPlace(tmp_path / "out"), name, "jsonl")
    assert done == {"pages": 4, "empty": 1, "failed": 0}
    rows = [json.loads(line) for line in (tmp_path / "out" / name).read_text().splitlines()]
    assert [row["title"] for row in rows] == ["Far 0", "Far 1", "Far 2", ""]
    assert rows[1]["text"].split("\n\n")[0] == text(1)[0]
    assert rows[1]["authors"] == ["Ann Lee"]
    assert rows[1]["fetched_at"].startswith("20")


def test_parquet_holds_the_same(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    path = warc(tmp_path)
    for form in ("jsonl", "parquet"):
        extract_file(str(path), FolderPlace(tmp_path), form, form)
    lines = [json.loads(line) for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert parquet.read_table(tmp_path / "parquet").to_pylist() == lines


def test_from_an_object_store_into_one(objects: ObjectStore, tmp_path: Path) -> None:
    path, there = warc(tmp_path), place_at(objects.bucket())
    there.put(path.name, path, sha256_of(path))
    work = WorkItem(unit="extract", place=f"{there.url}/out", item=f"{there.url}/{path.name}")
    objects.requests()
    receipt = perform(work)
    assert receipt.counts == {"pages": 4, "empty": 1, "failed": 0}
    assert sum(line.startswith(f"GET /{there.url[5:]}/{path.name} ") for line in objects.requests()) == 1
    extract_file(str(path), FolderPlace(tmp_path), "here", "parquet")
    assert (
        b"".join(place_at(f"{there.url}/out").stream("CC-NEWS-1.parquet")) == (tmp_path / "here").read_bytes()
    )
    assert perform(work).was_done


@pytest.mark.parametrize(
    ("item", "place", "name"),
    [
        ("s3://bucket/a/b.warc.gz", "s3://bucket/a", "b.warc.gz"),
        ("s3://bucket/b.warc.gz", "s3://bucket", "b.warc.gz"),
        ("/srv/a/b.warc.gz", "/srv/a", "b.warc.gz"),
        ("/b.warc.gz", "/", "b.warc.gz"),
    ],
)
def test_the_place_of_a_file(item: str, place: str, name: str) -> None:
    assert folder_of(item) == (place, name)


def test_a_file_that_breaks_off_leaves_no_table(tmp_path: Path) -> None:
    path = warc(tmp_path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ArchiveDamagedError):
        extract_file(str(path), FolderPlace(tmp_path / "out"), "table", "jsonl")
    assert not (tmp_path / "out").exists()


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(UsageError, match="parquet, jsonl"):
        result_name("a.warc.gz", "xml")
