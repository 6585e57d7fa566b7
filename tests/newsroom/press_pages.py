"""The page, feed, picture or note that belongs to an address, as it should be.

Reads the state; the caller holds its lock. Knows no faults and no connections. Tested in
tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.newsroom import noise, relaunch, templates
from tests.newsroom.outlet_site import FEED_SIZE, PAGE_SIZE, PageContext, RouteMatch, slugify, token
from tests.newsroom.pictures import picture
from tests.newsroom.press_response import PressResponse, redirect
from tests.newsroom.state import NewsroomState, OutletState, month_of, recent
from tests.newsroom.story import PressStory
from tests.newsroom.styles import style

XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """What is asked for: an address of an outlet, by whom, when."""

    outlet_state: OutletState
    base: str  # "https://host"
    target: str
    address: RouteMatch
    now: datetime
    member: bool = False  # a subscriber: sees behind the paywall
    release: int = 1  # of the templates; 2 = after the relaunch
    stub: bool = False  # everybody gets the beginning alone


class PageMaker:
    """Makes pages from the outlets' stories, and counts how often each was asked for."""

    def __init__(self, state: NewsroomState) -> None:
        self.state = state
        self.noise = True
        self._fetches: dict[tuple[str, str], int] = {}

    # ---------------------------------------------------------------- pages

    def view(
        self, wanted: PageRequest, *, changed: datetime | None = None, variant: str = "", page: int = 1
    ) -> PageContext:
        """What surrounds a page this time; counts the fetch."""
        name = wanted.outlet_state.site.name
        key = (name, wanted.target)
        fetch = self._fetches[key] = self._fetches.get(key, -1) + 1
        return noise.view(
            wanted.outlet_state.site,
            wanted.base,
            seed=self.state.seed,
            path=wanted.target,
            fetch=fetch,
            on=self.noise,
            now=wanted.now,
            changed=changed,
            others=[s for s in wanted.outlet_state.newest(41) if s.path != wanted.target],
            variant=variant,
            page=page,
            release=wanted.release,
        )

    def page(self, wanted: PageRequest) -> PressResponse:
        """The page, feed, picture … that is asked for, as it should be."""
        kind, key, site = wanted.address.kind, wanted.address.key, wanted.outlet_state.site
        if kind in ("article", "amp", "print"):
            return self._article(wanted)
        if kind == "moved":
            found = wanted.outlet_state.stories.get(int(key))
            return redirect(wanted.base + found.path, 301) if found else self.note(wanted, "not_found", 404)
        if kind in ("front", "section", "tag", "author"):
            return self._list(wanted)
        if kind == "plain" and key in site.plain_pages:
            heading, text = site.plain_pages[key]
            html = templates.plain_page(site, heading, [text], self.view(wanted), path=wanted.target)
            return page_of(wanted, html, etag=token(site.name, wanted.target))
        if kind == "robots":
            return PressResponse(
                body=site.robots_txt(wanted.base).encode(), content_type="text/plain; charset=utf-8"
            )
        return self._asset(wanted) or self._xml(wanted) or self.note(wanted, "not_found", 404)

    def _article(self, wanted: PageRequest) -> PressResponse:
        number, site, outlet_state = int(wanted.address.key), wanted.outlet_state.site, wanted.outlet_state
        story = outlet_state.stories[number]
        if gone := outlet_state.gone.get(number):
            return self._gone(wanted, gone)
        variant = "" if wanted.address.kind == "article" else wanted.address.kind
        if not variant and wanted.target.partition("?")[0] != story.path.partition("?")[0]:
            return redirect(wanted.base + story.path, 301)
        if wanted.stub or (story.paywalled and wanted.member):
            story = replace(story, paywalled=wanted.stub and not wanted.member)
        changed = outlet_state.changed[number]
        pages, page = site.pages_of(story), wanted.address.page
        if page > pages:
            return self.note(wanted, "not_found", 404)
        view = self.view(wanted, changed=changed, variant=variant, page=page)
        html = templates.article_page(site, story, view)
        if wanted.release > 1:
            html = relaunch.relaunch(html)
        etag = token(
            site.name, number, outlet_state.revision[number], variant, wanted.release, story.paywalled
        )
        if pages > 1:  # each page has a validator of its own
            mine = story.paragraphs[site.span(story, page).start : site.span(story, page).stop]
            etag = token(etag_of(story), mine, page, pages, wanted.release)
        made = page_of(wanted, html, etag=etag, modified=changed if pages == 1 else None)
        if outlet_state.stories[number].paywalled or wanted.stub:
            made.headers.append(("Vary", "Cookie, Authorization"))
        return made

    def _gone(self, wanted: PageRequest, how: str) -> PressResponse:
        if how == "delete-home":
            return redirect(wanted.base + "/", 302)
        if how == "delete-soft":
            return self.note(wanted, "not_found", 200)
        return self.note(wanted, *(("gone", 410) if how == "delete-410" else ("not_found", 404)))

    def _list(self, wanted: PageRequest) -> PressResponse:
        site, key, kind, number = (
            wanted.outlet_state.site,
            wanted.address.key,
            wanted.address.kind,
            wanted.address.page,
        )
        heading, stories = _listed(wanted)
        shown = stories[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        if not shown and (number > 1 or kind in ("tag", "author")):
            return self.note(wanted, "not_found", 404)
        paged = kind == "section"
        more = len(stories) > number * PAGE_SIZE
        older = site.section_path(key, number + 1) if paged and more else ""
        newer = site.section_path(key, number - 1) if paged and number > 1 else ""
        html = templates.listing_page(
            site, heading, shown, self.view(wanted), path=wanted.target, older=older, newer=newer
        )
        if wanted.release > 1:
            html = relaunch.relaunch(html)
        return page_of(
            wanted, html, etag=token(site.name, wanted.target, wanted.outlet_state.changes, wanted.release)
        )

    def note(self, wanted: PageRequest, what: str, status: int) -> PressResponse:
        """A page in the outlet's dress that says: not found, gone, error."""
        site = wanted.outlet_state.site
        heading, *text = noise.notes(site.language)[what]
        html = templates.plain_page(
            site, heading, text, self.view(replace(wanted, target=f"/{what}")), path=f"/{what}"
        )
        return page_of(wanted, html, status=status)

    # ---------------------------------------------------------------- what isn't a page

    def _asset(self, wanted: PageRequest) -> PressResponse | None:
        kind, key = wanted.address.kind, wanted.address.key
        if kind == "picture":
            number = int("".join(c for c in wanted.target.partition("?")[0] if c.isdigit()) or "0")
            return PressResponse(body=picture(number), content_type="image/png", etag=f"png{number}")
        if kind == "css":
            return PressResponse(body=style(f"{key}.css"), content_type="text/css; charset=utf-8", etag="css")
        if kind == "script":
            return PressResponse(
                body=style(f"{key}.js"), content_type="text/javascript; charset=utf-8", etag="js"
            )
        if kind == "api":
            found = wanted.outlet_state.stories.get(int(key) - wanted.outlet_state.site.first_id)
            if found is None or found.number in wanted.outlet_state.gone:
                return PressResponse(
                    status=404, body=b'{"error":"not found"}', content_type="application/json"
                )
            body = json.dumps(wanted.outlet_state.site.api_data(found), ensure_ascii=False).encode()
            return PressResponse(body=body, content_type="application/json; charset=utf-8")
        return None

    def _xml(self, wanted: PageRequest) -> PressResponse | None:
        site, kind, key = wanted.outlet_state.site, wanted.address.kind, wanted.address.key
        content_type = XML
        if kind == "feed":
            return self.feed(wanted, wanted.outlet_state.newest(FEED_SIZE))
        if kind == "news-sitemap":
            text = templates.sitemap(site, recent(wanted.outlet_state, wanted.now), wanted.base, news=True)
        elif kind == "sitemap":
            text = templates.sitemap(
                site, [s for s in wanted.outlet_state.newest() if month_of(s) == key], wanted.base
            )
        elif kind == "sitemap-index":
            months: dict[str, datetime] = {}
            for s in wanted.outlet_state.newest():
                months[month_of(s)] = max(s.modified_at, months.get(month_of(s), s.modified_at))
            text = templates.sitemap_index(site, months, wanted.base)
        else:
            return None
        body = text.encode()
        if kind == "sitemap" and site.sitemap_path(key).endswith(".gz"):
            body, content_type = gzip.compress(body, mtime=0), "application/gzip"
        etag = token(site.name, kind, key, wanted.outlet_state.changes)
        return PressResponse(
            body=body, content_type=content_type, etag=etag, modified=wanted.outlet_state.touched
        )

    def feed(self, wanted: PageRequest, stories: list[PressStory]) -> PressResponse:
        """The outlet's feed with these stories."""
        site = wanted.outlet_state.site
        newest = max((s.modified_at for s in stories), default=None)
        body = templates.feed(site, stories, wanted.base).encode()
        etag = token(
            site.name, "feed", *(f"{s.number}.{wanted.outlet_state.revision[s.number]}" for s in stories)
        )
        return PressResponse(body=body, content_type=site.feed_type, etag=etag, modified=newest)


def address_of(outlet_state: OutletState, target: str) -> RouteMatch:
    """What `target` (path and query) is: a story's address of now or before, or one of the outlet's routes."""
    path = target.partition("?")[0]
    for candidate in (target, path):
        if candidate in outlet_state.paths:
            return RouteMatch(
                kind="article", key=str(outlet_state.paths[candidate]), page=_number(target, candidate)
            )
    address = outlet_state.site.find(target) or outlet_state.site.find(path)
    if address is None:
        return RouteMatch(kind="missing")
    if address.kind == "id":
        return replace(address, kind="moved", key=str(int(address.key) - outlet_state.site.first_id))
    if address.kind in ("amp", "print"):
        known = outlet_state.paths.get(address.key)
        return replace(address, key=str(known)) if known is not None else RouteMatch(kind="missing")
    return address


def _number(target: str, path: str) -> int:
    """The page of a story that `target` asks for, whose own address is `path`."""
    found = re.fullmatch(r"\?page=([1-9])", target.removeprefix(path))
    return int(found[1]) if found else 1


def etag_of(story: PressStory) -> str:
    """What each of a story's pages shows beside its paragraphs."""
    return repr(
        (story.number, story.title, story.standfirst, story.authors, story.captions, story.modified_at)
    )


def page_of(wanted: PageRequest, html: str, **more: Any) -> PressResponse:
    """An answer that holds this page, encoded as the outlet does."""
    charset = wanted.outlet_state.site.charset
    body = html.encode(charset, "xmlcharrefreplace")
    return PressResponse(body=body, content_type=f"text/html; charset={charset}", **more)


def _listed(wanted: PageRequest) -> tuple[str, list[PressStory]]:
    """Heading and stories of a list, newest first."""
    site, key, kind, stories = (
        wanted.outlet_state.site,
        wanted.address.key,
        wanted.address.kind,
        wanted.outlet_state.newest(),
    )
    if kind == "section":
        return site.section_title(key), [s for s in stories if s.section == key]
    if kind == "tag":
        stories = [s for s in stories if key in {slugify(t) for t in s.tags}]
        return next((t for s in stories for t in s.tags if slugify(t) == key), ""), stories
    if kind == "author":
        stories = [s for s in stories if key in {slugify(a) for a in s.authors}]
        return next((a for s in stories for a in s.authors if slugify(a) == key), ""), stories
    return site.title, stories
