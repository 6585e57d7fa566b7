"""How a verb speaks: data to stdout, words and progress to stderr.

Decides nothing about the archive. Tested in tests/cli/.
"""

from __future__ import annotations

import dataclasses
import json
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from newsarchive.cli import archive_folder, pasteable
from newsarchive.model import Progress
from newsarchive.text import UNSAFE, escaped
from newsarchive.times import iso, parse_iso

F = Callable[..., Any]


def with_archive(verb: F) -> F:
    """Give a verb the option `--archive DIR`; it gets an opened `Archive` as its first argument."""

    def wrapped(archive: Path | None, **options: Any) -> Any:
        from newsarchive.archive import Archive

        return verb(Archive(archive_folder(archive)), **options)

    wrapped.__name__, wrapped.__doc__ = verb.__name__, verb.__doc__
    wrapped.__click_params__ = getattr(verb, "__click_params__", [])  # type: ignore[attr-defined]
    option = click.option(
        "--archive",
        type=click.Path(path_type=Path),
        help="The archive's folder (else NEWSARCHIVE_DIR, else archives/main).",
    )
    return option(wrapped)


as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def as_list(verb: F) -> F:
    """Give a verb that lists rows the options `--json`, `--csv` and `--nl`; it gets `form`, None if none was given."""
    for name, what in (
        ("nl", "Print a JSON object a line."),
        ("csv", "Print CSV with a head."),
        ("json", "Print JSON."),
    ):
        verb = click.option(f"--{name}", "form", flag_value=name, help=what)(verb)
    return verb


wait = click.option(
    "--wait", type=float, default=0.0, metavar="SECONDS", help="Wait for a locked archive; else exit 75."
)


def echo(text: str, *, styled: bool = False, err: bool = False, nl: bool = True) -> None:
    """Write text to stdout, or to stderr. What a stranger wrote can't steer the terminal: controls are shown escaped.

    Args:
        styled: The text holds colours of ours, and its parts were made safe where they were put together.
    """
    click.echo(text if styled else escaped(text), err=err, nl=nl)


def say(text: str) -> None:
    """Write words for a person to stderr; commands in them can be pasted."""
    echo(pasteable(text), err=True)


def plain(value: Any) -> Any:
    """Return `value` as JSON knows it: dataclasses become objects, times ISO texts, bytes hex, ids texts."""
    from newsarchive.index.compact_ids import id_text

    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(k): plain(id_text(str(k), v)) for k, v in value.items()}
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value


def print_json(value: Any) -> None:
    """Print `value` as indented JSON on stdout; controls are in JSON's own escapes."""
    _print_json(value, indent=2)


def _print_json(value: Any, indent: int | None) -> None:
    text = json.dumps(plain(value), ensure_ascii=False, indent=indent)
    click.echo(UNSAFE.sub(lambda m: f"\\u{ord(m[0]):04x}", text))


def print_list(rows: Sequence[Any], form: str, whole: Any = None) -> None:
    """Print rows (dataclasses or dicts of the same fields) on stdout.

    Args:
        form: `json` (one array), `nl` (an object a line) or `csv` (a head and a line a row; nothing without rows).
        whole: What `json` prints in place of the array.
    """
    if form == "json":
        print_json(rows if whole is None else whole)
    elif form == "nl":
        for row in rows:
            _print_json(row, indent=None)
    else:
        from newsarchive.export.table_formats import csv_text

        echo(csv_text([plain(row) for row in rows]), nl=False)


_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def local(text: str) -> str:
    """Return `text` with its times (`2026-11-24T03:40:12Z`) in local time if stdout is a terminal; else as it is."""
    if not sys.stdout.isatty():
        return text
    return _STAMP.sub(lambda m: f"{parse_iso(m[0]).astimezone():%Y-%m-%d %H:%M}", text)


def print_report(report: Any, as_json: bool) -> None:
    """Print a report that has `to_text`, as JSON or for a person."""
    if as_json:
        print_json(report)
    else:
        echo(pasteable(report.to_text()))


def print_table(rows: Iterable[Sequence[object]], heads: Sequence[str]) -> None:
    """Print rows in aligned columns on stdout; the last column may be long."""
    texts = [[("" if v is None else escaped(" ".join(str(v).splitlines()))) for v in row] for row in rows]
    widths = [max([len(head), *(len(row[i]) for row in texts)]) for i, head in enumerate(heads[:-1])]
    for row in [list(heads), *texts]:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        echo("  ".join([*cells, row[-1]]).rstrip())


LINE_EVERY = 30.0  # seconds between two lines of progress where there is no terminal


@contextmanager
def progress(label: str, every: float = LINE_EVERY) -> Iterator[Progress]:
    """Return a bar on a terminal, elsewhere a line now and then. Yields what is called as work goes on."""
    if not sys.stderr.isatty():
        yield _Lines(label, every)
        return
    from rich import progress as rich
    from rich.console import Console
    from rich.table import Column

    columns = (
        rich.BarColumn(),
        rich.MofNCompleteColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn(
            "{task.description}",
            markup=False,
            table_column=Column(no_wrap=True, overflow="ellipsis", ratio=1),
        ),
    )
    with rich.Progress(*columns, console=Console(stderr=True), transient=True, expand=True) as bar:
        task = bar.add_task(label, total=None)

        def move(text: str, done: int, total: int | None) -> None:
            bar.update(task, description=escaped(text or label), completed=done, total=total)

        yield move


class _Lines:
    """Writes `crawling: 120 of 400, waiting 12 s for www.gazette.example` to stderr, never more often than `every` seconds."""

    def __init__(self, label: str, every: float) -> None:
        self._label, self._every, self._last = label, every, time.monotonic()

    def __call__(self, text: str, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._last >= self._every:
            self._last = now
            say(
                f"{self._label}: {done:,}"
                + (f" of {total:,}" if total else "")
                + (f", {text}" if text else "")
            )


def signed(added: int | None, removed: int | None) -> list[str]:
    """Characters added and removed; nothing where there are none."""
    return [f"+{added or 0} -{removed or 0}"] if added or removed else []
