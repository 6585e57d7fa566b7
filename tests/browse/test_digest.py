"""A day or a week in one page."""

from __future__ import annotations

import pytest

from .conftest import Reader


def test_without_a_day_it_is_the_last_whole_one(reader: Reader):
    found = reader.json("/-/news/digest.json")  # the reader's clock says noon of 2 November, a Monday
    assert (found["since"], found["until"]) == ("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z")
    week = reader.json("/-/news/digest.json?period=week")
    assert (week["since"], week["until"]) == ("2026-10-26T00:00:00Z", "2026-11-02T00:00:00Z")


@pytest.mark.parametrize("query", ["day=2026-10-30", "period=week&day=2026-10-28"])
def test_it_has_the_significant_edits_of_its_span_with_their_words_silent_ones_first(
    reader: Reader, query: str
):
    found = reader.json(f"/-/news/digest.json?{query}")
    edits = found["edits"]
    assert edits
    assert all(found["since"] <= edit["changed_at"] < found["until"] for edit in edits)
    assert all(edit["significant"] for edit in edits)
    marks = [edit["silent"] for edit in edits]
    assert marks == sorted(marks, reverse=True)
    assert sum(marks) == found["n_silent"]
    text = reader.html(f"/-/news/digest?{query}")
    assert "<del>" in text
    assert all(f"before={edit['before_id']}" in text for edit in edits)


def test_earlier_and_later_days_are_a_link_away_and_the_future_is_not(reader: Reader):
    assert "day=2026-10-29" in reader.html("/-/news/digest?day=2026-10-30")
    assert "day=2026-10-31" in reader.html("/-/news/digest?day=2026-10-30")
    assert 'rel="prev"' not in reader.html("/-/news/digest?day=2026-11-02")


def test_a_day_on_which_nothing_happened_says_so(reader: Reader):
    assert "0 new stories, 0 edits, 0 events" in reader.html("/-/news/digest?day=2020-01-01")
