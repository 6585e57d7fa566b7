"""The newsroom in a process of its own, and its control channel."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.config import parse_toml
from tests.newsroom import Newsroom, NewsroomChild, NewsroomError
from tests.newsroom.control import run_command


def test_a_child_serves_and_takes_commands(tmp_path: Path):
    options = {"stories": 6, "speed": 0, "start": "2026-11-02T06:00:00+00:00", "dir": tmp_path, "days": 2}
    with NewsroomChild(**options) as child:
        assert [o["name"] for o in child.addresses["outlets"]][:2] == ["courier", "harbour"]
        assert Path(child.addresses["ca_file"]).is_file()
        network = parse_toml((tmp_path / "network.toml").read_text(), tmp_path)["network"]
        assert network["connect_to"] == child.addresses["connect_to"]
        assert child.advance(timedelta(hours=1)) == "2026-11-02T07:00:00+00:00"
        url = child.urls("harbour")[0]
        assert child.edit(url, "headline", title="Ministers agree")["title"] == "Ministers agree"
        assert child.command("truth", where=url)["story"]["title"] == "Ministers agree"
        assert child.publish("mirat", title="خبر")["title"] == "خبر"
        assert url.endswith(child.delete(url, status=410)["path"])
        assert [h["kind"] for h in child.history()[-3:]] == ["headline", "publish", "delete-410"]
        child.fault("503", "courier", retry_after=5, times=1)
        child.noise(False)
        child.clear_faults()
        assert child.log() == []
        assert child.command("script")["script"]
        with pytest.raises(NewsroomError, match="nowhere"):
            child.edit("/nowhere", "headline")


def test_a_child_ends_when_it_is_told_to():
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.newsroom", "--no-tls", "--stories", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["ok"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_child_that_cant_start_says_why(capfd: pytest.CaptureFixture[str]):
    with pytest.raises(NewsroomError), NewsroomChild(outlets="tribune"):
        pass
    assert "tribune" in capfd.readouterr().err


@pytest.mark.parametrize(
    "line",
    ["", "[]", "hello", '{"do": "fly"}', '{"go": 1}', '{"do": "noise"}', '{"do": "advance", "days": -1}'],
)
def test_a_mistaken_command_is_answered(room: Newsroom, line: str):
    assert run_command(room, line)["ok"] is False


def test_every_command_is_answered(room: Newsroom):
    url = room.outlets["courier"].urls()[0]
    orders = [
        {"do": "where"},
        {"do": "urls", "outlet": "courier"},
        {"do": "advance", "hours": 1},
        {"do": "fault", "kind": "503", "retry_after": "2026-11-02T08:00:00Z"},
        {"do": "clear_faults"},
        {"do": "delete", "where": url},
        {"do": "restore", "where": url},
        {"do": "log", "clear": True},
        {"do": "truth", "where": url, "at": "2026-11-02T06:30:00Z"},
        {"do": "history"},
    ]
    for command in orders:
        given = run_command(room, json.dumps(command))
        assert given["ok"], given
        json.dumps(given)
