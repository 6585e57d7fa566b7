"""Verbs that follow outlets for months: run, schedule, status, health, watch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from newsarchive.cli import pasteable
from newsarchive.cli.options import (
    complete_kinds,
    complete_sources,
    since_option,
    source_names,
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
    wait,
    with_archive,
)
from newsarchive.errors import UsageError
from newsarchive.languages import counted
from newsarchive.times import iso_seconds, read_span

if TYPE_CHECKING:
    from datetime import datetime

    from newsarchive.archive import Archive
    from newsarchive.schedule.outbox import Delivery


@click.command()
@with_archive
@click.option("--once", is_flag=True, help="One run, for cron and systemd: so it is without --watch, too.")
@click.option("--watch", is_flag=True, help="Go on until stopped.")
@wait
def run(archive: Archive, once: bool, watch: bool, wait: float) -> int:
    """Fetch what is new and due, archive it, index it: once, or again and again."""
    if once and watch:
        raise click.UsageError("--once or --watch, not both.")
    if not watch:
        if (until := archive.idle_until()) is not None:
            echo(f"Nothing is due before {local(iso_seconds(until))}.")
            return 0
        done = archive.crawl(wait=wait, is_tick=True)
        echo(pasteable(local(done.as_text())))
        return done.exit_code
    from newsarchive.archive.following import Pause
    from newsarchive.schedule.sd_notify import SystemdNotifier

    stop, wake = threading.Event(), threading.Event()
    notifier = SystemdNotifier.from_environment(os.environ)

    def pause(seconds: float) -> bool:
        Pause(wake, notifier, echo).wait(seconds)
        wake.clear()
        return stop.is_set()

    def end(*_: object) -> None:
        stop.set()
        wake.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, end)
    signal.signal(signal.SIGHUP, lambda *_: wake.set())
    say("Following; stop with Ctrl-C or SIGTERM. SIGHUP ends a pause: settings and sources are read again.")
    runs = archive.watch(stop=stop, say=echo, pause=pause, notifier=notifier)
    say(f"Stopped after {runs} runs; the archive is sound.")
    return 0


@click.group()
def schedule() -> None:
    """What is due when; and timers for cron or systemd."""


@schedule.command()
@with_archive
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1))
@as_list
def show(archive: Archive, limit: int, form: str | None) -> None:
    """The next re-checks of known stories, soonest first, and why."""
    coming, total = archive.agenda(limit=limit)
    if form:
        print_list(coming, form, whole={"total": total, "coming": coming})
        return
    rows = [("now" if c.is_due else local(iso_seconds(c.due_at)), c.source, c.reason, c.url) for c in coming]
    print_table(rows, ("WHEN", "SOURCE", "WHY", "URL"))
    say(f"{total} stories will be fetched again")


@schedule.command()
@with_archive
@click.option("--systemd", "kind", flag_value="systemd", help="Units of the user's systemd.")
@click.option("--cron", "kind", flag_value="cron", help="A line of the crontab.")
@click.option("--every", default=15, show_default=True, help="Minutes between two runs.")
@click.option("--watch", "watches", is_flag=True, help="With --systemd: one service that does `run --watch`.")
@click.option(
    "--print", "only_print", is_flag=True, help="Show what would be written, and why; write nothing."
)
def install(archive: Archive, kind: str | None, every: int, watches: bool, only_print: bool) -> None:
    """Timers that do `run --once` again and again, or a service that watches."""
    from newsarchive.schedule import timers

    if kind is None:
        raise click.UsageError("Say --systemd or --cron.")
    if watches and kind == "cron":
        raise click.UsageError("cron can't watch. Say --systemd --watch, or --cron alone.")
    program = (sys.executable, "-m", "newsarchive")
    if watches:
        made = timers.systemd_watch(archive.root, program)
    else:
        made = (timers.systemd if kind == "systemd" else timers.cron)(archive.root, program, every=every)
    if only_print:
        echo(made.to_text(), nl=False)
    elif kind == "cron" and shutil.which("crontab") is None:
        raise UsageError("there is no crontab here", next_step="Say --systemd, or --print to see the line")
    elif kind == "cron":
        present = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False).stdout  # noqa: S607
        text = timers.crontab_with(present, made)
        subprocess.run(["crontab", "-"], input=text, text=True, check=True)  # noqa: S607
        echo(f"{made.crontab}\n{made.explanation}")
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"
        for path in timers.install(made, folder):
            echo(f"written: {path}")
        echo("Now type:\n  " + "\n  ".join(made.commands) + f"\n{made.explanation}")


@click.command()
@with_archive
@source_names
@as_list
def health(archive: Archive, names: tuple[str, ...], form: str | None) -> int:
    """Is every source well? Names what is wrong, with the evidence. Exit 1 if something is."""
    found = archive.health(names)
    if form:
        print_list(found, form)
    else:
        for source in found:
            polled = (
                f"last poll {local(iso_seconds(source.last_poll_at))}"
                if source.last_poll_at
                else "never polled"
            )
            echo(f"{source.source}: {'well' if source.is_well else 'NOT WELL'}, {polled}")
            for alarm in source.alarms:
                echo(pasteable(f"  {alarm.to_text()}"))
    return 0 if all(source.is_well for source in found) else 1


@click.group()
def watch() -> None:
    """Be notified when something happens: a word appears, a headline changes, a story vanishes."""


@watch.command("add")
@with_archive
@click.option("--query", default="", help='Words that appear or vanish; "a phrase", a stem*.')
@click.option("--url", default="", help="Only this story.")
@click.option("--source", default="", help="Only this source.", shell_complete=complete_sources)
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    help="Only this kind of change or event, or new (repeatable).",
    shell_complete=complete_kinds,
)
def watch_add(archive: Archive, query: str, url: str, source: str, kinds: tuple[str, ...]) -> None:
    """Add a watch; hits go to the channels of [notify] and into the report of each run, once each."""
    made = archive.add_watch(query=query, url=url, source=source, kinds=kinds)
    echo(f"watch {made.id} added")


@watch.command("list")
@with_archive
@as_list
def watch_list(archive: Archive, form: str | None) -> None:
    """List the watches."""
    from newsarchive.schedule.watchlist import read_watches

    found = read_watches(archive.root)
    if form:
        print_list(found, form)
    else:
        rows = [(w.id, w.query, ", ".join(w.kinds), w.source, w.url) for w in found]
        print_table(rows, ("ID", "QUERY", "KINDS", "SOURCE", "URL"))


@watch.command("remove")
@with_archive
@click.argument("watch_id", metavar="ID")
def watch_remove(archive: Archive, watch_id: str) -> None:
    """Remove a watch."""
    from newsarchive.schedule.watchlist import remove_watch

    remove_watch(archive.root, watch_id)
    echo(f"watch {watch_id} removed")


@watch.command("test")
@with_archive
def watch_test(archive: Archive) -> int:
    """Send a trial message to every channel of [notify], about the newest edit. Exit 1 if one didn't take it."""
    return _sent(archive.send_trial())


def _sent(done: Delivery) -> int:
    for failure in done.failures:
        echo(f"Not sent, to be tried again by the next run: {failure}")
    echo(f"{counted(done.sent, 'message')} sent")
    return 1 if done.failures else 0


@click.command()
@with_archive
@since_option("From then on; default yesterday: 2026-11-24, 2026-11, 7d …")
@until_option("Before then; a day, month or year is included. Default now, yesterday without --since.")
@click.option("--html", "as_html", is_flag=True, help="One page that loads nothing; redirect it to a file.")
@click.option("--send", is_flag=True, help="Send it to the channels of [notify].")
@as_json
def digest(
    archive: Archive,
    since: datetime | None,
    until: datetime | None,
    as_html: bool,
    send: bool,
    as_json: bool,
) -> int:
    """What came, was edited and vanished: silent edits first, with their words. Exit 1 if nothing did.

    Runs send one by themselves after each day or week if [notify] has digest = "daily" or "weekly".
    """
    from newsarchive.messages.message_pages import digest_page

    now = archive.clock.now()
    yesterday = read_span("yesterday", now)
    made = archive.digest(since or yesterday.start, until or (now if since else yesterday.end))
    if send:
        return _sent(archive.send_digest(made))
    if as_json:
        print_json(made)
    else:
        echo(digest_page(made) if as_html else made.to_text())
    return 1 if made.is_empty else 0


@click.command()
@with_archive
@click.option(
    "--within",
    type=click.FloatRange(0),
    default=0.0,
    metavar="HOURS",
    help="Exit 1 if no run ended in so many hours.",
)
@as_json
def status(archive: Archive, within: float, as_json: bool) -> int:
    """How following goes: last runs, what waits, room on the disk."""
    found = archive.status()
    if as_json:
        print_json(found)
    else:
        echo(local("\n".join(found.lines())))
    since = archive.clock.now() - timedelta(hours=within)
    return 1 if within and not any(run.ended_at >= since for run in found.runs) else 0
