"""An answer as it came: its head, its bytes, its payload's digest; read once, in pieces, never held twice.

Reads the file that it is given, writes nothing. Tested in tests/warc/test_exchange.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from newsarchive.warc.http_message import MAX_HEAD, Dechunker, HttpHead, parse_head
from newsarchive.warc.record import digest_text

PIECE = 256 * 1024  # bytes read at once from a large response
IN_MEMORY = 1024 * 1024  # a response up to this size is read once and held; a larger one is read twice


@dataclass(frozen=True, slots=True)
class RecordBlock:
    """A record's content: bytes, or a range of a file. `digest` is its sha1."""

    data: bytes | BinaryIO
    length: int
    digest: str
    is_dense: bool = False  # compressed already; trying hard again is a waste

    def pieces(self) -> Iterator[bytes]:
        if isinstance(self.data, bytes):
            yield self.data
            return
        self.data.seek(0)
        left = self.length
        while left:
            piece = self.data.read(min(PIECE, left))
            if not piece:
                raise OSError(f"the response's file is {left} bytes shorter than before")
            left -= len(piece)
            yield piece


@dataclass(frozen=True, slots=True)
class ParsedResponse:
    """The response as it came: its head, its block, its payload's digest in the spec's reading."""

    http: HttpHead
    block: RecordBlock
    payload_digest: str
    payload_length: int


def read_answer(file: BinaryIO) -> ParsedResponse | None:
    """Reads a response's file once, in pieces; None if it is empty."""
    length = file.seek(0, 2)
    if not length:
        return None
    file.seek(0)
    start = file.read(IN_MEMORY if length <= IN_MEMORY else PIECE)
    http = parse_head(start)
    while not http.is_complete and len(start) < min(length, MAX_HEAD):
        more = file.read(PIECE)
        if not more:
            break
        start += more
        http = parse_head(start)
    block, payload, size = hashlib.sha1(start), hashlib.sha1(), 0
    plain = Dechunker() if http.is_chunked else None
    piece = start[http.length :]
    while True:
        body = plain.feed(piece) if plain is not None else piece
        payload.update(body)
        size += len(body)
        piece = file.read(PIECE)
        if not piece:
            break
        block.update(piece)
    data: bytes | BinaryIO = start if len(start) == length else file
    is_dense = bool(http.get("content-encoding")) or (http.get("content-type") or "").startswith(
        ("image/", "video/")
    )
    return ParsedResponse(
        http=http,
        block=RecordBlock(data, length, digest_text(block.digest()), is_dense),
        payload_digest=digest_text(payload.digest()),
        payload_length=size,
    )


def block_of(data: bytes) -> RecordBlock:
    return RecordBlock(data, len(data), digest_text(hashlib.sha1(data).digest()))
