"""Copies by pairs of outlets, and stories side by side."""

from __future__ import annotations

from .conftest import Reader
from .press import Press


def test_a_story_shows_its_copies_without_a_click(reader: Reader, press: Press) -> None:
    found = reader.json(f"/-/news/story/{press.bridge}.json")["relatives"]
    assert {one["story_id"] for one in found} == {str(press.bridge), str(press.copy)}
    text = reader.html(f"/-/news/story/{press.bridge}")
    assert "% of the text is the same" in text or "seen first of all" in text
    assert reader.json(f"/-/news/story/{press.arabic}.json")["relatives"] == []
    assert "No other outlet" in reader.html(f"/-/news/story/{press.arabic}")


def test_pairs_lead_to_the_copies_and_those_to_what_each_changed(reader: Reader, press: Press) -> None:
    pairs = reader.json("/-/news/copies.json")["pairs"]
    pair = next(p for p in pairs if {p["original_source"], p["source"]} == {"gazette", "harbour"})
    query = f"original={pair['original_source']}&source={pair['source']}"
    assert query.replace("&", "&amp;") in reader.html("/-/news/copies")
    [copy] = reader.json(f"/-/news/copies.json?{query}")["copies"]
    assert {copy["story_id"], copy["original_id"]} == {str(press.bridge), str(press.copy)}
    link = f"/-/news/compare?story={copy['original_id']}&amp;story={copy['story_id']}"
    assert link in reader.html(f"/-/news/copies?{query}")
    assert reader.get("/-/news/copies?original=nobody").status_code == 400
    assert reader.get("/-/news/copies?since=2026-12-01&until=2026-01-01").status_code == 400


def test_side_by_side_marks_what_one_alone_says(reader: Reader, press: Press) -> None:
    path = f"?story={press.bridge}&story={press.copy}"
    stories = reader.json(f"/-/news/compare.json{path}")["stories"]
    assert [s["source"] for s in stories] == ["gazette", "harbour"]
    assert all(0 <= s["only_here"] < s["sentences"] for s in stories)
    text = reader.html(f"/-/news/compare{path}")
    assert text.count("<mark>") == sum(s["only_here"] for s in stories)


def test_a_withheld_story_and_a_single_one_are_not_compared(reader: Reader, press: Press) -> None:
    for query in (
        f"story={press.bridge}",
        f"story={press.bridge}&story={press.withheld}",
        "story=x&story=1",
        "",
    ):
        assert reader.get(f"/-/news/compare?{query}").status_code == 404
