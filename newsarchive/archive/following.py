"""Following outlets for months: one run after another, what is due next, how it went.

`watch` survives a machine that slept, a network that is gone and a disk that is full: it says so, waits
and goes on. Each run opens the archive again, so that edited settings and sources take effect.
Tested in tests/archive/test_following.py.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsarchive.archive.agenda import ahead, next_moment
from newsarchive.archive.erasing import withheld_keys
from newsarchive.errors import ArchiveDamagedError, ConfigError, NewsarchiveError, NothingFoundError
from newsarchive.languages import counted
from newsarchive.model import Say
from newsarchive.schedule import learning, recheck_policy
from newsarchive.schedule.due import pages_of
from newsarchive.schedule.sd_notify import SystemdNotifier
from newsarchive.schedule.state_db import RunRow, State
from newsarchive.times import Clock, iso_seconds
from newsarchive.urls import key_or_empty

if TYPE_CHECKING:
    from newsarchive.archive.crawling import Collector, OnEvent
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.archive.planning import Wish

MakeClock = Callable[[], Clock]
PATIENCE = (30.0, 900.0)  # seconds to wait after a failed run: first, and at most
SLICE = 60.0  # seconds of a pause after which the machine's clock is read again
JUMP = 120.0  # seconds by which a pause took longer, or less long, than the machine ran: reported
LOCKED = 10.0  # seconds to wait for a locked archive: the crawl of a killed process ends within them


def watch(
    folder: Path,
    *,
    stop: threading.Event,
    say: Say,
    wish: Wish | None = None,
    on_event: OnEvent | None = None,
    make_clock: MakeClock = Clock,
    pause: Callable[[float], bool] | None = None,
    notifier: SystemdNotifier | None = None,
) -> int:
    """Run again and again until `stop` is set; return how many runs there were.

    Args:
        stop: Set it to end after the fetches that are under way.
        say: Gets a line for each run and each failure.
        make_clock: Gives each run its clock.
        pause: Waits so many seconds and returns whether to stop; `stop.wait` by default.
        notifier: Gets word that it is up, alive (at each run and event) and ending.

    Raises:
        ConfigError, NothingFoundError, ArchiveDamagedError: what waiting doesn't mend.
    """
    from newsarchive.archive.crawling import Collector
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.archive.planning import Wish

    wait, notifier = pause or stop.wait, notifier or SystemdNotifier()
    wish = wish or Wish(wait=LOCKED)
    runs, trouble = 0, 0

    def hear(event: dict[str, Any]) -> None:
        notifier.alive()
        if on_event is not None:
            on_event(event)

    with Collector(hear) as collector, _interrupting(collector, stop, notifier):
        while not stop.is_set():
            notifier.alive()
            archive = ArchiveFolder(folder, clock=make_clock())
            try:
                patience = archive.config.schedule.patience
                done = collector.run(archive, replace(wish, due_only=True, patience=patience))
                runs, trouble = runs + 1, 0
                line = f"{iso_seconds(done.crawl.ended_at)} {done.crawl.to_text().splitlines()[0]}"
                say(line)
                notifier.status(line)
                for line in done.notified.lines():
                    say(line)
                pause_for = until_due(archive, make_clock().now())
            except (ConfigError, NothingFoundError, ArchiveDamagedError):
                raise
            except NewsarchiveError as error:
                pause_for = min(PATIENCE[0] * 2**trouble, PATIENCE[1])
                trouble += 1
                say(f"{error} Trying again in {pause_for:.0f} s.")
                notifier.status(f"{error} Trying again in {pause_for:.0f} s.")
            if stop.is_set() or wait(pause_for):
                break
    return runs


class Pause:
    """Waits between two runs, for as long as the machine's clock says: when the machine has slept, or its clock was set
    forward, what fell due meanwhile isn't waited for again. Says so, and that the watch is alive.

    Args:
        wake: Ends a pause when it is set.
        wall: Seconds by the machine's clock, which may be set.
        running: Seconds in which the machine ran.
    """

    def __init__(
        self,
        wake: threading.Event,
        notifier: SystemdNotifier,
        say: Say,
        *,
        wall: Callable[[], float] = time.time,
        running: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wake, self._notifier, self._say, self._wall, self._running = wake, notifier, say, wall, running

    def wait(self, seconds: float) -> None:
        """Wait so long, or until it is woken."""
        wall, running = self._wall(), self._running()
        slice_ = self._notifier.every or SLICE
        while (left := seconds - max(self._wall() - wall, self._running() - running)) > 0:
            if self._wake.wait(min(left, slice_, SLICE)):
                break
            self._notifier.alive()
        jump = (self._wall() - wall) - (self._running() - running)
        if abs(jump) >= JUMP:
            far = timedelta(seconds=round(abs(jump)))
            what = (
                f"slept for {far}, or its clock was set forward"
                if jump > 0
                else f"set its clock back by {far}"
            )
            self._say(f"The machine {what}: going on with what is due.")


class _interrupting:
    """While open, setting `stop` also interrupts the crawl that is under way."""

    def __init__(self, collector: Collector, stop: threading.Event, notifier: SystemdNotifier) -> None:
        self._collector, self._stop, self._notifier, self._done = collector, stop, notifier, False
        self._thread = threading.Thread(target=self._listen, name="stop", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()
        self._notifier.ready()

    def __exit__(self, *_: object) -> None:
        self._done = True
        self._stop.set()
        self._thread.join()

    def _listen(self) -> None:
        self._stop.wait()
        self._notifier.stopping()
        if not self._done:
            self._collector.interrupt()


def rechecks_ahead(archive: ArchiveFolder, now: datetime) -> tuple[recheck_policy.Due, ...]:
    """Return every known story that will be fetched again, soonest first, by what the schedule has learnt."""
    policy = archive.config.recheck
    with State(archive.root / "state.db", is_readonly=True) as state:
        hints, rates = learning.hints(state), learning.rates(state, archive.sources, policy, now)
    return recheck_policy.agenda(pages_of(archive.due_rows(()), hints), now, policy, rates)


def until_due(archive: ArchiveFolder, now: datetime) -> float:
    """Return seconds until the next document or known story is due, at least `wake_every`."""
    schedule = archive.config.schedule
    with State(archive.root / "state.db") as state:
        coming = next_moment(archive, state)
    if coming is None:
        return schedule.poll_every
    return min(max((coming - now).total_seconds(), schedule.wake_every), schedule.poll_every)


# ---------------------------------------------------------------- what is next


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """A re-check that is planned."""

    url: str
    source: str
    due_at: datetime
    is_due: bool
    reason: str


def agenda(archive: ArchiveFolder, *, limit: int = 20) -> tuple[list[Coming], int]:
    """Return the next re-checks of known stories, soonest first, and how many there are in all; none of withheld ones."""
    now, hidden = archive.clock.now(), withheld_keys(archive)
    coming = [item for item in rechecks_ahead(archive, now) if key_or_empty(item.key) not in hidden]
    shown = [
        Coming(
            url=item.key,
            source=archive.source_of(item.key),
            due_at=item.due_at,
            is_due=item.due_at <= now,
            reason=item.reason,
        )
        for item in coming[:limit]
    ]
    return shown, len(coming)


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How following goes: last runs, what waits, room on the disk."""

    runs: tuple[RunRow, ...]
    due_now: int
    coming: int  # known stories that will be fetched again
    lag: float | None  # seconds since the oldest re-check fell due
    not_before: dict[str, datetime]  # hosts that asked to be left alone
    free: int  # bytes
    warc_bytes: int
    days_left: float | None  # until the disk is full, at the pace of the last week

    def lines(self) -> list[str]:
        """Return lines for a person."""
        lines = [f"last run: {self.runs[0].summary}" if self.runs else "no run yet"]
        lines += [f"  before: {run.summary}" for run in self.runs[1:]]
        lag = f", the oldest for {timedelta(seconds=round(self.lag))}" if self.lag else ""
        lines.append(f"due now: {self.due_now} of {self.coming} stories{lag}")
        lines += [
            f"{host} wants to be left alone until {iso_seconds(t)}" for host, t in self.not_before.items()
        ]
        left = (
            f", enough for {_span(self.days_left)} at last week's pace" if self.days_left is not None else ""
        )
        lines.append(
            f"WARC: {self.warc_bytes / 1e6:.1f} MB; free on the disk: {self.free / 1e9:.1f} GB{left}"
        )
        return lines


def _span(days: float) -> str:
    """A number of days as far as a week's pace can tell."""
    return "more than ten years" if days > 3650 else counted(round(days), "day")


def status(archive: ArchiveFolder, *, limit: int = 3) -> Status:
    """Return the state of following, now."""
    now = archive.clock.now()
    with State(archive.root / "state.db", is_readonly=True) as state:
        runs, not_before, waiting = state.runs(limit), state.not_before(now), ahead(archive, state)
    files = [f.stat() for f in (archive.root / "warc").rglob("*.warc.gz*")]
    week = sum(f.st_size for f in files if f.st_mtime > now.timestamp() - 7 * 86400)
    free = shutil.disk_usage(archive.root).free
    return Status(
        runs=runs,
        due_now=waiting.due,
        coming=waiting.total,
        lag=(now - waiting.oldest).total_seconds() if waiting.oldest else None,
        not_before=not_before,
        free=free,
        warc_bytes=sum(f.st_size for f in files),
        days_left=free / (week / 7) if week else None,
    )
