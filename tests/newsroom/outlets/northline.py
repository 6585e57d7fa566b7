"""Northline: an English site built by a JavaScript framework.

Class names are hashes that change with every release, the text stands in the page and once more in
`__NEXT_DATA__`, the metadata in JSON-LD. Addresses hold slug and id; any slug with the right id
redirects to the current one. Answers come chunked, with a strong ETag of the bytes. Its feed is Atom
with utm parameters. Some stories are live blogs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from html import escape
from typing import Any, ClassVar

from tests.newsroom.outlets import feeds
from tests.newsroom.outlets.base import (
    Finding,
    OutletSection,
    OutletSite,
    PageContext,
    free_paragraphs,
    slugify,
    token,
)
from tests.newsroom.story import LiveEntry, PressStory

_SECTIONS = "local|politics|business|world|culture|sport|science"

_HEADS = (
    "What we know at {time}",
    "{place}, {time}: the state of things",
    "Heard in {place} at {time}",
    "A look back at {time}",
    "Where it stands, {time}",
    "Word from {place}, {time}",
    "The view from {place} at {time}",
)


class Northline(OutletSite):
    """See the head of the file."""

    name = "northline"
    host = "www.northline.test"
    title = "Northline"
    sections = (
        OutletSection("local", "Communities"),
        OutletSection("politics", "Politics"),
        OutletSection("business", "Economy"),
        OutletSection("world", "World"),
        OutletSection("culture", "Culture"),
        OutletSection("sport", "Sport"),
        OutletSection("science", "Science"),
    )
    feeds = ("/feeds/all.atom",)
    feed_type = "application/atom+xml; charset=utf-8"
    news_sitemap = "/sitemaps/news.xml"
    sitemap_index = "/sitemaps/index.xml"
    etags = "strong"
    dated = False
    chunked = True
    first_id = 770000
    live_every = 16
    aliases = ("northline.test",)
    routes = (
        (r"/", "front"),
        (rf"/section/(?P<key>{_SECTIONS})(?:\?p=(?P<page>\d+))?", "section"),
        (r"/feeds/all\.atom", "feed"),
        (r"/sitemaps/news\.xml", "news-sitemap"),
        (r"/sitemaps/index\.xml", "sitemap-index"),
        (r"/sitemaps/(?P<key>\d{4}-\d\d)\.xml\.gz", "sitemap"),
        (r"/robots\.txt", "robots"),
        (r"/article/[^?]*-(?P<key>\d{6,})(?:\?.*)?", "id"),
        (r"/tag/(?P<key>[^/?]+)", "tag"),
        (r"/by/(?P<key>[^/?]+)", "author"),
        (r"/(?P<key>about|help|terms)", "plain"),
        (r"/_next/image/(?P<key>\d+)\.png(?:\?.*)?", "picture"),
        (r"/_next/static/js/(?P<key>northline)\.js", "script"),
        (r"/api/article/(?P<key>\d+)", "api"),
        (r"/_next/static/css/(?P<key>northline)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "Get Northline in your inbox",
        "Five stories every weekday, chosen by people and not by a machine.",
        "Read this next",
        "Northline is reader-funded. Terms apply.",
    )
    plain_pages: ClassVar = {
        "about": (
            "About Northline",
            "Northline began as a mailing list of eleven friends and now has an office with a window.",
        ),
        "help": ("Help", "If the page stays white, the page is thinking."),
        "terms": ("Terms", "Be kind, quote us correctly, and close the door behind you."),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/article/{slugify(title)}-{self.first_id + number}"

    def vary(self, story: PressStory, found: Finding, bases: Mapping[str, str]) -> PressStory:
        """Each sixteenth story is a live blog: an entry for each paragraph, newest first."""
        if story.number % self.live_every:
            return story
        place = story.tags[-1]
        times = [story.published_at - timedelta(minutes=25 * i + 4) for i in range(len(story.paragraphs))]
        return replace(
            story,
            kind="live blog",
            headings=(),
            entries=tuple(
                LiveEntry(
                    at=at,
                    title=_HEADS[(story.number + i) % len(_HEADS)].format(place=place, time=f"{at:%H:%M}"),
                )
                for i, at in enumerate(times)
            ),
        )

    def guid(self, number: int, path: str) -> str:
        return f"tag:northline.test,2020:{self.first_id + number}"

    def image_path(self, number: int) -> str:
        return f"/_next/image/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/section/{slug}" if page == 1 else f"/section/{slug}?p={page}"

    def tag_path(self, tag: str) -> str:
        return f"/tag/{slugify(tag)}"

    def author_path(self, name: str) -> str:
        return f"/by/{slugify(name)}"

    def sitemap_path(self, key: str) -> str:
        return f"/sitemaps/{key}.xml.gz"

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        """Atom with utm parameters in its links."""
        return feeds.atom(self, stories, base, campaign="northline")

    def article(self, story: PressStory, view: PageContext) -> str:
        c = _Names(view)
        kind = "LiveBlogPosting" if story.entries else "NewsArticle"
        more: dict[str, Any] = {"@type": kind}
        if story.entries:
            more["liveBlogUpdate"] = [
                {
                    "@type": "BlogPosting",
                    "headline": e.title,
                    "datePublished": self.stamp(e.at),
                    "articleBody": text,
                }
                for e, text in zip(story.entries, story.paragraphs, strict=False)
            ]
        ld = json.dumps(self.json_ld(story, view, **more), ensure_ascii=False).replace("</", "<\\/")
        head = (
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}"/>'
            f'<meta name="description" content="{escape(story.standfirst)}"/>{self.open_graph(story, view)}'
            f'<script type="application/ld+json">{ld}</script>'
        )
        names = "".join(
            f'<a class="{c("author")}" href="{self.author_path(a)}">{escape(a)}</a>' for a in story.authors
        )
        figure = (
            f'<figure class="{c("figure")}"><img class="{c("img")}" src="{story.image}?w={view.build}" alt="" width="640" height="360"/>'
            f'<figcaption class="{c("caption")}">{escape(" ".join(story.captions[:1]))} <span class="{c("credit")}">{escape(" ".join(story.credits[:1]))}</span></figcaption></figure>'
        )
        related = "".join(
            f'<a class="{c("card")}" href="{s.path}"><span class="{c("cardtitle")}">{escape(s.title)}</span></a>'
            for s in view.related
        )
        main = (
            f'<div class="{c("article")}"><div class="{c("kicker")}">{self.section_title(story.section)}</div>'
            f'<h1 class="{c("headline")}">{escape(story.title)}</h1><div class="{c("deck")}">{escape(story.standfirst)}</div>'
            f'<div class="{c("meta")}"><span>By </span>{names}<time class="{c("time")}" dateTime="{self.stamp(story.published_at)}">{self.long_date(story.published_at)}</time>'
            f'<span class="{c("ago")}">{view.ago}</span><span class="{c("reads")}">{view.views} reading now</span></div>{figure}'
            f'<div class="{c("body")}">{self._body(story, view, c)}</div>'
            f'<div class="{c("newsletter")}"><div class="{c("nltitle")}">{self.boilerplate[0]}</div><div class="{c("nltext")}">{self.boilerplate[1]}</div><input type="email"/><button>Join</button></div>'
            f'<div class="{c("tags")}">{"".join(f"<a href={chr(34)}{self.tag_path(t)}{chr(34)}>{escape(t)}</a>" for t in story.tags)}</div></div>'
            f'<div class="{c("next")}"><div class="{c("nexttitle")}">{self.boilerplate[2]}</div>{related}</div>'
        )
        data = {"article": self.data(story), "trace": view.token, "reads": view.views}
        return self._frame(story.title, head, main, view, c, "/article/[slug]", data)

    def shell(self, story: PressStory, view: PageContext) -> str:
        c = _Names(view)
        head = f'<link rel="canonical" href="{escape(self.canonical(story, view))}"/>'
        main = f'<div class="{c("article")}" data-article="{self.first_id + story.number}"></div><script src="/_next/static/js/northline.js"></script>'
        return self._frame(self.title, head, main, view, c, "/article/[slug]", {"trace": view.token})

    def data(self, story: PressStory) -> dict[str, Any]:
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

    def _body(self, story: PressStory, view: PageContext, c: _Names) -> str:
        texts = free_paragraphs(story)
        out: list[str] = []
        for i, text in enumerate(texts):
            shown = escape(text, quote=False)
            if story.entries:
                entry = story.entries[i]
                out.append(
                    f'<div class="{c("entry")}" id="entry-{token(entry.at)}"><time dateTime="{self.stamp(entry.at)}">{self.local(entry.at):%H:%M}</time>'
                    f'<h2 class="{c("entrytitle")}">{escape(entry.title)}</h2><p class="{c("p")}">{shown}</p></div>'
                )
            elif i in story.quotes:
                out.append(f'<blockquote class="{c("quote")}">{shown}</blockquote>')
            else:
                tag = "h2" if i in story.headings else "p"
                out.append(f'<{tag} class="{c(tag)}">{shown}</{tag}>')
            if i == 1:
                out.append(f'<div class="{c("ad")}" data-ad="{view.ad}">Advertisement</div>')
        if story.paywalled:
            out.append(f'<div class="{c("gate")}"><div>Subscribe to continue reading</div></div>')
        return "".join(out)

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
        c = _Names(view)
        rows = "".join(
            f'<div class="{c("card")}"><a href="{s.path}"><h3 class="{c("cardtitle")}">{escape(s.title)}</h3></a><div class="{c("carddeck")}">{escape(s.standfirst)}</div></div>'
            for s in stories
        )
        pages = "".join(
            f'<a class="{c("page")}" href="{href}">{word}</a>'
            for href, word in ((newer, "Back"), (older, "More"))
            if href
        )
        main = f'<h1 class="{c("listtitle")}">{escape(heading)}</h1><div class="{c("grid")}">{rows}</div><div class="{c("pages")}">{pages}</div>'
        head = f'<link rel="canonical" href="{view.base}{escape(path)}"/>'
        data = {"list": [{"id": self.first_id + s.number, "title": s.title, "href": s.path} for s in stories]}
        return self._frame(heading, head, main, view, c, "/section/[slug]", data)

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        c = _Names(view)
        main = f'<h1 class="{c("listtitle")}">{escape(heading)}</h1>' + "".join(
            f'<p class="{c("p")}">{escape(p)}</p>' for p in paragraphs
        )
        head = f'<link rel="canonical" href="{view.base}{escape(path)}"/>'
        return self._frame(heading, head, main, view, c, "/[page]", {"page": heading})

    def _frame(
        self, title: str, head: str, main: str, view: PageContext, c: _Names, page: str, data: Any
    ) -> str:
        menu = "".join(
            f'<a class="{c("navlink")}" href="{self.section_path(s.slug)}">{s.title}</a>'
            for s in self.sections
        )
        popular = "".join(
            f'<a class="{c("poplink")}" href="{s.path}">{escape(s.title)}</a>' for s in view.popular
        )
        props = json.dumps(
            {"props": {"pageProps": data}, "page": page, "buildId": view.build}, ensure_ascii=False
        )
        return (
            f'<!DOCTYPE html><html lang="en"><head><meta charSet="utf-8"/><meta name="viewport" content="width=device-width"/>'
            f"<title>{escape(title)} | {self.title}</title>{head}"
            f'<link rel="alternate" type="application/atom+xml" title="{self.title}" href="/feeds/all.atom"/>'
            f'<link rel="stylesheet" href="/_next/static/css/northline.css?dpl={view.build}"/></head><body>'
            f'<div id="__next"><div class="{c("shell")}"><div class="{c("top")}"><a class="{c("logo")}" href="/">{self.title}</a><div class="{c("nav")}">{menu}</div></div>'
            f'<div class="{c("content")}">{main}</div><div class="{c("popular")}"><div>Most read</div>{popular}</div>'
            f'<div class="{c("bottom")}"><a href="/about">About Northline</a><a href="/help">Help</a><a href="/terms">Terms</a><div>{self.boilerplate[3]}</div></div></div></div>'
            f'<script id="__NEXT_DATA__" type="application/json">{props.replace("</", "<" + chr(92) + "/")}</script></body></html>'
        )


class _Names:
    """Class names as a build makes them: a hash, and for the style sheet a readable half.

    The readable half keeps the style sheet short; the hash changes with the release.
    """

    def __init__(self, view: PageContext) -> None:
        self._release = view.build[:1]

    def __call__(self, role: str) -> str:
        return f"css-{token('northline', self._release, role, length=6)} e{token(role, length=6)}"
