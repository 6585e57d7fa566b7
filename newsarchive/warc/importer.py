"""Takes in WARC, WACZ and ARC files that other programs made.

A WARC that is gzipped record by record is copied as it is. What isn't (plain, one compressed stream, wrong lengths, record ids
used twice, ARC) is rewritten record by record, blocks unchanged, with the original's digest in its warcinfo. A damaged file gives
what is whole in it, and says what is not. Nothing is indexed here.
Tested in tests/warc/test_importer.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.locks import warc_lock
from newsarchive.times import Clock, iso
from newsarchive.version import __version__
from newsarchive.warc import files
from newsarchive.warc.capture_reader import survey
from newsarchive.warc.files import check_room, not_writable
from newsarchive.warc.loose_records import loose_records, spool
from newsarchive.warc.purge import refuse_purged
from newsarchive.warc.record import RecordBlock, RecordHead, build_head, id_bytes, new_id, warc_fields
from newsarchive.warc.record_reader import GZIP, Damage, find_member, read_records
from newsarchive.warc.recover import recover_files
from newsarchive.warc.tombstone import finish_purges
from newsarchive.warc.unpacking import Growth, unpacked
from newsarchive.warc.verify_records import MAIN, is_page, walk
from newsarchive.warc.wacz_entries import BoundedFile, stated_digests, warc_entries
from newsarchive.warc.writer import WarcWriter

_ARC = re.compile(rb"\s*(?:filedesc:|[a-z]+:\S* \S+ \d{14} )", re.IGNORECASE)
PIECE = 1 << 20
PART = ".part"
LEVEL = 6

# What is said of a file, with a number before it. What isn't MENDED is a loss.
LENGTHS = "records without their right length; taken to their end"
IDS = "record ids used for several pages; given new ones"
MORE = "further pieces left out"
MAX_LINE = 64 << 10  # bytes of a line of an ARC file's heads
MOST_TOLD = 50  # damaged pieces of a file that are told one by one
DIGESTS = "records whose digests don't fit; taken as they are"
MENDED = frozenset({LENGTHS, IDS, DIGESTS})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedFile:
    """What became of one file. Sizes in bytes."""

    filenames: tuple[str, ...]  # relative to warc/; several for a WACZ
    sha256: str  # of the original
    captures: int
    size: int
    repacked: bool = False
    already: bool = False  # it had been imported before
    problems: tuple[str, ...] = field(default=())
    lost: int = 0  # records and pieces that were not taken, or are in the WARC and can't be captures


def import_file(root: Path, path: Path, *, wait: float = 0.0, clock: Clock | None = None) -> ImportedFile:
    """Put a file that others made into `warc/imported/` and MANIFEST.

    Args:
        path: A WARC (plain or gzipped), ARC or WACZ file, recognised by its bytes, not its name.
        clock: Dates the warcinfo record of a file that is rewritten.

    Raises:
        NothingFoundError: no such file, or nothing in it that can be read.
        UsageError: not such a file.
        ArchiveLockedError: another process writes.
        ArchiveNotWritableError: no room.
    """
    if not path.is_file():
        raise NothingFoundError("no such file", where=str(path))
    with warc_lock(root, wait=wait):
        check_room(files.warc_folder(root), path.stat().st_size)
        try:
            recover_files(root)
            (files.warc_folder(root) / "imported").mkdir(exist_ok=True)
            with path.open("rb") as file:
                if file.read(4) == b"PK\x03\x04":
                    return _import_wacz(root, path, clock or Clock())
                return _import_one(root, path, path.name, clock or Clock())
        except OSError as error:
            raise not_writable(error, root / "warc" / "imported") from error


def _import_wacz(root: Path, path: Path, clock: Clock) -> ImportedFile:
    """Each WARC in a WACZ by itself; the digests that its datapackage states are compared."""
    taken: list[ImportedFile] = []
    problems: list[str] = []
    try:
        with BoundedFile(path) as raw, zipfile.ZipFile(raw) as archive:
            stated = stated_digests(archive)
            for number, entry in enumerate(warc_entries(archive, path.stat().st_size)):
                name, part = entry.filename, files.warc_folder(root) / "imported" / f"{number}{PART}"
                check_room(part.parent, entry.file_size)
                try:
                    with archive.open(entry) as source, part.open("wb") as out:
                        growth = Growth(path.stat().st_size, part.parent, Counter())
                        shutil.copyfileobj(growth.of(source), out, PIECE)
                    one = _import_one(root, part, Path(name).name, clock)
                finally:
                    part.unlink(missing_ok=True)
                if stated.get(name, one.sha256) != one.sha256:
                    problems.append(f"{name}: SHA-256 is not the one that datapackage.json states")
                taken.append(one)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, EOFError, RuntimeError) as error:
        raise UsageError(f"not a readable WACZ file: {error}", where=str(path)) from error
    if not taken:
        raise UsageError("a ZIP file without WARC files in archive/", where=str(path))
    return ImportedFile(
        filenames=tuple(name for one in taken for name in one.filenames),
        sha256=files.sha256_of(path),
        captures=sum(one.captures for one in taken),
        size=sum(one.size for one in taken),
        repacked=any(one.repacked for one in taken),
        already=all(one.already for one in taken),
        problems=(*problems, *(p for one in taken for p in one.problems)),
        lost=sum(one.lost for one in taken),
    )


def _import_one(root: Path, path: Path, title: str, clock: Clock) -> ImportedFile:
    original = files.sha256_of(path)
    name = f"imported/{_stem(title)}-{original[:12]}{files.SUFFIX}"
    target = files.warc_folder(root) / name
    if target.exists():
        return _counted(
            root, name, ImportedFile(filenames=(name,), sha256=original, captures=0, size=0, already=True)
        )
    part = target.with_name(target.name + PART)
    part.unlink(missing_ok=True)
    faults: Counter[str] = Counter()
    try:
        repacked = not (_is_member_wise(path) and _copy_whole(path, part, faults))
        if repacked:
            faults.clear()
            _repack(path, part, title, original, clock, faults)
        digest = original if not repacked and not faults.total() else files.sha256_of(part)
        refused = refuse_purged(root, part, name, now=clock.now())
        files.seal_path(part, target)
    finally:
        part.unlink(missing_ok=True)
    files.add_to_manifest(root, {f"warc/{name}": digest})
    if refused:
        finish_purges(root)
    file = ImportedFile(filenames=(name,), sha256=original, captures=0, size=0, repacked=repacked)
    return _counted(root, name, file, faults, refused)


def _counted(
    root: Path,
    name: str,
    file: ImportedFile,
    faults: Mapping[str, int] = MappingProxyType({}),
    refused: int = 0,
) -> ImportedFile:
    found = survey(root, name)
    told = {text: count for text, count in {**faults, **found.passed_over}.items() if count}
    problems = [f"{count} {text}" for text, count in told.items()]
    if refused:
        problems.append(f"what it held of {refused} purged addresses was taken out")
    return replace(
        file,
        captures=found.captures,
        size=(files.warc_folder(root) / name).stat().st_size,
        problems=tuple(problems),
        lost=sum(count for text, count in told.items() if text not in MENDED),
    )


def _stem(title: str) -> str:
    """A file's name as `[a-z0-9-]`, without its suffixes."""
    bare = re.sub(r"\.(?:warc|arc|gz|open|part)(?=\.|$)", "", title.lower())
    return re.sub(r"[^a-z0-9]+", "-", bare).strip("-")[:60] or "warc"


def _is_member_wise(path: Path) -> bool:
    """Whether the file is gzipped record by record, as its first record shows."""
    with path.open("rb") as file:
        if file.read(3) != GZIP:
            return False
        try:
            for record in read_records(file, 0, path.stat().st_size):
                record.finish()
                return True
        except Damage as damage:
            return damage.kind in ("torn", "bad-digest") and not _is_one_stream(path)
    return False


def _is_one_stream(path: Path) -> bool:
    """Whether the first gzip member holds a second record."""
    engine = zlib.decompressobj(31)
    text = b""
    with path.open("rb") as file, contextlib.suppress(zlib.error):
        while len(text) < 64 * PIECE and not engine.eof and (data := file.read(64 * 1024)):
            text = text[-16:] + engine.decompress(data, 16 * PIECE)
            if b"\r\n\r\nWARC/1." in text:
                return True
    return False


# ---------------------------------------------------------------- record by record already


def _copy_whole(path: Path, part: Path, faults: Counter[str]) -> bool:
    """Copies the file; if it is damaged, what is whole of it. False if it must be rewritten instead."""
    size = path.stat().st_size
    spans = _whole_spans(path, size, faults)
    if spans is None:
        return False
    if not spans:
        raise NothingFoundError("no whole record in the file", where=str(path))
    with path.open("rb") as source, part.open("xb") as out:
        for start, end in spans:
            source.seek(start)
            left = end - start
            while left and (piece := source.read(min(PIECE, left))):
                out.write(piece)
                left -= len(piece)
        out.flush()
        os.fsync(out.fileno())
    return True


def _whole_spans(path: Path, size: int, faults: Counter[str]) -> list[tuple[int, int]] | None:
    """The ranges of whole records; None if records are framed wrongly, or several pages have one record id."""
    spans: list[tuple[int, int]] = []
    pages = _PageIds()
    pos: int | None = 0
    with path.open("rb") as file:
        while pos is not None and pos < size:
            start = end = pos
            try:
                for seen in walk(file, pos, size, digests=True):
                    end = seen.end
                    faults[DIGESTS] += bool(seen.wrong)
                    if pages.is_taken(seen.head):
                        return None
                pos = None
            except Damage as damage:
                if damage.kind == "framing":
                    return None
                is_told = len(faults) < MOST_TOLD
                faults[f"piece left out from {damage.offset}: {damage.text}" if is_told else MORE] += 1
                pos = find_member(file, damage.offset + 1, size)
            if end > start:
                spans.append((start, end))
    return spans


class _PageIds:
    """Which page each record id names, in 24 bytes a page."""

    def __init__(self) -> None:
        self._pages: dict[bytes, bytes] = {}

    def is_taken(self, head: RecordHead) -> bool:
        """Return whether the id of a page's record is that of another page, or of another capture of it."""
        if head.type not in MAIN or not is_page(head):
            return False
        said = f"{head.url} {head.get('WARC-Date')}".encode("utf-8", "replace")
        page = hashlib.blake2b(said, digest_size=8).digest()
        return self._pages.setdefault(id_bytes(head.record_id), page) != page


# ---------------------------------------------------------------- rewritten


def _repack(path: Path, part: Path, title: str, original: str, clock: Clock, faults: Counter[str]) -> None:
    """Writes every whole record into a member of its own, behind a warcinfo that names the original."""
    writer = WarcWriter(part.parent, part.name.removesuffix(PART), LEVEL, suffix=PART)
    count = 0
    try:
        now = clock.now()
        writer.write_info(_info(title, original), iso(now))
        for head, block in _records(path, part.parent, faults):
            writer.write([(head, block)])
            count += 1
        writer.sync()
    finally:
        writer.abandon()
    if not count:
        reason = f": {next(iter(faults))}" if faults else ""
        raise UsageError(f"not a WARC, ARC or WACZ file{reason}", where=str(path))


def _info(title: str, original: str) -> bytes:
    return warc_fields(
        [
            ("software", f"newsarchive/{__version__}"),
            ("format", "WARC File Format 1.1"),
            ("description", "rewritten record by record, so that each can be found by its offset"),
            ("original-filename", title),
            ("original-sha256", original),
        ]
    )


def _records(path: Path, folder: Path, faults: Counter[str]) -> Iterator[tuple[bytes, RecordBlock]]:
    """Heads and blocks. ARC records become WARC responses."""
    if _is_arc(path):
        yield from _arc_records(path, folder, faults)
        return
    pages = _PageIds()
    for record in loose_records(path, folder, faults):
        head = record.head
        fields = [(k, v) for k, v in head.fields if k.lower() != "content-length"]
        if pages.is_taken(head):
            faults[IDS] += 1
            kept = [f for f in fields if f[0].lower() != "warc-record-id"]
            fields = [*kept[:1], ("WARC-Record-ID", f"<{new_id()}>"), *kept[1:]]
        yield _packed(fields, record.block, record.length)


def _packed(fields: list[tuple[str, str]], block: Any, length: int) -> tuple[bytes, RecordBlock]:
    return build_head([*fields, ("Content-Length", str(length))]), RecordBlock(block, length, "")


def _is_arc(path: Path) -> bool:
    with path.open("rb") as raw:
        for part in unpacked(raw, Counter()):
            return _ARC.match(part.read(4096)) is not None
    return False


def _arc_records(path: Path, folder: Path, faults: Counter[str]) -> Iterator[tuple[bytes, RecordBlock]]:
    """As warcio finds them; a file that breaks off ends the walk."""
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    growth = Growth(path.stat().st_size, folder, faults)
    with path.open("rb") as raw:
        is_packed = _is_gzipped_by_record(raw, path, folder)  # then warcio unpacks it
        parts = iter([raw]) if is_packed else map(growth.of, unpacked(raw, faults))
        walk_on = ArchiveIterator(next(parts), no_record_parse=True, arc2warc=True)
        read_line = walk_on.reader.readline  # joins a line of any length piece by piece
        walk_on.reader.readline = lambda most=None: read_line(most or MAX_LINE)
        walk_on.INC_RECORD = ""  # warcio writes it to stderr, with bytes of the file
        try:
            for record in walk_on:
                if record.rec_type == "arc_header" or record.length is None or record.length < 0:
                    continue
                fields = [
                    (str(k), str(v))
                    for k, v in record.rec_headers.headers
                    if str(k).lower() != "content-length"
                ]
                with spool(folder) as block:
                    content = growth.of(record.raw_stream) if is_packed else record.raw_stream
                    shutil.copyfileobj(content, block, PIECE)
                    length = block.tell()
                    faults[LENGTHS] += length != record.length
                    yield _packed(fields, block, length)
                if growth.is_over:
                    break
        except (ArchiveLoadFailed, EOFError, OSError, ValueError, zlib.error) as error:  # OSError: gzip's own
            faults[f"break, from which on nothing is read: {str(error)[:200]}"] += 1
        faults[LENGTHS] += walk_on.err_count


def _is_gzipped_by_record(raw: BinaryIO, path: Path, folder: Path) -> bool:
    """Whether a file has several gzip members, the first within measure; leaves it at its start."""
    start, size = raw.read(3), path.stat().st_size
    raw.seek(0)
    if start != GZIP:
        return False
    growth, first = Growth(size, folder, Counter()), next(unpacked(raw, Counter()))
    counted = growth.of(first)
    while counted.read(PIECE):
        pass
    raw.seek(0)
    return first.end < size and not growth.is_over


__all__ = ["ImportedFile", "import_file"]
