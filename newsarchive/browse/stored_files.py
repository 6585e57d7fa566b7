"""The files that an archived page was made of, as the archive has them: each as it was nearest in time to the page.

Reads the index and the WARC files, never the network, and writes nothing. What is withheld isn't given.
Tested in tests/browse/test_as_it_was.py.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from newsarchive.browse import queries
from newsarchive.browse.archived_page import EMPTY, StoredFile
from newsarchive.browse.stored_payload import payload_of
from newsarchive.browse.views import Reading
from newsarchive.errors import NewsarchiveError
from newsarchive.index.read import nearest_answer
from newsarchive.warc import Payload
from newsarchive.web.charset import decode
from newsarchive.web.links import redirect_target
from newsarchive.web.page_files import FileKind

MAX_BYTES = 24_000_000  # of all files of a page, each as often as it is shown
MAX_REDIRECTS = 5
IMAGE = "image/"


class StoredFiles:
    """The files of one page. With `names_only` pictures and fonts aren't read: whether there are any is enough."""

    def __init__(self, reading: Reading, page_id: int, *, names_only: bool = False) -> None:
        self._reading, self._names_only = reading, names_only
        self._at = reading.value(queries.TIME_OF_CAPTURE, id=page_id)
        self._found: dict[str, StoredFile | str | None] = {}
        self._bytes = 0

    def find(self, url: str, kind: FileKind) -> StoredFile | str | None:
        """Return a stylesheet as it is stored, a picture or font as a `data:` URL; None if there is none, or too much."""
        if url not in self._found:
            self._found[url] = self._read(url, kind)
        found = self._found[url]
        if (found is not None and isinstance(found, str)) == (kind == "sheet"):
            return None
        self._bytes += len(found.text if isinstance(found, StoredFile) else found or "")
        return found if self._bytes <= MAX_BYTES else None

    def _read(self, url: str, kind: FileKind) -> StoredFile | str | None:
        row = self._nearest(url)
        if row is not None and self._names_only and kind != "sheet" and row["http_status"] < 300:
            return EMPTY
        for _ in range(MAX_REDIRECTS):
            payload = self._payload(row)
            if payload is None or row is None or row["http_status"] < 300:
                return _shown(payload, row["url"], kind) if payload is not None and row is not None else None
            row = self._nearest(redirect_target(row["url"], payload.header("location") or ""))
        return None

    def _nearest(self, url: str) -> dict[str, Any] | None:
        return nearest_answer(self._reading.connection, url, self._at)

    def _payload(self, row: dict[str, Any] | None) -> Payload | None:
        try:
            return payload_of(self._reading, row)[0] if row is not None else None
        except (NewsarchiveError, OSError):
            return None


def _shown(payload: Payload, url: str, kind: FileKind) -> StoredFile | str | None:
    """The file as a page takes it; None for what isn't of the kind (a page that says "not found", mostly)."""
    said = (payload.content_type or "").partition(";")[0].strip().lower()
    if kind == "sheet":
        return (
            StoredFile(text=decode(payload.body, payload.content_type).text, url=url)
            if "html" not in said
            else None
        )
    if not payload.body or "html" in said:
        return None
    if kind == "image" and b"<svg" in payload.body[:2000]:
        said = "image/svg+xml"
    elif kind == "image" and not said.startswith(IMAGE):
        said = "image/png"  # browsers go by the bytes
    elif kind == "font":
        said = "font/woff2"
    said = "".join(c for c in said if c.isalnum() or c in "/+.-")
    return f"data:{said};base64,{b64encode(payload.body).decode()}"
