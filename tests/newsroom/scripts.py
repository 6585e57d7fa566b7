"""Scripts: what is going to happen in the newsroom, made up in advance, so that tests can read the truth.

Pure. `month` is the one that the versions of stories are tested with. Tested in tests/newsroom/test_scripts.py.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from tests.newsroom.outlet_site import SITES
from tests.newsroom.story import ScriptLine

# kind -> how often among a hundred edits, and whether the page's date stays as it is
WEIGHTS: tuple[tuple[str, int, bool], ...] = (
    ("typo", 14, True),
    ("headline", 12, False),
    ("number", 10, True),
    ("paragraph-added", 9, False),
    ("correction", 7, False),
    ("update", 6, False),
    ("standfirst", 5, False),
    ("quote", 5, True),
    ("paragraph-removed", 5, True),
    ("paragraph-moved", 4, True),
    ("paragraph-rewritten", 4, False),
    ("name", 3, True),
    ("byline", 3, False),
    ("caption", 3, False),
    ("date", 2, False),
    ("paragraph-split", 2, True),
    ("paragraph-merged", 2, True),
    ("tags", 2, False),
    ("image", 1, False),
    ("delete-404", 2, False),
    ("delete-410", 2, False),
    ("delete-soft", 1, False),
    ("delete-home", 1, False),
    ("retraction", 2, False),
    ("paywall", 3, False),
    ("slug", 2, False),
    ("case", 2, True),
)
ENDINGS = frozenset({"delete-404", "delete-410", "delete-soft", "delete-home", "retraction", "paywall"})


def month(
    seed: int,
    outlets: Sequence[str],
    *,
    start: datetime,
    days: float = 30.0,
    per_day: float = 5.0,
    known: int = 0,
    edited: float = 0.45,
    gap: timedelta = timedelta(hours=6),
) -> list[ScriptLine]:
    """A script of publications and edits, in order of time.

    Args:
        known: How many stories each outlet has at `start`; the next has the number `known` + 1.
        edited: The share of stories that are edited at least once.
        gap: The least time between two things that happen to one story.
    """
    lines: list[ScriptLine] = []
    live = {site.name: site.live_every for site in SITES}
    for outlet in outlets:
        rng = random.Random(f"{seed}/{outlet}/script")
        step = timedelta(days=1 / per_day)
        for k in range(int(days * per_day)):
            at = (start + step * (k + 0.1 + 0.8 * rng.random())).replace(microsecond=0)
            number = known + k + 1
            lines.append(ScriptLine(at=at, outlet=outlet, number=number, kind="publish"))
            if live.get(outlet) and number % live[outlet] == 0:
                lines += _live(rng, outlet, number, at)
            elif rng.random() < edited:
                lines += _life(rng, outlet, number, at, start + timedelta(days=days), gap)
        for number in range(max(1, known - int(2 * per_day)), known + 1):
            if not (live.get(outlet) and number % live[outlet] == 0) and rng.random() < edited / 2:
                lines += _life(rng, outlet, number, start, start + timedelta(days=days), gap)
    return sorted(lines, key=lambda line: (line.at, line.outlet, line.number))


def _live(rng: random.Random, outlet: str, number: int, born: datetime) -> list[ScriptLine]:
    """A live blog gets a few more entries in the hours after it opened."""
    lines = []
    for _ in range(rng.randint(2, 4)):
        born = (born + timedelta(minutes=rng.randint(370, 500))).replace(microsecond=0)
        lines.append(ScriptLine(at=born, outlet=outlet, number=number, kind="entry"))
    return lines


def _life(
    rng: random.Random, outlet: str, number: int, born: datetime, end: datetime, gap: timedelta
) -> list[ScriptLine]:
    """The edits of one story: most on the first day, a few within two weeks; a deletion may be undone."""
    lines: list[ScriptLine] = []
    at, kinds = born, {"typo"}
    for _ in range(1 + min(3, int(rng.expovariate(1.0)))):
        wait = (
            timedelta(hours=rng.expovariate(1 / 14.0))
            if rng.random() < 0.8
            else timedelta(days=rng.uniform(1, 9))
        )
        at = (at + gap + wait).replace(microsecond=0)
        if at >= end:
            break
        total = sum(w for _, w, _ in WEIGHTS)
        draw, kind, silent = rng.random() * total, "", False
        for kind, weight, silent in WEIGHTS:  # noqa: B007
            draw -= weight
            if draw < 0:
                break
        if kind == "typo" and any(line.kind != "publish" for line in lines):
            kind, silent = "number", True  # a typo is there from publication and must not have been edited
        kinds.add(kind)
        lines.append(ScriptLine(at=at, outlet=outlet, number=number, kind=kind, silent=silent))
        if kind in ENDINGS:
            back = (at + gap + timedelta(days=rng.uniform(0.5, 4))).replace(microsecond=0)
            if kind not in ("retraction",) and rng.random() < 0.5 and back < end:
                undo = "open" if kind == "paywall" else "restore"
                lines.append(ScriptLine(at=back, outlet=outlet, number=number, kind=undo))
            break
    return lines
