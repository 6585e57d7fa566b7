"""Outlets on loopback that fall ill: an archive that follows them, and runs of it by the quarter hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collected, Collector
from newsarchive.archive.planning import Wish
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.crawl.origin import Origin, Shape, plain

START = datetime(2026, 11, 27, 0, 0, tzinfo=UTC)
TICK = timedelta(minutes=15)
SPEED = 300.0  # seconds of the archive's time a second outside: a run's patience is two seconds, which a busy machine keeps
DROPPED = Shape((), close=True)


def refused(status: str) -> Shape:
    return plain(b"no", status)


def story(path: str) -> Shape:
    text = f"<p>The council of {path} met on Monday and agreed on a new bridge over the river.</p>" * 4
    return plain(
        f"<!doctype html><title>Story {path}</title><article><h1>Story {path}</h1>{text}</article>".encode()
    )


def feed(host: str, paths: Iterable[str]) -> Shape:
    items = "".join(f"<item><title>Story {p}</title><link>http://{host}{p}</link></item>" for p in paths)
    return plain(f'<rss version="2.0"><channel><title>S</title>{items}</channel></rss>'.encode())


def paths(count: int) -> list[str]:
    return [f"/2026/11/story-number-{n}-of-the-day" for n in range(count)]


@dataclass
class Outlets:
    """Hosts on one loopback server, and an archive that has each as a source with the feed `/feed`."""

    root: Path
    origin: Origin
    collector: Collector
    taken: int = 0  # requests of the log that were looked at
    extra: Mapping[str, Any] = field(default_factory=dict)

    def outlet(self, host: str, names: Iterable[str], answer: Shape | None = None, **more: Any) -> None:
        """An outlet whose feed names `names`; its pages answer `answer`, or are stories."""
        for path in (names := list(names)):
            self.origin.shapes[f"http://{host}{path}"] = answer or story(path)
        self.origin.shapes[f"http://{host}/feed"] = feed(host, names)
        made = {"name": host.split(".")[0], "domains": (host,), "feeds": (f"http://{host}/feed",)}
        write_source(self.root, Source(**(made | more)))

    def robots(self, host: str, text: str) -> None:
        self.origin.shapes[f"http://{host}/robots.txt"] = plain(text.encode())

    def run(self, at: datetime = START, *, speed: float = SPEED, **wish: Any) -> Collected:
        """One run as `run --once` makes it."""
        archive = Archive(self.root, clock=Clock(at, speed=speed))
        return self.collector.run(archive, Wish(**({"patience": archive.config.schedule.patience} | wish)))

    def asked(self) -> list[str]:
        """The URLs that were asked for since the last call."""
        new = [Origin.asked(request) for request in self.origin.log[self.taken :]]
        self.taken += len(new)
        return [url.removeprefix("http://") for url in new]


@contextmanager
def outlets(root: Path, collector: Collector, *hosts: str, crawl: str = "delay = 1.0\n") -> Iterator[Outlets]:
    """An archive that reaches `hosts`."""
    with Origin() as origin:
        Archive.create(root)
        address = f"127.0.0.1:{origin.port}"
        dial = ", ".join(f'"{host}:80:{address}"' for host in hosts)
        (root / "newsarchive.toml").write_text(
            f'contact = "desk@archive.example"\n[network]\nallow = ["{address}"]\nconnect_to = [{dial}]\n'
            f"[crawl]\n{crawl}[extract]\nworkers = 1\n"
        )
        yield Outlets(root, origin, collector)
