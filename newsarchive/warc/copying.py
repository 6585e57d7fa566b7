"""Copies chosen exchanges into a WARC of their own, byte for byte.

Exchanges of ours stay whole (response, request, metadata); of files of others each record is one. A file holds only
one of the two kinds, since they are read by different rules. Tested in tests/warc/test_copying.py.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from newsarchive.model import Capture
from newsarchive.times import iso
from newsarchive.version import __version__
from newsarchive.warc import files
from newsarchive.warc.capture_reader import read_exchange
from newsarchive.warc.record import WARC_FIELDS, block_of, build_head, new_id, warc_fields

PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredExchange:
    """An exchange in a file of the archive; `end` is the byte behind its last record."""

    capture: Capture
    end: int
    is_foreign: bool  # another program wrote it


def find_exchange(root: Path, filename: str, offset: int) -> StoredExchange:
    """Return the exchange whose first record begins at `offset`.

    Raises:
        NothingFoundError: no such file.
        ArchiveDamagedError: no whole exchange begins there.
    """
    return StoredExchange(*read_exchange(root, filename, offset))


class Output(Protocol):
    """What a WARC is written to, from its first byte to its last."""

    def write(self, data: bytes, /) -> int: ...


class ExchangeWriter:
    """Writes a new WARC to `out`, beginning with its warcinfo record.

    Args:
        name: The file's name, in its warcinfo and in the captures that `copy` returns.
        foreign: Whether it holds records of files of others.
    """

    def __init__(self, root: Path, out: Output, name: str, now: datetime, *, foreign: bool) -> None:
        self._root, self._out, self._name = root, out, name
        self._size = 0
        self._write(_info(name, now, foreign=foreign))

    def copy(self, exchange: StoredExchange) -> Capture:
        """Append the exchange; return its capture with its new place."""
        old = exchange.capture
        offset = self._size
        left = exchange.end - old.warc_offset
        with files.open_warc(self._root, old.warc_filename, (old.warc_offset, left)) as file:
            file.seek(old.warc_offset)
            while left and (piece := file.read(min(left, PIECE))):
                self._write(piece)
                left -= len(piece)
        return replace(old, warc_filename=self._name, warc_offset=offset)

    def _write(self, data: bytes) -> None:
        self._out.write(data)
        self._size += len(data)


def _info(name: str, now: datetime, *, foreign: bool) -> bytes:
    """The warcinfo record, as a gzip member."""
    crawl = {} if foreign else {"isPartOf": "export", files.CRAWL_FIELD: "export"}
    about = {**crawl, "software": f"newsarchive/{__version__}", "format": "WARC File Format 1.1"}
    content = block_of(warc_fields(about.items()))
    head = build_head(
        [
            ("WARC-Type", "warcinfo"),
            ("WARC-Record-ID", f"<{new_id()}>"),
            ("WARC-Date", iso(now)),
            ("WARC-Filename", name),
            ("Content-Type", WARC_FIELDS),
            ("WARC-Block-Digest", content.digest),
            ("Content-Length", str(content.length)),
        ]
    )
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    return packer.compress(head + b"".join(content.pieces()) + b"\r\n\r\n") + packer.flush()
