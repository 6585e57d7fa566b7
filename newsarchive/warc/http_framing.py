"""Where the body of an HTTP message ends, and the framing taken off it: one reader for the crawl and for the archive.

It takes what browsers and curl take: blanks and bare LF in chunk lines, chunk extensions of any length, `identity`, a coding named
twice, lengths that agree or are no numbers. Pure; it never raises on what a server sends. Tested in tests/warc/test_http_framing.py.
"""

from __future__ import annotations

import re

from newsarchive.warc.http_message import HttpHead

BODYLESS = frozenset({204, 304})
MAX_LAYERS = 3  # chunked framings stacked on one body
LINE_KEPT = 256  # bytes of a chunk line that are held; the size is in them, the rest is extensions

_LENGTH = re.compile(r"\+?([0-9]{1,18})")
_BEGUN = re.compile(
    rb"[ \t]{0,64}(?:0[xX])?[0-9a-fA-F]{0,16}[ \t]{0,64}\r?"
)  # what a chunk line may be before its extensions
_SIZE = re.compile(rb"[ \t]*(?:0[xX])?([0-9a-fA-F]{1,16})[ \t]*\r?(?:;|\Z)")


def codings(http: HttpHead) -> list[str]:
    """Return all codings of a body but its framing, first applied first, in lower case."""
    transfer = [t for t in http.tokens("transfer-encoding") if t not in ("chunked", "identity")]
    return [*http.tokens("content-encoding"), *transfer]


def content_lengths(http: HttpHead) -> tuple[int, ...]:
    """Return the different lengths that the head states, smallest first; those that are no numbers are left out."""
    found = (_LENGTH.fullmatch(token) for token in http.tokens("content-length"))
    return tuple(sorted({int(match[1]) for match in found if match}))


class Dechunker:
    """Takes chunk framing off a stream. `feed` gives the body's bytes; what breaks the framing ends it.

    A body that doesn't begin with a chunk though its head says so is passed through unchanged (`is_raw`). `is_done` says that the
    last chunk was seen, `is_closed` that its trailers ended, too, `is_broken` that the framing failed; `rest` counts the bytes behind the end.
    """

    def __init__(self) -> None:
        self.is_done = self.is_closed = self.is_broken = self.is_raw = False
        self.rest = 0
        self._line = b""  # what is held of the line that is being read
        self._left = 0  # bytes of the chunk in hand
        self._is_chunked = False  # a first chunk was seen
        self._is_behind = False  # the line being read is the end of a chunk

    def feed(self, data: bytes) -> bytes:
        """Return the bytes of the body that `data` holds."""
        if self.is_raw:
            return data
        out: list[bytes] = []
        at = 0
        while at < len(data) and not (self.is_closed or self.is_broken):
            if self._left:
                piece = data[at : at + self._left]
                out.append(piece)
                self._left -= len(piece)
                at += len(piece)
                continue
            newline = data.find(b"\n", at) + 1
            begun = len(self._line)
            self._take(data[at : newline or len(data)], ends=newline > 0)
            if self.is_raw:
                held, self._line = self._line[:begun], b""
                return held + data[at:]
            at = newline or len(data)
        self.rest += len(data) - at
        return b"".join(out)

    def _take(self, piece: bytes, *, ends: bool) -> None:
        """Add to the line; read it if it `ends`."""
        if self._is_behind and not self._line and piece[:1] not in b"\r\n":
            self._is_behind = False  # a chunk whose line end is missing
        room = max(0, LINE_KEPT - len(self._line)) if self._is_chunked else None
        line = self._line + piece[:room].rstrip(b"\n")
        if not self._is_chunked:
            self._is_chunked = _SIZE.match(line) is not None and (ends or b";" in line)
            self.is_raw = not self._is_chunked and (ends or not _BEGUN.fullmatch(line))
        self._line = b"" if ends and not self.is_raw else line
        if ends and not self.is_raw:
            self._read(line)

    def _read(self, line: bytes) -> None:
        is_empty = not line.strip(b"\r")
        if self.is_done:
            self.is_closed = is_empty  # trailers end with an empty line
        elif self._is_behind and is_empty:
            self._is_behind = False
        elif found := _SIZE.match(line):
            self._left = int(found[1], 16)
            self.is_done = self._left == 0
            self._is_behind = not self.is_done
        else:
            self.is_broken = True


class Unframer:
    """Takes the chunk framing off a body, as often as its head says that it was applied; all else passes."""

    def __init__(self, http: HttpHead) -> None:
        self.layers = [
            Dechunker() for _ in range(min(MAX_LAYERS, http.tokens("transfer-encoding").count("chunked")))
        ]

    def feed(self, data: bytes) -> bytes:
        """Return the bytes of the body that `data` holds."""
        for layer in self.layers:
            data = layer.feed(data)
        return data


class BodyReader:
    """Takes the framing off one answer's body as it comes, and says where the answer ends.

    `expects` is the length that the head states, None if it states none or several. `is_done` turns true once the whole body was
    read; `rest` then counts the bytes that were fed beyond it. If the connection ends before, `is_cut` says that bytes are missing,
    `is_open` that only this end says where the body ends.
    """

    def __init__(self, http: HttpHead) -> None:
        has_body = http.status not in BODYLESS
        self._plain = Unframer(http)
        self._outer = self._plain.layers[0] if self._plain.layers and has_body else None
        self._lengths = ((0,) if not has_body else content_lengths(http)) if self._outer is None else ()
        self._size = self._rest = 0

    @property
    def expects(self) -> int | None:
        return self._lengths[0] if len(self._lengths) == 1 else None

    @property
    def rest(self) -> int:
        return self._rest if self._outer is None else self._outer.rest

    @property
    def is_done(self) -> bool:
        if self._outer is not None:
            return self._outer.is_closed
        return bool(self._lengths) and self._size >= self._lengths[-1]

    @property
    def is_broken(self) -> bool:
        """Whether the chunk framing failed behind its first chunk."""
        return any(layer.is_broken for layer in self._plain.layers)

    @property
    def is_cut(self) -> bool:
        if (outer := self._outer) is not None:
            return not (outer.is_done or outer.is_raw or outer.is_broken)
        return bool(self._lengths) and self._size not in self._lengths

    @property
    def is_open(self) -> bool:
        outer = self._outer
        return not self._lengths if outer is None else outer.is_raw or outer.is_broken

    def feed(self, data: bytes) -> bytes:
        """Return the bytes of the body that `data` holds."""
        if self._outer is not None:
            return self._plain.feed(data)
        body = data[: max(0, self._lengths[-1] - self._size)] if self._lengths else data
        self._rest += len(data) - len(body)
        self._size += len(body)
        return body
