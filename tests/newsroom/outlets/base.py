"""What every outlet has: a host, sections, addresses, feeds; what each does in its own way it overrides.

A `Site` is a description and a renderer, without state: which stories exist, and when, state.py knows.
Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from html import escape
from typing import Any, ClassVar
from urllib.parse import quote

from tests.newsroom.generate import Draft, vocabulary
from tests.newsroom.story import PressStory

PAGE_SIZE = 20
FEED_SIZE = 30

Finding = Callable[[str, int], PressStory | None]


@dataclass(frozen=True, slots=True)
class OutletSection:
    """A part of the paper: its slug in addresses and its name for readers."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMatch:
    """What a path of the outlet is. `kind` is article, front, section, feed, robots, …; `key` says which."""

    kind: str
    key: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What surrounds a story on a page, and changes from one fetch to the next.

    `now` and the texts made of it stand still when the noise is off.
    """

    base: str  # "https://www.cedar-courier.example"
    now: datetime
    views: int = 1000
    shares: int = 10
    token: str = "0"
    build: str = "1"  # in the addresses of styles and pictures
    ago: str = ""  # "3 hours 5 min ago", in the outlet's language
    curly: bool = True  # False: quotes are set straight this time
    related: tuple[PressStory, ...] = ()
    popular: tuple[PressStory, ...] = ()
    ad: str = ""
    variant: str = ""  # "", "amp", "print"
    is_second: bool = False  # every second fetch: the same text is written in another way
    page: int = 1  # of a story that is set on several pages


class OutletSite(ABC):
    """One outlet. Subclasses set the class attributes and write the pages."""

    name: ClassVar[str] = ""
    host: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()  # hosts that redirect to `host`
    title: ClassVar[str] = ""
    language: ClassVar[str] = "en"
    secure: ClassVar[bool] = True  # answers on https, and http redirects there
    sections: ClassVar[tuple[OutletSection, ...]] = ()
    feeds: ClassVar[tuple[str, ...]] = ("/rss",)
    feed_type: ClassVar[str] = "application/rss+xml; charset=utf-8"
    news_sitemap: ClassVar[str] = "/news-sitemap.xml"
    sitemap_index: ClassVar[str] = "/sitemap.xml"
    routes: ClassVar[tuple[tuple[str, str], ...]] = ()  # (regex over path and query, kind)
    plain_pages: ClassVar[Mapping[str, tuple[str, str]]] = {}  # slug -> title, text
    charset: ClassVar[str] = "utf-8"
    etags: ClassVar[str] = "weak"  # weak (by the story), strong (by the bytes), none
    dated: ClassVar[bool] = True  # sends Last-Modified
    chunked: ClassVar[bool] = False
    crawl_delay: ClassVar[float | None] = None
    utc_offset: ClassVar[float] = 0.0  # hours
    first_id: ClassVar[int] = 1000  # of the content system; story n has the id first_id + n
    boilerplate: ClassVar[
        tuple[str, ...]
    ] = ()  # texts that stand on every article page and aren't the article
    has_slug: ClassVar[bool] = True  # its addresses hold a slug that can change
    shows_modified: ClassVar[bool] = True  # its pages say when they were last modified
    live_every: ClassVar[int] = 0  # each n-th story is a live blog; 0 = none
    gallery_every: ClassVar[int] = 0
    long_from: ClassVar[int] = 0  # stories of so many paragraphs are set on two or three pages; 0 = none
    can_paginate: ClassVar[bool] = False  # can do that

    # ---------------------------------------------------------------- addresses

    @abstractmethod
    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        """The address of a story, percent-encoded."""

    def place(self, draft: Draft) -> PressStory:
        """A draft as this outlet publishes it."""
        path = self.path(draft.number, draft.section, draft.title, draft.published_at)
        return PressStory(
            outlet=self.name,
            number=draft.number,
            path=path,
            guid=self.guid(draft.number, path),
            title=draft.title,
            standfirst=draft.standfirst,
            authors=draft.authors,
            section=draft.section,
            tags=draft.tags,
            published_at=draft.published_at,
            modified_at=draft.published_at,
            language=draft.language,
            paragraphs=draft.paragraphs,
            captions=draft.captions,
            credits=draft.credits,
            image=self.image_path(draft.number),
            headings=draft.headings,
        )

    def vary(self, story: PressStory, found: Finding, bases: Mapping[str, str]) -> PressStory:
        """What some outlets make of some stories: a live blog, a gallery, a copy of another's.

        Args:
            found: Gives the story of an outlet with a number, if it is out.
            bases: Outlet -> "https://host".
        """
        return story

    def pages_of(self, story: PressStory) -> int:
        """On how many pages a story is set."""
        count = len(story.paragraphs)
        if not self.can_paginate or not self.long_from or count < self.long_from or story.paywalled:
            return 1
        return 2 if 2 * count < 3 * self.long_from else 3

    def span(self, story: PressStory, page: int) -> range:
        """The indexes of the paragraphs that stand on a page of a story."""
        count, pages = len(story.paragraphs), self.pages_of(story)
        return range(count * (page - 1) // pages, count * page // pages)

    def page_path(self, story: PressStory, page: int) -> str:
        """The address of a page of a story."""
        return story.path if page == 1 else f"{story.path}?page={page}"

    @abstractmethod
    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        """The feed of these stories, newest first."""

    def guid(self, number: int, path: str) -> str:
        """The identity that the feed gives a story."""
        return f"{self.first_id + number} at https://{self.host}"

    def image_path(self, number: int) -> str:
        """The picture of a story."""
        return f"/images/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        """A page of a section's list."""
        return f"/{slug}" if page == 1 else f"/{slug}?page={page}"

    def tag_path(self, tag: str) -> str:
        """The list of the stories with a tag."""
        return f"/topics/{slugify(tag)}"

    def author_path(self, name: str) -> str:
        """The list of the stories of an author."""
        return f"/authors/{slugify(name)}"

    def sitemap_path(self, key: str) -> str:
        """One of the sitemaps that the index names; `key` is a month, "2026-11"."""
        return f"/sitemap-{key}.xml"

    def find(self, target: str) -> RouteMatch | None:
        """What `target` (path and query) is, if it isn't a story's own address."""
        for pattern, kind in self.routes:
            if found := re.fullmatch(pattern, target):
                groups = found.groupdict()
                return RouteMatch(kind=kind, key=groups.get("key") or "", page=int(groups.get("page") or 1))
        return None

    # ---------------------------------------------------------------- pages

    @abstractmethod
    def article(self, story: PressStory, view: PageContext) -> str:
        """The story's page."""

    @abstractmethod
    def listing(
        self,
        heading: str,
        stories: Sequence[PressStory],
        view: PageContext,
        *,
        path: str,
        older: str = "",
        newer: str = "",
    ) -> str:
        """A page that lists stories: front page, section, tag, author."""

    @abstractmethod
    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        """A page that is no article: about, contact, an error, a consent wall."""

    def data(self, story: PressStory) -> dict[str, Any]:
        """The story as the outlet's own interface gives it, for outlets that have one."""
        return story.to_json()

    def shell(self, story: PressStory, view: PageContext) -> str:
        """The story's page without its text, which a script will fetch; empty if the outlet has none."""
        return ""

    def robots(self, base: str) -> str:
        """robots.txt."""
        lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /search"]
        if self.crawl_delay is not None:
            lines.append(f"Crawl-delay: {self.crawl_delay:g}")
        lines += ["", f"Sitemap: {base}{self.sitemap_index}", f"Sitemap: {base}{self.news_sitemap}", ""]
        return "\n".join(lines)

    # ---------------------------------------------------------------- pieces for pages

    def local(self, moment: datetime) -> datetime:
        """The moment in the outlet's zone."""
        return moment.astimezone(timezone(timedelta(hours=self.utc_offset)))

    def stamp(self, moment: datetime) -> str:
        """ISO 8601 with the outlet's offset."""
        return self.local(moment).isoformat(timespec="seconds")

    def long_date(self, moment: datetime) -> str:
        """The day as readers of the outlet write it."""
        here = self.local(moment)
        month = vocabulary(self.language).words["month"][here.month - 1]
        if self.language == "ja":
            return f"{here.year}年{here.month}月{here.day}日"
        if self.language == "de":
            return f"{here.day}. {month} {here.year}"
        return f"{here.day} {month} {here.year}"

    def section_title(self, slug: str) -> str:
        """The name of a section for readers; the slug if there is no such section."""
        return next((s.title for s in self.sections if s.slug == slug), slug)

    def canonical(self, story: PressStory, view: PageContext) -> str:
        """What the page says is its true address."""
        return story.canonical_url or view.base + story.path

    def json_ld(self, story: PressStory, view: PageContext, **more: Any) -> dict[str, Any]:
        """The story as schema.org has it."""
        return {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "mainEntityOfPage": {"@type": "WebPage", "@id": view.base + story.path},
            "headline": story.title,
            "description": story.standfirst,
            "datePublished": self.stamp(story.published_at),
            "dateModified": self.stamp(story.modified_at),
            "articleSection": self.section_title(story.section),
            "keywords": list(story.tags),
            "inLanguage": story.language,
            "author": [{"@type": "Person", "name": a} for a in story.authors],
            "publisher": {"@type": "NewsMediaOrganization", "name": self.title, "url": view.base + "/"},
            "image": {"@type": "ImageObject", "url": view.base + story.image, "width": 640, "height": 360},
            "isAccessibleForFree": not story.paywalled,
            **more,
        }

    def open_graph(self, story: PressStory, view: PageContext) -> str:
        """Open Graph and article: tags."""
        pairs = [
            ("og:site_name", self.title),
            ("og:type", "article"),
            ("og:title", story.title),
            ("og:description", story.standfirst),
            ("og:url", view.base + story.path),
            ("og:image", f"{view.base}{story.image}?v={view.build}"),
            ("article:published_time", self.stamp(story.published_at)),
            ("article:modified_time", self.stamp(story.modified_at)),
            ("article:section", self.section_title(story.section)),
            *(("article:tag", tag) for tag in story.tags),
        ]
        return "\n".join(f'<meta property="{k}" content="{escape(v)}">' for k, v in pairs)

    def caption(self, story: PressStory) -> str:
        """The first caption as readers see it, with its credit in the outlet's way."""
        return " ".join((*story.captions[:1], *story.credits[:1]))

    def text_html(self, text: str, view: PageContext) -> str:
        """A paragraph as HTML; on every second fetch written in another way that no reader sees."""
        html = escape(text, quote=False)
        return self.respelled(html) if view.is_second else html

    def respelled(self, html: str) -> str:
        """The same text with other white space, entities or soft hyphens; as it is, for most outlets."""
        return html

    def set_quotes(self, text: str, view: PageContext) -> str:
        """The text as it is set this time: curly or straight quotes."""
        if view.curly:
            return text
        return text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'")


def slugify(text: str) -> str:
    """A text as a piece of an address: ASCII where it can be, else percent-encoded."""
    text = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(slug) >= 3 and sum(c.isalpha() for c in text) <= 2 * sum(c.isalpha() for c in slug):
        return slug[:120].strip("-")
    return quote(re.sub(r"[\W_]+", "-", text).strip("-"))


def token(*parts: object, length: int = 8) -> str:
    """A few hex digits that depend on `parts` alone."""
    return hashlib.sha1("/".join(map(str, parts)).encode()).hexdigest()[:length]


def free_paragraphs(story: PressStory) -> tuple[str, ...]:
    """What a reader without a subscription gets: all, or the first paragraph."""
    return story.paragraphs[:1] if story.paywalled else story.paragraphs
