"""Which outlet a page belongs to, and which rules hold for it."""

from __future__ import annotations

import json
from datetime import date

import pytest

from newsarchive.ingest.page_sources import Outlets, fingerprint_of, hosts_of
from newsarchive.model import SiteRule, Source

SOURCES = {
    "gazette": Source(name="gazette", title="The Gazette", domains=("gazette.example", "news.gazette.test")),
    "sport": Source(
        name="sport", domains=("sport.gazette.example",), cookies_file="secret.txt", login_header="TOKEN"
    ),
}


@pytest.mark.parametrize(
    ("said", "url", "name"),
    [
        ("gazette", "https://elsewhere.example/x", "gazette"),
        ("", "https://gazette.example/x", "gazette"),
        ("", "https://www.gazette.example/x", "gazette"),
        ("", "https://sport.gazette.example/x", "sport"),
        ("", "https://a.sport.gazette.example/x", "sport"),
        ("", "https://news.gazette.test/x", "gazette"),
        ("", "https://www.other-paper.co.uk/x", "other-paper-co-uk"),
        ("", "https://notgazette.example/x", "notgazette-example"),
        ("", "http://127.0.0.2:8080/x", "127-0-0-2"),
        ("", "mailto:nobody", "unknown"),
    ],
)
def test_a_page_belongs_to_what_the_crawl_said_else_to_its_host(said: str, url: str, name: str) -> None:
    assert Outlets(SOURCES).name_of(said, url) == name


def test_the_order_of_the_sources_does_not_matter() -> None:
    turned = dict(reversed(SOURCES.items()))
    assert Outlets(turned).rows() == Outlets(SOURCES).rows()


def test_rows_hold_no_secret_and_nothing_that_is_unset() -> None:
    row = next(r for r in Outlets(SOURCES).rows() if r["name"] == "sport")
    config = json.loads(row["config"])
    assert config == {"name": "sport", "domains": ["sport.gazette.example"], "obey_robots": True, "enabled": True, "render": False, "requisites": True}  # fmt: skip


def test_rules_have_a_fingerprint_that_changes_with_them() -> None:
    rule = SiteRule(action="drop", selector=".box", since=date(2026, 1, 1))
    prints = {fingerprint_of(()), fingerprint_of((rule,)), fingerprint_of((rule, rule))}
    assert len(prints) == 3
    assert fingerprint_of(()) == ""


@pytest.mark.parametrize(
    ("source", "hosts"),
    [
        (Source(name="a", domains=("WWW.a.example", "b.example"), homepage="https://c.example/"), ("a.example", "b.example")),
        (Source(name="a", homepage="https://www.a.example/en"), ("a.example",)),
        (Source(name="a", homepage="https://a.example/", sections=("https://news.b.example/x",), feeds=("https://f.example:81/feed",)), ("a.example", "news.b.example", "f.example")),
        (Source(name="a"), ()),
    ],
)  # fmt: skip
def test_a_source_has_its_domains_else_the_hosts_of_its_addresses(
    source: Source, hosts: tuple[str, ...]
) -> None:
    assert hosts_of(source) == hosts


@pytest.mark.parametrize(
    ("said", "host", "name"),
    [
        ("sport", "gazette.example", "sport"),
        ("theirs", "gazette.example", "gazette"),
        ("", "x.sport.gazette.example", "sport"),
        ("theirs", "elsewhere.example", ""),
        ("", "", ""),
    ],
)
def test_a_page_is_the_archives_own_by_name_or_by_host(said: str, host: str, name: str) -> None:
    assert Outlets(SOURCES).own(said, host) == name
