"""Options and arguments that several verbs have: spans of time, sources, kinds; and what the shell completes in them.

Decides nothing. A completion reads names of files and tables of this package, never the index, so that a press of
Tab is answered at once. Tested in tests/cli/test_options.py.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click
from click.shell_completion import CompletionItem

from newsarchive.cli import DEFAULT_ARCHIVE
from newsarchive.cli.output import echo
from newsarchive.times import Clock, TimeSpan, read_span

if TYPE_CHECKING:
    from newsarchive.cluster.engine import Engine
    from newsarchive.cluster.work import WorkItem

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


# ---------------------------------------------------------------- work for many processes


def _part(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[int, int]:
    number, _, of = (value or "0/1").partition("/")
    if not (number.isdecimal() and of.isdecimal() and int(number) < int(of)):
        raise click.BadParameter("give K/N, with K from 0 to N-1")
    return int(number), int(of)


def with_engine(verb: Callable[..., Any]) -> Callable[..., Any]:
    """Give a verb `--cluster`, `--part` and `--workers`; it gets `part` and a function that makes its engine."""

    def wrapped(*args: Any, cluster: str, workers: int, **options: Any) -> Any:
        def engine() -> Engine:
            from newsarchive.cluster.engine import DaskEngine, LocalEngine

            return DaskEngine(cluster) if cluster else LocalEngine(workers)

        return verb(*args, engine=engine, **options)

    wrapped.__name__, wrapped.__doc__ = verb.__name__, verb.__doc__
    wrapped.__click_params__ = getattr(verb, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option("--workers", default=0, help="Processes on this machine; 0 = as many as cores."),
        click.option("--part", default="", callback=_part, metavar="K/N", help="Only the K-th of N parts, from 0: for job arrays."),
        click.option("--cluster", default="", metavar="ADDRESS", help="A Dask scheduler, as in tcp://head:8786; its workers do the work."),
    ):  # fmt: skip
        wrapped = option(wrapped)
    return wrapped


def perform_all(items: Iterable[WorkItem], engine: Callable[[], Engine]) -> int:
    """Do all items and say what became of each.

    Returns:
        0; 3 if an item failed, 75 if another process is at it, 4 if something is wrong in a shard.
    """
    from newsarchive.cluster.engine import Failed
    from newsarchive.cluster.shard_ticks import text_of

    codes = {0}
    with engine() as chosen:
        for result in chosen.run(items):
            echo(text_of(result))
            if isinstance(result, Failed):
                codes.add(75 if result.is_locked else 3)
            elif result.counts.get("wrong"):
                codes.add(4)
    return next(code for code in (3, 4, 75, 0) if code in codes)
