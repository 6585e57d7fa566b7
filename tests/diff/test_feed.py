"""The feed of changes: well-formed, stable, nothing of a page unescaped."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lxml import etree

from newsarchive.diff import FeedEntry, Heading, atom_feed, compare, entry_id
from tests.versions.build import START

NS = {"a": "http://www.w3.org/2005/Atom"}
EVIL = "<script>alert(1)</script> & \x0b \ud800 ]]>"


def entry(n=0, **fields):
    change = compare("The toll is 12.", "The toll is 15.")
    values = {
        "id": f"urn:uuid:{n}..urn:uuid:{n + 1}",
        "title": "Toll rises",
        "url": "https://news.example/a",
        "source": "example",
    }
    return FeedEntry(**(values | {"changed_at": START + timedelta(hours=n), "change": change} | fields))


def parsed(*entries, **options):
    return etree.fromstring(atom_feed(entries, **options).encode())


def test_an_entry_has_what_atom_demands():
    feed = parsed(
        entry(0),
        entry(1),
        title="Edits",
        link="https://archive.example/changes",
        self_link="https://archive.example/feed",
    )
    assert feed.findtext("a:updated", namespaces=NS) == "2026-03-01T09:00:00Z"
    for element in feed.iterfind("a:entry", NS):
        for name in ("id", "title", "updated", "author/a:name", "content", "summary"):
            assert element.findtext(f"a:{name}", namespaces=NS)
        assert element.find("a:link", NS).get("href") == "https://news.example/a"
    assert {c.get("term") for c in feed.iterfind("a:entry/a:category", NS)} == {
        "number",
        "silent",
        "significant",
    }


def test_ids_are_stable_and_differ():
    ids = [e.text for e in parsed(entry(0), entry(5)).iterfind("a:entry/a:id", NS)]
    assert ids == ["urn:newsarchive:change:0..1", "urn:newsarchive:change:5..6"]
    assert entry_id("urn:uuid:ab c") == "urn:newsarchive:change:ab%20c"


def test_the_diff_is_inside_with_its_own_colours():
    content = parsed(entry()).findtext("a:entry/a:content", namespaces=NS)
    assert "<del style=" in content
    assert ">15</ins>" in content


def test_an_empty_feed_is_a_feed():
    assert parsed().findtext("a:updated", namespaces=NS) == "1970-01-01T00:00:00Z"


def test_nothing_of_a_page_is_obeyed():
    feed = parsed(
        entry(
            title=EVIL,
            source=EVIL,
            url=EVIL,
            change=compare(EVIL, EVIL + " more"),
            heading=Heading(before=EVIL, after=EVIL, language=EVIL),
        ),
        title=EVIL,
    )
    content = feed.findtext("a:entry/a:content", namespaces=NS)
    assert "<script" not in content
    assert len(feed.findall("a:entry", NS)) == 1


def test_times_are_told_in_utc():
    zoned = datetime(2026, 3, 1, 9, tzinfo=UTC).astimezone(None)
    assert (
        parsed(entry(changed_at=zoned)).findtext("a:entry/a:updated", namespaces=NS) == "2026-03-01T09:00:00Z"
    )
