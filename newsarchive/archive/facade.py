"""`Archive`: an archive's folder and the verbs on it, one short method each.

A method says what it does and hands on; rooms are imported inside the method that needs them, so that
a search loads no crawler. Tested in tests/archive/.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from newsarchive.archive.folder import ArchiveFolder
from newsarchive.model import Progress, Say, Source

if TYPE_CHECKING:
    from newsarchive.archive.alarms import SourceHealth
    from newsarchive.archive.backfilling import Backfilled
    from newsarchive.archive.crawling import Collected, OnEvent
    from newsarchive.archive.following import Coming, Status
    from newsarchive.archive.maintenance import Imported
    from newsarchive.archive.peer_imports import PeerImport
    from newsarchive.archive.saving import Saved
    from newsarchive.archive.site_finder import Checked, Review
    from newsarchive.archive.verifying import Verified
    from newsarchive.discover.backfill import Way
    from newsarchive.export import ExportReport
    from newsarchive.fronts import FrontView
    from newsarchive.index import SearchQuery, SearchResult, VersionRow
    from newsarchive.index.activity import StoryEvent
    from newsarchive.index.copied_texts import CopyRow
    from newsarchive.index.front_captures import FrontPage
    from newsarchive.index.rows import ChangeRow
    from newsarchive.ingest import IngestReport, RebuildReport
    from newsarchive.messages.digest import Digest
    from newsarchive.model import Article, Block, Change
    from newsarchive.schedule.outbox import Delivery
    from newsarchive.schedule.sd_notify import SystemdNotifier
    from newsarchive.schedule.watchlist import Watch
    from newsarchive.versions.decisions import DecisionKind
    from newsarchive.warc import BackupReport, PurgeReport, UploadReport
    from newsarchive.warc.signing import SignedManifest


class Archive(ArchiveFolder):
    """An archive on disk; see `ArchiveFolder` for its arguments and errors."""

    def builtin_sources(self) -> list[Source]:
        """Return the sources that come with the package."""
        from newsarchive.sources import builtin_sources

        return list(builtin_sources().values())

    # ------------------------------------------------------------ collecting

    def add(
        self,
        site: str,
        *,
        name: str = "",
        wait: float = 0.0,
        say: Say = lambda _text: None,
        review: Review = lambda _found: None,
    ) -> Source:
        """Add a site (URL, host or built-in name) to the sources; see `site_finder.add`."""
        from newsarchive.archive.site_finder import add

        self.check_writable()
        source = add(self, site, name=name, wait=wait, say=say, review=review)
        self.__dict__.pop("sources", None)
        return source

    def add_opml(self, text: str) -> list[Source]:
        """Write the sources that the feeds of an OPML file make; of outlets that are there only the feeds are added."""
        from newsarchive.archive.url_lists import opml_outlines, sources_of
        from newsarchive.sources import write_source

        self.check_writable()
        made = sources_of(opml_outlines(text)[0], self.sources)
        for source in made:
            write_source(self.root, source)
        self.__dict__.pop("sources", None)
        return made

    def enable_source(self, name: str, *, enabled: bool) -> None:
        """Poll a source from now on, or no more; what is archived of it stays.

        Raises:
            NothingFoundError: no such source.
            ArchiveNotWritableError: its file can't be written.
        """
        from newsarchive.sources import write_source

        [source] = self.select([name])
        self.check_writable()
        write_source(self.root, replace(source, enabled=enabled))
        self.__dict__.pop("sources", None)

    def rename_source(self, old: str, new: str, *, wait: float = 0.0) -> Source:
        """Give a source another name; what is archived of it follows, its captures keep the old name in their WARC records.

        Raises:
            NothingFoundError: no such source.
            UsageError: the new name is taken, or can't name a source.
            ArchiveLockedError: another process writes the index; the name is changed, the next ingest follows.
        """
        from newsarchive.archive.renaming import rename_source

        return rename_source(self, old, new, wait=wait)

    def remove_source(self, name: str) -> int:
        """Delete a source's file and return how many captures of it stay in the archive.

        Raises:
            NothingFoundError: no such source.
            ArchiveNotWritableError: its file can't be deleted.
        """
        self.select([name])
        self.check_writable()
        left = sum(row["captures"] for row in self.source_rows() if row["name"] == name)
        (self.root / "sources" / f"{name}.toml").unlink(missing_ok=True)
        self.__dict__.pop("sources", None)
        return int(left)

    def check_sources(self, names: Sequence[str] = (), *, wait: float = 0.0) -> list[Checked]:
        """Fetch the feeds, sitemaps and sections of sources (the archive's, or built-in ones by name) and return what each gives."""
        from newsarchive.archive.site_finder import check_sources
        from newsarchive.sources import builtin_sources

        builtin = builtin_sources() if set(names) - self.sources.keys() else {}
        chosen = [
            builtin[n] if n in builtin and n not in self.sources else self.select([n])[0] for n in names
        ]
        return check_sources(self, chosen or self.sources.values(), wait=wait)

    def crawl(
        self,
        names: Sequence[str] = (),
        *,
        urls: Sequence[str] = (),
        limit: int = 0,
        recheck: bool = True,
        again: bool = False,
        wait: float = 0.0,
        is_tick: bool = False,
        on_event: OnEvent | None = None,
    ) -> Collected:
        """Make one run: poll the sources, fetch what is new and due, archive and index it.

        Args:
            is_tick: Whether another run follows soon, which may do what this one leaves: no host holds it up for long.
        """
        from newsarchive.archive.agenda import next_moment
        from newsarchive.archive.crawling import Collector
        from newsarchive.archive.idle import STATE, note_idle
        from newsarchive.archive.planning import Wish
        from newsarchive.schedule.state_db import State
        from newsarchive.urls import typed_url

        wish = Wish(
            names=tuple(names),
            urls=tuple(typed_url(url) or url for url in urls),
            limit=limit,
            recheck=recheck,
            again=again,
            wait=wait,
            patience=self.config.schedule.patience if is_tick else 0.0,
            is_tick=is_tick,
            due_only=is_tick,
        )
        with Collector(on_event) as collector:
            done = collector.run(self, wish)
        if is_tick and not done.crawl.stopped and not done.is_behind:
            with State(self.root / STATE) as state:
                note_idle(self.root, state, self.clock.now(), next_moment(self, state))
        return done

    def save(self, url: str, *, wait: float = 0.0, on_event: OnEvent | None = None) -> Saved:
        """Fetch, store and index one page now; its outlet need be no source. See `saving.save`."""
        from newsarchive.archive.saving import save

        return save(self, url, wait=wait, on_event=on_event)

    def idle_until(self) -> datetime | None:
        """Return the moment before which a run has nothing to do; None if it has, or nobody knows."""
        from newsarchive.archive.idle import idle_until

        return idle_until(self.root, self.clock.now())

    def watch(
        self,
        *,
        stop: threading.Event,
        say: Say,
        on_event: OnEvent | None = None,
        pause: Callable[[float], bool] | None = None,
        notifier: SystemdNotifier | None = None,
    ) -> int:
        """Run again and again until `stop` is set; return how many runs there were. Options as `following.watch`."""
        from newsarchive.archive.following import watch

        return watch(self.root, stop=stop, say=say, on_event=on_event, pause=pause, notifier=notifier)

    def agenda(self, *, limit: int = 20) -> tuple[list[Coming], int]:
        """Return the next re-checks of known stories, soonest first, and how many there are in all."""
        from newsarchive.archive.following import agenda

        return agenda(self, limit=limit)

    def status(self, *, limit: int = 3) -> Status:
        """Return how following goes: last runs, what waits, room on the disk."""
        from newsarchive.archive.following import status

        return status(self, limit=limit)

    def health(self, names: Sequence[str] = ()) -> list[SourceHealth]:
        """Return what is wrong with each source now, and what is usual for it."""
        from newsarchive.archive.alarms import health

        return health(self, names)

    def backfill(self, name: str, *, way: Way, since: datetime, **options: Any) -> Backfilled:
        """Find and fetch what a source published before; options as `backfilling.backfill`."""
        from newsarchive.archive.backfilling import backfill

        return backfill(self, name, way=way, since=since, **options)

    def rebuild(
        self, *, check: bool = False, wait: float = 0.0, on_progress: Progress | None = None
    ) -> RebuildReport:
        """Make the index again; with `check`, only compare it with the live one."""
        from newsarchive.ingest import rebuild

        self.check_no_fleet()
        return rebuild(
            self.root,
            config=self.config,
            sources=self.sources,
            on_progress=on_progress,
            wait=wait,
            check=check,
        )

    def reextract(
        self,
        *,
        since: datetime | None = None,
        sources: Sequence[str] = (),
        everything: bool = False,
        wait: float = 0.0,
        on_progress: Progress | None = None,
    ) -> IngestReport:
        """Make texts again from the WARCs, after the extractor or a source's rules changed."""
        from newsarchive.ingest import reextract

        self.check_no_fleet()
        return reextract(
            self.root,
            config=self.config,
            sources=self.sources,
            since=since,
            names=sources,
            everything=everything,
            on_progress=on_progress,
            wait=wait,
        )

    # ------------------------------------------------------------ reading

    def search(self, wanted: SearchQuery) -> SearchResult:
        """Return the stories that `wanted` describes; see `index.search`."""
        from newsarchive.index.connection import reading
        from newsarchive.index.search import check_wanted, search

        with reading(self.index) as db:
            check_wanted(db, wanted)
            return search(db, wanted)

    def lost_elsewhere(self, wanted: SearchQuery, total: int) -> int:
        """Return how many more stories had the words in an earlier version alone, where the hits are few."""
        from newsarchive.index.connection import reading
        from newsarchive.index.search import lost_elsewhere

        with reading(self.index) as db:
            return lost_elsewhere(db, wanted, total)

    def export(self, wanted: SearchQuery, **options: Any) -> ExportReport:
        """Write the stories that `wanted` describes in another format; options as `export.export`."""
        from newsarchive.export import export
        from newsarchive.index.connection import reading
        from newsarchive.index.search import check_wanted

        with reading(self.index) as db:
            check_wanted(db, wanted)
            return export(self.root, db, wanted, **options)

    def cite(self, url: str, version: str = "last", form: str = "text") -> str:
        """Return the citation of a version of a story; `form` is one of `export.CITATION_FORMS`."""
        from newsarchive.export import cite

        return cite(self.story(url).pick(version), form)

    def prove(self, url: str, version: str = "last", key: Path | None = None) -> str:
        """Return the proof of a version of a story, signed by an SSH key if one is given."""
        from newsarchive.export.story_proof import make_proof

        return make_proof(self.root, self.story(url).pick(version), key)

    def sign(self, key: Path, *, timestamp_url: str = "") -> SignedManifest:
        """Sign MANIFEST with an SSH key."""
        from newsarchive.warc import seal_parked
        from newsarchive.warc.signing import sign_manifest

        seal_parked(self.root)

        return sign_manifest(self.root, key, now=self.clock.now(), timestamp_url=timestamp_url)

    def add_watch(
        self, *, query: str = "", url: str = "", source: str = "", kinds: Sequence[str] = ()
    ) -> Watch:
        """Add a watch and return it.

        Raises:
            UsageError: it would fit everything, or nothing: no such source or kind.
        """
        from newsarchive.change_feed import KNOWN_KINDS
        from newsarchive.index.known_values import refuse_unknown
        from newsarchive.schedule.watchlist import NEW, add_watch, new_watch

        refuse_unknown("kind of change or event", kinds, (*KNOWN_KINDS, NEW))
        refuse_unknown("source", [source] if source else [], self.sources)
        made = new_watch(self.clock.now(), query=query, url=url, source=source, kinds=tuple(kinds))
        add_watch(self.root, made)
        return made

    def digest(self, since: datetime, until: datetime) -> Digest:
        """Return what came, was edited and vanished in a span of time."""
        from newsarchive.archive.sending import digest
        from newsarchive.index.known_values import refuse_no_time

        refuse_no_time(since, until)
        return digest(self, since, until)

    def send_digest(self, made: Digest) -> Delivery:
        """Send a digest to the channels of `[notify]`."""
        from newsarchive.archive.sending import message_of_digest, send_now

        return send_now(self, message_of_digest(made))

    def send_trial(self) -> Delivery:
        """Send a trial message to the channels of `[notify]`, about the newest edit."""
        from newsarchive.archive.sending import send_now, trial

        return send_now(self, trial(self))

    def changes(self, **conditions: Any) -> tuple[ChangeRow, ...]:
        """Return changes, latest first; the conditions are those of `index.changes`."""
        from newsarchive.diff import KINDS
        from newsarchive.index import changes, reading
        from newsarchive.index.known_values import check_conditions

        with reading(self.index) as db:
            check_conditions(db, conditions, (kind.name for kind in KINDS))
            return changes(db, **conditions)

    def events(self, **conditions: Any) -> tuple[StoryEvent, ...]:
        """Return what else happened to stories (gone, back, moved …), latest first; the conditions are those of `index.events`."""
        from newsarchive.change_feed import EVENT_KINDS
        from newsarchive.index import reading
        from newsarchive.index.activity import events
        from newsarchive.index.known_values import check_conditions

        with reading(self.index) as db:
            check_conditions(db, conditions, EVENT_KINDS)
            return events(db, **conditions)

    def copies(self, **conditions: Any) -> tuple[CopyRow, ...]:
        """Return stories whose text another outlet had before; the conditions are those of `index.copies`."""
        from newsarchive.index import reading
        from newsarchive.index.copied_texts import copies
        from newsarchive.index.known_values import refuse_unknown_sources

        with reading(self.index) as db:
            named = (conditions.get("source"), conditions.get("original"))
            refuse_unknown_sources(db, [name for name in named if name])
            return copies(db, **conditions)

    def front_pages(self) -> tuple[FrontPage, ...]:
        """Return the front and section pages of the archive."""
        from newsarchive.index import reading
        from newsarchive.index.front_captures import front_pages

        with reading(self.index) as db:
            return front_pages(db)

    def front(self, key: str, since: datetime | None = None, until: datetime | None = None) -> FrontView:
        """Return what was on a front page (its URL or a source's name); by default on the last day of its captures."""
        from datetime import timedelta

        from newsarchive.fronts import find_front, read_fronts
        from newsarchive.index import reading
        from newsarchive.times import from_micros

        with reading(self.index) as db:
            page = find_front(db, key)
            end = until or from_micros(page.last_at) + timedelta(seconds=1)
            return read_fronts(self.root, db, page, since or end - timedelta(days=1), end)

    def front_picture(self, capture: int) -> bytes:
        """Return a PNG of a captured front page as it was, of what the archive has of it; needs newsarchive[js] and Chromium."""
        from newsarchive.browse.capture_page import page_as_it_was
        from newsarchive.index import reading
        from newsarchive.web.chromium import PictureBrowser

        with reading(self.index) as db:
            html = page_as_it_was(db, self.root, capture, self.clock.now())
        with PictureBrowser() as browser:
            return browser.draw(html, width=1200)

    def stats(self) -> dict[str, Any]:
        """Return what the archive holds, in numbers."""
        from newsarchive.index import reading, stats

        with reading(self.index) as db:
            return stats(db)

    def source_rows(self) -> list[dict[str, Any]]:
        """Return each source of the archive with what it brought so far."""
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

    def raw(self, version: VersionRow) -> bytes:
        """Return the HTTP response of the version's first capture, byte for byte as it came over the wire."""
        from newsarchive.warc import read_raw

        return read_raw(self.root, version.warc_filename, version.warc_offset, version.warc_length)

    def page(self, version: VersionRow) -> bytes:
        """Return the page of the version's first capture, transfer and content coding undone."""
        from newsarchive.warc import read_payload

        return read_payload(self.root, version.warc_filename, version.warc_offset, version.warc_length).body

    def extract(self, url: str) -> Article:
        """Return the article of the latest page of a story, extracted again from the WARC.

        Raises:
            NothingFoundError: the archive doesn't hold the URL.
        """
        from newsarchive.extract import extract_article
        from newsarchive.warc import read_payload

        version = self.story(url).pick("last")
        source = self.sources.get(version.source)
        rules = source.rules if source else ()
        payload = read_payload(self.root, version.warc_filename, version.warc_offset, version.warc_length)
        return extract_article(payload.body, version.url, content_type=payload.content_type, rules=rules)

    def compare(
        self, key: str, versions: str = "", *, other: str = ""
    ) -> tuple[VersionRow, VersionRow, Change]:
        """Return two versions and what changed between them.

        Args:
            versions: `A..B` (see `ArchivedStory.range`); the last two if empty. Record ids of two captures that
                show one version give what differs between their pages without making a version.
            other: URL of another story, whose latest version is compared with this one's `versions`.
        """
        from newsarchive.archive.story_reader import compare_captures
        from newsarchive.change_feed import change_between, compare_versions
        from newsarchive.index import reading

        story = self.story(key)
        if other:
            before, after = story.pick(versions or "last"), self.story(other).pick("last")
            differs = compare_versions(before, after)
            return before, after, replace(differs, silent=False)  # nobody edited one into the other
        before, after = story.range(versions)
        if before.id == after.id and (change := compare_captures(self.index, versions)):
            return before, after, change
        with reading(self.index) as db:
            return before, after, change_between(db, before, after)

    def render(
        self, before: VersionRow, after: VersionRow, change: Change, *, form: str, color: bool = False
    ) -> str:
        """Return a change as text.

        Args:
            form: `terminal` (coloured words in prose), `side_by_side`, `unified`, or `html` (a whole page).
        """
        from newsarchive import diff
        from newsarchive.change_feed import heading

        top = heading(before, after)
        width = shutil.get_terminal_size().columns
        if form == "html":
            return diff.render_html(change, top)
        if form == "unified":
            return diff.render_unified(change, top)
        if form == "side_by_side":
            return diff.render_side_by_side(change, top, color=color, width=width)
        return diff.render_terminal(change, top, color=color, width=min(width, 100))

    def feed(self, *, link: str = "", as_json: bool = False, limit: int = 50, **conditions: Any) -> str:
        """Return the newest edits and events as an Atom feed, or as JSON Feed.

        Args:
            link: Address under which browse is reached; entries link to its pages, without it to the stories.
            conditions: Those of `changes.change_feed.FeedChoice`.
        """
        from urllib.parse import urlencode

        from newsarchive.browse_links import pages_at
        from newsarchive.change_feed import EVENT_KINDS, KNOWN_KINDS, FeedChoice, read_feed
        from newsarchive.index import reading
        from newsarchive.index.known_values import check_conditions
        from newsarchive.urls import check_url

        if link:
            check_url(link)
        choice = FeedChoice(**conditions)
        pages = pages_at(link)
        page = f"{pages}/{'vanished' if choice.events_only else 'changes'}?{urlencode(choice.as_query, doseq=True)}"
        with reading(self.index) as db:
            check_conditions(db, conditions, EVENT_KINDS if choice.events_only else KNOWN_KINDS)
            made = read_feed(
                db,
                choice,
                archive=self.config.name or self.root.name,
                pages=pages,
                page_url=page.rstrip("?") if pages else "",
                limit=limit,
            )
        return made.as_json() if as_json else made.as_atom()

    def removed(self, version: VersionRow) -> tuple[Block, ...]:
        """Return what was taken for boilerplate on the version's pages, with reasons."""
        from newsarchive.archive.story_reader import stored_articles
        from newsarchive.index.read import article
        from newsarchive.versions import shown

        text = [block for block in article(version).blocks if block.kept]
        blocks = shown(text, stored_articles(self.index, version))
        return tuple(block for block in blocks if not block.kept)

    # ------------------------------------------------------------ keeping

    def verify(
        self,
        *,
        repair: bool = False,
        signed_by: Path | None = None,
        wait: float = 0.0,
        on_progress: Progress | None = None,
    ) -> Verified:
        """Check every byte of the WARCs, index against WARC, and the signatures of MANIFEST if a signer is named."""
        from newsarchive.archive.verifying import verify

        return verify(self, repair=repair, signed_by=signed_by, wait=wait, on_progress=on_progress)

    def backup(self, dest: Path, *, on_progress: Progress | None = None) -> BackupReport:
        """Return a consistent copy at `dest`, also while a crawl runs."""
        from newsarchive.archive.maintenance import backup

        return backup(self, Path(dest).expanduser().resolve(), on_progress=on_progress)

    def upload(
        self, *, drop_local: bool = False, wait: float = 0.0, on_progress: Progress | None = None
    ) -> UploadReport:
        """Put all sealed WARC files into the place that `[storage]` names; `drop_local` removes them from this disk then."""
        from newsarchive.archive.maintenance import in_bytes, storage_place
        from newsarchive.warc import upload

        progress = in_bytes(on_progress, "uploading")
        return upload(self.root, storage_place(self), drop_local=drop_local, wait=wait, progress=progress)

    def adopt(self, *, wait: float = 0.0) -> int:
        """Enter the WARC files that the place has and the archive doesn't know; return how many."""
        from newsarchive.archive.maintenance import storage_place
        from newsarchive.warc import adopt

        return adopt(self.root, storage_place(self), wait=wait)

    def purge(self, url: str, *, reason: str, wait: float = 0.0) -> PurgeReport:
        """Remove every capture of the story at `url`, and what else names it; crawl and import refuse it until `undo_purge`."""
        from newsarchive.archive.erasing import purge

        return purge(self, url, reason=reason, wait=wait)

    def undo_purge(self, url: str, *, reason: str = "", wait: float = 0.0) -> tuple[str, ...]:
        """Let a purged page be fetched and imported again; return all URLs of its purge."""
        from newsarchive.archive.erasing import undo_purge

        return undo_purge(self, url, reason=reason, wait=wait)

    def import_files(self, paths: Sequence[Path], **options: Any) -> Imported:
        """Take files that others made into the archive; options as `importing.import_files`."""
        from newsarchive.archive.maintenance import import_files

        return import_files(self, paths, **options)

    def import_peer(self, path: Path, **options: Any) -> PeerImport:
        """Take what another program left: an ArchiveBox folder, a changedetection.io backup, a diffengine database."""
        from newsarchive.archive.peer_imports import import_peer

        return import_peer(self, path, **options)

    def decide(
        self, kind: DecisionKind, *urls: str, reason: str = "", undo: bool = False, wait: float = 0.0
    ) -> IngestReport:
        """Write a person's decision (merge, split, withhold) to decisions.jsonl, or take it back, and put that into effect."""
        from newsarchive.archive.deciding import decide

        return decide(self, kind, urls, reason=reason, undo=undo, wait=wait)

    def cdxj(self, out: TextIO) -> int:
        """Write a CDXJ index of the sealed files, without withheld stories; return the number of lines."""
        from newsarchive.archive.erasing import withheld_keys
        from newsarchive.warc import seal_parked, write_cdxj

        seal_parked(self.root)

        return write_cdxj(self.root, out, without=withheld_keys(self))

    def browse(self, **options: Any) -> None:
        """Serve the archive with Datasette until it is stopped; options as `browse.serve`."""
        from newsarchive.browse import serve

        serve(self.root, **options)
