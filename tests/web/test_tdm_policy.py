"""tdmrep.json: which pages an outlet reserves from text and data mining."""

from __future__ import annotations

import pytest

from newsarchive.web.tdm_policy import tdm_rules, tdm_urls

TERMS = b', "tdm-policy": "https://e.test/terms.json"'


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (b'[{"location": "/", "tdm-reservation": 1}]', ["/: reserved"]),
        (b'[{"location": "/news/*", "tdm-reservation": 1' + TERMS + b"}]", ["/news/*: reserved, terms at https://e.test/terms.json"]),
        (b'[{"location": "/a", "tdm-reservation": 0}, {"location": "/b", "tdm-reservation": "1"}]', ["/a: not reserved", "/b: reserved"]),
        (b'\xef\xbb\xbf{"location": "*.pdf$", "tdm-reservation": 1}', ["*.pdf$: reserved"]),
        (b'[{"location": "/", "tdm-reservation": 2}, {"tdm-reservation": 1}, 7, null, {"location": 1, "tdm-reservation": 1}]', []),
        (b'[{"location": "/", "tdm-reservation": 1, "tdm-policy": 5}]', ["/: reserved"]),
        (b"<!doctype html><title>Not found</title>", []),
        (b"", []),
        (b"\xff\xfe\x00", []),
        (b"[" * 100_000, []),
        (b"[9" + b"9" * 5000 + b"]", []),
    ],
)  # fmt: skip
def test_rules_are_read_and_nonsense_is_none(body: bytes, lines: list[str]) -> None:
    assert [rule.to_text() for rule in tdm_rules(body)] == lines


def test_a_file_of_many_rules_is_cut() -> None:
    body = b"[" + b",".join([b'{"location": "/a", "tdm-reservation": 1}'] * 500) + b"]"
    assert len(tdm_rules(body)) == 100


def test_each_host_has_one_place() -> None:
    urls = ["https://e.test/", "https://e.test/feed", "http://e.test/x", "https://s.e.test:8443/a", "", "ftp://e.test/", "http://[::1", "/a"]  # fmt: skip
    assert tdm_urls(urls) == (
        "https://e.test/.well-known/tdmrep.json",
        "http://e.test/.well-known/tdmrep.json",
        "https://s.e.test:8443/.well-known/tdmrep.json",
    )
