"""Fixtures for crawls over loopback: an archive, a plan maker, one child for a whole module."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import CrawlConfig, NetworkConfig
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.crawl.plans import new_crawl_id
from newsarchive.model import Capture, Source
from newsarchive.plan import Plan, Target
from newsarchive.times import Clock
from newsarchive.warc import list_files, read_captures

FAST = CrawlConfig(delay=0.0, concurrency=16, per_host=1)


def make_plan(
    root: Path, *urls: str, reason: Any = "manual", allow: tuple[str, ...] = (), **more: Any
) -> Plan:
    """A plan that fetches `urls` and nothing else, as fast as it can."""
    now = Clock().now()
    network = more.pop("network", NetworkConfig(allow=allow, timeout=10.0))
    return Plan(
        crawl_id=new_crawl_id(now),
        archive=str(root),
        now=now,
        sources=more.pop("sources", (Source(name="odd"),)),
        targets=more.pop("targets", tuple(Target(url=url, source="odd", reason=reason) for url in urls)),
        follow=more.pop("follow", False),
        user_agent="newsarchive-test/1.0 (+mailto:desk@example.org)",
        network=network,
        crawl=more.pop("crawl", FAST),
        **more,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An archive folder."""
    folder = tmp_path / "archive"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def child() -> Iterator[CrawlChild]:
    """One crawl process for all tests of a session."""
    with CrawlChild() as running:
        yield running


@pytest.fixture
def captures(root: Path) -> Callable[[], list[Capture]]:
    """Reads back all captures of the archive, in order."""

    def read() -> list[Capture]:
        found = [c for file in list_files(root) for c in read_captures(root, file.filename)]
        return sorted(found, key=lambda c: (c.fetched_at, c.seq))

    return read
