"""Tells systemd that a watch is up, alive, or ending: the messages of `sd_notify(3)` on the socket that $NOTIFY_SOCKET names.

Without that variable nothing is sent. A message that can't be sent is dropped: following goes on without systemd.
Tested in tests/schedule/test_sd_notify.py.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress

SHARE = 3  # messages of being alive in one period of the watchdog


class SystemdNotifier:
    """Sends the messages of one service.

    Args:
        address: Of the socket, a path or `@name`; empty = send nothing.
        watchdog: Seconds within which systemd wants to hear that the service is alive; 0 = it doesn't.
        monotonic: The clock.
    """

    def __init__(
        self, address: str = "", watchdog: float = 0.0, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._address, self._monotonic = address, monotonic
        self.every = watchdog / SHARE if address else 0.0  # seconds between two messages of being alive
        self._next = 0.0

    @classmethod
    def from_environment(cls, environment: MutableMapping[str, str]) -> SystemdNotifier:
        """Return the one that systemd's variables ask for, and remove these: no child process is the service."""
        address = environment.pop("NOTIFY_SOCKET", "")
        period, pid = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
        is_ours = period.isascii() and period.isdecimal() and pid in ("", str(os.getpid()))
        return cls(address, int(period) / 1e6 if is_ours else 0.0)

    def ready(self) -> None:
        """Say that the service is up."""
        self._send("READY=1")

    def alive(self) -> None:
        """Say that it is alive; not more often than is asked for."""
        now = self._monotonic()
        if self.every and now >= self._next:
            self._next = now + self.every
            self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Say in a line how it goes, for `systemctl status`."""
        self._send(f"STATUS={' '.join(text.split())}")

    def stopping(self) -> None:
        """Say that it is ending."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with (
            suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender,
        ):
            sender.sendto(message.encode("utf-8", "replace"), socket.MSG_DONTWAIT, address)
