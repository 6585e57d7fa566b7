"""A source gets another name: its file, stories, schedule and watches follow; its captures stay."""

from __future__ import annotations

import json

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import ConfigError, UsageError
from newsarchive.index import reading
from newsarchive.index.known_values import refuse_unknown_sources
from newsarchive.index.search import SearchQuery
from newsarchive.model import Source
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import read_watches
from newsarchive.sources import read_sources, write_source

TABLES = ("stories", "versions", "text_versions", "failures", "copy_samples")


def test_stories_follow_a_renamed_source_and_a_rebuild_says_the_same(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    before = archive.story(press.headline_url)
    warcs = {path: path.read_bytes() for path in (archive.root / "warc").glob("*.gz")}
    count = archive.search(SearchQuery(sources=("courier",))).total
    archive.add_watch(source="courier", kinds=("headline",))
    archive.rename_source("courier", "daily")
    after = archive.story(press.headline_url)
    assert (after.id, after.source, len(after.versions)) == (before.id, "daily", len(before.versions))
    assert {v.source for v in after.versions} == {"daily"}
    assert archive.search(SearchQuery(sources=("daily",))).total == count > 0
    assert [watch.source for watch in read_watches(archive.root)] == ["daily"]
    assert read_sources(archive.root)["daily"].formerly == ("courier",)
    assert not (archive.root / "sources" / "courier.toml").exists()
    assert {path: path.read_bytes() for path in (archive.root / "warc").glob("*.gz")} == warcs
    with reading(archive.index) as db:
        for table in TABLES:
            assert db.execute(f"SELECT count(*) FROM {table} WHERE source = 'courier'").fetchone() == (0,)
        assert [row["name"] for row in archive.source_rows() if row["name"] in ("courier", "daily")] == [
            "daily"
        ]
    assert archive.rebuild(check=True).equal
    archive.rebuild()
    assert archive.story(press.headline_url).source == "daily"


def test_a_name_is_taken_back_and_names_add_up(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.rename_source("courier", "daily")
    archive.rename_source("daily", "evening")
    assert read_sources(archive.root)["evening"].formerly == ("courier", "daily")
    archive.rename_source("evening", "courier")
    assert read_sources(archive.root)["courier"].formerly == ("daily", "evening")
    assert archive.story(press.headline_url).source == "courier"
    assert archive.rebuild(check=True).equal


def test_what_says_the_old_name_is_told_the_new_one(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.rename_source("courier", "daily")
    with reading(archive.index) as db, pytest.raises(UsageError, match="It is called daily now"):
        refuse_unknown_sources(db, ["courier"])
    with pytest.raises(ConfigError, match="'courier' is a former name of the source 'daily'"):
        write_source(archive.root, Source(name="courier"))
    (archive.root / "sources" / "courier.toml").write_text("")
    with pytest.raises(ConfigError, match=r"take 'courier' out of `formerly` in daily\.toml"):
        read_sources(archive.root)


def test_a_name_that_is_taken_or_is_none_is_refused(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    other = next(name for name in archive.sources if name != "courier")
    for name, error in (
        (other, UsageError),
        ("courier", UsageError),
        ("Un Nom", ConfigError),
        ("", ConfigError),
    ):
        with pytest.raises(error):
            archive.rename_source("courier", name)
    assert "courier" in Archive(archive.root).sources


def test_two_sources_made_one_by_hand_need_a_rebuild(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    other = next(
        name
        for name in archive.sources
        if name != "courier" and archive.search(SearchQuery(sources=(name,))).total
    )
    write_source(archive.root, Source(name="courier", formerly=(other,)))
    (archive.root / "sources" / f"{other}.toml").unlink()
    again = Archive(archive.root, clock=archive.clock)
    with pytest.raises(UsageError, match="newsarchive rebuild"):
        again.ingest()
    again.rebuild()
    assert again.search(SearchQuery(sources=("courier",))).total > 0
    assert other not in [row["name"] for row in again.source_rows()]
    assert again.rebuild(check=True).equal


def test_the_schedule_remembers_a_source_under_its_new_name(tmp_path):
    with State(tmp_path / "state.db") as state:
        state.end_polls(["courier", "other"])
        state.write(
            "INSERT INTO reported VALUES (?, '', '')",
            [("alarm courier|silent|",), ("alarm courier2|silent|",)],
        )
        missed = "INSERT INTO missed VALUES (?, 'courier', '', 1, '', '', ?)"
        state.write(missed, [("https://a.example/", '{"url": "https://a.example/", "source": "courier"}')])
        state.rename_source("courier", "daily")
        assert state.polled_whole() == {"daily", "other"}
        assert {row[0] for row in state.read("SELECT key FROM reported")} == {
            "alarm daily|silent|",
            "alarm courier2|silent|",
        }
        [(source, target)] = state.read("SELECT source, target FROM missed")
        assert (source, json.loads(target)["source"]) == ("daily", "daily")


def test_the_next_crawl_goes_on_with_the_stories_of_a_renamed_source(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    archive.rename_source("courier", "daily")
    assert {row.source for row in archive.due_rows(())} >= {"daily"}
    assert "courier" not in {row.source for row in archive.due_rows(())}
