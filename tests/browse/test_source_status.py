"""The state of a source from its daily counts."""

from __future__ import annotations

from typing import Any

import pytest

from newsarchive.browse.source_status import health, histogram, is_failure, per_day

TODAY = 20_759


def rows(*told: tuple[int, int, str, int]) -> list[dict[str, Any]]:
    return [
        {"day": TODAY - ago, "reason": reason, "outcome": outcome, "n": n} for ago, reason, outcome, n in told
    ]


@pytest.mark.parametrize(
    ("told", "state", "text"),
    [
        ([], "unknown", "never crawled"),
        ([(0, 0, "200", 5)], "good", "5 new pages in a week"),
        ([(0, 0, "200", 5), (0, 1, "failed", 2)], "failing", "28 % of 7 fetches failed"),
        ([(0, 0, "200", 8), (0, 1, "failed", 2)], "good", "8 new pages in a week"),
        ([(0, 0, "200", 8), (0, 1, "404", 20)], "good", "8 new pages in a week"),
        ([(0, 1, "not-modified", 5), (4, 0, "200", 2)], "quiet", "no new story for 4 days"),
        ([(0, 2, "200", 5)], "quiet", "no story yet"),
        ([(9, 0, "200", 5)], "failing", "not checked for 9 days"),
    ],
)
def test_a_state_says_why(told: list[tuple[int, int, str, int]], state: str, text: str):
    found = health(rows(*told), TODAY)
    assert (found.state, found.text) == (state, text)


@pytest.mark.parametrize(
    ("outcome", "fails"),
    [
        *((o, False) for o in ("200", "301", "same", "not-modified", "404", "410")),
        *((o, True) for o in ("403", "429", "500", "failed")),
    ],
)
def test_what_the_page_itself_says_is_no_failure(outcome: str, fails: bool):
    assert is_failure(outcome) is fails


def test_days_are_summed_over_reasons():
    told = rows((1, 0, "200", 5), (1, 1, "failed", 2), (0, 1, "same", 1))
    assert per_day(told, [TODAY - 2, TODAY - 1, TODAY]) == [(0, 0), (7, 2), (1, 0)]


def test_a_histogram_counts_everything_once():
    assert histogram([0, 59, 60, 3600, 10**9], [60.0, 3600.0]) == [2, 1, 2]
