"""What the schedule learns from run to run, kept in state.db: edit rates, hints, what was reported.

Thin: it loads values, asks the pure modules (`edit_rates`, `edit_hints`, `health`) and stores what they answer. All of
it may be lost. Tested in tests/schedule/test_learning.py.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsarchive.config import RecheckConfig
from newsarchive.discover.click_parameters import Fates
from newsarchive.discover.outlet_zone import PAGES, zone_shown
from newsarchive.model import Source
from newsarchive.schedule.due import Listed, Listing, compare, match_hints
from newsarchive.schedule.edit_counts import EditCounts, ObservedCheck
from newsarchive.schedule.edit_rates import Rates, rates_of
from newsarchive.schedule.recheck_policy import History, born_at
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso

if TYPE_CHECKING:
    from newsarchive.index import PastCheck, RecheckRow

LISTED_DAYS = 30  # a page that no document named for so long is forgotten
HINT_DAYS = 14  # a hint that no budget allowed to follow for so long is dropped
CLICKS = "clicks"  # key in state.db: how often canonical addresses lack or have a parameter, by source
ZONES = "zones"  # key in state.db: the zones that each of the last pages shows, by source
MOST = 50  # parameters of an outlet that are counted
LEARNT = "learnt"  # key in state.db: in which way checks were counted
COUNTED = 2  # this way; the checks of an archive that were counted in another are counted again
SHAPE = {k: len(v) for k, v in asdict(EditCounts()).items() if k != "hints"}

# ---------------------------------------------------------------- hints


def note_listings(state: State, listings: Iterable[Listing], now: datetime) -> int:
    """Remember what documents say of known pages; a page said to have changed gets a hint.

    Returns:
        How many pages got one.
    """
    now_listed = list(listings)
    before = _listed(state, {listing.document for listing in now_listed})
    hinted, remember = compare(now_listed, before)
    today = now.date().isoformat()
    state.write(
        "INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?)",
        [(doc, url, entry.at, entry.title, today) for (doc, url), entry in remember.items()],
    )
    state.write(
        "UPDATE listed SET seen_on = ? WHERE document = ? AND url = ? AND seen_on != ?",
        [(today, listing.document, listing.url, today) for listing in now_listed],
    )
    state.write("INSERT OR REPLACE INTO hints VALUES (?, ?)", [(url, iso_seconds(now)) for url in hinted])
    state.write(
        "DELETE FROM listed WHERE seen_on < ?", [((now - timedelta(LISTED_DAYS)).date().isoformat(),)]
    )
    state.write("DELETE FROM hints WHERE at < ?", [(iso_seconds(now - timedelta(HINT_DAYS)),)])
    return len(hinted)


def _listed(state: State, documents: Iterable[str]) -> dict[tuple[str, str], Listed]:
    found = {}
    for document in documents:
        for url, at, title in state.read("SELECT url, at, title FROM listed WHERE document = ?", (document,)):
            found[document, url] = Listed(at=at, title=title)
    return found


def hints(state: State) -> dict[str, datetime]:
    """Return, by URL, when a feed or sitemap said that the page changed. Older than the last check, it means nothing."""
    return {url: parse_iso(at) for url, at in state.read("SELECT url, at FROM hints")}


# ---------------------------------------------------------------- parameters of a click


def note_parameters(state: State, events: Iterable[Mapping[str, Any]]) -> None:
    """Count, by source, which parameters of pages' addresses their canonical addresses lack ("parameters" events)."""
    known: dict[str, list[dict[str, int]]] = state.get(CLICKS, {})
    made = list(events)
    for event in made:
        fates = Fates(*map(Counter, known.get(event["source"], [{}, {}])))
        fates.add(event["lacking"])
        known[event["source"]] = [dict(fates.lacking.most_common(MOST)), dict(fates.having.most_common(MOST))]
    if made:
        state.put(CLICKS, known)


def clicks(state: State) -> dict[str, tuple[str, ...]]:
    """Return the parameters that only say where a reader clicked, by source."""
    known: dict[str, list[dict[str, int]]] = state.get(CLICKS, {})
    found = {source: Fates(*map(Counter, both)).of_clicks() for source, both in known.items()}
    return {source: names for source, names in found.items() if names}


# ---------------------------------------------------------------- zones


def note_zones(state: State, events: Iterable[Mapping[str, Any]]) -> None:
    """Remember which zones the last pages of each source show ("zones" events)."""
    known: dict[str, list[list[int]]] = state.get(ZONES, {})
    made = list(events)
    for event in made:
        known[event["source"]] = [*known.get(event["source"], []), event["zones"]][-PAGES:]
    if made:
        state.put(ZONES, known)


def in_their_zones(state: State, sources: Iterable[Source]) -> tuple[Source, ...]:
    """Return the sources with the zone that their pages show, where their files say none."""
    known: dict[str, list[list[int]]] = state.get(ZONES, {})
    return tuple(
        replace(source, utc_offset=zone_shown(known.get(source.name, [])))
        if source.utc_offset is None
        else source
        for source in sources
    )


# ---------------------------------------------------------------- rates


def learn(
    state: State,
    before: Mapping[str, RecheckRow],
    after: Mapping[str, RecheckRow],
    hinted: Mapping[str, datetime],
) -> int:
    """Count the checks of one run.

    Args:
        before: The rows of the pages that were to be fetched again, by URL, as they were before.
        after: The same pages' rows after ingest.
        hinted: `hints` as they were before.

    Returns:
        How many checks were made.
    """
    hints_of = match_hints(before, hinted)
    made = [
        check
        for url, row in before.items()
        if (check := _check(row, after.get(url), hints_of.get(url))) is not None
    ]
    _count(state, sorted(made, key=lambda check: (check.at, check.url)))
    return len(made)


def learn_from_the_past(state: State, past: Iterable[PastCheck]) -> int:
    """Count all checks of an archive whose state.db is lost or older than what is learnt today; return how many.

    What is learnt of ages and hours is the same as if it had been counted run by run; which checks followed an
    announcement isn't known any more.

    Args:
        past: In order of time; read only if they are needed.
    """
    if state.get(LEARNT) == COUNTED:
        return 0
    state.write("DELETE FROM tallies", [()])
    counted = 0

    def checks() -> Iterator[MadeCheck]:
        nonlocal counted
        for one in past:
            counted += 1
            born = born_at(History(first_seen_at=one.first_seen_at, published_at=one.published_at))
            yield _made(one.source, one.url, born, (one.before, one.at), one.is_changed, one.follows_edit)

    _count(state, checks())
    state.put(LEARNT, COUNTED)
    return counted


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeCheck:
    """A check and whose it is."""

    source: str
    url: str
    at: datetime
    check: ObservedCheck


def _check(before: RecheckRow, after: RecheckRow | None, hinted_at: datetime | None) -> MadeCheck | None:
    """The check between two rows of a page; None if there was none."""
    if after is None or before.last_checked_at is None or after.last_checked_at is None:
        return None
    if after.last_checked_at <= before.last_checked_at:
        return None
    return _made(
        before.source,
        before.url,
        born_at(History(first_seen_at=before.first_seen_at, published_at=before.published_at)),
        (before.last_checked_at, after.last_checked_at),
        after.n_changes > before.n_changes,
        before.n_changes > 0 and before.last_changed_at == before.last_checked_at,
        hinted_at is not None and hinted_at > before.last_checked_at,
    )


def _made(
    source: str,
    url: str,
    born: datetime,
    times: tuple[datetime, datetime],
    is_changed: bool,
    follows_edit: bool,
    is_hinted: bool = False,
) -> MadeCheck:
    check = ObservedCheck(
        age_before=(times[0] - born).total_seconds(),
        age=(times[1] - born).total_seconds(),
        is_changed=is_changed,
        is_hinted=is_hinted,
        at=times[1].timestamp(),
        follows_edit=follows_edit,
    )
    return MadeCheck(source=source, url=url, at=times[1], check=check)


def _count(state: State, made: Iterable[MadeCheck]) -> None:
    """Add checks, in order of time, to what was counted: day by day (UTC), so that it doesn't matter which run made them."""
    known = _stored(state)
    for day, checks in itertools.groupby(made, key=lambda one: one.at.date()):
        of_source: dict[str, list[ObservedCheck]] = {}
        for one in checks:
            of_source.setdefault(one.source, []).append(one.check)
        for source, own in of_source.items():
            before, tally = known.get(source, (day, EditCounts()))
            known[source] = max(day, before), _faded(tally, before, day).plus(own)
    rows = [(name, day.isoformat(), json.dumps(asdict(tally))) for name, (day, tally) in known.items()]
    state.write("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)", rows)


def _faded(tally: EditCounts, before: date, day: date) -> EditCounts:
    return tally.faded((day - before).total_seconds()) if day > before else tally


def _stored(state: State) -> dict[str, tuple[date, EditCounts]]:
    """Source -> the day of its last check and what was counted till then; counts of another form are left out."""
    found = {}
    for source, day, text in state.read("SELECT source, counted_at, tally FROM tallies"):
        values: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in json.loads(text).items()
        }
        if {k: len(v) for k, v in values.items() if k != "hints"} == SHAPE:
            found[source] = date.fromisoformat(day[:10]), EditCounts(**values)
    return found


def _tallies(state: State, now: datetime) -> dict[str, EditCounts]:
    """Source -> what was counted, faded by the days since."""
    return {source: _faded(tally, day, now.date()) for source, (day, tally) in _stored(state).items()}


def rates(state: State, sources: Iterable[str], config: RecheckConfig, now: datetime) -> dict[str, Rates]:
    """Return the waits that its checks advise, by source; for one without checks, those of the first guess."""
    known = _tallies(state, now)
    return {source: rates_of(known.get(source, EditCounts()), config) for source in sources}


# ---------------------------------------------------------------- what was reported


def reported(state: State, prefix: str = "") -> dict[str, tuple[datetime, str]]:
    """Return what was reported: key -> (when, message), of all keys that begin so."""
    rows = state.read(
        "SELECT key, at, message FROM reported WHERE substr(key, 1, ?) = ?", (len(prefix), prefix)
    )
    return {key: (parse_iso(at), message) for key, at, message in rows}


def add_reported(state: State, messages: Mapping[str, str], now: datetime) -> None:
    """Record that these were reported now."""
    state.write(
        "INSERT OR REPLACE INTO reported VALUES (?, ?, ?)",
        [(k, iso_seconds(now), m) for k, m in messages.items()],
    )


def remove_reported(state: State, keys: Iterable[str]) -> None:
    """Forget that these were reported: they may be reported again."""
    state.write("DELETE FROM reported WHERE key = ?", [(key,) for key in keys])
