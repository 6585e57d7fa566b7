"""Unpacks gzip, bzip2 and zstd files of others, in bounded memory, to a bounded size, as long as the disk has room.

It knows nothing of records. Tested in tests/warc/test_loose_records.py and tests/warc/test_import_limits.py.
"""

from __future__ import annotations

import bz2
import io
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from newsarchive.warc.files import check_room
from newsarchive.warc.record_reader import GZIP

PIECE = 256 * 1024
# A file may unpack to so many times its size: texts of pages do to 3 to 10 times, the same page again and again to 100 times.
MOST_GROWTH = 200
ANY_GROWTH = 256 << 20  # bytes to which every file may unpack, however small it is
STEP = 64 << 20  # bytes unpacked between two looks at the room on the disk, and the room that must be left
_ZSTD = b"\x28\xb5\x2f\xfd"
_ZSTD_DICTIONARY = b"\x5d\x2a\x4d\x18"


class Growth:
    """How far a file has grown while it is unpacked, over all its streams. Bytes."""

    def __init__(self, packed: int, folder: Path, faults: Counter[str]) -> None:
        self._most = most_unpacked(packed)
        self._folder, self._faults = folder, faults
        self.size = 0

    @property
    def is_over(self) -> bool:
        """Whether no more is unpacked."""
        return self.size > self._most

    def of(self, stream: Any) -> Metered:
        """Return the stream, counted."""
        return Metered(stream, self)

    def add(self, size: int) -> None:
        """Count bytes.

        Raises:
            ArchiveNotWritableError: the disk has too little room to go on.
        """
        before, self.size = self.size, self.size + size
        if before // STEP != self.size // STEP:
            check_room(self._folder, STEP)
        if self.is_over:
            self._faults[f"streams that unpack to more than {MOST_GROWTH} times the file; cut there"] += 1


class Metered:
    """A stream that ends where its file has grown beyond measure."""

    def __init__(self, stream: Any, growth: Growth) -> None:
        self._stream, self._growth = stream, growth

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes; none at the end, or from the limit on."""
        if self._growth.is_over:
            return b""
        data = bytes(self._stream.read(size))
        self._growth.add(len(data))
        return data

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


def most_unpacked(packed: int) -> int:
    """Return to how many bytes so many may unpack."""
    return max(ANY_GROWTH, MOST_GROWTH * packed)


def unpacked(file: BinaryIO, faults: Counter[str]) -> Iterator[Any]:
    """Yield the file's bytes as readable streams: one for each gzip member, else one for all."""
    start = file.read(4)
    file.seek(0)
    if start[:3] == GZIP:
        yield from _members(file, faults)
    elif start[:3] == b"BZh":
        with bz2.open(file) as stream:
            yield _Fenced(stream, faults, (OSError, EOFError, ValueError))
    elif start in (_ZSTD, _ZSTD_DICTIONARY):
        import zstandard

        yield _Fenced(_zstd(file, start), faults, (zstandard.ZstdError,))
    else:
        yield file


class _Fenced:
    """A stream that ends where it is damaged."""

    def __init__(self, stream: Any, faults: Counter[str], errors: tuple[type[Exception], ...]) -> None:
        self._stream, self._faults, self._errors = stream, faults, errors

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none from the damage on."""
        try:
            return bytes(self._stream.read(size))
        except self._errors:
            self._faults["compressed streams that break off or are damaged"] += 1
            self._stream = io.BytesIO()
            return b""


def _zstd(file: BinaryIO, start: bytes) -> Any:
    """All frames as one stream; the dictionary in the first, skippable frame is used, as `.warc.zst` has it."""
    import zstandard

    dictionary = None
    if start == _ZSTD_DICTIONARY:
        size = int.from_bytes(file.read(8)[4:], "little")
        data = file.read(min(size, 16 << 20))
        if data.startswith(_ZSTD):
            data = zstandard.ZstdDecompressor().decompress(data, max_output_size=16 << 20)
        dictionary = zstandard.ZstdCompressionDict(data)
    engine = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=1 << 27)
    return engine.stream_reader(file, read_across_frames=True)


def _members(file: BinaryIO, faults: Counter[str]) -> Iterator[_Member]:
    """Each gzip member; behind a damaged one the next that can be found."""
    pos, end = 0, file.seek(0, 2)
    while pos < end:
        member = _Member(file, pos)
        yield member
        while member.read(PIECE):
            pass
        if member.error:
            faults["damaged gzip members; what could be unpacked of them is taken"] += 1
        pos = member.end if not member.error else _next_member(file, pos + 1, end)
        if not member.error and pos < end:
            file.seek(pos)
            if file.read(3) != GZIP:
                pos = _next_member(file, pos, end)


def _next_member(file: BinaryIO, pos: int, end: int) -> int:
    while pos < end:
        file.seek(pos)
        data = file.read(PIECE)
        at = data.find(GZIP)
        if at >= 0:
            return pos + at
        pos += max(len(data) - 2, 1)
    return end


class _Member:
    """One gzip member as a stream; `error` says that it is damaged, `end` where it ended."""

    def __init__(self, file: BinaryIO, offset: int) -> None:
        self._file, self._pos = file, offset
        self._engine = zlib.decompressobj(31)
        self._fed = b""
        self.error = False
        self.end = offset

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; none at the end, or from the damage on."""
        while not (self._engine.eof or self.error):
            if not self._fed:
                self._file.seek(self._pos)
                self._fed = self._file.read(64 * 1024)
                self._pos += len(self._fed)
                if not self._fed:
                    self.error = True
                    break
            try:
                out = self._engine.decompress(self._fed, size)
            except zlib.error:
                self.error = True
                break
            self._fed = self._engine.unconsumed_tail
            self.end = self._pos - len(self._engine.unused_data)
            if out:
                return out
        return b""
