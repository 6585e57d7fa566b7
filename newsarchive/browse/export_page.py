"""A search's result taken away: the formats of `newsarchive export`, streamed, with the filters of the search page.

    /-/news/export?form=csv&q=bridge&source=gazette        the latest versions that match; with history=1 every version

Each export has a thread and a reading of the index of its own, so that no page waits for it; few run at once. One that its
reader leaves ends. Tested in tests/browse/test_export.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from newsarchive.browse.export_formats import offered
from newsarchive.browse.query_args import Args
from newsarchive.browse.search_page import wanted_from
from newsarchive.browse.views import Answer, Reading, Stream, problem
from newsarchive.export import stream
from newsarchive.index import reading as read_index
from newsarchive.index.search import SearchQuery, check_wanted


def export(reading: Reading, args: Args) -> Answer:
    """Return the stories of a search in another format. Fields: form, history, and those of the search."""
    form = args.text("form")
    known = offered(reading.place.root)
    if form not in known:
        return problem(400, "That can't be", f"The formats are {', '.join(sorted(known))}.")
    wanted = replace(wanted_from(args, 1), limit=0)
    check_wanted(reading.connection, wanted)
    path = Path(reading.place.database.path or "")
    made = known[form]
    headers = {
        "content-disposition": f'attachment; filename="stories.{made.suffix}"',
        "x-robots-tag": "noindex, nofollow",
    }
    root = reading.place.root or path.parent
    return Stream(
        pieces=lambda: _pieces(path, root, wanted, form, args.flag("history")),
        content_type=made.content_type,
        headers=headers,
    )


def _pieces(path: Path, root: Path, wanted: SearchQuery, form: str, history: bool) -> Iterator[bytes]:
    with read_index(path) as db:
        yield from stream(root, db, wanted, form=form, history=history)
