"""What one run shall do: from sources, the index and the schedule's memory to a `Plan`.

Joins what others decide: what is due is `schedule`'s word, what a source polls is its file's. Fetches
nothing, writes nothing. Tested in tests/archive/test_planning.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING

from newsarchive.archive.agenda import maybe_due
from newsarchive.errors import ArchiveDamagedError, NothingFoundError
from newsarchive.model import Source
from newsarchive.plan import Plan, Target
from newsarchive.schedule import document_credit, learning, missed_pages
from newsarchive.schedule.due import due_targets
from newsarchive.schedule.poll_history import polls_of
from newsarchive.schedule.poll_times import due_polls
from newsarchive.schedule.recheck_policy import allowance, need_of
from newsarchive.schedule.state_db import State
from newsarchive.schedule.sub_sitemaps import due_sub_sitemaps
from newsarchive.urls import check_url
from newsarchive.web.tdm_policy import tdm_urls

if TYPE_CHECKING:
    from newsarchive.archive.folder import ArchiveFolder
    from newsarchive.config import Config
    from newsarchive.index import RecheckRow

DOCUMENTS = ("feed", "sitemap", "section")  # reasons of fetches that name articles
POLICY_LIFE = timedelta(days=1)
LEARNT_FROM = timedelta(days=180)  # checks before that weigh less than an eighth
SINGLE_PAGES = "single-pages"  # what pages belong to that a person named and no source owns; no outlet


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one run shall do: all sources or some, all that is due or these URLs."""

    names: tuple[str, ...] = ()  # sources; empty = all enabled ones
    urls: tuple[str, ...] = ()  # capture these instead of polling
    limit: int = 0  # new articles at most; 0 = no limit
    recheck: bool = True  # fetch known stories again when they are due
    again: bool = False  # fetch all of them now
    due_only: bool = False  # poll only the documents whose time has come
    patience: float = 0.0  # seconds after which a host's pages are left for the next run; 0 = none
    is_tick: bool = False  # another run follows soon, in a process of its own
    wait: float = 0.0  # seconds to wait for a locked archive


def new_plan(
    archive: ArchiveFolder,
    *,
    sources: Sequence[Source],
    targets: tuple[Target, ...],
    wish: Wish | None = None,
    state: State | None = None,
) -> Plan:
    """Return a plan with the archive's settings, its clock's present and a new crawl id.

    Without `wish` nothing is followed that the targets name; `state` knows what was spent today.
    """
    from newsarchive.crawl import new_crawl_id, user_agent

    config = archive.config
    now = archive.clock.now()
    return Plan(
        crawl_id=new_crawl_id(now),
        archive=str(archive.root),
        now=now,
        sources=learning.in_their_zones(state, sources) if state else tuple(sources),
        targets=targets,
        follow=wish is not None and not wish.urls,
        user_agent=user_agent(config),
        network=archive.network(),
        crawl=replace(config.crawl, max_pages=wish.limit) if wish and wish.limit else config.crawl,
        recheck=config.recheck,
        warc=config.warc,
        speed=archive.clock.speed,
        spent=dict(spent_today(archive, state)) if state else {},
        not_before=state.not_before(now) if state else {},
        reserved=reserved(config, targets, now),
        waiting=tuple(missed_pages.waiting(state, [s.name for s in sources], now)) if state else (),
        doubted=document_credit.doubted(state, [s.name for s in sources]) if state else (),
        clicks=learning.clicks(state) if state else {},
        patience=wish.patience if wish else 0.0,
        is_tick=wish is not None and wish.is_tick,
    )


def reserved(config: Config, targets: Iterable[Target], now: datetime) -> dict[str, int]:
    """Return, by host, the requests that the polls of the rest of the day (UTC) need, robots.txt included."""
    from newsarchive.crawl.address_guard import host_port

    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    polls_left = int((midnight - now).total_seconds() / max(config.schedule.poll_every, 60.0))
    documents = Counter(host_port(target.url) for target in targets if target.reason in DOCUMENTS)
    return {host: polls_left * (count + 1) for host, count in documents.items()}


def spent_today(archive: ArchiveFolder, state: State) -> Counter[str]:
    """Return the number of requests made today (UTC), by host."""
    day = archive.clock.now().date()
    return unreported(archive.root, day) + Counter(state.spent(day))


def unreported(root: Path, day: date) -> Counter[str]:
    """Return, by host, the requests on `day` of crawls that were killed before they could report, by what they committed."""
    from newsarchive.crawl.address_guard import host_port
    from newsarchive.warc import read_captures, read_commits

    found: Counter[str] = Counter()
    for folder in (root / "crawls").glob(f"{day:%Y%m%d}T*"):
        if (folder / "report.json").exists():
            continue
        for commit in read_commits(root, folder.name):
            end = commit.offset + commit.length
            with suppress(NothingFoundError, ArchiveDamagedError):  # `verify` reports that
                found.update(
                    host_port(c.url) for c in read_captures(root, commit.filename, commit.offset, end)
                )
    return found


def manual(archive: ArchiveFolder, urls: Iterable[str]) -> Iterable[Target]:
    """Yield a target for each URL that a person named. It is fetched whole, and held against its last capture."""
    wanted = list(map(check_url, urls))
    last = archive.last_checks(wanted)
    for url in wanted:
        previous = last[url].previous if url in last else None
        yield Target(
            url=url, source=archive.source_of(url) or SINGLE_PAGES, reason="manual", previous=previous
        )


def polls(
    archive: ArchiveFolder, sources: Iterable[Source], state: State, *, due_only: bool = False
) -> list[Target]:
    """Return the feeds, sitemaps (of an index those parts that are due) and section pages of `sources`, with what
    the last poll of them gave.

    A source that wasn't polled whole last time (budget, crash, a mere probe) is asked without validators:
    a "not modified" would hide what was left unfetched. So is a URL whose validators lied.
    """
    from newsarchive.crawl import targets_of

    wanted = [target for source in sources for target in targets_of(source)]
    named, now = {target.url for target in wanted}, archive.clock.now()
    wanted += [
        Target(url=url, source=source.name, reason="sitemap")
        for source in sources
        for url in due_sub_sitemaps(state, source.name, now, without=named)
    ]
    last = archive.last_checks([target.url for target in wanted])
    if due_only:
        wanted = due_polls(state, wanted, now, archive.config.schedule)
    whole, liars = state.polled_whole(), state.liars()
    return [
        remembering(t, last.get(t.url)) if t.source in whole and t.url not in liars else t for t in wanted
    ]


def policies(archive: ArchiveFolder, documents: Iterable[Target]) -> list[Target]:
    """Return where the hosts that are polled would say what they reserve from text and data mining (tdmrep.json), but
    those that were asked for it in the last day."""
    places: dict[str, str] = {}
    for target in documents:
        source = archive.sources.get(target.source)
        for url in tdm_urls((source.homepage if source else "", target.url)):
            places.setdefault(url, target.source)
    last, day = archive.last_checks(list(places)), archive.clock.now() - POLICY_LIFE
    return [
        remembering(Target(url=url, source=source, reason="robots"), known)
        for url, source in places.items()
        if (known := last.get(url)) is None or known.last_checked_at is None or known.last_checked_at <= day
    ]


def missed_before(archive: ArchiveFolder, sources: Iterable[Source], state: State) -> list[Target]:
    """Return the new pages that earlier runs didn't get and that are due for another try, but those that came since."""
    from newsarchive.index import KnownUrls

    due = missed_pages.due(state, [source.name for source in sources], archive.clock.now())
    with KnownUrls(archive.index) as known:
        unknown = set(known.unknown([target.url for target in due]))
    return [target for target in due if target.url in unknown]


def remembering(target: Target, known: RecheckRow | None) -> Target:
    """Return `target` with the validators and the record of its last check, if there was one."""
    if known is None:
        return target
    return replace(target, etag=known.etag, last_modified=known.last_modified, previous=known.previous)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rechecks:
    """The known stories that are due for a re-check, worthiest first, and what was known of them before."""

    targets: tuple[Target, ...] = ()
    before: dict[str, RecheckRow]
    hints: dict[str, datetime]  # URL -> when a feed or sitemap said that it changed


def rechecks(
    archive: ArchiveFolder, sources: Iterable[Source], state: State, *, again: bool = False
) -> Rechecks:
    """Return what of the stories of `sources` is due now (or, with `again`, all of it) and can be afforded."""
    names = [source.name for source in sources]
    now, policy = archive.clock.now(), archive.config.recheck
    rows = archive.due_rows(names) if again else maybe_due(archive, state, names)
    hints, rates = learning.hints(state), learning.rates(state, names, policy, now)
    due = (
        tuple(map(recheck_of, rows))
        if again
        else due_targets(rows, now=now, policy=policy, hints=hints, rates=rates)
    )
    parts = archive.parts_of([target.url for target in due])
    due = tuple(replace(target, parts=parts.get(target.url, ())) for target in due)
    targets = tuple(affordable(archive, due, state, is_asked=again))
    wanted = {target.url for target in targets}
    return Rechecks(targets=targets, before={r.url: r for r in rows if r.url in wanted}, hints=hints)


def learn_from_the_past(archive: ArchiveFolder, state: State) -> None:
    """Count the checks that the index knows, if state.db doesn't (it was deleted, or an older version made it)."""
    from newsarchive.index import past_checks, reading

    if archive.index.exists():
        with reading(archive.index) as db:
            learning.learn_from_the_past(state, past_checks(db, archive.clock.now() - LEARNT_FROM))


def recheck_of(row: RecheckRow) -> Target:
    """Return the target that checks a known page again, due or not."""
    return remembering(Target(url=row.url, source=row.source, reason="recheck"), row)


def affordable(
    archive: ArchiveFolder, targets: Iterable[Target], state: State, *, is_asked: bool = False
) -> Iterator[Target]:
    """Yield those of `targets`, worthiest first, that leave each host's budget enough for today's news; half of what is
    left where a person asks for them."""
    from newsarchive.crawl.address_guard import host_port

    by_host: dict[str, list[Target]] = {}
    for target in targets:
        by_host.setdefault(host_port(target.url), []).append(target)
    now, spent = archive.clock.now(), spent_today(archive, state)
    for host, wanted in by_host.items():
        names = dict.fromkeys(target.source for target in wanted)
        budgets = [s.daily_budget for name in names if (s := archive.sources.get(name)) and s.daily_budget]
        left = min(budgets, default=archive.config.crawl.daily_budget) - spent[host]
        needs = [need_of(polls_of(state, name), now) for name in names]
        yield from within(wanted, allowance(left, [None] if is_asked else needs))


def within(targets: Sequence[Target], most: int) -> Iterator[Target]:
    """Yield the first of `targets` that cost `most` requests together; further pages of an article cost one each."""
    costs = accumulate(1 + len(target.parts) for target in targets)
    return (target for target, cost in zip(targets, costs, strict=True) if cost <= most)
