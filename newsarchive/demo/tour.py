"""`newsarchive demo`: the main job on an invented press, from nothing to a diff, in about a minute.

Serves the press (loopback only; outlets are TOML files and templates), makes `archives/demo`, adds the outlets by their
homepages, crawls five times within a day on which stories are edited and one is taken down, shows what was found, and
checks that an index rebuilt from the WARC files equals the live one.
Tested in tests/demo/test_tour.py and tests/demo/test_press.py.
"""

from __future__ import annotations

import json
import shutil
import threading
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from newsarchive.archive.facade import Archive
from newsarchive.config import FILENAME
from newsarchive.errors import ArchiveDamagedError, UsageError
from newsarchive.index.search import SearchQuery
from newsarchive.index.snippets import marked
from newsarchive.times import Clock

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutlet:
    """An outlet: its texts, and its stories as the data file has them."""

    name: str
    title: str
    host: str
    language: str
    byline: str
    about: str
    letter: str
    related: str
    stories: tuple[Mapping[str, Any], ...]

    @property
    def url(self) -> str:
        """The homepage without the slash at its end."""
        return f"http://{self.host}"

    @property
    def sections(self) -> tuple[str, ...]:
        """The sections' names, each once."""
        return tuple(dict.fromkeys(story["section"] for story in self.stories))


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStory:
    """A story in one state; times aware, UTC. `status` is 410 once the outlet has taken it down."""

    path: str
    section: str
    author: str
    title: str
    standfirst: str
    paragraphs: tuple[str, ...]
    published: datetime
    modified: datetime
    status: int = 200


def read_outlets() -> tuple[DemoOutlet, ...]:
    """Read the outlets of the data files, in the order of their names."""
    files = sorted((HERE / "outlets").glob("*.toml"))
    return tuple(DemoOutlet(name=f.stem, **tomllib.loads(f.read_text(encoding="utf-8"))) for f in files)


def story_at(data: Mapping[str, Any], start: datetime, now: datetime) -> DemoStory | None:
    """Return the state in which a story is at `now`; None before it is published.

    Args:
        data: The story's table: fields, `at` in hours from `start`, and `edits`.
    """

    def moment(hours: float) -> datetime:
        return (start + timedelta(hours=hours)).replace(microsecond=0)

    texts = {name: data[name] for name in ("path", "section", "author", "title", "standfirst")}
    published = moment(data["at"])
    story = DemoStory(**texts, paragraphs=tuple(data["paragraphs"]), published=published, modified=published)
    for edit in data.get("edits", ()):
        if moment(edit["at"]) <= now:
            story = _edited(story, edit, moment(edit["at"]))
    return story if published <= now else None


def _edited(story: DemoStory, edit: Mapping[str, Any], at: datetime) -> DemoStory:
    paragraphs = story.paragraphs
    for old, new in edit.get("replace", ()):
        paragraphs = tuple(text.replace(old, new) for text in paragraphs)
    return replace(
        story,
        title=edit.get("title", story.title),
        paragraphs=(*paragraphs, *edit.get("add", ())),
        modified=story.modified if edit.get("silent") else at,
        status=edit.get("status", story.status),
    )


class DemoPress:
    """The outlets, served while the context is open; `now` is the time that their pages show.

    Args:
        start: The moment from which the data files count their hours, aware, UTC.
    """

    def __init__(self, start: datetime) -> None:
        self.start = self.now = start
        self.outlets = read_outlets()
        env = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        env.globals.update(json_ld=_json_ld, http_date=format_datetime)
        self._page, self._feed = env.get_template("press_page.html"), env.get_template("press_feed.xml")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), partial(DemoHandler, self))
        self._thread = threading.Thread(target=self._server.serve_forever, name="demo press", daemon=True)

    def __enter__(self) -> DemoPress:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def network_toml(self) -> str:
        """Return the `[network]` section of a newsarchive.toml that reaches the outlets, and nothing else."""
        port = self._server.server_port
        hosts = [outlet.host for outlet in self.outlets]
        connect_to = [f"{host}:80:127.0.0.1:{port}" for host in hosts]
        allow = [*(f"{host}:80" for host in hosts), f"127.0.0.1:{port}"]
        return f"[network]\nconnect_to = {json.dumps(connect_to)}\nallow = {json.dumps(allow)}\n"

    def stories(self, outlet: DemoOutlet) -> list[DemoStory]:
        """Return the stories of an outlet as they are now, newest first, those taken down included."""
        found = [story for data in outlet.stories if (story := story_at(data, self.start, self.now))]
        return sorted(found, key=lambda story: story.published, reverse=True)

    def answer(self, host: str, path: str) -> tuple[int, str, str]:
        """Return status, content type and text of what an outlet has at `path` (a query counts as part of it)."""
        outlet = next((one for one in self.outlets if one.host == host), None)
        if outlet is None:
            return 421, "text/plain", "no such outlet\n"
        stories = self.stories(outlet)
        story = next((one for one in stories if one.path == path), None)
        listed = [one for one in stories if one.status == 200]
        if path == "/feed.xml":
            return 200, "application/rss+xml", self._feed.render(outlet=outlet, stories=listed)
        if story is not None and story.status != 200:
            return story.status, "text/plain", "This story is no longer available.\n"
        if path == "/" or story:
            return 200, "text/html", self._page.render(outlet=outlet, stories=listed, story=story)
        return 404, "text/plain", "not found\n"


def _json_ld(outlet: DemoOutlet, story: DemoStory) -> Markup:
    """The story as schema.org has it, safe inside a script element."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": story.title,
        "description": story.standfirst,
        "datePublished": story.published.isoformat(),
        "dateModified": story.modified.isoformat(),
        "articleSection": story.section,
        "author": {"@type": "Person", "name": story.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.title},
    }
    return Markup(json.dumps(data, ensure_ascii=False).replace("<", "\\u003c"))  # noqa: S704 - made safe here


class DemoHandler(BaseHTTPRequestHandler):
    """One connection to a `DemoPress`."""

    protocol_version = "HTTP/1.1"

    def __init__(self, press: DemoPress, *arguments: Any) -> None:
        self._press = press
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer a request."""
        host = self.headers.get("Host", "").partition(":")[0].lower()
        status, content_type, text = self._press.answer(host, self.path)
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Write nothing: the tour says what happens."""


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
    say("\nAll edits that were seen (silent: no notice found, the page's dates unchanged):")
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
