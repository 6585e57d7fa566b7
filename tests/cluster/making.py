"""A fleet of invented outlets, its shards filled as a crawl would have."""

from __future__ import annotations

from pathlib import Path

from newsarchive.archive import Archive
from newsarchive.cluster.fleet import Fleet
from newsarchive.config import FILENAME
from newsarchive.ingest import ingest
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.warc import list_files
from tests.ingest.press import CONFIG, answer, html, text, write

NAMES = ("agency", "harbour", "valley", "coast", "moor")


def url(source: str, number: int) -> str:
    return f"https://{source}.example/news/2026/{number}/ferry-{number}-sails-again-today"


def outlet(name: str) -> Source:
    return Source(
        name=name, title=name.title(), homepage=f"https://{name}.example/", domains=(f"{name}.example",)
    )


def in_one_process(fleet: Fleet) -> None:
    """Let the shards and the whole extract in the process that indexes: a few pages aren't worth the start of others."""
    for folder in (fleet.root, *(fleet.folder(name) for name in fleet.names)):
        with (Archive.create(folder).root / FILENAME).open("a") as file:
            file.write("\n[extract]\nworkers = 1\n")


def fleet_of(folder: Path, shards: int, *, stories: int = 4) -> Fleet:
    """A fleet with WARC files and no index; a redirect and a page go from one outlet's host to another's."""
    fleet = Fleet.create(folder, shards=shards)
    in_one_process(fleet)
    for number, name in enumerate(NAMES):
        shard = fleet.folder(fleet.shard_of(f"https://{name}.example/"))
        write_source(shard, outlet(name))
        looks = [
            answer(
                url(name, i), html(f"Ferry {i} of {name}", text(10 * number + i)), hour=i, source=name, seq=i
            )
            for i in range(stories)
        ]
        if name == "valley":  # it sent a page of its own to another outlet's, which both captured
            moved = url("coast", 1)
            looks += [
                answer(url(name, 40), b"", hour=24, status=301, headers=[("Location", moved)], source=name, seq=95),
                answer(moved, html("Ferry 1 of coast", text(31)), hour=24.01, source=name, seq=96, redirect_from=url(name, 40)),
            ]  # fmt: skip
        write(shard, looks, name)
    return Fleet(folder)


def as_one(fleet: Fleet, folder: Path) -> Archive:
    """One archive with the same sources and WARC files, indexed by one process."""
    Archive.create(folder)
    for source in fleet.all_sources().values():
        write_source(folder, source)
    for name in fleet.names:
        for file in list_files(fleet.folder(name)):
            (folder / "warc" / file.filename).hardlink_to(fleet.folder(name) / "warc" / file.filename)
    ingest(folder, config=CONFIG, sources=fleet.all_sources())
    return Archive(folder)
