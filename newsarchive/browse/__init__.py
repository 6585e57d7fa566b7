"""Browse an archive with Datasette: the plugin and the server.

The entry point `datasette` names this package; its hooks add pages under `/-/news` wherever a
database is an index of ours, and do nothing for any other. `app` and `serve` start a Datasette that
is set up for one archive. It never writes to an archive. Tested in tests/browse/.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from newsarchive.browse.datasette_api import Datasette, hook, optional_hook, rows_where
from newsarchive.browse.server import app, serve
from newsarchive.browse_links import ROOT

__all__ = ["app", "serve"]


@hook
def register_routes(datasette: Datasette) -> list[tuple[str, Any]]:
    """Return our pages; also as `/` where the setting `home` is on."""
    from newsarchive.browse.locate_archive import settings
    from newsarchive.browse.routes import routes

    own = settings(datasette)
    return routes(home=bool(own.get("home")), is_closed=bool(own.get("closed")))


@hook
def filters_from_request(database: str, table: str, datasette: Datasette) -> Any:
    """Return what keeps rows of withheld stories out of the tables that people read."""

    async def inner() -> Any:
        from newsarchive.browse.locate_archive import find_archive
        from newsarchive.browse.queries import ANY_WITHHELD, NOT_WITHHELD

        place = await find_archive(datasette)
        if place is None or place.database.name != database or table not in NOT_WITHHELD:
            return rows_where([])
        if table == "stories" and not await place.database.execute_fn(
            lambda db: db.execute(ANY_WITHHELD).fetchone()
        ):
            return rows_where([])  # where nothing is withheld, the page isn't dearer for it
        return rows_where([NOT_WITHHELD[table]])

    return inner


@hook
def menu_links(datasette: Datasette) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """Return a way to our pages in Datasette's menu, if there is an archive."""

    async def inner() -> list[dict[str, str]]:
        from newsarchive.browse.locate_archive import find_archive

        if await find_archive(datasette) is None:
            return []
        return [{"href": str(datasette.urls.path(ROOT)), "label": "News archive"}]

    return inner


@hook
def database_actions(datasette: Datasette, database: str) -> Callable[[], Awaitable[list[dict[str, str]]]]:
    """Return the same in the menu of the database."""

    async def inner() -> list[dict[str, str]]:
        from newsarchive.browse.locate_archive import find_archive

        place = await find_archive(datasette)
        if place is None or place.database.name != database:
            return []
        return [{"href": str(datasette.urls.path(ROOT)), "label": "Read as a newspaper"}]

    return inner


@hook
def render_cell(
    row: Any, value: object, column: str, table: str | None, database: str, datasette: Datasette
) -> Any:
    """Show headlines as links to our pages and long texts cut short; leave other tables alone."""
    from newsarchive.browse.table_metadata import cell

    return cell(value, column, table, database, datasette, row)


@hook
def extra_css_urls(datasette: Datasette, database: str | None, table: str | None) -> Any:
    """Return the style sheet with column widths for the tables of an archive; in a server of ours also its colours."""

    async def inner() -> list[str]:
        from newsarchive.browse.locate_archive import find_archive, settings
        from newsarchive.browse.page_urls import Links

        links = Links(datasette.urls.path)
        colours = [links.static("datasette.css")] if settings(datasette).get("home") else []
        place = await find_archive(datasette) if table else None
        is_ours = place is not None and place.database.name == database
        return [*colours, links.static("tables.css")] if is_ours else colours

    return inner


@hook
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Return who is answered, and a policy on Datasette's own pages too, in a server of ours."""
    from newsarchive.browse.access import guarded
    from newsarchive.browse.locate_archive import settings

    own = settings(datasette)

    def wrapper(application: Any) -> Any:
        if not own.get("home"):
            return application
        return guarded(application, names=own.get("names", ()), password=own.get("password", ""))

    return wrapper


@optional_hook
def get_metadata(datasette: Datasette, key: str | None) -> dict[str, Any]:
    """Return what tables and columns mean (Datasette 0.65), no more than is asked for: each check of a permission copies it."""
    from newsarchive.browse.locate_archive import is_known
    from newsarchive.browse.table_metadata import metadata_for

    known = [name for name, found in datasette.databases.items() if is_known(found)]
    return {"databases": {name: {"tables": metadata_for(key)} for name in known}}


@optional_hook
def canned_queries(datasette: Datasette, database: str) -> Any:
    """Return questions worth asking, ready to run (Datasette 0.65)."""

    async def inner() -> dict[str, dict[str, Any]]:
        from newsarchive.browse.locate_archive import find_archive
        from newsarchive.browse.table_metadata import QUERIES

        place = await find_archive(datasette)
        return dict(QUERIES) if place is not None and place.database.name == database else {}

    return inner


@hook
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Return the same questions and what each column means, where Datasette 1.0 keeps them."""

    async def inner() -> None:
        from newsarchive.browse.table_metadata import describe

        await describe(datasette)

    return inner
