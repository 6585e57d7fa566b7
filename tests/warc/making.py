"""Exchanges for tests: requests and answers as they would have gone over the wire, written by us."""

from __future__ import annotations

import gzip
import io
import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.model import Capture, Exchange
from newsarchive.warc import WarcStore, list_files, read_captures

NOON = datetime(2026, 11, 24, 12, 0, 0, 123, tzinfo=UTC)


def answer(
    body: bytes = b"<p>Ferry timetable changes</p>",
    *headers: str,
    status: str = "200 OK",
    chunks: Sequence[int] = (),
) -> bytes:
    """An HTTP/1.1 answer; with `chunks` (sizes) it is sent chunked."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: text/html; charset=utf-8", *headers]
    if chunks:
        return "\r\n".join([*lines, "Transfer-Encoding: chunked", "", ""]).encode("latin-1") + chunked(
            body, chunks
        )
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode("latin-1") + body


def chunked(body: bytes, sizes: Sequence[int]) -> bytes:
    """`body` in chunks of these sizes, the last repeated."""
    out, pos, turn = b"", 0, 0
    while pos < len(body):
        size = max(sizes[min(turn, len(sizes) - 1)], 1)
        piece = body[pos : pos + size]
        out += f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
        pos, turn = pos + size, turn + 1
    return out + b"0\r\n\r\n"


def zipped(text: str) -> bytes:
    return gzip.compress(text.encode(), mtime=0)


def exchange(
    seq: int = 1, url: str = "http://harbour.example/a", response: bytes | None = None, **more: Any
) -> Exchange:
    """An exchange of that number; second `seq` after noon."""
    values: dict[str, Any] = {
        "url": url,
        "started_at": NOON + timedelta(seconds=seq),
        "request": b"GET / HTTP/1.1\r\nHost: harbour.example\r\n\r\n",
        "response": io.BytesIO(response) if response is not None else None,
        "ip": "127.0.0.1",
        "port": 80,
        "crawl_id": "run-1",
        "seq": seq,
        "source": "harbour",
        "seconds": 0.25,
    }
    return Exchange(**(values | more))


def page(seq: int, size: int = 600) -> bytes:
    """A page of its own, hard to compress, the same for the same numbers."""
    return random.Random(seq).randbytes(size).hex().encode()[:size]


def write(root: Path, exchanges: Sequence[Exchange], **more: Any) -> list[Capture]:
    """Commits these in one crawl and closes the store."""
    root.mkdir(exist_ok=True)
    with WarcStore(root, **({"crawl_id": "run-1", "min_free": 0} | more)) as store:
        return [store.commit(item) for item in exchanges]


def read_all(root: Path) -> list[Capture]:
    """All captures of the archive, by number."""
    found = [c for f in list_files(root) for c in read_captures(root, f.filename, end=f.size)]
    return sorted(found, key=lambda c: c.seq)


def members(path: Path) -> list[bytes]:
    """The file's records, unpacked one by one with the standard library alone."""
    data = path.read_bytes()
    out: list[bytes] = []
    import zlib

    while data:
        engine = zlib.decompressobj(31)
        out.append(engine.decompress(data))
        assert engine.eof
        data = engine.unused_data
    return out
