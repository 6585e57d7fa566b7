"""Keeping an archive sound: verify, back up, purge, decide. Joins the WARC room and the index.

Tested in tests/archive/test_maintenance.py.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError, NothingFoundError

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder, Tell
    from newsarchive.ingest import IngestReport
    from newsarchive.warc import BackupReport, PurgeReport, Recovered, VerifyReport

DATABASES = ("index.db", "state.db")
GAP = 0.3  # seconds; between the end of a crawl and the ingest of its last pages


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What `verify` found, and what a repair did before it looked."""

    report: VerifyReport
    repaired: tuple[Recovered, ...] = ()
    ingested: IngestReport | None = None

    @property
    def exit_code(self) -> int:
        """0 whole, 4 damaged."""
        return 0 if self.report.is_whole else 4

    def lines(self) -> list[str]:
        """For a person."""
        lines = [r.to_text() for r in self.repaired]
        lines += [f.to_text() for f in self.report.findings]
        state = "whole" if self.report.is_whole else f"{len(self.report.findings)} things are wrong"
        if self.report.waiting:
            state += f"; {self.report.waiting} captures are being indexed"
        lines.append(
            f"{self.report.files} files, {self.report.records} records, {self.report.captures} captures, "
            f"{self.report.size / 1e6:.1f} MB: {state}"
        )
        if not self.report.is_whole:
            lines.append(
                "Next: newsarchive verify --repair (cuts torn tails, seals open files, indexes what isn't)"
            )
        return lines

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "whole": self.report.is_whole,
            "repaired": [r.to_text() for r in self.repaired],
            **self.report.to_json(),
        }


def verify(
    archive: ArchiveFolder, *, repair: bool = False, wait: float = 0.0, tell: Tell | None = None
) -> Verified:
    """Checks WARCs, MANIFEST and index against each other; with `repair`, first does what a start would do."""
    from newsarchive.index import reading
    from newsarchive.index.read import read_to, warc_rows
    from newsarchive.warc import Indexing, recover
    from newsarchive.warc import verify as check

    repaired: tuple[Recovered, ...] = ()
    ingested: IngestReport | None = None
    if repair:
        repaired = recover(archive.root, wait=wait)
        ingested = archive.ingest(wait=wait)
    progress = _progress(tell, "verifying")
    if not archive.index.exists():
        return Verified(report=check(archive.root, progress=progress), repaired=repaired, ingested=ingested)
    with reading(archive.index) as db:

        def indexing() -> Indexing:
            is_busy = is_at_work(archive.root)  # first: whoever has let go by now has written its rows
            return Indexing(read_to=read_to(db), is_busy=is_busy)

        report = check(archive.root, warc_rows(db), indexing=indexing, progress=progress)
    return Verified(report=report, repaired=repaired, ingested=ingested)


def is_at_work(root: Path) -> bool:
    """Whether a process crawls or indexes at this moment. A run lets go of the one lock before it takes the
    other, so two looks are taken, GAP apart."""
    if _is_held(root):
        return True
    time.sleep(GAP)
    return _is_held(root)


def _is_held(root: Path) -> bool:
    from newsarchive.index import index_lock
    from newsarchive.warc import is_locked

    if is_locked(root):
        return True
    try:
        with index_lock(root):
            return False
    except ArchiveLockedError:
        return True
    except ArchiveNotWritableError:
        return False


def _progress(tell: Tell | None, text: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: tell(text, done, total)) if tell else None


def backup(archive: ArchiveFolder, dest: Path, *, tell: Tell | None = None) -> BackupReport:
    """A consistent copy of everything; the databases by SQLite's backup API, then the WARCs."""
    from newsarchive.warc import backup as copy

    def copy_databases(folder: Path) -> None:
        for name in DATABASES:
            if (archive.root / name).exists():
                copy_database(archive.root / name, folder / name)

    return copy(archive.root, dest, copy_index=copy_databases, progress=_progress(tell, "copying"))


def copy_database(source: Path, dest: Path) -> None:
    """`source` as it stands now, copied to `dest` while others write to it."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(dest)) as new,
    ):
        old.backup(new)


def purge(archive: ArchiveFolder, url: str, *, reason: str, wait: float = 0.0) -> PurgeReport:
    """Takes every capture of `url`'s story out of the WARCs, and lets the index forget them."""
    from newsarchive.warc import purge as take_out

    try:
        urls: Sequence[str] = archive.story(url).urls
    except NothingFoundError:
        urls = [url]  # no story of ours, but perhaps a feed or a page without text
    report = take_out(archive.root, urls, reason, now=archive.clock.now(), wait=wait)
    archive.ingest(wait=wait)
    return report


def decide(
    archive: ArchiveFolder,
    kind: str,
    urls: Sequence[str],
    *,
    reason: str,
    undo: bool = False,
    wait: float = 0.0,
) -> IngestReport:
    """Appends a decision to decisions.jsonl, then ingests, which puts it into effect.

    Raises:
        NothingFoundError: the archive has no story at one of the URLs.
    """
    from newsarchive.versions import Decision, append_decision

    for url in urls:
        archive.story(url)
    decision = Decision(kind=kind, urls=tuple(urls), at=archive.clock.now(), reason=reason, undo=undo)  # type: ignore[arg-type]
    append_decision(archive.root / "decisions.jsonl", decision)
    return archive.ingest(wait=wait)
