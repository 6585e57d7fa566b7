"""Reporting each thing once: what is news goes into an outbox, and from there to every channel.

An alarm is reported when it begins and when it ends, a watch's match once. A message that a channel didn't take
is tried again at the next run, for a week; a crash between sending and noting may send one twice, never
not at all. The channels: a command, mail through SMTP, a webhook (no proxy of the environment), and what apprise
knows; a failure is reported without the URL, which may hold a secret. Tested in tests/schedule/test_outbox.py and
tests/schedule/test_notify.py.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import logging
import os
import shlex
import smtplib
import ssl
import subprocess
import urllib.request
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from email.message import EmailMessage

from newsarchive.config import NotifyConfig
from newsarchive.schedule import learning
from newsarchive.schedule.health import Settled, recovery_text, settle
from newsarchive.schedule.health_records import Alarm
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import WatchMatch
from newsarchive.times import iso_seconds

TIMEOUT = 20.0  # seconds for a channel to take a message
COMMAND_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Something to report. `key` names it once and for all; `data` is for programs."""

    key: str
    subject: str
    body: str
    data: Mapping[str, object] = field(default_factory=dict)


class NotSentError(Exception):
    """A channel didn't take a message; `str()` says why."""


Channel = Callable[[Message], None]


def channels(config: NotifyConfig) -> dict[str, Channel]:
    """Return the configured channels by name; each raises NotSentError when it fails."""
    found: dict[str, Channel] = {}
    if config.command:
        found["command"] = lambda message: run_command(config.command, message)
    if config.smtp_host and config.smtp_to:
        found["mail"] = lambda message: send_mail(config, message)
    if config.webhook:
        found["webhook"] = lambda message: post(config.webhook, message)
    for url in config.apprise:
        found[apprise_name(url)] = lambda message, url=url: send_by_apprise(url, message)  # type: ignore[misc]
    return found


def run_command(command: str, message: Message) -> None:
    """Run `command` (split like a shell would, but without one) with the message on its standard input.

    It also finds NEWSARCHIVE_SUBJECT and NEWSARCHIVE_DATA (JSON) in its environment.
    """
    data = json.dumps(message.data, ensure_ascii=False, default=str)
    environment = {**os.environ, "NEWSARCHIVE_SUBJECT": message.subject, "NEWSARCHIVE_DATA": data}
    try:
        words = shlex.split(command)
        if not words:
            raise NotSentError("the command is empty")
        done = subprocess.run(  # noqa: S603 - the archive's owner wrote the command
            words,
            input=f"{message.subject}\n\n{message.body}\n".encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=COMMAND_TIMEOUT,
            check=False,
        )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotSentError(f"the command couldn't be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotSentError(f"the command ended with {done.returncode}" + (f": {said[-1]}" if said else ""))


def mail_of(config: NotifyConfig, message: Message) -> EmailMessage:
    """Return the message as mail."""
    mail = EmailMessage()
    mail["From"] = config.smtp_from or "newsarchive@localhost"
    mail["To"] = ", ".join(config.smtp_to)
    mail["Subject"] = " ".join(f"[newsarchive] {message.subject}".split())[:180]
    mail.set_content(message.body + "\n")
    return mail


def send_mail(config: NotifyConfig, message: Message) -> None:
    """Hand the message to the SMTP server, over TLS if it offers that."""
    try:
        with smtplib.SMTP(config.smtp_host, config.smtp_port, timeout=TIMEOUT) as server:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            refused = server.send_message(mail_of(config, message))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSentError(f"{config.smtp_host} didn't take the mail: {error}") from error
    if refused:
        raise NotSentError(f"{config.smtp_host} refused {', '.join(refused)}")


def post(url: str, message: Message) -> None:
    """Post the message as JSON; redirects aren't followed."""
    body = json.dumps(asdict(message), ensure_ascii=False, default=str).encode()
    if not url.lower().startswith(("http://", "https://")):
        raise NotSentError("the webhook isn't http or https")
    headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "newsarchive"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    try:
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - checked above
        with opener.open(request, timeout=TIMEOUT) as answer:
            answer.read(1024)
    except OSError as error:
        raise NotSentError(f"the webhook didn't take it: {error}") from error
    except (ValueError, http.client.HTTPException) as error:  # their texts may quote the URL
        raise NotSentError(f"the webhook can't be used: {type(error).__name__}") from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """Refuse the redirect: a message goes where the config says, and nowhere else."""


def apprise_name(url: str) -> str:
    """Return the channel's name, `SCHEME-XXXXXX`: the same for the same URL, and without its secret."""
    return f"{url.partition(':')[0][:20]}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"


def send_by_apprise(url: str, message: Message) -> None:
    """Hand the message to the service behind one of apprise's URLs; redirects aren't followed."""
    try:
        import apprise
    except ImportError as error:
        raise NotSentError(
            "apprise isn't installed; install it with `pip install 'newsarchive[notify]'`"
        ) from error
    logging.getLogger("apprise").disabled = True  # it would write URLs to stderr
    services = apprise.Apprise(asset=apprise.AppriseAsset(app_id="newsarchive", http_redirects=False))
    if not services.add(url):
        raise NotSentError("apprise knows no such service; see https://github.com/caronc/apprise/wiki")
    if not services.notify(title=message.subject, body=message.body, body_format=apprise.NotifyFormat.TEXT):
        raise NotSentError("the service didn't take it; `apprise -vv -b test URL` shows why")


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


def queue_hits(state: State, hits: Iterable[WatchMatch], config: NotifyConfig, now: datetime) -> Notified:
    """Queue the hits that weren't reported before."""
    reported = learning.reported(state, HIT)
    fresh = tuple({h.key: h for h in hits if HIT + h.key not in reported}.values())
    messages = [
        Message(key=HIT + h.key, subject=h.subject, body=h.to_text(), data=h.to_dict()) for h in fresh
    ]
    queue(state, messages, config, now)
    learning.add_reported(state, {HIT + h.key: h.subject for h in fresh}, now)
    old = [key for key, (at, _) in reported.items() if at < now - REMEMBERED]
    learning.remove_reported(state, old)
    return Notified(hits=fresh)


def queue(state: State, messages: Iterable[Message], config: NotifyConfig, now: datetime) -> None:
    """Put messages into the outbox, one copy for each configured channel."""
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
    """Send what is in the outbox. A channel that fails is left alone until the next run.

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
