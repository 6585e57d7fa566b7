"""Erasing and withholding a story in every shard of a fleet that has something of it, and in the merged index.

A story may be in several shards: an outlet's page moved to another outlet's host, say. What is done is done again without
harm, so a command that met a locked shard is simply given again. Never touches results of `extract`, which are elsewhere.
Tested in tests/cluster/test_fleet_wide.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsarchive.archive import Archive
from newsarchive.archive.erasing import names_of, purge
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.urls import typed_url

if TYPE_CHECKING:
    from newsarchive.cluster.fleet import Fleet
    from newsarchive.warc import PurgeReport


def purge_everywhere(fleet: Fleet, url: str, *, reason: str, wait: float = 0.0) -> dict[str, PurgeReport]:
    """Take a story out of all shards; return what each gave that had something of it, by its name.

    Raises:
        As `erasing.purge`; NothingFoundError: no shard has anything of it.
    """
    shards = _shards(fleet)
    names, reports = _names(shards, url), {}
    for name, shard in shards.items():
        try:
            reports[name] = purge(shard, url, reason=reason, also=names, wait=wait)
        except NothingFoundError:
            continue
    if not reports:
        raise NothingFoundError("no capture in the fleet has this URL", where=url)
    return reports


def withhold_everywhere(
    fleet: Fleet, url: str, *, reason: str = "", undo: bool = False, wait: float = 0.0
) -> list[str]:
    """Withhold a story in all shards that have it, or show it again; return their names.

    Raises:
        As `deciding.decide`; NothingFoundError: no shard has it.
    """
    shards = _shards(fleet)
    urls, done = sorted(_names(shards, url)[0]), []
    refused: UsageError | None = None
    for name, shard in shards.items():
        known = next((one for one in urls if _has_story(shard, one)), None)
        if known is None:
            continue
        try:
            shard.decide("withhold", known, reason=reason, undo=undo, wait=wait)
            done.append(name)
        except UsageError as error:  # none was decided in this shard
            refused = error
    if not done:
        raise refused or NothingFoundError("no shard has a story at this URL", where=url)
    return done


def _shards(fleet: Fleet) -> dict[str, Archive]:
    return {name: Archive(fleet.folder(name)) for name in fleet.names}


def _names(shards: dict[str, Archive], url: str) -> tuple[set[str], set[str]]:
    """All URLs and headlines by which any shard knows the story at `url`."""
    urls, titles, fresh = set[str](), set[str](), {typed_url(url) or url}
    while fresh:
        urls |= fresh
        found = [names_of(shard, one) for shard in shards.values() for one in fresh]
        titles |= {title for _, more in found for title in more}
        fresh = {one for more, _ in found for one in more} - urls
    return urls, titles


def _has_story(shard: Archive, url: str) -> bool:
    try:
        shard.story(url)
    except NothingFoundError:
        return False
    return True
