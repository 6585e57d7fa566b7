"""The Old Mill Gazette: a page of the last century, one table cell with line breaks, in windows-1252.

Full of traps. Addresses differ in a query alone; every page calls the front page its canonical
address; the feed has no guid. A column begins with the same lines each day, articles quote paragraphs
of each other, and some are copies of the Cedar Courier's, which they name as canonical.
"""

from __future__ import annotations

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
COLUMN_EVERY, QUOTE_EVERY, COPY_EVERY = 5, 3, 7
COLUMN_OPENING = (
    "Every morning our columnist walks down to the weir, counts the herons, and writes down what the "
    "day before has left on the grating."
)


class OldMillGazette(OutletSite):
    """See the head of the file."""

    name = "gazette"
    host = "oldmillgazette.example"
    title = "Old Mill Gazette"
    secure = False
    charset = "windows-1252"
    sections = (
        OutletSection("local", "Parish"),
        OutletSection("politics", "Politics"),
        OutletSection("business", "Trade"),
        OutletSection("world", "Elsewhere"),
        OutletSection("culture", "Letters and Arts"),
        OutletSection("sport", "Sports"),
        OutletSection("science", "Nature"),
    )
    feeds = ("/rss.php",)
    feed_type = "text/xml"
    news_sitemap = "/news-sitemap.xml"
    sitemap_index = "/sitemap.xml"
    etags = "none"
    dated = False
    first_id = 300
    has_slug = False
    shows_modified = False
    routes = (
        (r"/(?:index\.html?)?", "front"),
        (rf"/section\.php\?s=(?P<key>{_SECTIONS})(?:&page=(?P<page>\d+))?", "section"),
        (r"/rss\.php", "feed"),
        (r"/news-sitemap\.xml", "news-sitemap"),
        (r"/sitemap\.xml", "sitemap-index"),
        (r"/sitemap-(?P<key>\d{4}-\d\d)\.xml", "sitemap"),
        (r"/robots\.txt", "robots"),
        (r"/story\.php\?id=(?P<key>\d+)(?:&.*)?", "id"),
        (r"/topic\.php\?t=(?P<key>[^&]+)", "tag"),
        (r"/author\.php\?a=(?P<key>[^&]+)", "author"),
        (r"/(?P<key>about|subscribe)\.html", "plain"),
        (r"/pics/(?P<key>\d+)\.png(?:\?.*)?", "picture"),
        (r"/(?P<key>gazette)\.css(?:\?.*)?", "css"),
    )
    boilerplate = (
        "Printed at the Old Mill since 1871. Reproduction without leave of the miller is prohibited.",
        "Like what you read? Have the Gazette brought to your door: ask the postman for a form.",
        "Also in this issue:",
        "Best viewed at 800 x 600.",
    )
    plain_pages: ClassVar = {
        "about": ("About the Gazette", "The Gazette is set by hand, corrected by ear and delivered on foot."),
        "subscribe": ("Subscribe", "The form is at the post office, under the stone."),
    }

    def path(self, number: int, section: str, title: str, published: datetime) -> str:
        return f"/story.php?id={self.first_id + number}"

    def image_path(self, number: int) -> str:
        return f"/pics/{number}.png"

    def section_path(self, slug: str, page: int = 1) -> str:
        return f"/section.php?s={slug}" + (f"&page={page}" if page > 1 else "")

    def tag_path(self, tag: str) -> str:
        return f"/topic.php?t={slugify(tag)}"

    def author_path(self, name: str) -> str:
        return f"/author.php?a={slugify(name)}"

    def feed(self, stories: Sequence[PressStory], base: str) -> str:
        return feeds.rss(self, stories, base, guids=False)

    def vary(self, story: PressStory, found: Finding, bases: Mapping[str, str]) -> PressStory:
        number = story.number
        if number % COPY_EVERY == 0 and (origin := found("courier", number - 1)):
            return replace(
                story,
                title=origin.title,
                standfirst=origin.standfirst,
                authors=origin.authors,
                section=origin.section,
                tags=origin.tags,
                paragraphs=origin.paragraphs,
                captions=origin.captions,
                credits=origin.credits,
                canonical_url=bases["courier"] + origin.path,
            )
        if number % COLUMN_EVERY == 0:
            return replace(
                story,
                title=f"Notes from the weir: {story.title}",
                paragraphs=(COLUMN_OPENING, *story.paragraphs),
                headings=(),
            )
        earlier = found(self.name, number - 1)
        if number % QUOTE_EVERY == 0 and earlier and not earlier.canonical_url:
            before, rest = story.paragraphs[:2], story.paragraphs[2:]
            said = f"This is what the Gazette had written under the headline “{earlier.title}”:"
            quoted = earlier.paragraphs[1]
            return replace(story, paragraphs=(*before, said, quoted, *rest), quotes=(len(before) + 1,))
        return story

    def canonical(self, story: PressStory, view: PageContext) -> str:
        return story.canonical_url or view.base + "/"

    def article(self, story: PressStory, view: PageContext) -> str:
        head = (
            f'<link rel="canonical" href="{escape(self.canonical(story, view))}">\n'
            f'<meta name="author" content="{escape(", ".join(story.authors))}">\n'
            f'<meta name="description" content="{escape(story.standfirst)}">\n'
            f'<meta name="date" content="{self.stamp(story.published_at)}">'
        )
        names = " and ".join(f'<a href="{self.author_path(a)}">{escape(a)}</a>' for a in story.authors)
        related = "<br>\n".join(f'&raquo; <a href="{s.path}">{escape(s.title)}</a>' for s in view.related)
        copied = (
            '<font size="1">By arrangement with the Cedar Courier.</font><br>' if story.canonical_url else ""
        )
        main = f"""<font size="5" face="Georgia"><b>{escape(story.title)}</b></font><br>
<font size="3"><i>{escape(story.standfirst)}</i></font><br>
<font size="2">By {names}, {self.long_date(story.published_at)} | read {view.views} times</font><br><br>
<img src="{story.image}?{view.build}" width="320" height="180" alt=""><br><font size="1">{escape(self.caption(story))}</font><br><br>
{self._body(story)}
<br><br>{copied}<font size="1">{self.boilerplate[0]}</font><br><br>
<b>{self.boilerplate[1]}</b><br><br>
<b>{self.boilerplate[2]}</b><br>
{related}<br>
<font size="1">Filed under: {", ".join(f'<a href="{self.tag_path(t)}">{escape(t)}</a>' for t in story.tags)}</font>"""
        return self._frame(f"{self.title}: {story.title}", head, main, view)

    def _body(self, story: PressStory) -> str:
        parts = []
        for i, text in enumerate(free_paragraphs(story)):
            shown = escape(text, quote=False)
            parts.append(f"<blockquote>{shown}</blockquote>" if i in story.quotes else shown)
        if story.paywalled:
            parts.append("<b>The rest is for subscribers.</b>")
        return "<br><br>\n".join(parts)

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
            f'<li><a href="{s.path}">{escape(s.title)}</a><br><font size="2">{escape(s.standfirst)}</font>'
            for s in stories
        )
        links = " | ".join(
            f'<a href="{escape(href)}">{word}</a>'
            for href, word in ((newer, "newer"), (older, "older"))
            if href
        )
        main = f'<font size="5"><b>{escape(heading)}</b></font><ul>{rows}</ul>{links}'
        return self._frame(f"{self.title}: {heading}", f"<!-- {escape(path)} -->", main, view)

    def plain(self, heading: str, paragraphs: Sequence[str], view: PageContext, *, path: str) -> str:
        main = f'<font size="5"><b>{escape(heading)}</b></font><br><br>' + "<br><br>".join(
            map(escape, paragraphs)
        )
        return self._frame(f"{self.title}: {heading}", f"<!-- {escape(path)} -->", main, view)

    def _frame(self, title: str, head: str, main: str, view: PageContext) -> str:
        menu = "<br>\n".join(
            f'<a href="{escape(self.section_path(s.slug))}">{s.title}</a>' for s in self.sections
        )
        popular = "<br>\n".join(f'<a href="{s.path}">{escape(s.title)}</a>' for s in view.popular)
        return f"""<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN">
<html lang="en">
<head><meta http-equiv="Content-Type" content="text/html; charset=windows-1252"><title>{escape(title)}</title>
{head}
<link rel="alternate" type="application/rss+xml" title="{self.title}" href="/rss.php">
<link rel="stylesheet" type="text/css" href="/gazette.css?{view.build}"></head>
<body bgcolor="#fdf6e3"><table width="800" align="center" cellpadding="8"><tr><td colspan="3" align="center"><a href="/"><font size="7" face="Georgia">{self.title}</font></a></td></tr>
<tr valign="top"><td width="110"><font size="2">{menu}<br><br><a href="/about.html">About</a><br><a href="/subscribe.html">Subscribe</a></font></td>
<td>
{main}
</td>
<td width="150"><font size="2"><b>Much read</b><br>{popular}<br><br>[ad {view.ad}]</font></td></tr>
<tr><td colspan="3" align="center"><font size="1">{self.boilerplate[3]}</font></td></tr></table></body></html>
"""
