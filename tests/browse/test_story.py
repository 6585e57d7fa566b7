"""The page of a story."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import html

from newsarchive.browse import app
from newsarchive.model import Block
from newsarchive.warc import WarcStore

from .build import NOW, Desk, State
from .conftest import STOPPED, Reader
from .newsroom_look import png
from .press import BRIDGE_URL, NEWSLETTER, Press


def test_the_latest_version_is_read_first(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.bridge}"))
    assert page.findtext(".//h1") == "Council raises bridge toll against hauliers’ protest"
    text = page.find(".//div[@class='reading']").getparent().getparent().text_content()
    assert "By Astrid Lie and Jon Berg" in " ".join(text.split())
    assert "It will be 15 crowns." in text


@pytest.mark.parametrize("name", ["v=1", "v={first}"])
def test_an_older_version_says_that_it_is_old(reader: Reader, press: Press, name: str):
    first = reader.json(f"/-/news/story/{press.bridge}.json")["versions"][0]["id"]
    text = reader.html(f"/-/news/story/{press.bridge}?{name.format(first=first)}")
    assert "This is version 1 of 4" in text
    assert "Council raises toll on harbour bridge" in text


def test_a_version_that_is_not_there_is_said(reader: Reader, press: Press):
    assert reader.get(f"/-/news/story/{press.bridge}?v=99").status_code == 404


def test_what_was_removed_is_shown_on_request_with_its_reason(reader: Reader, press: Press):
    assert "letter from the harbour" not in reader.html(f"/-/news/story/{press.bridge}")
    text = reader.html(f"/-/news/story/{press.bridge}?removed=1&v=1")
    assert "Removed as boilerplate: newsletter" in text
    assert "letter from the harbour" in text
    blocks = reader.json(f"/-/news/story/{press.bridge}.json?removed=1&v=1")["blocks"]
    assert [b["reason"] for b in blocks if not b["kept"]] == ["newsletter"]


def test_the_timeline_has_each_version_as_a_link(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.live}"))
    marks = page.findall(".//svg//a")
    assert len(marks) == 40
    assert all((m.findtext("title") or "").startswith("Version") for m in marks)


def test_the_citation_names_record_offset_and_digest(reader: Reader, press: Press):
    data = reader.json(f"/-/news/story/{press.bridge}.json")
    version = data["versions"][-1]
    for part in (
        "warc_filename",
        "warc_offset",
        "warc_record_id",
        "payload_digest",
        "text_fingerprint",
        "first_seen_at",
    ):
        assert str(version[part]) in data["citation"], part
    assert BRIDGE_URL in data["citation"]


def test_evidence_copies_events_and_fields_are_told(reader: Reader, press: Press):
    assert "same guid gazette-88123" in reader.html(f"/-/news/story/{press.bridge}")
    assert f"/-/news/story/{press.copy}" in reader.html(f"/-/news/story/{press.bridge}")
    assert f"/-/news/story/{press.bridge}" in reader.html(f"/-/news/story/{press.copy}")
    gone = reader.json(f"/-/news/story/{press.gone}.json")
    assert [e["kind"] for e in gone["events"]] == ["gone"]
    assert [f["name"] for f in reader.json(f"/-/news/story/{press.bridge}.json")["field_changes"]] == [
        "image_url"
    ]


def test_an_arabic_story_reads_from_right_to_left(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.arabic}"))
    reading = page.findall(".//div[@class='reading']")[-1]
    assert (reading.get("dir"), reading.get("lang")) == ("rtl", "ar")


def test_a_withheld_story_shows_nothing_but_why(reader: Reader, press: Press):
    found = reader.get(f"/-/news/story/{press.withheld}")
    assert found.status_code == 451
    assert "a minor is named" in found.text
    assert "Court names" not in found.text
    assert reader.get(f"/-/news/story/{press.withheld}.json").status_code == 451


def test_an_older_id_leads_to_the_story(
    reader: Reader, press: Press, tmp_path_factory: pytest.TempPathFactory
):
    import shutil
    import sqlite3
    from contextlib import closing

    from newsarchive.browse import app

    root = tmp_path_factory.mktemp("alias")
    shutil.copy(press.root / "index.db", root / "index.db")
    with closing(sqlite3.connect(root / "index.db")) as db, db:
        db.execute("INSERT INTO story_aliases (alias, story_id) VALUES (77, ?)", (press.bridge,))
    other = Reader(app(root))
    try:
        found = other.get("/-/news/story/77?v=1")
        assert (found.status_code, found.headers["location"]) == (302, f"/-/news/story/{press.bridge}?v=1")
        assert other.get("/-/news/story/77/diff?before=1").status_code == 302
    finally:
        other.close()


def test_what_the_outlets_template_took_is_shown_too(tmp_path: Path):
    from newsarchive.browse import app
    from newsarchive.extract.site_template import learn
    from newsarchive.index import compact_ids
    from tests.newsroom.generate import stories

    from .build import NOW, Desk, State

    line = "The Gazette is printed in Nordvik and brought to your door before seven."
    pages = [
        State(at=NOW, title=d.title, paragraphs=(*d.paragraphs[:3], line))
        for d in stories(3, 12, "gazette", language="en", end=NOW, per_day=5)
    ]
    learnt = learn([p.article(f"https://gazette.example/{i}", "en", NOW) for i, p in enumerate(pages)])
    with Desk(tmp_path) as desk:
        desk.source("gazette")
        number = desk.story("gazette", "https://gazette.example/0", [pages[0]])
        desk.flush()
        with desk.index.batch():
            desk.index.put_template(
                compact_ids.source_id("gazette"), compact_ids.month_number(NOW), [], learnt.to_json()
            )
    with (
        closing(sqlite3.connect(tmp_path / "index.db")) as db,
        db,
    ):  # a version's text is made under the template
        db.execute("UPDATE texts SET text = replace(text, ?, '')", (f"\n\n{line}",))
    other = Reader(app(tmp_path))
    try:
        blocks = other.json(f"/-/news/story/{number}.json?removed=1")["blocks"]
    finally:
        other.close()
    assert [b["kept"] for b in blocks] == [True, True, True, False]
    assert "site template" in blocks[3]["reason"]


def test_actions_and_a_line_on_edits_are_under_the_headline(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.bridge}"))
    article = page.find(".//article")
    order = [
        e.get("class") or e.tag
        for e in article.iter()
        if e.tag in ("h1", "nav") or e.get("class") in ("edits", "reading")
    ]
    assert order == ["h1", "reading", "toolbar no-print", "edits", "reading"]
    names = [a.text_content() for a in article.findall(".//nav/a")]
    assert names == ["The page as it was", "Compare versions", "All changes since version 1", "Changes since I last looked", "What was removed", "Cite"]  # fmt: skip
    assert (
        " ".join(article.find(".//p[@class='edits']").text_content().split())
        == "Edited 3 times, 2 silently; last 31 Oct 2026, 10:00."
    )
    assert "edits" not in reader.html(f"/-/news/story/{press.gone}").replace("All changes", "")


def test_an_author_leads_to_what_he_wrote_and_an_outlet_has_its_name(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.bridge}"))
    (link,) = page.xpath("//p[@class='byline']/a[.='Jon Berg']/@href")
    found = html.fromstring(reader.html(link))
    assert found.findtext(".//h1/bdi") == "Jon Berg"
    assert "The Valley Gazette" in found.find(".//article").text_content()
    assert page.xpath("//p[@class='byline']/a[.='The Valley Gazette']")


def test_a_field_of_the_story_is_not_called_boilerplate(tmp_path: Path):
    headline = Block(kind="title", text="The bridge", kept=False, reason="title")
    state = State(at=NOW, title="The bridge", paragraphs=("Text.",), removed=(headline, NEWSLETTER))
    with Desk(tmp_path) as desk:
        desk.source("gazette")
        number = desk.story("gazette", "https://gazette.example/a", [state])
    found = Reader(app(tmp_path, settings=STOPPED))
    try:
        text = found.html(f"/-/news/story/{number}?removed=1")
        assert "Shown as the story's headline" in html.fromstring(text).text_content()
        assert "Removed as boilerplate: title" not in text
        assert "Removed as boilerplate: newsletter" in text
    finally:
        found.close()


def test_a_picture_is_shown_where_it_is_stored(tmp_path: Path):
    image, page_url = png(8, 8, (1, 2, 3)), "https://gazette.example/a"
    state = State(
        at=NOW,
        title="The bridge",
        paragraphs=("Text.",),
        image_url="/i/bridge.png",
        captions=("The bridge in May.",),
    )
    with WarcStore(tmp_path, crawl_id="sample") as store, Desk(tmp_path, store) as desk:
        desk.source("gazette")
        number = desk.story("gazette", page_url, [state])
        other = desk.story("gazette", page_url + "2", [replace(state, image_url="/i/none.png")])
        for name, body in (("bridge.png", image), ("script.svg", b"<svg xmlns='x'><script>1</script></svg>")):
            url = f"https://gazette.example/i/{name}"
            desk.keep(
                desk.capture("gazette", url, NOW, reason="requisite", body=body, content_type="image/png")
            )
    found = Reader(app(tmp_path, settings=STOPPED))
    try:
        (picture,) = html.fromstring(found.html(f"/-/news/story/{number}")).xpath("//img[@class='picture']")
        assert picture.get("alt") == "The bridge in May."
        answer = found.get(picture.get("src"))
        assert (answer.content, answer.headers["content-type"]) == (image, "image/png")
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert "<img" not in found.html(f"/-/news/story/{other}")
        with closing(sqlite3.connect(tmp_path / "index.db")) as db:
            (svg,) = db.execute("SELECT id FROM captures_read WHERE url LIKE '%.svg'").fetchone()
        assert found.get(f"/-/news/capture/{svg}/picture").status_code == 404
    finally:
        found.close()
