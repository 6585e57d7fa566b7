"""The Harbour Post: an English paper on a WordPress-like content system, on plain http.

Addresses hold the day and a slug, and every story has a second one under /amp/. Its feed carries the
whole text; its quotes are set curly on one fetch and straight on the next; a donation box stands in
the middle of the text, a share line and an author's box after it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from html import escape
from typing import ClassVar

from tests.newsroom.outlets import feeds
from tests.newsroom.outlets.base import (
    Finding,
    OutletSection,
    OutletSite,
    PageContext,
    free_paragraphs,
    slugify,
)
from tests.newsroom.story import PressStory

_SECTIONS = "local|politics|business|world|culture|sport|science"


class HarbourPost(OutletSite):
    """See the head of the file."""

    name = "harbour"
    host = "harbourpost.example"
    title = "The Harbour Post"
    secure = False
    sections = (
        OutletSection("local", "Town"),
        OutletSection("politics", "Politics"),
        OutletSection("business", "Money"),
        OutletSection("world", "World"),
        OutletSection("culture", "Arts"),
        OutletSection("sport", "Sport"),
        OutletSection("science", "Science"),
    )
    feeds = ("/feed/",)
    sitemap_index = "/wp-sitemap.xml"
    news_sitemap = "/news-sitemap.xml"
    first_id = 5100
    gallery_every = 13
    routes = (
        (r"/", "front"),
        (rf"/category/(?P<key>{_SECTIONS})/(?:page/(?P<page>\d+)/)?", "section"),
        (r"/feed/", "feed"),
        (r"/news-sitemap\.xml", "news-sitemap"),
        (r"/wp-sitemap\.xml", "sitemap-index"),
        (r"/wp-sitemap-posts-post-(?P<key>\d{4}-\d\d)\.xml", "sitemap"),
        (r"/robots\.txt", "robots"),
        (r"/\?p=(?P<key>\d+)", "id"),
        (r"(?P<key>/\d{4}/\d\d/\d\d/[^/?]+/)amp/", "amp"),
        (r"/tag/(?P<key>[^/?]+)/", "tag"),
        (r"/author/(?P<key>[^/?]+)/", "author"),
        (r"/(?P<key>about|support|privacy-policy)/", "plain"),
        (r"/wp-content/uploads/(?P<key>\d+)(?:-\d+x\d+)?\.png(?:\?.*)?", "picture"),
        (r"/wp-content/themes/quay/(?P<key>harbour)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "Support the Harbour Post",
        "No owner tells us what to print. If you can spare the price of a coffee, please give today.",
        "Share this:",
        "More from the author",
        "You might also like",
        "Leave a comment",
        "The Harbour Post is printed on the quay. All rights reserved.",
    )
    plain_pages: ClassVar = {
        "about": (
            "About",
            "The Harbour Post is written above a net loft and read on both sides of the water.",
        ),
        "support": (
            "Support us",
            "A year of the Post costs as much as a pair of good boots, and lasts as long.",
        ),
        "privacy-policy": ("Privacy policy", "Cookies are eaten here, never set."),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/{published:%Y/%m/%d}/{slugify(title)}/"

    def vary(self, story: PressStory, found: Finding, bases: Mapping[str, str]) -> PressStory:
        """Each thirteenth story is a gallery: three paragraphs, and pictures with long captions."""
        if story.number % self.gallery_every:
            return story
        return replace(
            story,
            kind="gallery",
            paragraphs=story.paragraphs[:3],
            captions=(*story.captions, *story.paragraphs[3:]),
            headings=(),
        )

    def guid(self, number: int, path: str) -> str:
        return f"http://{self.host}/?p={self.first_id + number}"

    def image_path(self, number: int) -> str:
        return f"/wp-content/uploads/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/category/{slug}/" if page == 1 else f"/category/{slug}/page/{page}/"

    def tag_path(self, tag: str) -> str:
        return f"/tag/{slugify(tag)}/"

    def author_path(self, name: str) -> str:
        return f"/author/{slugify(name)}/"

    def sitemap_path(self, key: str) -> str:
        return f"/wp-sitemap-posts-post-{key}.xml"

    def robots(self, base: str) -> str:
        return (
            "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
            f"User-agent: greedybot\nDisallow: /\n\nSitemap: {base}/wp-sitemap.xml\n"
            f"Sitemap: {base}/news-sitemap.xml\n"
        )

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        """RSS 2.0 with the whole text."""
        return feeds.rss(self, stories, base, full=True)

    def article(self, story: PressStory, view: PageContext) -> str:
        if view.variant == "amp":
            return self._amp(story, view)
        ld = json.dumps(self.json_ld(story, view), ensure_ascii=False).replace("</", "<\\/")
        head = (
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}">\n'
            f'<link rel="amphtml" href="{view.base}{story.path}amp/">\n'
            f"<link rel='shortlink' href='{view.base}/?p={self.first_id + story.number}'>\n"
            f'<meta name="description" content="{escape(story.standfirst)}">\n{self.open_graph(story, view)}\n'
            f'<script type="application/ld+json" class="yoast-schema-graph">{ld}</script>'
        )
        names = ", ".join(
            f'<a class="url fn n" rel="author" href="{self.author_path(a)}">{escape(a)}</a>'
            for a in story.authors
        )
        related = "".join(
            f'<li class="jp-relatedposts-post"><a href="{s.path}" rel="nofollow">{escape(s.title)}</a></li>'
            for s in view.related
        )
        body = f"""<article id="post-{self.first_id + story.number}" class="post-{self.first_id + story.number} post type-post status-publish format-standard category-{story.section}">
<header class="entry-header"><span class="cat-links"><a href="{self.section_path(story.section)}" rel="category tag">{self.section_title(story.section)}</a></span>
<h1 class="entry-title">{escape(self.set_quotes(story.title, view), quote=False)}</h1>
<p class="entry-subtitle">{escape(self.set_quotes(story.standfirst, view), quote=False)}</p>
<div class="entry-meta"><span class="byline">By {names}</span> <time class="entry-date published" datetime="{self.stamp(story.published_at)}">{self.long_date(story.published_at)}</time><time class="updated" datetime="{self.stamp(story.modified_at)}">{view.ago}</time> <span class="post-views">{view.views} views</span></div></header>
<figure class="wp-block-image size-large"><img src="{story.image}?resize={view.build}" width="640" height="360" alt=""><figcaption class="wp-element-caption">{escape(self.set_quotes(" ".join(story.captions[:1]), view), quote=False)} <cite>{escape(" ".join(story.credits[:1]))}</cite></figcaption></figure>
<div class="entry-content">
{self._body(story, view)}
<div class="sharedaddy sd-sharing-enabled"><h3 class="sd-title">Share this:</h3><ul><li><a href="#" data-nonce="{view.token}">Facebook</a></li><li><a href="#">X</a></li><li><a href="#">E-mail</a></li></ul></div>
</div>
<footer class="entry-footer"><span class="tags-links">{", ".join(f'<a href="{self.tag_path(t)}" rel="tag">{escape(t)}</a>' for t in story.tags)}</span></footer>
</article>
<div class="author-box"><h4>More from the author</h4><p class="author-bio">{escape(story.authors[0] if story.authors else self.title)} writes for the Harbour Post.</p></div>
<div id="jp-relatedposts" class="jp-relatedposts"><h3><em>You might also like</em></h3><ul>{related}</ul></div>
<div id="comments" class="comments-area"><h2>{view.shares} comments</h2><h3 id="reply-title">Leave a comment</h3><form action="/wp-comments-post.php" method="post"><textarea name="comment"></textarea><input type="hidden" name="_wpnonce" value="{view.token}"></form></div>"""
        return self._frame(f"{story.title} – {self.title}", head, body, view, "single single-post")

    def _body(self, story: PressStory, view: PageContext) -> str:
        out = []
        texts = free_paragraphs(story)
        for i, text in enumerate(texts):
            shown = escape(self.set_quotes(text, view), quote=False)
            if i in story.quotes:
                out.append(f'<blockquote class="wp-block-quote"><p>{shown}</p></blockquote>')
            else:
                out.append(
                    f'<h2 class="wp-block-heading">{shown}</h2>' if i in story.headings else f"<p>{shown}</p>"
                )
            if i == len(texts) // 2 and view.variant != "amp":
                out.append(
                    f'<div class="wp-block-group donation-box"><h3>{self.boilerplate[0]}</h3><p>{self.boilerplate[1]}</p>'
                    '<a class="button" href="/support/">Give</a></div>'
                )
        if story.paywalled:
            out.append(
                '<div class="paywall-notice"><p>This article is for members. Log in or join.</p></div>'
            )
        if story.kind == "gallery":
            out += [
                f'<figure class="wp-block-image gallery-item"><img src="/wp-content/uploads/{story.number}{i}.png" alt="" '
                f'width="640" height="360"><figcaption class="wp-element-caption">{escape(c, quote=False)}</figcaption></figure>'
                for i, c in enumerate(story.captions[1:], 1)
            ]
        return "\n".join(out)

    def _amp(self, story: PressStory, view: PageContext) -> str:
        return f"""<!doctype html>
<html amp lang="en"><head><meta charset="utf-8"><title>{escape(story.title)}</title>
<link rel="canonical" href="{escape(self.canonical(story, view))}"><meta name="viewport" content="width=device-width">
<meta property="og:title" content="{escape(story.title)}"><meta property="og:url" content="{view.base}{story.path}">
<style amp-boilerplate>body{{visibility:visible}}</style></head>
<body><header class="amp-wp-header"><a href="/">{self.title}</a></header>
<article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{escape(story.title)}</h1>
<div class="amp-wp-meta amp-wp-byline">{escape(", ".join(story.authors))}</div><div class="amp-wp-meta"><time datetime="{self.stamp(story.published_at)}">{self.long_date(story.published_at)}</time></div></header>
<div class="amp-wp-article-content">{self._body(story, view)}</div></article>
<footer class="amp-wp-footer"><p>{self.boilerplate[-1]}</p></footer></body></html>
"""

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
            f'<article class="post type-post category-{s.section}"><h2 class="entry-title"><a href="{s.path}" rel="bookmark">'
            f'{escape(s.title)}</a></h2><div class="entry-summary"><p>{escape(s.standfirst)} '
            f'<a class="more-link" href="{s.path}">Read more</a></p></div></article>'
            for s in stories
        )
        links = "".join(
            f'<div class="nav-{rel}"><a href="{href}">{word}</a></div>'
            for href, rel, word in ((older, "previous", "Older posts"), (newer, "next", "Newer posts"))
            if href
        )
        main = (
            f'<header class="page-header"><h1 class="page-title">{escape(heading)}</h1></header>{rows}'
            f'<nav class="navigation posts-navigation">{links}</nav>'
        )
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading} – {self.title}", head, main, view, "archive")

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        main = f'<article class="page type-page"><h1 class="entry-title">{escape(heading)}</h1><div class="entry-content">'
        main += "".join(f"<p>{escape(p)}</p>" for p in paragraphs) + "</div></article>"
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading} – {self.title}", head, main, view, "page")

    def _frame(self, title: str, head: str, main: str, view: PageContext, kind: str) -> str:
        menu = "".join(
            f'<li class="menu-item"><a href="{self.section_path(s.slug)}">{s.title}</a></li>'
            for s in self.sections
        )
        popular = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.popular)
        return f"""<!DOCTYPE html>
<html lang="en-GB">
<head><meta charset="UTF-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
{head}
<link rel="alternate" type="application/rss+xml" title="{self.title} &raquo; Feed" href="{view.base}/feed/">
<link rel="stylesheet" id="quay-style-css" href="/wp-content/themes/quay/harbour.css?ver={view.build}">
<meta name="generator" content="Quay 6.4">
</head>
<body class="{kind} wp-theme">
<div id="page" class="site"><header id="masthead" class="site-header"><p class="site-title"><a href="/" rel="home">{self.title}</a></p>
<nav id="site-navigation" class="main-navigation"><ul class="menu">{menu}</ul></nav></header>
<div id="content" class="site-content"><main id="main" class="site-main">
{main}
</main><aside id="secondary" class="widget-area"><section class="widget widget_ad"><div id="ad-{view.ad}">Advertisement</div></section>
<section class="widget widget_recent"><h2 class="widget-title">Most read today</h2><ul>{popular}</ul></section></aside></div>
<footer id="colophon" class="site-footer"><p>{self.boilerplate[-1]} <a href="/about/">About</a> <a href="/support/">Support us</a> <a href="/privacy-policy/">Privacy policy</a></p></footer></div>
</body></html>
"""
