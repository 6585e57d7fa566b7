"""Who may write, and whether there is room: `warc.lock`, the check before a crawl, the error for a failed write.

Tested in tests/warc/test_warc_lock.py.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
from pathlib import Path

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.warc.files import warc_folder

LOCK = "warc.lock"


class WarcLock:
    """`warc.lock`: held by whoever writes WARCs (crawl, import, repair, purge). The kernel frees it at the process' end.

    Raises:
        ArchiveLockedError: another process holds it, also after `wait` seconds.
        ArchiveNotWritableError: the file can't be made.
    """

    def __init__(self, root: Path, *, wait: float = 0.0) -> None:
        path = root / LOCK
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise not_writable(error, path) from error
        try:
            self._take(path, time.monotonic() + wait)
        except BaseException:
            os.close(self._fd)
            raise
        os.ftruncate(self._fd, 0)
        os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def _take(self, path: Path, until: float) -> None:
        while True:
            try:
                fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except BlockingIOError as error:
                if time.monotonic() >= until:
                    holder = os.pread(self._fd, 32, 0).decode("ascii", "replace").strip()
                    raise ArchiveLockedError(
                        f"another process{f' ({holder})' if holder else ''} writes to this archive",
                        where=str(path),
                        next_step="Wait for it to end, or give --wait SECONDS",
                    ) from error
                time.sleep(0.05)

    def close(self) -> None:
        """Frees the lock; a second call does nothing."""
        if self._fd >= 0:
            os.ftruncate(self._fd, 0)
            os.close(self._fd)
            self._fd = -1

    def __enter__(self) -> WarcLock:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def is_locked(root: Path) -> bool:
    """Whether a process writes to the archive at this moment."""
    try:
        fd = os.open(root / LOCK, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:  # nobody ever wrote, or we can't see
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def check_room(root: Path, need: int) -> None:
    """Makes sure that the archive can be written, before anything is fetched.

    Args:
        need: Bytes that must be free.

    Raises:
        ArchiveNotWritableError: read-only, gone, or too little space; says how much is needed.
    """
    folder = warc_folder(root)
    probe = folder / f".probe-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        folder.mkdir(exist_ok=True)
        probe.write_bytes(b"newsarchive\n")
        probe.unlink()
        room = os.statvfs(folder)
    except OSError as error:
        raise not_writable(error, folder) from error
    free = room.f_bavail * room.f_frsize
    if free < need:
        raise ArchiveNotWritableError(
            f"only {free / 1e6:.1f} MB are free and {need / 1e6:.1f} MB are needed",
            where=str(folder),
            next_step="Make room, or move the archive to a larger disk",
        )


def not_writable(error: OSError, path: Path, need: int = 0) -> ArchiveNotWritableError:
    """The error for a write that failed, with the path and the bytes that were wanted."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk is full" if full else f"the archive can't be written: {error.strerror or error}"
    if full and error.errno == errno.EFBIG:
        what = "the file can't grow further (limit of the file system or process)"
    if need:
        what += f"; {need} bytes were to be written"
    step = "Make room, then run the command again; nothing that was committed is lost"
    return ArchiveNotWritableError(
        what, where=str(path), next_step=step if full else "Check the folder and its permissions"
    )
