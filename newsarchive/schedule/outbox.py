"""Reporting each thing once: what is news goes into an outbox, and from there to every channel.

An alarm is reported when it begins and when it ends, a watch's match once. A message that a channel didn't take
is tried again at the next run, for a week; a crash between sending and noting may send one twice, never
not at all. Tested in tests/schedule/test_outbox.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from newsarchive.config import NotifyConfig
from newsarchive.errors import ConfigError
from newsarchive.schedule import learning
from newsarchive.schedule.channels import Channel, Message, NotSentError, channels
from newsarchive.schedule.health import Settled, recovery_text, settle
from newsarchive.schedule.health_records import Alarm
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import WatchMatch
from newsarchive.times import iso_seconds
from newsarchive.web.chromium import PictureBrowser


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What left, and what didn't (a line each, to be tried again at the next run)."""

    sent: int = 0
    failures: tuple[str, ...] = ()


def summary(messages: Sequence[Message]) -> str:
    """Return all messages in one text, for a terminal or a log."""
    return "\n".join(f"{m.subject}: {m.body}" if m.subject not in m.body else m.body for m in messages)


ALARM = "alarm "  # how keys of reported alarms begin
HIT = "hit "
MOST_PICTURES = 20  # in one run; each takes a second or two, which the next run would wait for
PATIENCE = timedelta(days=7)  # after which an undeliverable message is dropped
REMEMBERED = timedelta(days=400)  # after which a hit may in theory be reported again


@dataclass(frozen=True, slots=True, kw_only=True)
class Notified:
    """What one run reported."""

    new: tuple[Alarm, ...] = ()
    recovered: tuple[str, ...] = ()  # sentences
    standing: tuple[Alarm, ...] = ()
    hits: tuple[WatchMatch, ...] = ()
    unsent: tuple[str, ...] = ()  # channels that took no message, and why

    def lines(self) -> list[str]:
        """Return what is news, for a person."""
        lines = [f"ALARM {alarm.to_text()}" for alarm in self.new]
        lines += [*self.recovered, *(hit.to_text() for hit in self.hits)]
        return lines + [f"Not sent, to be tried again: {failure}" for failure in self.unsent]


def queue_alarms(
    state: State, alarms: Sequence[Alarm], sources: Iterable[str], config: NotifyConfig, now: datetime
) -> Notified:
    """Queue what is news among `alarms`, the present troubles of `sources`.

    Args:
        sources: Those that were judged; what was reported of others stays as it is.
    """
    judged = set(sources)
    reported = {key.removeprefix(ALARM) for key in learning.reported(state, ALARM)}
    mine = {key for key in reported if key.partition("|")[0] in judged}
    settled = settle(alarms, mine)
    queue(state, _alarm_messages(settled, now), config, now)
    learning.add_reported(state, {ALARM + a.key: a.evidence for a in settled.new}, now)
    learning.remove_reported(state, [ALARM + key for key in settled.recovered])
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


def queue_hits(
    state: State,
    hits: Iterable[WatchMatch],
    config: NotifyConfig,
    now: datetime,
    page: Callable[[WatchMatch], str] = lambda _hit: "",
) -> Notified:
    """Queue the hits that weren't reported before; `page` makes a hit's HTML page, empty if it has none."""
    reported = learning.reported(state, HIT)
    fresh = tuple({h.key: h for h in hits if HIT + h.key not in reported}.values())
    messages = [message_of(h, page(h), picture=config.picture) for h in fresh]
    queue(state, messages, config, now)
    learning.add_reported(state, {HIT + h.key: h.subject for h in fresh}, now)
    old = [key for key, (at, _) in reported.items() if at < now - REMEMBERED]
    learning.remove_reported(state, old)
    return Notified(hits=fresh)


def message_of(hit: WatchMatch, page: str, *, picture: bool) -> Message:
    """Return a hit as a message."""
    return Message(
        key=HIT + hit.key,
        subject=hit.subject,
        body=hit.to_text(),
        data=hit.to_dict(),
        html=page,
        wants_picture=picture,
    )


def queue(state: State, messages: Iterable[Message], config: NotifyConfig, now: datetime) -> int:
    """Put messages into the outbox, one copy for each configured channel; return how many copies."""
    names = list(channels(config))
    rows = [(m.key, name, iso_seconds(now), _stored(m)) for m in messages for name in names]
    state.write("INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, ?)", rows)
    return len(rows)


def _stored(message: Message) -> str:
    row = message.as_dict() | ({"wants_picture": True} if message.wants_picture else {})
    return json.dumps(row, ensure_ascii=False, default=str)


def deliver(
    state: State, config: NotifyConfig, now: datetime, ways: Mapping[str, Channel] | None = None
) -> Delivery:
    """Send what is in the outbox. A channel that fails is left alone until the next run.

    Args:
        ways: Channel by name; those of `config` if None.
    """
    open_ways = dict(channels(config) if ways is None else ways)
    state.write("DELETE FROM outbox WHERE at < ?", [(iso_seconds(now - PATIENCE),)])
    sent, failures = 0, []
    with _Pictures() as pictures:
        for key, name, text in state.read("SELECT key, channel, message FROM outbox ORDER BY at, key"):
            send = open_ways.get(name)
            if send is None:
                continue
            try:
                send(pictures.into(Message(**json.loads(text))))
            except NotSentError as error:
                failures.append(f"{name}: {error}")
                del open_ways[name]
                continue
            sent += 1
            state.write("DELETE FROM outbox WHERE key = ? AND channel = ?", [(key, name)])
    return Delivery(sent=sent, failures=tuple(failures))


class _Pictures(PictureBrowser):
    """Draws each message's picture once for all channels, and no more than MOST_PICTURES."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: dict[str, bytes | str] = {}  # key of a message -> its picture, or why there is none

    def into(self, message: Message) -> Message:
        """Return the message with a picture of its page if it wants one; where there is none its text says why."""
        if not (message.wants_picture and message.html):
            return message
        if message.key not in self._drawn:
            self._drawn[message.key] = self._draw(message.html)
        found = self._drawn[message.key]
        if isinstance(found, bytes):
            return replace(message, picture=found)
        return replace(message, body=f"{message.body}\n(no picture: {found})")

    def _draw(self, html: str) -> bytes | str:
        if len(self._drawn) >= MOST_PICTURES:
            return f"{MOST_PICTURES} were drawn in this run"
        try:
            return self.draw(html)
        except ConfigError as error:
            return str(error)
