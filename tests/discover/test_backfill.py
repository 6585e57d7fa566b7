"""Filling the past, against a stand-in on loopback that speaks the two archives' protocols."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from newsarchive.discover import Ask, Backfill, Span, Step, learn_shapes
from newsarchive.errors import UsageError
from newsarchive.model import Source
from newsarchive.web.dates import date_in_url

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SPAN = Span(since=datetime(2024, 1, 1, tzinfo=UTC), until=datetime(2025, 1, 1, tzinfo=UTC))
SITE = "https://gazette.example"
SOURCE = Source(
    name="gazette",
    homepage=SITE + "/",
    domains=("gazette.example",),
    sitemaps=(SITE + "/sitemap.xml",),
    sections=(SITE + "/archive/",),
)
CAPTURES = [
    (datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=n), f"{SITE}/news/rain-falls-again-{n}")
    for n in range(12)
]
CAPTURES += [
    (datetime(2024, 5, 1, tzinfo=UTC), SITE + "/"),
    (datetime(2024, 5, 1, tzinfo=UTC), SITE + "/about"),
    (datetime(2024, 5, 1, tzinfo=UTC), "https://notgazette.example/news/a-b-c-d"),
    (datetime(2019, 5, 1, tzinfo=UTC), SITE + "/news/long-before-that-time"),
]


class StandIn(BaseHTTPRequestHandler):
    """Wayback's /cdx and Common Crawl's /collinfo.json and /CC-…-index, over the captures above."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = {k: v[-1] for k, v in parse_qs(parts.query).items()}
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        if parts.path == "/cdx":
            body = self.wayback(query)
        elif parts.path == "/collinfo.json":
            base = f"http://127.0.0.1:{self.server.server_address[1]}"
            body = [
                {"id": f"CC-MAIN-{y}-10", "cdx-api": f"{base}/CC-MAIN-{y}-10-index"}
                for y in (2026, 2024, 2018)
            ]
        else:
            body = self.common_crawl(query)
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def wayback(self, query: dict[str, str]) -> list[list[str]]:
        rows = [
            [when.strftime("%Y%m%d%H%M%S"), url, "text/html", "200", "D", "1"]
            for when, url in CAPTURES
            if query["from"] <= when.strftime("%Y%m%d%H%M%S") <= query["to"]
        ]
        at, limit = int(query.get("resumeKey", 0)), 5
        table = [query["fl"].split(","), *rows[at : at + limit]]
        return [*table, [], [str(at + limit)]] if at + limit < len(rows) else table

    def common_crawl(self, query: dict[str, str]) -> bytes | dict[str, int]:
        if "showNumPages" in query:
            return {"pages": 2, "pageSize": 5, "blocks": 9}
        half = len(CAPTURES) // 2
        part = CAPTURES[:half] if query["page"] == "0" else CAPTURES[half:]
        lines = [
            json.dumps(
                {"url": url, "timestamp": when.strftime("%Y%m%d%H%M%S"), "status": "200", "mime": "text/html"}
            )
            for when, url in part
        ]
        return "\n".join(lines).encode()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def stand_in() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), StandIn)
    server.asked = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def run(backfill: Backfill) -> list[str]:
    """Follows a backfill to its end through HTTP; the URLs it proposes."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    asks, found = list(backfill.first_asks()), {}
    while asks:
        ask = asks.pop(0)
        with opener.open(ask.url, timeout=10) as answer:
            step = backfill.read(ask, answer.read(), answer.headers.get("Content-Type"), NOW)
        asks += step.asks
        found.update({c.url: c for c in step.candidates})
    return list(found)


def test_wayback_is_read_page_by_page_to_its_end(stand_in: ThreadingHTTPServer) -> None:
    endpoint = f"http://127.0.0.1:{stand_in.server_address[1]}/cdx"
    urls = run(Backfill(source=SOURCE, way="wayback", span=SPAN, wayback=endpoint))
    assert urls == [f"{SITE}/news/rain-falls-again-{n}" for n in range(12)]
    assert len(stand_in.asked) == 3  # type: ignore[attr-defined]


def test_of_common_crawl_only_crawls_of_the_time_are_asked(stand_in: ThreadingHTTPServer) -> None:
    endpoint = f"http://127.0.0.1:{stand_in.server_address[1]}/collinfo.json"
    urls = run(Backfill(source=SOURCE, way="commoncrawl", span=SPAN, collections=endpoint))
    assert set(urls) >= {f"{SITE}/news/rain-falls-again-{n}" for n in range(12)}
    assert all(u.startswith(SITE + "/news/") for u in urls)
    asked = [urlsplit(path).path for path in stand_in.asked]  # type: ignore[attr-defined]
    assert set(asked) == {"/collinfo.json", "/CC-MAIN-2024-10-index"}
    assert len(asked) == 4


def step(way: str, kind: str, url: str, body: str, **fields: object) -> Step:
    backfill = Backfill(source=SOURCE, way=way, span=SPAN, **fields)  # type: ignore[arg-type]
    return backfill.read(Ask(url=url, kind=kind), body.encode(), None, NOW)  # type: ignore[arg-type]


def test_of_a_sitemap_index_only_what_can_hold_the_time_is_followed() -> None:
    names = [
        ("s-2019-03.xml", None),
        ("s-2024-03.xml", None),
        ("s-2025-01.xml", None),
        ("old.xml", "2020-01-01"),
        ("new.xml", "2026-01-01"),
    ]
    rows = "".join(
        f"<sitemap><loc>{SITE}/{n}</loc>{f'<lastmod>{m}</lastmod>' if m else ''}</sitemap>" for n, m in names
    )
    found = step("sitemap", "sitemap", SITE + "/sitemap.xml", f"<sitemapindex>{rows}</sitemapindex>")
    assert [a.url for a in found.asks] == [f"{SITE}/s-2024-03.xml", f"{SITE}/new.xml"]


def test_of_a_sitemap_only_articles_of_the_time_are_taken() -> None:
    pages = [
        ("/2024/03/05/rain-falls-again", "2026-01-01"),
        ("/2023/12/31/rain-falls-again", "2026-01-01"),
        ("/2025/01/01/rain-falls-again", None),
        ("/news/snow-falls-at-last", "2024-03-05"),
        ("/news/hail-falls-at-last", "2023-03-05"),
        ("/news/undated-story-here", None),
        ("/about", "2024-03-05"),
    ]
    rows = "".join(
        f"<url><loc>{SITE}{p}</loc>{f'<lastmod>{m}</lastmod>' if m else ''}</url>" for p, m in pages
    )
    found = step("sitemap", "sitemap", SITE + "/s.xml", f"<urlset>{rows}</urlset>")
    assert [urlsplit(c.url).path for c in found.candidates] == [
        "/2024/03/05/rain-falls-again", "/news/snow-falls-at-last", "/news/undated-story-here"
    ]  # fmt: skip
    assert found.passed_over == 4


def archive_page(*stories: str, links: str = "") -> str:
    cards = "".join(
        f'<h3><a href="{s}">A headline of the usual length number {n}</a></h3>' for n, s in enumerate(stories)
    )
    return f"<html><body>{cards}{links}</body></html>"


def test_archive_pages_are_followed_until_they_are_past_the_time() -> None:
    within = archive_page(
        "/2024/03/05/rain-falls-again",
        "/2024/03/04/snow-falls-at-last",
        links='<a rel="next" href="?page=2">x</a>',
    )
    found = step("archive", "archive", SITE + "/archive/", within)
    assert (len(found.candidates), [a.url for a in found.asks]) == (2, [SITE + "/archive/?page=2"])
    past = archive_page(
        "/2023/03/05/rain-falls-again",
        "/2023/03/04/snow-falls-at-last",
        links='<a rel="next" href="?page=3">x</a>',
    )
    assert step("archive", "archive", SITE + "/archive/?page=2", past) == Step(
        passed_over=2, problems=step("archive", "archive", SITE + "/archive/?page=2", past).problems
    )


def test_pages_of_days_and_months_of_the_time_are_followed() -> None:
    links = "".join(
        f'<a href="{u}">{u}</a>'
        for u in (
            "/2024/03/",
            "/2023/03/",
            "/archive/2024/05/06",
            "/archive/20250101",
            "/2024/03/05/rain-falls-again",
        )
    )
    found = step("archive", "archive", SITE + "/archive/", f"<html><body>{links}</body></html>")
    assert [a.url for a in found.asks] == [SITE + "/2024/03/", SITE + "/archive/2024/05/06"]


def test_known_shapes_say_what_an_article_is() -> None:
    rows = "".join(f"<url><loc>{SITE}{p}</loc></url>" for p in ("/n/7/x", "/tag/a-b-c-d"))
    known = learn_shapes(f"{SITE}/n/{n}/y" for n in range(50))
    found = step("sitemap", "sitemap", SITE + "/s.xml", f"<urlset>{rows}</urlset>", shapes=known)
    assert [c.url for c in found.candidates] == [f"{SITE}/n/7/x"]


def test_a_source_without_the_means_is_told_what_to_add() -> None:
    with pytest.raises(UsageError, match="no domains"):
        Backfill(source=Source(name="x"), way="wayback", span=SPAN).first_asks()
    with pytest.raises(UsageError, match="no sections"):
        Backfill(source=Source(name="x"), way="archive", span=SPAN).first_asks()
    assert Backfill(source=Source(name="x", homepage=SITE), way="sitemap", span=SPAN).first_asks() == (
        Ask(url=SITE + "/sitemap.xml", kind="sitemap"),
    )


def test_answers_that_are_nonsense_bring_nothing_and_say_so() -> None:
    for kind in ("wayback", "collections", "page count", "commoncrawl", "sitemap", "archive"):
        found = step("wayback", kind, SITE + "/x", "<html>502 Bad Gateway</html>")
        assert (found.candidates, found.asks) == ((), ())


@pytest.mark.parametrize(
    ("path", "first", "after"),
    [
        ("/2024/03/05/x", "2024-03-05", "2024-03-06"),
        ("/2024/12/x", "2024-12-01", "2025-01-01"),
        ("/news/20240305/x", "2024-03-05", "2024-03-06"),
        ("/x-2024-03-05.html", "2024-03-05", "2024-03-06"),
        ("/s-2024-03.xml", "2024-03-01", "2024-04-01"),
        ("/2024/3/5/x", "2024-03-05", "2024-03-06"),
        ("/202403/x", None, None),
        ("/2024/13/x", None, None),
        ("/2024/02/31/x", None, None),
        ("/article-120240305", None, None),
    ],
)
def test_dates_in_urls(path: str, first: str | None, after: str | None) -> None:
    found = date_in_url(SITE + path)
    if first is None:
        assert found is None or found[0].day == 1
    else:
        assert found is not None
        assert (found[0].date().isoformat(), found[1].date().isoformat()) == (first, after)
