"""The newsroom as a whole: its clock, its truth, what tests can do with it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.newsroom import NewsClock, Newsroom, NewsroomError, ScriptLine
from tests.newsroom.client import get
from tests.newsroom.conftest import START


def test_the_clock_stands_still_runs_and_is_advanced():
    still = NewsClock(START, speed=0)
    assert still.now() == still.now() == START
    assert still.advance(timedelta(hours=2)) == START + timedelta(hours=2)
    assert still.advance(60) == START + timedelta(hours=2, minutes=1)
    fast = NewsClock(START, speed=1e6)
    assert fast.now() > START
    assert NewsClock(datetime(2026, 1, 1)).now().tzinfo == UTC  # noqa: DTZ001
    with pytest.raises(ValueError, match="back"):
        still.advance(-1)
    with pytest.raises(ValueError, match="speed"):
        NewsClock(speed=-1)


def test_a_published_story_is_on_its_page_and_in_the_feed(room: Newsroom):
    outlet = room.outlets["harbour"]
    story = room.publish("harbour", title="Ministers agree", paragraphs=["They agreed.", "So they said."])
    assert story.path == "/2026/11/02/ministers-agree/"
    assert outlet.urls()[0].endswith(story.path)
    assert "They agreed." in get(room, outlet.urls()[0]).text
    assert "Ministers agree" in get(room, outlet.feed).text


def test_publishing_at_an_address_again_is_an_edit(room: Newsroom):
    room.publish("courier", "/a", title="Ministers agree")
    room.advance(60)
    room.publish("courier", "/a", title="Ministers disagree")
    titles = [h.after.title for h in room.history if h.after.path == "/a"]
    assert titles == ["Ministers agree", "Ministers disagree"]
    assert room.truth("/a").title == "Ministers disagree"
    assert room.truth("/a", at=START).title == "Ministers agree"
    assert room.truth("/a").modified_at == START + timedelta(seconds=60)


def test_two_stories_never_share_an_address(room: Newsroom):
    one, two = (room.publish("courier", title="Ministers agree", section="local") for _ in range(2))
    assert one.path == "/local/ministers-agree"
    assert two.path == "/local/ministers-agree-2"


def test_a_new_slug_leaves_a_redirect(room: Newsroom):
    for name in ("courier", "harbour", "northline", "bote", "mirat"):
        outlet = room.outlets[name]
        old = outlet.urls()[0]
        new = room.edit(old, "slug")
        reply = get(room, old)
        assert (reply.status, reply.headers["Location"]) == (301, outlet.url + new.path)
        assert get(room, outlet.url + new.path).status == 200
        assert room.truth(old) == new


def test_addresses_by_number_lead_to_the_story(room: Newsroom):
    for name, path in (
        ("courier", "/node/214003"),
        ("harbour", "/?p=5103"),
        ("northline", "/article/x-770003"),
    ):
        reply = get(room, room.outlets[name].url + path)
        assert reply.status == 301
        assert get(room, reply.headers["Location"]).status == 200


def test_history_tells_what_happened_and_when(room: Newsroom):
    url = room.outlets["bote"].urls()[0]
    room.advance(timedelta(hours=1))
    room.edit(url, "number", silent=True)
    last = room.history[-1]
    assert (last.outlet, last.kind, last.silent, last.at) == (
        "bote",
        "number",
        True,
        START + timedelta(hours=1),
    )
    assert last.before is not None
    assert last.before.paragraphs != last.after.paragraphs
    assert last.after.modified_at == last.before.modified_at


def test_a_script_is_carried_out_in_time():
    script = [
        ScriptLine(at=START + timedelta(hours=2), outlet="courier", number=13, kind="publish"),
        ScriptLine(at=START + timedelta(hours=5), outlet="courier", number=13, kind="typo", silent=True),
        ScriptLine(at=START + timedelta(hours=6), outlet="courier", number=3, kind="delete-410"),
    ]
    with Newsroom(start=START, speed=0, stories=12, tls=False, script=script) as room:
        outlet = room.outlets["courier"]
        assert len(outlet.urls()) == 12
        room.advance(timedelta(hours=3))
        assert len(outlet.urls()) == 13
        wrong = outlet.stories()[0]
        assert wrong.typo is not None
        room.advance(timedelta(hours=3))
        right = outlet.truth(wrong.path)
        assert right.paragraphs != wrong.paragraphs
        assert right.typo is None
        assert [h.kind for h in room.history[-3:]] == ["publish", "typo", "delete-410"]
        assert len(outlet.urls()) == 12


def test_addresses_are_given_in_three_forms(open_room: Newsroom):
    host = open_room.outlets["courier"].host
    assert f"{host}:443:127.0.0.1:{open_room.https_port}" in open_room.connect_to
    assert {f"{host}:443", f"127.0.0.1:{open_room.https_port}"} <= set(open_room.allow)
    assert "[network]" in open_room.config_toml()


def test_a_source_can_be_written_from_an_outlet(open_room: Newsroom):
    from newsarchive.model import Source

    for outlet in open_room.outlets.values():
        source = Source(**outlet.source())
        assert source.feeds
        assert source.homepage.startswith("http")


@pytest.mark.parametrize(
    "where", ["/nowhere", "http://harbourpost.example/nowhere", "https://elsewhere.example/"]
)
def test_an_unknown_address_is_refused(room: Newsroom, where: str):
    with pytest.raises(NewsroomError):
        room.edit(where, "headline")


def test_an_unknown_outlet_is_refused(room: Newsroom):
    with pytest.raises(NewsroomError, match="courier"):
        room.publish("tribune")
    with pytest.raises(NewsroomError, match="tribune"):
        Newsroom(outlets=["tribune"])


def test_a_few_outlets_can_be_chosen():
    with Newsroom(stories=3, tls=False, outlets=["mirat", "bote"]) as room:
        assert list(room.outlets) == ["mirat", "bote"]


def test_edits_and_fetches_may_happen_at_once(room: Newsroom):
    url = room.outlets["courier"].urls()[0]
    problems: list[BaseException] = []

    def edit() -> None:
        try:
            for _ in range(30):
                room.edit(url, "number")
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=edit) for _ in range(3)]
    for thread in threads:
        thread.start()
    assert {get(room, url).status for _ in range(30)} == {200}
    for thread in threads:
        thread.join()
    assert problems == []
    assert sum(h.kind == "number" for h in room.history) == 90
