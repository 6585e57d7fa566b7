"""A press unlike the newsroom (`second_press`), followed by the clock of a simulation that is five hours ahead in one run and
five hours behind in another. Checked against what the press did and the servers' logs, not by what the archive says of itself.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.archive.following import rechecks_ahead
from newsarchive.archive.planning import Wish
from newsarchive.errors import NothingFoundError
from newsarchive.times import Clock
from tests.end_to_end.second_press import START, Outlet, Serving, Story, follow, press, serving

SPEED = 120.0  # seconds of the archive's time a second outside
UNNOTICED = (
    4  # runs until a person has read that the domain moved, and written the new one into the source file
)
# Alarms that each kind of trouble may and must give; what is not here is well.
TROUBLE = {
    "down": {"source fails", "document fails"},
    "sealed": {"source fails", "document fails"},
    "domain": {"feed moved", "alive but empty", "document fails", "source fails"},
}
ALLOWED = {name: kinds | {"fetches fail"} for name, kinds in TROUBLE.items()} | {"wall": {"extraction broke"}}
PROMPT = ("burst", "quick", "silent", "lying", "redesign")  # well, and with budget enough for each re-check
Key = tuple[str, int]  # outlet, story


@dataclass
class Followed:
    """What the runs did, by the servers' logs and the messages."""

    outlets: dict[str, Outlet]
    step: timedelta
    reachable: set[Key] = field(default_factory=set)
    told: list[tuple[datetime, str, str]] = field(default_factory=list)
    requests: Counter[tuple[date, str]] = field(default_factory=Counter)  # by day of the archive and host
    due: dict[Key, str] = field(default_factory=dict)  # stories that this run must fetch
    overdue: list[str] = field(default_factory=list)  # those that a run didn't fetch
    waiting: dict[Key, tuple[datetime, datetime]] = field(default_factory=dict)  # edited when; due until when
    late: list[str] = field(default_factory=list)  # edits that weren't fetched by the time that was said
    delays: dict[str, list[timedelta]] = field(default_factory=lambda: defaultdict(list))
    found: dict[Key, int] = field(
        default_factory=dict
    )  # edits of a story that were there when it was fetched

    def begins(self) -> dict[str, datetime]:
        """When each outage begins."""
        moments = {
            "down": self.outlets["down"].down[0] if self.outlets["down"].down else None,
            "sealed": self.outlets["sealed"].sealed_at,
            "domain": self.outlets["domain"].moved_at,
        }
        return {name: moment for name, moment in moments.items() if moment}

    def is_reachable(self, outlet: Outlet, now: datetime) -> bool:
        """Could a run have found its stories?"""
        if outlet.moved_at:
            return not 0 <= (now - outlet.moved_at) / self.step < UNNOTICED
        return not outlet.is_down(now) and not (outlet.sealed_at and now >= outlet.sealed_at)

    def before_run(self, archive: Archive, now: datetime, shown: datetime) -> None:
        """Note what is listed, what is due by the run's own clock, and by when the policy will have found each new edit."""
        for outlet in self.outlets.values():
            if self.is_reachable(outlet, now):
                self.reachable |= {(outlet.name, story.number) for story in outlet.listed(now)}
        promised: dict[Key, datetime] = {}
        for due in rechecks_ahead(archive, shown):
            if due.source in PROMPT:
                promised[due.source, number_of(due.key)] = due.due_at
        # However long: what a run learns may make a wait shorter than it already was.
        self.due = {
            key: f"{key}, due {at}, not fetched at {now}" for key, at in promised.items() if at <= shown
        }
        for key, story in self.edited(now):
            if key in promised:  # else it was not yet fetched at all
                self.waiting.setdefault(key, (now - self.step, max(promised[key], now)))
            elif key in self.found:
                self.late.append(f"{key} edited by {now} will never be fetched again: {story}")

    def edited(self, now: datetime) -> list[tuple[Key, Story]]:
        """The stories that were edited since the last run."""
        return [
            ((name, story.number), story)
            for name in PROMPT
            for story in self.outlets[name].stories
            if any(now - self.step < at <= now for at in story.edits)
        ]

    def after_run(self, asked: list[tuple[str, str]], day: date, now: datetime) -> None:
        """Count the requests, and the edits that they brought."""
        for host, path in asked:
            self.requests[day, host] += 1
            name, number = host.removeprefix("new-").partition(".")[0], number_of(path)
            if number < 0 or name not in PROMPT:
                continue
            key = name, number
            self.due.pop(key, None)
            self.found[key] = sum(at <= now for at in self.outlets[name].stories[number].edits)
            if key in self.waiting:
                edited, _ = self.waiting.pop(key)
                self.delays[name].append(now - edited)
        self.overdue += self.due.values()
        for key, (edited, until) in list(self.waiting.items()):
            if now > until + 2 * self.step:
                self.late.append(f"{key}, edited after {edited}, was to be fetched until {until}")
                del self.waiting[key]


def number_of(path: str) -> int:
    """The number of the story at a path or URL; -1 if it is no story's."""
    found = re.search(r"\b1(\d{4})\b", path)
    return int(found[1]) if found else -1


def simulate(served: Serving, outlets: dict[str, Outlet], days: float, step: timedelta) -> Followed:
    """Make all the runs."""
    done = Followed(outlets, step)
    runs = int(timedelta(days=days) / step)
    wrong_clock = {runs // 3: timedelta(hours=5), 2 * runs // 3: timedelta(hours=-5)}
    notice = int((done.begins()["domain"] - START) / step) + UNNOTICED + 1
    with Collector() as collector:
        for number in range(runs):
            now = START + number * step
            served.set_clock(now, outlets)
            if number == notice:
                follow(served.root, outlets["domain"], "http://new-domain.test")
            shown = now + wrong_clock.get(number, timedelta())
            done.before_run(Archive(served.root), now, shown)
            archive = Archive(served.root, clock=Clock(shown, speed=SPEED))
            # Without patience, which would be some seconds outside.
            ended = collector.run(archive, Wish(due_only=True))
            done.told += [(now, alarm.source, alarm.kind) for alarm in ended.notified.new]
            done.after_run(served.asked(), shown.date(), now)
    return done


@pytest.mark.parametrize(
    ("days", "step", "late"),
    [
        (2.0, timedelta(hours=1), timedelta(days=1)),
        pytest.param(30.0, timedelta(hours=1), timedelta(days=21), marks=pytest.mark.slow),
    ],
    ids=["two days", "a month"],
)
def test_no_story_is_missed_outages_are_reported_and_edits_are_found_when_the_policy_says(
    tmp_path: Path,
    record_property: Callable[[str, object], None],
    days: float,
    step: timedelta,
    late: timedelta,
) -> None:
    outlets = press(days, late)
    with serving(tmp_path, outlets) as served:
        done = simulate(served, outlets, days, step)
        archive = Archive(served.root, clock=Clock(START + timedelta(days=days), speed=SPEED))
        texts = {key: text_of(archive, outlets[key[0]], key[1]) for key in done.reachable}
    for name, delays in done.delays.items():
        record_property(f"edits of {name}", f"{len(delays)}, median {statistics.median(delays)}")
    record_property("stories and requests", f"{len(texts)}, {done.requests.total()}")
    assert sorted(key for key, text in texts.items() if not text) == []
    assert [row for row in done.told if row[2] not in ALLOWED.get(row[1], set())] == []
    within = max(2 * step, timedelta(hours=1))
    for name, moment in done.begins().items():
        times = [at for at, source, kind in done.told if source == name and kind in TROUBLE[name]]
        assert any(moment <= at <= moment + within for at in times), name
    assert done.overdue == []
    assert done.late == []
    last = {key: f"Note {count - 1}:" for key, count in done.found.items() if count and key in texts}
    assert [key for key, note in last.items() if note not in texts[key]] == []
    for (day, host), count in done.requests.items():
        budget = outlets[host.removeprefix("new-").partition(".")[0]].budget
        assert count <= budget, f"{host} on {day}"
    silent = [s for s in outlets["silent"].stories if s.edits and s.edits[0] < START + timedelta(days=days)]
    assert sum(done.found.get(("silent", s.number), 0) for s in silent) >= 0.9 * len(silent) > 0
    if days > 7:  # only a past shows that texts got short
        assert ("wall", "extraction broke") in {(source, kind) for _, source, kind in done.told}


def text_of(archive: Archive, outlet: Outlet, number: int) -> str:
    """The story's last text in the archive, at its old or its new address; empty if there is none."""
    story = outlet.stories[number]
    now = archive.clock.now()
    for base in (outlet.base, f"{outlet.scheme}://new-{outlet.host}"):
        for path in (outlet.path(story, now), outlet.first_path(story)):
            try:
                versions = archive.story(base + path).versions
            except NothingFoundError:
                continue
            if versions:
                return versions[-1].text
    return ""
