"""The newsroom's web server: HTTP/1.1 on loopback, plain and TLS, in a thread of its own.

Speaks keep-alive, pipelining, HEAD and chunked coding correctly, and breaks the protocol only where an
answer asks for it. Written for many small pages a second. Tested in tests/newsroom/test_server.py.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus

from tests.newsroom.outlet_site import mail_date
from tests.newsroom.press_response import PressResponse
from tests.newsroom.story import NewsroomError, PressRequest

HEADER_LIMIT = 64 * 1024
PIECE = 16 * 1024

Answering = Callable[[PressRequest], PressResponse]
Logging = Callable[
    [PressRequest, PressResponse, int, int, int], None
]  # request, answer, connection, status, bytes sent


class PressServer:
    """Two listeners, one for each scheme, on 127.0.0.1. Start it once, stop it once.

    Args:
        answering: Called in the server's thread, must not block for long.
        logging: Told of each answer just before it is sent, so that whoever has it finds it in the log.
        now: For the Date header.
        context: The TLS side; None = no second listener.
        ports: For http and https; 0 = any that is free.
    """

    def __init__(
        self,
        answering: Answering,
        logging: Logging,
        *,
        now: Callable[[], datetime],
        context: ssl.SSLContext | None = None,
        ports: tuple[int, int] = (0, 0),
    ) -> None:
        self.answering, self.logging, self.now = answering, logging, now
        self.connections: set[PressConnection] = set()
        self.count = 0
        self.http_port = 0
        self.https_port = 0
        self._context, self._ports = context, ports
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="newsroom", daemon=True)
        self._ready = threading.Event()
        self._problem: OSError | None = None

    def start(self) -> None:
        """Listens, and returns when connections are taken.

        Raises:
            NewsroomError: the port isn't free.
        """
        self._thread.start()
        self._ready.wait()
        if self._problem is not None:
            self._thread.join()
            raise NewsroomError(f"the newsroom can't listen on 127.0.0.1: {self._problem}")

    def stop(self) -> None:
        """Closes all connections and waits for the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()

    def _run(self) -> None:
        listeners: list[asyncio.Server] = []
        try:
            listeners = self._loop.run_until_complete(self._listen())
        except OSError as error:
            self._problem = error
            self._loop.close()
            self._ready.set()
            return
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._close(listeners))
        self._loop.close()

    async def _listen(self) -> list[asyncio.Server]:
        listeners = []
        for secure, context in ((False, None), (True, self._context)):
            if secure and context is None:
                break
            listener = await self._loop.create_server(
                lambda secure=secure: PressConnection(self, secure),
                "127.0.0.1",
                self._ports[secure],
                ssl=context,
                backlog=512,
            )
            port = listener.sockets[0].getsockname()[1]
            self.http_port, self.https_port = (self.http_port, port) if secure else (port, self.https_port)
            listeners.append(listener)
        return listeners

    async def _close(self, listeners: list[asyncio.Server]) -> None:
        for listener in listeners:
            listener.close()
        for connection in list(self.connections):
            connection.abort()
        for _ in range(100):
            if not self.connections:
                break
            await asyncio.sleep(0.01)


class PressConnection(asyncio.Protocol):
    """One connection: reads requests one after another and answers each before it looks at the next."""

    def __init__(self, server: PressServer, secure: bool) -> None:
        self.server, self.secure = server, secure
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.busy = False
        self.number = 0
        self.skip = 0  # bytes of a request's body still to come

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.server.count += 1
        self.number = self.server.count
        self.server.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.server.connections.discard(self)
        self.transport = None

    def abort(self) -> None:
        """Ends the connection at once."""
        if self.transport is not None:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self._next()

    def _next(self) -> None:
        while not self.busy and self.transport is not None:
            if self.skip:
                taken = min(self.skip, len(self.buffer))
                del self.buffer[:taken]
                self.skip -= taken
                if self.skip:
                    return
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self.buffer) > HEADER_LIMIT:
                    self._refuse()
                return
            head = bytes(self.buffer[:end])
            del self.buffer[: end + 4]
            request = parse_request(head, self.secure)
            if request is None:
                self._refuse()
                return
            length = request[0].headers.get("content-length", "0")
            self.skip = int(length) if length.isdigit() else 0
            self.busy = True
            self._respond(replace(request[0], at=self.server.now(), wall=time.time()), request[1])

    def _refuse(self) -> None:
        if self.transport is not None:
            self.transport.write(
                b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
            )
            self.transport.close()

    def _respond(self, request: PressRequest, version: str) -> None:
        answer = self.server.answering(request)
        if answer.delay:
            self.server._loop.call_later(answer.delay, self._send, request, version, answer)
        else:
            self._send(request, version, answer)

    def _send(self, request: PressRequest, version: str, answer: PressResponse) -> None:
        if self.transport is None:
            return
        if answer.drop:
            self.server.logging(request, answer, self.number, 0, 0)
            self.abort()
            return
        chunked = answer.chunked and version == "HTTP/1.1" and answer.keep == 1.0 and not answer.drip
        head = _head(answer, self.server.now(), chunked=chunked, keep_alive=_keeps(request, version))
        body = b"" if request.method == "HEAD" or answer.status in (204, 304) else answer.body
        if chunked and request.method != "HEAD":
            body = _chunks(body)
        if answer.keep < 1.0:
            body = body[: int(len(body) * answer.keep)]
        self.server.logging(request, answer, self.number, answer.status, len(body))
        if answer.drip and body:
            self._drip(request, version, answer, head, body)
            return
        self.transport.write(head + body)
        self._done(request, version, answer)

    def _drip(
        self, request: PressRequest, version: str, answer: PressResponse, head: bytes, body: bytes
    ) -> None:
        steps = 10
        size = len(body) // steps + 1
        pieces = [head, *(body[i : i + size] for i in range(0, len(body), size))]

        def step(index: int) -> None:
            if self.transport is None:
                return
            if index == len(pieces):
                self._done(request, version, answer)
            else:
                self.transport.write(pieces[index])
                self.server._loop.call_later(answer.drip / steps, step, index + 1)

        step(0)

    def _done(self, request: PressRequest, version: str, answer: PressResponse) -> None:
        self.busy = False
        if self.transport is not None and (answer.keep < 1.0 or not _keeps(request, version)):
            self.transport.close()
        elif answer.delay or answer.drip:
            self._next()


def parse_request(head: bytes, secure: bool) -> tuple[PressRequest, str] | None:
    """The request in these bytes (up to the empty line), and its HTTP version; None if it is none."""
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return None
    raw = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon or name != name.strip():
            return None
        raw.append((name, value.strip()))
    headers = {name.lower(): value for name, value in raw}
    target = words[1]
    if target.startswith("http"):  # absolute form
        target = "/" + target.split("/", 3)[3] if target.count("/") > 2 else "/"
    host = headers.get("host", "").rsplit(":", 1)[0].lower()
    request = PressRequest(
        method=words[0], target=target, host=host, headers=headers, raw_headers=tuple(raw), secure=secure
    )
    return request, words[2]


def _keeps(request: PressRequest, version: str) -> bool:
    wish = request.headers.get("connection", "").lower()
    return wish != "close" if version == "HTTP/1.1" else wish == "keep-alive"


def _head(answer: PressResponse, now: datetime, *, chunked: bool, keep_alive: bool) -> bytes:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [
        f"HTTP/1.1 {answer.status} {reason}",
        f"Date: {mail_date(now.replace(microsecond=0), usegmt=True)}",
        "Server: newsroom",
    ]
    if answer.content_type:
        lines.append(f"Content-Type: {answer.content_type}")
    if answer.status not in (204, 304):
        lines.append("Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(answer.body)}")
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if not keep_alive:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _chunks(body: bytes) -> bytes:
    out = bytearray()
    for start in range(0, len(body), PIECE):
        piece = body[start : start + PIECE]
        out += f"{len(piece):x}\r\n".encode() + piece + b"\r\n"
    return bytes(out + b"0\r\n\r\n")
