"""The pause before a page is tried again."""

from __future__ import annotations

import pytest

from newsarchive.crawl.retries import backoff


@pytest.mark.parametrize(("attempt", "low", "high"), [(1, 1.0, 3.0), (2, 2.0, 6.0)])
def test_backoff_doubles_and_is_spread_by_half(attempt: int, low: float, high: float) -> None:
    assert [backoff(attempt, jitter) for jitter in (0.0, 1.0)] == [low, high]
