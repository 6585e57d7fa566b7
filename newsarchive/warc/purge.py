"""Takes all captures of a URL out of the archive, because someone has the right to it.

Finds them; `tombstone.py` does the rest. A purged page is refused by crawl and import until `undo_purge`. It removes what was
fetched under the URLs given, redirects to them, and feeds, sitemaps and section pages that name the story; other
pages that mention it, and tails that recovery moved aside, are only named. Tested in tests/warc/test_purge.py.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from newsarchive.errors import ArchiveNotWritableError, NewsarchiveError, NothingFoundError, UsageError
from newsarchive.locks import warc_lock
from newsarchive.times import iso
from newsarchive.warc import files
from newsarchive.warc.capture_metadata import page_url
from newsarchive.warc.capture_reader import damaged, is_foreign, payload_in
from newsarchive.warc.files import check_room, not_writable
from newsarchive.warc.mentions import Mentions
from newsarchive.warc.record import bare_id, clean
from newsarchive.warc.record_reader import Damage
from newsarchive.warc.recover import recover_files
from newsarchive.warc.tombstone import Purge, finish_purges, joined, keys_of, purges_in_force, refused_keys
from newsarchive.warc.uploading import bring_back, check_fence, replace_uploaded
from newsarchive.warc.verify_records import Seen, walk
from newsarchive.web.links import redirect_target

BEFORE = "purged before it was imported"
DOCUMENTS = ("feed", "sitemap", "section", "probe", "robots")  # reasons of captures that are no story
MAX_DOCUMENT = 64 * 1024 * 1024  # bytes of a body that are searched


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeReport:
    """What was taken out. Other records keep their offsets, so the index loses rows and changes none."""

    captures: tuple[tuple[str, int, str], ...]  # file, offset, record id: the rows to remove
    files: tuple[str, ...]  # that were rewritten
    tails: tuple[str, ...]  # files kept by recovery that may hold pieces; to be checked by hand
    mentions: tuple[str, ...] = ()  # URLs of other pages that name the story, and stay


def purge(
    root: Path,
    urls: Collection[str],
    reason: str,
    *,
    now: datetime,
    names: Mentions | None = None,
    filenames: Collection[str] | None = None,
    fence: int = 0,
    wait: float = 0.0,
) -> PurgeReport:
    """Remove every exchange with one of these URLs from the WARCs, and every document that names them.

    Args:
        urls: Pages; each under all its spellings (`url_key`). A redirect to it is a URL of its own.
        reason: Why; kept in `purged.jsonl` and in the tombstones.
        names: What names the story; None = nothing but its URLs' own captures is removed.
        filenames: WARC files to search, if the index knows them; None = all.
        fence: The number of the lease under which this is done; 0 = without one.

    Raises:
        UsageError: no reason.
        NothingFoundError: no capture has such a URL.
        ArchiveLockedError: another process writes, or files are in a place whose lease another one has; nothing was done then.
        ArchiveNotWritableError: there is no room for a copy of the largest file.
    """
    reason = check_reason(reason)
    search = _Search(keys_of(urls), names)
    with warc_lock(root, wait=wait):
        recover_files(root)
        listed = [f for f in files.list_files(root) if filenames is None or f.filename in filenames]
        blank = Purge(
            at=iso(now), reason=reason, urls=tuple(urls), file="", sha256="", spans=(), record_ids=()
        )
        found = (_plan_in(root, item.filename, search, blank) for item in listed)
        plans = [plan for plan in found if plan]
        if not plans:
            _replace_uploaded(root, fence, wait)  # a purge may have been cut short before
            raise NothingFoundError("no capture in the archive has this URL", where=", ".join(urls))
        check_fence(root, [plan.file for plan, _ in plans], fence)
        for plan, _ in plans:
            bring_back(root, plan.file)
        check_room(
            files.warc_folder(root), max((files.warc_folder(root) / p[0].file).stat().st_size for p in plans)
        )
        try:
            files.append_lines(root / files.PURGED, b"".join(p.to_line() for p, _ in plans), durable=True)
            finish_purges(root)
        except OSError as error:
            raise not_writable(error, root) from error
        _replace_uploaded(root, fence, wait)
    return PurgeReport(
        captures=tuple(capture for _, captures in plans for capture in captures),
        files=tuple(p.file for p, _ in plans),
        tails=tuple(sorted(path.name for path in files.warc_folder(root).glob("*.tail-*"))),
        mentions=tuple(sorted(search.mentions)),
    )


def _replace_uploaded(root: Path, fence: int, wait: float) -> None:
    try:
        replace_uploaded(root, fence=fence, wait=wait)
    except OSError as error:  # of a folder that is a place, too
        raise ArchiveNotWritableError(
            f"what was purged is out of this archive, but not yet out of its place: {error.strerror or error}",
            where=str(error.filename),
            next_step="Run the purge again, or `newsarchive upload`, when the place can be reached",
        ) from error


def check_reason(reason: str) -> str:
    """Return the reason as it is written down.

    Raises:
        UsageError: it is empty.
    """
    reason = clean(reason)
    if not reason:
        raise UsageError("a purge needs a reason", next_step="Give it with --reason")
    return reason


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
    with path.open("rb") as file:
        found = _plan(file, filename, _Search(wanted, None), blank)
    if found is None:
        return 0
    files.append_lines(root / files.PURGED, found[0].to_line(), durable=True)
    return len(found[0].urls)


Rows = list[tuple[str, int, str]]


class _Search:
    """Which exchanges go: those of the URLs themselves, and documents that name them."""

    def __init__(self, wanted: Collection[str], names: Mentions | None) -> None:
        self._wanted, self._names = wanted, names
        self._digests: set[str] = set()  # of documents that go; who repeats one goes, too
        self._gone: set[str] = set()  # ids of their records; who found one unchanged goes, too
        self.mentions: set[str] = set()

    def is_own(self, url: str) -> bool:
        """Return whether a URL is one of those that are purged."""
        return not keys_of([url]).isdisjoint(self._wanted)

    def names_it(self, file: BinaryIO, exchange: list[Seen], main: Seen) -> bool:
        """Return whether an exchange of another URL goes, because it is a document that names them."""
        facts = next((seen.facts for seen in exchange if seen.facts), {})
        url, digest = page_url(main.head), str(facts.get("payload_digest") or "")
        if self._names is None or not main.is_main:
            return False
        unchanged = bare_id(main.head.get("WARC-Refers-To") or "")
        if digest in self._digests or unchanged in self._gone or self._leads_to_it(url, main):
            return True
        if not self._names.in_document(_body(file, main), url):
            return False
        if facts.get("reason") not in DOCUMENTS:
            self.mentions.add(url)
            return False
        if digest:
            self._digests.add(digest)
        self._gone.add(main.head.record_id)
        return True

    def _leads_to_it(self, url: str, main: Seen) -> bool:
        location = main.http.get("location") if main.http else None
        return bool(location) and self.is_own(redirect_target(url, location or ""))


def _body(file: BinaryIO, main: Seen) -> bytes:
    """What an answer says; nothing if it can't be read."""
    try:
        return payload_in(file, main.offset, main.length, limit=MAX_DOCUMENT).body
    except NewsarchiveError:
        return b""


def _plan_in(root: Path, filename: str, search: _Search, blank: Purge) -> tuple[Purge, Rows] | None:
    with files.open_local(root, filename) as file:
        return _plan(file, filename, search, blank)


def _plan(file: BinaryIO, filename: str, search: _Search, blank: Purge) -> tuple[Purge, Rows] | None:
    """What is to be taken out of one file; None if nothing. `blank` says why, and which URLs if not those found."""
    urls: dict[str, None] = {}
    spans: list[tuple[int, int]] = []
    rows: Rows = []
    try:
        for exchange in _exchanges(file):
            main = next((s for s in exchange if s.is_main), exchange[-1])
            if search.is_own(page_url(exchange[0].head)):
                urls[page_url(exchange[0].head)] = None
            elif not search.names_it(file, exchange, main):
                continue
            spans += [(seen.offset, seen.length) for seen in exchange]
            rows.append((filename, main.offset, main.head.record_id))
    except Damage as damage:
        raise damaged(file, damage) from damage
    if not spans:
        return None
    plan = replace(
        blank,
        urls=blank.urls or tuple(urls),
        file=filename,
        sha256=files.sha256_of(Path(file.name)),
        spans=joined(spans),
        record_ids=tuple(record_id for _, _, record_id in rows),
    )
    return plan, rows


def _exchanges(file: BinaryIO) -> Iterator[list[Seen]]:
    """Records that belong together; in a file of another program each is by itself."""
    is_alone = is_foreign(file)
    held: list[Seen] = []
    for seen in walk(file, 0, file.seek(0, 2), digests=False):
        held.append(seen)
        if is_alone or seen.closes:
            if seen.head.type != "warcinfo":
                yield held
            held = []
