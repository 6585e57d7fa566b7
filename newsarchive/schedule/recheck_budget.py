"""How many known stories may be looked at again in one run, so that the day's budget lasts for the news?

Pure: a host's budget, what was spent and the source's polls in, a number out. Looks at known stories must
never eat what the polls and new stories of the rest of the day will need. Tested in
tests/schedule/test_recheck_budget.py.
"""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from newsarchive.schedule.health_records import Poll

RECENT = 40  # polls that "usual" is taken from
ORDINARY = 0.9  # of the polls, the cheapest; the first one, which fetches all that is listed, isn't usual
HEADROOM = 1.5  # of what polls and new stories usually cost
BURST = 3.0  # times its even share of the rest of the day that one run may take


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a source will need of a host's budget until midnight (UTC), this run included."""

    fetches: int
    polls: int  # still to come today, this one included


def need_of(polls: Sequence[Poll], now: datetime) -> Need | None:
    """What the source's polls and new stories will need today; None if it was never polled.

    Args:
        polls: Oldest first; those of which nothing was asked left out.
    """
    recent = polls[-RECENT:]
    if not recent:
        return None
    moments = [p.at for p in recent if p.at < now] + [now]
    gaps = [(b - a).total_seconds() for a, b in itertools.pairwise(moments)]
    gap = max(statistics.median(gaps), 1.0) if gaps else 86400.0
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    count = 1 + int((midnight - now).total_seconds() / gap)
    costs = sorted(max(p.fetches - p.changed - p.unchanged, 0) for p in recent)
    cost = statistics.mean(costs[: max(1, int(ORDINARY * len(costs)))])
    return Need(fetches=math.ceil(HEADROOM * cost * count), polls=count)


def allowance(left: int, needs: Sequence[Need | None]) -> int:
    """Looks that one run may spend on known stories of a host.

    Args:
        left: Of the host's budget for the day.
        needs: One for each source that lives on the host; None for one never polled.

    Returns:
        0 to `left`; half of it where nothing is known of a source's needs.
    """
    known = [need for need in needs if need is not None]
    if len(known) < len(needs) or not known:
        return max(left, 0) // 2
    spare = max(left - sum(need.fetches for need in known), 0)
    return int(spare * min(1.0, BURST / max(need.polls for need in known)))
