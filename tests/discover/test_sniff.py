"""Bytes to text, and what kind of document the text is."""

from __future__ import annotations

import gzip

import pytest

from newsarchive.discover.document import unpack


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<rss version='2.0'></rss>", "xml"),
        (b"<a:feed xmlns:a='x'></a:feed>", "xml"),
        (b"<unknown/>", "xml"),
        (b'{"items": []}', "json"),
        (b"https://a.example/1\nhttps://a.example/2", "text"),
        (b"hello", "text"),
        (b"<!DOCTYPE html><html></html>", "html"),
        (b"<p>words &lt;rss and no more</p>", "html"),
        (b"<html><pre>&lt;rss version=2&gt;&lt;item /&gt;</pre></html>", "xml"),
        (b"<html><feed class=x>no entries</feed></html>", "html"),
    ],
)
def test_shapes_of_documents(body: bytes, shape: str) -> None:
    assert unpack(body).shape == shape


def test_no_more_is_unpacked_than_the_limit() -> None:
    found = unpack(gzip.compress(b"x" * 1_000_000), limit=1000)
    assert (len(found.text), found.is_cut) == (1000, True)


def test_several_gzip_members_are_one_document() -> None:
    assert unpack(gzip.compress(b"<rss>") + gzip.compress(b"</rss>")).text == "<rss></rss>"


def test_what_is_no_gzip_after_all_is_told() -> None:
    assert unpack(b"\x1f\x8b\x08broken").is_cut
