"""The answer as Twisted and Scrapy get it: head and body read by the archive's own readers, as leniently as browsers do.

Twisted's parser takes an odd answer for a broken connection. This one replaces it, so that the crawl and a rebuild read
the same of the same bytes; it records nothing itself. Tested in tests/crawl/test_wire_bytes.py.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

from twisted.web._newclient import BODY, STATUS, HTTPClientParser, Response
from twisted.web.http import PotentialDataLoss, _DataLoss
from twisted.web.http_headers import InvalidHeaderName

from newsarchive.crawl.recording import Recording
from newsarchive.warc.http_framing import BodyReader, codings
from newsarchive.warc.http_message import HttpHead, parse_head

NO_ANSWER = "NO ANSWER"  # the parser's state after a head without a status


class AnswerParser(HTTPClientParser):
    """Reads one answer whose head its recording finds. Headers with impossible names are skipped."""

    recording: Recording  # set by the protocol before the first byte comes
    transport: Any
    bodyDecoder: Any = None

    def dataReceived(self, data: bytes) -> None:
        """Take what was recorded just now."""
        self._everReceivedData = True
        if self.state == BODY:
            self.bodyDecoder.dataReceived(data)
        elif self.state == STATUS and self.recording.head:
            behind = self.recording.received - self.recording.head_end
            self._begin(parse_head(self.recording.head), data[len(data) - behind :])

    def _begin(self, http: HttpHead, data: bytes) -> None:
        """Hand on the head, then the body that came with it. If it is no head of HTTP, nothing is handed on, to the connection's end."""
        if http.status is None:
            self.state = NO_ANSWER
            return
        self._take_headers(http)
        phrase = "".join(http.start_line.split(None, 2)[2:]).encode("latin-1")
        self.response = answer = Response._construct(  # type: ignore[no-untyped-call]
            (b"HTTP", 1, 1), http.status, phrase, self.headers, self.transport, self.request
        )
        body = BodyReader(http)
        if body.expects is not None:
            answer.length = body.expects
        is_bodyless = self.request.method == b"HEAD" or body.is_done
        if is_bodyless:
            answer.length = 0
            self._finished(data)  # type: ignore[no-untyped-call]
            answer._bodyDataFinished()
        else:
            self.transport.pauseProducing()  # until somebody takes the body
            decoder = _BodyDecoder(body, self.recording, answer._bodyDataReceived, self._finished)
            self.switchToBodyMode(decoder)  # type: ignore[no-untyped-call]
        self._responseDeferred.callback(answer)
        del self._responseDeferred
        if data and not is_bodyless:
            self.bodyDecoder.dataReceived(data)

    def _take_headers(self, http: HttpHead) -> None:
        """All but the content coding, which is given with those that the transfer had."""
        for name, value in http.headers:
            with contextlib.suppress(InvalidHeaderName):
                if name.lower() != "content-encoding":
                    self.headerReceived(name.encode("latin-1"), value.encode("latin-1"))  # type: ignore[no-untyped-call]
        if coded := ", ".join(codings(http)):
            self.headers.addRawHeader(b"content-encoding", coded.encode("latin-1"))


class _BodyDecoder:
    """The body's reader, as Twisted calls one."""

    def __init__(
        self,
        body: BodyReader,
        recording: Recording,
        take: Callable[[bytes], Any],
        finish: Callable[[bytes], Any],
    ) -> None:
        self._body, self._recording, self._take, self._finish = body, recording, take, finish

    def dataReceived(self, data: bytes) -> None:
        """Take bytes of the wire."""
        if piece := self._body.feed(data):
            self._take(piece)
        if self._body.is_done:
            self._finish(data[len(data) - self._body.rest :])

    def noMoreData(self) -> None:
        """Note the connection's end.

        Raises:
            _DataLoss: bytes are missing.
            PotentialDataLoss: nothing but this end says where the body ends.
        """
        body = self._body
        if body.is_done:
            return
        if body.is_cut:
            raise _DataLoss
        self._recording.is_broken |= body.is_broken
        self._finish(b"")
        if body.is_open:
            raise PotentialDataLoss
