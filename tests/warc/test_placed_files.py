"""A file that is in a place alone is read as one in the folder is."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from newsarchive.errors import ConfigError, NothingFoundError
from newsarchive.warc import list_files, read_captures, read_payload, read_raw, upload
from newsarchive.warc.files import open_local, open_warc
from newsarchive.warc.placed_files import FIRST, UPLOADED, placed_files
from tests.ingest.press import answer, html, text, write
from tests.object_store import ObjectStore


def archive_in(folder: Path, pages: int = 12) -> Path:
    looks = [
        answer(f"https://gazette.example/{i}", html(f"Title {i}", text(i), head=noise(i)), hour=i, seq=i)
        for i in range(pages)
    ]
    write(folder, looks)
    return folder


def noise(seed: int) -> str:
    """Some 40 kB that don't compress."""
    return f"<!-- {random.Random(seed).randbytes(20_000).hex()} -->"


def test_every_record_is_what_it_was(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    [file] = list_files(root)
    captures = list(read_captures(root, file.filename))
    where = [(c.warc_filename, c.warc_offset, c.warc_length) for c in captures]
    before = [(read_raw(root, *at), read_payload(root, *at)) for at in where]
    assert upload(root, place, drop_local=True).dropped == 1
    assert list((root / "warc").iterdir()) == []
    assert list_files(root) == [file]
    assert list(read_captures(root, file.filename)) == captures
    assert [(read_raw(root, *at), read_payload(root, *at)) for at in where] == before


def test_a_record_is_one_request_of_its_length(objects: ObjectStore, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    [file] = list_files(root)
    captures = list(read_captures(root, file.filename))
    upload(root, objects.bucket(), drop_local=True)
    for capture in captures:
        objects.requests()
        read_payload(root, capture.warc_filename, capture.warc_offset, capture.warc_length)
        [asked] = objects.requests()
        end = capture.warc_offset + capture.warc_length - 1
        assert asked.split()[0::2] == ["GET", f"bytes={capture.warc_offset}-{end}"]


def test_a_file_that_is_read_in_order_comes_in_few_and_growing_blocks(
    objects: ObjectStore, tmp_path: Path
) -> None:
    root = archive_in(tmp_path / "archive", 60)
    [file] = list_files(root)
    path = root / "warc" / file.filename
    whole = path.read_bytes()
    upload(root, objects.bucket(), drop_local=True)
    objects.requests()
    with open_warc(root, file.filename) as opened:
        assert b"".join(iter(lambda: opened.read(10_000), b"")) == whole
        asked = len(objects.requests())
        assert len(whole) > 4 * FIRST
        assert asked <= 4
        assert opened.seek(-100, 2) == len(whole) - 100
        assert opened.read() == whole[-100:]
        opened.seek(50)
        assert (opened.read(1000), opened.tell()) == (whole[50:1050], 1050)


def test_a_copy_is_there_as_long_as_it_is_needed(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    [file] = list_files(root)
    whole = (root / "warc" / file.filename).read_bytes()
    with open_local(root, file.filename) as local:
        assert Path(local.name) == root / "warc" / file.filename
    upload(root, place, drop_local=True)
    with open_local(root, file.filename) as local:
        assert local.read() == Path(local.name).read_bytes() == whole
    assert not Path(local.name).exists()


def test_a_file_that_is_gone_from_its_place_is_reported_as_missing(
    objects: ObjectStore, tmp_path: Path
) -> None:
    root = archive_in(tmp_path / "archive")
    [file] = list_files(root)
    upload(root, objects.bucket(), drop_local=True)
    placed = placed_files(root)[file.filename]
    line = placed.to_line().replace(placed.place.encode(), objects.bucket().encode())
    (root / UPLOADED).write_bytes(line)
    with pytest.raises(NothingFoundError, match="isn't in its place any more"):
        list(read_captures(root, file.filename))


def test_a_line_that_cannot_be_read_is_an_error_with_its_number(tmp_path: Path) -> None:
    (tmp_path / UPLOADED).write_text('{"file": 3}\n')
    with pytest.raises(ConfigError, match=f"{UPLOADED}:1"):
        placed_files(tmp_path)
