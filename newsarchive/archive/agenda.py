"""Which known stories may be due, without reading all of a large archive at each run.

Up to FEW stories all are read. Beyond, state.db has for each story that will be fetched again when that will be. Each
run brings it up to date with what was written to the index (which counts the stories it writes as touched) and what
documents have hinted at since; of the others some are noted again, those first that have waited longest, so that new
rates reach them. What is due at last is decided by `schedule.recheck_policy`. Tested in tests/archive/test_agenda.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from newsarchive.errors import ArchiveLockedError, BadUrlError
from newsarchive.index import due_rows, due_rows_at, open_index, reading
from newsarchive.index.recheck_rows import due_rows_of, has_more_than, stories_with_keys
from newsarchive.locks import index_lock
from newsarchive.schedule import learning
from newsarchive.schedule.due import pages_of
from newsarchive.schedule.poll_times import coming_poll
from newsarchive.schedule.recheck_policy import agenda, next_check
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso
from newsarchive.urls import url_key

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.index import RecheckRow

FEW = 5_000  # stories; all of them are read in some 0.35 s (68 µs each)
STALE = timedelta(hours=6)  # what was noted so long ago is noted again …
TURN = 500  # … so many stories a run
NEVER = datetime.max.replace(tzinfo=UTC)
CHUNK = 2_000  # stories that are held in memory at once
FACT = "agenda"  # key in state.db: when the last run brought the notes up to date


def maybe_due(
    archive: ArchiveFolder, state: State, names: Iterable[str], *, few: int = FEW
) -> list[RecheckRow]:
    """Return the stories of these sources that may be due now; all of them where the archive has no more than `few`."""
    if not archive.index.exists():
        return []
    wanted, now = list(names), archive.clock.now()
    with reading(archive.index) as db:
        if not has_more_than(db, few):
            return list(due_rows(db, sources=wanted))
    notes = _Notes(archive, state)
    with suppress(ArchiveLockedError):  # what the other process writes now is noted by the next run
        notes.take_touched()
    due = "SELECT url FROM rechecks WHERE source = ? AND due_at <= ?"
    old = "SELECT url FROM rechecks WHERE noted_at < ? ORDER BY noted_at LIMIT ?"
    urls = {url for name in wanted for (url,) in state.read(due, (name, iso_seconds(now)))}
    urls |= {url for (url,) in state.read(old, (iso_seconds(now - STALE), TURN))}
    since = notes.last.get("at", "")
    hinted = _keys(url for (url,) in state.read("SELECT url FROM hints WHERE at >= ?", (since,)))
    with reading(archive.index) as db:
        rows = due_rows_at(db, urls | stories_with_keys(db, hinted))
    gone = urls.difference(row.url for row in rows)
    state.write("DELETE FROM rechecks WHERE url = ?", [(url,) for url in gone])
    moments = notes.take(rows)
    notes.remember()
    return [row for row in rows if row.source in wanted and moments.get(row.url, NEVER) <= now]


def next_due(archive: ArchiveFolder, state: State, names: Sequence[str]) -> datetime | None:
    """Return when the next known story of these sources is due; None if none ever will be."""
    now, policy = archive.clock.now(), archive.config.recheck
    hints, rates = learning.hints(state), learning.rates(state, names, policy, now)
    rows = maybe_due(archive, state, names)
    moments = [item.due_at for item in agenda(pages_of(rows, hints), now, policy, rates)[:1]]
    later = "SELECT min(due_at) FROM rechecks WHERE source = ? AND due_at > ?"
    found = [state.read(later, (name, iso_seconds(now)))[0][0] for name in names]
    moments += [parse_iso(moment) for moment in found if moment]
    return min(moments, default=None)


def next_moment(archive: ArchiveFolder, state: State) -> datetime | None:
    """Return when the first document or known story is due; None where that isn't known, or nothing ever is."""
    from newsarchive.crawl import targets_of

    names = [source.name for source in archive.select(())] if archive.sources else []
    documents = [target.url for name in names for target in targets_of(archive.sources[name])]
    moments = (coming_poll(state, documents, archive.config.schedule), next_due(archive, state, names))
    return min((moment for moment in moments if moment is not None), default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """How many known stories will be fetched again, how many of them are due, since when the first of them is."""

    total: int
    due: int
    oldest: datetime | None


def ahead(archive: ArchiveFolder, state: State, *, few: int = FEW) -> Ahead:
    """Return what waits; where the archive has more stories than `few`, as the last run noted it."""
    now, policy = archive.clock.now(), archive.config.recheck
    if state.get(FACT) and archive.index.exists():
        with reading(archive.index) as db:
            is_large = has_more_than(db, few)
        if is_large:
            sql = "SELECT count(*), count(CASE WHEN due_at <= ? THEN 1 END), min(due_at) FROM rechecks"
            ((total, due, oldest),) = state.read(sql, (iso_seconds(now),))
            return Ahead(total=total, due=due, oldest=parse_iso(oldest) if due else None)
    hints, rates = learning.hints(state), learning.rates(state, archive.sources, policy, now)
    items = agenda(pages_of(archive.due_rows(()), hints), now, policy, rates)
    waiting = [item.due_at for item in items if item.due_at <= now]
    return Ahead(total=len(items), due=len(waiting), oldest=min(waiting, default=None))


class _Notes:
    """When each story is due, in state.db: brought up to date by one run."""

    def __init__(self, archive: ArchiveFolder, state: State) -> None:
        self._archive, self._state, self._now = archive, state, archive.clock.now()
        self._policy = archive.config.recheck
        self._hints = learning.hints(state)
        self._rates = learning.rates(state, archive.sources, self._policy, self._now)
        self.last: dict[str, str] = state.get(
            FACT, {}
        )  # when they were last brought up to date, by which policy

    def take_touched(self) -> None:
        """Note the stories that were written since; all at first, under another policy, or where the clock went back."""
        with index_lock(self._archive.root), open_index(self._archive.index) as index:
            if self.last.get("policy") != repr(self._policy) or self.last["at"] > iso_seconds(self._now):
                self._state.write("DELETE FROM rechecks", [()])
                with index.batch():
                    index.touch_stories()
                self.last = {"policy": repr(self._policy), "at": iso_seconds(self._now)}
                self.remember()
            while touched := index.touched_stories(CHUNK):
                self.take(due_rows_of(index.db, touched))
                with index.batch():
                    index.drop_touched(touched)

    def take(self, rows: Sequence[RecheckRow]) -> dict[str, datetime]:
        """Note when these stories are due, and return it; one that is never due again is forgotten."""
        found: dict[str, datetime] = {}
        for page in pages_of(rows, self._hints):
            moment = next_check(page.history, self._policy, self._rates.get(page.source))
            if moment is not None:
                found[page.key] = moment
        ended = [(row.url,) for row in rows if row.url not in found]
        self._state.write("DELETE FROM rechecks WHERE url = ?", ended)
        at = iso_seconds(self._now)
        kept = [(row.url, row.source, iso_seconds(found[row.url]), at) for row in rows if row.url in found]
        self._state.write("INSERT OR REPLACE INTO rechecks VALUES (?, ?, ?, ?)", kept)
        return found

    def remember(self) -> None:
        """Record that the notes are up to date now."""
        self._state.put(FACT, self.last | {"at": iso_seconds(self._now)})


def _keys(urls: Iterable[str]) -> list[str]:
    keys = []
    for url in urls:
        try:
            keys.append(url_key(url))
        except BadUrlError:
            continue
    return keys
