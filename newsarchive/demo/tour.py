"""`newsarchive demo`: the main job on an invented press, from nothing to a diff, in about a minute.

Serves the press (loopback only), makes `archives/demo`, adds the outlets by their homepages, crawls five
times within a day on which stories are edited and one is taken down, shows what was found, and checks
that an index rebuilt from the WARC files equals the live one. Tested in tests/demo/test_tour.py.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.archive.facade import Archive
from newsarchive.config import FILENAME
from newsarchive.demo.press import DemoPress
from newsarchive.errors import ArchiveDamagedError, UsageError
from newsarchive.index.search import SearchQuery
from newsarchive.index.snippets import marked
from newsarchive.times import Clock

Say = Callable[[str], None]
MARK = "# made by `newsarchive demo`"
SETTINGS = """; it is deleted and made again each time
contact = "demo@newsarchive.example"
{network}
[crawl]
delay = 0
per_host = 4
"""
# Hours after the first crawl at which the archive crawls again, and what the press has done by then.
LATER = (
    (2.0, "09:00. The Herald has a new headline for the ferries, and more text. Second crawl:"),
    (
        5.0,
        "12:00. It corrects a number and says so; in another story a number changes without a word. Third crawl:",
    ),
    (9.0, "16:00. Two passages that accuse somebody are replaced, again without a word. Fourth crawl:"),
    (23.5, "06:30 the next day. An update, two new stories, and one story has been taken down. Fifth crawl:"),
)
FERRIES = "http://www.saltmarsh-herald.example/harbour/ferries-collide"
SCHOOL = "http://www.saltmarsh-herald.example/schools/mill-lane-school"
CONTRACT = "http://www.saltmarsh-herald.example/council/grain-store-contract"


def make_folder(folder: Path, press: DemoPress) -> Archive:
    """Make a new archive that reaches the press; an earlier demonstration's is deleted first.

    Raises:
        UsageError: the folder holds something else.
    """
    config = folder / FILENAME
    if folder.exists() and any(folder.iterdir()):
        if not config.is_file() or not config.read_text(encoding="utf-8").startswith(MARK):
            raise UsageError(
                "this folder isn't a demo's", where=str(folder), next_step="Name another with --archive"
            )
        shutil.rmtree(folder)
    Archive.create(folder)
    config.write_text(MARK + SETTINGS.format(network=press.network_toml()), encoding="utf-8")
    return Archive(folder, clock=Clock(press.now))


def demo(folder: Path, say: Say, *, color: bool = False) -> Archive:
    """Run the demonstration; `say` gets its text, part by part.

    Raises:
        UsageError: the folder holds something else than a demonstration.
        ArchiveDamagedError: the rebuilt index differs from the live one.
    """
    begin = (datetime.now(UTC) - timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)
    with DemoPress(begin) as press:
        archive = make_folder(folder, press)
        say(f"An invented press of {len(press.outlets)} outlets is being served on loopback.")
        for outlet in press.outlets:
            source = archive.add(outlet.url + "/", name=outlet.name)
            say(f"  added {source.name}: {outlet.title}, {outlet.url}/ ({len(source.feeds)} feed)")
        say(f"\n{begin:%d %B, %H:%M} UTC. First crawl:\n" + archive.crawl().as_text())
        for hours, what in LATER:
            press.now = press.start + timedelta(hours=hours)
            say(f"\n{what}")
            archive = Archive(folder, clock=Clock(press.now))
            say(archive.crawl().as_text())
    show(archive, say, color=color)
    report = archive.rebuild(check=True)
    say(f"\nRebuilt from the WARC files and compared: {report.to_text()}")
    if not report.equal:
        raise ArchiveDamagedError("the rebuilt index differs from the live one", where=str(folder))
    return archive


def show(archive: Archive, say: Say, *, color: bool) -> None:
    """Show a search, the edits, a timeline, a correction, a silent edit, and what was taken down."""
    found = archive.search(SearchQuery(text="pounds", limit=3))
    say(f'\nSearch for "pounds": {found.total} stories')
    for hit in found.hits:
        say(f"  {marked(hit.title, '[', ']')} · {hit.source} · {marked(hit.snippet, '[', ']')[:160]}")
    say("\nAll edits that were seen (silent: nothing on the page says that it was edited):")
    for row in archive.changes(limit=20):
        silent = "silent " if row.silent else ""
        say(f"  {row.changed_at[:16]} {row.source}: {silent}{', '.join(row.kinds)} · {row.title_after}")
    say(f"\nThe timeline of one story, {FERRIES}:")
    for version in archive.story(FERRIES).versions:
        say(f"  {version.version_no}  {version.first_seen_at[:16]}  {version.change_kind or 'first seen'}")
    for heading, url, versions in (
        ("The correction:", FERRIES, "2..3"),
        ("A silent edit:", SCHOOL, "1..2"),
    ):
        say(f"\n{heading}\n{archive.render(*archive.compare(url, versions), form='terminal', color=color)}")
    story = archive.story(CONTRACT)
    say("Taken down by its outlet, kept here:")
    say(f"  {story.title} · {story.url}")
    for event in story.events:
        say(f"  {event.happened_at[:16]} {event.detail}")


def next_steps(folder: Path, program: str = "newsarchive") -> str:
    """Return what to type next; `program` is how the command is called here."""
    return (
        f"\nThe archive lies in {folder}. Next:\n"
        f"  {program} --archive {folder} browse          # read it in the browser\n"
        f"  {program} --archive {folder} changes --silent\n"
        f"  {program} --archive {folder} show {CONTRACT}\n"
        f"  {program} init && {program} add https://a-news-site.example   # your own"
    )
