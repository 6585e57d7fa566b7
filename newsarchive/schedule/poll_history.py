"""What polls found at each source, kept in state.db for health and budgets: the newest one by one, older ones joined.

A source that is polled every five minutes has 20,000 polls in 70 days, which each run would read. So those of a day long
past become one, or a few where an outage began or ended: with their sums, what each document said last, and the longest
time without a new story. What health makes of them stays the same. Tested in tests/schedule/test_poll_history.py.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import MISSING, asdict, fields, replace
from datetime import timedelta
from typing import Any

from newsarchive.schedule.health_records import Document, Poll, is_dead, name_of
from newsarchive.schedule.state_db import State
from newsarchive.times import iso_seconds, parse_iso

KEPT_POLLS = 70  # days
MOST = 600  # polls of a source; beyond, those are joined that are neither of
RECENT = timedelta(days=1)  # … the last day …
SINGLE = 50  # … nor among the last 50, of which the checks and the budget want 40
SUMS = ("fetches", "new", "changed", "unchanged", "failed", "robots", "count", "fruitful")


def joined(polls: Sequence[Poll]) -> tuple[Poll, ...]:
    """Return the polls of a source, oldest first, with those joined that are of one day (UTC), brought something new or
    didn't any more, and had nothing break between them."""
    if not polls:
        return ()
    since = min(polls[-1].at - RECENT, polls[-SINGLE:][0].at)
    old = itertools.takewhile(lambda poll: poll.at < since, polls)
    days = itertools.groupby(old, key=lambda poll: (poll.at.date(), is_dead(poll)))
    made = tuple(_one_of(part) for _, group in days for part in _parts(list(group)) if part)
    return made + tuple(poll for poll in polls if poll.at >= since)


def _parts(polls: Sequence[Poll]) -> tuple[Sequence[Poll], Sequence[Poll]]:
    """The polls up to the last that brought something new, and those after it."""
    end = max((place for place, poll in enumerate(polls, 1) if poll.new), default=0)
    return polls[:end], polls[end:]


def _one_of(polls: Sequence[Poll]) -> Poll:
    """One poll for several: its times are those of the first and the last that brought something new, if any did."""
    if len(polls) == 1:
        return polls[0]
    marked = [replace(p, fruitful=p.fruitful or int(p.new > 0)) for p in polls]
    fruitful = [p for p in marked if p.new] or marked
    pauses = [b.first_at - a.at for a, b in itertools.pairwise(fruitful)] + [p.gap for p in fruitful]
    return replace(
        fruitful[-1],
        began=fruitful[0].first_at,
        gap=max(pauses) if fruitful[-1].new else timedelta(),
        documents=tuple(_documents(d for p in marked for d in p.documents)),
        left=_most(p.left for p in marked),
        statuses=dict(sum((Counter(p.statuses) for p in marked), Counter())),
        **{name: sum(getattr(p, name) for p in marked) for name in SUMS},
    )


def _documents(documents: Iterable[Document]) -> Iterator[Document]:
    """Each document once for all polls in a row that failed alike: as it was last, a "not modified" apart."""
    by_name: dict[str, list[Document]] = {}
    for document in documents:
        by_name.setdefault(name_of(document), []).append(document)
    for history in by_name.values():
        for _, group in itertools.groupby(history, key=lambda d: d.failure):
            alike = list(group)
            last = next((d for d in reversed(alike) if not d.is_unchanged), alike[-1])
            yield replace(last, count=sum(d.count for d in alike))


def _most(counts: Iterable[Any]) -> dict[str, int]:
    """Of each key the highest count."""
    found: dict[str, int] = {}
    for one in counts:
        for key, count in one.items():
            found[key] = max(count, found.get(key, 0))
    return found


# ---------------------------------------------------------------- in state.db


def add_polls(state: State, polls: Iterable[Poll]) -> None:
    """Remember what one run found at each source; polls older than KEPT_POLLS days are forgotten, and those that a clock
    that was ahead has dated to the day after this one."""
    made = list(polls)
    ahead = [(p.source, iso_seconds(p.at), iso_seconds(p.at + timedelta(days=1))) for p in made]
    state.write("DELETE FROM polls WHERE source = ? AND at > ? AND at < ?", ahead)
    _insert(state, made)
    if made:
        oldest = max(poll.at for poll in made) - timedelta(days=KEPT_POLLS)
        state.write("DELETE FROM polls WHERE at < ?", [(iso_seconds(oldest),)])
    for source in {poll.source for poll in made}:
        if state.read("SELECT count(*) FROM polls WHERE source = ?", (source,))[0][0] > MOST:
            _join(state, source)


def _join(state: State, source: str) -> None:
    before = polls_of(state, source)
    after = joined(before)
    if len(after) < len(before):
        state.write("DELETE FROM polls WHERE source = ?", [(source,)])
        _insert(state, after)


def _insert(state: State, polls: Iterable[Poll]) -> None:
    rows = [(poll.source, iso_seconds(poll.at), json.dumps(_dict_of(poll))) for poll in polls]
    state.write("INSERT OR REPLACE INTO polls VALUES (?, ?, ?)", rows)


def _dict_of(poll: Poll) -> dict[str, object]:
    """The poll without what is as always."""
    table = {name: value for name, value in _unusual(poll).items() if name not in ("source", "at")}
    if poll.documents:
        table["documents"] = [_unusual(document) for document in poll.documents]
    if poll.began:
        table["began"], table["gap"] = iso_seconds(poll.began), poll.gap.total_seconds()
    return table


def _unusual(one: Poll | Document) -> dict[str, Any]:
    usual = {
        f.name: f.default_factory() if f.default_factory is not MISSING else f.default for f in fields(one)
    }
    return {name: value for name, value in asdict(one).items() if value != usual[name]}


def polls_of(state: State, source: str) -> tuple[Poll, ...]:
    """Return all remembered polls of a source, oldest first."""
    rows = state.read("SELECT at, poll FROM polls WHERE source = ? ORDER BY at", (source,))
    found = []
    for at, text in rows:
        table = json.loads(text)
        documents = tuple(Document(**d) for d in table.pop("documents", ()))
        if "began" in table:
            table |= {"began": parse_iso(table["began"]), "gap": timedelta(seconds=table["gap"])}
        found.append(Poll(source=source, at=parse_iso(at), documents=documents, **table))
    return tuple(found)
