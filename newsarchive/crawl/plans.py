"""A plan for sources by themselves, its name, and the folder of one crawl (`crawls/ID/`).

Loads no Scrapy. Tested in tests/crawl/test_plans.py.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsarchive.config import Config, read_config
from newsarchive.crawl.crawl_report import Report
from newsarchive.errors import NothingFoundError
from newsarchive.model import Source
from newsarchive.plan import Plan, Target
from newsarchive.sources import read_sources
from newsarchive.times import Clock
from newsarchive.version import __version__
from newsarchive.warc import WriterPool

PLAN_SETTING = "NEWSARCHIVE_PLAN"  # JSON of a Plan
DIR_SETTING = "NEWSARCHIVE_DIR"  # archive folder, when there is no plan
PROCESS_SETTING = "NEWSARCHIVE_PROCESS"  # a CrawlProcessState


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlProcessState:
    """What a process that crawls more than once keeps between its crawls, and where it reports events."""

    pool: WriterPool | None = None  # its WARC files
    robots: dict[Any, Any] = field(default_factory=dict)  # rules that are still fresh, see robots.py
    emit: Callable[[str, dict[str, Any]], None] = lambda _kind, _values: None


def new_crawl_id(now: datetime) -> str:
    """Return a name for a crawl that begins `now`: `20261124T034012-3f9a`."""
    return f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"


def agent_token(user_agent: str) -> str:
    """Return the product token by which robots.txt names a crawler: what comes before the first slash; of one that
    calls itself compatible with a browser, the name after that word."""
    if named := re.search(r"\(compatible;\s*([^\s/;()]+)", user_agent):
        return named[1]
    return re.split(r"[/\s(]", user_agent.strip(), maxsplit=1)[0] or "newsarchive"


def targets_of(source: Source) -> tuple[Target, ...]:
    """Return what a source polls: feeds, news sitemaps, section pages; its homepage if it has none of them."""
    found = [Target(url=url, source=source.name, reason="feed") for url in source.feeds]
    found += [Target(url=url, source=source.name, reason="sitemap") for url in source.sitemaps]
    found += [Target(url=url, source=source.name, reason="section") for url in source.sections]
    if not found and source.homepage:
        found = [Target(url=source.homepage, source=source.name, reason="section")]
    return tuple(found)


def user_agent(config: Config) -> str:
    """Return how the crawl calls itself: `newsarchive/0.1.0 (+contact)`, or what the settings say."""
    if config.crawl.user_agent:
        return config.crawl.user_agent
    contact = f" (+{config.contact})" if config.contact else ""
    return f"newsarchive/{__version__}{contact}"


def plan_sources(
    root: Path, config: Config, sources: Iterable[Source], *, now: datetime, follow: bool = True
) -> Plan:
    """Return a plan that polls `sources` and fetches what is new; it fetches nothing again."""
    chosen = tuple(source for source in sources if source.enabled)
    return Plan(
        crawl_id=new_crawl_id(now),
        archive=str(root.resolve()),
        now=now,
        sources=chosen,
        targets=tuple(target for source in chosen for target in targets_of(source)),
        follow=follow,
        user_agent=user_agent(config),
        network=config.network,
        crawl=config.crawl,
        recheck=config.recheck,
        warc=config.warc,
    )


def plan_by_hand(root: Path, *, names: str, follow: bool = True, own: Source | None = None) -> Plan:
    """Return the plan for `scrapy crawl news -a source=…`.

    Args:
        names: Names of sources of the archive, with commas between; empty for all.
        own: The source of a spider of somebody's own, which is meant if none is named; what it doesn't say
            itself is taken from the archive's file of that name.

    Raises:
        NothingFoundError: no such source, or none at all.
        ConfigError: a file of the archive can't be read.
    """
    known = read_sources(root)
    if own is not None and not names:
        chosen = known.get(own.name, own)
        if own.sections:
            chosen = replace(chosen, feeds=(), sitemaps=(), sections=own.sections)
        known, names = {own.name: chosen}, own.name
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(known)
    missing = [name for name in wanted if name not in known]
    if missing or not wanted:
        raise NothingFoundError(
            f"no source '{missing[0]}'" if missing else "this archive has no sources",
            where=str(root / "sources"),
            next_step=f"Known: {', '.join(known)}" if known else "Add one with `newsarchive add URL`",
        )
    return plan_sources(
        root, read_config(root), [known[name] for name in wanted], now=Clock().now(), follow=follow
    )


def plan_of(settings: Any) -> Plan:
    """Return the plan in Scrapy's settings; one without targets for somebody else's spider, from NEWSARCHIVE_DIR."""
    text = settings.get(PLAN_SETTING)
    if text:
        return Plan.from_json(text)
    root = Path(settings.get(DIR_SETTING) or "archives/main").resolve()
    config = read_config(root)
    now = Clock().now()
    return Plan(
        crawl_id=new_crawl_id(now),
        archive=str(root),
        now=now,
        user_agent=settings.get("USER_AGENT") or "",
        network=config.network,
        crawl=config.crawl,
        recheck=config.recheck,
        warc=config.warc,
    )


def crawl_folder(plan: Plan) -> Path:
    """Return `crawls/ID` of the archive; it is made if absent."""
    folder = Path(plan.archive) / "crawls" / plan.crawl_id
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def write_plan(plan: Plan) -> Path:
    """Write `plan.json`; its path."""
    return _write(crawl_folder(plan) / "plan.json", plan.to_json())


def write_report(plan: Plan, report: Report) -> Path:
    """Write `report.json`; its path."""
    return _write(crawl_folder(plan) / "report.json", report.to_json())


def _write(path: Path, text: str) -> Path:
    """Write whole or not at all."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text + "\n", encoding="utf-8")
    draft.replace(path)
    return path
