"""A record head that was changed and packed again: what contradicts it in the same exchange or file."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from newsarchive.warc import list_files, verify
from newsarchive.warc.verify_records import walk
from tests.warc.making import answer, exchange, page, write


def archive(root: Path) -> Path:
    """A page, a revisit of it, a 304 and a fetch that never connected."""
    items = [
        exchange(1, response=answer(page(1))),
        exchange(2, response=answer(page(1))),
        exchange(3, response=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        exchange(4, request=b"", error="refused"),
    ]
    write(root, items)
    return root


def change(root: Path, kind: str, spoil: Callable[[bytes], bytes]) -> None:
    """Rewrites the head of the last record of that type in the first file that has one."""
    for item in list_files(root):
        path = root / "warc" / item.filename
        data = path.read_bytes()
        with path.open("rb") as file:
            found = [s for s in walk(file, 0, len(data), digests=False) if s.head.type == kind]
        if found:
            seen = found[-1]
            head, end, block = gzip.decompress(data[seen.offset : seen.end]).partition(b"\r\n\r\n")
            assert spoil(head) != head
            path.write_bytes(
                data[: seen.offset] + gzip.compress(spoil(head) + end + block) + data[seen.end :]
            )
            return


def value(name: str, new: str) -> Callable[[bytes], bytes]:
    return lambda head: re.sub(
        rb"(?m)^%s: .*?(\r?)$" % name.encode(), f"{name}: {new}".encode() + rb"\1", head
    )


UUID = "<urn:uuid:00000000-0000-4000-8000-000000000000>"
CHANGES = [
    ("response", value("WARC-Date", "2026-11-24T13:00:01.000123Z"), "URL or date"),
    ("request", value("WARC-Target-URI", "http://harbour.example/b"), "URL or date"),
    ("request", value("WARC-Date", "2026-11-24T13:00:01.000123Z"), "URL or date"),
    ("request", value("WARC-IP-Address", "127.0.0.9"), "two addresses"),
    ("request", value("WARC-Warcinfo-ID", UUID), "WARC-Warcinfo-ID"),
    ("warcinfo", value("WARC-Record-ID", UUID), "WARC-Warcinfo-ID"),
    ("response", value("WARC-Type", "resource"), "isn't made of"),
    ("request", value("WARC-Type", "response"), "isn't made of"),
    ("response", value("Content-Type", "text/html"), "of type text/html"),
    ("revisit", value("WARC-Profile", "http://example.org/mine"), "a revisit of profile"),
    ("revisit", value("WARC-Refers-To-Target-URI", "http://harbour.example/b"), "own URL"),
    ("revisit", value("WARC-Refers-To-Date", "2026-11-24T13:00:01.000123Z"), "of another date"),
    ("revisit", value("WARC-Payload-Digest", "sha1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), "payload digest is"),
]


@pytest.mark.parametrize(
    ("kind", "spoil", "said"),
    CHANGES,
    ids=[f"{kind}-{said}-{n}" for n, (kind, _, said) in enumerate(CHANGES)],
)
def test_a_head_that_was_changed_contradicts_its_exchange_or_file(
    tmp_path: Path, kind: str, spoil: Callable[[bytes], bytes], said: str
) -> None:
    root = archive(tmp_path)
    assert verify(root).findings == ()
    change(root, kind, spoil)
    found = [f.text for f in verify(root).findings if f.kind != "manifest"]
    assert any(said in text for text in found), found


def test_a_record_that_is_there_twice_is_found(tmp_path: Path) -> None:
    root = archive(tmp_path)
    item = next(f for f in list_files(root) if not f.is_checks)
    path = root / "warc" / item.filename
    data = path.read_bytes()
    with path.open("rb") as file:
        seen = next(s for s in walk(file, 0, len(data), digests=False) if s.head.type == "request")
    path.write_bytes(data[: seen.end] + data[seen.offset : seen.end] + data[seen.end :])
    found = [f.text for f in verify(root).findings if f.kind == "exchange"]
    assert "its record id is that of an earlier record" in found
