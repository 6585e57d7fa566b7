"""`OutletSite`: one invented outlet as its data file describes it; addresses, texts and small pieces for its pages.

Without state: which stories exist, and when, state.py knows; templates.py makes the pages. How an outlet
differs from the others is data (outlets/*.toml, outlets/templates/) as far as possible; what some make of
some stories is in variations.py. Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from tests.newsroom.generate import Draft, vocabulary
from tests.newsroom.story import PressStory

OUTLETS = Path(__file__).parent / "outlets"
ORDER = ("courier", "harbour", "northline", "mirat", "bote", "asanagi", "gazette")
PAGE_SIZE = 20
FEED_SIZE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMatch:
    """What a path of the outlet is. `kind` is article, front, section, feed, robots, …; `key` says which."""

    kind: str
    key: str = ""
    page: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PageContext:
    """What surrounds a story on a page, and changes from one fetch to the next.

    `now` and the texts made of it don't change when the noise is off.
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

    def quotes(self, text: str) -> str:
        """Return the text as it is set this time: with curly or straight quotes."""
        if self.curly:
            return text
        return text.replace("“", '"').replace("”", '"').replace("’", "'").replace("‘", "'")


class BodyParagraph(NamedTuple):
    """A paragraph as it is set on a page."""

    html: str
    is_heading: bool
    is_quote: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletSite:
    """One outlet: the fields are those of its data file."""

    name: str
    host: str
    title: str
    sections: Mapping[str, str]  # slug in addresses -> name for readers
    paths: Mapping[str, str]  # formats of addresses: story, guid, image, section, section_page, tag …
    routes: tuple[tuple[re.Pattern[str], str], ...]  # (pattern over path and query, kind)
    feed_path: str
    feed_template: str = "rss.xml.j2"
    feed_type: str = "application/rss+xml; charset=utf-8"
    feed_full: bool = False  # the whole text is in it
    feed_guids: bool = True
    news_sitemap: str = "/news-sitemap.xml"
    sitemap_index: str = "/sitemap.xml"
    robots: str = "User-agent: *\nDisallow: /admin/\nDisallow: /search"
    crawl_delay: float | None = None
    aliases: tuple[str, ...] = ()  # hosts that redirect to `host`
    language: str = "en"
    secure: bool = True  # answers on https, and http redirects there
    plain_pages: Mapping[str, tuple[str, str]]  # slug -> title, text
    charset: str = "utf-8"
    etags: str = "weak"  # weak (by the story), strong (by the bytes), none
    dated: bool = True  # sends Last-Modified
    chunked: bool = False
    utc_offset: float = 0.0  # hours
    first_id: int = 1000  # of the content system; story n has the id first_id + n
    boilerplate: tuple[str, ...] = ()  # texts that are on every article page and aren't the article
    has_slug: bool = True  # its addresses hold a slug that can change
    shows_modified: bool = True  # its pages say when they were last modified
    canonical_is_front: bool = False  # every page calls the front page its canonical address
    long_date_format: str = "{day} {month} {year}"
    caption_join: str = " "
    credit_format: str = "{credit}"
    respelling: tuple[
        tuple[str, str], ...
    ] = ()  # pattern, replacement: what every second fetch does to a text
    alternates_quotes: bool = False  # curly on one fetch, straight on the next
    variation: str = ""  # what it makes of some of its stories: a name in variations.py
    live_every: int = 0  # each n-th story is a live blog; 0 = none
    long_from: int = 0  # stories of so many paragraphs are set on two or three pages; 0 = none
    can_paginate: bool = False  # can do that

    @property
    def has_api(self) -> bool:
        """Whether scripts of its pages fetch stories as JSON."""
        return any(kind == "api" for _, kind in self.routes)

    # ---------------------------------------------------------------- addresses

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        """Return the address of a story, percent-encoded."""
        pattern = self.paths["story"]
        slug = slugify(title) if "{slug}" in pattern else ""
        return pattern.format(id=self.first_id + number, section=section, slug=slug, published=published)

    def guid(self, number: int) -> str:
        """Return the identity that the feed gives a story."""
        pattern = self.paths.get("guid", "{id} at https://{host}")
        return pattern.format(id=self.first_id + number, host=self.host)

    def section_path(self, slug: str, page: int = 1) -> str:
        """Return the address of a page of a section's list."""
        return self.paths["section" if page == 1 else "section_page"].format(slug=slug, page=page)

    def tag_path(self, tag: str) -> str:
        """Return the address of the list of the stories with a tag."""
        return self.paths["tag"].format(slug=slugify(tag))

    def author_path(self, name: str) -> str:
        """Return the address of the list of the stories of an author."""
        return self.paths["author"].format(slug=slugify(name))

    def sitemap_path(self, key: str) -> str:
        """Return the address of one of the sitemaps that the index names; `key` is a month, "2026-11"."""
        return self.paths.get("sitemap", "/sitemap-{key}.xml").format(key=key)

    def page_path(self, story: PressStory, page: int) -> str:
        """Return the address of a page of a story."""
        return story.path if page == 1 else f"{story.path}?page={page}"

    def find(self, target: str) -> RouteMatch | None:
        """Return what `target` (path and query) is, if it isn't a story's own address."""
        for pattern, kind in self.routes:
            if found := pattern.fullmatch(target):
                groups = found.groupdict()
                return RouteMatch(kind=kind, key=groups.get("key") or "", page=int(groups.get("page") or 1))
        return None

    def canonical(self, story: PressStory, view: PageContext) -> str:
        """Return what the page says is its true address; each page of a story has its own."""
        if view.page > 1:
            return view.base + self.page_path(story, view.page)
        return story.canonical_url or view.base + ("/" if self.canonical_is_front else story.path)

    # ---------------------------------------------------------------- stories

    def place(self, draft: Draft) -> PressStory:
        """Return a draft as this outlet publishes it."""
        return PressStory(
            outlet=self.name,
            number=draft.number,
            path=self.path(draft.number, draft.section, draft.title, draft.published_at),
            guid=self.guid(draft.number),
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
            image=self.paths["image"].format(number=draft.number),
            headings=draft.headings,
        )

    def pages_of(self, story: PressStory) -> int:
        """Return on how many pages a story is set."""
        count = len(story.paragraphs)
        if not self.can_paginate or not self.long_from or count < self.long_from or story.paywalled:
            return 1
        return 2 if 2 * count < 3 * self.long_from else 3

    def span(self, story: PressStory, page: int) -> range:
        """Return the indexes of the paragraphs that are on a page of a story."""
        count, pages = len(story.paragraphs), self.pages_of(story)
        return range(count * (page - 1) // pages, count * page // pages)

    def body(self, story: PressStory, view: PageContext) -> list[BodyParagraph]:
        """Return the paragraphs of a page of the story, without a subscription where it is paywalled."""
        texts = free_paragraphs(story)
        return [
            BodyParagraph(self._html(texts[i], view), i in story.headings, i in story.quotes)
            for i in self.span(story, view.page)
            if i < len(texts)
        ]

    def _html(self, text: str, view: PageContext) -> str:
        """A paragraph as HTML; on every second fetch some write it in another way that no reader sees."""
        html = escaped(view.quotes(text), quote=False)
        for pattern, replacement in self.respelling if view.is_second else ():
            html = re.sub(pattern, replacement, html)
        return html

    # ---------------------------------------------------------------- pieces for pages

    def local(self, moment: datetime) -> datetime:
        """Return the moment in the outlet's zone."""
        return _local(moment, self.utc_offset)

    def stamp(self, moment: datetime) -> str:
        """Return the moment in ISO 8601 with the outlet's offset."""
        return _stamp(moment, self.utc_offset)

    def long_date(self, moment: datetime) -> str:
        """Return the day as readers of the outlet write it."""
        here = self.local(moment)
        month = vocabulary(self.language).words["month"][here.month - 1]
        return self.long_date_format.format(day=here.day, month=month, n=here.month, year=here.year)

    def section_title(self, slug: str) -> str:
        """Return the name of a section for readers; the slug if there is no such section."""
        return self.sections.get(slug, slug)

    def caption(self, story: PressStory) -> str:
        """Return the first caption as readers see it, with its credit in the outlet's way."""
        credit = (self.credit_format.format(credit=one) for one in story.credits[:1])
        return self.caption_join.join((*story.captions[:1], *credit))

    def json_ld(self, story: PressStory, view: PageContext) -> dict[str, Any]:
        """Return the story as schema.org has it."""
        data = {
            "@context": "https://schema.org",
            "@type": "LiveBlogPosting" if story.entries else "NewsArticle",
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
        }
        if story.entries:
            data["liveBlogUpdate"] = [
                {
                    "@type": "BlogPosting",
                    "headline": entry.title,
                    "datePublished": self.stamp(entry.at),
                    "articleBody": text,
                }
                for entry, text in zip(story.entries, story.paragraphs, strict=False)
            ]
        return data

    def json_ld_graph(self, story: PressStory, view: PageContext) -> dict[str, Any]:
        """Return the same inside a graph, as some content systems write it."""
        data = self.json_ld(story, view)
        del data["@context"], data["mainEntityOfPage"]
        return {"@context": "https://schema.org", "@graph": [data]}

    def api_data(self, story: PressStory) -> dict[str, Any]:
        """Return the story as the outlet's own interface gives it, for outlets that have one."""
        return {
            "id": self.first_id + story.number,
            "title": story.title,
            "deck": story.standfirst,
            "authors": list(story.authors),
            "section": story.section,
            "publishedAt": self.stamp(story.published_at),
            "updatedAt": self.stamp(story.modified_at),
            "body": [{"type": "p", "text": p} for p in free_paragraphs(story)],
        }

    def api_list(self, stories: list[PressStory]) -> list[dict[str, Any]]:
        """Return a list of stories as that interface gives it."""
        return [{"id": self.first_id + s.number, "title": s.title, "href": s.path} for s in stories]

    def robots_txt(self, base: str) -> str:
        """Return robots.txt."""
        delay = f"\nCrawl-delay: {self.crawl_delay:g}" if self.crawl_delay is not None else ""
        return f"{self.robots}{delay}\n\nSitemap: {base}{self.sitemap_index}\nSitemap: {base}{self.news_sitemap}\n"


def read_site(name: str) -> OutletSite:
    """Read an outlet's data file."""
    data = tomllib.loads((OUTLETS / f"{name}.toml").read_text(encoding="utf-8"))
    sections = "|".join(data["sections"])
    routes = [
        (re.compile(pattern.replace("SECTIONS", sections)), kind) for kind, pattern in data.pop("routes")
    ]
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    return OutletSite(name=name, routes=tuple(routes), **{**data, **lists})


SITES = tuple(read_site(name) for name in ORDER)


# The same texts and times are set on page after page: these are most of the work.
escaped = lru_cache(maxsize=20_000)(escape)
mail_date = lru_cache(maxsize=5_000)(format_datetime)


@lru_cache(maxsize=5_000)
def _local(moment: datetime, hours: float) -> datetime:
    return moment.astimezone(timezone(timedelta(hours=hours)))


@lru_cache(maxsize=5_000)
def _stamp(moment: datetime, hours: float) -> str:
    return _local(moment, hours).isoformat(timespec="seconds")


@lru_cache(maxsize=5_000)
def slugify(text: str) -> str:
    """Return a text as a piece of an address: ASCII where it can be, else percent-encoded."""
    text = text.lower().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "")).strip("-")
    if len(slug) >= 3 and sum(c.isalpha() for c in text) <= 2 * sum(c.isalpha() for c in slug):
        return slug[:120].strip("-")
    return quote(re.sub(r"[\W_]+", "-", text).strip("-"))


def token(*parts: object, length: int = 8) -> str:
    """Return a few hex digits that depend on `parts` alone."""
    return hashlib.sha1("/".join(map(str, parts)).encode()).hexdigest()[:length]


def free_paragraphs(story: PressStory) -> tuple[str, ...]:
    """Return what a reader without a subscription gets: all, or the first paragraph."""
    return story.paragraphs[:1] if story.paywalled else story.paragraphs
