"""Decide which records an exchange becomes, and what is in them.

response, or a revisit when the payload is known or the answer was 304 · request, secrets redacted ·
metadata, which closes the exchange. A fetch that brought nothing has no response; one that never
connected has only its metadata. Reads the response's file, writes nothing. Tested in tests/warc/test_exchange.py.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO

from newsarchive.errors import UsageError
from newsarchive.model import Capture, CaptureKind, Exchange, RecordRef
from newsarchive.times import iso
from newsarchive.warc.capture_metadata import RENDERED_URI, facts_of, is_same, rendered_facts
from newsarchive.warc.http_framing import Unframer, codings
from newsarchive.warc.http_message import MAX_HEAD, HttpHead, parse_head, redact
from newsarchive.warc.record import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    MAX_FACTS,
    NOT_MODIFIED,
    PIECE,
    SAME_PAYLOAD,
    WARC_FIELDS,
    RecordBlock,
    RecordHead,
    block_of,
    build_head,
    digest_text,
    facts_block,
    new_id,
    parse_record_head,
    read_facts,
    safe_url,
)

SOURCE_URI = "urn:newsarchive:source:"
IN_MEMORY = 1024 * 1024  # bytes of a response that is read once and held; a larger one is read twice

Fields = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class OutRecord:
    """A record ready to be written."""

    fields: Fields
    block: RecordBlock

    def head(self, info_id: str) -> bytes:
        """Return the head's bytes; `info_id` is the id of the file's warcinfo record."""
        return build_head(
            [*self.fields, ("WARC-Warcinfo-ID", f"<{info_id}>" if info_id else None), *self._last()]
        )

    def _last(self) -> Fields:
        return [("WARC-Block-Digest", self.block.digest), ("Content-Length", str(self.block.length))]


@dataclass(frozen=True, slots=True)
class PreparedRecords:
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

    def records(self, info_id: str) -> list[tuple[bytes, RecordBlock]]:
        return [(record.head(info_id), record.block) for record in self.out]


def prepare(
    exchange: Exchange,
    known: Callable[[str], RecordRef | None],
    head_of: Callable[[RecordRef], HttpHead | None] = lambda _ref: None,
) -> PreparedRecords:
    """Return the records for an exchange.

    Args:
        known: Gives the last full capture of a URL, as far as it is known.
        head_of: Gives the head of the answer that a revisit would point to, of one whose place is known.

    Raises:
        UsageError: a HEAD request; replay would show it for the page.
    """
    if exchange.request[:5].upper() == b"HEAD ":
        raise UsageError("a HEAD request is never archived", where=exchange.url, next_step="Use GET")
    url = safe_url(exchange.url)
    answer = read_answer(exchange.response) if exchange.response is not None else None
    kind, previous = decide_kind(url, exchange, answer, known(url), head_of)
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
    http = answer.http if answer is not None else None
    return _prepared(tuple(out), named, http, facts, is_check=kind == "not-modified")


def _prepared(
    out: tuple[OutRecord, ...], named: int, http: HttpHead | None, facts: bytes, *, is_check: bool
) -> PreparedRecords:
    """With head and facts as a reader will find them."""
    head = parse_record_head(out[named].head(""))
    if head is None:
        raise UsageError("the exchange makes no readable record", where=str(out[named].fields))
    return PreparedRecords(out, named, is_check, head, http, read_facts(facts) or {})


def _facts_block(exchange: Exchange, kind: CaptureKind, answer: ParsedResponse | None) -> bytes:
    """The metadata record's block. What a feed said beyond MAX_FACTS is left out, since readers hold the block whole."""
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


@dataclass(frozen=True, slots=True)
class ParsedResponse:
    """The response as it came: its head, its block, its payload's digest in the spec's reading."""

    http: HttpHead
    block: RecordBlock
    payload_digest: str
    payload_length: int


def read_answer(file: BinaryIO) -> ParsedResponse | None:
    """Read a response's file once, in pieces; None if it is empty."""
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
    plain = Unframer(http)
    piece = start[http.length :]
    while True:
        body = plain.feed(piece)
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
    return ParsedResponse(
        http=http,
        block=RecordBlock(data, length, digest_text(block.digest()), is_dense),
        payload_digest=digest_text(payload.digest()),
        payload_length=size,
    )


def decide_kind(
    url: str,
    exchange: Exchange,
    answer: ParsedResponse | None,
    known: RecordRef | None,
    head_of: Callable[[RecordRef], HttpHead | None],
) -> tuple[CaptureKind, RecordRef | None]:
    """Decide what an exchange is, and which earlier capture it refers to.

    The same bytes under another status, type, coding or target are another page: replay may take the head from the
    capture that is referred to. What can't be read any more can't be referred to.
    """
    if answer is None:
        return "failed", None
    options = (exchange.previous, known)
    if answer.http.status == 304:
        return "not-modified", next((ref for ref in options if ref is not None and ref.url == url), None)
    if exchange.truncated or not answer.payload_length:
        return "response", None
    for ref in options:
        if ref is not None and is_same(ref, url, answer.payload_digest):
            head = head_of(ref) if ref.place is not None else answer.http
            if head is not None and _meaning(head) == _meaning(answer.http):
                return "same-payload", ref
    return "response", None


def _meaning(http: HttpHead) -> tuple[object, ...]:
    """What a head says of how its body is to be taken."""
    return http.status, http.get("content-type"), http.get("location"), codings(http)


def _main_record(
    url: str,
    exchange: Exchange,
    answer: ParsedResponse,
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
        else:  # a 304 that nobody asked for
            fields.append(("WARC-Refers-To-Target-URI", url))
    elif not answer.http.tokens("transfer-encoding") and answer.http.is_clean:
        fields.append(("WARC-Payload-Digest", answer.payload_digest))
    fields += [("WARC-Truncated", exchange.truncated), ("Content-Type", HTTP_RESPONSE)]
    return OutRecord(fields, _head_block(answer) if is_revisit else answer.block)


def _head_block(answer: ParsedResponse) -> RecordBlock:
    first = next(answer.block.pieces())
    return block_of(first[: answer.http.length])


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
    return OutRecord(fields, block_of(redact(exchange.request, exchange.secret_headers)))


def _metadata_record(url: str, exchange: Exchange, facts: bytes, record_id: str, other: str) -> OutRecord:
    return OutRecord(_metadata_fields(url, iso(exchange.started_at), record_id, other), block_of(facts))


def _metadata_fields(url: str, date: str, record_id: str, other: str) -> Fields:
    return [
        ("WARC-Type", "metadata"),
        ("WARC-Record-ID", f"<{record_id}>"),
        ("WARC-Date", date),
        ("WARC-Target-URI", url),
        ("WARC-Concurrent-To", f"<{other}>" if other else None),
        ("Content-Type", WARC_FIELDS),
    ]


def source_record(name: str, toml_text: str, date: str) -> OutRecord:
    """Return the record that keeps the text of a source file."""
    fields = _metadata_fields(SOURCE_URI + safe_url(name), date, new_id(), "")
    return OutRecord(fields, block_of(facts_block({"source": name, "toml": toml_text})))


def prepare_rendered(capture: Capture, html: bytes, date: str) -> PreparedRecords:
    """Return what a browser made of a page, as records: a conversion of the page's record, and metadata."""
    main_id, block = new_id(), block_of(html)
    url = RENDERED_URI + capture.url
    fields: Fields = [
        ("WARC-Type", "conversion"),
        ("WARC-Record-ID", f"<{main_id}>"),
        ("WARC-Date", date),
        ("WARC-Target-URI", url),
        ("WARC-Refers-To", f"<{capture.warc_record_id}>"),
        ("WARC-Refers-To-Target-URI", capture.url),
        ("WARC-Refers-To-Date", iso(capture.fetched_at)),
        ("Content-Type", "text/html; charset=utf-8"),
    ]
    facts = facts_block(rendered_facts(capture, block.digest, block.length))
    about = _metadata_fields(url, date, new_id(), main_id)
    out = (OutRecord(fields, block), OutRecord(about, block_of(facts)))
    return _prepared(out, 0, None, facts, is_check=False)


def _known_fields(exchange: Exchange) -> list[tuple[str, object]]:
    """Returns the fields that other crawlers write under the same names."""
    found_on = exchange.candidate.found_on if exchange.candidate else ""
    via = exchange.redirect_from or exchange.continues or found_on
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
