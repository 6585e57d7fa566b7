"""The one typed interface to Datasette, the same for 0.65 and the 1.0 line.

Everything of Datasette that this room uses passes through here: hooks, responses, permissions,
a consistent read. It never writes to a database. Tested in tests/browse/test_plugin.py.
"""

from __future__ import annotations

import ctypes
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar, cast

from datasette import hookimpl as _hookimpl  # type: ignore[import-untyped]
from datasette.utils.asgi import Response as _Response  # type: ignore[import-untyped]

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")

PERMITTED_TABLES = ("stories", "texts")  # who may not see one of these doesn't see our pages either
STEPS = 5_000  # instructions of SQLite between two readings of the clock
LATER = 1.0  # seconds after the limit: what SQLite is doing then has been stopped by its own
AGAIN = 0.2  # seconds; an exception that comes while SQLite reads the clock is lost


def hook(function: F) -> F:
    """Return `function` marked with Datasette's `@hookimpl`."""
    return cast(F, _hookimpl(function))


def optional_hook(function: F) -> F:
    """Return a hook that only one of the two lines knows."""
    return cast(F, _hookimpl(optionalhook=True)(function))


class Database(Protocol):
    """What is used of `datasette.database.Database`."""

    name: str
    path: str | None
    is_mutable: bool

    async def execute_fn(self, fn: Callable[[sqlite3.Connection], T]) -> T: ...


class Urls(Protocol):
    """What is used of `datasette.url_builder.Urls`."""

    def path(self, path: str) -> str: ...
    def database(self, database: str) -> str: ...
    def instance(self) -> str: ...


class Datasette(Protocol):
    """What is used of `datasette.app.Datasette`."""

    databases: Mapping[str, Database]
    urls: Urls
    template_dir: str | None

    def plugin_config(self, name: str) -> Mapping[str, Any] | None: ...


class WebRequest(Protocol):
    """What is used of `datasette.utils.asgi.Request`."""

    scope: Mapping[str, Any]
    url: str
    path: str
    host: str
    scheme: str
    method: str
    query_string: str
    actor: Mapping[str, Any] | None
    url_vars: Mapping[str, str]
    headers: Mapping[str, str]

    async def receive(self) -> Mapping[str, Any]: ...


def response(body: str | bytes, *, status: int, content_type: str, headers: Mapping[str, str]) -> object:
    """Return an answer that Datasette sends as it is."""
    return _Response(body=body, status=status, content_type=content_type, headers=dict(headers))


def rows_where(clauses: list[str]) -> object:
    """Return conditions on the rows that a page of a table shows."""
    from datasette.filters import FilterArguments  # type: ignore[import-untyped]

    return FilterArguments(clauses)


async def permit(datasette: Any, actor: Mapping[str, Any] | None, database: str) -> None:
    """Return if `actor` may see the archive's tables; Datasette's own rules decide.

    Raises:
        datasette.Forbidden: not allowed; Datasette answers with its page for that.
    """
    for table in PERMITTED_TABLES:
        if hasattr(datasette, "ensure_permissions"):  # 0.65
            await datasette.ensure_permissions(
                actor, [("view-table", (database, table)), ("view-database", database), "view-instance"]
            )
        else:
            from datasette.resources import TableResource  # type: ignore[import-untyped]

            resource = TableResource(database=database, table=table)
            await datasette.ensure_permission(action="view-table", resource=resource, actor=actor)


def new_datasette(attributes: Mapping[str, object], **options: Any) -> Any:
    """Return `datasette.app.Datasette(**options)` that has `attributes` from the beginning: it makes its routes at once."""
    from datasette.app import Datasette as Application  # type: ignore[import-untyped]

    return type("ArchiveDatasette", (Application,), dict(attributes))(**options)


def new_database(datasette: Any, path: str, *, is_mutable: bool) -> Any:
    """Return `datasette.database.Database` for a file; nothing is opened yet."""
    from datasette.database import Database as File  # type: ignore[import-untyped]

    return File(datasette, path=path, is_mutable=is_mutable)


def register_plugin(plugin: object, name: str) -> None:
    """Make sure that Datasette knows `plugin`, also where its package isn't installed but on the path."""
    from datasette.plugins import pm  # type: ignore[import-untyped]

    if not pm.is_registered(plugin):
        pm.register(plugin, name)


def needs_all_tables() -> bool:
    """Return whether a plugin is loaded that fails where a visible table refers to a hidden one (datasette-graphql 2.2)."""
    from datasette.plugins import pm

    return any(getattr(plugin, "__name__", "") == "datasette_graphql" for plugin in pm.get_plugins())


def plain_errors() -> None:
    """Make Datasette report errors without rich.

    Where rich is installed, which newsarchive does, Datasette (0.65.5, 1.0a41) prints each error with it and
    fails for want of a traceback when somebody merely asks for a page that isn't there.
    """
    from datasette.plugins import pm

    reporter = pm.get_plugin("datasette.handle_exception")
    if reporter is not None:
        reporter.rich = None


def is_old_line() -> bool:
    """Return whether this is Datasette 0.x, which takes everything from metadata; 1.0 splits off a configuration."""
    from datasette.version import __version__  # type: ignore[import-untyped]

    return str(__version__).startswith("0.")


class TooSlowError(Exception):
    """A page's queries took longer than allowed."""


async def read(database: Database, work: Callable[[sqlite3.Connection], T], *, seconds: float) -> T:
    """Return what `work` makes of one consistent state of the database, in one of Datasette's threads.

    All of its queries see the same snapshot, whatever a crawl writes meanwhile. The limit holds for queries and for
    Python code alike.

    Raises:
        TooSlowError: it took more than `seconds`.
    """

    def inside(connection: sqlite3.Connection) -> T:
        with _snapshot(connection, seconds), _stopped_after(seconds):
            return work(connection)

    return await database.execute_fn(inside)


@contextmanager
def _snapshot(connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds

    def is_over() -> int:
        try:
            return int(time.monotonic() > deadline)
        except TooSlowError:
            return 1

    connection.set_progress_handler(is_over, STEPS)
    connection.execute("BEGIN")
    try:
        yield
    except sqlite3.OperationalError as error:
        if "interrupted" in str(error):
            raise TooSlowError(f"more than {seconds:g} seconds") from error
        raise
    finally:
        connection.set_progress_handler(None, 0)
        connection.rollback()


@contextmanager
def _stopped_after(seconds: float) -> Iterator[None]:
    """Raise TooSlowError in this thread, wherever its Python code is, when it takes more than `seconds`."""
    limit = _Limit(seconds)
    try:
        limit.start()
        yield
    finally:
        while not limit.is_over:
            try:
                limit.end()
            except TooSlowError:  # it came just now; none comes once `end` holds the lock
                continue


class _Limit:
    """Raises TooSlowError in the thread that made it, some seconds after `start` and again, until `end`."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self._thread, self._seconds = ctypes.c_ulong(threading.get_ident()), seconds
        self._lock, self._ended = threading.Lock(), threading.Event()

    def start(self) -> None:
        """Begin to watch."""
        threading.Thread(target=self._watch, daemon=True, name="newsarchive page limit").start()

    def end(self) -> None:
        """Raise nothing any more, and take back what was raised at the last moment."""
        with self._lock:
            self.is_over = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, None)
        self._ended.set()

    def _watch(self) -> None:
        wait = self._seconds + LATER
        while not self._ended.wait(wait):
            with self._lock:
                if self.is_over:
                    return
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self._thread, ctypes.py_object(TooSlowError))
            wait = AGAIN
