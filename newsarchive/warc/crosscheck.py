"""What WARC files, MANIFEST and the index say of each other; also while others write to all three.

What was written after the files were read is no finding: the next `verify` sees it.
Tested in tests/warc/test_crosscheck.py, test_verify.py and tests/archive/test_maintenance.py.
"""

from __future__ import annotations

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from newsarchive.errors import NewsarchiveError
from newsarchive.locks import WARC_LOCK, is_locked
from newsarchive.model import Capture
from newsarchive.times import micros
from newsarchive.warc import files
from newsarchive.warc.files import WarcFile
from newsarchive.warc.placed_files import placed_files
from newsarchive.warc.record import id_bytes
from newsarchive.warc.writer import is_held

Facts = tuple[object, ...]
# A capture as the index has it: file name, offset, record id (the text or the 16 bytes of its UUID), perhaps its facts
Row = tuple[str, int, str | bytes] | tuple[str, int, str | bytes, Facts]


def facts_of_capture(capture: Capture) -> Facts:
    """Return what the index and the WARC must both say of a capture."""
    return capture.url, micros(capture.fetched_at), capture.http_status, capture.payload_digest


def fingerprint(facts: Facts) -> bytes:
    """Return 8 bytes for the facts of a capture."""
    return hashlib.blake2b(repr(facts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


FindingKind = Literal[
    "torn",  # a file ends within a member or an exchange, or was left open
    "bad-digest",  # bytes are not those that were written
    "garbage",  # bytes that are no gzip member
    "framing",  # a member that isn't one whole WARC record
    "exchange",  # records that are whole, and don't fit each other
    "missing-file",
    "missing-row",  # a capture that the index doesn't know
    "missing-record",  # a row, revisit or concurrent-to that points to nothing
    "manifest",
    "index",  # index.db or state.db isn't as it was written
    "signature",  # MANIFEST isn't what was signed
    "config",  # a line of a file that people edit can't be read
]
MOST = 200  # findings kept of one file


@dataclass(frozen=True, slots=True)
class VerifyFinding:
    """One thing that is wrong. `offset` in bytes, None if it concerns the file."""

    kind: FindingKind
    file: str  # relative to warc/, or MANIFEST, or another file of the archive
    offset: int | None
    text: str

    def to_text(self) -> str:
        """Return one line for people."""
        place = self.file if self.offset is None else f"{self.file}@{self.offset}"
        return f"{self.kind}: {place}: {self.text}"


@dataclass(slots=True)
class FileResult:
    """What a worker found in one file. Ids are 16 bytes each, one behind the other."""

    file: WarcFile
    sha256: str = ""
    records: int = 0
    findings: list[VerifyFinding] = field(default_factory=list)
    offsets: array[int] = field(default_factory=lambda: array("Q"))  # of captures, ascending
    ids: bytearray = field(default_factory=bytearray)  # of captures
    facts: bytearray = field(default_factory=bytearray)  # fingerprints of captures, 8 bytes each
    responses: bytearray = field(default_factory=bytearray)  # ids and dates, 16 bytes each
    revisits: array[int] = field(default_factory=lambda: array("Q"))  # offsets
    targets: bytearray = field(default_factory=bytearray)  # ids and dates that these revisits refer to
    renderings: array[int] = field(default_factory=lambda: array("Q"))  # offsets
    rendered: bytearray = field(default_factory=bytearray)  # ids of the captures that were rendered
    seen: bytearray = field(default_factory=bytearray)  # captures that have a row

    def tell(self, kind: FindingKind, offset: int | None, text: str) -> None:
        if len(self.findings) < MOST:
            self.findings.append(VerifyFinding(kind, self.file.filename, offset, text))


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """How far the index is, at one moment."""

    read_to: Mapping[str, int]  # file -> bytes of it that are indexed
    is_busy: bool  # somebody is indexing, or may be about to: what is missing behind `read_to` is on its way


def check_manifest(root: Path, results: Mapping[str, FileResult]) -> list[VerifyFinding]:
    """Compare files and MANIFEST in both directions. A writer renames a file first and enters it then."""
    is_written = is_locked(root / WARC_LOCK)  # asked before MANIFEST is read
    known = files.read_manifest(root)
    gaps = [] if is_written else files.manifest_gaps(root)
    out = [VerifyFinding("manifest", "MANIFEST", None, f"line {n} can't be read; delete it") for n in gaps]
    for name, result in results.items():
        if result.file.is_open:
            continue
        stated = known.get(f"warc/{name}")
        if stated is None and not is_written:
            text = "no line in MANIFEST; `newsarchive verify --repair` adds it"
            out.append(VerifyFinding("manifest", name, None, text))
        elif stated is not None and stated != result.sha256:
            out.append(
                VerifyFinding("manifest", name, None, f"SHA-256 is {result.sha256}, MANIFEST says {stated}")
            )
    placed = placed_files(root)
    for path in known:
        name = path.removeprefix("warc/")
        if name in placed and placed[name].sha256 != known[path]:
            text = f"it was rewritten, and {placed[name].place} holds it as it was before; run `newsarchive upload`"
            out.append(VerifyFinding("manifest", name, None, text))
        elif name not in placed and not (root / path).is_file():
            out.append(VerifyFinding("missing-file", name, None, "MANIFEST names it, and it isn't there"))
    return out


def check_targets(root: Path, results: Mapping[str, FileResult]) -> list[VerifyFinding]:
    """Find revisits and renderings whose target is nowhere; those of imported files may point elsewhere.

    In a file that is being written they may point to what was committed after its file was read.
    """
    is_written = is_locked(root / WARC_LOCK)
    own = [r for r in results.values() if not r.file.is_imported]
    revisits = {target for r in own for target in _ids(r.targets)}
    rendered = {target for r in own for target in _ids(r.rendered)}
    for result in results.values():
        revisits.difference_update(_ids(result.responses))
        rendered.difference_update(_ids(result.ids))
    text = "WARC-Refers-To names a record that isn't in the archive, or is of another date"
    return [
        VerifyFinding("missing-record", r.file.filename, offset, text)
        for r in own
        if not (is_written and r.file.is_open)
        for offsets, targets, lost in (
            (r.revisits, r.targets, revisits),
            (r.renderings, r.rendered, rendered),
        )
        for offset, target in zip(offsets, _ids(targets), strict=True)
        if target in lost
    ]


def check_rows(
    root: Path, results: Mapping[str, FileResult], rows: Iterable[Row], indexing: Indexing | None
) -> tuple[list[VerifyFinding], int]:
    """Return the index and the WARCs, in both directions. Imported files may hold captures that no source wants.

    Args:
        rows: All of the index, as it is after the files were read.
        indexing: As it was at the rows' moment; None = nobody writes.

    Returns:
        The findings, and how many captures wait to be indexed by whoever is at it.
    """
    found = _match(root, results, rows)
    waiting = 0
    for name, result in results.items():
        if result.file.is_imported:
            continue
        behind = _behind(root, result, indexing)
        text = "the index has no row for this capture; run `newsarchive ingest`"
        for offset, has_row in zip(result.offsets, result.seen, strict=True):
            if has_row:
                continue
            if behind is not None and offset >= behind:
                waiting += 1
            else:
                found.append(VerifyFinding("missing-row", name, offset, text))
    return found, waiting


def _behind(root: Path, result: FileResult, indexing: Indexing | None) -> int | None:
    """The offset from which captures may lack a row yet; None if each must have one."""
    if indexing is None or not (indexing.is_busy or _is_written(root, result)):
        return None
    return indexing.read_to.get(result.file.filename, 0)


def _is_written(root: Path, result: FileResult) -> bool:
    """Whether a living process wrote the file when it was read: Scrapy alone, say, which indexes nothing."""
    if not result.file.is_open:
        return False
    path = files.warc_folder(root) / (result.file.filename + files.OPEN)
    return is_held(path)  # also when it was sealed meanwhile


def _match(root: Path, results: Mapping[str, FileResult], rows: Iterable[Row]) -> list[VerifyFinding]:
    """Marks the captures that have a row; rows without a record are findings, unless they are younger."""
    out: list[VerifyFinding] = []
    for result in results.values():
        result.seen = bytearray(len(result.offsets))
    absent: dict[str, int] = {}
    for filename, offset, record_id, *more in rows:
        found = results.get(filename)
        if found is None:
            absent[filename] = absent.get(filename, 0) + 1
        elif (at := _place(found, offset, record_id)) is not None:
            found.seen[at] = 1
            if any(more) and found.facts[at * 8 : at * 8 + 8] != fingerprint(more[0]):
                text = "the index has another URL, time, status or digest for this capture; run newsarchive rebuild"
                out.append(VerifyFinding("index", filename, offset, text))
        elif not (found.file.is_open and offset >= found.file.size):
            text = "the index has a row for a record that isn't here"
            out.append(VerifyFinding("missing-record", filename, offset, text))
    for filename, count in absent.items():
        if not _is_there(root, filename):
            text = f"{count} rows of the index are for it, and it isn't there"
            out.append(VerifyFinding("missing-file", filename, None, text))
    return out


def _place(result: FileResult, offset: int, record_id: str | bytes) -> int | None:
    """The number of the capture with this offset and id; None if there is none."""
    at = bisect_left(result.offsets, offset)
    wanted = record_id if isinstance(record_id, bytes) else id_bytes(record_id)
    is_it = (
        at < len(result.offsets)
        and result.offsets[at] == offset
        and result.ids[at * 16 : at * 16 + 16] == wanted
    )
    return at if is_it else None


def _is_there(root: Path, filename: str) -> bool:
    """Whether the file was made after the files were listed."""
    try:
        return filename in placed_files(root) or bool(files.find_path(root, filename))
    except NewsarchiveError:
        return False


def _ids(packed: bytearray) -> Iterator[bytes]:
    return (bytes(packed[i : i + 16]) for i in range(0, len(packed), 16))
