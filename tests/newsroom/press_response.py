"""A response before it is sent, and what any response gets: validators, 304, compression.

Knows neither stories nor connections. Tested in tests/newsroom/test_server.py.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from tests.newsroom.outlet_site import OutletSite, mail_date
from tests.newsroom.story import PressRequest

HTML = "text/html; charset=utf-8"
_PACKED = (
    "text/",
    "application/xml",
    "application/rss",
    "application/atom",
    "application/rdf",
    "application/json",
)


@dataclass(slots=True, kw_only=True)
class PressResponse:
    """What goes back, and how: the last five fields break the connection."""

    status: int = 200
    body: bytes = b""
    content_type: str = HTML
    headers: list[tuple[str, str]] = field(default_factory=list)
    what: str = ""  # article, feed, section …
    outlet: str = ""
    etag: str = ""
    modified: datetime | None = None
    chunked: bool = False
    fault: str = ""
    delay: float = 0.0  # seconds before the first byte
    drip: float = 0.0  # seconds over which the body is spread
    keep: float = 1.0  # share of the body that is sent before the connection closes
    drop: bool = False  # nothing is sent at all


def redirect(to: str, status: int, *, outlet: str = "") -> PressResponse:
    """An answer that leads elsewhere."""
    body = f'<html><head><title>Moved</title></head><body><a href="{to}">Moved</a></body></html>'
    return PressResponse(status=status, body=body.encode(), headers=[("Location", to)], outlet=outlet)


def outlet_validators(made: PressResponse, site: OutletSite) -> None:
    """Which validators the outlet sends: some none, some by the story, some by the bytes."""
    if not site.dated:
        made.modified = None
    if site.etags == "none" or not made.etag:
        made.etag = ""
    elif site.etags == "strong" and made.fault != "stale-validators":
        made.etag = f'"{hashlib.sha1(made.body).hexdigest()[:20]}"'
    else:
        made.etag = f'W/"{made.etag}"'


def finish(made: PressResponse, request: PressRequest) -> None:
    """Validators, 304, compression: what a page gets that is answered with 200."""
    if (made.etag or made.modified) and made.fault in _VALID_FAULTS:
        _validate(made, request)
    if made.status == 200 and "gzip" in request.headers.get("accept-encoding", "") and len(made.body) > 200:
        if made.content_type.startswith(_PACKED):
            packer = zlib.compressobj(3, zlib.DEFLATED, 31)
            made.body = packer.compress(made.body) + packer.flush()
            made.headers.append(("Content-Encoding", "gzip"))
        made.headers.append(("Vary", "Accept-Encoding"))


_VALID_FAULTS = frozenset({"", "stale-validators", "layout", "slow", "drip", "opt-out", "feed-frozen"})


def _validate(made: PressResponse, request: PressRequest) -> None:
    if made.modified:
        moment = made.modified.replace(microsecond=0)
        made.headers.append(("Last-Modified", mail_date(moment, usegmt=True)))
    tag = made.etag
    if tag:
        made.headers.append(("ETag", tag))
    asked = request.headers.get("if-none-match")
    if asked is not None:
        same = bool(tag) and (asked.strip() == "*" or tag.removeprefix("W/") in _tags(asked))
    else:
        since = _date(request.headers.get("if-modified-since", ""))
        same = bool(made.modified and since and made.modified.replace(microsecond=0) <= since)
    if same:
        made.status, made.body, made.content_type = 304, b"", ""


def _tags(header: str) -> Sequence[str]:
    return [part.strip().removeprefix("W/") for part in header.split(",")]


def _date(header: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def retry_date(now: datetime, seconds: float) -> datetime:
    """The moment for a `retry_after` that is to be sent as an HTTP date."""
    return (now + timedelta(seconds=seconds)).replace(microsecond=0)
