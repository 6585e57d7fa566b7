"""What these pages are and how to read them with a program.

Tested in tests/browse/test_pages.py.
"""

from __future__ import annotations

from newsarchive.browse import queries
from newsarchive.browse.query_args import Args
from newsarchive.browse.views import Answer, PageResponse, Reading

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
        "v (a version), removed=1 (boilerplate too), copies=1 (look for near-duplicates)",
    ),
    ("/story/ID/diff", "Two versions compared", "before, after, view=sides, minor=0"),
    ("/capture/ID", "The page as it was, with its HTTP headers", ""),
    ("/changes", "Changes, newest first", "source, kind, significant, silent, headline, since, until, page"),
    ("/source/NAME", "A source: plots and totals", "days=30|90|365"),
)
FEEDS: tuple[tuple[str, str], ...] = (
    ("/changes.atom", "Atom feed of changes, the diff inside; the same filters"),
    ("/changes.feed.json", "JSON Feed of changes"),
)


def about(reading: Reading, _args: Args) -> Answer:
    """The page that describes the others and their JSON."""
    data = {
        "ok": True,
        "routes": [{"path": f"/-/news{p}", "shows": what, "arguments": names} for p, what, names in ROUTES],
        "feeds": [{"path": f"/-/news{p}", "shows": what} for p, what in FEEDS],
        "sqlite": reading.value(queries.LIBRARY_VERSION),
    }
    return PageResponse(template="about.html", data=data)
