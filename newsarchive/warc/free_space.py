"""Whether there is room to write: the check before a crawl, and the error for a write that failed.

Tested in tests/warc/test_free_space.py.
"""

from __future__ import annotations

import errno
import os
import secrets
from pathlib import Path

from newsarchive.errors import ArchiveNotWritableError
from newsarchive.warc.files import warc_folder


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
