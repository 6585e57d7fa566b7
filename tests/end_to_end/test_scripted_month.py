"""The newsroom publishes by a script with every kind of edit and every kind of noise; the archive, crawling
every six hours, must report exactly the scripted edits, with the right kinds, and no other."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.config import FILENAME
from newsarchive.times import Clock, parse_iso
from tests.newsroom import EXPECTED, Newsroom, PressEvent
from tests.press import SETTINGS, START, newsroom

STEP = timedelta(hours=6)
# Every story is looked at in every run, so that each scripted edit is seen by itself.
ALWAYS = "[recheck]\nratio = 0\nfloor = 0\ncap = 3600\n"


def follow(folder: Path, room: Newsroom, days: float) -> Archive:
    """An archive that has followed all outlets of `room` for so many days."""
    Archive.create(folder)
    (folder / FILENAME).write_text(SETTINGS.format(network=room.config_toml()) + ALWAYS)
    archive = Archive(folder, clock=Clock(room.now()))
    for outlet in room.outlets.values():
        archive.add(outlet.homepage, name=outlet.name)
    with Collector() as collector:
        collector.run(Archive(folder, clock=Clock(room.now())))
        for _ in range(int(days * 4)):
            room.advance(STEP / 2)
            room.advance(STEP / 2)
            collector.run(Archive(folder, clock=Clock(room.now())))
    return Archive(folder, clock=Clock(room.now()))


def check(archive: Archive, room: Newsroom) -> list[str]:
    """Every difference between what happened and what the archive tells, as sentences."""
    wrong: list[str] = []
    by_story: dict[tuple[str, int], list[PressEvent]] = {}
    for happened in room.history:
        by_story.setdefault((happened.outlet, happened.number), []).append(happened)
    changes: dict[int, list] = {}
    for row in archive.changes(limit=10_000):
        changes.setdefault(row.story_id, []).append(row)
    seen: set[int] = set()
    for (name, _), told in by_story.items():
        outlet = room.outlets[name]
        story = archive.story(outlet.url + told[0].after.path)
        seen.add(story.id)
        edits = [h for h in told if h.before is not None]
        expected = [h for h in edits if EXPECTED[h.kind].makes == "version"]
        found = sorted(changes.get(story.id, []), key=lambda row: row.changed_at)
        if len(found) != len(expected):
            wrong.append(
                f"{story.url}: scripted {[(h.kind, str(h.at)) for h in expected]}, told {[(r.kinds, r.changed_at) for r in found]}"
            )
            continue
        for happened, row in zip(expected, found, strict=True):
            if not set(EXPECTED[happened.kind].kinds) & set(row.kinds):
                wrong.append(f"{story.url}: {happened.kind} was told as {row.kinds}")
            if not happened.at <= parse_iso(row.changed_at) <= happened.at + 2 * STEP:
                wrong.append(f"{story.url}: {happened.kind} at {happened.at} was told for {row.changed_at}")
        events = [EXPECTED[h.kind].event for h in edits if EXPECTED[h.kind].makes == "event"]
        if Counter(e.kind for e in story.events) != Counter(events):
            wrong.append(f"{story.url}: scripted {events}, told {[e.kind for e in story.events]}")
    wrong += [f"story {i} was changed and never scripted" for i in changes if i not in seen]
    return wrong


@pytest.mark.parametrize(
    ("outlets", "days"),
    [
        (("courier", "mirat"), 4),
        pytest.param((), 30, marks=pytest.mark.slow),
    ],
    ids=["four days", "a month"],
)
def test_the_archive_tells_exactly_the_scripted_edits(tmp_path, outlets, days):
    with newsroom(seed=5, stories=12, days=float(days), per_day=3.0, outlets=outlets, start=START) as room:
        archive = follow(tmp_path / "a", room, days + 0.5)
        wrong = check(archive, room)
        kinds = {h.kind for h in room.history if EXPECTED[h.kind].makes == "version" and h.before is not None}
    assert len(kinds) > days / 2, "the script must hold edits of many kinds"
    assert "\n".join(wrong) == ""
    assert archive.rebuild(check=True).equal
