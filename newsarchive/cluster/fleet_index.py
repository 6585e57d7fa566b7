"""The index of a fleet: those of its shards merged, what lies in several put together again.

Tested in tests/cluster/test_fleet_index.py.
"""

from __future__ import annotations

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.errors import NothingFoundError
from newsarchive.ingest import IngestReport
from newsarchive.ingest.rebuilding import merge


def merge_shards(fleet: Fleet) -> IngestReport:
    """Make the fleet's `index.db` of all shards' indexes, and make the fleet's folder one that reading verbs open.

    Raises:
        NothingFoundError: no shard has an index.
        ConfigError: two shards have one host.
        ArchiveLockedError, ArchiveNotWritableError, ArchiveDamagedError: as for any index.
    """
    parts = [path for name in fleet.names if (path := fleet.folder(name) / "index.db").exists()]
    if not parts:
        raise NothingFoundError(
            "no shard has an index", where=str(fleet.root), next_step="Run `newsarchive fleet run --once`"
        )
    archive = Archive.create(fleet.root, name=fleet.root.name)
    return merge(fleet.root, parts, config=archive.config, sources=fleet.all_sources())
