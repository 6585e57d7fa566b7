"""robots.txt by RFC 9309."""

from __future__ import annotations

from datetime import timedelta

import pytest

from newsarchive.crawl.plans import agent_token
from newsarchive.crawl.robots import LONGEST, read_robots

AGENT = "newsarchive"
FILE = b"""User-agent: *
Disallow: /private
Allow: /private/open
Crawl-delay: 3

User-agent: newsarchive
Disallow: /not-for-archives$
Disallow: /*.pdf
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/a", True),
        ("/private/x", True),
        ("/not-for-archives", False),
        ("/not-for-archives/x", True),
        ("/a.pdf", False),
    ],
)
def test_our_own_group_stands_before_the_star(path: str, is_allowed: bool) -> None:
    assert read_robots(200, FILE).allows("https://e.test" + path, AGENT) is is_allowed


def test_the_star_holds_for_everybody_else_and_the_longest_rule_wins() -> None:
    robots = read_robots(200, FILE)
    assert not robots.allows("https://e.test/private/x", "somebody")
    assert robots.allows("https://e.test/private/open/x", "somebody")
    assert robots.crawl_delay("somebody") == 3.0


@pytest.mark.parametrize(
    ("status", "is_allowed"),
    [
        (None, False),
        (500, False),
        (503, False),
        (599, False),
        (429, False),
        (400, True),
        (401, True),
        (403, True),
        (404, True),
        (410, True),
        (301, True),
    ],
)
def test_what_a_status_means(status: int | None, is_allowed: bool) -> None:
    assert read_robots(status, b"User-agent: *\nDisallow: /").allows("https://e.test/a", AGENT) is is_allowed


@pytest.mark.parametrize(
    "body",
    [b"", b"<html><p>Not found</p></html>", b"\xff\xfe\x00", b"Disallow: /", b"User-agent: *\nDisallow:"],
)
def test_a_file_without_rules_allows_all(body: bytes) -> None:
    assert read_robots(200, body).allows("https://e.test/a", AGENT)


def test_a_byte_order_mark_and_mac_line_ends_are_read() -> None:
    robots = read_robots(200, b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n")
    assert not robots.allows("https://e.test/x", AGENT)


def test_only_the_first_500_kib_count() -> None:
    padding = b"# " + b"x" * LONGEST + b"\nUser-agent: *\nDisallow: /\n"
    assert read_robots(200, padding).allows("https://e.test/a", AGENT)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("", 3600),
        ("max-age=60", 60),
        ("public, MAX-AGE = 7200", 7200),
        ("max-age=999999999", 86400),
        ("no-store", 3600),
    ],
)
def test_it_is_kept_for_its_life_and_a_day_at_most(header: str, seconds: int) -> None:
    assert read_robots(200, FILE, header).life == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("agent", "token"),
    [("newsarchive/0.1 (+x@example.org)", "newsarchive"), ("Tide Watch/2", "Tide"), ("", "newsarchive")],
)
def test_the_product_token_names_us(agent: str, token: str) -> None:
    assert agent_token(agent) == token


@pytest.mark.parametrize(
    ("body", "agent", "is_allowed"),
    [
        ("User-agent: newsarchive/0.1\nDisallow: /\n", AGENT, False),
        ("User-agent: NewsArchive (+https://e.test)\nDisallow: /\n", AGENT, False),
        ("User-agent: newsarchive*\nDisallow: /\n", AGENT, False),
        ("User-agent: news\nDisallow: /\n", AGENT, True),
        ("User-agent: archive\nDisallow: /\n", AGENT, True),
        ("User-agent: newsarchivebot\nDisallow: /\n", AGENT, True),
        ("User-agent: *\nDisallow: /\n\nUser-agent: news\nAllow: /\n", AGENT, False),
        ("User-agent:\nDisallow: /\n", AGENT, True),
        ("User-agent: newsarchive\nClean-param: ref /a/\nUser-agent: otherbot\nDisallow: /\n", AGENT, False),
        (
            "User-agent: newsarchive\nContent-Signal: ai-train=no\nUser-agent: GPTBot\nDisallow: /\n",
            AGENT,
            False,
        ),
        (
            "User-agent: newsarchive\nSitemap: https://e.test/s.xml\n\nUser-agent: b\nDisallow: /\n",
            AGENT,
            False,
        ),
        ("User-agent: *\nHost: e.test\nDisallow: /\n", AGENT, False),
        ("User-agent: gazette-bot\nDisallow: /\n", "gazette-bot", False),
        ("User-agent: gazette\nDisallow: /\n", "gazette-bot", True),
    ],
)
def test_a_group_is_ours_by_its_whole_token_and_no_other_line_parts_it(
    body: str, agent: str, is_allowed: bool
) -> None:
    assert read_robots(200, body.encode()).allows("https://e.test/a", agent) is is_allowed


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_in_utf_16_is_read(charset: str) -> None:
    mark = "" if charset in ("utf-16", "utf-8-sig") else "\ufeff"
    body = f"{mark}User-agent: *\nDisallow: /a\nCrawl-delay: 7\n".encode(charset)
    robots = read_robots(200, body)
    assert (robots.allows("https://e.test/a", AGENT), robots.crawl_delay(AGENT)) == (False, 7.0)


@pytest.mark.parametrize(
    ("agent", "token"),
    [
        ("Mozilla/5.0 (compatible; gazette-bot/1.0; +https://e.test)", "gazette-bot"),
        ("Mozilla/5.0 (compatible; gazette)", "gazette"),
        ("gazette/2 (+mailto:desk@e.test)", "gazette"),
    ],
)
def test_the_token_of_an_agent_of_ones_own(agent: str, token: str) -> None:
    assert agent_token(agent) == token
