"""Verbs over many stories: fronts, copies, changes, events, feed. Tested in tests/cli/test_cli.py and tests/test_fronts.py."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli import pasteable
from newsarchive.cli.options import (
    complete_events,
    complete_kinds,
    complete_sources,
    only_sources,
    since_option,
    until_option,
)
from newsarchive.cli.output import (
    as_json,
    as_list,
    echo,
    local,
    print_json,
    print_list,
    print_table,
    say,
    signed,
    with_archive,
)

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


def change_options(verb: Any) -> Any:
    """Return the options by which changes are chosen."""
    for option in reversed(
        [
            only_sources(),
            since_option("Only changes seen from then on: 2026-11-24, 2026-11, yesterday, 24h …"),
            until_option("Only changes seen before then; a day, month or year is included."),
            click.option(
                "--kind",
                "kinds",
                multiple=True,
                metavar="KIND",
                help="Only this kind, e.g. headline (repeatable).",
                shell_complete=complete_kinds,
            ),
            click.option("--significant/--insignificant", default=None, help="Only the one or the other."),
            click.option(
                "--silent",
                is_flag=True,
                default=None,
                help="Only edits of which no notice was found, the page's dates unchanged.",
            ),
            click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000)),
        ]
    ):
        verb = option(verb)
    return verb


@click.command()
@with_archive
@click.option(
    "--source",
    default="",
    metavar="NAME",
    help="Only copies at this outlet.",
    shell_complete=complete_sources,
)
@click.option(
    "--of",
    "original",
    default="",
    metavar="NAME",
    help="Only copies of this outlet's stories.",
    shell_complete=complete_sources,
)
@since_option("First seen then or later.")
@until_option("First seen before then; a day, month or year is included.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1_000_000))
@as_list
def copies(
    archive: Archive,
    source: str,
    original: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    form: str | None,
) -> int:
    """Stories whose text another outlet had before, those seen last at first. Exit 1 if none."""
    from newsarchive.index.known_values import refuse_no_time
    from newsarchive.times import iso_seconds

    refuse_no_time(since, until)
    span = {name: iso_seconds(at) if at else "" for name, at in (("since", since), ("until", until))}
    found = archive.copies(source=source, original=original, limit=limit, **span)
    if form:
        print_list(found, form)
    else:
        for row in found:
            echo(f"{local(row.first_seen_at)}  {row.source}  {row.percent} % of {row.original_source}'s text")
            echo(
                f"  {row.title}\n  {row.url}\n  seen first {local(row.original_seen_at)}: {row.original_url}"
            )
    return 0 if found else 1


@click.command()
@with_archive
@change_options
@as_list
def changes(archive: Archive, form: str | None, **options: Any) -> int:
    """Edits that were seen, latest first. Exit 1 if none."""
    found = archive.changes(**options)
    if form:
        print_list(found, form)
    else:
        for row in found:
            marks = [
                *row.kinds,
                *(["silent"] if row.silent else []),
                *([] if row.significant else ["not significant"]),
            ]
            counts = signed(row.chars_added, row.chars_removed)
            echo("  ".join([local(row.changed_at), row.source, ", ".join(marks), *counts]))
            echo(f"  {row.title_after}")
            if row.title_before != row.title_after:
                echo(f"  was: {row.title_before}")
            echo(pasteable(f"  newsarchive diff {quote(row.url)} {row.before_no}..{row.after_no}"))
        if not found:
            is_chosen = any(
                value is not None and value != () for name, value in options.items() if name != "limit"
            )
            say("No change fits." if is_chosen else "No edit of a story has been seen yet.")
    return 0 if found else 1


@click.command()
@with_archive
@only_sources()
@since_option("Only events seen from then on: 2026-11-24, 2026-11, yesterday, 24h …")
@until_option("Only events seen before then; a day, month or year is included.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    metavar="KIND",
    help="Only this kind: gone, back, moved, paywalled … (repeatable).",
    shell_complete=complete_events,
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@as_list
def events(archive: Archive, form: str | None, **options: Any) -> int:
    """What else happened to stories, latest first: they went, came back, moved, went behind a paywall. Exit 1 if none."""
    found = archive.events(**options)
    if form:
        print_list(found, form)
    else:
        for row in found:
            echo("  ".join([local(row.happened_at), row.source, row.kind, row.detail]).rstrip())
            echo(f"  {row.title}\n  {row.url}")
        if not found:
            say("No event fits.")
    return 0 if found else 1


@click.command()
@with_archive
@change_options
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File; stdout if not given.")
@click.option("--link", default="", help="Address under which browse is reached, for links.")
@click.option("--events-only", is_flag=True, help="No edits: only stories that went, came back, moved …")
@click.option("--json", "as_json", is_flag=True, help="JSON Feed 1.1 instead of Atom.")
def feed(archive: Archive, output: Path | None, link: str, as_json: bool, **options: Any) -> None:
    """An Atom feed of edits, the diff inside, and of events; an entry has the id that it has in browse."""
    text = archive.feed(link=link, as_json=as_json, **options)
    if output:
        output.write_text(text, encoding="utf-8")
    else:
        echo(text)
