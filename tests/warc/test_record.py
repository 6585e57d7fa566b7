"""Heads of WARC records: nothing can add a line, what is built is read back."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.warc.record import (
    build_head,
    clean,
    digest_text,
    facts_block,
    head_end,
    id_bytes,
    new_id,
    parse_record_head,
    read_facts,
    read_warc_fields,
    safe_url,
    warc_fields,
)

URLS = [
    ("http://e.example/a?b=c#d", "http://e.example/a?b=c#d"),
    ("http://e.example/\r\nWARC-Injected: yes", "http://e.example/%0D%0AWARC-Injected:%20yes"),
    ("http://e.example/\0x", "http://e.example/%00x"),
    ("http://user:pw@e.example/", "http://e.example/"),
    ("http://user@e.example:80/a@b", "http://e.example:80/a@b"),
    ("http://e.example/100%25", "http://e.example/100%25"),
    ("http://e.example/straße", "http://e.example/stra%C3%9Fe"),
    ("http://e.example/<b>", "http://e.example/%3Cb%3E"),
    ("http://e.example/\ud800", "http://e.example/?"),
    ("http://[::1]:8080/", "http://[::1]:8080/"),
]


@pytest.mark.parametrize(("url", "expected"), URLS)
def test_a_url_is_made_safe_for_a_head(url, expected):
    assert safe_url(url) == expected
    assert safe_url(expected) == expected


@given(st.text(max_size=200), st.text(max_size=200))
def test_no_value_adds_a_line_or_ends_the_head(first, second):
    head = build_head([("WARC-Type", "response"), ("X-First", first), ("X-Second", second)])
    read = parse_record_head(head + b"block")
    assert read is not None
    assert [name for name, _ in read.fields] == ["WARC-Type", "X-First", "X-Second"]
    assert read.length == len(head)


@given(st.text(max_size=200))
def test_a_safe_url_is_printable_ascii_without_blanks(url):
    safe = safe_url(url)
    assert safe.isascii()
    assert not any(c <= " " or c in "<>\x7f" for c in safe)


@given(
    st.dictionaries(
        st.text(min_size=1, max_size=10), st.text(min_size=1) | st.integers() | st.booleans(), max_size=5
    )
)
def test_facts_come_back_as_they_went_in(facts):
    assert read_facts(facts_block(facts, also=[("via", "http://e.example/")])) == facts


def test_facts_of_another_writer_are_none():
    assert read_facts(b"via: http://e.example/\r\n") is None
    assert read_facts(b"newsarchive: {broken\r\n") is None
    assert read_facts(b"newsarchive: 3\r\n") is None


def test_warc_fields_stay_on_their_lines():
    block = warc_fields([("robots", "obey\r\nsoftware: other"), ("empty", ""), ("none", None)])
    assert read_warc_fields(block) == {"robots": "obey software: other"}


def test_small_forms():
    assert digest_text(bytes(20)) == "sha1:" + "A" * 32
    assert clean(" a\r\n\0b\u2028c ") == "a b c"
    assert len(id_bytes(new_id())) == len(id_bytes("http://e.example/not-a-uuid")) == 16


HEADS = [
    (b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 3\r\n\r\n", "response", 3),
    (b"WARC/1.1\nWARC-Type: Request\nContent-Length:3\n\n", "request", 3),
    (b"WARC/1.0\r\nWARC-Type: re\r\n visit\r\nContent-Length: x\r\n\r\n", "re visit", None),
]


@pytest.mark.parametrize(("raw", "kind", "length"), HEADS)
def test_heads_of_other_writers_are_read(raw, kind, length):
    head = parse_record_head(raw)
    assert head is not None
    assert (head.type, head.content_length) == (kind, length)


@pytest.mark.parametrize(
    "raw", [b"", b"WARC/1.1\r\n", b"HTTP/1.1 200 OK\r\n\r\n", b"WARC/1.1\r\nno colon\r\n\r\n"]
)
def test_what_is_no_head_is_none(raw):
    assert parse_record_head(raw) is None


PARTS = [
    b"\r\n",
    b"\n",
    b"\r",
    b" ",
    b"\t",
    b":",
    b"a",
    b"\xff",
    b"\xc3\xa9",
    b"\xc2\x85",
    b"\0",
    b"Content-Length: 3",
]


@given(st.lists(st.sampled_from(PARTS), max_size=12).map(b"".join))
def test_no_head_of_another_writer_raises(rest):
    raw = b"WARC/1.0\r\n" + rest + b"\r\n\r\n"
    head = parse_record_head(raw)
    assert head is None or (head.version == "WARC/1.0" and head.length == head_end(raw, len(raw))[1])


@given(
    st.lists(st.sampled_from([b"\r", b"\n", b"\n\r\n", b"a"]), max_size=14).map(b"".join), st.integers(1, 20)
)
def test_a_heads_end_is_found_as_an_expression_would_find_it(data, limit):
    found = re.search(rb"\r?\n\r?\n", data[:limit])
    assert head_end(data, limit) == (found.span() if found else (len(data), len(data)))
