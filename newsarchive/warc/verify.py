"""Is the archive whole? Every byte of every WARC file, MANIFEST, and the index against both.

Stricter than the checkers of other makers, which pass torn files: gzip trailers, framing, what stands
behind the end, block and payload digests, what a revisit or a request points to, MANIFEST, and rows
without record and records without row. It goes on behind damage, and changes nothing.
Tested in tests/warc/test_verify.py; its speed in tests/bench/warc.py.
"""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal

from newsarchive.warc import files
from newsarchive.warc.files import WarcFile
from newsarchive.warc.pen import is_held
from newsarchive.warc.read import is_foreign
from newsarchive.warc.reader import Damage, find_member
from newsarchive.warc.record import bare_id, id_bytes
from newsarchive.warc.walk import Seen, walk

FindingKind = Literal[
    "torn",  # a file ends within a member or an exchange, or was left open
    "bad-digest",  # bytes are not those that were written
    "garbage",  # bytes that are no gzip member
    "framing",  # a member that isn't one whole WARC record
    "missing-file",
    "missing-row",  # a capture that the index doesn't know
    "missing-record",  # a row, revisit or concurrent-to that points to nothing
    "manifest",
]
INLINE = 128 * 1024 * 1024  # bytes of WARC below which no process is started: it takes a third of a second
MOST = 200  # findings told of one file


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. `offset` in bytes, None if it concerns the file."""

    kind: FindingKind
    file: str  # relative to warc/, or MANIFEST
    offset: int | None
    text: str

    def to_text(self) -> str:
        """One line for people."""
        place = self.file if self.offset is None else f"{self.file}@{self.offset}"
        return f"{self.kind}: {place}: {self.text}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What was looked at, and what is wrong with it."""

    findings: tuple[Finding, ...]
    files: int
    records: int
    captures: int
    size: int  # bytes of WARC read

    @property
    def is_whole(self) -> bool:
        return not self.findings

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class _Result:
    """What a worker found in one file. Ids are 16 bytes each, one behind the other."""

    file: WarcFile
    sha256: str = ""
    records: int = 0
    findings: list[Finding] = field(default_factory=list)
    offsets: array[int] = field(default_factory=lambda: array("Q"))  # of captures, ascending
    ids: bytearray = field(default_factory=bytearray)  # of captures
    responses: bytearray = field(default_factory=bytearray)  # ids
    revisits: array[int] = field(default_factory=lambda: array("Q"))  # offsets
    targets: bytearray = field(default_factory=bytearray)  # ids that these revisits refer to
    renderings: array[int] = field(default_factory=lambda: array("Q"))  # offsets
    rendered: bytearray = field(default_factory=bytearray)  # ids of the captures that were rendered
    seen: bytearray = field(default_factory=bytearray)  # captures that have a row

    def tell(self, kind: FindingKind, offset: int | None, text: str) -> None:
        if len(self.findings) < MOST:
            self.findings.append(Finding(kind, self.file.filename, offset, text))


def verify(
    root: Path,
    rows: Iterable[tuple[str, int, str | bytes]] | None = None,
    *,
    jobs: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> VerifyReport:
    """Checks all WARC files, and the index if its rows are given.

    Args:
        rows: `(filename, offset, record id)` of every capture in the index, in any order. An id is
            the text or the 16 bytes of its UUID. None = the index isn't looked at.
        jobs: Processes; 0 = as many as cores. Few bytes are checked in this process.
        progress: Called with bytes done and bytes in all, after each file.

    Returns:
        The findings, by file and offset.
    """
    listed = files.list_files(root)
    results: dict[str, _Result] = {}
    done, total = 0, sum(f.size for f in listed)
    for result in _check_all(root, listed, total, jobs or os.cpu_count() or 1):
        results[result.file.filename] = result
        done += result.file.size
        if progress is not None:
            progress(done, total)
    findings = _check_manifest(root, results)
    findings += _check_targets(results)
    if rows is not None:
        findings += _check_rows(results, rows)
    findings += [f for r in results.values() for f in r.findings]
    return VerifyReport(
        findings=tuple(
            sorted(findings, key=lambda f: (f.file, f.offset if f.offset is not None else -1, f.kind))
        ),
        files=len(results),
        records=sum(r.records for r in results.values()),
        captures=sum(len(r.offsets) for r in results.values()),
        size=total,
    )


def _check_all(root: Path, listed: list[WarcFile], total: int, jobs: int) -> Iterator[_Result]:
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


def check_file(root: Path, item: WarcFile) -> _Result:
    """Reads one file from end to end; runs in a worker."""
    result = _Result(item)
    path = files.find_path(root, item.filename)
    with path.open("rb") as file:
        if not item.is_open:
            result.sha256 = files.sha256_of(path)
        elif not is_held(path):
            result.tell(
                "torn",
                item.size,
                "left open by a run that ended early; `newsarchive verify --repair` seals it",
            )
        _walk(file, result, is_ours=not is_foreign(file))
    return result


def _walk(file: BinaryIO, result: _Result, *, is_ours: bool) -> None:
    names: set[bytes] = set()
    links: list[tuple[int, bytes]] = []
    exchange: list[Seen] = []
    pos: int | None = 0
    while pos is not None and pos < result.file.size:
        try:
            for seen in walk(file, pos, result.file.size, digests=True):
                result.records += 1
                for text in seen.wrong:
                    result.tell("bad-digest", seen.offset, f"{text} ({seen.head.record_id})")
                names.add(id_bytes(seen.head.record_id))
                links += [
                    (seen.offset, id_bytes(bare_id(v))) for v in seen.head.get_all("WARC-Concurrent-To")
                ]
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


def _note(result: _Result, seen: Seen, exchange: list[Seen], *, is_ours: bool) -> None:
    """Keeps what other files and the index are compared with."""
    kind = seen.head.type
    if kind == "response":
        result.responses += id_bytes(seen.head.record_id)
    elif kind == "revisit" and (target := seen.head.get("WARC-Refers-To")):
        result.revisits.append(seen.offset)
        result.targets += id_bytes(bare_id(target))
    elif kind == "conversion" and is_ours:
        result.renderings.append(seen.offset)
        result.rendered += id_bytes(bare_id(seen.head.get("WARC-Refers-To") or ""))
    if not is_ours:
        if seen.http is not None:
            _add_capture(result, seen)
        return
    exchange.append(seen)
    if seen.closes:
        if seen.facts is not None and "outcome" in seen.facts:
            main = next((s for s in exchange if s.is_main), seen)
            told = seen.facts.get("payload_digest")
            if main.payload_digest and told and told != main.payload_digest:
                text = f"payload digest is {main.payload_digest}, its metadata record says {told}"
                result.tell("bad-digest", main.offset, text)
            _add_capture(result, main)
        exchange.clear()


def _add_capture(result: _Result, seen: Seen) -> None:
    result.offsets.append(seen.offset)
    result.ids += id_bytes(seen.head.record_id)


# ---------------------------------------------------------------- across files


def _check_manifest(root: Path, results: dict[str, _Result]) -> list[Finding]:
    known = files.read_manifest(root)
    out: list[Finding] = []
    for name, result in results.items():
        if result.file.is_open:
            continue
        stated = known.get(f"warc/{name}")
        if stated is None:
            out.append(
                Finding("manifest", name, None, "no line in MANIFEST; `newsarchive verify --repair` adds it")
            )
        elif stated != result.sha256:
            out.append(Finding("manifest", name, None, f"SHA-256 is {result.sha256}, MANIFEST says {stated}"))
    for path in known:
        if not (root / path).is_file():
            out.append(
                Finding(
                    "missing-file", path.removeprefix("warc/"), None, "MANIFEST names it, and it isn't there"
                )
            )
    return out


def _check_targets(results: dict[str, _Result]) -> list[Finding]:
    """Revisits and renderings whose target is nowhere; those of imported files may point elsewhere."""
    own = [r for r in results.values() if not r.file.is_imported]
    revisits = {target for r in own for target in _ids(r.targets)}
    rendered = {target for r in own for target in _ids(r.rendered)}
    for result in results.values():
        revisits.difference_update(_ids(result.responses))
        rendered.difference_update(_ids(result.ids))
    return [
        Finding(
            "missing-record",
            r.file.filename,
            offset,
            "WARC-Refers-To names a record that isn't in the archive",
        )
        for r in own
        for offsets, targets, lost in (
            (r.revisits, r.targets, revisits),
            (r.renderings, r.rendered, rendered),
        )
        for offset, target in zip(offsets, _ids(targets), strict=True)
        if target in lost
    ]


def _check_rows(results: dict[str, _Result], rows: Iterable[tuple[str, int, str | bytes]]) -> list[Finding]:
    """The index and the WARCs, in both directions. Imported files may hold captures that no source wants."""
    out: list[Finding] = []
    for result in results.values():
        result.seen = bytearray(len(result.offsets))
    absent: dict[str, int] = {}
    for filename, offset, record_id in rows:
        found = results.get(filename)
        if found is None:
            absent[filename] = absent.get(filename, 0) + 1
            continue
        at = bisect_left(found.offsets, offset)
        wanted = record_id if isinstance(record_id, bytes) else id_bytes(record_id)
        if (
            at < len(found.offsets)
            and found.offsets[at] == offset
            and found.ids[at * 16 : at * 16 + 16] == wanted
        ):
            found.seen[at] = 1
        else:
            out.append(
                Finding(
                    "missing-record", filename, offset, "the index has a row for a record that isn't here"
                )
            )
    for filename, count in absent.items():
        out.append(
            Finding(
                "missing-file", filename, None, f"{count} rows of the index lie in it, and it isn't there"
            )
        )
    for name, result in results.items():
        if result.file.is_imported:
            continue
        for offset, has_row in zip(result.offsets, result.seen, strict=True):
            if not has_row:
                out.append(
                    Finding(
                        "missing-row",
                        name,
                        offset,
                        "the index has no row for this capture; run `newsarchive ingest`",
                    )
                )
    return out


def _ids(packed: bytearray) -> Iterator[bytes]:
    return (bytes(packed[i : i + 16]) for i in range(0, len(packed), 16))
