"""The page as it was: what the server sent at one moment, read from the WARC.

The archived HTML is written again by `archived_page` and served as UTF-8 under a policy that lets nothing run and
nothing load, in a frame of its own origin; the bytes themselves can be had as a download. Writes nothing.
Tested in tests/browse/test_capture.py.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from newsarchive.browse import queries
from newsarchive.browse.archived_page import Find, archived_page
from newsarchive.browse.locate_archive import ArchiveLocation
from newsarchive.browse.page_urls import Links
from newsarchive.browse.query_args import Args
from newsarchive.browse.stored_files import StoredFiles
from newsarchive.browse.stored_payload import payload_of
from newsarchive.browse.views import SANDBOX, Answer, Bytes, MissingError, PageResponse, Reading, problem
from newsarchive.errors import NewsarchiveError, NothingFoundError

if TYPE_CHECKING:
    from newsarchive.browse.datasette_api import Database
    from newsarchive.warc import Payload

FACTS = {
    "candidate.kind": "named by a",
    "candidate.found_on": "list that named it",
    "candidate.title": "title in the list",
    "candidate.guid": "guid in the list",
    "candidate.published_at": "date in the list",
    "candidate.lastmod": "last change, by the list",
    "candidate.authors": "authors in the list",
    "candidate.language": "language, by the list",
    "candidate.url": "URL in the list",
    "robots_tag": "robots header",
    "refers_to": "repeats the record",
}
PICTURES = (  # how they begin (AVIF at the fifth byte), and their type
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"ftypavif", "image/avif"),
)
MAX_SHOWN = 8 * 1024 * 1024  # bytes of a page that are shown


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture's row, and its payload if the WARC files are at hand."""

    row: dict[str, Any]
    payload: Payload | None
    body_of: int | None  # the capture that holds the body, if this one repeats it
    trouble: str = ""


def capture(reading: Reading, args: Args) -> Answer:
    """Return the page around an archived page: when, whence, status, headers, notes, frame."""
    stored = stored_capture(reading, args.path_id())
    if isinstance(stored, PageResponse):
        return stored
    row, payload = stored.row, stored.payload
    story = reading.row(queries.STORY, id=row["story_id"]) if row["story_id"] is not None else None
    data = {
        "ok": True,
        "capture": {**row, "extras": opened(row["extras"])},
        "story": story and {k: story[k] for k in ("id", "title", "source", "language", "url")},
        "around": reading.row(queries.CAPTURES_OF_STORY_BEFORE_AND_AFTER, id=row["id"]),
        "headers": [list(pair) for pair in payload.headers] if payload else [],
        "body_of": None if stored.body_of is None else str(stored.body_of),
        "size": len(payload.body) if payload else None,
        "files": files_of(reading, stored),
        "truncated": bool(payload and payload.truncated),
        "problems": list(payload.problems) if payload else [],
        "trouble": stored.trouble,
        "file_is_open": _is_open(reading, row["warc_filename"]),
    }
    show = {
        "facts": list(facts_of(opened(row["extras"]))),
        "frame": bool(payload and payload.body),
        "shown_as": shown_as(payload) if payload else "",
    }
    return PageResponse(template="capture.html", data=data, show=show)


def frame(reading: Reading, args: Args) -> Answer:
    """Return the archived page itself, for the frame."""
    stored = stored_capture(reading, args.path_id())
    if isinstance(stored, PageResponse):
        return stored
    if stored.payload is None or not stored.payload.body:
        return problem(404, "Nothing to show", stored.trouble or "This capture has no body.")
    files = StoredFiles(reading, stored.row["id"])
    body, content_type = harmless(stored.payload, stored.row["url"], files.find)
    return Bytes(body=body, content_type=content_type, headers={"content-security-policy": SANDBOX})


def page_as_it_was(db: sqlite3.Connection, root: Path, number: int, now: datetime) -> str:
    """Return what `frame` shows of a capture, without a server.

    Raises:
        NothingFoundError: the capture shows no page.
    """
    place = ArchiveLocation(cast("Database", None), root)  # the connection is all that is read
    made = frame(Reading(db, Links(str), now, place), Args(path={"id": str(number)}))
    if not isinstance(made, Bytes):
        raise NothingFoundError("this capture shows no page", where=str(number))
    return made.body.decode()


def raw(reading: Reading, args: Args) -> Answer:
    """Return the body's bytes as a download, transfer and content coding taken off."""
    stored = stored_capture(reading, args.path_id())
    if isinstance(stored, PageResponse):
        return stored
    if stored.payload is None:
        return problem(404, "Nothing to download", stored.trouble)
    name = f"capture-{stored.row['id']}{'.html' if shown_as(stored.payload) == 'html' else '.bin'}"
    headers = {"content-security-policy": SANDBOX, "content-disposition": f'attachment; filename="{name}"'}
    return Bytes(body=stored.payload.body, content_type="application/octet-stream", headers=headers)


def picture(reading: Reading, args: Args) -> Answer:
    """Return a stored picture; nothing else, and no SVG, which can hold scripts."""
    stored = stored_capture(reading, args.path_id())
    if isinstance(stored, PageResponse):
        return stored
    body = stored.payload.body if stored.payload else b""
    kind = next((kind for mark, kind in PICTURES if body.startswith(mark) or body[4:].startswith(mark)), "")
    if not kind:
        return problem(404, "No picture", stored.trouble or "This capture holds no picture.")
    headers = {"content-security-policy": SANDBOX, "cache-control": "private, max-age=86400"}
    return Bytes(body=body, content_type=kind, headers=headers)


def stored_capture(reading: Reading, number: int) -> Stored | PageResponse:
    """Return the capture with its payload, or the page that says why it isn't shown.

    Raises:
        MissingError: there is no such capture.
    """
    row = reading.row(queries.CAPTURE, id=number)
    if row is None:
        raise MissingError(f"No capture has the id {number}.")
    withheld = reading.row(queries.WITHHELD_URL, id=number)
    if withheld is not None:
        text = f"The story of this capture is withheld. {withheld['withheld_reason']}"
        return problem(451, "Withheld", text)
    if reading.place.root is None:
        text = "The WARC files are not beside this index; set the plugin's `root` to the archive's folder."
        return Stored(row, None, None, text)
    try:
        payload, body_of = payload_of(reading, row)
    except (NewsarchiveError, OSError) as error:
        return Stored(row, None, None, str(error))
    return Stored(row, payload, body_of)


def _is_open(reading: Reading, filename: str) -> bool:
    """Whether the WARC file is still being written: other tools should wait until it has its final name."""
    from newsarchive.warc.files import OPEN, find_path

    try:
        return reading.place.root is not None and find_path(reading.place.root, filename).name.endswith(OPEN)
    except NewsarchiveError:
        return False


def shown_as(payload: Payload) -> str:
    """Return `html`, `text` or `nothing`: how the body can be shown."""
    from newsarchive.web.html_tree import is_html

    if is_html(payload.body, payload.content_type):
        return "html"
    kind = (payload.content_type or "").lower()
    return "text" if any(word in kind for word in ("text/", "xml", "json", "javascript")) else "nothing"


def harmless(payload: Payload, url: str, find: Find) -> tuple[bytes, str]:
    """Return the body as UTF-8 without anything that could reach out, and its content type.

    Args:
        url: Of the page.
        find: Gives the files of the page that are stored.
    """
    how = shown_as(payload)
    if how == "nothing":
        return b"This body is neither a page nor text; it can be downloaded.", "text/plain; charset=utf-8"
    if how == "text":
        return _text(payload).encode("utf-8", "replace"), "text/plain; charset=utf-8"
    return archived_page(_text(payload), url, find).html.encode(
        "utf-8", "replace"
    ), "text/html; charset=utf-8"


def _text(payload: Payload) -> str:
    from newsarchive.web.charset import decode

    return decode(payload.body[:MAX_SHOWN], payload.content_type).text


def files_of(reading: Reading, stored: Stored) -> dict[str, Any]:
    """Return how many files of a page are shown with it, and the URLs of those that the archive hasn't."""
    if stored.payload is None or shown_as(stored.payload) != "html":
        return {"shown": 0, "missing": []}
    files = StoredFiles(reading, stored.row["id"], names_only=True)
    page = archived_page(_text(stored.payload), stored.row["url"], files.find)
    return {"shown": len(page.shown), "missing": list(page.missing)}


def opened(text: object) -> dict[str, Any]:
    """Return the capture's further facts (JSON), empty if there are none."""
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def facts_of(extras: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Yield (name, value) of a capture's further facts in words, those inside others too; empty ones are left out."""
    for key, value in extras.items():
        name = FACTS.get(within + key, key.replace("_", " "))
        if isinstance(value, Mapping):
            yield from facts_of(value, f"{within}{key}.")
        elif isinstance(value, list):
            yield name, ", ".join(map(str, value))
        elif value not in (None, ""):
            yield name, str(value)
