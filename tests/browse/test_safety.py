"""Texts from hostile pages never run, and answers carry what keeps a browser in check."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree, html

from newsarchive.browse import app
from newsarchive.browse.capture_page import harmless
from newsarchive.model import Block
from newsarchive.warc import Payload, WarcStore

from .build import NOW, Desk, State, edited
from .conftest import STOPPED, Reader
from .press import Press

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg onload=alert(1)>",
    "javascript:alert(1)",
    "</title></textarea></pre><iframe src=//evil.example></iframe>",
    "{{ 7*7 }}{% raw %}",
    '<a href="javascript:alert(1)">x</a>',
    "]]><script>alert(1)</script><![CDATA[",
    "\u202eright to left\u2066",
    "<mark>\x01<script>\x02</mark>",
    "--><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
ALL = " ".join(ATTACKS)
PAGE = f"<html><head><link rel=preconnect href=//evil.example><script>alert(1)</script></head><body onload=alert(1)>{ALL}</body></html>"
# The policies in full, so that a word less in the package is a failure here.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; connect-src 'none'"
)
SANDBOX = (
    "sandbox; default-src 'none'; img-src data:; font-src data:; style-src data: 'unsafe-inline'; "
    "frame-ancestors 'self'"
)
DATASETTE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
URL = "https://hostile.example/a?x=%22%3E%3Cscript%3E"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Reader, int]]:
    """An archive in which every text is an attack."""
    root: Path = tmp_path_factory.mktemp("hostile")
    at = NOW - timedelta(days=1)
    first = State(
        at=at, title=ALL, description=ALL, authors=(ALL[:200], "B"), paragraphs=ATTACKS, captions=(ALL,), section=ALL,
        removed=(Block(kind="paragraph", text=ALL, kept=False, reason=ALL),), image_url="javascript:alert(1)",
        page=PAGE.encode(),
    )  # fmt: skip
    second = edited(
        first,
        timedelta(hours=1),
        title=ALL + " again",
        paragraphs=(*reversed(ATTACKS), ALL),
        description=ALL * 2,
    )
    with WarcStore(root, crawl_id="hostile") as store, Desk(root, store) as desk:
        desk.source("hostile", title=ALL, homepage="javascript:alert(1)", language='"><script>')
        number = desk.story(
            "hostile", URL, [first, second], same_because=(ALL,), gone=at + timedelta(hours=5), language="en",
            copied_from="https://evil.example/<script>", field_changes=[(at + timedelta(hours=2), ALL, ALL, ALL)],
        )  # fmt: skip
        desk.index.db.commit()
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(root / "index.db")) as db, db:
        db.execute(
            "UPDATE versions SET canonical_url = 'javascript:alert(1)', tags = ?, warnings = ?",
            (ALL, json.dumps([ALL])),
        )
        db.execute(
            "UPDATE versions SET url = 'javascript:alert(1)', language = ?, payload_digest = ?",
            ('"><script>', ALL),
        )
        db.execute("UPDATE stories SET language = ?, status = ?", ('"><script>', ALL))
        db.execute("UPDATE changes SET kind = ?, kinds = ?, reason = ?", (ALL, json.dumps([ALL]), ALL))
        db.execute("UPDATE events SET kind = ?, detail = ?", (ALL, ALL))
    reader = Reader(app(root, settings=STOPPED))
    yield reader, number
    reader.close()


def pages(number: int, capture: str) -> list[str]:
    story = f"/-/news/story/{number}"
    return [
        "/", "/-/news/search", "/-/news/search?q=script", "/-/news/search?q=script&all=1&source=hostile", "/-/news/changes",
        "/-/news/source/hostile", story, f"{story}?v=1&removed=1", f"{story}/diff", f"{story}/diff?view=sides",
        f"/-/news/capture/{capture}", "/-/news/about",
    ]  # fmt: skip


def first_capture(reader: Reader, number: int) -> str:
    return str(reader.json(f"/-/news/story/{number}.json")["versions"][0]["first_capture_id"])


def offences(text: str) -> list[str]:
    """Whatever in a page could run, load or lead to a script."""
    found = []
    for element in html.fromstring(text).iter():
        if not isinstance(element.tag, str):
            found.append("comment")
            continue
        if element.tag == "script" and not (element.get("src") or "").startswith("/-/news/static/"):
            found.append("script")
        if element.tag in ("img", "object", "embed", "base", "meta") and element.get("http-equiv"):
            found.append(element.tag)
        if element.tag in ("img", "object", "embed", "base", "template", "style"):
            found.append(element.tag)
        for name, value in element.attrib.items():
            if name.startswith("on") or name == "style" or name == "srcdoc":
                found.append(name)
            if name in ("href", "src", "action", "formaction") and not re.match(
                r"^(/|#|https?://|data:,$)", value
            ):
                found.append(f"{name}={value}")
    return found


def test_no_text_of_a_page_becomes_markup(hostile: tuple[Reader, int]):
    reader, number = hostile
    for path in pages(number, first_capture(reader, number)):
        assert offences(reader.html(path)) == [], path


def test_the_texts_are_still_there_to_read(hostile: tuple[Reader, int]):
    reader, number = hostile
    page = html.fromstring(reader.html(f"/-/news/story/{number}?v=1"))
    text = " ".join(page.text_content().split())
    assert all(" ".join(a.split()) in text for a in ATTACKS if "\x01" not in a)


def test_feeds_stay_well_formed_and_their_markup_harmless(hostile: tuple[Reader, int]):
    reader, _ = hostile
    feed = etree.fromstring(reader.get("/-/news/changes.atom").content)
    contents = [c.text or "" for c in feed.iter("{*}content")]
    contents += [i["content_html"] for i in json.loads(reader.get("/-/news/changes.feed.json").text)["items"]]
    assert len(contents) == 4  # the edit and the event, in both feeds
    for content in contents:
        tags = {e.tag for e in html.fromstring(content).iter()}
        assert tags <= {"div", "section", "h3", "p", "bdi", "span", "ins", "del", "i"}, tags


def test_json_is_never_taken_for_a_page(hostile: tuple[Reader, int]):
    reader, number = hostile
    found = reader.get(f"/-/news/story/{number}.json")
    assert found.headers["content-type"].startswith("application/json")
    assert found.headers["x-content-type-options"] == "nosniff"


def test_datasettes_own_tables_show_hostile_rows_harmlessly(hostile: tuple[Reader, int]):
    reader, _ = hostile
    for path in ("/archive/stories", "/archive/versions", "/archive/changes", "/archive/most_edited_stories"):
        text = reader.html(path)
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript:' not in text


def test_each_page_of_ours_carries_the_strict_policy(reader: Reader, press: Press):
    paths = [
        "/",
        "/-/news/search?q=x",
        "/-/news/changes.json",
        "/-/news/changes.atom",
        "/-/news/story/1",
        "/-/news/static/newsarchive.css",
    ]
    for path in (*paths, f"/-/news/story/{press.bridge}/diff"):
        headers = reader.get(path).headers
        assert headers["content-security-policy"] == POLICY, path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_datasettes_own_pages_load_from_nowhere_else_either(reader: Reader):
    for path in ("/archive", "/archive/stories", "/-/plugins"):
        policy = reader.get(path).headers["content-security-policy"]
        assert policy == DATASETTE_POLICY, path


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_nothing_but_reading_is_answered(reader: Reader, method: str):
    import asyncio

    async def ask() -> int:
        return int((await reader.datasette.client.request(method.upper(), "/-/news/search")).status_code)

    assert asyncio.run(ask()) in (403, 405)


def test_an_archived_page_is_served_in_a_sandbox_without_links_that_connect(hostile: tuple[Reader, int]):
    reader, number = hostile
    found = reader.get(f"/-/news/capture/{first_capture(reader, number)}/page")
    assert found.headers["content-security-policy"] == SANDBOX
    assert "<link" not in found.text.lower()
    assert "<script" not in found.text.lower()
    raw = reader.get(f"/-/news/capture/{first_capture(reader, number)}/raw")
    assert raw.content == PAGE.encode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"<html><LiNk rel=preconnect href=//e.example><p>x", "text/html"),
        ("<html><link rel=preconnect href=//e.example><p>x".encode("utf-16"), "text/html"),
        (b"<html><li\x1b(Bnk rel=preconnect href=//e.example><p>x", "text/html; charset=iso-2022-jp"),
        (b"<html><link\trel=preconnect href=//e.example><p>x", "text/html; charset=shift_jis"),
        (b"<html><link/rel=preconnect href=//e.example><p>x", "text/html; charset=made-up"),
    ],
)
def test_no_encoding_hides_a_link_from_us(body: bytes, content_type: str):
    shown, kind = as_shown(body, content_type)
    assert kind == "text/html; charset=utf-8"
    assert "e.example" not in shown
    assert "<p>x" in shown


def as_shown(body: bytes, content_type: str = "text/html") -> tuple[str, str]:
    """What of an archived page is served where nothing else is stored."""
    made, kind = harmless(
        Payload(body=body, content_type=content_type), "https://a.example/", lambda _url, _kind: None
    )
    return made.decode(), kind


def test_pictures_keep_their_words_and_scripts_go():
    body = b'<html><body><img alt="A bridge" src="/i.png" srcset="/j.png 2x"><img src="data:image/png;base64,AA"><script>1</script>x<script>2'
    assert '<body><img alt="A bridge"><img src="data:image/png;base64,AA">x</body>' in as_shown(body)[0]


def test_links_of_an_archived_page_lead_nowhere_and_keep_their_text():
    body = b'<html><body><a class="b" href="https://a.example/">one</a> <area HREF=x> <abbr href=1>two</abbr><p>href = 3</p>'
    assert (
        '<a class="b" href="#newsarchive-leads-nowhere" data-href="https://a.example/">one</a>'
        ' <area href="#newsarchive-leads-nowhere" data-href="https://a.example/x"> <abbr>two</abbr><p>href = 3</p>'
        in as_shown(body)[0]
    )


@pytest.mark.parametrize(
    ("body", "content_type", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", "text/plain; charset=utf-8"),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
            "image/svg+xml",
            "text/plain; charset=utf-8",
        ),
        (b'<?xml version="1.0"?><rss></rss>', "application/rss+xml", "text/plain; charset=utf-8"),
        (b"var a = 1", "text/javascript", "text/plain; charset=utf-8"),
        (b"%PDF-1.7", "application/pdf", "text/plain; charset=utf-8"),
    ],
)
def test_what_is_no_page_is_shown_as_text_or_not_at_all(body: bytes, content_type: str, kind: str):
    assert as_shown(body, content_type)[1] == kind


def test_a_source_name_cannot_climb(reader: Reader):
    for path in (
        "/-/news/source/..%2f..",
        "/-/news/static/..%2fserver.py",
        "/-/news/static/x",
        "/-/news/capture/1%2f2",
    ):
        assert reader.get(path, follow_redirects=True).status_code == 404
