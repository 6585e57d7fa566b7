"""`fleet.toml`, the shards below it, and which shard an outlet belongs to.

    press/fleet.toml
    press/shards/000/   an archive: newsarchive.toml, sources/, warc/, index.db …
    press/receipts/     what is done, a small JSON file an item
    press/index.db      all shards' indexes merged, if somebody made it

No host is in two shards, so that each is asked by one machine alone, however many there are. Fetches nothing, indexes
nothing. Tested in tests/cluster/test_fleet.py.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import tomlkit

from newsarchive.archive import Archive
from newsarchive.archive.folder import FLEET as FILENAME
from newsarchive.config import FILENAME as SETTINGS
from newsarchive.errors import (
    ArchiveNotWritableError,
    BadUrlError,
    ConfigError,
    NoInputError,
    UsageError,
)
from newsarchive.model import Source
from newsarchive.sources import builtin_sources
from newsarchive.urls import domain, typed_url
from newsarchive.warc.places import place_at

if TYPE_CHECKING:
    from newsarchive.archive.site_finder import Review
    from newsarchive.model import Say

MOST = 10_000  # shards
TEMPLATE = """# A fleet of archives; see docs/fleet.md.
shards = {shards}  # fixed from the first outlet on: an outlet's shard follows from it
contact = {contact}  # given to each shard
"""


class Fleet:
    """A folder with `fleet.toml` and the shards below it.

    Raises:
        NoInputError: no fleet there.
        ConfigError: `fleet.toml` is wrong.
    """

    def __init__(self, folder: Path | str) -> None:
        self.root = Path(folder).expanduser().resolve()
        path = self.root / FILENAME
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise NoInputError(
                "no fleet here", where=str(self.root), next_step=f"Run `newsarchive fleet init {folder}`"
            ) from None
        except (OSError, ValueError) as error:
            raise ConfigError(f"{FILENAME} can't be read: {error}", where=str(path)) from error
        size = found.get("shards")
        if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= MOST:
            raise ConfigError(f"shards must be a number from 1 to {MOST}", where=f"{path}: shards")
        self.size = size

    @classmethod
    def create(cls, folder: Path | str, *, shards: int, contact: str = "", place: str = "") -> Self:
        """Make a fleet with empty shards; an existing one of the same size is opened.

        Args:
            place: Where each shard's WARC files go, under its name (`StorageConfig`); empty = they stay.

        Raises:
            UsageError: there is one of another size.
            ArchiveNotWritableError: it can't be written.
        """
        root = Path(folder).expanduser().resolve()
        if not (root / FILENAME).exists():
            text = TEMPLATE.format(shards=shards, contact=tomlkit.string(contact).as_string())
            try:
                root.mkdir(parents=True, exist_ok=True)
                (root / FILENAME).write_text(text, encoding="utf-8")
            except OSError as error:
                raise ArchiveNotWritableError(f"can't write: {error.strerror}", where=str(root)) from error
        fleet = cls(root)
        if fleet.size != shards:
            raise UsageError(
                f"this fleet has {fleet.size} shards, and their number is fixed",
                where=str(root),
                next_step="Make another fleet, or leave --shards away",
            )
        for name in fleet.names:
            shard = Archive.create(fleet.folder(name), contact=contact, name=f"{root.name}-{name}")
            if place and not shard.config.storage.place:
                value = tomlkit.string(f"{place_at(place.rstrip('/')).url}/{name}").as_string()
                with (shard.root / SETTINGS).open("a", encoding="utf-8") as file:
                    file.write(f"\n[storage]\nplace = {value}\n")
        return fleet

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the shards: `000`, `001` …"""
        width = max(3, len(str(self.size - 1)))
        return tuple(f"{number:0{width}}" for number in range(self.size))

    def folder(self, name: str) -> Path:
        """Return the folder of a shard."""
        return self.root / "shards" / name

    @property
    def index(self) -> Path:
        """Where the merged index is, once it was made."""
        return self.root / "index.db"

    @cached_property
    def sources(self) -> dict[str, dict[str, Source]]:
        """The sources of each shard, by shard, then by name."""
        return {name: Archive(self.folder(name)).sources for name in self.names}

    def all_sources(self) -> dict[str, Source]:
        """Return the sources of all shards, by name.

        Raises:
            ConfigError: two shards have a source of one name, or one host.
        """
        found: dict[str, Source] = {}
        at: dict[str, str] = {}
        for shard, sources in self.sources.items():
            for name, source in sources.items():
                for key in (f"source {name}", *(f"host {host}" for host in source.domains)):
                    if at.setdefault(key, shard) != shard:
                        raise ConfigError(
                            f"{key} is in shards {at[key]} and {shard}",
                            where=str(self.root),
                            next_step="Remove it from one: newsarchive sources remove NAME --archive SHARD",
                        )
                found[name] = source
        return found

    def shard_of(self, url: str) -> str:
        """Return the shard that an outlet belongs to: the one that has its domain, else by rendezvous hashing.

        Args:
            url: Of any page of it, or its host.

        Raises:
            BadUrlError: it has no host.
        """
        builtin = builtin_sources().get(url)
        wanted = domain(typed_url(builtin.homepage if builtin else url))
        for shard, sources in self.sources.items():
            if wanted in {one for source in sources.values() for one in _domains_of(source)}:
                return shard
        return rendezvous(wanted, self.names)

    def add(
        self,
        url: str,
        *,
        name: str = "",
        say: Say = lambda _text: None,
        review: Review = lambda _found: None,
    ) -> tuple[str, Source]:
        """Add an outlet (URL, host or built-in name) to its shard; see `Archive.add`. Returns the shard, and the source.

        Raises:
            ConfigError: another shard has one of its hosts; nothing was added then.
        """
        shard = self.shard_of(url)
        archive = Archive(self.folder(shard))
        before = set(archive.sources)
        source = archive.add(url, name=name, say=say, review=review)
        self.__dict__.pop("sources", None)
        try:
            self.all_sources()
        except ConfigError:
            if source.name not in before:
                archive.remove_source(source.name)
            self.__dict__.pop("sources", None)
            raise
        return shard, source

    def part(self, number: int, of: int) -> tuple[str, ...]:
        """Return the shards of part `number` (from 0) of `of`; each shard is in one part.

        Raises:
            UsageError: there is no such part.
        """
        if not 0 <= number < of:
            raise UsageError(
                f"no part {number}/{of}",
                next_step=f"Parts are 0/{max(of, 1)} to {max(of, 1) - 1}/{max(of, 1)}",
            )
        parts = [str(n) for n in range(of)]
        return tuple(name for name in self.names if rendezvous(name, parts) == str(number))


def rendezvous(key: str, names: Sequence[str]) -> str:
    """Return the name whose hash with `key` is highest: few keys move when names come or go."""
    return max(names, key=lambda name: hashlib.blake2b(f"{key}\0{name}".encode(), digest_size=8).digest())


def _domains_of(source: Source) -> Iterable[str]:
    for place in (*source.domains, source.homepage):
        try:
            yield domain(typed_url(place))
        except BadUrlError:
            continue
