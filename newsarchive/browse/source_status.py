"""How well a source is doing, from its daily counts.

Pure: rows in, words and numbers out. Failures are fetches that brought no page for a
reason that isn't the page's own (404, 410 and robots refusals are outcomes, not failures).
Tested in tests/browse/test_source_status.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

FAILING_SHARE = 0.2  # of a source's fetches in a week, as the exit code 3 of a crawl has it
QUIET_DAYS = 3  # without one new page
WEEK = 7
DAY_ZERO = date(1970, 1, 1)
FINE = frozenset({"same", "not-modified", "rendered"})
OUTCOMES_OF_A_PAGE = frozenset({"401", "402", "404", "410", "451"})  # the page's own, no trouble of ours


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """`state` is good, quiet, failing or unknown; `text` says why in a few words."""

    state: str
    text: str
    fetched: int  # in the week before the newest day
    failed: int
    new: int


def is_failure(outcome: str) -> bool:
    """Return whether `outcome`, as table source_days has it, is a failure: a timeout, a refused connection, a 5xx, a block."""
    return outcome not in FINE and outcome not in OUTCOMES_OF_A_PAGE and not outcome.startswith(("2", "3"))


def health(rows: Iterable[dict[str, Any]], newest: int | None) -> SourceStatus:
    """Return the state of one source.

    Args:
        rows: Its rows of `source_days` (day as days since 1970, reason code 0 = new).
        newest: The newest day for which the archive has anything, of any source.
    """
    rows = list(rows)
    if newest is None or not rows:
        return SourceStatus(state="unknown", text="never crawled", fetched=0, failed=0, new=0)
    week = [r for r in rows if newest - WEEK < r["day"] <= newest]
    fetched = sum(r["n"] for r in week)
    failed = sum(r["n"] for r in week if is_failure(r["outcome"]))
    new = sum(r["n"] for r in week if r["reason"] == 0 and not is_failure(r["outcome"]))
    last_new = max(
        (r["day"] for r in rows if r["reason"] == 0 and not is_failure(r["outcome"])), default=None
    )
    counts = {"fetched": fetched, "failed": failed, "new": new}
    if not fetched:
        days = newest - max(r["day"] for r in rows)
        return SourceStatus(state="failing", text=f"not checked for {days} days", **counts)
    if failed > fetched * FAILING_SHARE:
        return SourceStatus(
            state="failing", text=f"{failed * 100 // fetched} % of {fetched:,} fetches failed", **counts
        )
    if last_new is None or newest - last_new >= QUIET_DAYS:
        quiet = "no story yet" if last_new is None else f"no new story for {newest - last_new} days"
        return SourceStatus(state="quiet", text=quiet, **counts)
    return SourceStatus(state="good", text=f"{new:,} new pages in a week", **counts)


def per_day(rows: Iterable[dict[str, Any]], days: Sequence[int]) -> list[tuple[int, int]]:
    """Return (fetched, failed) for each of `days`."""
    fetched: dict[int, int] = {}
    failed: dict[int, int] = {}
    for row in rows:
        fetched[row["day"]] = fetched.get(row["day"], 0) + row["n"]
        if is_failure(row["outcome"]):
            failed[row["day"]] = failed.get(row["day"], 0) + row["n"]
    return [(fetched.get(d, 0), failed.get(d, 0)) for d in days]


def day_number(moment: datetime) -> int:
    """Return days since 1970, UTC."""
    return (moment.astimezone(UTC).date() - DAY_ZERO).days


def day_text(number: int) -> str:
    """Return `2026-11-02` for the number of a day."""
    return (DAY_ZERO + timedelta(days=number)).isoformat()


def histogram(seconds: Iterable[float], edges: Sequence[float]) -> list[int]:
    """Return how many of `seconds` fall below each edge (and above the one before); the last counts the rest."""
    counts = [0] * (len(edges) + 1)
    for value in seconds:
        counts[next((i for i, edge in enumerate(edges) if value < edge), len(edges))] += 1
    return counts
