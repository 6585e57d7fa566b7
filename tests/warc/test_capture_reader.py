"""Captures and payloads read back by place."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard

from newsarchive.errors import ArchiveDamagedError, NothingFoundError
from newsarchive.warc import known_captures, list_files, read_captures, read_payload, read_raw
from tests.warc.making import answer, exchange, page, write

TEXT = "<p>Der Fähre fehlt der Kapitän</p>" * 50
BODIES = [
    (answer(TEXT.encode()), TEXT.encode()),
    (answer(TEXT.encode(), chunks=[7, 1000]), TEXT.encode()),
    (answer(gzip.compress(TEXT.encode()), "Content-Encoding: gzip", chunks=[3]), TEXT.encode()),
    (answer(brotli.compress(TEXT.encode()), "Content-Encoding: br"), TEXT.encode()),
    (answer(zstandard.compress(TEXT.encode()), "content-encoding: ZSTD"), TEXT.encode()),
    (answer(zlib.compress(TEXT.encode()), "Content-Encoding: deflate"), TEXT.encode()),
    (answer(TEXT.encode(), "Transfer-Encoding: chunked"), TEXT.encode()),  # a lie
    (b"HTTP/1.0 200 OK\n\n" + TEXT.encode(), TEXT.encode()),
    (answer(b"", status="204 No Content"), b""),
]


@pytest.mark.parametrize(("wire", "body"), BODIES, ids=range(len(BODIES)))
def test_a_payload_is_decoded_and_the_raw_answer_is_what_came(tmp_path, wire, body):
    (c,) = write(tmp_path, [exchange(1, response=wire)])
    payload = read_payload(tmp_path, c.warc_filename, c.warc_offset, c.warc_length)
    assert payload.body == body
    assert not payload.truncated
    assert payload.problems == ()
    assert read_raw(tmp_path, c.warc_filename, c.warc_offset, c.warc_length) == wire
    assert payload.status == c.http_status
    assert payload.content_type == c.content_type == payload.header("CONTENT-TYPE")


def test_decoding_stops_at_the_limit_and_says_so(tmp_path):
    bomb = gzip.compress(bytes(50_000_000))
    (c,) = write(tmp_path, [exchange(1, response=answer(bomb, "Content-Encoding: gzip"))])
    payload = read_payload(tmp_path, c.warc_filename, c.warc_offset, c.warc_length, limit=1000)
    assert (len(payload.body), payload.truncated) == (1000, True)
    exact = read_payload(tmp_path, c.warc_filename, c.warc_offset, c.warc_length, limit=50_000_000)
    assert (len(exact.body), exact.truncated) == (50_000_000, False)


def test_a_damaged_coding_gives_what_there_is(tmp_path):
    body = gzip.compress(page(1, 50_000))
    (c,) = write(tmp_path, [exchange(1, response=answer(body[:9000], "Content-Encoding: gzip"))])
    payload = read_payload(tmp_path, c.warc_filename, c.warc_offset, c.warc_length)
    assert page(1, 50_000).startswith(payload.body)
    assert payload.truncated
    assert payload.problems == ("gzip stream ends early",)


def test_a_revisit_has_a_head_and_names_who_has_the_body(tmp_path):
    first, second = write(tmp_path, [exchange(n, response=answer(page(1), f"X-N: {n}")) for n in (1, 2)])
    payload = read_payload(tmp_path, second.warc_filename, second.warc_offset, second.warc_length)
    assert (payload.body, payload.header("x-n"), payload.truncated) == (b"", "2", False)
    assert payload.refers_to == second.refers_to
    assert payload.refers_to.record_id == first.warc_record_id


def test_a_failed_fetch_has_no_payload(tmp_path):
    (c,) = write(tmp_path, [exchange(1, error="refused")])
    with pytest.raises(NothingFoundError):
        read_payload(tmp_path, c.warc_filename, c.warc_offset, c.warc_length)


def test_a_wrong_place_is_damage_with_file_and_offset(tmp_path):
    (c,) = write(tmp_path, [exchange(1, response=answer())])
    size = list_files(tmp_path)[0].size
    for offset, length in (
        (c.warc_offset + 1, c.warc_length),
        (size, 10),
        (-1, 5),
        (0, 0),
        (c.warc_offset, 10),
    ):
        with pytest.raises(ArchiveDamagedError, match=f"{c.warc_filename}@{offset}"):
            read_payload(tmp_path, c.warc_filename, offset, length)
    with pytest.raises(NothingFoundError):
        read_raw(tmp_path, "other.warc.gz", 0, 1)


def test_a_range_that_ends_within_an_exchange_is_damage(tmp_path):
    first, second = write(tmp_path, [exchange(n, f"http://h/{n}", response=answer(page(n))) for n in (1, 2)])
    name = first.warc_filename
    with pytest.raises(ArchiveDamagedError):
        list(read_captures(tmp_path, name, 0, second.warc_offset + second.warc_length))
    with pytest.raises(ArchiveDamagedError):
        list(read_captures(tmp_path, name, 0, second.warc_offset + 5))
    assert list(read_captures(tmp_path, name, 0, second.warc_offset)) == [first]
    assert list(read_captures(tmp_path, name, second.warc_offset)) == [second]


def test_the_table_of_known_digests_is_rebuilt_from_the_warcs(tmp_path):
    captures = write(
        tmp_path,
        [
            exchange(1, "http://h/a", response=answer(b"one")),
            exchange(2, "http://h/a", response=answer(b"two")),
            exchange(3, "http://h/a", response=answer(b"two")),
            exchange(4, "http://h/a", response=answer(b"thr"), truncated="time"),
            exchange(5, "http://h/b", response=answer(b"two")),
            exchange(6, "http://h/c", error="refused"),
        ],
    )
    table = known_captures(tmp_path)
    assert {url: ref.record_id for url, ref in table.items()} == {
        "http://h/a": captures[1].warc_record_id,
        "http://h/b": captures[4].warc_record_id,
    }
