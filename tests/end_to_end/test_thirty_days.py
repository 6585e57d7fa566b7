"""Thirty days of four outlets, followed every four hours by one long-lived crawl child.

The newsroom publishes, edits and deletes by its script; feeds die in different ways, one after another. Time
is the newsroom's: its clock stands still during a run and is moved on between two. What is checked is what
the newsroom knows (its stories, its log of requests), not what the archive says of itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collected, Collector
from newsarchive.config import FILENAME
from newsarchive.errors import NothingFoundError
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.newsroom import Newsroom, PressEvent
from tests.press import START, newsroom

STEP = timedelta(hours=4)
SPEED = 100.0  # of the crawl's clock: its second between two requests lasts a hundredth of one
BUDGET = 90  # requests a host and day; so few that it is spent on some days
SETTINGS = (
    'contact = "desk@archive.example"\n{network}\n[crawl]\ndelay = 1\ndaily_budget = {budget}\n'
    "[extract]\nworkers = 1\n"
)


@dataclass(frozen=True, kw_only=True)
class Outage:
    """From run `begin` on, before run `end` it is over."""

    outlet: str
    begin: int
    end: int
    fault: str
    alarms: frozenset[str]  # one of these must be told
    options: dict[str, Any] = field(default_factory=dict)
    hides: bool = False  # nothing of the outlet can be reached while it lasts
    within: int = 2  # polls


EMPTY = Outage(outlet="harbour", begin=14, end=19, fault="empty-feed", alarms=frozenset({"alive but empty"}))
MONTH = (
    replace(EMPTY, begin=36, end=48),
    Outage(outlet="northline", begin=54, end=66, fault="feed-html", alarms=frozenset({"not a feed"})),
    Outage(
        outlet="mirat",  # which has nothing but its feed
        begin=72,
        end=81,
        fault="404",
        options={"prefix": "/rss.xml"},
        alarms=frozenset({"document fails", "source fails"}),
        hides=True,
    ),
    Outage(
        outlet="harbour",
        begin=90,
        end=99,
        fault="robots-forbid",
        alarms=frozenset({"robots forbids"}),
        hides=True,
    ),
    Outage(outlet="northline", begin=108, end=120, fault="feed-moved", alarms=frozenset({"feed moved"})),
    Outage(
        outlet="harbour",
        begin=126,
        end=135,
        fault="block",
        options={"status": 202},
        alarms=frozenset({"not a feed", "block page"}),
        hides=True,
    ),
    # A feed that stands still can only be told from a quiet outlet when stories are overdue.
    Outage(
        outlet="mirat",
        begin=144,
        end=168,
        fault="feed-frozen",
        alarms=frozenset({"no new story"}),
        hides=True,
        within=20,
    ),
)


def open_archive(folder: Path, room: Newsroom) -> Archive:
    """The archive at the newsroom's present."""
    return Archive(folder, clock=Clock(room.now(), speed=SPEED))


def new_archive(folder: Path, room: Newsroom) -> None:
    """An archive of all outlets of `room`; of mirat it knows nothing but the feed."""
    Archive.create(folder)
    (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml(), budget=BUDGET))
    archive = open_archive(folder, room)
    for outlet in room.outlets.values():
        source = archive.add(outlet.homepage, name=outlet.name)
        if outlet.name == "mirat":
            write_source(folder, replace(source, sitemaps=(), sections=()))


def switch(room: Newsroom, outages: Sequence[Outage], number: int) -> None:
    """Faults begin and end before this run."""
    for outage in outages:
        if outage.end == number:
            room.clear_faults()
    for outage in outages:
        if outage.begin == number:
            room.fault(outage.fault, outage.outlet, **outage.options)


def follow(folder: Path, room: Newsroom, outages: Sequence[Outage], runs: int) -> Iterator[Collected]:
    """Does so many runs, `STEP` apart, all with one child."""
    with Collector() as collector:
        pids = set()
        for number in range(runs):
            if number:
                room.advance(STEP / 2)
                room.advance(STEP / 2)
            switch(room, outages, number)
            yield collector.run(open_archive(folder, room))
            pids.add(collector.pid)
        assert len(pids) == 1, "the child died"


def alarms_wrong(done: Sequence[Collected], outages: Sequence[Outage]) -> list[str]:
    """Outages that weren't told in time or not taken back, and alarms without an outage."""
    wrong = []
    told = [(n, a.source, a.kind, a.evidence) for n, d in enumerate(done) for a in d.notified.new]
    for outage in outages:
        wanted = range(outage.begin, outage.begin + outage.within)
        at = [n for n, source, kind, _ in told if source == outage.outlet and kind in outage.alarms]
        if not set(at) & set(wanted):
            wrong.append(f"{outage.outlet} {outage.fault} of runs {outage.begin}-{outage.end}: told at {at}")
        keys = Counter(a.key for d in done[outage.begin : outage.end] for a in d.notified.new)
        wrong += [f"told {n} times: {key}" for key, n in keys.items() if n > 1]
        back = [line for d in done[outage.end : outage.end + 2] for line in d.notified.recovered]
        if not any(line.startswith(f"{outage.outlet}: recovered") for line in back):
            wrong.append(f"{outage.outlet} {outage.fault}: its end at {outage.end} wasn't told: {back}")
    for n, source, kind, evidence in told:
        if not any(o.outlet == source and o.begin <= n < o.end + 2 for o in outages):
            wrong.append(f"run {n}: false alarm for {source}: {kind}, {evidence}")
    return wrong


def reachable(room: Newsroom, outages: Sequence[Outage], runs: int) -> list[set[str]]:
    """Every story that was out, and not hidden by an outage, at the time of some run: all its addresses."""
    moments = [START + STEP * n for n in range(runs)]
    lives: dict[tuple[str, int], list[PressEvent]] = {}
    for happened in room.history:
        lives.setdefault((happened.outlet, happened.number), []).append(happened)
    found = []
    for (name, _), life in lives.items():
        begin = life[0].at
        end = next((h.at for h in life if h.kind.startswith("delete")), moments[-1] + STEP)
        hidden = [o for o in outages if o.hides and o.outlet == name]
        if any(
            begin <= at < end and not any(o.begin <= n < o.end for o in hidden)
            for n, at in enumerate(moments)
        ):
            found.append({room.outlets[name].url + h.after.path for h in life})
    return found


@pytest.mark.parametrize(
    ("outlets", "days", "outages"),
    [
        (("courier", "harbour"), 4, (EMPTY,)),
        pytest.param(("courier", "harbour", "northline", "mirat"), 30, MONTH, marks=pytest.mark.slow),
    ],
    ids=["four days", "a month"],
)
def test_nothing_is_missed_every_outage_is_told_and_no_host_is_asked_too_often(
    tmp_path, outlets, days, outages
):
    folder, runs = tmp_path / "a", days * 6
    with newsroom(
        seed=14, stories=15, days=float(days), per_day=5.0, outlets=outlets, certificate_days=3650.0
    ) as room:
        new_archive(folder, room)
        done = list(follow(folder, room, outages, runs))
        archive = open_archive(folder, room)
        known = reachable(room, outages, runs)
        missed = [urls for urls in known if not any(is_held(archive, url) for url in urls)]
        asked = Counter((entry.host, entry.at.date()) for entry in room.log)
        deletions = sum(h.kind.startswith("delete") for h in room.history)
    assert missed == []
    assert len(known) > days * 5 * len(outlets)
    assert "\n".join(alarms_wrong(done, outages)) == ""
    assert max(asked.values()) <= BUDGET
    numbers = archive.stats()
    assert numbers["changes"] > days
    assert deletions
    report = archive.rebuild(check=True)
    assert (report.equal, report.differences) == (True, ())
    assert archive.verify().exit_code == 0


def is_held(archive: Archive, url: str) -> bool:
    """Does the archive hold a text of the story at `url`?"""
    try:
        return bool(archive.story(url).versions)
    except NothingFoundError:
        return False
