"""One sick outlet stops nobody and isn't asked again and again: by the server's log."""

from __future__ import annotations

import socket
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.archive.crawling import Collector
from tests.archive.outlets import (
    DROPPED,
    START,
    TICK,
    Outlets,
    feed,
    outlets,
    paths,
    refused,
    story,
)
from tests.crawl.origin import Shape, plain

HOSTS = ("sick.example", "well.example")
PATIENCE = timedelta(minutes=10)
SLACK = timedelta(minutes=4)  # a page under way, the pause after it, and a slow machine


@pytest.fixture
def press(tmp_path: Path, collector: Collector) -> Iterator[Outlets]:
    with outlets(tmp_path / "a", collector, *HOSTS) as press:
        yield press


@pytest.mark.parametrize(
    ("answer", "robots"),
    [
        pytest.param(refused("503 Busy"), "", id="503 to 60 pages"),
        pytest.param(refused("500 Broken"), "", id="500 to 60 pages"),
        pytest.param(refused("503 Busy"), "User-agent: *\nCrawl-delay: 20\n", id="503 and slow"),
        pytest.param(DROPPED, "", id="connections dropped"),
        pytest.param(None, "User-agent: *\nCrawl-delay: 60\n", id="Crawl-delay 60"),
        pytest.param(None, "User-agent: *\nCrawl-delay: 110\n", id="Crawl-delay 110"),
    ],
)
def test_a_run_ends_in_time_whatever_one_outlet_does(
    press: Outlets, answer: Shape | None, robots: str
) -> None:
    press.outlet("sick.example", paths(60), answer)
    press.outlet("well.example", paths(5))
    press.robots("sick.example", robots)
    done = press.run(speed=150.0)
    assert done.crawl.ended_at - done.crawl.started_at < PATIENCE + SLACK
    assert {f"well.example{path}" for path in paths(5)} <= set(press.asked())


def test_what_a_run_leaves_is_kept_for_the_next_ones_though_no_feed_names_it_any_more(press: Outlets) -> None:
    wanted = paths(20)
    press.outlet("sick.example", wanted)
    press.robots("sick.example", "User-agent: *\nCrawl-delay: 60\n")
    press.run()
    press.origin.shapes["http://sick.example/feed"] = feed("sick.example", [])
    for tick in range(1, 7):
        press.run(START + tick * TICK, speed=500.0)
    assert {f"sick.example{path}" for path in wanted} <= set(press.asked())


@pytest.mark.parametrize("delay", ["3600", "121", "1e9"])
def test_a_crawl_delay_beyond_two_minutes_is_reported_and_nothing_is_asked(
    press: Outlets, delay: str
) -> None:
    press.outlet("sick.example", paths(3))
    press.outlet("well.example", paths(3))
    press.robots("sick.example", f"User-agent: *\nCrawl-delay: {delay}\n")
    done = press.run()
    asked = press.asked()
    assert [url for url in asked if url.startswith("sick")] == ["sick.example/robots.txt"]
    assert sum("well.example/2026" in url for url in asked) == 3
    [sick, _] = done.crawl.sources
    assert sick.left == {"asks for too long a delay": 1}


@pytest.mark.parametrize("kind", ["feed", "sitemap"])
def test_a_document_of_some_100_000_entries_holds_up_nobody(press: Outlets, kind: str) -> None:
    links = [f"http://sick.example/story-{n}" for n in range(400_000 if kind == "feed" else 300_000)]
    made = {
        "feed": "<rss><channel>"
        + "".join(f"<item><link>{u}</link></item>" for u in links)
        + "</channel></rss>",
        "sitemap": "<urlset>"
        + "".join(f"<url><loc>{u}</loc><lastmod>2026-11-26</lastmod></url>" for u in links)
        + "</urlset>",
    }[kind]
    press.outlet(
        "sick.example", [], delay=0.0, **({"feeds": ()} | {f"{kind}s": ("http://sick.example/big",)})
    )
    press.origin.shapes["http://sick.example/big"] = plain(made.encode())
    press.outlet("well.example", paths(40), delay=0.0)
    for path in paths(40):
        press.origin.shapes[f"http://well.example{path}"] = Shape(story(path).pieces, pause=0.005)
    done = press.run(speed=1.0, limit=60)
    asked = [url.split("/")[0] for url in press.asked() if "/story" in url]
    assert asked.index("sick.example") > 30, "the other outlet's pages were asked for meanwhile"
    document = next(s for s in done.crawl.sources if s.name == "sick").documents[0]
    assert document.problems == {"cut": 1}


@pytest.mark.parametrize(
    "answer", [refused("403 Forbidden"), refused("500 Broken"), DROPPED], ids=["403", "500", "dropped"]
)
def test_pages_that_are_refused_are_tried_a_few_times_then_ever_less_often(
    press: Outlets, answer: Shape
) -> None:
    press.outlet("sick.example", paths(30), answer)
    tries: Counter[str] = Counter()
    polls = 0
    for tick in range(20):
        press.run(START + tick * TICK)
        asked = press.asked()
        polls += "sick.example/feed" in asked
        tries += Counter(set(asked))
    pages = {url: n for url, n in tries.items() if "story" in url}
    assert polls == 20
    assert len(pages) == 30
    assert max(pages.values()) <= 3, (
        "at once, after a quarter of an hour, an hour; the next one is after four"
    )


def test_a_page_that_comes_back_is_archived_though_no_feed_names_it_any_more(press: Outlets) -> None:
    [path] = paths(1)
    press.outlet("sick.example", [path], refused("403 Forbidden"))
    press.run()
    press.run(START + TICK)
    press.origin.shapes["http://sick.example/feed"] = feed("sick.example", [])
    press.origin.shapes[f"http://sick.example{path}"] = story(path)
    early = press.run(START + 2 * TICK)
    late = press.run(START + timedelta(minutes=80))
    assert [sum(s.new for s in done.crawl.sources) for done in (early, late)] == [0, 1]


@pytest.mark.parametrize(
    ("budget", "answer"),
    [(150, refused("403 Forbidden")), (150, None), (200, DROPPED)],
    ids=["403", "more stories than budget", "dropped"],
)
def test_the_feeds_own_poll_always_has_room_in_the_budget(
    tmp_path: Path, collector: Collector, budget: int, answer: Shape | None
) -> None:
    crawl = f"delay = 0.0\ndaily_budget = {budget}\n[schedule]\npoll_every = 7200\n"
    with outlets(tmp_path / "a", collector, "sick.example", crawl=crawl) as press:
        polled = 0
        for hour in range(0, 24, 2):
            press.outlet("sick.example", [f"{p}-{hour}" for p in paths(40)], answer)
            press.run(START + timedelta(hours=hour))
            polled += "sick.example/feed" in press.asked()
        assert polled == 12
        assert len(press.origin.log) <= budget


# ---------------------------------------------------------------- alarms


WAIT = [b"Retry-After: 3600"]


@pytest.mark.parametrize(
    ("answer", "robots"),
    [
        pytest.param(plain(b"", "429 Too Many Requests"), None, id="429 on the feed"),
        pytest.param(plain(b"", "429 Too Many Requests"), "429", id="429 on everything"),
        pytest.param(plain(b"", "503 Busy", WAIT), None, id="Retry-After renewed for ever"),
        pytest.param(None, "User-agent: *\nCrawl-delay: 3600\n", id="Crawl-delay an hour"),
        pytest.param(None, "User-agent: *\nDisallow: /\n", id="robots forbids"),
    ],
)
def test_an_outlet_that_makes_us_wait_is_reported_once_within_two_hours(
    press: Outlets, answer: Shape | None, robots: str | None
) -> None:
    press.outlet("sick.example", paths(3))
    for tick in range(3):
        assert press.run(START + tick * TICK).notified.new == ()
    if answer is not None:
        press.origin.shapes["http://sick.example/feed"] = answer
    if robots is not None:
        press.robots("sick.example", robots)
    if robots == "429":
        press.origin.shapes["http://sick.example/robots.txt"] = plain(b"", "429 Too Many Requests")
    late = START + timedelta(hours=2)  # when robots.txt is asked for again
    kinds = [a.kind for n in range(8) for a in press.run(late + n * TICK).notified.new]
    assert len(kinds) == 1
    assert kinds[0] in ("made to wait", "source fails", "robots forbids")


def test_a_network_that_is_down_here_is_one_alarm_and_no_outlets_fault(
    tmp_path: Path, collector: Collector
) -> None:
    hosts = tuple(f"outlet{n}.example" for n in range(4))
    with outlets(tmp_path / "a", collector, *hosts, crawl="delay = 0.0\n") as press:
        for host in hosts:
            press.outlet(host, paths(2))
        assert press.run().notified.new == ()
        config = press.root / "newsarchive.toml"
        right = config.read_text()
        with socket.socket() as unused:
            unused.bind(("127.0.0.1", 0))  # bound and not listening: nobody answers there
            dead = f"127.0.0.1:{unused.getsockname()[1]}"
            config.write_text(right.replace(f"127.0.0.1:{press.origin.port}", dead))
            down = [press.run(START + tick * TICK) for tick in range(1, 5)]
        config.write_text(right)
        up = press.run(START + 5 * TICK)
    assert [[a.kind for a in done.notified.new] for done in down] == [["network down here"], [], [], []]
    assert (up.notified.new, len(up.notified.recovered)) == ((), 1)


@pytest.mark.parametrize(
    ("status", "kinds"),
    [("301 Moved", ["feed moved"]), ("308 Moved", ["feed moved"]), ("302 Found", []), ("307 Found", [])],
)
def test_only_a_redirect_for_good_says_that_a_feed_has_moved(
    press: Outlets, status: str, kinds: list[str]
) -> None:
    press.outlet("sick.example", paths(2))
    press.run()
    press.origin.shapes["http://sick.example/new"] = feed("sick.example", paths(2))
    press.origin.shapes["http://sick.example/feed"] = plain(b"", status, [b"Location: /new"])
    assert [a.kind for a in press.run(START + TICK).notified.new] == kinds


@pytest.mark.parametrize(
    "answer",
    [
        plain(b"", "429 Too Many Requests"),
        plain(b"", "429 Too Many Requests", WAIT),
        plain(b"", "503 Busy", WAIT),
    ],
    ids=["429", "429 for an hour", "503 for an hour"],
)
def test_an_outlet_whose_feed_answers_and_whose_pages_make_us_wait_is_reported_once(
    press: Outlets, answer: Shape
) -> None:
    press.outlet("sick.example", paths(3))
    for tick in range(3):
        assert press.run(START + tick * TICK).notified.new == ()
    found = []
    for tick in range(3, 27):  # six hours, a new story each time
        names = [f"/2026/11/later-story-{n}-of-the-day" for n in range(tick)]
        for name in names:
            press.origin.shapes[f"http://sick.example{name}"] = answer
        press.origin.shapes["http://sick.example/feed"] = feed("sick.example", names)
        found += [(tick, a.kind) for a in press.run(START + tick * TICK).notified.new]
    assert [kind for _, kind in found] == ["made to wait"]
    assert found[0][0] <= 3 + 8, "within two hours"
    for name in names:
        press.origin.shapes[f"http://sick.example{name}"] = story(name)
    ends = [n for tick in range(28, 60) for n in press.run(START + tick * TICK).notified.recovered]
    assert ends == ["sick: recovered from 'made to wait'."]


def test_a_budget_that_is_spent_day_after_day_is_reported_once(tmp_path: Path, collector: Collector) -> None:
    crawl = "delay = 0.0\ndaily_budget = 20\n"
    with outlets(tmp_path / "a", collector, "sick.example", crawl=crawl) as press:
        found = []
        for hour in range(0, 24 * 6, 6):
            press.outlet("sick.example", [f"/2026/11/story-{n}-of-hour-{hour}-of-all" for n in range(15)])
            done = press.run(START + timedelta(hours=hour))
            found += [(hour // 24, a.kind, a.evidence) for a in done.notified.new]
    assert [(day, kind) for day, kind, _ in found] == [(2, "budget too small")]


@pytest.mark.parametrize(
    "text", ["User-agent: *\nDisallow: /\n", "User-agent: newsarchive\nDisallow: /2026/\n"]
)
def test_a_robots_txt_that_begins_to_forbid_is_reported_once(press: Outlets, text: str) -> None:
    press.outlet("sick.example", paths(6))
    for tick in range(3):
        press.run(START + tick * TICK)
    press.robots("sick.example", text)
    press.outlet("sick.example", [f"{path}-later" for path in paths(6)])
    late = START + timedelta(hours=2)
    found = [a for tick in range(6) for a in press.run(late + tick * TICK).notified.new]
    assert [a.kind for a in found] == ["robots forbids"]


def test_a_robots_txt_that_cant_be_had_is_reported_as_the_reason(press: Outlets) -> None:
    press.outlet("sick.example", paths(3))
    press.run()
    press.origin.shapes["http://sick.example/robots.txt"] = refused("500 Broken")
    late = START + timedelta(hours=2)
    found = [a for tick in range(6) for a in press.run(late + tick * TICK).notified.new]
    assert [a.kind for a in found] == ["source fails"]
    assert "robots.txt unreachable" in found[0].evidence


def test_a_clock_that_was_ahead_for_one_run_keeps_no_alarm_back(press: Outlets) -> None:
    press.outlet("sick.example", paths(3))
    for hour in range(3):
        press.run(START + timedelta(hours=hour))
    press.run(START + timedelta(hours=3 + 12))
    press.origin.shapes["http://sick.example/feed"] = refused("500 Broken")
    found = [a.kind for hour in range(4, 6) for a in press.run(START + timedelta(hours=hour)).notified.new]
    assert found == ["source fails"]
