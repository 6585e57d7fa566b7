"""Sealed WARC files put into a place, each once and checked by reading it back; then the local copy may go.

The place has a list of its files (`files.json`), replaced by compare-and-swap: what isn't in it doesn't count as
uploaded, so that a machine that lost its lease (lease.py) can add nothing, and one that takes an archive over
knows what there is. Files that are being written, the index and the state never go there. Done twice, or cut off and
begun again, it leaves the same. Tested in tests/warc/test_uploading.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from newsarchive.errors import ArchiveDamagedError, ArchiveLockedError, NewsarchiveError, UsageError
from newsarchive.locks import LockFile, warc_lock
from newsarchive.warc import files
from newsarchive.warc.placed_files import UPLOADED, PlacedFile, placed_files
from newsarchive.warc.places import NameTakenError, PlaceError, StoragePlace, place_at
from newsarchive.warc.shared_purges import send_purges, take_purges

LIST = "files.json"  # in a place
LOCK = "upload.lock"
TRIES = 20  # of replacing the list while other processes do so


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadReport:
    """What was put into the place, in files and bytes."""

    uploaded: int
    size: int  # bytes uploaded now
    there: int  # files that were in the place before
    dropped: int  # local copies that were removed
    problems: tuple[str, ...]  # files that couldn't be uploaded, and why

    def to_text(self) -> str:
        """Return one line for people."""
        return (
            f"{self.uploaded} files uploaded ({self.size / 1e6:.1f} MB), {self.there} were there, "
            f"{self.dropped} local copies removed"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileList:
    """The list of a place: bytes and SHA-256 by name, and the number of the last lease."""

    files: Mapping[str, tuple[int, str]]
    fence: int = 0


def upload(
    root: Path,
    url: str,
    *,
    drop_local: bool = False,
    fence: int = 0,
    wait: float = 0.0,
    progress: Callable[[int, int], None] | None = None,
) -> UploadReport:
    """Put every sealed file of the archive into the place.

    Args:
        url: The place's address.
        drop_local: Whether to remove what is in the place from this disk.
        fence: The number of the lease under which this is done; 0 = without one.
        progress: Called with bytes done and bytes in all, after each file.

    Raises:
        ArchiveLockedError: another process uploads, or a later lease has this archive.
        PlaceError: the place can't be reached; what was done is kept.
        UsageError: `url` is no place.
    """
    place = place_at(url)
    with closing(LockFile(root / LOCK, wait=wait)):
        read_list(place, fence)
        send_purges(root, place)
        sums, here = files.read_manifest(root), _here(root)
        done = size = there = dropped = 0
        problems = []
        for name, path in here.items():
            try:
                if _put(root, place, name, path, sums.get(f"warc/{name}", ""), fence):
                    done, size = done + 1, size + path.stat().st_size
                else:
                    there += 1
                dropped += drop_local and _drop(root, name, path, wait)
            except (NameTakenError, ArchiveDamagedError) as error:
                problems.append(
                    str(error) if isinstance(error, NewsarchiveError) else f"{name}: {error.strerror}"
                )
            if progress is not None:
                progress(done + there, len(here))
    return UploadReport(uploaded=done, size=size, there=there, dropped=dropped, problems=tuple(problems))


def _here(root: Path) -> dict[str, Path]:
    """The sealed files on this disk."""
    folder = files.warc_folder(root)
    listed = [item.filename for item in files.list_files(root) if not item.is_open]
    return {name: folder / name for name in listed if (folder / name).is_file()}


def _put(root: Path, place: StoragePlace, name: str, path: Path, sha256: str, fence: int) -> bool:
    """Whether the file wasn't in the place."""
    known = placed_files(root).get(name)
    if known is not None and (known.place, known.sha256) == (place.url, sha256):
        return False
    if files.sha256_of(path) != sha256:
        raise ArchiveDamagedError(
            "its bytes aren't those of MANIFEST; it wasn't uploaded",
            where=name,
            next_step="Run `newsarchive verify`",
        )
    try:
        place.put(name, path, sha256, replaces=known is not None and known.place == place.url)
    except NameTakenError:  # by an upload that was cut off, perhaps
        found = place.stored(name)
        if found is None or found.size != path.stat().st_size or found.sha256 not in ("", sha256):
            raise NameTakenError("other bytes have this name in the place", f"{place.url}/{name}") from None
    if place.sha256_of(name) != sha256:
        raise ArchiveDamagedError("other bytes came back than were uploaded", where=f"{place.url}/{name}")
    placed = PlacedFile(file=name, size=path.stat().st_size, sha256=sha256, place=place.url)
    _add(place, placed, fence)
    files.append_lines(root / UPLOADED, placed.to_line(), durable=True)
    return True


def _drop(root: Path, name: str, path: Path, wait: float) -> bool:
    """Remove the local copy, unless a purge rewrote it meanwhile."""
    with warc_lock(root, wait=wait):
        placed, stated = placed_files(root).get(name), files.read_manifest(root).get(f"warc/{name}")
        if placed is None or placed.sha256 != stated:
            return False
        path.unlink()
        files.sync_folder(path.parent)
    return True


def check_fence(root: Path, names: Iterable[str], fence: int) -> None:
    """Check that this process may replace these files where they are in a place.

    Args:
        fence: The number of the lease under which this is done; 0 = without one.

    Raises:
        ArchiveLockedError: a later lease has this archive.
        PlaceError: a place can't be reached.
    """
    placed = placed_files(root)
    for url in sorted({placed[name].place for name in names if name in placed}):
        read_list(place_at(url), fence)


def replace_uploaded(root: Path, *, fence: int = 0, wait: float = 0.0) -> None:
    """Put files that a purge rewrote into their places again, over what is there, and the list of purges beside them.

    Raises:
        ArchiveLockedError: as `check_fence`; the next `upload` does it.
        PlaceError: a place can't be reached; the next `upload` does it.
    """
    placed = placed_files(root)
    if not placed:
        return
    with closing(LockFile(root / LOCK, wait=wait)):
        for url in sorted({one.place for one in placed.values()}):
            send_purges(root, place_at(url))
        sums = files.read_manifest(root)
        for name, path in _here(root).items():
            if name in placed and placed[name].sha256 != sums[f"warc/{name}"]:
                _put(root, place_at(placed[name].place), name, path, sums[f"warc/{name}"], fence)


def bring_back(root: Path, name: str) -> None:
    """Copy a file from its place into the archive, if it isn't there.

    Raises:
        ArchiveDamagedError: other bytes came than were put there.
        PlaceError: the place can't be reached.
    """
    target = files.warc_folder(root) / name
    if target.exists():
        return
    placed = placed_files(root)[name]
    target.parent.mkdir(exist_ok=True)
    with files.open_local(root, name) as copy, files.whole_file(target) as draft:
        if files.sha256_of(Path(copy.name)) != placed.sha256:
            raise ArchiveDamagedError(
                "other bytes came back than were uploaded", where=f"{placed.place}/{name}"
            )
        draft.write_bytes(copy.read())


# ---------------------------------------------------------------- the list of a place


def read_list(place: StoragePlace, fence: int | None = None) -> FileList:
    """Return the list of a place; an empty one if there is none.

    Args:
        fence: The number of the caller's lease. None = it only reads.

    Raises:
        ArchiveLockedError: a later lease has the archive.
        ArchiveDamagedError: the list can't be read.
    """
    return _read(place, fence)[0]


def _read(place: StoragePlace, fence: int | None) -> tuple[FileList, str]:
    found = place.load(LIST)
    if found is None:
        return FileList(files={}), ""
    try:
        row = json.loads(found[0])
        held = FileList(
            files={str(name): (int(size), str(sha)) for name, (size, sha) in row["files"].items()},
            fence=int(row["fence"]),
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ArchiveDamagedError(
            "the place's list of files can't be read", where=f"{place.url}/{LIST}"
        ) from error
    if fence is not None and held.fence > fence:
        raise ArchiveLockedError(
            f"another machine has taken this archive over (lease {held.fence}, this one has {fence})"
            if fence
            else f"machines work on this archive under a lease (the last was {held.fence}), and this process has none",
            where=place.url,
            next_step="Run `newsarchive fleet run --once`, which takes the lease, or run it again when it is free",
        )
    return held, found[1]


def change_list(place: StoragePlace, fence: int, change: Callable[[FileList], FileList]) -> FileList:
    """Replace the list by what `change` makes of it, in one step, and return it; tried again if another was faster.

    Raises:
        As `read_list`; PlaceError: others were faster each time.
    """
    for _ in range(TRIES):
        held, tag = _read(place, fence)
        fresh = change(held)
        if (
            place.swap(LIST, json.dumps({"fence": fresh.fence, "files": fresh.files}).encode(), tag)
            is not None
        ):
            return fresh
    raise PlaceError("others replace the list of files all the time", f"{place.url}/{LIST}")


def _add(place: StoragePlace, placed: PlacedFile, fence: int) -> None:
    entry = {placed.file: (placed.size, placed.sha256)}
    change_list(place, fence, lambda held: FileList(files={**held.files, **entry}, fence=held.fence))


def adopt(root: Path, url: str, *, wait: float = 0.0) -> int:
    """Enter the files that the place lists and this archive doesn't have: those of a machine that was lost, say.

    What another machine purged is purged here: its list is taken over, and files that it rewrote are read from the place.

    Returns:
        How many these are.

    Raises:
        ArchiveLockedError: another process uploads.
        PlaceError: the place can't be reached.
        UsageError: `url` is no place.
    """
    place = place_at(url)
    with closing(LockFile(root / LOCK, wait=wait)), warc_lock(root, wait=wait):
        held, known, sums = read_list(place), placed_files(root), files.read_manifest(root)
        listed = [
            PlacedFile(file=name, size=size, sha256=sha256, place=url)
            for name, (size, sha256) in sorted(held.files.items())
        ]
        for one in listed:
            if not files.is_name(one.file):
                raise UsageError(f"{one.file!r} can't be a WARC file's name", where=f"{place.url}/{LIST}")
        take_purges(root, place)
        fresh = [
            o for o in listed if o.file not in known and sums.get(f"warc/{o.file}", o.sha256) == o.sha256
        ]
        rewritten = [o for o in listed if o.file in known and _is_older(known[o.file], o, sums)]
        files.add_to_manifest(
            root, {f"warc/{one.file}": one.sha256 for one in fresh if f"warc/{one.file}" not in sums}
        )
        for one in rewritten:
            (files.warc_folder(root) / one.file).unlink(missing_ok=True)
        if rewritten:
            files.write_manifest(root, sums | {f"warc/{one.file}": one.sha256 for one in rewritten})
        files.append_lines(root / UPLOADED, b"".join(o.to_line() for o in (*fresh, *rewritten)), durable=True)
    return len(fresh)


def _is_older(known: PlacedFile, listed: PlacedFile, sums: Mapping[str, str]) -> bool:
    """Whether another machine rewrote a file since this one saw it, and this one didn't."""
    stated = sums.get(f"warc/{known.file}")  # that of the place already, if an earlier call was cut short
    return known.sha256 != listed.sha256 and stated in (known.sha256, listed.sha256)
