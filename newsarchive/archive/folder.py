"""An archive's folder: its settings, its sources, what its index says for plans, whether it can be written.

Everything that works on an archive takes an `ArchiveFolder`; `facade.Archive` is
one with all verbs. Tested in tests/archive/test_folder.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from newsarchive.config import FILENAME, Config, NetworkConfig, read_config
from newsarchive.errors import ArchiveNotWritableError, NoInputError, NothingFoundError, UsageError
from newsarchive.model import Progress, Source
from newsarchive.times import Clock
from newsarchive.urls import key_or_empty

if TYPE_CHECKING:
    from newsarchive.archive.story_reader import ArchivedStory
    from newsarchive.index import RecheckRow
    from newsarchive.ingest import IngestReport
    from newsarchive.plan import Target

FLEET = "fleet.toml"  # is in the folder of a fleet, whose archives are below it
MIN_FREE = 64 * 1024 * 1024  # bytes; two of the largest pages with their records

TEMPLATE = """# Settings of this archive; docs/configuration.md lists every key.
name = {name}
contact = {contact}  # e-mail or URL; site owners find it in the user agent

[crawl]
delay = 1.0          # seconds between two requests to one host
daily_budget = 2000  # requests a host and day

[recheck]            # when a known story is fetched again, in seconds
floor = 900          # never sooner after the last fetch
end = 31536000       # a story older than this isn't fetched any more
"""


class ArchiveFolder:
    """An archive on disk.

    Args:
        folder: Its folder, which holds newsarchive.toml.
        clock: Where the present comes from; the machine's clock if None.

    Raises:
        NoInputError: no archive there.
        ConfigError: newsarchive.toml or a source file is wrong.
    """

    def __init__(self, folder: Path | str, *, clock: Clock | None = None) -> None:
        self.root = Path(folder).expanduser().resolve()
        self.clock = clock or Clock()
        if not (self.root / FILENAME).is_file():
            raise NoInputError(
                "no archive here",
                where=str(self.root),
                next_step=f"Run `newsarchive init --archive {folder}`",
            )

    @classmethod
    def create(
        cls, folder: Path | str, *, contact: str = "", name: str = "", clock: Clock | None = None
    ) -> Self:
        """Make a new archive; an existing one is opened and not changed."""
        root = Path(folder).expanduser().resolve()
        if not (root / FILENAME).exists():
            import tomlkit

            name, contact = (tomlkit.string(value).as_string() for value in (name or root.name, contact))
            text = TEMPLATE.format(name=name, contact=contact)
            try:
                for part in ("sources", "warc", "crawls"):
                    (root / part).mkdir(parents=True, exist_ok=True)
                (root / FILENAME).write_text(text, encoding="utf-8")
            except OSError as error:
                raise ArchiveNotWritableError(
                    f"can't write: {error.strerror}", where=str(root), next_step="Choose another folder"
                ) from error
        return cls(root, clock=clock)

    @cached_property
    def config(self) -> Config:
        """newsarchive.toml, read once."""
        return read_config(self.root)

    @cached_property
    def sources(self) -> dict[str, Source]:
        """The source files, read once; name -> Source."""
        from newsarchive.sources import read_sources

        return read_sources(self.root)

    def network(self) -> NetworkConfig:
        """Return the network settings, with the CA file as an absolute path."""
        network = self.config.network
        if not network.ca_file:
            return network
        return replace(network, ca_file=str(self.root / network.ca_file))

    def select(self, names: Sequence[str] = ()) -> tuple[Source, ...]:
        """Return the named sources; all enabled ones if none is named.

        Raises:
            NothingFoundError: an unknown name, or an archive without sources.
        """
        for name in names:
            if name not in self.sources:
                raise NothingFoundError(
                    f"no source '{name}'", next_step=f"There are: {', '.join(sorted(self.sources)) or 'none'}"
                )
        chosen = [self.sources[n] for n in names] or [s for s in self.sources.values() if s.enabled]
        if not chosen:
            raise NothingFoundError(
                "this archive has no sources", where=str(self.root), next_step="Run `newsarchive add URL`"
            )
        return tuple(chosen)

    def source_of(self, url: str) -> str:
        """Return the name of the source whose hosts include that of `url`; empty if none does."""
        from newsarchive.urls import host

        name = host(url)
        for source in self.sources.values():
            if any(name == d or name.endswith(f".{d}") for d in source.domains):
                return source.name
        return ""

    def check_no_fleet(self) -> None:
        """Refuse to write to a fleet's folder, whose WARC files are in its shards.

        Raises:
            UsageError: it is one.
        """
        if (self.root / FLEET).exists():
            raise UsageError(
                "this is a fleet: it is only read as a whole",
                where=str(self.root),
                next_step="Use `newsarchive fleet` (run, rebuild, verify, purge, withhold), or name a shard: --archive shards/000",
            )

    def check_writable(self) -> None:
        """Check, before any traffic, that the archive can be written and that there is room.

        Raises:
            UsageError: it is a fleet.
            ArchiveNotWritableError: read-only, or less than 64 MiB left.
        """
        self.check_no_fleet()
        probe = self.root / f".probe-{os.getpid()}"
        try:
            try:
                probe.write_bytes(b"x")
            finally:
                probe.unlink(missing_ok=True)
        except OSError as error:
            raise ArchiveNotWritableError(
                f"can't write: {error.strerror}", where=str(self.root), next_step="Give yourself write access"
            ) from error
        free = shutil.disk_usage(self.root).free
        if free < MIN_FREE:
            raise ArchiveNotWritableError(
                f"{free / 1e6:.0f} MB left, {MIN_FREE / 1e6:.0f} MB are needed",
                where=str(self.root),
                next_step="Free some space and run the command again",
            )

    @property
    def index(self) -> Path:
        """The path of index.db."""
        return self.root / "index.db"

    def last_checks(self, urls: Sequence[str]) -> dict[str, RecheckRow]:
        """Return how each URL was last seen; for plans."""
        from newsarchive.index import last_checks, reading

        if not self.index.exists():
            return {}
        with reading(self.index) as db:
            return last_checks(db, urls)

    def parts_of(self, urls: Sequence[str]) -> dict[str, tuple[Target, ...]]:
        """Return the known further pages of the stories at these URLs; for plans."""
        from newsarchive.index import parts_of, reading

        if not self.index.exists():
            return {}
        with reading(self.index) as db:
            return parts_of(db, urls)

    def due_rows(self, names: Sequence[str]) -> list[RecheckRow]:
        """Return the known stories of these sources, as the schedule wants them."""
        from newsarchive.index import due_rows, reading

        if not self.index.exists():
            return []
        with reading(self.index) as db:
            return list(due_rows(db, sources=names))

    def keys_with_story(self, urls: Iterable[str]) -> set[str]:
        """Return the keys (`urls.url_key`) of those of `urls` that belong to a story."""
        from newsarchive.index import keys_with_story, reading

        if not self.index.exists():
            return set()
        with reading(self.index) as db:
            return keys_with_story(db, {key for url in urls if (key := key_or_empty(url))})

    def due_rows_at(self, urls: Iterable[str]) -> list[RecheckRow]:
        """Return the known stories at these URLs, as the schedule wants them."""
        from newsarchive.index import due_rows_at, reading

        if not self.index.exists():
            return []
        with reading(self.index) as db:
            return due_rows_at(db, urls)

    def story(self, key: str | int) -> ArchivedStory:
        """Return the story with this URL, id or record id, its versions oldest first.

        Raises:
            NothingFoundError: there is none.
        """
        from newsarchive.archive.story_reader import find_story

        return find_story(self.index, key)

    def ingest(self, *, wait: float = 0.0, on_progress: Progress | None = None) -> IngestReport:
        """Index what is in the WARCs and not in the index yet."""
        from newsarchive.ingest import ingest

        self.check_no_fleet()
        return ingest(self.root, config=self.config, sources=self.sources, on_progress=on_progress, wait=wait)
