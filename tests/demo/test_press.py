"""The demonstration's press: what its data files say, hour by hour, over loopback."""

from __future__ import annotations

import http.client
from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.config import parse_toml
from newsarchive.demo.tour import DemoPress, read_outlets, story_at

START = datetime(2026, 11, 2, 7, tzinfo=UTC)
OUTLETS = {outlet.name: outlet for outlet in read_outlets()}


def seen(path: str, hours: float, name: str = "herald"):
    (data,) = (one for one in OUTLETS[name].stories if one["path"] == path)
    return story_at(data, START, START + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("hours", "hurt", "paragraphs", "modified"),
    [(0, "14", 5, -1.0), (2, "14", 6, 1.5), (5, "11", 7, 4.0), (9, "11", 7, 4.0), (23, "11", 8, 22.0)],
)
def test_a_story_is_edited_as_time_goes_on(hours: float, hurt: str, paragraphs: int, modified: float):
    story = seen("/harbour/ferries-collide", hours)
    assert f"{hurt} people were hurt" in story.paragraphs[0]
    assert len(story.paragraphs) == paragraphs
    assert story.modified == START + timedelta(hours=modified)


def test_a_story_isnt_there_before_it_is_published():
    assert seen("/harbour/lightship-museum", 11.9) is None
    assert seen("/harbour/lightship-museum", 12).status == 200


@pytest.mark.parametrize("name", sorted(OUTLETS))
def test_every_edit_replaces_text_that_is_there(name: str):
    for data in OUTLETS[name].stories:
        for edit in data.get("edits", ()):
            before = "\n".join(seen(data["path"], edit["at"] - 0.01, name).paragraphs)
            assert [old for old, _ in edit.get("replace", ()) if old not in before] == []


def asked(press: DemoPress, host: str, path: str) -> tuple[int, str]:
    (target, *_) = parse_toml(press.network_toml(), "")["network"]["connect_to"]
    connection = http.client.HTTPConnection("127.0.0.1", int(target.rpartition(":")[2]), timeout=20)
    connection.request("GET", path, headers={"Host": host})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_the_press_serves_pages_feeds_and_what_is_gone():
    host, gone = "www.saltmarsh-herald.example", "/council/grain-store-contract"
    with DemoPress(START) as press:
        assert "grain store" in asked(press, host, gone)[1]
        assert gone in asked(press, host, "/feed.xml")[1]
        press.now = START + timedelta(hours=21)
        assert asked(press, host, gone)[0] == 410
        assert gone not in asked(press, host, "/feed.xml")[1] + asked(press, host, "/")[1]
        assert asked(press, host, "/nowhere")[0] == 404
        assert asked(press, "www.other.example", "/")[0] == 421
        assert 'dir="rtl"' in asked(press, "www.sada-almarfa.example", "/")[1]
