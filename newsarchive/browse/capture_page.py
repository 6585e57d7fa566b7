"""The page as it was: what the server sent at one moment, read from the WARC.

The archived HTML is served as UTF-8 under a policy that lets nothing run and nothing load, in a
frame of its own origin; the bytes themselves can be had as a download. Writes nothing.
Tested in tests/browse/test_capture.py.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from newsarchive.browse import queries
from newsarchive.browse.query_args import Args
from newsarchive.browse.views import SANDBOX, Answer, Bytes, MissingError, PageResponse, Reading, problem
from newsarchive.errors import NewsarchiveError

if TYPE_CHECKING:
    from newsarchive.warc import Payload

# No policy keeps Chromium (156) from opening a connection for these: <link rel=preconnect> is allowed
# everywhere, and for a frame it connects before it asks the policy. As unknown elements they do nothing.
REACHING = re.compile(r"<(?=(?:link|iframe|frame|object|embed|portal|fencedframe)[\s/>])", re.IGNORECASE)
# A click on a link would connect too, before the policy forbids it. Links are shown as links and lead nowhere.
# The policy stops these as well, but the browser would complain of each: scripts go, pictures keep their words.
SCRIPT = re.compile(r"<script(?=[\s/>]).*?(?:</script[^>]*>|$)", re.IGNORECASE | re.DOTALL)
SRC = re.compile(
    r"""(<(?:img|source|input|video|audio)(?=[\s/])(?:[^>]*?[\s/"'])?)((?:src|srcset|poster)\s*=)(?!\s*["']?data:)""",
    re.IGNORECASE,
)
HREF = re.compile(r"""(<a(?:rea)?(?=[\s/])[^>]*?[\s/"'])((?:xlink:)?href\s*=)""", re.IGNORECASE)
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
        "truncated": bool(payload and payload.truncated),
        "problems": list(payload.problems) if payload else [],
        "trouble": stored.trouble,
        "file_is_open": _is_open(reading, row["warc_filename"]),
    }
    show = {"frame": bool(payload and payload.body), "shown_as": shown_as(payload) if payload else ""}
    return PageResponse(template="capture.html", data=data, show=show)


def frame(reading: Reading, args: Args) -> Answer:
    """Return the archived page itself, for the frame."""
    stored = stored_capture(reading, args.path_id())
    if isinstance(stored, PageResponse):
        return stored
    if stored.payload is None or not stored.payload.body:
        return problem(404, "Nothing to show", stored.trouble or "This capture has no body.")
    body, content_type = harmless(stored.payload)
    return Bytes(body=body, content_type=content_type, headers={"content-security-policy": SANDBOX})


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
        payload, body_of = _payload(reading, row)
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


def _payload(reading: Reading, row: dict[str, Any]) -> tuple[Payload, int | None]:
    """The capture's payload; a revisit gets the body of the capture that it refers to."""
    from dataclasses import replace

    from newsarchive.index.compact_ids import capture_id
    from newsarchive.warc import read_payload

    if reading.place.root is None:
        raise MissingError("The WARC files are not at hand.")
    payload = read_payload(reading.place.root, row["warc_filename"], row["warc_offset"], row["warc_length"])
    if payload.refers_to is None or payload.body:
        return payload, None
    number = capture_id(payload.refers_to.record_id)
    earlier = reading.row(queries.CAPTURE, id=number)
    if earlier is None:
        return payload, None
    full = read_payload(
        reading.place.root, earlier["warc_filename"], earlier["warc_offset"], earlier["warc_length"]
    )
    body = replace(
        payload,
        body=full.body,
        truncated=full.truncated,
        content_type=payload.content_type or full.content_type,
    )
    return body, number


def shown_as(payload: Payload) -> str:
    """Return `html`, `text` or `nothing`: how the body can be shown."""
    from newsarchive.web.html_tree import is_html

    if is_html(payload.body, payload.content_type):
        return "html"
    kind = (payload.content_type or "").lower()
    return "text" if any(word in kind for word in ("text/", "xml", "json", "javascript")) else "nothing"


def harmless(payload: Payload) -> tuple[bytes, str]:
    """Return the body as UTF-8 without anything that could reach out, and its content type."""
    from newsarchive.web.charset import decode

    how = shown_as(payload)
    if how == "nothing":
        return b"This body is neither a page nor text; it can be downloaded.", "text/plain; charset=utf-8"
    text = decode(payload.body[:MAX_SHOWN], payload.content_type).text
    if how == "text":
        return text.encode("utf-8", "replace"), "text/plain; charset=utf-8"
    still = HREF.sub(r"\1data-\2", REACHING.sub("<x-", SCRIPT.sub("", text)))
    for _ in range(3):  # an element may have src, srcset and poster
        still = SRC.sub(r"\1data-\2", still)
    return still.encode("utf-8", "replace"), "text/html; charset=utf-8"


def opened(text: object) -> dict[str, Any]:
    """Return the capture's further facts (JSON), empty if there are none."""
    try:
        value = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
