"""Telling each thing once: what is news goes into an outbox, and from there to every channel.

An alarm is told when it begins and when it ends, a watch's hit once. A message that a channel didn't take
is tried again at the next run, for a week; a crash between sending and noting may tell one twice, never
not at all. Tested in tests/schedule/test_outbox.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from newsarchive.config import NotifyConfig
from newsarchive.schedule import learning
from newsarchive.schedule.health import Settled, recovery_text, settle
from newsarchive.schedule.health_records import Alarm
from newsarchive.schedule.notify import Channel, Delivery, Message, NotSentError, channels
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import WatchMatch
from newsarchive.times import iso_seconds

ALARM = "alarm "  # how keys of told alarms begin
HIT = "hit "
PATIENCE = timedelta(days=7)  # after which an undeliverable message is dropped
REMEMBERED = timedelta(days=400)  # after which a hit may in theory be told again


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """What one run had to tell."""

    new: tuple[Alarm, ...] = ()
    recovered: tuple[str, ...] = ()  # sentences
    standing: tuple[Alarm, ...] = ()
    hits: tuple[WatchMatch, ...] = ()
    unsent: tuple[str, ...] = ()  # channels that took no message, and why

    def lines(self) -> list[str]:
        """What is news, for a person."""
        lines = [f"ALARM {alarm.to_text()}" for alarm in self.new]
        lines += [*self.recovered, *(hit.to_text() for hit in self.hits)]
        return lines + [f"Not sent, to be tried again: {failure}" for failure in self.unsent]


def ring_alarms(
    state: State, alarms: Sequence[Alarm], sources: Iterable[str], config: NotifyConfig, now: datetime
) -> Notified:
    """Queues what is news among `alarms`, the present troubles of `sources`.

    Args:
        sources: Those that were judged; what was told of others stands as it is.
    """
    judged = set(sources)
    told = {key.removeprefix(ALARM) for key in learning.told(state, ALARM)}
    mine = {key for key in told if key.partition("|")[0] in judged}
    settled = settle(alarms, mine)
    queue(state, _alarm_messages(settled, now), config, now)
    learning.tell(state, {ALARM + a.key: a.evidence for a in settled.new}, now)
    learning.untell(state, [ALARM + key for key in settled.recovered])
    recovered = tuple(recovery_text(key) for key in settled.recovered)
    return Notified(new=settled.new, recovered=recovered, standing=settled.standing)


def _alarm_messages(settled: Settled, now: datetime) -> list[Message]:
    stamp = iso_seconds(now)
    messages = [
        Message(
            key=f"{ALARM}{a.key} {stamp}", subject=f"{a.source}: {a.kind}", body=a.to_text(), data=asdict(a)
        )
        for a in settled.new
    ]
    for key in settled.recovered:
        source, kind, subject = [*key.split("|", 2), "", ""][:3]
        messages.append(
            Message(
                key=f"recovered {key} {stamp}",
                subject=f"{source}: recovered from {kind}",
                body=recovery_text(key),
                data={"source": source, "kind": kind, "subject": subject, "recovered": True},
            )
        )
    return messages


def ring_hits(state: State, hits: Iterable[WatchMatch], config: NotifyConfig, now: datetime) -> Notified:
    """Queues the hits that weren't told before."""
    told = learning.told(state, HIT)
    fresh = tuple({h.key: h for h in hits if HIT + h.key not in told}.values())
    messages = [
        Message(key=HIT + h.key, subject=h.subject, body=h.to_text(), data=h.to_dict()) for h in fresh
    ]
    queue(state, messages, config, now)
    learning.tell(state, {HIT + h.key: h.subject for h in fresh}, now)
    old = [key for key, (at, _) in told.items() if at < now - REMEMBERED]
    learning.untell(state, old)
    return Notified(hits=fresh)


def queue(state: State, messages: Iterable[Message], config: NotifyConfig, now: datetime) -> None:
    """Puts messages into the outbox, one copy for each configured channel."""
    names = list(channels(config))
    rows = [
        (m.key, name, iso_seconds(now), json.dumps(asdict(m), ensure_ascii=False, default=str))
        for m in messages
        for name in names
    ]
    state.write("INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, ?)", rows)


def deliver(
    state: State, config: NotifyConfig, now: datetime, ways: Mapping[str, Channel] | None = None
) -> Delivery:
    """Sends what is in the outbox. A channel that fails is left alone until the next run.

    Args:
        ways: Channel by name; those of `config` if None.
    """
    open_ways = dict(channels(config) if ways is None else ways)
    state.write("DELETE FROM outbox WHERE at < ?", [(iso_seconds(now - PATIENCE),)])
    sent, failures = 0, []
    for key, name, text in state.read("SELECT key, channel, message FROM outbox ORDER BY at, key"):
        send = open_ways.get(name)
        if send is None:
            continue
        try:
            send(Message(**json.loads(text)))
        except NotSentError as error:
            failures.append(f"{name}: {error}")
            del open_ways[name]
            continue
        sent += 1
        state.write("DELETE FROM outbox WHERE key = ? AND channel = ?", [(key, name)])
    return Delivery(sent=sent, failures=tuple(failures))
