"""The page of changes and its feeds."""

from __future__ import annotations

import json

import pytest
from lxml import etree

from .conftest import Reader
from .press import Press

ATOM = "{http://www.w3.org/2005/Atom}"


def test_changes_come_newest_first(reader: Reader):
    times = [c["changed_at"] for c in reader.json("/-/news/changes.json")["changes"]]
    assert times == sorted(times, reverse=True)
    assert len(times) == 40


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        ("source=sahifa", lambda c: c["source"] == "sahifa"),
        ("significant=1", lambda c: c["significant"] == 1),
        ("silent=1", lambda c: c["silent"] == 1),
        ("headline=1", lambda c: c["title_before"] != c["title_after"]),
        ("kind=number", lambda c: "number" in c["kinds"]),
        ("since=2026-10-30&until=2026-10-30", lambda c: c["changed_at"].startswith("2026-10-30")),
    ],
)
def test_filters_hold_for_each_change(reader: Reader, query: str, holds: object):
    found = reader.json(f"/-/news/changes.json?{query}")["changes"]
    assert found
    assert all(holds(c) for c in found)  # type: ignore[operator]


def test_pages_follow_each_other(reader: Reader):
    pages = [reader.json(f"/-/news/changes.json?page={n}") for n in (1, 2, 3)]
    ids = [c["id"] for p in pages for c in p["changes"]]
    assert len(ids) == len(set(ids)) == 95
    assert [p["more"] for p in pages] == [True, True, False]


def test_the_atom_feed_has_stable_ids_and_the_diff_inside(reader: Reader, press: Press):
    found = reader.get("/-/news/changes.atom?source=gazette&significant=1")
    assert found.headers["content-type"].startswith("application/atom+xml")
    feed = etree.fromstring(found.content)
    entries = feed.findall(f"{ATOM}entry")
    ids = [e.findtext(f"{ATOM}id") or "" for e in entries]
    assert len(set(ids)) == len(ids) == 50
    assert all(i.startswith("urn:uuid:") for i in ids)
    bridge = next(e for e in entries if str(press.bridge) in (e.find(f"{ATOM}link").get("href") or ""))
    content = bridge.findtext(f"{ATOM}content") or ""
    assert "<ins style=" in content
    assert (bridge.find(f"{ATOM}link").get("href") or "").startswith("http://localhost/-/news/story/")
    assert [link.get("href") for link in feed.findall(f"{ATOM}link")] == [
        "http://localhost/-/news/changes?source=gazette&significant=1",
        "http://localhost/-/news/changes.atom?source=gazette&significant=1",
    ]


def test_the_json_feed_says_the_same(reader: Reader):
    found = reader.get("/-/news/changes.feed.json?source=gazette")
    assert found.headers["content-type"].startswith("application/feed+json")
    feed = json.loads(found.text)
    atom = etree.fromstring(reader.get("/-/news/changes.atom?source=gazette").content)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert [i["id"] for i in feed["items"]] == [
        e.findtext(f"{ATOM}id") for e in atom.iterfind(f"{ATOM}entry")
    ]
    assert all(i["content_html"] for i in feed["items"])


def test_a_feed_without_changes_is_a_feed(empty: Reader):
    assert etree.fromstring(empty.get("/-/news/changes.atom").content).findall(f"{ATOM}entry") == []
    assert json.loads(empty.get("/-/news/changes.feed.json").text)["items"] == []


def test_the_page_offers_the_feed_of_its_own_choice(reader: Reader):
    text = reader.html("/-/news/changes?source=gazette&silent=1")
    assert "/-/news/changes.atom?source=gazette&amp;silent=1" in text


@pytest.mark.parametrize(
    "path", ["/-/news/changes.atom", "/-/news/changes.feed.json", "/-/news/changes.atom?kind=tags"]
)
def test_who_has_the_feed_gets_no_second_copy(reader: Reader, path: str):
    first = reader.get(path)
    tag, date = first.headers["etag"], first.headers["last-modified"]
    for headers, status in (
        ({"if-none-match": tag}, 304),
        ({"if-none-match": f'"other", W/{tag}'}, 304),
        ({"if-none-match": "*"}, 304),
        ({"if-none-match": '"other"'}, 200),
        ({"if-none-match": '"other"', "if-modified-since": date}, 200),
        ({"if-modified-since": date}, 304),
        ({"if-modified-since": "Sun, 01 Nov 1998 00:00:00 GMT"}, 200),
        ({"if-modified-since": "yesterday"}, 200),
        ({"if-modified-since": "Tue, 03 Nov 2026 00:00:00"}, 200),
    ):
        found = reader.get(path, headers=headers)
        assert (found.status_code, bool(found.content)) == (status, status == 200), headers
        assert found.headers["etag"] == tag
    assert first.headers["cache-control"] == "no-cache"


def test_other_choices_have_other_tags(reader: Reader):
    tags = {
        reader.get(f"/-/news/changes.atom{q}").headers["etag"] for q in ("", "?source=sahifa", "?kind=gone")
    }
    assert len(tags) == 3


def test_lists_show_the_words_of_an_edit(reader: Reader, press: Press):
    found = reader.json("/-/news/changes.json?source=gazette")["changes"]
    change = next(c for c in found if c["story_id"] == str(press.bridge) and "correction" in c["kinds"])
    assert [(w["op"], w["text"]) for w in change["words"]][1:3] == [("delete", "16"), ("add", "15")]
    for path in ("/-/news/changes?source=gazette", "/-/news/source/gazette"):
        assert "<del>16</del><ins>15</ins> crowns" in reader.html(path)
