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
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from newsarchive.config import NetworkConfig
from newsarchive.errors import ConfigError

SCHEMES = {"http": 80, "https": 443}

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Blocks whose last 32 bits are an IPv4 address that is judged instead: what networks with NAT64 give for every host.
_CARRIERS = (ipaddress.IPv6Network("::ffff:0:0/96"), ipaddress.IPv6Network("64:ff9b::/96"))
_UNICAST = ipaddress.IPv6Network("2000::/3")  # nothing else was given out to hosts (RFC 4291)


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

    Every block of `special_addresses.tsv` is refused, also those that are reachable (no outlet is there), and whatever
    isn't globally routable. An IPv4 address in its mapped or NAT64 spelling is judged as itself.
    """
    try:
        found: Address = ipaddress.ip_address(address.split("%", 1)[0])
    except ValueError:
        return f"'{address}' is not an IP address"
    inner = _unwrap(found)
    is_public = inner.is_global and (inner.version == 4 or inner in _UNICAST)
    if is_public and not any(inner in block for block in special_blocks()):
        return None
    shown = str(found) if inner is found else f"{found}, which holds {inner},"
    return f"{shown} is not a public address"


@cache
def special_blocks() -> tuple[Network, ...]:
    """Return the blocks of `special_addresses.tsv`."""
    lines = Path(__file__).with_name("special_addresses.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(ipaddress.ip_network(line.split("\t", 1)[0]) for line in lines if not line.startswith("#"))


def _unwrap(address: Address) -> Address:
    """The IPv4 address that an IPv6 one carries, or the address itself."""
    if isinstance(address, ipaddress.IPv6Address) and any(address in block for block in _CARRIERS):
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
