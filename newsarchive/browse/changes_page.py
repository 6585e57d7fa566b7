"""What happened lately, in all outlets or one: edits and events in one list, events alone, and the feeds of both.

`change_feed` makes the feeds. Tested in tests/browse/test_changes.py and tests/browse/test_vanished.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.filters import moment
from newsarchive.browse.query_args import Args, day_after
from newsarchive.browse.views import Answer, PageResponse, Reading, by_time, changes_listed, dated_body
from newsarchive.change_feed import EVENT_KINDS, KNOWN_KINDS, ChangeFeed, FeedChoice, read_feed
from newsarchive.index import activity
from newsarchive.index.counts import newest_capture
from newsarchive.index.known_values import check_conditions
from newsarchive.index.rows import ChangeRow
from newsarchive.times import iso_seconds, parse_iso

PAGE_SIZE = 40
PLOT_DAYS = 42
LISTS = ("source", "kind")
DAYS = ("since", "until")
FLAGS = ("significant", "silent", "headline")


def changes(reading: Reading, args: Args) -> Answer:
    """Return the page: filters `source`, `kind`, `significant`, `silent`, `headline`, `since`, `until`; `page`.

    `events` are those between the newest and the oldest change of the page, at most as many as a page has changes.
    """
    choice = _choice(reading, args)
    page = args.number("page", 1, 1, 500)
    before = 1 if page > 1 else 0  # the last change of the page before bounds the events of this one
    start = (page - 1) * PAGE_SIZE - before
    rows = activity.changes(reading.connection, limit=PAGE_SIZE + 1 + before, offset=start, **choice.of_edits)
    shown, more = rows[before:][:PAGE_SIZE], len(rows) > PAGE_SIZE + before
    has_events = not choice.edits_only and (page == 1 or bool(rows))
    events = _events_between(reading, choice, rows[:before], shown if more else ()) if has_events else []
    query = _query(args)
    listed = changes_listed(reading, shown)
    data = {
        "ok": True,
        "changes": listed,
        "page": page,
        "more": more,
        "kinds": reading.rows(queries.CHANGE_KINDS),
        "event_kinds": reading.rows(queries.EVENT_KINDS),
        "sources": reading.rows(queries.SOURCES),
        "events": events[:PAGE_SIZE],
    }
    counts = activity.changes_by_day
    show = {
        "items": by_time(listed, events[:PAGE_SIZE]),
        "all_events": len(events) > PAGE_SIZE and _all_events(reading, choice, query),
        "plot": _plot(reading, choice.of_edits, counts, reading.links.changes, query, "change"),
        **_chosen(query),
    }
    return PageResponse(template="changes.html", data=data, show=show)


def _events_between(
    reading: Reading, choice: FeedChoice, before: Sequence[ChangeRow], shown: Sequence[ChangeRow]
) -> list[dict[str, Any]]:
    """Events older than the change before the page and not older than the last one shown; one more than are shown."""
    span = choice.of_events
    if before:
        span["until"] = parse_iso(before[-1].changed_at)
    if shown:
        span["since"] = parse_iso(shown[-1].changed_at)
    return [asdict(e) for e in activity.events(reading.connection, limit=PAGE_SIZE + 1, **span)]


def _all_events(reading: Reading, choice: FeedChoice, query: dict[str, Any]) -> str:
    kinds = [kind for kind in choice.kinds if kind in EVENT_KINDS]
    return reading.links.vanished(**{n: query[n] for n in ("source", *DAYS)}, kind=kinds)


def vanished(reading: Reading, args: Args) -> Answer:
    """Return the page of events alone: gone, back, moved, paywalled …; filters `source`, `kind`, `since`, `until`; `page`."""
    choice = _choice(reading, args, events_only=True)
    page = args.number("page", 1, 1, 500)
    rows = activity.events(
        reading.connection, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE, **choice.of_events
    )
    query = _query(args, events_only=True)
    data = {
        "ok": True,
        "events": [asdict(event) for event in rows[:PAGE_SIZE]],
        "page": page,
        "more": len(rows) > PAGE_SIZE,
        "kinds": reading.rows(queries.EVENT_KINDS),
        "sources": reading.rows(queries.SOURCES),
    }
    counts = activity.events_by_day
    show = {
        "plot": _plot(reading, choice.of_events, counts, reading.links.vanished, query, "event"),
        **_chosen(query),
    }
    return PageResponse(template="vanished.html", data=data, show=show)


def changes_atom(reading: Reading, args: Args) -> Answer:
    """Return the newest edits and events as an Atom feed, the diffs inside."""
    return _atom(_feed(reading, args), reading.links.atom(**_query(args)))


def changes_json_feed(reading: Reading, args: Args) -> Answer:
    """Return the same as JSON Feed 1.1."""
    return _json_feed(_feed(reading, args), reading.links.json_feed(**_query(args)))


def vanished_atom(reading: Reading, args: Args) -> Answer:
    """Return the newest events alone as an Atom feed."""
    return _atom(
        _feed(reading, args, events_only=True), reading.links.vanished_atom(**_query(args, events_only=True))
    )


def vanished_json_feed(reading: Reading, args: Args) -> Answer:
    """Return the same as JSON Feed 1.1."""
    return _json_feed(
        _feed(reading, args, events_only=True),
        reading.links.vanished_json_feed(**_query(args, events_only=True)),
    )


def _atom(made: ChangeFeed, address: str) -> Answer:
    return dated_body(made.as_atom(address), "application/atom+xml; charset=utf-8", parse_iso(made.updated))


def _json_feed(made: ChangeFeed, address: str) -> Answer:
    return dated_body(made.as_json(address), "application/feed+json; charset=utf-8", parse_iso(made.updated))


def _feed(reading: Reading, args: Args, *, events_only: bool = False) -> ChangeFeed:
    page = reading.links.vanished if events_only else reading.links.changes
    return read_feed(
        reading.connection,
        _choice(reading, args, events_only=events_only),
        archive=reading.place.name,
        pages=reading.links.front(),
        page_url=page(**_query(args, events_only=events_only)),
    )


def _choice(reading: Reading, args: Args, *, events_only: bool = False) -> FeedChoice:
    """The filters; what nothing can fit is refused."""
    since, until = args.span()
    flags = {name: not events_only and args.flag(name) for name in FLAGS}
    choice = FeedChoice(
        sources=tuple(args.texts("source")),
        kinds=tuple(args.texts("kind")),
        significant=flags["significant"] or None,
        silent=flags["silent"] or None,
        headline=flags["headline"],
        events_only=events_only,
        since=_midnight(since) if since else None,
        until=_midnight(day_after(until)) if until else None,
    )
    check_conditions(reading.connection, choice.of_events, EVENT_KINDS if events_only else KNOWN_KINDS)
    return choice


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _query(args: Args, *, events_only: bool = False) -> dict[str, Any]:
    """The choice as a query string has it."""
    flags = () if events_only else FLAGS
    named = {n: args.texts(n) for n in LISTS} | {n: args.text(n) for n in DAYS}
    return named | {n: "1" if args.flag(n) else "" for n in flags}


def _chosen(query: dict[str, Any]) -> dict[str, object]:
    return {"query": query, "chosen": {name for name, value in query.items() if value}}


def _plot(
    reading: Reading,
    conditions: dict[str, Any],
    by_day: Callable[..., dict[str, int]],
    page: Callable[..., str],
    query: dict[str, Any],
    noun: str,
) -> object:
    """A bar for each of the last days; a click shows that day alone."""
    newest = moment(newest_capture(reading.connection)) or reading.now
    days = [(newest - timedelta(days=i)).date().isoformat() for i in range(PLOT_DAYS - 1, -1, -1)]
    since = max(filter(None, [conditions["since"], _midnight(date.fromisoformat(days[0]))]))
    counts = by_day(reading.connection, **conditions | {"since": since})
    columns = [
        plots.Bar(value=counts.get(d, 0), label=d[5:], href=page(**query | {"since": d, "until": d}))
        for d in days
    ]
    return plots.bars(
        columns, f"{noun.capitalize()}s a day, from {days[0]} to {iso_seconds(newest)[:10]}", unit=noun
    )
