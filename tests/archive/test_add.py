"""`add`: what a site offers is found by looking; what can't be added says why."""

from __future__ import annotations

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import NothingFoundError, SourceFailedError
from newsarchive.times import Clock
from tests.press import START, connect, newsroom


@pytest.fixture(scope="module")
def room():
    with newsroom(stories=4) as room:
        yield room


@pytest.fixture
def archive(room, tmp_path) -> Archive:
    return connect(tmp_path / "a", room, Clock(START))


@pytest.mark.parametrize("name", ["courier", "harbour", "northline", "mirat", "bote", "asanagi", "gazette"])
def test_the_feeds_of_an_outlet_are_found_from_its_homepage(archive, room, name):
    outlet = room.outlets[name]
    source = archive.add(outlet.homepage, name=name)
    assert set(source.feeds) & set(outlet.feeds)
    assert source.title
    assert source.language == outlet.language
    assert archive.sources[name] == source


def test_a_feeds_own_address_adds_its_site(archive, room):
    outlet = room.outlets["courier"]
    source = archive.add(outlet.feed)
    assert outlet.feed in source.feeds
    assert source.homepage == outlet.homepage


def test_a_builtin_source_is_taken_by_its_name_without_any_fetch(archive, room):
    room.clear_log()
    source = archive.add("mee")
    assert "middleeasteye.net" in source.homepage
    assert room.log == []


@pytest.mark.parametrize(("site", "says"), [("nosuchname", "sources --builtin"), ("mee", "already")])
def test_what_cant_be_added_says_what_to_do(archive, site, says):
    archive.add("mee")
    with pytest.raises(NothingFoundError, match=says):
        archive.add(site)


def test_a_site_that_answers_404_is_not_added(archive, room):
    with pytest.raises(SourceFailedError, match="404"):
        archive.add(room.outlets["courier"].url + "/no-such-page")
    assert archive.sources == {}


def test_an_address_that_is_refused_says_what_can_permit_it(tmp_path):
    archive = Archive.create(tmp_path / "a")
    with pytest.raises(SourceFailedError, match=r"address refused.*network\.allow in newsarchive\.toml"):
        archive.add("http://127.0.0.1:9/")


def test_what_is_not_there_when_a_site_is_looked_at_is_no_failure(archive, room):
    archive.add(room.outlets["courier"].homepage, name="courier")
    archive.ingest()
    [row] = [row for row in archive.source_rows() if row["name"] == "courier"]
    assert (row["captures"] > 0, row["failed"]) == (True, 0)
