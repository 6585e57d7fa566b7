"""The two lock files of an archive: `warc.lock` (crawl, import, repair, purge) and `index.lock` (what writes index.db).

The kernel holds a lock for an open file and frees it when its process ends, even by kill -9; the file is
close-on-exec, so that no child keeps it. `is_locked` asks without taking (on Linux; elsewhere no system call
does), so that asking never makes a starting writer fail. filelock serves neither: it asks by taking, and doesn't
say who holds the lock. Readers take no lock.
Tested in tests/test_locks.py.
"""

from __future__ import annotations

import fcntl
import os
import struct
import sys
import time
from pathlib import Path

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError

WARC_LOCK = "warc.lock"
INDEX_LOCK = "index.lock"
_PAUSE = 0.05  # seconds between two tries
_FLOCK = struct.Struct("hhqqi")  # struct flock: type, whence, start, length (0: to the end), pid
_WRITE = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)


class LockFile:
    """An exclusive lock on the file at `path`, held until `close`.

    Args:
        wait: Seconds to wait for another process to let go.

    Raises:
        ArchiveLockedError: another process holds it, also after `wait`; says its process id.
        ArchiveNotWritableError: the file can't be made.
    """

    def __init__(self, path: Path, *, wait: float = 0.0) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise ArchiveNotWritableError(
                f"the archive can't be locked: {error.strerror or error}",
                where=str(path),
                next_step="Check the folder and its permissions",
            ) from error
        try:
            self._take(path, time.monotonic() + wait)
        except BaseException:
            os.close(self._fd)
            raise
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def _take(self, path: Path, until: float) -> None:
        while not self._taken(path):
            if time.monotonic() >= until:
                holder = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip()
                raise ArchiveLockedError(
                    f"another process{f' ({holder})' if holder else ''} writes to this archive",
                    where=str(path),
                    next_step="Wait for it to end, or give --wait SECONDS",
                )
            time.sleep(_PAUSE)

    def _taken(self, path: Path) -> bool:
        try:
            return take(self._fd)
        except OSError as error:
            raise ArchiveNotWritableError(
                f"the archive can't be locked: {error.strerror or error}",
                where=str(path),
                next_step="Its file system has no locks: mount it with them, or move the archive to a local disk",
            ) from error

    def close(self) -> None:
        """Free the lock; a second call does nothing."""
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> LockFile:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def warc_lock(root: Path, *, wait: float = 0.0) -> LockFile:
    """Take the lock of those who write WARCs of the archive `root`; raises as `LockFile`."""
    return LockFile(root / WARC_LOCK, wait=wait)


def index_lock(root: Path, *, wait: float = 0.0) -> LockFile:
    """Take the lock of those who write the index of the archive `root`; raises as `LockFile`."""
    return LockFile(root / INDEX_LOCK, wait=wait)


def take(fd: int) -> bool:
    """Lock the open file for this process, unless another open file holds it; return whether it did."""
    try:
        if sys.platform == "linux":
            fcntl.fcntl(fd, fcntl.F_OFD_SETLK, _WRITE)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # POSIX lets a system answer with either
        return False
    return True


def is_locked(path: Path) -> bool:
    """Return whether a process holds the lock on the file at `path` at this moment; False where there is no such file."""
    try:
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # nobody ever wrote, or we can't see
        return False
    try:
        if sys.platform == "linux":
            found = fcntl.fcntl(fd, fcntl.F_OFD_GETLK, _WRITE)
            return bool(_FLOCK.unpack(found)[0] != fcntl.F_UNLCK)
        return not take(fd)
    finally:
        os.close(fd)
