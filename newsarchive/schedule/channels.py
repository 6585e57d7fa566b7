"""The ways out: a command, mail through SMTP, a webhook (no proxy of the environment), and what apprise knows.

Each sends one message or raises NotSentError; a failure is reported without the URL, which may hold a secret. Nothing
here decides what is news (`outbox`). Tested in tests/schedule/test_notify.py.
"""

from __future__ import annotations

import base64
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
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
    html: str = ""  # the same as a whole page that loads nothing
    wants_picture: bool = False  # of that page
    picture: bytes = b""  # PNG; made when the message is sent, never stored

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, for JSON: those that are always there, and the page and its picture (base64) if there are any."""
        found = {"key": self.key, "subject": self.subject, "body": self.body, "data": self.data}
        found |= {"html": self.html} if self.html else {}
        return found | ({"picture": base64.b64encode(self.picture).decode()} if self.picture else {})


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

    It also finds NEWSARCHIVE_SUBJECT and NEWSARCHIVE_DATA (JSON) in its environment; NEWSARCHIVE_HTML and
    NEWSARCHIVE_PICTURE name files, gone when it has ended, where the message has a page and a picture.
    """
    data = json.dumps(message.data, ensure_ascii=False, default=str)
    environment = {**os.environ, "NEWSARCHIVE_SUBJECT": message.subject, "NEWSARCHIVE_DATA": data}
    try:
        words = shlex.split(command)
        if not words:
            raise NotSentError("the command is empty")
        with _files(message) as files:
            done = subprocess.run(  # noqa: S603 - the archive's owner wrote the command
                words,
                input=f"{message.subject}\n\n{message.body}\n".encode(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env=environment | {f"NEWSARCHIVE_{name}": str(path) for name, path in files.items()},
                timeout=COMMAND_TIMEOUT,
                check=False,
            )
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NotSentError(f"the command couldn't be run: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotSentError(f"the command ended with {done.returncode}" + (f": {said[-1]}" if said else ""))


@contextmanager
def _files(message: Message) -> Iterator[dict[str, Path]]:
    """HTML and PICTURE -> a file for as long as it is sent; only what the message has."""
    contents = {"HTML": message.html.encode("utf-8", "replace"), "PICTURE": message.picture}
    names = {"HTML": "message.html", "PICTURE": "diff.png"}
    with TemporaryDirectory(prefix="newsarchive-") as folder:
        there = {name: Path(folder) / names[name] for name, content in contents.items() if content}
        for name, path in there.items():
            path.write_bytes(contents[name])
        yield there


def mail_of(config: NotifyConfig, message: Message) -> EmailMessage:
    """Return the message as mail: its text, its page if it has one, its picture as an attachment that is shown."""
    mail = EmailMessage()
    mail["From"] = config.smtp_from or "newsarchive@localhost"
    mail["To"] = ", ".join(config.smtp_to)
    mail["Subject"] = " ".join(f"[newsarchive] {message.subject}".split())[:180]
    mail.set_content(message.body + "\n")
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    if message.picture:
        mail.add_attachment(
            message.picture, maintype="image", subtype="png", filename="diff.png", disposition="inline"
        )
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
    body = json.dumps(message.as_dict(), ensure_ascii=False, default=str).encode()
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
    with _files(message) as files:
        picture = str(files["PICTURE"]) if message.picture else None
        is_taken = services.notify(
            title=message.subject,
            body=message.body,
            body_format=apprise.NotifyFormat.TEXT,
            attach=picture,
        )
    if not is_taken:
        raise NotSentError("the service didn't take it; `apprise -vv -b test URL` shows why")
