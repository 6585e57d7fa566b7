"""Verbs of a fleet, `newsarchive fleet …`: many archives, worked on by this machine, a cluster or a part of one.

Tested in tests/cluster/test_fleet_commands.py.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from newsarchive.cli.maintenance_commands import (
    check_withhold,
    confirm_purge,
    print_purges,
    purge_reason,
    purge_yes,
    withhold_reason,
    withhold_undo,
)
from newsarchive.cli.options import perform_all, with_engine
from newsarchive.cli.output import as_json, as_list, echo, print_json, print_table, say, wait
from newsarchive.cli.read_commands import count_all_option, print_found, search_options, serving_options
from newsarchive.errors import NothingFoundError

if TYPE_CHECKING:
    from newsarchive.cluster.engine import Engine
    from newsarchive.cluster.fleet import Fleet
    from newsarchive.index import SearchQuery

_folder = click.option(
    "--fleet",
    "folder",
    type=click.Path(path_type=Path),
    envvar="NEWSARCHIVE_FLEET",
    default=Path(),
    help="The fleet's folder (else NEWSARCHIVE_FLEET, else here).",
)


def with_fleet(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb the option `--fleet DIR`; it gets an opened `Fleet` as its first argument."""

    def wrapped(folder: Path, **options: Any) -> Any:
        from newsarchive.cluster.fleet import Fleet

        return verb(Fleet(folder), **options)

    wrapped.__name__, wrapped.__doc__ = verb.__name__, verb.__doc__
    wrapped.__click_params__ = getattr(verb, "__click_params__", [])  # type: ignore[attr-defined]
    return _folder(wrapped)


@click.group()
def fleet() -> None:
    """Many archives (shards) as one: followed, indexed and searched by one machine or many."""


@fleet.command()
@click.argument("folder", metavar="FOLDER|URL")
@click.option(
    "--shards",
    default=16,
    show_default=True,
    type=click.IntRange(1, 10_000),
    help="Their number is fixed from then on.",
)
@click.option("--contact", default="", help="E-mail or URL; site owners find it in the user agent.")
@click.option(
    "--place",
    default="",
    metavar="URL",
    help="Where WARC files go: s3://BUCKET/PREFIX, or a folder that all machines have.",
)
def init(folder: str, shards: int, contact: str, place: str) -> None:
    """Make a fleet: a folder with an empty archive a shard.

    s3://BUCKET/press makes the folder press here, with that place.
    """
    from newsarchive.cluster.fleet import Fleet

    if "://" in folder:
        if place:
            raise click.UsageError("Name the place once: as the fleet's URL, or with --place.")
        place, folder = folder, folder.rstrip("/").rpartition("/")[2]
    made = Fleet.create(folder, shards=shards, contact=contact, place=place)
    echo(
        f"{made.size} shards in {made.root}. Next: newsarchive fleet add --fleet {folder} https://a-news-site.example"
    )


@fleet.command()
@with_fleet
@click.argument("sites", metavar="SITE...", nargs=-1, required=True)
def add(fleet: Fleet, sites: tuple[str, ...]) -> None:
    """Add outlets: each to the shard that has its domain, or that its domain's hash chooses."""
    for site in sites:
        shard, source = fleet.add(site, say=say)
        echo(f"{source.name}: shard {shard}")


@fleet.command()
@with_fleet
@as_json
def status(fleet: Fleet, as_json: bool) -> None:
    """The shards, their outlets, and how much each holds."""
    from newsarchive.cluster.shard_status import shard_rows

    rows = shard_rows(fleet)
    if as_json:
        print_json(rows)
        return
    print_table([tuple(row.values()) for row in rows], [name.upper() for name in rows[0]])


@fleet.command()
@with_fleet
@click.option("--once/--watch", default=True, help="One tick of each shard, or go on until stopped.")
@with_engine
def run(fleet: Fleet, once: bool, part: tuple[int, int], engine: Callable[[], Engine]) -> int:
    """Fetch what is new and due in the shards: once, or again and again.

    One such process a machine, each with its part; a shard is never worked on by two.
    """
    from newsarchive.cluster.shard_ticks import follow

    names = fleet.part(*part)
    fleet.all_sources()
    if once:
        return _all(fleet, "tick", names, engine)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    say(f"Following {len(names)} shards; stop with Ctrl-C or SIGTERM.")
    with engine() as chosen:
        done = follow(fleet, names, chosen, stop=stop, say=echo)
    say(f"Stopped after {done} ticks.")
    return 0


def _unit(name: str, text: str) -> None:
    """Make the verb that does a unit of work on each shard."""

    @with_fleet
    @click.option("--again", is_flag=True, help="Also shards of which an earlier run left a receipt.")
    @with_engine
    def verb(fleet: Fleet, again: bool, part: tuple[int, int], engine: Callable[[], Engine]) -> int:
        return _all(fleet, name, fleet.part(*part), engine, again=again)

    verb.__doc__ = text
    fleet.command(name)(verb)


_unit("rebuild", "Make the index of each shard again. What is done is skipped; run it again after a stop.")
_unit("reextract", "Make texts again that another extractor made, in each shard.")
_unit("verify", "Check every byte of each shard, and its index against them. Exit 4 if something is wrong.")


def _all(
    fleet: Fleet, unit: str, names: Iterable[str], engine: Callable[[], Engine], *, again: bool = False
) -> int:
    from newsarchive.cluster.work import WorkItem

    return perform_all(
        (WorkItem(unit=unit, place=fleet.root, item=name, again=again) for name in names), engine
    )


@fleet.command()
@with_fleet
def merge(fleet: Fleet) -> None:
    """Make one index of all shards' indexes: every reading verb takes it with --archive FLEET."""
    from newsarchive.cluster.fleet_index import merge_shards

    report = merge_shards(fleet)
    echo(
        f"{fleet.index}: {report.stories} stories of several shards put together again, in {report.seconds:.1f} s."
    )
    say(f"Read it: newsarchive search WORDS --archive {fleet.root}")


@fleet.command()
@with_fleet
@search_options
@click.option("--newest", is_flag=True, help="Newest first, instead of best first.")
@count_all_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--offset", default=0, type=click.IntRange(0))
@as_list
def search(fleet: Fleet, wanted: SearchQuery, form: str | None) -> int:
    """Find stories in the indexes of all shards at once. Exit 1 if none."""
    from newsarchive.index.federated import search_all

    paths = [path for name in fleet.names if (path := fleet.folder(name) / "index.db").exists()]
    if not paths:
        raise NothingFoundError(
            "no shard has an index", where=str(fleet.root), next_step="Run `newsarchive fleet run --once`"
        )
    return print_found(search_all(paths, wanted), wanted, form)


@fleet.command()
@with_fleet
@click.argument("url")
@purge_reason
@purge_yes
@wait
def purge(fleet: Fleet, url: str, reason: str, yes: bool, wait: float) -> None:
    """Remove every capture of URL's story from all shards and the merged index, as `newsarchive purge` does from one."""
    from newsarchive.cluster.fleet_wide import purge_everywhere

    confirm_purge(reason, yes)
    reports = purge_everywhere(fleet, url, reason=reason, wait=wait)
    print_purges(url, {fleet.folder(name): report for name, report in reports.items()})


@fleet.command()
@with_fleet
@click.argument("url")
@withhold_reason
@withhold_undo
@wait
def withhold(fleet: Fleet, url: str, reason: str, undo: bool, wait: float) -> None:
    """Hide a story in all shards and the merged index; its WARC records stay."""
    from newsarchive.cluster.fleet_wide import withhold_everywhere

    check_withhold(reason, undo)
    names = withhold_everywhere(fleet, url, reason=reason, undo=undo, wait=wait)
    echo(f"{'Shown again' if undo else 'Withheld'} in shard {', '.join(names)}.")


@fleet.command()
@with_fleet
@serving_options
def browse(
    fleet: Fleet, host: str, port: int, open_browser: bool, names: tuple[str, ...], password: str
) -> None:
    """Browse all shards: one search over their indexes, and each shard's own pages. Stops with Ctrl-C."""
    from newsarchive.browse.fleet_pages import fleet_app
    from newsarchive.browse.server import run as serve

    shards = {name: fleet.folder(name) for name in fleet.names}
    serve(
        fleet_app(shards, names=names, password=password),
        host=host,
        port=port,
        open_browser=open_browser,
        on_ready=lambda url: say(f"The fleet is at {url} ; stop with Ctrl-C"),
    )
