"""WARC/1.1 records: heads built and parsed, digests, the metadata record's facts.

Pure, but for the random record ids. Every value that goes into a head passes `clean`, so that no URL, header or file name can add
a line to a record. Tested in tests/warc/test_record.py.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO
from urllib.parse import quote

from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser  # type: ignore[import-untyped]

from newsarchive.text import load_json, without_surrogates
from newsarchive.times import EPOCH, iso, parse_iso

VERSION = "WARC/1.1"
HTTP_RESPONSE = "application/http; msgtype=response"
HTTP_REQUEST = "application/http; msgtype=request"
# Indexers of other makers (pywb 2.10, cdxj-indexer 1.5) leave records of this type out of replay;
# a metadata record of any other type under a page's URL would replace the page.
WARC_FIELDS = "application/warc-fields"
SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
FACTS = "newsarchive"  # the field of a metadata record that holds our JSON
MAX_HEAD = 256 * 1024  # bytes of a record's head that are accepted when reading
MAX_URL = 32 * 1024  # characters of a URL that are written
PIECE = 256 * 1024  # bytes of a block read at once from a file
MAX_FACTS = 1024 * 1024  # bytes of a metadata record that are written, and held when reading

_NAMES = frozenset(
    [
        "WARC-Type",
        "WARC-Record-ID",
        "WARC-Date",
        "WARC-Target-URI",
        "WARC-IP-Address",
        "WARC-Protocol",
        "WARC-Cipher-Suite",
        "WARC-Profile",
        "WARC-Refers-To",
        "WARC-Refers-To-Target-URI",
        "WARC-Refers-To-Date",
        "WARC-Payload-Digest",
        "WARC-Block-Digest",
        "WARC-Truncated",
        "WARC-Concurrent-To",
        "WARC-Warcinfo-ID",
        "WARC-Filename",
        "Content-Type",
        "Content-Length",
    ]
)
_ODD_HEADS = StatusAndHeadersParser([], verify=False)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CUT_ESCAPE = re.compile(r"%[0-9A-Fa-f]?$")
_USERINFO = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#@]*@")


class RecordHead:
    """The head of a WARC record: its version and its fields in order.

    `length` counts its bytes with the empty line, `content_length` those of the block: None if the field is absent or no number.
    `type` is in lower case, `record_id` without angle brackets; both are empty if the record has none.
    """

    __slots__ = ("_first", "_is_plain", "content_length", "fields", "length", "record_id", "type", "version")

    def __init__(self, version: str, fields: Sequence[tuple[str, str]], length: int) -> None:
        self.version = version
        self.fields = tuple(fields)
        self.length = length
        self._first = dict(reversed(self.fields))
        self._is_plain = self._first.keys() <= _NAMES  # nothing in another case of letters
        size = (self.get("Content-Length") or "").strip()
        self.content_length = int(size) if size.isdecimal() and size.isascii() and len(size) < 19 else None
        self.type = (self.get("WARC-Type") or "").lower()
        self.record_id = bare_id(self.get("WARC-Record-ID") or "")

    def get(self, name: str) -> str | None:
        """Return the first value of the field `name`, in any case of letters; None if absent."""
        value = self._first.get(name)
        if value is not None or (self._is_plain and name in _NAMES):
            return value
        wanted = name.lower()
        return next((value for key, value in self.fields if key.lower() == wanted), None)

    def get_all(self, name: str) -> tuple[str, ...]:
        if self._is_plain and name in _NAMES and name not in self._first:
            return ()
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)

    @property
    def url(self) -> str:
        """WARC-Target-URI; some writers put it in angle brackets."""
        return bare_id(self.get("WARC-Target-URI") or "")

    @property
    def date(self) -> datetime | None:
        return read_date(self.get("WARC-Date"))

    @property
    def is_http(self) -> bool:
        return (self.get("Content-Type") or "").lower().startswith("application/http")


def head_end(data: bytes, limit: int) -> tuple[int, int]:
    """Return where a head's last line ends, and where what follows its empty line begins; CRLF or bare LF.

    Both are the length of `data` if there is no empty line within `limit` bytes.
    """
    crlf = data.find(b"\n\r\n", 0, limit)
    bare = data.find(b"\n\n", 0, crlf + 1 if crlf >= 0 else limit)
    at, after = (bare, bare + 2) if bare >= 0 else (crlf, crlf + 3)
    if at < 0:
        return len(data), len(data)
    return at - (data[at - 1 : at] == b"\r"), after


def new_id() -> str:
    """Return a fresh record id, `urn:uuid:…`."""
    return f"urn:uuid:{uuid.uuid4()}"


def bare_id(value: str) -> str:
    """Return `value` without the angle brackets around it."""
    value = value.strip()
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def id_bytes(record_id: str) -> bytes:
    """Return 16 bytes for a record id: those of its UUID, else the first 16 of a hash of it."""
    text = record_id[-36:].replace("-", "")
    try:
        if len(text) == 32:
            return bytes.fromhex(text)
    except ValueError:
        pass
    return hashlib.sha256(record_id.encode("utf-8", "replace")).digest()[:16]


def read_date(value: str | None) -> datetime | None:
    """Return a WARC-Date of 4 to 26 characters as a moment; None if it is absent, not one, or before 1970."""
    if not value:
        return None
    try:
        moment = parse_iso(value)
    except ValueError:
        return None
    return moment if moment >= EPOCH else None


def digest_text(digest: bytes, algorithm: str = "sha1") -> str:
    """Return `sha1:BASE32`, the form that all tools take."""
    return f"{algorithm}:{base64.b32encode(digest).decode().rstrip('=')}"


def clean(value: str) -> str:
    """Return `value` on one line: control characters become a space each run, a lone surrogate U+FFFD."""
    return without_surrogates(_CONTROL.sub(" ", value)).strip()


def without_userinfo(url: str) -> str:
    """Return `url` without the user and password that it may name before its host."""
    return _USERINFO.sub(r"\1", url)


def safe_url(url: str) -> str:
    """Return `url` as it may be written in a record: no password, nothing but printable ASCII, at most MAX_URL characters.

    Blanks, control characters, angle brackets and other scripts are percent-encoded as UTF-8; what
    is encoded already stays. What is longer is cut: no reader would take the record.
    """
    url = without_userinfo(url.strip(" ")[: MAX_URL + 1])
    safe = quote(url, safe="!#$%&'()*+,/:;=?@[]~^`|{}\\\"-._", errors="replace")
    return safe if len(safe) <= MAX_URL else _CUT_ESCAPE.sub("", safe[:MAX_URL])


def build_head(fields: Iterable[tuple[str, str | None]]) -> bytes:
    """Return the bytes of a head, with the empty line; fields whose value is None are left out."""
    written = [(name, clean(value)) for name, value in fields if value is not None]
    head: bytes = StatusAndHeaders("", written, protocol=VERSION).to_bytes()
    return head


def parse_record_head(start: bytes) -> RecordHead | None:
    """Return the head with which `start` begins; None if its end isn't there or it isn't a WARC head."""
    end, length = head_end(start, MAX_HEAD)
    if length == end or not start.startswith(b"WARC/"):
        return None
    text = start[:end].decode("utf-8", "replace")
    version, *lines = text.split("\r\n")
    fields = [(name, value) for line in lines for name, colon, value in (line.partition(": "),) if colon]
    if len(fields) < len(lines) or _is_odd(text):
        version, *lines = text.split("\n")
        if any(":" not in line and line[:1] not in (" ", "\t") for line in lines):
            return None
        fields = _ODD_HEADS.parse(io.BytesIO(start[:length])).headers
    return RecordHead(version.strip(), fields, length)


def _is_odd(text: str) -> bool:
    """Whether a head may have line ends or blanks where nearly no writer puts them."""
    return (
        ":  " in text or " :" in text or " \r" in text or "\t" in text or "\r\n " in text
        or text.count("\n") != text.count("\r\n") or text[-1:] == " "
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordBlock:
    """A record's content: bytes, or a range of a file. `digest` is its sha1."""

    data: bytes | BinaryIO
    length: int
    digest: str
    is_dense: bool = False  # compressed already

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


def block_of(data: bytes) -> RecordBlock:
    return RecordBlock(data, len(data), digest_text(hashlib.sha1(data).digest()))


def warc_fields(fields: Iterable[tuple[str, object]]) -> bytes:
    """Return a block of `name: value` lines; None and empty values are left out."""
    lines = [f"{clean(name)}: {clean(str(v))}\r\n" for name, v in fields if v is not None and v != ""]
    return "".join(lines).encode()


def read_warc_fields(block: bytes) -> dict[str, str]:
    """Return the lines of such a block; of a repeated name the last."""
    lines = (line.partition(":") for line in block.decode("utf-8", "replace").splitlines())
    return {name.strip(): value.strip() for name, colon, value in lines if colon}


def facts_block(facts: Mapping[str, Any], also: Iterable[tuple[str, object]] = ()) -> bytes:
    """Return the block of a metadata record: fields that other tools know, then ours as one line of JSON."""
    kept = {k: v for k, v in facts.items() if v is not None and v != "" and v != {}}
    text = json.dumps(kept, ensure_ascii=True, separators=(",", ":"), default=_encode)
    return warc_fields([*also, (FACTS, text)])


def read_facts(block: bytes) -> dict[str, Any] | None:
    """Return what `facts_block` wrote; None if the block isn't ours."""
    text = read_warc_fields(block).get(FACTS)
    if text is None:
        return None
    try:
        facts = load_json(text)
    except ValueError:
        return None
    return facts if isinstance(facts, dict) else None


def _encode(value: object) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, bytes):
        return value.decode("latin-1")
    return str(value)
