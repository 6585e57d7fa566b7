"""After each run: is every source well, did something happen that a reader waits for, and who is notified.

Gathers what `schedule` decides by (polls from reports, days from the index) and hands its words to the
configured channels. Decides nothing itself. Tested in tests/archive/test_alarms.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from newsarchive.archive.folder import ArchiveFolder
from newsarchive.index import failures, reading, yields
from newsarchive.index.activity import blocked_days
from newsarchive.plan import decode, to_json
from newsarchive.schedule.health import Usual, alarms_of, usual
from newsarchive.schedule.health_checks import NEXT_STEPS
from newsarchive.schedule.health_records import Alarm, Day, Facts, KeptAway, kept_away, poll_of, unreachable
from newsarchive.schedule.outbox import Notified, deliver, queue_alarms, queue_hits
from newsarchive.schedule.poll_history import add_polls, polls_of
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import hits, read_watches
from newsarchive.times import iso_seconds, parse_iso

if TYPE_CHECKING:
    from newsarchive.crawl.crawl_report import Report

PAST = timedelta(days=60)  # of days that health reads
HERE = "(this machine)"  # in the place of a source's name
KEPT_AWAY = "kept away"  # key in state.db: source -> KeptAway
CERTIFICATES = "certificates"  # key in state.db: host -> not valid after


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """One source: what is wrong with it now, and what is usual."""

    source: str
    alarms: tuple[Alarm, ...]
    usual: Usual
    last_poll_at: datetime | None

    @property
    def is_well(self) -> bool:
        """No alarm."""
        return not self.alarms


def health(archive: ArchiveFolder, names: Sequence[str] = ()) -> list[SourceHealth]:
    """Return each source's health, by name."""
    now = archive.clock.now()
    with State(archive.root / "state.db", is_readonly=True) as state:
        found = []
        for facts in facts_of(archive, state, [s.name for s in archive.select(names)], now):
            last = facts.polls[-1].at if facts.polls else None
            found.append(
                SourceHealth(
                    source=facts.source, alarms=alarms_of(facts, now), usual=usual(facts), last_poll_at=last
                )
            )
    return found


def facts_of(archive: ArchiveFolder, state: State, names: Iterable[str], now: datetime) -> Iterator[Facts]:
    """Yield what is known of each source's health; not what a clock that was ahead has dated after `now`."""
    days, failed = days_of(archive, (now - PAST).date()), _failures_of(archive)
    certificates, away = _certificates(state), _kept_away(state)
    for name in names:
        source = archive.sources.get(name)
        domains = source.domains if source else ()
        yield Facts(
            source=name,
            polls=tuple(poll for poll in polls_of(state, name) if poll.at <= now),
            days=days.get(name, ()),
            certificates={h: t for h, t in certificates.items() if _is_of(h, domains)},
            kept_away=away.get(name),
            wanted=(*source.feeds, *source.sitemaps, *source.sections) if source else (),
            failures=failed.get(name, ()),
        )


def _failures_of(archive: ArchiveFolder) -> dict[str, tuple[str, ...]]:
    """Source -> what of it could not be indexed, and why."""
    if not archive.index.exists():
        return {}
    with reading(archive.index) as db:
        found = failures(db)
    return {
        name: tuple(f"{f.kind} {f.url}: {f.reason}" for f in found if f.source == name)
        for name in {f.source for f in found}
    }


def days_of(archive: ArchiveFolder, since: date) -> dict[str, tuple[Day, ...]]:
    """Return each source's days from `since` on, oldest first; a day that brought nothing but block pages is one."""
    if not archive.index.exists():
        return {}
    with reading(archive.index) as db:
        found = {
            (row.source, row.day): Day(
                day=row.day,
                stories=row.stories,
                without_title=row.without_title,
                without_date=row.without_date,
                without_text=row.without_text,
                median_words=row.median_words,
            )
            for row in yields(db, since=since)
        }
        for (source, day), count in blocked_days(db, since).items():
            known = found.get((source, day), Day(day=day, stories=0))
            found[source, day] = replace(known, blocked=count)
    made: dict[str, tuple[Day, ...]] = {}
    for source, day in sorted(found):
        made[source] = (*made.get(source, ()), found[source, day])
    return made


def _certificates(state: State) -> dict[str, datetime]:
    """Host -> until when its certificate is good, as the last run that reached it saw it."""
    kept: dict[str, str] = state.get(CERTIFICATES, {})
    return {host: parse_iso(until) for host, until in kept.items()}


def _kept_away(state: State) -> dict[str, KeptAway]:
    """Source -> since when and why it couldn't be asked."""
    kept: dict[str, dict[str, Any]] = state.get(KEPT_AWAY, {})
    return {name: decode(KeptAway, values) for name, values in kept.items()}


def _is_of(host: str, domains: Iterable[str]) -> bool:
    """Does `host` (perhaps with a port) belong to one of `domains`? To all, if there are none."""
    name, known = host.partition(":")[0], tuple(domains)
    return not known or any(name == d or name.endswith(f".{d}") for d in known)


def after_run(
    archive: ArchiveFolder, state: State, report: Report, now: datetime, *, polled: Iterable[str] = ()
) -> Notified:
    """Remember the run's polls, check its sources, match the watches, and send what is new.

    A source of which no feed, sitemap or section page was fetched had no poll: what was reported of it stays. If it
    was to be polled (`polled`), that it couldn't be is remembered. While the network is down here, nothing is
    held against the sources that can't be reached.
    """
    made = [poll_of(row, report.started_at) for row in report.to_dict()["sources"]]
    down = unreachable(made)
    polls = [poll for poll in made if poll.documents and poll.source not in down]
    add_polls(state, polls)
    away, to_poll = _kept_away(state), set() if report.stopped else {*polled} - {*down}
    after = away | {p.source: kept_away(away.get(p.source), p) for p in made if p.source in to_poll}
    state.put(KEPT_AWAY, {name: json.loads(to_json(known)) for name, known in after.items() if known})
    seen = {
        host: iso_seconds(until) for host, until in {**_certificates(state), **report.certificates}.items()
    }
    state.put(CERTIFICATES, seen)
    names = list(dict.fromkeys([poll.source for poll in polls] + [name for name in after if name in to_poll]))
    alarms = [alarm for facts in facts_of(archive, state, names, now) for alarm in alarms_of(facts, now)]
    if down:
        evidence = f"{len(down)} of {sum(bool(p.documents) for p in made)} sources can't be reached: {', '.join(down[:5])}"
        alarms.append(
            Alarm(
                source=HERE,
                kind="network down here",
                evidence=evidence,
                next_step=NEXT_STEPS["network down here"],
            )
        )
    if down or polls:
        names.append(HERE)
    config = archive.config.notify
    sent = queue_alarms(state, alarms, names, config, now)
    wanted = read_watches(archive.root)
    if wanted and archive.index.exists():
        from newsarchive.archive.happenings import happenings, page_of

        with reading(archive.index) as db:
            found = hits(wanted, happenings(db, report.started_at, config.pages))
            matched = queue_hits(state, found, config, now, lambda hit: page_of(db, hit))
        sent = replace(sent, hits=matched.hits)
    if config.digest:
        from newsarchive.archive.sending import queue_digest

        queue_digest(archive, state, now)
    return replace(sent, unsent=deliver(state, config, now).failures)
