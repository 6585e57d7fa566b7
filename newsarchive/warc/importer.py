"""Takes in WARC, WACZ and ARC files that other programs made.

A WARC that is gzipped record by record is copied as it is. What isn't (plain, one gzip stream, ARC) is
rewritten record by record, blocks unchanged, with the original's digest in its warcinfo; warcio reads
those. A damaged file gives what is whole in it, and says what is not. Nothing is indexed here.
Tested in tests/warc/test_importer.py.
"""

from __future__ import annotations

import contextlib
import gzip
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, BinaryIO

from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.locks import warc_lock
from newsarchive.text import load_json
from newsarchive.times import Clock, iso
from newsarchive.version import __version__
from newsarchive.warc import files
from newsarchive.warc.capture_reader import count_captures
from newsarchive.warc.files import check_room, not_writable
from newsarchive.warc.purge import refuse_purged
from newsarchive.warc.record import build_head, warc_fields
from newsarchive.warc.record_reader import GZIP, Damage, find_member, read_records
from newsarchive.warc.recover import recover_files
from newsarchive.warc.tombstone import finish_purges
from newsarchive.warc.verify_records import walk
from newsarchive.warc.writer import WarcWriter

PIECE = 1 << 20
PART = ".part"
LEVEL = 6


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
        check_room(root, path.stat().st_size)
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
        with zipfile.ZipFile(path) as archive:
            stated = _datapackage(archive)
            names = [n for n in archive.namelist() if re.search(r"(?:^|/)archive/[^/]+\.w?arc(?:\.gz)?$", n)]
            for number, name in enumerate(names):
                part = files.warc_folder(root) / "imported" / f"{number}{PART}"
                with archive.open(name) as source, part.open("wb") as out:
                    shutil.copyfileobj(source, out, PIECE)
                one = _import_one(root, part, Path(name).name, clock)
                part.unlink()
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
    )


def _datapackage(archive: zipfile.ZipFile) -> dict[str, str]:
    """Path -> SHA-256 in hex, as the WACZ states them."""
    try:
        package = load_json(archive.read("datapackage.json"))
        rows = [(str(r["path"]), str(r["hash"])) for r in package["resources"]]
    except (KeyError, ValueError, TypeError):
        return {}
    return {path: text.removeprefix("sha256:") for path, text in rows if text.startswith("sha256:")}


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
    repacked, problems = False, []
    if _is_member_wise(path):
        problems = _copy_whole(path, part)
    else:
        repacked = True
        problems = _repack(path, part, title, original, clock)
    digest = original if not repacked and not problems else files.sha256_of(part)
    refused = refuse_purged(root, part, name, now=clock.now())
    files.seal_path(part, target)
    files.add_to_manifest(root, {f"warc/{name}": digest})
    if refused:
        finish_purges(root)
        problems = [*problems, f"what it held of {refused} purged addresses was taken out"]
    file = ImportedFile(
        filenames=(name,), sha256=original, captures=0, size=0, repacked=repacked, problems=tuple(problems)
    )
    return _counted(root, name, file)


def _counted(root: Path, name: str, file: ImportedFile) -> ImportedFile:
    captures = count_captures(root, name)
    return replace(file, captures=captures, size=(files.warc_folder(root) / name).stat().st_size)


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


def _copy_whole(path: Path, part: Path) -> list[str]:
    """Copies the file; if it is damaged, what is whole of it."""
    size = path.stat().st_size
    spans, problems = _whole_spans(path, size)
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
    return problems


def _whole_spans(path: Path, size: int) -> tuple[list[tuple[int, int]], list[str]]:
    """The ranges of whole records, and what is wrong between them and in them."""
    spans: list[tuple[int, int]] = []
    problems: list[str] = []
    wrong = 0
    pos: int | None = 0
    with path.open("rb") as file:
        while pos is not None and pos < size:
            start = end = pos
            try:
                for seen in walk(file, pos, size, digests=True):
                    end = seen.end
                    wrong += bool(seen.wrong)
                pos = None
            except Damage as damage:
                problems.append(f"left out from {damage.offset}: {damage.text}")
                pos = find_member(file, damage.offset + 1, size)
            if end > start:
                spans.append((start, end))
    if wrong:
        problems.append(f"{wrong} records whose digests don't fit; taken as they are")
    return spans, problems


# ---------------------------------------------------------------- rewritten


class _Stream:
    """The block of a record that warcio reads, as `WarcWriter` takes it."""

    is_dense = False

    def __init__(self, stream: Any, length: int) -> None:
        self._stream = stream
        self._length = length

    def pieces(self) -> Iterator[bytes]:
        left = self._length
        while left:
            piece = self._stream.read(min(PIECE, left))
            if not piece:
                raise EOFError(f"{left} bytes of a record are missing")
            left -= len(piece)
            yield piece


def _repack(path: Path, part: Path, title: str, original: str, clock: Clock) -> list[str]:
    """Writes every whole record into a member of its own, behind a warcinfo that names the original."""
    writer = WarcWriter(part.parent, part.name.removesuffix(PART), LEVEL, suffix=PART)
    problems: list[str] = []
    count = 0
    try:
        now = clock.now()
        writer.write_info(_info(title, original), iso(now))
        for head, block in _records(path, problems):
            try:
                writer.write([(head, block)])
            except EOFError as error:
                problems.append(f"record {count + 1}: {error}")
                break
            count += 1
        writer.sync()
    finally:
        writer.abandon()
    if not count:
        part.unlink()
        reason = f": {problems[0]}" if problems else ""
        raise UsageError(f"not a WARC, ARC or WACZ file{reason}", where=str(path))
    return problems


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


def _records(path: Path, problems: list[str]) -> Iterator[tuple[bytes, _Stream]]:
    """Heads and blocks as warcio finds them; ARC records become WARC responses. A file that breaks off ends the walk."""
    from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]
    from warcio.exceptions import ArchiveLoadFailed  # type: ignore[import-untyped]

    with path.open("rb") as raw:
        walk_on = ArchiveIterator(_unzipped(raw), no_record_parse=True, arc2warc=True)
        walk_on.INC_RECORD = ""  # warcio writes it to stderr, with bytes of the file
        try:
            for record in walk_on:
                if record.rec_type == "arc_header":
                    continue
                if record.length is None or record.length < 0:
                    problems.append(f"a record without a length ({record.rec_type or 'its head is cut'})")
                    continue
                yield _as_warc(record)
        except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:  # OSError: gzip's own
            problems.append(f"the file breaks off or is damaged: {error}")
        if walk_on.err_count:
            problems.append(f"{walk_on.err_count} records whose stated length is wrong")


def _unzipped(raw: BinaryIO) -> IO[bytes] | gzip.GzipFile:
    """The file's bytes, unpacked if it is gzipped, as one stream."""
    start = raw.read(3)
    raw.seek(0)
    return gzip.GzipFile(fileobj=raw) if start == GZIP else raw


def _as_warc(record: Any) -> tuple[bytes, _Stream]:
    """A record's head, with its fields as they were, and its block."""
    fields = [(str(k), str(v)) for k, v in record.rec_headers.headers if str(k).lower() != "content-length"]
    return build_head([*fields, ("Content-Length", str(record.length))]), _Stream(
        record.raw_stream, record.length
    )


__all__ = ["ImportedFile", "import_file"]
