"""The bytes of one HTTP exchange, as they pass: what is sent, what comes, where the header ends.

Knows no network library: `download_handler.py` feeds it. A small answer is held in memory, a large one in
a temporary file; there is never a second copy. Tested in tests/crawl/test_recording.py.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, BinaryIO, cast

from newsarchive.model import Tls, Truncated
from newsarchive.warc.http_message import parse_head

SPOOL = 1024 * 1024  # bytes of an answer that are held in memory

STATUS_END = 12  # bytes of a status line up to the end of its status, "HTTP/1.1 200"


class HeadScanner:
    """Finds the end of the final header block in a stream that comes in pieces.

    Interim answers (1xx) before it are passed over; `interim` counts their bytes. Lines may end in LF
    alone; empty lines before it are part of it. `done` turns true once the final header is complete; `length` is then where
    the body begins, and `head` its bytes.
    """

    def __init__(self) -> None:
        self.done = False
        self.head = b""
        self.interim = 0
        self.length = 0
        self._buffer = bytearray()
        self._seen = 0

    def feed(self, data: bytes) -> None:
        """Take the next piece; costs nothing once the header is complete."""
        if self.done:
            return
        self._buffer += data
        while not self.done:
            end = self._block_end()
            if end < 0:
                self.length = len(self._buffer)
                return
            if _is_interim(bytes(self._buffer[self.interim : self.interim + 16])):
                self.interim = self._seen = end
                continue
            self.length, self.done = end, True
            self.head = bytes(self._buffer[self.interim : end])
        self._buffer = bytearray()

    @property
    def is_only_interim(self) -> bool:
        """Has nothing of a final header come, but at most a piece of another interim answer?

        A piece too short to show its status counts as that of an interim answer if one came before.
        """
        start = bytes(self._buffer[self.interim : self.interim + 16])
        is_cut_short = self.interim > 0 and len(start) < STATUS_END and b"HTTP/1.1 1".startswith(start[:10])
        return not self.done and (is_cut_short or _is_interim(start))

    def _block_end(self) -> int:
        """Where the header block that begins at `interim` ends, after its empty line; -1 if not yet."""
        while (newline := self._buffer.find(b"\n", self._seen)) >= 0:
            line = bytes(self._buffer[self._seen : newline])
            self._seen = newline + 1
            if line in (b"", b"\r") and self._buffer[self.interim : self._seen].strip(b"\r\n"):
                return self._seen
        return -1

    @property
    def is_no_answer(self) -> bool:
        """Whether what came begins otherwise than an answer of HTTP."""
        if self.head:
            return parse_head(self.head).status is None
        start = bytes(self._buffer[self.interim :]).lstrip(b"\r\n")[:5].upper()
        return not b"HTTP/".startswith(start)


def _is_interim(start: bytes) -> bool:
    """Is this the start of a 1xx answer? (101 never comes: nothing asks for an upgrade.)"""
    parts = start.split(None, 2)
    return len(parts) >= 2 and parts[0].startswith(b"HTTP/") and len(parts[1]) == 3 and parts[1][:1] == b"1"


@dataclass(slots=True)
class Recording:
    """One exchange under way. It begins when a request is about to be written.

    Args:
        host: Name and `port` as the URL has them; the guard needs them.
        max_header: Bytes of header (interim answers counted) beyond which `too_large` turns true.
        max_wire: Bytes of the whole answer beyond which it does.
    """

    host: str
    port: int
    started_at: datetime
    max_header: int
    max_wire: int
    on_answer: Callable[[], None] = lambda: None  # called when the first bytes of the answer come
    request: bytearray = field(default_factory=bytearray)
    ip: str | None = None
    peer_port: int | None = None
    tls: Tls | None = None
    complete: bool = False
    is_broken: bool = False  # the connection ended otherwise than by its end
    too_large: str = ""
    received: int = 0
    _rest: int = 0
    _spool: IO[bytes] | None = None
    _head: HeadScanner = field(default_factory=HeadScanner)
    _mono: float = field(default_factory=time.monotonic)

    def begin(self, now: datetime, ip: str, port: int) -> None:
        """Begin a record: a request is about to be written on a connection to `ip:port`; what was before is forgotten."""
        self.close()
        self.started_at, self.ip, self.peer_port = now, ip, port
        self.request, self.tls, self.complete, self.too_large = bytearray(), None, False, ""
        self.is_broken = False
        self.received, self._rest, self._head = 0, 0, HeadScanner()
        self._mono = time.monotonic()

    def sent(self, data: bytes) -> None:
        """Record bytes that were sent."""
        self.request += data

    def came(self, data: bytes) -> None:
        """Record bytes that were received."""
        if self._spool is None:
            self._spool = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115 - closed by close()
            self.on_answer()
        self._spool.write(data)
        self.received += len(data)
        self._head.feed(data)
        header = self._head.length if self._head.done else self.received
        if header > self.max_header:
            self.too_large = f"header over {self.max_header} bytes"
        elif self.received > self.max_wire:
            self.too_large = f"answer over {self.max_wire} bytes"

    @property
    def head(self) -> bytes:
        """The final header's bytes; empty until it is complete."""
        return self._head.head

    @property
    def head_end(self) -> int:
        """Where the body begins in what came."""
        return self._head.length

    @property
    def is_no_answer(self) -> bool:
        """Whether a connection that ended in order brought something, but no HTTP."""
        return not self.is_broken and self._head.is_no_answer

    def finished(self, rest: int) -> None:
        """End the record: the answer is complete; its last `rest` bytes belong to no answer."""
        self._rest, self.complete = rest, True

    def request_without_body(self) -> bytes:
        """Return the request's bytes; each byte of a body is an `x`, since it may hold a password."""
        head, end, body = bytes(self.request).partition(b"\r\n\r\n")
        return head + end + b"x" * len(body)

    @property
    def seconds(self) -> float:
        """How long this exchange has taken so far."""
        return time.monotonic() - self._mono

    def response(self) -> BinaryIO | None:
        """Return the answer's bytes from its final status line to its end, at position 0; None if nothing
        (beyond interim answers) came. The caller doesn't close it; `close` does."""
        size = self.received - self._rest - self._head.interim
        if self._spool is None or size <= 0 or self._head.is_only_interim:
            return None
        self._spool.truncate(self.received - self._rest)
        if self._head.interim:
            self._drop_front(self._head.interim)
        self._spool.seek(0)
        return cast(BinaryIO, self._spool)

    def _drop_front(self, count: int) -> None:
        old = self._spool
        if old is None:
            return
        old.seek(count)
        new = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115 - closed by close()
        shutil.copyfileobj(old, new)
        old.close()
        self.received -= count
        self._head.interim = 0
        self._spool = new

    def close(self) -> None:
        """Free the spool."""
        if self._spool is not None:
            self._spool.close()
            self._spool = None


def truncation(recording: Recording, failure: str) -> Truncated | None:
    """Return what WARC-Truncated says of an exchange that ended in `failure` ("" = it didn't fail).

    Returns:
        "length" if a limit cut it, "time" for a timeout, "disconnect" for any other end before the
        answer was complete; None for a complete answer or if nothing came.
    """
    if not recording.received or (recording.complete and not recording.too_large):
        return None
    if recording.too_large or failure == "too large":
        return "length"
    if failure in ("timeout", "stopped"):
        return "time"
    return "disconnect" if failure else None
