"""Every fault, as a client meets it."""

from __future__ import annotations

import http.client
import json
import time
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from lxml import html

from tests.newsroom import Fault, Newsroom
from tests.newsroom.client import get, raw
from tests.newsroom.faults import FAULT_KINDS
from tests.newsroom.press_response import retry_date

SIMPLE = [
    ("500", 500),
    ("503", 503),
    ("429", 429),
    ("404", 404),
    ("410", 410),
    ("redirect", 302),
    ("redirect-home", 302),
    ("redirect-loop", 302),
    ("soft-404", 200),
    ("consent", 200),
    ("block", 403),
    ("paywall", 200),
    ("empty-body", 200),
    ("not-html", 200),
    ("layout", 200),
    ("wrong-charset", 200),
    ("stale-validators", 200),
]


@pytest.mark.parametrize(("kind", "status"), SIMPLE)
def test_a_fault_spoils_the_article_and_goes_away(room: Newsroom, kind: str, status: int):
    outlet = room.outlets["harbour"]
    url = outlet.urls()[0]
    story = outlet.truth(url)
    room.noise(False)
    good = get(room, url)
    room.fault(kind, "harbour")
    bad = get(room, url)
    assert bad.status == status
    assert bad.body != good.body or kind == "stale-validators" or kind == "wrong-charset"
    if kind not in ("layout", "wrong-charset", "stale-validators"):
        assert story.paragraphs[-1].encode() not in bad.body
    assert room.log[-1].fault == kind
    room.clear_faults()
    assert get(room, url).body == good.body


def test_a_fault_meets_its_outlet_and_prefix_alone(room: Newsroom):
    room.fault("500", "courier", "/local")
    statuses = {u: get(room, u).status for o in ("courier", "harbour") for u in room.outlets[o].urls()}
    assert {s for u, s in statuses.items() if "/local/" in u and "cedar" in u} == {500}
    assert {s for u, s in statuses.items() if "/local/" not in u or "cedar" not in u} == {200}


def test_a_fault_can_be_used_up(room: Newsroom):
    url = room.outlets["courier"].urls()[0]
    room.fault("503", "courier", times=2)
    assert [get(room, url).status for _ in range(4)] == [503, 503, 200, 200]


def test_retry_after_comes_as_seconds_and_as_a_date(room: Newsroom):
    url = room.outlets["courier"].urls()[0]
    room.fault("503", times=1, retry_after=120)
    assert get(room, url).headers["Retry-After"] == "120"
    room.fault("429", retry_after=retry_date(room.now(), 90))
    assert get(room, url).headers["Retry-After"] == "Mon, 02 Nov 2026 06:01:30 GMT"


def test_robots_txt_is_spared_unless_named(room: Newsroom):
    outlet = room.outlets["courier"]
    room.fault("500", "courier")
    assert get(room, outlet.robots).status == 200
    room.clear_faults()
    room.fault("500", "courier", robots=True)
    assert get(room, outlet.robots).status == 500
    room.clear_faults()
    room.fault("robots-forbid", "courier")
    assert get(room, outlet.robots).text.endswith("Disallow: /\n")
    assert get(room, outlet.homepage).status == 200


@pytest.mark.parametrize("status", [200, 202, 403])
def test_a_challenge_page_comes_with_any_status(room: Newsroom, status: int):
    room.fault("block", "northline", status=status)
    reply = get(room, room.outlets["northline"].urls()[0])
    assert reply.status == status
    assert b"Checking your browser" in reply.body


def test_a_page_is_cut_short(room: Newsroom):
    room.fault("cut", keep=0.5)
    with pytest.raises(http.client.IncompleteRead) as caught:
        get(room, room.outlets["harbour"].urls()[0])
    assert len(caught.value.partial) > 500


def test_a_connection_is_dropped(room: Newsroom):
    room.fault("drop")
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        get(room, room.outlets["harbour"].urls()[0])
    assert room.log[-1].status == 0


@pytest.mark.parametrize("kind", ["slow", "drip"])
def test_a_slow_page_comes_whole(room: Newsroom, kind: str):
    room.fault(kind, seconds=0.2)
    begin = time.monotonic()
    reply = get(room, room.outlets["harbour"].urls()[0])
    assert time.monotonic() - begin >= 0.15
    assert reply.text.rstrip().endswith("</html>")


def test_a_huge_page_has_the_size_asked_for(room: Newsroom):
    room.fault("huge", size=3_000_000)
    assert len(get(room, room.outlets["harbour"].urls()[0]).body) >= 3_000_000


def test_a_wrong_charset_is_no_utf_8(room: Newsroom):
    room.fault("wrong-charset", "mirat")
    reply = get(room, room.outlets["mirat"].urls()[0])
    with pytest.raises(UnicodeDecodeError):
        _ = reply.text
    assert room.outlets["mirat"].title in reply.body.decode("cp1256")


def test_a_paywall_shows_the_first_paragraph(room: Newsroom):
    outlet = room.outlets["northline"]
    story = outlet.stories()[0]
    room.fault("paywall", "northline")
    text = get(room, outlet.urls()[0]).text
    assert '"isAccessibleForFree": false' in text
    assert story.paragraphs[1] not in text
    assert outlet.truth(story.path) == story


def test_a_relaunch_keeps_the_text_and_changes_the_building(room: Newsroom):
    room.noise(False)
    for outlet in room.outlets.values():
        url = outlet.urls()[0]
        before = get(room, url).text
        room.fault("layout", outlet.name)
        after = get(room, url).text
        room.clear_faults()
        assert "<article" not in after
        assert "<h1" not in after
        assert before.count("<p") == after.count("<p")
        assert before.partition("</head>")[0][:200] == after.partition("</head>")[0][:200]


def test_a_feed_dies_in_five_ways(room: Newsroom):
    outlet = room.outlets["courier"]

    def feed(kind: str):
        room.clear_faults()
        room.fault(kind, "courier")
        assert get(room, outlet.urls()[0]).status == 200
        return get(room, outlet.feed)

    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(feed("broken-xml").body)
    assert len(list(ElementTree.fromstring(feed("empty-feed").body).iter("item"))) == 0
    assert feed("feed-html").headers["Content-Type"].startswith("text/html")
    moved = feed("feed-moved")
    assert moved.status == 301
    assert get(room, moved.headers["Location"]).body.startswith(b"<?xml")
    room.clear_faults()
    room.fault("410", "courier", prefix="/rss")
    assert get(room, outlet.feed).status == 410


def test_validators_can_lie(room: Newsroom):
    url = room.outlets["courier"].urls()[0]
    room.fault("stale-validators", "courier")
    tag = get(room, url).headers["ETag"]
    room.edit(url, "headline")
    assert get(room, url, If_None_Match=tag).status == 304


def test_deleted_pages_answer_as_they_were_deleted(room: Newsroom):
    outlet = room.outlets["courier"]
    a, b, c, d = outlet.urls()[:4]
    for url, status in ((a, 404), (b, 410), (c, "soft"), (d, "home")):
        room.delete(url, status=status)
    assert [get(room, u).status for u in (a, b, c, d)] == [404, 410, 200, 302]
    assert get(room, d).headers["Location"] == outlet.homepage
    assert not set(outlet.urls()) & {a, b, c, d}
    room.restore(a)
    assert get(room, a).status == 200


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="earthquake"):
        Fault(kind="earthquake")
    assert len(FAULT_KINDS) == len(set(FAULT_KINDS))


def test_pipelined_requests_survive_a_slow_one(room: Newsroom):
    outlet = room.outlets["harbour"]
    room.fault("slow", seconds=0.1, times=1)
    asked = f"GET /about/ HTTP/1.1\r\nHost: {outlet.host}\r\n\r\n"
    asked += f"GET /robots.txt HTTP/1.1\r\nHost: {outlet.host}\r\nConnection: close\r\n\r\n"
    assert raw(room, asked.encode()).count(b"HTTP/1.1 200 OK") == 2
    assert timedelta(0) <= room.log[-1].at - room.log[-2].at


def test_a_frozen_feed_shows_nothing_new(room: Newsroom):
    outlet = room.outlets["courier"]
    room.fault("feed-frozen", "courier")
    before = get(room, outlet.feed).body
    room.advance(3600)
    room.publish("courier", title="Ministers agree")
    assert get(room, outlet.feed).body == before
    room.clear_faults()
    assert "Ministers agree" in get(room, outlet.feed).text


def test_subscribers_see_behind_the_paywall(room: Newsroom):
    outlet = room.outlets["courier"]
    url = outlet.urls()[0]
    last = outlet.truth(url).paragraphs[-1]
    room.edit(url, "paywall")
    assert last not in html.fromstring(get(room, url).text).text_content()
    for headers in ({"Cookie": "a=1; member=7"}, {"Authorization": "Bearer reader"}):
        text = html.fromstring(get(room, url, **headers).text).text_content()
        assert last in " ".join(text.split())


def test_an_opt_out_is_told_in_header_and_page(room: Newsroom):
    room.fault("opt-out", "courier")
    reply = get(room, room.outlets["courier"].urls()[0])
    assert reply.headers["X-Robots-Tag"] == "noarchive, noai"
    assert reply.headers["tdm-reservation"] == "1"
    assert 'content="noarchive"' in reply.text


def test_a_page_can_come_without_its_text_which_a_script_fetches(room: Newsroom):
    outlet = room.outlets["northline"]
    story = outlet.stories()[0]
    room.fault("client-side", "northline")
    text = get(room, outlet.url + story.path).text
    assert story.paragraphs[0] not in text
    assert "northline.js" in text
    assert (
        get(room, outlet.url + "/_next/static/js/northline.js")
        .headers["Content-Type"]
        .startswith("text/javascript")
    )
    data = json.loads(get(room, f"{outlet.url}/api/article/{770000 + story.number}").body)
    assert tuple(p["text"] for p in data["body"]) == story.paragraphs
    assert get(room, f"{outlet.url}/api/article/1").status == 404
