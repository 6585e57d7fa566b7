"""What was changed lately, in all outlets or one: a page, and its feeds, which `changes.change_feed` makes.

Tested in tests/browse/test_changes.py.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.filters import moment
from newsarchive.browse.query_args import Args, day_after
from newsarchive.browse.stored_articles import changes_with
from newsarchive.browse.views import Answer, PageResponse, Reading, dated_body
from newsarchive.change_feed import ChangeFeed, FeedChoice, read_feed
from newsarchive.index.counts import newest_capture
from newsarchive.times import iso_seconds, parse_iso

PAGE_SIZE = 40
PLOT_DAYS = 42
FLAGS = ("significant", "silent", "headline")


def changes(reading: Reading, args: Args) -> Answer:
    """The page: filters `source`, `kind`, `significant`, `silent`, `headline`, `since`, `until`; `page`."""
    chosen, values = chosen_filters(args)
    page = args.number("page", 1, 1, 500)
    rows = _rows(reading, chosen, values, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
    newest = moment(newest_capture(reading.connection)) or reading.now
    data = {
        "ok": True,
        "changes": rows[:PAGE_SIZE],
        "page": page,
        "more": len(rows) > PAGE_SIZE,
        "kinds": reading.rows(queries.CHANGE_KINDS),
        "sources": reading.rows(queries.SOURCES),
        "events": _events(reading, values) if page == 1 else [],
    }
    show = {"plot": _plot(reading, chosen, values, newest), "query": _query(args), "chosen": chosen}
    return PageResponse(template="changes.html", data=data, show=show)


def changes_atom(reading: Reading, args: Args) -> Answer:
    """The newest edits and events as an Atom feed, the diffs inside."""
    made = _feed(reading, args)
    text = made.as_atom(reading.links.atom(**_query(args)))
    return dated_body(text, "application/atom+xml; charset=utf-8", parse_iso(made.updated))


def changes_json_feed(reading: Reading, args: Args) -> Answer:
    """The same as JSON Feed 1.1."""
    made = _feed(reading, args)
    text = made.as_json(reading.links.json_feed(**_query(args)))
    return dated_body(text, "application/feed+json; charset=utf-8", parse_iso(made.updated))


def _feed(reading: Reading, args: Args) -> ChangeFeed:
    since, until = args.day("since"), args.day("until")
    choice = FeedChoice(
        sources=tuple(filter(None, [args.text("source")])),
        kinds=tuple(filter(None, [args.text("kind")])),
        significant=args.flag("significant") or None,
        silent=args.flag("silent") or None,
        headline=args.flag("headline"),
        since=_midnight(since) if since else None,
        until=_midnight(day_after(until)) if until else None,
    )
    return read_feed(
        reading.connection,
        choice,
        archive=reading.place.name,
        pages=reading.links.front(),
        page_url=reading.links.changes(**_query(args)),
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _query(args: Args) -> dict[str, str]:
    return {name: args.text(name) for name in queries.CHANGE_FILTERS}


def chosen_filters(args: Args) -> tuple[set[str], dict[str, Any]]:
    """Which filters a query string sets, and their values."""
    since, until = args.day("since"), args.day("until")
    values: dict[str, Any] = {
        "source": args.text("source"),
        "kind": args.text("kind"),
        "since": since.isoformat() if since else "",
        "until": day_after(until).isoformat() if until else "",
    }
    chosen = {name for name, value in values.items() if value}
    chosen |= {name for name in FLAGS if args.flag(name)}
    return chosen, values


def _rows(
    reading: Reading, chosen: set[str], values: dict[str, Any], *, limit: int, offset: int
) -> list[dict[str, Any]]:
    sql = queries.filtered(queries.CHANGES, queries.CHANGE_FILTERS, chosen)
    return changes_with(reading.rows(sql, limit=limit, offset=offset, **values))


def _events(reading: Reading, values: dict[str, Any]) -> list[dict[str, Any]]:
    chosen = {"source"} if values["source"] else set()
    sql = queries.filtered(queries.EVENTS, queries.EVENT_FILTERS, chosen)
    return reading.rows(sql, limit=12, source=values["source"])


def _plot(reading: Reading, chosen: set[str], values: dict[str, Any], newest: datetime) -> object:
    days = [(newest - timedelta(days=i)).date().isoformat() for i in range(PLOT_DAYS - 1, -1, -1)]
    sql = queries.filtered(queries.CHANGES_BY_DAY, queries.CHANGE_FILTERS, chosen)
    counts = {r["day"]: r["n"] for r in reading.rows(sql, plot_since=days[0], **values)}
    kept = {k: v for k, v in values.items() if k in chosen and k not in ("since", "until")}
    flags = {name: True for name in FLAGS if name in chosen}
    columns = [
        plots.Bar(
            value=counts.get(d, 0), label=d[5:], href=reading.links.changes(**kept, **flags, since=d, until=d)
        )
        for d in days
    ]
    return plots.bars(columns, f"Changes a day, from {days[0]} to {iso_seconds(newest)[:10]}", unit="changes")
