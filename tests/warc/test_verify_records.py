"""The walk tells each record; digests are checked in all forms that writers use."""

from __future__ import annotations

import base64
import hashlib

import pytest

from newsarchive.warc import list_files
from newsarchive.warc.verify_records import Check, walk
from tests.warc.making import answer, exchange, page, write

DATA = b"Ferry 12 runs late"
SHA1 = hashlib.sha1(DATA)
FORMS = [
    ("sha1:" + base64.b32encode(SHA1.digest()).decode(), True),
    ("SHA1:" + base64.b32encode(SHA1.digest()).decode().lower(), True),
    ("sha-1:" + SHA1.hexdigest(), True),
    ("sha256:" + base64.b32encode(hashlib.sha256(DATA).digest()).decode(), True),
    ("sha256:" + base64.b32encode(hashlib.sha256(DATA).digest()).decode().rstrip("="), True),
    ("sha512:" + hashlib.sha512(DATA).hexdigest().upper(), True),
    ("sha1:" + "A" * 32, False),
    ("md5:" + "0" * 32, False),
    ("blake9:abc", True),  # nothing can be said
    ("sha1", True),
    ("", True),
    (None, True),
]


@pytest.mark.parametrize(("stated", "holds"), FORMS)
def test_a_stated_digest_is_compared_in_every_form(stated, holds):
    check = Check.of(stated)
    check.update(DATA[:5])
    check.update(DATA[5:])
    assert check.holds is holds


@pytest.mark.parametrize("digests", [True, False])
def test_records_are_told_with_and_without_digests(tmp_path, digests):
    (c,) = write(tmp_path, [exchange(1, response=answer(page(1, 300_000)))])
    path = tmp_path / "warc" / list_files(tmp_path)[0].filename
    with path.open("rb") as file:
        info, response, request, metadata = walk(file, 0, path.stat().st_size, digests=digests)
    assert [s.head.type for s in (info, response, request, metadata)] == [
        "warcinfo",
        "response",
        "request",
        "metadata",
    ]
    assert [s.closes for s in (info, response, request, metadata)] == [True, False, False, True]
    assert (response.offset, response.length) == (c.warc_offset, c.warc_length)
    assert response.http.status == 200
    assert metadata.facts["seq"] == 1
    assert response.payload_digest == (c.payload_digest if digests else None)
    assert metadata.end == path.stat().st_size
