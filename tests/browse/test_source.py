"""The page of a source."""

from __future__ import annotations

import pytest

from .conftest import Reader


def test_a_source_shows_its_state_and_four_plots(reader: Reader):
    text = reader.html("/-/news/source/harbour")
    assert "Harbour Post" in text
    assert "fetches failed" in text
    assert text.count('class="plot bars') == 4


def test_its_numbers_add_up(reader: Reader):
    data = reader.json("/-/news/source/gazette.json")
    assert data["totals"]["stories"] == 62
    assert sum(d["stories"] for d in data["days"]) == 62
    assert sum(b["n"] for b in data["lag"]) == 62
    assert sum(b["n"] for b in data["edit_ages"]) == data["totals"]["changes"]
    assert len(data["days"]) == 30


@pytest.mark.parametrize(("days", "n"), [("90", 90), ("365", 365), ("7", 30), ("x", 30)])
def test_the_span_of_its_plots_can_be_chosen(reader: Reader, days: str, n: int):
    assert len(reader.json(f"/-/news/source/gazette.json?days={days}")["days"]) == n


def test_each_source_of_the_front_has_a_state(reader: Reader):
    states = {s["name"]: s["health"]["state"] for s in reader.json("/-/news.json")["sources"]}
    assert states == {"gazette": "good", "harbour": "failing", "morgenblatt": "quiet", "sahifa": "good"}
