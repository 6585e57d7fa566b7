"""What a front page showed over time: when each story came and went, where it was, which headlines it had there.

Pure: takes a page's captures, returns one row a story. Headlines that take turns are tried on readers against each other: outlets serve
one of several to each visitor. Tested in tests/discover/test_front_history.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from newsarchive.discover.front_pages import FrontItem, Size
from newsarchive.text import fingerprint
from newsarchive.urls import key_or_empty

TURNS = 2  # times that a headline must come back before it counts as tested; one return may be an edit that was taken back

Trial = Literal["", "changed", "reverted", "tested"]


@dataclass(frozen=True, slots=True)
class FrontCapture:
    """A page as it was at a moment."""

    at: datetime
    items: tuple[FrontItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a story was from a capture on; `position` None: nowhere."""

    at: datetime
    position: int | None
    size: Size | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHeadline:
    """A headline of a story on the page. `captures` had it, `turns` is how often it took the place of another or came first."""

    headline: str
    first_at: datetime
    last_at: datetime
    captures: int
    turns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontStory:
    """A story's time on a page. `gone_at` is the first capture without it after the last with it, None if it is still there.

    `headlines` is "" if there was one, `changed`, `reverted` (an old one came back once), or `tested` (they took turns).
    """

    url: str
    first_at: datetime
    last_at: datetime
    gone_at: datetime | None
    best_position: int
    places: tuple[Place, ...]
    shown: tuple[ShownHeadline, ...]
    headlines: Trial

    @property
    def headline(self) -> str:
        """The one that was shown last."""
        return max(self.shown, key=lambda one: one.last_at).headline


def front_history(captures: Sequence[FrontCapture]) -> tuple[FrontStory, ...]:
    """Return the stories of a page, those of the last capture first in its order, then those that left it, last seen first.

    Args:
        captures: Of one page, in order of time.

    Raises:
        ValueError: they aren't in order of time.
    """
    if any(later.at < earlier.at for earlier, later in pairwise(captures)):
        raise ValueError("captures of a front page must be in order of time")
    by_capture = [{key_or_empty(item.url): item for item in capture.items} for capture in captures]
    keys = dict.fromkeys(key for items in by_capture for key in items)
    times = [capture.at for capture in captures]
    found = [_story(times, [items.get(key) for items in by_capture]) for key in keys]
    return tuple(sorted(found, key=_order))


def _order(story: FrontStory) -> tuple[bool, float, int]:
    is_there = story.gone_at is None
    last = story.places[-1].position if is_there else None
    return not is_there, 0.0 if is_there else -story.last_at.timestamp(), last or story.best_position


def _story(times: Sequence[datetime], items: Sequence[FrontItem | None]) -> FrontStory:
    seen = [(at, item) for at, item in zip(times, items, strict=True) if item is not None]
    last_at = seen[-1][0]
    shown = _shown(seen)
    return FrontStory(
        url=seen[-1][1].url,
        first_at=seen[0][0],
        last_at=last_at,
        gone_at=next((at for at in times if at > last_at), None),
        best_position=min(item.position for _, item in seen),
        places=_places(times, items),
        shown=shown,
        headlines=_trial(shown),
    )


def _places(times: Sequence[datetime], items: Sequence[FrontItem | None]) -> tuple[Place, ...]:
    """The places of a story, one for each change, from its first on."""
    places: list[Place] = []
    for at, item in zip(times, items, strict=True):
        position, size = (item.position, item.size) if item else (None, None)
        if (not places and item) or (places and (places[-1].position, places[-1].size) != (position, size)):
            places.append(Place(at=at, position=position, size=size))
    return tuple(places)


def _shown(seen: Sequence[tuple[datetime, FrontItem]]) -> tuple[ShownHeadline, ...]:
    """The headlines in the order in which they were first shown; what differs in typography alone is one."""
    texts = {fingerprint(item.headline): item.headline for _, item in reversed(seen)}
    order = [fingerprint(item.headline) for _, item in seen]
    found = []
    for key in dict.fromkeys(order):
        at = [moment for (moment, _), one in zip(seen, order, strict=True) if one == key]
        turns = sum(one == key and (n == 0 or order[n - 1] != key) for n, one in enumerate(order))
        found.append(
            ShownHeadline(headline=texts[key], first_at=at[0], last_at=at[-1], captures=len(at), turns=turns)
        )
    return tuple(found)


def _trial(shown: Sequence[ShownHeadline]) -> Trial:
    returns = sum(one.turns - 1 for one in shown)
    if len(shown) < 2:
        return ""
    return "tested" if returns >= TURNS else "reverted" if returns else "changed"
