"""Plans for sources by themselves, and the folder of a crawl."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsarchive.config import Config, CrawlConfig
from newsarchive.crawl.plans import new_crawl_id, plan_by_hand, plan_sources, targets_of, user_agent
from newsarchive.errors import ConfigError, NothingFoundError
from newsarchive.model import Source
from newsarchive.sources import write_source

NOW = datetime(2026, 11, 24, 3, 40, 12, tzinfo=UTC)


def test_a_crawl_id_begins_with_its_time_and_is_unlike_the_next() -> None:
    assert re.fullmatch(r"20261124T034012-[0-9a-f]{4}", new_crawl_id(NOW))
    assert len({new_crawl_id(NOW) for _ in range(50)}) > 40


def test_feeds_sitemaps_and_sections_are_polled() -> None:
    source = Source(name="e", homepage="https://e.test/", feeds=("a",), sitemaps=("b",), sections=("c",))
    assert [(t.url, t.reason) for t in targets_of(source)] == [
        ("a", "feed"),
        ("b", "sitemap"),
        ("c", "section"),
    ]


def test_a_source_with_none_of_them_is_read_from_its_homepage() -> None:
    [target] = targets_of(Source(name="e", homepage="https://e.test/"))
    assert (target.url, target.reason) == ("https://e.test/", "section")


@pytest.mark.parametrize(
    ("config", "agent"),
    [
        (Config(), "newsarchive/0.1.0"),
        (Config(contact="desk@example.org"), "newsarchive/0.1.0 (+desk@example.org)"),
        (Config(crawl=CrawlConfig(user_agent="Tide/1"), contact="x"), "Tide/1"),
    ],
)
def test_the_user_agent_names_the_contact(config: Config, agent: str) -> None:
    assert user_agent(config) == agent


def test_disabled_sources_are_left_out(tmp_path: Path) -> None:
    sources = [Source(name="a", feeds=("https://a.test/f",)), Source(name="b", enabled=False)]
    plan = plan_sources(tmp_path, Config(), sources, now=NOW)
    assert [s.name for s in plan.sources] == ["a"]
    assert plan.archive == str(tmp_path.resolve())


def test_by_hand_the_archives_own_files_are_read(tmp_path: Path) -> None:
    write_source(tmp_path, Source(name="e", homepage="https://e.test/", feeds=("https://e.test/feed",)))
    (tmp_path / "newsarchive.toml").write_text("[crawl]\ndelay = 7.5\n")
    plan = plan_by_hand(tmp_path, names="e")
    assert (plan.crawl.delay, [t.url for t in plan.targets]) == (7.5, ["https://e.test/feed"])
    assert [s.name for s in plan_by_hand(tmp_path, names="").sources] == ["e"]
    with pytest.raises(NothingFoundError, match=r"no source 'x'.*Known: e"):
        plan_by_hand(tmp_path, names="e,x")
    (tmp_path / "newsarchive.toml").write_text("[crawl]\ndelya = 7.5\n")
    with pytest.raises(ConfigError, match=r"newsarchive\.toml:2.*delay"):
        plan_by_hand(tmp_path, names="e")


def test_by_hand_without_sources_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NothingFoundError, match="newsarchive add"):
        plan_by_hand(tmp_path, names="")
