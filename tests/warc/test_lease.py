"""One machine works on a shard: who was frozen and replaced can add nothing any more."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveLockedError
from newsarchive.warc import list_files, upload
from newsarchive.warc.lease import NAME, Lease, leased
from newsarchive.warc.places import PlaceError, place_at
from newsarchive.warc.uploading import read_list
from tests.ingest.press import answer, html, text, write
from tests.object_store import ObjectStore, wait_for

pytestmark = pytest.mark.cluster
SHORT = 0.8  # seconds a lease holds in these tests

HOLDER = """
import sys, time
from pathlib import Path
from newsarchive.warc.lease import leased
from newsarchive.errors import ArchiveLockedError
from newsarchive.warc import upload
from newsarchive.warc.places import place_at
root, place, seconds, go = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), Path(sys.argv[4])
try:
    with leased(place_at(place), seconds=seconds) as lease:
        (root / "held").write_text(str(lease.fence))
        while not go.exists():
            time.sleep(0.02)
        upload(root, place, fence=lease.fence, drop_local=True)
except ArchiveLockedError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def archive_in(folder: Path, number: int) -> Path:
    url = f"https://gazette.example/{number}"
    write(folder, [answer(url, html(f"Title {number}", text(number)), seq=number)], f"crawl-{number}")
    return folder


def names(root: Path) -> set[str]:
    return {file.filename for file in list_files(root)}


def holder(root: Path, place: str, seconds: float, go: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(root), place, str(seconds), str(go)],
        stdout=subprocess.PIPE,
        text=True,
    )
    wait_for(lambda: (root / "held").exists() or process.poll() is not None, "the lease")
    return process


def test_only_one_has_it_and_the_next_one_has_the_next_number(place: str) -> None:
    there = place_at(place)
    with leased(there, seconds=SHORT) as first:
        assert first.fence == 1
        with pytest.raises(ArchiveLockedError, match="another machine"):
            Lease(there, seconds=SHORT)
        first.check()
    with pytest.raises(ArchiveLockedError):
        first.check()
    assert Lease(there).fence == 2
    assert read_list(there).fence == 2


def test_many_at_once_have_it_one_after_the_other(place: str) -> None:
    fences: list[int] = []
    inside: list[int] = []

    def work() -> None:
        with leased(place_at(place), seconds=30.0, wait=60.0) as lease:
            inside.append(lease.fence)
            assert len(inside) == 1
            fences.append(inside.pop())

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fences == [1, 2, 3, 4]


@pytest.mark.parametrize("is_midway", [False, True], ids=["before its upload", "in the middle of it"])
def test_a_frozen_holder_that_was_replaced_adds_nothing(
    objects: ObjectStore, tmp_path: Path, is_midway: bool
) -> None:
    """Its process is stopped (SIGSTOP), another one takes the lease and uploads, then the first goes on."""
    place, go = objects.bucket(), tmp_path / "go"
    first, second = archive_in(tmp_path / "first", 1), archive_in(tmp_path / "second", 2)
    process = holder(first, place, SHORT, go)
    if is_midway:
        objects.hold(".warc.gz")
        go.touch()
        wait_for(objects.is_holding, "the upload")
    process.send_signal(signal.SIGSTOP)
    if is_midway:
        objects.let_go()
    with leased(place_at(place), seconds=SHORT) as lease:
        assert lease.fence == 2
        assert upload(second, place, fence=lease.fence).uploaded == 1
        go.touch()
        process.send_signal(signal.SIGCONT)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == ArchiveLockedError.exit_code, said
    assert "lease 2, this one has 1" in said or "lost its lease" in said
    assert set(read_list(place_at(place)).files) == names(second)
    assert (first / "warc" / names(first).pop()).exists()
    with leased(place_at(place), seconds=SHORT) as lease:  # when it is its turn again, nothing of it is lost
        assert upload(first, place, fence=lease.fence).problems == ()
    assert set(read_list(place_at(place)).files) == names(first) | names(second)


def test_a_killed_holder_is_replaced(place: str, tmp_path: Path) -> None:
    process = holder(archive_in(tmp_path / "first", 1), place, SHORT, tmp_path / "go")
    process.kill()
    process.communicate()
    assert Lease(place_at(place)).fence == 2


def test_a_lease_that_cannot_be_read_is_not_taken(place: str) -> None:
    place_at(place).swap(NAME, b'{"holder": 3}', "")
    with pytest.raises(PlaceError, match="can't be read"):
        Lease(place_at(place))
