"""One run: what is new comes, what is known stays, an unchanged press costs next to nothing."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.planning import new_plan
from newsarchive.crawl.conditional import is_blind
from newsarchive.crawl.fetch import Fetch
from newsarchive.errors import ConfigError, NothingFoundError
from newsarchive.plan import Plan
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock
from newsarchive.warc import list_files, read_captures
from tests.press import START, connect, crawl, following, newsroom


@pytest.fixture
def room():
    with newsroom(outlets=("harbour",), stories=6) as room:
        yield room


@pytest.fixture
def archive(room, tmp_path) -> Archive:
    return following(tmp_path / "a", room, Clock(START))


def test_the_first_run_brings_every_story_and_the_next_fetches_only_what_is_new(archive, room):
    first = archive.crawl()
    assert sum(s.new for s in first.crawl.sources) == 6
    room.publish("harbour", title="Ferry sails again", paragraphs=["The ferry sailed at noon on Monday."] * 5)
    room.clear_log()
    room.advance(timedelta(minutes=5))
    second = Archive(archive.root, clock=Clock(room.now())).crawl()
    assert sum(s.new for s in second.crawl.sources) == 1
    articles = [e for e in room.log if "ferry-sails-again" in e.path]
    assert len(articles) == 1


def test_a_run_that_finds_nothing_new_asks_with_validators_and_is_told_not_modified(archive, room, collector):
    crawl(collector, archive.root, START)
    room.noise(False)
    room.clear_log()
    done = crawl(collector, archive.root, room.advance(timedelta(minutes=5)))
    plan = Plan.from_json((archive.root / "crawls" / done.crawl.crawl_id / "plan.json").read_text())
    base = room.outlets["harbour"].url
    answers = {base + entry.path: entry for entry in room.log}
    for target in plan.targets:
        entry = answers[target.url]
        if is_blind(
            Fetch.from_target(target), target.url, plan.crawl_id
        ):  # one in sixteen, to find validators that lie
            continue
        assert entry.status == 304
        assert entry.header("If-None-Match") or entry.header("If-Modified-Since")


def test_what_a_killed_run_wrote_whole_and_never_recorded_is_not_fetched_again(archive, room):
    done = archive.crawl()
    (archive.root / "crawls" / done.crawl.crawl_id / "commits.jsonl").write_text("")
    (archive.root / "MANIFEST").unlink()
    for path in (archive.root / "warc").glob("*.gz"):
        path.rename(path.with_name(path.name + ".open"))
    for name in ("index.db", "state.db"):
        (archive.root / name).unlink()
    room.clear_log()
    again = Archive(archive.root, clock=Clock(room.advance(timedelta(minutes=1)))).crawl()
    assert [e.path for e in room.log if e.path in room.outlets["harbour"].paths()] == []
    assert len(again.crawl.recovered) >= 1
    assert all(archive.story(url).versions for url in room.outlets["harbour"].urls())


def test_limit_leaves_the_rest_for_the_next_run(archive, room, collector):
    first = archive.crawl(limit=2)
    assert sum(s.new for s in first.crawl.sources) == 2
    second = crawl(collector, archive.root, room.advance(timedelta(minutes=5)))
    assert sum(s.new for s in second.crawl.sources) == 4


def test_a_url_that_a_person_names_is_captured_again_at_once(archive, room, collector):
    crawl(collector, archive.root, START)
    url = room.outlets["harbour"].urls()[0]
    room.advance(timedelta(minutes=1))
    Archive(archive.root, clock=Clock(room.now())).crawl(urls=[url])
    assert archive.story(url).n_captures == 2


def test_wrong_settings_stop_it_before_the_first_fetch(archive, room):
    room.clear_log()
    config = archive.root / "newsarchive.toml"
    config.write_text(config.read_text() + "[crwal]\n")
    with pytest.raises(ConfigError, match="crawl"):
        Archive(archive.root).crawl()
    assert room.log == []


def test_reports_stand_in_the_crawls_folder(archive, collector):
    done = crawl(collector, archive.root, START)
    folder = archive.root / "crawls" / done.crawl.crawl_id
    assert {p.name for p in folder.iterdir()} >= {"plan.json", "commits.jsonl", "report.json"}
    assert "6 pages" in done.as_text()


@pytest.mark.parametrize("is_killed", [False, True], ids=["reported", "killed before its report"])
def test_todays_requests_count_in_the_next_plan(room, tmp_path, collector, is_killed):
    archive = connect(tmp_path / "added", room, Clock(START))
    archive.add(room.outlets["harbour"].homepage, name="harbour")
    asked = Counter(entry.host for entry in room.log)
    with State(archive.root / "state.db") as state:
        assert new_plan(archive, sources=(), targets=(), state=state).spent == asked, "add's own probes"
    done = crawl(collector, archive.root, START)
    asked = Counter(entry.host for entry in room.log)
    if is_killed:
        (archive.root / "crawls" / done.crawl.crawl_id / "report.json").unlink()
        with State(archive.root / "state.db") as state:
            back = {host: -count for host, count in done.crawl.requests.items()}
            state.add_spent(START.date(), back)
    with State(archive.root / "state.db") as state:
        assert new_plan(archive, sources=(), targets=(), state=state).spent == asked


def test_a_known_url_that_a_person_names_counts_as_unchanged_or_changed(archive, room):
    room.noise(False)
    archive.crawl()
    url = room.outlets["harbour"].urls()[0]
    room.advance(timedelta(minutes=1))
    [source] = Archive(archive.root, clock=Clock(room.now())).crawl(urls=[url]).crawl.sources
    assert (source.new, source.unchanged) == (0, 1)
    kept = [
        c for f in list_files(archive.root) for c in read_captures(archive.root, f.filename) if c.url == url
    ]
    assert [c.kind for c in kept] == ["response", "same-payload"]
    room.edit(url, "headline")
    room.advance(timedelta(minutes=1))
    [source] = Archive(archive.root, clock=Clock(room.now())).crawl(urls=[url]).crawl.sources
    assert (source.new, source.changed) == (0, 1)


def test_one_page_is_archived_in_an_archive_without_sources(room, tmp_path):
    archive = connect(tmp_path / "b", room, Clock(START))
    url = room.outlets["harbour"].urls()[0]
    done = archive.crawl(urls=[url])
    assert (done.exit_code, [s.name for s in done.crawl.sources]) == (0, ["single-pages"])
    assert done.crawl.sources[0].new == 1
    assert archive.story(url).source == "single-pages"
    assert archive.source_rows() == []
    with pytest.raises(NothingFoundError, match="no sources"):
        archive.crawl()


def test_a_run_that_finds_nothing_says_when_something_is_due_and_again_looks_now(archive, room):
    archive.crawl()
    room.advance(timedelta(minutes=1))
    idle = Archive(archive.root, clock=Clock(room.now())).crawl()
    assert idle.next_due is not None
    assert idle.next_due > room.now()
    assert (
        f"Nothing due before {idle.next_due:%Y-%m-%d %H:%M} UTC; `newsarchive crawl --again`"
        in idle.as_text()
    )
    room.advance(timedelta(minutes=1))
    again = Archive(archive.root, clock=Clock(room.now())).crawl(again=True)
    assert sum(s.unchanged + s.changed for s in again.crawl.sources) == 6


def test_a_worker_process_stays_from_run_to_run_until_settings_want_others(archive, room, collector):
    config = archive.root / "newsarchive.toml"
    config.write_text(config.read_text().replace("workers = 1", "workers = 2"))
    kept = []
    for number, isolate in enumerate(("", "", "isolate = true\n")):
        config.write_text(config.read_text().replace("workers = 2\n", "workers = 2\n" + isolate))
        room.publish("harbour", title=f"Ferry {number}", paragraphs=["The ferry sailed at noon."] * 9)
        crawl(collector, archive.root, room.advance(timedelta(minutes=5)))
        kept.append({worker._process.pid for worker in collector._pool._all})
    assert [len(workers) for workers in kept] == [1, 1, 1]
    assert kept[0] == kept[1] != kept[2]
