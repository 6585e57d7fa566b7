"""Verbs about sources: add; list, search, check, disable, rename and remove them.

Decides nothing. Tested in tests/cli/test_cli.py and tests/cli/test_options.py.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from newsarchive.cli.options import complete_builtin, source_name, source_names
from newsarchive.cli.output import (
    as_json,
    as_list,
    echo,
    local,
    print_json,
    print_list,
    print_table,
    say,
    wait,
    with_archive,
)
from newsarchive.languages import counted

if TYPE_CHECKING:
    from newsarchive.archive import Archive
    from newsarchive.archive.site_finder import Found


@click.command()
@with_archive
@click.argument("sites", nargs=-1, required=True, shell_complete=complete_builtin)
@click.option("--name", default="", help="Name of the source (one site only).")
@click.option("--yes", is_flag=True, help="Write what was found without asking.")
@as_json
@wait
def add(archive: Archive, sites: tuple[str, ...], name: str, yes: bool, as_json: bool, wait: float) -> None:
    """Add sources: a site's URL (its feeds are found), or the name of a built-in source.

    What was found is shown first, with counts and samples; on a terminal you are asked before it is written.
    """
    if name and len(sites) > 1:
        raise click.UsageError("--name goes with one site.")

    def review(found: Found) -> None:
        for line in found.lines:
            say(f"  {line}")
        if sys.stdin.isatty() and not yes:
            click.confirm(f"Write the source '{found.source.name}'?", default=True, abort=True, err=True)

    added = [archive.add(site, name=name, wait=wait, say=say, review=review) for site in sites]
    if as_json:
        print_json(added)
        return
    for source in added:
        lists = {"feed": source.feeds, "sitemap": source.sitemaps, "section": source.sections}
        parts = ", ".join(counted(len(urls), one) for one, urls in lists.items())
        echo(f"{source.name}: {parts}. Written to {archive.root / 'sources' / source.name}.toml")
    say("Next: newsarchive crawl")


class _Sources(click.Group):
    """`sources` alone, or with options only, lists them: what follows is `list`'s."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Sources)
def sources() -> None:
    """List the archive's sources with what was last found; search, check, rename and remove them.

    Without a command: `list`, with its options.
    """


@sources.command("list")
@with_archive
@click.option("--builtin", is_flag=True, help="List the sources that come with newsarchive.")
@as_list
def sources_list(archive: Archive, builtin: bool, form: str | None) -> None:
    """List the archive's sources with what was last found. `newsarchive sources` alone does the same."""
    if builtin:
        known = archive.builtin_sources()
        if form:
            print_list(known, form)
        else:
            table = [(s.name, s.title, s.language, s.homepage) for s in known]
            print_table(table, ("NAME", "TITLE", "LANG", "HOMEPAGE"))
        return
    rows = archive.source_rows()
    if form:
        print_list(rows, form)
    elif not rows:
        say(
            "No sources yet. Next: newsarchive add https://a-news-site.example (or: newsarchive sources --builtin)"
        )
    else:
        lines = [
            (r["name"], r["stories"], r["captures"], local(r["last_checked_at"] or "never"), r["homepage"])
            for r in rows
        ]
        print_table(lines, ("NAME", "STORIES", "CAPTURES", "LAST CHECK", "HOMEPAGE"))


@sources.command("search")
@click.argument("word")
@as_list
def sources_search(word: str, form: str | None) -> int:
    """Search the built-in sources: by name, title, country, language (en, de …) or host. Exit 1 if there is none."""
    from newsarchive.sources import builtin_outlets, search_outlets

    found = search_outlets(word, builtin_outlets().values())
    if form:
        print_list(found, form)
    else:
        rows = [(o.source.name, o.source.title, o.country, o.source.language, o.state) for o in found]
        print_table(rows, ("NAME", "TITLE", "COUNTRY", "LANG", "STATE"))
    return 0 if found else 1


@sources.command("disable")
@with_archive
@source_name
def sources_disable(archive: Archive, name: str) -> None:
    """Poll a source no more, and fetch its stories no more; what is archived of it stays."""
    archive.enable_source(name, enabled=False)
    echo(f"{name} is not crawled any more. What is archived of it stays.")
    say(f"Again: newsarchive sources enable {name}")


@sources.command("enable")
@with_archive
@source_name
def sources_enable(archive: Archive, name: str) -> None:
    """Crawl a source again that was disabled."""
    archive.enable_source(name, enabled=True)
    echo(f"{name} is crawled from now on.")
    say(f"Next: newsarchive crawl {name}")


@sources.command("rename")
@with_archive
@click.argument("old")
@click.argument("new")
@wait
def sources_rename(archive: Archive, old: str, new: str, wait: float) -> None:
    """Call source OLD by the name NEW from now on. Its stories, versions and watches follow; its captures stay as they are."""
    renamed = archive.rename_source(old, new, wait=wait)
    echo(
        f"{old} is called {renamed.name} now; {archive.root / 'sources' / renamed.name}.toml says what it was called."
    )


@sources.command("remove")
@with_archive
@source_name
def sources_remove(archive: Archive, name: str) -> None:
    """Delete a source's file. Its captures stay in the archive; `newsarchive purge` erases pages."""
    left = archive.remove_source(name)
    echo(f"{name} is no longer a source. {left} captures of it stay in the archive.")


@sources.command("check")
@with_archive
@source_names
@as_list
@wait
def sources_check(archive: Archive, names: tuple[str, ...], form: str | None, wait: float) -> int:
    """Fetch the feeds, sitemaps and sections of sources and say which still work. Exit 1 if one doesn't.

    Without names those of the archive; a built-in source by its name.
    """
    checked = archive.check_sources(names, wait=wait)
    if form:
        print_list(checked, form)
    else:
        rows = [(c.source, c.problem or f"works, {c.entries} entries", c.url) for c in checked]
        print_table(rows, ("SOURCE", "STATE", "ADDRESS"))
    return 1 if any(c.problem for c in checked) else 0
