"""Which known stories may be due, without reading all of a large archive at each run.

Up to FEW stories all are read. Beyond, a whole reading notes in state.db what falls due within HORIZON; until then a run
reads only that, what was captured since and what documents have hinted at since. So what a merge, an import or new
rates make due earlier may wait for HORIZON. What is due at last is decided by `schedule.recheck_policy`.
Tested in tests/archive/test_agenda.py.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsarchive.errors import BadUrlError
from newsarchive.index import reading
from newsarchive.index.recheck_rows import (
    captured_since,
    due_rows,
    due_rows_after,
    due_rows_at,
    has_more_than,
    stories_with_keys,
)
from newsarchive.schedule import learning
from newsarchive.schedule.due import pages_of
from newsarchive.schedule.recheck_policy import agenda, next_check
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso
from newsarchive.urls import url_key

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.index import RecheckRow

FEW = 20_000  # stories; all of them are read in some 1.4 s (68 µs each)
HORIZON = timedelta(hours=6)
MARGIN = timedelta(hours=1)  # a capture may be indexed so long after it was made
CHUNK = 2_000  # stories that are held in memory at once
FACT = "agenda"  # key in state.db: when the whole was read, and until when that holds


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
        kept: dict[str, Any] = state.get(FACT, {})
        if not kept or not kept["made_at"] <= iso_seconds(now) < kept["until"]:
            kept = _read_all(archive, state, db, now)
        known = "SELECT url FROM agenda WHERE due_at <= ?"
        urls = {url for (url,) in state.read(known, (iso_seconds(now),))}
        urls |= captured_since(db, parse_iso(kept["made_at"]) - MARGIN)
        hinted = "SELECT url FROM hints WHERE at >= ?"
        urls |= stories_with_keys(db, _keys(url for (url,) in state.read(hinted, (kept["made_at"],))))
        return [row for row in due_rows_at(db, urls) if row.source in wanted]


def next_due(archive: ArchiveFolder, state: State, names: Sequence[str]) -> datetime | None:
    """Return when the next known story of these sources is due, in a large archive the end of HORIZON at the latest;
    None if none ever will be."""
    now, policy = archive.clock.now(), archive.config.recheck
    hints, rates = learning.hints(state), learning.rates(state, names, policy, now)
    rows = maybe_due(archive, state, names)
    moments = [item.due_at for item in agenda(pages_of(rows, hints), now, policy, rates)[:1]]
    if until := state.get(FACT, {}).get("until"):
        later = state.read("SELECT min(due_at) FROM agenda WHERE due_at > ?", (iso_seconds(now),))[0][0]
        moments.append(parse_iso(later or until))
    return min(moments, default=None)


def _read_all(archive: ArchiveFolder, state: State, db: sqlite3.Connection, now: datetime) -> dict[str, Any]:
    """Read every story, some at a time, and note those that fall due within HORIZON."""
    policy, sources = archive.config.recheck, archive.sources
    hints, rates = learning.hints(state), learning.rates(state, sources, policy, now)
    found: list[tuple[str, str]] = []
    last = -(2**63)
    while rows := due_rows_after(db, last, CHUNK):
        last = rows[-1].story_id or last
        for page in pages_of((row for row in rows if row.source in sources), hints):
            moment = next_check(page.history, policy, rates[page.source])
            if moment is not None and moment <= now + HORIZON:
                found.append((page.key, iso_seconds(moment)))
    state.write("DELETE FROM agenda", [()])
    state.write("INSERT OR REPLACE INTO agenda VALUES (?, ?)", found)
    made = {"made_at": iso_seconds(now), "until": iso_seconds(now + HORIZON)}
    state.put(FACT, made)
    return made


def _keys(urls: Iterable[str]) -> list[str]:
    keys = []
    for url in urls:
        try:
            keys.append(url_key(url))
        except BadUrlError:
            continue
    return keys
