"""A response that is made while it is sent, in a thread of its own, and not made further once its reader is gone.

Few run at once: each holds a thread, a reading of the index and perhaps a temporary file. Knows nothing of archives. Tested in
tests/browse/test_export.py.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from newsarchive.browse.datasette_api import WebRequest
from newsarchive.errors import NewsarchiveError

AT_ONCE = 3
_places = threading.BoundedSemaphore(AT_ONCE)

Send = Callable[[Mapping[str, Any]], Awaitable[None]]


class StreamedResponse:
    """What Datasette sends through `asgi_send`. An error before the first piece is a response of its own; a later one breaks off.

    Args:
        pieces: Makes the body; called, walked through and closed in one thread.
    """

    def __init__(
        self,
        pieces: Callable[[], Iterator[bytes]],
        request: WebRequest,
        content_type: str,
        headers: Mapping[str, str],
    ) -> None:
        self._pieces, self._request = pieces, request
        self._content_type, self._headers = content_type, headers

    async def asgi_send(self, send: Send) -> None:
        """Send the response."""
        if self._request.method == "HEAD":
            await self._begin(send, 200, self._content_type)
            await send({"type": "http.response.body", "body": b""})
        elif not _places.acquire(blocking=False):
            await self._refuse(send, f"{AT_ONCE} exports are being made. Try again in a minute.")
        else:
            gone = asyncio.ensure_future(_gone(self._request.receive))
            try:
                await self._make(send, gone)
            finally:
                gone.cancel()
                _places.release()

    async def _make(self, send: Send, gone: asyncio.Future[None]) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, thread_name_prefix="newsarchive export") as thread:
            made = self._pieces()
            try:
                try:
                    piece = await loop.run_in_executor(thread, next, made, None)
                except NewsarchiveError as error:
                    await self._refuse(send, str(error))
                    return
                await self._begin(send, 200, self._content_type)
                while piece is not None and not gone.done():
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
                    piece = await loop.run_in_executor(thread, next, made, None)
                await send({"type": "http.response.body", "body": b""})
            finally:
                await loop.run_in_executor(thread, made.close)  # type: ignore[attr-defined]

    async def _refuse(self, send: Send, text: str) -> None:
        await self._begin(send, 503, "text/plain; charset=utf-8", ((b"retry-after", b"60"),))
        await send({"type": "http.response.body", "body": f"{text}\n".encode("utf-8", "replace")})

    async def _begin(
        self, send: Send, status: int, content_type: str, more: tuple[tuple[bytes, bytes], ...] = ()
    ) -> None:
        named = {**self._headers, "content-type": content_type}
        if status != 200:
            named.pop("content-disposition", None)
        headers = [(name.encode(), value.encode()) for name, value in named.items()]
        await send({"type": "http.response.start", "status": status, "headers": [*headers, *more]})


async def _gone(receive: Callable[[], Awaitable[Mapping[str, Any]]]) -> None:
    """Return when the reader has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
