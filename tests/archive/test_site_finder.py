"""What `add` finds on outlets of many kinds: their feeds and sitemaps, no rubbish, within the budget of requests.

Each outlet is a few documents written here after the structure of a real kind; the server's log counts the requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.archive.site_finder import MAX_REQUESTS, Found
from newsarchive.config import FILENAME
from newsarchive.errors import NothingFoundError, SourceFailedError
from newsarchive.model import Source
from newsarchive.sources import write_source
from newsarchive.times import Clock
from tests.crawl.origin import Origin, Shape, plain
from tests.press import START

BASE = "http://s.test"
HOSTS = ("s.test", "www.s.test", "cmp.s.test", "feeds.s.test", "consent.wall.test")
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def link(href: str, title: str = "News", kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{href}">'


def a(href: str, text: str = "x") -> str:
    return f'<a href="{href}">{text}</a>'


def story(n: int, folder: str = "/news") -> str:
    return f"{folder}/story-number-{n}-of-the-harbour"


def front(head: str = "", body: str = "", *, folder: str = "/news", lang: str = "en") -> Shape:
    links = "".join(
        f"<h2>{a(story(n, folder), f'What happened at the harbour on day {n}')}</h2>" for n in range(12)
    )
    return html(
        f'<html lang="{lang}"><head><title>The Gazette</title>{head}</head><body>{links}{body}</body></html>'
    )


def html(text: str) -> Shape:
    return plain(text.encode())


def xml(text: str) -> Shape:
    return plain(text.encode(), headers=[b"X-Kind: xml"])


def rss(folder: str = "/news", host: str = BASE) -> Shape:
    items = "".join(
        f"<item><title>Day {n}</title><link>{host}{story(n, folder)}</link></item>" for n in range(10)
    )
    return xml(f'<rss version="2.0"><channel><title>The Gazette</title>{items}</channel></rss>')


def atom() -> Shape:
    items = "".join(
        f'<entry><title>Day {n}</title><link href="{BASE}{story(n)}"/></entry>' for n in range(10)
    )
    return xml(f'<feed xmlns="http://www.w3.org/2005/Atom"><title>The Gazette</title>{items}</feed>')


def sitemap(*folders: str) -> Shape:
    rows = "".join(
        f"<url><loc>{BASE}{story(n, f)}</loc></url>" for f in folders or ("/news",) for n in range(10)
    )
    return xml(f"<urlset {NS}>{rows}</urlset>")


def index(*paths: str) -> Shape:
    rows = "".join(f"<sitemap><loc>{BASE}{path}</loc></sitemap>" for path in paths)
    return xml(f"<sitemapindex {NS}>{rows}</sitemapindex>")


def robots(*paths: str, text: str = "User-agent: *\nDisallow: /x\n") -> Shape:
    return plain((text + "".join(f"Sitemap: {BASE}{path}\n" for path in paths)).encode())


def refused(status: str = "403 Forbidden") -> Shape:
    return plain(b"<html><body>No.</body></html>", status)


def to(url: str) -> Shape:
    return plain(b"", "302 Found", [b"Location: " + url.encode()])


WALL = html(
    "<html><title>We value your privacy</title><h1>We and our partners</h1><button>Accept all</button></html>"
)
CHALLENGE = html("<html><head><title>Just a moment...</title></head><body><p>Checking your browser before you proceed.</p></body></html>")  # fmt: skip
MENU = (
    "<nav>"
    + a("/europe", "Europe")
    + a("/money", "Money")
    + a("/europe/a-b", "x")
    + a("/money/c-d", "x")
    + "</nav>"
)


@dataclass(frozen=True)
class Site:
    """An outlet, and what must be found: paths of feeds, of sitemaps; what must hold of the sections."""

    pages: Mapping[str, Shape]
    feeds: Iterable[str] = ()
    sitemaps: Iterable[str] = ()
    sections: Iterable[str] | None = None  # None: any
    ask: str = "/"
    patterns: tuple[str, ...] = ()
    more: Mapping[str, object] = field(default_factory=dict)


COMMENTS = link("/comments/feed/", "The Gazette » Comments Feed")
SITES: Mapping[str, Site] = {
    "declared feed and news sitemap": Site({"/": front(link("/rss")), "/rss": rss(), "/robots.txt": robots("/news.xml"), "/news.xml": sitemap()}, ["/rss"], ["/news.xml"], []),
    "wordpress with comments": Site({"/": front(link("/feed/") + COMMENTS), "/feed/": rss(), "/comments/feed/": rss(), "/robots.txt": robots("/wp-sitemap.xml"), "/wp-sitemap.xml": index("/wp-sitemap-posts-post-1.xml")}, ["/feed/"], ["/wp-sitemap.xml"], []),
    "yoast index not named": Site({"/": front(link("/feed/")), "/feed/": rss(), "/robots.txt": robots(), "/sitemap_index.xml": index("/post-sitemap.xml", "/tag-sitemap.xml")}, ["/feed/"], ["/sitemap_index.xml"], []),
    "list sitemaps named in robots": Site({"/": front(link("/feed/")), "/feed/": rss(), "/robots.txt": robots("/tag-sitemap.xml", "/post-sitemap.xml"), "/tag-sitemap.xml": sitemap(), "/post-sitemap.xml": sitemap()}, ["/feed/"], ["/post-sitemap.xml"], []),
    "ghost": Site({"/": front(link("/rss/")), "/rss/": rss(), "/robots.txt": robots("/sitemap.xml"), "/sitemap.xml": index("/sitemap-posts.xml", "/sitemap-pages.xml")}, ["/rss/"], ["/sitemap.xml"], []),
    "several feeds": Site({"/": front(link("/a.xml") + link("/b.xml") + link("/c.xml", kind="application/atom+xml")), "/a.xml": rss(), "/b.xml": rss("/sport"), "/c.xml": atom()}, ["/a.xml", "/b.xml", "/c.xml"]),
    "feed by a link in the footer": Site({"/": front(body="<footer>" + a("/rss.xml", "RSS") + "</footer>"), "/rss.xml": rss()}, ["/rss.xml"]),
    "page that lists feeds": Site({"/": front(body="<footer>" + a("/service/rss-feeds.html", "RSS") + "</footer>"), "/service/rss-feeds.html": html(a("/xml/top.xml", "Top stories (RSS)") + a("/xml/world.xml", "World XML")), "/xml/top.xml": rss(), "/xml/world.xml": rss("/world")}, ["/xml/top.xml", "/xml/world.xml"]),
    "page that lists feeds as links": Site({"/": front(body=a("/feeds", "Our feeds")), "/feeds": html("<h1>Feeds</h1>" + a("/out/news.rss") + a("/out/sport.rss")), "/out/news.rss": rss(), "/out/sport.rss": rss("/sport")}, ["/out/news.rss", "/out/sport.rss"]),
    "page that lists feeds declares them": Site({"/": front(body=a("/hilfe", "RSS-Feeds")), "/hilfe": html(f"<html><head>{link('/f/alles')}</head><body>x</body></html>"), "/f/alles": rss()}, ["/f/alles"]),
    "feeds of sections only": Site({"/": front(body=MENU), "/europe": front(link("/europe/feed.php?id=1")), "/money": front(link("/money/feed.php?id=2")), "/europe/feed.php?id=1": rss(), "/money/feed.php?id=2": rss("/money")}, ["/europe/feed.php?id=1", "/money/feed.php?id=2"]),
    "nothing named, feed at a common place": Site({"/": front(), "/feed": rss()}, ["/feed"]),
    "nothing named, arc": Site({"/": front(), "/arc/outboundfeeds/rss/?outputType=xml": rss()}, ["/arc/outboundfeeds/rss/?outputType=xml"]),
    "no feed, sitemap at a common place": Site({"/": front(), "/news-sitemap.xml": sitemap()}, [], ["/news-sitemap.xml"]),
    "sections alone": Site({"/": front(body=MENU), "/europe": front(), "/money": front()}, [], [], ["/", "/europe", "/money"]),
    "sitemap linked from the footer": Site({"/": front(link("/rss"), a("/export/sitemap-latest.xml", "Sitemap")), "/rss": rss(), "/export/sitemap-latest.xml": sitemap()}, ["/rss"], ["/export/sitemap-latest.xml"], []),
    "front page refused, all else open": Site({"/": refused(), "/robots.txt": robots("/news.xml"), "/news.xml": sitemap(), "/feed": rss()}, ["/feed"], ["/news.xml"], []),
    "front page refused, sitemap alone open": Site({"/": refused("401 Unauthorized"), "/robots.txt": robots("/n/latest.xml"), "/n/latest.xml": sitemap()}, [], ["/n/latest.xml"], []),
    "challenge with status 503": Site({"/": refused("503 Service Unavailable"), "/rss": rss()}, ["/rss"], [], []),
    "challenge with status 200": Site({"/": CHALLENGE, "/robots.txt": robots("/news.xml"), "/news.xml": sitemap()}, [], ["/news.xml"], []),
    "consent host of its own domain": Site({"/": to("http://cmp.s.test/wall"), "/wall": WALL, "/robots.txt": robots("/news.xml"), "/news.xml": sitemap()}, [], ["/news.xml"], []),
    "consent host elsewhere": Site({"/": to("http://consent.wall.test/?return=1"), "/?return=1": WALL, "/rss.xml": rss()}, ["/rss.xml"], [], []),
    "edition with feeds of its own": Site({"/": front(folder="/de"), "/rss": rss("/de"), "/en/": front(folder="/en"), "/en/rss": rss("/en")}, ["/en/rss"], ask="/en/"),
    "edition in a sitemap of all": Site({"/fr/": front(link("/fr/feed"), folder="/fr"), "/fr/feed": rss("/fr"), "/robots.txt": robots("/sitemap.xml"), "/sitemap.xml": sitemap("/fr", "/de")}, ["/fr/feed"], ["/sitemap.xml"], [], "/fr/", ("^https?://[^/]+/fr/",)),
    "edition beside sitemaps of others": Site({"/pt-br/": front(link("/pt-br/rss"), folder="/pt-br"), "/pt-br/rss": rss("/pt-br"), "/robots.txt": robots("/es/news.xml", "/pt-br/news.xml"), "/es/news.xml": sitemap("/es"), "/pt-br/news.xml": sitemap("/pt-br")}, ["/pt-br/rss"], ["/pt-br/news.xml"], [], "/pt-br/"),
    "declared feed that is gone": Site({"/": front(link("/old.rss") + link("/new.rss")), "/new.rss": rss()}, ["/new.rss"]),
    "page in the place of a feed": Site({"/": front(link("/rss")), "/rss": html("<html><body><p>Our feeds moved.</p></body></html>"), "/feed": rss()}, ["/feed"]),
    "feed of others beside its own": Site({"/": front(link("/rss") + link("/podcasts")), "/rss": rss(), "/podcasts": rss("/show", "http://pods.test")}, ["/rss"]),
    "json feed": Site({"/": front(link("/feed.json", kind="application/feed+json")), "/feed.json": plain(f'{{"version": "https://jsonfeed.org/version/1.1", "title": "G", "items": [{{"id": "1", "url": "{BASE}{story(1)}"}}]}}'.encode())}, ["/feed.json"]),
    "atom at bloggers' place": Site({"/": front(), "/feeds/posts/default": atom()}, ["/feeds/posts/default"]),
    "many dead links to feeds": Site({"/": front("".join(link(f"/dead{n}.xml") for n in range(30)), "".join(a(f"/rss/{n}") for n in range(30)) + MENU), "/robots.txt": robots(*(f"/gone{n}.xml" for n in range(30)))}, [], [], ["/", "/europe", "/money"]),
    "an address of a feed": Site({"/": front(link("/top.rss")), "/top.rss": rss(), "/robots.txt": robots("/news.xml"), "/news.xml": sitemap()}, ["/top.rss"], ["/news.xml"], [], "/top.rss"),
}  # fmt: skip


def archive(folder: Path, origin: Origin) -> Archive:
    Archive.create(folder)
    connect = ", ".join(f'"{host}:80:127.0.0.1:{origin.port}"' for host in HOSTS)
    network = f'[network]\nconnect_to = [{connect}]\nallow = ["127.0.0.1:{origin.port}"]\n'
    (folder / FILENAME).write_text(
        f'contact = "desk@archive.example"\n[crawl]\ndelay = 0\nper_host = 4\n{network}'
    )
    return Archive(folder, clock=Clock(START))


@pytest.mark.parametrize("name", SITES)
def test_what_an_outlet_offers_is_found(name: str, tmp_path: Path) -> None:
    site = SITES[name]
    full: Callable[[Iterable[str]], list[str]] = lambda paths: sorted(BASE + path for path in paths)  # noqa: E731
    with Origin(dict(site.pages)) as origin:
        source = archive(tmp_path / "a", origin).add(BASE + site.ask, name="s")
        asked = len(origin.log)
    assert sorted(source.feeds) == full(site.feeds)
    assert sorted(source.sitemaps) == full(site.sitemaps)
    if site.sections is not None:
        assert sorted(source.sections) == full(site.sections)
    assert source.homepage.startswith(BASE)
    assert set(source.domains) == {"s.test"}
    assert source.article_patterns == site.patterns
    assert asked <= MAX_REQUESTS == 25


@pytest.mark.parametrize(
    "pages",
    [
        {"/": to("http://cmp.s.test/wall"), "/wall": WALL},
        {"/": refused()},
        {"/": CHALLENGE, "/robots.txt": robots("/gone.xml")},
    ],
    ids=["consent", "refused", "challenge"],
)
def test_a_site_behind_a_wall_with_nothing_open_is_not_added(pages: dict[str, Shape], tmp_path: Path) -> None:
    with Origin(dict(pages)) as origin:
        made = archive(tmp_path / "a", origin)
        with pytest.raises(SourceFailedError, match="no open feed or sitemap") as failed:
            made.add(BASE + "/", name="s")
    assert failed.value.exit_code == 3
    assert Archive(made.root).sources == {}


def test_what_was_found_is_shown_before_it_is_written(tmp_path: Path) -> None:
    shown: list[str] = []

    def refuse(found: Found) -> None:
        shown.extend(found.lines)
        raise NothingFoundError("not wanted")

    with Origin(dict(SITES["declared feed and news sitemap"].pages)) as origin:
        made = archive(tmp_path / "a", origin)
        with pytest.raises(NothingFoundError, match="not wanted"):
            made.add(BASE + "/", name="s", review=refuse)
    assert shown[0] == f"{BASE}/rss: rss, 10 entries: Day 0; Day 1"
    assert shown[1].startswith(f"{BASE}/news.xml: sitemap, 10 entries: {BASE}{story(0)}")
    assert Archive(made.root).sources == {}


def test_a_check_says_which_addresses_still_work(tmp_path: Path) -> None:
    pages = {"/rss": rss(), "/empty.xml": xml(f"<urlset {NS}></urlset>"), "/robots.txt": robots()}
    with Origin(dict(pages)) as origin:
        made = archive(tmp_path / "a", origin)
        urls = tuple(f"{BASE}/{name}" for name in ("empty.xml", "gone.xml"))
        write_source(made.root, Source(name="s", domains=("s.test",), feeds=(f"{BASE}/rss",), sitemaps=urls))
        checked = Archive(made.root, clock=Clock(START)).check_sources()
    assert [(c.entries, c.problem) for c in checked] == [
        (10, ""),
        (0, "a sitemap without stories"),
        (0, "it answered 404"),
    ]
