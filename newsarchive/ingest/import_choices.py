"""Which captures of imported files are indexed: what was chosen when they were imported.

Kept in `imports.jsonl` beside the WARCs, so that a rebuild knows it. Lines are only appended; the latest one
about a file holds; a file without a line is indexed as far as it is of the archive's own sources.
Tested in tests/ingest/test_import_choices.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from newsarchive.config import read_rows
from newsarchive.errors import ArchiveNotWritableError, UsageError
from newsarchive.times import iso_seconds
from newsarchive.urls import host
from newsarchive.warc.files import append_lines

FILENAME = "imports.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What of a file is indexed: the archive's own sources (or some of them), and these domains.

    `domains` are host names, subdomains included; `sources` are names, empty for all sources of the archive.
    """

    domains: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, domains: Iterable[str] = (), sources: Iterable[str] = ()) -> Self:
        """The choice with these domains, as a person writes them, and sources.

        Raises:
            UsageError: one of `domains` isn't a host name.
        """
        return cls(domains=_sorted(map(host_name, domains)), sources=_sorted(sources))

    def __add__(self, other: Choice) -> Choice:
        """What one of the two choices takes."""
        takes_all = not self.sources or not other.sources
        return Choice(
            domains=_sorted(self.domains + other.domains),
            sources=() if takes_all else _sorted(self.sources + other.sources),
        )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(names)))


def host_name(text: str) -> str:
    """A domain as a person writes it, as it is compared: lower case, ASCII, without `www.`.

    Raises:
        UsageError: not a host name.
    """
    name = text.strip().lower().rstrip(".").removeprefix("www.")
    if not name or any(c in name for c in "/:@?# ") or "." not in name:
        raise _no_host(text)
    try:
        return host(f"http://{name}/")
    except UsageError as error:
        raise _no_host(text) from error


def _no_host(text: str) -> UsageError:
    return UsageError(
        f"'{text[:200]}' is not a domain", next_step="Write it without scheme and path, as in example.org"
    )


def read_choices(root: Path) -> dict[str, Choice]:
    """The choice that holds for each imported file, by the file's name relative to warc/.

    Raises:
        ConfigError: a line isn't a choice; `where` is `file:line`. A last line without its end (the machine
            stopped while it was written) is left out.
    """

    def choice(row: Any) -> tuple[str, Choice]:
        return str(row["file"]), Choice.of(row.get("domains", ()), row.get("sources", ()))

    return dict(read_rows(root / FILENAME, choice, "a choice", is_cut=True))


def add_choice(root: Path, filenames: Iterable[str], choice: Choice, *, now: datetime) -> None:
    """Lets `choice` hold for these imported files too, beside what was chosen for them before.

    Args:
        filenames: Relative to warc/.

    Raises:
        ConfigError: as `read_choices`.
        ArchiveNotWritableError: the file can't be written.
    """
    standing = read_choices(root)
    lines = ""
    for name in filenames:
        whole = standing[name] + choice if name in standing else choice
        if standing.get(name) != whole:
            row = {"file": name, "domains": whole.domains, "sources": whole.sources, "at": iso_seconds(now)}
            lines += json.dumps(row, ensure_ascii=False) + "\n"
    if not lines:
        return
    try:
        append_lines(root / FILENAME, lines.encode(), durable=True)
    except OSError as error:
        raise ArchiveNotWritableError(
            f"cannot write what was chosen: {error.strerror}", where=str(root / FILENAME)
        ) from error
