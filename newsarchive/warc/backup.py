"""A consistent copy of an archive, also while a crawl writes to it.

The index comes first, through its own way of copying, then the WARCs: so no row of the copy points to
bytes that the copy lacks. A second backup into the same folder copies only what is new or changed.
It never writes into the archive. Tested in tests/warc/test_backup.py.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import UsageError
from newsarchive.warc import files
from newsarchive.warc.files import WarcFile, check_room, not_writable

PIECE = 1 << 20
SMALL = ("newsarchive.toml", "decisions.jsonl", "imports.jsonl", files.PURGED)
FOLDERS = ("sources", "crawls")


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
    progress: Callable[[int, int], None] | None = None,
) -> BackupReport:
    """Copy the archive in `root` to `dest`.

    Args:
        copy_index: Called first, with `dest`; copies index.db and state.db.
        progress: Called with bytes done and bytes in all, after each file.

    Raises:
        UsageError: `dest` is inside the archive, or holds something that is no backup.
        ArchiveNotWritableError: the copy can't be written.
    """
    _check_place(root, dest)
    try:
        files.warc_folder(dest).mkdir(parents=True, exist_ok=True)
        if copy_index is not None:
            copy_index(dest)
        _copy_small(root, dest)
        listed = files.list_files(root)
        check_room(dest, sum(f.size for f in listed) - sum(f.size for f in files.list_files(dest)))
        return _copy_warcs(root, dest, listed, progress)
    except OSError as error:
        raise not_writable(error, dest) from error


def _check_place(root: Path, dest: Path) -> None:
    here, there = root.resolve(), dest.resolve()
    if there == here or there.is_relative_to(here) or here.is_relative_to(there):
        raise UsageError("a backup can't be inside the archive, nor around it", where=str(dest))
    if dest.exists() and any(dest.iterdir()) and not (dest / files.MANIFEST).is_file():
        raise UsageError(
            "the folder isn't empty and is no backup", where=str(dest), next_step="Name a new folder"
        )


def _copy_small(root: Path, dest: Path) -> None:
    for name in SMALL:
        if (root / name).is_file():
            files.replace_file(dest / name, (root / name).read_bytes())
    for name in FOLDERS:
        if (root / name).is_dir():
            shutil.copytree(root / name, dest / name, dirs_exist_ok=True)
    for tail in files.warc_folder(root).glob("*.tail-*"):
        shutil.copy2(tail, files.warc_folder(dest) / tail.name)


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
            sums[name] = _copy(files.find_path(root, item.filename), target, item.size)
            copied += item.size
            if not item.is_open and stated.get(name, sums[name]) != sums[name]:
                problems.append(f"{name}: SHA-256 is {sums[name]}, MANIFEST says {stated[name]}")
        if progress is not None:
            progress(copied + reused, sum(f.size for f in listed))
    files.write_manifest(dest, sums)
    return BackupReport(files=len(sums), copied=copied, reused=reused, problems=tuple(problems))


def _copy(source: Path, target: Path, size: int) -> str:
    """Copies the first `size` bytes, durably and at once in place; their SHA-256 in hex."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    fresh = target.with_name(target.name + ".new")
    with source.open("rb") as file, fresh.open("wb") as out:
        left = size
        while left and (piece := file.read(min(PIECE, left))):
            out.write(piece)
            digest.update(piece)
            left -= len(piece)
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(target)
    files.sync_folder(target.parent)
    return digest.hexdigest()
