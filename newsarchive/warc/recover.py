"""Repair what a crash left: cut torn tails off, seal files that were being written, complete MANIFEST.

Whoever calls it holds `warc.lock`, so every `.open` file was left by a process that ended, or waits
between two crawls of a watch, which then begins another. Only bytes after the last whole exchange are
cut, and they are kept beside the file. A second run finds nothing to do.
Tested in tests/warc/test_recover.py and test_crash.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import ArchiveLockedError, ArchiveNotWritableError
from newsarchive.locks import warc_lock
from newsarchive.warc import files
from newsarchive.warc.files import OPEN, SUFFIX, not_writable
from newsarchive.warc.record_reader import Damage
from newsarchive.warc.tombstone import finish_purges
from newsarchive.warc.verify_records import walk
from newsarchive.warc.writer import PARKED, forget_parked, is_held, is_parked


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What was done to one file. Bytes."""

    filename: str  # final name, relative to warc/; or MANIFEST
    kept: int  # length of what is whole
    cut: int = 0  # length of the tail that was moved aside
    tail: str = ""  # name of the file that holds it
    reason: str = ""
    lost: int = 0  # bytes that were recorded as committed and aren't whole: the disk lost them

    def to_text(self) -> str:
        """Return one line for people."""
        text = f"{self.filename}: {self.reason}; {self.kept} bytes kept"
        if self.cut:
            text += f", {self.cut} bytes moved to {self.tail}"
        if self.lost:
            text += f"; {self.lost} of them HAD BEEN COMMITTED, the disk has lost them"
        return text


def recover(root: Path, *, wait: float = 0.0) -> tuple[Recovered, ...]:
    """Take the lock and repair the archive.

    Raises:
        ArchiveLockedError: another process writes.
        ArchiveNotWritableError: the repair can't be written.
    """
    with warc_lock(root, wait=wait):
        try:
            return recover_files(root)
        except OSError as error:
            raise not_writable(error, root) from error


def seal_parked(root: Path) -> None:
    """Seal the files that a run left for the day's next run; nothing where there are none, or a process writes."""
    if (files.warc_folder(root) / PARKED).exists():
        with suppress(ArchiveLockedError, ArchiveNotWritableError):
            recover(root)


def seal_left_behind(root: Path) -> tuple[Recovered, ...]:
    """Seal what killed runs left open, so that what it holds counts as fetched before the next run is planned.

    Nothing is done while a process writes, or where the repair can't be written: the next run's own recovery says so.
    """
    folder = files.warc_folder(root)
    if all(is_held(path) for path in folder.glob(f"*{SUFFIX}{OPEN}")):
        return ()
    with suppress(ArchiveLockedError, ArchiveNotWritableError, OSError), warc_lock(root):
        left = sorted(path for path in folder.glob(f"*{SUFFIX}{OPEN}") if not is_held(path))
        return tuple(_seal(root, path) for path in left)
    return ()


def recover_files(root: Path, *, but: Collection[Path] = ()) -> tuple[Recovered, ...]:
    """Repair as `recover` does, for a caller that holds the lock.

    Args:
        but: Open files that the caller goes on writing.
    """
    folder = files.warc_folder(root)
    done: list[Recovered] = []
    for path in sorted({*folder.glob(f"*{SUFFIX}{OPEN}")}.difference(but)):
        done.append(_seal(root, path))
    forget_parked(root)
    for path in [*folder.glob("imported/*.part"), *folder.glob(".probe-*"), *folder.glob("**/*.new")]:
        path.unlink()  # copies that were never finished; the original is elsewhere
    done += _mend_manifest(root, folder)
    for name in finish_purges(root):
        done.append(
            Recovered(
                filename=name, kept=(folder / name).stat().st_size, reason="a purge was carried to its end"
            )
        )
    return tuple(done)


def good_end(path: Path) -> tuple[int, Damage | None]:
    """Return where the last whole exchange of a file of ours ends, and what is wrong behind it."""
    end, size = 0, path.stat().st_size
    with path.open("rb") as file:
        try:
            for seen in walk(file, 0, size, digests=True):
                if seen.wrong:
                    return end, Damage("bad-digest", seen.offset, seen.wrong[0])
                if seen.closes:
                    end = seen.end
        except Damage as damage:
            return end, damage
    return end, None


def _seal(root: Path, path: Path) -> Recovered:
    size = path.stat().st_size
    committed = files.committed_size(root, path)
    end, damage = good_end(path)
    tail = f"{path.name.removesuffix(OPEN)}.tail-{end}" if end < size else ""
    if tail:
        _keep_tail(path, end, path.with_name(tail))
    reason = "left open by a run that ended early"
    if is_held(path):
        reason = f"left open between two {'runs of a day' if is_parked(path) else 'crawls of a watch'}"
    if damage is not None:
        reason += f" (at {damage.offset}: {damage.text})"
    if end:
        with path.open("r+b") as file:
            file.truncate(end)
            os.fsync(file.fileno())
        final = path.with_name(path.name.removesuffix(OPEN))
        files.seal_path(path, final)
        files.add_to_manifest(root, {final.relative_to(root).as_posix(): files.sha256_of(final)})
    else:  # not one whole record; the tail holds all there is
        path.unlink()
        files.sync_folder(path.parent)
    return Recovered(
        filename=path.name.removesuffix(OPEN),
        kept=end,
        cut=size - end,
        tail=tail,
        reason=reason,
        lost=max(committed - end, 0),
    )


def _keep_tail(path: Path, start: int, tail: Path) -> None:
    """Copies what is in the file from `start` on into `tail`, durably; an unfinished copy of an earlier try is replaced."""
    fresh = tail.with_name(tail.name + ".new")
    with path.open("rb") as source, fresh.open("wb") as file:
        source.seek(start)
        shutil.copyfileobj(source, file, 1 << 20)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(tail)
    files.sync_folder(tail.parent)


def _mend_manifest(root: Path, folder: Path) -> list[Recovered]:
    """Adds the lines of sealed files that have none."""
    known = files.read_manifest(root)
    done: list[Recovered] = []
    for path in sorted([*folder.glob(f"*{SUFFIX}"), *folder.glob(f"imported/*{SUFFIX}")]):
        name = path.relative_to(root).as_posix()
        if name not in known:
            files.add_to_manifest(root, {name: files.sha256_of(path)})
            done.append(
                Recovered(
                    filename=path.relative_to(folder).as_posix(),
                    kept=path.stat().st_size,
                    reason="added to MANIFEST",
                )
            )
    return done
