"""Read the records of a gzipped WARC, member by member, in bounded memory.

Strict about the container: every member must be one whole record, its checksum right, its length as
stated, nothing between or behind. The first thing that isn't raises `Damage` with its offset. It reads
ranges of a file that still grows and never past the end it was given. Tested in tests/warc/test_record_reader.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Literal

from newsarchive.warc.deflate import GZIP_BITS, InflateError, decompressobj
from newsarchive.warc.record import MAX_HEAD, RecordHead, parse_record_head

FEED = 16 * 1024  # compressed bytes given to zlib at once
PIECE = 1024 * 1024  # bytes that come out at once, at most
READ = 256 * 1024  # bytes read from the file at once
GZIP = b"\x1f\x8b\x08"

DamageKind = Literal["torn", "bad-digest", "garbage", "framing"]


class Damage(Exception):
    """The file isn't whole at `offset` (of the member, or of the bytes that are none)."""

    def __init__(self, kind: DamageKind, offset: int, text: str) -> None:
        super().__init__(kind, offset, text)
        self.kind = kind
        self.offset = offset
        self.text = text


class Window:
    """A range of a file, read ahead in blocks; `view` gives what comes at a position."""

    def __init__(self, file: BinaryIO, start: int, end: int) -> None:
        self._file = file
        self.end = end
        self._base = start
        self._data = b""

    def view(self, pos: int, size: int = FEED) -> memoryview:
        """Return up to `size` bytes from `pos` on; empty at the end of the range."""
        have = self._base + len(self._data) - pos
        if pos < self._base or have <= 0 or (have < size and self._base + len(self._data) < self.end):
            self._file.seek(pos)
            self._data = self._file.read(min(max(READ, size), max(self.end - pos, 0)))
            self._base = pos
        at = pos - self._base
        return memoryview(self._data)[at : at + size]


class Record:
    """One record. Read its block with `pieces` or `read`; after `finish` its `length` is known.

    `offset` and `length` are those of the gzip member in the file, in bytes.
    """

    __slots__ = ("_member", "_pieces", "head", "length", "offset")

    def __init__(self, offset: int, head: RecordHead, pieces: Iterator[bytes], member: _Member) -> None:
        self.offset = offset
        self.length = 0
        self.head = head
        self._pieces = pieces
        self._member = member

    def finish(self) -> None:
        """Read and check the record to its end.

        Raises:
            Damage: the member is cut, its checksum or its framing is wrong.
        """
        if not self.length:
            for _ in self._pieces:
                pass
            self.length = self._member.finish() - self.offset

    def pieces(self) -> Iterator[bytes]:
        """Yield the block, piece by piece; what was read once doesn't come again."""
        return self._pieces

    def read(self, limit: int) -> bytes:
        """Return up to about `limit` bytes of the block, at least that many if it has them."""
        parts: list[bytes] = []
        size = 0
        for piece in self._pieces:
            parts.append(piece)
            size += len(piece)
            if size >= limit:
                break
        return parts[0] if len(parts) == 1 else b"".join(parts)


def read_records(file: BinaryIO, start: int, end: int) -> Iterator[Record]:
    """Yield the records whose members fill the range from `start` to `end`.

    Each is checked to its end before the next is given, whether or not its block was read.

    Raises:
        Damage: at the first member that isn't a whole, rightly framed record.
    """
    window = Window(file, start, end)
    pos = start
    while pos < end:
        member = _Member(window, pos)
        record = member.open()
        yield record
        record.finish()
        pos += record.length


class _Member:
    """A gzip member under way, and the record in it."""

    def __init__(self, window: Window, offset: int) -> None:
        self._window = window
        self._offset = offset
        self._pos = offset
        self._engine = decompressobj(GZIP_BITS)
        self._rest = b""

    def open(self) -> Record:
        """Return the record's head; its block is still to be read."""
        start = bytes(self._window.view(self._offset, 3))
        if start != GZIP[: len(start)]:
            raise Damage(
                "garbage",
                self._offset,
                f"these bytes are no gzip member: {_show(self._window, self._offset)}",
            )
        text = b""
        head = None
        while head is None:
            more = self._inflate()
            if not more and self._engine.eof:
                raise Damage("framing", self._offset, "a gzip member that holds no WARC record")
            text += more
            head = parse_record_head(text)
            if head is None and (len(text) > MAX_HEAD or not text.startswith(b"WARC/"[: len(text)])):
                raise Damage("framing", self._offset, "a gzip member that doesn't begin with a WARC head")
        if head.content_length is None:
            raise Damage("framing", self._offset, "no Content-Length in the record's head")
        self._rest = text[head.length :]
        return Record(self._offset, head, self._block(head.content_length), self)

    def _block(self, left: int) -> Iterator[bytes]:
        while left:
            if not self._rest:
                self._rest = self._inflate()
                if not self._rest and self._engine.eof:
                    raise Damage(
                        "framing", self._offset, f"the block is {left} bytes shorter than its Content-Length"
                    )
            if len(self._rest) <= left:
                piece, self._rest = self._rest, b""
            else:
                piece, self._rest = self._rest[:left], self._rest[left:]
            left -= len(piece)
            if piece:
                yield piece

    def finish(self) -> int:
        """Check what follows the block, and the member's checksum; return where the next member begins."""
        tail = self._rest
        while not self._engine.eof:
            tail += self._inflate()
            if len(tail) > 4:
                break
        if tail != b"\r\n\r\n":
            raise Damage(
                "framing", self._offset, "behind the block doesn't come CRLF CRLF and the end of the member"
            )
        return self._pos

    def _inflate(self) -> bytes:
        """The next piece, perhaps empty at the member's end."""
        while not self._engine.eof:
            view = self._window.view(self._pos)
            try:
                out: bytes = self._engine.decompress(view, PIECE)
            except InflateError as error:
                raise Damage("bad-digest", self._offset, f"the gzip data are damaged: {error}") from error
            # at the member's end zlib may leave the same bytes in both
            unread = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
            self._pos += len(view) - len(unread)
            if out:
                return out
            if not view:
                raise Damage("torn", self._offset, "the file ends in the middle of this member")
        return b""


def _show(window: Window, offset: int) -> str:
    start = bytes(window.view(offset, 16))
    return "zeros" if not start.strip(b"\0") else start.hex(" ")


def find_member(file: BinaryIO, start: int, end: int) -> int | None:
    """Return where, from `start` on, a gzip member begins that holds a WARC record; None if nowhere before `end`."""
    pos = start
    window = Window(file, start, end)
    while pos < end:
        data = bytes(window.view(pos, READ))
        if not data:
            return None
        at = data.find(GZIP)
        if at < 0:
            pos += max(len(data) - 2, 1)
            continue
        try:
            _Member(window, pos + at).open()
        except Damage:
            pos += at + 1
        else:
            return pos + at
    return None
