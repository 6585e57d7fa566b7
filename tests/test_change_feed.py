"""The feed of edits and events: one entry, id, title and text wherever it is written, valid, dated by the archive."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree, html

from newsarchive import change_feed
from newsarchive.archive import Archive
from newsarchive.browse import app
from newsarchive.change_feed import ChangeFeed, FeedChoice, read_feed
from newsarchive.index import changes, reading
from newsarchive.index.activity import StoryEvent, events
from tests.browse.build import NOW, Desk, State, edited

NS = {"a": "http://www.w3.org/2005/Atom"}
HOUR = timedelta(hours=1)
EVIL = "<script>alert(1)</script> & \x0b ]]> \ufffe"
SPLIT = (
    "The ferry to Orrin Isle stops in November, and the islanders who had come by it shook their heads. The operator said"
    " that nobody would pay for a winter boat, however small it was.",
    "The harbour office opens again in March, as it has done in every year since the pier was built.",
)
SPLIT_URL, GONE_URL, EVIL_URL = (f"https://isle.example/{name}" for name in ("ferry", "pier", "evil"))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with a paragraph that was split and edited, a story that is gone, and hostile texts."""
    folder = tmp_path_factory.mktemp("isle")
    (folder / "newsarchive.toml").write_text('name = "Isle watch"\n')
    at = NOW - 9 * HOUR
    first, second = SPLIT[0].split(". ", 1)
    ferry = State(at=at, title="Ferry stops in November", paragraphs=SPLIT)
    split = (first + ".", second.replace("nobody", "no one at all"), SPLIT[1])
    evil = State(at=at, title=EVIL, paragraphs=(EVIL,), authors=(EVIL,))
    with Desk(folder) as desk:
        desk.source("isle", title="Isle Post")
        desk.source("quiet", title="Quiet Post")
        desk.story("isle", SPLIT_URL, [ferry, edited(ferry, HOUR, paragraphs=split)])
        desk.story(
            "isle",
            GONE_URL,
            [State(at=at, title="A pier", paragraphs=("It is long.",))],
            gone=at + 3 * HOUR,
        )
        desk.story(
            "isle", EVIL_URL, [evil, edited(evil, HOUR, title=EVIL + " more", paragraphs=(EVIL + " more",))]
        )
    return folder


@pytest.fixture(scope="module")
def archive(root: Path) -> Archive:
    return Archive(root)


def asked(root: Path, path: str, host: str = "localhost", **headers: str):
    """What browse answers under the name of a host."""
    datasette = app(root, settings={"now": "2026-11-02T12:00:00Z"}, names=("archive.example",))
    found = asyncio.run(datasette.client.get(path, headers={"host": host, **headers}))
    for database in datasette.databases.values():
        database.close()
    return found


def atom_entries(text: str | bytes) -> list[tuple[str | None, ...]]:
    feed = etree.fromstring(text if isinstance(text, bytes) else text.encode())
    names = ("id", "title", "updated", "summary", "content")
    return [tuple(e.findtext(f"a:{n}", namespaces=NS) for n in names) for e in feed.iterfind("a:entry", NS)]


def json_entries(text: str) -> list[tuple[str, ...]]:
    names = ("id", "title", "date_modified", "summary", "content_html")
    return [tuple(item[n] for n in names) for item in json.loads(text)["items"]]


def feed_id(text: str) -> str:
    return etree.fromstring(text.encode()).findtext("a:id", namespaces=NS) or ""


@pytest.mark.parametrize(
    ("query", "choice", "count"),
    [
        ("", {}, 3),
        ("source=isle", {"sources": ("isle",)}, 3),
        ("source=quiet", {"sources": ("quiet",)}, 0),
        ("kind=gone", {"kinds": ("gone",)}, 1),
        ("kind=layout", {"kinds": ("layout",)}, 1),
        ("significant=1", {"significant": True}, 2),
        ("silent=1", {"silent": True}, 2),
        ("headline=1", {"headline": True}, 1),
        ("since=2026-11-02&until=2026-11-02", {"since": NOW.replace(hour=0), "until": NOW.replace(day=3, hour=0)}, 3),
        ("until=2026-11-01", {"until": NOW.replace(hour=0)}, 0),
    ],
)  # fmt: skip
def test_an_entry_is_the_same_in_the_four_feeds(root, archive, query, choice, count):
    from_here = archive.feed(**choice)
    entries = atom_entries(from_here)
    assert len(entries) == count
    assert json_entries(archive.feed(as_json=True, **choice)) == entries
    web = [
        asked(root, f"/-/news/changes.atom?{query}", host) for host in ("localhost", "archive.example:8001")
    ]
    assert [atom_entries(answer.content) for answer in web] == [entries, entries]
    assert json_entries(asked(root, f"/-/news/changes.feed.json?{query}").text) == entries
    assert {feed_id(answer.text) for answer in web} == {feed_id(from_here)}


def test_a_feed_of_another_choice_or_archive_has_another_id(archive):
    with reading(archive.index) as db:
        found = [
            read_feed(db, FeedChoice(), archive="a").id,
            read_feed(db, FeedChoice(), archive="b").id,
            read_feed(db, FeedChoice(kinds=("gone",)), archive="a").id,
            read_feed(db, FeedChoice(silent=False), archive="a").id,
        ]
    assert len(set(found)) == 4
    assert found[0] == "urn:uuid:301112e8-27ce-59cb-8740-36ea713c8894"  # for ever


def test_an_edit_is_named_by_its_version_s_first_capture_and_an_event_by_its_own(archive):
    with reading(archive.index) as db:
        records = {row.after_record_id for row in changes(db)}
        (gone,) = events(db)
    ids = {entry[0] for entry in atom_entries(archive.feed())}
    assert records <= ids
    (event,) = ids - records
    assert event not in (gone.record_id, None)
    assert (
        event
        == change_feed._event(replace(gone, title="Another", detail="", url="https://b.example/"), "").id
    )
    assert event != change_feed._event(replace(gone, kind="back"), "").id


def test_ids_stay_when_the_index_is_made_again(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    first = atom_entries(archive.feed())
    archive.rebuild()
    assert sorted(entry[1].rpartition(" ")[2] for entry in first) == ["(gone)", "(headline)"]
    assert atom_entries(archive.feed()) == first


@pytest.mark.parametrize(
    "output", ["terminal", "html", "browse", "browse, two columns", "Atom", "JSON Feed"]
)  # fmt: skip
def test_a_paragraph_that_was_split_and_edited_keeps_its_break_everywhere(root, archive, output):
    before, after, change = archive.compare(SPLIT_URL)
    page = f"/-/news/story/{archive.story(SPLIT_URL).id}/diff"
    text = {
        "terminal": lambda: archive.render(before, after, change, form="terminal"),
        "html": lambda: archive.render(before, after, change, form="html"),
        "browse": lambda: asked(root, page).text,
        "browse, two columns": lambda: asked(root, f"{page}?view=sides").text,
        "Atom": lambda: next(e[4] for e in atom_entries(archive.feed()) if "Ferry" in e[1]),
        "JSON Feed": lambda: next(e[4] for e in json_entries(archive.feed(as_json=True)) if "Ferry" in e[1]),
    }[output]()
    assert "\u2029" not in text
    if output == "terminal":
        assert re.search(
            r"shook their heads\.\n~\n~ The operator said", text.replace("their\n~ heads", "their heads")
        )
        assert "[-nobody-] {+no one at all+}" in text
    else:
        tree = html.fromstring(text)
        breaks = tree.xpath("//p[contains(@class, 'split')]/ins[@class='break']")
        assert [b.text for b in breaks] == ["¶"]
        assert breaks[0].tail.strip().startswith("The operator said")
        assert [d.text.strip() for d in tree.xpath("//p[contains(@class, 'split')]/del")] == ["nobody"]


@pytest.mark.parametrize(
    "flags", [{"significant": True}, {"significant": False}, {"silent": True}, {"headline": True}]
)
def test_what_only_an_edit_can_be_leaves_events_out(archive, flags):
    assert not [e for e in atom_entries(archive.feed(**flags)) if e[1].endswith("(gone)")]


def test_an_event_says_what_happened(archive):
    (entry,) = atom_entries(archive.feed(kinds=("gone",)))
    assert entry[1:4] == ("isle: A pier (gone)", "2026-11-02T06:00:00Z", "gone: status 404")
    assert GONE_URL in entry[4]


def test_the_newest_come_first_and_the_limit_counts_both(archive):
    times = [e[2] for e in atom_entries(archive.feed())]
    assert times == sorted(times, reverse=True)
    assert [e[1] for e in atom_entries(archive.feed(limit=1))] == ["isle: A pier (gone)"]


def test_a_feed_without_entries_is_dated_by_the_archive_s_newest_capture(archive, tmp_path):
    updated = etree.fromstring(archive.feed(sources=("quiet",)).encode()).findtext("a:updated", namespaces=NS)
    assert updated == "2026-11-02T06:00:00Z"
    with Desk(tmp_path):
        pass
    with reading(tmp_path / "index.db") as db:
        assert read_feed(db, FeedChoice(), archive="empty").updated == "2026-01-01T00:00:00Z"


def test_an_entry_has_what_atom_demands(archive):
    feed = etree.fromstring(archive.feed(link="https://archive.example/base/").encode())
    assert [feed.findtext(f"a:{n}", namespaces=NS) for n in ("title", "author/a:name")] == [
        "Isle watch: edits and events",
        "newsarchive",
    ]
    for element in feed.iterfind("a:entry", NS):
        for name in ("id", "title", "updated", "author/a:name", "content", "summary"):
            assert element.findtext(f"a:{name}", namespaces=NS), name
        (link,) = element.xpath("a:link[@rel='alternate']/@href", namespaces=NS)
        assert link.startswith("https://archive.example/base/-/news/story/")
        assert element.xpath("a:link[@rel='related']/@href", namespaces=NS)
        assert element.find("a:content", NS).get("type") == "html"
        assert re.fullmatch(
            r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", element.findtext("a:id", namespaces=NS)
        )
    assert feed.xpath("a:entry[a:title[contains(., 'Ferry')]]/a:category/@term", namespaces=NS) == [
        "rewording", "layout", "silent", "significant"
    ]  # fmt: skip


def test_a_json_feed_has_what_version_1_1_demands(archive):
    feed = json.loads(archive.feed(as_json=True))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"] == "Isle watch: edits and events"
    for item in feed["items"]:
        assert item["id"]
        assert item["content_html"]
        assert item["url"].startswith("https://isle.example/")
        assert item["language"] == "en"
        assert item["authors"] == [{"name": "isle"}]


BAD = EVIL + "\ud800 \x00 \x9b"
ROW = StoryEvent(
    id=1, story_id=2, capture_id=3, happened_at="2026-11-02T06:00:00Z", kind=BAD, detail=BAD, title=BAD, url="javascript:" + BAD,
    source=BAD, language=BAD, record_id=BAD,
)  # fmt: skip


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://isle.example/" + BAD])
def test_nothing_of_a_page_is_obeyed_or_breaks_a_feed(archive, url):
    entries = (change_feed._event(replace(ROW, url=url), ""),)
    made = ChangeFeed(id="urn:uuid:1", title="t", updated=ROW.happened_at, entries=entries)
    feed = etree.fromstring(made.as_atom().encode())
    (item,) = json.loads(made.as_json().encode())["items"]
    for content in (feed.findtext("a:entry/a:content", namespaces=NS), item["content_html"]):
        assert "<script" not in content
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", content)
    found = [*feed.xpath("//a:link/@href", namespaces=NS), *filter(None, [item.get("url")])]
    assert all(re.fullmatch(r"https://[!-~]+", address) for address in found)
    assert bool(found) == url.startswith("https:")
    hostile = [e for e in atom_entries(archive.feed()) if "alert" in (e[1] or "")]
    assert hostile
    assert "<script" not in hostile[0][4]
