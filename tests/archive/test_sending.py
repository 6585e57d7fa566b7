"""Messages as they arrive: in an SMTP server, at a webhook, through apprise and in a command, all on loopback."""

from __future__ import annotations

import base64
import email
import email.policy
import json
import socketserver
import sys
from contextlib import ExitStack
from datetime import timedelta
from email.message import EmailMessage
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from newsarchive.archive import Archive
from newsarchive.errors import UsageError
from newsarchive.schedule.state_db import State
from newsarchive.schedule.watchlist import add_watch, new_watch
from newsarchive.times import Clock
from tests.cli.test_cli import run as cli
from tests.press import START, crawl, following, newsroom
from tests.schedule.test_notify import Hook, Smtp, loads_apprise, serving
from tests.web.test_chromium import needs_browser

TITLE = "Council paints the quay zinnober"


@pytest.fixture
def servers():
    """(what the mail server got, what the web server got, the ports of both)."""
    with ExitStack() as stack:
        mail = socketserver.TCPServer(("127.0.0.1", 0), Smtp)
        web = HTTPServer(("127.0.0.1", 0), Hook)
        mail.got, web.got = [], []
        ports = [stack.enter_context(serving(server)) for server in (mail, web)]
        yield mail.got, web.got, ports


def notify(root: Path, ports: list[int], more: str = "") -> None:
    """Writes [notify] with all four kinds of channel."""
    config = root / "newsarchive.toml"
    script = root / "told.py"
    script.write_text(
        "import os, pathlib, sys\n"
        f"out = pathlib.Path({str(root / 'told')!r})\n"
        "picture = os.environ.get('NEWSARCHIVE_PICTURE')\n"
        "out.write_text(sys.stdin.read() + os.environ['NEWSARCHIVE_DATA'])\n"
        "if picture: out.with_suffix('.png').write_bytes(pathlib.Path(picture).read_bytes())\n"
    )
    config.write_text(
        config.read_text()
        + f"""[notify]
command = "{sys.executable} {script}"
webhook = "http://127.0.0.1:{ports[1]}/ok"
apprise = ["json://127.0.0.1:{ports[1]}/ok"]
smtp_host = "127.0.0.1"
smtp_port = {ports[0]}
smtp_to = ["desk@paper.example"]
link = "https://archive.example/"
{more}
"""
    )


def mail_parts(data: bytes) -> dict[str, Any]:
    """Media type -> content of a mail's parts."""
    mail = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
    return {"subject": mail["Subject"]} | parts


@loads_apprise
@needs_browser
def test_an_edit_arrives_everywhere_with_its_words_its_link_and_its_picture(tmp_path, collector, servers):
    mails, posts, ports = servers
    with newsroom(outlets=("courier",), stories=4) as room:
        archive = following(tmp_path / "a", room, Clock(START))
        crawl(collector, archive.root, room.now())
        notify(archive.root, ports, "picture = true")
        url = room.outlets["courier"].urls()[0]
        add_watch(archive.root, new_watch(room.now(), query="zinnober"))
        room.advance(timedelta(days=1))
        room.edit(url, "headline", title=TITLE)
        assert crawl(collector, archive.root, room.now()).notified.unsent == ()
    mail = mail_parts(mails[0])
    assert mail["subject"] == f"[newsarchive] 'zinnober' appears: {TITLE}"
    assert "zinnober+}" in mail["text/plain"]
    assert "https://archive.example/-/news/story/" in mail["text/plain"]
    page = html.fromstring(mail["text/html"])
    assert "zinnober" in " ".join(e.text_content() for e in page.iter("ins"))
    assert page.xpath("//h1/a/@href")[0].startswith("https://archive.example/-/news/story/")
    assert mail["image/png"].startswith(b"\x89PNG")
    hook, service = sorted((got[2] for got in posts), key=lambda data: "key" not in data)
    assert base64.b64decode(hook["picture"]) == mail["image/png"]
    assert hook["data"]["words"][0]
    assert service["attachments"][0]["filename"] == "diff.png"
    assert base64.b64decode(service["attachments"][0]["base64"]) == mail["image/png"]
    assert "zinnober+}" in service["message"]
    assert (archive.root / "told.png").read_bytes() == mail["image/png"]
    assert "zinnober" in (archive.root / "told").read_text()


@pytest.fixture
def told(press, tmp_path, servers):
    """(archive with all channels but apprise's, what the mail server got)."""
    archive = press.copy(tmp_path / "a")
    mails, _, ports = servers
    notify(archive.root, ports)
    return Archive(archive.root, clock=archive.clock), mails


@loads_apprise
def test_a_trial_message_is_about_the_newest_edit(told):
    archive, mails = told
    assert archive.send_trial() == archive.send_trial()
    assert len(mails) == 2
    mail = mail_parts(mails[0])
    assert "a trial message" in mail["subject"]
    assert "+}" in mail["text/plain"]
    assert "image/png" not in mail


@loads_apprise
def test_a_digest_goes_by_hand_and_by_the_command_line(told, press):
    archive, mails = told
    made = archive.digest(START, START + timedelta(days=2))
    assert archive.send_digest(made).failures == ()
    mail = mail_parts(mails[0])
    assert "edit" in mail["subject"]
    assert press.new_title.split()[-1] in mail["text/plain"]
    assert "Vanished, moved, returned" in mail["text/html"]
    code, out, _ = cli(
        "--archive", archive.root, "digest", "--since", "2026-03", "--until", "2026-03", "--send"
    )
    assert (code, out) == (0, "4 messages sent\n")
    assert len(mails) == 2


def test_a_digest_is_printed_as_text_page_and_json(on):
    span = ["--since", "2026-03", "--until", "2026-03"]
    assert "Vanished, moved, returned" in on("digest", *span)[1]
    assert on("digest", *span, "--html")[1].startswith("<!doctype html>")
    assert json.loads(on("digest", *span, "--json")[1])["n_events"] == 1
    assert on("digest", "--since", "2020", "--until", "2020")[0] == 1
    assert on("digest", "--since", "2026-03-04", "--until", "2026-03-03")[0] == 2


@pytest.fixture
def on(press):
    """Runs a verb on the small archive."""
    return lambda *words: cli("--archive", press.folder, *words)


def test_without_a_channel_nothing_is_sent_and_the_next_step_is_named(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    with pytest.raises(UsageError, match="smtp_host"):
        archive.send_trial()


@loads_apprise
def test_a_channel_that_fails_is_named_and_gets_the_message_with_the_next_run(told):
    archive, _ = told
    config = archive.root / "newsarchive.toml"
    config.write_text(config.read_text().replace('/ok"\napprise', '/broken"\napprise'))
    code, out, _ = cli("--archive", archive.root, "watch", "test")
    assert code == 1
    assert "webhook" in out
    with State(archive.root / "state.db") as state:
        assert [name for (name,) in state.read("SELECT channel FROM outbox")] == ["webhook"]


@loads_apprise
@pytest.mark.parametrize(("period", "last"), [("daily", "3 March"), ("weekly", "8 March")])
def test_runs_send_one_digest_after_each_day_or_week(tmp_path, collector, servers, period, last):
    mails, _, ports = servers
    with newsroom(outlets=("courier",), stories=4) as room:  # from Monday, 2 March 2026, 09:00
        archive = following(tmp_path / "a", room, Clock(START))
        crawl(collector, archive.root, room.now())
        notify(archive.root, ports, f'digest = "{period}"')
        room.advance(timedelta(days=1))
        room.edit(room.outlets["courier"].urls()[0], "headline", title=TITLE)
        counts = []
        for hours in (0, 1, 24, 1, 24 * 5, 1):
            room.advance(timedelta(hours=hours))
            crawl(collector, archive.root, room.now())
            counts.append(sum(b"new stor" in data.partition(b"\r\n\r\n")[0] for data in mails))
    sent = [mail_parts(data) for data in mails]
    mine = [mail for mail in sent if TITLE.split()[-1] in mail["text/plain"]]
    assert len(mine) == 1
    assert f"{last} 2026" in mine[0]["subject"]
    assert counts[1] == counts[0]
    assert counts[3] == counts[2]
    assert counts[5] == counts[4]


def test_a_digest_that_is_neither_daily_nor_weekly_is_named_with_its_line(press, tmp_path):
    archive = press.copy(tmp_path / "a")
    config = archive.root / "newsarchive.toml"
    config.write_text('[notify]\ndigest = "hourly"\n')
    code, _, error = cli("--archive", archive.root, "watch", "test")
    assert code == 2
    assert "newsarchive.toml:2" in error
