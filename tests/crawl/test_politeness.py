"""Politeness, proved by what the newsroom's server logged: times, headers, counts. Never by our own log."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import CrawlConfig, NetworkConfig
from newsarchive.crawl import CrawlChild, Report, targets_of
from newsarchive.model import Source
from newsarchive.plan import Target
from tests.crawl.conftest import make_plan
from tests.newsroom import Newsroom
from tests.newsroom.story import LogEntry
from tests.spiders.test_news import as_source

SPEED = 200.0  # seconds of the newsroom a second outside
SLACK = timedelta(seconds=0.02 * SPEED)  # 20 ms outside: what the two clocks may differ by
START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with Newsroom(stories=8, tls=False, start=START, speed=SPEED) as running:
        yield running


@pytest.fixture
def room(newsroom: Newsroom) -> Newsroom:
    newsroom.clear_faults()
    newsroom.clear_log()
    return newsroom


def crawl(
    child: CrawlChild, root: Path, room: Newsroom, *names: str, delay: float = 0.0, **more: Any
) -> Report:
    sources = tuple(replace(source(room, name), **more.pop("source", {})) for name in names)
    network = NetworkConfig(connect_to=tuple(room.connect_to), allow=tuple(room.allow), timeout=10.0)
    plan = make_plan(
        root,
        sources=sources,
        targets=more.pop("targets", tuple(t for s in sources for t in targets_of(s))),
        follow=True,
        network=network,
        crawl=CrawlConfig(delay=delay, **more.pop("crawl", {})),
        speed=SPEED,
        **more,
    )
    return child.run(replace(plan, now=room.clock.now()))


def source(room: Newsroom, name: str) -> Source:
    return as_source(room.outlets[name].source())


def seen(room: Newsroom, outlet: str) -> list[LogEntry]:
    return [entry for entry in room.log if entry.outlet == outlet]


def header(entry: LogEntry, name: str) -> str | None:
    return next((value for key, value in entry.headers if key.lower() == name), None)


def gaps(entries: list[LogEntry]) -> list[timedelta]:
    return [b.at - a.at for a, b in itertools.pairwise(entries)]


def test_the_delay_lies_between_any_two_requests_to_a_host(
    child: CrawlChild, root: Path, room: Newsroom
) -> None:
    crawl(child, root, room, "harbour", delay=10.0)
    entries = seen(room, "harbour")
    assert len(entries) > 10
    assert min(gaps(entries)) >= timedelta(seconds=10) - SLACK


def test_one_connection_at_a_time_serves_a_host(child: CrawlChild, root: Path, room: Newsroom) -> None:
    crawl(child, root, room, "harbour")
    assert len({entry.connection for entry in seen(room, "harbour")}) == 1


def test_hosts_dont_wait_for_each_other(child: CrawlChild, root: Path, room: Newsroom) -> None:
    crawl(child, root, room, "harbour", "courier", delay=10.0)
    harbour, courier = seen(room, "harbour"), seen(room, "courier")
    assert courier[0].at < harbour[-1].at
    assert harbour[0].at < courier[-1].at


def test_crawl_delay_of_robots_txt_is_kept(child: CrawlChild, root: Path, room: Newsroom) -> None:
    crawl(child, root, room, "bote")
    asked = room.outlets["bote"]
    entries = seen(room, "bote")
    assert entries[0].path == "/robots.txt"
    delay = crawl_delay_of(room, asked)
    assert delay > 0
    assert min(gaps(entries)) >= timedelta(seconds=delay) - SLACK


def crawl_delay_of(room: Newsroom, outlet: Any) -> float:
    """What the outlet's robots.txt says, asked as anybody would."""
    import urllib.request

    host = outlet.homepage.split("/")[2]
    [dial] = [entry for entry in room.connect_to if entry.startswith(f"{host}:80:")]
    address = dial.split(":", 2)[2]
    request = urllib.request.Request(f"http://{address}/robots.txt", headers={"Host": host})
    with urllib.request.urlopen(request) as answer:
        text = answer.read().decode()
    return next(
        float(line.split(":")[1]) for line in text.splitlines() if line.lower().startswith("crawl-delay")
    )


def test_robots_txt_comes_first_and_once_and_what_it_forbids_is_not_asked(
    child: CrawlChild, root: Path, room: Newsroom
) -> None:
    room.fault("robots-forbid", "harbour")
    report = crawl(child, root, room, "harbour")
    assert [entry.path for entry in seen(room, "harbour")] == ["/robots.txt"]
    assert "robots" in report.sources[0].outcomes
    assert report.exit_code == 3


def test_a_robots_txt_that_fails_forbids_all(child: CrawlChild, root: Path, room: Newsroom) -> None:
    room.fault("robots-500", "harbour")
    report = crawl(child, root, room, "harbour")
    assert {entry.path for entry in seen(room, "harbour")} == {"/robots.txt"}
    assert "robots.txt unreachable" in report.sources[0].failed


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured_within_the_run_and_by_the_next(
    child: CrawlChild, root: Path, room: Newsroom, form: str
) -> None:
    until = room.clock.now() + timedelta(hours=2)
    room.fault("503", "harbour", times=1, retry_after=7200 if form == "seconds" else until)
    report = crawl(child, root, room, "harbour")
    assert [entry.status for entry in seen(room, "harbour")] == [200, 503]
    [(host, moment)] = report.not_before.items()
    assert abs(moment - until) < timedelta(minutes=1)
    room.clear_log()
    early = crawl(child, root, room, "harbour", not_before=report.not_before)
    assert seen(room, "harbour") == []
    assert early.not_before == report.not_before
    room.advance(timedelta(hours=2))
    crawl(child, root, room, "harbour", not_before=report.not_before)
    assert seen(room, "harbour")[0].at >= moment
    assert host == room.outlets["harbour"].homepage.split("/")[2]


def test_a_short_retry_after_is_waited_for(child: CrawlChild, root: Path, room: Newsroom) -> None:
    room.fault("503", "harbour", times=1, retry_after=30)
    report = crawl(child, root, room, "harbour")
    first, second, third = seen(room, "harbour")[:3]
    assert (second.status, second.path) == (503, third.path)
    assert third.at - second.at >= timedelta(seconds=30) - SLACK
    assert report.exit_code == 0
    assert first.path == "/robots.txt"


def test_trouble_is_met_with_growing_pauses_and_given_up_after_two_more_tries(
    child: CrawlChild, root: Path, room: Newsroom
) -> None:
    [feed] = source(room, "harbour").feeds
    path = "/" + feed.split("/", 3)[3]
    room.fault("500", "harbour", prefix=path)
    crawl(
        child, root, room, "harbour", delay=1.0, targets=(Target(url=feed, source="harbour", reason="feed"),)
    )
    tries = [entry for entry in seen(room, "harbour") if entry.path == path]
    assert [entry.status for entry in tries] == [500, 500, 500]
    first, second = gaps(tries)
    assert first >= timedelta(seconds=2) - SLACK
    assert second >= timedelta(seconds=4) - SLACK


def test_conditional_requests_carry_the_validators_and_a_304_costs_no_body(
    child: CrawlChild, root: Path, room: Newsroom
) -> None:
    room.noise(False)
    [feed] = source(room, "courier").feeds
    events: list[dict] = []
    plan_targets = (Target(url=feed, source="courier", reason="manual"),)
    network = NetworkConfig(connect_to=tuple(room.connect_to), allow=tuple(room.allow))
    plan = make_plan(root, sources=(source(room, "courier"),), targets=plan_targets, network=network)
    child.run(plan, events.append)
    [event] = [e for e in events if e["event"] == "fetched" and e["reason"] == "manual"]
    assert event["etag"] or event["last_modified"]
    again = Target(
        url=feed, source="courier", reason="recheck", etag=event["etag"], last_modified=event["last_modified"]
    )
    room.clear_log()
    report = crawl(child, root, room, "courier", targets=(again,))
    [entry] = [e for e in seen(room, "courier") if e.path != "/robots.txt"]
    assert entry.status == 304
    assert header(entry, "if-none-match") == event["etag"]
    assert report.sources[0].unchanged == 1


@pytest.mark.parametrize(
    ("limits", "spent", "count"),
    [({"run_budget": 5}, 0, 5), ({"daily_budget": 20}, 13, 7), ({"daily_budget": 20}, 25, 0)],
)
def test_no_more_requests_than_the_budget(
    child: CrawlChild, root: Path, room: Newsroom, limits: dict[str, int], spent: int, count: int
) -> None:
    host = room.outlets["harbour"].homepage.split("/")[2]
    report = crawl(child, root, room, "harbour", crawl=limits, spent={host: spent})
    assert len(seen(room, "harbour")) == count
    assert report.requests.get(host, 0) == count


def test_a_source_is_left_alone_outside_its_night_window(
    child: CrawlChild, root: Path, room: Newsroom
) -> None:
    now = room.clock.now()
    closed = f"{(now + timedelta(hours=2)):%H:%M}-{(now + timedelta(hours=5)):%H:%M}"
    report = crawl(child, root, room, "harbour", source={"night": closed})
    assert seen(room, "harbour") == []
    assert "outside the night window" in report.sources[0].left
    wide = f"{(now - timedelta(hours=1)):%H:%M}-{(now + timedelta(hours=11)):%H:%M}"
    crawl(child, root, room, "harbour", source={"night": wide})
    assert seen(room, "harbour") != []


def test_the_user_agent_names_the_archives_contact_in_every_request(
    child: CrawlChild, root: Path, room: Newsroom
) -> None:
    crawl(child, root, room, "harbour")
    agents = Counter(header(entry, "user-agent") for entry in seen(room, "harbour"))
    assert list(agents) == ["newsarchive-test/1.0 (+mailto:desk@example.org)"]
    assert {entry.method for entry in room.log} == {"GET"}


def test_a_host_in_trouble_is_asked_more_slowly(child: CrawlChild, root: Path, room: Newsroom) -> None:
    room.fault("500", "harbour", prefix="/category")
    crawl(child, root, room, "harbour", delay=2.0)
    entries = seen(room, "harbour")
    troubled = [b.at - a.at for a, b in itertools.pairwise(entries) if a.status == 500]
    assert max(troubled) >= timedelta(seconds=8) - SLACK
