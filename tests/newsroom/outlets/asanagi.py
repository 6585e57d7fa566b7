"""朝凪新聞: a Japanese paper, encoded in Shift_JIS, with a feed in RSS 1.0.

Addresses hold a number alone; each story has a page for printing. Paragraphs begin with a wide space
and lines are wrapped in the source. A line for subscribers and a row of share buttons follow the text.
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


class AsanagiShimbun(OutletSite):
    """See the head of the file."""

    name = "asanagi"
    host = "www.asanagi.example"
    title = "朝凪新聞"
    language = "ja"
    charset = "shift_jis"
    sections = (
        OutletSection("local", "地域"),
        OutletSection("politics", "政治"),
        OutletSection("economy", "経済"),
        OutletSection("world", "国際"),
        OutletSection("culture", "文化"),
    )
    feeds = ("/rss/index.rdf",)
    feed_type = "application/rdf+xml; charset=utf-8"
    news_sitemap = "/sitemap/news.xml"
    sitemap_index = "/sitemap/index.xml"
    utc_offset = 9.0
    first_id = 62000
    has_slug = False
    routes = (
        (r"/", "front"),
        (rf"/(?P<key>{_SECTIONS})/(?:\?p=(?P<page>\d+))?", "section"),
        (r"/rss/index\.rdf", "feed"),
        (r"/sitemap/news\.xml", "news-sitemap"),
        (r"/sitemap/index\.xml", "sitemap-index"),
        (r"/sitemap/(?P<key>\d{4}-\d\d)\.xml", "sitemap"),
        (r"/robots\.txt", "robots"),
        (r"/print(?P<key>/articles/AN\d+\.html)", "print"),
        (r"/topics/(?P<key>[^/?]+)", "tag"),
        (r"/reporters/(?P<key>[^/?]+)", "author"),
        (r"/info/(?P<key>about|guide|privacy)\.html", "plain"),
        (r"/img/(?P<key>\d+)\.png(?:\?.*)?", "picture"),
        (r"/css/(?P<key>asanagi)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "朝のメールマガジン",
        "平日の朝6時、編集部が選んだ5本の記事をお届けします。登録は無料です。",
        "関連記事",
        "アクセスランキング",
        "朝凪新聞に掲載の記事・写真の無断転載を禁じます。すべての内容は日本の著作権法により保護されています。",
    )
    plain_pages: ClassVar = {
        "about": ("朝凪新聞について", "朝凪新聞は港の印刷所の二階で生まれ、いまもそこで作られています。"),
        "guide": ("購読のご案内", "朝刊は夜明けの船と一緒に届きます。"),
        "privacy": ("個人情報の扱い", "お預かりした情報は鍵のかかる引き出しにしまいます。"),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/articles/AN{self.first_id + number}.html"

    def image_path(self, number: int) -> str:
        return f"/img/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/{slug}/" if page == 1 else f"/{slug}/?p={page}"

    def author_path(self, name: str) -> str:
        return f"/reporters/{slugify(name)}"

    def sitemap_path(self, key: str) -> str:
        return f"/sitemap/{key}.xml"

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        return feeds.rdf(self, stories, base)

    def article(self, story: PressStory, view: PageContext) -> str:
        if view.variant == "print":
            return self._print(story, view)
        ld = json.dumps(self.json_ld(story, view), ensure_ascii=False).replace("</", "<\\/")
        head = (
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}">\n'
            f'<meta name="description" content="{escape(story.standfirst)}">\n{self.open_graph(story, view)}\n'
            f'<script type="application/ld+json">{ld}</script>'
        )
        names = "、".join(f'<a href="{self.author_path(a)}">{escape(a)}</a>' for a in story.authors)
        related = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.related)
        main = f"""<div class="ArticleTitle"><div class="Genre"><a href="{self.section_path(story.section)}">{self.section_title(story.section)}</a></div>
<h1>{escape(story.title)}</h1>
<p class="Lead">{escape(story.standfirst)}</p>
<p class="Writer">{names}</p><p class="LastUpdated"><time datetime="{self.stamp(story.published_at)}">{self.long_date(story.published_at)} {self.local(story.published_at):%H時%M分}</time>　最終更新 {view.ago}　閲覧 {view.views}</p>
<ul class="SnsUtil"><li>シェア</li><li>ツイート {view.shares}</li><li><a href="/print{story.path}">印刷</a></li></ul></div>
<div class="Image"><img src="{story.image}?{view.build}" alt="" width="640" height="360"><p class="Caption">{escape(self.caption(story))}</p></div>
<div class="ArticleText">
{self._body(story)}
</div>
<div class="MailBox"><p class="MailTitle">{self.boilerplate[0]}</p><p>{self.boilerplate[1]}</p><form><input type="hidden" value="{view.token}"><input type="email"></form></div>
<div class="Keywords">{" ".join(f'<a href="{self.tag_path(t)}">{escape(t)}</a>' for t in story.tags)}</div>
<div class="Related"><h2>{self.boilerplate[2]}</h2><ul>{related}</ul></div>"""
        return self._frame(f"{story.title}：{self.title}", head, main, view)

    def _body(self, story: PressStory) -> str:
        out = []
        for i, text in enumerate(free_paragraphs(story)):
            shown = escape(text, quote=False)
            out.append(f"<blockquote>{shown}</blockquote>" if i in story.quotes else f"<p>　{shown}</p>")
        if story.paywalled:
            out.append(
                '<p class="MoveLink">この記事は有料会員限定です。残りはログインしてお読みください。</p>'
            )
        return "\n".join(out)

    def _print(self, story: PressStory, view: PageContext) -> str:
        return (
            f'<!DOCTYPE html><html lang="ja"><head><meta charset="Shift_JIS"><title>{escape(story.title)}：{self.title}</title>'
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}"><meta name="robots" content="noindex"></head>'
            f"<body><h1>{escape(story.title)}</h1><p>{self.long_date(story.published_at)}</p><p>{escape(story.standfirst)}</p>"
            f"{self._body(story)}<hr><p>{self.boilerplate[4]}</p></body></html>"
        )

    def caption(self, story: PressStory) -> str:
        return "".join((*story.captions[:1], *(f"（{credit}）" for credit in story.credits[:1])))

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
            f'<li><a href="{s.path}"><span class="Title">{escape(s.title)}</span></a>'
            f'<span class="Time">{self.local(s.published_at):%m/%d %H:%M}</span></li>'
            for s in stories
        )
        links = "".join(
            f'<a rel="{rel}" href="{href}">{word}</a>'
            for href, rel, word in ((newer, "prev", "前へ"), (older, "next", "次へ"))
            if href
        )
        main = f'<h1>{escape(heading)}</h1><ul class="List">{rows}</ul><div class="Pager">{links}</div>'
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading}：{self.title}", head, main, view)

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        main = f"<h1>{escape(heading)}</h1>" + "".join(f"<p>{escape(p)}</p>" for p in paragraphs)
        head = f'<link rel="canonical" href="{view.base}{escape(path)}">'
        return self._frame(f"{heading}：{self.title}", head, main, view)

    def _frame(self, title: str, head: str, main: str, view: PageContext) -> str:
        menu = "".join(f'<li><a href="{self.section_path(s.slug)}">{s.title}</a></li>' for s in self.sections)
        popular = "".join(f'<li><a href="{s.path}">{escape(s.title)}</a></li>' for s in view.popular)
        return f"""<!DOCTYPE html>
<html lang="ja">
<head><meta charset="Shift_JIS"><title>{escape(title)}</title>
{head}
<link rel="alternate" type="application/rss+xml" title="{self.title}" href="/rss/index.rdf">
<link rel="stylesheet" href="/css/asanagi.css?{view.build}"></head>
<body><div id="Header"><a class="Logo" href="/">{self.title}</a><ul id="GlobalNav">{menu}</ul></div>
<div id="Contents"><div id="Main">
{main}
</div><div id="Sub"><div class="Ad" data-id="{view.ad}">広告</div><h2>{self.boilerplate[3]}</h2><ol>{popular}</ol></div></div>
<div id="Footer"><a href="/info/about.html">会社案内</a> <a href="/info/guide.html">購読</a> <a href="/info/privacy.html">個人情報</a><p>{self.boilerplate[4]}</p></div>
</body></html>
"""
