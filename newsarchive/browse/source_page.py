"""One outlet over time: stories a day, fetches and failures, how fast it is caught, when it edits.

Tested in tests/browse/test_source.py.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.filters import machine, moment
from newsarchive.browse.query_args import Args
from newsarchive.browse.source_status import day_number, day_text, health, histogram, per_day
from newsarchive.browse.stored_payload import payload_of
from newsarchive.browse.views import Answer, MissingError, PageResponse, Reading, by_time, changes_listed
from newsarchive.errors import NewsarchiveError
from newsarchive.index import activity, last_checks
from newsarchive.index.compact_ids import capture_id
from newsarchive.index.counts import newest_capture
from newsarchive.index.front_captures import front_pages
from newsarchive.times import iso_seconds
from newsarchive.web.tdm_policy import tdm_rules, tdm_urls

DAYS = (30, 90, 365)
DOCUMENTS = ("feeds", "sitemaps", "sections")  # keys of a source's settings
FRONTS = 8  # front and section pages that are named
LAG_EDGES = (300.0, 900.0, 3600.0, 4 * 3600.0, 12 * 3600.0, 86400.0, 7 * 86400.0)
LAG_NAMES = ("< 5 min", "< 15 min", "< 1 h", "< 4 h", "< 12 h", "< 1 day", "< 1 week", "later")
AGE_EDGES = (900.0, 3600.0, 3 * 3600.0, 12 * 3600.0, 86400.0, 3 * 86400.0, 30 * 86400.0)
AGE_NAMES = ("< 15 min", "< 1 h", "< 3 h", "< 12 h", "< 1 day", "< 3 days", "< 30 days", "older")


def source(reading: Reading, args: Args) -> Answer:
    """Return the page of a source; `days` chooses how far its plots go back (30, 90, 365)."""
    row = reading.row(queries.SOURCE, name=args.path.get("name", ""))
    if row is None:
        raise MissingError(f"No source is called {args.path.get('name', '')}.")
    span = int(args.choice("days", [str(d) for d in DAYS]))
    newest = moment(newest_capture(reading.connection)) or reading.now
    name = row["name"]
    lags = [r["seconds"] for r in reading.rows(queries.LAGS, name=name)]
    ages = reading.rows(queries.EDIT_AGES, name=name)
    outcomes = reading.rows(queries.OUTCOMES_BY_SOURCE, since=day_number(newest) - span, source_id=row["id"])
    state = health(outcomes, day_number(newest))
    data = {
        "ok": True,
        "source": {key: value for key, value in row.items() if key != "config"},
        "totals": reading.row(queries.SOURCE_TOTALS, name=name),
        "failures": reading.value(queries.SOURCE_FAILURES, name=name),
        "health": {
            "state": state.state,
            "text": state.text,
            "fetched": state.fetched,
            "failed": state.failed,
        },
        "days": days_of(reading, name, outcomes, newest, span),
        "lag": named(LAG_NAMES, histogram((max(s, 0) for s in lags), LAG_EDGES)),
        "edit_ages": named(AGE_NAMES, histogram((r["seconds"] for r in ages), AGE_EDGES)),
        "sections": reading.rows(queries.SOURCE_SECTIONS, name=name),
        "stories": reading.rows(queries.SOURCE_LATEST, name=name, now=iso_seconds(reading.now), limit=10),
        "changes": changes_listed(reading, activity.changes(reading.connection, sources=[name], limit=6)),
        "events": [asdict(e) for e in activity.events(reading.connection, sources=[name], limit=6)],
        "newest_capture_at": machine(newest),
        "tdm": tdm_of(reading, row),
    }
    items = by_time(data["changes"], data["events"])[:6]
    show = {"plot": draw(reading, data), "span": span, "spans": DAYS, "items": items}
    show["fronts"] = front_pages(reading.connection, name)[:FRONTS]
    return PageResponse(template="source.html", data=data, show=show)


def tdm_of(reading: Reading, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the outlet's tdmrep.json files say, as last seen: each rule with the file's URL and capture."""
    config = json.loads(row["config"] or "{}")
    urls = [row["homepage"], *(url for name in DOCUMENTS for url in config.get(name) or ())]
    found = []
    for url, last in last_checks(reading.connection, tdm_urls(urls)).items():
        if last.http_status not in (200, 304) or last.previous is None or last.previous.place is None:
            continue
        place = last.previous.place
        where = {"warc_filename": place.filename, "warc_offset": place.offset, "warc_length": place.length}
        try:
            rules = tdm_rules(payload_of(reading, where)[0].body)
        except (NewsarchiveError, MissingError):  # the capture's own page says what is wrong with it
            continue
        seen = {
            "url": url,
            "capture": str(capture_id(last.previous.record_id)),
            "seen_at": machine(last.last_checked_at),
        }
        found += [{"text": rule.to_text(), **asdict(rule), **seen} for rule in rules]
    return found


def days_of(
    reading: Reading, name: str, outcomes: list[dict[str, Any]], newest: Any, span: int
) -> list[dict[str, Any]]:
    """Return for each of the last `span` days: stories published, fetches, failures."""
    last = day_number(newest)
    numbers = list(range(last - span + 1, last + 1))
    until = (newest + timedelta(days=1)).date().isoformat()
    counts = reading.rows(queries.SOURCE_DAYS, name=name, since=day_text(numbers[0]), until=until)
    stories = {r["day"]: r["n"] for r in counts}
    fetches = per_day(outcomes, numbers)
    return [
        {"day": day_text(n), "stories": stories.get(day_text(n), 0), "fetched": f, "failed": bad}
        for n, (f, bad) in zip(numbers, fetches, strict=True)
    ]


def named(names: tuple[str, ...], counts: list[int]) -> list[dict[str, Any]]:
    """Return a histogram with its labels."""
    return [{"label": label, "n": n} for label, n in zip(names, counts, strict=True)]


def draw(reading: Reading, data: dict[str, Any]) -> dict[str, object]:
    """Return the page's plots."""
    name, days = data["source"]["name"], data["days"]
    stories = [
        plots.Bar(
            value=d["stories"],
            label=d["day"][5:],
            href=reading.links.search(source=name, since=d["day"], until=d["day"]),
        )
        for d in days
    ]
    fetches = [plots.Bar(value=d["fetched"], part=d["failed"], label=d["day"][5:]) for d in days]
    failed = sum(d["failed"] for d in days)
    return {
        "stories": plots.bars(stories, f"Stories published a day, {days[0]['day']} to {days[-1]['day']}", unit="story"),
        "fetches": plots.bars(fetches, f"Fetches a day; {failed} failed in all", unit="fetch"),
        "lag": plots.bars(
            [plots.Bar(value=b["n"], label=b["label"]) for b in data["lag"]],
            "Time from publication to the first capture", unit="story", every=1,
        ),
        "ages": plots.bars(
            [plots.Bar(value=b["n"], label=b["label"]) for b in data["edit_ages"]],
            "Age of a story when it was edited", unit="edit", every=1,
        ),
    }  # fmt: skip
