"""Other archives' lists: requests and answers, whole, torn and odd."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsarchive.discover import cdx

SINCE, UNTIL = datetime(2024, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
NAMES = ["timestamp", "original", "mimetype", "statuscode", "digest", "length"]
ROW = ["20240305101112", "https://gazette.example/s/1", "text/html", "200", "ABC", "1234"]


def test_the_request_to_wayback_says_what_and_when() -> None:
    url = cdx.wayback_url("gazette.example", since=SINCE, until=UNTIL, resume_key="k 1")
    query = parse_qsl(urlsplit(url).query)
    assert dict(query)["from"] == "20240101000000"
    assert dict(query)["resumeKey"] == "k 1"
    assert [v for k, v in query if k == "filter"] == ["statuscode:200", "mimetype:text/html"]


@pytest.mark.parametrize(
    ("body", "urls", "resume_key", "bad"),
    [
        (json.dumps([NAMES, ROW]), ["https://gazette.example/s/1"], "", 0),
        (json.dumps([NAMES, ROW, [], ["next key"]]), ["https://gazette.example/s/1"], "next key", 0),
        (
            json.dumps([NAMES, ROW, ["2024", "ftp://x", "", "", "", ""], ["soon", *ROW[1:]]]),
            ["https://gazette.example/s/1"],
            "",
            2,
        ),
        ("[]", [], "", 0),
        ("", [], "", 0),
        (
            "example,gazette)/s/1 20240305101112 https://gazette.example/s/1 text/html 200 ABC 1234\n",
            ["https://gazette.example/s/1"],
            "",
            0,
        ),
        (" ".join(ROW), ["https://gazette.example/s/1"], "", 0),
        ("org.archive.util.RobotsTxtException: blocked", [], "", 1),
        (
            "[" + json.dumps(NAMES) + ",\n" + json.dumps(ROW) + ',\n["2024',
            ["https://gazette.example/s/1"],
            "",
            1,
        ),
    ],
)
def test_answers_of_wayback(body: str, urls: list[str], resume_key: str, bad: int) -> None:
    found = cdx.read_wayback(body.encode())
    assert [r.url for r in found.rows] == urls
    assert (found.resume_key, found.bad) == (resume_key, bad)


def test_what_the_server_said_instead_of_rows_is_kept() -> None:
    assert cdx.read_wayback(b"Blocked Site Error").message == "Blocked Site Error"
    assert cdx.read_common_crawl(b'{"message": "No Captures found"}').message == "No Captures found"


def test_rows_of_common_crawl_are_read_and_torn_ones_counted() -> None:
    line = {
        "url": "https://gazette.example/s/1",
        "timestamp": "20240305101112",
        "status": "200",
        "mime": "text/html",
        "filename": "crawl-data/x.warc.gz",
        "offset": "77",
        "length": "88",
    }
    found = cdx.read_common_crawl((json.dumps(line) + "\n{torn\n").encode())
    assert found.bad == 1
    assert [(row.url, row.captured_at, row.status, row.mime) for row in found.rows] == [
        ("https://gazette.example/s/1", datetime(2024, 3, 5, 10, 11, 12, tzinfo=UTC), 200, "text/html")
    ]


def test_collections_of_the_time_are_chosen() -> None:
    info = [
        {"id": "CC-MAIN-2026-40", "cdx-api": "u26"},
        {
            "id": "CC-MAIN-2024-10",
            "cdx-api": "u24",
            "from": "2024-02-20T00:00:00",
            "to": "2024-03-05T00:00:00",
        },
        {"id": "CC-MAIN-2019-09", "cdx-api": "u19"},
        {"id": "odd", "cdx-api": "odd"},
        "nonsense",
    ]
    body = json.dumps(info).encode()
    assert cdx.collections_in(body, since=SINCE, until=UNTIL) == ("u24", "odd")
    assert cdx.collections_in(body) == ("u26", "u24", "u19", "odd")
    with pytest.raises(ValueError):
        cdx.collections_in(b"{}")


@pytest.mark.parametrize(
    ("body", "pages"),
    [(b'{"pages": 3, "pageSize": 5}', 3), (b"4", 4), (b'{"pages": -1}', 0), (b"x", 0), (b"true", 0)],
)
def test_page_counts(body: bytes, pages: int) -> None:
    assert cdx.page_count(body) == pages


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024", datetime(2024, 1, 1, tzinfo=UTC)),
        ("202403", datetime(2024, 3, 1, tzinfo=UTC)),
        ("20240305101112", datetime(2024, 3, 5, 10, 11, 12, tzinfo=UTC)),
    ],
)
def test_timestamps_may_be_short(text: str, moment: datetime) -> None:
    assert cdx.read_stamp(text) == moment
    assert cdx.read_stamp(cdx.stamp(moment)) == moment


@given(st.binary(max_size=300))
def test_no_answer_makes_them_raise(body: bytes) -> None:
    cdx.read_wayback(body)
    cdx.read_wayback(b"[" + body)
    cdx.read_common_crawl(body)
    cdx.page_count(body)
