"""The outlets that come with this package: a table of structural facts, and a file for each that needs more.

A row says where an outlet's feeds and sitemaps are as publicly listed, and when they were last seen to work; it holds
nothing else of the outlet. Uses no network. Tested in tests/sources/test_outlets.py.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from newsarchive.model import Source
from newsarchive.sources.registry import read_source
from newsarchive.text import fold

BUILTIN = Path(__file__).parent / "builtin"
# Of the outlets that have a file of their own.
_COUNTRIES = {"aljazeera": "Qatar", "bbc": "United Kingdom", "mee": "United Kingdom"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A built-in outlet. `seen_live` is the day (ISO 8601) of the last fetch of its addresses; empty: none yet."""

    source: Source
    country: str
    seen_live: str = ""

    @property
    def state(self) -> str:
        """When it was seen live, in words."""
        return f"seen live on {self.seen_live}" if self.seen_live else "not yet seen live"


def builtin_outlets() -> dict[str, Outlet]:
    """Read the outlets that come with this package, by name, in order of name.

    Raises:
        ConfigError: a file is not a source.
    """
    found = [*_of_files(), *_of_table()]
    return {o.source.name: o for o in sorted(found, key=lambda o: o.source.name)}


def _of_files() -> Iterator[Outlet]:
    for source in map(read_source, BUILTIN.glob("*.toml")):
        yield Outlet(source=source, country=_COUNTRIES.get(source.name, ""))


def _of_table() -> Iterator[Outlet]:
    with (BUILTIN / "outlets.tsv").open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if not line.startswith("#"))
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            host = urlsplit(row["homepage"]).hostname or ""
            source = Source(
                name=row["name"],
                title=row["title"],
                homepage=row["homepage"],
                language=row["language"],
                domains=(host.removeprefix("www."),),
                feeds=tuple(row["feeds"].split()),
                sitemaps=tuple(row["sitemaps"].split()),
            )
            yield Outlet(source=source, country=row["country"], seen_live=row["seen_live"] or "")


def builtin_sources() -> dict[str, Source]:
    """Read the sources that come with this package, by name."""
    return {name: outlet.source for name, outlet in builtin_outlets().items()}


def search_outlets(word: str, outlets: Iterable[Outlet]) -> list[Outlet]:
    """Return the outlets whose name, title, country or host has `word` in it, or whose language (ISO 639-1) it is."""
    wanted = fold(word).casefold().strip()
    return [o for o in outlets if wanted and (wanted == o.source.language or wanted in _words(o))]


def _words(outlet: Outlet) -> str:
    source = outlet.source
    return fold(f"{source.name}\n{source.title}\n{outlet.country}\n{' '.join(source.domains)}").casefold()
