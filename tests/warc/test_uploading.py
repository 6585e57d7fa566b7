"""Uploads: once, whole, checked; cut off, done twice or meeting a taken name they lose nothing and say what is wrong."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.errors import (
    ArchiveDamagedError,
    ArchiveLockedError,
    ArchiveNotWritableError,
    NothingFoundError,
    UsageError,
)
from newsarchive.locks import LockFile
from newsarchive.warc import adopt, list_files, purge, read_captures, refused_keys, undo_purge, upload, verify
from newsarchive.warc.files import MANIFEST, PURGED, read_manifest
from newsarchive.warc.placed_files import UPLOADED, placed_files
from newsarchive.warc.places import place_at
from newsarchive.warc.uploading import LIST, LOCK, FileList, change_list, read_list
from tests.ingest.press import answer, by_others, html, take, text, write
from tests.object_store import ObjectStore, wait_for

NOW = datetime(2026, 4, 1, tzinfo=UTC)


def archive_in(folder: Path, crawls: int = 3) -> Path:
    for number in range(crawls):
        pages = [
            answer(url(n), html(f"Title {n}", text(n)), hour=n, seq=n) for n in (10 * number, 10 * number + 1)
        ]
        write(folder, pages, f"crawl-{number}")
    return folder


def url(number: int) -> str:
    return f"https://gazette.example/news/{number}"


def names(root: Path) -> list[str]:
    return [file.filename for file in list_files(root)]


def here(root: Path) -> list[str]:
    return sorted(p.relative_to(root / "warc").as_posix() for p in (root / "warc").rglob("*.warc.gz"))


def test_every_closed_file_goes_once_and_the_archive_stays_whole(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    take(root, by_others(tmp_path / "far.warc.gz", [("https://far.example/", 1.0, html("Far", text(1)))]))
    (root / "warc" / "news-2026-00001-abc.warc.gz.open").touch()
    report = upload(root, place)
    assert (report.uploaded, report.there, report.dropped, report.problems) == (4, 0, 0, ())
    again = upload(root, place, drop_local=True)
    assert (again.uploaded, again.there, again.dropped, again.problems) == (0, 4, 4, ())
    assert here(root) == []
    (root / "warc" / "news-2026-00001-abc.warc.gz.open").unlink()
    assert verify(root).findings == ()
    sums = {f"warc/{name}": sha for name, (_, sha) in read_list(place_at(place)).files.items()}
    assert sums == read_manifest(root)


def test_an_upload_that_is_killed_in_the_middle_is_done_again(objects: ObjectStore, tmp_path: Path) -> None:
    root, place = archive_in(tmp_path / "archive"), objects.bucket()
    second = names(root)[1]
    objects.hold(second)
    code = f"from newsarchive.warc import upload; from pathlib import Path; upload(Path({str(root)!r}), {place!r}, drop_local=True)"
    process = subprocess.Popen([sys.executable, "-c", code])
    wait_for(objects.is_holding, "the upload")
    process.send_signal(signal.SIGKILL)
    process.wait()
    objects.let_go(store=False)
    assert list(placed_files(root)) == names(root)[:1]
    assert place_at(place).stored(second) is None
    assert here(root) == names(root)[1:]
    report = upload(root, place, drop_local=True)
    assert (report.uploaded, report.dropped, report.problems) == (2, 2, ())
    assert verify(root).findings == ()


def test_an_upload_whose_note_was_lost_finds_its_own_bytes(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    upload(root, place)
    (root / UPLOADED).unlink()
    assert upload(root, place, drop_local=True).problems == ()
    assert verify(root).findings == ()


def test_a_name_that_other_bytes_have_is_named_and_the_others_go(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    taken = names(root)[1]
    other = tmp_path / "other"
    other.write_bytes(b"other bytes")
    place_at(place).put(taken, other, "0" * 64)
    report = upload(root, place, drop_local=True)
    assert (report.uploaded, report.dropped) == (2, 2)
    assert [taken in problem for problem in report.problems] == [True]
    assert here(root) == [taken]
    assert b"".join(place_at(place).stream(taken)) == b"other bytes"
    assert verify(root).findings == ()


def test_a_damaged_file_is_not_uploaded(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    damaged = names(root)[0]
    with (root / "warc" / damaged).open("r+b") as file:
        file.write(b"x")
    report = upload(root, place, drop_local=True)
    assert [damaged in problem for problem in report.problems] == [True]
    assert here(root) == [damaged]
    assert place_at(place).stored(damaged) is None


def test_bytes_that_changed_on_the_way_do_not_count(objects: ObjectStore, tmp_path: Path) -> None:
    """An earlier upload claims the right digest for bytes that are others."""
    root, place = archive_in(tmp_path / "archive", 1), objects.bucket()
    [name] = names(root)
    size = (root / "warc" / name).stat().st_size
    other = tmp_path / "other"
    other.write_bytes(os.urandom(size))
    place_at(place).put(name, other, read_manifest(root)[f"warc/{name}"])
    report = upload(root, place, drop_local=True)
    assert "other bytes came back" in report.problems[0]
    assert here(root) == [name]


def test_two_uploads_of_an_archive_never_run_at_once(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive", 1)
    lock = LockFile(root / LOCK)
    with pytest.raises(ArchiveLockedError):
        upload(root, place)
    lock.close()
    assert upload(root, place).uploaded == 1


def test_a_machine_without_a_lease_adds_nothing_to_what_a_later_one_has(place: str, tmp_path: Path) -> None:
    root, there = archive_in(tmp_path / "archive", 1), place_at(place)
    change_list(there, 0, lambda held: FileList(files=held.files, fence=4))
    with pytest.raises(ArchiveLockedError, match="lease 4"):
        upload(root, place, fence=3)
    assert upload(root, place, fence=4).uploaded == 1


def test_a_lost_disk_is_made_good_from_the_place(place: str, tmp_path: Path) -> None:
    root = archive_in(tmp_path / "archive")
    captures = {c.warc_record_id for name in names(root) for c in read_captures(root, name)}
    upload(root, place)
    fresh = tmp_path / "fresh"
    (fresh / "warc").mkdir(parents=True)
    assert adopt(fresh, place) == 3
    assert adopt(fresh, place) == 0
    assert verify(fresh).findings == ()
    assert {c.warc_record_id for name in names(fresh) for c in read_captures(fresh, name)} == captures
    assert sorted((fresh / MANIFEST).read_text().splitlines()) == sorted(
        (root / MANIFEST).read_text().splitlines()
    )


def test_a_list_that_names_a_file_elsewhere_is_refused(place: str, tmp_path: Path) -> None:
    place_at(place).swap(LIST, b'{"fence": 0, "files": {"../../x.warc.gz": [1, "00"]}}', "")
    (tmp_path / "warc").mkdir()
    with pytest.raises(UsageError, match="can't be a WARC file's name"):
        adopt(tmp_path, place)


@pytest.mark.parametrize("is_dropped", [False, True])
def test_a_purge_takes_the_page_out_of_the_place_too(place: str, tmp_path: Path, is_dropped: bool) -> None:
    root = archive_in(tmp_path / "archive")
    upload(root, place, drop_local=is_dropped)
    purge(root, [url(10)], "a court said so", now=NOW)
    assert verify(root).findings == ()
    [name] = here(root) if is_dropped else [names(root)[1]]
    assert place_at(place).sha256_of(name) == read_manifest(root)[f"warc/{name}"]
    assert upload(root, place, drop_local=True).problems == ()
    left = {c.url for n in names(root) for c in read_captures(root, n)}
    assert left == {url(n) for n in (0, 1, 11, 20, 21)}
    assert verify(root).findings == ()


def test_a_purge_that_did_not_reach_the_place_says_so_and_is_finished_by_giving_it_again(
    place: str, tmp_path: Path
) -> None:
    root = archive_in(tmp_path / "archive")
    upload(root, place)
    held = (root / UPLOADED).read_bytes()
    (root / UPLOADED).write_bytes(held.replace(place.encode(), str(tmp_path / "other").encode()))
    (tmp_path / "other" / PURGED).mkdir(parents=True)  # no list can be written there
    with pytest.raises(ArchiveNotWritableError, match=r"not yet out of its place.*Run the purge again"):
        purge(root, [url(10)], "a court said so", now=NOW)
    (root / UPLOADED).write_bytes(held)
    with pytest.raises(NothingFoundError):
        purge(root, [url(10)], "a court said so", now=NOW)
    assert url(10) not in {
        c.url for name in in_place(place, tmp_path) for c in read_captures(tmp_path / "b", name)
    }


def in_place(place: str, tmp_path: Path) -> list[str]:
    """The files of a place, entered into a new archive `b` by another machine."""
    (tmp_path / "b" / "warc").mkdir(parents=True)
    adopt(tmp_path / "b", place)
    return names(tmp_path / "b")


@pytest.mark.parametrize("is_dropped", [False, True])
def test_what_one_machine_purges_the_others_that_share_the_place_purge(
    place: str, tmp_path: Path, is_dropped: bool
) -> None:
    root, other = archive_in(tmp_path / "archive"), tmp_path / "b"
    upload(root, place)
    in_place(place, tmp_path)
    if not is_dropped:  # the other machine has copies of its own
        shutil.copytree(root / "warc", other / "warc", dirs_exist_ok=True)
    purge(root, [url(10)], "a court said so", now=NOW)
    assert adopt(other, place) == 0
    assert verify(other).findings == ()
    assert {c.url for name in names(other) for c in read_captures(other, name)} == {
        url(n) for n in (0, 1, 11, 20, 21)
    }
    assert url(10) in refused_keys(other)
    assert (other / PURGED).read_bytes() == (root / PURGED).read_bytes()
    undo_purge(other, url(10), "an error", now=NOW.replace(day=2))
    upload(other, place)
    adopt(root, place)
    assert url(10) not in refused_keys(root)
    assert upload(root, place).uploaded == 0


def test_a_machine_that_takes_an_archive_over_refuses_what_was_purged_before(
    place: str, tmp_path: Path
) -> None:
    root = archive_in(tmp_path / "archive")
    purge(root, [url(10)], "a court said so", now=NOW)
    upload(root, place)
    in_place(place, tmp_path)
    assert url(10) in refused_keys(tmp_path / "b")


@pytest.mark.parametrize(
    "line",
    [
        b"x",
        b"{}",
        b"[]",
        b'{"at": "", "reason": "", "urls": [], "file": "../../x", "sha256": "", "spans": [], "record_ids": []}',
    ],
)
def test_a_list_of_purges_that_can_not_be_read_is_named_and_not_taken(
    place: str, tmp_path: Path, line: bytes
) -> None:
    place_at(place).swap(PURGED, line + b"\n", "")
    (tmp_path / "warc").mkdir()
    with pytest.raises(ArchiveDamagedError, match="list of purges can't be read"):
        adopt(tmp_path, place)
    assert not (tmp_path / PURGED).exists()
