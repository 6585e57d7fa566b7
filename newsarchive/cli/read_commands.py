"""Verbs that read: search, show, versions, diff, stats, extract, browse. Tested in tests/cli/test_cli.py."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli import archive_folder
from newsarchive.cli.options import (
    days,
    only_sources,
    perform_all,
    since_option,
    until_option,
    with_engine,
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
    say,
    signed,
    with_archive,
)
from newsarchive.errors import NothingFoundError, UsageError
from newsarchive.languages import counted

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.story_reader import ArchivedStory
    from newsarchive.cluster.engine import Engine
    from newsarchive.index import SearchQuery, SearchResult, VersionRow


count_all_option = click.option(
    "--count-all", is_flag=True, help="Count every story, not only the newest fifty thousand."
)


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
@count_all_option
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
    more = " or more (--count-all counts them)" if found.is_capped else ""
    say(f"{found.total} stories{more}" + (f"; the newest {found.ranked} are ranked" if is_part else ""))
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
    marks = [version.change_kind, *signed(version.chars_added, version.chars_removed)]
    marks += ["silent"] if version.silent else []
    marks += [] if version.significant else ["not significant"]
    return ", ".join(marks)


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
@click.argument("what", metavar="FILE|URL|- or WARC...", nargs=-1, required=True)
@click.option("--url", default="", help="The page's own URL, if WHAT is a file.")
@click.option("--archive", type=click.Path(path_type=Path), help="The archive to take a URL from.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown.")
@click.option("--explain", "form", flag_value="explain", help="Every block, kept or removed, and why.")
@click.option(
    "--to",
    default="",
    metavar="PLACE",
    help="Make a table of each WARC file there: a folder, or s3://BUCKET/PREFIX.",
)
@click.option(
    "--table",
    default="parquet",
    show_default=True,
    type=click.Choice(["parquet", "jsonl"]),
    help="What --to makes.",
)
@click.option("--again", is_flag=True, help="Also WARC files of which an earlier run left a receipt.")
@with_engine
@as_json
def extract(
    what: tuple[str, ...], url: str, archive: Path | None, form: str | None, as_json: bool, **tables: Any
) -> int:
    """Clean text and metadata of one page: a file, stdin (-), or a URL of the archive.

    With --to of WARC files that are in no archive, a row a page: paths, addresses in an object store, or @LIST, a file of
    these. Exit 3 if one couldn't be read.
    """
    from newsarchive.archive import Archive
    from newsarchive.archive.story_reader import extract_file, page_text
    from newsarchive.urls import typed_url

    if tables["to"]:
        return _make_tables(what, **tables)
    if len(what) != 1:
        raise UsageError("one page at a time", next_step="Of WARC files make tables: --to FOLDER")
    [page] = what
    is_url = "://" in page or (typed_url(page) and not Path(page).exists())
    article = Archive(archive_folder(archive)).extract(page) if is_url else extract_file(page, url)
    if as_json:
        print_json(article)
    else:
        echo(page_text(article, form or "text"))
    return 0 if article.text else 1


def _make_tables(
    what: Iterable[str],
    *,
    to: str,
    table: str,
    again: bool,
    part: tuple[int, int],
    engine: Callable[[], Engine],
) -> int:
    from newsarchive.cluster.fleet import rendezvous
    from newsarchive.cluster.work import WorkItem
    from newsarchive.warc.places import place_at

    place = place_at(to if "://" in to else str(Path(to).expanduser().absolute())).url
    paths = [path if "://" in path else str(Path(path).absolute()) for path in _listed(what)]
    parts = [str(n) for n in range(part[1])]
    options = {"form": table}
    return perform_all(
        (
            WorkItem(unit="extract", place=place, item=path, options=options, again=again)
            for path in paths
            if rendezvous(path.rpartition("/")[2], parts) == str(part[0])
        ),
        engine,
    )


def _listed(files: Iterable[str]) -> Iterable[str]:
    for name in files:
        if not name.startswith("@"):
            yield name
            continue
        try:
            yield from filter(None, map(str.strip, Path(name[1:]).read_text(encoding="utf-8").splitlines()))
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"the list can't be read: {error}", where=name[1:]) from error


def serving_options(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the options of a server: where it listens, and to whom it answers."""
    for option in reversed(
        (
            click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
            click.option("--port", default=8001, show_default=True, type=int),
            click.option("--open", "open_browser", is_flag=True, help="Open the browser."),
            click.option(
                "--name",
                "names",
                multiple=True,
                help="A host name that is answered beside localhost; repeatable.",
            ),
            click.option(
                "--password",
                envvar="NEWSARCHIVE_PASSWORD",
                default="",
                help="Readers must send it (any user name, or as a token). Better in NEWSARCHIVE_PASSWORD: others see arguments.",
            ),
        )
    ):
        verb = option(verb)
    return verb


@click.command()
@with_archive
@serving_options
@click.option("--allow-sql", is_flag=True, help="Let visitors run any read-only SQL.")
@click.option("--allow-download", is_flag=True, help="Let visitors download index.db.")
@click.option("--base-url", default="/", show_default=True, help="The path under which a proxy serves it.")
def browse(archive: Archive, **options: Any) -> None:
    """Browse the archive: stories, timelines, diffs, pages as they were. Stops with Ctrl-C."""
    archive.browse(
        **options,
        on_ready=lambda url: say(f"The archive is at {url} ; stop with Ctrl-C"),
    )
