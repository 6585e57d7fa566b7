"""How much a crawl costs: CPU, memory and pages a second of the crawl's process, from a fast server on loopback.

    python -m tests.bench.crawl [--stories 100] [--tls] [--plans 1]

Prints the machine, the versions and the figures; asserts nothing. Delays are 0, so it shows the cost, not the pace.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from importlib.metadata import version
from pathlib import Path

from newsarchive.config import read_config
from newsarchive.crawl import CrawlChild, Report, plan_sources
from newsarchive.times import Clock
from tests.newsroom import Newsroom
from tests.spiders.test_news import as_source


def measure(stories: int, tls: bool, plans: int) -> list[Report]:
    """The reports of `plans` crawls of the whole newsroom, one after another in one child."""
    with tempfile.TemporaryDirectory() as folder, Newsroom(stories=stories, tls=tls, crawl_delay=0.0) as room:
        root = Path(folder)
        (root / "newsarchive.toml").write_text(room.config_toml() + "\n[crawl]\ndelay = 0.0\n")
        sources = [as_source(outlet.source()) for outlet in room.outlets.values()]
        with CrawlChild() as child:
            return [
                child.run(plan_sources(root, read_config(root), sources, now=Clock().now()))
                for _ in range(plans)
            ]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=100, help="of each outlet")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--plans", type=int, default=1)
    given = parser.parse_args()
    names = ("scrapy", "twisted", "warcio")
    print(
        f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in names)
    )
    for report in measure(given.stories, given.tls, given.plans):
        print(
            f"{report.exchanges} exchanges, {report.bytes / 1e6:.1f} MB on the wire, {report.wall_seconds:.1f} s: "
            f"{report.exchanges / report.wall_seconds:.0f} exchanges/s, "
            f"{1000 * report.cpu_seconds / report.exchanges:.1f} ms CPU an exchange, "
            f"peak memory {report.peak_memory / 1e6:.0f} MB"
        )


if __name__ == "__main__":
    main()
