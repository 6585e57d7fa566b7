"""The kind of a failed fetch, in words that can be counted, and the exception that carries one to an errback.

Pure: an exception in, a kind and a line of text out. Scrapy wraps what Twisted raises, and Twisted packs
reasons into reasons, so it searches all of them. Tested in tests/crawl/test_failures.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from service_identity import VerificationError
from twisted.internet import error as net_error

from newsarchive.crawl.fetch import Outcome
from newsarchive.crawl.network import AddressRefused

UNREACHED = frozenset({"dns", "connection refused", "no connection", "tls"})

# In this order: the first that fits any of an exception's causes names it.
KINDS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
    (AddressRefused, "address refused"),
    ((SSL.Error, VerificationError), "tls"),
    ((DownloadTimeoutError, net_error.TimeoutError, net_error.TCPTimedOutError), "timeout"),
    ((CannotResolveHostError, net_error.DNSLookupError), "dns"),
    ((DownloadConnectionRefusedError, net_error.ConnectionRefusedError), "connection refused"),
    (net_error.ConnectError, "no connection"),
    (DownloadCancelledError, "too large"),
    (asyncio.CancelledError, "stopped"),
    ((ResponseDataLossError, DownloadFailedError, net_error.ConnectionClosed), "disconnect"),
)


class NotFetched(IgnoreRequest):
    """Raised by our downloader middlewares for a request that brings no page; the request's errback gets it."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"{outcome.kind}: {outcome.reason}")
        self.outcome = outcome


def is_reached(failure: str, size: int) -> bool:
    """Decide whether there was a connection to the host at all.

    Args:
        size: Bytes that came.
    """
    return failure not in UNREACHED and (failure != "timeout" or size > 0)


def classify(error: BaseException, too_large: str = "") -> tuple[str, str]:
    """Return the kind of a failed fetch and one line about it.

    Args:
        too_large: Which limit the answer went over, if it did; that names the failure.

    Returns:
        One of the kinds above, or "other" for what isn't the network's doing.
    """
    if too_large:
        return "too large", too_large
    causes = list(_causes(error))
    for wanted, kind in KINDS:
        for cause in causes:
            if isinstance(cause, wanted):
                return kind, one_line(cause)
    return "other", one_line(error)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """`error`, what it was raised from, and the reasons that Twisted packs into it."""
    yield error
    for reason in getattr(error, "reasons", None) or ():
        yield from _causes(reason.value)
    if error.__cause__ is not None:
        yield from _causes(error.__cause__)


def one_line(error: BaseException) -> str:
    """Return the exception's text on one line of at most 300 characters; its class's name if it has none."""
    return " ".join(str(error).split())[:300] or type(error).__name__
