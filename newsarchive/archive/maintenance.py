"""Keeping an archive: back up, import, and where its WARC files are kept. Joins the WARC room and the index; decides nothing.

Tested in tests/archive/test_maintenance.py and tests/archive/test_importing.py.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.config import FILENAME
from newsarchive.errors import NewsarchiveError, UsageError
from newsarchive.languages import counted

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.index.rows import ImportedHost
    from newsarchive.ingest import IngestReport
    from newsarchive.model import Progress
    from newsarchive.warc import (
        BackupReport,
        ImportedFile,
    )

DATABASES = ("index.db", "state.db")
LOGS = ("-wal", "-shm", "-journal")  # what SQLite writes beside a database
LARGEST = 5  # domains that a report names
NO_HOST = "(unreadable addresses)"


def in_bytes(on_progress: Progress | None, text: str) -> Callable[[int, int], None] | None:
    """Return what takes bytes done and in all and reports them under `text`."""
    return (lambda done, total: on_progress(text, done, total)) if on_progress else None


def storage_place(archive: ArchiveFolder) -> str:
    """Return the address of the place for sealed WARC files.

    Raises:
        UsageError: none is configured, or this is a fleet.
    """
    archive.check_no_fleet()
    if not archive.config.storage.place:
        raise UsageError(
            "no place for WARC files is configured",
            where=str(archive.root / FILENAME),
            next_step='Add to it: [storage] place = "s3://BUCKET/PREFIX"',
        )
    return archive.config.storage.place


def backup(archive: ArchiveFolder, dest: Path, *, on_progress: Progress | None = None) -> BackupReport:
    """Make a consistent copy of everything: the databases by SQLite's backup API, then the WARCs, then the rows of what came meanwhile."""
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.index.connection import is_full, unwritable
    from newsarchive.warc import backup as copy

    problems: list[str] = []

    def copy_databases(folder: Path) -> None:
        for name in DATABASES:
            if (archive.root / name).exists():
                try:
                    copy_database(archive.root / name, folder / name)
                except sqlite3.DatabaseError as error:
                    if is_full(error):
                        raise unwritable(folder / name, error) from error
                    problems.append(f"{name} can't be read: {error}")

    def index_the_rest(folder: Path) -> list[str]:
        if (folder / DATABASES[0]).exists():
            try:
                ArchiveFolder(folder, clock=archive.clock).ingest()
            except NewsarchiveError as error:
                problems.append(f"not all of the copy is indexed: {error}")
        return problems

    progress = in_bytes(on_progress, "copying")
    return copy(archive.root, dest, copy_index=copy_databases, finish=index_the_rest, progress=progress)


def copy_database(source: Path, dest: Path) -> None:
    """Copy `source` as it is now to `dest` while others write to it; what is at `dest` is replaced at once.

    Raises:
        sqlite3.DatabaseError: it can't be read, or not be copied.
    """
    from newsarchive.index.connection import connect_readonly

    fresh = dest.with_name(dest.name + ".new")
    for path in (fresh, *(part.with_name(part.name + end) for part in (fresh, dest) for end in LOGS)):
        path.unlink(missing_ok=True)
    with closing(connect_readonly(source)) as old, closing(sqlite3.connect(fresh)) as new:
        old.backup(new)
    fresh.replace(dest)


# ---------------------------------------------------------------- files that others made


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """Captures that stay in the imported files and aren't indexed."""

    captures: int
    domains: int
    largest: dict[str, int]  # captures of the domains with most of them

    def lines(self, paths: Sequence[Path]) -> list[str]:
        """Return lines for a person; nothing if nothing was left out."""
        if not self.captures:
            return []
        named = ", ".join(f"{name} ({n})" for name, n in self.largest.items())
        more = f" and {self.domains - len(self.largest)} more" if self.domains > len(self.largest) else ""
        example = next((name for name in self.largest if name != NO_HOST), "example.org")
        files = " ".join(map(str, paths[:2])) + (" …" if len(paths) > 2 else "")
        return [
            f"Kept in the WARC and not indexed: {self.captures} captures of {counted(self.domains, 'domain')} that no chosen"
            f" source has: {named}{more}.",
            f"To index one: newsarchive import --domain {example} {files}",
            "To follow one from now on, its imported pages included: newsarchive add SITE",
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import took in, what was indexed, and what was left out."""

    files: tuple[ImportedFile, ...]
    ingest: IngestReport
    left_out: LeftOut

    @property
    def exit_code(self) -> int:
        """0; 3 if a file holds records that could not be taken."""
        return 3 if any(file.lost for file in self.files) else 0

    def lines(self, paths: Sequence[Path]) -> list[str]:
        """Return lines for a person; `paths` are those of the files, in their order."""
        found = []
        for path, file in zip(paths, self.files, strict=True):
            state = "had been imported before" if file.already else f"{file.captures} captures"
            found.append(f"{path.name}: {state}" + (", re-packed" if file.repacked else ""))
            found += [f"  {problem}" for problem in file.problems]
        return [*found, self.ingest.to_text(), *self.left_out.lines(paths)]


def import_files(
    archive: ArchiveFolder,
    paths: Sequence[Path],
    *,
    domains: Sequence[str] = (),
    sources: Sequence[str] = (),
    wait: float = 0.0,
    on_progress: Progress | None = None,
) -> Imported:
    """Take WARC, WACZ or ARC files that others made into the archive, and index what is its own.

    Args:
        domains: Index these too, subdomains included.
        sources: Index only these of the archive's sources; all of them if empty.

    Raises:
        NothingFoundError: no such file or source.
        UsageError: not such a file; not a domain.
    """
    from newsarchive.ingest.import_scope import Choice, add_choice
    from newsarchive.warc import import_file

    archive.check_writable()
    if sources:
        archive.select(sources)
    choice = Choice.of(domains, sources)
    taken = []
    for number, path in enumerate(paths):
        if on_progress:
            on_progress(f"importing {path.name}", number, len(paths))
        file = import_file(archive.root, path, wait=wait, clock=archive.clock)
        add_choice(archive.root, file.filenames, choice, now=archive.clock.now())
        taken.append(file)
    ingest = archive.ingest(wait=wait, on_progress=on_progress)
    return Imported(files=tuple(taken), ingest=ingest, left_out=left_out(archive, taken))


def left_out(archive: ArchiveFolder, files: Iterable[ImportedFile]) -> LeftOut:
    """Return what of these files isn't indexed."""
    from newsarchive.index import imported_hosts, reading

    names = {name for file in files for name in file.filenames}
    with reading(archive.index) as db:
        rows = [r for r in imported_hosts(db) if r.file in names and not r.source]
    counts = _by_domain(rows)
    largest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:LARGEST]
    return LeftOut(captures=counts.total(), domains=len(counts), largest=dict(largest))


def _by_domain(rows: Iterable[ImportedHost]) -> Counter[str]:
    from newsarchive.urls import domain

    counts: Counter[str] = Counter()
    for row in rows:
        name = f"[{row.host}]" if ":" in row.host else row.host
        counts[domain(f"http://{name}/") if name else NO_HOST] += row.captures
    return counts
