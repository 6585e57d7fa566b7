"""Keeps a test's processes on this machine: what would send a packet elsewhere fails, and is written down.

Python imports this file at its start where its folder is in PYTHONPATH, as `tests/conftest.py` sets it for the tests and
every Python process that they start (but where a test gives its processes a sitecustomize of its own; browsers get rules of
name resolution). A name is looked up only if that needs no name server. Tested in tests/test_loopback_only.py.
"""

from __future__ import annotations

import os
import sys
from ipaddress import ip_address
from typing import Any

ASKED = "NEWSARCHIVE_TESTS_ASKED"  # the file that gets a line for each attempt
LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
SENDS = {"socket.connect", "socket.sendto", "socket.sendmsg"}


def leaves(event: str, arguments: tuple[Any, ...]) -> str:
    """Return the host that an audit event would send a packet for; empty if it sends none outside loopback.

    A name with a blank is refused by the system's resolver itself, before it asks anybody; its own name the machine knows.
    """
    host = arguments[0] if event in LOOKUPS else None
    if event in SENDS and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    text = host.decode("latin-1") if isinstance(host, bytes) else host
    if not isinstance(text, str) or text in ("", "localhost", os.uname().nodename) or " " in text:
        return ""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return text
    return "" if event in LOOKUPS or address.is_loopback or address.is_unspecified else text


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Fail what would leave this machine."""
    if event in LOOKUPS | SENDS and (host := leaves(event, arguments)):
        with open(os.environ[ASKED], "a", encoding="utf-8") as asked:  # noqa: PTH123 - pathlib isn't loaded yet
            asked.write(f"{event} {host} by {' '.join(sys.argv)[:200]}\n")
        import socket  # not at each start of Python

        why = f"a test would leave this machine: {event} {host}"
        raise socket.gaierror(socket.EAI_NONAME, why) if event in LOOKUPS else OSError(why)


if ASKED in os.environ:
    sys.addaudithook(refuse)
