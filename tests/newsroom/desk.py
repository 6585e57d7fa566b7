"""The editors' desk: which stories each outlet has now, what happened to them, what is still to come.

Holds the state and is guarded by one lock; decides nothing about pages or connections. Tested in
tests/newsroom/test_desk.py.
"""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from tests.newsroom import edits
from tests.newsroom.generate import draft, stories, writer
from tests.newsroom.outlets.base import Site
from tests.newsroom.slips import plant
from tests.newsroom.story import Happened, NewsroomError, ScriptLine, Story

GONE_STATUS = {"delete-404": 404, "delete-410": 410, "delete-soft": 200, "delete-home": 302}


@dataclass(slots=True)
class Shelf:
    """The stories of one outlet."""

    site: Site
    stories: dict[int, Story] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)  # old addresses too
    order: list[int] = field(default_factory=list)  # by time of publication, oldest first
    gone: dict[int, str] = field(default_factory=dict)  # number -> kind of deletion
    changed: dict[int, datetime] = field(default_factory=dict)  # when a story's page last changed
    revision: dict[int, int] = field(default_factory=dict)
    changes: int = 0  # of the whole outlet
    touched: datetime | None = None  # when the outlet last changed

    def newest(self, count: int | None = None) -> list[Story]:
        """Published stories that aren't gone, newest first."""
        out: list[Story] = []
        for number in reversed(self.order):
            if number not in self.gone:
                out.append(self.stories[number])
                if len(out) == count:
                    break
        return out

    def note(self, number: int, at: datetime) -> None:
        """A story's page is another from now on."""
        self.changed[number] = at
        self.revision[number] = self.revision.get(number, 0) + 1
        self.changes += 1
        self.touched = at


class Desk:
    """All outlets. Every public method may be called from any thread.

    Args:
        bases: Outlet -> "https://host", for addresses of copies.
        start: Up to this moment `count` stories of each outlet have come out, `per_day` a day.
        script: What is going to happen; told by `tick`.
    """

    def __init__(
        self,
        sites: Sequence[Site],
        *,
        seed: int,
        count: int,
        start: datetime,
        per_day: float,
        bases: Mapping[str, str],
        script: Iterable[ScriptLine] = (),
    ) -> None:
        self.lock = threading.RLock()
        self.seed = seed
        self.bases = bases
        self.shelves = {site.name: Shelf(site) for site in sites}
        self.history: list[Happened] = []
        self.script: list[ScriptLine] = []
        self._heap: list[tuple[datetime, int, ScriptLine]] = []
        self._slips: set[tuple[str, int]] = set()
        self.schedule(script)
        for shelf in self.shelves.values():
            site = shelf.site
            for made in stories(seed, count, site.name, language=site.language, end=start, per_day=per_day):
                self._publish(shelf, self._placed(shelf, made.number, made.published_at))

    # ------------------------------------------------------------ reading

    def shelf(self, outlet: str) -> Shelf:
        """The shelf of an outlet.

        Raises:
            NewsroomError: there is no such outlet.
        """
        try:
            return self.shelves[outlet]
        except KeyError:
            known = ", ".join(self.shelves)
            raise NewsroomError(f"no outlet is called {outlet!r}; there are {known}") from None

    def find(self, where: str, outlet: str = "") -> tuple[Shelf, int]:
        """The shelf and number of a story, by URL or by path (then of `outlet`, or of the only one that has it).

        Raises:
            NewsroomError: no story has that address, or several outlets do.
        """
        parts = urlsplit(where)
        path = quote(
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/%?=&~.,;:@!$'()*+-"
        )
        names = [outlet] if outlet else list(self.shelves)
        if parts.hostname:
            names = [n for n, s in self.shelves.items() if parts.hostname in (s.site.host, *s.site.aliases)]
        with self.lock:
            found = [(self.shelf(n), self.shelf(n).paths[path]) for n in names if path in self.shelf(n).paths]
        if len(found) != 1:
            raise NewsroomError(
                f"{'no outlet has' if not found else 'several outlets have'} a story at {where}"
            )
        return found[0]

    def truth(self, where: str, outlet: str = "", at: datetime | None = None) -> Story:
        """The story at an address as it is now, or as it was at a moment.

        Raises:
            NewsroomError: no such story, or it wasn't out yet.
        """
        with self.lock:
            shelf, number = self.find(where, outlet)
            if at is None:
                return shelf.stories[number]
            states = [
                h for h in self.history if (h.outlet, h.number) == (shelf.site.name, number) and h.at <= at
            ]
            if not states:
                raise NewsroomError(f"the story at {where} wasn't out at {at}")
            return states[-1].after

    # ------------------------------------------------------------ time

    def schedule(self, script: Iterable[ScriptLine]) -> None:
        """Adds to what is going to happen."""
        with self.lock:
            for line in sorted(script, key=lambda one: one.at):
                self.script.append(line)
                heapq.heappush(self._heap, (line.at, len(self.script), line))
                if line.kind == "typo":
                    self._slips.add((line.outlet, line.number))

    def tick(self, now: datetime) -> None:
        """Lets everything happen that was to happen until `now`."""
        with self.lock:
            while self._heap and self._heap[0][0] <= now:
                line = heapq.heappop(self._heap)[2]
                shelf = self.shelf(line.outlet)
                if line.kind == "publish":
                    story = self._placed(shelf, line.number, line.at)
                    self._publish(shelf, replace(story, **edits.checked(line.fields)))
                else:
                    self._scripted(shelf, line)

    def _scripted(self, shelf: Shelf, line: ScriptLine) -> None:
        """An edit as scripted; where the text has no place for it, a number changes, and the script says so."""
        try:
            self._edit(shelf, line.number, line.kind, line.at, line.silent, line.fields)
        except NewsroomError:
            instead = replace(line, kind="number", silent=True, fields={})
            self._edit(shelf, line.number, instead.kind, line.at, True, {})
            self.script[self.script.index(line)] = instead

    # ------------------------------------------------------------ doing

    def publish(self, outlet: str, at: datetime, path: str | None = None, **given: Any) -> Story:
        """A new story; or, where `path` holds one already, that story with other fields.

        Fields that aren't given are made up.
        """
        with self.lock:
            shelf = self.shelf(outlet)
            if path is not None and path in shelf.paths:
                return self._edit(shelf, shelf.paths[path], "set", at, "modified_at" in given, given)
            story = self._placed(shelf, self._next_number(shelf), at)
            values = edits.checked(given)
            if path is not None:
                values["path"] = path
            elif "title" in values:
                values["path"] = self._free_path(shelf, replace(story, **values))
            return self._publish(shelf, replace(story, **values))

    def edit(
        self, where: str, kind: str, at: datetime, *, outlet: str = "", silent: bool = False, **given: Any
    ) -> Story:
        """The story after an edit of that kind (edits.KINDS)."""
        with self.lock:
            shelf, number = self.find(where, outlet)
            return self._edit(shelf, number, kind, at, silent, given)

    def _next_number(self, shelf: Shelf) -> int:
        planned = [line.number for line in self.script if line.outlet == shelf.site.name]
        return max([0, *shelf.stories, *planned]) + 1

    def _placed(self, shelf: Shelf, number: int, at: datetime) -> Story:
        site = shelf.site
        made = draft(self.seed, site.name, number, site.language, at.replace(microsecond=0))
        story = site.dress(site.place(made), self._found, self.bases)
        story = replace(story, path=self._free_path(shelf, story))
        if (site.name, number) in self._slips:
            story = plant(story, random.Random(f"{self.seed}/{site.name}/{number}/slip"))
        return story

    def _found(self, outlet: str, number: int) -> Story | None:
        shelf = self.shelves.get(outlet)
        return shelf.stories.get(number) if shelf else None

    @staticmethod
    def _free_path(shelf: Shelf, story: Story, extra: str = "") -> str:
        for n in range(1, 1000):
            title = story.title + extra + (f" {n}" if n > 1 else "")
            path = shelf.site.path(story.number, story.section, title, story.published_at)
            if shelf.paths.get(path, story.number) == story.number and path != (story.path if extra else ""):
                return path
        raise NewsroomError(f"no address is left for {story.title!r}")

    def _publish(self, shelf: Shelf, story: Story) -> Story:
        shelf.stories[story.number] = story
        shelf.paths[story.path] = story.number
        shelf.order.append(story.number)
        shelf.note(story.number, story.published_at)
        self.history.append(
            Happened(
                at=story.published_at,
                outlet=story.outlet,
                number=story.number,
                kind="publish",
                silent=False,
                before=None,
                after=story,
            )
        )
        return story

    def _edit(
        self, shelf: Shelf, number: int, kind: str, at: datetime, silent: bool, given: Mapping[str, Any]
    ) -> Story:
        if number not in shelf.stories:
            raise NewsroomError(f"{shelf.site.name} has no story {number} yet")
        before = shelf.stories[number]
        if kind in edits.PAGE_KINDS:
            after = self._page_edit(shelf, before, kind)
        else:
            hand = writer(self.seed, before.outlet, number, before.language, before.published_at)
            hand.rng = random.Random(f"{self.seed}/{before.outlet}/{number}/{shelf.revision[number]}/{kind}")
            after = edits.apply(before, kind, hand=hand, at=at, silent=silent, given=given)
            if kind == "entry":
                entries = (replace(after.entries[0], at=at.replace(microsecond=0)), *after.entries[1:])
                after = replace(after, entries=entries)
        shelf.stories[number] = after
        shelf.paths[after.path] = number
        shelf.note(number, at)
        status = 302 if kind == "slug" else GONE_STATUS.get(kind, 200)
        self.history.append(
            Happened(
                at=at,
                outlet=before.outlet,
                number=number,
                kind=kind,
                silent=silent,
                before=before,
                after=after,
                status=status,
            )
        )
        return after

    def _page_edit(self, shelf: Shelf, story: Story, kind: str) -> Story:
        if kind in GONE_STATUS:
            shelf.gone[story.number] = kind
        elif kind == "restore":
            shelf.gone.pop(story.number, None)
        elif kind in ("paywall", "open"):
            return replace(story, paywalled=kind == "paywall")
        elif not shelf.site.moves:
            raise NewsroomError(f"the addresses of {story.outlet} hold no slug that could change")
        else:
            return replace(story, path=self._free_path(shelf, story, " revised"))
        return story


def month_of(story: Story) -> str:
    """The key of the sitemap that holds a story: "2026-11"."""
    return f"{story.published_at:%Y-%m}"


def recent(shelf: Shelf, now: datetime, span: timedelta = timedelta(days=2)) -> list[Story]:
    """The stories of the last two days, newest first: what a news sitemap holds."""
    out = []
    for story in shelf.newest(1000):
        if now - story.published_at > span:
            break
        out.append(story)
    return out
