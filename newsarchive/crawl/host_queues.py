"""One lane for each host: its queue, its pace, and the one request under way.

Acts: sleeps, and calls what it is given for each job. It decides nothing: when a request may go is
`pace.py`, which comes first is `jobs.rank`. Hosts never wait for each other. Knows no Scrapy, so that
tests drive it with plain coroutines. Tested in tests/crawl/test_host_queues.py.
"""

from __future__ import annotations

import asyncio
import heapq
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime

from newsarchive.crawl import rate_limit as pacing
from newsarchive.crawl.jobs import Answer, Job, lane_of, rank
from newsarchive.crawl.rate_limit import Pace
from newsarchive.times import Clock


class Lane:
    """One host: jobs that wait, and its pace."""

    def __init__(self, host: str, pace: Pace) -> None:
        self.host, self.pace = host, pace
        self.workers = 0
        self._heap: list[tuple[tuple[int, float, int], int, Job]] = []
        self._counts: Counter[int] = Counter()
        self._pushed = 0

    def push(self, job: Job) -> None:
        """Queue a job by its rank."""
        place = rank(job, self._counts[rank(job, 0)[0]])
        self._counts[place[0]] += 1
        self._pushed += 1
        heapq.heappush(self._heap, (place, self._pushed, job))

    def pop(self) -> Job | None:
        """The next job; None if there is none."""
        return heapq.heappop(self._heap)[2] if self._heap else None

    def drain(self) -> list[Job]:
        """All jobs that wait, in their order; the lane is empty then."""
        jobs = [entry[2] for entry in sorted(self._heap)]
        self._heap.clear()
        return jobs

    def __len__(self) -> int:
        return len(self._heap)


class Lanes:
    """All lanes of one crawl.

    Args:
        make_pace: The pace of a host that is asked for the first time.
        work: Does one job, from robots.txt to what follows of it; it calls `turn` before each request.
        leave: Told of each job that isn't done in this run, and why.
        concurrency: Requests under way in all.
        per_host: Requests under way to one host.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        speed: float,
        make_pace: Callable[[str], Pace],
        work: Callable[[Lane, Job], Awaitable[None]],
        leave: Callable[[Job, str], None],
        concurrency: int,
        per_host: int,
    ) -> None:
        self._clock, self._speed = clock, speed
        self._make_pace, self._work, self._leave = make_pace, work, leave
        self._per_host = max(per_host, 1)
        self._room = asyncio.Semaphore(max(concurrency, 1))
        self._lanes: dict[str, Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._errors: list[BaseException] = []
        self.stop_reason = ""

    def add(self, job: Job) -> None:
        """Queue a job for its host; a worker for the host is started if none is free."""
        lane = self.of(lane_of(job.url))
        lane.push(job)
        if lane.workers < self._per_host:
            lane.workers += 1
            task = asyncio.get_running_loop().create_task(self._run(lane))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    def of(self, host: str) -> Lane:
        """The lane of a host."""
        if host not in self._lanes:
            self._lanes[host] = Lane(host, self._make_pace(host))
        return self._lanes[host]

    def all(self) -> list[Lane]:
        """Every lane there has been."""
        return list(self._lanes.values())

    def stop(self, reason: str) -> None:
        """Begin nothing new; what is under way may end."""
        self.stop_reason = self.stop_reason or reason
        self._stop.set()

    async def finished(self) -> None:
        """Wait until no job waits and none is under way.

        Raises:
            The first surprise of a worker, if there was one.
        """
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self._errors:
            raise self._errors[0]

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._errors.append(task.exception())  # type: ignore[arg-type]
            self.stop("surprise")

    async def _run(self, lane: Lane) -> None:
        try:
            while (job := lane.pop()) is not None:
                reason = await self._wait(lane)
                if reason:
                    for left in (job, *lane.drain()):
                        self._leave(left, reason)
                    return
                await self._work(lane, job)
        finally:
            lane.workers -= 1

    async def _wait(self, lane: Lane) -> str:
        """Wait until the host may be asked again; why it mustn't be in this run, if so."""
        while True:
            if self._stop.is_set():
                return self.stop_reason
            verdict = pacing.verdict(lane.pace, self._clock.now())
            if verdict.stop or not verdict.wait:
                return verdict.stop
            await self.rest(verdict.wait)

    async def rest(self, seconds: float) -> None:
        """Sleep for `seconds` of the plan's time; a stop ends it early."""
        try:
            await asyncio.wait_for(self._stop.wait(), max(seconds / self._speed, 0.001))
        except TimeoutError:
            return

    async def turn(self, lane: Lane, fetch: Callable[[], Awaitable[Answer]]) -> Answer | str:
        """One request to the host, when its pace and the crawl's room allow it.

        Returns:
            The answer, or why the host isn't asked any more in this run.
        """
        reason = await self._wait(lane)
        if reason:
            return reason
        async with self._room:
            if self._stop.is_set():
                return self.stop_reason
            begun = self._clock.now()
            lane.pace = pacing.started(lane.pace, begun)
            answer = await fetch()
        now = self._clock.now()
        lane.pace = pacing.answered(
            lane.pace,
            now,
            took=(now - begun).total_seconds(),
            status=answer.status,
            retry_after=answer.headers.get("retry-after"),
            is_reached=answer.is_reached,
            is_late=answer.failure == "timeout",
        )
        return answer

    @property
    def stopping(self) -> bool:
        """Has the crawl been asked to stop?"""
        return self._stop.is_set()

    def waits(self) -> dict[str, datetime]:
        """The hosts that asked to be left alone, and until when."""
        now = self._clock.now()
        return {
            lane.host: lane.pace.not_before
            for lane in self._lanes.values()
            if lane.pace.not_before is not None and lane.pace.not_before > now
        }
