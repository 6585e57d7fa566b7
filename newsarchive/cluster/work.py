"""The units of work that an engine runs anywhere, each a function of a place, an item and options.

Each is idempotent: done twice, also at once, it leaves the same. Its result is written whole or not at all, and what
goes back to the engine is a receipt of less than a kilobyte, kept in the place, so that a command that was stopped goes
on where it was, on another engine too. Only a page's own fault becomes an empty article; whatever the machine, the
network or the program does raises, for the engine to try again. Tested in tests/cluster/test_work.py.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from newsarchive.archive import Archive
from newsarchive.errors import ArchiveDamagedError, NoInputError, UsageError
from newsarchive.plan import decode
from newsarchive.version import __version__
from newsarchive.warc import list_files, seal_parked, upload
from newsarchive.warc.lease import leased
from newsarchive.warc.places import place_at, put_bytes

if TYPE_CHECKING:
    from newsarchive.archive.crawling import Collected, OnEvent

STATED = (
    "decisions.jsonl",
    "imports.jsonl",
    "purged.jsonl",
    "newsarchive.toml",
)  # what an index is also made of


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One thing to do. `place` is the fleet's folder, or the place of the results; an item is a name below it, or a file."""

    unit: str
    place: Path | str
    item: str
    options: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False  # also if a receipt says that it is done
    version: str = field(default_factory=lambda: version())  # of the program that wants it


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """That an item is done."""

    unit: str
    item: str
    version: str  # of the program and its extractor
    made_of: str  # digest of what it was made from; empty for work that is never done for good
    counts: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    was_done: bool = False  # by an earlier run


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a unit would do. `made_of` as in a receipt; without its result a receipt says nothing."""

    do: Callable[[], Mapping[str, int]]
    made_of: str = ""
    has_result: bool = True


Unit = Callable[[WorkItem], Planned]


def perform(work: WorkItem) -> Receipt:
    """Do a unit of work, unless a receipt says that it is done; raise what stopped it.

    Raises:
        UsageError: the program that wants it has another version than this one.
    """
    if work.version != version():
        raise UsageError(
            f"this worker has newsarchive {version()}; {work.version} is wanted",
            next_step="Install one version everywhere",
        )
    began = time.monotonic()
    planned = unit_of(work.unit)(work)
    known = receipt_of(work) if planned.made_of and planned.has_result and not work.again else None
    if known is not None and (known.made_of, known.version) == (planned.made_of, version()):
        return replace(known, was_done=True)
    counts = planned.do()
    receipt = Receipt(
        unit=work.unit,
        item=work.item,
        version=version(),
        made_of=planned.made_of,
        counts=counts,
        seconds=round(time.monotonic() - began, 3),
    )
    put_bytes(
        place_at(str(work.place)),
        receipt_name(work),
        json.dumps(asdict(receipt), ensure_ascii=False).encode(),
    )
    return receipt


def unit_of(name: str) -> Unit:
    """Return a unit by its name; one of others by its module, as in `package.module:function`."""
    unit: Unit = UNITS[name] if name in UNITS else resolve_name(name)
    return unit


def receipt_of(work: WorkItem) -> Receipt | None:
    """Return the receipt that an earlier run left; None if there is none that can be read."""
    found = place_at(str(work.place)).load(receipt_name(work))
    with suppress(ValueError):
        receipt: Receipt = decode(Receipt, json.loads(found[0] if found else b""))
        return receipt
    return None


def receipt_name(work: WorkItem) -> str:
    """Return its name; that of an item that is a path elsewhere is in it by digest, so that two never share one."""
    name = Path(work.item).name
    if name != work.item:
        name += "-" + hashlib.blake2b(work.item.encode(), digest_size=4).hexdigest()
    return f"receipts/{work.unit}/{name}.json"


def version() -> str:
    """Return the version of the program and of its extractor: what another one made is made again."""
    from newsarchive.extract import EXTRACTOR_VERSION
    from newsarchive.index.connection import SCHEMA

    return f"{__version__} {EXTRACTOR_VERSION} {SCHEMA}"


# ---------------------------------------------------------------- units on a shard


def _shard(work: WorkItem) -> Archive:
    """The shard, its pages extracted in one process beside this one: an engine has a process a core already."""
    archive = Archive(Path(work.place) / "shards" / work.item)
    extract = replace(archive.config.extract, workers=1, isolate=True)
    archive.config = replace(archive.config, extract=extract)
    return archive


def tick(work: WorkItem) -> Planned:
    """Crawl what is due in a shard, as `newsarchive run --once` does; with a place for its WARC files, under its lease."""

    def do() -> Mapping[str, int]:
        archive = _shard(work)
        done = _leased_crawl(archive, work) if archive.config.storage.place else _crawl(archive, work)
        return {"pages": done.crawl.pages, "captures": done.ingest.captures, "stories": done.ingest.stories}

    return Planned(do=do)


def _crawl(archive: Archive, work: WorkItem, on_event: OnEvent | None = None) -> Collected:
    return archive.crawl(is_tick=True, wait=_wait(work), on_event=on_event)


def _leased_crawl(archive: Archive, work: WorkItem) -> Collected:
    """Take in what other machines uploaded, crawl, upload; a crawl ends when the lease is lost."""
    storage = archive.config.storage
    with leased(place_at(storage.place), seconds=storage.lease, wait=_wait(work)) as lease:
        archive.adopt()
        done = _crawl(archive, work, lambda _event: lease.check())
        seal_parked(archive.root)
        report = upload(archive.root, storage.place, drop_local=storage.drop_local, fence=lease.fence)
    if report.problems:
        raise ArchiveDamagedError(
            report.problems[0], where=str(archive.root), next_step="Run `newsarchive verify`"
        )
    return done


def rebuild(work: WorkItem) -> Planned:
    """Make a shard's index again from its WARC files."""
    archive = _shard(work)

    def do() -> Mapping[str, int]:
        done = archive.rebuild(wait=_wait(work)).ingest
        return {"captures": done.captures, "pages": done.pages, "stories": done.stories}

    return Planned(do=do, made_of=_digest(_lines(archive.root)), has_result=archive.index.exists())


def reextract(work: WorkItem) -> Planned:
    """Make the texts of a shard again that another extractor made."""
    archive = _shard(work)

    def do() -> Mapping[str, int]:
        done = archive.reextract(everything=bool(work.options.get("everything")), wait=_wait(work))
        return {"pages": done.pages, "stories": done.stories}

    return Planned(do=do, made_of=_digest(_lines(archive.root)), has_result=archive.index.exists())


def verify(work: WorkItem) -> Planned:
    """Check every byte of a shard's WARC files, and its index against them."""

    def do() -> Mapping[str, int]:
        report = _shard(work).verify(wait=_wait(work)).report
        return {"files": report.files, "captures": report.captures, "wrong": len(report.findings)}

    return Planned(do=do)


def _wait(work: WorkItem) -> float:
    return float(work.options.get("wait", 0.0))


def _lines(root: Path) -> Iterator[str]:
    """What an index is made from: WARC files, decisions, sources."""
    for file in list_files(root):
        yield f"{file.filename} {file.size}"
    for path in [*(root / name for name in STATED), *sorted((root / "sources").glob("*.toml"))]:
        if path.is_file():
            yield f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}"


def _digest(lines: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def extract(work: WorkItem) -> Planned:
    """Extract the pages of one WARC file into a Parquet or JSON Lines file of the place."""
    from newsarchive.cluster.warc_texts import extract_file, folder_of, result_name

    form, to = str(work.options.get("form", "parquet")), place_at(str(work.place))
    folder, name = folder_of(work.item)
    result, stored = result_name(name, form), place_at(folder).stored(name)
    if stored is None:
        raise NoInputError("no such file", where=work.item)
    return Planned(
        do=lambda: extract_file(work.item, to, result, form),
        made_of=_digest(iter([name, str(stored.size), stored.state, form])),
        has_result=to.stored(result) is not None,
    )


UNITS: dict[str, Unit] = {
    "tick": tick,
    "rebuild": rebuild,
    "reextract": reextract,
    "verify": verify,
    "extract": extract,
}
