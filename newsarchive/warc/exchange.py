"""Which records an exchange becomes, and what stands in them.

response, or a revisit when the payload is known or the answer was 304 · request, secrets redacted ·
metadata, which closes the exchange. A fetch that brought nothing has no response; one that never
connected has only its metadata. Reads the response's file, writes nothing. Tested in tests/warc/test_exchange.py.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from newsarchive.errors import UsageError
from newsarchive.model import Capture, CaptureKind, Exchange, RecordRef
from newsarchive.times import iso
from newsarchive.warc.facts import facts_of, is_same
from newsarchive.warc.message import MAX_HEAD, Dechunker, HttpHead, parse_head, redact
from newsarchive.warc.record import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    MAX_FACTS,
    NOT_MODIFIED,
    SAME_PAYLOAD,
    WARC_FIELDS,
    RecordHead,
    build_head,
    digest_text,
    facts_block,
    new_id,
    parse_record_head,
    read_facts,
    safe_url,
)

PIECE = 256 * 1024  # bytes read at once from a large response
IN_MEMORY = 1024 * 1024  # a response up to this size is read once and held; a larger one is read twice
SOURCE_URI = "urn:newsarchive:source:"
RENDERED_URI = (
    "urn:newsarchive:rendered:"  # the page's URL behind it; under the bare one replay would show it
)

Fields = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Block:
    """A record's content: bytes, or a range of a file. `digest` is its sha1."""

    data: bytes | BinaryIO
    length: int
    digest: str
    is_dense: bool = False  # compressed already; trying hard again is a waste

    def pieces(self) -> Iterator[bytes]:
        if isinstance(self.data, bytes):
            yield self.data
            return
        self.data.seek(0)
        left = self.length
        while left:
            piece = self.data.read(min(PIECE, left))
            if not piece:
                raise OSError(f"the response's file is {left} bytes shorter than before")
            left -= len(piece)
            yield piece


@dataclass(frozen=True, slots=True)
class OutRecord:
    """A record ready to be written."""

    fields: Fields
    block: Block

    def head(self, info_id: str) -> bytes:
        """The head's bytes; `info_id` is the id of the file's warcinfo record."""
        return build_head(
            [*self.fields, ("WARC-Warcinfo-ID", f"<{info_id}>" if info_id else None), *self._last()]
        )

    def _last(self) -> Fields:
        return [("WARC-Block-Digest", self.block.digest), ("Content-Length", str(self.block.length))]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An exchange as records, and what the capture needs of them."""

    out: tuple[OutRecord, ...]
    named: int  # which of them the capture names
    is_check: bool  # a 304; goes to the checks file
    head: RecordHead
    http: HttpHead | None
    facts: dict[str, Any]

    @property
    def size(self) -> int:
        """Bytes of all blocks, before compression."""
        return sum(record.block.length for record in self.out)

    def records(self, info_id: str) -> list[tuple[bytes, Block]]:
        return [(record.head(info_id), record.block) for record in self.out]


@dataclass(frozen=True, slots=True)
class Answer:
    """The response as it came: its head, its block, its payload's digest in the spec's reading."""

    http: HttpHead
    block: Block
    payload_digest: str
    payload_length: int


def prepare(exchange: Exchange, known: Callable[[str], RecordRef | None]) -> Prepared:
    """The records for an exchange.

    Args:
        known: Gives the last full capture of a URL, as far as it is known.

    Raises:
        UsageError: a HEAD request; it would stand in for the page in replay.
    """
    if exchange.request[:5].upper() == b"HEAD ":
        raise UsageError("a HEAD request is never archived", where=exchange.url, next_step="Use GET")
    url = safe_url(exchange.url)
    answer = read_answer(exchange.response) if exchange.response is not None else None
    kind, previous = decide_kind(url, exchange, answer, known(url))
    main_id = new_id()
    out: list[OutRecord] = []
    if answer is not None:
        out.append(_main_record(url, exchange, answer, kind, previous, main_id))
    request_id = new_id()
    if exchange.request:
        out.append(_request_record(url, exchange, request_id, main_id))
    metadata_id = new_id() if answer is not None else main_id
    other = main_id if answer is not None else request_id if exchange.request else ""
    has_digest = answer is not None and kind != "not-modified"
    facts = _facts_block(exchange, kind, answer if has_digest else None)
    out.append(_metadata_record(url, exchange, facts, metadata_id, other))
    named = 0 if answer is not None else len(out) - 1
    head = parse_record_head(out[named].head(""))
    if head is None:
        raise UsageError("the exchange makes no readable record", where=url)
    http = answer.http if answer is not None else None
    return Prepared(tuple(out), named, kind == "not-modified", head, http, read_facts(facts) or {})


def _facts_block(exchange: Exchange, kind: CaptureKind, answer: Answer | None) -> bytes:
    """The metadata record's block. What a feed said beyond all measure is left out, for readers hold it whole."""
    facts = facts_of(
        exchange,
        kind,
        payload_digest=answer.payload_digest if answer else None,
        payload_length=answer.payload_length if answer else None,
    )
    block = facts_block(facts, also=_known_fields(exchange))
    if len(block) <= MAX_FACTS:
        return block
    kept = facts | {"candidate": None, "extra": {"left_out": f"{len(block)} bytes of candidate and extra"}}
    return facts_block(kept | {"source": exchange.source[:200]}, also=_known_fields(exchange))


def decide_kind(
    url: str, exchange: Exchange, answer: Answer | None, known: RecordRef | None
) -> tuple[CaptureKind, RecordRef | None]:
    """What an exchange is, and which earlier capture it refers to."""
    if answer is None:
        return "failed", None
    options = (exchange.previous, known)
    if answer.http.status == 304:
        return "not-modified", next((ref for ref in options if ref is not None and ref.url == url), None)
    if exchange.truncated or not answer.payload_length:
        return "response", None
    same = next((ref for ref in options if is_same(ref, url, answer.payload_digest)), None)
    return ("same-payload", same) if same is not None else ("response", None)


def read_answer(file: BinaryIO) -> Answer | None:
    """Reads a response's file once, in pieces; None if it is empty."""
    length = file.seek(0, 2)
    if not length:
        return None
    file.seek(0)
    start = file.read(IN_MEMORY if length <= IN_MEMORY else PIECE)
    http = parse_head(start)
    while not http.is_complete and len(start) < min(length, MAX_HEAD):
        more = file.read(PIECE)
        if not more:
            break
        start += more
        http = parse_head(start)
    block, payload, size = hashlib.sha1(start), hashlib.sha1(), 0
    plain = Dechunker() if http.is_chunked else None
    piece = start[http.length :]
    while True:
        body = plain.feed(piece) if plain is not None else piece
        payload.update(body)
        size += len(body)
        piece = file.read(PIECE)
        if not piece:
            break
        block.update(piece)
    data: bytes | BinaryIO = start if len(start) == length else file
    is_dense = bool(http.get("content-encoding")) or (http.get("content-type") or "").startswith(
        ("image/", "video/")
    )
    return Answer(
        http=http,
        block=Block(data, length, digest_text(block.digest()), is_dense),
        payload_digest=digest_text(payload.digest()),
        payload_length=size,
    )


def _block(data: bytes) -> Block:
    return Block(data, len(data), digest_text(hashlib.sha1(data).digest()))


def _main_record(
    url: str,
    exchange: Exchange,
    answer: Answer,
    kind: CaptureKind,
    previous: RecordRef | None,
    record_id: str,
) -> OutRecord:
    is_revisit = kind != "response"
    fields: Fields = [
        ("WARC-Type", "revisit" if is_revisit else "response"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", iso(exchange.started_at)),
        ("WARC-Target-URI", url),
        ("WARC-IP-Address", _address(exchange.ip)),
        *_protocols(exchange, answer.http),
    ]
    if is_revisit:
        fields.append(("WARC-Profile", NOT_MODIFIED if kind == "not-modified" else SAME_PAYLOAD))
        if previous is not None:
            fields += [
                ("WARC-Refers-To", f"<{previous.record_id}>" if previous.record_id else None),
                ("WARC-Refers-To-Target-URI", previous.url),
                ("WARC-Refers-To-Date", iso(previous.fetched_at)),
                ("WARC-Payload-Digest", previous.payload_digest or None),
            ]
    elif not answer.http.tokens("transfer-encoding") and answer.http.is_clean:
        fields.append(("WARC-Payload-Digest", answer.payload_digest))
    fields += [("WARC-Truncated", exchange.truncated), ("Content-Type", HTTP_RESPONSE)]
    return OutRecord(fields, _head_block(answer) if is_revisit else answer.block)


def _head_block(answer: Answer) -> Block:
    first = next(answer.block.pieces())
    return _block(first[: answer.http.length])


def _request_record(url: str, exchange: Exchange, record_id: str, main_id: str) -> OutRecord:
    fields: Fields = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", iso(exchange.started_at)),
        ("WARC-Target-URI", url),
        ("WARC-Concurrent-To", f"<{main_id}>"),
        ("WARC-IP-Address", _address(exchange.ip)),
        ("Content-Type", HTTP_REQUEST),
    ]
    return OutRecord(fields, _block(redact(exchange.request, exchange.secret_headers)))


def _metadata_record(url: str, exchange: Exchange, facts: bytes, record_id: str, other: str) -> OutRecord:
    fields: Fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", iso(exchange.started_at)),
        ("WARC-Target-URI", url),
        ("WARC-Concurrent-To", f"<{other}>" if other else None),
        ("Content-Type", WARC_FIELDS),
    ]
    return OutRecord(fields, _block(facts))


def source_record(name: str, toml_text: str, date: str) -> OutRecord:
    """The record that keeps the text of a source file."""
    fields: Fields = [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{new_id()}>"),
        ("WARC-Date", date),
        ("WARC-Target-URI", SOURCE_URI + safe_url(name)),
        ("Content-Type", WARC_FIELDS),
    ]
    return OutRecord(fields, _block(facts_block({"source": name, "toml": toml_text})))


def rendered_record(capture: Capture, html: bytes, date: str) -> OutRecord:
    """The record that keeps what a browser made of a page, beside the page as it came."""
    fields: Fields = [
        ("WARC-Type", "conversion"),
        ("WARC-Record-ID", f"<{new_id()}>"),
        ("WARC-Date", date),
        ("WARC-Target-URI", RENDERED_URI + capture.url),
        ("WARC-Refers-To", f"<{capture.warc_record_id}>"),
        ("Content-Type", "text/html; charset=utf-8"),
    ]
    return OutRecord(fields, _block(html))


def _known_fields(exchange: Exchange) -> list[tuple[str, object]]:
    """Facts that crawlers of other makers tell in the same words."""
    found_on = exchange.candidate.found_on if exchange.candidate else ""
    via = exchange.redirect_from or found_on
    took = round(exchange.seconds * 1000) if exchange.seconds is not None else None
    return [("via", safe_url(via) if via else None), ("fetchTimeMs", took)]


def _protocols(exchange: Exchange, http: HttpHead) -> Fields:
    fields: Fields = [("WARC-Protocol", f"http/{http.version}" if http.version else None)]
    if exchange.tls is not None:
        fields += [("WARC-Protocol", exchange.tls.version), ("WARC-Cipher-Suite", exchange.tls.cipher)]
    return fields


def _address(ip: str | None) -> str | None:
    """`ip` without a zone; None if it is no address."""
    try:
        return str(ipaddress.ip_address((ip or "").partition("%")[0]))
    except ValueError:
        return None
