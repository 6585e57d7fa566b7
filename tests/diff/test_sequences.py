"""Anchors and common subsequences: right, and never quadratic on repetitions."""

from __future__ import annotations

import difflib
from collections.abc import Hashable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.diff import sequences
from newsarchive.diff.sequences import heaviest_rising, longest_common, match, rising

letters = st.lists(st.sampled_from("abcd"), max_size=30)


def lcs_length(a, b):
    row = [0] * (len(b) + 1)
    for x in a:
        last = 0
        for j, y in enumerate(b):
            row[j + 1], last = (last + 1 if x == y else max(row[j + 1], row[j])), row[j + 1]
    return row[-1]


def assert_rises(pairs, a, b):
    assert all(a[i] == b[j] for i, j in pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in pairwise(pairs))


@given(letters, letters)
def test_the_common_subsequence_is_a_longest_one(a, b):
    pairs = longest_common(a, b)
    assert_rises(pairs, a, b)
    assert len(pairs) == lcs_length(a, b)


@given(letters, letters)
def test_a_match_is_as_long_as_the_longest_while_that_can_be_afforded(a, b):
    pairs = match(a, b)
    assert_rises(pairs, a, b)
    assert len(pairs) == lcs_length(a, b)


@given(letters, letters)
def test_a_match_of_long_stretches_still_rises(a, b):
    kept = sequences.EXACT_CELLS
    sequences.EXACT_CELLS = 4
    try:
        assert_rises(match(a, b), a, b)
    finally:
        sequences.EXACT_CELLS = kept


@given(st.lists(st.integers(0, 30), unique=True))
def test_the_rising_run_is_the_longest(numbers):
    found = rising(list(enumerate(numbers)))
    best = [1] * len(numbers)
    for k, n in enumerate(numbers):
        best[k] = 1 + max((best[m] for m in range(k) if numbers[m] < n), default=0)
    assert len(found) == max(best, default=0)


def test_the_heaviest_run_may_be_the_shorter_one():
    assert heaviest_rising([(0, 5, 9.0), (1, 1, 1.0), (2, 2, 1.0)]) == [(0, 5)]
    assert heaviest_rising([(0, 0, 0.5), (0, 1, 0.9), (1, 1, 0.4)]) in ([(0, 1)], [(0, 0), (1, 1)])
    assert heaviest_rising([]) == []


class Counted:
    """Counts how often elements are compared: time without a clock."""

    compared = 0

    def __init__(self, name: Hashable) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return isinstance(other, Counted) and self.name == other.name

    def __hash__(self) -> int:
        return hash(self.name)


def comparisons(n):
    a = [Counted("the same sentence") for _ in range(n)]
    b = [Counted("the same sentence" if k % 2 else "another one") for k in range(n)]
    Counted.compared = 0
    match(a, b)
    return Counted.compared


def test_work_grows_linearly_on_repeated_elements():
    kept = sequences.EXACT_CELLS
    sequences.EXACT_CELLS = 10_000
    try:
        small, large = comparisons(1_000), comparisons(8_000)
    finally:
        sequences.EXACT_CELLS = kept
    assert large < 10 * small


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from(["x", "y"]), min_size=50, max_size=120), st.integers(0, 9))
def test_repetitions_are_matched_as_well_as_difflib_does(a, cut):
    b = [*a[cut:], "z", *a[:cut]]
    theirs = sum(m.size for m in difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    assert len(match(a, b)) >= theirs


@pytest.mark.parametrize("n", [0, 1, 5])
def test_equal_sequences_match_wholly(n):
    assert match("abcde"[:n], "abcde"[:n]) == [(k, k) for k in range(n)]
