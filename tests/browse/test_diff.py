"""The page that compares two versions."""

from __future__ import annotations

import pytest
from lxml import html

from .conftest import Reader
from .press import Press


def test_headline_and_byline_come_before_the_text(reader: Reader, press: Press):
    data = reader.json(f"/-/news/story/{press.bridge}/diff.json?before=2&after=3")
    assert [f["name"] for f in data["fields"]][:2] == ["title", "authors"]
    assert data["change"]["kinds"][0] == "headline"
    assert {"move", "edit", "add"} <= {u["op"] for u in data["units"]}


def test_words_on_both_sides_give_back_both_texts(reader: Reader, press: Press):
    data = reader.json(f"/-/news/story/{press.bridge}/diff.json?before=2&after=3")
    for u in data["units"]:
        if u["words"] and len(u["before"]) == len(u["after"]) == 1:
            assert "".join(w["text"] for w in u["words"] if w["op"] != "add") == u["before"][0]
            assert "".join(w["text"] for w in u["words"] if w["op"] != "delete") == u["after"][0]


@pytest.mark.parametrize("view", ["inline", "sides"])
def test_both_views_show_what_was_added_and_removed(reader: Reader, press: Press, view: str):
    page = html.fromstring(reader.html(f"/-/news/story/{press.bridge}/diff?before=1&after=2&view={view}"))
    assert "12 to 15" in " ".join(page.text_content().split()) or view == "inline"
    assert [(e.text or "").strip() for e in page.iterfind(".//section//del")] == ["15"]
    assert [(e.text or "").strip() for e in page.iterfind(".//section//ins")] == ["16"]


def test_without_a_choice_the_last_two_versions_are_compared(reader: Reader, press: Press):
    data = reader.json(f"/-/news/story/{press.bridge}/diff.json")
    assert (data["before"]["version_no"], data["after"]["version_no"]) == (3, 4)


def test_the_older_version_comes_first_whatever_the_order(reader: Reader, press: Press):
    data = reader.json(f"/-/news/story/{press.bridge}/diff.json?before=4&after=1")
    assert (data["before"]["version_no"], data["after"]["version_no"]) == (1, 4)


def test_a_story_with_one_version_has_nothing_to_compare(reader: Reader, press: Press):
    assert "one version only" in reader.html(f"/-/news/story/{press.gone}/diff")


def test_insignificant_versions_can_be_left_out(reader: Reader, press: Press):
    def listed(query: str) -> int:
        page = html.fromstring(reader.html(f"/-/news/story/{press.live}/diff{query}"))
        return len(page.findall(".//select[@name='before']/option"))

    versions = reader.json(f"/-/news/story/{press.live}.json")["versions"]
    minor = sum(v["significant"] == 0 for v in versions)
    assert listed("") == 40
    assert listed("?minor=0") == 40 - minor


def test_the_neighbouring_changes_are_one_step_away(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.bridge}/diff?before=2&after=3"))
    ids = [v["id"] for v in reader.json(f"/-/news/story/{press.bridge}.json")["versions"]]
    found = {a.get("rel"): a.get("href") or "" for a in page.iterfind(".//nav//a[@rel]")}
    assert f"before={ids[0]}&after={ids[1]}" in found["prev"]
    assert f"before={ids[2]}&after={ids[3]}" in found["next"]


def test_an_arabic_diff_reads_from_right_to_left(reader: Reader, press: Press):
    page = html.fromstring(reader.html(f"/-/news/story/{press.arabic}/diff?before=1&after=2"))
    frame = page.find(".//div[@class='newsarchive-diff']")
    assert (frame.get("lang"), frame.get("dir")) == ("en", "ltr")
    assert {(p.get("lang"), p.get("dir")) for p in frame.findall(".//p")} == {("ar", "auto")}
