"""What the schedule has learnt of an outlet's edits is the same when it is learnt again from the archive alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.archive.crawling import Collector
from newsarchive.archive.planning import learn_from_the_past
from newsarchive.config import RecheckConfig
from newsarchive.schedule import learning
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock
from tests.press import START, crawl, following, newsroom


def test_ages_and_hours_are_learnt_again_as_they_were(tmp_path: Path, collector: Collector) -> None:
    steps = [timedelta(hours=h) for h in (1, 2, 3, 8, 16, 30, 5)]
    with newsroom(outlets=("mirat",), stories=6) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        crawl(collector, archive.root, START)
        for number, step in enumerate(steps):
            later = room.advance(step)
            if number % 2:
                room.edit(room.outlets["mirat"].urls()[number % 5], "headline")
            crawl(collector, archive.root, later)
    with State(archive.root / "state.db") as state:
        live = learning._stored(state)
        assert sum(live["mirat"][1].edits) >= 2, "there must be something to learn"
        state.write("DELETE FROM tallies", [()])
        state.write("DELETE FROM facts", [()])
        learn_from_the_past(Archive(archive.root, clock=Clock(later)), state)
        again = learning._stored(state)
        config = RecheckConfig()
        assert again.keys() == live.keys()
        assert again["mirat"][0] == live["mirat"][0]
        for name in ("seconds", "edits", "hour_edits", "hour_due", "quick", "bursts"):
            assert getattr(again["mirat"][1], name) == getattr(live["mirat"][1], name)
        assert learning.rates(state, ["mirat"], config, later)["mirat"].pace != (1.0,) * 24
