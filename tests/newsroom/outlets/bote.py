"""Nebelthaler Bote: a German regional paper; its metadata stand in microdata, not in JSON-LD.

Addresses hold slug and number in a .html file. A kicker stands inside the h1, headings inside the
text, a subscription line after it. robots.txt asks for a delay. No ETag, no Last-Modified.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import ClassVar

from tests.newsroom.outlets import feeds
from tests.newsroom.outlets.base import OutletSection, OutletSite, PageContext, free_paragraphs, slugify
from tests.newsroom.story import PressStory

_SECTIONS = "lokales|politik|wirtschaft|kultur|sport"


class NebelthalerBote(OutletSite):
    """See the head of the file."""

    name = "bote"
    host = "www.nebelthaler-bote.example"
    title = "Nebelthaler Bote"
    language = "de"
    sections = (
        OutletSection("lokales", "Lokales"),
        OutletSection("politik", "Politik"),
        OutletSection("wirtschaft", "Wirtschaft"),
        OutletSection("kultur", "Kultur"),
        OutletSection("sport", "Sport"),
    )
    feeds = ("/rss/aktuell.xml",)
    etags = "none"
    dated = False
    crawl_delay = 0.2
    utc_offset = 1.0
    first_id = 310000
    routes = (
        (r"/", "front"),
        (rf"/(?P<key>{_SECTIONS})/(?:seite-(?P<page>\d+)\.html)?", "section"),
        (r"/rss/aktuell\.xml", "feed"),
        (r"/news-sitemap\.xml", "news-sitemap"),
        (r"/sitemap\.xml", "sitemap-index"),
        (r"/sitemap-(?P<key>\d{4}-\d\d)\.xml", "sitemap"),
        (r"/robots\.txt", "robots"),
        (rf"/(?:{_SECTIONS})/[^?/]*-id(?P<key>\d+)\.html(?:\?.*)?", "id"),
        (r"/thema/(?P<key>[^/?]+)", "tag"),
        (r"/autor/(?P<key>[^/?]+)", "author"),
        (r"/(?P<key>impressum|datenschutz|abo)\.html", "plain"),
        (r"/bilder/(?P<key>\d+)\.png(?:\?.*)?", "picture"),
        (r"/static/(?P<key>bote)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "Der Bote am Morgen",
        "Jeden Werktag um sechs die wichtigsten Nachrichten aus dem Tal als E-Mail. Jetzt anmelden.",
        "Das könnte Sie auch interessieren",
        "Mehr Nachrichten aus dem Tal lesen Sie täglich im Nebelthaler Boten. Vier Wochen kostenlos testen.",
        "Alle Rechte vorbehalten. Nachdruck nur mit Genehmigung des Verlags.",
    )
    plain_pages: ClassVar = {
        "impressum": (
            "Impressum",
            "Der Nebelthaler Bote erscheint im Verlag am alten Kai und wird in Moosrade gedruckt.",
        ),
        "datenschutz": ("Datenschutz", "Wir merken uns nur, was wir drucken."),
        "abo": ("Abonnement", "Der Bote kommt werktags vor sieben, bei Nebel etwas später."),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/{section}/{slugify(title)}-id{self.first_id + number}.html"

    def guid(self, number: int, path: str) -> str:
        return f"bote-{self.first_id + number}"

    def image_path(self, number: int) -> str:
        return f"/bilder/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/{slug}/" if page == 1 else f"/{slug}/seite-{page}.html"

    def tag_path(self, tag: str) -> str:
        return f"/thema/{slugify(tag)}"

    def author_path(self, name: str) -> str:
        return f"/autor/{slugify(name)}"

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        """RSS 2.0 with standfirsts."""
        return feeds.rss(self, stories, base)

    def article(self, story: PressStory, view: PageContext) -> str:
        head = (
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}">\n'
            f'<meta name="description" content="{escape(story.standfirst)}">\n'
            f'<meta name="keywords" content="{escape(", ".join(story.tags))}">\n{self.open_graph(story, view)}'
        )
        names = " und ".join(
            f'<span itemprop="author" itemscope itemtype="https://schema.org/Person"><a itemprop="url" href="{self.author_path(a)}">'
            f'<span itemprop="name">{escape(a)}</span></a></span>'
            for a in story.authors
        )
        related = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.related)
        minutes = max(1, len(story.text) // 900)
        main = f"""<article itemscope itemtype="https://schema.org/NewsArticle" class="artikel">
<meta itemprop="isAccessibleForFree" content="{"false" if story.paywalled else "true"}">
<header class="artikel-kopf"><h1 itemprop="headline"><span class="dachzeile">{self.section_title(story.section)}</span> <span class="titel">{escape(story.title)}</span></h1>
<p class="vorspann" itemprop="description">{escape(story.standfirst)}</p>
<p class="autorzeile">Von {names} · <time itemprop="datePublished" datetime="{self.stamp(story.published_at)}">{self.long_date(story.published_at)}, {self.local(story.published_at):%H:%M} Uhr</time><meta itemprop="dateModified" content="{self.stamp(story.modified_at)}"> · Lesezeit: {minutes} Min. · Aktualisiert {view.ago}</p></header>
<figure class="bild"><img itemprop="image" src="{story.image}?v={view.build}" width="640" height="360" alt=""><figcaption>{escape(" ".join(story.captions[:1]))} <small>{escape(" ".join(story.credits[:1]))}</small></figcaption></figure>
<div class="artikel-text" itemprop="articleBody">
{self._body(story, view)}
</div>
<p class="abo-hinweis">{self.boilerplate[3]}</p>
<div class="newsletter-box"><strong>{self.boilerplate[0]}</strong><p>{self.boilerplate[1]}</p><form><input type="hidden" name="csrf" value="{view.token}"><input type="email"></form></div>
<ul class="teilen"><li>Teilen</li><li>Drucken</li><li>{view.shares}</li></ul>
<p class="themen">{" ".join(f'<a href="{self.tag_path(t)}">{escape(t)}</a>' for t in story.tags)}</p>
</article>
<section class="mehr"><h2>{self.boilerplate[2]}</h2><ul>{related}</ul></section>"""
        return self._frame(f"{story.title} | {self.title}", head, main, view)

    def _body(self, story: PressStory, view: PageContext) -> str:
        out = []
        for i, text in enumerate(free_paragraphs(story)):
            tag = "h2" if i in story.headings else "p"
            inner = f"<{tag}>{self.text_html(text, view)}</{tag}>"
            out.append(f"<blockquote>{inner}</blockquote>" if i in story.quotes else inner)
        if story.paywalled:
            out.append('<div class="plus-hinweis"><p>Weiterlesen mit Bote-Plus</p></div>')
        return "\n".join(out)

    def respelled(self, html: str) -> str:
        """Soft hyphens in long words, hard spaces after numbers."""
        html = re.sub(r"\b([a-zäöüA-ZÄÖÜ][a-zäöüß]{5})(?=[a-zäöüß]{6})", r"\1&shy;", html)
        return re.sub(r"(?<=\d) (?=[A-Za-z])", "&nbsp;", html)

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
            f'<article class="teaser"><a href="{s.path}"><span class="dachzeile">{self.section_title(s.section)}</span>'
            f"<h2>{escape(s.title)}</h2></a><p>{escape(s.standfirst)}</p></article>"
            for s in stories
        )
        links = "".join(
            f'<a rel="{rel}" href="{href}">{word}</a> '
            for href, rel, word in ((newer, "prev", "Zurück"), (older, "next", "Weiter"))
            if href
        )
        main = f'<h1>{escape(heading)}</h1>{rows}<nav class="blaettern">{links}</nav>'
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading} | {self.title}", head, main, view)

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        main = f"<h1>{escape(heading)}</h1>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading} | {self.title}", head, main, view)

    def _frame(self, title: str, head: str, main: str, view: PageContext) -> str:
        menu = "".join(f'<li><a href="{self.section_path(s.slug)}">{s.title}</a></li>' for s in self.sections)
        popular = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.popular)
        return f"""<!DOCTYPE html>
<html lang="de">
<head><meta charset="utf-8"><title>{escape(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1">
{head}
<link rel="alternate" type="application/rss+xml" title="Aktuell" href="/rss/aktuell.xml">
<link rel="stylesheet" href="/static/bote.css?v={view.build}"></head>
<body><header class="kopf"><a href="/">{self.title}</a><nav><ul>{menu}</ul></nav></header>
<main>
{main}
</main>
<aside><div class="anzeige" id="anz-{view.ad}">Anzeige</div><h2>Meistgelesen</h2><ol>{popular}</ol></aside>
<footer><a href="/impressum.html">Impressum</a> <a href="/datenschutz.html">Datenschutz</a> <a href="/abo.html">Abo</a><p>{self.boilerplate[4]}</p></footer>
</body></html>
"""
