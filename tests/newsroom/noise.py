"""What changes on a page from one fetch to the next and is no edit: counters, ads, tokens, boxes, quotes.

Pure: the same seed, address and number of the fetch give the same noise. Tested in tests/newsroom/test_noise.py.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from tests.newsroom.outlet_site import OutletSite, PageContext, token
from tests.newsroom.story import PressStory


@cache
def notes(language: str) -> dict[str, Any]:
    """The words around the articles (errors, consent, "… ago") in a language; English if it has none."""
    text = (files("tests.newsroom") / "vocabulary" / "notes.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    found: dict[str, Any] = table.get(language, table["en"])
    return found


def ago(span: timedelta, language: str) -> str:
    """A span of time as a page says it: "5 minutes ago"."""
    words = notes(language)
    minutes = max(1, int(span.total_seconds() // 60))
    if minutes < 60:
        n, unit = minutes, 0
    elif minutes < 48 * 60:
        n, unit = minutes // 60, 1
    else:
        n, unit = minutes // (24 * 60), 2
    one, _, many = words["units"][unit].partition("|")
    return str(words["ago"]).format(n=n, unit=one if n == 1 or not many else many)


def view(
    site: OutletSite,
    base: str,
    *,
    seed: int,
    path: str,
    fetch: int,
    on: bool,
    now: datetime,
    changed: datetime | None,
    others: Sequence[PressStory],
    variant: str = "",
    page: int = 1,
    release: int = 1,
) -> PageContext:
    """What surrounds a page this time.

    Args:
        fetch: How many times the path was asked for before.
        on: Whether there is noise; without it every fetch sees the same.
        changed: When the story last changed, for "updated … ago".
        others: The stories that boxes may show, newest first.
        release: Which build of the templates is in use.
    """
    day = f"{now:%j}" if on else "1"
    rng = random.Random(f"{seed}/{path}/{fetch if on else 'still'}")
    pool = list(others[:40])
    picks = rng.sample(pool, min(9, len(pool)))
    span = now - changed if on and changed else timedelta(hours=2)
    return PageContext(
        base=base,
        now=now,
        views=1200 + 37 * fetch + rng.randint(0, 30) if on else 1200,
        shares=40 + fetch * 3 if on else 40,
        token=token(seed, path, rng.random(), length=24),
        build=f"{release}{token(site.name, day, length=5)}",
        ago=ago(span, site.language),
        is_second=on and fetch % 2 == 1,
        curly=not on or not site.alternates_quotes or fetch % 2 == 0,
        related=tuple(picks[:4]),
        popular=tuple(picks[4:]),
        ad=token(rng.random(), length=6),
        variant=variant,
        page=page,
    )
