"""The road of a crawl, with a made-up web behind it: who is asked for what, in which order, and what is counted."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.config import CrawlConfig
from newsarchive.crawl.crawl_report import Report
from newsarchive.crawl.flow import Flow
from newsarchive.crawl.gate import RobotsCache
from newsarchive.crawl.jobs import Answer, Job
from newsarchive.crawl.plans import targets_of
from newsarchive.model import Capture, RecordRef, Source
from newsarchive.plan import Plan, Target
from newsarchive.times import Clock

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BASE = "https://e.test"
SOURCE = Source(name="e", homepage=BASE + "/", domains=("e.test",), feeds=(BASE + "/feed",))


def rss(*links: str) -> bytes:
    items = "".join(f"<item><title>{link}</title><link>{BASE}{link}</link></item>" for link in links)
    return f'<rss version="2.0"><channel><title>E</title>{items}</channel></rss>'.encode()


def page(body: bytes = b"<p>text", status: int = 200, digest: str = "", **headers: str) -> Answer:
    return Answer(status=status, body=body, headers={"content-type": "text/html", **headers}, size=len(body))


class Index:
    """Stands for the index: knows some URLs."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.known, self.is_closed = set(known), False

    def unknown(self, urls: list[str]) -> list[str]:
        return [url for url in urls if url not in self.known]

    def close(self) -> None:
        self.is_closed = True


class Web:
    """Answers by path (or by URL); the last of several answers again and again. Remembers the jobs."""

    def __init__(self, answers: Mapping[str, Answer | list[Answer]], *, robots: Answer | None = None) -> None:
        self.answers = {
            key: list(value) if isinstance(value, list) else [value] for key, value in answers.items()
        }
        self.answers.setdefault("/robots.txt", [robots or page(status=404)])
        self.jobs: list[Job] = []
        self.clock: Clock | None = None
        self.times: list[datetime] = []

    async def fetch(self, job: Job) -> Answer:
        self.jobs.append(job)
        self.times.append(self.clock.now() if self.clock else NOW)
        await asyncio.sleep(0)
        path = "/" + job.url.split("/", 3)[3]
        left = self.answers.get(job.url) or self.answers.get(path) or [page(status=404)]
        answer = left.pop(0) if len(left) > 1 else left[0]
        return with_capture(job, answer, len(self.jobs))

    @property
    def asked(self) -> list[str]:
        return [job.url.removeprefix(BASE) for job in self.jobs]


def with_capture(job: Job, answer: Answer, seq: int) -> Answer:
    capture = Capture(
        warc_filename="a.warc.gz",
        warc_offset=seq,
        warc_length=1,
        warc_record_id=f"urn:uuid:{seq}",
        url=job.url,
        fetched_at=NOW,
        kind="failed" if answer.failure else "not-modified" if answer.status == 304 else "response",
        http_status=answer.status,
        payload_digest=f"sha1:{hash(answer.body) & 0xFFFF}",
        etag=answer.headers.get("etag"),
        seq=seq,
    )
    return replace(answer, capture=capture)


def crawl(
    web: Web,
    *,
    sources: tuple[Source, ...] = (SOURCE,),
    index: Index | None = None,
    robots: RobotsCache | None = None,
    **more: Any,
) -> tuple[Report, list[dict]]:
    plan = Plan(
        crawl_id="20261124T120000-test",
        archive="/nowhere",
        now=NOW,
        sources=sources,
        targets=more.pop("targets", tuple(t for s in sources for t in targets_of(s))),
        user_agent="newsarchive/1",
        crawl=more.pop("crawl", CrawlConfig(delay=0.0)),
        speed=1000.0,
        **more,
    )
    events: list[dict] = []

    async def go() -> Report:
        web.clock = Clock(NOW, plan.speed)
        flow = Flow(
            plan,
            clock=web.clock,
            fetch=web.fetch,
            emit=lambda kind, values: events.append({"event": kind, **values}),
            known=index or Index(),
            robots=robots,
            roll=lambda: 0.0,
        )
        await flow.run()
        return flow.report()

    return asyncio.run(go()), events


def test_robots_then_the_feed_then_what_it_names() -> None:
    web = Web({"/feed": page(rss("/a", "/b")), "/a": page(), "/b": page()})
    report, events = crawl(web)
    assert web.asked == ["/robots.txt", "/feed", "/a", "/b"]
    [source] = report.sources
    assert (source.found, source.new, source.failures, report.exit_code) == (2, 2, 0, 0)
    assert [e["event"] for e in events] == ["start", *["fetched"] * 4, "source"]
    assert [job.reason for job in web.jobs] == ["robots", "feed", "new", "new"]
    assert web.jobs[2].candidate is not None
    assert web.jobs[2].candidate.title == "/a"


def test_known_pages_are_left_and_told() -> None:
    web = Web({"/feed": page(rss("/a", "/b")), "/b": page()})
    index = Index({BASE + "/a"})
    report, events = crawl(web, index=index)
    assert web.asked == ["/robots.txt", "/feed", "/b"]
    assert (report.sources[0].found, report.sources[0].known, report.sources[0].new) == (2, 1, 1)
    assert [e["url"] for e in events if e["event"] == "known"] == [BASE + "/a"]
    assert index.is_closed


def test_each_document_that_names_a_known_page_tells_of_it() -> None:
    entry = f"<url><loc>{BASE}/a</loc><lastmod>2026-11-24T11:00:00Z</lastmod></url>"
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entry}</urlset>'
    source = replace(SOURCE, sitemaps=(BASE + "/map.xml",))
    web = Web({"/feed": page(rss("/a", "/a")), "/map.xml": page(sitemap.encode())})
    report, events = crawl(web, sources=(source,), index=Index({BASE + "/a"}))
    told = [(e["document"], e["at"]) for e in events if e["event"] == "known"]
    assert told == [(BASE + "/feed", None), (BASE + "/map.xml", "2026-11-24T11:00:00.000000Z")]
    assert (report.sources[0].found, report.sources[0].known) == (1, 1)


def test_without_follow_nothing_is_fetched_but_the_targets() -> None:
    web = Web({"/feed": page(rss("/a"))})
    report, _ = crawl(web, follow=False)
    assert web.asked == ["/robots.txt", "/feed"]
    assert report.sources[0].documents[0].unknown == 1


def test_an_unchanged_feed_is_no_failure() -> None:
    web = Web({"/feed": page(b"", 304)})
    targets = (Target(url=BASE + "/feed", source="e", reason="feed", etag='"1"'),)
    report, _ = crawl(web, targets=targets)
    assert web.jobs[1].validators in ({"If-None-Match": '"1"'}, {})
    assert report.sources[0].documents[0].is_unchanged
    assert report.exit_code == 0


@pytest.mark.parametrize(
    ("robots", "fetched", "outcome"),
    [
        (page(b"User-agent: *\nDisallow: /"), [], ("outcomes", "robots")),
        (page(b"User-agent: *\nDisallow: /b"), ["/feed", "/a"], ("outcomes", "robots")),
        (page(b"", 503), [], ("failed", "robots.txt unreachable")),
        (Answer(failure="timeout", size=1), [], ("failed", "robots.txt unreachable")),
        (Answer(failure="dns", error="no such host"), [], ("failed", "dns")),
        (
            Answer(failure="address refused", error="10.0.0.1 is not a public address"),
            [],
            ("outcomes", "address refused"),
        ),
        (page(b"", 403), ["/feed", "/a", "/b"], None),
    ],
)
def test_robots_txt_decides_and_fails_closed(
    robots: Answer, fetched: list[str], outcome: tuple[str, str] | None
) -> None:
    web = Web({"/feed": page(rss("/a", "/b")), "/a": page(), "/b": page()}, robots=robots)
    report, _ = crawl(web)
    assert [path for path in web.asked if path != "/robots.txt"] == fetched
    source = report.to_dict()["sources"][0]
    if outcome:
        assert outcome[1] in source[outcome[0]]
    assert report.exit_code == (0 if fetched else 3)


def test_robots_txt_is_followed_through_redirects() -> None:
    moved = page(b"", 301, location="/elsewhere.txt")
    web = Web(
        {"/robots.txt": moved, "/elsewhere.txt": page(b"User-agent: *\nDisallow: /"), "/feed": page(rss())}
    )
    report, _ = crawl(web)
    assert web.asked == ["/robots.txt", "/elsewhere.txt"]
    assert report.sources[0].outcomes == {"robots": 1}


def test_a_source_may_say_not_to_ask_robots() -> None:
    web = Web({"/feed": page(rss("/a")), "/a": page()})
    crawl(web, sources=(replace(SOURCE, obey_robots=False),))
    assert web.asked == ["/feed", "/a"]


def test_robots_txt_is_asked_once_and_kept_for_the_next_run() -> None:
    kept: RobotsCache = {}
    web = Web({"/feed": page(rss("/a"), 200), "/a": page()})
    crawl(web, robots=kept)
    crawl(web, robots=kept)
    assert web.asked.count("/robots.txt") == 1


def test_crawl_delay_slows_the_host() -> None:
    web = Web(
        {"/feed": page(rss("/a", "/b")), "/a": page(), "/b": page()},
        robots=page(b"User-agent: *\nCrawl-delay: 20"),
    )
    crawl(web)
    assert all(b - a >= timedelta(seconds=20) for a, b in zip(web.times, web.times[1:], strict=False))


def test_trouble_is_tried_again_twice() -> None:
    web = Web({"/feed": page(rss("/a", "/b")), "/a": [page(b"", 500), page()], "/b": page(b"", 502)})
    report, _ = crawl(web)
    assert (web.asked.count("/a"), web.asked.count("/b")) == (2, 3)
    assert report.sources[0].failed == {"HTTP 502": 1}
    assert report.sources[0].examples["HTTP 502"] == (BASE + "/b",)


def test_gone_pages_are_outcomes_and_no_failures() -> None:
    web = Web({"/feed": page(rss("/a", "/b")), "/b": page(b"", 410)})
    report, _ = crawl(web)
    assert report.sources[0].outcomes == {"gone": 2}
    assert report.exit_code == 0


def test_retry_after_leaves_the_host_alone_and_stands_in_the_report() -> None:
    web = Web({"/feed": page(rss("/a", "/b", "/c")), "/a": page(b"", 429, **{"retry-after": "3600"})})
    report, _ = crawl(web)
    assert web.asked == ["/robots.txt", "/feed", "/a"]
    assert report.sources[0].left == {"asked to wait": 3}
    assert report.sources[0].failed == {}
    assert report.not_before["e.test"] > NOW + timedelta(seconds=3590)


def test_a_short_retry_after_is_waited_for_and_the_page_asked_again() -> None:
    web = Web(
        {
            "/feed": page(rss("/a", "/b")),
            "/a": [page(b"", 503, **{"retry-after": "40"}), page()],
            "/b": page(),
        }
    )
    report, _ = crawl(web)
    assert web.asked == ["/robots.txt", "/feed", "/a", "/a", "/b"]
    assert web.times[3] - web.times[2] >= timedelta(seconds=40)
    assert (report.sources[0].new, report.not_before) == (2, {})


def test_a_host_that_asked_to_wait_in_an_earlier_run_is_not_asked() -> None:
    web = Web({})
    report, _ = crawl(web, not_before={"e.test": NOW + timedelta(hours=1)})
    assert web.asked == []
    assert report.sources[0].left == {"asked to wait": 1}
    assert report.not_before == {"e.test": NOW + timedelta(hours=1)}


@pytest.mark.parametrize(
    ("budgets", "spent", "asked"),
    [({"run_budget": 3}, 0, 3), ({"daily_budget": 10}, 8, 2), ({"daily_budget": 10}, 10, 0), ({}, 0, 5)],
)
def test_budgets_hold_for_run_and_day(budgets: dict[str, int], spent: int, asked: int) -> None:
    web = Web({"/feed": page(rss("/a", "/b", "/c")), "/a": page(), "/b": page(), "/c": page()})
    report, _ = crawl(web, crawl=CrawlConfig(delay=0.0, **budgets), spent={"e.test": spent})
    assert len(web.asked) == asked
    assert report.requests.get("e.test", 0) == asked
    assert report.exit_code == 0


def test_a_page_limit_holds_for_new_pages() -> None:
    web = Web({"/feed": page(rss("/a", "/b", "/c")), "/a": page(), "/b": page(), "/c": page()})
    report, _ = crawl(web, crawl=CrawlConfig(delay=0.0, max_pages=2))
    assert report.sources[0].new == 2
    assert report.sources[0].left == {"max_pages reached": 1}


def test_redirects_are_followed_and_counted_as_one_page() -> None:
    web = Web({"/feed": page(rss("/a")), "/a": page(b"", 301, location="/b"), "/b": page()})
    report, _ = crawl(web)
    assert web.asked == ["/robots.txt", "/feed", "/a", "/b"]
    assert web.jobs[3].redirects == (BASE + "/a",)
    assert report.sources[0].new == 1


def test_a_redirect_to_another_host_asks_that_hosts_robots_first() -> None:
    other = "https://other.test"
    web = Web(
        {
            "/feed": page(rss("/a")),
            "/a": page(b"", 302, location=other + "/x"),
            other + "/robots.txt": page(b"User-agent: *\nDisallow: /"),
        }
    )
    report, _ = crawl(web)
    assert web.asked == ["/robots.txt", "/feed", "/a", other + "/robots.txt"]
    assert report.sources[0].outcomes == {"robots": 1}


def test_a_moved_feed_is_read_where_it_is() -> None:
    web = Web({"/feed": page(b"", 301, location="/new-feed"), "/new-feed": page(rss("/a")), "/a": page()})
    report, _ = crawl(web)
    [document] = report.sources[0].documents
    assert (document.asked, document.url) == (BASE + "/feed", BASE + "/new-feed")
    assert report.sources[0].new == 1


def test_a_failed_source_holds_up_no_other() -> None:
    other = Source(name="o", domains=("o.test",), feeds=("https://o.test/feed",))
    feed = b'<rss version="2.0"><channel><item><link>https://o.test/x</link></item></channel></rss>'
    web = Web(
        {"/feed": Answer(failure="timeout"), "https://o.test/feed": page(feed), "https://o.test/x": page()}
    )
    report, events = crawl(web, sources=(SOURCE, other))
    done = {s.name: s for s in report.sources}
    assert done["o"].new == 1
    assert done["e"].is_failed
    assert report.exit_code == 3
    assert [e["source"] for e in events if e["event"] == "source"] == ["o", "e"]


def test_a_recheck_is_counted_by_its_digest() -> None:
    same, other = page(b"same"), page(b"other")
    digest = f"sha1:{hash(b'same') & 0xFFFF}"
    targets = tuple(
        Target(
            url=BASE + path,
            source="e",
            reason="recheck",
            previous=RecordRef(
                record_id="urn:uuid:0", url=BASE + path, fetched_at=NOW, payload_digest=digest
            ),
        )
        for path in ("/a", "/b", "/c")
    )
    web = Web({"/a": same, "/b": other, "/c": page(b"", 304)})
    report, _ = crawl(web, targets=targets)
    [source] = report.sources
    assert (source.unchanged, source.changed, source.new) == (2, 1, 0)


def test_a_recheck_isnt_fetched_again_when_a_feed_names_it() -> None:
    targets = (*targets_of(SOURCE), Target(url=BASE + "/a", source="e", reason="recheck"))
    web = Web({"/feed": page(rss("/a")), "/a": page()})
    crawl(web, targets=targets)
    assert web.asked.count("/a") == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [(rss(), "rss"), (b"", "empty"), (b"<html><p>Nothing here", "html")],
)
def test_a_feed_that_is_alive_but_empty_is_a_failed_source_and_says_so(body: bytes, kind: str) -> None:
    report, _ = crawl(Web({"/feed": page(body)}))
    [document] = report.sources[0].documents
    assert (document.kind, document.candidates) == (kind, 0)
    assert report.exit_code == 3


def test_a_source_without_feeds_is_read_from_its_homepage() -> None:
    links = "".join(
        f'<li><a href="/2026/11/2{n}/the-long-title-of-story-{n}">The long title of story {n}</a></li>'
        for n in range(8)
    )
    web = Web({"/": page(f"<html><body><ul>{links}</ul>".encode())})
    report, _ = crawl(web, sources=(replace(SOURCE, feeds=()),))
    assert report.sources[0].found == 8


def test_a_sitemap_index_is_followed_latest_first_within_a_budget() -> None:
    entries = "".join(
        f"<sitemap><loc>{BASE}/s{n}.xml</loc><lastmod>2026-11-{n:02}</lastmod></sitemap>"
        for n in range(1, 24)
    )
    entries += "".join(
        f"<sitemap><loc>{BASE}/h{n}.xml</loc><lastmod>2026-11-24T{n:02}:00:00Z</lastmod></sitemap>"
        for n in range(12)
    )
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    web = Web({"/index.xml": page(index.encode())})
    crawl(web, sources=(Source(name="e", domains=("e.test",), sitemaps=(BASE + "/index.xml",)),))
    assert web.asked == ["/robots.txt", "/index.xml", *[f"/h{n}.xml" for n in range(11, 3, -1)]]


def test_sub_sitemaps_that_changed_long_ago_are_left() -> None:
    entries = f"<sitemap><loc>{BASE}/old.xml</loc><lastmod>2026-11-20</lastmod></sitemap>"
    entries += f"<sitemap><loc>{BASE}/undated.xml</loc></sitemap>"
    index = f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</sitemapindex>'
    web = Web({"/index.xml": page(index.encode())})
    crawl(web, sources=(Source(name="e", domains=("e.test",), sitemaps=(BASE + "/index.xml",)),))
    assert web.asked == ["/robots.txt", "/index.xml", "/undated.xml"]


def test_a_url_that_cant_be_fetched_is_a_note(tmp_path: Path) -> None:
    targets = tuple(
        Target(url=u, source="e", reason="manual") for u in ("ftp://e.test/a", "https://u:p@e.test/", "x")
    )
    report, _ = crawl(Web({}), targets=targets)
    assert len(report.sources[0].notes) == 3
    assert report.requests == {}


def test_validators_that_lie_are_named() -> None:
    previous = RecordRef(
        record_id="urn:uuid:0", url=BASE + "/feed", fetched_at=NOW, payload_digest="sha1:OLD"
    )
    targets = (Target(url=BASE + "/feed", source="e", reason="feed", etag='"1"', previous=previous),)
    report, _ = crawl(Web({"/feed": page(rss(), 200, etag='"1"')}), targets=targets)
    assert report.liars == (BASE + "/feed",)


# ---------------------------------------------------------------- articles on several pages


def part(number: int, *names: int, path: str = "/a") -> bytes:
    """A page of an article at `path`, with numbered links to others of its pages."""
    links = "".join(f'<a href="{path}{"" if n == 1 else f"?page={n}"}">{n}</a>' for n in names)
    return f'<meta property="og:type" content="article"><p>Page {number}<div>{links}</div>'.encode()


PAGES = {"/a": page(part(1, 2)), "/a?page=2": page(part(2, 1, 3)), "/a?page=3": page(part(3, 1, 2))}


def test_the_pages_of_an_article_are_fetched_right_after_its_first() -> None:
    web = Web({"/feed": page(rss("/a", "/b")), "/b": page(), **PAGES})
    report, _ = crawl(web)
    assert web.asked == ["/robots.txt", "/feed", "/a", "/a?page=2", "/a?page=3", "/b"]
    assert [(j.reason, j.continues) for j in web.jobs[2:5]] == [
        ("new", ""),
        *[("continuation", BASE + "/a")] * 2,
    ]
    [source] = report.sources
    assert (source.found, source.new, source.continuations) == (2, 2, 2)


def test_a_second_page_is_fetched_once_though_a_list_names_it() -> None:
    web = Web({"/feed": page(rss("/a", "/a?page=2")), **PAGES})
    crawl(web)
    assert sorted(web.asked) == sorted(["/robots.txt", "/feed", *PAGES])


def test_a_second_page_alone_asks_for_the_first_unless_it_is_known() -> None:
    web = Web({"/feed": page(rss("/a?page=2")), **PAGES})
    crawl(web)
    assert web.asked[2:] == ["/a?page=2", "/a?page=3", "/a"]
    known = Web({"/feed": page(rss("/a?page=2")), **PAGES})
    crawl(known, index=Index([BASE + "/a"]))
    assert known.asked[2:] == ["/a?page=2", "/a?page=3"]


def recheck(path: str = "/a") -> Target:
    parts = tuple(
        Target(url=f"{BASE}{path}?page={n}", source="e", reason="continuation", etag=f'"{n}"') for n in (2, 3)
    )
    return Target(url=BASE + path, source="e", reason="recheck", etag='"1"', parts=parts)


def test_a_look_at_the_first_page_is_a_look_at_the_others_though_it_is_not_modified() -> None:
    web = Web({"/a": page(b"", 304), "/a?page=2": page(b"", 304), "/a?page=3": PAGES["/a?page=3"]})
    report, _ = crawl(web, targets=(recheck(),), index=Index([f"{BASE}/a?page=2"]))
    assert web.asked == ["/robots.txt", "/a", "/a?page=2", "/a?page=3"]
    assert [j.etag for j in web.jobs[1:]] == ['"1"', '"2"', '"3"']
    assert (report.sources[0].unchanged, report.sources[0].continuations) == (1, 2)


def test_pages_that_the_first_names_no_more_are_left_alone() -> None:
    web = Web(
        {
            "/a": page(b'<meta property="og:type" content="article"><p>All on one page'),
            **{"/a?page=2": page()},
        }
    )
    crawl(web, targets=(recheck(),))
    assert web.asked == ["/robots.txt", "/a"]


def test_what_a_list_named_and_the_index_knows_is_still_looked_at_as_a_part() -> None:
    web = Web({"/feed": page(rss("/a?page=2")), **PAGES})
    feed = Target(url=BASE + "/feed", source="e", reason="feed")
    crawl(web, targets=(feed, recheck()), index=Index([f"{BASE}/a?page=2"]))
    assert web.asked.count("/a?page=2") == 1


@pytest.mark.parametrize("robots", ["User-agent: *\nDisallow: /*page=2", "User-agent: *\nDisallow: /a?"])
def test_robots_is_obeyed_on_further_pages(robots: str) -> None:
    web = Web(
        {"/feed": page(rss("/a")), **PAGES}, robots=page(robots.encode(), **{"content-type": "text/plain"})
    )
    crawl(web)
    assert "/a?page=2" not in web.asked


def test_no_more_than_twenty_pages_of_one_article_nor_of_another_host() -> None:
    pages = {f"/a?page={n}": page(part(n, n - 1, n + 1)) for n in range(2, 40)}
    web = Web({"/feed": page(rss("/a")), "/a": page(part(1, 2)), **pages})
    crawl(web)
    assert [f"/a?page={n}" for n in range(2, 21)] == web.asked[3:]
    away = part(1, 2).replace(b'href="/a', b'href="https://www.e.test/a')
    web = Web({"/feed": page(rss("/a")), "/a": page(away), **pages})
    crawl(web)
    assert len(web.asked) == 3
