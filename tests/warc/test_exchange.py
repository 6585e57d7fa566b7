"""Which records an exchange becomes; read back with the standard library, not with our reader."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import re
from datetime import timedelta

import pytest

from newsarchive.errors import UsageError
from newsarchive.model import Candidate, RecordRef, Tls
from newsarchive.warc import list_files, purge, verify
from newsarchive.warc.capture_metadata import reference
from newsarchive.warc.record import digest_text, parse_record_head, read_facts
from tests.warc.making import NOON, answer, chunked, exchange, members, page, read_all, write, zipped


def records(root, *, checks=False):
    """(head, block) of each record of the one file, warcinfo left out."""
    (item,) = [f for f in list_files(root) if f.is_checks == checks]
    out = []
    for raw in members(root / "warc" / item.filename):
        head = parse_record_head(raw)
        assert raw.endswith(b"\r\n\r\n")
        block = raw[head.length : -4]
        assert len(block) == head.content_length
        assert head.get("WARC-Block-Digest") == digest_text(hashlib.sha1(block).digest())
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", head.get("WARC-Date"))
        out.append((head, block))
    assert out[0][0].type == "warcinfo"
    assert out[0][0].get("WARC-Filename") == item.filename
    assert {h.get("WARC-Warcinfo-ID") for h, _ in out[1:]} == {f"<{out[0][0].record_id}>"}
    return out[1:]


def test_an_exchange_is_response_request_and_metadata(tmp_path):
    wire = answer(b"<p>Ferry</p>", "X-OddCASE:   two  spaces", "Set-Cookie: a=1", "Set-Cookie: b=2")
    sent = b"GET /a HTTP/1.1\r\nHost: harbour.example\r\nCookie: secret\r\n\r\n"
    tls = Tls(version="tls/1.3", cipher="TLS_AES_256_GCM_SHA384", certificate_sha256="ab" * 32)
    write(
        tmp_path,
        [
            exchange(
                1,
                response=wire,
                request=sent,
                tls=tls,
                ip="::1%eth0",
                candidate=Candidate(url="u", kind="feed", found_on="http://f/"),
            )
        ],
    )
    (response, block), (request, asked), (metadata, told) = records(tmp_path)
    assert [response.type, request.type, metadata.type] == ["response", "request", "metadata"]
    assert block == wire
    assert b"secret" not in asked
    assert asked == sent.replace(b"secret", b"[redacted]")
    assert response.get("WARC-Payload-Digest") == digest_text(hashlib.sha1(b"<p>Ferry</p>").digest())
    assert response.get_all("WARC-Protocol") == ("http/1.1", "tls/1.3")
    assert response.get("WARC-Cipher-Suite") == "TLS_AES_256_GCM_SHA384"
    assert response.get("WARC-IP-Address") == "::1"
    assert (
        request.get("WARC-Concurrent-To") == metadata.get("WARC-Concurrent-To") == f"<{response.record_id}>"
    )
    facts = read_facts(told)
    assert facts["tls"]["certificate_sha256"] == "ab" * 32
    assert facts["candidate"] == {"url": "u", "kind": "feed", "found_on": "http://f/"}
    assert b"via: http://f/\r\nfetchTimeMs: 250\r\n" in told


def test_a_chunked_answer_keeps_its_framing_and_has_no_payload_digest(tmp_path):
    body = zipped("<p>Ferry</p>")
    wire = answer(body, "Content-Encoding: gzip", chunks=[5, 9])
    (capture,) = write(tmp_path, [exchange(1, response=wire)])
    (response, block), _, (_, told) = records(tmp_path)
    assert block == wire
    assert response.get("WARC-Payload-Digest") is None
    assert (
        read_facts(told)["payload_digest"]
        == capture.payload_digest
        == digest_text(hashlib.sha1(body).digest())
    )
    assert capture.payload_length == len(body)


def test_the_same_body_in_other_chunks_is_a_revisit(tmp_path):
    first, second = write(
        tmp_path, [exchange(n, response=answer(b"same" * 9, f"X-N: {n}", chunks=[n])) for n in (1, 2)]
    )
    _, _, _, (revisit, block), *_ = records(tmp_path)
    assert (first.kind, second.kind) == ("response", "same-payload")
    assert revisit.type == "revisit"
    assert revisit.get("WARC-Profile").endswith("/identical-payload-digest")
    assert revisit.get("WARC-Refers-To") == f"<{first.warc_record_id}>"
    assert revisit.get("WARC-Refers-To-Target-URI") == first.url
    assert revisit.get("WARC-Refers-To-Date") == "2026-11-24T12:00:01.000123Z"
    assert revisit.get("WARC-Payload-Digest") == first.payload_digest
    assert block.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"X-N: 2" in block
    assert block.endswith(b"\r\n\r\n")
    assert second.payload_digest == first.payload_digest


def test_a_revisit_needs_the_same_url_the_same_digest_and_a_whole_body(tmp_path):
    wire = answer(b"body")
    kinds = [
        c.kind
        for c in write(
            tmp_path,
            [
                exchange(1, response=wire),
                exchange(2, "http://harbour.example/other", response=wire),
                exchange(3, response=answer(b"other body")),
                exchange(4, response=answer(b"other body"), truncated="time"),
                exchange(5, "http://harbour.example/empty", response=answer(b"")),
                exchange(6, "http://harbour.example/empty", response=answer(b"")),
            ],
        )
    ]
    assert kinds == ["response"] * 6


GZIPPED = zipped("<p>Ferry</p>" * 20)
GZIP = "Content-Encoding: gzip"
OTHERWISE = {
    "a coding that is no longer said": (answer(GZIPPED, GZIP), answer(GZIPPED)),
    "a coding that is said now": (answer(GZIPPED), answer(GZIPPED, GZIP)),
    "another coding": (answer(GZIPPED, GZIP), answer(GZIPPED, "Content-Encoding: br")),
    "a coding of the transfer": (answer(GZIPPED, "Transfer-Encoding: gzip"), answer(GZIPPED)),
    "another status": (answer(), answer(status="404 Not Found")),
    "another type": (answer(), answer().replace(b"text/html", b"text/plain")),
    "another target": tuple(answer(b"go", f"Location: /{n}", status="301 Moved") for n in "ab"),
    "now a redirect": (answer(), answer(b"<p>Ferry timetable changes</p>", "Location: /b", status="301 Moved")),
}  # fmt: skip


@pytest.mark.parametrize("is_another_run", [False, True])
@pytest.mark.parametrize("what", OTHERWISE)
def test_the_same_bytes_under_another_head_are_no_revisit(tmp_path, what, is_another_run):
    old, new = OTHERWISE[what]
    first = write(tmp_path, [exchange(1, response=old)])[0]
    known = reference(first) if is_another_run else None
    wires = [new] if is_another_run else [old, new]
    *_, last = write(tmp_path, [exchange(2 + n, response=w, previous=known) for n, w in enumerate(wires)])
    assert (last.kind, last.payload_digest) == ("response", first.payload_digest)


def test_what_was_purged_since_the_plan_was_made_is_not_referred_to(tmp_path):
    first = write(tmp_path, [exchange(1, response=answer())])[0]
    purge(tmp_path, [first.url], "asked", now=NOON)
    second = write(tmp_path, [exchange(2, response=answer(), previous=reference(first))])[0]
    assert second.kind == "response"


def test_an_unchanged_page_is_a_revisit_across_runs(tmp_path):
    first = write(tmp_path, [exchange(1, response=answer())])[0]
    second = write(tmp_path, [exchange(2, response=answer(chunks=[5]), previous=reference(first))])[0]
    assert (second.kind, second.refers_to) == ("same-payload", reference(first))


def test_the_plans_word_on_the_last_capture_is_taken(tmp_path):
    digest = digest_text(hashlib.sha1(b"body").digest())
    ref = RecordRef(
        record_id="urn:uuid:0", url="http://harbour.example/a", fetched_at=NOON, payload_digest=digest
    )
    same, other = write(
        tmp_path, [exchange(n, response=answer(b), previous=ref) for n, b in ((1, b"body"), (2, b"new"))]
    )
    assert (same.kind, same.refers_to) == ("same-payload", ref)
    assert (other.kind, other.refers_to) == ("response", None)


def test_a_304_goes_to_a_file_of_its_own(tmp_path):
    full, check, again = write(
        tmp_path,
        [
            exchange(1, response=answer(b"body", 'ETag: "1"')),
            exchange(2, response=b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'),
            exchange(3, "http://harbour.example/never-seen", response=b"HTTP/1.1 304 Not Modified\r\n\r\n"),
        ],
    )
    assert "-checks-" in check.warc_filename
    assert "-checks-" not in full.warc_filename
    (revisit, block), *_ = records(tmp_path, checks=True)
    assert revisit.get("WARC-Profile").endswith("/server-not-modified")
    assert revisit.get("WARC-Refers-To") == f"<{full.warc_record_id}>"
    assert block.startswith(b"HTTP/1.1 304")
    assert (check.kind, check.payload_digest, check.etag) == ("not-modified", full.payload_digest, '"1"')
    assert (again.kind, again.refers_to) == ("not-modified", None)


def test_a_fetch_that_brought_nothing_is_request_and_metadata(tmp_path):
    (capture,) = write(tmp_path, [exchange(1, error="connection lost", response=b"")])
    (request, _), (metadata, told) = records(tmp_path)
    assert [request.type, metadata.type] == ["request", "metadata"]
    assert request.get("WARC-Concurrent-To") == f"<{metadata.record_id}>"
    assert (capture.kind, capture.error, capture.http_status) == ("failed", "connection lost", None)
    assert capture.warc_record_id == metadata.record_id
    assert read_facts(told)["outcome"] == "failed"


def test_a_fetch_that_never_connected_is_metadata_alone(tmp_path):
    (capture,) = write(tmp_path, [exchange(1, error="no such host", request=b"", ip=None)])
    ((metadata, _),) = records(tmp_path)
    assert metadata.type == "metadata"
    assert metadata.get("WARC-Concurrent-To") is None
    assert capture.error == "no such host"


@pytest.mark.parametrize("truncated", ["disconnect", "time", "length"])
def test_what_came_before_the_end_is_kept_and_marked(tmp_path, truncated):
    wire = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this"
    (capture,) = write(tmp_path, [exchange(1, response=wire, truncated=truncated, error="gone")])
    (response, block), *_ = records(tmp_path)
    assert response.get("WARC-Truncated") == truncated == capture.truncated
    assert block == wire


def test_a_head_request_is_refused(tmp_path):
    with pytest.raises(UsageError, match="HEAD"):
        write(tmp_path, [exchange(1, request=b"HEAD / HTTP/1.1\r\n\r\n", response=answer(b""))])


EVIL = "a\r\nWARC-Injected: yes\r\n\r\n\0WARC/1.1\n"


def test_line_ends_and_nul_inject_nothing(tmp_path):
    wire = f'HTTP/1.1 200 O\0K\r\nETag: "x\0y"\r\nContent-Type: text/html\0\rX: 1\r\n\r\nWARC/1.1\r\n{EVIL}'.encode()
    candidate = Candidate(
        url="http://h/" + EVIL, kind="feed", title=EVIL, guid=EVIL, found_on="http://h/" + EVIL
    )
    items = [
        exchange(
            1,
            "http://harbour.example/" + EVIL,
            response=wire,
            request=b"GET /" + EVIL.encode(),
            error=EVIL,
            redirect_from="http://h/" + EVIL,
            candidate=candidate,
            source=EVIL,
            ip=EVIL,
            tls=Tls(version=EVIL, cipher=EVIL, certificate_sha256=EVIL),
            extra={EVIL: EVIL},
        )
    ]
    captures = write(tmp_path, items, info={"note": EVIL, EVIL: "x"})
    found = records(tmp_path)
    assert [h.type for h, _ in found] == ["response", "request", "metadata"]
    assert all(h.get("WARC-Injected") is None for h, _ in found)
    assert found[0][1] == wire
    assert read_all(tmp_path) == captures
    assert captures[0].candidate == candidate


def test_a_large_answer_is_read_from_its_file_in_pieces(tmp_path):
    body = page(1, 3_000_000)
    wires = [answer(body), answer(body[::-1], chunks=[1000, 70_000])]

    class Watched(io.BytesIO):
        largest = 0

        def read(self, size=-1):
            data = super().read(size)
            Watched.largest = max(Watched.largest, len(data))
            return data

    write(tmp_path, [_with_file(n, Watched(wire)) for n, wire in enumerate(wires, 1)])
    blocks = [b for h, b in records(tmp_path) if h.type == "response"]
    assert blocks == wires
    assert Watched.largest <= 256 * 1024
    assert read_all(tmp_path)[1].payload_length == len(body)


def _with_file(seq, file):
    return dataclasses.replace(exchange(seq, f"http://h/{seq}"), response=file)


def test_the_order_of_captures_does_not_hang_on_the_clock(tmp_path):
    items = [
        exchange(n, f"http://h/{n}", response=answer(page(n)), started_at=NOON - timedelta(hours=n))
        for n in (1, 2, 3)
    ]
    captures = write(tmp_path, items)
    assert [c.seq for c in read_all(tmp_path)] == [1, 2, 3]
    assert [c.fetched_at for c in captures] == [i.started_at for i in items]
    assert len({c.warc_record_id for c in captures}) == 3


def test_chunk_helper_is_right():
    assert chunked(b"abcde", [2, 3]) == b"2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"


def test_what_is_beyond_all_measure_is_cut_and_still_read_back(tmp_path):
    huge = "x" * 3_000_000
    items = [
        exchange(
            1,
            "http://h.example/" + huge,
            response=answer(b"a"),
            error=huge,
            redirect_from="http://h.example/ü" + huge,
        ),
        exchange(
            2, response=answer(b"b"), candidate=Candidate(url="http://h.example/", kind="feed", title=huge)
        ),
        exchange(
            3,
            "http://h.example/3",
            response=answer(b"c", f"Location: /{huge[:200_000]}", f"ETag: {huge[:200_000]}"),
            extra={"a": huge},
        ),
    ]
    captures = write(tmp_path, items)
    assert read_all(tmp_path) == captures
    assert all(len(c.url) <= 32_768 for c in captures)
    assert verify(tmp_path).findings == ()
    assert [c.candidate for c in captures] == [None, None, None]
