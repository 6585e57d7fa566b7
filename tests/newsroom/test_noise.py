"""Noise: the bytes differ at each fetch, and no word of the article does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from lxml import html

from tests.newsroom import Newsroom
from tests.newsroom.client import get
from tests.newsroom.noise import ago
from tests.newsroom.outlet_site import SITES


@pytest.mark.parametrize("name", [s.name for s in SITES])
def test_two_fetches_differ_in_bytes_and_not_in_the_article(room: Newsroom, name: str):
    outlet = room.outlets[name]
    url = outlet.urls()[2]
    story = outlet.truth(url)
    first, second = get(room, url).text, get(room, url).text
    assert first != second
    assert outlet.truth(url) == story
    assert len(outlet.history()) == 12


@pytest.mark.parametrize("name", [s.name for s in SITES])
def test_no_fetch_loses_a_word(room: Newsroom, name: str):
    def seen(text: str) -> str:
        for a, b in (("\u00ad", ""), ("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'")):
            text = text.replace(a, b)
        return "".join(text.split())

    outlet = room.outlets[name]
    for story in outlet.stories()[:6]:
        for _ in range(3):
            text = seen(html.fromstring(get(room, outlet.url + story.path).text).text_content())
            assert all(seen(p) in text for p in story.paragraphs)


@pytest.mark.parametrize("name", [s.name for s in SITES])
def test_without_noise_all_fetches_are_equal_also_later(room: Newsroom, name: str):
    room.noise(False)
    url = room.outlets[name].urls()[2]
    first = get(room, url).body
    room.advance(timedelta(days=3))
    assert get(room, url).body == first


def test_one_outlet_sets_its_quotes_now_curly_now_straight(room: Newsroom):
    outlet = room.outlets["harbour"]
    story = next(s for s in outlet.stories() if "“" in s.text)
    pages = [get(room, outlet.url + story.path).text for _ in range(2)]
    assert sorted("“" in p.partition("entry-content")[2].partition("</article>")[0] for p in pages) == [
        False,
        True,
    ]


def test_the_same_seed_makes_the_same_noise():
    from tests.newsroom.conftest import START

    pages = []
    for _ in range(2):
        with Newsroom(start=START, speed=0, stories=5, tls=False) as room:
            url = room.outlets["courier"].urls()[0]
            pages.append([get(room, url).body for _ in range(3)])
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("span", "language", "text"),
    [
        (timedelta(seconds=5), "en", "1 minute ago"),
        (timedelta(minutes=5), "en", "5 minutes ago"),
        (timedelta(hours=1), "de", "vor 1 Stunde"),
        (timedelta(hours=3), "de", "vor 3 Stunden"),
        (timedelta(days=9), "ar", "منذ 9 يوما"),
        (timedelta(days=2), "ja", "2日前"),
    ],
)
def test_a_span_of_time_is_told_in_words(span: timedelta, language: str, text: str):
    assert ago(span, language) == text
