"""The addresses of our pages, as Datasette's router wants them: pattern and view.

`.json` behind a page's address gives its data. Tested in tests/browse/test_pages.py.
"""

from __future__ import annotations

from typing import Any

from newsarchive.browse import (
    capture_page,
    changes_page,
    copies_page,
    diff_page,
    digest_page,
    export_page,
    front_page,
    fronts_page,
    memento,
    search_page,
    source_page,
    story_page,
)
from newsarchive.browse.datasette_api import WebRequest, response
from newsarchive.browse.page_urls import FILES
from newsarchive.browse.server import NAME
from newsarchive.browse.views import HEADERS, Handler, page
from newsarchive.browse_links import ROOT

JSON = r"(?:\.(?P<format>json))?$"
ID = r"(?P<id>[0-9]{1,19})"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

Routes = list[tuple[str, Any]]


# Tables for programs, which hold what was withheld, and rows that say what was; also in Datasette's encoding of names, which ours don't need.
CLOSED = (
    rf"^/(?:{NAME}/(?:(?:urls|pages|capture_extras|templates|story_states|syndication|failures|texts_fts\w*)(?:[./].*)?|"
    rf"(?:stories|decisions)/.+|[^/]*[~%].*)|[^/]*[~%].*)$"
)


def routes(*, home: bool, is_closed: bool = False) -> Routes:
    """Return all routes.

    Args:
        home: The front page is also what `/` shows.
        is_closed: Datasette's own pages of tables that hold what was withheld aren't shown.
    """
    front = page(front_page.front)
    made: list[tuple[str, Handler]] = [
        (rf"^{ROOT}{JSON}", front),
        (rf"^{ROOT}/search{JSON}", page(search_page.search)),
        (rf"^{ROOT}/export$", page(export_page.export)),
        (rf"^{ROOT}/story/{ID}{JSON}", page(story_page.story)),
        (rf"^{ROOT}/story/{ID}/diff{JSON}", page(diff_page.diff)),
        (rf"^{ROOT}/capture/{ID}{JSON}", page(capture_page.capture)),
        (rf"^{ROOT}/capture/{ID}/page$", page(memento.with_headers(capture_page.frame))),
        (rf"^{ROOT}/capture/{ID}/raw$", page(capture_page.raw)),
        (rf"^{ROOT}/capture/{ID}/picture$", page(capture_page.picture)),
        (rf"^{ROOT}/changes\.atom$", page(changes_page.changes_atom)),
        (rf"^{ROOT}/changes\.feed\.json$", page(changes_page.changes_json_feed)),
        (rf"^{ROOT}/changes{JSON}", page(changes_page.changes)),
        (rf"^{ROOT}/digest{JSON}", page(digest_page.digest)),
        (rf"^{ROOT}/vanished\.atom$", page(changes_page.vanished_atom)),
        (rf"^{ROOT}/vanished\.feed\.json$", page(changes_page.vanished_json_feed)),
        (rf"^{ROOT}/vanished{JSON}", page(changes_page.vanished)),
        (rf"^{ROOT}/source/(?P<name>[a-z0-9-]{{1,40}}){JSON}", page(source_page.source)),
        (rf"^{ROOT}/copies{JSON}", page(copies_page.copies_page)),
        (rf"^{ROOT}/fronts{JSON}", page(fronts_page.fronts)),
        (rf"^{ROOT}/compare{JSON}", page(copies_page.compare)),
        (rf"^{ROOT}/timegate/(?P<url>.+)$", memento.timegate),
        (
            rf"^{ROOT}/timemap/(?P<kind>link|json)/(?:(?P<number>[1-9][0-9]{{0,5}})/)?(?P<url>.+)$",
            memento.timemap,
        ),
        (rf"^{ROOT}/about{JSON}", page(front_page.about)),
    ]
    served: Routes = [*made, (rf"^{ROOT}/static/(?P<name>[a-z.]+)$", static)]
    if is_closed:
        served += [(rf"^/{NAME}/stories/{ID}{JSON}", page(story_page.redirected)), (CLOSED, closed)]
    return [(r"^/$", front), *served] if home else served


async def closed() -> object:
    """Refuse a table that isn't for readers."""
    text = "Not shown here: it holds what was withheld, too. Who serves the archive can allow SQL.\n"
    return response(text, status=403, content_type="text/plain; charset=utf-8", headers=HEADERS)


async def static(request: WebRequest) -> object:
    """Serve our style sheet and script."""
    name = request.url_vars["name"]
    if name not in FILES:
        return response("not found\n", status=404, content_type="text/plain", headers=HEADERS)
    headers = HEADERS | {"cache-control": "public, max-age=31536000, immutable"}
    file = FILES[name]
    return response(file.read_bytes(), status=200, content_type=TYPES[file.suffix], headers=headers)
