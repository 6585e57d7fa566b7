"""How much each shard of a fleet holds. Tested in tests/cluster/test_fleet_commands.py."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.errors import NothingFoundError
from newsarchive.warc import list_files


def shard_rows(fleet: Fleet) -> list[dict[str, Any]]:
    """Return shard, sources, stories, captures and bytes of WARC files of each shard."""
    rows = []
    for name in fleet.names:
        archive = Archive(fleet.folder(name))
        counts: dict[str, Any] = {}
        with suppress(NothingFoundError):
            counts = archive.stats()
        rows.append(
            {
                "shard": name,
                "sources": " ".join(sorted(archive.sources)),
                "stories": counts.get("stories", 0),
                "captures": counts.get("captures", 0),
                "warc_bytes": sum(file.size for file in list_files(archive.root)),
            }
        )
    return rows
