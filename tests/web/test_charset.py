"""What characters do the bytes stand for?"""

from __future__ import annotations

import pytest

from newsarchive.web.charset import decode
from newsarchive.web.html_tree import is_html

TEXT = "Zürich – „Straße“ kostet 5 €"


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (TEXT.encode(), None),
        (TEXT.encode("utf-8-sig"), None),
        (TEXT.encode("utf-16"), None),
        (TEXT.encode("utf-16-be"), None),
        (TEXT.encode("cp1252"), "text/html; charset=ISO-8859-1"),
        (b'<meta charset="windows-1252">' + TEXT.encode("cp1252"), None),
        (
            b'<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">'
            + TEXT.encode("cp1252"),
            None,
        ),
        (TEXT.encode(), "text/html; charset=iso-8859-1"),  # says Latin-1, is UTF-8
        (TEXT.encode(), "text/html; charset=no-such-thing"),
    ],
)
def test_the_text_comes_out(data: bytes, content_type: str | None) -> None:
    assert TEXT in decode(data, content_type)[0]


@pytest.mark.parametrize(
    ("name", "label", "text"),
    [
        ("gb18030", "gb2312", "港口委员会星期二投票"),
        ("cp932", "Shift_JIS", "港の委員会は火曜に"),
        ("euc-jp", "EUC-JP", "港の委員会は火曜に"),
        ("cp949", "euc-kr", "항만 위원회는 화요일"),
        ("big5", "Big5", "港口委員會星期二投票"),
        ("cp1251", "windows-1251", "Портовый совет"),
        ("koi8-r", "KOI8-R", "Портовый совет"),
        ("cp1256", "windows-1256", "مجلس الميناء"),
        ("iso2022_jp", "iso-2022-jp", "港の委員会は火曜に"),
    ],
)
def test_declared_encodings_of_the_world(name: str, label: str, text: str) -> None:
    data = f'<html><head><meta charset="{label}"></head><body>{text}</body></html>'.encode(name)
    assert text in decode(data)[0]


def test_a_few_broken_bytes_do_not_turn_utf8_into_something_else() -> None:
    data = TEXT.encode() * 50 + b"\xff\xfe" + TEXT.encode()
    text, name, _ = decode(data)
    assert name == "utf-8"
    assert text.count("Zürich") == 51


@pytest.mark.parametrize("label", ["base64", "rot13", "unicode_escape", "idna", "utf-7", "zlib"])
def test_codecs_that_are_no_charsets_are_never_used(label: str) -> None:
    assert decode(b"<meta charset='" + label.encode() + b"'>caf\xe9 cr\xe8me")[1] != label


def test_control_characters_are_dropped() -> None:
    assert decode(b"a\x00b\x01c\x0bd\te\n")[0] == "abcd\te\n"


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (b"<p>hello", None, True),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", None, True),
        ("<html><body>x".encode("utf-16"), None, True),
        (b"plain words", "text/html", True),
        (b"plain words", "text/plain", False),
        (b"%PDF-1.4 <html>", "text/html", False),
        (b"<?xml version='1.0'?><urlset>", "text/html", False),
        (b"\x89PNG....", None, False),
    ],
)
def test_what_is_a_page(data: bytes, content_type: str | None, expected: bool) -> None:
    assert is_html(data, content_type) is expected
