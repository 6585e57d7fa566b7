"""One run of collecting: make a plan, crawl it in a child process, ingest while it goes on.

Decides nothing itself: what is due is decided by `schedule`, what is an article link by `discover`. Never writes a WARC
or a row. Tested in tests/archive/test_crawling.py and test_stop_signals.py.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from newsarchive.archive.agenda import next_due
from newsarchive.archive.alarms import after_run
from newsarchive.archive.crawl_history import fold
from newsarchive.archive.folder import ArchiveFolder
from newsarchive.archive.planning import (
    DOCUMENTS,
    Rechecks,
    Wish,
    learn_from_the_past,
    manual,
    missed_before,
    new_plan,
    policies,
    polls,
    rechecks,
)
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.errors import ArchiveLockedError, NewsarchiveError
from newsarchive.plan import Plan
from newsarchive.schedule import document_credit, learning, missed_pages, poll_times
from newsarchive.schedule.due import listing_of
from newsarchive.schedule.outbox import Notified
from newsarchive.schedule.state_db import RunRow, State
from newsarchive.schedule.sub_sitemaps import note_listed, note_read
from newsarchive.warc import seal_left_behind

if TYPE_CHECKING:
    from newsarchive.crawl.crawl_report import Report
    from newsarchive.ingest import Ingester, IngestReport
    from newsarchive.ingest.worker_pool import Pool


OnEvent = Callable[[dict[str, Any]], None]
NONE = Rechecks(before={}, hints={})
SIGNALS = (signal.SIGINT, signal.SIGTERM)
INGEST_EVERY = 1.0  # seconds between two readings of what the crawl has committed


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one run brought: the crawl's report and the ingest's."""

    crawl: Report
    ingest: IngestReport
    is_behind: bool = False  # another process held the index: what was fetched is indexed by the next run
    notified: Notified = field(default_factory=Notified)  # alarms and watch hits that are news
    next_due: datetime | None = None  # of a run that found nothing to fetch: when a known story is due

    @property
    def exit_code(self) -> int:
        """0; 3 if a source failed; 5 if the archive couldn't be written."""
        return self.crawl.exit_code

    def as_text(self) -> str:
        """Return both reports, for a person."""
        lines = [self.crawl.to_text(), self.ingest.to_text()]
        if self.is_behind:
            lines.append("Another process holds the index. Run later: newsarchive ingest")
        if self.next_due is not None:
            lines.append(
                f"Nothing due before {self.next_due:%Y-%m-%d %H:%M} UTC; `newsarchive crawl --again` fetches them now."
            )
        return "\n".join([*lines, *self.notified.lines()])

    def as_dict(self) -> dict[str, Any]:
        """Return both reports, for JSON."""
        return {
            "crawl": self.crawl.to_dict(),
            "ingest": self.ingest,
            "alarms": self.notified.new,
            "recovered": self.notified.recovered,
            "hits": [hit.to_dict() for hit in self.notified.hits],
            "unsent": self.notified.unsent,
            "next_due": self.next_due,
        }


class Collector:
    """Does runs one after another with one crawl child; a context manager.

    Args:
        on_event: Gets each event of the crawls, in another thread, and "indexed" while pages are indexed.
    """

    def __init__(self, on_event: OnEvent | None = None) -> None:
        self._child = CrawlChild()
        self._pool: Pool | None = None
        self._on_event = on_event or (lambda _event: None)
        self._known: list[dict[str, Any]] = []  # what documents said of known pages, in this run
        self._sub_sitemaps: dict[
            str, dict[str, str | None]
        ] = {}  # source -> URL -> lastmod, as indexes list them
        self._missed: list[dict[str, Any]] = []  # new pages that this run didn't get
        self._new: list[dict[str, Any]] = []  # new pages that came
        self._zones: list[dict[str, Any]] = []  # that pages show
        self._parameters: list[dict[str, Any]] = []  # of pages' addresses, and whether they matter

    def __enter__(self) -> Collector:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()
        if self._pool is not None:
            self._pool.close()

    @property
    def pid(self) -> int | None:
        """The crawl child's process id; None while there is none."""
        return self._child.pid

    def interrupt(self) -> None:
        """End the present run: nothing new is fetched. May be called from any thread."""
        self._child.interrupt()

    def run(self, archive: ArchiveFolder, wish: Wish | None = None) -> Collected:
        """Catch up with the WARCs, crawl what is new and due, index it while it comes in.

        Raises:
            ConfigError, NothingFoundError: wrong settings; no such source, or none at all.
            ArchiveNotWritableError, ArchiveLockedError: before the first fetch.
        """
        from newsarchive.ingest import Ingester

        wish = wish or Wish()
        config = archive.config
        sources = archive.select(wish.names) if archive.sources or not wish.urls else ()
        archive.check_writable()
        with (
            State(archive.root / "state.db") as state,
            self._extracting(archive) as pool,
            Ingester(
                archive.root,
                config=config,
                sources=archive.sources,
                wait=wish.wait,
                on_progress=lambda *_: self._on_event({"event": "indexed"}),
                pool=pool,
            ) as ingester,
        ):
            recovered = [left.to_text() for left in seal_left_behind(archive.root)]
            caught_up = ingester.catch_up()
            learn_from_the_past(archive, state)
            is_whole = wish.recheck and not wish.urls
            again = rechecks(archive, sources, state, again=wish.again) if is_whole else NONE
            first = (
                manual(archive, wish.urls)
                if wish.urls
                else polls(archive, sources, state, due_only=wish.due_only)
            )
            missed = [] if wish.urls else missed_before(archive, sources, state)
            asked = [] if wish.urls else policies(archive, first)
            targets = (*first, *missed, *again.targets, *asked)
            polled = {t.source for t in targets if t.reason in DOCUMENTS}
            plan = new_plan(archive, sources=sources, targets=targets, wish=wish, state=state)
            if wish.due_only and not targets:
                return Collected(crawl=idle(plan), ingest=caught_up)
            state.begin_polls(polled)
            documents = [t.url for t in targets if t.reason in DOCUMENTS]
            poll_times.begin_polls(state, documents)
            self._known.clear()
            self._sub_sitemaps.clear()
            self._missed.clear()
            self._parameters.clear()
            self._zones.clear()
            self._new.clear()
            done = self._beside(plan, ingester, wish.wait)
            done = replace(done, crawl=replace(done.crawl, recovered=(*recovered, *done.crawl.recovered)))
            remember(state, done.crawl, polled)
            missed_pages.note(state, missed, self._missed, plan.now)
            if not done.crawl.stopped:
                seen = [document for row in done.crawl.sources for document in row.documents]
                poll_times.note_polls(state, documents, seen, plan.now, config.schedule)
            for name, listed in self._sub_sitemaps.items():
                note_listed(state, name, listed, plan.now)
            for row in done.crawl.sources:
                note_read(state, row.name, {d.asked or d.url: d.unknown for d in row.documents}, plan.now)
            document_credit.note(
                state, self._new, archive.keys_with_story([e["final_url"] for e in self._new])
            )
            learning.note_parameters(state, self._parameters)
            learning.note_zones(state, self._zones)
            learning.note_listings(state, [listing_of(event) for event in self._known], plan.now)
            after = {row.url: row for row in archive.due_rows_at(again.before)}
            learning.learn(state, again.before, after, again.hints)
            fold(archive.root, plan.now)
            notified = after_run(archive, state, done.crawl, archive.clock.now(), polled=polled)
            is_idle = is_whole and not done.crawl.pages
            due = next_due(archive, state, [source.name for source in sources]) if is_idle else None
        return replace(done, notified=notified, next_due=due)

    @contextmanager
    def _extracting(self, archive: ArchiveFolder) -> Iterator[Pool]:
        """The worker processes, kept from run to run unless one failed or the settings are others now."""
        from newsarchive.ingest.worker_pool import Pool

        pool = Pool(archive.root, archive.config.extract.workers, isolates=archive.config.extract.isolate)
        if self._pool is not None and not self._pool.is_like(pool):
            self._pool.close()
            self._pool = None
        self._pool = self._pool or pool
        try:
            yield self._pool
        except BaseException:
            self._pool.close()
            raise
        self._pool.rest()

    def _hear(self, event: dict[str, Any]) -> None:
        if event.get("event") == "known":
            self._known.append(event)
        elif event.get("event") == "sub-sitemaps":
            self._sub_sitemaps.setdefault(event["source"], {}).update(event["listed"])
        elif event.get("event") == "missed":
            self._missed.append(event)
        elif event.get("event") == "fetched" and event["reason"] == "new" and event["status"] == 200:
            self._new.append(event)
        elif event.get("event") == "parameters":
            self._parameters.append(event)
        elif event.get("event") == "zones":
            self._zones.append(event)
        self._on_event(event)

    def _beside(self, plan: Plan, ingester: Ingester, wait: float) -> Collected:
        """Runs the crawl in a thread (its child process) and ingests here until both are done."""
        from newsarchive.ingest import IngestReport

        result: list[Report] = []
        failure: list[BaseException] = []
        ended = threading.Event()  # not Thread.join: a Ctrl-C in it would count the thread as ended

        def work() -> None:
            try:
                result.append(self._child.run(plan, self._hear, wait=wait))
            except NewsarchiveError as error:
                failure.append(error)
            finally:
                ended.set()

        ingested = IngestReport()
        with stopped_by_signals(self._child.interrupt):
            threading.Thread(target=work, name="crawl").start()
            try:
                while not ended.wait(INGEST_EVERY):
                    with suppress(ArchiveLockedError):  # by a rebuild; the next pass takes all in
                        ingested += ingester.catch_up()
            except BaseException:  # an ingest that failed, a second Ctrl-C: the crawl must end cleanly first
                self._child.interrupt()
                ended.wait()
                raise
            is_behind = False
            try:
                ingested += ingester.catch_up()
            except ArchiveLockedError:
                is_behind = True
        if failure:
            raise failure[0]
        return Collected(crawl=result[0], ingest=ingested, is_behind=is_behind)


@contextmanager
def stopped_by_signals(stop: Callable[[], None]) -> Iterator[None]:
    """Call `stop` at the first Ctrl-C or SIGTERM inside and raise KeyboardInterrupt at the end; a second one is raised
    at once. An exception that comes anywhere can be lost in a library that catches all; a signal can't.

    A signal that has a handler of the caller's own stays with it."""
    heard: list[int] = []

    def hear(number: int, frame: FrameType | None) -> None:
        heard.append(number)
        if len(heard) > 1:
            signal.default_int_handler(number, frame)
        stop()

    is_main = threading.current_thread() is threading.main_thread()
    ours = [s for s in SIGNALS if is_main and signal.getsignal(s) is signal.default_int_handler]
    try:
        for name in ours:
            signal.signal(name, hear)
        yield
    finally:
        for name in ours:
            signal.signal(name, signal.default_int_handler)
    if heard:
        raise KeyboardInterrupt


def idle(plan: Plan) -> Report:
    """Return the report of a run that has nothing to fetch: it starts no crawl and leaves no trace."""
    from newsarchive.crawl.crawl_report import Report

    return Report(crawl_id=plan.crawl_id, started_at=plan.now, ended_at=plan.now)


def remember(state: State, report: Report, polled: Iterable[str]) -> None:
    """Record what the next run needs to know of this one."""
    stopped = bool(report.stopped)
    whole = {s.name for s in report.sources if not s.gave_nothing and not s.is_cut}
    state.end_polls(set() if stopped else whole.intersection(polled))
    state.add_liars(report.liars)
    state.add_spent(report.started_at.date(), dict(report.requests))
    state.set_not_before(report.not_before)
    state.add_run(
        RunRow(
            crawl_id=report.crawl_id,
            started_at=report.started_at,
            ended_at=report.ended_at,
            exit_code=report.exit_code,
            summary=report.to_text().splitlines()[0],
        )
    )
