"""The page, feed, picture or note that belongs to an address, as it should be.

Reads the desk's stories; the caller holds its lock. Knows no faults and no connections. Tested in
tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tests.newsroom import layout, noise
from tests.newsroom.answers import Answer, redirect
from tests.newsroom.desk import Desk, Shelf, month_of, recent
from tests.newsroom.outlets import feeds
from tests.newsroom.outlets.base import FEED_SIZE, PAGE_SIZE, Address, View, slugify, token
from tests.newsroom.pictures import picture
from tests.newsroom.story import Story
from tests.newsroom.styles import style

XML = "application/xml; charset=utf-8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked for: an address of an outlet, by whom, when."""

    shelf: Shelf
    base: str  # "https://host"
    target: str
    address: Address
    now: datetime
    member: bool = False  # a subscriber: sees behind the paywall
    release: int = 1  # of the templates; 2 = after the relaunch
    stub: bool = False  # everybody gets the beginning alone


class Pages:
    """Makes pages from the desk's stories, and counts how often each was asked for."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.noise = True
        self._fetches: dict[tuple[str, str], int] = {}

    # ---------------------------------------------------------------- pages

    def view(self, asked: Asked, *, changed: datetime | None = None, variant: str = "") -> View:
        """What stands around a page this time; counts the fetch."""
        name = asked.shelf.site.name
        key = (name, asked.target)
        fetch = self._fetches[key] = self._fetches.get(key, -1) + 1
        return noise.view(
            asked.shelf.site,
            asked.base,
            seed=self.desk.seed,
            path=asked.target,
            fetch=fetch,
            on=self.noise,
            now=asked.now,
            changed=changed,
            others=[s for s in asked.shelf.newest(41) if s.path != asked.target],
            variant=variant,
            release=asked.release,
        )

    def page(self, asked: Asked) -> Answer:
        """The page, feed, picture … that is asked for, as it should be."""
        kind, key, site = asked.address.kind, asked.address.key, asked.shelf.site
        if kind in ("article", "amp", "print"):
            return self._article(asked)
        if kind == "moved":
            found = asked.shelf.stories.get(int(key))
            return redirect(asked.base + found.path, 301) if found else self.note(asked, "not_found", 404)
        if kind in ("front", "section", "tag", "author"):
            return self._list(asked)
        if kind == "plain" and key in site.plain_pages:
            heading, text = site.plain_pages[key]
            html = site.plain(heading, [text], self.view(asked), path=asked.target)
            return page_of(asked, html, etag=token(site.name, asked.target))
        if kind == "robots":
            return Answer(body=site.robots(asked.base).encode(), content_type="text/plain; charset=utf-8")
        return self._asset(asked) or self._xml(asked) or self.note(asked, "not_found", 404)

    def _article(self, asked: Asked) -> Answer:
        number, site, shelf = int(asked.address.key), asked.shelf.site, asked.shelf
        story = shelf.stories[number]
        if gone := shelf.gone.get(number):
            return self._gone(asked, gone)
        variant = "" if asked.address.kind == "article" else asked.address.kind
        if not variant and asked.target.partition("?")[0] != story.path.partition("?")[0]:
            return redirect(asked.base + story.path, 301)
        if asked.stub or (story.paywalled and asked.member):
            story = replace(story, paywalled=asked.stub and not asked.member)
        changed = shelf.changed[number]
        pages, page = site.pages_of(story), asked.address.page
        if page > pages:
            return self.note(asked, "not_found", 404)
        view = replace(self.view(asked, changed=changed, variant=variant), page=page)
        html = site.article(story, view)
        if asked.release > 1:
            html = layout.relaunch(html)
        etag = token(site.name, number, shelf.revision[number], variant, asked.release, story.paywalled)
        if pages > 1:  # each page has a validator of its own
            mine = story.paragraphs[site.span(story, page).start : site.span(story, page).stop]
            etag = token(etag_of(story), mine, page, pages, asked.release)
        made = page_of(asked, html, etag=etag, modified=changed if pages == 1 else None)
        if shelf.stories[number].paywalled or asked.stub:
            made.headers.append(("Vary", "Cookie, Authorization"))
        return made

    def _gone(self, asked: Asked, how: str) -> Answer:
        if how == "delete-home":
            return redirect(asked.base + "/", 302)
        if how == "delete-soft":
            return self.note(asked, "not_found", 200)
        return self.note(asked, *(("gone", 410) if how == "delete-410" else ("not_found", 404)))

    def _list(self, asked: Asked) -> Answer:
        site, key, kind, number = asked.shelf.site, asked.address.key, asked.address.kind, asked.address.page
        heading, stories = _listed(asked)
        shown = stories[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        if not shown and (number > 1 or kind in ("tag", "author")):
            return self.note(asked, "not_found", 404)
        paged = kind == "section"
        more = len(stories) > number * PAGE_SIZE
        older = site.section_path(key, number + 1) if paged and more else ""
        newer = site.section_path(key, number - 1) if paged and number > 1 else ""
        html = site.listing(heading, shown, self.view(asked), path=asked.target, older=older, newer=newer)
        if asked.release > 1:
            html = layout.relaunch(html)
        return page_of(asked, html, etag=token(site.name, asked.target, asked.shelf.changes, asked.release))

    def note(self, asked: Asked, what: str, status: int) -> Answer:
        """A page in the outlet's dress that says: not found, gone, error."""
        site = asked.shelf.site
        heading, *text = noise.notes(site.language)[what]
        html = site.plain(heading, text, self.view(replace(asked, target=f"/{what}")), path=f"/{what}")
        return page_of(asked, html, status=status)

    # ---------------------------------------------------------------- what isn't a page

    def _asset(self, asked: Asked) -> Answer | None:
        kind, key = asked.address.kind, asked.address.key
        if kind == "picture":
            number = int("".join(c for c in asked.target.partition("?")[0] if c.isdigit()) or "0")
            return Answer(body=picture(number), content_type="image/png", etag=f"png{number}")
        if kind == "css":
            return Answer(body=style(f"{key}.css"), content_type="text/css; charset=utf-8", etag="css")
        if kind == "script":
            return Answer(body=style(f"{key}.js"), content_type="text/javascript; charset=utf-8", etag="js")
        if kind == "api":
            found = asked.shelf.stories.get(int(key) - asked.shelf.site.first_id)
            if found is None or found.number in asked.shelf.gone:
                return Answer(status=404, body=b'{"error":"not found"}', content_type="application/json")
            body = json.dumps(asked.shelf.site.data(found), ensure_ascii=False).encode()
            return Answer(body=body, content_type="application/json; charset=utf-8")
        return None

    def _xml(self, asked: Asked) -> Answer | None:
        site, kind, key = asked.shelf.site, asked.address.kind, asked.address.key
        content_type = XML
        if kind == "feed":
            return self.feed(asked, asked.shelf.newest(FEED_SIZE))
        if kind == "news-sitemap":
            text = feeds.news_sitemap(site, recent(asked.shelf, asked.now), asked.base)
        elif kind == "sitemap":
            text = feeds.sitemap(site, [s for s in asked.shelf.newest() if month_of(s) == key], asked.base)
        elif kind == "sitemap-index":
            months: dict[str, datetime] = {}
            for s in asked.shelf.newest():
                months[month_of(s)] = max(s.modified_at, months.get(month_of(s), s.modified_at))
            text = feeds.sitemap_index(site, months.items(), asked.base)
        else:
            return None
        body = text.encode()
        if kind == "sitemap" and site.sitemap_path(key).endswith(".gz"):
            body, content_type = gzip.compress(body, mtime=0), "application/gzip"
        etag = token(site.name, kind, key, asked.shelf.changes)
        return Answer(body=body, content_type=content_type, etag=etag, modified=asked.shelf.touched)

    def feed(self, asked: Asked, stories: list[Story]) -> Answer:
        """The outlet's feed with these stories."""
        site = asked.shelf.site
        newest = max((s.modified_at for s in stories), default=None)
        body = site.feed(stories, asked.base).encode()
        etag = token(site.name, "feed", *(f"{s.number}.{asked.shelf.revision[s.number]}" for s in stories))
        return Answer(body=body, content_type=site.feed_type, etag=etag, modified=newest)


def address_of(shelf: Shelf, target: str) -> Address:
    """What `target` (path and query) is: a story's address of now or before, or one of the outlet's routes."""
    path = target.partition("?")[0]
    for candidate in (target, path):
        if candidate in shelf.paths:
            return Address(kind="article", key=str(shelf.paths[candidate]), page=_number(target, candidate))
    address = shelf.site.find(target) or shelf.site.find(path)
    if address is None:
        return Address(kind="missing")
    if address.kind == "id":
        return replace(address, kind="moved", key=str(int(address.key) - shelf.site.first_id))
    if address.kind in ("amp", "print"):
        known = shelf.paths.get(address.key)
        return replace(address, key=str(known)) if known is not None else Address(kind="missing")
    return address


def _number(target: str, path: str) -> int:
    """The page of a story that `target` asks for, whose own address is `path`."""
    found = re.fullmatch(r"\?page=([1-9])", target.removeprefix(path))
    return int(found[1]) if found else 1


def etag_of(story: Story) -> str:
    """What each of a story's pages shows beside its paragraphs."""
    return repr(
        (story.number, story.title, story.standfirst, story.authors, story.captions, story.modified_at)
    )


def page_of(asked: Asked, html: str, **more: Any) -> Answer:
    """An answer that holds this page, encoded as the outlet does."""
    charset = asked.shelf.site.charset
    body = html.encode(charset, "xmlcharrefreplace")
    return Answer(body=body, content_type=f"text/html; charset={charset}", **more)


def _listed(asked: Asked) -> tuple[str, list[Story]]:
    """Heading and stories of a list, newest first."""
    site, key, kind, stories = asked.shelf.site, asked.address.key, asked.address.kind, asked.shelf.newest()
    if kind == "section":
        return site.section_title(key), [s for s in stories if s.section == key]
    if kind == "tag":
        stories = [s for s in stories if key in {slugify(t) for t in s.tags}]
        return next((t for s in stories for t in s.tags if slugify(t) == key), ""), stories
    if kind == "author":
        stories = [s for s in stories if key in {slugify(a) for a in s.authors}]
        return next((a for s in stories for a in s.authors if slugify(a) == key), ""), stories
    return site.title, stories
