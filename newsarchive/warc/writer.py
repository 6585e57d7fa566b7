"""One WARC file while it is written: append records whole, or cut back to where they began.

It knows gzip members and the file, not what records mean. `NAME.open` is made with O_EXCL and becomes
`NAME` only when sealed; until then the kernel knows, by a lock on the file, that somebody writes it.
Tested in tests/warc/test_store.py and test_full_disk.py.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Protocol

from newsarchive.locks import is_locked, take
from newsarchive.warc.files import OPEN, seal_path, sync_folder, write_all
from newsarchive.warc.record import WARC_FIELDS, build_head, digest_text, new_id

BUFFER = 1024 * 1024  # compressed bytes gathered before they are written


class Content(Protocol):
    """What stands in a record: bytes in pieces. `is_dense`: compressed already, trying hard again is a waste."""

    @property
    def is_dense(self) -> bool: ...

    def pieces(self) -> Iterator[bytes]: ...


class Held:
    """Content that is in memory."""

    is_dense = False

    def __init__(self, data: bytes) -> None:
        self._data = data

    def pieces(self) -> Iterator[bytes]:
        yield self._data


class WarcWriter:
    """Appends gzip members to `NAME.open` in `folder`. All methods raise OSError as the disk does.

    Args:
        crawl_id: The crawl that begins the file.
    """

    def __init__(
        self, folder: Path, name: str, level: int, *, suffix: str = OPEN, crawl_id: str = ""
    ) -> None:
        self.name = name
        self.crawl_id = crawl_id
        self.day: date | None = None  # on which the file was begun
        self.about = b""  # what the file's warcinfo says of how it is made
        self.sources: dict[str, str] = {}  # texts of source files that the file holds
        self.info_id = new_id()
        self.path = folder / (name + suffix)
        self.size = 0
        self._level = level
        self._sum = hashlib.sha256()
        self._synced = 0
        self._is_torn = False
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        take(self._fd)
        sync_folder(folder)

    @property
    def is_in_place(self) -> bool:
        """Whether the file still lies there as this pen left it, and may be written on."""
        try:
            there, own = self.path.stat(), os.fstat(self._fd)
        except OSError:
            return False
        return (
            not self._is_torn
            and (there.st_dev, there.st_ino) == (own.st_dev, own.st_ino)
            and (own.st_size == self.size)
        )

    def write_info(self, block: bytes, date: str) -> None:
        """The file's first record, warcinfo."""
        head = build_head(
            [
                ("WARC-Type", "warcinfo"),
                ("WARC-Record-ID", f"<{self.info_id}>"),
                ("WARC-Date", date),
                ("WARC-Filename", self.name),
                ("Content-Type", WARC_FIELDS),
                ("WARC-Block-Digest", digest_text(hashlib.sha1(block).digest())),
                ("Content-Length", str(len(block))),
            ]
        )
        self.write([(head, Held(block))])

    def write(self, records: Iterable[tuple[bytes, Content]]) -> list[tuple[int, int]]:
        """Appends these records, all or none.

        Returns:
            Offset and length of each one's member, in bytes.
        """
        start, before = self.size, self._sum.copy()
        spans: list[tuple[int, int]] = []
        held = bytearray()
        try:
            for head, block in records:
                at = self.size + len(held)
                engine = zlib.compressobj(1 if block.is_dense else self._level, zlib.DEFLATED, 31)
                held += engine.compress(head)
                for piece in block.pieces():
                    held += engine.compress(piece)
                    if len(held) >= BUFFER:
                        self._flush(held)
                held += engine.compress(b"\r\n\r\n")
                held += engine.flush()
                spans.append((at, self.size + len(held) - at))
            self._flush(held)
        except BaseException:
            self._cut(start)
            self._sum = before
            raise
        return spans

    def _flush(self, held: bytearray) -> None:
        write_all(self._fd, bytes(held), self.size)
        self._sum.update(held)
        self.size += len(held)
        held.clear()

    def _cut(self, size: int) -> None:
        self.size = size
        try:
            os.ftruncate(self._fd, size)
        except OSError:
            self._is_torn = True  # recovery will cut it; such a file is never sealed
            raise

    def sync(self) -> None:
        """Makes everything written durable."""
        if self._synced == self.size:
            return
        try:
            os.fsync(self._fd)
        except OSError:
            self._is_torn = True  # what the disk holds now is unknown
            raise
        self._synced = self.size

    def seal(self) -> str:
        """Syncs, closes and renames the file.

        Returns:
            Its SHA-256, in hex.
        """
        if self._is_torn:
            raise OSError(f"{self.path} is left open for recovery after a failed write")
        self.sync()
        seal_path(self.path, self.path.with_name(self.name))
        self.abandon()
        return self._sum.hexdigest()

    def abandon(self) -> None:
        """Closes the file as it is; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def is_held(path: Path) -> bool:
    """Whether a living process writes this open file, or will go on with it."""
    return is_locked(path) or not path.exists()  # sealed meanwhile
