"""Where a process keeps its pens between two crawls, so that a day's crawls share their WARC files.

A watch crawls every few minutes; a file for each crawl would make tens of thousands a year. Only the process
that made a file goes on writing it, through the descriptor that it never closed, and only while it holds
`warc.lock`. A file that somebody else sealed meanwhile is let go. Tested in tests/warc/test_writer_pool.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from newsarchive.errors import ArchiveLockedError
from newsarchive.locks import warc_lock
from newsarchive.warc import files
from newsarchive.warc.writer import WarcWriter

PATIENCE = 5.0  # seconds that `close` waits for the lock; without it the next start seals the files


class WriterPool:
    """The pens of one process that lie idle. `close` seals their files."""

    def __init__(self) -> None:
        self._pens: dict[Path, dict[bool, WarcWriter]] = {}

    def take(self, root: Path) -> dict[bool, WarcWriter]:
        """The idle pens of the archive, by whether they write checks; the caller holds `warc.lock`."""
        pens = self._pens.pop(root.resolve(), {})
        alive = {is_checks: pen for is_checks, pen in pens.items() if pen.is_in_place}
        _let_go(pen for is_checks, pen in pens.items() if is_checks not in alive)
        return alive

    def put(self, root: Path, pens: Mapping[bool, WarcWriter]) -> None:
        """Keeps these pens; all they wrote is on disk."""
        if pens:
            self._pens[root.resolve()] = dict(pens)

    def close(self) -> None:
        """Seals all files; what can't be sealed is left for the next start, which recovers it.

        Raises:
            OSError: a file couldn't be sealed.
        """
        for root in list(self._pens):
            try:
                with suppress(ArchiveLockedError), warc_lock(root, wait=PATIENCE):
                    for pen in self.take(root).values():
                        seal(root, pen)
            finally:
                _let_go(self._pens.pop(root, {}).values())


def seal(root: Path, pen: WarcWriter) -> None:
    """Closes the file for good and enters it in MANIFEST.

    Raises:
        OSError: it can't be; the file is left open for recovery.
    """
    try:
        digest = pen.seal()
        files.add_to_manifest(root, {f"warc/{pen.name}": digest})
    finally:
        pen.abandon()


def _let_go(pens: Iterable[WarcWriter]) -> None:
    for pen in pens:
        pen.abandon()
