"""What one run asks for: polls, looks that are due, URLs that a person names."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.archive.folder import ArchiveFolder
from newsarchive.archive.planning import Rechecks, Wish, manual, new_plan, polls, rechecks, within
from newsarchive.errors import BadUrlError
from newsarchive.plan import Target
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock
from tests.press import START


@pytest.fixture
def state(tmp_path):
    with State(tmp_path / "state.db") as state:
        yield state


@pytest.fixture
def later(press) -> ArchiveFolder:
    """The small archive, a week after its last crawl."""
    return ArchiveFolder(press.folder, clock=Clock(START + timedelta(days=8)))


def test_a_source_polled_whole_is_asked_with_validators_and_another_without(later, state):
    state.end_polls(["courier"])
    by_source = {(t.source, t.reason): t for t in polls(later, later.select(), state)}
    assert by_source["courier", "feed"].previous is not None
    assert by_source["mirat", "feed"].previous is None
    assert by_source["mirat", "feed"].etag is None


def test_a_url_whose_validators_lied_is_asked_without(later, state):
    state.end_polls(["courier"])
    feed = later.sources["courier"].feeds[0]
    state.add_liars([feed])
    assert {t.url: t.etag for t in polls(later, later.select(["courier"]), state)}[feed] is None


def test_known_stories_are_due_after_a_week_but_not_the_one_that_is_withheld_or_of_another_source(
    later, state, press
):
    again = rechecks(later, later.select(["courier"]), state)
    assert press.plain_url in {t.url for t in again.targets}
    assert {t.source for t in again.targets} == {"courier"}
    assert all(t.reason == "recheck" and t.previous for t in again.targets if t.url != press.gone_url)


def test_nothing_is_due_right_after_a_look(press, state):
    now = ArchiveFolder(press.folder, clock=Clock(START + timedelta(days=1, minutes=5)))
    assert rechecks(now, now.select(), state).targets == ()


def test_a_plan_carries_what_was_spent_and_whom_to_leave_alone(later, state):
    now = later.clock.now()
    state.add_spent(now.date(), {"www.cedar-courier.example": 5})
    state.set_not_before({"www.cedar-courier.example": now + timedelta(hours=1)})
    plan = new_plan(later, sources=later.select(), targets=(), wish=Wish(limit=3), state=state)
    assert plan.spent == {"www.cedar-courier.example": 5}
    assert set(plan.not_before) == {"www.cedar-courier.example"}
    assert (plan.crawl.max_pages, plan.follow) == (3, True)
    assert "desk@archive.example" in plan.user_agent


def test_urls_that_a_person_names_are_checked_and_belong_to_their_source(later):
    targets = list(manual(later, ["https://www.cedar-courier.example/x", "https://elsewhere.example/y"]))
    assert [(t.source, t.reason) for t in targets] == [
        ("courier", "manual"),
        ("single-pages", "manual"),
    ]
    with pytest.raises(BadUrlError):
        list(manual(later, ["ftp://cedar-courier.example/x"]))


def test_known_stories_are_looked_at_again_only_as_far_as_the_budget_lasts(later, state):
    everything = urls_by_source(rechecks(later, later.select(), state))
    left = 6
    spent = {"www.cedar-courier.example": later.config.crawl.daily_budget - left}
    state.add_spent(later.clock.now().date(), spent)
    few = rechecks(later, later.select(), state)
    assert len(everything["courier"]) > left / 2
    assert urls_by_source(few)["courier"] == everything["courier"][:3], "half of it, the worthiest"
    assert urls_by_source(few)["mirat"] == everything["mirat"]
    assert set(few.before) == {t.url for t in few.targets}


def test_further_pages_of_an_article_cost_a_request_each():
    part = Target(url="http://e.example/b?page=2", source="e", reason="continuation")
    a, b, c = (Target(url=f"http://e.example/{n}", source="e", reason="recheck") for n in "abc")
    b = replace(b, parts=(part, part))
    assert [list(within((a, b, c), most)) for most in (0, 1, 3, 4, 5)] == [[], [a], [a], [a, b], [a, b, c]]


def urls_by_source(made: Rechecks) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for target in made.targets:
        found.setdefault(target.source, []).append(target.url)
    return found
