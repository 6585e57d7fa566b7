"""kill -9 at any moment: what the parent was told of is in the archive, and the next crawl goes on."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.config import NetworkConfig
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.errors import NewsarchiveError
from newsarchive.model import Capture
from newsarchive.warc import read_raw, recover, verify
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, plain

HOSTS = [f"h{number}.test" for number in range(6)]


def crawl_and_kill(child: CrawlChild, root: Path, origin: Origin, after: int) -> list[dict]:
    """Kill the child when the parent has heard of `after` fetches; all that it had heard of by then."""
    told: list[dict] = []

    def hear(event: dict) -> None:
        if event["event"] == "fetched":
            told.append(event)
            if len(told) == after and child.pid:
                os.kill(child.pid, signal.SIGKILL)

    network = NetworkConfig(
        connect_to=tuple(f"{host}:80:127.0.0.1:{origin.port}" for host in HOSTS),
        allow=(f"127.0.0.1:{origin.port}",),
    )
    urls = [f"http://{host}/{number}" for number in range(40) for host in HOSTS]
    with pytest.raises(NewsarchiveError, match="SIGKILL"):
        child.run(make_plan(root, *urls, network=network), hear)
    return told


def check_kills(root: Path, captures: Callable[[], list[Capture]], moments: list[int]) -> None:
    bodies = {
        f"/{number}": plain(random.Random(number).randbytes(1000 + 40_000 * (number % 7)))
        for number in range(40)
    }
    told: list[dict] = []
    with Origin(bodies) as origin, CrawlChild() as child:
        for moment in moments:
            told += crawl_and_kill(child, root, origin, moment)
    recover(root)
    assert verify(root).is_whole
    kept = {c.warc_record_id for c in captures()}
    assert {event["warc_record_id"] for event in told} <= kept
    for event in told:
        if event["status"] == 200:
            stored = read_raw(root, event["warc_filename"], event["warc_offset"], event["warc_length"])
            assert stored == bodies["/" + event["url"].rsplit("/", 1)[1]].sent


def test_what_was_told_survives_a_kill(root: Path, captures: Callable[[], list[Capture]]) -> None:
    check_kills(root, captures, [3, 40])


@pytest.mark.slow
def test_what_was_told_survives_thirty_kills(root: Path, captures: Callable[[], list[Capture]]) -> None:
    moments = random.Random(7)
    check_kills(root, captures, [moments.randint(1, 200) for _ in range(30)])
