"""A front page over time: which story was where, how big, how its headline changed, which headlines were tested.

    /-/news/fronts                              all front and section pages of the archive
    /-/news/fronts?page=URL&since=2026-11-28    one of them, a day; `until` for more days

Tested in tests/browse/test_fronts.py.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta

from newsarchive.browse.query_args import Args, day_after
from newsarchive.browse.views import Answer, MissingError, PageResponse, Reading
from newsarchive.fronts import find_front, read_fronts
from newsarchive.index.front_captures import front_pages
from newsarchive.index.known_values import refuse_no_time
from newsarchive.times import from_micros, iso_seconds

DAY = timedelta(days=1)
MOST = 32  # captures that are read for one page, which may take ten seconds


def fronts(reading: Reading, args: Args) -> Answer:
    """Return the list of pages, or with `page` (a URL or a source's name) what was on one. Other fields: since, until (days)."""
    since, until = args.day("since"), args.day("until")
    refuse_no_time(since, until)
    if not args.text("page"):
        pages = [
            asdict(page) | {"first_at": _iso(page.first_at), "last_at": _iso(page.last_at)}
            for page in front_pages(reading.connection, args.text("source"))
        ]
        return PageResponse(template="fronts.html", data={"ok": True, "pages": pages}, show={"view": None})
    if reading.place.root is None:
        raise MissingError("The WARC files are not at hand.")
    page = find_front(reading.connection, args.text("page"))
    start, end = _span(since, until, from_micros(page.last_at))
    view = read_fronts(reading.place.root, reading.connection, page, start, end, most=MOST)
    data = view.to_dict() | {"ok": True, "since": iso_seconds(start), "until": iso_seconds(end)}
    return PageResponse(template="fronts.html", data=data, show={"view": view, "pages": []})


def _span(since: date | None, until: date | None, last: datetime) -> tuple[datetime, datetime]:
    """The days that were asked for: one if only one is named, the last 24 hours of captures if none is."""
    if until is None and since is None:
        return last - DAY, last + timedelta(seconds=1)
    end = datetime.combine(day_after(until or since or last.date()), time(), UTC)
    return datetime.combine(since, time(), UTC) if since else end - DAY, end


def _iso(at: int) -> str:
    return iso_seconds(from_micros(at))
