"""The scheduler: hosts beside each other, each one request at a time, in the order of what matters most."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from newsarchive.config import CrawlConfig, NetworkConfig
from newsarchive.crawl import CrawlChild, Report
from newsarchive.crawl.fetch import META, Fetch
from newsarchive.crawl.host_queues import HostQueue, HostQueues
from newsarchive.model import Candidate
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, Shape, plain

SLOW = Shape((plain().sent,), pause=0.05)


def crawl(child: CrawlChild, root: Path, origin: Origin, urls: list[str], **settings: Any) -> Report:
    hosts = {url.split("/")[2] for url in urls}
    network = NetworkConfig(
        connect_to=tuple(f"{host}:80:127.0.0.1:{origin.port}" for host in hosts),
        allow=(f"127.0.0.1:{origin.port}",),
    )
    config = CrawlConfig(**{"delay": 0.0, "concurrency": 9} | settings)
    return child.run(make_plan(root, *urls, network=network, crawl=config))


def pages(host: str, count: int) -> list[str]:
    return [f"http://{host}/{number}" for number in range(count)]


@pytest.mark.parametrize(
    ("hosts", "settings", "most"),
    [
        (["a.test"], {}, 1),
        (["a.test"], {"per_host": 2}, 2),
        (["a.test", "b.test", "c.test"], {}, 3),
        (["a.test", "b.test", "c.test", "d.test"], {"concurrency": 2}, 2),
    ],
    ids=["one host", "one host, two at a time", "three hosts", "a limit in all"],
)
def test_so_many_requests_are_under_way_at_a_time(
    child: CrawlChild, root: Path, hosts: list[str], settings: dict[str, int], most: int
) -> None:
    shapes = {f"/{n}": SLOW for n in range(6)} | {"/robots.txt": SLOW}
    with Origin(dict(shapes)) as origin:
        report = crawl(child, root, origin, [url for host in hosts for url in pages(host, 6)], **settings)
        assert origin.most_busy == most
    assert report.sources[0].new == 6 * len(hosts)


def test_hosts_that_never_answer_leave_room_for_the_others(child: CrawlChild, root: Path) -> None:
    """With room for two, eight silent hosts would hold up a ninth for minutes."""
    order: list[str] = []
    silent = [f"http://silent{n}.test/silent" for n in range(8)]
    with Origin({"/silent": Shape((), hang=True), "/ok": plain()}) as origin:
        hosts = [url.split("/")[2] for url in silent] + ["ok.test"]
        network = NetworkConfig(
            connect_to=tuple(f"{host}:80:127.0.0.1:{origin.port}" for host in hosts),
            allow=(f"127.0.0.1:{origin.port}",),
            timeout=6.0,
        )
        plan = make_plan(
            root,
            *silent,
            "http://ok.test/ok",
            network=network,
            crawl=CrawlConfig(delay=0.0, concurrency=2),
            speed=1000.0,
        )
        child.run(plan, lambda e: order.append(str(e.get("url"))) if e["event"] == "fetched" else None)
    others = [url for url in order if not url.endswith("robots.txt")]
    assert others[0] == "http://ok.test/ok"


def test_it_has_the_interface_that_scrapy_documents() -> None:
    assert issubclass(HostQueues, BaseScheduler)


def request(name: str, fetch: Fetch, priority: int = 0) -> Request:
    return Request(f"https://e.test/{name}", meta={META: fetch}, priority=fetch.rank + priority)


def test_fresh_pages_come_with_a_recheck_after_every_second() -> None:
    fresh = Fetch(candidate=Candidate(url="https://e.test/", kind="feed"))
    old = Fetch(candidate=Candidate(url="https://e.test/", kind="sitemap"))
    queue = HostQueue("e.test")
    waiting = [
        *[request(f"recheck{n}", Fetch(reason="recheck")) for n in range(3)],
        *[request(f"new{n}", fresh) for n in range(5)],
        request("old", old),
        request("feed", Fetch(reason="feed")),
        request("redirected", old, priority=50),
    ]
    for one in waiting:
        queue.push(one)
    names = [queue.pop().url.rsplit("/", 1)[1] for _ in waiting]
    assert names == [
        "redirected", "feed", "new0", "recheck0", "new1", "new2", "recheck1", "new3", "new4", "recheck2", "old",
    ]  # fmt: skip
    assert not queue


def test_progress_says_of_how_many_and_which_host_is_waited_for(child: CrawlChild, root: Path) -> None:
    events: list[dict[str, Any]] = []
    with Origin({f"/{n}": plain() for n in range(3)}) as origin:
        network = NetworkConfig(
            connect_to=(f"a.test:80:127.0.0.1:{origin.port}",), allow=(f"127.0.0.1:{origin.port}",)
        )
        plan = make_plan(root, *pages("a.test", 3), network=network, crawl=CrawlConfig(delay=3.0))
        child.run(plan, events.append)
    waits = [e for e in events if e["event"] == "progress" and e["waits_for"]]
    assert {e["waits_for"] for e in waits} == {"a.test"}
    assert max(e["seconds"] for e in waits) > 1
    assert {e["fetched"] + e["queued"] for e in waits} <= {3, 4}  # robots.txt is one, too
