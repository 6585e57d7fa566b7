"""Lanes: one request at a time for each host, hosts beside each other, stops that stop."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from newsarchive.crawl.host_queues import Lane, Lanes
from newsarchive.crawl.jobs import Answer, Job
from newsarchive.crawl.rate_limit import Pace
from newsarchive.times import Clock

NOW = datetime(2026, 11, 24, tzinfo=UTC)


class Bench:
    """Lanes whose fetches are recorded; `fetch` may be replaced."""

    def __init__(
        self, *, delay: float = 0.0, budget: int = 99, concurrency: int = 9, per_host: int = 1
    ) -> None:
        self.speed = 1000.0
        self.clock = Clock(NOW, self.speed)
        self.under_way: list[str] = []
        self.most = 0
        self.done: list[tuple[str, datetime]] = []
        self.left: list[tuple[str, str]] = []
        self.fetch: Callable[[Job], Awaitable[Answer]] = self.answer
        self.lanes = Lanes(
            clock=self.clock,
            speed=self.speed,
            make_pace=lambda host: Pace.start(delay=delay, budget=budget),
            work=self.work,
            leave=lambda job, reason: self.left.append((job.url, reason)),
            concurrency=concurrency,
            per_host=per_host,
        )

    async def work(self, lane: Lane, job: Job) -> None:
        answer = await self.lanes.turn(lane, lambda: self.fetch(job))
        if isinstance(answer, str):
            self.left.append((job.url, answer))

    async def answer(self, job: Job) -> Answer:
        self.under_way.append(job.url)
        self.most = max(self.most, len(self.under_way))
        self.done.append((job.url, self.clock.now()))
        await asyncio.sleep(0.001)
        self.under_way.remove(job.url)
        return Answer(status=200)

    def run(self, *urls: str) -> None:
        async def go() -> None:
            for url in urls:
                self.lanes.add(Job(url=url, source="s", reason="new"))
            await self.lanes.finished()

        asyncio.run(go())


def pages(host: str, count: int) -> list[str]:
    return [f"http://{host}/{number}" for number in range(count)]


def test_one_host_gets_one_request_at_a_time() -> None:
    bench = Bench()
    bench.run(*pages("a.test", 5))
    assert (bench.most, len(bench.done)) == (1, 5)


def test_hosts_go_beside_each_other() -> None:
    bench = Bench()
    bench.run(*pages("a.test", 3), *pages("b.test", 3), *pages("c.test", 3))
    assert (bench.most, len(bench.done)) == (3, 9)


def test_there_is_a_limit_in_all() -> None:
    bench = Bench(concurrency=2)
    bench.run(*pages("a.test", 3), *pages("b.test", 3), *pages("c.test", 3))
    assert (bench.most, len(bench.done)) == (2, 9)


def test_a_host_may_get_two_at_a_time_if_so_wished() -> None:
    bench = Bench(per_host=2)
    bench.run(*pages("a.test", 6))
    assert (bench.most, len(bench.done)) == (2, 6)


def test_the_delay_lies_between_the_starts() -> None:
    bench = Bench(delay=20.0)
    bench.run(*pages("a.test", 4))
    starts = [moment for _, moment in bench.done]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(starts)]
    assert all(gap >= 20.0 for gap in gaps)


def test_what_the_budget_leaves_is_told() -> None:
    bench = Bench(budget=2)
    bench.run(*pages("a.test", 5), *pages("b.test", 1))
    assert len(bench.done) == 3
    assert sorted(bench.left) == [(f"http://a.test/{n}", "budget spent") for n in (2, 3, 4)]


def test_a_host_that_hangs_holds_up_no_other() -> None:
    bench = Bench()
    released = asyncio.Event()

    async def fetch(job: Job) -> Answer:
        if "slow" in job.url:
            await released.wait()
        answer = await bench.answer(job)
        if len(bench.done) == 5:
            released.set()
        return answer

    bench.fetch = fetch
    bench.run(*pages("slow.test", 1), *pages("b.test", 5))
    assert bench.done[-1][0] == "http://slow.test/0"


def test_a_429_with_retry_after_ends_the_host_for_this_run_and_is_remembered() -> None:
    bench = Bench()

    async def fetch(job: Job) -> Answer:
        await bench.answer(job)
        return Answer(status=429, headers={"retry-after": "3600"})

    bench.fetch = fetch
    bench.run(*pages("a.test", 3))
    assert len(bench.done) == 1
    assert [reason for _, reason in bench.left] == ["asked to wait", "asked to wait"]
    assert list(bench.lanes.waits()) == ["a.test"]


def test_a_host_that_asked_to_wait_a_moment_ago_is_asked_again_when_that_is_over() -> None:
    bench = Bench()

    async def fetch(job: Job) -> Answer:
        await bench.answer(job)
        return Answer(status=503, headers={"retry-after": "0"})

    bench.fetch = fetch
    bench.run(*pages("a.test", 3))
    assert len(bench.done) == 3


def test_a_stop_ends_waiting_and_leaves_the_rest() -> None:
    bench = Bench(delay=1e6)

    async def go() -> None:
        for url in pages("a.test", 4):
            bench.lanes.add(Job(url=url, source="s", reason="new"))
        while not bench.done:
            await asyncio.sleep(0)
        bench.lanes.stop("interrupted")
        await bench.lanes.finished()

    asyncio.run(go())
    assert len(bench.done) == 1
    assert [reason for _, reason in bench.left] == ["interrupted"] * 3


def test_a_surprise_stops_everything_and_is_raised() -> None:
    bench = Bench()

    async def fetch(job: Job) -> Answer:
        raise ZeroDivisionError

    bench.fetch = fetch
    with pytest.raises(ZeroDivisionError):
        bench.run(*pages("a.test", 3))
    assert bench.lanes.stop_reason == "surprise"
