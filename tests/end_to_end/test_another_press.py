"""A press unlike the newsroom, followed by the clock of a simulation: bursts, a dozen edits within an hour, late silent
edits, dates that lie, a short feed, new addresses, a new domain, a paywall, hosts that are down, a clock that jumps, a
certificate that expires. Checked against what the press did and the server's log, not by what the archive says of itself.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collected, Collector
from newsarchive.archive.following import rechecks_ahead
from newsarchive.archive.planning import Wish
from newsarchive.errors import NothingFoundError
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.certificates import issue, server_context
from tests.crawl.origin import Origin, Shape, plain

START = datetime(2026, 11, 27, 6, 0, tzinfo=UTC)
SPEED = 300.0  # seconds of the archive's time a second outside
BUDGET = 700  # requests a host and day
DROPPED = Shape((), close=True)
WORDS = [
    "harbour",
    "council",
    "bridge",
    "ferry",
    "storm",
    "market",
    "school",
    "river",
    "budget",
    "mayor",
    "bakery",
    "tram",
    "library",
    "orchard",
    "winter",
    "signal",
    "lantern",
    "village",
    "ticket",
    "engine",
    "garden",
    "letter",
    "museum",
    "copper",
    "island",
    "barley",
    "summit",
    "canal",
    "timber",
    "cinema",
]


def prose(seed: str, count: int) -> str:
    r = random.Random(seed)
    sentences = [" ".join(r.choices(WORDS, k=12)).capitalize() + "." for _ in range(count)]
    return "".join(f"<p>{a} {b}</p>" for a, b in zip(sentences[::2], sentences[1::2], strict=True))


@dataclass
class Story:
    """A story; `edits` are when its text gets another sentence."""

    number: int
    born: datetime
    edits: list[datetime] = field(default_factory=list)

    def text(self, outlet: str, now: datetime) -> str:
        done = [n for n, at in enumerate(self.edits) if at <= now]
        added = "".join(f"<p>Note {n}: {prose(f'{outlet} {self.number} {n}', 2)[3:-4]}</p>" for n in done)
        return prose(f"{outlet} {self.number}", 20) + added


@dataclass
class Outlet:
    """What an outlet shows at a moment. Every answer is made when it is asked for."""

    name: str
    scheme: str = "http"
    a_day: int = 6
    burst: int = 1  # stories that come at once
    shown: int = 30  # entries of the feed
    lying: bool = False  # its sitemap dates every entry to the present
    stories: list[Story] = field(default_factory=list)
    down: tuple[datetime, datetime] | None = None
    redesigned_at: datetime | None = None
    moved_at: datetime | None = None
    walled_at: datetime | None = None

    @property
    def host(self) -> str:
        return f"{self.name}.test"

    @property
    def base(self) -> str:
        return f"{self.scheme}://{self.host}"

    def path(self, story: Story, now: datetime) -> str:
        slug = "-".join(random.Random(f"{self.name} {story.number}").choices(WORDS, k=4))
        if self.redesigned_at and now >= self.redesigned_at:
            return f"/news/{slug}-{story.number + 10_000}"
        return f"/2026/{story.number + 10_000}/{slug}.html"

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
            if path == self.path(story, START - timedelta(days=1)):
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


def press(days: float, late: timedelta) -> dict[str, Outlet]:
    """The outlets and what they will do in so many days; `late` is the age of silent edits."""

    def at(share: float) -> datetime:
        return START + timedelta(days=days * share)

    made = [
        Outlet("burst", a_day=60, burst=6, shown=10),
        Outlet("quick"),
        Outlet("silent"),
        Outlet("lying", lying=True),
        Outlet("redesign", redesigned_at=at(0.5)),
        Outlet("domain", moved_at=at(0.6)),
        Outlet("wall", walled_at=at(0.7)),
        Outlet("down", down=(at(0.4), at(0.4) + timedelta(days=min(2, days / 4)))),
        Outlet("sealed", scheme="https"),
    ]
    for outlet in made:
        r = random.Random(outlet.name)
        count = int(outlet.a_day * days)
        for number in range(count):
            born = START + timedelta(days=days) * ((number // outlet.burst) * outlet.burst / count)
            story = Story(number, born - timedelta(hours=1))
            if outlet.name == "quick" and number % 4 == 1:
                story.edits = sorted(story.born + timedelta(hours=r.random()) for _ in range(12))
            elif outlet.name == "silent" and number % 3 == 1:
                story.edits = [story.born + late]
            elif number % 5 == 2:
                story.edits = [story.born + timedelta(hours=r.uniform(0.2, 9))]
            outlet.stories.append(story)
    return {outlet.name: outlet for outlet in made}


@contextmanager
def serving(folder: Path, outlets: dict[str, Outlet]) -> Iterator[tuple[Server, Server, Path, Path]]:
    """Servers without and with TLS, an archive of all outlets, an expired certificate."""
    authority, good = issue(folder, "sealed.test")
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
            f"connect_to = [{', '.join(dial)}]\n[crawl]\ndelay = 1\ndaily_budget = {BUDGET}\n[extract]\nworkers = 1\n"
        )
        for outlet in outlets.values():
            follow(root, outlet, outlet.base)
        yield open_server, sealed, root, expired


def follow(root: Path, outlet: Outlet, base: str) -> None:
    made = Source(name=outlet.name, domains=(base.partition("//")[2],), feeds=(f"{base}/feed",))
    write_source(root, replace(made, sitemaps=(f"{base}/map.xml",)) if outlet.lying else made)


# Alarms that each kind of trouble may and must give; what is not here is well.
TROUBLE = {
    "down": {"source fails", "document fails"},
    "sealed": {"source fails", "document fails"},
    "domain": {"feed moved", "alive but empty", "document fails", "source fails"},
}
ALLOWED = {name: kinds | {"fetches fail"} for name, kinds in TROUBLE.items()} | {"wall": {"extraction broke"}}


@pytest.mark.parametrize(
    ("days", "step", "late"),
    [
        (2.0, timedelta(hours=1), timedelta(days=1)),
        pytest.param(35.0, timedelta(minutes=30), timedelta(days=21), marks=pytest.mark.slow),
    ],
    ids=["two days", "a month"],
)
def test_no_story_is_missed_outages_are_reported_and_edits_are_found_when_the_policy_says(
    tmp_path: Path, days: float, step: timedelta, late: timedelta
) -> None:
    outlets = press(days, late)
    begins = {
        "down": outlets["down"].down[0],  # type: ignore[index]
        "sealed": START + timedelta(days=days * 0.8),
        "domain": outlets["domain"].moved_at,
    }
    reachable: dict[str, set[int]] = {name: set() for name in outlets}
    told: list[tuple[datetime, str, str]] = []
    overdue: list[str] = []
    asked: Counter[tuple[str, object]] = Counter()
    with serving(tmp_path, outlets) as (server, sealed, root, expired), Collector() as collector:
        now = START
        for number in range(int(timedelta(days=days) / step)):
            now = START + number * step
            server.now = sealed.now = now
            if now >= begins["sealed"]:
                sealed.context = server_context(expired)
            if 0 <= (now - begins["domain"]) / step - 4 < 1:  # a person has read the alarm
                follow(root, outlets["domain"], "http://new-domain.test")
            for name, outlet in outlets.items():
                is_reached = not outlet.is_down(now) and not (name == "sealed" and now >= begins[name])
                is_known = name != "domain" or not 0 <= (now - begins[name]) / step < 4
                if is_reached and is_known:
                    reachable[name] |= {story.number for story in outlet.listed(now)}
            jump = timedelta(hours=5) if number == int(timedelta(days=days) / step / 3) else timedelta()
            archive = Archive(root, clock=Clock(now + jump, speed=SPEED))
            if number % 4 == 0 and not jump:
                ahead = {due.key: due for due in rechecks_ahead(archive, now)}
                overdue += [
                    f"{now}: {due.key} since {due.due_at}"
                    for due in ahead.values()
                    if due.source not in TROUBLE and due.due_at < now - 2 * step
                ]
            done: Collected = collector.run(archive, Wish())
            told += [(now, alarm.source, alarm.kind) for alarm in done.notified.new]
        for request in server.log:
            asked[Origin.asked(request).split("/")[2], 0] += 1
        archive = Archive(root, clock=Clock(now, speed=SPEED))
        held = {
            name: {n for n in numbers if is_held(archive, outlets[name], n, now)}
            for name, numbers in reachable.items()
        }
    assert {n: sorted(reachable[n] - held[n]) for n in reachable if reachable[n] - held[n]} == {}
    assert [row for row in told if row[2] not in ALLOWED.get(row[1], set())] == []
    for name, moment in begins.items():
        within = max(2 * step, timedelta(hours=1))
        assert [
            r for r in told if r[1] == name and r[2] in TROUBLE[name] and moment <= r[0] <= moment + within
        ], name
    assert overdue == []
    assert max(asked.values()) <= BUDGET * (days + 1)
    changes = Counter(row.source for row in archive.changes(limit=100_000))
    assert (
        changes["silent"]
        >= sum(1 for s in outlets["silent"].stories if s.edits and s.edits[0] < now - 2 * step) * 0.9
    )


def is_held(archive: Archive, outlet: Outlet, number: int, now: datetime) -> bool:
    """Does the archive hold a text of this story, at its old or its new address?"""
    story = outlet.stories[number]
    paths = {outlet.path(story, START - timedelta(days=1)), outlet.path(story, now)}
    for base in (outlet.base, f"{outlet.scheme}://new-{outlet.host}"):
        for path in paths:
            try:
                if archive.story(base + path).versions:
                    return True
            except NothingFoundError:
                continue
    return False
