"""Each failure has a kind, however deep Scrapy and Twisted have wrapped it."""

from __future__ import annotations

import asyncio

import pytest
from OpenSSL import SSL
from scrapy import exceptions as scrapy_errors
from service_identity.exceptions import CertificateError, DNSMismatch, VerificationError
from twisted.internet import error as net_error
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed, ResponseNeverReceived

from newsarchive.crawl.failures import classify
from newsarchive.crawl.network import AddressRefused


def wrapped(error: Exception, outer: type[Exception] = scrapy_errors.DownloadFailedError) -> Exception:
    """As Scrapy raises what Twisted failed with."""
    inner = ResponseNeverReceived([Failure(error)])
    try:
        raise outer("wrapped") from inner
    except outer as made:
        return made


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (AddressRefused("10.0.0.1 is not a public address"), "address refused"),
        (wrapped(AddressRefused("10.0.0.1")), "address refused"),
        (wrapped(SSL.Error([("SSL routines", "", "certificate verify failed")])), "tls"),
        (wrapped(VerificationError(errors=[DNSMismatch(mismatched_id="x")])), "tls"),
        (scrapy_errors.DownloadTimeoutError("took longer"), "timeout"),
        (net_error.TimeoutError(), "timeout"),
        (net_error.TCPTimedOutError(), "timeout"),
        (scrapy_errors.CannotResolveHostError("no such host"), "dns"),
        (scrapy_errors.DownloadConnectionRefusedError("refused"), "connection refused"),
        (net_error.NoRouteError(), "no connection"),
        (net_error.ConnectError(), "no connection"),
        (scrapy_errors.DownloadCancelledError("maxsize"), "too large"),
        (asyncio.CancelledError(), "stopped"),
        (scrapy_errors.ResponseDataLossError(), "disconnect"),
        (wrapped(net_error.ConnectionLost()), "disconnect"),
        (wrapped(net_error.ConnectionDone()), "disconnect"),
        (ResponseFailed([Failure(net_error.ConnectionAborted())]), "disconnect"),
        (ValueError("invalid hostname: x"), "other"),
        (CertificateError("odd"), "other"),
    ],
)
def test_each_failure_has_a_kind(error: BaseException, kind: str) -> None:
    assert classify(error)[0] == kind


def test_a_limit_names_the_failure_whatever_was_raised() -> None:
    assert classify(net_error.ConnectionAborted(), "header over 9 bytes") == (
        "too large",
        "header over 9 bytes",
    )


def test_the_text_is_one_short_line() -> None:
    assert classify(ValueError("a\nb\r\n c" + "x" * 999))[1].startswith("a b cx")
    assert len(classify(ValueError("x" * 999))[1]) == 300
    assert classify(ValueError())[1] == "ValueError"
