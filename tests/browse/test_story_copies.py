"""Finding stories that say the same."""

from __future__ import annotations

import pytest

from newsarchive.browse.story_page import likeness, phrases, runs

from .conftest import Reader
from .press import Press

TEXT = (
    "One two three four five six seven eight nine ten.",
    "Short.",
    "Alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu.",
)


def test_phrases_come_from_the_middle_of_long_paragraphs():
    assert phrases(TEXT) == ["two three four five six seven eight", "gamma delta epsilon zeta eta theta iota"]


def test_a_text_without_spaces_gives_phrases_too():
    japanese = ("港町の議会は、古い橋の通行料を来年一月から十五クローネに引き上げることを決めた。",)
    assert len(phrases(japanese)) == 1
    assert len(runs(japanese)) > 20


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        (TEXT, TEXT, 1.0),
        (TEXT, TEXT[:1], 1.0),
        (TEXT, ("Nothing of that sort at all is said here today.",), 0.0),
        ((), TEXT, 0.0),
    ],
)
def test_likeness_is_measured_on_the_shorter_text(one: tuple[str, ...], other: tuple[str, ...], share: float):
    assert likeness(runs(one), runs(other)) == share


def test_copies_are_looked_for_on_request(reader: Reader, press: Press):
    assert reader.json(f"/-/news/story/{press.bridge}.json")["copies"] is None
    found = reader.json(f"/-/news/story/{press.bridge}.json?copies=1")["copies"]
    assert [c["story_id"] for c in found] == [str(press.copy)]
    assert 0.8 < found[0]["share"] < 1
    assert "of the text is the same" in reader.html(f"/-/news/story/{press.bridge}?copies=1")


def test_no_copy_is_said(reader: Reader, press: Press):
    assert reader.json(f"/-/news/story/{press.arabic}.json?copies=1")["copies"] == []
    assert "No other story" in reader.html(f"/-/news/story/{press.arabic}?copies=1")
