"""An ASGI wrapper for a server of ours: Datasette's own pages load nothing from other hosts either.

Datasette's pages have inline scripts and styles, so these stay allowed there; our own pages bring a
stricter policy, which is left alone. Tested in tests/browse/test_safety.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
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


def guarded(application: Application) -> Application:
    """`application` with our headers on each answer that doesn't have them."""

    async def wrapped(scope: Any, receive: Any, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers") or [])
                have = {bytes(name).lower() for name, _ in headers}
                message["headers"] = [*headers, *(pair for pair in DEFAULTS if pair[0] not in have)]
            await send(message)

        await application(scope, receive, send_guarded if scope["type"] == "http" else send)

    return wrapped
