"""The verb about front pages over time.

Tested in tests/test_fronts.py.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli.output import as_json, echo, print_json, print_table, say, with_archive

if TYPE_CHECKING:
    from newsarchive.archive import Archive


@click.command()
@with_archive
@click.argument("page", default="")
@click.option("--since", type=click.DateTime(), help="From then on; default a day before the last capture.")
@click.option("--until", type=click.DateTime(), help="Before then; default to the last capture.")
@click.option(
    "--picture",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Draw the last capture into this PNG file; needs newsarchive[js].",
)
@as_json
def fronts(
    archive: Archive,
    page: str,
    since: datetime | None,
    until: datetime | None,
    picture: Path | None,
    as_json: bool,
) -> int:
    """Where stories were on a front page, how big, and which headlines were tried. Exit 1 if none.

    PAGE is its URL or a source's name; without it the front and section pages of the archive are listed.
    """
    from newsarchive.index.known_values import refuse_no_time
    from newsarchive.times import from_micros, iso_seconds, utc

    refuse_no_time(since, until)
    if not page:
        pages = archive.front_pages()
        rows = [(p.source, p.captures, iso_seconds(from_micros(p.last_at)), p.url) for p in pages]
        print_json(pages) if as_json else print_table(rows, ("source", "captures", "last", "page"))
        return 0 if pages else 1
    view = archive.front(page, utc(since) if since else None, utc(until) if until else None)
    if picture and view.last_capture_id is not None:
        picture.write_bytes(archive.front_picture(view.last_capture_id))
        say(f"{picture}: the page as it was at the last capture of this time")
    if as_json:
        print_json(view.to_dict())
        return 0 if view.stories else 1
    echo(f"{view.page.url}: {view.captures} captures, {view.passed_over} of them not read")
    for story in view.stories:
        here = story.places[-1]
        place = f"{here.position:>3} {here.size:<6}" if here.position else "  – gone  "
        echo(
            f"{place} {story.headline}\n           {iso_seconds(story.first_at)} to {iso_seconds(story.last_at)}, best {story.best_position}  {story.url}"
        )
        if story.headlines:
            echo(
                f"           headlines {story.headlines}: "
                + " | ".join(f"{s.headline} ({s.captures})" for s in story.shown)
            )
    return 0 if view.stories else 1
