"""The front page (what is in the archive, how its sources do, what is new, what was changed) and the page about it all.

Tested in tests/browse/test_pages.py.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from newsarchive.browse import plots, queries
from newsarchive.browse.filters import machine, moment
from newsarchive.browse.query_args import Args
from newsarchive.browse.source_status import day_number, health
from newsarchive.browse.views import Answer, PageResponse, Reading, changes_listed
from newsarchive.browse_links import ROOT
from newsarchive.index import activity
from newsarchive.index.counts import newest_capture
from newsarchive.times import iso_seconds

PLOT_DAYS = 28


def front(reading: Reading, _args: Args) -> Answer:
    """Return the front page; it takes no argument. Plots end at the newest capture, not at the reader's clock."""
    newest = moment(newest_capture(reading.connection))
    sources = sources_with_health(reading)
    data = {
        "ok": True,
        "totals": reading.row(queries.TOTALS),
        "newest_capture_at": machine(newest) if newest else None,
        "sources": sources,
        "stories": reading.rows(queries.LATEST_STORIES, now=iso_seconds(reading.now), limit=12),
        "changes": changes_listed(reading, activity.changes(reading.connection, significant=True, limit=8)),
        "events": [asdict(event) for event in activity.events(reading.connection, limit=5)],
    }
    show = {"sparks": {s["name"]: _spark(s) for s in sources}}
    return PageResponse(template="front.html", data=data, show=show)


def sources_with_health(reading: Reading) -> list[dict[str, Any]]:
    """Return all sources, each with its number of stories, stories a day lately, and state."""
    newest = moment(newest_capture(reading.connection))
    last = newest or reading.now
    days = [(last - timedelta(days=i)).date().isoformat() for i in range(PLOT_DAYS - 1, -1, -1)]
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    until = (last + timedelta(days=1)).date().isoformat()
    for row in reading.rows(queries.STORIES_BY_SOURCE_AND_DAY, since=days[0], until=until):
        counts[row["source"]][row["day"]] = row["n"]
    totals = {r["source"]: r["n"] for r in reading.rows(queries.STORIES_BY_SOURCE)}
    outcomes: dict[int, list[dict[str, Any]]] = defaultdict(list)
    since = day_number(last) - PLOT_DAYS
    for row in reading.rows(queries.OUTCOMES_BY_SOURCE, since=since, source_id=None):
        outcomes[row["source_id"]].append(row)
    today = day_number(newest) if newest else None
    made = []
    for source in reading.rows(queries.SOURCES):
        state = health(outcomes[source["id"]], today)
        made.append(
            {
                **source,
                "n_stories": totals.get(source["name"], 0),
                "stories_a_day": [{"day": d, "n": counts[source["name"]].get(d, 0)} for d in days],
                "health": {
                    "state": state.state,
                    "text": state.text,
                    "fetched": state.fetched,
                    "failed": state.failed,
                },
            }
        )
    return made


def _spark(source: dict[str, Any]) -> object:
    values = [d["n"] for d in source["stories_a_day"]]
    title = (
        f"Stories a day in the last {PLOT_DAYS} days: {sum(values)} in all, {max(values, default=0)} at most"
    )
    return plots.sparkline(values, title)


# Address (after /-/news), what it shows, its arguments. The page, its JSON and docs/browse.md follow it.
ROUTES: tuple[tuple[str, str, str], ...] = (
    ("", "The front: totals, sources with their health, latest stories and changes", ""),
    (
        "/search",
        "Stories found, ranked or newest first, with counts by month",
        "q, source, since, until, lang, section, author, changed, gone, all (also removed words), sort=newest, page",
    ),
    (
        "/story/ID",
        "A story: text, versions, captures, changes, evidence, citation",
        "v (a version), removed=1 (boilerplate too), q (words to mark)",
    ),
    ("/story/ID/diff", "Two versions compared", "before, after, view=sides, minor=0, q (words to mark)"),
    ("/capture/ID", "The page as it was, with its HTTP headers", ""),
    ("/digest", "What came, was edited and vanished on a day or in a week", "period=day|week, day"),
    (
        "/changes",
        "Edits and events, newest first",
        "source, kind, significant, silent, headline, since, until, page",
    ),
    ("/vanished", "Events alone: gone, back, moved, paywalled …", "source, kind, since, until, page"),
    ("/copies", "Which outlets had whose texts", "original, source (two outlets), since, until, page"),
    (
        "/fronts",
        "Front pages over time: places, sizes, headlines that were tested",
        "page (URL or source), since, until; source",
    ),
    (
        "/compare",
        "Stories side by side: what each says that the others don't",
        "story (an id, two to six times)",
    ),
    ("/source/NAME", "A source: plots and totals", "days=30|90|365"),
)
FEEDS: tuple[tuple[str, str], ...] = (
    ("/changes.atom", "Atom feed of edits and events, the diff inside; the same filters"),
    ("/changes.feed.json", "JSON Feed of edits and events"),
    ("/vanished.atom", "Atom feed of events alone; the same filters"),
    ("/vanished.feed.json", "JSON Feed of events alone"),
)


def about(reading: Reading, _args: Args) -> Answer:
    """Return the page that describes the others and their JSON."""
    data = {
        "ok": True,
        "routes": [{"path": ROOT + p, "shows": what, "arguments": names} for p, what, names in ROUTES],
        "feeds": [{"path": ROOT + p, "shows": what} for p, what in FEEDS],
        "sqlite": reading.value(queries.LIBRARY_VERSION),
    }
    return PageResponse(template="about.html", data=data)
