"""index.lock: one writer of index.db at a time (ingest, rebuild, reextract, story decisions).

A lock of the operating system on an open file: it goes with its process, even after kill -9. The file is
close-on-exec, so that no child keeps it. Readers take no lock. Tested in tests/index/test_write_lock.py.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError

FILENAME = "index.lock"
_PAUSE = 0.05  # seconds between two tries


@contextmanager
def index_lock(root: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Holds the lock of the archive `root` for a batch.

    Args:
        wait: Seconds to wait for another process to let go.

    Raises:
        ArchiveLockedError: another process holds it, also after `wait`.
        ArchiveNotWritableError: the lock file can't be made.
    """
    path = root / FILENAME
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise ArchiveNotWritableError(
            f"the index can't be locked: {error.strerror}",
            where=str(path),
            next_step="Give yourself write access to the archive's folder.",
        ) from error
    try:
        _take(handle, path, time.monotonic() + wait)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EWOULDBLOCK, errno.EACCES):
                raise
        if time.monotonic() >= until:
            raise ArchiveLockedError(
                "another process is writing the index",
                where=str(path),
                next_step="Try again later, or use --wait SECONDS.",
            )
        time.sleep(_PAUSE)
