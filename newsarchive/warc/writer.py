"""One WARC file while it is written: append records whole, or cut back to where they began.

It handles gzip members and the file, not what records mean. `NAME.open` is made with O_EXCL and becomes
`NAME` only when sealed; until then the kernel knows, by a lock on the file, that somebody writes it.
Tested in tests/warc/test_store.py, test_full_disk.py and test_writer_pool.py.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from newsarchive.errors import ArchiveLockedError
from newsarchive.locks import is_locked, take, warc_lock
from newsarchive.warc.deflate import gzip_packer
from newsarchive.warc.files import (
    OPEN,
    add_to_manifest,
    replace_file,
    seal_path,
    sha256_of,
    sync_folder,
    warc_folder,
    write_all,
)
from newsarchive.warc.record import WARC_FIELDS, block_of, build_head, new_id

PATIENCE = 5.0  # seconds that `close` waits for the lock; without it the next start seals the files
PARKED = ".parked"  # in warc/: the files that a run left open for the day's next run
BUFFER = 1024 * 1024  # compressed bytes gathered before they are written


class Content(Protocol):
    """The block of a record, in pieces. `is_dense`: it is compressed already."""

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
        self._sum: Any = hashlib.sha256()  # None of a file that another process began: read when it is sealed
        self._synced = 0
        self._is_torn = False
        self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o644)
        take(self._fd)
        sync_folder(folder)

    @classmethod
    def reopen(cls, folder: Path, level: int, kept: Mapping[str, Any]) -> WarcWriter | None:
        """Return the writer of a file that a process parked (`to_dict`), to go on with it; None if it isn't as it was
        left, or somebody writes it. The caller holds `warc.lock`."""
        made = cls.__new__(cls)
        made.name, made.crawl_id, made.info_id = kept["name"], kept["crawl_id"], kept["info_id"]
        made.day, made.about = date.fromisoformat(kept["day"]), kept["about"].encode()
        made.sources, made.size, made._synced = kept["sources"], kept["size"], kept["size"]
        made.path, made._level, made._sum, made._is_torn = folder / (made.name + OPEN), level, None, False
        try:
            made._fd = os.open(made.path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return None
        if take(made._fd) and made.is_in_place:
            return made
        made.abandon()
        return None

    def to_dict(self) -> dict[str, Any]:
        """Return what `reopen` needs, as JSON's kinds of values."""
        return {
            "name": self.name, "crawl_id": self.crawl_id, "info_id": self.info_id, "size": self.size,
            "day": str(self.day), "about": self.about.decode(), "sources": self.sources,
        }  # fmt: skip

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
        start, before = self.size, self._sum and self._sum.copy()
        spans: list[tuple[int, int]] = []
        held = bytearray()
        try:
            for head, block in records:
                at = self.size + len(held)
                engine = gzip_packer(self._level, is_dense=block.is_dense)
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
        if self._sum is not None:
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
        digest = self._sum.hexdigest() if self._sum is not None else sha256_of(self.path)
        seal_path(self.path, self.path.with_name(self.name))
        self.abandon()
        return str(digest)

    def abandon(self) -> None:
        """Close the file as it is; a second call does nothing."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1


def is_held(path: Path) -> bool:
    """Return whether a running process writes this open file, or will go on with it, or the next run will."""
    return is_locked(path) or not path.exists() or is_parked(path)  # sealed meanwhile


def is_parked(path: Path) -> bool:
    """Return whether a run left this open file whole, for the day's next run."""
    name = path.name.removesuffix(OPEN)
    sizes = {kept["name"]: kept["size"] for kept in _parked(path.parent)}
    try:
        return name in sizes and sizes[name] == path.stat().st_size
    except OSError:
        return False


def _parked(folder: Path) -> list[dict[str, Any]]:
    try:
        return list(json.loads((folder / PARKED).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


class WriterPool:
    """The open files of one process between two crawls, so that a day's crawls share them.

    A watch crawls every few minutes; a file for each crawl would make tens of thousands a year. The process that made a
    file goes on writing it, through the descriptor that it never closed, and only while it holds `warc.lock`. A file that
    another process sealed meanwhile is given up. `close` seals the rest, or, if `parks`, leaves them to the next process
    (a run of cron): what is needed to go on is in `warc/.parked`, which is written when all is on disk and removed before
    a byte is added. So a crash leaves either a whole file or one that recovery knows.
    """

    def __init__(self) -> None:
        self._writers: dict[Path, dict[bool, WarcWriter]] = {}
        self.parks = False

    def take(self, root: Path, level: int = 6) -> dict[bool, WarcWriter]:
        """Take the archive's writers out, by whether they write checks; the caller holds `warc.lock`."""
        root = root.resolve()
        writers = self._writers.pop(root, {})
        alive = {is_checks: writer for is_checks, writer in writers.items() if writer.is_in_place}
        _abandon(writer for is_checks, writer in writers.items() if is_checks not in alive)
        folder = warc_folder(root)
        for kept in _parked(folder):
            is_checks = "-checks-" in kept["name"]
            if is_checks not in alive and (writer := WarcWriter.reopen(folder, level, kept)) is not None:
                alive[is_checks] = writer
        forget_parked(root)
        return alive

    def put(self, root: Path, writers: Mapping[bool, WarcWriter]) -> None:
        """Keep these writers; all that they wrote is on disk."""
        if writers:
            self._writers[root.resolve()] = dict(writers)

    def close(self) -> None:
        """Seal or park all files; what can be neither is left for the next start, which recovers it.

        Raises:
            OSError: a file couldn't be sealed.
        """
        for root in list(self._writers):
            try:
                with suppress(ArchiveLockedError), warc_lock(root, wait=PATIENCE):
                    writers = self.take(root).values()
                    if self.parks:
                        rows = [writer.to_dict() for writer in writers]
                        replace_file(warc_folder(root) / PARKED, json.dumps(rows).encode())
                        _abandon(writers)
                    else:
                        for writer in writers:
                            seal(root, writer)
            finally:
                _abandon(self._writers.pop(root, {}).values())


def forget_parked(root: Path) -> None:
    """Remove the note of the files that a run left for the next; they go on, or are sealed, now."""
    path = warc_folder(root) / PARKED
    if path.exists():
        path.unlink()
        sync_folder(path.parent)


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
