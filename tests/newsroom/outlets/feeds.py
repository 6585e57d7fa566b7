"""Feeds and sitemaps as outlets write them: RSS 2.0, RSS 1.0, Atom, news sitemap, sitemap, index.

Pure: stories in, XML out. Tested in tests/newsroom/test_outlets.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from tests.newsroom.outlets.base import OutletSite
from tests.newsroom.story import PressStory

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def rss(
    site: OutletSite,
    stories: Sequence[PressStory],
    base: str,
    *,
    full: bool = False,
    campaign: str = "",
    guids: bool = True,
) -> str:
    """RSS 2.0.

    Args:
        full: Puts the whole text into content:encoded.
        campaign: Ends each link with utm parameters.
        guids: Gives each item its guid.
    """
    items = []
    for s in stories:
        link = (
            base + s.path + (f"?utm_source=rss&utm_medium=feed&utm_campaign={campaign}" if campaign else "")
        )
        permalink = "true" if s.guid.startswith("http") and "?p=" not in s.guid else "false"
        content = ""
        if full and not s.paywalled:
            html = "".join(f"<p>{escape(p, quote=False)}</p>" for p in s.paragraphs)
            content = f"<content:encoded><![CDATA[{html}]]></content:encoded>"
        items.append(
            f"<item><title>{escape(s.title)}</title><link>{escape(link)}</link>"
            f"<description>{escape(s.standfirst)}</description>"
            + "".join(f"<dc:creator>{escape(a)}</dc:creator>" for a in s.authors)
            + f"<pubDate>{format_datetime(site.local(s.published_at))}</pubDate>"
            + (f'<guid isPermaLink="{permalink}">{escape(s.guid)}</guid>' if guids else "")
            + f"<category>{escape(site.section_title(s.section))}</category>{content}</item>"
        )
    built = _newest(stories)
    return (
        HEAD + '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel><title>{escape(site.title)}</title><link>{base}/</link>"
        f"<description>{escape(site.title)}</description><language>{site.language}</language>"
        f'<atom:link href="{base}{site.feeds[0]}" rel="self" type="application/rss+xml"/>'
        + (f"<lastBuildDate>{format_datetime(site.local(built))}</lastBuildDate>" if built else "")
        + "\n"
        + "\n".join(items)
        + "\n</channel></rss>\n"
    )


def rdf(site: OutletSite, stories: Sequence[PressStory], base: str) -> str:
    """RSS 1.0, as Japanese papers have kept it; no guid but rdf:about."""
    rows = "".join(f'<rdf:li rdf:resource="{base}{s.path}"/>' for s in stories)
    items = "\n".join(
        f'<item rdf:about="{base}{s.path}"><title>{escape(s.title)}</title><link>{base}{s.path}</link>'
        f"<description>{escape(s.standfirst)}</description><dc:date>{site.stamp(s.published_at)}</dc:date>"
        f"<dc:subject>{escape(site.section_title(s.section))}</dc:subject></item>"
        for s in stories
    )
    return (
        HEAD + '<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xml:lang="{site.language}">\n'
        f'<channel rdf:about="{base}{site.feeds[0]}"><title>{escape(site.title)}</title><link>{base}/</link>'
        f"<description>{escape(site.title)}</description><items><rdf:Seq>{rows}</rdf:Seq></items></channel>\n"
        f"{items}\n</rdf:RDF>\n"
    )


def atom(site: OutletSite, stories: Sequence[PressStory], base: str, *, campaign: str = "") -> str:
    """Atom 1.0, with a summary."""
    end = f"?utm_source=atom&amp;utm_campaign={campaign}" if campaign else ""
    entries = "\n".join(
        f'<entry><id>{escape(s.guid)}</id><title type="text">{escape(s.title)}</title>'
        f'<link rel="alternate" type="text/html" href="{base}{s.path}{end}"/>'
        f"<published>{site.stamp(s.published_at)}</published><updated>{site.stamp(s.modified_at)}</updated>"
        + "".join(f"<author><name>{escape(a)}</name></author>" for a in s.authors)
        + f'<category term="{escape(s.section)}"/><summary>{escape(s.standfirst)}</summary></entry>'
        for s in stories
    )
    updated = _newest(stories)
    return (
        HEAD + f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">\n'
        f'<id>{base}/</id><title>{escape(site.title)}</title><link rel="self" href="{base}{site.feeds[0]}"/>'
        f'<link rel="alternate" href="{base}/"/>'
        + (f"<updated>{site.stamp(updated)}</updated>" if updated else "")
        + f"\n{entries}\n</feed>\n"
    )


def news_sitemap(site: OutletSite, stories: Iterable[PressStory], base: str) -> str:
    """A sitemap with the news extension; the caller gives the stories of the last two days."""
    rows = "\n".join(
        f"<url><loc>{base}{escape(s.path)}</loc><lastmod>{site.stamp(s.modified_at)}</lastmod><news:news>"
        f"<news:publication><news:name>{escape(site.title)}</news:name>"
        f"<news:language>{site.language}</news:language></news:publication>"
        f"<news:publication_date>{site.stamp(s.published_at)}</news:publication_date>"
        f"<news:title>{escape(s.title)}</news:title></news:news></url>"
        for s in stories
    )
    return (
        HEAD + '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{rows}\n</urlset>\n'
    )


def sitemap(site: OutletSite, stories: Iterable[PressStory], base: str) -> str:
    """A plain sitemap."""
    rows = "\n".join(
        f"<url><loc>{base}{escape(s.path)}</loc><lastmod>{site.stamp(s.modified_at)}</lastmod></url>"
        for s in stories
    )
    return HEAD + f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</urlset>\n'


def sitemap_index(site: OutletSite, months: Iterable[tuple[str, datetime]], base: str) -> str:
    """The index: one sitemap a month, each with the time of its newest change."""
    rows = "\n".join(
        f"<sitemap><loc>{base}{escape(site.sitemap_path(key))}</loc><lastmod>{site.stamp(at)}</lastmod></sitemap>"
        for key, at in months
    )
    return (
        HEAD
        + f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}\n</sitemapindex>\n'
    )


def _newest(stories: Sequence[PressStory]) -> datetime | None:
    return max((s.modified_at for s in stories), default=None)
