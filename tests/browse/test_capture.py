"""The page as it was."""

from __future__ import annotations

from newsarchive.browse.capture_page import facts_of

from .conftest import Reader
from .press import Press
from .test_safety import SANDBOX


def first_capture(reader: Reader, story: int) -> str:
    return str(reader.json(f"/-/news/story/{story}.json")["versions"][0]["first_capture_id"])


def test_the_archived_page_stands_in_a_sandboxed_frame(reader: Reader, press: Press):
    number = first_capture(reader, press.bridge)
    text = reader.html(f"/-/news/capture/{number}")
    assert f'<iframe class="frame" sandbox src="/-/news/capture/{number}/page"' in text
    frame = reader.get(f"/-/news/capture/{number}/page")
    assert frame.headers["content-security-policy"] == SANDBOX
    assert "<h1>Council raises toll on harbour bridge</h1>" in frame.text
    assert frame.headers["content-type"] == "text/html; charset=utf-8"


def test_headers_record_and_digest_are_shown(reader: Reader, press: Press):
    number = first_capture(reader, press.bridge)
    data = reader.json(f"/-/news/capture/{number}.json")
    assert ["Server", "invented"] in data["headers"]
    assert data["capture"]["payload_digest"].startswith("sha1")
    text = reader.html(f"/-/news/capture/{number}")
    assert "Server: invented" in text
    assert data["capture"]["warc_record_id"] in text


def test_the_bytes_can_be_downloaded_and_never_shown(reader: Reader, press: Press):
    found = reader.get(f"/-/news/capture/{first_capture(reader, press.bridge)}/raw")
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.content.startswith(b"<!doctype html>")


def test_earlier_and_later_captures_are_one_step_away(reader: Reader, press: Press):
    number = first_capture(reader, press.bridge)
    later = reader.json(f"/-/news/capture/{number}.json")["around"]["after_id"]
    assert reader.json(f"/-/news/capture/{later}.json")["around"]["before_id"] == number


def test_a_capture_whose_file_is_missing_says_so(reader: Reader, press: Press):
    captures = reader.json(f"/-/news/story/{press.bridge}.json")["captures"]
    number = next(c["id"] for c in captures if c["http_status"] == 304)
    data = reader.json(f"/-/news/capture/{number}.json")
    assert "news-20261102-checks.warc.gz" in data["trouble"]
    assert reader.get(f"/-/news/capture/{number}/page").status_code == 404


def test_a_withheld_page_is_not_shown(reader: Reader, press: Press):
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(f"file:{press.root}/index.db?mode=ro", uri=True)) as db:
        sql = "SELECT c.id FROM captures c JOIN story_urls su ON su.url_id = c.url_id WHERE su.story_id = ?"
        (number,) = db.execute(sql, (press.withheld,)).fetchone()
    for path in ("", "/page", "/raw", ".json"):
        found = reader.get(f"/-/news/capture/{number}{path}")
        assert found.status_code == 451
        assert "was printed here" not in found.text


def test_a_file_that_is_still_written_is_not_offered_to_other_tools_yet(reader: Reader, press: Press):
    number = first_capture(reader, press.bridge)
    data = reader.json(f"/-/news/capture/{number}.json")
    assert data["file_is_open"] is False
    assert "still being written" not in reader.html(f"/-/news/capture/{number}")
    sealed = press.root / "warc" / data["capture"]["warc_filename"]
    being_written = sealed.rename(sealed.with_name(sealed.name + ".open"))
    try:
        assert reader.json(f"/-/news/capture/{number}.json")["file_is_open"] is True
        text = reader.html(f"/-/news/capture/{number}")
    finally:
        being_written.rename(sealed)
    assert f"{sealed.name}.open</code>" in text
    assert "Other tools shouldn't open it yet" in text
    assert (
        "<h1>Council raises toll on harbour bridge</h1>" in reader.get(f"/-/news/capture/{number}/page").text
    )


def test_further_facts_are_in_words():
    extras = {
        "candidate": {"kind": "feed", "guid": "88", "authors": ["A", "B"]},
        "location": "https://a.example/%C3%A9?utm_source=x",
    }
    assert list(facts_of(extras)) == [
        ("named by a", "feed"),
        ("guid in the list", "88"),
        ("authors in the list", "A, B"),
        ("location", "https://a.example/%C3%A9?utm_source=x"),
    ]
