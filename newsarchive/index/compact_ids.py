"""How the index writes things small: ids by hash, record ids and digests as bytes, codes, packed JSON.

Pure: it opens no database. An id is made from what the row is, never counted, so that any order of
arrival gives the same ids. Tested in tests/index/test_compact_ids.py.
"""

from __future__ import annotations

import base64
import hashlib
import json
import uuid
import zlib
from datetime import UTC, date, datetime, timedelta
from typing import Any, get_args

from newsarchive.model import Block, CaptureKind, Reason

# Order gives the code in captures.kind and captures.reason, so a new reason comes last; the view captures_read says the same.
KINDS: tuple[CaptureKind, ...] = ("response", "same-payload", "not-modified", "failed", "rendered")
WITH_BYTES: frozenset[CaptureKind] = frozenset({"response", "rendered"})
"""Captures whose own record holds the bytes of their page."""
REASONS: tuple[Reason, ...] = get_args(Reason)
STORY_REASONS: frozenset[Reason] = frozenset({"new", "recheck", "import", "manual", "continuation"})
"""Captures made for these reasons may be stories; the others are rows and no more."""

KIND_LETTERS = {
    "paragraph": "p",
    "heading": "h",
    "quote": "q",
    "list_item": "l",
    "table_row": "t",
    "caption": "c",
    "credit": "r",
    "embed": "e",
    "entry": "n",
    "title": "T",
    "description": "d",
    "byline": "b",
    "date": "D",
    "other": "o",
    "table": "a",
    "notice": "i",
}
LETTER_KINDS = {letter: kind for kind, letter in KIND_LETTERS.items()}

DAY_BITS, TEXT_BITS = 17, 46  # 63 in all: days up to the year 2328, 7e13 texts a day
_DAY_ZERO = date(1970, 1, 1)


def hash63(*parts: str | bytes) -> int:
    """Return a positive 63-bit id of `parts`; (“a”, “bc”) and (“ab”, “c”) differ."""
    return int.from_bytes(_digest(*parts)[:8], "big") >> 1


def hash47(*parts: str | bytes) -> int:
    """Return a positive 47-bit id (six bytes in SQLite), for tables of few rows that many rows point to."""
    return int.from_bytes(_digest(*parts)[:6], "big") >> 1


def _digest(*parts: str | bytes) -> bytes:
    whole = hashlib.blake2b(digest_size=8)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big"))
        whole.update(data)
    return whole.digest()


def source_id(name: str) -> int:
    """Return the id of a source."""
    return hash47("source", name)


def warc_file_id(name: str) -> int:
    """Return the id of a WARC file, by its final name."""
    return hash47("warc", name)


def url_id(url: str) -> int:
    """Return the id of a URL, spelt as it was fetched."""
    return hash63("url", url)


def capture_id(record_id: str) -> int:
    """Return the id of a capture, and of the version that it shows first."""
    return hash63("capture", record_id)


def page_id(url: str, payload_digest: str) -> int:
    """Return the id of a page: one payload at one URL."""
    return hash63("page", url, payload_digest)


def shows_id(form: str, month: int) -> int:
    """Return what the pages of a month have in common that show the same; `form` is `counters.form_of`'s."""
    return hash63("shows", form, str(month))


def part_id(table: str, *key: int | str) -> int:
    """Return the id of what belongs to a story: a row of changes (versions' ids), events (capture's id, kind) or
    field_changes (capture's id, name)."""
    return hash63(table, *map(str, key))


def identity_id(key: str) -> int:
    """Return the id of one of `versions.identity_keys`."""
    return hash63("identity", key)


def text_id(day: int, title: str, description: str, text: str, captions: str) -> int:
    """Return the id of a text: its story's day in the upper bits, then a hash, so that ids grow with time.

    Args:
        day: Days since 1970, cut to 0..131071.
    """
    low = int.from_bytes(_digest(title, description, text, captions), "big") >> (64 - TEXT_BITS)
    return min(max(day, 0), (1 << DAY_BITS) - 1) << TEXT_BITS | low


def first_text_id(day: int) -> int:
    """Return the lowest id that a text of this day can have; `day` as for `text_id`, or any whole number."""
    return min(max(day, 0), (1 << DAY_BITS) - 1) << TEXT_BITS


def last_text_id(day: int) -> int:
    """Return the highest id that a text of this day can have; -1 before 1970."""
    return (min(max(day + 1, 0), 1 << DAY_BITS) << TEXT_BITS) - 1


def day_number(moment: datetime | date) -> int:
    """Return days since 1970-01-01, UTC."""
    day = moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment
    return (day - _DAY_ZERO).days


def day_of(number: int) -> date:
    """Return the day that `day_number` gave."""
    return _DAY_ZERO + timedelta(days=number)


def month_number(moment: datetime) -> int:
    """Return 202611 for any moment of November 2026, UTC."""
    at = moment.astimezone(UTC)
    return at.year * 100 + at.month


def pack_record(record_id: str) -> bytes | str:
    """Return 16 bytes of `urn:uuid:…`; any other record id as it is."""
    try:
        value = uuid.UUID(record_id.removeprefix("urn:uuid:"))
    except ValueError:
        return record_id
    return value.bytes if unpack_record(value.bytes) == record_id else record_id


def unpack_record(value: bytes | str) -> str:
    """Return the record id that `pack_record` packed."""
    return value if isinstance(value, str) else f"urn:uuid:{uuid.UUID(bytes=value)}"


def pack_digest(digest: str | None) -> bytes | str | None:
    """Return 20 bytes of `sha1:BASE32`; any other digest as it is."""
    if digest is None or not digest.startswith("sha1:"):
        return digest
    try:
        value = base64.b32decode(digest[5:])
    except ValueError:
        return digest
    return value if unpack_digest(value) == digest else digest


def unpack_digest(value: bytes | str | None) -> str | None:
    """Return the digest that `pack_digest` packed."""
    return value if value is None or isinstance(value, str) else "sha1:" + base64.b32encode(value).decode()


LEVEL = 3  # of compression: twice as fast as 6, a tenth larger


def pack_json(value: object) -> bytes:
    """Return `value` as compressed JSON; equal values give equal bytes."""
    return pack_text(to_json(value))


def unpack_json(data: bytes) -> Any:
    """Return the value that `pack_json` packed."""
    return json.loads(unpack_text(data))


def pack_text(text: str) -> bytes:
    """Return `text` compressed; equal texts give equal bytes."""
    return zlib.compress(text.encode("utf-8", "surrogatepass"), LEVEL)


def unpack_text(data: bytes) -> str:
    """Return the text that `pack_text` packed; the JSON that `pack_json` did."""
    return zlib.decompress(data).decode("utf-8", "surrogatepass")


def to_json(value: object) -> str:
    """Return `value` as JSON without spaces, keys sorted: equal values give equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def paragraph_kinds(blocks: tuple[Block, ...]) -> str:
    """Return one letter for each kept block."""
    return "".join(KIND_LETTERS.get(block.kind, "o") for block in blocks if block.kept)


def id_text(key: str, value: Any) -> Any:
    """Return `value` for JSON: text if it is an id, because ids have 63 bits and JavaScript's numbers hold 53."""
    if key == "aliases" and isinstance(value, list | tuple):
        return [str(alias) for alias in value]
    is_id = (key == "id" or key.endswith("_id")) and isinstance(value, int) and not isinstance(value, bool)
    return str(value) if is_id else value
