"""A consistent copy of an archive, also while a crawl writes to it.

The index comes first, through its own way of copying, then the WARCs: so no row of the copy points to
bytes that the copy lacks; what was written meanwhile the caller indexes in the copy. The file BACKUP in the copy says
whether it is whole. A second backup into the same folder copies only what is new or changed, also after one that was
cut short. It never writes into the archive. Tested in tests/warc/test_backup.py.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from newsarchive.errors import UsageError
from newsarchive.text import load_json
from newsarchive.warc import files
from newsarchive.warc.files import WarcFile, check_room, not_writable
from newsarchive.warc.tombstone import finish_purges

PIECE = 1 << 20
FOLDERS = ("sources", "crawls", "signatures")
MARK = "BACKUP"  # a file of the copy: {"whole": true} or false
NOT_COPIED = (
    files.MANIFEST,
    MARK,
)  # beside databases, locks and temporary files; both are written for the copy


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupReport:
    """What was copied. Bytes."""

    files: int  # WARC files in the copy
    copied: int  # bytes of WARC copied now
    reused: int  # bytes that were there from an earlier backup
    problems: tuple[str, ...]  # files whose bytes aren't those of MANIFEST


def backup(
    root: Path,
    dest: Path,
    *,
    copy_index: Callable[[Path], None] | None = None,
    finish: Callable[[Path], Sequence[str]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> BackupReport:
    """Copy the archive in `root` to `dest`.

    Args:
        copy_index: Called first, with `dest`; copies index.db and state.db.
        finish: Called last, before the copy says that it is whole; returns further problems.
        progress: Called with bytes done and bytes in all, after each file.

    Raises:
        UsageError: `dest` is inside the archive, or holds something that is no backup.
        ArchiveNotWritableError: the copy can't be written.
    """
    _check_place(root, dest)
    try:
        files.warc_folder(dest).mkdir(parents=True, exist_ok=True)
        _mark(dest, is_whole=False)
        if copy_index is not None:
            copy_index(dest)
        _copy_small(root, dest)
        listed = files.list_files(root)
        check_room(
            files.warc_folder(dest), sum(f.size for f in listed) - sum(f.size for f in files.list_files(dest))
        )
        report = _copy_warcs(root, dest, listed, progress)
        _copy_small(root, dest)  # a purge, a decision meanwhile
        finish_purges(dest)
        if finish is not None:
            report = replace(report, problems=(*report.problems, *finish(dest)))
        _mark(dest, is_whole=True)
        return report
    except OSError as error:
        raise not_writable(error, dest) from error


def _check_place(root: Path, dest: Path) -> None:
    here, there = root.resolve(), dest.resolve()
    if there == here or there.is_relative_to(here) or here.is_relative_to(there):
        raise UsageError("a backup can't be inside the archive, nor around it", where=str(dest))
    if dest.exists() and any(dest.iterdir()) and is_backup_whole(dest) is None:
        raise UsageError(
            "the folder isn't empty and is no backup", where=str(dest), next_step="Name a new folder"
        )


def is_backup_whole(folder: Path) -> bool | None:
    """Whether the backup in a folder was finished; None if it is no backup."""
    try:
        return bool(load_json((folder / MARK).read_bytes())["whole"])
    except FileNotFoundError:
        return None
    except (ValueError, LookupError, TypeError):
        return False


def _mark(dest: Path, *, is_whole: bool) -> None:
    files.replace_file(dest / MARK, (json.dumps({"whole": is_whole}) + "\n").encode())


def _copy_small(root: Path, dest: Path) -> None:
    """All that is no database, lock or WARC, as far as it isn't there already."""
    found = [*root.glob("*"), *(p for name in FOLDERS for p in (root / name).rglob("*"))]
    for path in [*found, *files.warc_folder(root).glob("*.tail-*")]:
        if path.name in NOT_COPIED or path.suffix in (".new", ".lock") or ".db" in path.suffix:
            continue
        with contextlib.suppress(FileNotFoundError):  # a crawl that writes renames its files
            if path.is_file() and not path.name.startswith(".probe-"):
                _copy_one(path, dest / path.relative_to(root))


def _copy_one(path: Path, target: Path) -> None:
    stated = path.stat()
    if target.is_file() and (target.stat().st_size, target.stat().st_mtime_ns) == (
        stated.st_size,
        stated.st_mtime_ns,
    ):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".new")
    shutil.copy2(path, fresh)
    fresh.replace(target)


def _copy_warcs(
    root: Path, dest: Path, listed: list[WarcFile], progress: Callable[[int, int], None] | None
) -> BackupReport:
    stated, there = files.read_manifest(root), files.read_manifest(dest)
    sums: dict[str, str] = {}
    problems: list[str] = []
    copied = reused = 0
    for item in listed:
        name = f"warc/{item.filename}"
        target = dest / name
        if item.size == 0:
            continue
        is_there = target.is_file() and target.stat().st_size == item.size
        if is_there and not item.is_open and there.get(name) == stated.get(name, "?"):
            sums[name] = there[name]
            reused += item.size
        else:
            sums[name] = _copy(root, item, target)
            copied += item.size
            files.add_to_manifest(dest, {name: sums[name]})  # a backup that is cut short can go on from here
            if not item.is_open and stated.get(name, sums[name]) != sums[name]:
                problems.append(f"{name}: SHA-256 is {sums[name]}, MANIFEST says {stated[name]}")
        if progress is not None:
            progress(copied + reused, sum(f.size for f in listed))
    files.write_manifest(dest, sums)
    return BackupReport(files=len(sums), copied=copied, reused=reused, problems=tuple(problems))


def _copy(root: Path, item: WarcFile, target: Path) -> str:
    """Copies what is committed of a file, durably and at once in place; its SHA-256 in hex."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    fresh = target.with_name(target.name + ".new")
    with files.open_warc(root, item.filename) as file, fresh.open("wb") as out:
        left = item.size
        while left and (piece := file.read(min(PIECE, left))):
            out.write(piece)
            digest.update(piece)
            left -= len(piece)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(target)
    files.sync_folder(target.parent)
    return digest.hexdigest()
