"""What of the imported files is taken into the index: captures of the archive's own sources, and what was chosen.

Choices are kept in `imports.jsonl` beside the WARCs, so that a rebuild knows them. Lines are only appended; the latest
one about a file holds; of a file without a line the archive's own sources are indexed. The rest stays in the WARC and
costs no row, no extraction. How many captures of which host a file holds, and what became of them, is written down
(`imported_hosts`), so that a source that is added or removed later is followed without reading files that hold
nothing of it. Tested in tests/ingest/test_import_scope.py and tests/ingest/test_import_choices.py.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

from newsarchive.config import read_rows
from newsarchive.errors import ArchiveNotWritableError, UsageError
from newsarchive.index import compact_ids
from newsarchive.index.rows import ImportedHost
from newsarchive.index.write import Index
from newsarchive.ingest.page_intake import Intake
from newsarchive.ingest.page_sources import Outlets, host_or_empty
from newsarchive.ingest.purged import forget
from newsarchive.model import Capture
from newsarchive.times import iso_seconds
from newsarchive.urls import host
from newsarchive.warc import Purge
from newsarchive.warc.files import IMPORTED, append_lines

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
        """Return the choice with these domains, as a person writes them, and sources.

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
    """Return a domain as a person writes it, as it is compared: lower case, ASCII, without `www.`.

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
    """Return the choice that holds for each imported file, by the file's name relative to warc/.

    Raises:
        ConfigError: a line isn't a choice; `where` is `file:line`. A last line without its end (the machine
            stopped while it was written) is left out.
    """

    def choice(row: Any) -> tuple[str, Choice]:
        return str(row["file"]), Choice.of(row.get("domains", ()), row.get("sources", ()))

    return dict(read_rows(root / FILENAME, choice, "a choice", is_cut=True))


def add_choice(root: Path, filenames: Iterable[str], choice: Choice, *, now: datetime) -> None:
    """Apply `choice` to these imported files too, beside what was chosen for them before.

    Args:
        filenames: Relative to warc/.

    Raises:
        ConfigError: as `read_choices`.
        ArchiveNotWritableError: the file can't be written.
    """
    known = read_choices(root)
    lines = ""
    for name in filenames:
        whole = known[name] + choice if name in known else choice
        if known.get(name) != whole:
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


# ---------------------------------------------------------------- captures

ALL = Choice()


class OfSources:
    """Admits what `Imports` does, of some sources.

    Args:
        names: Of the sources; None = all.
    """

    def __init__(self, imports: Imports, outlets: Outlets, names: frozenset[str] | None) -> None:
        self._imports, self._outlets, self._names = imports, outlets, names
        self.counted = imports.counted

    def admit(self, capture: Capture) -> Capture | None:
        """Return the capture under the name of its source; None if it isn't to be indexed."""
        admitted = self._imports.admit(capture)
        if admitted is None or self._names is None:
            return admitted
        return admitted if self._outlets.name_of(admitted.source, admitted.url) in self._names else None


class Imports:
    """Decides for each capture of an imported file whether it is indexed, and keeps count of it.

    Args:
        root: The archive's folder.
        purges: All that was ever purged; after a purge a file is counted again.
    """

    def __init__(self, root: Path, outlets: Outlets, purges: Iterable[Purge] = ()) -> None:
        self._root = root
        self._outlets = outlets
        self._choices = read_choices(root)
        self._purged: dict[str, list[str]] = defaultdict(list)
        for purge in purges:
            self._purged[purge.file] += purge.record_ids
        self._counts: dict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)

    # ------------------------------------------------------------ one capture

    def admit(self, capture: Capture) -> Capture | None:
        """Return the capture under the name of its source; None if it isn't to be indexed."""
        if not capture.warc_filename.startswith(IMPORTED):
            return capture
        name = host_or_empty(capture.url)
        source = self._source_of(capture.warc_filename, capture.source, name)
        self._counts[capture.warc_filename][name, capture.source, source] += 1
        if not source:
            return None
        return capture if source == capture.source else replace(capture, source=source)

    def _source_of(self, file: str, said: str, name: str) -> str:
        """The source under which captures of a host are indexed; empty if they aren't."""
        if not name:
            return ""
        choice = self._choices.get(file, ALL)
        own = self._outlets.own(said, name)
        chosen = {self._outlets.former.get(name, name) for name in choice.sources}
        if own and (not chosen or own in chosen):
            return own
        if any(name == d or name.endswith(f".{d}") for d in choice.domains):
            return own or self._outlets.name_of(said, _url_of(name))
        return ""

    def counted(self, read_to: Iterable[tuple[str, int]]) -> tuple[ImportedHost, ...]:
        """Return the hosts of the imported files among those that were read to their end now."""
        return tuple(
            ImportedHost(file=file, host=name, said=said, source=source, captures=n)
            for file, _ in read_to
            for (name, said, source), n in self._counts.pop(file, Counter()).items()
        )

    # ------------------------------------------------------------ what holds for the files

    def begin(self, index: Index, filenames: Iterable[str]) -> None:
        """Write down what holds for these files, before their captures are read."""
        named = [f for f in filenames if f.startswith(IMPORTED)]
        if named:
            with index.batch():
                index.set_decided_by({f: self._decided_by(f) for f in named})

    def follow(self, index: Index, intake: Intake) -> bool:
        """Decide again about the files in the index, after sources, hosts or choices changed.

        Captures that no longer belong leave it; a file that holds others that now do is read again.

        Returns:
            Whether captures left the index.
        """
        known = index.decided_by()
        if all(text == self._decided_by(file) for file, text in known.items()):
            return False
        gone: set[str] = set()  # hosts of captures that leave the index
        with index.batch():
            for file, text in known.items():
                gone |= self._decide_again(index, intake, file, text)
            for file in known:  # it may hold a copy of what left
                if any(r.source and r.host in gone for r in index.imported_hosts(file)):
                    index.read_again(file)
        return bool(gone)

    def _decide_again(self, index: Index, intake: Intake, file: str, text: str) -> set[str]:
        """Follow what holds for one file now. Returns the hosts of captures that leave the index."""
        now = self._decided_by(file)
        if text == now:
            return set()
        rows = index.imported_hosts(file)
        changed = {r.host for r in rows if self._source_of(file, r.said, r.host) != r.source}
        is_purged = text.partition(" ")[2] != now.partition(" ")[2]
        leaving: dict[str, str] = {}  # record id -> host
        if changed or is_purged or not rows:  # no rows: it was never read to its end
            hosts = {record: host_or_empty(url) for record, url in index.records_in(file).items()}
            leaving = {record: name for record, name in hosts.items() if name in changed or not rows}
            forget(index, intake, self._root, leaving)
            index.read_again(file)
        index.set_decided_by({file: now})
        return set(leaving.values())

    def _decided_by(self, file: str) -> str:
        """A text that changes with all that decides about a file; behind the space what was purged of it."""
        choice = self._choices.get(file, ALL)
        belongs = _digest([self._outlets.hosts, self._outlets.names, choice.domains, choice.sources])
        return f"{belongs} {_digest(sorted(self._purged.get(file, ())))}"


def _digest(value: object) -> str:
    return hashlib.blake2b(compact_ids.to_json(value).encode(), digest_size=8).hexdigest()


@lru_cache(maxsize=4096)
def _url_of(name: str) -> str:
    return f"http://[{name}]/" if ":" in name else f"http://{name}/"
