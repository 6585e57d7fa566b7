"""The page that finds stories."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from newsarchive.browse.found_words import mark
from newsarchive.browse.query_args import Args
from newsarchive.browse.search_page import last_day, months_between, wanted_from
from newsarchive.index import search as search_module
from newsarchive.index.snippets import END, START

from .conftest import Reader
from .press import BRIDGE_URL, Press


def titles(text: str) -> list[str]:
    return [" ".join(h.text_content().split()) for h in html.fromstring(text).iterfind(".//article//h3")]


def test_what_was_found_is_marked_in_headline_and_snippet(reader: Reader):
    text = reader.html("/-/news/search?q=hauliers")
    assert "<mark>hauliers</mark>" in text
    assert "Council raises bridge toll against hauliers’ protest" in titles(text)


@pytest.mark.parametrize(
    ("query", "only"),
    [
        ("q=toll&source=gazette", "gazette"),
        ("q=%D8%A7%D9%84%D8%AC%D8%B3%D8%B1&lang=ar", "sahifa"),
        ("source=morgenblatt&gone=1", "morgenblatt"),
        ("q=bridge&changed=1&source=gazette", "gazette"),
    ],
)
def test_filters_narrow_the_search(reader: Reader, query: str, only: str):
    data = reader.json(f"/-/news/search.json?{query}")
    assert data["total"] >= 1
    assert {hit["source"] for hit in data["hits"]} == {only}


def test_few_hits_say_how_many_stories_had_it_in_an_earlier_version_alone(reader: Reader):
    assert reader.json('/-/news/search.json?q="raises+toll"')["lost_elsewhere"] == 1
    text = reader.html('/-/news/search?q="raises+toll"')
    assert "1 story had it in an earlier version alone" in text
    [link] = [a.get("href") for a in html.fromstring(text).iterfind(".//a") if a.text == "Show them"]
    assert "no longer said since version 3" in reader.html(link)
    assert reader.json("/-/news/search.json?q=nobodysaidthis")["lost_elsewhere"] == 0
    assert reader.json('/-/news/search.json?q="raises+toll"&all=1')["lost_elsewhere"] == 0


def test_a_word_that_was_removed_is_found_and_leads_to_its_removal(reader: Reader, press: Press):
    assert reader.json('/-/news/search.json?q="two+cables"+"raises+toll"')["total"] == 0
    data = reader.json('/-/news/search.json?q="raises+toll"&all=1')
    assert [h["story_id"] for h in data["hits"]] == [str(press.bridge)]
    assert data["hits"][0]["lost_in"] == 3
    assert "no longer said since version 3" in reader.html('/-/news/search?q="raises+toll"&all=1')


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "*",
        "a* OR",
        "NEAR(",
        "AND",
        "()",
        "-",
        "🙂",
        "%00",
        "col:x",
        "a" * 3000,
        "%F0%9F",
        "^x",
        '"a" + "b"',
        "{x}",
        "\\",
    ],
)
def test_any_text_can_be_looked_for(reader: Reader, query: str):
    assert reader.get("/-/news/search", params={"q": query}).status_code == 200
    assert reader.get(f"/-/news/search?q={query}").status_code == 200


def test_nothing_found_says_so(reader: Reader):
    assert "Nothing found" in reader.html("/-/news/search?q=zzzzzz")


def test_pages_of_results_do_not_overlap_and_keep_the_filters(reader: Reader):
    one, two = (reader.json(f"/-/news/search.json?source=gazette&page={n}") for n in (1, 2))
    assert one["more"]
    assert not {h["story_id"] for h in one["hits"]} & {h["story_id"] for h in two["hits"]}
    assert "source=gazette&amp;page=2" in reader.html("/-/news/search?source=gazette")


def test_the_months_add_up_and_lead_to_their_stories(reader: Reader):
    data = reader.json("/-/news/search.json")
    assert sum(m["n"] for m in data["months"]) == data["total"]
    assert "since=2026-10-01&amp;until=2026-10-31" in reader.html("/-/news/search")


def test_of_very_many_hits_the_newest_are_counted_until_all_are_asked_for(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
):
    every = reader.json("/-/news/search.json")["total"]
    monkeypatch.setattr(search_module, "COUNTED", 25)
    page = html.fromstring(reader.html("/-/news/search?sort=newest"))
    assert "25 stories or more" in page.find(".//p[@role='status']").text_content()
    [link] = page.xpath("//p[@role='status']//a")
    assert link.text == "Count all"
    data = reader.json(link.get("href").replace("search?", "search.json?"))
    assert (data["total"], data["is_capped"]) == (every, False)


@pytest.mark.parametrize(
    "url",
    [
        BRIDGE_URL,
        BRIDGE_URL + "?utm_source=x",
        BRIDGE_URL.replace("https", "http"),
        BRIDGE_URL.removeprefix("https://"),
        BRIDGE_URL.removeprefix("https://www."),
    ],
)
def test_a_pasted_url_leads_to_its_story(reader: Reader, press: Press, url: str):
    found = reader.get("/-/news/search", params={"q": url})
    assert (found.status_code, found.headers.get("location")) == (302, f"/-/news/story/{press.bridge}")


def test_json_leads_to_json(reader: Reader, press: Press):
    found = reader.get("/-/news/search.json", params={"q": BRIDGE_URL})
    assert found.headers["location"] == f"/-/news/story/{press.bridge}.json"


@pytest.mark.parametrize("typed", ["https://nowhere.example/x", "nowhere.example/x", "www.nowhere.example/x"])
def test_a_url_that_is_unknown_says_how_to_save_it(reader: Reader, typed: str):
    found = reader.get("/-/news/search", params={"q": typed})
    assert found.status_code == 200
    url = typed if typed.startswith("https") else f"https://{typed}"
    assert f"newsarchive save {url}</code>" in found.text


@pytest.mark.parametrize("typed", ["bridge", "and/or", "3.5/10", "nowhere.example", "U.S./China"])
def test_words_are_no_urls(reader: Reader, typed: str):
    assert "To save it" not in reader.get("/-/news/search", params={"q": typed}).text


def test_a_withheld_story_is_never_found(reader: Reader, press: Press):
    assert reader.json("/-/news/search.json?q=minor")["total"] == 0
    every = [
        h["story_id"] for n in range(1, 12) for h in reader.json(f"/-/news/search.json?page={n}")["hits"]
    ]
    assert str(press.withheld) not in every


def test_the_form_becomes_what_the_index_wants():
    args = Args.of("q=a&source=x&since=2026-01-02&lang=de&author=B&changed=on&sort=newest&page=3")
    wanted = wanted_from(args, 3)
    assert (wanted.text, wanted.sources, wanted.since, wanted.until) == ("a", ("x",), date(2026, 1, 2), None)
    assert (wanted.language, wanted.author, wanted.changed, wanted.gone, wanted.newest) == (
        "de",
        "B",
        True,
        False,
        True,
    )
    assert (wanted.limit, wanted.offset) == (20, 40)


def test_marks_are_the_only_markup_in_a_snippet():
    assert mark(f"<b>{START}hit{END}</b>") == "&lt;b&gt;<mark>hit</mark>&lt;/b&gt;"


def test_months_without_a_hit_stand_between_those_with_one():
    assert months_between("2025-11", "2026-02") == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert [last_day(m) for m in ("2026-02", "2024-02", "2026-11")] == [28, 29, 30]


def test_a_beginning_too_short_to_look_for_is_named(reader: Reader):
    assert reader.json("/-/news/search.json?q=br*")["too_short"] == ["br*"]
    assert "<bdi>br*</bdi> was searched as a whole word" in reader.html("/-/news/search?q=br*")
    assert reader.json("/-/news/search.json?q=bri*")["too_short"] == []
    assert "as a whole word" not in reader.html("/-/news/search?q=bri*")


def test_the_links_between_pages_say_what_comes(reader: Reader, monkeypatch: pytest.MonkeyPatch):
    from newsarchive.browse import search_page

    monkeypatch.setattr(search_page, "PAGE_SIZE", 2)
    ranked, newest = (reader.html(f"/-/news/search?q=the&page=2{more}") for more in ("", "&sort=newest"))
    assert "Better matches" in ranked
    assert "More results" in ranked
    for text in (newest, reader.html("/-/news/search?page=2")):
        assert ">Newer</a>" in text
        assert ">Older</a>" in text


def test_the_dots_of_a_cut_snippet_stay_with_its_last_word(reader: Reader):
    snippets = [
        p.text_content() for p in html.fromstring(reader.html("/-/news/search")).iterfind(".//article/p")
    ]
    cut = [text for text in snippets if text.endswith("…")]
    assert cut
    assert all(text.endswith("\u00a0…") for text in cut)
