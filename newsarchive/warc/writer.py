"""One WARC file while it is written: append records whole, or cut back to where they began.

It handles gzip members and the file, not what records mean. `NAME.open` is made with O_EXCL and becomes
`NAME` only when sealed; until then the kernel knows, by a lock on the file, that somebody writes it.
Tested in tests/warc/test_store.py, test_full_disk.py and test_writer_pool.py.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Protocol

from newsarchive.errors import ArchiveLockedError
from newsarchive.locks import is_locked, take, warc_lock
from newsarchive.warc.files import OPEN, add_to_manifest, seal_path, sync_folder, write_all
from newsarchive.warc.record import WARC_FIELDS, block_of, build_head, new_id

PATIENCE = 5.0  # seconds that `close` waits for the lock; without it the next start seals the files
BUFFER = 1024 * 1024  # compressed bytes gathered before they are written


class Content(Protocol):
    """The block of a record, in pieces. `is_dense`: it is compressed already, so level 1 is enough."""

    @property
    def is_dense(self) -> bool: ...

    def pieces(self) -> Iterator[bytes]: ...


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
        """Whether the file on disk is still as this writer left it, and may be appended to."""
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
        """Write the file's first record, warcinfo."""
        content = block_of(block)
        head = build_head(
            [
                ("WARC-Type", "warcinfo"),
                ("WARC-Record-ID", f"<{self.info_id}>"),
                ("WARC-Date", date),
                ("WARC-Filename", self.name),
                ("Content-Type", WARC_FIELDS),
                ("WARC-Block-Digest", content.digest),
                ("Content-Length", str(content.length)),
            ]
        )
        self.write([(head, content)])

    def write(self, records: Iterable[tuple[bytes, Content]]) -> list[tuple[int, int]]:
        """Append these records, all or none.

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
        """Make everything written durable."""
        if self._synced == self.size:
            return
        try:
            os.fsync(self._fd)
        except OSError:
            self._is_torn = True  # what the disk holds now is unknown
            raise
        self._synced = self.size

    def seal(self) -> str:
        """Sync, close and rename the file.

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
        """Close the file as it is; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def is_held(path: Path) -> bool:
    """Return whether a running process writes this open file, or will go on with it."""
    return is_locked(path) or not path.exists()  # sealed meanwhile


class WriterPool:
    """The open files of one process between two crawls, so that a day's crawls share them.

    A watch crawls every few minutes; a file for each crawl would make tens of thousands a year. Only the
    process that made a file goes on writing it, through the descriptor that it never closed, and only while
    it holds `warc.lock`. A file that another process sealed meanwhile is given up. `close` seals the rest.
    """

    def __init__(self) -> None:
        self._writers: dict[Path, dict[bool, WarcWriter]] = {}

    def take(self, root: Path) -> dict[bool, WarcWriter]:
        """Take the archive's writers out, by whether they write checks; the caller holds `warc.lock`."""
        writers = self._writers.pop(root.resolve(), {})
        alive = {is_checks: writer for is_checks, writer in writers.items() if writer.is_in_place}
        _abandon(writer for is_checks, writer in writers.items() if is_checks not in alive)
        return alive

    def put(self, root: Path, writers: Mapping[bool, WarcWriter]) -> None:
        """Keep these writers; all that they wrote is on disk."""
        if writers:
            self._writers[root.resolve()] = dict(writers)

    def close(self) -> None:
        """Seal all files; what can't be sealed is left for the next start, which recovers it.

        Raises:
            OSError: a file couldn't be sealed.
        """
        for root in list(self._writers):
            try:
                with suppress(ArchiveLockedError), warc_lock(root, wait=PATIENCE):
                    for writer in self.take(root).values():
                        seal(root, writer)
            finally:
                _abandon(self._writers.pop(root, {}).values())


def seal(root: Path, writer: WarcWriter) -> None:
    """Close the file for good and add it to MANIFEST.

    Raises:
        OSError: it can't be; the file is left open for recovery.
    """
    try:
        digest = writer.seal()
        add_to_manifest(root, {f"warc/{writer.name}": digest})
    finally:
        writer.abandon()


def _abandon(writers: Iterable[WarcWriter]) -> None:
    for writer in writers:
        writer.abandon()
