"""From a request to a response: find the archive, check permission, read, render, set headers.

Each page is a function `(Reading, Args) -> PageResponse`; everything around it is here once. Every response carries a
Content-Security-Policy and is read-only. Templates always escape; a file of the same name in the folder `newsarchive`
of Datasette's --template-dir replaces ours. Tested in tests/browse/test_safety.py and tests/browse/test_pages.py.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsarchive import languages
from newsarchive.browse import filters, plots, queries
from newsarchive.browse.datasette_api import Datasette, TooSlowError, WebRequest, permit, read, response
from newsarchive.browse.found_words import first_found
from newsarchive.browse.locate_archive import ArchiveLocation, find_archive, settings
from newsarchive.browse.page_urls import Links
from newsarchive.browse.query_args import Args
from newsarchive.browse.streamed_response import StreamedResponse
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.index.compact_ids import id_text
from newsarchive.index.connection import SCHEMA
from newsarchive.index.rows import ChangeRow
from newsarchive.messages.digest import words_of
from newsarchive.times import Clock, parse_iso
from newsarchive.urls import readable_url

PAGE_SECONDS = 10.0  # that a page may take, its queries and all else
HTML = "text/html; charset=utf-8"
JSON = "application/json; charset=utf-8"
# Nothing runs or loads but our own style sheet and script; an archived page is in a frame.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; connect-src 'none'"
)
# An archived page: no script, no form, no request to anywhere, an origin of its own.
SANDBOX = (
    "sandbox; default-src 'none'; img-src data:; font-src data:; style-src data: 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-dns-prefetch-control": "off",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-cache",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page's function may use."""

    connection: sqlite3.Connection
    links: Links
    now: datetime
    place: ArchiveLocation

    def rows(self, sql: str, **values: object) -> list[dict[str, Any]]:
        """Return all rows of a query as dicts."""
        cursor = self.connection.execute(sql, values)
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def row(self, sql: str, **values: object) -> dict[str, Any] | None:
        """Return the first row, or None."""
        found = self.rows(sql, **values)
        return found[0] if found else None

    def value(self, sql: str, **values: object) -> Any:
        """Return the first column of the first row, or None."""
        found = self.connection.execute(sql, values).fetchone()
        return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResponse:
    """A page before it is rendered. `data` is what `.json` gives and the template shows."""

    template: str
    data: Mapping[str, Any]
    show: Mapping[str, Any] = field(default_factory=dict)  # for the template alone: plots, markup
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Bytes:
    """An answer that is no page of ours: a feed, an archived page, a file."""

    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """An answer that is made while it is sent. `pieces` is called and walked through in a thread of its own."""

    pieces: Callable[[], Iterator[bytes]]
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go there instead."""

    to: str


class MissingError(Exception):
    """No such story, version, capture or source; the text says which."""


class SchemaError(Exception):
    """The index was made by an older or newer program; the text says so."""


Answer = PageResponse | Bytes | Redirect | Stream
Make = Callable[[Reading, Args], Answer]
Handler = Callable[[Any, Any], Awaitable[object]]


def page(make: Make) -> Handler:
    """Return `make` as a view of Datasette."""

    async def handler(datasette: Datasette, request: WebRequest) -> object:
        return await answer(datasette, request, make)

    return handler


async def answer(datasette: Datasette, request: WebRequest, make: Make) -> object:
    """Return the response of one of our pages, whatever happens."""
    if request.method not in ("GET", "HEAD"):
        headers = HEADERS | {"allow": "GET, HEAD"}
        return response("read-only\n", status=405, content_type="text/plain", headers=headers)
    wants_json = request.url_vars.get("format") == "json"
    place = await find_archive(datasette)
    if place is None:
        links = Links(datasette.urls.path, tables=datasette.urls.instance())
        return _sent(request, _page(datasette, links, _no_archive(), wants_json, Args()))
    await permit(datasette, request.actor, place.database.name)
    links = _links(datasette, request, place)
    args = Args.of(request.query_string, request.url_vars)

    def work(connection: sqlite3.Connection) -> Redirect | Bytes | Stream:
        made = _made(lambda: make(_reading(connection, links, datasette, place), args))
        if not isinstance(made, PageResponse):
            return made
        outlets = (
            {} if wants_json or made.status == 503 else dict(connection.execute(queries.OUTLETS).fetchall())
        )
        return _page(datasette, links, made, wants_json, args, outlets)

    try:
        made = await read(place.database, work, seconds=PAGE_SECONDS)
    except TooSlowError:
        text = "Narrow the search, or try again when less is going on."
        made = _page(datasette, links, problem(503, "That took too long", text), wants_json, args)
    if isinstance(made, Redirect):
        path, mark, query = made.to.partition("?")
        to = f"{path}.json{mark}{query}" if wants_json else made.to
        return response("", status=302, content_type="text/plain", headers=HEADERS | {"location": to})
    if isinstance(made, Stream):
        return StreamedResponse(made.pieces, request, made.content_type, HEADERS | dict(made.headers))
    return _sent(request, made)


def _sent(request: WebRequest, made: Bytes) -> object:
    headers = HEADERS | dict(made.headers)
    if is_fresh(request.headers, headers):
        return response("", status=304, content_type=made.content_type, headers=headers)
    return response(made.body, status=made.status, content_type=made.content_type, headers=headers)


def dated_body(text: str, content_type: str, changed_at: datetime) -> Bytes:
    """Return a text that clients ask for again and again, with what lets them say which one they have."""
    body = text.encode()
    headers = {
        "etag": f'"{hashlib.sha256(body).hexdigest()[:32]}"',
        "last-modified": format_datetime(changed_at, usegmt=True),
    }
    return Bytes(body=body, content_type=content_type, headers=headers)


def is_fresh(request: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    """Return whether the client has what would be sent: by If-None-Match, else by If-Modified-Since (RFC 9110, 13)."""
    if "etag" not in headers:
        return False
    tags = request.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or headers["etag"] in (
            t.strip().removeprefix("W/") for t in tags.split(",")
        )
    try:
        since = parsedate_to_datetime(request.get("if-modified-since", ""))
        return since >= parsedate_to_datetime(headers["last-modified"])
    except (ValueError, TypeError):
        return False


def _made(work: Callable[[], Answer]) -> Answer:
    """What `work` makes of the index, or the page that says why not."""
    try:
        return work()
    except (MissingError, NothingFoundError) as error:
        return problem(404, "Not in this archive", str(error))
    except UsageError as error:
        return problem(400, "That can't be", str(error))
    except SchemaError as error:
        return problem(503, "This index can't be read", str(error))


def problem(status: int, title: str, text: str) -> PageResponse:
    """Return a page that says what went wrong."""
    return PageResponse(
        template="problem.html", data={"ok": False, "title": title, "error": text}, status=status
    )


def _no_archive() -> PageResponse:
    return problem(
        404, "No news archive here", "None of the databases served here is an index of newsarchive."
    )


_WHOLE = re.compile(
    r"\.atom$|\.feed\.json$|/page$|/timegate/|/timemap/"
)  # what programs read: whole addresses


def _links(datasette: Datasette, request: WebRequest, place: ArchiveLocation) -> Links:
    tables = datasette.urls.database(place.database.name)
    whole = f"{request.scheme}://{request.host}" if _WHOLE.search(request.path) else ""
    return Links(datasette.urls.path, tables=str(tables), origin=whole)


def _reading(
    connection: sqlite3.Connection, links: Links, datasette: Datasette, place: ArchiveLocation
) -> Reading:
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found != SCHEMA:
        raise SchemaError(
            f"It has schema {found}, this program reads schema {SCHEMA}. Run newsarchive rebuild."
        )
    return Reading(connection, links, now_of(datasette), place)


def now_of(datasette: Datasette) -> datetime:
    """Return the present; the setting `now` stops the clock for pictures and tests."""
    said = settings(datasette).get("now")
    return parse_iso(str(said)) if said else Clock().now()


def _page(
    datasette: Datasette,
    links: Links,
    made: PageResponse,
    wants_json: bool,
    args: Args,
    outlets: Mapping[str, str] | None = None,
) -> Bytes:
    if wants_json:
        body = json.dumps(for_json(made.data), ensure_ascii=False, indent=1)
        return Bytes(body=_utf8(body), status=made.status, content_type=JSON)
    values = {**made.data, **made.show, "links": links, "args": args, "now": now_of(datasette)}
    values["outlets"] = outlets or {}  # names by which readers know the sources
    text = render(made.template, values, folder=datasette.template_dir)
    return Bytes(body=_utf8(text), status=made.status, content_type=HTML)


def _utf8(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def for_json(value: Any) -> Any:
    """Return `value` with ids as text: they have 63 bits, and JavaScript's numbers hold 53."""
    if isinstance(value, Mapping):
        return {k: for_json(id_text(k, v)) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [for_json(v) for v in value]
    return str(value) if isinstance(value, datetime) else value


TEMPLATES = Path(__file__).parent / "templates" / "newsarchive"

FILTERS = (
    "clock", "counted", "day", "listed", "long_day", "machine", "number", "size", "web_url",
)  # fmt: skip


@lru_cache(maxsize=4)
def environment(folder: str | None) -> Environment:
    """Return the environment; `folder` is Datasette's template directory or None."""
    places = [TEMPLATES]
    if folder and (own := Path(folder) / "newsarchive").is_dir():
        places.insert(0, own)
    env = Environment(
        loader=FileSystemLoader(places),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=len(places) > 1,  # whoever writes templates wants to see them
    )
    for name in FILTERS:
        env.filters[name] = getattr(filters, name)
    env.filters |= {
        "direction": languages.direction,
        "readable_url": readable_url,
        "language": languages.language_name,
        "first_found": first_found,
    }
    env.globals |= {"signed": filters.signed, "days_before": filters.days_before}
    env.globals["plots"] = plots
    return env


def render(template: str, values: Mapping[str, Any], *, folder: str | None = None) -> str:
    """Return the template's text, every value escaped unless it is `Markup` made by us."""
    return environment(folder).get_template(template).render(values)


def opened(text: object) -> list[Any]:
    """Return a column that holds a JSON list; anything else is an empty one."""
    try:
        value = json.loads(text) if isinstance(text, str) else []
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def story_of(reading: Reading, story_id: int) -> tuple[dict[str, Any], bool]:
    """Return the story's row, and whether `story_id` is an older id of it.

    Raises:
        MissingError: there is none.
    """
    row = reading.row(queries.STORY, id=story_id)
    alias = False
    if row is None:
        now_id = reading.value(queries.STORY_BY_ALIAS, id=story_id)
        row = reading.row(queries.STORY, id=now_id) if now_id is not None else None
        alias = row is not None
    if row is None:
        raise MissingError(f"No story has the id {story_id}.")
    row["same_because"] = opened(row["same_because"])
    return row, alias


def versions_of(reading: Reading, story_id: int) -> list[dict[str, Any]]:
    """Return the story's versions, oldest first, without their texts."""
    rows = reading.rows(queries.VERSIONS, id=story_id)
    for row in rows:
        row["warnings"] = opened(row["warnings"])
    return rows


def changes_listed(reading: Reading, rows: Iterable[ChangeRow]) -> list[dict[str, Any]]:
    """Return changes for a list: `words` is the first difference of their texts, in one line."""
    listed = list(rows)
    words = words_of(reading.connection, listed)
    return [
        change | {"words": [asdict(edit) for edit in words[change["id"]]]} for change in changes_data(listed)
    ]


def by_time(changes: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return changes and events in one list, newest first."""
    return sorted(
        [*changes, *events], key=lambda row: str(row.get("changed_at") or row["happened_at"]), reverse=True
    )


def changes_data(rows: Iterable[ChangeRow]) -> list[dict[str, Any]]:
    """Return changes for template and JSON."""
    return [asdict(row) | {"headline_changed": row.title_before != row.title_after} for row in rows]
