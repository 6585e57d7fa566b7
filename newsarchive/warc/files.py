"""The files of an archive's WARC side: names, MANIFEST, commits, listing, and whether there is room to write.

    ROOT/warc/NAME.warc.gz[.open]   ROOT/warc/imported/NAME.warc.gz   ROOT/MANIFEST
    ROOT/crawls/ID/commits.jsonl    ROOT/purged.jsonl        ROOT/uploaded.jsonl

Sealed files may be in a place (an object store, say) instead of the folder: `open_warc` opens either. It knows nothing of what is in a record but the first one of a file that is still open. Tested in
tests/warc/test_files.py and tests/warc/test_free_space.py.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from newsarchive.errors import ArchiveNotWritableError, NothingFoundError, UsageError
from newsarchive.warc.placed_files import PlacedReader, placed_files
from newsarchive.warc.record import read_warc_fields
from newsarchive.warc.record_reader import Damage, read_records

SUFFIX = ".warc.gz"
IMPORTED = "imported/"  # the folder, relative to warc/, of files that others made
OPEN = ".open"
MANIFEST = "MANIFEST"
PURGED = "purged.jsonl"
CRAWL_FIELD = "newsarchive-crawl"  # of a warcinfo record
COPIED = 8 * 1024 * 1024  # bytes copied at once

_PREFIX = re.compile(r"[a-z0-9-]{1,40}")
_CRAWL_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A WARC file of the archive. `size` is in bytes; of an open file only what is committed."""

    filename: str  # final name, relative to warc/
    size: int
    is_open: bool = False
    is_checks: bool = False  # answers 304 only
    is_imported: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """A range of a WARC file that is safe on disk: whole exchanges. Bytes."""

    filename: str
    offset: int
    length: int
    record_ids: tuple[str, ...] = ()  # of the captures in it, in order

    @property
    def end(self) -> int:
        return self.offset + self.length


def new_name(prefix: str, moment: datetime, serial: int) -> str:
    """Return a file name that no other file has: `PREFIX-YYYYMMDDHHMMSSmmm-SERIAL-TOKEN.warc.gz`.

    Raises:
        UsageError: `prefix` isn't `[a-z0-9-]{1,40}`.
    """
    if not _PREFIX.fullmatch(prefix):
        raise UsageError(
            f"{prefix!r} can't begin a WARC file's name", next_step="Use a-z, 0-9 and -, at most 40"
        )
    stamp = moment.strftime("%Y%m%d%H%M%S") + f"{moment.microsecond // 1000:03d}"
    return f"{prefix}-{stamp}-{serial:05d}-{secrets.token_hex(3)}{SUFFIX}"


def warc_folder(root: Path) -> Path:
    return root / "warc"


def shards_of(root: Path) -> list[Path]:
    """Return the archives below a fleet's folder, by name; none of an archive that is no fleet."""
    return sorted(path for path in root.glob("shards/*") if path.is_dir())


def is_name(filename: str) -> bool:
    """Return whether a file of this name would be in the archive's folder."""
    path = PurePosixPath(filename)
    return bool(path.name) and ".." not in path.parts and not path.is_absolute()


def find_path(root: Path, filename: str) -> Path:
    """Return where the file with this final name is now: `NAME`, or `NAME.open` while it is written; of a fleet, in a shard.

    Raises:
        NothingFoundError: neither is there.
        UsageError: the name leads out of the archive.
    """
    folder = warc_folder(root)
    path = folder / filename.removesuffix(OPEN)
    if not is_name(filename):
        raise UsageError(f"{filename!r} is no WARC file of this archive")
    for _ in range(2):  # it may be renamed between the two tries
        for there in (path, path.with_name(path.name + OPEN)):
            if there.is_file():
                return there
    for shard in shards_of(root):
        with contextlib.suppress(NothingFoundError):
            return find_path(shard, filename)
    raise NothingFoundError("no such WARC file", where=str(path), next_step="Run `newsarchive verify`")


def open_warc(root: Path, filename: str, span: tuple[int, int] | None = None) -> BinaryIO:
    """Open the file with this final name for reading, wherever it is: in the archive, of a fleet in a shard, or in its place.

    Args:
        span: Offset and length of what will be read, in bytes; a place gives it by one request.

    Raises:
        NothingFoundError, UsageError: as `find_path`.
    """
    try:
        with contextlib.suppress(FileNotFoundError):
            return find_path(root, filename).open("rb")
        return find_path(root, filename).open("rb")  # sealed, so renamed, since it was found
    except NothingFoundError:
        for folder in (root, *shards_of(root)):
            if (placed := placed_files(folder).get(filename)) is not None:
                return cast(BinaryIO, PlacedReader(placed, span))
        raise


@contextlib.contextmanager
def open_local(root: Path, filename: str) -> Iterator[BinaryIO]:
    """Open a WARC file that has a path, its `name`: in the archive, or a copy of what is in its place, gone afterwards."""
    with open_warc(root, filename) as file:
        if not isinstance(file, PlacedReader):
            yield file
            return
        with tempfile.TemporaryDirectory(prefix="newsarchive-") as folder:
            path = Path(folder, Path(filename).name)
            with path.open("w+b") as copy:
                shutil.copyfileobj(file, copy, COPIED)
                copy.flush()
                copy.seek(0)
                yield copy


def list_files(root: Path) -> list[WarcFile]:
    """Return all WARC files, by name; open ones with their final name and committed size, those in a place with theirs."""
    folder = warc_folder(root)
    found: dict[str, WarcFile] = {}
    for path in [*folder.glob("*"), *folder.glob("imported/*")]:
        final = path.with_name(path.name.removesuffix(OPEN))
        if final.name.endswith(SUFFIX) and (listed := _look_at(root, path, final)) is not None:
            found[listed.filename] = listed
    for placed in placed_files(root).values():
        found.setdefault(placed.file, _listed(placed.file, placed.size))
    return [found[name] for name in sorted(found)]


def _look_at(root: Path, path: Path, final: Path) -> WarcFile | None:
    """The file that was listed as `path`, wherever it is now: a crawl may have sealed it meanwhile; None if it is gone."""
    name = final.relative_to(warc_folder(root)).as_posix()
    with contextlib.suppress(FileNotFoundError):
        if path != final and path.is_file():
            size = committed_size(root, path)
            if not final.exists():
                return _listed(name, size, is_open=True)
    with contextlib.suppress(FileNotFoundError):
        if final.is_file():
            return _listed(name, final.stat().st_size)
    return None


def _listed(name: str, size: int, *, is_open: bool = False) -> WarcFile:
    return WarcFile(name, size, is_open, "-checks-" in name, name.startswith(IMPORTED))


def committed_size(root: Path, path: Path) -> int:
    """Return how many bytes of the open file `path` its crawl has committed; 0 if none."""
    crawl_id = crawl_of(path)
    if not crawl_id:
        return 0
    name = path.relative_to(warc_folder(root)).as_posix().removesuffix(OPEN)
    return max((c.end for c in read_commits(root, crawl_id) if c.filename == name), default=0)


def crawl_of(path: Path) -> str:
    """Return the id of the crawl that writes the file, from its first record; empty if it can't be read or is none."""
    try:
        with path.open("rb") as file:
            for record in read_records(file, 0, path.stat().st_size):
                crawl_id = read_warc_fields(record.read(64 * 1024)).get(CRAWL_FIELD, "")
                return crawl_id if _CRAWL_ID.fullmatch(crawl_id) else ""
    except Damage:
        return ""
    return ""


# ---------------------------------------------------------------- commits


def commits_path(root: Path, crawl_id: str) -> Path:
    """Return the path of the list of what a crawl has committed.

    Raises:
        UsageError: the id can't be a folder's name.
    """
    if not _CRAWL_ID.fullmatch(crawl_id):
        raise UsageError(
            f"{crawl_id!r} can't be a crawl's id", next_step="Use letters, digits, '.', '_' and '-'"
        )
    return root / "crawls" / crawl_id / "commits.jsonl"


def read_commits(root: Path, crawl_id: str) -> Iterator[Commit]:
    """Yield what the crawl has committed so far, in order. A last line that is cut is left out."""
    try:
        text = commits_path(root, crawl_id).read_bytes()
    except FileNotFoundError:
        return
    for line in text[: text.rfind(b"\n") + 1].splitlines():
        try:
            row = json.loads(line)
            yield Commit(row["file"], row["offset"], row["length"], tuple(row["records"]))
        except (ValueError, KeyError, TypeError):
            continue  # a line damaged by a crash; the WARC itself says what is there


def commit_lines(commits: Iterable[Commit]) -> bytes:
    """Return the lines for `commits.jsonl`."""
    rows = (
        {"file": c.filename, "offset": c.offset, "length": c.length, "records": c.record_ids} for c in commits
    )
    return "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows).encode()


def append_lines(path: Path, lines: bytes, *, durable: bool = False) -> None:
    """Append whole lines; a cut line that a crash left is cut away first; on an error nothing is added.

    Raises:
        OSError: it can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        end = os.fstat(fd).st_size
        if end and os.pread(fd, 1, end - 1) != b"\n":
            tail = os.pread(fd, min(end, 1 << 20), max(0, end - (1 << 20)))
            end -= len(tail) - (tail.rfind(b"\n") + 1)
            os.ftruncate(fd, end)
        try:
            write_all(fd, lines, end)
            if durable:
                os.fsync(fd)
        except BaseException:
            os.ftruncate(fd, end)
            raise
    finally:
        os.close(fd)


def write_all(fd: int, data: bytes | memoryview, offset: int) -> None:
    """Write all of `data` at `offset`, however many calls it takes."""
    view = memoryview(data)
    while view:
        done = os.pwrite(fd, view, offset)
        view = view[done:]
        offset += done


# ---------------------------------------------------------------- MANIFEST


def read_manifest(root: Path) -> dict[str, str]:
    """Return the SHA-256 in hex by path relative to the archive, in the file's order; a cut last line is left out."""
    try:
        text = (root / MANIFEST).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return {}
    return parse_manifest(text)


def parse_manifest(text: str) -> dict[str, str]:
    """Return what the text of a MANIFEST says, as `read_manifest` does."""
    whole = text[: text.rfind("\n") + 1].splitlines()
    return {found[2]: found[1] for line in whole if (found := _LINE.fullmatch(line))}


def manifest_gaps(root: Path) -> list[int]:
    """Return the numbers of the lines of MANIFEST that can't be read, from 1; a cut last line is one of them."""
    try:
        text = (root / MANIFEST).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return []
    lines = text.splitlines()
    cut = [len(lines)] if text and not text.endswith("\n") else []
    return sorted({*cut, *(n for n, line in enumerate(lines, 1) if line and not _LINE.fullmatch(line))})


def add_to_manifest(root: Path, sums: Mapping[str, str]) -> None:
    """Append lines that `sha256sum -c MANIFEST` understands, and make them durable."""
    append_lines(root / MANIFEST, _manifest_lines(sums), durable=True)


def write_manifest(root: Path, sums: Mapping[str, str]) -> None:
    """Replace MANIFEST at once."""
    replace_file(root / MANIFEST, _manifest_lines(sums))


def _manifest_lines(sums: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()


def replace_file(path: Path, data: bytes) -> None:
    """Replace `path` so that a reader, and a crash, sees the old bytes or the new ones, never a mix."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a path to write to: it takes the place of `path` when all went well, and is gone otherwise.

    Several processes may do so at once; the last one's file stays.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    """Return SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(path: Path) -> None:
    """Make renames in the folder durable."""
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def seal_path(path: Path, final: Path) -> None:
    """Give a file its final name, durably; never over another file."""
    if final.exists():
        raise FileExistsError(errno.EEXIST, "a file of this name is there already", str(final))
    path.rename(final)
    sync_folder(final.parent)


def check_room(folder: Path, need: int) -> None:
    """Make sure that a folder of the archive can be written, before anything is fetched; it is made if it isn't there.

    Args:
        need: Bytes that must be free.

    Raises:
        ArchiveNotWritableError: read-only, gone, or too little space; says how much is needed.
    """
    probe = folder / f".probe-{os.getpid()}-{secrets.token_hex(3)}"
    try:
        folder.mkdir(exist_ok=True)
        probe.write_bytes(b"newsarchive\n")
        probe.unlink()
        room = os.statvfs(folder)
    except OSError as error:
        raise not_writable(error, folder) from error
    free = room.f_bavail * room.f_frsize
    if free < need:
        raise ArchiveNotWritableError(
            f"only {free / 1e6:.1f} MB are free and {need / 1e6:.1f} MB are needed",
            where=str(folder),
            next_step="Make room, or move the archive to a larger disk",
        )


def not_writable(error: OSError, path: Path, need: int = 0) -> ArchiveNotWritableError:
    """Return the error for a write that failed, with the path and the bytes that were wanted."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "the disk is full" if full else f"the archive can't be written: {error.strerror or error}"
    if full and error.errno == errno.EFBIG:
        what = "the file can't grow further (limit of the file system or process)"
    if need:
        what += f"; {need} bytes were to be written"
    step = "Make room, then run the command again; nothing that was committed is lost"
    return ArchiveNotWritableError(
        what, where=str(path), next_step=step if full else "Check the folder and its permissions"
    )
