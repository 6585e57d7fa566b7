"""Takes all captures of a URL out of the archive, because someone has the right to it.

Finds them; `tombstone.py` does the rest. It removes what was fetched under the URLs given; what
other pages say of them (a feed's summary, a section page's headline) stays, and tails that recovery moved
aside are only named. Tested in tests/warc/test_purge.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.locks import warc_lock
from newsarchive.times import iso
from newsarchive.urls import key_or_empty
from newsarchive.warc import files
from newsarchive.warc.capture_metadata import page_url
from newsarchive.warc.capture_reader import damaged, is_foreign
from newsarchive.warc.files import WarcFile, check_room, not_writable
from newsarchive.warc.record import clean, safe_url
from newsarchive.warc.record_reader import Damage
from newsarchive.warc.recover import recover_files
from newsarchive.warc.tombstone import Purge, finish_purges, joined
from newsarchive.warc.verify_records import Seen, walk


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
    wanted = {key for url in urls for key in _keys(url)}
    with warc_lock(root, wait=wait):
        recover_files(root)
        listed = [f for f in files.list_files(root) if filenames is None or f.filename in filenames]
        plans = [
            plan for item in listed if (plan := _plan(root, item, wanted, tuple(urls), reason, iso(now)))
        ]
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


def _keys(url: str) -> set[str]:
    """What a URL is compared by: itself and its key, if it has one."""
    return {safe_url(url), key_or_empty(url) or safe_url(url)}


Rows = list[tuple[str, int, str]]


def _plan(
    root: Path, item: WarcFile, wanted: set[str], urls: tuple[str, ...], reason: str, at: str
) -> tuple[Purge, Rows] | None:
    """What is to be taken out of one file; None if nothing."""
    path = files.find_path(root, item.filename)
    spans: list[tuple[int, int]] = []
    rows: Rows = []
    try:
        for exchange in _exchanges(path):
            if not wanted & _keys(page_url(exchange[0].head)):
                continue
            spans += [(seen.offset, seen.length) for seen in exchange]
            main = next((s for s in exchange if s.is_main), exchange[-1])
            rows.append((item.filename, main.offset, main.head.record_id))
    except Damage as damage:
        raise damaged(path, damage) from damage
    if not spans:
        return None
    plan = Purge(
        at=at,
        reason=reason,
        urls=urls,
        file=item.filename,
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
