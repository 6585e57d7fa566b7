"""Where bodies end, and their framing as servers really write it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.warc.http_framing import MAX_LAYERS, BodyReader, Dechunker, Unframer, codings
from newsarchive.warc.http_message import HttpHead, parse_head
from tests.warc.making import chunked


def head(*lines: str, status: int = 200) -> HttpHead:
    return parse_head("\r\n".join([f"HTTP/1.1 {status} OK", *lines, "", ""]).encode())


@given(st.binary(max_size=600), st.lists(st.integers(1, 60), min_size=1), st.integers(1, 20))
def test_chunks_come_off_however_they_are_cut(body, sizes, step):
    wire = chunked(body, sizes)
    plain = Dechunker()
    assert b"".join(plain.feed(wire[i : i + step]) for i in range(0, len(wire), step)) == body
    assert plain.is_closed


CHUNKS = [
    # wire, body, done, broken, raw
    (b"3;name=val\r\nabc\r\n0\r\nTrailer: x\r\n\r\n", b"abc", True, False, False),
    (b"3\nabc\n0\n\n", b"abc", True, False, False),
    (b"3  \r\nabc\r\n 2 ; x\r\nde\r\n00\r\n\r\n", b"abcde", True, False, False),
    (b"0x3\r\nabc\r\n0x0\r\n\r\n", b"abc", True, False, False),
    (b"3\r\nabc2\r\nde\r\n0\r\n", b"abcde", True, False, False),
    (b"3;" + b"e" * 300_000 + b"\r\nabc\r\n1;" + b"f" * 300_000 + b"\ng\n0\n", b"abcg", True, False, False),
    (b"3\r\nabc\r\nZZ\r\n", b"abc", False, True, False),
    (b"a\r\nabc", b"abc", False, False, False),
    (b"<p>not chunked\n</p>", b"<p>not chunked\n</p>", False, False, True),
    (b"\r\n<p>", b"\r\n<p>", False, False, True),
    (b"ad\xc3\xa9 \n", b"ad\xc3\xa9 \n", False, False, True),
    (b" " * 5000, b" " * 5000, False, False, True),
    (b"0\r\n\r\nbehind the end", b"", True, False, False),
]


@pytest.mark.parametrize("step", [1, 5, 1_000_000])
@pytest.mark.parametrize(("wire", "body", "done", "broken", "raw"), CHUNKS)
def test_odd_chunk_framing(wire, body, done, broken, raw, step):
    plain = Dechunker()
    assert b"".join(plain.feed(wire[i : i + step]) for i in range(0, len(wire), step)) == body
    assert (plain.is_done, plain.is_broken, plain.is_raw) == (done, broken, raw)


C, L = "Transfer-Encoding: chunked", "Content-Length: "
BODIES = [
    # what the head says, what comes, the body; is it known to have ended, bytes behind it, do bytes miss at the connection's end, is its end the body's
    ([L + "3"], b"abcde", b"abc", True, 2, False, False),
    ([L + "9"], b"abc", b"abc", False, 0, True, False),
    ([L + "3, 3", L + "3"], b"abc", b"abc", True, 0, False, False),
    ([L + "+3"], b"abc", b"abc", True, 0, False, False),
    ([L + "0003"], b"abc", b"abc", True, 0, False, False),
    ([L + "0"], b"abc", b"", True, 3, False, False),
    ([L + "2", L + "5"], b"ab", b"ab", False, 0, False, False),
    ([L + "2", L + "5"], b"abc", b"abc", False, 0, True, False),
    ([L + "2", L + "5"], b"abcde", b"abcde", True, 0, False, False),
    ([L], b"abc", b"abc", False, 0, False, True),
    ([L + "abc"], b"abc", b"abc", False, 0, False, True),
    ([L + "-1"], b"abc", b"abc", False, 0, False, True),
    ([L + "9" * 20], b"abc", b"abc", False, 0, False, True),
    ([], b"abc", b"abc", False, 0, False, True),
    (["Transfer-Encoding: identity", L + "3"], b"abc", b"abc", True, 0, False, False),
    ([C, L + "7"], b"3\r\n<p>\r\n0\r\n\r\n", b"<p>", True, 0, False, False),
    ([C, C], b"3\r\n<p>\r\n0\r\n\r\n", b"<p>", True, 0, False, False),
    ([C + ", chunked"], chunked(chunked(b"<p>", [2]), [3]), b"<p>", True, 0, False, False),
    (["Transfer-Encoding: gzip, Chunked"], b"3\r\nabc\r\n0\r\n\r\nxy", b"abc", True, 2, False, False),
    ([C], b"3\r\nabc\r\n0\r\n", b"abc", False, 0, False, False),
    ([C], b"3\r\nabc\r\n", b"abc", False, 0, True, False),
    ([C, C], b"9\r\n<p>", b"<p>", False, 0, True, False),
    ([C], b"", b"", False, 0, True, False),
    ([C], b"<p>abc", b"<p>abc", False, 0, False, True),
    ([C], b"3\r\nabc\r\nnonsense\r\n", b"abc", False, 0, False, True),
]


@pytest.mark.parametrize("step", [1, 1000])
@pytest.mark.parametrize(("lines", "wire", "body", "done", "rest", "cut", "open_"), BODIES)
def test_a_body_ends_where_browsers_see_its_end(lines, wire, body, done, rest, cut, open_, step):
    reader = BodyReader(head(*lines))
    got = b"".join(reader.feed(wire[i : i + step]) for i in range(0, len(wire), step))
    assert (got, reader.is_done, reader.rest) == (body, done, rest)
    assert (reader.is_cut, reader.is_open) == (cut, open_)


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body_whatever_they_say(status):
    for lines in ([L + "5"], [C], []):
        assert BodyReader(head(*lines, status=status)).is_done


def test_the_length_is_known_if_the_head_states_one():
    assert [BodyReader(head(*lines)).expects for lines in ([L + "5"], [L + "5", L + "6"], [C, L + "5"], [])] == [
        5, None, None, None,
    ]  # fmt: skip


def test_all_codings_but_the_framing_are_taken_off_as_codings():
    assert codings(head("Transfer-Encoding: GZIP, chunked, identity", "Content-Encoding: br")) == [
        "br",
        "gzip",
    ]


def test_framing_is_taken_off_only_so_often():
    assert len(Unframer(head("Transfer-Encoding: " + ", ".join(["chunked"] * 50))).layers) == MAX_LAYERS


@settings(max_examples=300)
@given(st.binary(max_size=400), st.sampled_from([[C], [C, C], [L + "7"], []]))
def test_nothing_that_comes_from_a_server_raises(data, lines):
    reader = BodyReader(head(*lines))
    assert len(reader.feed(data)) + reader.rest <= len(data)
