"""One run of collecting: make a plan, crawl it in a child process, ingest while it goes on.

Decides nothing itself: what is due is `schedule`'s word, what is an article link is `discover`'s.
Never writes a WARC or a row. Tested in tests/archive/test_collect.py.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from newsarchive.errors import NewsarchiveError
from newsarchive.model import Source
from newsarchive.plan import Plan, Target
from newsarchive.schedule.state import Run, State
from newsarchive.urls import check_url

if TYPE_CHECKING:
    from newsarchive.archive.facade import Archive
    from newsarchive.crawl.report import Report
    from newsarchive.index import Look
    from newsarchive.ingest import Ingester, IngestReport

OnEvent = Callable[[dict[str, Any]], None]
DOCUMENTS = ("feed", "sitemap", "section")  # reasons of fetches that name articles
INGEST_EVERY = 1.0  # seconds between two looks at what the crawl has committed


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What one run brought: the crawl's report and the ingest's."""

    crawl: Report
    ingest: IngestReport

    @property
    def exit_code(self) -> int:
        """0; 3 if a source failed; 5 if the archive couldn't be written."""
        return self.crawl.exit_code

    def as_text(self) -> str:
        """Both reports, for a person."""
        return f"{self.crawl.to_text()}\n{self.ingest.to_text()}"

    def as_dict(self) -> dict[str, Any]:
        """Both reports, for JSON."""
        return {"crawl": self.crawl.to_dict(), "ingest": self.ingest}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one run shall do: all sources or some, all that is due or these URLs."""

    names: tuple[str, ...] = ()  # sources; empty = all enabled ones
    urls: tuple[str, ...] = ()  # capture these instead of polling
    limit: int = 0  # new articles at most; 0 = no limit
    recheck: bool = True  # look at known stories again when they are due
    wait: float = 0.0  # seconds to wait for a locked archive


class Collector:
    """Does runs one after another with one crawl child; a context manager.

    Args:
        on_event: Gets each event of the crawls, in another thread.
    """

    def __init__(self, on_event: OnEvent | None = None) -> None:
        from newsarchive.crawl.run import CrawlChild

        self._child = CrawlChild()
        self._on_event = on_event or (lambda _event: None)

    def __enter__(self) -> Collector:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close()

    def interrupt(self) -> None:
        """Ends the run that is under way: nothing new is fetched. From any thread."""
        self._child.interrupt()

    def run(self, archive: Archive, wish: Wish = Wish()) -> Collected:
        """Catch up with the WARCs, crawl what is new and due, index it while it comes in.

        Raises:
            ConfigError, NothingFoundError: wrong settings; no such source, or none at all.
            ArchiveNotWritableError, ArchiveLockedError: before the first fetch.
        """
        from newsarchive.ingest import Ingester

        config, sources = archive.config, archive.select(wish.names)
        archive.check_writable()
        with (
            State(archive.root / "state.db") as state,
            Ingester(archive.root, config=config, sources=archive.sources, wait=wish.wait) as ingester,
        ):
            ingester.catch_up()
            targets = targets_for(archive, sources, wish, state)
            polled = {t.source for t in targets if t.reason in DOCUMENTS}
            plan = new_plan(archive, sources=sources, targets=targets, wish=wish, state=state)
            state.begin_polls(polled)
            done = self._beside(plan, ingester, wish.wait)
            remember(state, done.crawl, polled)
        return done

    def _beside(self, plan: Plan, ingester: Ingester, wait: float) -> Collected:
        """Runs the crawl in a thread (its child process) and ingests here until both are done."""
        result: list[Report] = []
        failure: list[BaseException] = []

        def work() -> None:
            try:
                result.append(self._child.run(plan, self._on_event, wait=wait))
            except NewsarchiveError as error:
                failure.append(error)

        thread = threading.Thread(target=work, name="crawl")
        thread.start()
        ingested = None
        try:
            while thread.is_alive():
                thread.join(INGEST_EVERY)
                done = ingester.catch_up()
                ingested = done if ingested is None else ingested + done
        except BaseException:  # Ctrl-C, or an ingest that failed: the crawl must end cleanly first
            self._child.interrupt()
            thread.join()
            raise
        done = ingester.catch_up()
        if failure:
            raise failure[0]
        return Collected(crawl=result[0], ingest=done if ingested is None else ingested + done)


def remember(state: State, report: Report, polled: Iterable[str]) -> None:
    """What the next run must know of this one."""
    stopped = bool(report.stopped)
    whole = {s.name for s in report.sources if not s.left and not s.gave_nothing}
    state.end_polls(set() if stopped else whole.intersection(polled))
    state.add_liars(report.liars)
    state.add_spent(report.started_at.date(), dict(report.requests))
    state.set_not_before(report.not_before)
    state.add_run(
        Run(
            crawl_id=report.crawl_id,
            started_at=report.started_at,
            ended_at=report.ended_at,
            exit_code=report.exit_code,
            summary=report.to_text().splitlines()[0],
        )
    )


# ---------------------------------------------------------------- plans


def targets_for(
    archive: Archive, sources: tuple[Source, ...], wish: Wish, state: State
) -> tuple[Target, ...]:
    """What a run asks for by itself: the URLs named, or polls and looks that are due."""
    if wish.urls:
        return tuple(manual(archive, wish.urls))
    targets = polls(archive, sources, state)
    return (*targets, *due(archive, sources)) if wish.recheck else tuple(targets)


def new_plan(
    archive: Archive,
    *,
    sources: Iterable[Source],
    targets: tuple[Target, ...],
    wish: Wish | None = None,
    state: State | None = None,
) -> Plan:
    """A plan with the archive's settings, its clock's present and a new crawl id.

    Without `wish` nothing is followed that the targets name; `state` tells what was spent today.
    """
    from newsarchive.crawl import new_crawl_id, user_agent

    config = archive.config
    now = archive.clock.now()
    return Plan(
        crawl_id=new_crawl_id(now),
        archive=str(archive.root),
        now=now,
        sources=tuple(sources),
        targets=targets,
        follow=wish is not None and not wish.urls,
        user_agent=user_agent(config),
        network=archive.network(),
        crawl=replace(config.crawl, max_pages=wish.limit) if wish and wish.limit else config.crawl,
        recheck=config.recheck,
        warc=config.warc,
        speed=archive.clock.speed,
        spent=state.spent(now.date()) if state else {},
        not_before=state.not_before(now) if state else {},
    )


def manual(archive: Archive, urls: Iterable[str]) -> Iterable[Target]:
    """A target for each URL that a person named."""
    for url in map(check_url, urls):
        yield Target(url=url, source=archive.source_of(url), reason="manual")


def polls(archive: Archive, sources: Iterable[Source], state: State) -> list[Target]:
    """The feeds, sitemaps and section pages of `sources`, with what the last look at them gave.

    A source that wasn't polled whole last time (budget, crash, a mere probe) is asked without validators:
    a "not modified" would hide what was left unfetched. So is a URL whose validators lied.
    """
    from newsarchive.crawl import targets_of

    wanted = [target for source in sources for target in targets_of(source)]
    last = archive.last_looks([target.url for target in wanted])
    whole, liars = state.polled_whole(), state.liars()
    return [
        remembering(t, last.get(t.url)) if t.source in whole and t.url not in liars else t for t in wanted
    ]


def remembering(target: Target, look: Look | None) -> Target:
    """`target` with the validators and the record of its last look, if there was one."""
    if look is None:
        return target
    return replace(target, etag=look.etag, last_modified=look.last_modified, previous=look.previous)


def due(archive: Archive, sources: Iterable[Source]) -> list[Target]:
    """The known stories whose time for another look has come, most urgent first."""
    from newsarchive.schedule.due import due_targets

    names = [source.name for source in sources]
    return list(due_targets(archive.due_rows(names), now=archive.clock.now(), policy=archive.config.recheck))
