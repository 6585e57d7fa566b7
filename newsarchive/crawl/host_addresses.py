"""Which hosts of an outlet are at one address, and so share a delay.

Looks up the hosts of an outlet once it has several; connects to none (the guard sees each connection anyway).
Tested in tests/crawl/test_shared_pace.py.
"""

from __future__ import annotations

import asyncio
import socket

from scrapy import Request
from scrapy.utils.httpobj import urlparse_cached

from newsarchive.crawl.address_guard import SCHEMES, AddressGuard


class HostAddresses:
    """The addresses of a run's hosts. Hosts of two outlets are never compared: those behind one content network have
    an address in common, and one sick outlet would hold up all others."""

    def __init__(self, guard: AddressGuard) -> None:
        self._guard = guard
        self._dialled: dict[str, dict[str, tuple[str, int]]] = {}  # outlet -> host -> what is dialled for it
        self._found: dict[str, frozenset[str]] = {}
        self._finding: dict[str, asyncio.Lock] = {}  # by outlet
        self._neighbours: dict[str, list[str]] = {}

    async def find(self, outlet: str, host: str, request: Request) -> None:
        """Look up the addresses of `host` and of the outlet's other hosts, if there are any; each once."""
        hosts = self._dialled.setdefault(outlet, {})
        if host in self._found:
            return
        parts = urlparse_cached(request)
        hosts[host] = self._guard.dial(parts.hostname or "", parts.port or SCHEMES.get(parts.scheme, 0))
        if len(hosts) == 1:
            return
        async with self._finding.setdefault(outlet, asyncio.Lock()):
            for name in [name for name in hosts if name not in self._found]:
                self._found[name] = await _addresses(*hosts[name])
        found = {name: self._found[name] for name in hosts if name in self._found}
        for name, addresses in found.items():
            self._neighbours[name] = [n for n, theirs in found.items() if n != name and theirs & addresses]

    def neighbours(self, host: str) -> list[str]:
        """Return the outlet's other hosts at this host's address."""
        return self._neighbours.get(host, [])


async def _addresses(host: str, port: int) -> frozenset[str]:
    """The addresses of a host; none where they can't be found."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return frozenset()
    return frozenset(str(address[0]) for *_, address in found)
