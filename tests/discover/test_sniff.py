"""Bytes to text, and what kind of document the text is."""

from __future__ import annotations

import gzip

import pytest

from newsarchive.discover.sniff import unpack
from newsarchive.web.charset import decode


@pytest.mark.parametrize(
    ("data", "content_type", "text", "charset"),
    [
        (b"caf\xc3\xa9", None, "café", "utf-8"),
        (b"caf\xe9", None, "café", "cp1252"),
        (b"caf\xe9", "text/xml; charset=ISO-8859-1", "café", "cp1252"),
        (b"\x93caf\xe9\x94", "text/xml; charset=iso-8859-1", "“café”", "cp1252"),
        (b"<?xml version='1.0' encoding='koi8-r'?>\xc4\xd0", None, "<?xml version='1.0' encoding='koi8-r'?>дп", "koi8-r"),
        (b'<meta charset="shift_jis">\x83j\x83V\x83\x93', None, '<meta charset="shift_jis">ニシン', "cp932"),
        (b"\xef\xbb\xbfcaf\xc3\xa9", "x; charset=latin-1", "café", "utf-8"),
        ("<é".encode("utf-16"), None, "<é", "utf-16-le"),
        (b"\x1b$B%K\x1b(B", "x; charset=iso-2022-jp", "ニ", "iso2022_jp"),
        (b"caf\xc3\xa9", "x; charset=rot13", "café", "utf-8"),
        (b"caf\xc3\xa9", 'x; charset="utf-8"', "café", "utf-8"),
    ],
)  # fmt: skip
def test_charsets(data: bytes, content_type: str | None, text: str, charset: str) -> None:
    assert decode(data, content_type) == (text, charset, False)


def test_one_broken_character_does_not_change_the_charset_of_all() -> None:
    text, charset, is_repaired = decode("é".encode() * 200 + b"\xff", None)
    assert (text, charset, is_repaired) == ("é" * 200 + "\ufffd", "utf-8", True)


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
