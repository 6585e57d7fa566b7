"""A server that answers exactly the bytes it was told to, however odd; and remembers what it was asked.

Raw sockets, a thread a connection. `Origin` serves one address; `SHAPES` are the answers of the fidelity tests.
"""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import brotli

HTML = b"<!doctype html><title>Odd</title><p>" + b"The tide turned before noon. " * 40 + b"</p>"


@dataclass(frozen=True)
class Shape:
    """What is sent for one path: pieces, a pause before each, then the connection is closed or kept."""

    pieces: tuple[bytes, ...]
    pause: float = 0.0
    close: bool = False
    reset: bool = False
    last_word: bool = False  # TLS is ended by a close_notify
    hang: bool = False  # after the last piece nothing more comes
    is_endless: bool = False  # the last piece again and again until the client goes
    cut: str | None = None  # WARC-Truncated that must result
    fails: bool = False  # the client must see a failure
    drop_front: int = 0  # bytes of interim answers, which aren't stored
    rest: int = 0  # bytes at the end that belong to no answer

    @property
    def sent(self) -> bytes:
        return b"".join(self.pieces)

    @property
    def stored(self) -> bytes:
        return self.sent[self.drop_front : len(self.sent) - self.rest]


def plain(body: bytes = HTML, status: str = "200 OK", headers: Iterable[bytes] = (), **more: object) -> Shape:
    """An ordinary answer with Content-Length."""
    lines = [b"HTTP/1.1 " + status.encode("latin-1"), b"Content-Type: text/html", *headers]
    lines += [b"Content-Length: %d" % len(body)]
    return Shape((b"\r\n".join(lines) + b"\r\n\r\n" + body,), **more)  # type: ignore[arg-type]


def chunks(body: bytes, size: int = 100, extension: bytes = b"", trailer: bytes = b"") -> bytes:
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    coded = b"".join(b"%x%s\r\n%s\r\n" % (len(part), extension, part) for part in parts)
    return coded + b"0\r\n" + trailer + b"\r\n"


def head(*lines: bytes) -> bytes:
    return b"\r\n".join(lines) + b"\r\n\r\n"


CHUNKED = (b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"Transfer-Encoding: chunked")
UNTIL_CLOSED = head(b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"Connection: close")
WHOLE = HTML + b"</body></html>\n<!-- served by a -->"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n"
ZSTD = bytes.fromhex("28b52ffd0458") + b"\x41\x00\x00tide\n" + b"\x00\x00\x00\x00"


def framed(body: bytes, *lines: bytes, start: bytes = b"HTTP/1.1 200 OK", **more: bool) -> Shape:
    return Shape((head(start, b"Content-Type: text/html", *lines) + body,), **more)


TE, CL, SIZE = b"Transfer-Encoding: ", b"Content-Length: ", b"%d" % len(WHOLE)
# Answers in a form that no standard allows, whose page is WHOLE all the same.
LENIENT: Mapping[str, Shape] = {
    "/chunk-lines-with-blanks": framed(chunks(WHOLE, extension=b"  "), TE + b"chunked"),
    "/chunk-lines-begin-blank": framed(chunks(WHOLE).replace(b"64\r\n", b" 64\r\n"), TE + b"chunked"),
    "/chunk-lines-end-in-lf": framed(chunks(WHOLE).replace(b"\r\n", b"\n"), TE + b"chunked"),
    "/chunk-sizes-as-in-c": framed(chunks(WHOLE).replace(b"64\r\n", b"0x64\r\n"), TE + b"chunked"),
    "/chunk-extension-of-9k": framed(chunks(WHOLE, extension=b";x=" + b"e" * 9000), TE + b"chunked"),
    "/chunk-extension-of-90k": framed(chunks(WHOLE, extension=b";x=" + b"e" * 90_000), TE + b"chunked"),
    "/chunks-without-last-line-end": framed(chunks(WHOLE)[:-2], TE + b"chunked", close=True),
    "/no-chunks-though-said": framed(WHOLE, TE + b"chunked", close=True),
    "/chunked-said-twice": framed(chunks(WHOLE), TE + b"chunked", TE + b"chunked"),
    "/chunked-twice": framed(chunks(chunks(WHOLE)), TE + b"chunked, chunked"),
    "/transfer-gzip": framed(chunks(gzip.compress(WHOLE, mtime=0)), TE + b"gzip, chunked"),
    "/transfer-identity": framed(WHOLE, TE + b"identity", CL + SIZE),
    "/length-and-chunks": framed(chunks(WHOLE), TE + b"chunked", CL + b"7"),
    "/lengths-that-differ": framed(WHOLE, CL + b"300", CL + SIZE, close=True),
    "/length-twice-in-a-line": framed(WHOLE, CL + SIZE + b", " + SIZE),
    "/length-with-plus": framed(WHOLE, CL + b"+" + SIZE),
    "/length-empty": framed(WHOLE, CL, close=True),
    "/length-no-number": framed(WHOLE, CL + b"abc", close=True),
    "/length-negative": framed(WHOLE, CL + b"-1", close=True),
    "/length-beyond-all": framed(WHOLE, CL + b"9" * 20, close=True),
    "/first-header-folded": Shape((head(b"HTTP/1.1 200 OK", b" X-Folded: 1", CL + SIZE) + WHOLE,)),
    "/empty-lines-first": framed(WHOLE, CL + SIZE, start=b"\r\n\r\nHTTP/1.1 200 OK"),
    "/icy": framed(WHOLE, CL + SIZE, start=b"ICY 200 OK"),
    "/http2-in-text": framed(WHOLE, CL + SIZE, start=b"HTTP/2 200"),
    "/status-after-blanks": framed(WHOLE, CL + SIZE, start=b"HTTP/1.1  200  OK"),
    "/status-before-odd-blank": framed(WHOLE, CL + SIZE, start=b"HTTP/1.1 200\xa0OK"),
    "/gzip-checksum-wrong": framed(
        gzip.compress(WHOLE, mtime=0)[:-8] + bytes(8),
        CL + b"%d" % len(gzip.compress(WHOLE, mtime=0)),
        b"Content-Encoding: gzip",
    ),
}

SHAPES: Mapping[str, Shape] = {
    "/plain": plain(),
    "/gzip": plain(gzip.compress(HTML, mtime=0), headers=[b"Content-Encoding: gzip"]),
    "/brotli": plain(brotli.compress(HTML), headers=[b"Content-Encoding: br"]),
    "/zstd-broken": plain(ZSTD, headers=[b"Content-Encoding: zstd"]),
    "/gzip-broken": plain(b"this is no gzip", headers=[b"Content-Encoding: gzip"]),
    "/chunked": Shape((head(*CHUNKED) + chunks(HTML),)),
    "/chunked-gzip": Shape(
        (head(*CHUNKED, b"Content-Encoding: gzip") + chunks(gzip.compress(HTML, mtime=0), 37),)
    ),
    "/chunked-extensions": Shape((head(*CHUNKED) + chunks(HTML, 64, b';a="b"'),)),
    "/chunked-trailer": Shape((head(*CHUNKED) + chunks(HTML, 64, trailer=b"X-Sum: 1\r\n"),)),
    "/chunked-upper": Shape((head(*CHUNKED) + chunks(HTML, 171).replace(b"ab\r\n", b"AB\r\n", 1),)),
    "/http10-close": Shape((b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML,), close=True),
    "/http11-close": Shape(
        (b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n" + HTML,), close=True
    ),
    "/reset-without-length": Shape((UNTIL_CLOSED + HTML,), reset=True, cut="disconnect", fails=True),
    "/reset-behind-the-page": Shape((UNTIL_CLOSED + WHOLE,), reset=True),
    "/gzip-wants-more": plain(
        gzip.compress(HTML, mtime=0)[:-30], headers=[b"Content-Encoding: gzip"], cut="disconnect", fails=True
    ),
    "/brotli-wants-more": plain(
        brotli.compress(HTML)[:-3], headers=[b"Content-Encoding: br"], cut="disconnect", fails=True
    ),
    "/chunked-gzip-wants-more": Shape(
        (head(*CHUNKED, b"Content-Encoding: gzip") + chunks(gzip.compress(HTML, mtime=0)[:-30], 37),),
        cut="disconnect",
        fails=True,
    ),
    "/gzip-lacks-its-trailer": plain(gzip.compress(WHOLE, mtime=0)[:-8], headers=[b"Content-Encoding: gzip"]),
    "/short": Shape(
        (head(b"HTTP/1.1 200 OK", b"Content-Type: text/html", b"Content-Length: 5000") + HTML,),
        close=True,
        cut="disconnect",
        fails=True,
    ),
    "/short-chunk": Shape(
        (head(*CHUNKED) + b"ff\r\nonly this much",), close=True, cut="disconnect", fails=True
    ),
    "/no-last-chunk": Shape((head(*CHUNKED) + b"5\r\nhello\r\n",), close=True, cut="disconnect", fails=True),
    "/bare-lf": Shape(
        (b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(HTML) + HTML,)
    ),
    "/no-reason": plain(status="200"),
    "/empty-reason": plain(status="200 "),
    "/long-reason": plain(status="200 " + "very " * 200 + "fine"),
    "/latin-reason": plain(status="200 Tr\xe8s bien"),
    "/folded": plain(headers=[b"X-Folded: one\r\n  two\r\n\tthree"]),
    "/no-colon": plain(headers=[b"this line has no colon"]),
    "/odd-case": plain(headers=[b"x-lower: 1", b"X-ODDCASE: 2", b"X-oDd:3", b"X-Space :  4  "]),
    "/twice": plain(headers=[b"Set-Cookie: a=1; Path=/", b"Set-Cookie: b=2", b"X-Twice: 1", b"X-Twice: 1"]),
    "/latin": plain(headers=[b"X-Latin: caf\xe9", b"X-Utf8: caf\xc3\xa9", b"X-Ctrl: a\x01b\x7f"]),
    "/long-line": plain(headers=[b"X-Long: " + b"y" * 20_000]),
    "/many-lines": plain(headers=[b"X-Line-%d: %d" % (i, i) for i in range(2000)]),
    "/interim": Shape((INTERIM + plain().sent,), drop_front=len(INTERIM)),
    "/interim-twice": Shape((INTERIM, INTERIM, plain().sent), pause=0.05, drop_front=2 * len(INTERIM)),
    "/204": Shape((head(b"HTTP/1.1 204 No Content", b"X-Why: nothing"),)),
    "/304": Shape((head(b"HTTP/1.1 304 Not Modified", b'ETag: "v1"'),)),
    "/empty": plain(b""),
    "/empty-chunked": Shape((head(*CHUNKED) + b"0\r\n\r\n",)),
    "/301": plain(b"moved", "301 Moved Permanently", [b"Location: /plain"]),
    "/404": plain(b"<p>not here", "404 Not Found"),
    "/410": plain(b"", "410 Gone"),
    "/429": plain(b"slow down", "429 Too Many Requests", [b"Retry-After: 0"]),
    "/503": plain(b"later", "503 Service Unavailable", [b"Retry-After: 0"]),
    "/999": plain(b"blocked", "999 Request denied"),
    "/drop": Shape((), close=True, fails=True),
    "/reset": Shape(
        (head(b"HTTP/1.1 200 OK", b"Content-Length: 100") + b"x",), reset=True, cut="disconnect", fails=True
    ),
    "/half-head": Shape((b"HTTP/1.1 200 OK\r\nContent-Ty",), close=True, cut="disconnect", fails=True),
    "/garbage": Shape((b"\x16\x03\x01 this is no HTTP at all\r\n\r\n",), close=True, fails=True),
    "/pieces": Shape((*(plain().sent[i : i + 7] for i in range(0, 350, 7)), plain().sent[350:]), pause=0.002),
    "/bytes": Shape(tuple(bytes([b]) for b in plain(b"tiny").sent), pause=0.001),
    "/more-than-said": Shape(
        (plain(b"said").sent + b"HTTP/1.1 200 OK\r\n\r\nevil",), rest=len(b"HTTP/1.1 200 OK\r\n\r\nevil")
    ),
    "/same-length-twice": plain(headers=[b"Content-Length: %d" % len(HTML)]),
    "/bad-charset": plain(
        b"<meta charset=nonsense><p>\xff\xfe\x00\x81", headers=[b"Content-Type: text/html; charset=none"]
    ),
    "/pdf": plain(b"%PDF-1.4 \x00\x01\x02", headers=[b"Content-Disposition: attachment"]),
    "/big": plain(b"0123456789abcdef" * 200_000),
    "/no-head": Shape((HTML,), close=True, fails=True),
    "/plain-again": plain(),
    "/no-status": Shape((b"HTTP/1.1 fine\r\n\r\n" + HTML,), close=True, fails=True),
    **LENIENT,
    "/half-status": Shape((b"HTTP/1.1 2",), close=True, cut="disconnect", fails=True),
    "/plain-at-last": plain(),
    "/chunks-end-in-nonsense": Shape(
        (head(*CHUNKED) + b"5\r\nhello\r\nnonsense\r\n" + HTML,), close=True, cut="disconnect", fails=True
    ),
}


@dataclass
class Origin:
    """Serves `shapes` on one loopback address. `log` holds each request's bytes, `connections` counts."""

    shapes: dict[str, Shape | list[Shape]] = field(default_factory=dict)
    address: str = "127.0.0.1"
    context: ssl.SSLContext | None = None
    log: list[bytes] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    connections: int = 0
    busy: int = 0  # requests that are being answered
    most_busy: int = 0

    def __enter__(self) -> Origin:
        self.shapes.setdefault("/robots.txt", plain(b"", "404 Not Found"))
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        self._socket = socket.create_server((self.address, 0), family=family, backlog=128)
        self.port = self._socket.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._closing = threading.Event()
        self._heard = threading.Condition()
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._closing.set()
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join()
        for connection in list(self._open):
            _shut(connection)
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http{'s' if self.context else ''}://{self.address}:{self.port}"

    @property
    def paths(self) -> list[str]:
        """What was asked for, in order."""
        return [request.split(b" ", 2)[1].decode("latin-1") for request in self.log]

    @staticmethod
    def asked(request: bytes) -> str:
        """The URL that a request asks for."""
        path = request.split(b" ", 2)[1].decode("latin-1")
        host = request.lower().partition(b"\r\nhost: ")[2].partition(b"\r\n")[0].decode("latin-1")
        return f"http://{host}{path}"

    def _shape(self, path: str, url: str) -> Shape:
        """What is sent for a URL, a path, or a path without its query; of several the last again and again."""
        keys = (url, path, path.split("?")[0])
        found = next((self.shapes[key] for key in keys if key in self.shapes), plain(b"", "404 Not Found"))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found

    def wait_for(self, count: int) -> None:
        """Until so many requests have come."""
        with self._heard:
            assert self._heard.wait_for(lambda: len(self.log) >= count, timeout=60)

    def wait_for_rest(self) -> None:
        """Until no request is being answered."""
        with self._heard:
            assert self._heard.wait_for(lambda: not self.busy, timeout=60)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            self._open.add(connection)
            thread.start()

    def _serve(self, raw: socket.socket) -> None:
        connection = raw
        try:
            if self.context is not None:
                connection = self.context.wrap_socket(raw, server_side=True)
                self._open.add(connection)
            while self._answer(connection):
                pass
        except OSError:
            pass
        finally:
            self._open.discard(raw)
            self._open.discard(connection)
            connection.close()
            raw.close()

    def _answer(self, connection: socket.socket) -> bool:
        """Answer one request; False if the connection is over."""
        request = b""
        while b"\r\n\r\n" not in request:
            piece = connection.recv(65536)
            if not piece:
                return False
            request += piece
        with self._heard:
            self.log.append(request)
            self.times.append(time.monotonic())
            self.busy += 1
            self.most_busy = max(self.busy, self.most_busy)
            self._heard.notify_all()
        with ExitStack() as ending:
            ending.callback(self._is_over)
            return self._send(connection, request, ending)

    def _is_over(self) -> None:
        with self._heard:
            self.busy -= 1
            self._heard.notify_all()

    def _send(self, connection: socket.socket, request: bytes, ending: ExitStack) -> bool:
        """Send the answer. It is over just before its last piece goes out: whoever has that may ask again at once."""
        path = request.split(b" ", 2)[1].decode("latin-1")
        shape = self._shape(path, self.asked(request))
        for left, piece in zip(reversed(range(len(shape.pieces))), shape.pieces, strict=True):
            if shape.pause:
                time.sleep(shape.pause)
            if not left and not shape.hang and not shape.is_endless:
                ending.close()
            connection.sendall(piece)
        while shape.is_endless:
            connection.sendall(shape.pieces[-1])
        if shape.hang:
            self._closing.wait()
            return False
        if shape.last_word and isinstance(connection, ssl.SSLSocket):
            connection.unwrap()
        if shape.reset:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
            return False
        return not shape.close


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


def raw_read(origin: Origin, path: str, *, size: int) -> bytes:
    """What a bare socket reads for `path`: `size` bytes, or less if the server closes."""
    with socket.create_connection((origin.address, origin.port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {origin.address}:{origin.port}\r\n\r\n".encode())
        data = b""
        while len(data) < size:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                break
            if not piece:
                break
            data += piece
        return data
