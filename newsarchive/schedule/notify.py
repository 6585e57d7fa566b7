"""The channels by which messages leave: a command, mail through SMTP, a webhook, and what apprise knows.

Thin: it sends what it is given and says what failed, without the URL, which may hold a secret. It never
decides what is worth reporting (health, watch) nor whether it was reported before (outbox). The webhook
obeys no proxy of the environment. Tested in tests/schedule/test_notify.py.
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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from email.message import EmailMessage

from newsarchive.config import NotifyConfig

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
    """The configured channels by name; each raises NotSentError when it fails."""
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
    """Runs `command` (split like a shell would, but without one) with the message on its standard input.

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
    """The message as mail."""
    mail = EmailMessage()
    mail["From"] = config.smtp_from or "newsarchive@localhost"
    mail["To"] = ", ".join(config.smtp_to)
    mail["Subject"] = " ".join(f"[newsarchive] {message.subject}".split())[:180]
    mail.set_content(message.body + "\n")
    return mail


def send_mail(config: NotifyConfig, message: Message) -> None:
    """Hands the message to the SMTP server, over TLS if it offers that."""
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
    """Posts the message as JSON; redirects aren't followed."""
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
        """A message goes where the config says, and nowhere else."""


def apprise_name(url: str) -> str:
    """Returns the channel's name, `SCHEME-XXXXXX`: the same for the same URL, and without its secret."""
    return f"{url.partition(':')[0][:20]}-{hashlib.sha256(url.encode()).hexdigest()[:6]}"


def send_by_apprise(url: str, message: Message) -> None:
    """Hands the message to the service behind one of apprise's URLs; redirects aren't followed."""
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
    """All messages in one text, for a terminal or a log."""
    return "\n".join(f"{m.subject}: {m.body}" if m.subject not in m.body else m.body for m in messages)
