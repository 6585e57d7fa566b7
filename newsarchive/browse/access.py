"""Who is answered: a server answers to its own names alone, and where it has a password, only to who sends it.

Another site's page in the reader's browser can reach a server on loopback under a name of its own (DNS rebinding) and
would read a private archive; so any other name than loopback's, the address that was reached and those that a person
named is refused. Wraps the whole application; it reads nothing of an archive. Tested in tests/browse/test_access.py.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Any, Send], Awaitable[None]]

DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
DEFAULTS = (
    (b"content-security-policy", DATASETTE_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
TELLING = re.compile(
    r"/-/(?:databases|threads|config)(?:\.json)?/?"
)  # Datasette's pages with paths of the machine
_HOST = re.compile(r"(\[[0-9a-fA-F:.]{2,45}\]|[a-zA-Z0-9._-]{1,253}?)\.?(?::\d{1,5})?")


def guarded(application: Application, *, names: Iterable[str] = (), password: str = "") -> Application:
    """Return `application` for its own names and readers, with our headers on each answer that doesn't have them.

    Args:
        names: Host names that are answered beside loopback's.
        password: What readers must send, as the password of any user or as a bearer token; empty = nothing.
    """
    allowed = frozenset(name.lower().rstrip(".") for name in names)

    async def wrapped(scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers") or [])
                have = {bytes(name).lower() for name, _ in headers}
                message["headers"] = [*headers, *(pair for pair in DEFAULTS if pair[0] not in have)]
            await send(message)

        if not is_own_name(_values(scope, b"host"), allowed, scope.get("server")):
            text = (
                "This server doesn't answer to that name. Names are added with: newsarchive browse --name\n"
            )
            await _refuse(send_guarded, 421, text)
        elif password and not has_password(_values(scope, b"authorization"), password):
            challenge = (b"www-authenticate", b'Basic realm="News archive", charset="UTF-8"')
            await _refuse(send_guarded, 401, "A password is needed.\n", challenge)
        elif TELLING.fullmatch(scope["path"]):
            await _refuse(send_guarded, 404, "Not shown here: it tells of the machine.\n")
        else:
            await application(scope, receive, send_guarded)

    return wrapped


def is_own_name(hosts: list[str], allowed: frozenset[str], server: tuple[str, int] | None) -> bool:
    """Return whether the Host headers are one, and name this server: loopback, the address reached, or one of `allowed`."""
    found = _HOST.fullmatch(hosts[0].strip()) if len(hosts) == 1 else None
    if found is None:
        return False
    name = found[1].lower().strip("[]")
    if name == "localhost" or name in allowed or (server is not None and name == server[0]):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False


def has_password(headers: list[str], password: str) -> bool:
    """Return whether an Authorization header holds the password: of Basic for any user, or as the token of Bearer."""
    kind, _, value = headers[0].strip().partition(" ") if len(headers) == 1 else ("", "", "")
    sent = ""
    if kind.lower() == "bearer":
        sent = value.strip()
    elif kind.lower() == "basic":
        with suppress(ValueError):
            sent = b64decode(value.strip(), validate=True).decode("utf-8", "replace").partition(":")[2]
    return hmac.compare_digest(sent.encode("utf-8", "replace"), password.encode("utf-8", "replace"))


def _values(scope: Any, name: bytes) -> list[str]:
    return [bytes(value).decode("latin-1") for key, value in scope["headers"] if bytes(key).lower() == name]


async def _refuse(send: Send, status: int, text: str, *headers: tuple[bytes, bytes]) -> None:
    plain = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": status, "headers": [plain, *headers]})
    await send({"type": "http.response.body", "body": text.encode()})
