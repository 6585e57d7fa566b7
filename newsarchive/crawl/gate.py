"""robots.txt before anything else of a host: fetched once, kept for its life, archived like any page.

Acts through a coroutine that it is given; what the file means is `robots.py`. Tested in tests/crawl/test_flow.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

from newsarchive.crawl import rate_limit as pacing
from newsarchive.crawl.host_queues import Lane
from newsarchive.crawl.jobs import Answer, Job, Outcome, judge, redirected
from newsarchive.crawl.robots import REDIRECTS, Robots, read_robots
from newsarchive.times import Clock

RobotsCache = dict[tuple[str, str], tuple[Robots, datetime]]  # (archive, scheme://host) -> rules, good until


class RobotsGate:
    """Asks robots.txt for each job.

    Args:
        kept: Rules that are still fresh from earlier runs of this process; filled here.
        ask: Makes one request for robots.txt (attempt 0, 1, …); the answer, or why the host isn't asked.
        note: Told what went wrong with a source's robots.txt.
    """

    def __init__(
        self,
        kept: RobotsCache,
        *,
        archive: str,
        agent: str,
        clock: Clock,
        ask: Callable[[Lane, Job, int], Awaitable[Answer | str]],
        note: Callable[[str, str], None],
    ) -> None:
        self._kept, self._archive, self._agent, self._clock = kept, archive, agent, clock
        self._ask, self._note = ask, note
        self._locks: dict[str, asyncio.Lock] = {}

    async def refusal(self, lane: Lane, job: Job) -> Outcome | None:
        """Why the job mustn't be fetched; None if it may. Slows the lane to what the file asks for."""
        parts = urlsplit(job.url)
        place = f"{parts.scheme}://{parts.netloc}"
        if job.url == f"{place}/robots.txt":
            return None
        async with self._locks.setdefault(place, asyncio.Lock()):
            robots = await self._rules(lane, place, job)
        if isinstance(robots, Outcome):
            return robots
        self._slow(lane, robots)
        if robots.allows(job.url, self._agent):
            return None
        if robots.state == "unreachable":
            return Outcome("failed", "robots.txt unreachable")
        return Outcome("refused", "robots")

    def _slow(self, lane: Lane, robots: Robots) -> None:
        asked = robots.crawl_delay(self._agent)
        if asked is None or asked <= lane.pace.base:
            return
        slower = min(asked, pacing.CRAWL_DELAY_CAP)
        lane.pace = pacing.slowed(lane.pace, slower)

    async def _rules(self, lane: Lane, place: str, job: Job) -> Robots | Outcome:
        key = (self._archive, place)
        kept = self._kept.get(key)
        if kept is not None and kept[1] > self._clock.now():
            return kept[0]
        answer = await self._fetch(lane, Job(url=f"{place}/robots.txt", source=job.source, reason="robots"))
        if isinstance(answer, str):
            return Outcome("left", answer)
        if answer.failure:
            self._note(job.source, f"{lane.host}: {answer.failure} ({answer.error}){_advice(answer)}")
            if not answer.is_reached or answer.failure in ("stopped", "address refused"):
                return Outcome("refused" if answer.failure == "address refused" else "failed", answer.failure)
        status = None if answer.failure else answer.status
        robots = read_robots(status, answer.body, answer.headers.get("cache-control", ""))
        self._kept[key] = (robots, self._clock.now() + robots.life)
        return robots

    async def _fetch(self, lane: Lane, job: Job) -> Answer | str:
        attempt = 0
        while True:
            answer = await self._ask(lane, job, attempt)
            if isinstance(answer, str):
                return answer
            outcome = judge(job, answer, can_retry=attempt < pacing.RETRIES)
            if outcome.kind == "retry":
                attempt += 1
                continue
            if outcome.kind == "redirect" and len(job.redirects) < REDIRECTS:
                onward = redirected(job, answer)
                if isinstance(onward, Job):
                    job, attempt = replace(onward, reason="robots"), 0
                    continue
            return answer


def _advice(answer: Answer) -> str:
    if answer.failure == "address refused":
        return "; network.allow in newsarchive.toml can permit it"
    return ""
