"""`purged.jsonl` in a place, beside the WARC files: what one machine purges, those that share the place purge, too.

A line that either side has, both have in the end; none is ever removed. Without it, a machine that takes an archive over
would fetch a purged page again. Never touches WARC files. Tested in tests/warc/test_uploading.py.
"""

from __future__ import annotations

from pathlib import Path

from newsarchive.errors import ArchiveDamagedError, UsageError
from newsarchive.plan import decode
from newsarchive.text import load_json
from newsarchive.warc import files
from newsarchive.warc.places import PlaceError, StoragePlace
from newsarchive.warc.tombstone import Purge, read_purges

TRIES = 20  # of replacing the list while other processes do so


def send_purges(root: Path, place: StoragePlace) -> None:
    """Add to the place's list what was purged here.

    Raises:
        ArchiveDamagedError: the place's list can't be read.
        ConfigError: this archive's can't.
        PlaceError: the place can't be reached, or others were faster each time.
    """
    mine = _own(root)
    for _ in range(TRIES if mine else 0):
        there, tag = _listed(place)
        if set(mine) <= set(there) or place.swap(files.PURGED, _in_order([*there, *mine]), tag) is not None:
            return
    if mine:
        raise PlaceError("others replace the list of purges all the time", f"{place.url}/{files.PURGED}")


def take_purges(root: Path, place: StoragePlace) -> None:
    """Add to this archive's list what was purged elsewhere; the next ingest forgets it. The caller holds the lock.

    Raises:
        As `send_purges`.
    """
    mine, (there, _) = _own(root), _listed(place)
    if not set(there) <= set(mine):
        files.replace_file(root / files.PURGED, _in_order([*mine, *there]))


def _own(root: Path) -> list[bytes]:
    return _lines((root / files.PURGED).read_bytes()) if read_purges(root) else []


def _listed(place: StoragePlace) -> tuple[list[bytes], str]:
    """The lines of the place's list, and the tag of its state."""
    data, tag = place.load(files.PURGED) or (b"", "")
    try:
        for purge in map(_purge, _lines(data)):
            if purge.file and not files.is_name(purge.file):
                raise ValueError(f"{purge.file!r} can't be a WARC file's name")
    except (ValueError, TypeError, LookupError, AttributeError, UsageError) as error:
        where = f"{place.url}/{files.PURGED}"
        raise ArchiveDamagedError(
            f"the place's list of purges can't be read: {error}", where=where
        ) from error
    return _lines(data), tag


def _lines(data: bytes) -> list[bytes]:
    """The whole lines; one that was cut off isn't in force."""
    return [line for line in data.split(b"\n")[:-1] if line.strip()]


def _purge(line: bytes) -> Purge:
    purge: Purge = decode(Purge, load_json(line))
    return purge


def _in_order(lines: list[bytes]) -> bytes:
    """Each line once, by time: one that takes a purge back comes after it."""
    return b"".join(line + b"\n" for line in sorted(dict.fromkeys(lines), key=lambda line: _purge(line).at))
