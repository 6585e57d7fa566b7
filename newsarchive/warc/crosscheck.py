"""What WARC files, MANIFEST and the index say of each other; also while others write to all three.

Whatever is younger than the look at the files is no finding: the next `verify` sees it.
Tested in tests/warc/test_crosscheck.py, test_verify.py and tests/archive/test_maintenance.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import NewsarchiveError
from newsarchive.locks import WARC_LOCK, is_locked
from newsarchive.warc import files
from newsarchive.warc.record import id_bytes
from newsarchive.warc.verify_findings import FileResult, VerifyFinding
from newsarchive.warc.writer import is_held

Row = tuple[str, int, str | bytes]  # file name, offset, record id: the text or the 16 bytes of its UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexing:
    """How far the index is, at one moment."""

    read_to: Mapping[str, int]  # file -> bytes of it that are indexed
    is_busy: bool  # somebody is indexing, or may be about to: what is missing behind `read_to` is on its way


def check_manifest(root: Path, results: Mapping[str, FileResult]) -> list[VerifyFinding]:
    """Files and MANIFEST in both directions. A writer renames a file first and enters it then."""
    is_written = is_locked(root / WARC_LOCK)  # asked before MANIFEST is read
    known = files.read_manifest(root)
    out: list[VerifyFinding] = []
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
    for path in known:
        if not (root / path).is_file():
            text = "MANIFEST names it, and it isn't there"
            out.append(VerifyFinding("missing-file", path.removeprefix("warc/"), None, text))
    return out


def check_targets(root: Path, results: Mapping[str, FileResult]) -> list[VerifyFinding]:
    """Revisits and renderings whose target is nowhere; those of imported files may point elsewhere.

    In a file that is being written they may point to what was committed after its file was looked at.
    """
    is_written = is_locked(root / WARC_LOCK)
    own = [r for r in results.values() if not r.file.is_imported]
    revisits = {target for r in own for target in _ids(r.targets)}
    rendered = {target for r in own for target in _ids(r.rendered)}
    for result in results.values():
        revisits.difference_update(_ids(result.responses))
        rendered.difference_update(_ids(result.ids))
    text = "WARC-Refers-To names a record that isn't in the archive"
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
    """The index and the WARCs, in both directions. Imported files may hold captures that no source wants.

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
    """Whether a living process wrote the file when it was looked at: Scrapy alone, say, which indexes nothing."""
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
    for filename, offset, record_id in rows:
        found = results.get(filename)
        if found is None:
            absent[filename] = absent.get(filename, 0) + 1
        elif (at := _place(found, offset, record_id)) is not None:
            found.seen[at] = 1
        elif not (found.file.is_open and offset >= found.file.size):
            text = "the index has a row for a record that isn't here"
            out.append(VerifyFinding("missing-record", filename, offset, text))
    for filename, count in absent.items():
        if not _is_there(root, filename):
            text = f"{count} rows of the index lie in it, and it isn't there"
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
    """Whether the file came to be after the look."""
    try:
        return files.find_path(root, filename).is_file()
    except NewsarchiveError:
        return False


def _ids(packed: bytearray) -> Iterator[bytes]:
    return (bytes(packed[i : i + 16]) for i in range(0, len(packed), 16))
