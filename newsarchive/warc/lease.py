"""Which machine works on a shard, where no file system with locks is shared: `lease.json` in the shard's place.

It is replaced by compare-and-swap alone, and each renewal changes it. Whoever wants it watches it: if it stays the same
for as long as it holds, by the watcher's own clock, its holder is gone, and it may be taken; no two clocks are compared.
Each taking has the next number, the fence, which the place's list of files keeps: a holder that was frozen and wakes up
after it was replaced can add nothing to that list. Tested in tests/warc/test_lease.py.
"""

from __future__ import annotations

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace

from newsarchive.errors import ArchiveLockedError
from newsarchive.plan import decode
from newsarchive.warc.places import PlaceError, StoragePlace
from newsarchive.warc.uploading import FileList, change_list

NAME = "lease.json"
SECONDS = 60.0  # without renewal, after which a holder counts as gone
RENEWALS = 4  # in that time
LOOKS = 20  # in that time, of who waits for it


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaseState:
    """What `lease.json` says."""

    holder: str = ""  # empty: it is free
    fence: int = 0  # how often it was taken
    beat: int = 0  # how often it was renewed since
    seconds: float = SECONDS


class Lease:
    """The right to work on a shard, held by this object.

    Args:
        place: The shard's.
        seconds: Without renewal, after which others may take it.
        wait: Seconds to wait for a holder that is alive.

    Raises:
        ArchiveLockedError: another machine has it.
        PlaceError: the place can't be reached.
    """

    def __init__(self, place: StoragePlace, *, seconds: float = SECONDS, wait: float = 0.0) -> None:
        self._place = place
        self._guard = threading.Lock()
        self._taken(f"{socket.gethostname()} {os.getpid()} {os.urandom(4).hex()}", seconds, wait)
        fence = self.fence
        change_list(place, fence, lambda held: FileList(files=held.files, fence=fence))

    def _taken(self, holder: str, seconds: float, wait: float) -> None:
        began = since = time.monotonic()
        first = seen = self._load()
        while True:
            held, tag = seen
            if not held.holder or time.monotonic() - since >= held.seconds:
                self._state, self._tag, self._until = held, tag, 0.0
                if self._swap(LeaseState(holder=holder, fence=held.fence + 1, seconds=seconds)):
                    return
            elif seen != first and time.monotonic() - began >= wait:
                raise ArchiveLockedError(
                    f"another machine works on it: {held.holder}",
                    where=self._place.url,
                    next_step="Run it again when that one has ended, or stop that one first",
                )
            time.sleep(held.seconds / LOOKS)
            if (now := self._load()) != seen:
                seen, since = now, time.monotonic()

    @property
    def fence(self) -> int:
        """The number of this taking, from 1."""
        return self._state.fence

    def check(self) -> None:
        """Check that nobody else can have it by now.

        Raises:
            ArchiveLockedError: it wasn't renewed in time, or is lost.
        """
        if time.monotonic() >= self._until:
            raise ArchiveLockedError(
                "this machine lost its lease; another one may work on it", where=self._place.url
            )

    def renew(self) -> None:
        """Hold it for its time again.

        Raises:
            ArchiveLockedError: it is lost.
            PlaceError: the place can't be reached; it may be tried again.
        """
        if not self._swap(replace(self._state, beat=self._state.beat + 1)):
            self._until = 0.0
            self.check()

    def release(self) -> None:
        """Let others have it at once; nothing if it is lost."""
        self._swap(LeaseState(fence=self.fence))
        self._until = 0.0

    def _swap(self, fresh: LeaseState) -> bool:
        began = time.monotonic()
        with self._guard:
            tag = self._place.swap(NAME, json.dumps(asdict(fresh)).encode(), self._tag)
            if tag is not None:
                self._state, self._tag, self._until = fresh, tag, began + fresh.seconds
        return tag is not None

    def _load(self) -> tuple[LeaseState, str]:
        found = self._place.load(NAME)
        if found is None:
            return LeaseState(), ""
        try:
            return decode(LeaseState, json.loads(found[0])), found[1]
        except ValueError as error:
            raise PlaceError("the lease can't be read; delete it", f"{self._place.url}/{NAME}") from error


@contextmanager
def leased(place: StoragePlace, *, seconds: float = SECONDS, wait: float = 0.0) -> Iterator[Lease]:
    """Hold the lease of a place, renewed by a thread, and release it in the end; raises as `Lease`."""
    lease, done = Lease(place, seconds=seconds, wait=wait), threading.Event()

    def keep() -> None:
        while not done.wait(seconds / RENEWALS):
            try:
                lease.renew()
            except ArchiveLockedError:
                return
            except PlaceError:
                continue

    thread = threading.Thread(target=keep, name="lease", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        done.set()
        thread.join()
        lease.release()
