"""The messages to systemd, as a datagram socket gets them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from newsarchive.schedule.sd_notify import SystemdNotifier


@pytest.fixture(params=["path", "abstract"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    """The address of a socket, and the socket."""
    address = str(tmp_path / "notify") if request.param == "path" else f"@newsarchive-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address.replace("@", "\0", 1))
        listener.setblocking(False)
        yield address, listener


def heard(listener: socket.socket) -> list[str]:
    found = []
    while True:
        try:
            found.append(listener.recv(4096).decode())
        except BlockingIOError:
            return found


def test_a_service_says_that_it_is_up_alive_and_ending(listening: tuple[str, socket.socket]) -> None:
    address, listener = listening
    now = [100.0]
    notifier = SystemdNotifier(address, 30.0, monotonic=lambda: now[0])
    notifier.ready()
    notifier.status("Crawl 1:\n 2 pages")
    for at in (100.0, 101.0, 109.9, 110.0, 125.0):
        now[0] = at
        notifier.alive()
    notifier.stopping()
    assert heard(listener) == [
        "READY=1",
        "STATUS=Crawl 1: 2 pages",
        "WATCHDOG=1",
        "WATCHDOG=1",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


@pytest.mark.parametrize(
    ("variables", "every"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 10.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 10.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({"WATCHDOG_USEC": "²"}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_watchdogs_period_is_systemds_and_no_child_inherits_the_variables(
    variables: dict[str, str], every: float
) -> None:
    environment = {"NOTIFY_SOCKET": "/run/none", "PATH": "/bin", **variables}
    assert SystemdNotifier.from_environment(environment).every == pytest.approx(every)
    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("address", ["", "/nowhere/at/all", "@nobody-listens-here", "/" + "x" * 300])
def test_where_nobody_listens_nothing_happens(address: str) -> None:
    notifier = SystemdNotifier(address, 3.0)
    notifier.ready()
    notifier.alive()
    notifier.stopping()
    assert notifier.every == (1.0 if address else 0.0)
