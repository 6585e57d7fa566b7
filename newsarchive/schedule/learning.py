"""What the schedule learns from run to run, kept in state.db: edit rates, hints, polls, what was reported.

Thin: it loads values, asks the pure modules (`edit_rates`, `edit_hints`, `health`) and stores what they answer. All of
it may be lost. Tested in tests/schedule/test_learning.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from newsarchive.config import RecheckConfig
from newsarchive.schedule.due import Listed, Listing, compare, match_hints
from newsarchive.schedule.edit_rates import EditCounts, ObservedCheck, Rates, rates_of
from newsarchive.schedule.health_records import Document, Poll
from newsarchive.schedule.recheck_policy import History, born_at
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso

if TYPE_CHECKING:
    from newsarchive.index import RecheckRow

LISTED_DAYS = 30  # a page that no document named for so long is forgotten
HINT_DAYS = 14  # a hint that no budget allowed to follow for so long is dropped
KEPT_POLLS = 70  # days

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


# ---------------------------------------------------------------- rates


def learn(
    state: State,
    before: Mapping[str, RecheckRow],
    after: Mapping[str, RecheckRow],
    hinted: Mapping[str, datetime],
    now: datetime,
) -> int:
    """Count the checks of one run.

    Args:
        before: The rows of the pages that were to be fetched again, by URL, as they were before.
        after: The same pages' rows after ingest.
        hinted: `hints` as they were before.

    Returns:
        How many checks were made.
    """
    checks: dict[str, list[ObservedCheck]] = {}
    hints_of = match_hints(before, hinted)
    for url, row in before.items():
        check = _check(row, after.get(url), hints_of.get(url))
        if check is not None:
            checks.setdefault(row.source, []).append(check)
    known = _tallies(state, now)
    rows = []
    for source, made in checks.items():
        tally = known.get(source, EditCounts()).plus(made)
        rows.append((source, iso_seconds(now), json.dumps(asdict(tally))))
    state.write("INSERT OR REPLACE INTO tallies VALUES (?, ?, ?)", rows)
    return sum(len(made) for made in checks.values())


def _check(before: RecheckRow, after: RecheckRow | None, hinted_at: datetime | None) -> ObservedCheck | None:
    """The check between two rows of a page; None if there was none."""
    if after is None or before.last_checked_at is None or after.last_checked_at is None:
        return None
    if after.last_checked_at <= before.last_checked_at:
        return None
    born = born_at(History(first_seen_at=before.first_seen_at, published_at=before.published_at))
    return ObservedCheck(
        age_before=(before.last_checked_at - born).total_seconds(),
        age=(after.last_checked_at - born).total_seconds(),
        is_changed=after.n_changes > before.n_changes,
        is_hinted=hinted_at is not None and hinted_at > before.last_checked_at,
    )


def _tallies(state: State, now: datetime) -> dict[str, EditCounts]:
    """Source -> what was counted, faded by the time since."""
    found = {}
    for source, at, text in state.read("SELECT source, counted_at, tally FROM tallies"):
        values = json.loads(text)
        tally = EditCounts(
            seconds=tuple(values["seconds"]),
            edits=tuple(values["edits"]),
            announced=tuple(values["announced"]),
            hints=values["hints"],
        )
        found[source] = tally.faded((now - parse_iso(at)).total_seconds())
    return found


def rates(state: State, sources: Iterable[str], config: RecheckConfig, now: datetime) -> dict[str, Rates]:
    """Return the waits that its checks advise, by source; for one without checks, those of the first guess."""
    known = _tallies(state, now)
    return {source: rates_of(known.get(source, EditCounts()), config) for source in sources}


# ---------------------------------------------------------------- polls


def add_polls(state: State, polls: Iterable[Poll]) -> None:
    """Remember what one run found at each source; polls older than KEPT_POLLS days are forgotten."""
    made = list(polls)
    rows = [(poll.source, iso_seconds(poll.at), json.dumps(_dict_of(poll))) for poll in made]
    state.write("INSERT OR REPLACE INTO polls VALUES (?, ?, ?)", rows)
    if made:
        oldest = max(poll.at for poll in made) - timedelta(days=KEPT_POLLS)
        state.write("DELETE FROM polls WHERE at < ?", [(iso_seconds(oldest),)])


def _dict_of(poll: Poll) -> dict[str, object]:
    """The poll without what is empty."""
    table = asdict(poll)
    table["documents"] = [{k: v for k, v in d.items() if v} for d in table["documents"]]
    del table["source"], table["at"]
    return {k: v for k, v in table.items() if v}


def polls(state: State, source: str) -> tuple[Poll, ...]:
    """Return all remembered polls of a source, oldest first."""
    rows = state.read("SELECT at, poll FROM polls WHERE source = ? ORDER BY at", (source,))
    found = []
    for at, text in rows:
        table = json.loads(text)
        documents = tuple(Document(**d) for d in table.pop("documents", ()))
        found.append(Poll(source=source, at=parse_iso(at), documents=documents, **table))
    return tuple(found)


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
