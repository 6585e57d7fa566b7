"""Is the archive whole? Every byte of every WARC file, MANIFEST, and the index against both.

Stricter than other checkers, which pass torn files: gzip trailers, framing, what comes
after the end, block and payload digests, what a revisit or a request points to, MANIFEST, and rows
without record and records without row. It goes on after damage, and changes nothing. It takes no lock:
a crawl may go on meanwhile, and what was written after the files were listed is left to the next run.
Tested in tests/warc/test_verify.py; its speed in tests/bench/warc.py.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from newsarchive.errors import NothingFoundError
from newsarchive.warc import files
from newsarchive.warc.capture_reader import capture_at, is_foreign, why_no_capture
from newsarchive.warc.crosscheck import (
    FileResult,
    Indexing,
    Row,
    VerifyFinding,
    check_manifest,
    check_rows,
    check_targets,
    facts_of_capture,
    fingerprint,
)
from newsarchive.warc.exchange_faults import exchange_faults
from newsarchive.warc.files import OPEN, WarcFile
from newsarchive.warc.record import bare_id, id_bytes, read_date
from newsarchive.warc.record_reader import Damage, find_member
from newsarchive.warc.verify_records import Seen, walk
from newsarchive.warc.writer import is_held

INLINE = 128 * 1024 * 1024  # bytes of WARC below which no process is started: it takes a third of a second


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was read, and what is wrong with it."""

    findings: tuple[VerifyFinding, ...]
    files: int
    records: int
    captures: int
    size: int  # bytes of WARC read
    waiting: int = 0  # captures without a row that a process at work is about to index

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def verify(
    root: Path,
    rows: Iterable[Row] | None = None,
    *,
    indexing: Callable[[], Indexing] | None = None,
    jobs: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> VerifyReport:
    """Check all WARC files, and the index if its rows are given.

    Args:
        rows: `(filename, offset, record id)` of every capture in the index, in any order; read after the
            files. None = the index isn't checked.
        indexing: Called right before `rows` are read: how far the index is. None = nobody writes.
        jobs: Processes; 0 = as many as cores. Few bytes are checked in this process.
        progress: Called with bytes done and bytes in all, after each file.

    Returns:
        The findings, by file and offset.
    """
    listed = files.list_files(root)
    results: dict[str, FileResult] = {}
    done, total = 0, sum(f.size for f in listed)
    for result in _check_all(root, listed, total, jobs or os.cpu_count() or 1):
        results[result.file.filename] = result
        done += result.file.size
        if progress is not None:
            progress(done, total)
    findings = check_manifest(root, results) + check_targets(root, results)
    waiting = 0
    if rows is not None:
        about_rows, waiting = check_rows(root, results, rows, indexing() if indexing is not None else None)
        findings += about_rows
    findings += [f for r in results.values() for f in r.findings]
    return VerifyReport(
        findings=tuple(
            sorted(findings, key=lambda f: (f.file, f.offset if f.offset is not None else -1, f.kind))
        ),
        files=len(results),
        records=sum(r.records for r in results.values()),
        captures=sum(len(r.offsets) for r in results.values()),
        size=total,
        waiting=waiting,
    )


def _check_all(root: Path, listed: list[WarcFile], total: int, jobs: int) -> Iterator[FileResult]:
    """One result a file, as they get ready; the largest file first."""
    order = sorted(listed, key=lambda f: -f.size)
    if jobs == 1 or len(order) < 2 or total < INLINE:
        yield from (check_file(root, item) for item in order)
        return
    from concurrent.futures import ProcessPoolExecutor, as_completed
    from multiprocessing import get_context

    with ProcessPoolExecutor(min(jobs, len(order)), mp_context=get_context("spawn")) as pool:
        for future in as_completed([pool.submit(check_file, root, item) for item in order]):
            yield future.result()


# ---------------------------------------------------------------- one file


def check_file(root: Path, item: WarcFile) -> FileResult:
    """Read one file from end to end, in a worker."""
    result = FileResult(item)
    try:
        with files.open_local(root, item.filename) as file:
            _check(file, result)
    except NothingFoundError as error:  # it isn't where it was put
        result.tell("missing-file", None, str(error))
    return result


def _check(file: BinaryIO, result: FileResult) -> None:
    item, path = result.file, Path(file.name)
    if not item.is_open:
        result.sha256 = files.sha256_of(path)
    elif path.name.endswith(OPEN) and not is_held(path):  # it may have been sealed since it was listed
        result.tell(
            "torn",
            item.size,
            "left open by a run that ended early; `newsarchive verify --repair` seals it",
        )
    _walk(file, result, is_ours=not is_foreign(file))


def _walk(file: BinaryIO, result: FileResult, *, is_ours: bool) -> None:
    names: set[bytes] = set()
    links: list[tuple[int, bytes]] = []
    exchange: list[Seen] = []
    is_own = is_ours and not result.file.is_imported  # nobody put records together anew
    info_id = ""
    pos: int | None = 0
    while pos is not None and pos < result.file.size:
        try:
            for seen in walk(file, pos, result.file.size, digests=True):
                result.records += 1
                for text in seen.wrong:
                    result.tell("bad-digest", seen.offset, f"{text} ({seen.head.record_id})")
                name = id_bytes(seen.head.record_id)
                if name in names and is_own:
                    result.tell("exchange", seen.offset, "its record id is that of an earlier record")
                names.add(name)
                links += [
                    (seen.offset, id_bytes(bare_id(v))) for v in seen.head.get_all("WARC-Concurrent-To")
                ]
                info_id = seen.head.record_id if seen.head.type == "warcinfo" else info_id
                if is_own and seen.closes:
                    for offset, text in exchange_faults([*exchange, seen], info_id):
                        result.tell("exchange", offset, text)
                _note(result, seen, exchange, is_ours=is_ours)
            pos = None
        except Damage as damage:
            result.tell(damage.kind, damage.offset, damage.text)
            exchange.clear()
            pos = find_member(file, damage.offset + 1, result.file.size)
    if exchange and is_ours:
        result.tell("torn", exchange[0].offset, "the file ends within an exchange")
    for offset, target in links:
        if target not in names and is_ours:
            result.tell("missing-record", offset, "WARC-Concurrent-To names a record that isn't in this file")


def _note(result: FileResult, seen: Seen, exchange: list[Seen], *, is_ours: bool) -> None:
    """Keeps what other files and the index are compared with."""
    kind = seen.head.type
    if kind in ("response", "resource"):
        result.responses += _name_and_date(seen.head.record_id, seen.head.date)
    elif kind == "revisit" and (target := seen.head.get("WARC-Refers-To")):
        result.revisits.append(seen.offset)
        result.targets += _name_and_date(bare_id(target), read_date(seen.head.get("WARC-Refers-To-Date")))
    elif kind == "conversion" and is_ours:
        result.renderings.append(seen.offset)
        result.rendered += id_bytes(bare_id(seen.head.get("WARC-Refers-To") or ""))
    if not is_ours:
        if not why_no_capture(seen):
            _add_capture(result, seen, {})
        return
    exchange.append(seen)
    if seen.closes:
        if seen.facts is not None and "outcome" in seen.facts:
            main = next((s for s in exchange if s.is_main), seen)
            stated = seen.facts.get("payload_digest")
            if main.payload_digest and stated and stated != main.payload_digest:
                text = f"payload digest is {main.payload_digest}, its metadata record says {stated}"
                result.tell("bad-digest", main.offset, text)
            _add_capture(result, replace(main, payload_digest=None), seen.facts)  # as the index reads it
        exchange.clear()


def _name_and_date(record_id: str, date: datetime | None) -> bytes:
    """16 bytes for a record and its date, which revisits must both have right."""
    return hashlib.blake2b(id_bytes(record_id) + str(date).encode(), digest_size=16).digest()


def _add_capture(result: FileResult, main: Seen, facts: dict[str, Any]) -> None:
    result.offsets.append(main.offset)
    result.ids += id_bytes(main.head.record_id)
    result.facts += fingerprint(facts_of_capture(capture_at(result.file.filename, main, facts)))
