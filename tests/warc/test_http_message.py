"""HTTP messages as servers send them: heads, codings, secrets."""

from __future__ import annotations

import gzip
import random
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.warc.http_message import Decoding, _inflate_with_care, decode_content, parse_head, redact

HEADS = [
    # bytes, status, headers, length, complete, clean
    (b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\nx", 200, (("A", "1"),), 25, True, True),
    (b"HTTP/1.1 200\r\nA: 1\r\n\r\n", 200, (("A", "1"),), 22, True, True),
    (b"HTTP/1.0 404 Not Found\nA: 1\n\nx", 404, (("A", "1"),), 29, True, False),
    (b"HTTP/1.1 200 OK\r\nA: 1\n\r\nx", 200, (("A", "1"),), 24, True, False),
    (b"HTTP/1.1 200 OK\r\nA: 1\r\n  and 2\r\n\r\n", 200, (("A", "1 and 2"),), 34, True, True),
    (b"HTTP/1.1 200 OK\r\nno colon here\r\nA: 1\r\n\r\n", 200, (("A", "1"),), 40, True, True),
    (
        b"HTTP/1.1 200 OK\r\nA:  caf\xe9  \r\nA: 2\r\n\r\n",
        200,
        (("A", "caf\xe9"), ("A", "2")),
        37,
        True,
        True,
    ),
    (b"HTTP/1.1 200 OK\r\nA: 1", 200, (("A", "1"),), 21, False, False),
    (b"ICY 200 OK\r\n\r\n", 200, (), 14, True, True),
    (b"\r\n\nHTTP/1.1 200 OK\r\nA: 1\r\n\r\n", 200, (("A", "1"),), 28, True, False),
    (b"HTTP/1.1 200 OK\r\n A: 1\r\nB: 2\r\n\r\n", 200, (("A", "1"), ("B", "2")), 32, True, True),
    (b"HTTP/1.1  404 \r\n\r\n", 404, (), 18, True, True),
    (b"http/1.1 200\xa0OK\r\n\r\n", 200, (), 19, True, True),
    (b"HTTP/2 200\r\n\r\n", 200, (), 14, True, True),
    (b"HTTP/1.1 20000 OK\r\n\r\n", None, (), 21, True, True),
    (b"\x00\xff", None, (), 2, False, False),
    (b"", None, (), 0, False, False),
]


@pytest.mark.parametrize(("raw", "status", "headers", "length", "complete", "clean"), HEADS)
def test_a_head_is_read_as_sent(raw, status, headers, length, complete, clean):
    head = parse_head(raw)
    assert (head.status, head.headers, head.length) == (status, headers, length)
    assert (head.is_complete, head.is_clean) == (complete, clean)


def test_a_header_is_found_in_any_case():
    head = parse_head(b"HTTP/1.1 200 OK\r\nX-ODD: 1\r\nx-odd: 2\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n")
    assert head.get("x-Odd") == "1"
    assert head.get_all("X-odd") == ("1", "2")
    assert head.get("absent") is None
    assert head.tokens("transfer-encoding") == ("gzip", "chunked")


REQUESTS = [
    (
        b"GET / HTTP/1.1\r\nCookie: a=1\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\nCookie: [redacted]\r\nHost: h\r\n\r\n",
    ),
    (
        b"GET / HTTP/1.1\r\ncOOKIE:a=1\r\n b=2\r\nHost: h\r\n\r\n",
        b"GET / HTTP/1.1\r\ncOOKIE: [redacted]\r\nHost: h\r\n\r\n",
    ),
    (b"GET / HTTP/1.1\r\nX-Key: s\r\n\r\n", b"GET / HTTP/1.1\r\nX-Key: [redacted]\r\n\r\n"),
    (
        b"GET / HTTP/1.1\r\nAuthorization: Basic x\r\nProxy-Authorization: y\r\n\r\n",
        b"GET / HTTP/1.1\r\nAuthorization: [redacted]\r\nProxy-Authorization: [redacted]\r\n\r\n",
    ),
    (b"GET / HTTP/1.1\r\nHost: h\r\n\r\nCookie: body", b"GET / HTTP/1.1\r\nHost: h\r\n\r\nCookie: body"),
    (b"GET / HTTP/1.1\nCookie: a", b"GET / HTTP/1.1\nCookie: [redacted]"),
    (b"", b""),
]


@pytest.mark.parametrize(("request_bytes", "expected"), REQUESTS)
def test_secrets_leave_the_request_and_nothing_else_changes(request_bytes, expected):
    assert redact(request_bytes, ["x-key"]) == expected


TEXT = "Fähre 12 fährt nicht. " * 500


def _raw_deflate(data: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(data) + engine.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
}


@pytest.mark.parametrize("name", CODINGS)
@pytest.mark.parametrize("step", [1, 7, 100_000])
def test_every_coding_is_taken_off(name, step):
    wire = CODINGS[name](TEXT.encode())
    notes = Decoding()
    pieces = [wire[i : i + step] for i in range(0, len(wire), step)]
    assert b"".join(decode_content(pieces, [name], notes)).decode() == TEXT
    assert notes.problems == []


def test_deflate_without_its_wrapper_and_stacked_codings_are_read():
    notes = Decoding()
    assert b"".join(decode_content([_raw_deflate(TEXT.encode())], ["deflate"], notes)).decode() == TEXT
    twice = brotli.compress(gzip.compress(TEXT.encode()))
    assert b"".join(decode_content([twice], ["gzip", "br"], notes)).decode() == TEXT
    two_members = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 20
    assert b"".join(decode_content([two_members], ["gzip"], notes)) == b"one two"
    assert notes.problems == []


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_cut_or_spoilt_stream_gives_what_it_holds_and_says_so(name):
    plain = bytes(range(256)) * 2000 + TEXT.encode()
    wire = CODINGS[name](plain)
    half = wire[: len(wire) // 2]
    notes = Decoding()
    out = b"".join(decode_content([half], [name], notes))
    assert plain.startswith(out)
    assert notes.problems == [f"{name} stream ends early"]
    notes = Decoding()
    b"".join(decode_content([half + b"\xff" * 64 + half], [name], notes))
    assert len(notes.problems) == 1


@pytest.mark.parametrize("name", ["gzip", "deflate"])
@pytest.mark.parametrize("size", [100, 5_000, 400_000])
def test_a_wrong_checksum_costs_no_text(name, size):
    plain = (TEXT.encode() * (size // len(TEXT) + 1))[:size]
    wire = bytearray(CODINGS[name](plain))
    wire[-5 if name == "gzip" else -1] ^= 1
    for pieces in ([bytes(wire)], [bytes(wire[i : i + 1000]) for i in range(0, len(wire), 1000)]):
        notes = Decoding()
        assert b"".join(decode_content(pieces, [name], notes)) == plain
        assert notes.problems[0].startswith(f"{name} stream is damaged")


def test_damage_within_a_stream_costs_what_is_behind_it():
    plain = bytes(random.Random(2).choices(range(32, 127), k=60_000))
    wire = gzip.compress(plain)
    for cut in (2_000, 20_000):
        notes = Decoding()
        spoilt = wire[:cut] + b"\xff" * 4_000
        whole = zlib.decompressobj(31).decompress(wire[:cut])
        out = b"".join(decode_content([spoilt], ["gzip"], notes))
        assert out.startswith(whole[:-8])
        assert len(notes.problems) == 1


def test_an_unknown_coding_and_a_tower_of_them_are_left_alone():
    notes = Decoding()
    assert b"".join(decode_content([b"abc"], ["compress"], notes)) == b"abc"
    assert b"".join(decode_content([b"abc"], ["gzip"] * 100, notes)) == b"abc"
    assert notes.problems == [
        "unknown content coding 'compress'; left as it is",
        "100 content codings stacked; read none",
    ]


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
def test_a_bomb_comes_in_small_pieces(name):
    wire = CODINGS[name](bytes(20_000_000))
    sizes = [len(piece) for piece in decode_content([wire], [name], Decoding())]
    assert sum(sizes) == 20_000_000
    assert max(sizes) <= 3_000_000


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_nothing_that_comes_from_a_server_raises(data):
    head = parse_head(data)
    for name in ("gzip", "deflate", "br", "zstd"):
        b"".join(decode_content([data], [name], Decoding()))
    assert head.length <= len(data)


@settings(max_examples=200)
@given(
    st.binary(max_size=300),
    st.sampled_from(["gzip", "deflate"]),
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=2),
    st.integers(0, 400),
)
def test_a_small_stream_gives_the_same_at_once_and_with_care(text, name, spoilt, length):
    wire = bytearray(CODINGS[name](text))
    for at, value in spoilt:
        wire[at % len(wire)] = value
    data = bytes(wire[: length or None])
    at_once, with_care = Decoding(), Decoding()
    bits = {"gzip": 31, "deflate": 15}[name]
    slow = b"".join(_inflate_with_care([data], with_care, bits, name))
    assert b"".join(decode_content([data], [name], at_once)) == slow
    assert at_once.problems == with_care.problems
