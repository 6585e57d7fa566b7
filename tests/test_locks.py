"""One writer at a time; whoever asks takes nothing."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.locks import INDEX_LOCK, WARC_LOCK, LockFile, index_lock, is_locked, warc_lock

HOLD = """
import sys
from pathlib import Path
from newsarchive.locks import LockFile
with LockFile(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(path: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL])
def test_a_file_system_without_locks_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def fail(*_: object) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("newsarchive.locks.take", fail)
    with pytest.raises(ArchiveNotWritableError, match="has no locks") as told:
        warc_lock(tmp_path)
    assert told.value.where == str(tmp_path / WARC_LOCK)


@pytest.mark.parametrize(("lock", "name"), [(warc_lock, WARC_LOCK), (index_lock, INDEX_LOCK)])
def test_an_archive_has_two_locks(tmp_path: Path, lock: Callable[[Path], LockFile], name: str) -> None:
    with lock(tmp_path):
        assert [n for n in (WARC_LOCK, INDEX_LOCK) if is_locked(tmp_path / n)] == [name]
    assert not is_locked(tmp_path / name)


def test_a_second_process_is_refused_with_exit_code_75_and_learns_who_writes(tmp_path: Path) -> None:
    with holder(tmp_path / "x.lock") as other:
        with pytest.raises(ArchiveLockedError, match=str(other.pid)) as caught:
            LockFile(tmp_path / "x.lock")
        assert caught.value.exit_code == 75
        assert "--wait" in str(caught.value)
        other.kill()
        other.communicate()


def test_the_lock_goes_with_a_killed_process(tmp_path: Path) -> None:
    with holder(tmp_path / "x.lock") as other:
        other.kill()
        other.communicate()
    assert not is_locked(tmp_path / "x.lock")
    LockFile(tmp_path / "x.lock").close()


def test_a_waiting_process_gets_the_lock_when_it_is_free(tmp_path: Path) -> None:
    with holder(tmp_path / "x.lock") as other:
        assert other.stdin is not None
        other.stdin.close()
        with LockFile(tmp_path / "x.lock", wait=30):
            assert is_locked(tmp_path / "x.lock")
        other.wait()


def test_a_child_process_does_not_inherit_the_lock(tmp_path: Path) -> None:
    lock = LockFile(tmp_path / "x.lock")
    with subprocess.Popen(["sleep", "30"], close_fds=False) as child:
        lock.close()
        assert not is_locked(tmp_path / "x.lock")
        child.kill()


def test_a_lock_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveNotWritableError):
        LockFile(tmp_path / "gone" / "x.lock")
    assert not is_locked(tmp_path / "gone" / "x.lock")


def test_asking_takes_nothing_from_this_process_either(tmp_path: Path) -> None:
    with LockFile(tmp_path / "x.lock"):
        assert is_locked(tmp_path / "x.lock")
        assert is_locked(tmp_path / "x.lock")
        with pytest.raises(ArchiveLockedError, match=str(os.getpid())):
            LockFile(tmp_path / "x.lock")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no system call asks without taking")
def test_whoever_asks_never_makes_a_starting_writer_fail(tmp_path: Path) -> None:
    path, has_ended = tmp_path / "x.lock", threading.Event()

    def ask() -> None:
        while not has_ended.is_set():
            is_locked(path)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for thread in asking:
        thread.start()
    try:
        for _ in range(1000):
            LockFile(path).close()
    finally:
        has_ended.set()
        for thread in asking:
            thread.join()
    assert not is_locked(path)
