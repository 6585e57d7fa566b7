"""Options and arguments that several verbs have: spans of time, sources, kinds; and what the shell completes in them.

Decides nothing. A completion reads names of files and tables of this package, never the index, so that a press of
Tab is answered at once. Tested in tests/cli/test_options.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import click
from click.shell_completion import CompletionItem

from newsarchive.cli import DEFAULT_ARCHIVE
from newsarchive.times import Clock, TimeSpan, read_span

F = Callable[..., Any]


def _span(typed: str) -> TimeSpan:
    try:
        return read_span(typed, Clock().now())
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _start(typed: str) -> datetime:
    return _span(typed).start


def _end(typed: str) -> datetime:
    return _span(typed).end


def since_option(help: str, *, required: bool = False) -> Callable[[F], F]:
    """Return the option `--since WHEN`; the verb gets the moment aware, in the machine's zone."""
    return click.option("--since", type=_start, metavar="WHEN", required=required, help=help)


def until_option(help: str) -> Callable[[F], F]:
    """Return the option `--until WHEN`: up to the end of the day, month or year that is named."""
    return click.option("--until", type=_end, metavar="WHEN", help=help)


def days(since: datetime | None, until: datetime | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a span, as the machine's zone has them."""
    last = until - timedelta(microseconds=1) if until else None
    return since.date() if since else None, last.date() if last else None


# ---------------------------------------------------------------- what the shell completes

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completed(names: Callable[[click.Context], Iterable[str]]) -> Complete:
    def complete(ctx: click.Context, _param: click.Parameter, typed: str) -> list[CompletionItem]:
        return [CompletionItem(name) for name in sorted(set(names(ctx))) if name.startswith(typed)]

    return complete


def _sources(ctx: click.Context) -> list[str]:
    given = ctx.params.get("archive") or ctx.find_root().params.get("archive")
    folder = Path(given or os.environ.get("NEWSARCHIVE_DIR") or DEFAULT_ARCHIVE)
    return [path.stem for path in (folder / "sources").glob("*.toml")]


def _kinds(_ctx: click.Context) -> list[str]:
    from newsarchive.diff.compare import BY_NAME

    return [*BY_NAME, *_events(_ctx)]


def _events(_ctx: click.Context) -> tuple[str, ...]:
    from newsarchive.versions.observation import EventKind

    return get_args(EventKind)


def _builtin(_ctx: click.Context) -> list[str]:
    from newsarchive.sources import builtin_sources

    return list(builtin_sources())


complete_sources = _completed(_sources)
complete_builtin = _completed(_builtin)
complete_kinds = _completed(_kinds)
complete_events = _completed(_events)

source_names = click.argument("names", nargs=-1, metavar="[SOURCE]...", shell_complete=complete_sources)
source_name = click.argument("name", metavar="SOURCE", shell_complete=complete_sources)


def only_sources(help: str = "Only this source (repeatable).") -> Callable[[F], F]:
    """Return the option `--source NAME`, repeatable."""
    return click.option(
        "--source", "sources", multiple=True, metavar="NAME", help=help, shell_complete=complete_sources
    )
