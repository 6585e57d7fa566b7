"""WARC files that aren't in the archive's folder any more: which they are, and how they are read from their place.

`ROOT/uploaded.jsonl` has a line for each sealed file that was put into a place and read back; a later line of a file
replaces an earlier one. A file that is in the folder, too, is read there. Tested in tests/warc/test_placed_files.py.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import RawIOBase
from pathlib import Path

from newsarchive.config import read_rows
from newsarchive.errors import NothingFoundError
from newsarchive.plan import decode
from newsarchive.warc.places import StoragePlace, place_at

UPLOADED = "uploaded.jsonl"
FIRST = (
    256 * 1024
)  # bytes asked for where nobody said how many are wanted; doubled as long as reading goes on
BLOCK = 8 * 1024 * 1024  # bytes asked for at most where nobody said how many
LONGEST = 32 * 1024 * 1024  # bytes of a record that are asked for at once


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedFile:
    """A sealed WARC file in a place."""

    file: str  # relative to warc/, and its name in the place
    size: int  # bytes
    sha256: str
    place: str  # its address

    def to_line(self) -> bytes:
        """Return its line in `uploaded.jsonl`."""
        return (json.dumps(asdict(self)) + "\n").encode()


def placed_files(root: Path) -> Mapping[str, PlacedFile]:
    """Return what was uploaded, by file name.

    Raises:
        ConfigError: a line can't be read; `where` is `file:line`.
    """
    path = root / UPLOADED
    try:
        seen = path.stat()
    except FileNotFoundError:
        return {}
    return _read(path, seen.st_size, seen.st_mtime_ns, seen.st_ino)


@lru_cache(64)
def _read(path: Path, *_state: int) -> Mapping[str, PlacedFile]:
    rows = read_rows(path, lambda row: decode(PlacedFile, row), "an uploaded file", is_cut=True)
    return {row.file: row for row in rows}


class PlacedReader(RawIOBase):
    """A file of a place as one that can be read and sought.

    Args:
        span: Offset and length of what will be read: one request, if it isn't longer than LONGEST. None = blocks, the
            longer the more of the file is read in order.
    """

    def __init__(self, placed: PlacedFile, span: tuple[int, int] | None = None) -> None:
        self.name = f"{placed.place}/{placed.file}"
        self._placed = placed
        self._place: StoragePlace = place_at(placed.place)
        self._span = span or (0, 0)
        self._at = self._base = 0
        self._data = b""
        self._ahead = FIRST

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a position; return it, in bytes."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._placed.size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """Return the position, in bytes."""
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill `buffer` as far as the file goes; return how many bytes that were.

        Raises:
            NothingFoundError: the file isn't in its place any more.
            PlaceError: the place can't be reached, or gave too little.
        """
        size = min(len(buffer), max(self._placed.size - self._at, 0))
        if not self._base <= self._at <= self._at + size <= self._base + len(self._data):
            self._fetch(size)
        start = self._at - self._base
        buffer[:size] = self._data[start : start + size]
        self._at += size
        return size

    def _fetch(self, size: int) -> None:
        offset, length = self._span
        if offset <= self._at and self._at + size <= offset + length <= offset + LONGEST:
            start, end = offset, offset + length
        else:
            goes_on = self._data and self._base < self._at <= self._base + len(self._data)
            self._ahead = min(2 * self._ahead, BLOCK) if goes_on else FIRST
            start, end = self._at, self._at + max(size, self._ahead)
        end = min(end, self._placed.size)
        try:
            data = self._place.read(self._placed.file, start, end)
        except FileNotFoundError:
            raise NothingFoundError(
                "the WARC file isn't in its place any more",
                where=self.name,
                next_step="Run `newsarchive verify`",
            ) from None
        if len(data) != end - start:
            raise NothingFoundError(
                f"{len(data)} bytes came where {end - start} were asked for",
                where=f"{self.name}@{start}",
                next_step="Run `newsarchive verify`",
            )
        self._base, self._data = start, data
