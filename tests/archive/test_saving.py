"""One page at once: stored, indexed, and what came of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsarchive.archive import Archive
from newsarchive.errors import BadUrlError, NothingFoundError
from newsarchive.times import Clock
from tests.press import START, connect, newsroom


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """What saving gave, by name; the archive has no source."""
    folder = tmp_path_factory.mktemp("saving") / "a"
    with newsroom(outlets=("courier",), stories=4) as room:
        connect(folder, room, Clock(START))
        outlet = room.outlets["courier"]
        first, second = outlet.urls()[:2]

        def save(url):
            return Archive(folder, clock=Clock(room.now())).save(url)

        found = {"new": save(first)}
        room.advance(timedelta(hours=1))
        room.edit(first, "headline", title="Council paints the quay zinnober")
        found |= {"edited": save(first), "without scheme": save(second.removeprefix("https://"))}
        found |= {"absent": save(f"{outlet.homepage}none"), "list": save(outlet.homepage)}
    return found


def test_a_page_of_an_unknown_outlet_is_stored_and_its_story_readable(saved):
    one = saved["new"]
    assert (one.outcome, one.exit_code) == ("new", 0)
    assert one.story.url == one.url
    assert one.story.versions[-1].text


def test_an_edit_since_then_is_a_version(saved):
    one = saved["edited"]
    assert (one.outcome, one.story.title) == ("changed", "Council paints the quay zinnober")
    assert [v.version_no for v in one.story.versions] == [1, 2]


def test_a_url_without_scheme_is_https(saved):
    assert saved["without scheme"].story.url.startswith("https://www.cedar-courier.example/")


@pytest.mark.parametrize(("name", "outcome", "is_stored"), [("absent", "gone", False), ("list", "new", True)])
def test_what_gives_no_story_exits_1(saved, name, outcome, is_stored):
    one = saved[name]
    assert (one.outcome, one.is_stored, one.story, one.exit_code) == (outcome, is_stored, None, 1)


def test_what_is_no_address_is_refused(press):
    with pytest.raises(BadUrlError):
        Archive(press.folder).save("ftp://www.cedar-courier.example/a")


def test_a_withheld_story_isnt_shown(tmp_path):
    with newsroom(outlets=("courier",), stories=4) as room:
        archive = connect(tmp_path / "a", room, Clock(START))
        url = room.outlets["courier"].urls()[0]
        archive.save(url)
        archive.decide("withhold", url, reason="asked to")
        with pytest.raises(NothingFoundError, match="asked to"):
            archive.save(url)
