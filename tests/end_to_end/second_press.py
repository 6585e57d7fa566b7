"""A press unlike the newsroom: bursts, a dozen edits within an hour, late silent edits, dates that lie, a short feed, new
addresses, a new domain, a paywall, an outage, an expired certificate, a small budget.

Every answer is made when it is asked for, from what the outlet does by the clock of a simulation. Tested in
tests/end_to_end/test_another_press.py.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.model import Source
from newsarchive.sources import write_source
from tests.certificates import issue, server_context
from tests.crawl.origin import Origin, Shape, plain

START = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
BUDGET = 2000  # requests a host and day, and of the outlet that can bear only few:
SMALL_BUDGET = 120
DROPPED = Shape((), close=True)
WORDS = re.findall(
    r"\w+",
    "harbour council bridge ferry storm market school river budget mayor bakery tram library orchard winter signal lantern "
    "village ticket engine garden letter museum copper island barley summit canal timber cinema",
)


def prose(seed: str, count: int) -> str:
    """Paragraphs of two invented sentences each, always the same for a seed."""
    r = random.Random(seed)
    sentences = [" ".join(r.choices(WORDS, k=12)).capitalize() + "." for _ in range(count)]
    return "".join(f"<p>{a} {b}</p>" for a, b in zip(sentences[::2], sentences[1::2], strict=True))


@dataclass
class Story:
    """A story; `edits` are when its text gets another paragraph."""

    number: int
    born: datetime
    edits: list[datetime] = field(default_factory=list)

    def text(self, outlet: str, now: datetime) -> str:
        done = [n for n, at in enumerate(self.edits) if at <= now]
        added = "".join(f"<p>Note {n}: {prose(f'{outlet} {self.number} {n}', 2)[3:-4]}</p>" for n in done)
        return prose(f"{outlet} {self.number}", 20) + added


@dataclass
class Outlet:
    """What an outlet shows at a moment."""

    name: str
    scheme: str = "http"
    a_day: int = 2
    shown: int = 30  # entries of the feed
    is_lying: bool = False  # its sitemap dates every entry to the present
    budget: int = BUDGET
    stories: list[Story] = field(default_factory=list)
    down: tuple[datetime, datetime] | None = None
    redesigned_at: datetime | None = None
    moved_at: datetime | None = None
    walled_at: datetime | None = None
    sealed_at: datetime | None = None  # from then on with an expired certificate

    @property
    def host(self) -> str:
        return f"{self.name}.test"

    @property
    def base(self) -> str:
        return f"{self.scheme}://{self.host}"

    def first_path(self, story: Story) -> str:
        return f"/2026/{story.number + 10_000}/{self._slug(story)}.html"

    def path(self, story: Story, now: datetime) -> str:
        if self.redesigned_at and now >= self.redesigned_at:
            return f"/news/{self._slug(story)}-{story.number + 10_000}"
        return self.first_path(story)

    def _slug(self, story: Story) -> str:
        return "-".join(random.Random(f"{self.name} {story.number}").choices(WORDS, k=4))

    def listed(self, now: datetime) -> list[Story]:
        out = [story for story in self.stories if story.born <= now]
        return sorted(out, key=lambda story: story.born)[-self.shown :][::-1]

    def is_down(self, now: datetime) -> bool:
        return self.down is not None and self.down[0] <= now < self.down[1]

    def answer(self, host: str, path: str, now: datetime) -> Shape:
        if self.is_down(now):
            return DROPPED
        base = self.base
        if self.moved_at and now >= self.moved_at:
            base = f"{self.scheme}://new-{self.host}"
            if host == self.host:
                return plain(b"", "301 Moved Permanently", headers=[f"Location: {base}{path}".encode()])
        elif host != self.host:
            return plain(b"", "404 Not Found")
        if path == "/feed":
            return plain(self.feed(base, now).encode())
        if path == "/map.xml":
            return plain(self.sitemap(base, now).encode())
        return self.page(base, path, now)

    def feed(self, base: str, now: datetime) -> str:
        items = "".join(
            f"<item><title>Story {s.number} of {self.name}</title><link>{base}{self.path(s, now)}</link>"
            f"<pubDate>{format_datetime(s.born)}</pubDate></item>"
            for s in self.listed(now)
        )
        return f'<rss version="2.0"><channel><title>{self.name}</title>{items}</channel></rss>'

    def sitemap(self, base: str, now: datetime) -> str:
        rows = "".join(
            f"<url><loc>{base}{self.path(s, now)}</loc><lastmod>{now.isoformat()}</lastmod></url>"
            for s in self.listed(now)
        )
        return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'

    def page(self, base: str, path: str, now: datetime) -> Shape:
        for story in self.stories:
            if story.born > now:
                continue
            present = self.path(story, now)
            if path == present:
                return plain(self.html(story, base + path, now).encode())
            if path == self.first_path(story):
                return plain(b"", "301 Moved Permanently", headers=[f"Location: {base}{present}".encode()])
        return plain(b"", "404 Not Found")

    def html(self, story: Story, url: str, now: datetime) -> str:
        text, wall = story.text(self.name, now), ""
        if self.walled_at and now >= self.walled_at:
            text = text[: text.index("</p>") + 4] + "<div class='paywall'><p>Subscribe to read on.</p></div>"
            wall = '<script type="application/ld+json">{"@type":"NewsArticle","isAccessibleForFree":false}</script>'
        return (
            f'<!doctype html><html lang="en"><head><title>Story {story.number} of {self.name}</title>{wall}'
            f'<link rel="canonical" href="{url}"><meta property="article:published_time" content="{story.born.isoformat()}">'
            f"</head><body><article><h1>Story {story.number} of {self.name}</h1>{text}</article></body></html>"
        )


def press(days: float, late: timedelta) -> dict[str, Outlet]:
    """The outlets and what they will do in so many days; `late` is the age of silent edits."""

    def at(share: float) -> datetime:
        return START + timedelta(days=days * share)

    outage = timedelta(days=min(2, days / 4))
    outlets = [
        Outlet("burst", a_day=3, shown=10),
        Outlet("quick", a_day=3),
        Outlet("silent", a_day=3),
        Outlet("lying", is_lying=True),
        Outlet("redesign", redesigned_at=at(0.5)),
        Outlet("domain", moved_at=at(0.6)),
        Outlet("wall", a_day=6, walled_at=at(0.7)),
        Outlet("down", down=(at(0.4), at(0.4) + outage)),
        Outlet("sealed", scheme="https", sealed_at=at(0.8)),
        Outlet("poor", a_day=4, budget=SMALL_BUDGET),
    ]
    for outlet in outlets:
        moments = [at(n / (outlet.a_day * days)) for n in range(int(outlet.a_day * days))]
        if outlet.name == "burst":  # sixty stories a day for some days, six at once
            busy = min(3.0, 0.3 * days)
            moments += [at(0.3) + timedelta(days=n // 6 / 10) for n in range(int(60 * busy))]
        for number, born in enumerate(sorted(moments)):
            story = Story(number, born - timedelta(hours=1))
            story.edits = sorted(edits_of(outlet.name, story, late))
            outlet.stories.append(story)
    return {outlet.name: outlet for outlet in outlets}


def edits_of(name: str, story: Story, late: timedelta) -> list[datetime]:
    """When a story is edited: a dozen times in its first hour, late and silently, or once on its first day."""
    r = random.Random(f"edits of {name} {story.number}")
    if name == "quick" and story.number % 4 == 1:
        return [story.born + timedelta(hours=r.random()) for _ in range(12)]
    if name == "silent" and story.number % 3 == 1:
        return [story.born + late]
    return [story.born + timedelta(hours=r.uniform(0.2, 9))] if story.number % 5 == 2 else []


class Server(Origin):
    """One address for all outlets."""

    now = START
    by_host: dict[str, Outlet]

    def _shape(self, path: str, url: str) -> Shape:
        host = url.partition("//")[2].partition("/")[0].partition(":")[0]
        outlet = self.by_host[host]
        if path == "/robots.txt" and not outlet.is_down(self.now):
            return plain(b"", "404 Not Found")
        return outlet.answer(host, path, self.now)


@dataclass
class Serving:
    """The servers, without and with TLS, and the archive that follows their outlets."""

    root: Path
    servers: tuple[Server, Server]
    expired: Path
    taken: list[int] = field(default_factory=lambda: [0, 0])  # requests of each log that were counted

    def set_clock(self, now: datetime, outlets: dict[str, Outlet]) -> None:
        for server in self.servers:
            server.now = now
        ends = outlets["sealed"].sealed_at
        if ends and now >= ends:
            self.servers[1].context = server_context(self.expired)

    def asked(self) -> list[tuple[str, str]]:
        """Host and path of each request since the last call."""
        found = []
        for place, server in enumerate(self.servers):
            new = server.log[self.taken[place] :]
            self.taken[place] += len(new)
            found += [Origin.asked(request).removeprefix("http://").partition("/")[::2] for request in new]
        return found


@contextmanager
def serving(folder: Path, outlets: dict[str, Outlet]) -> Iterator[Serving]:
    """Servers of all outlets, and an archive that follows them."""
    authority, good = issue(folder, "sealed.test", days=400.0)
    (folder / "old").mkdir()
    other, expired = issue(folder / "old", "sealed.test", days=-1.0)
    authority.write_text(authority.read_text() + other.read_text())
    hosts = {o.host: o for o in outlets.values()} | {f"new-{o.host}": o for o in outlets.values()}
    with Server() as open_server, Server(context=server_context(good)) as sealed:
        open_server.by_host = sealed.by_host = hosts
        root = folder / "a"
        Archive.create(root)
        dial = [f'"{h}:80:127.0.0.1:{open_server.port}"' for h in hosts]
        dial.append(f'"sealed.test:443:127.0.0.1:{sealed.port}"')
        allow = f'"127.0.0.1:{open_server.port}", "127.0.0.1:{sealed.port}"'
        (root / "newsarchive.toml").write_text(
            f'contact = "desk@archive.example"\n[network]\nca_file = "{authority}"\nallow = [{allow}]\n'
            f"connect_to = [{', '.join(dial)}]\n[crawl]\ndelay = 1\ndaily_budget = {BUDGET}\n"
            "[schedule]\npoll_ceiling = 1800\npoll_every = 900\n"  # each run polls, though the simulation's clock runs on
            "[extract]\nworkers = 1\n"
        )
        for outlet in outlets.values():
            follow(root, outlet, outlet.base)
        yield Serving(root, (open_server, sealed), expired)


def follow(root: Path, outlet: Outlet, base: str) -> None:
    """Write the outlet's source file."""
    write_source(
        root,
        Source(
            name=outlet.name,
            domains=(base.partition("//")[2],),
            feeds=(f"{base}/feed",),
            sitemaps=(f"{base}/map.xml",) if outlet.is_lying else (),
            daily_budget=outlet.budget,
        ),
    )
