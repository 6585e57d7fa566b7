"""No test sends a packet to another machine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.loopback_only.sitecustomize import ASKED, leaves


@pytest.mark.parametrize(
    ("event", "arguments", "host"),
    [
        ("socket.getaddrinfo", ("no-such-host.test", 80), "no-such-host.test"),
        ("socket.getaddrinfo", (b"x.localhost", 80), "x.localhost"),
        ("socket.getaddrinfo", ("999.1.1.1", 80), "999.1.1.1"),
        ("socket.getaddrinfo", ("no such name", 80), ""),
        ("socket.getaddrinfo", ("192.0.2.1", 80), ""),
        ("socket.getaddrinfo", ("localhost", 80), ""),
        ("socket.getaddrinfo", (None, 80), ""),
        ("socket.gethostbyname", ("e.test",), "e.test"),
        ("socket.gethostbyaddr", (os.uname().nodename,), ""),
        ("socket.connect", (None, ("192.0.2.1", 80)), "192.0.2.1"),
        ("socket.connect", (None, ("fe80::1%eth0", 80, 0, 2)), "fe80::1%eth0"),
        ("socket.connect", (None, ("127.8.9.1", 80)), ""),
        ("socket.connect", (None, ("::1", 80, 0, 0)), ""),
        ("socket.connect", (None, "/run/socket"), ""),
        ("socket.sendto", (None, ("192.0.2.1", 53)), "192.0.2.1"),
        ("open", ("/etc/hosts", "r", 0), ""),
    ],
)
def test_what_leaves_the_machine(event: str, arguments: tuple[object, ...], host: str) -> None:
    assert leaves(event, arguments) == host


def test_a_process_that_a_test_starts_can_look_up_no_name(tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    words = [sys.executable, "-c", "import socket; socket.getaddrinfo('no-such-host.test', 80)"]
    done = subprocess.run(
        words, env=os.environ | {ASKED: str(asked)}, capture_output=True, text=True, check=False
    )
    assert "a test would leave this machine" in done.stderr
    assert asked.read_text().startswith("socket.getaddrinfo no-such-host.test")
