"""The road of one crawl: plan in, fetches in their order, candidates of what came, report out.

Joins robots, lanes, discovery, the index's known URLs and the counting. Fetches through a coroutine that
it is given (`spiders/news.py` gives Scrapy's engine), and knows nothing of Scrapy itself.
Tested in tests/crawl/test_flow.py, and over loopback in tests/spiders/.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from newsarchive.crawl import rate_limit as pacing
from newsarchive.crawl.crawl_report import DocumentReport, Report
from newsarchive.crawl.crawl_stats import Tally
from newsarchive.crawl.gate import RobotsCache, RobotsGate
from newsarchive.crawl.host_queues import Lane, Lanes
from newsarchive.crawl.jobs import (
    Answer,
    Job,
    Outcome,
    is_blind,
    judge,
    lane_of,
    lies,
    redirected,
)
from newsarchive.crawl.link_follower import Finder, Known
from newsarchive.crawl.rate_limit import Pace
from newsarchive.crawl.robots import agent_token
from newsarchive.errors import BadUrlError
from newsarchive.model import Source
from newsarchive.plan import Plan
from newsarchive.times import Clock

Emit = Callable[[str, dict[str, Any]], None]
Fetcher = Callable[[Job], Awaitable[Answer]]


class Flow:
    """One crawl.

    Args:
        fetch: Fetches and archives one job; never raises for what the network does.
        emit: Told of each event, for the parent's progress display.
        robots: Rules from earlier runs of this process that are still fresh; filled here.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        clock: Clock,
        fetch: Fetcher,
        emit: Emit,
        robots: RobotsCache | None = None,
        known: Known | None = None,
        roll: Callable[[], float] = random.random,
    ) -> None:
        self.plan, self.clock = plan, clock
        self._fetch, self._emit, self._roll = fetch, emit, roll
        self._known: Known = known or _index_of(plan)
        self._sources = {source.name: source for source in plan.sources}
        self._under_way: Counter[str] = Counter()
        self.tally = Tally(plan.crawl_id, clock.now())
        self._finder = Finder(
            plan,
            clock=clock,
            known=self._known,
            tally=self.tally,
            emit=emit,
            add=self._add,
            source_of=self.source,
        )
        kept: RobotsCache = {} if robots is None else robots
        self._gate = self._make_gate(kept, self._ask_robots)
        self._part_gate = self._make_gate(kept, self._ask_robots_for_part)
        self.lanes = Lanes(
            clock=clock,
            speed=plan.speed,
            make_pace=self._pace,
            work=self._work,
            leave=self._left,
            concurrency=plan.crawl.concurrency,
            per_host=plan.crawl.per_host,
        )

    def _make_gate(
        self, kept: RobotsCache, ask: Callable[[Lane, Job, int], Awaitable[Answer | str]]
    ) -> RobotsGate:
        return RobotsGate(
            kept,
            archive=self.plan.archive,
            agent=agent_token(self.plan.user_agent),
            clock=self.clock,
            ask=ask,
            note=lambda source, text: self.tally.of(source).notes.append(text),
        )

    async def run(self) -> None:
        """Do the whole plan."""
        self._emit("start", {"crawl_id": self.plan.crawl_id, "sources": sorted(self._sources)})
        for source in self.plan.sources:
            tally = self.tally.of(source.name)
            if self.plan.follow and not source.feeds and not source.sitemaps:
                tally.notes.append(
                    "no feed and no sitemap is known of it; stories are found by its pages' links alone"
                )
        for target in self.plan.targets:
            try:
                job = Job.from_target(target)
            except BadUrlError as error:
                self.tally.of(target.source).notes.append(str(error))
                continue
            self._finder.know(job.url)
            self._add(job)
        try:
            await self.lanes.finished()
        finally:
            self._known.close()
        self.tally.not_before.update(self.lanes.waits())

    def progress(self) -> dict[str, Any]:
        """Numbers for a progress display."""
        return {
            "fetched": sum(self.tally.requests.values()),
            "queued": sum(len(lane) for lane in self.lanes.all()),
            "bytes": self.tally.bytes,
        }

    def report(self, **more: Any) -> Report:
        """What was done so far."""
        return self.tally.report(self.clock.now(), **more)

    # ------------------------------------------------------------ hosts

    def _pace(self, host: str) -> Pace:
        source = next((s for s in self.plan.sources if host in _hosts(s)), None)
        crawl = self.plan.crawl
        delay = source.delay if source is not None and source.delay is not None else crawl.delay
        daily = crawl.daily_budget
        if source is not None and source.daily_budget is not None:
            daily = source.daily_budget
        return Pace.start(
            delay=float(delay),
            budget=min(crawl.run_budget, daily - self.plan.spent.get(host, 0)),
            not_before=self.plan.not_before.get(host),
            night=source.night if source is not None else "",
        )

    def source(self, name: str) -> Source:
        """A source of the plan; for any other name one that obeys the defaults."""
        return self._sources.get(name) or Source(name=name or "manual")

    # ------------------------------------------------------------ jobs

    def _add(self, job: Job) -> None:
        self._under_way[job.source] += 1
        self.lanes.add(job)

    def _done(self, job: Job) -> None:
        self._under_way[job.source] -= 1
        if not self._under_way[job.source]:
            self._emit("source", {"source": job.source})

    def _left(self, job: Job, reason: str) -> None:
        self.tally.of(job.source).leave(job, reason)
        self._done(job)

    async def _work(self, lane: Lane, job: Job) -> None:
        """One job: robots.txt, the fetch with its retries, what follows."""
        try:
            if job.page and self._finder.is_spent(job):
                self.tally.of(job.source).leave(job, "requisites' budget spent")
                return
            obeys = self.source(job.source).obey_robots
            refusal = await self._gate.refusal(lane, job) if obeys else None
            if refusal is None:
                await self._try(lane, job)
            elif refusal.kind == "left":
                self.tally.of(job.source).leave(job, refusal.reason)
            else:
                self._end(job, refusal)
        finally:
            self._done(job)

    async def _try(self, lane: Lane, job: Job) -> None:
        asked = replace(job, etag=None, last_modified=None) if is_blind(job, self.plan.crawl_id) else job
        for attempt in range(pacing.RETRIES + 1):
            answer = await self.turn(lane, asked)
            if isinstance(answer, str):
                self.tally.of(job.source).leave(job, answer)
                return
            outcome = judge(job, answer, can_retry=attempt < pacing.RETRIES)
            if outcome.kind != "retry":
                self._answered(job, answer, outcome)
                return
            await self.lanes.rest(pacing.backoff(attempt + 1, self._roll()))

    async def turn(self, lane: Lane, job: Job) -> Answer | str:
        """One request, counted and told; or why the host isn't asked any more."""
        answer = await self.lanes.turn(lane, lambda: self._fetch(job))
        if isinstance(answer, Answer):
            self.tally.fetched(lane.host, job.source, answer)
            self._emit("fetched", event_of(job, answer))
        return answer

    async def _ask_robots(self, lane: Lane, job: Job, attempt: int) -> Answer | str:
        """One request for robots.txt; a retry waits first."""
        if attempt:
            await self.lanes.rest(pacing.backoff(attempt, self._roll()))
        return await self.turn(lane, job)

    async def part(self, job: Job) -> Answer | None:
        """What a page asks for while a browser loads it: at once, as a browser does, but guarded, counted,
        within the host's budget and robots.txt. None if it isn't fetched."""
        lane = self.lanes.of(lane_of(job.url))
        obeys = self.source(job.source).obey_robots
        if self.lanes.stopping or pacing.verdict(lane.pace, self.clock.now()).stop:
            return None
        if obeys and await self._part_gate.refusal(lane, job) is not None:
            return None
        return await self._at_once(lane, job)

    async def _at_once(self, lane: Lane, job: Job) -> Answer:
        lane.pace = pacing.started(lane.pace, self.clock.now())
        answer = await self._fetch(job)
        self.tally.fetched(lane.host, job.source, answer)
        self._emit("fetched", event_of(job, answer))
        return answer

    async def _ask_robots_for_part(self, lane: Lane, job: Job, attempt: int) -> Answer | str:
        if attempt:
            await self.lanes.rest(pacing.backoff(attempt, self._roll()))
        return await self._at_once(lane, job)

    def _end(self, job: Job, outcome: Outcome) -> None:
        self.tally.of(job.source).ended(job, outcome)
        if job.is_document and outcome.kind in ("failed", "refused", "gone"):
            why = outcome.reason or outcome.kind
            self.tally.of(job.source).document(job, DocumentReport(url=job.url, failure=why))

    # ------------------------------------------------------------ what follows

    def _answered(self, job: Job, answer: Answer, outcome: Outcome) -> None:
        if lies(job, answer):
            self.tally.liars[job.url] = None
        if outcome.kind == "redirect":
            onward = redirected(job, answer)
            if isinstance(onward, Job):
                self._add(onward)
            else:
                self._end(job, onward)
            return
        self._end(job, outcome)
        if outcome.kind not in ("ok", "changed", "unchanged"):
            return
        if answer.status != 304:
            self.tally.of(job.source).brought(job, answer)
        if job.is_page:
            self._finder.go_on(job, answer)
        if job.is_document:
            self._finder.read(job, answer, outcome)
        elif self.wants_requisites(job) and outcome.kind != "unchanged":
            self._finder.dress(job, answer)

    def wants_requisites(self, job: Job) -> bool:
        """Is this a page, or a stylesheet, whose requisites are to be fetched?"""
        return (job.is_page or job.reason == "requisite") and self.source(job.source).requisites

    def needs_body(self, job: Job) -> bool:
        """Does anybody need the whole of what this job brings? Of other pages the beginning is looked at."""
        return job.is_document or job.reason == "robots" or self.wants_requisites(job) or self.renders(job)

    def renders(self, job: Job) -> bool:
        """Does a browser load this page, or ask for this part of one?"""
        return (job.is_page or bool(job.page)) and self.source(job.source).render


def _index_of(plan: Plan) -> Known:
    from newsarchive.index import KnownUrls

    return KnownUrls(Path(plan.archive) / "index.db")


def _hosts(source: Source) -> set[str]:
    """The hosts that a source's own URLs name; its pace and budget hold for them."""
    urls = (source.homepage, *source.feeds, *source.sitemaps, *source.sections)
    return {lane_of(url) for url in urls if url} | set(source.domains) | {f"www.{d}" for d in source.domains}


def event_of(job: Job, answer: Answer) -> dict[str, Any]:
    """What the parent is told of one fetch; plain values, no body."""
    capture = answer.capture
    event: dict[str, Any] = {
        "url": job.redirects[0] if job.redirects else job.url,
        "final_url": job.url,
        "source": job.source,
        "reason": job.reason,
        "status": answer.status,
        "failure": answer.failure,
        "bytes": answer.size,
    }
    if capture is not None:
        event |= {
            "kind": capture.kind,
            "seq": capture.seq,
            "warc_filename": capture.warc_filename,
            "warc_offset": capture.warc_offset,
            "warc_length": capture.warc_length,
            "warc_record_id": capture.warc_record_id,
            "payload_digest": capture.payload_digest,
            "etag": capture.etag,
            "last_modified": capture.last_modified,
            "fetched_at": capture.fetched_at.isoformat(),
        }
    return event
