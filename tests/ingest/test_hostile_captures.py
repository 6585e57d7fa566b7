"""Whatever captures say, ingest goes on, and the index made again is the same."""

from __future__ import annotations

import gzip
import json
import random
import re
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from newsarchive.errors import ArchiveDamagedError
from newsarchive.index import failures, reading
from newsarchive.index.integrity import compare_indexes
from newsarchive.index.read import warc_rows
from newsarchive.ingest import ingest, rebuild
from newsarchive.warc import verify
from tests import hostile
from tests.ingest.press import CONFIG, SITE, SOURCES, html, take, text

PAGE = f"{SITE}/news/12345/crane-repaired-at-last"
BODIES = (
    b"",
    b"\x00" * 50,
    b"<body {{ class }}><p {x}>",
    html("Crane repaired", text(1)),
    html("Crane repaired", text(1)[:2]),
    html("Crane repaired", text(2), head=f'<base href="http://["><link rel="canonical" href="{PAGE}">'),
    html("Crane &#xd800; repaired", text(1), head='<link rel="canonical" href="http://[::1">'),
    html("Crane", text(1), head='<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bad \\ud800", "@id": "\\udfff", "datePublished": "9999-12-31T23:59:59-23:59", "author": "\\ud800"}</script>'),
    html("Crane", text(3), head='<script type="application/ld+json">' + "[" * 20_000 + "</script>"),
    html("Crane", text(4), after=f'<a rel="next" href="{PAGE}?page=2">2</a><a href="http://[">3</a>'),
)  # fmt: skip
HEADERS = (
    "X-Robots-Tag: \x1b[31mnoarchive\x9b",
    "ETag: " + "e" * 100_000,
    "ETag: \x00\x7f\xff",
    "Content-Type: text/html; charset=undefined",
    "Content-Type: text/html; charset=\x00\xff",
    "Content-Encoding: gzip, gzip, br, zstd, x",
    "Transfer-Encoding: chunked",
    "X-Long: " + "y" * 1_000_000,
    "no colon at all",
    ": nameless",
)


def record(kind: str, url: str, date: str, block: bytes, fields: Mapping[str, str]) -> bytes:
    """A gzip member with one record, its head as hostile as given (a line end in it would be another head)."""
    named = {
        "WARC-Type": kind,
        "WARC-Target-URI": url,
        "WARC-Date": date,
        **fields,
        "Content-Length": str(len(block)),
    }
    lines = [f"{name}: {' '.join(value.split())}" for name, value in named.items()]
    head = ("\r\n".join(["WARC/1.1", *lines]) + "\r\n\r\n").encode("utf-8", "surrogatepass")
    return gzip.compress(head + block + b"\r\n\r\n", 1, mtime=0)


def exchange(look: Mapping[str, Any], number: int) -> bytes:
    """The records of one exchange of ours."""
    name = f"<urn:uuid:{uuid.UUID(int=number)}>"
    location = " ".join(look["location"].split()).encode("utf-8", "surrogatepass")
    http = [f"HTTP/1.1 {look['status']} X".encode(), b"Content-Type: text/html"]
    http += [b"Location: " + location] if 300 <= look["status"] < 400 else []
    http += [h.encode("latin-1") for h in look["headers"]]
    body = (
        b"\r\n".join(http)
        + b"\r\n\r\n"
        + (BODIES[look["body"]] if isinstance(look["body"], int) else look["body"])
    )
    fields = {"WARC-Record-ID": name, "Content-Type": "application/http; msgtype=response", **look["fields"]}
    facts = json.dumps(look["facts"]).encode()
    other = {"WARC-Record-ID": f"<urn:uuid:{uuid.UUID(int=number + 10**9)}>", "WARC-Concurrent-To": name}
    told = {**other, "Content-Type": "application/warc-fields"}
    return record(look["kind"], look["url"], look["date"], body, fields) + record(
        "metadata", look["url"], look["date"], b"newsarchive: " + facts + b"\r\n", told
    )


def info() -> bytes:
    block = b"software: newsarchive\r\nnewsarchive-crawl: one\r\n"
    return record("warcinfo", "x", "2026-03-02T06:00:00Z", block, {"WARC-Record-ID": "<urn:uuid:0>"})


def put(root: Path, looks: list[Mapping[str, Any]], name: str, first: int = 1) -> None:
    """Write looks into a sealed WARC of the archive, as its own crawl would have."""
    (root / "warc").mkdir(parents=True, exist_ok=True)
    data = info() + b"".join(exchange(look, first + n) for n, look in enumerate(looks))
    (root / "warc" / f"{name}.warc.gz").write_bytes(data)


def look(**values: Any) -> dict[str, Any]:
    """A look at PAGE, six in the morning, that says nothing odd but what is given."""
    facts = {"outcome": "response", "source": "gazette", "reason": "recheck", **values.pop("facts", {})}
    usual: dict[str, Any] = {
        "kind": "response", "url": PAGE, "date": "2026-03-02T06:00:00Z", "status": 200, "location": "", "headers": (),
        "body": 3, "fields": {},
    }  # fmt: skip
    return usual | values | {"facts": facts}


def is_same_when_rebuilt(root: Path) -> bool:
    report = rebuild(root, config=CONFIG, sources=SOURCES, check=True)
    return report.equal is True


def odd_facts() -> st.SearchStrategy[dict[str, Any]]:
    names = ["seq", "status", "payload_digest", "payload_length", "source", "reason", "error", "truncated",
             "redirect_from", "continues", "crawl_id", "refers_to_digest", "candidate"]  # fmt: skip
    anything = st.sampled_from(hostile.JSON) | hostile.urls() | hostile.texts()
    said = st.fixed_dictionaries(
        {"url": hostile.urls() | st.just(PAGE), "kind": st.sampled_from(["feed", "x"])},
        optional={
            "title": hostile.texts() | st.sampled_from(hostile.JSON),
            "guid": hostile.texts() | st.just(PAGE),
            "published_at": st.sampled_from(hostile.DATES),
            "lastmod": st.sampled_from(hostile.DATES),
            "authors": st.sampled_from(hostile.JSON),
        },
    )
    return st.dictionaries(st.sampled_from(names), anything, max_size=3) | st.fixed_dictionaries(
        {"candidate": said}, optional={"redirect_from": hostile.urls(), "continues": hostile.urls()}
    )


def looks() -> st.SearchStrategy[dict[str, Any]]:
    fields = st.dictionaries(
        st.sampled_from(["WARC-Payload-Digest", "WARC-Refers-To", "WARC-Refers-To-Target-URI", "WARC-Refers-To-Date",
                         "WARC-Profile", "WARC-Truncated", "WARC-IP-Address"]),
        hostile.urls() | st.sampled_from([*hostile.DATES, "sha1:", "-5", f"<urn:uuid:{uuid.UUID(int=1)}>"]),
        max_size=2,
    )  # fmt: skip
    return st.builds(
        look,
        kind=st.sampled_from(["response"] * 5 + ["revisit", "conversion"]),
        url=st.just(PAGE) | hostile.urls() | st.integers(0, 3).map(lambda n: f"{SITE}/{n}"),
        date=st.sampled_from(hostile.DATES) | st.integers(1, 28).map(lambda d: f"2026-03-{d:02}T06:00:00Z"),
        status=st.sampled_from([200, 200, 200, 100, 301, 302, 304, 403, 404, 410, 451, 500, 999]),
        location=hostile.urls(),
        headers=st.lists(st.sampled_from(HEADERS), max_size=2),
        body=st.integers(0, len(BODIES) - 1),
        fields=fields,
        facts=odd_facts(),
    )


@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow]
)  # fmt: skip
@given(st.lists(looks(), min_size=2, max_size=8), st.integers(0, 8))
def test_no_capture_stops_ingest_and_the_index_made_again_is_the_same(
    found: list[dict[str, Any]], split: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        good = look(url=f"{SITE}/good", facts={"source": "gazette"}, body=html("A good story", text(9)))
        put(root, [good, *found[:split]], "a")
        ingest(root, config=CONFIG, sources=SOURCES)
        if found[split:]:
            put(root, found[split:], "b", first=100)
        ingest(root, config=CONFIG, sources=SOURCES)
        assert is_same_when_rebuilt(root)
        with reading(root / "index.db") as db:
            assert db.execute("SELECT count(*) FROM stories WHERE title = 'A good story'").fetchone() == (1,)
            told = [f for f in failures(db) if f.kind != "capture"]
        assert told == []


@pytest.mark.parametrize("location", hostile.URLS)
def test_a_redirect_to_anything_leaves_the_story_and_the_archive_alone(tmp_path: Path, location: str) -> None:
    moved = look(status=302, location=location, body=b"", date="2026-03-03T06:00:00Z")
    put(tmp_path, [look(), moved, look(url=f"{SITE}/good")], "a")
    report = ingest(tmp_path, config=CONFIG, sources=SOURCES)
    assert report.failed_captures == report.failed_stories == 0
    with reading(tmp_path / "index.db") as db:
        events = dict(db.execute("SELECT kind, detail FROM events"))
        assert db.execute("SELECT count(*) FROM stories").fetchone()[0] >= 1
    assert set(events) <= {"moved", "gone"}
    assert re.fullmatch(r"(https?://[!-~]+)?", events.get("moved", ""))


@pytest.mark.parametrize(
    ("location", "detail"),
    [
        ("mailto:desk@gazette.example", ""),
        ("http://[::1", ""),
        ("https://a..example/b", ""),
        ("https://gazette.example:99999/b", ""),
        ("https://münchen.example/b", "https://xn--mnchen-3ya.example/b"),
        ("/fa/اعزام", f"{SITE}/fa/%D8%A7%D8%B9%D8%B2%D8%A7%D9%85"),
    ],
)
def test_a_move_names_its_target_only_if_that_is_a_url(tmp_path: Path, location: str, detail: str) -> None:
    moved = look(status=301, location=location, body=b"", date="2026-03-03T06:00:00Z")
    put(tmp_path, [look(), moved], "a")
    ingest(tmp_path, config=CONFIG, sources=SOURCES)
    with reading(tmp_path / "index.db") as db:
        assert db.execute("SELECT kind, detail FROM events").fetchall() == [("moved", detail)]


def test_a_capture_without_a_readable_url_is_a_row_that_says_so(tmp_path: Path) -> None:
    put(tmp_path, [look(), look(url="http://[::1/x")], "a")
    report = ingest(tmp_path, config=CONFIG, sources=SOURCES)
    assert (report.captures, report.stories, report.failed_captures) == (1, 1, 1)
    assert "1 captures could not be indexed" in report.to_text()
    with reading(tmp_path / "index.db") as db:
        [row] = failures(db)
    assert (row.kind, row.url, row.warc_record_id) == (
        "capture",
        "http://[::1/x",
        f"urn:uuid:{uuid.UUID(int=2)}",
    )
    assert row.reason.startswith("BadUrlError: not a URL")
    with reading(tmp_path / "index.db") as db:
        assert {f.kind for f in verify(tmp_path, warc_rows(db)).findings} == {"manifest"}
    assert is_same_when_rebuilt(tmp_path)


def response(record_id: str) -> bytes:
    """A record of PAGE, without the metadata record that closes an exchange of ours."""
    fields = {"WARC-Record-ID": record_id, "Content-Type": "application/http; msgtype=response"}
    return record("response", PAGE, "2026-03-02T06:00:00Z", b"HTTP/1.1 200 OK\r\n\r\n<p>x", fields)


def test_json_nested_too_deep_in_a_file_that_looks_like_ours_stops_nothing(tmp_path: Path) -> None:
    put(tmp_path, [look()], "a")
    deep = b'newsarchive: {"outcome": "response", "deep": ' + b"[" * 100_000 + b"\r\n"
    told = record("metadata", PAGE, "2026-03-02T06:00:00Z", deep, {"WARC-Record-ID": "<urn:uuid:8>"})
    (tmp_path / "donated.warc.gz").write_bytes(info() + response("<urn:uuid:9>") + told)
    assert take(tmp_path, tmp_path / "donated.warc.gz").captures == 0
    assert ingest(tmp_path, config=CONFIG, sources=SOURCES).stories == 1
    assert is_same_when_rebuilt(tmp_path)
    assert [f.text for f in verify(tmp_path).findings] == ["the file ends within an exchange"]


def test_an_exchange_of_our_own_that_isnt_closed_is_still_damage(tmp_path: Path) -> None:
    put(tmp_path, [], "a")
    path = tmp_path / "warc" / "a.warc.gz"
    path.write_bytes(path.read_bytes() + response("<urn:uuid:5>"))
    with pytest.raises(ArchiveDamagedError, match="within an exchange"):
        ingest(tmp_path, config=CONFIG, sources=SOURCES)


def test_looks_in_any_order_of_arrival_give_one_index(tmp_path: Path) -> None:
    odd = [
        look(status=302, location=url, body=b"", date=f"2026-03-{n % 27 + 1:02}T0{n % 10}:00:00Z")
        for n, url in enumerate(hostile.URLS)
    ]
    roots = [tmp_path / "one", tmp_path / "other"]
    for root, order in zip(roots, (odd, random.Random(3).sample(odd, len(odd))), strict=True):
        put(root, [look()], "z")
        for at in range(0, len(order), 16):
            for item in order[at : at + 16]:
                put(root, [item], f"a-{odd.index(item)}", first=1000 + odd.index(item))
            ingest(root, config=CONFIG, sources=SOURCES)
    assert compare_indexes(*(root / "index.db" for root in roots)) == ()
