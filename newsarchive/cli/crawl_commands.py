"""Verbs that bring pages in: init, add, sources, crawl, backfill, import; and demo."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli import archive_folder, pasteable
from newsarchive.cli.options import (
    complete_sources,
    since_option,
    source_names,
    until_option,
)
from newsarchive.cli.output import (
    as_json,
    echo,
    local,
    plain,
    print_json,
    progress,
    say,
    wait,
    with_archive,
)
from newsarchive.languages import counted
from newsarchive.model import Progress

if TYPE_CHECKING:
    from newsarchive.archive import Archive


@click.command()
@click.option("--archive", type=click.Path(path_type=Path), help="The archive's folder.")
@click.option("--contact", default="", help="E-mail or URL that goes into the user agent.")
@click.option("--name", default="", help="The archive's name.")
def init(archive: Path | None, contact: str, name: str) -> int:
    """Make a new archive: a folder with newsarchive.toml. An existing one is left as it is (exit 2 with an option)."""
    from newsarchive.archive import Archive
    from newsarchive.config import FILENAME

    folder = archive_folder(archive)
    is_there = (folder / FILENAME).exists()
    if not contact and not is_there and sys.stdin.isatty():
        contact = click.prompt(
            "Contact for site owners (e-mail or URL)", default="", show_default=False, err=True
        )
    made = Archive.create(folder, contact=contact, name=name)
    if is_there:
        say(f"There is an archive at {made.root} already; nothing was changed.")
        if contact or name:
            say(f"Write contact and name into {made.root / FILENAME}")
            return 2
        return 0
    say(f"Archive made at {made.root}.")
    if not contact:
        say(f"Site owners can't see whom to ask: write a contact into {made.root / FILENAME}")
    say("Next: newsarchive add https://a-news-site.example")
    return 0


@click.command()
@with_archive
@click.argument("url")
@as_json
@wait
def save(archive: Archive, url: str, as_json: bool, wait: float) -> int:
    """Archive one page now: it is fetched, stored and indexed; its outlet need be no source.

    Exit 1 if it isn't there, or no story was read in it.
    """
    with progress("saving") as on_progress:
        saved = archive.save(url, wait=wait, on_event=_mover(on_progress))
    if as_json:
        print_json(saved.as_dict())
        return saved.exit_code
    if not saved.is_stored:
        say(f"Not saved: {saved.outcome}. {saved.collected.as_text()}")
    elif saved.story is None:
        say(
            f"The page is stored ({saved.outcome}), but no story was read in it: a list, a profile, or no text."
        )
    else:
        last = saved.story.versions[-1]
        echo(f"{saved.story.title or '(no title)'}")
        echo(
            f"  {local(last.first_seen_at)} · version {last.version_no}, {saved.outcome} · {saved.story.url}"
        )
        say(f"Read it: newsarchive show {quote(saved.story.url)}")
    return saved.exit_code


@click.command()
@with_archive
@source_names
@click.option(
    "--url", "urls", multiple=True, help="Capture this URL now, whatever is known of it (repeatable)."
)
@click.option("--limit", type=click.IntRange(0), default=0, help="At most so many new articles; 0 = all.")
@click.option("--no-recheck", is_flag=True, help="New articles only; known ones aren't fetched again.")
@click.option("--again", is_flag=True, help="Fetch all known articles again now, due or not.")
@click.option("--timings", is_flag=True, help="Also print the processor time by stage.")
@as_json
@wait
def crawl(
    archive: Archive,
    names: tuple[str, ...],
    urls: tuple[str, ...],
    limit: int,
    no_recheck: bool,
    again: bool,
    timings: bool,
    as_json: bool,
    wait: float,
) -> int:
    """Fetch what is new and what is due, archive it, index it."""
    with progress("crawling") as on_progress:
        done = archive.crawl(
            names,
            urls=urls,
            limit=limit,
            recheck=not no_recheck,
            again=again,
            wait=wait,
            on_event=_mover(on_progress),
        )
    from newsarchive.archive.timings import Timings, processor_time

    spent = Timings.of(done, processor_time())
    if as_json:
        print_json(done.as_dict() | ({"timings": spent.to_dict()} if timings else {}))
    else:
        echo(pasteable(local(done.as_text())) + (f"\n{spent.to_text()}" if timings else ""))
    return done.exit_code


def _mover(on_progress: Progress) -> Callable[[dict[str, Any]], None]:
    """An event handler that moves the progress display: what is done, of what is known by now, and what is waited for."""
    seen = {"done": 0, "total": 0}

    def on_event(event: dict[str, Any]) -> None:
        text = str(event.get("url", ""))
        if event.get("event") == "progress":
            seen["done"] = event["fetched"]
            seen["total"] = event["fetched"] + event["queued"]
            if event["seconds"] >= 1:
                text = f"waiting {event['seconds']:.0f} s for {event['waits_for']}"
        elif event.get("event") == "fetched":
            seen["done"] += 1
            seen["total"] = max(seen["total"], seen["done"])
        else:
            return
        on_progress(text, seen["done"], seen["total"] or None)

    return on_event


@click.command()
@with_archive
@click.argument("source", shell_complete=complete_sources)
@click.option(
    "--from", "way", required=True, type=click.Choice(["sitemap", "archive", "wayback", "commoncrawl"])
)
@since_option("First day: 2026-11-24, 2026-11, 2w …", required=True)
@until_option("Last day; default now.")
@click.option("--limit", default=500, show_default=True, help="Pages fetched in this run, latest first.")
@click.option(
    "--documents", default=200, show_default=True, help="Sitemaps or archive pages read in this run."
)
@as_json
def backfill(
    archive: Archive,
    source: str,
    way: Any,
    since: datetime,
    until: datetime | None,
    limit: int,
    documents: int,
    as_json: bool,
) -> int:
    """Fetch what SOURCE published before the archive knew it. Run it again to go on where it ended."""
    done = archive.backfill(
        source,
        way=way,
        since=since,
        until=until,
        limit=limit,
        documents=documents,
        say=say,
    )
    if as_json:
        print_json(done)
    else:
        if done.collected:
            echo(pasteable(done.collected.as_text()))
        echo(
            f"{done.documents} documents read, {done.found} pages found, {done.unknown} new, {done.left} left"
        )
    return done.collected.exit_code if done.collected else 0


LISTS = (".opml", ".txt", ".csv")


def _take_list(archive: Archive, file: Path, *, as_json: bool, wait: float) -> int:
    """Make sources of an OPML file, captures of a list of URLs; return the exit code."""
    from newsarchive.archive.url_lists import is_opml, opml_outlines, urls_in
    from newsarchive.errors import NothingFoundError

    text, code = file.read_text(encoding="utf-8-sig", errors="replace"), 0
    if is_opml(text):
        feeds, unreadable = opml_outlines(text)
        if not feeds:
            raise NothingFoundError("no address of a feed in this OPML file", where=str(file))
        made = archive.add_opml(text)
        if as_json:
            print_json(made)
        for source in made:
            say(f"{source.name}: {counted(len(source.feeds), 'feed')}")
        written = f"{counted(len(made), 'source')} written" if made else "the archive has all its feeds"
        say(f"{file}: {written}. Next: newsarchive crawl")
    else:
        urls, unreadable = urls_in(text)
        if not urls:
            raise NothingFoundError("no URL in this list", where=str(file))
        with progress("crawling") as on_progress:
            done = archive.crawl(urls=urls, wait=wait, on_event=_mover(on_progress))
        if as_json:
            print_json(done.as_dict())
        else:
            echo(pasteable(done.as_text()))
        code = done.exit_code
    if unreadable:
        say(f"{file}: {counted(unreadable, 'line')} without an address that can be fetched")
    return code


@click.command("import")
@with_archive
@click.argument(
    "files", metavar="PATHS...", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path)
)
@click.option(
    "--domain",
    "domains",
    multiple=True,
    help="Index pages of this domain too, subdomains included (repeatable).",
)
@click.option(
    "--source",
    "names",
    multiple=True,
    help="Of the archive's sources index only this one (repeatable).",
    shell_complete=complete_sources,
)
@as_json
@wait
def import_(
    archive: Archive,
    files: tuple[Path, ...],
    domains: tuple[str, ...],
    names: tuple[str, ...],
    as_json: bool,
    wait: float,
) -> int:
    """Take WARC, WACZ or ARC files that others made into the archive, and index what is its own.

    The feeds of an OPML file (.opml) become sources; the URLs of a list (.txt, .csv) are captured now.
    ArchiveBox's folder, a backup of changedetection.io (zip or folder) and a database of diffengine give
    captures at their dates; diffengine's feeds become sources, watched addresses are captured now.

    WARC files are kept whole. Indexed are the pages of the archive's own sources, which continue the same
    stories, and those of each --domain. The others cost nothing; add a source later, and its pages in the
    imported files are indexed by the next run. Import a file again with another choice to add to it.
    Exit code 3 if a file holds records that could not be taken, or the URLs of a list could not be fetched.
    """
    from newsarchive.archive.peer_imports import is_peer

    lists = [file for file in files if file.is_file() and file.suffix.lower() in LISTS]
    codes = [_take_list(archive, file, as_json=as_json, wait=wait) for file in lists]
    choice: dict[str, Any] = {"domains": domains, "sources": names, "wait": wait}
    peers = [path for path in files if path not in lists and (path.is_dir() or is_peer(path))]
    codes += [_take_peer(archive, path, choice, as_json=as_json) for path in peers]
    files = tuple(path for path in files if path not in (*lists, *peers))
    if not files:
        return max(codes, default=0)
    with progress("importing") as on_progress:
        done = archive.import_files(files, on_progress=on_progress, **choice)
    if as_json:
        print_json(done)
    else:
        echo(pasteable("\n".join(done.lines(files))))
    return max([done.exit_code, *codes])


def _take_peer(archive: Archive, path: Path, choice: dict[str, Any], *, as_json: bool) -> int:
    """Import what another program left, then capture what it watched."""
    with progress("importing") as on_progress:
        done = archive.import_peer(path, on_progress=on_progress, **choice)
    crawled = None
    if done.urls:
        with progress("crawling") as on_progress:
            crawled = archive.crawl(urls=done.urls, wait=choice["wait"], on_event=_mover(on_progress))
    if as_json:
        print_json({**plain(done), "crawl": crawled and crawled.as_dict()})
    else:
        echo("\n".join([*done.lines(path), *([crawled.as_text()] if crawled else [])]))
    return max(done.exit_code, crawled.exit_code if crawled else 0)


DEMO_ARCHIVE = Path("archives/demo")


@click.command()
@click.option("--archive", type=click.Path(path_type=Path), show_default=str(DEMO_ARCHIVE))
@click.option("--serve", is_flag=True, help="Open the archive in Datasette afterwards, until Ctrl-C.")
@click.option("--port", default=8001, show_default=True, help="Where to serve it.")
@click.pass_context
def demo(ctx: click.Context, archive: Path | None, serve: bool, port: int) -> None:
    """Show the main job on an invented press on loopback: archive, search, follow edits."""
    from newsarchive.demo.tour import demo as run
    from newsarchive.demo.tour import next_steps

    folder = archive or ctx.find_root().obj["archive"] or DEMO_ARCHIVE
    made = run(folder, lambda text: echo(text, styled=True), color=sys.stdout.isatty())
    where = Path(os.path.relpath(made.root)) if made.root.is_relative_to(Path.cwd()) else made.root
    echo(next_steps(where, "newsarchive" if shutil.which("newsarchive") else sys.argv[0]))
    if serve:
        made.browse(port=port, on_ready=lambda url: echo(f"The archive is at {url} ; stop with Ctrl-C"))
