"""The Cedar Courier: an English paper on a Drupal-like content system.

Addresses hold a slug and no number; the page has fields and views, a newsletter box, a notice about
republishing as the last plain paragraph of the body field, and a "last update … ago".
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import ClassVar

from tests.newsroom.outlets import feeds
from tests.newsroom.outlets.base import OutletSection, OutletSite, PageContext, free_paragraphs, slugify
from tests.newsroom.story import PressStory


class CedarCourier(OutletSite):
    """See the head of the file."""

    name = "courier"
    host = "www.cedar-courier.example"
    aliases = ("cedar-courier.example",)
    title = "Cedar Courier"
    sections = (
        OutletSection("local", "Local"),
        OutletSection("politics", "Politics"),
        OutletSection("business", "Business"),
        OutletSection("world", "World"),
        OutletSection("culture", "Culture"),
        OutletSection("sport", "Sport"),
        OutletSection("science", "Science"),
    )
    feeds = ("/rss",)
    can_paginate = True
    first_id = 214000
    routes = (
        (r"/(?:\?.*)?", "front"),
        (
            r"/(?P<key>local|politics|business|world|culture|sport|science)(?:\?page=(?P<page>\d+))?",
            "section",
        ),
        (r"/rss", "feed"),
        (r"/news-sitemap\.xml", "news-sitemap"),
        (r"/sitemap\.xml", "sitemap-index"),
        (r"/sitemap-(?P<key>\d{4}-\d\d)\.xml", "sitemap"),
        (r"/robots\.txt", "robots"),
        (r"/node/(?P<key>\d+)", "id"),
        (r"/topics/(?P<key>[^/?]+)", "tag"),
        (r"/users/(?P<key>[^/?]+)", "author"),
        (r"/(?P<key>search)(?:\?.*)?", "plain"),
        (r"/(?P<key>about|contact|privacy|newsletters|republish)", "plain"),
        (r"/sites/default/files/(?P<key>styles/[a-z]+/images|images)/\d+\.png(?:\?.*)?", "picture"),
        (r"/themes/courier/(?P<key>courier)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "Stay close to the Courier’s newsletters",
        "Sign up for the morning letter: what the valley talks about, in your box before seven",
        "The Cedar Courier brings independent reporting from the valley and the coast. "
        "To learn how to republish this article and what it costs, please fill in this form. "
        "More about us can be read here.",
        "Related content",
        "Skip to main content",
        "© Cedar Courier 1998 - 2026 - all rights reserved.",
    )
    plain_pages: ClassVar = {
        "search": ("Search", "What are you looking for?"),
        "about": (
            "About us",
            "The Cedar Courier was founded by four printers and a schoolteacher, and belongs to them still.",
        ),
        "contact": ("Contact", "Letters reach the editors at the house with the green door on Ropewalk."),
        "privacy": ("Privacy", "We keep the addresses of subscribers in a drawer, and the drawer locked."),
        "newsletters": (
            "Newsletters",
            "The morning letter leaves at half past six, the weekend letter on Fridays.",
        ),
        "republish": ("Republishing", "Whoever wants to print our articles asks first and pays afterwards."),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/{section}/{slugify(title)}"

    def image_path(self, number: int) -> str:
        return f"/sites/default/files/images/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/{slug}" if page == 1 else f"/{slug}?page={page}"

    def author_path(self, name: str) -> str:
        return f"/users/{slugify(name)}"

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        """RSS 2.0 with standfirsts."""
        return feeds.rss(self, stories, base)

    def article(self, story: PressStory, view: PageContext) -> str:
        ld = json.dumps(self._graph(story, view), ensure_ascii=False).replace("</", "<\\/")
        head = (
            f'<link rel="canonical" href="{escape(self._address(story, view))}">\n{self._ends(story, view)}'
            f'<link rel="shortlink" href="{view.base}/node/{self.first_id + story.number}">\n'
            f'<meta name="description" content="{escape(story.standfirst)}">\n'
            f"{self.open_graph(story, view)}\n"
            f'<script type="application/ld+json">{ld}</script>'
        )
        caption = self.caption(story)
        names = " and ".join(f'<a href="{self.author_path(a)}">{escape(a)}</a>' for a in story.authors)
        main = f"""<article role="article" data-nid="{self.first_id + story.number}" class="node node--type-article node--view-mode-full">
<h1 class="page-header"><span class="field field--name-title">{escape(story.title)}</span></h1>
<div class="field field--name-field-standfirst field--type-string">{escape(story.standfirst)}</div>
<div class="field field--name-field-main-image"><img src="{story.image}?itok={view.build}" alt="{escape(story.tags[-1] if story.tags else "")}" width="640" height="360"><div class="image-caption">{escape(caption)}</div></div>
<div class="author-date"><span class="author">By {names}</span><div class="published">Published date: {self._when(story.published_at)} <span>|</span> Last update: {view.ago}</div></div>
<ul class="share"><li><a href="#">Facebook</a></li><li><a href="#">Twitter</a></li><li><a href="#">WhatsApp</a></li><li class="count">{view.shares} Shares</li></ul>
<div class="clearfix text-formatted field field--name-body field--type-text-with-summary field--label-hidden field__item">
{self._body(story, view)}
</div>{self._pager(story, view)}
<div class="block block-block-content block-f3a1"><h3>{self.boilerplate[0]}</h3><p>{self.boilerplate[1]}</p><form action="/newsletters" method="post"><input type="hidden" name="form_token" value="{view.token}"><input type="email" placeholder="Your email"><button>Sign up</button></form></div>
<div class="field field--name-field-tags">{" ".join(f'<a href="{self.tag_path(t)}">{escape(t)}</a>' for t in story.tags)}</div>
</article>
<section class="views-element-container"><h2>Related content</h2>{"".join(self._row(s) for s in view.related)}</section>"""
        return self._frame(f"{story.title} | {self.title}", head, main, view, "page-node-type-article")

    def _graph(self, story: PressStory, view: PageContext) -> dict[str, object]:
        ld = self.json_ld(story, view)
        del ld["@context"], ld["mainEntityOfPage"]
        return {"@context": "https://schema.org", "@graph": [ld]}

    def _body(self, story: PressStory, view: PageContext) -> str:
        out = []
        texts, here = free_paragraphs(story), self.span(story, view.page)
        for i, text in enumerate(texts):
            if i not in here:
                continue
            tag = "h2" if i in story.headings else "p"
            inner = f"<{tag}>{self.text_html(text, view)}</{tag}>"
            out.append(f"<blockquote>{inner}</blockquote>" if i in story.quotes else inner)
        if story.paywalled:
            out.append('<div class="paywall"><p>To read on, become a subscriber.</p></div>')
        out.append(
            "<p>The Cedar Courier brings independent reporting from the valley and the coast. To learn how to republish "
            'this article and what it costs, please fill in this <a href="/republish">form</a>. '
            'More about us can be read <a href="/about">here</a>.</p>'
        )
        return "\n".join(out)

    def _address(self, story: PressStory, view: PageContext) -> str:
        """What the page calls its address: each page of a story its own."""
        return self.canonical(story, view) if view.page == 1 else view.base + self.page_path(story, view.page)

    def _ends(self, story: PressStory, view: PageContext) -> str:
        """Links to the pages before and after, for the head."""
        last = self.pages_of(story)
        ends = [("prev", view.page - 1), ("next", view.page + 1)]
        return "".join(
            f'<link rel="{rel}" href="{self.page_path(story, n)}">\n' for rel, n in ends if 1 <= n <= last
        )

    def _pager(self, story: PressStory, view: PageContext) -> str:
        """Numbered links under the text of a story on several pages."""
        last = self.pages_of(story)
        if last == 1:
            return ""
        items = "".join(
            f"<li>{n}</li>" if n == view.page else f'<li><a href="{self.page_path(story, n)}">{n}</a></li>'
            for n in range(1, last + 1)
        )
        return f'<nav class="pager"><p>Page {view.page} of {last}</p><ul>{items}</ul></nav>'

    def respelled(self, html: str) -> str:
        """Lines wrapped in the source."""
        return re.sub(r"(.{80}\S*) ", r"\1\n", html)

    def _when(self, moment: datetime) -> str:
        return f"{self.long_date(moment)} {moment:%H:%M} UTC"

    @staticmethod
    def _row(story: PressStory) -> str:
        return f'<div class="views-row"><a href="{story.path}"><h3>{escape(story.title)}</h3></a></div>'

    def caption(self, story: PressStory) -> str:
        return "".join((*story.captions[:1], *(f" ({credit})" for credit in story.credits[:1])))

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
        rows = "\n".join(
            f'<div class="views-row"><article class="node node--type-article node--view-mode-teaser">'
            f'<a href="{s.path}"><img src="{s.image}" alt="" width="200" height="112"></a>'
            f'<h2><a href="{s.path}" rel="bookmark">{escape(s.title)}</a></h2>'
            f'<div class="field field--name-field-standfirst">{escape(s.standfirst)}</div></article></div>'
            for s in stories
        )
        pager = "".join(
            f'<li class="pager__item"><a href="{href}" rel="{rel}">{word}</a></li>'
            for href, rel, word in ((newer, "prev", "Newer"), (older, "next", "Older"))
            if href
        )
        main = (
            f'<h1 class="page-header">{escape(heading)}</h1><div class="view-content">{rows}</div>'
            f'<nav class="pager"><ul>{pager}</ul></nav>'
        )
        head = f'<link rel="canonical" href="{view.base}{escape(path)}"><meta property="og:type" content="website">'
        return self._frame(f"{heading} | {self.title}", head, main, view, "path-view")

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        main = (
            f'<article class="node node--type-page"><h1 class="page-header">{escape(heading)}</h1>'
            + "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
        )
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(
            f"{heading} | {self.title}", head, main + "</article>", view, "page-node-type-page"
        )

    def _frame(self, title: str, head: str, main: str, view: PageContext, kind: str) -> str:
        menu = "".join(f'<li><a href="/{s.slug}">{s.title}</a></li>' for s in self.sections)
        popular = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.popular)
        return f"""<!DOCTYPE html>
<html lang="en" dir="ltr" prefix="og: https://ogp.me/ns#">
<head>
<meta charset="utf-8"><title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}
<link rel="alternate" type="application/rss+xml" title="{self.title}" href="/rss">
<link rel="stylesheet" href="/themes/courier/courier.css?v={view.build}">
</head>
<body class="path-node {kind}">
<a href="#main-content" class="visually-hidden focusable skip-link">Skip to main content</a>
<div class="dialog-off-canvas-main-canvas"><header role="banner"><a href="/" rel="home">{self.title}</a><nav role="navigation"><ul class="menu">{menu}</ul></nav></header>
<main role="main"><a id="main-content" tabindex="-1"></a>
{main}
</main><aside class="region-sidebar"><div class="ad" data-slot="{view.ad}">Advertisement</div><h2>Most read</h2><ol>{popular}</ol></aside>
<footer role="contentinfo"><ul><li><a href="/about">About us</a></li><li><a href="/contact">Contact</a></li><li><a href="/privacy">Privacy</a></li><li><a href="/search" rel="nofollow">Search</a></li></ul><p>© Cedar Courier 1998 - 2026 - all rights reserved.</p></footer></div></body></html>
"""
