"""A small archive made the ordinary way: two outlets of the newsroom, two crawls, edits between them.

Made once a test process (it takes some seconds); `copy` gives a test one of its own to write to.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collected, Collector
from newsarchive.archive.planning import Wish
from newsarchive.config import FILENAME
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.newsroom import Newsroom

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SETTINGS = (
    'contact = "desk@archive.example"\n{network}\n[crawl]\ndelay = 0\nper_host = 4\n[extract]\nworkers = 1\n'
)


@dataclass(frozen=True)
class Press:
    """The finished archive, and what the newsroom knows to be true of its stories."""

    folder: Path
    headline_url: str  # its headline was edited
    old_title: str
    new_title: str
    gone_url: str  # answered 410 at the second look
    plain_url: str  # never edited
    plain_paragraphs: tuple[str, ...]

    def copy(self, folder: Path) -> Archive:
        """A copy of the archive that a test may change."""
        shutil.copytree(self.folder, folder)
        return Archive(folder, clock=Clock(START + timedelta(days=2)))


def connect(folder: Path, room: Newsroom, clock: Clock) -> Archive:
    """A new archive in `folder` that reaches the outlets of `room`."""
    Archive.create(folder)
    (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml()))
    return Archive(folder, clock=clock)


def following(folder: Path, room: Newsroom, clock: Clock) -> Archive:
    """The same with a source for each outlet, as the newsroom knows them: what `add` finds is another test's."""
    connect(folder, room, clock)
    for outlet in room.outlets.values():
        write_source(folder, Source(**outlet.source()))
    return Archive(folder, clock=clock)


def crawl(collector: Collector, folder: Path, at: datetime, **wish: object) -> Collected:
    """One run over the archive in `folder` at `at`, in a crawl process that is warm: a fresh one costs a second.

    The WARC files stay open (`NAME.open`) until the collector is closed, as between two runs of a watch.
    """
    return collector.run(Archive(folder, clock=Clock(at)), Wish(**wish))  # type: ignore[arg-type]


@contextmanager
def newsroom(**options: object) -> Iterator[Newsroom]:
    """A newsroom whose clock stands still unless it is advanced."""
    wanted = {"seed": 3, "stories": 8, "speed": 0.0, "start": START, "crawl_delay": 0.0} | options
    with Newsroom(**wanted) as room:  # type: ignore[arg-type]
        yield room


def make(folder: Path) -> Press:
    """Crawls, lets a day pass with three edits, crawls again."""
    with newsroom(outlets=("courier", "mirat")) as room, Collector() as collector:
        archive = connect(folder, room, Clock(START))
        for outlet in room.outlets.values():
            archive.add(outlet.homepage, name=outlet.name)
        crawl(collector, folder, START)
        urls = room.outlets["courier"].urls()
        old = room.truth(urls[0]).title
        room.advance(timedelta(days=1))
        new = room.edit(urls[0], "headline").title
        room.delete(urls[1], status=410)
        crawl(collector, folder, START + timedelta(days=1))
        plain = room.truth(urls[2])
    return Press(folder, urls[0], old, new, urls[1], urls[2], plain.paragraphs)
