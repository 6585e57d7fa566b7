"""مرآة الميناء: an Arabic paper, right to left, on a content system of its own.

Addresses hold a number and the headline, percent-encoded. It sends Last-Modified and no ETag. The
date stands in words, the standfirst as the first bold line; a subscription line follows the text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import ClassVar

from tests.newsroom.outlets import feeds
from tests.newsroom.outlets.base import OutletSection, OutletSite, PageContext, free_paragraphs, slugify
from tests.newsroom.story import PressStory

_SECTIONS = "local|politics|economy|world|culture"


class MiratAlmina(OutletSite):
    """See the head of the file."""

    name = "mirat"
    host = "www.mirat-almina.example"
    title = "مرآة الميناء"
    language = "ar"
    sections = (
        OutletSection("local", "محليات"),
        OutletSection("politics", "سياسة"),
        OutletSection("economy", "اقتصاد"),
        OutletSection("world", "العالم"),
        OutletSection("culture", "ثقافة"),
    )
    feeds = ("/rss.xml",)
    news_sitemap = "/sitemap-news.xml"
    etags = "none"
    utc_offset = 3.0
    first_id = 88000
    routes = (
        (r"/", "front"),
        (rf"/(?P<key>{_SECTIONS})(?:/page/(?P<page>\d+))?", "section"),
        (r"/rss\.xml", "feed"),
        (r"/sitemap-news\.xml", "news-sitemap"),
        (r"/sitemap\.xml", "sitemap-index"),
        (r"/sitemap-(?P<key>\d{4}-\d\d)\.xml", "sitemap"),
        (r"/robots\.txt", "robots"),
        (r"/news/(?P<key>\d+)(?:/[^?]*)?", "id"),
        (r"/topics/(?P<key>[^/?]+)", "tag"),
        (r"/authors/(?P<key>[^/?]+)", "author"),
        (r"/(?P<key>about|contact|policy)", "plain"),
        (r"/uploads/(?P<key>\d+)\.png(?:\?.*)?", "picture"),
        (r"/assets/(?P<key>mirat)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "اشترك في نشرتنا البريدية",
        "تصلك كل صباح خمس قصص يختارها المحررون، من الميناء ومن خلفه.",
        "مواضيع ذات صلة",
        "جميع الحقوق محفوظة لصحيفة مرآة الميناء. يمنع إعادة نشر هذا المقال من دون إذن خطي.",
        "الأكثر قراءة",
    )
    plain_pages: ClassVar = {
        "about": ("من نحن", "أسس الصحيفة ثلاثة صيادين ومعلمة، ولا تزال تطبع قرب الرصيف."),
        "contact": ("اتصل بنا", "تصلنا الرسائل على عنوان البيت الأزرق في شارع القناديل."),
        "policy": ("سياسة النشر", "ننشر ما نعرفه، ونقول ما لا نعرفه."),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/news/{self.first_id + number}/{slugify(title)}"

    def guid(self, number: int, path: str) -> str:
        return f"https://{self.host}/news/{self.first_id + number}"

    def image_path(self, number: int) -> str:
        return f"/uploads/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/{slug}" if page == 1 else f"/{slug}/page/{page}"

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        """RSS 2.0 with standfirsts."""
        return feeds.rss(self, stories, base)

    def article(self, story: PressStory, view: PageContext) -> str:
        ld = json.dumps(self.json_ld(story, view), ensure_ascii=False).replace("</", "<\\/")
        head = (
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}">\n'
            f'<meta name="description" content="{escape(story.standfirst)}">\n{self.open_graph(story, view)}\n'
            f'<script type="application/ld+json">{ld}</script>'
        )
        names = "، ".join(f'<a href="{self.author_path(a)}">{escape(a)}</a>' for a in story.authors)
        related = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.related)
        main = f"""<div class="post" id="post{self.first_id + story.number}">
<div class="post-cat"><a href="{self.section_path(story.section)}">{self.section_title(story.section)}</a></div>
<h1 class="post-title">{escape(story.title)}</h1>
<div class="post-info"><span class="writer">بقلم {names}</span> <span class="date">{self.long_date(story.published_at)} - {self.local(story.published_at):%H:%M}</span> <span class="upd">آخر تحديث: {view.ago}</span> <span class="seen">{view.views} مشاهدة</span></div>
<div class="post-photo"><img src="{story.image}?v={view.build}" alt="" width="640" height="360"><span class="photo-text">{escape(self.caption(story))}</span></div>
<div class="post-lead"><strong>{escape(story.standfirst)}</strong></div>
<div class="post-text">
{self._body(story, view)}
</div>
<div class="post-rights">{self.boilerplate[3]}</div>
<div class="mail-box"><h4>{self.boilerplate[0]}</h4><p>{self.boilerplate[1]}</p><form><input type="hidden" name="t" value="{view.token}"><input type="email"><button>اشترك</button></form></div>
<div class="post-tags">{" ".join(f'<a href="{self.tag_path(t)}">{escape(t)}</a>' for t in story.tags)}</div>
<div class="share-row">شارك: <a href="#">فيسبوك</a> <a href="#">واتساب</a> <b>{view.shares}</b></div>
</div>
<div class="related"><h3>{self.boilerplate[2]}</h3><ul>{related}</ul></div>"""
        return self._frame(f"{story.title} - {self.title}", head, main, view)

    def _body(self, story: PressStory, view: PageContext) -> str:
        out = []
        for i, text in enumerate(free_paragraphs(story)):
            inner = self.text_html(text, view)
            out.append(f"<blockquote>{inner}</blockquote>" if i in story.quotes else f"<p>{inner}</p>")
        if story.paywalled:
            out.append('<div class="locked">للمشتركين فقط. سجل الدخول لمتابعة القراءة.</div>')
        return "\n".join(out)

    def respelled(self, html: str) -> str:
        """Entities for quotes and the Arabic comma."""
        return html.replace("«", "&laquo;").replace("»", "&raquo;").replace("،", "&#1548;")

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
            f'<div class="item"><h2><a href="{s.path}">{escape(s.title)}</a></h2><p>{escape(s.standfirst)}</p></div>'
            for s in stories
        )
        links = "".join(
            f'<a rel="{rel}" href="{href}">{word}</a>'
            for href, rel, word in ((newer, "prev", "الأحدث"), (older, "next", "الأقدم"))
            if href
        )
        main = f'<h1 class="list-title">{escape(heading)}</h1>{rows}<div class="pages">{links}</div>'
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading} - {self.title}", head, main, view)

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        main = f'<h1 class="list-title">{escape(heading)}</h1>' + "".join(
            f"<p>{escape(p)}</p>" for p in paragraphs
        )
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading} - {self.title}", head, main, view)

    def _frame(self, title: str, head: str, main: str, view: PageContext) -> str:
        menu = "".join(f'<li><a href="{self.section_path(s.slug)}">{s.title}</a></li>' for s in self.sections)
        popular = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.popular)
        return f"""<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head><meta charset="utf-8"><title>{escape(title)}</title><meta name="viewport" content="width=device-width, initial-scale=1">
{head}
<link rel="alternate" type="application/rss+xml" title="{self.title}" href="/rss.xml">
<link rel="stylesheet" href="/assets/mirat.css?v={view.build}"></head>
<body><div class="top"><a class="logo" href="/">{self.title}</a><ul class="menu">{menu}</ul></div>
<div class="wrap"><div class="main">
{main}
</div><div class="side"><div class="banner" data-z="{view.ad}">إعلان</div><h3>{self.boilerplate[4]}</h3><ol>{popular}</ol></div></div>
<div class="foot"><a href="/about">من نحن</a> <a href="/contact">اتصل بنا</a> <a href="/policy">سياسة النشر</a> <span>© 2026 {self.title}</span></div>
</body></html>
"""
