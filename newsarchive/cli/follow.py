"""Verbs that follow outlets for months: run, schedule, status, health, watch."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING

import click

from newsarchive.cli.output import as_json, print_json, print_table, say, wait, with_archive
from newsarchive.times import iso_seconds

if TYPE_CHECKING:
    from newsarchive.archive import Archive


@click.command()
@with_archive
@click.option("--once/--watch", default=True, help="One run (for cron and systemd), or go on until stopped.")
@wait
def run(archive: Archive, once: bool, wait: float) -> int:
    """Fetch what is new and due, archive it, index it: once, or again and again."""
    if once:
        done = archive.crawl(wait=wait)
        click.echo(done.as_text())
        return done.exit_code
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    say("Following; stop with Ctrl-C or SIGTERM.")
    runs = archive.watch(stop=stop, say=click.echo)
    say(f"Stopped after {runs} runs; the archive is sound.")
    return 0


@click.group()
def schedule() -> None:
    """What is due when; and timers for cron or systemd."""


@schedule.command()
@with_archive
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@as_json
def show(archive: Archive, limit: int, as_json: bool) -> None:
    """The next looks at known stories, soonest first, and why."""
    coming, total = archive.agenda(limit=limit)
    if as_json:
        print_json({"total": total, "coming": coming})
        return
    rows = [("now" if c.is_due else iso_seconds(c.due_at), c.source, c.reason, c.url) for c in coming]
    print_table(rows, ("WHEN", "SOURCE", "WHY", "URL"))
    say(f"{total} stories will be looked at again")


@click.command()
@with_archive
@as_json
def status(archive: Archive, as_json: bool) -> None:
    """How following goes: last runs, what waits, room on the disk."""
    found = archive.status()
    if as_json:
        print_json(found)
    else:
        click.echo("\n".join(found.lines()))
