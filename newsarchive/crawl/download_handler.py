"""The download handler that records the wire: exact bytes both ways, archived before anything is handed on.

A subclass of Scrapy's HTTP/1.1 handler whose connection pool makes protocols that copy what they read
and write. It leans on private names of Scrapy and Twisted; `tests/crawl/test_contracts.py` holds one test
for each. Never hands on a response that isn't on disk. Tested in tests/crawl/test_wire_bytes.py.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.defer import fail
from twisted.internet.error import ConnectionDone
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.client import Agent
from twisted.web.http_headers import Headers

from newsarchive.crawl.address_guard import SCHEMES
from newsarchive.crawl.answer_parser import AnswerParser
from newsarchive.crawl.bodies import beginning, cut_short
from newsarchive.crawl.failures import NotFetched, classify
from newsarchive.crawl.fetch import Fetch, Outcome
from newsarchive.crawl.network import AddressRefused, GuardedEndpoints
from newsarchive.crawl.optout import SEARCHED, header_optouts, meta_optouts
from newsarchive.crawl.recording import Recording
from newsarchive.crawl.warc_extension import WarcExtension, exchange_archived
from newsarchive.model import Tls
from newsarchive.warc import keys_of, refused_keys

IDLE = 20  # seconds after which a connection that nobody uses is closed


class RecordingHeaders(Headers):
    """Request headers that carry their recording along, also through the copy that the agent makes."""

    recording: Recording | None = None

    def copy(self) -> RecordingHeaders:
        """Return a copy with the same recording."""
        twin = RecordingHeaders(dict(self.getAllRawHeaders()))
        twin.recording = self.recording
        return twin


class RecordingTransport:
    """A transport that copies what is written."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.recording: Recording | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Record and send."""
        if self.recording is not None:
            self.recording.sent(data)
        self._transport.write(data)

    def writeSequence(self, pieces: Any) -> None:
        """Record and send."""
        pieces = list(pieces)
        if self.recording is not None:
            self.recording.sent(b"".join(pieces))
        self._transport.writeSequence(pieces)


class RecordingProtocol(http11._LenientHTTP11ClientProtocol):
    """The client protocol that copies what it reads, and asks the guard before it writes."""

    archiving: WarcExtension  # set by the handler, on a subclass of its own
    recording: Recording | None = None
    tls: Tls | None = None

    def makeConnection(self, transport: Any) -> None:
        """Put the recorder between protocol and transport."""
        super().makeConnection(RecordingTransport(transport))  # type: ignore[no-untyped-call]

    def request(self, request: Any) -> Any:
        """Send one request, recorded from its first byte; refused peers get none."""
        recording: Recording | None = getattr(request.headers, "recording", None)
        transport: Any = self.transport
        if recording is not None:
            peer = transport.getPeer()
            reason = self.archiving.guard.refuses(recording.host, recording.port, peer.host, peer.port)
            if reason:
                transport.abortConnection()
                return fail(AddressRefused(reason))
            recording.begin(self.archiving.clock.now(), peer.host, peer.port)
        self.recording = transport.recording = recording
        deferred = super().request(request)
        if recording is not None and self._parser is not None:
            parser: Any = self._parser
            parser.__class__ = AnswerParser  # it adds no other state; request() names the class itself
            parser.recording = recording
        return deferred

    def dataReceived(self, data: bytes) -> None:
        """Record, then parse; an answer beyond its limits ends the connection."""
        recording = self.recording
        if recording is None:
            super().dataReceived(data)  # type: ignore[no-untyped-call]
            return
        if recording.too_large:
            return
        if recording.tls is None:
            recording.tls = self.tls = self.tls or self._look_at_tls(recording)
        recording.came(data)
        if recording.too_large:
            self.transport.abortConnection()
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def _look_at_tls(self, recording: Recording) -> Tls | None:
        """The connection's TLS facts, once; until when its certificate is good is put into the report."""
        connection = cast("Any", self.transport).getHandle()
        if not isinstance(connection, SSL.Connection):
            return None
        certificate = connection.get_peer_certificate()
        until = certificate.get_notAfter() if certificate is not None else None
        if until:
            port = "" if recording.port == SCHEMES["https"] else f":{recording.port}"
            moment = datetime.strptime(until.decode("ascii"), "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
            self.archiving.certificates[recording.host + port] = moment
        return _tls_facts(connection, certificate)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Note a connection that was broken off: a reset, or TLS without its last word."""
        if self.recording is not None and not isinstance(reason.value, ConnectionDone):
            self.recording.is_broken = True
        super().connectionLost(reason)  # type: ignore[no-untyped-call]

    def _finishResponse(self, rest: bytes) -> Any:
        """The parser has read the whole answer; `rest` belongs to none."""
        recording: Recording | None = self.recording
        transport: Any = self.transport
        if recording is not None:
            recording.finished(len(rest))
        self.recording = transport.recording = None
        result = super()._finishResponse(rest)
        if rest:
            transport.loseConnection()  # what follows would be taken for the next answer
        return result


class RecordingFactory(http11._LenientHTTP11ClientFactory):
    """Builds tapping protocols."""

    protocol_class: type[RecordingProtocol] = RecordingProtocol

    def buildProtocol(self, _addr: Any) -> RecordingProtocol:
        """Return a tapping protocol for a new connection."""
        return self.protocol_class(self._quiescentCallback)


class RecordingAgent(http11._ScrapyAgent):
    """Scrapy's agent for one request, over guarded endpoints and without proxies."""

    recording: Recording
    endpoints: GuardedEndpoints

    def _get_agent(self, _request: Request, _timeout: float) -> Any:
        from twisted.internet import reactor

        agent = Agent.usingEndpointFactory(reactor, self.endpoints, self._pool)  # type: ignore[no-untyped-call]
        return _Recorded(agent, self.recording)


class _Recorded:
    """An agent whose requests carry a recording."""

    def __init__(self, agent: Any, recording: Recording) -> None:
        self._agent, self._recording = agent, recording

    def request(self, method: bytes, uri: bytes, headers: Headers, body: Any = None) -> Any:
        tapped = RecordingHeaders(dict(headers.getAllRawHeaders()))
        tapped.recording = self._recording
        return self._agent.request(method, uri, tapped, body)


class ArchivingHandler(http11.HTTP11DownloadHandler):
    """Fetches http and https, and archives each exchange before its response is handed on.

    A request's `meta["newsarchive"]` may hold a `Fetch` that says why it is made; the capture comes
    back in it.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._archiving = archiving = WarcExtension.of(crawler)
        self._refused = refused_keys(Path(archiving.plan.archive))
        protocol = type("BoundProtocol", (RecordingProtocol,), {"archiving": archiving})
        factory: Any = type("BoundFactory", (RecordingFactory,), {"protocol_class": protocol})
        self._pool._factory = factory
        self._pool.retryAutomatically = False  # each try is an exchange of its own, and a request that counts
        self._pool.cachedConnectionTimeout = IDLE
        tls = self._contextFactory if archiving.tls is None else archiving.tls
        from twisted.internet import reactor

        self._endpoints = GuardedEndpoints(reactor, archiving.guard, tls, archiving.plan.network.timeout)

    async def download_request(self, request: Request) -> Response:
        """Fetch, archive, make durable, hand on.

        Raises:
            ArchiveNotWritableError: it can't be archived; the crawl is being stopped.
            AddressRefused: the guard refused the address (wrapped or bare).
            NotFetched: the page was purged; nothing is kept of it, not even that it was asked for.
        """
        self._archiving.check()
        if self._refused and not self._refused.isdisjoint(keys_of([request.url])):
            raise NotFetched(Outcome("refused", "purged"))
        fetch = Fetch.begin(request)
        recording = self._recording(request, fetch)
        response, surprise = None, None
        try:
            response = await self._fetch(request, recording)
        except (Exception, asyncio.CancelledError) as error:  # whatever it was, the exchange is kept
            surprise = error
            fetch.failure, fetch.error = classify(error, recording.too_large)
            if fetch.failure == "disconnect" and recording.is_no_answer:
                fetch.failure, fetch.error = "not HTTP", "the answer doesn't begin as one of HTTP does"
                recording.complete = True
            if self._archiving.is_aborted:
                fetch.failure, fetch.error = "stopped", "the crawl was stopped"
        if response is not None:
            self._look_at(response, fetch, recording)
        fetch.size, fetch.seconds, fetch.is_answering = recording.received, recording.seconds, False
        try:
            if request.method != "HEAD" and fetch.failure != "address refused":
                fetch.capture = await self._archiving.keep(request.url, recording, fetch)
        finally:
            recording.close()
        self._crawler.signals.send_catch_log(
            exchange_archived, request=request, fetch=fetch, response=response
        )
        if surprise is not None:
            raise surprise
        if response is None:
            raise RuntimeError("neither response nor error")
        return response

    def _look_at(self, response: Response, fetch: Fetch, recording: Recording) -> None:
        """Note a cut, and what the page says against being archived."""
        if "dataloss" in response.flags:
            fetch.failure, fetch.error = "disconnect", "the answer was cut short"
            return
        is_broken = recording.is_broken and "partial" in response.flags
        limit = self._archiving.plan.network.max_body
        if response.body and (how := cut_short(response.body, _coding(response), limit, is_broken=is_broken)):
            recording.complete = False
            fetch.failure, fetch.error = "disconnect", f"the answer was cut short: {how}"
            return
        if fetch.is_guess and b"html" not in (response.headers.get("Content-Type") or b"html").lower():
            fetch.reason = "probe"
        said = optouts_of(response, self._archiving.agent)
        if said and fetch.reason != "robots":
            fetch.extra = {**fetch.extra, "optout": list(said)}
            if self._archiving.plan.crawl.obey_optout:
                fetch.failure, fetch.error = "opted out", ", ".join(said)

    def _recording(self, request: Request, fetch: Fetch) -> Recording:
        network = self._archiving.plan.network
        parts = urlparse_cached(request)

        def begun() -> None:
            fetch.is_answering = True

        return Recording(
            host=parts.hostname or "",
            port=parts.port or SCHEMES.get(parts.scheme, 0),
            started_at=self._archiving.clock.now(),
            max_header=network.max_header,
            max_wire=network.max_body + network.max_body // 8 + network.max_header,
            on_answer=begun,
        )

    async def _fetch(self, request: Request, recording: Recording) -> Response:
        agent = RecordingAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._archiving.plan.network.max_body,
            warnsize=0,
            fail_on_dataloss=self._fail_on_dataloss,
            crawler=self._crawler,
            tls_verbose_logging=False,
        )
        agent.recording, agent.endpoints = recording, self._endpoints
        deferred = agent.download_request(request)
        with wrap_twisted_exceptions(), self._archiving.under_way(deferred):
            return await maybe_deferred_to_future(deferred)


def optouts_of(response: Response, agent: str) -> tuple[str, ...]:
    """Return what headers and, in an HTML page, meta elements say against archiving."""
    headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    said = header_optouts(headers, agent)
    kind = (response.headers.get(b"Content-Type") or b"text/html").lower()
    if b"html" not in kind or not response.body:
        return said
    return said + meta_optouts(beginning(response.body, _coding(response), SEARCHED), agent)


def _coding(response: Response) -> str:
    return b", ".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1")


def _tls_facts(connection: SSL.Connection, certificate: Any) -> Tls:
    """Version, cipher and certificate of a connection."""
    fingerprint = certificate.digest("sha256").decode("ascii").replace(":", "").lower() if certificate else ""
    return Tls(
        version=connection.get_protocol_version_name().lower().replace("tlsv", "tls/"),
        cipher=connection.get_cipher_name() or "",
        certificate_sha256=fingerprint,
    )
