"""Memento (RFC 7089): which captures of a URL there are, and the one nearest to a time.

    /-/news/timegate/URL         302 to the capture nearest to Accept-Datetime; without one, to the last
    /-/news/timemap/link/URL     all captures, in application/link-format, 5,000 a page
    /-/news/timemap/json/URL     the same as JSON

The captured page itself (`/capture/ID/page`) says when it was captured and where these two are. Captures are those that
answered 200 or "not modified". A withheld story has no mementos. Tested in tests/browse/test_memento.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from newsarchive.browse import queries
from newsarchive.browse.datasette_api import Datasette, WebRequest, response
from newsarchive.browse.page_urls import Links
from newsarchive.browse.query_args import Args
from newsarchive.browse.views import HEADERS, Answer, Bytes, Make, MissingError, Reading, answer, problem
from newsarchive.errors import BadUrlError
from newsarchive.times import from_micros, micros, parse_iso
from newsarchive.urls import check_url, url_key

LINK_FORMAT = "application/link-format"
PAGE = 5000  # captures in one page of a TimeMap
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT")
_UNSAFE = re.compile(r'[<>"\\\s\x00-\x1f\x7f]')


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture by its id and time."""

    id: int
    at: datetime


def http_date(moment: datetime) -> str:
    """Return a moment as HTTP writes it, to the second."""
    return format_datetime(moment.astimezone(UTC).replace(microsecond=0), usegmt=True)


def accepted(text: str | None) -> datetime | None:
    """Return the moment of an Accept-Datetime header; None if there is no header.

    Raises:
        ValueError: it isn't a date of RFC 1123 in GMT, the one form that RFC 7089 allows.
    """
    if text is None:
        return None
    if not _HTTP_DATE.fullmatch(text.strip()):
        raise ValueError("Accept-Datetime isn't like 'Thu, 31 May 2007 20:35:00 GMT'")
    return parsedate_to_datetime(text.strip())


async def timegate(datasette: Datasette, request: WebRequest) -> object:
    """Send the client to the capture nearest to the time that it names."""
    try:
        moment = accepted(request.headers.get("accept-datetime"))
    except ValueError as error:
        headers = HEADERS | {"vary": "accept-datetime"}
        return response(f"{error}\n", status=400, content_type="text/plain", headers=headers)
    return await answer(datasette, request, _with_url(request, lambda r, url: _gate(r, url, moment)))


async def timemap(datasette: Datasette, request: WebRequest) -> object:
    """List all captures of a URL."""
    wants_json = request.url_vars["kind"] == "json"
    number = int(request.url_vars.get("number") or 1)
    return await answer(
        datasette, request, _with_url(request, lambda r, url: _map(r, url, number, wants_json=wants_json))
    )


def with_headers(make: Make) -> Make:
    """Return a view of archived pages whose answer is a memento."""

    def made(reading: Reading, args: Args) -> Answer:
        found = make(reading, args)
        row = reading.row(queries.CAPTURE, id=args.path_id())
        if not isinstance(found, Bytes) or found.status != 200 or row is None:
            return found
        at = parse_iso(row["fetched_at"])
        headers = {"memento-datetime": http_date(at), "link": ", ".join(_places(reading.links, row["url"]))}
        return replace(found, headers={**found.headers, **headers})

    return made


# ---------------------------------------------------------------- answers


def _with_url(request: WebRequest, make: Any) -> Make:
    """A view of the URL that is written behind the path, with its own query string."""
    url = request.url_vars["url"] + (f"?{request.query_string}" if request.query_string else "")
    url = re.sub(r"^(https?):/+", r"\1://", url)  # a server on the way may have joined the slashes

    def made(reading: Reading, _args: Args) -> Answer:
        try:
            key = url_key(check_url(url))
        except BadUrlError as error:
            raise MissingError(f"Not an address of a page: {error.what}") from error
        reason = reading.value(queries.WITHHELD_KEY, key=key)
        if reason is not None:
            return problem(451, "Withheld", f"The story at this address is withheld. {reason}")
        answered: Answer = make(reading, url)
        return answered

    return made


def _gate(reading: Reading, url: str, moment: datetime | None) -> Answer:
    key = url_key(check_url(url))
    wanted = micros(moment) if moment is not None else (1 << 62)
    found = _mementos(reading.rows(queries.NEAREST_CAPTURES, key=key, at=wanted))
    if not found:
        raise MissingError(f"This archive has no capture of {url}")
    nearest = min(found, key=lambda m: (abs(micros(m.at) - wanted), m.at, m.id))
    headers = {
        "location": reading.links.frame(nearest.id),
        "vary": "accept-datetime",
        "link": ", ".join(_places(reading.links, url)),
    }
    return Bytes(body=b"", content_type="text/plain", headers=headers, status=302)


def _map(reading: Reading, url: str, number: int, *, wants_json: bool) -> Answer:
    key = url_key(check_url(url))
    ends = reading.rows(queries.CAPTURES_SPAN, key=key)[0]
    found = _mementos(reading.rows(queries.CAPTURES_OF_KEY, key=key, limit=PAGE, offset=(number - 1) * PAGE))
    if not found:
        raise MissingError(f"This archive has no capture of {url}")
    pages = -(-ends["n"] // PAGE)
    if wants_json:
        data = _as_json(reading.links, url, found, ends, pages)
        return Bytes(body=json.dumps(data, indent=1).encode(), content_type="application/json")
    body = ",\n".join(_lines(reading.links, url, found, ends, number, pages)) + "\n"
    return Bytes(body=body.encode(), content_type=LINK_FORMAT)


def _mementos(rows: Sequence[Mapping[str, Any]]) -> list[Memento]:
    return [Memento(row["id"], from_micros(row["at"])) for row in rows]


def _places(links: Links, url: str) -> list[str]:
    """The links of every answer: the page itself, its TimeGate, its TimeMap."""
    return [
        _link(url, "original"),
        _link(links.timegate(url), "timegate"),
        _link(links.timemap("link", url), "timemap", type=LINK_FORMAT),
    ]


def _link(target: str, rel: str, **attributes: str) -> str:
    target = _UNSAFE.sub(lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), target)
    return f'<{target}>; rel="{rel}"' + "".join(f'; {name}="{value}"' for name, value in attributes.items())


def _lines(
    links: Links, url: str, found: Sequence[Memento], ends: Mapping[str, Any], number: int, pages: int
) -> list[str]:
    here = links.timemap("link", url, number)
    span = {"from": http_date(found[0].at), "until": http_date(found[-1].at)}
    lines = [_link(url, "original"), _link(here, "self", type=LINK_FORMAT, **span)]
    lines.append(_link(links.timegate(url), "timegate"))
    lines += [
        _link(links.timemap("link", url, other), "timemap", type=LINK_FORMAT)
        for other in (number - 1, number + 1)
        if 1 <= other <= pages
    ]
    for one in found:
        names = ["first"] * (one.id == ends["first"]) + ["last"] * (one.id == ends["last"]) + ["memento"]
        lines.append(_link(links.frame(one.id), " ".join(names), datetime=http_date(one.at)))
    return lines


def _as_json(
    links: Links, url: str, found: Sequence[Memento], ends: Mapping[str, Any], pages: int
) -> dict[str, Any]:
    def entry(one: Memento) -> dict[str, Any]:
        return {"datetime": one.at.strftime("%Y-%m-%dT%H:%M:%SZ"), "uri": [links.frame(one.id)]}

    by_id = {one.id: one for one in found}
    named = {name: entry(by_id[ends[name]]) for name in ("first", "last") if ends[name] in by_id}
    return {
        "original_uri": url,
        "timegate_uri": links.timegate(url),
        "timemap_uri": {"link_format": links.timemap("link", url), "json_format": links.timemap("json", url)},
        "pages": [links.timemap("json", url, number) for number in range(1, pages + 1)],
        "mementos": {**named, "list": [entry(one) for one in found]},
    }
