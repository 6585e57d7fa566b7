"""Which stories each outlet has now, what happened to them, what is still to come.

Holds the state and is guarded by one lock; decides nothing about pages or connections. Tested in
tests/newsroom/test_newsroom_state.py.
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
from tests.newsroom.generate import draft, stories, story_writer
from tests.newsroom.outlet_site import OutletSite
from tests.newsroom.story import NewsroomError, PressEvent, PressStory, ScriptLine
from tests.newsroom.typos import insert_typo
from tests.newsroom.variations import varied

GONE_STATUS = {"delete-404": 404, "delete-410": 410, "delete-soft": 200, "delete-home": 302}


@dataclass(slots=True)
class OutletState:
    """The stories of one outlet."""

    site: OutletSite
    stories: dict[int, PressStory] = field(default_factory=dict)
    paths: dict[str, int] = field(default_factory=dict)  # old addresses too
    order: list[int] = field(default_factory=list)  # by time of publication, oldest first
    gone: dict[int, str] = field(default_factory=dict)  # number -> kind of deletion
    changed: dict[int, datetime] = field(default_factory=dict)  # when a story's page last changed
    revision: dict[int, int] = field(default_factory=dict)
    changes: int = 0  # of the whole outlet
    touched: datetime | None = None  # when the outlet last changed

    def newest(self, count: int | None = None) -> list[PressStory]:
        """Published stories that aren't gone, newest first."""
        out: list[PressStory] = []
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


class NewsroomState:
    """All outlets. Every public method may be called from any thread.

    Args:
        bases: Outlet -> "https://host", for addresses of copies.
        start: Up to this moment `count` stories of each outlet have come out, `per_day` a day.
        script: What is going to happen; carried out by `tick`.
    """

    def __init__(
        self,
        sites: Sequence[OutletSite],
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
        self.outlet_states = {site.name: OutletState(site) for site in sites}
        self.history: list[PressEvent] = []
        self.script: list[ScriptLine] = []
        self._heap: list[tuple[datetime, int, ScriptLine]] = []
        self._typos: set[tuple[str, int]] = set()
        self.schedule(script)
        for outlet_state in self.outlet_states.values():
            site = outlet_state.site
            for made in stories(seed, count, site.name, language=site.language, end=start, per_day=per_day):
                self._publish(outlet_state, self._placed(outlet_state, made.number, made.published_at))

    # ------------------------------------------------------------ reading

    def outlet_state(self, outlet: str) -> OutletState:
        """The state of an outlet.

        Raises:
            NewsroomError: there is no such outlet.
        """
        try:
            return self.outlet_states[outlet]
        except KeyError:
            known = ", ".join(self.outlet_states)
            raise NewsroomError(f"no outlet is called {outlet!r}; there are {known}") from None

    def find(self, where: str, outlet: str = "") -> tuple[OutletState, int]:
        """The outlet's state and the number of a story, by URL or by path (then of `outlet`, or of the only one that has it).

        Raises:
            NewsroomError: no story has that address, or several outlets do.
        """
        parts = urlsplit(where)
        path = quote(
            (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="/%?=&~.,;:@!$'()*+-"
        )
        names = [outlet] if outlet else list(self.outlet_states)
        if parts.hostname:
            names = [
                n for n, s in self.outlet_states.items() if parts.hostname in (s.site.host, *s.site.aliases)
            ]
        with self.lock:
            found = [
                (self.outlet_state(n), self.outlet_state(n).paths[path])
                for n in names
                if path in self.outlet_state(n).paths
            ]
        if len(found) != 1:
            raise NewsroomError(
                f"{'no outlet has' if not found else 'several outlets have'} a story at {where}"
            )
        return found[0]

    def truth(self, where: str, outlet: str = "", at: datetime | None = None) -> PressStory:
        """The story at an address as it is now, or as it was at a moment.

        Raises:
            NewsroomError: no such story, or it wasn't out yet.
        """
        with self.lock:
            outlet_state, number = self.find(where, outlet)
            if at is None:
                return outlet_state.stories[number]
            states = [
                h
                for h in self.history
                if (h.outlet, h.number) == (outlet_state.site.name, number) and h.at <= at
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
                    self._typos.add((line.outlet, line.number))

    def tick(self, now: datetime) -> None:
        """Lets everything happen that was to happen until `now`."""
        with self.lock:
            while self._heap and self._heap[0][0] <= now:
                line = heapq.heappop(self._heap)[2]
                outlet_state = self.outlet_state(line.outlet)
                if line.kind == "publish":
                    story = self._placed(outlet_state, line.number, line.at)
                    self._publish(outlet_state, replace(story, **edits.checked(line.fields)))
                else:
                    self._scripted(outlet_state, line)

    def _scripted(self, outlet_state: OutletState, line: ScriptLine) -> None:
        """An edit as scripted; where the text has no place for it, a number changes, and the script says so."""
        try:
            self._edit(outlet_state, line.number, line.kind, line.at, line.silent, line.fields)
        except NewsroomError:
            instead = replace(line, kind="number", silent=True, fields={})
            self._edit(outlet_state, line.number, instead.kind, line.at, True, {})
            self.script[self.script.index(line)] = instead

    # ------------------------------------------------------------ doing

    def publish(self, outlet: str, at: datetime, path: str | None = None, **given: Any) -> PressStory:
        """A new story; or, where `path` holds one already, that story with other fields.

        Fields that aren't given are made up.
        """
        with self.lock:
            outlet_state = self.outlet_state(outlet)
            if path is not None and path in outlet_state.paths:
                return self._edit(
                    outlet_state, outlet_state.paths[path], "set", at, "modified_at" in given, given
                )
            story = self._placed(outlet_state, self._next_number(outlet_state), at)
            values = edits.checked(given)
            if path is not None:
                values["path"] = path
            elif "title" in values:
                values["path"] = self._free_path(outlet_state, replace(story, **values))
            return self._publish(outlet_state, replace(story, **values))

    def edit(
        self, where: str, kind: str, at: datetime, *, outlet: str = "", silent: bool = False, **given: Any
    ) -> PressStory:
        """The story after an edit of that kind (edits.KINDS)."""
        with self.lock:
            outlet_state, number = self.find(where, outlet)
            return self._edit(outlet_state, number, kind, at, silent, given)

    def _next_number(self, outlet_state: OutletState) -> int:
        planned = [line.number for line in self.script if line.outlet == outlet_state.site.name]
        return max([0, *outlet_state.stories, *planned]) + 1

    def _placed(self, outlet_state: OutletState, number: int, at: datetime) -> PressStory:
        site = outlet_state.site
        made = draft(self.seed, site.name, number, site.language, at.replace(microsecond=0))
        story = varied(site, site.place(made), self._found, self.bases)
        story = replace(story, path=self._free_path(outlet_state, story))
        if (site.name, number) in self._typos:
            story = insert_typo(story, random.Random(f"{self.seed}/{site.name}/{number}/slip"))
        return story

    def _found(self, outlet: str, number: int) -> PressStory | None:
        outlet_state = self.outlet_states.get(outlet)
        return outlet_state.stories.get(number) if outlet_state else None

    @staticmethod
    def _free_path(outlet_state: OutletState, story: PressStory, extra: str = "") -> str:
        for n in range(1, 1000):
            title = story.title + extra + (f" {n}" if n > 1 else "")
            path = outlet_state.site.path(story.number, story.section, title, story.published_at)
            if outlet_state.paths.get(path, story.number) == story.number and path != (
                story.path if extra else ""
            ):
                return path
        raise NewsroomError(f"no address is left for {story.title!r}")

    def _publish(self, outlet_state: OutletState, story: PressStory) -> PressStory:
        outlet_state.stories[story.number] = story
        outlet_state.paths[story.path] = story.number
        outlet_state.order.append(story.number)
        outlet_state.note(story.number, story.published_at)
        self.history.append(
            PressEvent(
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
        self,
        outlet_state: OutletState,
        number: int,
        kind: str,
        at: datetime,
        silent: bool,
        given: Mapping[str, Any],
    ) -> PressStory:
        if number not in outlet_state.stories:
            raise NewsroomError(f"{outlet_state.site.name} has no story {number} yet")
        before = outlet_state.stories[number]
        if kind in edits.PAGE_KINDS:
            after = self._page_edit(outlet_state, before, kind)
        else:
            writer = story_writer(self.seed, before.outlet, number, before.language, before.published_at)
            writer.rng = random.Random(
                f"{self.seed}/{before.outlet}/{number}/{outlet_state.revision[number]}/{kind}"
            )
            after = edits.apply(before, kind, writer=writer, at=at, silent=silent, given=given)
            if kind == "entry":
                entries = (replace(after.entries[0], at=at.replace(microsecond=0)), *after.entries[1:])
                after = replace(after, entries=entries)
        outlet_state.stories[number] = after
        outlet_state.paths[after.path] = number
        outlet_state.note(number, at)
        status = 302 if kind == "slug" else GONE_STATUS.get(kind, 200)
        self.history.append(
            PressEvent(
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

    def _page_edit(self, outlet_state: OutletState, story: PressStory, kind: str) -> PressStory:
        if kind in GONE_STATUS:
            outlet_state.gone[story.number] = kind
        elif kind == "restore":
            outlet_state.gone.pop(story.number, None)
        elif kind in ("paywall", "open"):
            return replace(story, paywalled=kind == "paywall")
        elif not outlet_state.site.has_slug:
            raise NewsroomError(f"the addresses of {story.outlet} hold no slug that could change")
        else:
            return replace(story, path=self._free_path(outlet_state, story, " revised"))
        return story


def month_of(story: PressStory) -> str:
    """The key of the sitemap that holds a story: "2026-11"."""
    return f"{story.published_at:%Y-%m}"


def recent(outlet_state: OutletState, now: datetime, span: timedelta = timedelta(days=2)) -> list[PressStory]:
    """The stories of the last two days, newest first: what a news sitemap holds."""
    out = []
    for story in outlet_state.newest(1000):
        if now - story.published_at > span:
            break
        out.append(story)
    return out
