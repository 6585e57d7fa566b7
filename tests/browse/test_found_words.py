"""The searched words, marked in a story and in what changed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from lxml import html

from newsarchive.browse.found_words import FoundWords
from newsarchive.model import WordEdit

from .conftest import Reader
from .press import Press


def marks(text: str) -> list[str]:
    return ["".join(m.itertext()) for m in html.fromstring(text).iterfind(".//main//mark")]


@pytest.mark.parametrize(
    ("query", "text", "wanted"),
    [
        ("ferry", "The Ferry, the ferries.", "The <mark>Ferry</mark>, the ferries."),
        ("ferr*", "The Ferry, the ferries.", "The <mark>Ferry</mark>, the <mark>ferries</mark>."),
        ('"old ferry"', "The old ferry is old.", "The <mark>old ferry</mark> is old."),
        ("ferry -old", "The old ferry.", "The old <mark>ferry</mark>."),
        ("ferry OR bridge", "Ferry or bridge", "<mark>Ferry</mark> or <mark>bridge</mark>"),
        ("title:ferry", "A ferry", "A <mark>ferry</mark>"),
        ("strasse cafe", "Straße, café", "<mark>Straße</mark>, <mark>café</mark>"),
        ("еще", "Ещё раз", "<mark>Ещё</mark> раз"),
        ("东京", "在东京都", "在<mark>东京</mark>都"),
        ("b", "<b>a</b> & b", "&lt;<mark>b</mark>&gt;a&lt;/<mark>b</mark>&gt; &amp; <mark>b</mark>"),
        ("", "a", "a"),
        ('" * ( :', "and so on", "and so on"),
    ],
)
def test_words_are_marked_as_the_index_finds_them(query: str, text: str, wanted: str):
    assert FoundWords(query).text(text) == wanted


Runs = Sequence[tuple[str, str]]


@pytest.mark.parametrize(
    ("query", "runs", "wanted"),
    [
        ("16", [("keep", "from "), ("delete", "16"), ("add", "15"), ("keep", " on")], ["16"]),
        ("1615", [("delete", "16"), ("add", "15")], []),
        (
            '"the new ferry"',
            [("keep", "the "), ("add", "new "), ("keep", "ferry")],
            ["the ", "new ", "ferry"],
        ),
        ('"the ferry"', [("keep", "the "), ("add", "new "), ("keep", "ferry")], ["the ", "ferry"]),
        ("ferry", [("keep", "ferry ferry")], ["ferry", "ferry"]),
        ("", [("keep", "ferry")], []),
    ],
)
def test_a_hit_is_looked_for_in_both_texts_of_an_edit(query: str, runs: Runs, wanted: list[str]):
    words = [WordEdit(op=op, text=text) for op, text in runs]  # type: ignore[arg-type]
    found = FoundWords(query).pieces(words)
    assert ["".join(text for text, _ in run) for run in found] == [word.text for word in words]
    assert [text for run in found for text, is_found in run if is_found] == wanted


def test_a_hit_leads_to_the_story_with_its_words_marked(reader: Reader, press: Press):
    text = reader.html("/-/news/search?q=HAULIERS")
    assert f'href="/-/news/story/{press.bridge}?q=HAULIERS"' in text
    story = reader.html(f"/-/news/story/{press.bridge}?q=HAULIERS")
    assert marks(story) == ["hauliers", "hauliers", "Hauliers"]
    assert "is marked in 3 places" in story
    assert story.count('id="found"') == 1
    assert marks(reader.html(f"/-/news/story/{press.bridge}")) == []
    assert "isn't said here" in reader.html(f"/-/news/story/{press.bridge}?q=zzzz")


def test_a_removed_word_is_marked_where_it_was_removed(reader: Reader, press: Press):
    text = reader.html('/-/news/search?q="raises+toll"&all=1')
    [link] = [
        a.get("href") for a in html.fromstring(text).iterfind(".//a") if a.text == "see what was removed"
    ]
    diff = reader.html(link)
    assert {"raises", "toll"} <= set(" ".join(marks(diff)).split())
    assert html.fromstring(diff).find(".//del//mark") is not None
    [hidden] = html.fromstring(diff).iterfind(".//input[@name='q'][@type='hidden']")
    assert hidden.get("value") == '"raises toll"'


def test_a_mark_in_an_unchanged_stretch_opens_it(reader: Reader, press: Press):
    path = f"/-/news/story/{press.bridge}/diff?before=1&after=2"
    closed, opened = reader.html(path), reader.html(f"{path}&q=tunnel")
    assert '<details class="same"><summary>' in closed
    assert '<details class="same" open><summary>' in opened
    assert marks(opened) == ["tunnel"]


def test_the_words_stay_in_every_link_to_the_story_and_its_changes(reader: Reader, press: Press):
    for path in (f"/-/news/story/{press.bridge}", f"/-/news/story/{press.bridge}/diff?before=1&after=3"):
        tree = html.fromstring(reader.html(f"{path}{'&' if '?' in path else '?'}q=toll"))
        links = [a.get("href") for a in tree.iterfind(".//main//a")]
        here = [link for link in links if f"/story/{press.bridge}" in link]
        assert len(here) > 4
        assert [link for link in here if "q=toll" not in link] == [
            a.get("href") for a in tree.iterfind(".//a") if a.text == "Without marks"
        ]


def test_what_was_searched_is_escaped(reader: Reader, press: Press):
    text = reader.html(f"/-/news/story/{press.bridge}?q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in text
