"""Take exchanges out of a WARC file and leave a record of the same length that says so; and which URLs that concerns.

All other records keep their bytes and their offsets, so nothing that points to them breaks. What is to be
taken out is written to `purged.jsonl` first; whatever a crash leaves undone is done at the next start.
Tested in tests/warc/test_purge.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
import zlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from newsarchive.config import read_rows
from newsarchive.errors import UsageError
from newsarchive.plan import decode
from newsarchive.urls import key_or_empty
from newsarchive.warc import files
from newsarchive.warc.record import WARC_FIELDS, build_head, digest_text, facts_block, new_id, safe_url
from newsarchive.warc.record_reader import Damage, read_records

URI = "urn:newsarchive:purged"
STORED = 65535  # bytes of a stored deflate block, at most
PIECE = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Purge:
    """One line of `purged.jsonl`: what is taken out of one file, when and why."""

    at: str  # ISO 8601
    reason: str
    urls: tuple[str, ...]
    file: str  # relative to warc/
    sha256: str  # of the file before
    spans: tuple[tuple[int, int], ...]  # offset and length, bytes, of neighbouring records together
    record_ids: tuple[str, ...]  # of the captures that were in them
    undo: bool = False  # takes earlier purges of these URLs back, and takes nothing out

    def to_line(self) -> bytes:
        return (json.dumps(asdict(self), ensure_ascii=False) + "\n").encode()


def read_purges(root: Path) -> list[Purge]:
    """Return all that was ever taken out, in order; a last line without its end is left out.

    Raises:
        ConfigError: a line isn't a purge; `where` is `file:line`.
    """
    return read_rows(root / files.PURGED, lambda row: decode(Purge, row), "a purge", is_cut=True)


def purges_in_force(root: Path) -> list[Purge]:
    """The purges that nobody took back since; raises as `read_purges`."""
    held: list[Purge] = []
    for line in read_purges(root):
        if line.undo:
            back = keys_of(line.urls)
            held = [purge for purge in held if not back & keys_of(purge.urls)]
        else:
            held.append(line)
    return held


def was_purged(root: Path, filename: str, offset: int) -> bool:
    """Return whether what was at this place of a WARC file was purged; of a fleet, in a shard."""
    return any(
        purge.file == filename and any(start <= offset < start + length for start, length in purge.spans)
        for folder in (root, *files.shards_of(root))
        for purge in read_purges(folder)
    )


def refused_keys(root: Path) -> frozenset[str]:
    """The keys of all pages that are purged: none of them may be fetched or imported again."""
    return keys_of(url for purge in purges_in_force(root) for url in purge.urls)


def keys_of(urls: Iterable[str]) -> frozenset[str]:
    """What URLs are compared by: each itself and its key, if it has one."""
    return frozenset(key for url in urls for key in (safe_url(url), key_or_empty(url) or safe_url(url)))


def finish_purges(root: Path) -> list[str]:
    """Do what `purged.jsonl` says and MANIFEST shows undone. The caller holds the lock.

    Returns:
        The files that were changed.
    """
    sums = files.read_manifest(root)
    done: list[str] = []
    for purge in read_purges(root):
        path = files.warc_folder(root) / purge.file
        if sums.get(f"warc/{purge.file}") != purge.sha256 or not path.is_file():
            continue
        if files.sha256_of(path) == purge.sha256:
            take_out(path, purge)
        sums[f"warc/{purge.file}"] = files.sha256_of(path)
        files.write_manifest(root, sums)
        done.append(purge.file)
    return done


def take_out(path: Path, purge: Purge) -> None:
    """Rewrite the file with a tombstone in each span, and replace the old one in one step."""
    fresh = path.with_name(path.name + ".new")
    with path.open("rb") as source, fresh.open("wb") as out:
        info = _info_id(source)
        at = source.seek(0)
        for offset, length in purge.spans:
            _copy(source, out, offset - at)
            out.write(tombstone(length, purge, info))
            at = source.seek(offset + length)
        _copy(source, out, path.stat().st_size - at)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
    files.sync_folder(path.parent)


def _info_id(file: BinaryIO) -> str:
    """The id of the warcinfo record with which a file begins; empty if it begins with another."""
    with contextlib.suppress(Damage):
        for record in read_records(file, 0, file.seek(0, os.SEEK_END)):
            return record.head.record_id if record.head.type == "warcinfo" else ""
    return ""


def _copy(source: BinaryIO, out: BinaryIO, left: int) -> None:
    while left:
        piece = source.read(min(PIECE, left))
        if not piece:
            raise OSError("the file ended while it was copied")
        out.write(piece)
        left -= len(piece)


def tombstone(size: int, purge: Purge, info_id: str = "") -> bytes:
    """Return a gzip member of exactly `size` bytes that holds one metadata record about a purge.

    Args:
        info_id: Of its file's warcinfo record; named where there is room.

    Raises:
        UsageError: no record is that small.
    """
    full = facts_block({"purged": {"at": purge.at, "reason": purge.reason, "records": len(purge.record_ids)}})
    shapes = [
        (block, date, "") for block in (full, b"purged\r\n") for date in (purge.at, purge.at[:19] + "Z")
    ]
    for block, date, info in [(full, purge.at, info_id), *shapes]:
        raw = _stored(size, block, date, info)
        if raw is not None:
            return raw
    packed = _commented(size, b"purged\r\n", purge.at)
    if packed is None:
        raise UsageError(f"{size} bytes are too few for a tombstone")
    return packed


def _record(block: bytes, date: str, info_id: str = "", *, with_digest: bool = True) -> bytes:
    head = build_head(
        [
            ("WARC-Type", "metadata"),
            ("WARC-Record-ID", f"<{new_id()}>"),
            ("WARC-Date", date),
            ("WARC-Target-URI", URI),
            ("WARC-Warcinfo-ID", f"<{info_id}>" if info_id else None),
            ("Content-Type", WARC_FIELDS),
            ("WARC-Block-Digest", digest_text(hashlib.sha1(block).digest()) if with_digest else None),
            ("Content-Length", str(len(block))),
        ]
    )
    return head + block + b"\r\n\r\n"


def _stored(size: int, block: bytes, date: str, info_id: str) -> bytes | None:
    """With blanks behind the block's text and no compression, so that every length can be met."""
    blocks = -(-(size - 18) // (STORED + 5))
    wanted = size - 18 - 5 * blocks  # bytes of the record
    pad = wanted - len(_record(block, date, info_id))
    for _ in range(3):  # the padding's length may add digits to Content-Length
        if pad < 0:
            return None
        record = _record(block + b" " * pad, date, info_id)
        if len(record) == wanted:
            return _gzip(record, _deflate_stored(record, blocks))
        pad -= len(record) - wanted
    return None


def _deflate_stored(data: bytes, blocks: int) -> bytes:
    out = bytearray()
    for number in range(blocks):
        piece = data[number * STORED : (number + 1) * STORED]
        out += struct.pack("<BHH", number == blocks - 1, len(piece), len(piece) ^ 0xFFFF) + piece
    return bytes(out)


def _commented(size: int, block: bytes, date: str) -> bytes | None:
    """Compressed, with a comment in the gzip head that fills the rest; for spans that are very small."""
    record = _record(block, date, with_digest=False)
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = engine.compress(record) + engine.flush()
    fill = size - 18 - len(packed) - 1
    if fill == -1:
        return _gzip(record, packed)
    return _gzip(record, packed, b"x" * fill + b"\0") if fill >= 0 else None


def _gzip(data: bytes, packed: bytes, comment: bytes = b"") -> bytes:
    head = b"\x1f\x8b\x08" + (b"\x10" if comment else b"\0") + b"\0\0\0\0" + b"\0\xff" + comment
    return head + packed + struct.pack("<II", zlib.crc32(data), len(data) & 0xFFFFFFFF)


def joined(spans: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return neighbouring spans as one."""
    out: list[tuple[int, int]] = []
    for offset, length in sorted(spans):
        if out and sum(out[-1]) == offset:
            out[-1] = (out[-1][0], out[-1][1] + length)
        else:
            out.append((offset, length))
    return tuple(out)
