"""Stories out of a seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.newsroom import stories
from tests.newsroom.generate import parse, vocabulary
from tests.newsroom.typos import QUOTED

LANGUAGES = ("en", "de", "ar", "ja")
END = datetime(2026, 11, 2, 6, tzinfo=UTC)


def test_the_same_seed_gives_the_same_stories():
    assert list(stories(7, 20, "x", end=END)) == list(stories(7, 20, "x", end=END))


def test_another_seed_or_outlet_gives_other_stories():
    one = {s.title for s in stories(7, 30, "x", end=END)}
    assert len(one & {s.title for s in stories(8, 30, "x", end=END)}) <= 2
    assert len(one & {s.title for s in stories(7, 30, "y", end=END)}) <= 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_stories_are_alike(language: str):
    made = list(stories(3, 300, "x", language=language, end=END))
    assert len({s.paragraphs for s in made}) == 300
    paragraphs = Counter(p for s in made for p in s.paragraphs)
    assert sum(n - 1 for n in paragraphs.values()) / sum(paragraphs.values()) < 0.01
    assert len({s.title for s in made}) > 290


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_story_has_4_to_21_paragraphs_and_all_its_fields(language: str):
    for story in stories(3, 100, "x", language=language, end=END):
        assert 4 <= len(story.paragraphs) <= 21
        assert all(len(p) > 8 for p in story.paragraphs)
        assert story.title
        assert story.standfirst
        assert story.authors
        assert story.tags
        assert story.captions
        assert story.section


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_slot_is_left_open(language: str):
    for story in stories(4, 200, "x", language=language, end=END):
        text = " ".join((story.title, story.standfirst, *story.paragraphs, *story.captions, *story.credits))
        assert not set("{}[]|") & set(text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_most_stories_quote_somebody(language: str):
    made = list(stories(3, 100, "x", language=language, end=END))
    assert sum(any(QUOTED.search(p) for p in s.paragraphs) for s in made) >= 90


def test_headline_and_text_tell_of_the_same_place():
    for story in stories(5, 100, "x", end=END):
        place = story.tags[-1]
        assert place in " ".join((story.title, *story.paragraphs))


def test_dates_run_up_to_the_end_at_the_pace_asked_for():
    made = list(stories(1, 100, "x", end=END, per_day=10))
    dates = [s.published_at for s in made]
    assert dates == sorted(dates)
    assert END - timedelta(days=10) < dates[0] < END - timedelta(days=9.5)
    assert END - timedelta(days=0.2) < dates[-1] < END


def test_every_language_has_seven_days_and_twelve_months():
    for language in LANGUAGES:
        words = vocabulary(language).words
        assert (len(words["weekday"]), len(words["month"])) == (7, 12)


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="xx"):
        vocabulary("xx")


def test_a_pattern_is_read_in_pieces():
    plain, slot, gap, choice, end = parse("In {place} [it|{2-4} days] passed")
    assert (plain, slot.name, gap, end) == ("In ", "place", " ", " passed")
    assert len(choice.options) == 2
