"""Reads captures and payloads back, by file, offset and length.

A range may be in a file that is still being written, as long as it was committed. A payload is decoded no
further than a limit, whatever it claims to hold. Writes nothing. Tested in tests/warc/test_capture_reader.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from newsarchive.errors import ArchiveDamagedError, NothingFoundError
from newsarchive.model import Capture, RecordLocation, RecordRef
from newsarchive.warc import files
from newsarchive.warc.capture_metadata import capture_of, page_url, reference, refers_to
from newsarchive.warc.http_framing import Unframer, codings
from newsarchive.warc.http_message import MAX_HEAD, Decoding, HttpHead, decode_content, parse_head
from newsarchive.warc.record import read_warc_fields
from newsarchive.warc.record_reader import Damage, Record, read_records
from newsarchive.warc.tombstone import was_purged
from newsarchive.warc.verify_records import MAIN, Seen, is_page, walk

MAX_PAYLOAD = 32 * 1024 * 1024  # bytes
NEXT = "Run `newsarchive verify`; `newsarchive verify --repair` repairs what a crash left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """The body of an answer, transfer and content coding taken off.

    `truncated` says that `body` isn't all of it: the limit cut it, the connection broke, or its coding
    was damaged (then `problems` says so). A revisit has a head and no body; `refers_to` names the
    capture that holds it.
    """

    body: bytes
    content_type: str | None = None
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    truncated: bool = False
    problems: tuple[str, ...] = ()
    url: str = ""
    refers_to: RecordRef | None = None

    def header(self, name: str) -> str | None:
        """Return the first value of a header, in any case of letters."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


def read_captures(root: Path, filename: str, start: int = 0, end: int | None = None) -> Iterator[Capture]:
    """Yield the captures whose exchanges are whole in a range of a WARC file, in order.

    Args:
        filename: Final name, relative to warc/; the file may still have `.open` behind it.
        start: Byte at which an exchange begins.
        end: Byte at which one ends; None = all of a sealed file, what is committed of an open one.

    Raises:
        NothingFoundError: no such file.
        ArchiveDamagedError: the range isn't made of whole exchanges; `where` is `file@offset`.
    """
    name = filename.removesuffix(files.OPEN)
    with files.open_warc(root, filename) as file:
        end = _end(root, file, end)
        try:
            if is_foreign(file):
                yield from _foreign_captures(file, name, start, end)
            else:
                yield from _captures(file, name, start, end)
        except Damage as damage:
            raise damaged(file, damage) from damage


def read_exchange(root: Path, filename: str, offset: int) -> tuple[Capture, int, bool]:
    """Return the capture whose first record begins at `offset`, where its exchange ends, and whether others wrote it.

    Raises:
        NothingFoundError: no such file.
        ArchiveDamagedError: no whole exchange begins there.
    """
    with files.open_warc(root, filename) as file:
        foreign = is_foreign(file)
        first: Seen | None = None
        try:
            for seen in walk(file, offset, _end(root, file, None), digests=foreign):
                first = first or seen
                if foreign or seen.closes:
                    return capture_at(filename, first, seen.facts or {}), seen.end, foreign
        except Damage as damage:
            raise damaged(file, damage) from damage
        raise damaged(file, Damage("torn", offset, "no whole exchange begins there"))


def is_foreign(file: BinaryIO) -> bool:
    """Return whether the file was written by another program than this one."""
    try:
        for record in read_records(file, 0, file.seek(0, 2)):
            is_info = record.head.type == "warcinfo"
            return not (is_info and files.CRAWL_FIELD in read_warc_fields(record.read(64 * 1024)))
    except Damage:
        return False
    return False


def _captures(file: BinaryIO, name: str, start: int, end: int) -> Iterator[Capture]:
    """Those of a file of ours: the metadata record closes each exchange and has the payload's digest."""
    main: Seen | None = None
    open_at: int | None = None
    for seen in walk(file, start, end, digests=False):
        if seen.is_main:
            main = seen
        if not seen.closes:
            open_at = seen.offset if open_at is None else open_at
            continue
        open_at = None
        if seen.facts is not None and "outcome" in seen.facts:
            yield capture_at(name, main if main is not None else seen, seen.facts)
        main = None
    if open_at is not None and not name.startswith(files.IMPORTED):  # there anybody may have written it
        raise Damage("torn", open_at, "the range ends within an exchange")


@dataclass(frozen=True, slots=True)
class Survey:
    """What a file holds: its captures, and records that could have been some, by the sentence that says why not."""

    captures: int
    passed_over: Mapping[str, int]


def survey(root: Path, filename: str) -> Survey:
    """Count the captures that `read_captures` gives of a sealed file, and what it passes over; computes no digests.

    Raises:
        NothingFoundError, ArchiveDamagedError: as `read_captures`.
    """
    with files.open_warc(root, filename) as file:
        try:
            if not is_foreign(file):
                return Survey(sum(1 for _ in _captures(file, filename, 0, file.seek(0, 2))), {})
            whys = Counter(why_no_capture(seen) for seen in walk(file, 0, file.seek(0, 2), digests=False))
        except Damage as damage:
            raise damaged(file, damage) from damage
    captures = whys.pop("", 0)
    whys.pop(NO_PAGE, None)
    return Survey(captures, whys)


NO_PAGE = "no page"


def why_no_capture(seen: Seen) -> str:
    """Return why a record of another program is no capture; empty if it is one."""
    head = seen.head
    if head.type == "continuation":
        return "further segments of records; they are kept, and not read"
    if not is_page(head) or not seen.is_main:
        return NO_PAGE
    if head.type == "conversion":
        return "pages converted by another program; they are kept, and not indexed"
    if head.date is None:
        return "pages without a date that can be read; they are kept, and not indexed"
    if seen.http is None and head.type != "resource":
        return "answers of another protocol than HTTP; they are kept, and not indexed"
    return ""


def _foreign_captures(file: BinaryIO, name: str, start: int, end: int) -> Iterator[Capture]:
    """Those of a file of another program: each HTTP response, revisit or resource of an address of the web is a capture."""
    for seen in walk(file, start, end, digests=True):
        if not why_no_capture(seen):
            yield capture_at(name, seen, {})


def capture_at(name: str, main: Seen, facts: dict[str, Any]) -> Capture:
    """Return the capture that a record of the file `name` makes, with the facts of its metadata record."""
    place = RecordLocation(filename=name, offset=main.offset, length=main.length)
    own = (main.payload_digest, main.payload_length or 0) if main.payload_digest else None
    return capture_of(place, main.head, main.http, facts, own)


def damaged(file: BinaryIO, damage: Damage) -> ArchiveDamagedError:
    """Return the error for a file that isn't whole."""
    return ArchiveDamagedError(damage.text, where=f"{file.name}@{damage.offset}", next_step=NEXT)


# ---------------------------------------------------------------- single records


def read_payload(root: Path, filename: str, offset: int, length: int, *, limit: int = MAX_PAYLOAD) -> Payload:
    """Return the decoded body of the response whose gzip member is at `offset`.

    Args:
        length: Of the member, in bytes, as the capture has it.
        limit: Bytes at which decoding stops.

    Raises:
        NothingFoundError: no such file, no answer in this record (a failed fetch), or it was purged.
        ArchiveDamagedError: no whole record is there.
    """
    try:
        with files.open_warc(root, filename, (offset, length)) as file:
            return payload_in(file, offset, length, limit=limit)
    except (NothingFoundError, ArchiveDamagedError) as error:
        if not was_purged(root, filename, offset):
            raise
        raise NothingFoundError(
            "this page was purged since it was indexed",
            where=error.where,
            next_step="Run `newsarchive ingest`, or `newsarchive fleet merge`",
        ) from error


def payload_in(file: BinaryIO, offset: int, length: int, *, limit: int = MAX_PAYLOAD) -> Payload:
    """Return the same of an open WARC file; raises as `read_payload`."""
    try:
        record = _record_at(file, offset, length)
        if record.head.type not in MAIN:
            raise NothingFoundError(
                "nothing came from the server in this fetch", where=f"{file.name}@{offset}"
            )
        payload = (_document if record.head.type in ("conversion", "resource") else _payload)(record, limit)
        record.finish()
    except Damage as damage:
        raise damaged(file, damage) from damage
    return payload


def _document(record: Record, limit: int) -> Payload:
    """What a browser made of a page, or a page without its HTTP head: the block is the body."""
    body = record.read(limit + 1)
    content_type = record.head.get("Content-Type") or ""
    return Payload(
        body=body[:limit],
        content_type=content_type,
        status=200,
        headers=(("Content-Type", content_type),),
        truncated=len(body) > limit,
        url=page_url(record.head),
        refers_to=refers_to(record.head),
    )


def _payload(record: Record, limit: int) -> Payload:
    pieces = record.pieces()
    http, first = read_http_head(pieces)
    notes = Decoding()
    parts, size = [], 0
    for piece in _decoded(http, first, pieces, notes):
        parts.append(piece)
        size += len(piece)
        if size > limit:
            break
    is_revisit = record.head.type == "revisit"
    is_cut = size > limit or bool(record.head.get("WARC-Truncated")) or bool(notes.problems)
    return Payload(
        body=b"".join(parts)[:limit],
        content_type=http.get("content-type"),
        status=http.status,
        headers=http.headers,
        truncated=is_cut and not is_revisit,
        problems=() if is_revisit else tuple(notes.problems),
        url=record.head.url,
        refers_to=refers_to(record.head),
    )


def read_http_head(pieces: Iterator[bytes]) -> tuple[HttpHead, bytes]:
    """Return the HTTP head at the start of a block, and what was read behind it."""
    start = next(pieces, b"")
    http = parse_head(start)
    while not http.is_complete and len(start) < MAX_HEAD:
        more = next(pieces, None)
        if more is None:
            break
        start += more
        http = parse_head(start)
    return http, start[http.length :]


def read_head(root: Path, ref: RecordRef) -> HttpHead | None:
    """Return the head of the answer that `ref` names; None if it isn't at its place any more (purged, damaged)."""
    place = ref.place
    if place is None:
        return None
    try:
        with files.open_warc(root, place.filename, (place.offset, place.length)) as file:
            record = _record_at(file, place.offset, place.length)
            if record.head.type not in MAIN or record.head.record_id != ref.record_id:
                return None
            return read_http_head(record.pieces())[0]
    except (Damage, NothingFoundError):
        return None


def _decoded(http: HttpHead, first: bytes, rest: Iterator[bytes], notes: Decoding) -> Iterator[bytes]:
    plain = Unframer(http)
    return decode_content(map(plain.feed, chain([first], rest)), codings(http), notes)


def read_raw(root: Path, filename: str, offset: int, length: int) -> bytes:
    """Return the block of the record whose gzip member is at `offset`: of a response, the bytes of the wire.

    Raises:
        NothingFoundError: no such file.
        ArchiveDamagedError: no whole record is there.
    """
    with files.open_warc(root, filename, (offset, length)) as file:
        try:
            record = _record_at(file, offset, length)
            block = b"".join(record.pieces())
            record.finish()
        except Damage as damage:
            raise damaged(file, damage) from damage
    return block


def _record_at(file: BinaryIO, offset: int, length: int) -> Record:
    size = file.seek(0, 2)
    if offset < 0 or length <= 0 or offset + length > size:
        raise Damage("torn", offset, f"the file has {size} bytes, the record should end at {offset + length}")
    for record in read_records(file, offset, offset + length):
        return record
    raise Damage("torn", offset, "no record here")


def read_source_texts(root: Path, filename: str) -> dict[str, str]:
    """Read the source files that the crawl wrote into this WARC: name -> TOML text.

    Raises:
        ArchiveDamagedError: the file isn't whole.
    """
    found: dict[str, str] = {}
    with files.open_warc(root, filename) as file:
        try:
            for seen in walk(file, 0, _end(root, file, None), digests=False):
                if seen.facts is not None and "toml" in seen.facts:
                    found[str(seen.facts["source"])] = str(seen.facts["toml"])
        except Damage as damage:
            raise damaged(file, damage) from damage
    return found


def _end(root: Path, file: BinaryIO, end: int | None) -> int:
    """Where reading ends: where asked, else at the end of what is safe to read."""
    if end is not None:
        return end
    path = Path(file.name)
    if path.name.endswith(files.OPEN):
        with suppress(FileNotFoundError):
            return files.committed_size(root, path)
    return file.seek(0, 2)  # also when it was sealed meanwhile


def known_captures(root: Path) -> dict[str, RecordRef]:
    """Read the last full capture of each URL from all WARCs: the table that revisits are made by."""
    table: dict[str, RecordRef] = {}
    for item in files.list_files(root):
        for capture in read_captures(root, item.filename, end=item.size):
            known = reference(capture)
            if known is not None and (
                known.url not in table or table[known.url].fetched_at <= known.fetched_at
            ):
                table[known.url] = known
    return table
