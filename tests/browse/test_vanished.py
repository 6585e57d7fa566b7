"""Stories that went, came back, moved or went behind a paywall: their page, their feeds, their place among changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from newsarchive.archive import Archive
from newsarchive.browse import app
from newsarchive.errors import UsageError

from .build import NOW, Desk, State, edited
from .conftest import STOPPED, Reader

ATOM = "{http://www.w3.org/2005/Atom}"
HAPPENED = (
    ("harbour", "moved", 1),
    ("gazette", "paywalled", 2),
    ("gazette", "back", 3),
    ("gazette", "gone", 4),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two outlets; four events, of which the last came first, and 45 edits, 40 of them after all events but one."""
    root = tmp_path_factory.mktemp("vanished")
    with Desk(root) as desk:
        for name in ("gazette", "harbour"):
            desk.source(name)
        for source, kind, hours in HAPPENED:
            state = State(
                at=NOW - timedelta(days=2), title=f"A story that is {kind}", paragraphs=("It was here.",)
            )
            at = NOW - timedelta(hours=hours)
            desk.story(source, f"https://{source}.example/{kind}", [state], happened=[(at, kind, "said so")])
        for number in range(45):
            ago = timedelta(minutes=90 - number) if number >= 5 else timedelta(hours=10 + number)
            first = State(
                at=NOW - ago - timedelta(days=1),
                title="Ferry",
                paragraphs=(f"The ferry leaves at {number}.",),
            )
            second = edited(first, timedelta(days=1), paragraphs=(f"The ferry leaves at {number + 1}.",))
            desk.story("harbour", f"https://harbour.example/{number}", [first, second])
    return root


@pytest.fixture(scope="module")
def reader(root: Path) -> Iterator[Reader]:
    found = Reader(app(root, settings=STOPPED))
    yield found
    found.close()


def kinds(rows: list[dict[str, Any]]) -> list[str]:
    return [row["kind"] for row in rows]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["moved", "paywalled", "back", "gone"]),
        ("kind=gone", ["gone"]),
        ("kind=gone&kind=back", ["back", "gone"]),
        ("source=gazette", ["paywalled", "back", "gone"]),
        ("since=2026-11-02&until=2026-11-02", ["moved", "paywalled", "back", "gone"]),
        ("until=2026-11-01", []),
        ("significant=1&silent=1", ["moved", "paywalled", "back", "gone"]),
    ],
)
def test_the_page_and_both_feeds_have_the_same_events(reader: Reader, query: str, wanted: list[str]):
    assert kinds(reader.json(f"/-/news/vanished.json?{query}")["events"]) == wanted
    feed = etree.fromstring(reader.get(f"/-/news/vanished.atom?{query}").content)
    assert [e.find(f"{ATOM}category").get("term") for e in feed.findall(f"{ATOM}entry")] == wanted
    items = json.loads(reader.get(f"/-/news/vanished.feed.json?{query}").text)["items"]
    assert [item["tags"][0] for item in items] == wanted


def test_every_page_leads_to_it_and_it_offers_the_feed_of_its_choice(reader: Reader):
    for path in ("/", "/-/news/search", "/-/news/changes", "/-/news/copies", "/-/news/about"):
        assert 'href="/-/news/vanished"' in reader.html(path)
    text = reader.html("/-/news/vanished?kind=gone&source=gazette")
    assert "/-/news/vanished.atom?source=gazette&amp;kind=gone" in text
    assert '<option value="gone" selected>gone (1)</option>' in text
    outlet = reader.html("/-/news/source/gazette")
    assert 'href="/-/news/vanished?source=gazette"' in outlet
    assert 'type="application/atom+xml" title="gazette" href="/-/news/changes.atom?source=gazette"' in outlet


def test_events_have_their_place_among_edits(reader: Reader):
    pages = [reader.json(f"/-/news/changes.json?page={n}") for n in (1, 2)]
    assert [len(page["changes"]) for page in pages] == [40, 5]
    assert [kinds(page["events"]) for page in pages] == [["moved"], ["paywalled", "back", "gone"]]
    assert reader.json("/-/news/changes.json?page=3")["events"] == []
    text = reader.html("/-/news/changes")
    assert text.index("The ferry leaves") < text.index("A story that is moved")
    later = reader.html("/-/news/changes?page=2")
    assert later.index("A story that is gone") < later.index("The ferry leaves") > 0
    assert kinds(reader.json("/-/news/changes.json?kind=back")["events"]) == ["back"]
    assert reader.json("/-/news/changes.json?silent=1")["events"] == []
    assert "A story that is paywalled" in reader.html("/-/news/source/gazette")


def test_a_page_is_followed_by_the_next(tmp_path: Path):
    with Desk(tmp_path) as desk:
        desk.source("gazette")
        for number in range(41):
            state = State(at=NOW - timedelta(days=2), title="Gone", paragraphs=("It was here.",))
            at = NOW - timedelta(minutes=number)
            desk.story("gazette", f"https://gazette.example/{number}", [state], happened=[(at, "gone", "")])
    reader = Reader(app(tmp_path, settings=STOPPED))
    pages = [reader.json(f"/-/news/vanished.json?page={n}") for n in (1, 2)]
    assert [(len(page["events"]), page["more"]) for page in pages] == [(40, True), (1, False)]
    assert 'rel="next" href="/-/news/vanished?page=2"' in reader.html("/-/news/vanished")
    assert 'href="/-/news/vanished?kind=gone"' in reader.html("/-/news/changes?kind=gone")
    reader.close()


def test_the_command_line_writes_the_same_feed(root: Path, reader: Reader):
    made = Archive.create(root, name=root.name).feed(
        link="http://localhost", as_json=True, events_only=True, kinds=("gone", "moved")
    )
    feed = json.loads(made)
    assert feed["home_page_url"] == "http://localhost/-/news/vanished?kind=gone&kind=moved"
    served = json.loads(reader.get("/-/news/vanished.feed.json?kind=gone&kind=moved").text)
    assert [i["id"] for i in feed["items"]] == [i["id"] for i in served["items"]]


PAGES = (
    "changes",
    "changes.json",
    "changes.atom",
    "changes.feed.json",
    "vanished",
    "vanished.json",
    "vanished.atom",
    "vanished.feed.json",
    "search",
    "search.json",
    "copies",
)
BAD = (
    ("since=2026-13-40", "&#39;2026-13-40&#39; is no day"),
    ("until=02.11.2026", "&#39;02.11.2026&#39; is no day"),
    ("since=2026-11-02&until=2026-11-01", "since 2026-11-02 is after until 2026-11-01"),
    ("source=gazete", "no source &#39;gazete&#39;. Did you mean gazette? There are: gazette, harbour"),
    ("kind=goen", "no kind &#39;goen&#39;. Did you mean gone? There are: "),
    ("lang=english", "no language &#39;english&#39;. There are: en"),
)
OF_CHANGES = ("changes", "vanished")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(("query", "says"), BAD)
def test_what_nothing_can_fit_is_answered_with_400_and_what_there_is(
    reader: Reader, page: str, query: str, says: str
):
    if (query.startswith("kind") and not page.startswith(OF_CHANGES)) or (
        query.startswith("lang") and "search" not in page
    ):
        return  # a field that the page doesn't have
    found = reader.get(f"/-/news/{page}?{query}")
    assert found.status_code == 400
    text = (
        json.loads(found.text)["error"]
        if page in ("changes.json", "vanished.json", "search.json")
        else found.text
    )
    assert says.lower() in text.replace("'", "&#39;").lower()


def test_an_edit_is_no_event(reader: Reader):
    assert reader.get("/-/news/vanished?kind=headline").status_code == 400
    assert reader.get("/-/news/changes?kind=headline").status_code == 200


@pytest.mark.parametrize("link", ["not-a-url", "ftp://host/"])
def test_a_feed_links_to_no_address_that_is_none(root: Path, link: str):
    with pytest.raises(UsageError, match="not an http or https URL"):
        Archive.create(root, name=root.name).feed(link=link)


def test_a_feed_of_the_command_line_names_the_page_of_its_choice(root: Path):
    made = Archive.create(root, name=root.name).feed(
        link="http://localhost:8001/", as_json=True, sources=["gazette"], silent=True,
        since=datetime(2026, 11, 1, tzinfo=UTC), until=datetime(2026, 11, 3, tzinfo=UTC),
    )  # fmt: skip
    page = "http://localhost:8001/-/news/changes?source=gazette&until=2026-11-02&silent=1&since=2026-11-01"
    assert json.loads(made)["home_page_url"] == page
