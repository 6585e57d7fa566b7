"""`Archive`: an archive's folder and the verbs on it, one short method each.

A method says what it does and hands on; rooms are imported inside the method that needs them, so that
a search loads no crawler. Tested in tests/archive/.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from newsarchive.config import FILENAME, Config, NetworkConfig, read_config
from newsarchive.errors import ArchiveNotWritableError, NothingFoundError
from newsarchive.model import Source
from newsarchive.times import Clock

if TYPE_CHECKING:
    from newsarchive.archive.collect import Collected, OnEvent
    from newsarchive.archive.following import Coming, Status
    from newsarchive.archive.keep import Verified
    from newsarchive.archive.stories import ArchivedStory
    from newsarchive.index import Found, Look, Version, Wanted
    from newsarchive.index.read import ChangeRow
    from newsarchive.ingest import IngestReport, RebuildReport
    from newsarchive.model import Block, Change
    from newsarchive.warc import BackupReport, ImportedFile, PurgeReport

Tell = Callable[[str, int, int | None], None]
MIN_FREE = 64 * 1024 * 1024  # bytes; two of the largest pages with their records

TEMPLATE = """# Settings of this archive; docs/configuration.md lists every key.
name = {name}
contact = {contact}  # e-mail or URL; site owners find it in the user agent

[crawl]
delay = 1.0          # seconds between two requests to one host
daily_budget = 2000  # requests a host and day

[recheck]            # when a known story is looked at again, in seconds
floor = 900          # never sooner after the last look
end = 31536000       # a story older than this isn't looked at any more
"""


class Archive:
    """An archive on disk.

    Args:
        folder: Its folder, which holds newsarchive.toml.
        clock: Where the present comes from; the machine's clock if None.

    Raises:
        NothingFoundError: no archive there.
        ConfigError: newsarchive.toml or a source file is wrong.
    """

    def __init__(self, folder: Path | str, *, clock: Clock | None = None) -> None:
        self.root = Path(folder).expanduser().resolve()
        self.clock = clock or Clock()
        if not (self.root / FILENAME).is_file():
            raise NothingFoundError(
                "no archive here",
                where=str(self.root),
                next_step=f"Run `newsarchive init --archive {folder}`",
            )

    @classmethod
    def create(
        cls, folder: Path | str, *, contact: str = "", name: str = "", clock: Clock | None = None
    ) -> Archive:
        """Makes a new archive; an existing one is opened and left as it is."""
        root = Path(folder).expanduser().resolve()
        if not (root / FILENAME).exists():
            text = TEMPLATE.format(name=_quoted(name or root.name), contact=_quoted(contact))
            try:
                for part in ("sources", "warc", "crawls"):
                    (root / part).mkdir(parents=True, exist_ok=True)
                (root / FILENAME).write_text(text, encoding="utf-8")
            except OSError as error:
                raise ArchiveNotWritableError(
                    f"can't write: {error.strerror}", where=str(root), next_step="Choose another folder"
                ) from error
        return cls(root, clock=clock)

    # ------------------------------------------------------------ settings and sources

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
        """The network settings, with the CA file as an absolute path."""
        network = self.config.network
        if not network.ca_file:
            return network
        return replace(network, ca_file=str(self.root / network.ca_file))

    def select(self, names: Sequence[str] = ()) -> tuple[Source, ...]:
        """The named sources; all enabled ones if none is named.

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
        """The name of the source whose hosts include that of `url`; empty if none does."""
        from newsarchive.urls import host

        name = host(url)
        for source in self.sources.values():
            if any(name == d or name.endswith(f".{d}") for d in source.domains):
                return source.name
        return ""

    def builtin_sources(self) -> list[Source]:
        """The sources that come with the package."""
        from newsarchive.sources import builtin_sources

        return list(builtin_sources().values())

    def check_writable(self) -> None:
        """Before any traffic: can we write here, and is there room?

        Raises:
            ArchiveNotWritableError: read-only, or less than 64 MiB left.
        """
        probe = self.root / f".probe-{os.getpid()}"
        try:
            probe.write_bytes(b"x")
            probe.unlink()
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

    # ------------------------------------------------------------ collecting

    def add(
        self,
        site: str,
        *,
        name: str = "",
        wait: float = 0.0,
        tell: Callable[[str], None] = lambda _text: None,
    ) -> Source:
        """Adds a site (URL, host or built-in name) to the sources; see `probing.add`."""
        from newsarchive.archive.probing import add

        self.check_writable()
        source = add(self, site, name=name, wait=wait, tell=tell)
        self.__dict__.pop("sources", None)
        return source

    def crawl(
        self,
        names: Sequence[str] = (),
        *,
        urls: Sequence[str] = (),
        limit: int = 0,
        recheck: bool = True,
        wait: float = 0.0,
        on_event: OnEvent | None = None,
    ) -> Collected:
        """One run: poll the sources, fetch what is new and due, archive and index it."""
        from newsarchive.archive.collect import Collector
        from newsarchive.archive.planning import Wish

        wish = Wish(names=tuple(names), urls=tuple(urls), limit=limit, recheck=recheck, wait=wait)
        with Collector(on_event) as collector:
            return collector.run(self, wish)

    def watch(
        self, *, stop: threading.Event, say: Callable[[str], None], on_event: OnEvent | None = None
    ) -> int:
        """Runs again and again until `stop` is set; how many runs there were."""
        from newsarchive.archive.following import watch

        return watch(self.root, stop=stop, say=say, on_event=on_event)

    def agenda(self, *, limit: int = 20) -> tuple[list[Coming], int]:
        """The next looks at known stories, soonest first, and how many there are in all."""
        from newsarchive.archive.following import agenda

        return agenda(self, limit=limit)

    def status(self, *, limit: int = 3) -> Status:
        """How following goes: last runs, what waits, room on the disk."""
        from newsarchive.archive.following import status

        return status(self, limit=limit)

    def ingest(self, *, wait: float = 0.0, tell: Tell | None = None) -> IngestReport:
        """Index what stands in the WARCs and isn't in the index yet."""
        from newsarchive.ingest import ingest

        return ingest(self.root, config=self.config, sources=self.sources, on_progress=tell, wait=wait)

    def rebuild(self, *, check: bool = False, wait: float = 0.0, tell: Tell | None = None) -> RebuildReport:
        """Make the index anew; with `check`, only compare it with the live one."""
        from newsarchive.ingest import rebuild

        return rebuild(
            self.root, config=self.config, sources=self.sources, on_progress=tell, wait=wait, check=check
        )

    def reextract(
        self,
        *,
        since: datetime | None = None,
        sources: Sequence[str] = (),
        wait: float = 0.0,
        tell: Tell | None = None,
    ) -> IngestReport:
        """Makes texts anew from the WARCs, after the extractor or a source's rules changed."""
        from newsarchive.ingest import reextract

        return reextract(
            self.root,
            config=self.config,
            sources=self.sources,
            since=since,
            names=sources,
            on_progress=tell,
            wait=wait,
        )

    # ------------------------------------------------------------ reading

    @property
    def index(self) -> Path:
        """The path of index.db."""
        return self.root / "index.db"

    def search(self, wanted: Wanted) -> Found:
        """The stories that `wanted` describes; see `index.search`."""
        from newsarchive.index.door import reading
        from newsarchive.index.search import search

        with reading(self.index) as db:
            return search(db, wanted)

    def story(self, key: str | int) -> ArchivedStory:
        """The story with this URL, id or record id, its versions oldest first.

        Raises:
            NothingFoundError: there is none.
        """
        from newsarchive.archive.stories import find_story

        return find_story(self.index, key)

    def changes(self, **conditions: Any) -> tuple[ChangeRow, ...]:
        """Changes, latest first; the conditions are those of `index.changes`."""
        from newsarchive.index import changes, reading

        with reading(self.index) as db:
            return changes(db, **conditions)

    def stats(self) -> dict[str, Any]:
        """What the archive holds, in numbers."""
        from newsarchive.index import reading, stats

        with reading(self.index) as db:
            return stats(db)

    def source_rows(self) -> list[dict[str, Any]]:
        """Each source of the archive with what it brought so far."""
        from dataclasses import asdict

        from newsarchive.index import reading, sources

        counts: dict[str, dict[str, Any]] = {}
        if self.index.exists():
            with reading(self.index) as db:
                counts = {row.name: asdict(row) for row in sources(db)}
        empty = {"stories": 0, "versions": 0, "changes": 0, "captures": 0, "last_checked_at": None}
        return [
            {**empty, **counts.get(s.name, {}), "name": s.name, "title": s.title, "homepage": s.homepage}
            | {"feeds": s.feeds, "sitemaps": s.sitemaps, "sections": s.sections, "enabled": s.enabled}
            for s in self.sources.values()
        ]

    def raw(self, version: Version) -> bytes:
        """The HTTP response of the version's first capture, byte for byte as it came over the wire."""
        from newsarchive.warc import read_raw

        return read_raw(self.root, version.warc_filename, version.warc_offset, version.warc_length)

    def page(self, version: Version) -> bytes:
        """The page of the version's first capture, transfer and content coding undone."""
        from newsarchive.warc import read_payload

        return read_payload(self.root, version.warc_filename, version.warc_offset, version.warc_length).body

    def last_looks(self, urls: Sequence[str]) -> dict[str, Look]:
        """How each URL was last seen; for plans."""
        from newsarchive.index import last_looks, reading

        if not self.index.exists():
            return {}
        with reading(self.index) as db:
            return last_looks(db, urls)

    def due_rows(self, names: Sequence[str]) -> list[Look]:
        """The known stories of these sources, as the schedule wants them."""
        from newsarchive.index import due_rows, reading

        if not self.index.exists():
            return []
        with reading(self.index) as db:
            return list(due_rows(db, sources=names))

    def compare(self, key: str, versions: str = "", *, other: str = "") -> tuple[Version, Version, Change]:
        """Two versions and what changed between them.

        Args:
            versions: `A..B` (see `ArchivedStory.range`); the last two if empty.
            other: URL of another story, whose latest version is compared with this one's `versions`.
        """
        from newsarchive.archive.stories import compare_versions

        story = self.story(key)
        if other:
            before, after = story.pick(versions or "last"), self.story(other).pick("last")
        else:
            before, after = story.range(versions)
        return before, after, compare_versions(before, after)

    def render(
        self, before: Version, after: Version, change: Change, *, form: str, color: bool = False
    ) -> str:
        """A change as text: `terminal`, `unified`, `side_by_side` or `html`."""
        from newsarchive.archive.rendering import render

        return render(before, after, change, form=form, color=color)

    def feed(self, *, link: str = "", **conditions: Any) -> str:
        """An Atom feed of changes; the conditions are those of `changes`."""
        from newsarchive.archive.rendering import feed

        return feed(self, self.changes(**conditions), link=link)

    def removed(self, version: Version) -> tuple[Block, ...]:
        """What was taken for boilerplate on the version's page, with reasons."""
        from newsarchive.archive.pages import stored_article

        return stored_article(self.index, version).removed

    # ------------------------------------------------------------ keeping

    def verify(self, *, repair: bool = False, wait: float = 0.0, tell: Tell | None = None) -> Verified:
        """Checks every byte of the WARCs, and index against WARC."""
        from newsarchive.archive.keep import verify

        return verify(self, repair=repair, wait=wait, tell=tell)

    def backup(self, dest: Path, *, tell: Tell | None = None) -> BackupReport:
        """A consistent copy at `dest`, also while a crawl runs."""
        from newsarchive.archive.keep import backup

        return backup(self, Path(dest).expanduser().resolve(), tell=tell)

    def purge(self, url: str, *, reason: str, wait: float = 0.0) -> PurgeReport:
        """Removes every capture of the story at `url` for good."""
        from newsarchive.archive.keep import purge

        return purge(self, url, reason=reason, wait=wait)

    def import_files(
        self, paths: Sequence[Path], *, wait: float = 0.0, tell: Tell | None = None
    ) -> tuple[list[ImportedFile], IngestReport]:
        """Takes WARC, WACZ and ARC files that others made into the archive."""
        from newsarchive.archive.keep import import_files

        return import_files(self, paths, wait=wait, tell=tell)

    def decide(
        self, kind: str, *urls: str, reason: str = "", undo: bool = False, wait: float = 0.0
    ) -> IngestReport:
        """Writes a person's decision (merge, split, withhold) to decisions.jsonl and puts it into effect."""
        from newsarchive.archive.keep import decide

        return decide(self, kind, urls, reason=reason, undo=undo, wait=wait)

    def cdxj(self, out: TextIO) -> int:
        """Writes a CDXJ index of the sealed files; the number of lines."""
        from newsarchive.warc import write_cdxj

        return write_cdxj(self.root, out)

    def browse(self, **options: Any) -> None:
        """Serves the archive with Datasette until it is stopped; options as `browse.serve`."""
        from newsarchive.browse import serve

        serve(self.root, **options)


def _quoted(text: str) -> str:
    """`text` as a TOML basic string."""
    import json

    return json.dumps(text, ensure_ascii=False)
