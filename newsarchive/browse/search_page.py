"""Finding stories: ranked or newest first, with filters that live in the address.

The index decides what matches; here the form is read and the answer laid out.
Tested in tests/browse/test_search.py.
"""

from __future__ import annotations

from dataclasses import asdict
from shlex import quote
from typing import Any
from urllib.parse import urlsplit

from markupsafe import Markup

from newsarchive.browse import plots, queries
from newsarchive.browse.export_formats import offered
from newsarchive.browse.found_words import mark
from newsarchive.browse.page_urls import Links
from newsarchive.browse.query_args import Args
from newsarchive.browse.views import Answer, PageResponse, Reading, Redirect
from newsarchive.errors import BadUrlError, NothingFoundError
from newsarchive.index.read import story_id
from newsarchive.index.search import RANKED, SearchQuery, SearchResult, check_wanted, lost_elsewhere
from newsarchive.index.search import search as find
from newsarchive.index.snippets import marked, unmarked
from newsarchive.urls import typed_url

PAGE_SIZE = 20
MAX_PAGE = 200
FIELDS = (
    "q",
    "source",
    "since",
    "until",
    "lang",
    "section",
    "author",
    "changed",
    "gone",
    "all",
    "sort",
    "count",
)


def search(reading: Reading, args: Args) -> Answer:
    """Return the page of results. Fields: q, source, since, until, lang, section, author, changed, gone, all, sort, count, page.

    A query that is a URL of the archive, with or without its scheme, leads to its story.
    """
    url = typed_url(args.text("q"))
    story = story_of_url(reading, url)
    if story is not None:
        return Redirect(reading.links.story(story))
    page = args.number("page", 1, 1, MAX_PAGE)
    wanted = wanted_from(args, page)
    check_wanted(reading.connection, wanted)
    found = find(reading.connection, wanted)
    data = {
        "ok": True,
        "query": {name: args.text(name) for name in FIELDS if args.text(name)},
        "total": found.total,
        "is_capped": found.is_capped,
        "ranked": found.ranked,
        "lost_elsewhere": lost_elsewhere(reading.connection, wanted, found.total),
        "only_newest_ranked": not wanted.newest and bool(wanted.text) and found.total > RANKED,
        "unarchived_url": url if urlsplit(url).path.strip("/") or url == args.text("q") else "",
        "too_short": list(found.too_short),
        "page": page,
        "more": found.total > page * PAGE_SIZE and page < MAX_PAGE,
        "months": [{"month": month, "n": n} for month, n in found.months],
        "hits": [plain_hit(hit) for hit in found.hits],
    }
    show = {
        "hits": [
            {**asdict(hit), "title": mark(hit.title), "snippet": mark(_with_its_dots(hit.snippet))}
            for hit in found.hits
        ],
        "plot": draw_months(reading.links, found, args),
        "sources": reading.rows(queries.SOURCES),
        "languages": languages_of(reading, args.text("lang")),
        "save": f"newsarchive save {quote(url)}",
        "RANKED": RANKED,
        "formats": offered(reading.place.root),
        "field": {name: args.text(name) for name in FIELDS},
    }
    return PageResponse(template="search.html", data=data, show=show)


def languages_of(reading: Reading, chosen: str) -> list[str]:
    """Return languages of the newest stories and of the sources, and the chosen one."""
    found = {str(row["language"]) for row in reading.rows(queries.LANGUAGES)}
    return sorted(found | ({chosen} if chosen else set()))


def wanted_from(args: Args, page: int) -> SearchQuery:
    """Return the form's fields as the index wants them."""
    source = args.text("source")
    return SearchQuery(
        text=args.text("q"),
        sources=(source,) if source else (),
        since=args.day("since"),
        until=args.day("until"),
        language=args.text("lang"),
        section=args.text("section"),
        author=args.text("author"),
        changed=args.flag("changed"),
        gone=args.flag("gone"),
        all_versions=args.flag("all"),
        newest=args.text("sort") == "newest",
        count_all=args.text("count") == "all",
        limit=PAGE_SIZE,
        offset=(page - 1) * PAGE_SIZE,
    )


def story_of_url(reading: Reading, url: str) -> int | None:
    """Return the story behind a URL that somebody pasted into the search box."""
    try:
        return story_id(reading.connection, url) if url else None
    except (NothingFoundError, BadUrlError):
        return None


def _with_its_dots(snippet: str) -> str:
    """The snippet with its dots tied to the last word, so that they aren't alone on a line."""
    return f"{snippet[:-2]}\u00a0…" if snippet.endswith(" …") else snippet


def plain_hit(hit: Any) -> dict[str, Any]:
    """Return a hit for JSON, what was found in it between « and »."""
    row = asdict(hit)
    return {**row, "title": unmarked(row["title"]), "snippet": marked(row["snippet"], "\u00ab", "\u00bb")}


def draw_months(links: Links, found: SearchResult, args: Args) -> object:
    """Draw hits by month; a click narrows the search to that month."""
    counts = dict(found.months)
    if len(counts) < 2:
        return Markup("")
    months = months_between(min(counts), max(counts))
    kept = {name: args.text(name) for name in FIELDS if name not in ("since", "until")}
    columns = [
        plots.Bar(
            value=counts.get(m, 0),
            label=m,
            href=links.search(**kept, since=f"{m}-01", until=f"{m}-{last_day(m)}"),
        )
        for m in months
    ]
    return plots.bars(
        columns, f"Stories found by month, {months[0]} to {months[-1]}", height=120, unit="story"
    )


def months_between(first: str, last: str) -> list[str]:
    """Return `2026-09`, `2026-10`, …; at most the last 240."""
    year, month = int(first[:4]), int(first[5:7])
    made = []
    while f"{year:04}-{month:02}" <= last:
        made.append(f"{year:04}-{month:02}")
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return made[-240:]


def last_day(month: str) -> int:
    """Return 30 for `2026-11`."""
    from calendar import monthrange

    return monthrange(int(month[:4]), int(month[5:7]))[1]
