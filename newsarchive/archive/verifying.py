"""Is an archive whole: its WARCs, MANIFEST, index, state and the lines that people edit, each and against the others?

Takes no lock and changes nothing unless it is asked to repair; others may write meanwhile. Joins the WARC room and the
index. Tested in tests/archive/test_maintenance.py, test_single_faults.py and tests/end_to_end/test_verify_beside_a_watch.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.archive.maintenance import DATABASES, LOGS, in_bytes
from newsarchive.errors import ArchiveDamagedError, ConfigError, NothingFoundError
from newsarchive.locks import INDEX_LOCK, WARC_LOCK, is_locked

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.ingest import IngestReport
    from newsarchive.model import Progress
    from newsarchive.warc import Recovered, VerifyFinding, VerifyReport
    from newsarchive.warc.signing import SignedFiles

GAP = 0.3  # seconds; between the end of a crawl and the ingest of its last pages
PAUSES = (0.0, 1.0, 3.0)  # seconds before what was found while others write is looked for again


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
    """Check WARCs, MANIFEST and index against each other; with `repair`, first do what a start would do. What is found
    while others write is looked for again, after each of PAUSES: between a purge and its rows there is a moment.

    Args:
        signed_by: A public key or a file of allowed signers: the signatures of MANIFEST are checked, too.
    """
    from newsarchive.warc import VerifyFinding, is_backup_whole, recover
    from newsarchive.warc.signing import check_manifests

    repaired: tuple[Recovered, ...] = ()
    ingested: IngestReport | None = None
    if repair:
        repaired = recover(archive.root, wait=wait)
        ingested = archive.ingest(wait=wait)
    progress = in_bytes(on_progress, "verifying")
    if is_backup_whole(archive.root) is False:
        raise ArchiveDamagedError(
            "this backup was cut short",
            where=str(archive.root),
            next_step="Run newsarchive backup into this folder again; it goes on where it ended",
        )
    before = _moment(archive.root)
    report, failed = _checked(archive, progress)
    for pause in PAUSES:
        if not report.findings or not (is_at_work(archive.root) or _moment(archive.root) != before):
            break
        time.sleep(pause)
        before = _moment(archive.root)
        report, failed = _twice_found(report, *_checked(archive, progress))
    signed = check_manifests(archive.root, signed_by) if signed_by is not None else None
    beside = [VerifyFinding("signature", "MANIFEST", None, text) for text in (signed.wrong if signed else ())]
    report = replace(report, findings=(*report.findings, *beside))
    return Verified(report=report, repaired=repaired, ingested=ingested, failed=failed, signed=signed)


def _checked(
    archive: ArchiveFolder, progress: Callable[[int, int], None] | None
) -> tuple[VerifyReport, tuple[str, ...]]:
    """What is wrong, and what could not be indexed. First the lines and state.db, then the files, then MANIFEST, then how far
    the index is, and its rows last: what comes meanwhile is never missing in what was read before."""
    from newsarchive.index import failures, reading
    from newsarchive.index.integrity import index_faults
    from newsarchive.index.read import read_to, warc_rows
    from newsarchive.warc import Indexing
    from newsarchive.warc import verify as check

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
        except NothingFoundError:  # an empty file
            if not is_at_work(archive.root):
                beside.append(_index_finding("index.db", "it holds nothing; run newsarchive rebuild"))
    report = report or check(archive.root, progress=progress)
    return replace(report, findings=(*report.findings, *beside)), failed


def _twice_found(
    first: VerifyReport, second: VerifyReport, failed: tuple[str, ...]
) -> tuple[VerifyReport, tuple[str, ...]]:
    """The second report without what the first hasn't: others wrote meanwhile, and a fault stays."""
    known = {(f.kind, f.file, f.offset) for f in first.findings}
    kept = tuple(f for f in second.findings if (f.kind, f.file, f.offset) in known)
    return replace(second, findings=kept), failed


def _moment(root: Path) -> list[tuple[int, int]]:
    """Changes whenever a file is finished, purged or imported, and with each row."""
    paths = (root / name for name in ("MANIFEST", DATABASES[0], DATABASES[0] + LOGS[0], "purged.jsonl"))
    return [(s.st_mtime_ns, s.st_size) for path in paths if path.exists() for s in (path.stat(),)]


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
