"""A Datasette set up for one archive: read-only, no SQL of visitors and no download unless allowed.

It opens the index itself, never for writing, and serves on one socket until it is interrupted. Who is answered is
`access`'s. Tested in tests/browse/test_server.py and tests/browse/test_safety.py.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from newsarchive.browse.datasette_api import (
    is_old_line,
    new_database,
    new_datasette,
    plain_errors,
    register_plugin,
)
from newsarchive.browse.locate_archive import OWN, PLUGIN
from newsarchive.browse.table_metadata import QUERIES, table_metadata
from newsarchive.errors import NothingFoundError, UsageError

INDEX = "index.db"
TEMPLATES = Path(__file__).parent / "datasette_templates"  # what Datasette's own pages have here besides
NAME = "archive"  # of the database in Datasette's addresses
SQL_MS = 3000  # that one query of Datasette's own pages may take
THREADS = 8  # so many pages are made at once; a dear one takes its share of the processor, not its turn


def app(
    root: Path,
    *,
    allow_sql: bool = False,
    allow_download: bool = False,
    base_url: str = "/",
    immutable: bool | None = None,
    names: Sequence[str] = (),
    password: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Any:
    """Return a `Datasette` whose front is ours; `.app()` is the ASGI application.

    Args:
        root: The archive's folder.
        allow_sql: Let visitors write queries of their own.
        allow_download: Let visitors download the index (Datasette offers it for an immutable one).
        base_url: The path under which a proxy serves it.
        immutable: Nobody writes the index while it is served; None = find out (`is_frozen`).
        names: Host names under which it is asked, beside loopback's (`access.guarded`).
        password: What readers must send; empty = nothing.
        settings: Further settings of the plugin (`now` stops the clock).

    Raises:
        NothingFoundError: there is no index yet.
    """
    path = Path(root) / INDEX
    if not path.exists():
        raise NothingFoundError(
            "there is no index yet",
            where=str(path),
            next_step="Run: newsarchive crawl, or newsarchive ingest",
        )
    options: dict[str, Any] = {
        "default_allow_sql": allow_sql,
        "allow_download": allow_download,
        "sql_time_limit_ms": SQL_MS,
        "facet_time_limit_ms": 500,
        "num_sql_threads": THREADS,
        "truncate_cells_html": 400,
        "suggest_facets": False,
        "base_url": base_url,
    }
    plain_errors()
    register_plugin(import_module("newsarchive.browse"), PLUGIN)
    own = {"database": NAME, "root": str(root), "home": True, "names": tuple(names), "password": password}
    own["closed"] = not allow_sql  # who may run SQL may read every table
    own |= settings or {}
    served = new_datasette({OWN: own}, settings=options, template_dir=str(TEMPLATES), **_described())
    frozen = is_frozen(path) if immutable is None else immutable
    served.add_database(new_database(served, str(path), is_mutable=not frozen), name=NAME)
    return served


def _described() -> dict[str, Any]:
    """Titles, tables and questions, where the Datasette at hand wants them."""
    about = {"title": "News archive"}
    if is_old_line():  # the rest is given by our hook
        return {"metadata": about}
    tables = {"tables": table_metadata()}
    return {
        "metadata": about | {"databases": {NAME: tables}},
        "config": {"databases": {NAME: tables | {"queries": QUERIES}}},
    }


def is_frozen(path: Path) -> bool:
    """Return whether nobody can be writing the index: its folder is read-only, and no write-ahead log is left."""
    log = path.with_name(path.name + "-wal")
    return not os.access(path.parent, os.W_OK) and not (log.exists() and log.stat().st_size)


def serve(
    root: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8001,
    allow_sql: bool = False,
    allow_download: bool = False,
    open_browser: bool = False,
    base_url: str = "/",
    names: Sequence[str] = (),
    password: str = "",
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the archive until interrupted.

    Args:
        port: 0 = a free one.
        names, password: As `app`.
        on_ready: Called with the address as soon as it answers.

    Raises:
        NothingFoundError: there is no index yet.
        UsageError: the port is taken, or the host isn't one of this machine.
    """
    served = app(
        root,
        allow_sql=allow_sql,
        allow_download=allow_download,
        base_url=base_url,
        names=names,
        password=password,
    )
    run(served.app(), host=host, port=port, base_url=base_url, open_browser=open_browser, on_ready=on_ready)


def run(
    application: Any,
    *,
    host: str,
    port: int,
    base_url: str = "/",
    open_browser: bool = False,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve an ASGI application until interrupted; arguments and errors as `serve`."""
    import uvicorn

    with listening(host, port) as listener:
        address = url_of(listener, base_url)
        if on_ready:
            on_ready(address)
        if open_browser:
            import webbrowser

            webbrowser.open(address)
        config = uvicorn.Config(application, log_level="warning", lifespan="on", server_header=False)
        uvicorn.Server(config).run(sockets=[listener])


def listening(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        UsageError: it can't.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sets TCP_NODELAY; without it each answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except (OSError, OverflowError) as error:
        listener.close()
        raise UsageError(
            f"can't serve there: {error}", where=f"{host}:{port}", next_step="Choose another --port"
        ) from error
    return listener


def url_of(listener: socket.socket, base_url: str = "/") -> str:
    """Return `http://127.0.0.1:8001/`."""
    host, port = listener.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}{base_url}"
