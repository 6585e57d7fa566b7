"""What is inside an HTTP message: its head, its content coding; and which secrets a request holds.

Pure: bytes in, values out. It takes messages as servers really send them (bare LF, no reason phrase,
folded lines, lines without a colon) and never raises on them. It never decodes more
than it was asked for. Tested in tests/warc/test_http_message.py.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from newsarchive.warc.deflate import GZIP_BITS, InflateError, decompressobj
from newsarchive.warc.record import head_end

MAX_HEAD = 1024 * 1024  # bytes searched for the end of a head; the crawl stops answers at 256 KiB of head
PIECE = 64 * 1024  # bytes a decoder gives at once, about
SMALL, WHOLE = 256 * 1024, 1024 * 1024  # bytes of a stream that is unpacked at once, and of what may come out
ZSTD_FEED = 64  # bytes: 3 of them can make a block of 128 KiB, so at most 2.8 MB come of one step
MAX_CODINGS = 5  # content codings stacked on one body; more is an attack
REDACTED = b"[redacted]"
SECRET_HEADERS = frozenset({b"cookie", b"authorization", b"proxy-authorization"})

_BLANKS = " \t\r\v\f"  # around a header; 0x85 and 0xA0 may end a letter in UTF-8
_STATUS = re.compile(rb"(?:HTTP/(\d(?:\.\d)?)|ICY)[ \t]+(\d{1,4})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HttpHead:
    """The head of a message. `headers` are latin-1 texts in the order sent, folded lines joined.

    `length` counts the bytes up to and with the empty line; `is_complete` says that this line was
    there, `is_clean` that all lines end in CRLF, as parsers of other makers expect.
    """

    start_line: str
    headers: tuple[tuple[str, str], ...]
    length: int
    is_complete: bool
    is_clean: bool
    status: int | None = None
    version: str | None = None

    def get(self, name: str) -> str | None:
        """Return the first value of `name`, in any case of letters; None if absent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def get_all(self, name: str) -> tuple[str, ...]:
        """Return all values of `name`, in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)

    def tokens(self, name: str) -> tuple[str, ...]:
        """Return the comma-separated tokens of all values of `name`, lower case."""
        parts = (part.strip().lower() for value in self.get_all(name) for part in value.split(","))
        return tuple(part for part in parts if part)


def parse_head(start: bytes) -> HttpHead:
    """Return the head of the message that begins with `start` (which should reach past its empty line).

    Empty lines before it are passed over; they count in its length.
    """
    message = start.lstrip(b"\r\n")
    skipped = len(start) - len(message)
    end, length = head_end(message, MAX_HEAD)
    raw = message[:end]
    lines = raw.split(b"\n")
    is_clean = not skipped and message[end:length] == b"\r\n\r\n" and raw.count(b"\r\n") == len(lines) - 1
    text = [line.rstrip(b"\r").decode("latin-1") for line in lines]
    status = _STATUS.match(lines[0])
    return HttpHead(
        start_line=text[0],
        headers=tuple(_headers(text[1:])),
        length=skipped + length,
        is_complete=length > end,
        is_clean=is_clean,
        status=int(status[2]) if status else None,
        version=status[1].decode() if status and status[1] else None,
    )


def _headers(lines: Iterable[str]) -> list[tuple[str, str]]:
    headers: list[tuple[str, str]] = []
    for line in lines:
        if line[:1] in (" ", "\t") and headers:
            name, value = headers[-1]
            headers[-1] = (name, f"{value} {line.strip(_BLANKS)}")
        elif ":" in line:
            name, _, value = line.partition(":")
            headers.append((name.strip(_BLANKS), value.strip(_BLANKS)))
    return headers


def redact(request: bytes, secrets: Iterable[str] = ()) -> bytes:
    """Return `request` with the values of secret headers replaced by `[redacted]`; all else byte for byte.

    Args:
        secrets: Names of further headers whose values are secret, beside Cookie, Authorization
            and Proxy-Authorization.
    """
    names = SECRET_HEADERS | {name.strip().lower().encode("latin-1", "replace") for name in secrets}
    end, _ = head_end(request, MAX_HEAD)
    out: list[bytes] = []
    hiding = False
    for number, line in enumerate(request[:end].split(b"\n")):
        if line[:1] in (b" ", b"\t") and number:
            if hiding:
                continue
        else:
            name, colon, _ = line.partition(b":")
            hiding = number > 0 and bool(colon) and name.strip().lower() in names
            if hiding:
                line = name + b": " + REDACTED + (b"\r" if line.endswith(b"\r") else b"")
        out.append(line)
    return b"\n".join(out) + request[end:]


ENDS_EARLY = "stream ends early"  # the end of the problem of a content coding that wants more bytes


@dataclass(slots=True)
class Decoding:
    """Records how a decoding went. `problems` are sentences for people; empty if all is well."""

    problems: list[str] = field(default_factory=list)


def decode_content(pieces: Iterable[bytes], codings: Iterable[str], notes: Decoding) -> Iterator[bytes]:
    """Yield the body's bytes with the content codings taken off, last applied first.

    Each piece given is at most 3 MB, whatever the input claims. A coding that is not
    known or a stream that breaks ends the decoding and is noted in `notes`.
    """
    wanted = [c for c in codings if c not in ("identity", "chunked", "none", "")]
    if len(wanted) > MAX_CODINGS:
        notes.problems.append(f"{len(wanted)} content codings stacked; read none")
        return iter(pieces)
    for coding in reversed(wanted):
        decoder = _DECODERS.get(coding)
        if decoder is None:
            notes.problems.append(f"unknown content coding {coding!r}; left as it is")
            break
        pieces = decoder(pieces, notes)
    return iter(pieces)


def _inflate(pieces: Iterable[bytes], notes: Decoding, wbits: int, name: str) -> Iterator[bytes]:
    begun: list[bytes] = []
    size, rest = 0, iter(pieces)
    for piece in rest:
        begun.append(piece)
        size += len(piece)
        if size > SMALL:
            break
    else:
        if out := _whole(b"".join(begun), wbits):
            yield from (out[at : at + PIECE] for at in range(0, len(out), PIECE))
            return
    yield from _inflate_with_care(chain(begun, rest), notes, wbits, name)


def _whole(data: bytes, wbits: int) -> bytes:
    """What `data` unpacks to, if it is one whole small stream and nothing else, as nearly every page; else empty."""
    if wbits == GZIP_BITS and data[:4] != b"\x1f\x8b\x08\0":  # a head with fields is read with care
        return b""
    engine = decompressobj(wbits)
    try:
        out: bytes = engine.decompress(data, WHOLE)
    except InflateError:
        return b""
    return out if engine.eof and not engine.unused_data else b""


def _inflate_with_care(pieces: Iterable[bytes], notes: Decoding, wbits: int, name: str) -> Iterator[bytes]:
    """Streams of any size, several behind one another, and what a damaged one holds before the damage."""
    engine = zlib.decompressobj(wbits)
    seen = False
    for piece in pieces:
        data = piece
        while data:
            if engine.eof:
                if wbits != GZIP_BITS or not data.startswith(b"\x1f\x8b"):
                    return  # what comes after the end is padding
                engine = zlib.decompressobj(wbits)
            spare = engine.copy()
            try:
                out = engine.decompress(data, PIECE)
            except zlib.error as error:
                if (
                    not seen and wbits == 15 and "data check" not in str(error)
                ):  # "deflate" without its zlib wrapper, as some servers send it
                    wbits, engine, seen = -15, zlib.decompressobj(-15), True
                    continue
                yield from _before_damage(spare, data)
                notes.problems.append(f"{name} stream is damaged: {error}")
                return
            seen = True
            if out:
                yield out
            data = engine.unused_data if engine.eof else engine.unconsumed_tail
    if not engine.eof:
        if rest := engine.flush():
            yield rest
        if seen:
            notes.problems.append(f"{name} {ENDS_EARLY}")


def _before_damage(engine: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What can be unpacked of `data` before the byte at which it is damaged; all of it if only the checksum is wrong."""
    at, step = 0, 1024
    while at < len(data):
        spare = engine.copy()
        try:
            out = engine.decompress(data[at : at + step])
        except zlib.error:
            if step == 1:
                return
            engine, step = spare, 1
            continue
        at += step
        if out:
            yield out


def _gzip(pieces: Iterable[bytes], notes: Decoding) -> Iterator[bytes]:
    return _inflate(pieces, notes, GZIP_BITS, "gzip")


def _deflate(pieces: Iterable[bytes], notes: Decoding) -> Iterator[bytes]:
    return _inflate(pieces, notes, 15, "deflate")


def _brotli(pieces: Iterable[bytes], notes: Decoding) -> Iterator[bytes]:
    import brotli  # type: ignore[import-untyped]

    engine = brotli.Decompressor()
    seen = False
    try:
        for piece in pieces:
            data = piece
            while not engine.is_finished():
                out = engine.process(data, output_buffer_limit=PIECE)
                data = b""
                if out:
                    seen = True
                    yield out
                elif engine.can_accept_more_data():
                    break
    except brotli.error as error:
        notes.problems.append(f"br stream is damaged: {error}")
        return
    if not engine.is_finished():
        notes.problems.append(f"br {ENDS_EARLY}" if seen else "br stream gives nothing")


def _zstd(pieces: Iterable[bytes], notes: Decoding) -> Iterator[bytes]:
    import zstandard

    engine = zstandard.ZstdDecompressor(max_window_size=1 << 27)
    frame = engine.decompressobj()
    begun = False
    try:
        for piece in pieces:
            for at in range(0, len(piece), ZSTD_FEED):
                data = piece[at : at + ZSTD_FEED]
                while data:
                    if frame.eof:
                        frame = engine.decompressobj()
                    begun = True
                    if out := frame.decompress(data):
                        yield out
                    data = frame.unused_data if frame.eof else b""
    except zstandard.ZstdError as error:
        notes.problems.append(f"zstd stream is damaged: {error}")
        return
    if begun and not frame.eof:
        try:  # zeros in the place of a frame's checksum, its last four bytes, are found wrong; within a block they aren't
            frame.decompress(bytes(4))
        except zstandard.ZstdError as error:
            if "checksum" in str(error).lower():
                notes.problems.append("zstd stream lacks its checksum")
                return
        notes.problems.append(f"zstd {ENDS_EARLY}")


_DECODERS = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
