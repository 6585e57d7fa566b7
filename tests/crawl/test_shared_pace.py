"""Whose delay lies between which requests: an outlet's hosts, `www.` and the bare name, hosts of one address. By the server's log."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.config import CrawlConfig, NetworkConfig
from newsarchive.crawl import Report
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.model import Source
from newsarchive.plan import Target
from tests.certificates import issue, server_context
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain

DELAY = 0.5  # seconds
SLACK = 0.2  # what a busy machine adds to the time at which the server sees a request


class SlowHello(Origin):
    """A server that lets a new connection wait before TLS begins."""

    def _serve(self, raw: socket.socket) -> None:
        time.sleep(DELAY * 0.75)
        super()._serve(raw)


def crawl(
    child: CrawlChild,
    root: Path,
    servers: dict[str, Origin],
    sources: Sequence[Source],
    urls: Sequence[tuple[str, str]],
    **more: object,
) -> Report:
    """A crawl of (source, URL)s whose hosts are reached at their servers."""
    port = 443 if urls[0][1].startswith("https") else 80
    network = NetworkConfig(
        connect_to=tuple(f"{host}:{port}:{o.address}:{o.port}" for host, o in servers.items()),
        allow=tuple(f"{o.address}:{o.port}" for o in servers.values()),
        timeout=10.0,
        verify_tls=False,
    )
    targets = tuple(Target(url=url, source=source, reason="manual") for source, url in urls)
    crawl = CrawlConfig(delay=DELAY)
    plan = make_plan(root, sources=tuple(sources), targets=targets, network=network, crawl=crawl, **more)
    return child.run(plan)


def times(servers: dict[str, Origin], *hosts: str) -> list[float]:
    """When `hosts` were asked, in order."""
    asked = {
        (when, Origin.asked(request).split("/")[2])
        for origin in servers.values()
        for when, request in zip(origin.times, origin.log, strict=True)
    }
    return sorted(when for when, host in asked if host in hosts)


def shortest(moments: list[float]) -> float:
    return min(b - a for a, b in itertools.pairwise(moments))


def outlet(name: str, *domains: str, **more: object) -> Source:
    return Source(name=name, domains=domains or (f"{name}.test",), **more)  # type: ignore[arg-type]


def pages(source: str, *hosts: str, count: int = 3) -> list[tuple[str, str]]:
    return [(source, f"http://{host}/story-{n}") for n in range(count) for host in hosts]


@pytest.mark.parametrize(
    "hosts",
    [
        ("tide.test", "www.tide.test"),
        ("tide.test", "sport.tide.test"),
        ("a.tide.test", "b.tide.test", "tide.test"),
    ],
    ids=["www", "below the domain", "three"],
)
def test_hosts_of_one_outlet_at_one_address_are_asked_in_turn(
    child: CrawlChild, root: Path, hosts: tuple[str, ...]
) -> None:
    with Origin() as origin:
        servers = dict.fromkeys(hosts, origin)
        crawl(child, root, servers, [outlet("tide")], pages("tide", *hosts))
        moments = times(servers, *hosts)
    assert len(moments) >= 3 * len(hosts)
    assert shortest(moments) >= DELAY - SLACK


@pytest.mark.parametrize(
    ("hosts", "sources", "addresses"),
    [
        (("a.tide.test", "b.tide.test"), ("tide", "tide"), ("127.0.0.1", "127.0.0.2")),
        (("tide.test", "harbour.test"), ("tide", "harbour"), ("127.0.0.1", "127.0.0.1")),
    ],
    ids=["two addresses", "two outlets"],
)
def test_hosts_of_two_addresses_and_of_two_outlets_dont_wait_for_each_other(
    child: CrawlChild,
    root: Path,
    hosts: tuple[str, ...],
    sources: tuple[str, ...],
    addresses: tuple[str, ...],
) -> None:
    with ExitStack() as stack:
        servers = {
            host: stack.enter_context(Origin(address=address))
            for host, address in zip(hosts, addresses, strict=True)
        }
        urls = [url for host, name in zip(hosts, sources, strict=True) for url in pages(name, host, count=4)]
        crawl(child, root, servers, [outlet("tide"), outlet("harbour")], urls)
        first, second = (times(servers, host) for host in hosts)
    assert shortest(first) >= DELAY - SLACK
    assert first[0] < second[-1]
    assert second[0] < first[1]


def test_the_delay_counts_from_the_request_not_from_a_connection_that_was_slow_to_come(
    child: CrawlChild, root: Path, tmp_path: Path
) -> None:
    _, server_file = issue(tmp_path, "tide.test")
    with SlowHello(context=server_context(server_file)) as origin:
        servers = {"tide.test": origin}
        urls = [("tide", f"https://tide.test/story-{n}") for n in range(2)]
        crawl(child, root, servers, [outlet("tide")], urls)
        moments = times(servers, "tide.test")
    assert len(moments) == 3
    assert shortest(moments) >= DELAY - SLACK


@pytest.mark.parametrize("host", ["tide.test", "www.tide.test", "sport.tide.test", "m.sport.tide.test"])
def test_delay_budget_and_night_of_a_source_hold_on_each_host_below_its_domains(
    child: CrawlChild, root: Path, host: str
) -> None:
    source = outlet("tide", delay=DELAY * 2, daily_budget=3)
    with Origin() as origin:
        servers = {host: origin}
        report = crawl(child, root, servers, [source], pages("tide", host, count=5))
        moments = times(servers, host)
        assert len(moments) == 3
        assert shortest(moments) >= DELAY * 2 - SLACK
        assert report.sources[0].left == {"budget spent": 3}
        now = report.ended_at + timedelta(hours=2)
        night = f"{now:%H:%M}-{now + timedelta(hours=1):%H:%M}"
        report = crawl(child, root, servers, [outlet("tide", night=night)], pages("tide", host))
        assert report.sources[0].left == {"outside the night window": 3}
        assert len(origin.log) == 3


def test_a_budget_is_shared_by_www_and_the_bare_name(child: CrawlChild, root: Path) -> None:
    hosts = ("tide.test", "www.tide.test")
    with Origin() as origin:
        servers = dict.fromkeys(hosts, origin)
        crawl(child, root, servers, [outlet("tide", daily_budget=4)], pages("tide", *hosts))
        assert len(origin.log) == 4


def test_a_host_that_cant_be_looked_up_holds_up_no_other(child: CrawlChild, root: Path) -> None:
    with Origin({"/story-0": plain()}) as origin:
        servers = {"tide.test": origin}
        urls = [("tide", "http://tide.test/story-0"), ("tide", "http://[::1]:9/story-0")]
        report = crawl(child, root, servers, [outlet("tide")], urls)
    assert report.sources[0].new == 1
