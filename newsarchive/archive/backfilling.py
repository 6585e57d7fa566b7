"""Find and fetch what an outlet published in a time that the archive didn't follow it.

`discover.Backfill` says what to ask and reads the answers; they are fetched through the crawl (guarded, archived) until
the budget of documents is spent, then the pages themselves. Tested in tests/archive/test_backfilling.py.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from newsarchive.archive.crawling import Collected, Collector
from newsarchive.archive.folder import ArchiveFolder
from newsarchive.archive.planning import Wish
from newsarchive.archive.probing import Probes
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.discover.backfill import Backfill, Span, Way
from newsarchive.index import KnownUrls
from newsarchive.model import Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Backfilled:
    """What a backfill brought."""

    documents: int  # sitemaps, archive pages, answers of other archives that were read
    found: int  # pages of the time that were found
    unknown: int  # of them, not in the archive before
    left: int  # of them, left for another time by `limit`
    collected: Collected | None  # None if there was nothing to fetch


def backfill(
    archive: ArchiveFolder,
    name: str,
    *,
    way: Way,
    since: datetime,
    until: datetime | None = None,
    limit: int = 500,
    documents: int = 200,
    endpoints: Mapping[str, str] | None = None,
    say: Say = lambda _text: None,
) -> Backfilled:
    """Find and fetch what `name` published between `since` and `until`.

    Args:
        limit: Pages that are fetched in this run, latest first.
        documents: Sitemaps or archive pages that are read in this run.
        endpoints: Other addresses of `wayback` and `collections`, for tests.

    Raises:
        NothingFoundError: no such source.
        UsageError: the source has nothing of that kind.
    """
    archive.check_writable()
    source = archive.select([name])[0]
    now = archive.clock.now()
    work = Backfill(source=source, way=way, span=Span(since=since, until=until or now))
    if endpoints:
        work = replace(work, wayback=endpoints["wayback"], collections=endpoints["collections"])
    asks = deque(work.first_asks())
    found: dict[str, datetime | None] = {}
    read = 0
    with CrawlChild() as child:
        probes = Probes(archive, child, replace(source, sections=()), 0.0)
        while asks and read < documents:
            ask = asks.popleft()
            probes.ask([ask.url])
            body = probes.body(ask.url)
            read += 1
            if body is None:
                say(f"{ask.url}: {probes.why(ask.url)}")
                continue
            step = work.read(ask, body, None, now)
            asks.extend(step.asks)
            found |= {c.url: c.published_at or c.lastmod for c in step.candidates}
            say(f"{ask.url}: {len(step.candidates)} pages, {len(step.asks)} further documents")
    archive.ingest()
    with KnownUrls(archive.index) as known:
        unknown = known.unknown(found)
    latest = sorted(unknown, key=lambda u: (d := found[u]) is not None and d.timestamp(), reverse=True)
    wanted = tuple(latest[:limit])
    collected = None
    if wanted:
        with Collector() as collector:
            collected = collector.run(archive, Wish(names=(name,), urls=wanted))
    return Backfilled(
        documents=read,
        found=len(found),
        unknown=len(unknown),
        left=len(unknown) - len(wanted),
        collected=collected,
    )
