"""Verbs that read: search, show, versions, diff, changes, feed, export, cite, stats, extract, browse. Tested in tests/cli/test_cli.py."""

from __future__ import annotations

import dataclasses
import sys
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli import archive_folder, pasteable
from newsarchive.cli.options import (
    complete_events,
    complete_kinds,
    complete_sources,
    days,
    only_sources,
    since_option,
    until_option,
)
from newsarchive.cli.output import (
    as_json,
    as_list,
    echo,
    local,
    plain,
    print_json,
    print_list,
    print_table,
    progress,
    say,
    with_archive,
)
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.languages import counted

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.story_reader import ArchivedStory
    from newsarchive.index import SearchQuery, SearchResult, VersionRow

EXPORT_FORMATS = (
    *("jsonl", "csv", "parquet", "markdown", "text", "git", "wacz"),
    *("bibtex", "ris", "csl", "wikipedia"),
)
CITATION_FORMS = ("text", "bibtex", "ris", "csl", "wikipedia")


def search_options(verb: Any) -> Any:
    """Give a verb WORDS and the filters of a search; it gets them as one `SearchQuery`, its `limit` as given."""

    def wrapped(archive: Archive, words: tuple[str, ...], **options: Any) -> Any:
        from newsarchive.index.search import SearchQuery

        options["since"], options["until"] = days(options["since"], options["until"])
        options["language"] = options.pop("lang")
        taken = {f.name: options.pop(f.name) for f in dataclasses.fields(SearchQuery) if f.name in options}
        return verb(archive, SearchQuery(text=" ".join(words), **taken), **options)

    wrapped.__name__, wrapped.__doc__ = verb.__name__, verb.__doc__
    wrapped.__click_params__ = getattr(verb, "__click_params__", [])  # type: ignore[attr-defined]
    option: Any
    for option in reversed(
        [
            click.argument("words", nargs=-1),
            only_sources(),
            since_option("Only stories from this day on: 2026-11-24, 2026-11, yesterday, 7d …"),
            until_option("Only stories up to this day."),
            click.option("--lang", default="", help="Only this language, e.g. en."),
            click.option("--section", default="", help="Only this section."),
            click.option(
                "--author", default="", help="Only stories by this author (a part of the name is enough)."
            ),
            click.option("--changed", is_flag=True, help="Only stories that were edited."),
            click.option("--gone", is_flag=True, help="Only stories that are no longer there."),
            click.option("--all-versions", is_flag=True, help="Also words that a later version lost."),
        ]
    ):
        wrapped = option(wrapped)
    return wrapped


@click.command()
@with_archive
@search_options
@click.option("--newest", is_flag=True, help="Newest first, instead of best first.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--offset", default=0, type=click.IntRange(0))
@as_list
def search(archive: Archive, wanted: SearchQuery, form: str | None) -> int:
    """Find stories. Words in quotes are a phrase, a word with * at its end a beginning (three letters or more). Exit 1
    if none."""
    found = archive.search(wanted)
    code = print_found(found, wanted, form)
    if not form and (lost := archive.lost_elsewhere(wanted, found.total)):
        say(f"In earlier versions alone: {lost} more. Add --all-versions to find them.")
    return code


def print_found(found: SearchResult, wanted: SearchQuery, form: str | None) -> int:
    """Print what a search found; return the exit code, 1 for nothing."""
    if form:
        hits = [_hit(hit, form) for hit in found.hits]
        print_list(hits, form, whole=plain(found) | {"hits": hits})
        return 0 if found.hits else 1
    for hit in found.hits:
        _print_hit(hit)
    is_part = found.ranked < found.total and not wanted.newest
    say(f"{found.total} stories" + (f"; the newest {found.ranked} are ranked" if is_part else ""))
    if found.too_short:
        say(f"{', '.join(found.too_short)}: searched as a whole word; a beginning needs three letters")
    return 0 if found.hits else 1


def _hit(hit: Any, form: str) -> Any:
    """A hit for JSON: words found are in <mark> in title and snippet, everything else escaped; for CSV, the text alone."""
    import html

    from newsarchive.index.snippets import marked, unmarked

    def shown(text: str) -> str:
        return unmarked(text) if form == "csv" else marked(text, "<mark>", "</mark>", html.escape)

    return plain(hit) | {"title": shown(hit.title), "snippet": shown(hit.snippet)}


def _print_hit(hit: Any) -> None:
    from newsarchive.index.snippets import marked
    from newsarchive.text import escaped

    bold = ("\x1b[1;33m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    echo(marked(hit.title or "(no title)", *bold, escaped), styled=True)
    versions = f" · {hit.n_versions} versions" if hit.n_versions > 1 else ""
    status = f" · {hit.status}" if hit.status != "live" else ""
    echo(f"  {(hit.published_at or hit.first_seen_at)[:10]} · {hit.source}{versions}{status} · {hit.url}")
    if hit.snippet:
        echo(f"  {marked(hit.snippet, *bold, escaped)}", styled=True)
    if hit.lost_in:
        echo(f"  version {hit.lost_in} ({local(hit.lost_at)}) no longer says it")


@click.command()
@with_archive
@click.argument("url")
@click.option(
    "--version", "spec", default="last", help="Number, first, last, record id or time; default last."
)
@click.option("--raw", is_flag=True, help="The HTTP response as it came over the wire, byte for byte.")
@click.option("--page", is_flag=True, help="The page's own bytes, transfer and content coding undone.")
@click.option("--removed", is_flag=True, help="What was removed as boilerplate, with the reasons.")
@as_json
def show(archive: Archive, url: str, spec: str, raw: bool, page: bool, removed: bool, as_json: bool) -> None:
    """Show a story's clean text, or the bytes it was made of."""
    story = archive.story(url)
    version = story.pick(spec)
    if raw or page:
        sys.stdout.buffer.write(archive.raw(version) if raw else archive.page(version))
    elif removed:
        blocks = archive.removed(version)
        if as_json:
            print_json(blocks)
        else:
            echo("\n".join(f"[{b.reason}] {b.text}" for b in blocks))
    elif as_json:
        print_json(version)
    else:
        _print_version(story, version)


def _print_version(story: ArchivedStory, version: VersionRow) -> None:
    from newsarchive.diff.table_cells import is_table
    from newsarchive.diff.terminal import table_lines

    echo(version.title or "(no title)")
    facts = [version.authors, version.published_at, story.source]
    if version.description:
        echo(f"\n{version.description}")
    echo("\n" + " · ".join(str(f) for f in facts if f))
    echo("" if version.text else "\n(no text was found in this page; --page shows it)")
    echo("\n\n".join("\n".join(table_lines(p)) if is_table(p) else p for p in version.paragraphs))
    for notice, _, text, _ in version.details.get("beside", ()):
        echo(f"\n[{notice}] {text}")
    for caption in filter(None, version.captions.split("\n")):
        echo(f"\n[caption] {caption}")
    seen = local(f"{version.first_seen_at} to {version.last_seen_at}")
    echo(f"\nversion {version.version_no} of {story.n_versions}, seen {seen}")
    echo(f"{version.warc_filename} @{version.warc_offset} {version.warc_record_id}")


@click.command()
@with_archive
@click.argument("url")
@as_json
def versions(archive: Archive, url: str, as_json: bool) -> None:
    """The timeline of a story: its versions, and what else happened to it."""
    story = archive.story(url)
    story.check_shown()
    if as_json:
        print_json(story)
        return
    echo(f"{story.title}\n{story.url} · {story.status} · {counted(story.n_captures, 'capture')}")
    for reason in story.same_because:
        echo(f"  same because {reason}")
    rows = [(v.first_seen_at, str(v.version_no), _what(v), v.title) for v in story.versions]
    rows += [(e.happened_at, "", e.kind, e.detail or e.url) for e in story.events]
    rows += [(f.changed_at, "", f"({f.name})", f"{f.before} → {f.after}"[:100]) for f in story.field_changes]
    print_table([(local(at), *rest) for at, *rest in sorted(rows)], ("SEEN", "NO", "WHAT", "TITLE"))
    if len(story.versions) > 1:
        say(f"Next: newsarchive diff {quote(story.url)}")


def _what(version: VersionRow) -> str:
    if not version.change_kind:
        return "first seen"
    marks = [version.change_kind, *_signed(version.chars_added, version.chars_removed)]
    marks += ["silent"] if version.silent else []
    marks += [] if version.significant else ["not significant"]
    return ", ".join(marks)


def _signed(added: int | None, removed: int | None) -> list[str]:
    """Characters added and removed; nothing where there are none."""
    return [f"+{added or 0} -{removed or 0}"] if added or removed else []


@click.command()
@with_archive
@click.argument("url")
@click.argument("versions", default="", metavar="[A..B]")
@click.option(
    "--with", "other", default="", metavar="URL", help="Compare with the latest version of another story."
)
@click.option("--side-by-side", "form", flag_value="side_by_side", help="Two columns.")
@click.option("--unified", "form", flag_value="unified", help="As diff -u.")
@click.option("--html", "form", flag_value="html", help="One self-contained page; redirect it to a file.")
@as_json
def diff(archive: Archive, url: str, versions: str, other: str, form: str | None, as_json: bool) -> int:
    """What changed in a story: between its last two versions, or A..B. Exit 0 same, 1 differs, 2 trouble."""
    try:
        before, after, change = archive.compare(url, versions, other=other)
    except NothingFoundError as error:  # elsewhere exit 1; here 1 means that something differs
        raise UsageError(error.what, where=error.where, next_step=error.next_step) from error
    if as_json:
        print_json(change)
    elif before.id == after.id and not versions:
        echo(f"The story has one version, seen {local(before.first_seen_at)}: there is nothing to compare.")
    else:
        text = archive.render(before, after, change, form=form or "terminal", color=sys.stdout.isatty())
        echo(text, styled=form != "html")
    return 0 if change.is_empty else 1


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
            counts = _signed(row.chars_added, row.chars_removed)
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


@click.command("export")
@with_archive
@search_options
@click.option(
    "--format",
    "form",
    type=click.Choice(EXPORT_FORMATS),
    default="jsonl",
    show_default=True,
    help="markdown and text are folders with a file a story, git a repository with a commit a version.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File or folder; stdout if not given.")
@click.option("--history", is_flag=True, help="Every version of each story, not only the latest.")
@click.option("--limit", default=0, type=click.IntRange(0), help="At most so many stories; 0 = all.")
@as_json
def export(archive: Archive, wanted: SearchQuery, as_json: bool, **options: Any) -> int:
    """Take stories away: all of them, or those that WORDS and the filters find. Exit 1 if none. Withheld stories stay."""
    with progress("exporting") as move:
        report = archive.export(wanted, on_progress=move, **options)
    if as_json and options["output"]:
        print_json(report)
    else:
        say(report.to_text())
    return 0 if report.versions else 1


@click.command()
@with_archive
@click.argument("url")
@click.option(
    "--version", "spec", default="last", help="Number, first, last, record id or time; default last."
)
@click.option(
    "--form", type=click.Choice(CITATION_FORMS), default="text", show_default=True, help="csl is CSL-JSON."
)
def cite(archive: Archive, url: str, spec: str, form: str) -> None:
    """Cite a version: its words, when it was captured, and the WARC record that proves it."""
    echo(archive.cite(url, spec, form))


@click.command()
@with_archive
@as_json
def stats(archive: Archive, as_json: bool) -> None:
    """What the archive holds, in numbers."""
    found = archive.stats()
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if isinstance(value, dict):
            value = ", ".join(f"{k or '(none)'} {v}" for k, v in list(value.items())[:12])
        echo(f"{name.replace('_', ' ')}: {value}")


@click.command()
@click.argument("what", metavar="FILE|URL|-")
@click.option("--url", default="", help="The page's own URL, if WHAT is a file.")
@click.option("--archive", type=click.Path(path_type=Path), help="The archive to take a URL from.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--explain", "form", flag_value="explain", help="Every block, kept or removed, and why.")
@as_json
def extract(what: str, url: str, archive: Path | None, form: str | None, as_json: bool) -> int:
    """Clean text and metadata of one page: a file, stdin (-), or a URL of the archive."""
    from newsarchive.archive import Archive
    from newsarchive.archive.story_reader import extract_file, page_text
    from newsarchive.urls import typed_url

    is_url = "://" in what or (typed_url(what) and not Path(what).exists())
    article = Archive(archive_folder(archive)).extract(what) if is_url else extract_file(what, url)
    if as_json:
        print_json(article)
    else:
        echo(page_text(article, form or "text"))
    return 0 if article.text else 1


@click.command()
@with_archive
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8001, show_default=True, type=int)
@click.option("--allow-sql", is_flag=True, help="Let visitors run any read-only SQL.")
@click.option("--allow-download", is_flag=True, help="Let visitors download index.db.")
@click.option("--open", "open_browser", is_flag=True, help="Open the browser.")
@click.option("--base-url", default="/", show_default=True, help="The path under which a proxy serves it.")
@click.option(
    "--name", "names", multiple=True, help="A host name that is answered beside localhost; repeatable."
)
@click.option(
    "--password",
    envvar="NEWSARCHIVE_PASSWORD",
    default="",
    help="Readers must send it (any user name, or as a token). Better in NEWSARCHIVE_PASSWORD: others see arguments.",
)
def browse(archive: Archive, **options: Any) -> None:
    """Browse the archive: stories, timelines, diffs, pages as they were. Stops with Ctrl-C."""
    archive.browse(
        **options,
        on_ready=lambda url: say(f"The archive is at {url} ; stop with Ctrl-C"),
    )
