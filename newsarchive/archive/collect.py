"""One run of collecting: make a plan, crawl it in a child process, ingest while it goes on.

Decides nothing itself: what is due is `schedule`'s word, what is an article link is `discover`'s.
Never writes a WARC or a row. Tested in tests/archive/test_collect.py.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from newsarchive.errors import ArchiveLockedError, NewsarchiveError
from newsarchive.model import Source
from newsarchive.plan import Plan, Target
from newsarchive.urls import check_url

if TYPE_CHECKING:
    from newsarchive.archive.facade import Archive
    from newsarchive.crawl.report import Report
    from newsarchive.index import Look
    from newsarchive.ingest import Ingester, IngestReport

OnEvent = Callable[[dict[str, Any]], None]
LOCK_EVERY = 0.5  # seconds between two tries to get a lock
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


def crawl(
    archive: Archive,
    names: Sequence[str] = (),
    *,
    urls: Sequence[str] = (),
    limit: int = 0,
    recheck: bool = True,
    wait: float = 0.0,
    on_event: OnEvent | None = None,
) -> Collected:
    """Catch up with the WARCs, crawl what is new and due, index it while it comes in."""
    from newsarchive.ingest import Ingester

    archive.check_writable()
    sources = archive.select(names)
    with Ingester(archive.root, config=archive.config, sources=archive.sources, wait=wait) as ingester:
        ingester.catch_up()
        targets = [*manual(archive, urls)] if urls else [*polls(archive, sources)]
        if recheck and not urls:
            targets += due(archive, sources)
        plan = new_plan(archive, sources=sources, targets=tuple(targets), follow=not urls, limit=limit)
        return beside(plan, ingester, on_event or (lambda _event: None), wait=wait)


def beside(plan: Plan, ingester: Ingester, on_event: OnEvent, *, wait: float = 0.0) -> Collected:
    """Runs the crawl in a thread (its child process) and ingests here until both are done."""
    from newsarchive.crawl.run import CrawlChild

    result: list[Report] = []
    failure: list[BaseException] = []

    def work(child: CrawlChild) -> None:
        try:
            result.append(patiently(lambda: child.run(plan, on_event), wait))
        except NewsarchiveError as error:
            failure.append(error)

    with CrawlChild() as child:
        thread = threading.Thread(target=work, args=(child,), name="crawl")
        thread.start()
        ingested = None
        try:
            while thread.is_alive():
                thread.join(INGEST_EVERY)
                done = ingester.catch_up()
                ingested = done if ingested is None else ingested + done
        except KeyboardInterrupt:
            child.interrupt()
            thread.join()
            ingester.catch_up()
            raise
    done = ingester.catch_up()
    if failure:
        raise failure[0]
    return Collected(crawl=result[0], ingest=done if ingested is None else ingested + done)


def patiently(action: Callable[[], Report], wait: float) -> Report:
    """`action`, tried again for `wait` seconds while another process has locked the archive."""
    end = time.monotonic() + wait
    while True:
        try:
            return action()
        except ArchiveLockedError:
            if time.monotonic() >= end:
                raise
            time.sleep(LOCK_EVERY)


# ---------------------------------------------------------------- plans


def new_plan(
    archive: Archive,
    *,
    sources: Iterable[Source],
    targets: tuple[Target, ...],
    follow: bool = True,
    limit: int = 0,
) -> Plan:
    """A plan with the archive's settings, its clock's present and a new crawl id."""
    from newsarchive.crawl import new_crawl_id, user_agent

    config = archive.config
    now = archive.clock.now()
    return Plan(
        crawl_id=new_crawl_id(now),
        archive=str(archive.root),
        now=now,
        sources=tuple(sources),
        targets=targets,
        follow=follow,
        user_agent=user_agent(config),
        network=archive.network(),
        crawl=replace(config.crawl, max_pages=limit) if limit else config.crawl,
        recheck=config.recheck,
        warc=config.warc,
        speed=archive.clock.speed,
    )


def manual(archive: Archive, urls: Iterable[str]) -> Iterable[Target]:
    """A target for each URL that a person named."""
    for url in map(check_url, urls):
        yield Target(url=url, source=archive.source_of(url), reason="manual")


def polls(archive: Archive, sources: Iterable[Source]) -> list[Target]:
    """The feeds, sitemaps and section pages of `sources`, with what the last look at them gave.

    A source from which the last run left pages unfetched is asked without validators: a "not modified"
    would hide them.
    """
    from newsarchive.crawl import targets_of

    wanted = [target for source in sources for target in targets_of(source)]
    last = archive.last_looks([target.url for target in wanted])
    fresh = archive.asked_afresh()
    return [
        remembering(t, last.get(t.url)) if t.source not in fresh and t.url not in fresh else t for t in wanted
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
