"""Which of Datasette's databases is an archive's index, and where are its WARC files?

Plugin settings (`plugins: newsarchive:`) may say: `database`, `root`. Else it is the first database
with our tables, and `warc/` is searched beside it. Opens no file but newsarchive.toml.
Tested in tests/browse/test_plugin.py.
"""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsarchive.browse import queries
from newsarchive.browse.datasette_api import Database, Datasette
from newsarchive.config import read_config
from newsarchive.errors import ConfigError

PLUGIN = "newsarchive"
OWN = "newsarchive_settings"  # attribute of a Datasette made by `browse.app`; Datasette's pages don't show it
TABLES = 6  # that OUR_TABLES counts

_known: weakref.WeakSet[Database] = weakref.WeakSet()


@dataclass(frozen=True, slots=True)
class ArchiveLocation:
    """An archive's index as Datasette opened it, and its folder if that is at hand."""

    database: Database
    root: Path | None

    @property
    def name(self) -> str:
        """The archive's name: as newsarchive.toml beside the index says, else the folder's."""
        folder = (self.root or Path(self.database.path or self.database.name).parent).resolve()
        try:
            return read_config(folder).name or folder.name
        except (ConfigError, OSError):
            return folder.name


def settings(datasette: Datasette) -> Mapping[str, Any]:
    """Return our settings: those of `browse.app`, else the plugin's in Datasette's configuration."""
    own = getattr(datasette, OWN, None)
    return own if own is not None else datasette.plugin_config(PLUGIN) or {}


async def find_archive(datasette: Datasette) -> ArchiveLocation | None:
    """Return the archive that our pages show; None where no database is one."""
    wanted = settings(datasette).get("database")
    for name, database in datasette.databases.items():
        if (not wanted or name == wanted) and await is_archive(database):
            return ArchiveLocation(database, _root(datasette, database))
    return None


async def is_archive(database: Database) -> bool:
    """Return whether the database has our tables. Only a yes is remembered: tables may come later."""
    if database in _known:
        return True
    try:
        count = await database.execute_fn(_count_tables)
    except sqlite3.DatabaseError:
        return False
    if count == TABLES:
        _known.add(database)
    return count == TABLES


def is_known(database: Database) -> bool:
    """Return whether `is_archive` has said yes before; reads no database."""
    return database in _known


def _count_tables(connection: sqlite3.Connection) -> int:
    return int(connection.execute(queries.OUR_TABLES).fetchone()[0])


def _root(datasette: Datasette, database: Database) -> Path | None:
    said = settings(datasette).get("root")
    if said:
        return Path(said)
    if database.path and (Path(database.path).parent / "warc").is_dir():
        return Path(database.path).parent
    return None
