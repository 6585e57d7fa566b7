"""RFC 7089: a client with a URL and a time comes to the capture nearest to it."""

from __future__ import annotations

import re
from contextlib import closing
from datetime import datetime
from email.utils import format_datetime

import pytest
from memento_client import MementoClient  # type: ignore[import-untyped]
from requests import Response, Session

from newsarchive.browse import app, memento
from newsarchive.browse.memento import accepted, http_date
from newsarchive.times import parse_iso

from .chromium import serving
from .conftest import STOPPED, Reader
from .press import BRIDGE_URL, LIVE_URL, WITHHELD_URL, Press

GATE, MAP = "/-/news/timegate/", "/-/news/timemap/"


def links(text: str) -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Link values by relation: target and attributes."""
    found: dict[str, list[tuple[str, dict[str, str]]]] = {}
    for target, rest in re.findall(r"<([^>]*)>((?:\s*;\s*\w+=\"[^\"]*\")*)", text):
        attributes = dict(re.findall(r"(\w+)=\"([^\"]*)\"", rest))
        for name in attributes["rel"].split():
            found.setdefault(name, []).append((target, attributes))
    return found


def captures(reader: Reader, story: int, url: str) -> list[datetime]:
    rows = reader.json(f"/-/news/story/{story}.json")["captures"]
    return sorted(
        parse_iso(r["fetched_at"]) for r in rows if r["http_status"] in (200, 304) and r["url"] == url
    )


def test_the_time_map_lists_every_capture_in_order_with_first_and_last(reader: Reader, press: Press) -> None:
    answer = reader.get(f"{MAP}link/{LIVE_URL}")
    assert answer.headers["content-type"] == "application/link-format"
    found = links(answer.text)
    times = [attributes["datetime"] for _, attributes in found["memento"]]
    assert times == [http_date(at) for at in captures(reader, press.live, LIVE_URL)]
    assert (found["first"], found["last"]) == ([found["memento"][0]], [found["memento"][-1]])
    assert found["original"][0][0] == LIVE_URL
    assert found["self"][0][1]["from"] == times[0]
    assert found["timegate"][0][0].endswith(GATE + LIVE_URL)


def test_the_json_map_has_the_same_mementos(reader: Reader) -> None:
    listed = links(reader.get(f"{MAP}link/{LIVE_URL}").text)
    data = reader.json(f"{MAP}json/{LIVE_URL}")
    assert [one["uri"][0] for one in data["mementos"]["list"]] == [target for target, _ in listed["memento"]]
    assert data["mementos"]["last"] == data["mementos"]["list"][-1]


def test_the_time_gate_leads_to_the_nearest_capture(reader: Reader, press: Press) -> None:
    times = captures(reader, press.live, LIVE_URL)
    between = times[3] + (times[4] - times[3]) * 0.4
    for moment, expected in (
        (times[0].replace(year=1999), times[0]),
        (times[5], times[5]),
        (between, times[3]),
        (times[-1].replace(year=2090), times[-1]),
    ):
        headers = {"accept-datetime": format_datetime(moment.replace(microsecond=0), usegmt=True)}
        answer = reader.get(GATE + LIVE_URL, headers=headers)
        assert answer.status_code == 302
        assert "accept-datetime" in answer.headers["vary"]
        assert {"original", "timegate", "timemap"} <= links(answer.headers["link"]).keys()
        path = answer.headers["location"].partition("/-/")[2]
        row = reader.json(f"/-/{path.removesuffix('/page')}.json")["capture"]
        assert parse_iso(row["fetched_at"]) == expected.replace(microsecond=0)


def test_without_a_time_the_last_capture_is_shown_and_says_when_it_was_made(
    reader: Reader, press: Press
) -> None:
    number = reader.json(f"/-/news/story/{press.bridge}.json")["versions"][0]["first_capture_id"]
    page = reader.get(f"/-/news/capture/{number}/page")
    at = reader.json(f"/-/news/capture/{number}.json")["capture"]["fetched_at"]
    assert page.headers["memento-datetime"] == http_date(parse_iso(at))
    assert links(page.headers["link"])["original"][0][0] == BRIDGE_URL
    assert "accept-datetime" not in page.headers["vary"]
    last = reader.get(GATE + BRIDGE_URL).headers["location"]
    assert last == links(reader.get(f"{MAP}link/{BRIDGE_URL}").text)["last"][0][0]


@pytest.mark.parametrize("path", [GATE, f"{MAP}link/", f"{MAP}json/"])
def test_a_withheld_story_has_no_mementos(reader: Reader, path: str) -> None:
    answer = reader.get(path + WITHHELD_URL)
    assert answer.status_code == 451
    assert "rel=" not in answer.headers.get("link", "")
    assert "/capture/" not in answer.text


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://nowhere.example/a", 404),
        ("https://", 404),
        ("javascript:alert(1)", 404),
        (BRIDGE_URL.replace("://", ":/"), 302),
        (f"{BRIDGE_URL}?utm_source=x", 302),
    ],
)
def test_addresses_that_are_not_archived_or_none_are_told_so(reader: Reader, url: str, status: int) -> None:
    assert reader.get(GATE + url).status_code == status


@pytest.mark.parametrize("text", ["yesterday", "2026-10-30", "Fri, 30 Oct 2026 12:00:00 +0100", ""])
def test_a_time_of_another_form_is_refused(reader: Reader, text: str) -> None:
    with pytest.raises(ValueError, match="Accept-Datetime"):
        accepted(text)
    assert reader.get(GATE + BRIDGE_URL, headers={"accept-datetime": text}).status_code == 400


def test_a_long_map_has_pages(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = [target for target, _ in links(reader.get(f"{MAP}link/{LIVE_URL}").text)["memento"]]
    monkeypatch.setattr(memento, "PAGE", 7)
    seen: list[str] = []
    for number in range(1, len(whole) // 7 + 1):
        page = reader.get(f"{MAP}link/{number}/{LIVE_URL}")
        found = links(page.text)
        seen += [target for target, _ in found["memento"]]
        assert [t for t, _ in found["timemap"] if f"/link/{number + 1}/" in t] or len(seen) == len(whole)
    assert seen == whole
    assert reader.get(f"{MAP}link/999/{LIVE_URL}").status_code == 404


def test_a_client_of_others_is_led_to_the_capture(reader: Reader, press: Press) -> None:
    number = reader.json(f"/-/news/story/{press.bridge}.json")["versions"][0]["first_capture_id"]
    taken = parse_iso(reader.json(f"/-/news/capture/{number}.json")["capture"]["fetched_at"])
    outlet = Response()  # what the newspaper itself answers: nothing of Memento
    outlet.status_code, outlet.url = 200, BRIDGE_URL
    moment = taken.replace(tzinfo=None, microsecond=0)
    own = Reader(app(press.root, settings=STOPPED))  # a Datasette that was served is closed afterwards
    with closing(own), serving(own.datasette) as address, Session() as session:
        client = MementoClient(timegate_uri=address + GATE, check_native_timegate=False, session=session)
        found = client.get_memento_info(BRIDGE_URL, accept_datetime=moment, req_uri_response=outlet)
    assert (found["original_uri"], found["timegate_uri"]) == (BRIDGE_URL, address + GATE + BRIDGE_URL)
    assert found["mementos"]["closest"] == {
        "uri": [f"{address}/-/news/capture/{number}/page"],
        "datetime": moment,
        "http_status_code": 200,
    }
