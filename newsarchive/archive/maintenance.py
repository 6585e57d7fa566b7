"""Keeping an archive: verify, back up, decide, import. Joins the WARC room and the index; decides nothing.

Tested in tests/archive/test_maintenance.py and tests/archive/test_importing.py.
"""

from __future__ import annotations

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.errors import ArchiveDamagedError, ConfigError, NewsarchiveError
from newsarchive.locks import INDEX_LOCK, WARC_LOCK, is_locked

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.index.rows import ImportedHost
    from newsarchive.ingest import IngestReport
    from newsarchive.model import Progress
    from newsarchive.warc import (
        BackupReport,
        ImportedFile,
        Recovered,
        VerifyFinding,
        VerifyReport,
    )
    from newsarchive.warc.signing import SignedFiles

DATABASES = ("index.db", "state.db")
LOGS = ("-wal", "-shm", "-journal")  # what SQLite writes beside a database
GAP = 0.3  # seconds; between the end of a crawl and the ingest of its last pages
LARGEST = 5  # domains that a report names
NO_HOST = "(unreadable addresses)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What `verify` found, and what a repair did before."""

    report: VerifyReport
    repaired: tuple[Recovered, ...] = ()
    ingested: IngestReport | None = None
    failed: tuple[str, ...] = ()  # captures, pages and stories that could not be indexed, and why
    signed: SignedFiles | None = None  # if a signer was named

    @property
    def exit_code(self) -> int:
        """0 whole, 4 damaged."""
        return 0 if self.report.is_whole else 4

    def lines(self) -> list[str]:
        """Return lines for a person."""
        lines = [r.to_text() for r in self.repaired]
        lines += [f.to_text() for f in self.report.findings]
        lines += [f"not indexed: {text}" for text in self.failed]
        state = "whole" if self.report.is_whole else f"{len(self.report.findings)} things are wrong"
        if self.report.waiting:
            state += f"; {self.report.waiting} captures are being indexed"
        if self.failed:
            state += f"; {len(self.failed)} captures, pages or stories could not be indexed"
        lines.append(
            f"{self.report.files} files, {self.report.records} records, {self.report.captures} captures, "
            f"{self.report.size / 1e6:.1f} MB: {state}"
        )
        if self.signed is not None:
            names = ", ".join(sorted(set(self.signed.signed.values()))) or "nobody"
            lines.append(
                f"{len(self.signed.signed)} files are signed by {names}; {len(self.signed.unsigned)} are not signed yet"
                + (
                    f", {len(self.signed.purged)} were rewritten by a purge since"
                    if self.signed.purged
                    else ""
                )
            )
        if any(f.kind not in ("index", "config", "signature") for f in self.report.findings):
            lines.append(
                "Next: newsarchive verify --repair (cuts torn tails, seals open files, indexes what isn't)"
            )
        return lines

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            "whole": self.report.is_whole,
            "repaired": [r.to_text() for r in self.repaired],
            "not_indexed": list(self.failed),
            **({"signatures": asdict(self.signed)} if self.signed else {}),
            **self.report.to_json(),
        }


def verify(
    archive: ArchiveFolder,
    *,
    repair: bool = False,
    signed_by: Path | None = None,
    wait: float = 0.0,
    on_progress: Progress | None = None,
) -> Verified:
    """Check WARCs, MANIFEST and index against each other; with `repair`, first do what a start would do.

    Args:
        signed_by: A public key or a file of allowed signers: the signatures of MANIFEST are checked, too.
    """
    from newsarchive.index import failures, reading
    from newsarchive.index.integrity import index_faults
    from newsarchive.index.read import read_to, warc_rows
    from newsarchive.warc import Indexing, VerifyFinding, is_backup_whole, recover
    from newsarchive.warc import verify as check
    from newsarchive.warc.signing import check_manifests

    repaired: tuple[Recovered, ...] = ()
    ingested: IngestReport | None = None
    if repair:
        repaired = recover(archive.root, wait=wait)
        ingested = archive.ingest(wait=wait)
    progress = _in_bytes(on_progress, "verifying")
    if is_backup_whole(archive.root) is False:
        raise ArchiveDamagedError(
            "this backup was cut short",
            where=str(archive.root),
            next_step="Run newsarchive backup into this folder again; it goes on where it ended",
        )
    report: VerifyReport | None = None
    failed: tuple[str, ...] = ()
    beside = [*_state_findings(archive.root), *_line_findings(archive.root)]
    if archive.index.exists():
        try:
            with reading(archive.index) as db:

                def indexing() -> Indexing:
                    # first: whoever has released its lock by now has written its rows
                    is_busy = is_at_work(archive.root)
                    return Indexing(read_to=read_to(db), is_busy=is_busy)

                if faults := index_faults(db):
                    raise ArchiveDamagedError("; ".join(faults))
                report = check(archive.root, warc_rows(db), indexing=indexing, progress=progress)
                failed = tuple(f.to_text() for f in failures(db))
        except ArchiveDamagedError as error:
            beside.append(_index_finding("index.db", f"{error.what}; run newsarchive rebuild"))
    report = report or check(archive.root, progress=progress)
    signed = check_manifests(archive.root, signed_by) if signed_by is not None else None
    beside += [
        VerifyFinding("signature", "MANIFEST", None, text) for text in (signed.wrong if signed else ())
    ]
    report = replace(report, findings=(*report.findings, *beside))
    return Verified(report=report, repaired=repaired, ingested=ingested, failed=failed, signed=signed)


def _index_finding(name: str, text: str) -> VerifyFinding:
    from newsarchive.warc import VerifyFinding

    return VerifyFinding("index", name, None, text)


def _state_findings(root: Path) -> list[VerifyFinding]:
    """What is wrong with state.db."""
    from newsarchive.index.integrity import database_faults

    name = DATABASES[1]
    faults = database_faults(root / name) if (root / name).exists() else []
    return [
        _index_finding(name, f"{f}; delete this file, it only holds what is due when") for f in faults[:1]
    ]


def _line_findings(root: Path) -> list[VerifyFinding]:
    """The first line that can't be read of each file that people edit."""
    from newsarchive.ingest.import_scope import read_choices
    from newsarchive.schedule.watchlist import read_watches
    from newsarchive.versions import read_decisions
    from newsarchive.warc import VerifyFinding, read_purges

    files: dict[str, Callable[[], object]] = {
        "decisions.jsonl": lambda: read_decisions(root / "decisions.jsonl"),
        "imports.jsonl": lambda: read_choices(root),
        "purged.jsonl": lambda: read_purges(root),
        "watches.jsonl": lambda: read_watches(root),
    }
    found = []
    for name, read in files.items():
        try:
            read()
        except ConfigError as error:
            found.append(VerifyFinding("config", name, None, str(error)))
    return found


def is_at_work(root: Path) -> bool:
    """Return whether a process crawls or indexes at this moment. A run releases the one lock before it takes the
    other, so both are tried twice, GAP apart."""
    if _is_held(root):
        return True
    time.sleep(GAP)
    return _is_held(root)


def _is_held(root: Path) -> bool:
    return is_locked(root / WARC_LOCK) or is_locked(root / INDEX_LOCK)


def _in_bytes(on_progress: Progress | None, text: str) -> Callable[[int, int], None] | None:
    return (lambda done, total: on_progress(text, done, total)) if on_progress else None


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

    progress = _in_bytes(on_progress, "copying")
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


def decide(
    archive: ArchiveFolder,
    kind: str,
    urls: Sequence[str],
    *,
    reason: str,
    undo: bool = False,
    wait: float = 0.0,
) -> IngestReport:
    """Append a decision to decisions.jsonl, then ingest, which puts it into effect.

    Raises:
        NothingFoundError: the archive has no story at one of the URLs.
    """
    from newsarchive.versions import Decision, append_decision

    for url in urls:
        archive.story(url)
    decision = Decision(kind=kind, urls=tuple(urls), at=archive.clock.now(), reason=reason, undo=undo)  # type: ignore[arg-type]
    append_decision(archive.root / "decisions.jsonl", decision)
    return archive.ingest(wait=wait)


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
            f"Kept in the WARC and not indexed: {self.captures} captures of {self.domains} domains that no chosen"
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
