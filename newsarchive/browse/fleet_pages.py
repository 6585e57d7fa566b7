"""A fleet in the browser: one search over the indexes of all shards, whose hits lead to the shard's own pages below `/SHARD/`.

A shard's pages are made when somebody first asks for one of them. Nothing is merged, nothing written. Tested in
tests/browse/test_fleet_pages.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newsarchive.browse.access import Application, Send, guarded
from newsarchive.browse.found_words import mark
from newsarchive.browse.page_urls import Links
from newsarchive.browse.query_args import Args
from newsarchive.browse.search_page import FIELDS, MAX_PAGE, PAGE_SIZE, plain_hit, wanted_from
from newsarchive.browse.server import INDEX, app
from newsarchive.browse.views import for_json, render
from newsarchive.errors import NewsarchiveError, NothingFoundError, UsageError
from newsarchive.index.federated import search_each

HTML, JSON, TEXT = "text/html; charset=utf-8", "application/json; charset=utf-8", "text/plain; charset=utf-8"


def fleet_app(shards: Mapping[str, Path], *, names: Sequence[str] = (), password: str = "") -> Application:
    """Return the ASGI application of a fleet.

    Args:
        shards: The folder of each shard, by name; those without an index are left out.
        names, password: As `access.guarded`.

    Raises:
        NothingFoundError: no shard has an index.
    """
    indexed = {name: folder for name, folder in shards.items() if (folder / INDEX).exists()}
    if not indexed:
        raise NothingFoundError("no shard has an index", next_step="Run `newsarchive fleet run --once`")
    made: dict[str, Application] = {}

    async def answer(scope: Any, receive: Any, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        shard = scope["path"].split("/")[1]
        if shard in indexed:
            if shard not in made:
                served = app(indexed[shard], base_url=f"/{shard}/", names=names, password=password)
                made[shard] = served.app()
            await made[shard](scope, receive, send)
        elif scope["path"] in ("/", "/search.json"):
            args = Args.of(scope["query_string"].decode("latin-1"))
            is_json = scope["path"] != "/"
            status, body = await asyncio.to_thread(_search, indexed, args, is_json)
            await _send(send, status, JSON if is_json else HTML, body)
        else:
            await _send(send, 404, TEXT, f"There are / and /{min(indexed)}/\n")

    return guarded(answer, names=names, password=password)


def _search(indexed: Mapping[str, Path], args: Args, is_json: bool) -> tuple[int, str]:
    """The status and the page of results."""
    shard_of = {folder / INDEX: name for name, folder in indexed.items()}
    page = args.number("page", 1, 1, MAX_PAGE)
    try:
        found, where = search_each(list(shard_of), wanted_from(args, page))
    except UsageError as error:
        return 400, json.dumps({"ok": False, "error": str(error)}) if is_json else _page(
            indexed, args, error=str(error)
        )
    except NewsarchiveError as error:
        return 503, json.dumps({"ok": False, "error": str(error)}) if is_json else _page(
            indexed, args, error=str(error)
        )
    hits = list(zip(found.hits, [shard_of[path] for path in where], strict=True))
    more = found.total > page * PAGE_SIZE and page < MAX_PAGE
    if is_json:
        rows = [
            {**plain_hit(hit), "shard": shard, "page": _story(shard, hit.story_id)} for hit, shard in hits
        ]
        return 200, json.dumps(
            for_json(
                {
                    "ok": True,
                    "total": found.total,
                    "is_capped": found.is_capped,
                    "page": page,
                    "more": more,
                    "hits": rows,
                }
            ),
            ensure_ascii=False,
        )
    shown = [
        asdict(hit)
        | {
            "title": mark(hit.title),
            "snippet": mark(hit.snippet),
            "page": _story(shard, hit.story_id, args.text("q")),
        }
        for hit, shard in hits
    ]
    return 200, _page(
        indexed, args, total=found.total, is_capped=found.is_capped, number=page, more=more, hits=shown
    )


def _page(indexed: Mapping[str, Path], args: Args, **show: Any) -> str:
    values = {"total": 0, "is_capped": False, "number": 1, "more": False, "hits": [], "error": ""} | show
    fields = {name: args.text(name) for name in FIELDS}
    links = _links(min(indexed))
    return render(
        "fleet.html", values | {"shards": sorted(indexed), "field": fields, "args": args, "links": links}
    )


def _links(shard: str) -> Links:
    return Links(lambda path: f"/{shard}{path}")


def _story(shard: str, number: int, words: str = "") -> str:
    return _links(shard).story(number, q=words)


async def _lifespan(receive: Any, send: Send) -> None:
    for kind in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{kind}.complete"})


async def _send(send: Send, status: int, content_type: str, body: str) -> None:
    headers = [(b"content-type", content_type.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode("utf-8", "replace")})
