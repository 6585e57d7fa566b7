"""Which bytes of which WARC files are still to be read, and the captures in them, each record once.

Reads committed ranges only: of a sealed file all of it, of an open one what its crawl has synced. One record may be
in several files (a backup that was imported, overlapping WACZ files): the archive's own files come before imported
ones, then the order of names and offsets, so a rebuild names the same place, whatever came first. Writes nothing,
recovers nothing. Tested in tests/ingest/test_warc_scan.py and tests/ingest/test_duplicate_records.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from newsarchive.errors import ArchiveDamagedError
from newsarchive.index import compact_ids
from newsarchive.index.rows import ImportedHost
from newsarchive.index.write import Index
from newsarchive.model import Capture
from newsarchive.warc import list_files, read_captures
from newsarchive.warc.files import IMPORTED

BATCH = 100  # captures in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """Bytes of a WARC file that were not read yet."""

    filename: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Captures to index in one transaction; `read_to` says which files have been read how far with it.

    `hosts` says what the imported ones among these files hold.
    """

    captures: tuple[Capture, ...]
    read_to: tuple[tuple[str, int], ...]
    hosts: tuple[ImportedHost, ...] = ()


class CaptureFilter(Protocol):
    """Decides which captures come in; `import_scope.Imports`."""

    def admit(self, capture: Capture) -> Capture | None:
        """Return the capture as it is to be indexed; None if it isn't."""

    def counted(self, read_to: Iterable[tuple[str, int]]) -> tuple[ImportedHost, ...]:
        """Return what the files that were read to their end hold."""


def unread(root: Path, read_to: Mapping[str, int], upto: Mapping[str, int] | None = None) -> list[Range]:
    """Return what was committed since each file was read last: the archive's own files, then imported ones, by name.

    Args:
        read_to: How far each file has been read.
        upto: How far to read at most, no other files; None = all that is committed.

    Raises:
        ArchiveDamagedError: a file is shorter than what was read of it.
    """
    found = []
    for file in list_files(root):
        start = read_to.get(file.filename, 0)
        end = file.size if upto is None else min(upto.get(file.filename, 0), file.size)
        if start > file.size:
            raise ArchiveDamagedError(
                f"{start} bytes of this file are indexed, only {file.size} are there",
                where=f"{file.filename}@{file.size}",
                next_step="Run: newsarchive verify, then newsarchive rebuild",
            )
        if start < end:
            found.append(Range(filename=file.filename, start=start, end=end))
    return sorted(found, key=lambda part: part.filename.startswith(IMPORTED))


def batches(
    root: Path,
    ranges: list[Range],
    without: frozenset[str] = frozenset(),
    admission: CaptureFilter | None = None,
) -> Iterator[Batch]:
    """Yield the captures of these ranges, at most BATCH in a batch.

    Left out are those with a record id of `without`, and those that `admission` doesn't admit. A file counts as read with the batch that holds its range's last capture; small ranges share a batch.
    """
    captures: list[Capture] = []
    read_to: list[tuple[str, int]] = []
    for part in ranges:
        for capture in read_captures(root, part.filename, part.start, part.end):
            if capture.warc_record_id in without:
                continue
            admitted = admission.admit(capture) if admission else capture
            if admitted is None:
                continue
            if len(captures) >= BATCH:
                yield _batch(captures, read_to, admission)
                captures, read_to = [], []
            captures.append(admitted)
        read_to.append((part.filename, part.end))
    if captures or read_to:
        yield _batch(captures, read_to, admission)


def _batch(captures: list[Capture], read_to: list[tuple[str, int]], admission: CaptureFilter | None) -> Batch:
    hosts = admission.counted(read_to) if admission else ()
    return Batch(captures=tuple(captures), read_to=tuple(read_to), hosts=hosts)


# ---------------------------------------------------------------- records in several files


def without_known(index: Index, batch: Batch) -> tuple[Batch, list[str]]:
    """Return the batch without captures that the index has from the same or a better place.

    A pass reads places in the order of their ranks, so a batch that isn't written yet never has a worse one.

    Returns:
        The batch, each record once; and the records that the index has from a worse place: they must leave it first.
    """
    best: dict[str, Capture] = {}
    for capture in batch.captures:
        known = best.get(capture.warc_record_id)
        if known is None or _rank_of(capture) < _rank_of(known):
            best[capture.warc_record_id] = capture
    places = index.places(compact_ids.capture_id(r) for r in best)
    known_at = {r: rank(*places[n]) for r in best if (n := compact_ids.capture_id(r)) in places}
    fresh = tuple(c for r, c in best.items() if r not in known_at or _rank_of(c) < known_at[r])
    return replace(batch, captures=fresh), [c.warc_record_id for c in fresh if c.warc_record_id in known_at]


def _rank_of(capture: Capture) -> tuple[bool, str, int]:
    return rank(capture.warc_filename, capture.warc_offset)


def rank(filename: str, offset: int) -> tuple[bool, str, int]:
    """Return the order of places: the index names the first."""
    return filename.startswith(IMPORTED), filename, offset
