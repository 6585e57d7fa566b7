"""The channels, each against a server or program of our own on loopback."""

from __future__ import annotations

import json
import socketserver
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from newsarchive.config import NotifyConfig
from newsarchive.schedule.channels import Message, NotSentError, channels, mail_of, post, run_command
from newsarchive.schedule.outbox import summary

MESSAGE = Message(
    key="k", subject="gazette: alive but empty", body="It names no article – usually 30.", data={"n": 1}
)


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[int]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]  # type: ignore[index]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Hook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, self.headers["Content-Type"], json.loads(body)))  # type: ignore[attr-defined]
        status = {"/ok": 200, "/moved": 302}.get(self.path, 500)
        self.send_response(status)
        self.send_header("Location", "/ok")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


class Smtp(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(b"220 mail.example\r\n")
        lines: list[bytes] = []
        for line in iter(self.rfile.readline, b""):
            word = line[:4].upper()
            if word == b"DATA":
                self.wfile.write(b"354 go on\r\n")
                for part in iter(self.rfile.readline, b".\r\n"):
                    lines.append(part)
                self.server.got.append(b"".join(lines))  # type: ignore[attr-defined]
                self.wfile.write(b"250 taken\r\n")
            elif word == b"RCPT" and b"nobody" in line:
                self.wfile.write(b"550 no such user\r\n")
            elif word == b"QUIT":
                self.wfile.write(b"221 bye\r\n")
                return
            else:
                self.wfile.write(b"250 ok\r\n")


def test_a_webhook_gets_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.2:1/")
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.got = []  # type: ignore[attr-defined]
    with serving(server) as port:
        post(f"http://127.0.0.1:{port}/ok", MESSAGE)
        for path in ("broken", "moved"):
            with pytest.raises(NotSentError):
                post(f"http://127.0.0.1:{port}/{path}", MESSAGE)
    path, kind, data = server.got[0]  # type: ignore[attr-defined]
    assert (path, kind) == ("/ok", "application/json; charset=utf-8")
    assert data == {"key": "k", "subject": MESSAGE.subject, "body": MESSAGE.body, "data": {"n": 1}}
    assert [g[0] for g in server.got] == ["/ok", "/broken", "/moved"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/secret",
        "http://127.0.0.1:1/secret",
        "secret",
        "",
        "http://127.0.0.1:secret/",
        "http://127.0.0.1:1/secret part",
        "http://[secret/",
        "http:///secret",
    ],
)
def test_a_webhook_that_cannot_be_reached_is_reported_without_its_url(url: str) -> None:
    with pytest.raises(NotSentError) as caught:
        post(url, MESSAGE)
    assert "secret" not in str(caught.value)


# apprise loads all its plugins, and one of them imports what Python 3.13 took out
loads_apprise = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@loads_apprise
def test_apprise_sends_to_a_service_and_a_failure_keeps_the_secret(capfd: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("apprise", reason="needs the extra newsarchive[notify]")
    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.got = []  # type: ignore[attr-defined]
    with serving(server) as port:
        urls = tuple(f"json://me:secret@127.0.0.1:{port}/{path}" for path in ("ok", "broken", "moved"))
        urls += ("xyz://secret", "slack://secret")
        by_url = dict(zip(urls, channels(NotifyConfig(apprise=urls)).items(), strict=True))
        for name, send in by_url.values():
            if name == by_url[urls[0]][0]:
                send(MESSAGE)
                continue
            with pytest.raises(NotSentError) as caught:
                send(MESSAGE)
            assert "secret" not in f"{name} {caught.value}"
    first, *others = server.got  # type: ignore[attr-defined]
    assert (first[0], first[2]["title"], first[2]["message"]) == ("/ok", MESSAGE.subject, MESSAGE.body)
    assert [got[0] for got in others] == ["/broken", "/moved"]
    assert "secret" not in "".join(capfd.readouterr())


def test_each_apprise_url_is_a_channel_of_its_own_named_without_its_secret() -> None:
    urls = ("ntfy://secret-topic", "tgram://123:secret/1", "ntfy://other-secret")
    names = list(channels(NotifyConfig(apprise=urls)))
    assert names == list(channels(NotifyConfig(apprise=urls[::-1])))[::-1]
    assert [name.partition("-")[0] for name in names] == ["ntfy", "tgram", "ntfy"]
    assert len(set(names)) == 3
    assert "secret" not in str(names)


def test_without_apprise_the_next_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    (send,) = channels(NotifyConfig(apprise=("ntfy://secret",))).values()
    with pytest.raises(NotSentError, match=r"pip install 'newsarchive\[notify\]'"):
        send(MESSAGE)


def test_mail_goes_out_through_smtp() -> None:
    server = socketserver.TCPServer(("127.0.0.1", 0), Smtp)
    server.got = []  # type: ignore[attr-defined]
    with serving(server) as port:
        config = NotifyConfig(
            smtp_host="127.0.0.1", smtp_port=port, smtp_from="a@x.example", smtp_to=("b@x.example",)
        )
        channels(config)["mail"](MESSAGE)
        refused = NotifyConfig(smtp_host="127.0.0.1", smtp_port=port, smtp_to=("nobody@x.example",))
        with pytest.raises(NotSentError):
            channels(refused)["mail"](MESSAGE)
    assert b"Subject: [newsarchive] gazette: alive but empty" in server.got[0]  # type: ignore[attr-defined]


def test_no_subject_can_smuggle_a_header() -> None:
    mail = mail_of(
        NotifyConfig(smtp_to=("b@x.example",)), Message(key="k", subject="a\r\nBcc: c@x.example", body="b")
    )
    assert mail["Subject"] == "[newsarchive] a Bcc: c@x.example"
    assert mail["Bcc"] is None


def test_a_command_gets_the_message_on_its_standard_input(tmp_path: Path) -> None:
    script = tmp_path / "tell me.py"
    out = tmp_path / "out"
    script.write_text(
        "import os, sys\n"
        f"open({str(out)!r}, 'w').write(sys.stdin.read() + os.environ['NEWSARCHIVE_DATA'])\n"
        "sys.exit('no' if len(sys.argv) > 1 else 0)\n"
    )
    run_command(f"{sys.executable} '{script}'", MESSAGE)
    assert out.read_text() == f'{MESSAGE.subject}\n\n{MESSAGE.body}\n{{"n": 1}}'
    with pytest.raises(NotSentError, match="ended with 1: no"):
        run_command(f"{sys.executable} '{script}' fail", MESSAGE)
    for broken in ("/nowhere/at-all", "'unclosed", ""):
        with pytest.raises(NotSentError):
            run_command(broken, MESSAGE)


def test_only_configured_channels_are_there() -> None:
    assert channels(NotifyConfig()) == {}
    assert set(channels(NotifyConfig(command="x", webhook="http://x.example/"))) == {"command", "webhook"}
    assert summary([MESSAGE]) == f"{MESSAGE.subject}: {MESSAGE.body}"
