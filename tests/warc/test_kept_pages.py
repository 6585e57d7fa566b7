"""Pages without HTTP answers as records: which types, which digests, what is said of them; the same pages, the same bytes."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from warcio.archiveiterator import ArchiveIterator

from newsarchive.warc.kept_pages import TEXT, KeptPage, write_pages

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PAGES = (
    KeptPage(url="https://gazette.example/a b", at=NOON, body=b"<p>Ferry</p>", made_of="output.html"),
    KeptPage(
        url="https://gazette.example/t",
        at=NOON,
        body=b"Ferry\r\n\r\nWARC/1.1\r\n",
        made_of="a.txt",
        content_type=TEXT,
    ),
    KeptPage(
        url="https://gazette.example/w",
        at=NOON,
        body=b"",
        made_of="row 1\r\nkept-by: me",
        archived_at="https://web.archive.org/x",
    ),
)


def written(*pages: KeptPage) -> bytes:
    out = io.BytesIO()
    assert write_pages(out, pages, "a program") == len(pages)
    return out.getvalue()


def test_pages_are_resources_texts_conversions_each_with_a_record_that_says_what_it_is_made_of() -> None:
    found = []
    for record in ArchiveIterator(io.BytesIO(written(*PAGES)), check_digests="raise"):
        head = record.rec_headers
        found.append((record.rec_type, head.get_header("WARC-Target-URI"), record.content_stream().read()))
    assert found[1:] == [
        ("resource", "https://gazette.example/a%20b", b"<p>Ferry</p>"),
        ("metadata", "https://gazette.example/a%20b", b"kept-by: a program\r\nmade-of: output.html\r\n"),
        ("conversion", "https://gazette.example/t", b"Ferry\r\n\r\nWARC/1.1\r\n"),
        ("metadata", "https://gazette.example/t", b"kept-by: a program\r\nmade-of: a.txt\r\n"),
        ("resource", "https://gazette.example/w", b""),
        (
            "metadata",
            "https://gazette.example/w",
            b"kept-by: a program\r\nmade-of: row 1 kept-by: me\r\narchived-at: https://web.archive.org/x\r\n",
        ),
    ]
    assert found[0][0] == "warcinfo"
    assert b"pages that a program kept, without their HTTP answers" in found[0][2]


def test_the_same_pages_give_the_same_bytes_and_no_pages_none() -> None:
    assert written(*PAGES) == written(*PAGES) != written(*PAGES[:2])
    assert written() == b""
