"""Reads the records of files that others framed otherwise than we do, from a stream, in bounded memory.

Record lengths that are wrong or missing, heads beyond measure, bytes between records. A record ends where the next one, or its gzip
member, shows it, whatever its length says. It says what it passed over. Strict reading is in `record_reader.py`, compression in
`unpacking.py`. Tested in tests/warc/test_loose_records.py.
"""

from __future__ import annotations

import io
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from newsarchive.warc.record import MAX_HEAD, RecordHead, parse_record_head
from newsarchive.warc.unpacking import Growth, unpacked

PIECE = 256 * 1024
HELD = 1 << 20  # bytes of a block that are held in memory
RECORD = (
    1024  # bytes that a record counts beside its own: a member of its own costs a hundred bytes and some time
)
BEYOND = 64 << 20  # bytes beyond its stated length that are taken into a record
_START = re.compile(rb"WARC/[01]\.\d{1,2}\r?\n")
_NEXT = re.compile(rb"\n\r?\n(?=WARC/[01]\.\d{1,2}\r?\n)")
_REACH = 32  # bytes at the end of a piece in which the next record may begin


@dataclass(frozen=True, slots=True)
class LooseRecord:
    """A record with its block, `length` bytes at position 0 of a temporary file that is closed with the next record."""

    head: RecordHead
    block: IO[bytes]
    length: int


class Lookahead:
    """A stream of bytes that can be looked ahead in, and to which bytes can be given back."""

    def __init__(self, file: Any) -> None:
        self._sources: list[Any] = [file]
        self._data = b""
        self._at = 0

    def peek(self, size: int) -> bytes:
        """Return the next `size` bytes, fewer only at the end."""
        have = len(self._data) - self._at
        if have < size:
            parts = [self._data[self._at :]]
            while have < size and (piece := self._more()):
                parts.append(piece)
                have += len(piece)
            self._data, self._at = b"".join(parts), 0
        return self._data[self._at : self._at + size]

    def skip(self, size: int) -> None:
        """Pass over bytes that were seen."""
        self._at += size

    def give_back(self, file: Any) -> None:
        """Let what is left of `file` come next; it is closed at its end."""
        self._sources += [io.BytesIO(self._data[self._at :]), file]
        self._data, self._at = b"", 0

    def _more(self) -> bytes:
        while self._sources:
            if piece := self._sources[-1].read(PIECE):
                return bytes(piece)
            if len(self._sources) == 1:
                break
            self._sources.pop().close()
        return b""


def loose_records(path: Path, folder: Path, faults: Counter[str]) -> Iterator[LooseRecord]:
    """Yield the records of a WARC file.

    Args:
        folder: Where blocks are held that are too large for memory.
        faults: Counts what was passed over or mended, by sentence; grows.

    Raises:
        ArchiveNotWritableError: the folder's disk has no room for what the file unpacks to.
    """
    growth = Growth(path.stat().st_size, folder, faults)
    with path.open("rb") as file:
        for part in unpacked(file, faults):
            for record in _records(Lookahead(growth.of(part)), folder, faults):
                yield record
                growth.add(RECORD)
            if growth.is_over:
                return


def _records(stream: Lookahead, folder: Path, faults: Counter[str]) -> Iterator[LooseRecord]:
    while True:
        while (start := stream.peek(1024)) and not start.strip(b"\r\n"):
            stream.skip(len(start))
        if not start:
            return
        stream.skip(len(start) - len(start.lstrip(b"\r\n")))
        head = _head(stream)
        if head is None:
            faults["pieces that are no records"] += 1
            _pass_over(stream)
            continue
        stream.skip(head.length)
        stated = head.content_length
        with ExitStack() as stack:
            block = stack.enter_context(spool(folder))
            length = _take(stream, stated or 0, block)
            if length != stated or not _is_behind_a_block(stream):
                faults["records without their right length; taken to their end"] += 1
                block.seek(0)
                stream.give_back(block)
                block = stack.enter_context(spool(folder))
                length = _take_to_next(stream, block, length + BEYOND)
                faults["records that go on for 64 MiB beyond their length; cut there"] += (
                    length > (stated or 0) + BEYOND
                )
            block.seek(0)
            yield LooseRecord(head, block, length)


def spool(folder: Path) -> IO[bytes]:
    """Return a temporary file that is held in memory as long as it is small."""
    return cast("IO[bytes]", tempfile.SpooledTemporaryFile(max_size=HELD, dir=str(folder), suffix=".part"))


def _head(stream: Lookahead) -> RecordHead | None:
    for size in (8 * 1024, 64 * 1024, MAX_HEAD):
        start = stream.peek(size)
        head = parse_record_head(start)
        if head is not None or len(start) < size:
            return head
    return None


def _is_behind_a_block(stream: Lookahead) -> bool:
    """Whether two line ends follow, or a record or the end, perhaps behind empty lines."""
    here = stream.peek(1024)
    rest = here.lstrip(b"\r\n")
    return here.startswith((b"\r\n\r\n", b"\n\n")) or not rest or _START.match(rest) is not None


def _take(stream: Lookahead, size: int, out: IO[bytes]) -> int:
    taken = 0
    while taken < size and (piece := stream.peek(min(PIECE, size - taken))):
        out.write(piece)
        stream.skip(len(piece))
        taken += len(piece)
    return taken


def _take_to_next(stream: Lookahead, out: IO[bytes], limit: int) -> int:
    """Take what comes before the next record, or to the end, without the two line ends behind it; return how much that is."""
    while piece := stream.peek(PIECE):
        found = _NEXT.search(piece)
        is_last = len(piece) < PIECE
        size = found.start() if found else len(piece) if is_last else len(piece) - _REACH
        if out.tell() <= limit:
            out.write(piece[:size])
        stream.skip(found.end() if found else size)
        if found or is_last:
            return _without_line_ends(out, 0 if found else 2)
    return out.tell()


def _without_line_ends(block: IO[bytes], count: int) -> int:
    """The block's length without so many line ends behind it, and without a CR whose LF was taken already."""
    size = block.tell()
    block.seek(max(0, size - 4))
    tail = block.read(4)
    kept = tail
    for _ in range(count):
        kept = kept.removesuffix(b"\n").removesuffix(b"\r")
    return size - len(tail) + len(kept.removesuffix(b"\r") if not count else kept)


def _pass_over(stream: Lookahead) -> None:
    """Go on to the next line that may begin a record."""
    while piece := stream.peek(PIECE):
        found = _START.search(piece, 1)
        while found and piece[found.start() - 1 : found.start()] != b"\n":
            found = _START.search(piece, found.end())
        if found:
            stream.skip(found.start())
            return
        stream.skip(len(piece) if len(piece) < PIECE else len(piece) - _REACH)
        if len(piece) < PIECE:
            return
