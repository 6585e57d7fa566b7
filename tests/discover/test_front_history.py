"""A front's captures as the time of its stories: coming, rising, falling, going, and headlines that take turns."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from newsarchive.discover.front_history import FrontCapture, FrontStory, front_history
from newsarchive.discover.front_pages import FrontItem

START = datetime(2026, 11, 28, 6, tzinfo=UTC)
QUARTER = timedelta(minutes=15)


def captures(*fronts: str) -> list[FrontCapture]:
    """A capture each quarter of an hour; `a:Ferry sails b` is two stories, of which the first has a headline."""
    found = []
    for number, front in enumerate(fronts):
        items = []
        for position, one in enumerate(front.split("|") if front else [], 1):
            name, _, headline = one.partition(":")
            items.append(
                FrontItem(
                    position=position,
                    size="lead" if position == 1 else "small",
                    headline=headline or f"Story {name} of the harbour",
                    url=f"https://lantern.example/{name}",
                )
            )
        found.append(FrontCapture(START + number * QUARTER, tuple(items)))
    return found


def at(number: int) -> datetime:
    return START + number * QUARTER


def one(*fronts: str) -> FrontStory:
    """The story `a`."""
    return next(s for s in front_history(captures(*fronts)) if s.url.endswith("/a"))


def test_a_story_comes_rises_falls_and_goes() -> None:
    story = one("b|c", "b|c|a", "a|b|c", "a|b|c", "b|a|c", "b|c", "b|c")
    assert (story.first_at, story.last_at, story.gone_at, story.best_position) == (at(1), at(4), at(5), 1)
    assert [(p.at, p.position, p.size) for p in story.places] == [
        (at(1), 3, "small"),
        (at(2), 1, "lead"),
        (at(4), 2, "small"),
        (at(5), None, None),
    ]


def test_a_story_that_comes_back_was_away_in_between() -> None:
    story = one("a", "b", "b", "a|b")
    assert [(p.at, p.position) for p in story.places] == [(at(0), 1), (at(1), None), (at(3), 1)]
    assert story.gone_at is None


@pytest.mark.parametrize(
    ("shown", "trial"),
    [
        ("AAAA", ""),
        ("AABB", "changed"),
        ("ABCC", "changed"),
        ("ABBA", "reverted"),
        ("ABAB", "tested"),
        ("ABCABC", "tested"),
        ("AB AB", "tested"),
        ("A A", ""),
        ("A", ""),
    ],
)
def test_headlines_that_take_turns_are_tested_and_one_return_is_an_edit_taken_back(
    shown: str, trial: str
) -> None:
    story = one(*(f"a:Headline {letter} of the ferry|b" if letter != " " else "b" for letter in shown))
    assert story.headlines == trial


def test_each_headline_has_its_times_and_turns() -> None:
    story = one("a:Ferry sails", "a:Ferry stays", "a:Ferry sails", "a:Ferry sails", "a:Ferry stays")
    assert [(s.headline, s.first_at, s.last_at, s.captures, s.turns) for s in story.shown] == [
        ("Ferry sails", at(0), at(3), 3, 2),
        ("Ferry stays", at(1), at(4), 2, 2),
    ]
    assert story.headline == "Ferry stays"


def test_typography_alone_is_no_other_headline() -> None:
    assert one("a:Mayor\u2019s  \u201cferry\u201d", 'a:Mayor\'s "ferry"').headlines == ""


def test_stories_are_in_the_order_of_the_last_capture_then_those_that_left_last_seen_first() -> None:
    found = front_history(captures("d|c|a", "c|b|a", "b|a"))
    assert [s.url[-1] for s in found] == ["b", "a", "c", "d"]


def test_a_storys_addresses_are_one_story() -> None:
    first, second = captures("a", "a")
    moved = FrontItem(
        position=1, size="lead", headline="Ferry", url="http://www.lantern.example/a?utm_source=front"
    )
    assert len(front_history([first, FrontCapture(second.at, (moved,))])) == 1


def test_captures_out_of_order_are_refused_and_none_give_nothing() -> None:
    assert front_history([]) == ()
    assert front_history(captures("", "")) == ()
    with pytest.raises(ValueError, match="in order of time"):
        front_history(list(reversed(captures("a", "a"))))
