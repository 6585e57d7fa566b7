"""Where connections go: a resolver and a dialler that ask the guard, and the TLS policy.

Uses Twisted's public interfaces, but for two of its TLS module. Refuses before it connects: each resolved address, then the
address that is dialled; the tap asks a third time for the peer. Never uses a proxy.
Tested in tests/crawl/test_network.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from twisted.internet._sslverify import ClientTLSOptions, IOpenSSLTrustRoot
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import (
    IHostnameResolver,
    IReactorPluggableNameResolver,
    IResolutionReceiver,
)
from twisted.internet.ssl import CertificateOptions, optionsForClientTLS, platformTrust
from twisted.web.client import URI
from twisted.web.error import SchemeNotSupported
from twisted.web.iweb import IAgentEndpointFactory, IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from newsarchive.crawl.address_guard import SCHEMES, AddressGuard, address_in_host
from newsarchive.errors import ConfigError


class AddressRefused(ConnectError):
    """The guard refused an address; no connection was made, or no byte was sent on it."""

    def __init__(self, reason: str) -> None:
        super().__init__(string=reason)  # type: ignore[no-untyped-call]
        self.reason = reason

    def __str__(self) -> str:
        return self.reason


@implementer(IResolutionReceiver)
class _Filter:
    """Passes on what the guard lets through, with the port that is dialled."""

    def __init__(self, receiver: Any, guard: AddressGuard, host: str, port: int, dialled: int) -> None:
        self._receiver, self._guard = receiver, guard
        self._host, self._port, self._dialled = host, port, dialled
        self.refused = ""
        self.passed = 0

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if not isinstance(address, IPv4Address | IPv6Address):
            return
        reason = self._guard.refuses(self._host, self._port, address.host, self._dialled)
        if reason:
            self.refused = reason
            return
        self.passed += 1
        self._receiver.addressResolved(type(address)(address.type, address.host, self._dialled))

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves names with the system's resolver, after `connect_to`, and drops refused addresses."""

    def __init__(self, inner: Any, guard: AddressGuard) -> None:
        self._inner, self._guard = inner, guard
        self.refused = ""  # why the last answers were dropped, if all were

    def resolveHostName(
        self,
        resolutionReceiver: Any,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> Any:
        name, port = self._guard.dial(hostName, portNumber)
        sieve = _Filter(resolutionReceiver, self._guard, hostName, portNumber, port)
        complete = sieve.resolutionComplete

        def note() -> None:
            self.refused = sieve.refused if not sieve.passed else ""
            complete()

        sieve.resolutionComplete = note  # type: ignore[method-assign]
        return self._inner.resolveHostName(sieve, name, port, addressTypes, transportSemantics)


@implementer(IReactorPluggableNameResolver)
class GuardedReactor:
    """The reactor as one connection to `host:port` sees it: its resolver and its dialler ask the guard."""

    def __init__(self, reactor: Any, guard: AddressGuard, host: str, port: int) -> None:
        self._reactor, self._guard, self._host, self._port = reactor, guard, host, port
        self.nameResolver = GuardedResolver(reactor.nameResolver, guard)

    def installNameResolver(self, resolver: Any) -> Any:
        """Do nothing: the real reactor keeps its resolver."""
        return self._reactor.installNameResolver(resolver)

    def connectTCP(self, host: str, port: int, factory: Any, *args: Any, **kwargs: Any) -> Any:
        """Connect to a literal address, if the guard lets it."""
        reason = self._guard.refuses(self._host, self._port, host, port)
        if reason:
            raise AddressRefused(reason)
        return self._reactor.connectTCP(host, port, factory, *args, **kwargs)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reactor, name)


class GuardedEndpoint:
    """A client endpoint whose failure says so when the guard was the reason."""

    def __init__(self, inner: Any, resolver: GuardedResolver, label: str) -> None:
        self._inner, self._resolver, self._label = inner, resolver, label

    def connect(self, factory: Any) -> Any:
        """Connect as the inner endpoint does."""
        deferred = self._inner.connect(factory)
        deferred.addErrback(self._explain)
        return deferred

    def _explain(self, failure: Any) -> Any:
        if self._resolver.refused:
            raise AddressRefused(self._resolver.refused)
        return failure

    def __repr__(self) -> str:
        return f"<GuardedEndpoint {self._label}>"


@implementer(IAgentEndpointFactory)
class GuardedEndpoints:
    """Makes the endpoint for each URL: guarded, under `connect_to`, TLS with the host's own name.

    Args:
        timeout: Seconds for one connection attempt.
    """

    def __init__(self, reactor: Any, guard: AddressGuard, tls: Any, timeout: float) -> None:
        self._reactor, self._guard, self._tls, self._timeout = reactor, guard, tls, timeout

    def endpointForURI(self, uri: URI) -> Any:
        """Return the endpoint for one URL.

        Raises:
            SchemeNotSupported: neither http nor https.
            AddressRefused: the host spells an address that is refused.
        """
        scheme, host = uri.scheme.decode("ascii"), uri.host.decode("ascii")
        if scheme not in SCHEMES:
            raise SchemeNotSupported(f"only http and https are fetched, not {scheme}")
        name, port = self._guard.dial(host, uri.port)
        literal = address_in_host(name)
        reason = self._guard.refuses(host, uri.port, literal, port) if literal else None
        if reason:
            raise AddressRefused(reason)
        reactor = GuardedReactor(self._reactor, self._guard, host, uri.port)
        endpoint: Any = HostnameEndpoint(reactor, host.strip("[]"), uri.port, timeout=self._timeout)
        if scheme == "https":
            endpoint = wrapClientTLS(self._tls.creatorForNetloc(uri.host, uri.port), endpoint)
        return GuardedEndpoint(endpoint, reactor.nameResolver, f"{scheme}://{host}:{uri.port}")


@implementer(IOpenSSLTrustRoot)
class _SystemAndFile:
    """Trusts the system's authorities and those of one PEM file."""

    def __init__(self, ca_file: str) -> None:
        self._ca_file = ca_file

    def _addCACertsToContext(self, context: SSL.Context) -> None:
        context.set_default_verify_paths()
        context.load_verify_locations(self._ca_file)


def _check_authorities(ca_file: str) -> None:
    try:
        SSL.Context(SSL.TLS_METHOD).load_verify_locations(ca_file)
    except SSL.Error as error:
        raise ConfigError(
            "no certificate authorities can be read from network.ca_file",
            where=ca_file,
            next_step="Give a file in PEM format, relative to the archive",
        ) from error


@implementer(IPolicyForHTTPS)
class VerifyingPolicy:
    """Certificates are verified, against the system's authorities and `ca_file` if there is one.

    All hosts share one context: reading the authorities costs some 6 ms and half a megabyte each time.

    Raises:
        ConfigError: `ca_file` is absent or holds no certificate.
    """

    def __init__(self, ca_file: str = "") -> None:
        if ca_file:
            _check_authorities(ca_file)
        trust: Any = _SystemAndFile(ca_file) if ca_file else platformTrust()  # type: ignore[no-untyped-call]
        self._trust = trust
        self._shared = CertificateOptions(trustRoot=trust)
        self._kept: dict[bytes, Any] = {}

    def creatorForNetloc(self, hostname: bytes, _port: int) -> Any:
        """Return the TLS options for one host (any port)."""
        name = hostname.strip(b"[]")
        if name not in self._kept:
            self._kept[name] = self._options(name.decode("ascii"))
        return self._kept[name]

    def _options(self, name: str) -> Any:
        make = getattr(self._shared, "_makeTLSConnection", None)
        if make is None:  # Twisted before 26.4 keeps the host's name in the context
            return optionsForClientTLS(name, trustRoot=self._trust)
        return ClientTLSOptions(make, name)


@lru_cache(maxsize=8)
def _policy(ca_file: str, _changed: int) -> VerifyingPolicy:
    return VerifyingPolicy(ca_file)


def policy_for(ca_file: str = "") -> VerifyingPolicy:
    """Return the policy for an authority file, one for the life of the process until the file changes: each
    context takes more than a megabyte, and OpenSSL doesn't give it back between two plans.

    Raises:
        ConfigError: as `VerifyingPolicy`.
    """
    try:
        changed = Path(ca_file).stat().st_mtime_ns if ca_file else 0
    except OSError:
        changed = 0  # VerifyingPolicy says what is wrong with it
    return _policy(ca_file, changed)
