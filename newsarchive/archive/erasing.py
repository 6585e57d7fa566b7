"""Erasing a story: out of the WARC files, the index, the schedule's memory, the crawls' folders, the lists of people.

What only names the story goes as well: captures of feeds, sitemaps and section pages, messages that wait, decisions and
watches about its URLs. Never touches another story's page that mentions it (the report names such pages), nor
backups, exports and what was sent. A purge that was cut short is finished by the next start, or by purging again.
Tested in tests/archive/test_erasing.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.errors import ArchiveNotWritableError, NothingFoundError
from newsarchive.urls import typed_url

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.warc import PurgeReport

LISTS = ("decisions.jsonl", "watches.jsonl")  # of people; a line that names the story goes


Names = tuple[set[str], set[str]]  # URLs and headlines


def purge(
    archive: ArchiveFolder, url: str, *, reason: str, also: Names | None = None, wait: float = 0.0
) -> PurgeReport:
    """Take every capture of `url`'s story out of the WARCs, and all that names it; it is refused from now on.

    An archive that machines work on under a lease is purged under it, with all that other ones uploaded.

    Args:
        also: Further names of the story, which other shards of a fleet know.

    Raises:
        ArchiveLockedError: another process works on it, or another machine; nothing was done then.
    """
    from newsarchive.warc.purge import check_reason

    archive.check_no_fleet()
    check_reason(reason)
    url = typed_url(url) or url
    with _lease(archive, wait) as fence:
        urls, titles = names_of(archive, url)
        more = also or (set(), set())
        try:
            return _purge(archive, urls | more[0], titles | more[1], reason, fence, wait)
        finally:  # also where an earlier purge was cut short, or the place can't be reached
            follow_in_merged(archive.root, wait=wait)


@contextmanager
def _lease(archive: ArchiveFolder, wait: float) -> Iterator[int]:
    """Hold the lease, if machines work on this archive under one, with what others uploaded; give its number, else 0."""
    from newsarchive.warc import adopt
    from newsarchive.warc.lease import leased
    from newsarchive.warc.places import place_at
    from newsarchive.warc.uploading import read_list

    storage = archive.config.storage
    if not storage.place or not read_list(place_at(storage.place)).fence:
        yield 0
        return
    with leased(place_at(storage.place), seconds=storage.lease, wait=wait) as lease:
        adopt(archive.root, storage.place, wait=wait)
        archive.ingest(wait=wait)
        yield lease.fence


def _purge(
    archive: ArchiveFolder, urls: set[str], titles: set[str], reason: str, fence: int, wait: float
) -> PurgeReport:
    from newsarchive.locks import warc_lock
    from newsarchive.warc import purge as take_out
    from newsarchive.warc.mentions import Mentions

    names, now = Mentions(urls, titles), archive.clock.now()
    with warc_lock(archive.root, wait=wait):
        _forget(archive.root, names.in_text)
    try:
        report = take_out(archive.root, sorted(urls), reason, now=now, names=names, fence=fence, wait=wait)
    except (NothingFoundError, ArchiveNotWritableError):
        archive.ingest(wait=wait)
        raise
    archive.ingest(wait=wait)
    return report


def undo_purge(archive: ArchiveFolder, url: str, *, reason: str, wait: float = 0.0) -> tuple[str, ...]:
    """Let a purged page be fetched and imported again. Returns all URLs for which that holds."""
    from newsarchive.warc import undo_purge as take_back

    archive.check_no_fleet()
    archive.ingest(wait=wait)  # what was purged must have left the index first
    return take_back(archive.root, typed_url(url) or url, reason, now=archive.clock.now(), wait=wait)


def withheld_keys(archive: ArchiveFolder) -> frozenset[str]:
    """Return the keys of all URLs of withheld stories, also of those that wait to be indexed."""
    from newsarchive.index import reading
    from newsarchive.index.read import withheld_keys as indexed
    from newsarchive.urls import url_key
    from newsarchive.versions import in_force, read_decisions
    from newsarchive.warc.files import shards_of

    decided = [
        in_force(read_decisions(place / "decisions.jsonl"))
        for place in (archive.root, *shards_of(archive.root))
    ]
    found = {url_key(u) for one in decided for d in one if d.kind == "withhold" for u in d.urls}
    if archive.index.exists():
        with reading(archive.index) as db:
            found |= indexed(db)
    return frozenset(found)


def names_of(archive: ArchiveFolder, url: str) -> tuple[set[str], set[str]]:
    """Return the URLs and headlines of the story at `url`; of none of ours (a feed, a page without text) `url` alone."""
    try:
        story = archive.story(url)
    except NothingFoundError:
        return {url}, set()
    return {url, *story.urls}, {story.title, *(v.title for v in story.versions)}


def follow_in_merged(root: Path, *, wait: float = 0.0) -> None:
    """Put what was decided and purged into effect in the merged index of a fleet, which is read instead of its shards.

    Args:
        root: The fleet's folder, or one of its shards'. Where there is no merged index, nothing is done.

    Raises:
        ArchiveLockedError: the index is being made; purge or withhold again afterwards.
    """
    from newsarchive.archive.folder import FLEET, ArchiveFolder
    from newsarchive.ingest import Ingester
    from newsarchive.warc.files import shards_of

    fleet = root if (root / FLEET).exists() else root.parent.parent
    if not (fleet / FLEET).exists() or not (fleet / "index.db").exists():
        return
    sources = {n: s for shard in shards_of(fleet) for n, s in ArchiveFolder(shard).sources.items()}
    with Ingester(fleet, config=ArchiveFolder(fleet).config, sources=sources, wait=wait) as ingester:
        ingester.follow_people()


def _forget(root: Path, names_it: Callable[[str], bool]) -> None:
    """Remove what names the story beside WARC files and index."""
    from newsarchive.archive.crawl_history import fold_naming
    from newsarchive.schedule.state_db import State

    if (root / "state.db").exists():
        with State(root / "state.db") as state:
            state.forget(names_it)
    fold_naming(root, names_it)
    for name in LISTS:
        _drop_lines(root / name, names_it)


def _drop_lines(path: Path, names_it: Callable[[str], bool]) -> None:
    if not path.exists():
        return
    lines = path.read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if not names_it(line.decode("utf-8", "replace"))]
    if kept != lines:
        draft = path.with_name(path.name + ".new")
        draft.write_bytes(b"".join(kept))
        draft.replace(path)
