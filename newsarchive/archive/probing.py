"""`add`: what a site offers, found with a few polite requests.

The homepage, robots.txt and the common places of feeds are fetched through the crawl (guarded and
archived like any page); what they are is decided by `sources.detect` and `discover`. A feed is taken
only if its own bytes say that it is one. Tested in tests/archive/test_add.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from newsarchive.archive.planning import new_plan
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.discover import FEEDS, SITEMAPS, Discovery, discover
from newsarchive.errors import NothingFoundError, SourceFailedError
from newsarchive.model import Capture, Say, Source
from newsarchive.plan import Target
from newsarchive.schedule.state_db import State
from newsarchive.sources import builtin_sources, common_places, detect, source_name_for, write_source
from newsarchive.urls import check_url, domain
from newsarchive.warc import read_captures, read_commits, read_payload

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder

MAX_REDIRECTS = 10


def add(
    archive: ArchiveFolder, site: str, *, name: str = "", wait: float = 0.0, say: Say = lambda _text: None
) -> Source:
    """Add `site` to the archive's sources and return what was written.

    Args:
        site: A URL (of the site, or of a feed), a bare host, or the name of a built-in source.
        name: The source's name; made from the host if empty.
        say: Gets a line for each thing found or missing.

    Raises:
        NothingFoundError: no built-in source of that name.
        SourceFailedError: the site can't be reached, or offers nothing to follow.
        BadUrlError: not an http(s) URL.
    """
    builtin = builtin_sources()
    if site in builtin:
        source = replace(builtin[site], name=name or site)
    elif "." not in site and "://" not in site:
        raise NothingFoundError(
            f"no built-in source is named '{site}'",
            next_step="`newsarchive sources --builtin` lists them; else give the site's URL",
        )
    else:
        url = check_url(site if "://" in site else f"https://{site}")
        source = find(archive, url, name=name, wait=wait, say=say)
    if source.name in archive.sources:
        raise NothingFoundError(
            f"the archive has a source '{source.name}' already",
            where=str(archive.root / "sources" / f"{source.name}.toml"),
            next_step="Edit that file, or give another --name",
        )
    write_source(archive.root, source)
    return source


class Probes:
    """Pages that a site was asked for, by URL; redirects are followed in the archive."""

    def __init__(self, archive: ArchiveFolder, child: CrawlChild, source: Source, wait: float) -> None:
        self._archive, self._child, self._source, self._wait = archive, child, source, wait
        self._captures: dict[str, Capture] = {}
        self._reasons: dict[str, str] = {}

    def ask(self, urls: Iterable[str]) -> None:
        """Fetch those of `urls` that weren't asked for yet."""
        wanted = [u for u in dict.fromkeys(urls) if u not in self._captures]
        if not wanted:
            return
        targets = tuple(Target(url=u, source=self._source.name, reason="probe") for u in wanted)
        with State(self._archive.root / "state.db") as state:  # probes count against a host's budget, too
            plan = new_plan(self._archive, sources=(self._source,), targets=targets, state=state)
            report = self._child.run(plan, wait=self._wait)
            state.add_spent(report.started_at.date(), dict(report.requests))
            state.set_not_before(report.not_before)
        for seen in report.sources:
            self._reasons |= {url: why for why, urls in seen.examples.items() for url in urls}
        for commit in read_commits(self._archive.root, plan.crawl_id):
            end = commit.offset + commit.length
            for capture in read_captures(self._archive.root, commit.filename, commit.offset, end):
                self._captures[capture.url] = capture

    def why(self, url: str) -> str:
        """Return why `url` gave no page, in a few words."""
        capture = self.final(url)
        if capture is not None and capture.error:
            return capture.error
        if capture is not None and capture.http_status is not None:
            return f"it answered {capture.http_status}"
        return self._reasons.get(url, "it was refused or never answered")

    def final(self, url: str) -> Capture | None:
        """Return the capture that `url` ends at after redirects; None if it was never fetched."""
        for _ in range(MAX_REDIRECTS):
            capture = self._captures.get(url)
            if capture is None or not capture.location:
                return capture
            url = capture.location
        return None

    def body(self, url: str) -> bytes | None:
        """Return the decoded body of `url` where it answered 200; else None."""
        capture = self.final(url)
        if capture is None or capture.http_status != 200:
            return None
        payload = read_payload(
            self._archive.root, capture.warc_filename, capture.warc_offset, capture.warc_length
        )
        return payload.body

    def discovery(self, url: str) -> Discovery | None:
        """Return what the bytes of `url` offer; None where it didn't answer 200."""
        capture, body = self.final(url), self.body(url)
        if capture is None or body is None:
            return None
        now = self._archive.clock.now()
        return discover(capture.url, body, capture.content_type, source=self._source, now=now)


def find(archive: ArchiveFolder, url: str, *, name: str, wait: float, say: Say) -> Source:
    """Return a source for the site of `url`, from what it offers."""
    home = url
    source = Source(name=name or source_name_for(url), homepage=url, domains=(domain(url),))
    with CrawlChild() as child:
        probes = Probes(archive, child, source, wait)
        probes.ask([url])
        seen = probes.discovery(url)
        if seen is None:
            raise SourceFailedError(
                f"{url} couldn't be fetched: {probes.why(url)}",
                next_step="Check the address in a browser; `newsarchive doctor` checks this machine",
            )
        feeds = [url] if _is_feed(seen) else []
        final = probes.final(url)
        parts = urlsplit(final.url if final else url)
        home = f"{parts.scheme}://{parts.netloc}/" if feeds else (final.url if final else url)
        robots_url = f"{parts.scheme}://{parts.netloc}/robots.txt"
        places = common_places(home)
        probes.ask([home, robots_url, *places])
        robots = (probes.body(robots_url) or b"").decode("utf-8", "replace")
        front = probes.final(home)
        found = detect(home, probes.body(home) or b"", robots, front.content_type if front else None)
        probes.ask([*found.feeds, *found.sitemaps])
        offers = {
            u: probes.discovery(u) for u in dict.fromkeys([*feeds, *found.feeds, *found.sitemaps, *places])
        }
    found_feeds = _distinct(u for u, d in offers.items() if _is_feed(d))
    sitemaps = _distinct(u for u, d in offers.items() if d is not None and d.kind in SITEMAPS)
    sections = found.sections or (home,)
    if not found_feeds:
        say(f"{home} has no feed that we could find; its section pages are followed instead.")
    for note in found.notes:
        say(note)
    hosts = dict.fromkeys([domain(home), domain(url)])
    return replace(
        source,
        name=name or source_name_for(home),
        title=found.title,
        language=found.language,
        homepage=home,
        domains=tuple(hosts),
        feeds=found_feeds,
        sitemaps=sitemaps,
        sections=() if found_feeds and sitemaps else tuple(sections),
    )


def _is_feed(seen: Discovery | None) -> bool:
    return seen is not None and seen.kind in FEEDS


def _distinct(urls: Iterable[str]) -> tuple[str, ...]:
    """`urls` without those that differ only in scheme or a trailing slash."""
    kept: dict[str, str] = {}
    for url in urls:
        kept.setdefault(url.split("://", 1)[-1].rstrip("/"), url)
    return tuple(kept.values())
