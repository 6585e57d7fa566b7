"""`add`: what a site offers, found within a budget of requests; and `sources check`.

Reads the homepage, robots.txt, what they name, the outlet's own list of feeds, the common places, then sections, and
stops when it has feeds and sitemaps or the budget is spent. A homepage that refuses, or sends to a page that asks for
consent, doesn't end it: feeds and sitemaps are often open. A source is written only after the caller saw it. Tested in tests/archive/test_site_finder.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from newsarchive.archive.probing import Probes
from newsarchive.crawl.crawl_child import CrawlChild
from newsarchive.discover import FEEDS, SITEMAPS, Discovery
from newsarchive.discover.url_shapes import is_list_sitemap
from newsarchive.errors import NothingFoundError, SourceFailedError
from newsarchive.extract import extract_article
from newsarchive.model import Say, Source
from newsarchive.schedule import document_credit
from newsarchive.schedule.state_db import State
from newsarchive.sources import (
    Detection,
    builtin_sources,
    common_places,
    detect,
    edition_of,
    is_wall,
    source_name_for,
    write_source,
)
from newsarchive.urls import check_url, domain

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder

MAX_REQUESTS = 25  # that a site is asked when it is added, redirects and robots.txt included
MAX_FEEDS = 8
MAX_SITEMAPS = 5
SAMPLES = 2  # stories of a document that are shown
_NOT_THERE = (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A source that a site gives, and a line for each of its documents: kind, entries, samples."""

    source: Source
    lines: tuple[str, ...] = ()
    requests: int = 0


Review = Callable[[Found], None]


def add(
    archive: ArchiveFolder,
    site: str,
    *,
    name: str = "",
    wait: float = 0.0,
    say: Say = lambda _text: None,
    review: Review = lambda _found: None,
) -> Source:
    """Add `site` to the archive's sources and return what was written.

    Args:
        site: A URL (of the site, or of a feed), a bare host, or the name of a built-in source.
        name: The source's name; made from the host if empty.
        say: Gets a line for each thing found or missing.
        review: Gets what was found before it is written; what it raises ends the adding.

    Raises:
        NothingFoundError: no built-in source of that name.
        SourceFailedError: the site can't be reached, or offers nothing to follow.
        BadUrlError: not an http(s) URL.
    """
    builtin = builtin_sources()
    if site in builtin:
        found = Found(source=replace(builtin[site], name=name or site))
    elif "." not in site and "://" not in site:
        raise NothingFoundError(
            f"no built-in source is named '{site}'",
            next_step="`newsarchive sources --builtin` lists them; else give the site's URL",
        )
    else:
        url = check_url(site if "://" in site else f"https://{site}")
        found = find_source(archive, url, name=name, wait=wait, say=say)
    source = found.source
    if source.name in archive.sources:
        raise NothingFoundError(
            f"the archive has a source '{source.name}' already",
            where=str(archive.root / "sources" / f"{source.name}.toml"),
            next_step="Edit that file, or give another --name",
        )
    review(found)
    write_source(archive.root, source)
    return source


def find_source(archive: ArchiveFolder, url: str, *, name: str, wait: float, say: Say) -> Found:
    """Return the source that the site at `url` gives.

    Raises:
        SourceFailedError: the site can't be reached, or offers nothing to follow.
    """
    source = Source(name=name or source_name_for(url), homepage=url, domains=(domain(url),))
    with CrawlChild() as child:
        return _Finder(Probes(archive, child, source, wait, MAX_REQUESTS), source, url, say).find(name)


class _Finder:
    """Looks at one site."""

    def __init__(self, probes: Probes, source: Source, url: str, say: Say) -> None:
        self._probes, self._source, self._url, self._say = probes, source, url, say
        self._offers: dict[str, Discovery] = {}  # feeds and sitemaps, by URL

    def find(self, name: str) -> Found:
        home, html, blocked = self._front()
        robots = (self._probes.body(urljoin(home, "/robots.txt")) or b"").decode("utf-8", "replace")
        front = self._probes.final(home)
        found = detect(home, html, robots, front.content_type if front and html else None)
        self._look(home, found)
        feeds, sitemaps = self._feeds(), self._sitemaps(edition_of(home))
        if blocked and not feeds and not sitemaps:
            raise SourceFailedError(
                f"{self._url} couldn't be fetched: {blocked}; it has no open feed or sitemap that we could find",
                next_step=_next_step(blocked),
            )
        if blocked:
            self._say(f"{self._url}: {blocked}. What is below was open all the same.")
        elif not feeds:
            self._say(f"{home} has no feed that we could find; its section pages are followed instead.")
        for note in found.notes if not blocked else ():
            self._say(note)
        sections = () if blocked or (feeds and sitemaps) else found.sections or (home,)
        source = replace(
            self._source,
            name=name or source_name_for(home),
            title=found.title or self._title(),
            language=found.language
            or next((d.language[:2] for d in self._offers.values() if d.language), ""),
            homepage=home,
            domains=tuple(dict.fromkeys([domain(home), domain(self._url)])),
            feeds=feeds,
            sitemaps=sitemaps,
            sections=sections,
            article_patterns=self._patterns(edition_of(home), feeds, sitemaps),
        )
        lines = (*(self._line(url) for url in (*feeds, *sitemaps)), *(f"{url}: section" for url in sections))
        return Found(source=source, lines=lines, requests=self._probes.spent)

    def _front(self) -> tuple[str, bytes, str]:
        """The homepage's URL, its bytes, and why it can't be read (then without bytes)."""
        url, probes = self._url, self._probes
        probes.ask([url])
        probes.ask([urljoin(url, "/robots.txt")])  # unless the crawl read it by itself
        final, body = probes.final(url), probes.body(url)
        if body is None:
            if final is None or final.error or final.http_status in _NOT_THERE or final.http_status is None:
                why = probes.why(url)
                raise SourceFailedError(f"{url} couldn't be fetched: {why}", next_step=_next_step(why))
            reached = final.url if domain(final.url) == domain(url) and not is_wall(url, final.url) else url
            return reached, b"", probes.why(url)
        reached = final.url if final else url
        seen = probes.discovery(url)
        if seen is not None and seen.kind in FEEDS | SITEMAPS:
            self._offers[url] = seen
            home = urljoin(reached, "/")
            probes.ask([home])
            return home, probes.body(home) or b"", ""
        if is_wall(url, reached):
            return url, b"", f"it sends to a page that asks for consent ({reached})"
        kind = extract_article(body, reached).page_kind
        if kind in ("consent page", "block page"):
            return url, b"", f"it shows a {kind}"
        if urlsplit(reached).netloc != urlsplit(url).netloc:
            probes.ask([urljoin(reached, "/robots.txt")])
        return reached, body, ""

    def _look(self, home: str, found: Detection) -> None:
        """Asks step by step, the surest first, until there are feeds and sitemaps."""
        places = common_places(home)
        feed_places = [p for p in places if "sitemap" not in p]
        sitemap_places = [p for p in places if "sitemap" in p]
        named = [u for u in found.sitemaps if not is_list_sitemap(u)]
        self._take([*found.feeds[:MAX_FEEDS], *named[:MAX_SITEMAPS], *found.linked[:4]])
        lists = [u for u in (*found.feeds[:MAX_FEEDS], *found.linked[:4]) if u not in self._offers]
        self._take_listed(lists)
        if not self._feeds():
            self._take(feed_places)
        if not self._sitemaps(edition_of(home)):
            self._take(sitemap_places[: None if self._feeds() else 3])
        if not self._feeds():
            sections = [u for u in found.sections if u != home][:3]
            self._probes.ask(sections)
            self._take_listed(sections)

    def _take(self, urls: Iterable[str]) -> None:
        wanted = list(dict.fromkeys(urls))
        self._probes.ask(wanted)
        for url in wanted:
            seen = self._probes.discovery(url)
            if seen is not None and seen.kind in FEEDS | SITEMAPS:
                self._offers.setdefault(url, seen)

    def _take_listed(self, pages: Sequence[str]) -> None:
        """Asks for the feeds that pages of the outlet name."""
        named: dict[str, None] = {}
        for page in pages:
            body, final = self._probes.body(page), self._probes.final(page)
            if body and final:
                seen = detect(final.url, body)
                named |= dict.fromkeys([*seen.feeds, *seen.linked])
        self._take(list(named)[:MAX_FEEDS])

    def _feeds(self) -> tuple[str, ...]:
        """The feeds, those without a page of the outlet only if there are no others."""
        feeds = {u: d for u, d in self._offers.items() if d.kind in FEEDS}
        return (
            distinct(u for u, d in feeds.items() if d.candidates)[:MAX_FEEDS] or distinct(feeds)[:MAX_FEEDS]
        )

    def _sitemaps(self, edition: str) -> tuple[str, ...]:
        """The sitemaps; of an edition those that name it or one of its pages."""
        maps = {u: d for u, d in self._offers.items() if d.kind in SITEMAPS}
        if edition:
            maps = {u: d for u, d in maps.items() if edition in u or any(edition in url for url in _named(d))}
        return distinct(maps)[:MAX_SITEMAPS]

    def _patterns(self, edition: str, feeds: Iterable[str], sitemaps: Iterable[str]) -> tuple[str, ...]:
        """A pattern for the stories of an edition, where sitemaps hold those of others, too, and its feeds none."""
        if not edition:
            return ()
        own = [edition in c.url for url in feeds for c in self._offers[url].candidates]
        mixed = any(edition not in c.url for url in sitemaps for c in self._offers[url].candidates)
        return (f"^https?://[^/]+{edition}",) if mixed and all(own) else ()

    def _title(self) -> str:
        return next((d.title for d in self._offers.values() if d.kind in FEEDS and d.title), "")

    def _line(self, url: str) -> str:
        seen = self._offers[url]
        titles = [c.title or c.url for c in seen.candidates[:SAMPLES]]
        samples = "; ".join(titles)
        return f"{url}: {seen.kind}, {seen.stated_count or len(seen.follow)} entries{': ' if samples else ''}{samples}"


def _next_step(why: str) -> str:
    if why == "address refused":
        return "It isn't public; network.allow in newsarchive.toml can permit an outlet of your own network"
    return "Check the address in a browser; `newsarchive doctor` checks this machine"


def _named(seen: Discovery) -> list[str]:
    return [*(c.url for c in seen.candidates), *(step.url for step in seen.follow)]


def distinct(urls: Iterable[str]) -> tuple[str, ...]:
    """Return `urls` without those that differ only in scheme or a trailing slash."""
    kept: dict[str, str] = {}
    for url in urls:
        kept.setdefault(url.split("://", 1)[-1].rstrip("/"), url)
    return tuple(kept.values())


NO_STORIES = "nine of ten of its pages were lists, profiles or products: one new page a reading is fetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One feed, sitemap or section of a source: how many entries it has, or why it gives none."""

    source: str
    url: str
    entries: int = 0
    problem: str = ""


def check_sources(archive: ArchiveFolder, sources: Iterable[Source], *, wait: float = 0.0) -> list[Checked]:
    """Fetch the feeds, sitemaps and sections of `sources` now and return what each gives, in order."""
    checked = []
    with CrawlChild() as child:
        for source in sources:
            probes = Probes(archive, child, source, wait)
            urls = (*source.feeds, *source.sitemaps, *source.sections)
            probes.ask(urls)
            checked += [_checked(source.name, url, probes) for url in urls]
            checked += [
                Checked(source=source.name, url=url, problem=NO_STORIES)
                for url in doubted_of(archive, source)
            ]
    return checked


def doubted_of(archive: ArchiveFolder, source: Source) -> tuple[str, ...]:
    """Return the documents of a source whose pages hardly ever were stories."""
    with State(archive.root / "state.db", is_readonly=True) as state:
        return document_credit.doubted(state, [source.name])


def _checked(name: str, url: str, probes: Probes) -> Checked:
    seen = probes.discovery(url)
    if seen is None:
        return Checked(source=name, url=url, problem=probes.why(url))
    entries = len(seen.candidates) or len(seen.follow)
    return Checked(
        source=name, url=url, entries=entries, problem="" if entries else f"a {seen.kind} without stories"
    )
