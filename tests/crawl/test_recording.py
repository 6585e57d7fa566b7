"""Where the final header ends, and what is kept of a stream that comes in any pieces."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.crawl.recording import SPOOL, HeadScanner, Recording, truncation

HEAD = b"HTTP/1.1 200 OK\r\nA: b\r\n\r\n"
HINT = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stream", "interim", "length"),
    [
        (HEAD + b"body", 0, len(HEAD)),
        (b"HTTP/1.1 200\nA: b\n\nbody", 0, 19),
        (HINT + HEAD + b"body", len(HINT), len(HINT + HEAD)),
        (HINT + HINT + HEAD, 2 * len(HINT), len(HINT + HINT + HEAD)),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD, 25, 25 + len(HEAD)),
        (b"HTTP/1.0 200 OK\r\n\r\n\r\n", 0, 19),
    ],
)
def test_the_final_header_is_found(stream: bytes, interim: int, length: int) -> None:
    scanner = HeadScanner()
    scanner.feed(stream)
    assert (scanner.done, scanner.interim, scanner.length) == (True, interim, length)


@pytest.mark.parametrize("stream", [b"", b"HTTP/1.1 200 OK\r\nA: b\r\n", HINT, HINT + b"HTTP/1.1 200 OK\r\n"])
def test_an_unfinished_header_is_not_done(stream: bytes) -> None:
    scanner = HeadScanner()
    scanner.feed(stream)
    assert not scanner.done


@given(
    st.lists(st.sampled_from([HINT, b"HTTP/1.1 102 Processing\n\n"]), max_size=3), st.lists(st.integers(1, 9))
)
def test_pieces_make_no_difference(hints: list[bytes], sizes: list[int]) -> None:
    stream = b"".join(hints) + HEAD + b"body\r\n\r\nmore"
    scanner, at = HeadScanner(), 0
    for size in [*sizes, len(stream)]:
        scanner.feed(stream[at : at + size])
        at += size
    whole = HeadScanner()
    whole.feed(stream)
    assert (scanner.done, scanner.interim, scanner.length) == (whole.done, whole.interim, whole.length)


def recording(**limits: int) -> Recording:
    return Recording(
        host="e.test",
        port=80,
        started_at=NOW,
        max_header=limits.get("max_header", 1000),
        max_wire=limits.get("max_wire", 10_000_000),
    )


def test_interim_answers_and_what_follows_are_cut() -> None:
    made = recording()
    made.came(HINT + HEAD)
    made.came(b"bodyREST")
    made.finished(4)
    response = made.response()
    assert response is not None
    assert response.read() == HEAD + b"body"
    made.close()


def test_a_large_answer_is_not_held_in_memory() -> None:
    made = recording()
    made.came(HEAD)
    for _ in range(3):
        made.came(b"x" * SPOOL)
    response = made.response()
    assert response is not None
    assert response._rolled  # type: ignore[attr-defined]
    assert len(response.read()) == len(HEAD) + 3 * SPOOL
    made.close()


@pytest.mark.parametrize("pieces", [[], [HINT]])
def test_nothing_or_only_hints_is_no_response(pieces: list[bytes]) -> None:
    made = recording()
    for piece in pieces:
        made.came(piece)
    assert made.response() is None
    made.close()


@pytest.mark.parametrize("cut", range(1, len(HINT)))
def test_a_hint_that_is_cut_anywhere_behind_another_is_no_response(cut: int) -> None:
    made = recording()
    made.came(HINT + HINT[:cut])
    assert made.response() is None
    made.close()


@pytest.mark.parametrize("start", [b"HTTP/1.1 2", b"HTTP/1.1 503 Se", b"<html>"])
def test_the_start_of_a_final_answer_behind_a_hint_is_kept(start: bytes) -> None:
    made = recording()
    made.came(HINT + start)
    response = made.response()
    assert response is not None
    assert response.read() == start
    made.close()


def test_begin_forgets_what_was_before() -> None:
    made = recording()
    made.sent(b"GET /1")
    made.came(b"half")
    made.begin(NOW, "127.0.0.1", 80)
    made.sent(b"GET /2")
    assert (bytes(made.request), made.received, made.response()) == (b"GET /2", 0, None)


@pytest.mark.parametrize(
    ("pieces", "is_large"),
    [
        ([HEAD, b"x" * 5000], ""),
        ([b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200], "header over 1000 bytes"),
        ([HINT] * 40, "header over 1000 bytes"),
        ([HEAD, b"x" * 20_000], "answer over 10000 bytes"),
    ],
)
def test_limits_hold_for_header_and_answer(pieces: list[bytes], is_large: str) -> None:
    made = recording(max_wire=10_000)
    for piece in pieces:
        made.came(piece)
    assert made.too_large == is_large
    made.close()


@pytest.mark.parametrize(
    ("came", "complete", "failure", "expected"),
    [
        (HEAD, True, "", None),
        (b"", False, "timeout", None),
        (HEAD, False, "timeout", "time"),
        (HEAD, False, "stopped", "time"),
        (HEAD, False, "disconnect", "disconnect"),
        (HEAD, False, "too large", "length"),
        (HEAD, False, "other", "disconnect"),
        (HEAD, True, "other", None),
    ],
)
def test_the_end_says_how_it_was_cut(came: bytes, complete: bool, failure: str, expected: str | None) -> None:
    made = recording()
    if came:
        made.came(came)
    made.complete = complete
    assert truncation(made, failure) == expected
    made.close()
