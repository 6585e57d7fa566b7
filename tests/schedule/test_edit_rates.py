"""Edit rates by age, and the waits that follow."""

from __future__ import annotations

import itertools

import pytest

from newsarchive.config import RecheckConfig
from newsarchive.schedule.edit_counts import BINS, DAY, HOUR, EditCounts, ObservedCheck, bin_of
from newsarchive.schedule.edit_rates import rates_of
from newsarchive.schedule.recheck_policy import next_wait

CONFIG = RecheckConfig(cap=30 * DAY, end=365 * DAY)


def looks_of_a_life(rates, edits_at: tuple[float, ...] = ()) -> list[float]:
    """Ages of all checks at a story with these edits."""
    age, edited, edits, ages = 0.0, None, 0, []
    while True:
        since = None if edited is None else age - edited
        wait = next_wait(first=0.0, age=age, since_edit=since, edits=edits, config=CONFIG, rates=rates)
        if wait is None:
            return ages
        if any(age < e <= age + wait for e in edits_at):
            edited, edits = age + wait, edits + 1
        age += wait
        ages.append(age)


def watched(n: int, edits: list[float], *, hinted: bool = False) -> EditCounts:
    """A tally of n stories watched for 60 days, with edits at these ages in each tenth of them."""
    checks = [ObservedCheck(age_before=0, age=60 * DAY, is_changed=False, is_hinted=False) for _ in range(n)]
    checks += [
        ObservedCheck(age_before=e, age=e, is_changed=True, is_hinted=hinted)
        for e in edits
        for _ in range(n // 10)
    ]
    return EditCounts().plus(checks)


def test_time_watched_is_split_over_the_ages() -> None:
    tally = EditCounts().plus(
        [ObservedCheck(age_before=0.5 * HOUR, age=4 * HOUR, is_changed=True, is_hinted=False)]
    )
    assert tally.seconds[:3] == (0.5 * HOUR, 2 * HOUR, 1 * HOUR)
    assert tally.edits[bin_of(2.25 * HOUR)] == 1


def test_ages_beyond_all_bins_fall_into_the_last() -> None:
    assert bin_of(10 * 365 * DAY) == BINS - 1
    assert bin_of(-5.0) == 0


def test_a_quiet_life_costs_about_the_budget_and_most_looks_come_early() -> None:
    ages = looks_of_a_life(rates_of(EditCounts(), CONFIG))
    assert 25 <= len(ages) <= 60
    assert sum(a < DAY for a in ages) > sum(a >= 7 * DAY for a in ages)


def test_a_livelier_story_is_looked_at_more_often() -> None:
    rates = rates_of(EditCounts(), CONFIG)
    calm = rates.wait(first=0, age=2 * DAY, since_edit=None, edits=0)
    lively = rates.wait(first=0, age=2 * DAY, since_edit=2 * DAY, edits=4)
    fresh = rates.wait(first=0, age=2 * DAY, since_edit=60.0, edits=4)
    assert fresh < lively < calm


def test_looks_go_where_the_outlets_edits_are() -> None:
    early = rates_of(watched(2000, [600.0, 1200.0]), CONFIG)
    late = rates_of(watched(2000, [3 * DAY, 5 * DAY, 6 * DAY]), CONFIG)
    in_first_day = [sum(a < DAY for a in looks_of_a_life(r)) / len(looks_of_a_life(r)) for r in (early, late)]
    assert in_first_day[0] > 2 * in_first_day[1]


def test_where_edits_are_announced_fewer_looks_are_made() -> None:
    edits = [600.0, 5 * HOUR, 2 * DAY]
    silent = len(looks_of_a_life(rates_of(watched(2000, edits), CONFIG)))
    announced = len(looks_of_a_life(rates_of(watched(2000, edits, hinted=True), CONFIG)))
    assert announced < 0.8 * silent


def test_waits_keep_floor_and_ceiling_and_an_edit_brings_the_next_look_forward() -> None:
    ages = looks_of_a_life(rates_of(EditCounts(), CONFIG), edits_at=(20 * DAY,))
    waits = [b - a for a, b in itertools.pairwise(ages)]
    assert min(waits) >= CONFIG.floor
    assert max(waits) <= CONFIG.cap * 1.000001
    seen = next(n for n, a in enumerate(ages) if a >= 20 * DAY)
    assert waits[seen] < waits[seen - 1] / 3


def test_hints_that_never_come_true_lose_their_credit() -> None:
    wolf = EditCounts().plus(
        ObservedCheck(age_before=DAY, age=DAY, is_changed=False, is_hinted=True) for _ in range(200)
    )
    assert wolf.hint_precision < 0.03
    assert EditCounts().hint_precision == pytest.approx(0.3)


def test_with_a_low_ceiling_early_looks_are_not_given_up_for_late_ones() -> None:
    rates = rates_of(EditCounts(), RecheckConfig(cap=3 * DAY, end=90 * DAY))
    assert rates.wait(first=0, age=0, since_edit=None, edits=0) < HOUR
