"""The private names of Scrapy and Twisted that the tap leans on, one test each.

If one fails after an upgrade, the sentence says what to look at. The pins in pyproject.toml are the range in
which these were seen to pass.
"""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from twisted.internet import _sslverify
from twisted.web import _newclient, client
from twisted.web.http_headers import Headers, InvalidHeaderName


def has(thing: Any, name: str, advice: str) -> Any:
    """The attribute, or a failure with advice."""
    if not hasattr(thing, name):
        pytest.fail(f"{thing!r} has no {name} any more: {advice}")
    return getattr(thing, name)


def parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


def source(function: Any) -> str:
    return inspect.getsource(function)


def test_scrapys_lenient_protocol() -> None:
    kind = has(
        http11,
        "_LenientHTTP11ClientProtocol",
        "let RecordingProtocol subclass twisted's HTTP11ClientProtocol.",
    )
    assert issubclass(kind, _newclient.HTTP11ClientProtocol), (
        "RecordingProtocol's base no longer is Twisted's client protocol: its dataReceived and _finishResponse may never be called."
    )


def test_twisteds_parser_has_the_state_that_ours_goes_on_with() -> None:
    made: Any = _newclient.HTTPClientParser(None, None)  # type: ignore[no-untyped-call]
    made.connectionMade()
    for name in ("state", "headers", "connHeaders", "bodyDecoder", "_responseDeferred", "_everReceivedData"):
        has(made, name, "AnswerParser takes the place of Twisted's parser after it is made: set it there.")
    assert {"headerReceived", "switchToBodyMode", "_finished", "connectionLost"} <= set(dir(made))
    text = source(_newclient.HTTPClientParser.connectionLost)
    for name in ("self.bodyDecoder.noMoreData()", "PotentialDataLoss", "_DataLoss"):
        assert name in text, f"the end of a connection is no longer reported by {name}: see AnswerParser."


def test_twisteds_response_is_made_and_fed_by_its_parser() -> None:
    names = parameters(_newclient.Response._construct)
    assert names == ["version", "code", "phrase", "headers", "_transport", "request"]
    for name in ("_bodyDataReceived", "_bodyDataFinished"):
        has(_newclient.Response, name, "AnswerParser hands the body on through it.")


def test_scrapys_lenient_factory() -> None:
    kind = has(
        http11, "_LenientHTTP11ClientFactory", "let RecordingFactory subclass twisted's _HTTP11ClientFactory."
    )
    assert parameters(kind.buildProtocol) == ["self", "addr"], (
        "RecordingFactory.buildProtocol must follow the new signature."
    )
    made = kind(lambda protocol: None, "label")
    has(
        made,
        "_quiescentCallback",
        "RecordingFactory hands it to the protocol, else no connection is used again.",
    )


def test_scrapys_agent_for_one_request() -> None:
    kind = has(
        http11, "_ScrapyAgent", "ArchivingHandler._fetch makes one for each request; find its successor."
    )
    assert parameters(has(kind, "_get_agent", "RecordingAgent overrides it to use guarded endpoints; without it requests go round the guard!")) == [
        "self", "request", "timeout",
    ], "RecordingAgent._get_agent must follow the new signature, or requests go round the guard."  # fmt: skip
    assert "self._get_agent(request, timeout)" in source(kind.download_request), (
        "download_request no longer asks _get_agent: requests may go round the guard and the tap."
    )
    wanted = {
        "contextFactory",
        "bindAddress",
        "pool",
        "maxsize",
        "warnsize",
        "fail_on_dataloss",
        "crawler",
        "tls_verbose_logging",
    }
    assert wanted <= set(parameters(kind.__init__)), (
        "ArchivingHandler._fetch must pass the agent's new arguments."
    )


def test_scrapys_agent_calls_request_with_the_headers_third() -> None:
    text = source(http11._ScrapyAgent.download_request)
    assert "agent.request(" in text, "_Recorded.request must stand in for what download_request calls now."
    assert parameters(client.Agent.request)[1:4] == ["method", "uri", "headers"], (
        "_Recorded.request passes headers third."
    )


def test_scrapys_handler_holds_pool_and_settings(tmp_path: Any) -> None:
    text = source(http11.HTTP11DownloadHandler.__init__)
    for name in ("self._pool", "self._contextFactory", "self._bind_address", "self._crawler"):
        assert name in text, f"HTTP11DownloadHandler no longer has {name}: ArchivingHandler uses it."
    assert "_pool._factory" in text, "the pool's factory isn't set here any more: is ours still used?"
    base = source(http11.BaseHttpDownloadHandler.__init__)
    assert "self._fail_on_dataloss" in base, "ArchivingHandler._fetch reads _fail_on_dataloss."


def test_scrapys_exception_wrapper() -> None:
    from scrapy.utils import _download_handlers

    has(
        _download_handlers,
        "wrap_twisted_exceptions",
        "failures.classify also knows Twisted's own; wrap by hand.",
    )


def test_scrapys_crawler_tells_its_extensions() -> None:
    has(Crawler, "get_extension", "ArchivingHandler finds the archive through it.")
    assert "_extensions" in source(Crawler.__init__), (
        "child.py looks whether extensions exist before it asks for one."
    )


def test_twisteds_pool_makes_protocols_by_its_factory() -> None:
    text = source(client.HTTPConnectionPool._newConnection)
    assert "self._factory(quiescentCallback, repr(endpoint))" in text, (
        "the pool makes its protocols another way: the tap is never put in, and nothing is recorded."
    )
    assert client.HTTPConnectionPool.retryAutomatically in (True, False), (
        "silent retries can't be turned off any more: a request may go out that no record tells of."
    )


def test_twisteds_protocol_hands_over_the_rest() -> None:
    has(
        _newclient.HTTP11ClientProtocol,
        "_finishResponse",
        "RecordingProtocol learns from it where an answer ends.",
    )
    text = source(_newclient.HTTP11ClientProtocol.request)
    assert "HTTPClientParser(request, self._finishResponse)" in text, (
        "the parser reports the end elsewhere: RecordingProtocol._finishResponse isn't called, all answers look cut."
    )
    assert "request.writeTo(self.transport)" in text, (
        "requests are written past RecordingTransport: no request is recorded."
    )
    has(
        _newclient.HTTP11ClientProtocol,
        "_parser",
        "RecordingProtocol sets the class of the parser.",
    )


def test_twisteds_agent_copies_headers_with_copy() -> None:
    text = source(client._AgentBase._requestWithEndpoint)
    assert "headers.copy()" in text, (
        "the recording travels through RecordingHeaders.copy(); find how headers are copied now."
    )
    assert "Request._construct(" in text
    assert "headers," in text, (
        "the request must get the very headers, else RecordingProtocol.request finds no recording."
    )


def test_twisteds_headers_refuse_odd_names_with_their_own_error() -> None:
    with pytest.raises(InvalidHeaderName):
        Headers().addRawHeader(b"odd name ", b"x")


def test_twisteds_trust_root_interface() -> None:
    interface = has(
        _sslverify, "IOpenSSLTrustRoot", "network._SystemAndFile implements it to add network.ca_file."
    )
    assert "_addCACertsToContext" in interface.names(), (
        "network._SystemAndFile must implement the new method."
    )


def test_twisteds_tls_options_take_a_maker_of_connections() -> None:
    if not hasattr(_sslverify.OpenSSLCertificateOptions, "_makeTLSConnection"):
        pytest.skip("Twisted before 26.4; VerifyingPolicy makes a context for each host there")
    assert parameters(_sslverify.ClientTLSOptions.__init__)[1:3] == ["createConnection", "hostname"], (
        "VerifyingPolicy._options must follow the new signature, or go back to optionsForClientTLS."
    )
    text = source(_sslverify.ClientTLSOptions.clientConnectionForTLS)
    assert "set_verify" in text, (
        "the host's name is no longer verified for each connection: don't share a context!"
    )
    assert "_verifyCB" in text


def test_the_handler_that_scrapy_loads_is_ours() -> None:
    from scrapy.settings import Settings

    from newsarchive.crawl.addon import EXTENSION, HANDLER, Newsarchive

    settings = Settings({"NEWSARCHIVE_DIR": "/nowhere", "DOWNLOAD_HANDLERS": {"http": "x.Y", "ftp": "x.Z"}})
    Newsarchive().update_settings(settings)
    handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
    assert (handlers["http"], handlers["https"]) == (HANDLER, HANDLER)
    assert [handlers[scheme] for scheme in ("file", "data", "ftp", "s3")] == [None] * 4, (
        "a scheme other than http and https has a handler: is there a new one in Scrapy's defaults?"
    )
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}
    assert EXTENSION in settings.getwithbase("EXTENSIONS")


def test_scrapys_engine_can_be_woken_and_says_what_is_under_way() -> None:
    from scrapy.core import engine, scraper

    assert "nextcall.schedule()" in source(engine.ExecutionEngine.crawl), (
        "HostQueues wakes the engine with engine._slot.nextcall.schedule(): find how crawl() does it now."
    )
    assert "self._slot = _Slot(" in source(engine.ExecutionEngine.open_spider_async)
    assert "self.slot = Slot(" in source(scraper.Scraper.open_spider_async)
    assert "self.active: set[Request]" in source(scraper.Slot.__init__), (
        "HostQueues sees in scraper.slot.active whose callbacks haven't ended."
    )


def test_scrapys_downloader_has_slots_with_a_delay_from_the_last_start() -> None:
    from scrapy.core.downloader import Downloader

    text = source(Downloader)
    for name in ("self.slots", "self.active", "self.per_slot_settings", 'DOWNLOAD_SLOT = "download_slot"'):
        assert name in text, f"Downloader no longer has {name}: RateLimitMiddleware and HostQueues use it."
    assert "delay - now + slot.lastseen" in source(Downloader._process_queue), (
        "a slot's delay no longer counts from the start of its last request: see RateLimitMiddleware._set."
    )


def test_scrapys_download_goes_on_with_a_request_that_a_middleware_returns() -> None:
    from scrapy.core.engine import ExecutionEngine

    assert "while True" in source(ExecutionEngine.download_async), (
        "robots.txt would no longer be followed through redirects and retries."
    )
