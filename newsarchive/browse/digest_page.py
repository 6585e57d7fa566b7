"""What happened on a day or in a week: the digest that is sent, as a page.

Tested in tests/browse/test_digest.py.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, time, timedelta

from newsarchive.browse.query_args import Args
from newsarchive.browse.views import Answer, PageResponse, Reading, changes_listed
from newsarchive.messages.digest import Period, period_of, read_digest
from newsarchive.times import iso_seconds

PERIODS: dict[str, Period] = {"day": "daily", "week": "weekly"}


def digest(reading: Reading, args: Args) -> Answer:
    """Return the page: `period` is day or week, `day` is in it; without `day` the last whole one."""
    name = args.choice("period", tuple(PERIODS))
    period = PERIODS[name]
    this, _ = period_of(reading.now, period)
    asked = args.day("day")
    inside = datetime.combine(asked, time(), UTC) if asked else this - timedelta(seconds=1)
    since, until = period_of(inside, period)
    made = read_digest(reading.connection, since, until, archive=reading.place.name)
    data = {
        "ok": True,
        "period": name,
        "since": iso_seconds(since),
        "until": iso_seconds(until),
        "summary": made.summary,
        "new_stories": made.new_stories,
        "edits": changes_listed(reading, [edit.change for edit in made.edits]),
        "n_edits": made.n_edits,
        "n_silent": made.n_silent,
        "events": [asdict(listed.event) for listed in made.events],
        "n_events": made.n_events,
    }
    show = {
        "title": made.title,
        "earlier": (since - timedelta(days=1)).date().isoformat(),
        "later": until.date().isoformat() if until <= reading.now else "",
        "first": since.date().isoformat(),
        "last": (until - timedelta(days=1)).date().isoformat(),
    }
    return PageResponse(template="digest.html", data=data, show=show)
