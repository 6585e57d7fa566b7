"""Which addresses and schemes a connection may go to.

Pure: host names, addresses and lists in, a reason for refusing (or none) out. It resolves nothing and
connects nowhere; `network.py` asks it three times for each connection (each resolved address, the
address that is dialled, the peer before a byte is sent). Tested in tests/crawl/test_address_guard.py.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from newsarchive.config import NetworkConfig
from newsarchive.errors import ConfigError

SCHEMES = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Prefixes that wrap an IPv4 address (RFC 6052, RFC 8215) or that no public host has.
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/96"))
_COMPATIBLE = ipaddress.ip_network("::/96")


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressGuard:
    """The network section of a plan, made ready: what is allowed, what is dialled elsewhere."""

    allow: frozenset[tuple[str, int]] = frozenset()  # (host or address, port)
    connect_to: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict)

    @classmethod
    def from_config(cls, network: NetworkConfig) -> AddressGuard:
        """Return the guard for `[network]`.

        Raises:
            ConfigError: an entry of `allow` or `connect_to` that can't be read.
        """
        return cls(
            allow=frozenset(_allow_entry(entry) for entry in network.allow),
            connect_to=dict(_connect_entry(entry) for entry in network.connect_to),
        )

    def dial(self, host: str, port: int) -> tuple[str, int]:
        """Return the host (or address) and port that are really dialled for `host:port`."""
        return self.connect_to.get((clean_host(host), port), (host, port))

    def refuses(self, host: str, port: int, address: str, address_port: int) -> str | None:
        """Return why a connection for `host:port` mustn't go to `address:address_port`; None if it may."""
        if (clean_host(host), port) in self.allow or (clean_host(address), address_port) in self.allow:
            return None
        return refuses_address(address)


def refuses_address(address: str) -> str | None:
    """Return why nobody may connect to this address; None for a public one.

    Whatever isn't globally routable is refused, also when it hides in an IPv6 spelling (mapped,
    compatible, 6to4, Teredo, NAT64).
    """
    try:
        found: Address = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return f"'{address}' is not an IP address"
    inner = _unwrap(found)
    if inner.is_global and not inner.is_multicast:
        return None
    shown = str(found) if inner is found else f"{found}, which holds {inner},"
    return f"{shown} is not a public address"


def _unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries, or the address itself."""
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in net for net in _NAT64) or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def address_in_host(host: str) -> str | None:
    """Return the address that a URL's host spells, in any way a C library reads (`127.1`, `0x7f.1`,
    `2130706433`, `[::1]`); None for a name."""
    bare = host.strip("[]").rstrip(".")
    if ":" in bare:
        try:
            return str(ipaddress.ip_address(bare.split("%", 1)[0]))
        except ValueError:
            return None
    if not bare or not all(part[:1].isdigit() for part in bare.split(".")):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(bare))
    except OSError:
        return None


def clean_host(host: str) -> str:
    """Return `host` as it is compared: lower case, no brackets, no dot at the end."""
    return host.strip("[]").rstrip(".").lower()


def _allow_entry(entry: str) -> tuple[str, int]:
    host, colon, port = entry.rpartition(":")
    if not colon or not host or not port.isdigit():
        raise ConfigError(
            f"'{entry}' in network.allow is not host:port",
            next_step='Write it as "example.org:8080" or "127.0.0.1:8080"',
        )
    return clean_host(host), int(port)


def _connect_entry(entry: str) -> tuple[tuple[str, int], tuple[str, int]]:
    parts = _split_outside_brackets(entry)
    if len(parts) != 4 or not parts[1].isdigit() or not parts[3].isdigit() or not all(parts):
        raise ConfigError(
            f"'{entry}' in network.connect_to is not host:port:address:port",
            next_step='Write it as "example.org:443:127.0.0.1:8443"',
        )
    return (clean_host(parts[0]), int(parts[1])), (clean_host(parts[2]), int(parts[3]))


def _split_outside_brackets(text: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if char == ":" and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def host_port(url: str) -> str:
    """Return the host of the request, with its port unless that is the scheme's own: `example.org`, `127.0.0.1:8000`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port is None or port == SCHEMES.get(parts.scheme) else f"{host}:{port}"
