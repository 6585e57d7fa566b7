"""The road of a crawl, over loopback: who is asked for what, in which order, and what is counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import CrawlConfig, NetworkConfig, read_config
from newsarchive.crawl import CrawlChild, Report, targets_of
from newsarchive.ingest import Ingester
from newsarchive.model import Capture, RecordRef, Source
from newsarchive.plan import Target
from newsarchive.warc import list_files, read_captures
from tests.crawl.conftest import make_plan
from tests.crawl.origin import Origin, Shape, plain

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BASE = "http://e.test"
HOSTS = ("e.test", "o.test", "other.test", "www.e.test", "sport.e.test", "cdn.test")
SOURCE = Source(name="e", homepage=BASE + "/", domains=("e.test",), feeds=(BASE + "/feed",))
UNKNOWN = "no-such-host.test:80:no such name:80"  # a name that the resolver refuses without asking anybody
SPEED = 1000.0
HANGS = Shape((b"HTTP/1.1 200 OK\r\n",), hang=True)


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>{link}</title><link>{BASE}{link}</link></item>" for link in links)
    return f'<rss version="2.0"><channel><title>E</title>{items}</channel></rss>'.encode()


def page(body: bytes = b"<p>text", status: int = 200, **headers: str) -> Shape:
    lines = [f"{name.replace('_', '-')}: {value}".encode() for name, value in headers.items()]
    return plain(body, f"{status} So it is", lines)


class Web:
    """Answers by path, or by URL for other hosts than e.test; the last of several answers again and again."""

    def __init__(self, root: Path, child: CrawlChild) -> None:
        self.root, self.child = root, child
        self.events: list[dict] = []
        self.asked: list[str] = []
        self.requests: list[bytes] = []
        self.times: list[float] = []  # seconds of the plan's time

    def know(self, *paths: str) -> None:
        """Archive and index some pages first."""
        self.crawl(
            {path: page(b"<article><p>" + b"A page that is known already. " * 9) for path in paths},
            targets=tuple(Target(url=BASE + path, source="e", reason="manual") for path in paths),
        )
        with Ingester(self.root, config=read_config(self.root), sources={"e": SOURCE}) as ingester:
            ingester.catch_up()

    def crawl(
        self,
        answers: Mapping[str, Shape | list[Shape]],
        *,
        robots: Shape | None = None,
        sources: tuple[Source, ...] = (SOURCE,),
        allowed: bool = True,
        **more: Any,
    ) -> Report:
        """Do one plan; `events`, `asked` and `times` are those of this one."""
        self.events.clear()
        named = {"crawl_id": more.pop("crawl_id")} if "crawl_id" in more else {}
        shapes = {key.removeprefix(BASE): value for key, value in answers.items()}
        with Origin(shapes | {"/robots.txt": robots or page(b"", 404)}) as origin:  # type: ignore[arg-type]
            network = NetworkConfig(
                connect_to=(*(f"{host}:80:127.0.0.1:{origin.port}" for host in HOSTS), UNKNOWN),
                allow=(f"127.0.0.1:{origin.port}",) if allowed else (),
                timeout=0.5,
            )
            plan = make_plan(
                self.root,
                sources=sources,
                targets=more.pop("targets", tuple(t for s in sources for t in targets_of(s))),
                follow=more.pop("follow", True),
                network=network,
                crawl=more.pop("crawl", CrawlConfig(delay=0.0)),
                speed=more.pop("speed", SPEED),
                **more,
            )
            report = self.child.run(replace(plan, now=NOW, **named), self.events.append)
            self.requests = list(origin.log)
            self.asked = [origin.asked(request).removeprefix(BASE) for request in origin.log]
            self.times = [moment * plan.speed for moment in origin.times]
        return report

    @property
    def fetched(self) -> list[Capture]:
        """The captures of all crawls so far, in order."""
        found = [c for file in list_files(self.root) for c in read_captures(self.root, file.filename)]
        return sorted(found, key=lambda c: (c.fetched_at, c.seq))


@pytest.fixture
def web(root: Path, child: CrawlChild) -> Web:
    return Web(root, child)


def test_robots_then_the_feed_then_what_it_names(web: Web) -> None:
    report = web.crawl({"/feed": page(rss("/a", "/b")), "/a": page(), "/b": page()})
    assert web.asked == ["/robots.txt", "/feed", "/a", "/b"]
    [source] = report.sources
    assert (source.found, source.new, source.failures, report.exit_code) == (2, 2, 0, 0)
    kinds = [e["event"] for e in web.events if e["event"] != "progress"]
    assert kinds == ["start", *["fetched"] * 4, "source"]
    assert [capture.reason for capture in web.fetched] == ["robots", "feed", "new", "new"]
    assert web.fetched[2].candidate is not None
    assert web.fetched[2].candidate.title == "/a"


def test_known_pages_are_left_and_told(web: Web) -> None:
    web.know("/a")
    report = web.crawl({"/feed": page(rss("/a", "/b")), "/b": page()})
    assert web.asked == ["/feed", "/b"]
    assert (report.sources[0].found, report.sources[0].known, report.sources[0].new) == (2, 1, 1)
    assert [e["url"] for e in web.events if e["event"] == "known"] == [BASE + "/a"]


def test_each_document_that_names_a_known_page_tells_of_it(web: Web) -> None:
    web.know("/a")
    entry = f"<url><loc>{BASE}/a</loc><lastmod>2026-11-24T11:00:00Z</lastmod></url>"
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entry}</urlset>'
    source = replace(SOURCE, sitemaps=(BASE + "/map.xml",))
    report = web.crawl(
        {"/feed": page(rss("/a", "/a")), "/map.xml": page(sitemap.encode())}, sources=(source,)
    )
    told = [(e["document"], e["at"]) for e in web.events if e["event"] == "known"]
    assert told == [(BASE + "/feed", None), (BASE + "/map.xml", "2026-11-24T11:00:00.000000Z")]
    assert (report.sources[0].found, report.sources[0].known) == (1, 1)


def test_without_follow_nothing_is_fetched_but_the_targets(web: Web) -> None:
    report = web.crawl({"/feed": page(rss("/a"))}, follow=False)
    assert web.asked == ["/robots.txt", "/feed"]
    assert report.sources[0].documents[0].unknown == 1


def test_an_unchanged_feed_is_no_failure(web: Web) -> None:
    targets = (Target(url=BASE + "/feed", source="e", reason="feed", etag='"1"'),)
    report = web.crawl({"/feed": page(b"", 304)}, targets=targets)
    assert report.sources[0].documents[0].is_unchanged
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("robots", "allowed", "fetched", "outcome"),
    [
        (page(b"User-agent: *\nDisallow: /"), True, [], ("outcomes", "robots")),
        (page(b"User-agent: *\nDisallow: /b"), True, ["/feed", "/a"], ("outcomes", "robots")),
        (page(b"", 503), True, [], ("failed", "robots.txt unreachable")),
        (HANGS, True, [], ("failed", "robots.txt unreachable")),
        (page(), False, [], ("outcomes", "address refused")),
        (page(b"", 403), True, ["/feed", "/a", "/b"], None),
        (page(b"", 301, location="/robots.txt"), True, ["/feed", "/a", "/b"], None),
        (page(b"", 301, location="ftp://e.test/"), True, ["/feed", "/a", "/b"], None),
    ],
)
def test_robots_txt_decides_and_fails_closed(
    web: Web, robots: Shape, allowed: bool, fetched: list[str], outcome: tuple[str, str] | None
) -> None:
    answers = {"/feed": page(rss("/a", "/b")), "/a": page(), "/b": page()}
    report = web.crawl(answers, robots=robots, allowed=allowed)
    assert [path for path in web.asked if path != "/robots.txt"] == fetched
    source = report.to_dict()["sources"][0]
    if outcome:
        assert outcome[1] in source[outcome[0]]
    assert report.exit_code == (0 if fetched else 3)


def test_a_host_without_a_name_is_a_failure_of_its_own(web: Web) -> None:
    url = "http://no-such-host.test/feed"
    report = web.crawl({}, targets=(Target(url=url, source="e", reason="feed"),))
    assert report.sources[0].failed == {"dns": 1}


def test_robots_txt_is_followed_through_redirects(web: Web) -> None:
    forbids = page(b"User-agent: *\nDisallow: /")
    report = web.crawl(
        {"/elsewhere.txt": forbids, "/feed": page(rss())}, robots=page(b"", 301, location="/elsewhere.txt")
    )
    assert web.asked == ["/robots.txt", "/elsewhere.txt"]
    assert report.sources[0].outcomes == {"robots": 1}


def test_a_source_may_say_not_to_ask_robots(web: Web) -> None:
    answers = {"/feed": page(rss("/a")), "/a": page()}
    web.crawl(answers, sources=(replace(SOURCE, obey_robots=False),))
    assert web.asked == ["/feed", "/a"]


def test_robots_txt_is_asked_once_and_kept_for_the_next_run(web: Web) -> None:
    for count in (1, 0):
        web.crawl({"/feed": page(rss("/a")), "/a": page()})
        assert web.asked.count("/robots.txt") == count


def test_a_robots_txt_that_lives_for_no_time_is_asked_before_each_page(web: Web) -> None:
    fresh = page(b"User-agent: *\nDisallow: /no", Cache_Control="max-age=0")
    web.crawl({"/feed": page(rss("/a")), "/a": page()}, robots=fresh)
    assert web.asked == ["/robots.txt", "/feed", "/robots.txt", "/a"]


def test_crawl_delay_slows_the_host(web: Web) -> None:
    web.crawl(
        {"/feed": page(rss("/a", "/b")), "/a": page(), "/b": page()},
        robots=page(b"User-agent: *\nCrawl-delay: 20"),
        speed=100.0,
    )
    assert len(web.times) == 4
    assert all(b - a >= 18 for a, b in pairwise(web.times))


def test_trouble_is_tried_again_twice(web: Web) -> None:
    answers = {"/feed": page(rss("/a", "/b")), "/a": [page(b"", 500), page()], "/b": page(b"", 502)}
    report = web.crawl(answers)
    assert (web.asked.count("/a"), web.asked.count("/b")) == (2, 3)
    assert report.sources[0].failed == {"HTTP 502": 1}
    assert report.sources[0].examples["HTTP 502"] == (BASE + "/b",)


def test_gone_pages_are_outcomes_and_no_failures(web: Web) -> None:
    report = web.crawl({"/feed": page(rss("/a", "/b")), "/b": page(b"", 410)})
    assert report.sources[0].outcomes == {"gone": 2}
    assert report.exit_code == 0


def test_retry_after_leaves_the_host_alone_and_is_in_the_report(web: Web) -> None:
    answers = {"/feed": page(rss("/a", "/b", "/c")), "/a": page(b"", 429, retry_after="7200")}
    report = web.crawl(answers, speed=100.0)
    assert web.asked == ["/robots.txt", "/feed", "/a"]
    assert report.sources[0].left == {"asked to wait": 3}
    assert report.sources[0].failed == {}
    assert report.not_before["e.test"] > NOW + timedelta(seconds=7000)


def test_a_short_retry_after_is_waited_for_and_the_page_asked_again(web: Web) -> None:
    answers = {
        "/feed": page(rss("/a", "/b")),
        "/a": [page(b"", 503, retry_after="40"), page()],
        "/b": page(),
    }
    report = web.crawl(answers, speed=100.0)
    assert web.asked == ["/robots.txt", "/feed", "/a", "/a", "/b"]
    assert web.times[3] - web.times[2] >= 40
    assert (report.sources[0].new, report.not_before) == (2, {})


def test_a_host_that_asked_to_wait_in_an_earlier_run_is_not_asked(web: Web) -> None:
    report = web.crawl({}, not_before={"e.test": NOW + timedelta(hours=9)})
    assert web.asked == []
    assert report.sources[0].left == {"asked to wait": 1}
    assert report.not_before == {"e.test": NOW + timedelta(hours=9)}


@pytest.mark.parametrize(
    ("budgets", "spent", "asked"),
    [({"run_budget": 3}, 0, 3), ({"daily_budget": 10}, 8, 2), ({"daily_budget": 10}, 10, 0), ({}, 0, 5)],
)
def test_budgets_hold_for_run_and_day(web: Web, budgets: dict[str, int], spent: int, asked: int) -> None:
    report = web.crawl(
        {"/feed": page(rss("/a", "/b", "/c")), "/a": page(), "/b": page(), "/c": page()},
        crawl=CrawlConfig(delay=0.0, **budgets),
        spent={"e.test": spent},
    )
    assert len(web.asked) == asked
    assert report.requests.get("e.test", 0) == asked
    assert report.exit_code == 0


def test_a_page_limit_holds_for_new_pages(web: Web) -> None:
    answers = {"/feed": page(rss("/a", "/b", "/c")), "/a": page(), "/b": page(), "/c": page()}
    report = web.crawl(answers, crawl=CrawlConfig(delay=0.0, max_pages=2))
    assert report.sources[0].new == 2
    assert report.sources[0].left == {"max_pages reached": 1}


def test_redirects_are_followed_and_counted_as_one_page(web: Web) -> None:
    report = web.crawl({"/feed": page(rss("/a")), "/a": page(b"", 301, location="/b"), "/b": page()})
    assert web.asked == ["/robots.txt", "/feed", "/a", "/b"]
    assert [c.redirect_from for c in web.fetched][2:] == [None, BASE + "/a"]
    assert report.sources[0].new == 1


@pytest.mark.parametrize(
    ("location", "counted"),
    [("/a", {"redirect loop": 1}), ("http://[::1/b", {"redirect to a bad URL": 1}), ("ftp://e.test/", {})],
)
def test_a_redirect_that_leads_nowhere_is_a_failure_with_a_name(
    web: Web, location: str, counted: dict[str, int]
) -> None:
    report = web.crawl({"/feed": page(rss("/a")), "/a": page(b"", 302, location=location)})
    assert report.sources[0].failed == counted
    assert report.sources[0].outcomes == ({} if counted else {"redirect to another scheme": 1})


def test_a_chain_of_redirects_ends_after_ten(web: Web) -> None:
    chain = {f"/{n}": page(b"", 302, location=f"/{n + 1}") for n in range(20)}
    report = web.crawl({"/feed": page(rss("/0")), **chain})
    assert web.asked[2:] == [f"/{n}" for n in range(11)]
    assert report.sources[0].failed == {"too many redirects": 1}


def test_a_page_that_only_wants_its_cookie_back_gets_it(web: Web) -> None:
    wants = page(b"", 302, location="/a", set_cookie="seen=1; Path=/")
    report = web.crawl({"/feed": page(rss("/a", "/b")), "/a": [wants, page()], "/b": page()})
    assert web.asked == ["/robots.txt", "/feed", "/a", "/a", "/b"]
    assert report.sources[0].new == 2
    assert [b"Cookie: seen=1" in request for request in web.requests] == [False, False, False, True, False]


def test_a_redirect_to_another_host_asks_that_hosts_robots_first(web: Web) -> None:
    other = "http://other.test"
    report = web.crawl(
        {
            "/feed": page(rss("/a")),
            "/a": page(b"", 302, location=other + "/x"),
            other + "/robots.txt": page(b"User-agent: *\nDisallow: /"),
        }
    )
    assert web.asked == ["/robots.txt", "/feed", "/a", other + "/robots.txt"]
    assert report.sources[0].outcomes == {"robots": 1}


def test_a_moved_feed_is_read_where_it_is(web: Web) -> None:
    moved = page(b"", 301, location="/new-feed")
    report = web.crawl({"/feed": moved, "/new-feed": page(rss("/a")), "/a": page()})
    [document] = report.sources[0].documents
    assert (document.asked, document.url) == (BASE + "/feed", BASE + "/new-feed")
    assert report.sources[0].new == 1


def test_a_failed_source_holds_up_no_other(web: Web) -> None:
    other = Source(name="o", domains=("o.test",), feeds=("http://o.test/feed",))
    feed = b'<rss version="2.0"><channel><item><link>http://o.test/x</link></item></channel></rss>'
    report = web.crawl(
        {"/feed": HANGS, "http://o.test/feed": page(feed), "http://o.test/x": page()}, sources=(SOURCE, other)
    )
    done = {s.name: s for s in report.sources}
    assert done["o"].new == 1
    assert done["e"].is_failed
    assert report.exit_code == 3
    assert [e["source"] for e in web.events if e["event"] == "source"] == ["o", "e"]


def test_a_recheck_is_counted_by_its_digest(web: Web) -> None:
    web.crawl({"/a": page(b"same"), "/b": page(b"one")}, targets=rechecks())
    digests = {c.url: c.payload_digest for c in web.fetched}
    report = web.crawl(
        {"/a": page(b"same"), "/b": page(b"other"), "/c": page(b"", 304)}, targets=rechecks(digests)
    )
    [source] = report.sources
    assert (source.unchanged, source.changed, source.new) == (2, 1, 0)


def rechecks(digests: Mapping[str, str | None] | None = None) -> tuple[Target, ...]:
    urls = [BASE + path for path in ("/a", "/b", "/c")]
    return tuple(
        Target(
            url=url,
            source="e",
            reason="recheck",
            previous=RecordRef(
                record_id="urn:uuid:0",
                url=url,
                fetched_at=NOW,
                payload_digest=(digests or {}).get(url) or "-",
            ),
        )
        for url in urls
    )


def test_a_recheck_isnt_fetched_again_when_a_feed_names_it(web: Web) -> None:
    targets = (*targets_of(SOURCE), Target(url=BASE + "/a", source="e", reason="recheck"))
    web.crawl({"/feed": page(rss("/a")), "/a": page()}, targets=targets)
    assert web.asked.count("/a") == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [(rss(), "rss"), (b"", "empty"), (b"<html><p>Nothing here", "html")],
)
def test_a_feed_that_is_alive_but_empty_is_a_failed_source_and_says_so(
    web: Web, body: bytes, kind: str
) -> None:
    report = web.crawl({"/feed": page(body)})
    [document] = report.sources[0].documents
    assert (document.kind, document.candidates) == (kind, 0)
    assert report.exit_code == 3


def test_a_source_without_feeds_is_read_from_its_homepage(web: Web) -> None:
    links = "".join(
        f'<li><a href="/2026/11/2{n}/the-long-title-of-story-{n}">The long title of story {n}</a></li>'
        for n in range(8)
    )
    report = web.crawl(
        {"/": page(f"<html><body><ul>{links}</ul>".encode())}, sources=(replace(SOURCE, feeds=()),)
    )
    assert report.sources[0].found == 8


MAPS = Source(name="e", domains=("e.test",), sitemaps=(BASE + "/index.xml",))


def index_of(entries: str) -> Shape:
    text = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    return page(text.encode())


def test_a_sitemap_index_is_followed_latest_first_within_a_budget(web: Web) -> None:
    entries = "".join(
        f"<sitemap><loc>{BASE}/s{n}.xml</loc><lastmod>2026-11-{n:02}</lastmod></sitemap>"
        for n in range(1, 24)
    )
    entries += "".join(
        f"<sitemap><loc>{BASE}/h{n}.xml</loc><lastmod>2026-11-24T{n:02}:00:00Z</lastmod></sitemap>"
        for n in range(12)
    )
    web.crawl({"/index.xml": index_of(entries)}, sources=(MAPS,))
    assert web.asked == ["/robots.txt", "/index.xml", *[f"/h{n}.xml" for n in range(11, 3, -1)]]


def test_indexes_of_indexes_are_followed_three_deep(web: Web) -> None:
    def named(name: str) -> Shape:
        return index_of(f"<sitemap><loc>{BASE}/{name}.xml</loc></sitemap>")

    web.crawl(
        {"/index.xml": named("i1"), **{f"/i{n}.xml": named(f"i{n + 1}") for n in range(1, 9)}},
        sources=(MAPS,),
    )
    assert web.asked == ["/robots.txt", "/index.xml", "/i1.xml", "/i2.xml", "/i3.xml"]


def test_sub_sitemaps_that_changed_long_ago_come_last_and_few(web: Web) -> None:
    entries = "".join(
        f"<sitemap><loc>{BASE}/old{n}.xml</loc><lastmod>2026-11-1{n}</lastmod></sitemap>" for n in range(9)
    )
    entries += f"<sitemap><loc>{BASE}/undated.xml</loc></sitemap>"
    web.crawl({"/index.xml": index_of(entries)}, sources=(MAPS,))
    assert web.asked == ["/robots.txt", "/index.xml", "/undated.xml", "/old8.xml", "/old7.xml"]


def test_a_document_of_very_many_pages_gives_its_latest(web: Web) -> None:
    items = "".join(
        f"<item><link>{BASE}/{n}</link><pubDate>2026-11-{1 + n // 300:02}T00:00:00Z</pubDate></item>"
        for n in range(6_000)
    )
    report = web.crawl(
        {"/feed": page(f"<rss><channel>{items}</channel></rss>".encode())},
        crawl=CrawlConfig(delay=0.0, max_pages=2),
    )
    [document] = report.sources[0].documents
    assert (document.candidates, document.unknown) == (6_000, 5_000)
    assert {path for path in web.asked if path[1:].isdecimal()} == {"/5700", "/5701"}


def test_of_many_undated_sub_sitemaps_the_news_comes_first_then_both_ends(web: Web) -> None:
    names = [f"old{n}" for n in range(9)] + ["news"]
    entries = "".join(f"<sitemap><loc>{BASE}/{name}.xml</loc></sitemap>" for name in names)
    web.crawl({"/index.xml": index_of(entries)}, sources=(MAPS,))
    assert web.asked == [
        "/robots.txt",
        "/index.xml",
        "/news.xml",
        *[f"/old{n}.xml" for n in (8, 0, 7, 1, 6, 2, 5)],
    ]


def test_a_url_that_cant_be_fetched_is_a_note(web: Web) -> None:
    targets = tuple(
        Target(url=u, source="e", reason="manual") for u in ("ftp://e.test/a", "https://u:p@e.test/", "x")
    )
    report = web.crawl({}, targets=targets)
    assert len(report.sources[0].notes) == 3
    assert report.requests == {}


def test_validators_that_lie_are_named(web: Web) -> None:
    previous = RecordRef(
        record_id="urn:uuid:0", url=BASE + "/feed", fetched_at=NOW, payload_digest="sha1:OLD"
    )
    targets = (Target(url=BASE + "/feed", source="e", reason="feed", etag='"1"', previous=previous),)
    report = web.crawl({"/feed": page(rss(), 200, etag='"1"')}, targets=targets)
    assert report.liars == (BASE + "/feed",)


# ---------------------------------------------------------------- hosts in trouble, hosts of a source


@pytest.mark.parametrize(("status", "most"), [(503, 14), (403, 14), (404, 60)])
def test_a_host_in_trouble_is_left_for_the_next_run(web: Web, status: int, most: int) -> None:
    links = [f"/n/story-number-{n}-of-today" for n in range(60)]
    report = web.crawl({"/feed": page(rss(*links)), **{link: page(b"no", status) for link in links}})
    assert web.asked.count("/feed") == 1
    assert len(web.asked) - 2 == most
    if status != 404:
        assert report.sources[0].left["host in trouble"] >= 40


def test_a_single_broken_page_keeps_no_other_from_being_fetched(web: Web) -> None:
    links = [f"/n/story-number-{n}-of-today" for n in range(20)]
    answers = {link: page(b"no", 500) if n % 2 else page() for n, link in enumerate(links)}
    report = web.crawl({"/feed": page(rss(*links)), **answers})
    assert (report.sources[0].new, report.sources[0].left) == (10, {})


@pytest.mark.parametrize("host", ["sport.e.test", "cdn.test"])
def test_delay_and_budget_of_a_source_hold_for_its_other_hosts(web: Web, host: str) -> None:
    source = replace(SOURCE, delay=10.0, daily_budget=4, domains=("e.test", "cdn.test"))
    links = "".join(f"<item><link>http://{host}/news/story-number-{n}-here</link></item>" for n in range(8))
    feed = f'<rss version="2.0"><channel><title>E</title>{links}</channel></rss>'.encode()
    web.crawl({"/feed": page(feed)}, sources=(source,), crawl=CrawlConfig(delay=0.0), speed=20.0)
    times = [t for t, url in zip(web.times, web.asked, strict=True) if url.startswith(f"http://{host}/")]
    assert len(times) == 4
    assert all(b - a >= 8 for a, b in pairwise(times))


def test_the_night_window_of_a_source_holds_for_its_other_hosts(web: Web) -> None:
    source = replace(SOURCE, night="02:00-03:00")
    known = Target(url="http://sport.e.test/a", source="e", reason="recheck")
    report = web.crawl({}, sources=(source,), targets=(known,))
    assert web.asked == []
    assert report.sources[0].left == {"outside the night window": 1}


# ---------------------------------------------------------------- articles on several pages


def part(number: int, *names: int, path: str = "/a") -> bytes:
    """A page of an article at `path`, with numbered links to others of its pages."""
    links = "".join(f'<a href="{path}{"" if n == 1 else f"?page={n}"}">{n}</a>' for n in names)
    return f'<meta property="og:type" content="article"><p>Page {number}<div>{links}</div>'.encode()


PAGES = {"/a": page(part(1, 2)), "/a?page=2": page(part(2, 1, 3)), "/a?page=3": page(part(3, 1, 2))}


def test_the_pages_of_an_article_are_fetched_right_after_its_first(web: Web) -> None:
    report = web.crawl({"/feed": page(rss("/a", "/b")), "/b": page(), **PAGES})
    assert web.asked == ["/robots.txt", "/feed", "/a", "/a?page=2", "/a?page=3", "/b"]
    assert [(c.reason, c.continues) for c in web.fetched[2:5]] == [
        ("new", None),
        *[("continuation", BASE + "/a")] * 2,
    ]
    [source] = report.sources
    assert (source.found, source.new, source.continuations) == (2, 2, 2)


def test_a_second_page_is_fetched_once_though_a_list_names_it(web: Web) -> None:
    web.crawl({"/feed": page(rss("/a", "/a?page=2")), **PAGES})
    assert sorted(web.asked) == sorted(["/robots.txt", "/feed", *PAGES])


def test_a_second_page_alone_asks_for_the_first(web: Web) -> None:
    web.crawl({"/feed": page(rss("/a?page=2")), **PAGES})
    assert web.asked[2:] == ["/a?page=2", "/a?page=3", "/a"]


def test_a_second_page_alone_leaves_a_first_that_is_known(web: Web) -> None:
    web.know("/a")
    web.crawl({"/feed": page(rss("/a?page=2")), **PAGES})
    assert web.asked == ["/feed", "/a?page=2", "/a?page=3"]


def recheck(path: str = "/a") -> Target:
    parts = tuple(
        Target(url=f"{BASE}{path}?page={n}", source="e", reason="continuation", etag=f'"{n}"') for n in (2, 3)
    )
    return Target(url=BASE + path, source="e", reason="recheck", etag='"1"', parts=parts)


def test_a_look_at_the_first_page_is_a_look_at_the_others_though_it_is_not_modified(web: Web) -> None:
    web.know("/a?page=2")
    answers = {"/a": page(b"", 304), "/a?page=2": page(b"", 304), "/a?page=3": PAGES["/a?page=3"]}
    report = web.crawl(answers, targets=(recheck(),), crawl_id="20261124T120000-0001")
    assert web.asked == ["/a", "/a?page=2", "/a?page=3"]
    sent = [request.lower().partition(b"if-none-match: ")[2][:3] for request in web.requests]
    assert sent == [b'"1"', b'"2"', b'"3"']
    assert (report.sources[0].unchanged, report.sources[0].continuations) == (1, 2)


def test_pages_that_the_first_names_no_more_are_left_alone(web: Web) -> None:
    whole = page(b'<meta property="og:type" content="article"><p>All on one page')
    web.crawl({"/a": whole, "/a?page=2": page()}, targets=(recheck(),))
    assert web.asked == ["/robots.txt", "/a"]


def test_what_a_list_named_and_the_index_knows_is_still_looked_at_as_a_part(web: Web) -> None:
    web.know("/a?page=2")
    feed = Target(url=BASE + "/feed", source="e", reason="feed")
    web.crawl({"/feed": page(rss("/a?page=2")), **PAGES}, targets=(feed, recheck()))
    assert web.asked.count("/a?page=2") == 1


@pytest.mark.parametrize("robots", ["User-agent: *\nDisallow: /*page=2", "User-agent: *\nDisallow: /a?"])
def test_robots_is_obeyed_on_further_pages(web: Web, robots: str) -> None:
    web.crawl(
        {"/feed": page(rss("/a")), **PAGES}, robots=page(robots.encode(), **{"content-type": "text/plain"})
    )
    assert "/a?page=2" not in web.asked


def test_no_more_than_twenty_pages_of_one_article_nor_of_another_host(web: Web) -> None:
    pages = {f"/a?page={n}": page(part(n, n - 1, n + 1)) for n in range(2, 40)}
    web.crawl({"/feed": page(rss("/a")), "/a": page(part(1, 2)), **pages})
    assert [f"/a?page={n}" for n in range(2, 21)] == web.asked[3:]
    away = part(1, 2).replace(b'href="/a', b'href="http://www.e.test/a')
    web.crawl({"/feed": page(rss("/a")), "/a": page(away), **pages})
    assert web.asked == ["/feed", "/a"]


@pytest.mark.parametrize("delay", [10.0, 30.0])
def test_www_and_the_bare_name_share_a_pace(web: Web, delay: float) -> None:
    feed = "".join(
        f"<item><link>http://{h}/{h[0]}{n}</link></item>" for n in range(3) for h in ("e.test", "www.e.test")
    )
    web.crawl(
        {"/feed": page(f"<rss><channel>{feed}</channel></rss>".encode())},
        crawl=CrawlConfig(delay=delay),
        speed=2 * delay,  # half a second each: a request that the server notices late shortens it little
    )
    assert len(web.times) == 9, "two times robots.txt, the feed, six pages"
    assert min(b - a for a, b in pairwise(web.times)) >= delay * 0.9


@pytest.mark.parametrize("spent", [{"www.e.test": 15}, {"e.test": 7, "www.e.test": 8}])
def test_www_and_the_bare_name_share_a_budget(web: Web, spent: dict[str, int]) -> None:
    feed = "".join(
        f"<item><link>http://{h}/{h[0]}{n}</link></item>" for n in range(9) for h in ("e.test", "www.e.test")
    )
    answers = {"/feed": page(f"<rss><channel>{feed}</channel></rss>".encode())}
    web.crawl(answers, crawl=CrawlConfig(delay=0.0, daily_budget=20), spent=spent)
    assert len(web.asked) == 5
