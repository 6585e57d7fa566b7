"""After a run: alarms with evidence, once; watch hits, once; recovery told."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.alarms import after_run
from newsarchive.config import NotifyConfig
from newsarchive.crawl.crawl_report import DocumentReport, Report, SourceReport
from newsarchive.schedule.health_records import Alarm
from newsarchive.schedule.outbox import queue_alarms
from newsarchive.schedule.poll_history import polls_of
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import add_watch, new_watch
from newsarchive.times import Clock
from tests.press import START, crawl, following, newsroom


@pytest.fixture
def run(collector):
    """Does a run over an archive at its newsroom's present."""
    return lambda archive, room: crawl(collector, archive.root, room.now())


@pytest.fixture
def followed(tmp_path, run):
    """(room, archive) of one outlet that was polled for two days, every four hours."""
    with newsroom(outlets=("courier",), stories=8, days=4.0, per_day=6.0) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        run(archive, room)
        for _ in range(8):
            room.advance(timedelta(hours=4))
            run(archive, room)
        yield room, archive


@pytest.mark.slow
def test_a_feed_that_runs_dry_is_told_once_with_evidence_and_its_recovery_too(followed, run):
    room, archive = followed
    outbox = archive.root / "told.txt"
    config = archive.root / "newsarchive.toml"
    config.write_text(config.read_text() + f'[notify]\ncommand = "tee -a {outbox}"\n')
    room.fault("empty-feed", "courier")
    told = []
    for _ in range(3):
        room.advance(timedelta(hours=4))
        told.append([a.kind for a in run(archive, room).notified.new])
    assert "alive but empty" in told[0] + told[1]
    assert sum(kinds.count("alive but empty") for kinds in told) <= 2  # one for each document
    sick = Archive(archive.root, clock=Clock(room.now())).health()
    assert [h.is_well for h in sick] == [False]
    room.clear_faults()
    room.advance(timedelta(hours=4))
    assert run(archive, room).notified.recovered
    assert "alive but empty" in outbox.read_text()
    assert "recovered" in outbox.read_text()


def test_a_watch_hears_of_a_word_a_headline_and_a_vanished_story_once_each(tmp_path, run):
    with newsroom(outlets=("courier",), stories=6) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        run(archive, room)
        for wanted in ({"query": "zinnober"}, {"kinds": ("headline",)}, {"kinds": ("gone",)}):
            add_watch(archive.root, new_watch(room.now(), **wanted))
        urls = room.outlets["courier"].urls()
        room.advance(timedelta(days=1))
        room.edit(urls[0], "headline", title="Council paints the quay zinnober")
        room.delete(urls[1], status=410)
        done = run(archive, room)
        reasons = sorted(hit.reason for hit in done.notified.hits)
        room.advance(timedelta(days=2))
        again = run(archive, room)
    assert reasons == ["'zinnober' appears", "gone", "headline"]
    assert again.notified.hits == ()
    assert json.dumps(done.as_dict()["hits"])


def test_challenge_pages_in_place_of_articles_are_alarmed(tmp_path, run):
    with newsroom(outlets=("harbour",), stories=6) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        assert run(archive, room).notified.new == ()
        room.advance(timedelta(days=1))
        room.fault("block", "harbour", prefix="/2026/", status=200)
        for _ in range(6):
            room.publish("harbour")
        told = run(archive, room).notified.new
    assert [(a.source, a.kind) for a in told] == [("harbour", "block page")]
    assert "12 of 12 pages on 2026-03-03" in told[0].evidence  # six new ones, six looked at again


def test_a_certificate_that_runs_out_is_told_once_and_remembered_when_a_run_sees_none(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    now = archive.clock.now()
    names = ("courier", "mirat")
    report = Report(
        crawl_id="20260304T090000-0000",
        started_at=now,
        ended_at=now,
        sources=tuple(
            SourceReport(name=name, documents=(DocumentReport(url=f"https://{name}/"),)) for name in names
        ),
        certificates={"www.cedar-courier.example": now + timedelta(days=5)},
    )
    with State(archive.root / "state.db") as state:
        first = after_run(archive, state, report, now)
        second = after_run(archive, state, replace(report, certificates={}), now)
        renewed = {"www.cedar-courier.example": now + timedelta(days=90)}
        third = after_run(archive, state, replace(report, certificates=renewed), now)
    found = [(a.source, a.kind, a.subject) for a in first.new]
    assert found == [("courier", "certificate expires", "www.cedar-courier.example")]
    assert (second.new, len(second.standing)) == ((), 1)
    assert third.recovered == ("courier: recovered from 'certificate expires' www.cedar-courier.example.",)


def test_a_run_that_asks_nothing_of_a_source_neither_judges_it_nor_counts_as_a_poll(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    now = archive.clock.now()
    unasked = Report(
        crawl_id="20260304T090000-0000",
        started_at=now,
        ended_at=now,
        sources=(SourceReport(name="courier", left={"budget spent": 9}),),
    )
    standing = Alarm(source="courier", kind="feed moved", evidence="x")
    with State(archive.root / "state.db") as state:
        before = polls_of(state, "courier")
        queue_alarms(state, [standing], ["courier"], archive.config.notify, now)
        assert after_run(archive, state, unasked, now).recovered == ()
        assert polls_of(state, "courier") == before


def test_a_channel_that_takes_no_message_is_named_and_gets_it_at_the_next_run(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    now = archive.clock.now()
    broken = NotifyConfig(command="/nonexistent/mailer")
    outbox = tmp_path / "told.txt"
    mended = NotifyConfig(command=f"tee -a {outbox}")
    report = Report(crawl_id="20260304T090000-0000", started_at=now, ended_at=now)
    with State(archive.root / "state.db") as state:
        queue_alarms(
            state, [Alarm(source="courier", kind="feed moved", evidence="x")], ["courier"], broken, now
        )
        archive.__dict__["config"] = replace(archive.config, notify=broken)
        unsent = after_run(archive, state, report, now).unsent
        archive.__dict__["config"] = replace(archive.config, notify=mended)
        assert after_run(archive, state, report, now).unsent == ()
    assert "/nonexistent/mailer" in unsent[0]
    assert "feed moved" in outbox.read_text()
