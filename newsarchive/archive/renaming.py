"""Giving a source another name.

Its file moves and remembers the old name (`formerly`), because what was captured says it for ever; index, schedule and
watches follow. WARC files and the reports of past crawls stay as they are. Tested in tests/archive/test_renaming.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive import sources
from newsarchive.errors import UsageError
from newsarchive.index.connection import reading
from newsarchive.index.counts import source_names
from newsarchive.schedule import watchlist
from newsarchive.schedule.state_db import State

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.model import Source


def rename_source(archive: ArchiveFolder, old: str, new: str, *, wait: float = 0.0) -> Source:
    """Rename a source and return it as it is now; see `Archive.rename_source`."""
    [source] = archive.select([old])
    archive.check_writable()
    taken = {*archive.sources, *sources.former_names(archive.sources)}
    if archive.index.exists():
        with reading(archive.index) as db:
            taken |= set(source_names(db))
    if new in taken - set(source.formerly):
        raise UsageError(f"the archive has a source '{new}', or had one", next_step="Give another name")
    renamed = sources.rename_source(archive.root, source, new)
    archive.__dict__.pop("sources", None)
    watchlist.rename_source(archive.root, old, new)
    if (archive.root / "state.db").exists():
        with State(archive.root / "state.db") as state:
            state.rename_source(old, new)
    archive.ingest(wait=wait)
    return renamed
