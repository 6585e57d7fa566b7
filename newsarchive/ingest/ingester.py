"""Ingest: what is in the WARCs and not in the index yet, taken in; stories put together again.

    with Ingester(root, config=config, sources=sources) as ingester:
        ingester.catch_up()      # again and again, while a crawl goes on

One pass: read committed ranges, extract new pages in worker processes, write captures and pages in batches,
learn templates, put together the stories of every URL that something new was seen of. Whatever a crash leaves
is found again by the next pass: how far each file was read and which URLs are dirty is in the index.
Tested in tests/ingest/test_ingest.py.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from newsarchive.config import Config
from newsarchive.index.connection import FILENAME, explained
from newsarchive.index.merging import Shared
from newsarchive.index.write import Index, open_index
from newsarchive.ingest.applied_decisions import Decided
from newsarchive.ingest.import_scope import Imports, OfSources
from newsarchive.ingest.ingest_report import IngestReport
from newsarchive.ingest.page_intake import Intake, PreparedCaptures, RecentArticles
from newsarchive.ingest.page_sources import Outlets
from newsarchive.ingest.purged import forget, purged_records, settle_again
from newsarchive.ingest.story_builder import drop_empty_templates, learn_templates, settle
from newsarchive.ingest.story_copies import refresh_copies
from newsarchive.ingest.warc_scan import BATCH, Batch, batches, unread, without_known
from newsarchive.ingest.worker_pool import Pool
from newsarchive.locks import index_lock
from newsarchive.model import Progress, Source
from newsarchive.warc import read_purges

AHEAD = 2  # batches whose pages are under way while one is written


class Ingester:
    """Takes captures from the WARCs of an archive into its index. A context manager: it holds worker processes.

    Args:
        root: The archive's folder.
        sources: By name; their hosts, titles and site rules.
        on_progress: Called as work goes on.
        workers: Processes that extract; 0 = `[extract] workers`, else as many as cores. With 1, the first small pages in this one.
        wait: Seconds to wait for the index's lock.
        index: Name of the database; only a rebuild writes another one.
        only: Names of the sources whose captures come in; None = all.
        pool: Extracts, and is closed by the caller; None = a pool of its own.
    """

    def __init__(
        self,
        root: Path,
        *,
        config: Config,
        sources: Mapping[str, Source],
        on_progress: Progress | None = None,
        workers: int = 0,
        wait: float = 0.0,
        index: str = FILENAME,
        only: frozenset[str] | None = None,
        pool: Pool | None = None,
    ) -> None:
        self.root = root
        self._only = only
        self._config = config
        self._outlets = Outlets(sources)
        self._progress: Progress = on_progress or (lambda *_: None)
        self._is_pool_ours = pool is None
        self._pool = pool or Pool(root, workers or config.extract.workers, isolates=config.extract.isolate)
        self._wait = wait
        self._path = root / index
        self._stale: int | None = None
        self._recent = RecentArticles()

    def __enter__(self) -> Ingester:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the worker processes, if the pool is its own."""
        if self._is_pool_ours:
            self._pool.close()

    def catch_up(self) -> IngestReport:
        """Take in everything that is committed now; holds the index's lock meanwhile.

        Raises:
            ArchiveLockedError: another process writes the index, also after `wait`.
            ArchiveDamagedError: a WARC file or the index can't be read.
            ArchiveNotWritableError: the index can't be written.
        """
        began = time.monotonic()
        with writing(self._path, wait=self._wait) as index:
            report = self.take_in(index) + self.put_together(index)
            stale = self.count_stale(index)
        return report + IngestReport(seconds=time.monotonic() - began, stale_pages=stale)

    def take_in(self, index: Index, upto: Mapping[str, int] | None = None) -> IngestReport:
        """Put captures and pages into the index; the caller holds the lock.

        Args:
            upto: How far to read each file, none of the others; None = all that is committed.
        """
        began, here = time.thread_time(), self._pool.seconds_here
        report = self._take_in(index, upto)
        extracting = self._pool.seconds_here - here
        return report + IngestReport(intake_seconds=max(time.thread_time() - began - extracting, 0.0))

    def _take_in(self, index: Index, upto: Mapping[str, int] | None) -> IngestReport:
        index.rename_sources(self._outlets.former)
        index.set_sources(self._outlets.rows())
        decided = Decided(self.root)
        decided.follow(index)
        intake = Intake(index, self._pool, self._outlets, decided, self._recent)
        again = intake.try_again()
        purged = self._forget(index, intake)
        imports = Imports(self.root, self._outlets, read_purges(self.root))
        if imports.follow(index, intake):
            drop_empty_templates(index)
            index.set_sources(self._outlets.rows())
        ranges = unread(self.root, index.ingested_to(), upto)
        imports.begin(index, (r.filename for r in ranges))
        admission = OfSources(imports, self._outlets, self._only)
        return again + self._read(
            index, intake, batches(self.root, ranges, without=purged, admission=admission)
        )

    def _forget(self, index: Index, intake: Intake) -> frozenset[str]:
        """Remove what was purged. Returns the record ids of it all."""
        purged = purged_records(self.root)
        if forget(index, intake, self.root, purged):
            self.put_together(index)
            index.set_sources(self._outlets.rows())
            index.wipe()
        return purged

    def follow_people(self) -> IngestReport:
        """Put what was decided and purged into effect, and take in nothing; raises as `catch_up`."""
        with writing(self._path, wait=self._wait) as index:
            decided = Decided(self.root)
            decided.follow(index)
            self._forget(index, Intake(index, self._pool, self._outlets, decided, self._recent))
            return self.put_together(index)

    def _read(self, index: Index, intake: Intake, found: Iterable[Batch]) -> IngestReport:
        """Write these batches; the pages of the next ones are extracted meanwhile."""
        report, waiting = IngestReport(), deque[PreparedCaptures]()

        def write(left: int) -> None:
            nonlocal report
            while len(waiting) > left:
                report += intake.write(waiting.popleft())
                self._progress("indexing", report.captures, None)

        for batch in found:
            fresh, elsewhere = without_known(index, batch)
            if elsewhere:
                write(0)
                forget(index, intake, self.root, elsewhere)
            waiting.append(intake.prepare(fresh))
            write(AHEAD)
        write(0)
        return report

    def connect_parts(self, index: Index, shared: Shared) -> IngestReport:
        """Put together what more than one of the indexes has that were merged into this one; the caller holds the lock."""
        index.set_sources(self._outlets.rows())
        decided = Decided(self.root)
        decided.follow(index)
        if shared.urls:
            intake = Intake(index, self._pool, self._outlets, decided, self._recent)
            settle_again(index, intake, self.root, shared.urls)
        with index.batch():
            index.mark_dirty(index.connected(index.urls_with_identities(shared.identities)))
        report = self.put_together(index)
        refresh_copies(index, shared.near, self._pool)
        if shared.stories:
            with index.batch():
                index.drop_unused()
        return report

    @property
    def size(self) -> int:
        """How many processes extract."""
        return self._pool.size

    @property
    def rules_prints(self) -> Mapping[str, str]:
        """The fingerprints of the sources' site rules, by source."""
        return self._outlets.prints

    def make_again(self, index: Index, pages: Sequence[int]) -> IngestReport:
        """Extract these pages again; the caller holds the lock."""
        intake = Intake(index, self._pool, self._outlets, Decided(self.root), self._recent)
        report = IngestReport()
        for at in range(0, len(pages), BATCH):
            report += intake.make_again(pages[at : at + BATCH])
            self._progress("extracting", report.pages, len(pages))
        return report

    def put_together(self, index: Index, *, is_part: bool = False) -> IngestReport:
        """Build templates and stories of every dirty URL; the caller holds the lock.

        Args:
            is_part: Other sources' stories come later: copies of stories are looked for when all are there.
        """
        again = self._stale_beside_new(index)
        began = time.thread_time()
        learnt = learn_templates(index, self._config.extract.template_pages)
        stories = settle(index, Decided(self.root), self._progress, self._recent)
        self._recent.clear()
        if not is_part:
            refresh_copies(index, pool=self._pool)
        seconds = time.thread_time() - began
        return again + stories + IngestReport(templates=learnt, story_seconds=seconds)

    def _stale_beside_new(self, index: Index) -> IngestReport:
        """Make those stale pages again whose story has a page of the present extractor now.

        Texts of two extractors must never be compared: the difference would pass for an edit.
        """
        if not self.count_stale(index):
            return IngestReport()
        pages = index.stale_beside_new(current_version(), self._outlets.prints)
        if not pages:
            return IngestReport()
        self._stale = None
        return self.make_again(index, pages)

    def count_stale(self, index: Index) -> int:
        """Return how many pages another extractor or other site rules made."""
        if self._stale is None:  # extractor and rules are the same as long as this object lives
            self._stale = len(index.stale_pages(current_version(), self._outlets.prints))
        return self._stale


@contextmanager
def writing(path: Path, *, wait: float = 0.0) -> Iterator[Index]:
    """Return the index of an archive, opened under its lock; SQLite's errors become ours."""
    with index_lock(path.parent, wait=wait), explained(path), open_index(path) as index:
        yield index


def current_version() -> str:
    """Return the version of the extractor that makes pages now."""
    from newsarchive.extract import EXTRACTOR_VERSION

    return EXTRACTOR_VERSION


def ingest(
    root: Path,
    *,
    config: Config,
    sources: Mapping[str, Source],
    on_progress: Progress | None = None,
    wait: float = 0.0,
    workers: int = 0,
) -> IngestReport:
    """Make one pass over the WARCs: index what isn't indexed yet. Raises as `Ingester.catch_up`."""
    with Ingester(
        root, config=config, sources=sources, on_progress=on_progress, wait=wait, workers=workers
    ) as one:
        return one.catch_up()
