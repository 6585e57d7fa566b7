"""Captures derived from the records of other writers, and small deciders."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from newsarchive.model import RecordRef
from newsarchive.times import EPOCH
from newsarchive.warc.capture_metadata import (
    RecordLocation,
    capture_of,
    is_same,
    redirect_location,
    reference,
)
from newsarchive.warc.http_message import parse_head
from newsarchive.warc.record import build_head, parse_record_head
from tests import hostile

PLACE = RecordLocation(filename="a.warc.gz", offset=700, length=90)
AT = datetime(2020, 2, 3, 4, 5, 6, tzinfo=UTC)


def head(*fields):
    return parse_record_head(build_head(fields))


def test_a_response_of_another_writer_is_an_import():
    c = capture_of(
        PLACE,
        head(
            ("WARC-Type", "response"),
            ("WARC-Record-ID", "<urn:uuid:1>"),
            ("WARC-Target-URI", "<http://h/>"),
            ("WARC-Date", "2020-02-03T04:05:06Z"),
        ),
        parse_head(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"),
        {},
        ("sha1:X", 12),
    )
    assert (c.url, c.fetched_at, c.kind, c.http_status) == ("http://h/", AT, "response", 200)
    assert (c.source, c.reason, c.seq, c.crawl_id) == ("", "import", 700, "")
    assert (c.payload_digest, c.payload_length, c.candidate) == ("sha1:X", 12, None)


REVISITS = [
    # fields, kind, refers_to
    ([("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest"), ("WARC-Payload-Digest", "sha1:X"),
      ("WARC-Refers-To-Target-URI", "http://h/old"), ("WARC-Refers-To-Date", "2020-02-03T04:05:06Z")],
     "same-payload", RecordRef(record_id="", url="http://h/old", fetched_at=AT, payload_digest="sha1:X")),
    ([("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/server-not-modified"), ("WARC-Refers-To", "<urn:uuid:9>")],
     "not-modified", RecordRef(record_id="urn:uuid:9", url="http://h/", fetched_at=EPOCH, payload_digest="")),
    ([("WARC-Profile", "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest")], "same-payload", None),
]  # fmt: skip


@pytest.mark.parametrize(("fields", "kind", "ref"), REVISITS)
def test_revisits_of_other_writers(fields, kind, ref):
    c = capture_of(PLACE, head(("WARC-Type", "revisit"), ("WARC-Target-URI", "http://h/"), *fields), None, {})
    assert (c.kind, c.refers_to) == (kind, ref)


@pytest.mark.parametrize(
    ("value", "told"), [("length", "length"), ("TIME", "time"), ("unspecified", "length"), ("", None)]
)
def test_truncation_is_told_in_three_words(value, told):
    c = capture_of(PLACE, head(("WARC-Type", "response"), ("WARC-Truncated", value)), None, {})
    assert c.truncated == told


def test_spoilt_facts_spoil_no_capture():
    facts = {"reason": "whatever", "candidate": {"url": 3, "kind": []}, "seq": 4}
    c = capture_of(PLACE, head(("WARC-Type", "response"), ("WARC-Date", "yesterday")), None, facts)
    assert (c.reason, c.fetched_at, c.seq) == ("import", EPOCH, 4)
    assert capture_of(PLACE, head(("WARC-Type", "response")), None, {"candidate": []}).candidate is None


JOINS = [
    ("http://h/a/b", "../c", "http://h/c"),
    ("http://h/", "//x/y", "http://x/y"),
    ("http://h/", "http://[bad", "http://[bad"),
    ("http://h/", "mailto:a@h", "mailto:a@h"),
    (
        "http://h/",
        "https://münster.example/ü".encode().decode("latin-1"),
        "https://xn--mnster-3ya.example/%C3%BC",
    ),
]


@pytest.mark.parametrize(("url", "location", "target"), JOINS)
def test_a_redirects_target_is_absolute(url, location, target):
    assert redirect_location(url, location) == target


def test_only_a_whole_payload_can_be_referred_to():
    ref = RecordRef(record_id="urn:uuid:1", url="http://h/", fetched_at=AT, payload_digest="sha1:X")
    assert is_same(ref, "http://h/", "sha1:X")
    assert not is_same(ref, "http://h/other", "sha1:X")
    assert not is_same(ref, "http://h/", "sha1:Y")
    assert not is_same(None, "http://h/", "sha1:X")
    whole = [
        ("WARC-Type", "response"),
        ("WARC-Record-ID", "<urn:uuid:1>"),
        ("WARC-Target-URI", "http://h/"),
        ("WARC-Date", "2020-02-03T04:05:06Z"),
    ]
    assert reference(capture_of(PLACE, head(*whole), None, {}, ("sha1:X", 12))) == ref
    assert reference(capture_of(PLACE, head(*whole), None, {}, ("sha1:X", 0))) is None
    assert (
        reference(capture_of(PLACE, head(*whole, ("WARC-Truncated", "time")), None, {}, ("sha1:X", 12)))
        is None
    )


def test_a_further_page_names_the_first_that_it_continues():
    told = {"reason": "continuation", "continues": "https://e.example/a"}
    found = capture_of(
        PLACE, head(("WARC-Type", "response"), ("WARC-Target-URI", "https://e.example/a?page=2")), None, told
    )
    assert (found.reason, found.continues) == ("continuation", "https://e.example/a")


def test_facts_of_the_wrong_kind_are_absent():
    names = ["crawl_id", "seq", "source", "reason", "error", "truncated", "payload_digest", "payload_length", "status",
             "redirect_from", "continues", "candidate", "refers_to_digest"]  # fmt: skip
    usual = capture_of(PLACE, head(("WARC-Type", "response")), None, {})
    for value in (None, True, -1, 10**30, 1.5, [], ["a"], {}, {"url": 5}, {"url": "", "kind": "feed"}):
        assert capture_of(PLACE, head(("WARC-Type", "response")), None, dict.fromkeys(names, value)) == usual


@pytest.mark.parametrize("name", ["../../../etc/evil", "Gazette", "a b", "x" * 41, "\ud800", "a\n"])
def test_a_source_has_a_name_that_a_file_can_have(name):
    assert capture_of(PLACE, head(("WARC-Type", "response")), None, {"source": name}).source == ""


@pytest.mark.parametrize("date", [d for d in hostile.DATES if not d.startswith("2026-03-02T")])
def test_a_date_out_of_all_range_is_none(date):
    c = capture_of(PLACE, head(("WARC-Type", "response"), ("WARC-Date", date)), None, {})
    assert c.fetched_at == EPOCH


def test_headers_are_kept_on_one_line_and_within_measure():
    raw = (
        b"HTTP/1.1 200 OK\r\nETag: \x01a\x1b\rb\r\nLast-Modified: "
        + b"x" * 5000
        + b"\r\nContent-Type: text/html\x9b\r\n\r\n"
    )
    c = capture_of(PLACE, head(("WARC-Type", "response")), parse_head(raw), {})
    assert (c.etag, c.last_modified, c.content_type) == ("a b", None, "text/html")


def test_a_password_in_a_records_url_is_not_kept():
    url = ("WARC-Target-URI", "https://user:secret@h.example/a")
    assert capture_of(PLACE, head(("WARC-Type", "response"), url), None, {}).url == "https://h.example/a"


@pytest.mark.parametrize("location", hostile.URLS)
def test_a_redirects_target_is_a_url_of_ours_or_printable_text(location):
    target = redirect_location("https://h.example/a", " ".join(location.split()))
    assert target == "" or (target.isascii() and target.isprintable() and " " not in target)
