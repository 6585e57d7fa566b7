"""Takes all captures of a URL out of the archive, because someone has the right to it.

Finds them; `tombstone.py` does the rest. A purged page is refused by crawl and import until `undo_purge`. It removes what was fetched under the URLs given; what
other pages say of them (a feed's summary, a section page's headline) stays, and tails that recovery moved
aside are only named. Tested in tests/warc/test_purge.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.locks import warc_lock
from newsarchive.times import iso
from newsarchive.warc import files
from newsarchive.warc.capture_metadata import page_url
from newsarchive.warc.capture_reader import damaged, is_foreign
from newsarchive.warc.files import check_room, not_writable
from newsarchive.warc.record import clean
from newsarchive.warc.record_reader import Damage
from newsarchive.warc.recover import recover_files
from newsarchive.warc.tombstone import Purge, finish_purges, joined, keys_of, purges_in_force, refused_keys
from newsarchive.warc.verify_records import Seen, walk

BEFORE = "purged before it was imported"


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeReport:
    """What was taken out. Other records keep their offsets, so the index loses rows and changes none."""

    captures: tuple[tuple[str, int, str], ...]  # file, offset, record id: the rows to remove
    files: tuple[str, ...]  # that were rewritten
    tails: tuple[str, ...]  # files kept by recovery that may hold pieces; to be checked by hand


def purge(
    root: Path,
    urls: Collection[str],
    reason: str,
    *,
    now: datetime,
    filenames: Collection[str] | None = None,
    wait: float = 0.0,
) -> PurgeReport:
    """Remove every exchange with one of these URLs from the WARCs.

    Args:
        urls: Pages; each under all its spellings (`url_key`). A redirect to it is a URL of its own.
        reason: Why; kept in `purged.jsonl` and in the tombstones.
        filenames: WARC files to search, if the index knows them; None = all.

    Raises:
        UsageError: no reason.
        NothingFoundError: no capture has such a URL.
        ArchiveLockedError: another process writes.
        ArchiveNotWritableError: there is no room for a copy of the largest file.
    """
    reason = clean(reason)
    if not reason:
        raise UsageError("a purge needs a reason", next_step="Give it with --reason")
    wanted = keys_of(urls)
    with warc_lock(root, wait=wait):
        recover_files(root)
        listed = [f for f in files.list_files(root) if filenames is None or f.filename in filenames]
        blank = Purge(
            at=iso(now), reason=reason, urls=tuple(urls), file="", sha256="", spans=(), record_ids=()
        )
        found = (
            (_plan(files.find_path(root, item.filename), item.filename, wanted, blank)) for item in listed
        )
        plans = [plan for plan in found if plan]
        if not plans:
            raise NothingFoundError("no capture in the archive has this URL", where=", ".join(urls))
        check_room(root, max((files.warc_folder(root) / p[0].file).stat().st_size for p in plans))
        try:
            files.append_lines(root / files.PURGED, b"".join(p.to_line() for p, _ in plans), durable=True)
            finish_purges(root)
        except OSError as error:
            raise not_writable(error, root) from error
    return PurgeReport(
        captures=tuple(capture for _, captures in plans for capture in captures),
        files=tuple(p.file for p, _ in plans),
        tails=tuple(sorted(path.name for path in files.warc_folder(root).glob("*.tail-*"))),
    )


def undo_purge(root: Path, url: str, reason: str, *, now: datetime, wait: float = 0.0) -> tuple[str, ...]:
    """Let a purged page be fetched and imported again, under all URLs of its purge. What was taken out stays out.

    Returns:
        These URLs.

    Raises:
        NothingFoundError: it isn't purged.
        ArchiveLockedError: another process writes.
        ArchiveNotWritableError: it can't be written down.
    """
    with warc_lock(root, wait=wait):
        recover_files(root)
        mine = [purge for purge in purges_in_force(root) if keys_of([url]) & keys_of(purge.urls)]
        if not mine:
            raise NothingFoundError("this URL isn't purged", where=url)
        urls = tuple(dict.fromkeys(u for purge in mine for u in purge.urls))
        line = Purge(
            at=iso(now),
            reason=clean(reason),
            urls=urls,
            file="",
            sha256="",
            spans=(),
            record_ids=(),
            undo=True,
        )
        try:
            files.append_lines(root / files.PURGED, line.to_line(), durable=True)
        except OSError as error:
            raise not_writable(error, root) from error
    return urls


def refuse_purged(root: Path, path: Path, filename: str, *, now: datetime) -> int:
    """Write down that the purged pages in a file that is about to be imported are to be taken out of it.

    `finish_purges` does so, once the file is in MANIFEST. The caller holds the lock.

    Args:
        path: Where the file is now.
        filename: What it is going to be called, relative to warc/.

    Returns:
        How many addresses of purged pages it holds.
    """
    wanted = refused_keys(root)
    if not wanted:
        return 0
    blank = Purge(at=iso(now), reason=BEFORE, urls=(), file="", sha256="", spans=(), record_ids=())
    found = _plan(path, filename, wanted, blank)
    if found is None:
        return 0
    files.append_lines(root / files.PURGED, found[0].to_line(), durable=True)
    return len(found[0].urls)


Rows = list[tuple[str, int, str]]


def _plan(path: Path, filename: str, wanted: Collection[str], blank: Purge) -> tuple[Purge, Rows] | None:
    """What is to be taken out of one file; None if nothing. `blank` says why, and which URLs if not those found."""
    urls: dict[str, None] = {}
    spans: list[tuple[int, int]] = []
    rows: Rows = []
    try:
        for exchange in _exchanges(path):
            url = page_url(exchange[0].head)
            if keys_of([url]).isdisjoint(wanted):
                continue
            urls[url] = None
            spans += [(seen.offset, seen.length) for seen in exchange]
            main = next((s for s in exchange if s.is_main), exchange[-1])
            rows.append((filename, main.offset, main.head.record_id))
    except Damage as damage:
        raise damaged(path, damage) from damage
    if not spans:
        return None
    plan = replace(
        blank,
        urls=blank.urls or tuple(urls),
        file=filename,
        sha256=files.sha256_of(path),
        spans=joined(spans),
        record_ids=tuple(record_id for _, _, record_id in rows),
    )
    return plan, rows


def _exchanges(path: Path) -> Iterator[list[Seen]]:
    """Records that belong together; in a file of another program each is by itself."""
    with path.open("rb") as file:
        is_alone = is_foreign(file)
        held: list[Seen] = []
        for seen in walk(file, 0, path.stat().st_size, digests=False):
            held.append(seen)
            if is_alone or seen.closes:
                if seen.head.type != "warcinfo":
                    yield held
                held = []
