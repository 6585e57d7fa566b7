"""A small HTTP client for these tests: goes to where the newsroom really listens, checks its certificate."""

from __future__ import annotations

import gzip
import http.client
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.newsroom import Newsroom


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(self.headers.get_content_charset() or "utf-8")


class _There(http.client.HTTPConnection):
    """A connection whose socket goes to the newsroom, whatever the host is called."""

    def __init__(self, room: Newsroom, host: str, secure: bool) -> None:
        super().__init__(host, timeout=20)
        self._room, self._secure = room, secure

    def connect(self) -> None:
        port = self._room.https_port if self._secure else self._room.http_port
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        if self._secure:
            context = ssl.create_default_context(cafile=str(self._room.ca_file))
            self.sock = context.wrap_socket(self.sock, server_hostname=self.host)


def get(room: Newsroom, url: str, method: str = "GET", **headers: str) -> Reply:
    """One request on a connection of its own; redirects aren't followed."""
    parts = urlsplit(url)
    connection = _There(room, parts.hostname or "", parts.scheme == "https")
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        body = answer.read()
        if answer.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        return Reply(answer.status, answer.headers, body)
    finally:
        connection.close()


def raw(room: Newsroom, data: bytes) -> bytes:
    """What comes back on plain http for these bytes, until the other side closes."""
    with socket.create_connection(("127.0.0.1", room.http_port), timeout=20) as sock:
        sock.sendall(data)
        out = bytearray()
        while piece := sock.recv(65536):
            out += piece
        return bytes(out)
