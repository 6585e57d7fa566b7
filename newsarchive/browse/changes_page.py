"""What was changed lately, in all outlets or one: a page, and its feeds, which `changes.change_feed` makes.

Tested in tests/browse/test_changes.py.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

from newsarchive.browse import plots, queries
from newsarchive.browse.filters import moment
from newsarchive.browse.query_args import Args, day_after
from newsarchive.browse.views import Answer, PageResponse, Reading, changes_listed, dated_body
from newsarchive.change_feed import KNOWN_KINDS, ChangeFeed, FeedChoice, read_feed
from newsarchive.index import activity, known_values
from newsarchive.index.counts import newest_capture
from newsarchive.times import iso_seconds, parse_iso

PAGE_SIZE = 40
PLOT_DAYS = 42
TEXTS = ("source", "kind", "since", "until")
FLAGS = ("significant", "silent", "headline")


def changes(reading: Reading, args: Args) -> Answer:
    """Return the page: filters `source`, `kind`, `significant`, `silent`, `headline`, `since`, `until`; `page`."""
    choice = _choice(reading, args)
    page = args.number("page", 1, 1, 500)
    offset = (page - 1) * PAGE_SIZE
    rows = activity.changes(reading.connection, limit=PAGE_SIZE + 1, offset=offset, **asdict(choice))
    events = activity.events(reading.connection, sources=choice.sources, limit=12) if page == 1 else ()
    newest = moment(newest_capture(reading.connection)) or reading.now
    query = _query(args)
    data = {
        "ok": True,
        "changes": changes_listed(reading, rows[:PAGE_SIZE]),
        "page": page,
        "more": len(rows) > PAGE_SIZE,
        "kinds": reading.rows(queries.CHANGE_KINDS),
        "sources": reading.rows(queries.SOURCES),
        "events": [asdict(event) for event in events],
    }
    chosen = {name for name, value in query.items() if value}
    show = {"plot": _plot(reading, choice, query, newest), "query": query, "chosen": chosen}
    return PageResponse(template="changes.html", data=data, show=show)


def changes_atom(reading: Reading, args: Args) -> Answer:
    """Return the newest edits and events as an Atom feed, the diffs inside."""
    made = _feed(reading, args)
    text = made.as_atom(reading.links.atom(**_query(args)))
    return dated_body(text, "application/atom+xml; charset=utf-8", parse_iso(made.updated))


def changes_json_feed(reading: Reading, args: Args) -> Answer:
    """Return the same as JSON Feed 1.1."""
    made = _feed(reading, args)
    text = made.as_json(reading.links.json_feed(**_query(args)))
    return dated_body(text, "application/feed+json; charset=utf-8", parse_iso(made.updated))


def _feed(reading: Reading, args: Args) -> ChangeFeed:
    return read_feed(
        reading.connection,
        _choice(reading, args),
        archive=reading.place.name,
        pages=reading.links.front(),
        page_url=reading.links.changes(**_query(args)),
    )


def _choice(reading: Reading, args: Args) -> FeedChoice:
    """The filters; what no change can fit is refused."""
    since, until = args.day("since"), args.day("until")
    known_values.refuse_no_time(since, until)
    known_values.refuse_unknown("kind", filter(None, [args.text("kind")]), KNOWN_KINDS)
    known_values.refuse_unknown_sources(reading.connection, filter(None, [args.text("source")]))
    return FeedChoice(
        sources=tuple(filter(None, [args.text("source")])),
        kinds=tuple(filter(None, [args.text("kind")])),
        significant=args.flag("significant") or None,
        silent=args.flag("silent") or None,
        headline=args.flag("headline"),
        since=_midnight(since) if since else None,
        until=_midnight(day_after(until)) if until else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _query(args: Args) -> dict[str, str]:
    """The choice as a query string has it."""
    return {n: args.text(n) for n in TEXTS} | {n: "1" if args.flag(n) else "" for n in FLAGS}


def _plot(reading: Reading, choice: FeedChoice, query: dict[str, str], newest: datetime) -> object:
    days = [(newest - timedelta(days=i)).date().isoformat() for i in range(PLOT_DAYS - 1, -1, -1)]
    since = max(filter(None, [choice.since, _midnight(date.fromisoformat(days[0]))]))
    counts = activity.changes_by_day(reading.connection, **asdict(choice) | {"since": since})
    columns = [
        plots.Bar(
            value=counts.get(d, 0),
            label=d[5:],
            href=reading.links.changes(**query | {"since": d, "until": d}),
        )
        for d in days
    ]
    return plots.bars(columns, f"Changes a day, from {days[0]} to {iso_seconds(newest)[:10]}", unit="changes")
