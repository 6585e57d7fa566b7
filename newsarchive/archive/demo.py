"""`make demo`: the main job on an invented press, from nothing to a diff, in about a minute.

Starts the newsroom (loopback only), makes `archives/demo`, adds its outlets by their homepages, crawls,
lets a day pass in which stories are edited, crawls again, shows what was found, and checks that an index
made anew from the WARC files equals the live one. Tested in tests/archive/test_demo.py.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from newsarchive.archive.facade import Archive
from newsarchive.archive.rendering import render
from newsarchive.config import FILENAME
from newsarchive.errors import ArchiveDamagedError, UsageError
from newsarchive.index.search import SearchQuery
from newsarchive.index.snippets import marked
from newsarchive.model import Say
from newsarchive.newsroom import Newsroom
from newsarchive.times import Clock

MARK = "# made by `newsarchive demo`; it is deleted and made anew each time\n"
SETTINGS = """contact = "demo@newsarchive.example"
{network}
[crawl]
delay = 0
per_host = 4
"""


def make_folder(folder: Path, room: Newsroom, clock: Clock) -> Archive:
    """A new archive that reaches the newsroom; an earlier demo's is deleted first.

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
    config.write_text(MARK + SETTINGS.format(network=room.config_toml()), encoding="utf-8")
    return Archive(folder, clock=clock)


def demo(folder: Path, say: Say, *, stories: int = 50, color: bool = False) -> Archive:
    """Runs the demonstration; `say` gets its text, part by part.

    Raises:
        ArchiveDamagedError: the rebuilt index differs from the live one.
    """
    start = datetime.now(UTC) - timedelta(days=1)
    with Newsroom(seed=7, stories=stories, start=start, days=1.0, per_day=6.0, crawl_delay=0.0) as room:
        archive = make_folder(folder, room, Clock(room.now()))
        say(f"An invented press of {len(room.outlets)} outlets is being served on loopback.")
        for outlet in room.outlets.values():
            source = archive.add(outlet.homepage, name=outlet.name)
            say(
                f"  added {source.name}: {len(source.feeds)} feeds, {len(source.sitemaps)} sitemaps ({outlet.homepage})"
            )
        say("\nFirst crawl:\n" + archive.crawl().as_text())
        room.advance(timedelta(days=1))
        say("\nA day passes; stories are published, edited and taken down. Second crawl:")
        archive = Archive(folder, clock=Clock(room.now()))
        say(archive.crawl().as_text())
    show(archive, say, color=color)
    report = archive.rebuild(check=True)
    say(f"\nRebuilt from the WARC files and compared: {report.to_text()}")
    if not report.equal:
        raise ArchiveDamagedError("the rebuilt index differs from the live one", where=str(folder))
    return archive


def show(archive: Archive, say: Say, *, color: bool) -> None:
    """A search, the edits that were seen, a timeline and a diff."""
    changes = archive.changes(significant=True, limit=5)
    say("\nThe latest significant edits:")
    for row in changes:
        say(f"  {row.changed_at[:16]} {row.source}: {', '.join(row.kinds)} · {row.title_after}")
    word = next((w for w in changes[0].title_after.split() if len(w) > 5), "") if changes else ""
    found = archive.search(SearchQuery(text=word, limit=3))
    say(f'\nSearch for "{word}": {found.total} stories')
    for hit in found.hits:
        say(f"  {marked(hit.title, '[', ']')} · {hit.source} · {marked(hit.snippet, '[', ']')[:160]}")
    chosen = next((row for row in changes if row.language == "en"), changes[0] if changes else None)
    if chosen is None:
        return
    story = archive.story(chosen.story_id)
    say(f"\nThe timeline of one story, {story.url}:")
    for version in story.versions:
        say(f"  {version.version_no}  {version.first_seen_at[:16]}  {version.change_kind or 'first seen'}")
    before, after, change = archive.compare(story.url, f"{chosen.before_no}..{chosen.after_no}")
    say("\n" + render(before, after, change, form="terminal", color=color))


def next_steps(folder: Path) -> str:
    """What to type next."""
    return (
        f"\nThe archive lies in {folder}. Next:\n"
        f"  .venv/bin/newsarchive --archive {folder} browse          # read it in the browser\n"
        f"  .venv/bin/newsarchive --archive {folder} changes --silent\n"
        f"  .venv/bin/newsarchive --archive {folder} search --newest\n"
        "  .venv/bin/newsarchive init && .venv/bin/newsarchive add https://a-news-site.example   # your own"
    )
