"""Read a WARC file record by record and say what each one is, with or without checking its digests.

The one place that knows how our files are laid out: an exchange ends with its metadata record. Reading,
recovery and verification all use it. Tested in tests/warc/test_verify_records.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from newsarchive.warc.http_framing import Unframer
from newsarchive.warc.http_message import MAX_HEAD, HttpHead, parse_head
from newsarchive.warc.record import MAX_FACTS, RecordHead, digest_text, read_facts
from newsarchive.warc.record_reader import Record, read_records

# Base32's letters, of either case, as the digits that int(…, 32) takes; 0, 1, 8 and 9 are no letters of it.
_BASE32 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abcdefghijklmnopqrstuvwxyz0189",
    b"0123456789abcdefghijklmnopqrstuv0123456789abcdefghijklmnop!!!!",
)
MAIN = ("response", "revisit", "conversion", "resource")
_SIZES = {"md5": 16, "sha1": 20, "sha256": 32, "sha384": 48, "sha512": 64}


@dataclass(slots=True)
class Seen:
    """A record that was read to its end. Offsets and lengths in bytes, of its gzip member."""

    head: RecordHead
    offset: int
    length: int = 0
    http: HttpHead | None = None  # of a response or revisit
    facts: dict[str, Any] | None = None  # of a metadata record of ours
    payload_digest: str | None = None  # sha1 in the spec's reading, if digests were asked for
    payload_length: int | None = None
    wrong: list[str] = field(default_factory=list)  # digests that don't fit, as sentences

    @property
    def end(self) -> int:
        return self.offset + self.length

    @property
    def closes(self) -> bool:
        """Whether an exchange of ours may end here."""
        return self.head.type == "warcinfo" or self.facts is not None

    @property
    def is_main(self) -> bool:
        """Whether a capture names this record, if its exchange has one."""
        return self.head.type in MAIN


def walk(file: BinaryIO, start: int, end: int, *, digests: bool) -> Iterator[Seen]:
    """Yield the records in the range, each read and checked to its end.

    Args:
        digests: Whether to compute digests and compare them with those stated.

    Raises:
        Damage: at the first member that isn't whole.
    """
    for record in read_records(file, start, end):
        seen = Seen(record.head, record.offset)
        if digests:
            _read_with_digests(record, seen)
        else:
            _read(record, seen)
        record.finish()
        seen.length = record.length
        yield seen


def _read(record: Record, seen: Seen) -> None:
    kind = seen.head.type
    if _holds_http(seen.head):
        seen.http = _http_head(record)[0]
    elif kind == "metadata":
        seen.facts = read_facts(record.read(MAX_FACTS))


def _http_head(record: Record) -> tuple[HttpHead, bytes]:
    """The HTTP head, and what was read of the block."""
    start = record.read(1)
    http = parse_head(start)
    while not http.is_complete and len(start) < MAX_HEAD:
        more = record.read(1)
        if not more:
            break
        start += more
        http = parse_head(start)
    return http, start


def _read_with_digests(record: Record, seen: Seen) -> None:
    block = Check.of(seen.head.get("WARC-Block-Digest"))
    kind = seen.head.type
    if kind == "metadata":
        held = (
            b"".join(record.pieces())
            if (seen.head.content_length or 0) <= MAX_FACTS
            else record.read(MAX_FACTS)
        )
        block.update(held)
        seen.facts = read_facts(held)
    elif _holds_http(seen.head):
        seen.http, start = _http_head(record)
        block.update(start)
        if kind == "response":
            _read_payload(record, seen, start, block)
    elif kind == "resource" and is_page(seen.head):
        _read_document(record, seen, block)
    for piece in record.pieces():
        block.update(piece)
    if not block.holds:
        seen.wrong.append(f"block digest is {block.found}, stated {block.stated}")


def is_page(head: RecordHead) -> bool:
    """Return whether a record is about an address of the web."""
    return head.url.lower().startswith(("http://", "https://"))


def _holds_http(head: RecordHead) -> bool:
    """Some writers leave out what the block of a response is; a revisit of an address of the web may have none."""
    if head.type not in ("response", "revisit"):
        return False
    is_untyped = head.get("Content-Type") is None or (head.type == "revisit" and not head.content_length)
    return head.is_http or (is_untyped and is_page(head))


def _read_document(record: Record, seen: Seen, block: Check) -> None:
    """The payload of a resource record is its block."""
    payload, size = hashlib.sha1(), 0
    for piece in record.pieces():
        block.update(piece)
        payload.update(piece)
        size += len(piece)
    seen.payload_digest, seen.payload_length = digest_text(payload.digest()), size


def _read_payload(record: Record, seen: Seen, start: bytes, block: Check) -> None:
    """Reads the payload once for three sums: the block's, the payload's, and the stated one's."""
    http = seen.http
    if http is None:
        return
    plain = Unframer(http)
    stated = seen.head.get("WARC-Payload-Digest")
    raw = Check.of(stated) if plain.layers and stated else None
    other = Check.of(stated) if stated and not stated.lower().startswith("sha1:") else None
    payload, size = hashlib.sha1(), 0
    piece = start[http.length :]
    pieces = record.pieces()
    while True:
        body = plain.feed(piece)
        payload.update(body)
        size += len(body)
        for check, data in ((raw, piece), (other, body)):
            if check is not None:
                check.update(data)
        more = next(pieces, None)
        if more is None:
            break
        piece = more
        block.update(piece)
    seen.payload_digest, seen.payload_length = digest_text(payload.digest()), size
    if not stated or (raw is not None and raw.holds):
        return
    spec = other if other is not None else Check(stated, payload)
    if not spec.holds:
        seen.wrong.append(f"payload digest is {spec.found}, stated {spec.stated}")


class Check:
    """A digest under way, and the one that was stated. Without a stated one it always holds."""

    __slots__ = ("_engine", "_name", "_wanted", "stated")

    def __init__(self, stated: str | None, engine: Any = None) -> None:
        self.stated = stated
        self._engine = engine
        self._name, self._wanted = ("", b"") if stated is None else _digest(stated)

    @classmethod
    def of(cls, stated: str | None) -> Check:
        check = cls(stated)
        if check._wanted:
            check._engine = getattr(hashlib, check._name)(usedforsecurity=False)
        return check

    def update(self, data: bytes) -> None:
        if self._engine is not None:
            self._engine.update(data)

    @property
    def holds(self) -> bool:
        """Whether the data have the digest stated; one in a form that isn't known can't be held against them."""
        return not self._wanted or self._engine is None or bool(self._engine.digest() == self._wanted)

    @property
    def found(self) -> str:
        return digest_text(self._engine.digest(), self._name) if self._engine is not None else ""


def _digest(stated: str) -> tuple[str, bytes]:
    """Algorithm and bytes of a stated digest, from base32 or hex; empty if it is in no known form."""
    name, _, text = stated.strip().partition(":")
    name, text = name.strip().lower().replace("-", ""), text.strip().rstrip("=")
    size = _SIZES.get(name, 0)
    try:
        if size and len(text) == 2 * size:
            return name, bytes.fromhex(text)
        if size and len(text) == -(-size * 8 // 5) and text.isascii() and text.isalnum():
            surplus = len(text) * 5 - size * 8  # bits that fill the last letter
            return name, (int(text.encode().translate(_BASE32), 32) >> surplus).to_bytes(size, "big")
    except ValueError:
        pass
    return "", b""
