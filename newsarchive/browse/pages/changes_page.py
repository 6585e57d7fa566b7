"""What was changed lately, in all outlets or one: a page, an Atom feed, a JSON feed.

Tested in tests/browse/test_changes.py.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.change_feeds import as_atom, as_json_feed
from newsarchive.browse.filters import moment
from newsarchive.browse.query_args import Args, day_after
from newsarchive.browse.stored_articles import changes_with
from newsarchive.browse.views import Answer, Bytes, PageResponse, Reading
from newsarchive.times import iso_seconds

PAGE_SIZE = 40
FEED_SIZE = 30
PLOT_DAYS = 42
FLAGS = ("significant", "silent", "headline")


def changes(reading: Reading, args: Args) -> Answer:
    """The page: filters `source`, `kind`, `significant`, `silent`, `headline`, `since`, `until`; `page`."""
    chosen, values = chosen_filters(args)
    page = args.number("page", 1, 1, 500)
    rows = _rows(reading, chosen, values, limit=PAGE_SIZE + 1, offset=(page - 1) * PAGE_SIZE)
    newest = moment(reading.value(queries.NEWEST_CAPTURE)) or reading.now
    data = {
        "ok": True,
        "changes": rows[:PAGE_SIZE],
        "page": page,
        "more": len(rows) > PAGE_SIZE,
        "kinds": reading.rows(queries.CHANGE_KINDS),
        "sources": reading.rows(queries.SOURCES),
        "events": _events(reading, values) if page == 1 else [],
    }
    query = {name: args.text(name) for name in (*queries.CHANGE_FILTERS,)}
    show = {"plot": _plot(reading, chosen, values, newest), "query": query, "chosen": chosen}
    return PageResponse(template="changes.html", data=data, show=show)


def changes_atom(reading: Reading, args: Args) -> Answer:
    """The newest changes with their diffs, for a feed reader."""
    chosen, values = chosen_filters(args)
    rows = _rows(reading, chosen, values, limit=FEED_SIZE, offset=0)
    return Bytes(body=as_atom(reading, rows, args), content_type="application/atom+xml; charset=utf-8")


def changes_json_feed(reading: Reading, args: Args) -> Answer:
    """The same as JSON Feed 1.1."""
    chosen, values = chosen_filters(args)
    rows = _rows(reading, chosen, values, limit=FEED_SIZE, offset=0)
    return Bytes(body=as_json_feed(reading, rows, args), content_type="application/feed+json; charset=utf-8")


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
