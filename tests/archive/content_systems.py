"""News sites as common content systems make them, each with its own sitemaps, lists, profiles and fixed pages; all invented."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

HOST = "press.example"
BASE = f"http://{HOST}"
DAY = "2026-11-26T08:00:00+00:00"
TEXT = "The council of the harbour town met for the {}. time and agreed to build the bridge over the river by spring."
WORDS = (
    "harbour",
    "council",
    "storm",
    "market",
    "library",
    "election",
    "ferry",
    "tunnel",
    "museum",
    "orchard",
)
AUTHORS = ("ann-reporter", "ben-writer", "cora-editor")


@dataclass(kw_only=True)
class Site:
    """A site's answers by path, and which of them are stories."""

    pages: dict[str, str] = field(default_factory=dict)
    stories: list[str] = field(default_factory=list)
    sitemap: str
    feed: str

    def urls(self) -> set[str]:
        return {BASE + path for path in self.stories}


def urlset(paths: Iterable[str]) -> str:
    rows = "".join(f"<url><loc>{BASE}{path}</loc><lastmod>{DAY}</lastmod></url>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'


def index(paths: Iterable[str]) -> str:
    rows = "".join(f"<sitemap><loc>{BASE}{path}</loc><lastmod>{DAY}</lastmod></sitemap>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</sitemapindex>'


def rss(paths: Iterable[str]) -> str:
    rows = "".join(f"<item><title>{title(p)}</title><link>{BASE}{p}</link></item>" for p in paths)
    return f'<rss version="2.0"><channel><title>The Press</title>{rows}</channel></rss>'


TITLES = {"/node/4711": "The night ferry sails again after the storm"}


def title(path: str) -> str:
    if path in TITLES:
        return TITLES[path]
    return path.strip("/").rsplit("/", 1)[-1].replace("-", " ").capitalize()


def names(count: int = 8) -> list[str]:
    return [f"{word}-decides-on-bridge-{n}" for n, word in enumerate(WORDS[:count])]


def document(
    heading: str, body: str, *, kind: str, meta: Mapping[str, str], data: object | None, classes: str
) -> str:
    """A page with the site's menu and footer."""
    tags = "".join(f'<meta property="{name}" content="{value}">' for name, value in meta.items())
    ld = f'<script type="application/ld+json">{json.dumps(data)}</script>' if data else ""
    menu = "".join(f'<li><a href="/category/{word}/">{word.title()}</a></li>' for word in WORDS[:5])
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{heading} - The Press</title>{tags}{ld}</head>'
        f'<body class="{classes}"><header><a href="/">The Press</a><nav><ul>{menu}</ul></nav></header>'
        f'<main><{kind}>{body}</{kind}></main><footer><a href="/about-us/">About us</a> <a href="/contact/">Contact</a></footer></body></html>'
    )


def prose(count: int = 5) -> str:
    return "".join(f"<p>{TEXT.format(n)}</p>" for n in range(1, count + 1))


def teasers(paths: Iterable[str]) -> str:
    """What a list shows of each story."""
    return "".join(
        f'<article class="post"><h2 class="entry-title"><a href="{p}">{title(p)}</a></h2><p>The council met, and the town waits for its bridge.</p>'
        f'<a class="more-link" href="{p}">Read more</a></article>'
        for p in paths
    )


ABOUT = (
    "<p>The Press has reported from the harbour town since 1921. It belongs to nobody but its readers.</p>"
    "<p>Our newsroom has nine people. Letters reach us at 4 Quay Street, and we answer every one of them.</p>"
    "<p>Corrections are printed on the day on which we learn of an error. Advertising never changes what we write.</p>"
)


def graph(kind: str, path: str, **more: object) -> object:
    """Schema.org data as the plug-ins of WordPress write it: one graph."""
    page = {"@type": kind, "@id": BASE + path, "url": BASE + path, "name": title(path)}
    site = {"@type": "WebSite", "@id": f"{BASE}/#website", "url": f"{BASE}/", "name": "The Press"}
    return {"@context": "https://schema.org", "@graph": [page | more, site]}


def article_data(path: str, kind: str) -> object:
    made = {"@type": kind, "headline": title(path), "datePublished": DAY, "author": {"@type": "Person", "name": "Ann Reporter"}}  # fmt: skip
    return {"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "@id": BASE + path}, made]}


def wordpress(*, yoast: bool) -> Site:
    """Yoast calls a category's page an article in og:type; RankMath says so, too, and has a sitemap of places and products."""
    stories = [f"/{name}/" for name in names()]
    categories = [f"/category/{word}/" for word in WORDS[:5]]
    tags = [f"/tag/{word}/" for word in WORDS]
    authors = [f"/author/{name}/" for name in AUTHORS]
    fixed = ["/about-us/", "/contact/", "/privacy-policy/"]
    products = [] if yoast else ["/product/press-mug-with-handle/", "/product/tote-bag-of-the-press/"]
    maps = {"post": stories, "page": ["/", *fixed], "category": categories, "author": authors}
    maps |= (
        {"post_tag": tags} if yoast else {"post_tag": tags, "product": products, "local": ["/locations.kml"]}
    )
    site = Site(sitemap="/sitemap_index.xml", feed="/feed/", stories=stories)
    site.pages["/sitemap_index.xml"] = index(f"/{name}-sitemap.xml" for name in maps)
    site.pages |= {f"/{name}-sitemap.xml": urlset(paths) for name, paths in maps.items()}
    for path in stories:
        meta = {"og:type": "article", "article:published_time": DAY}
        data = article_data(path, "Article" if yoast else "NewsArticle")
        site.pages[path] = document(title(path), f'<h1 class="entry-title">{title(path)}</h1>{prose()}', kind="article", meta=meta, data=data, classes="single single-post")  # fmt: skip
    for path in (*categories, *tags):
        data, meta = graph("CollectionPage", path), {"og:type": "article", "og:title": title(path)}
        site.pages[path] = document(f"{title(path)} Archives", f'<h1 class="page-title">{title(path)}</h1>{teasers(stories)}', kind="div", meta=meta, data=data, classes="archive category")  # fmt: skip
    for path in authors:
        data, meta = graph("ProfilePage", path), {"og:type": "profile"}
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1><p>Writes about the harbour since 2011.</p>{teasers(stories)}", kind="div", meta=meta, data=data, classes="archive author")  # fmt: skip
    for path in fixed:
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1>{ABOUT}", kind="article", meta={"og:type": "article"}, data=graph("WebPage", path), classes="page page-id-2")  # fmt: skip
    for path in products:
        data = {
            "@context": "https://schema.org",
            "@type": "Product",
            "name": title(path),
            "offers": {"price": "9"},
        }
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1>{ABOUT}", kind="div", meta={"og:type": "product"}, data=data, classes="single-product")  # fmt: skip
    site.pages["/"] = document("The Press", teasers(stories), kind="div", meta={"og:type": "website"}, data=graph("CollectionPage", "/"), classes="home blog")  # fmt: skip
    site.pages["/feed/"] = rss(stories[:5])
    site.pages["/comments/feed/"] = rss(f"{path}#comment-{n}" for n, path in enumerate(stories))
    return site


def ghost() -> Site:
    """Stories, pages, tags and authors all lie directly below the root or below /tag/ and /author/."""
    stories = [f"/{name}/" for name in names()]
    fixed = ["/about/", "/membership/"]
    tags = [f"/tag/{word}/" for word in WORDS]
    authors = [f"/author/{name}/" for name in AUTHORS]
    site = Site(sitemap="/sitemap.xml", feed="/rss/", stories=stories)
    maps = {"pages": ["/", *fixed], "posts": stories, "authors": authors, "tags": tags}
    site.pages["/sitemap.xml"] = index(f"/sitemap-{name}.xml" for name in maps)
    site.pages |= {f"/sitemap-{name}.xml": urlset(paths) for name, paths in maps.items()}
    for path in stories:
        data = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": title(path),
            "datePublished": DAY,
        }
        meta = {"og:type": "article", "article:published_time": DAY}
        site.pages[path] = document(title(path), f'<h1 class="gh-article-title">{title(path)}</h1><section class="gh-content">{prose()}</section>', kind="article", meta=meta, data=data, classes="post-template")  # fmt: skip
    for path in fixed:  # Ghost writes an Article's data on its pages, too, without a date of publication
        data = {"@context": "https://schema.org", "@type": "WebPage", "name": title(path)}
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1><section>{ABOUT}</section>", kind="article", meta={"og:type": "website"}, data=data, classes="page-template")  # fmt: skip
    for path in tags:
        data = {"@context": "https://schema.org", "@type": "Series", "url": BASE + path, "name": title(path)}
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1><p>A collection of {len(stories)} posts</p>{teasers(stories)}", kind="div", meta={"og:type": "website"}, data=data, classes="tag-template")  # fmt: skip
    for path in authors:
        data = {"@context": "https://schema.org", "@type": "Person", "url": BASE + path, "name": title(path)}
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1><p>Writes from the quay.</p>{teasers(stories)}", kind="div", meta={"og:type": "profile"}, data=data, classes="author-template")  # fmt: skip
    site.pages["/"] = document("The Press", teasers(stories), kind="div", meta={"og:type": "website"}, data=None, classes="home-template")  # fmt: skip
    site.pages["/rss/"] = rss(stories[:5])
    return site


def drupal() -> Site:
    """One sitemap in two parts, of everything: stories, terms, users, views and fixed pages; no schema.org data."""
    stories = [f"/news/{name}" for name in names()] + ["/node/4711"]
    terms = [f"/topics/{word}" for word in WORDS] + ["/taxonomy/term/12", "/taxonomy/term/13"]
    users = ["/user/7", "/people/ann-reporter"]
    fixed = ["/about-us", "/contact", "/terms-of-use-and-privacy"]
    views = ["/", "/news", "/opinion"]
    site = Site(sitemap="/sitemap.xml", feed="/rss.xml", stories=stories)
    site.pages["/sitemap.xml"] = index(["/sitemap.xml?page=1", "/sitemap.xml?page=2"])
    site.pages["/sitemap.xml?page=1"] = urlset([*views, *fixed, *stories])
    site.pages["/sitemap.xml?page=2"] = urlset([*terms, *users])
    for path in stories:
        head = f'<h1 class="page-title">{title(path)}</h1><div class="node__meta">By Ann Reporter on <time datetime="{DAY}">26 November 2026</time></div>'
        site.pages[path] = document(title(path), f'{head}<div class="field--name-body">{prose()}</div>', kind="article", meta={}, data=None, classes="path-node page-node-type-article")  # fmt: skip
    for path in (*terms, *views):
        site.pages[path] = document(title(path) or "The Press", f'<h1 class="page-title">{title(path)}</h1><div class="views-element-container">{teasers(stories)}</div>', kind="div", meta={}, data=None, classes="path-taxonomy")  # fmt: skip
    for path in users:
        site.pages[path] = document(title(path), f"<h1>{title(path)}</h1><div>Member for 3 years 2 months</div>", kind="div", meta={}, data=None, classes="path-user")  # fmt: skip
    for path in fixed:
        site.pages[path] = document(title(path), f'<h1 class="page-title">{title(path)}</h1><div class="field--name-body">{ABOUT}</div>', kind="article", meta={}, data=None, classes="path-node page-node-type-page")  # fmt: skip
    site.pages["/rss.xml"] = rss(stories[:5])
    return site


SYSTEMS = {
    "yoast": wordpress(yoast=True),
    "rankmath": wordpress(yoast=False),
    "ghost": ghost(),
    "drupal": drupal(),
}
