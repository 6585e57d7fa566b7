"""After a purge nothing below the archive's folder holds a byte of the story but the tombstone and its list."""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
import zlib
from contextlib import closing
from datetime import timedelta
from html import escape as html_escape
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from newsarchive.archive import Archive
from newsarchive.errors import NewsarchiveError, UsageError
from newsarchive.schedule.state_db import State
from newsarchive.times import Clock
from newsarchive.versions import Decision, append_decision
from newsarchive.warc import purge as purge_warcs
from newsarchive.warc import read_payload
from tests.ingest.press import SITE, html, text
from tests.ingest.test_hostile_captures import look, put
from tests.press import START, crawl, following, newsroom
from tests.warc.making import read_all

PAGES = ("courier", "mirat")
WORDS = ("Vlorbeq", "Quexomir", "Zanthrup")  # invented; nothing else says them
TITLE = "Vlorbeq & Quexomir “reopen” the Zanthrup ferry"
PARAGRAPHS = [
    f"The {word} of paragraph {n} was opened by Quexomir on day {n}." for n, word in enumerate(WORDS * 3)
]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory, collector):
    """An archive of two crawls with the story that is to be erased, and the story's URL."""
    folder = tmp_path_factory.mktemp("erasing") / "a"
    with newsroom(outlets=PAGES, stories=4) as room:
        following(folder, room, Clock(START))
        crawl(collector, folder, START)
        path = room.publish("courier", title=TITLE, paragraphs=tuple(PARAGRAPHS)).path
        url = next(u for u in room.outlets["courier"].urls() if u.endswith(path))
        for _ in range(2):  # before the other pages, which now show its headline, are due
            room.advance(timedelta(minutes=4))
            crawl(collector, folder, room.now())
            room.edit(url, "paragraph-rewritten")
        yield folder, url


def held(folder: Path) -> dict[str, bytes]:
    """All that is below a folder, by file: as it is, unpacked, decoded; rows of databases one by one."""
    found = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name, data = str(path.relative_to(folder)), path.read_bytes()
        found[name] = data
        if name.endswith(".gz"):
            found[name] += b"\n".join(_members(data))
        if name.endswith(".db"):
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
                found[name] += b"\n".join(_values(db))
    for capture in read_all(folder):
        place = capture.warc_filename, capture.warc_offset, capture.warc_length
        try:
            found[f"{place[0]} at {place[1]}"] = read_payload(folder, *place).body
        except NewsarchiveError:
            continue
    return found


def _members(data: bytes):
    while data:
        engine = zlib.decompressobj(31)
        yield engine.decompress(data)
        data = engine.unused_data


def _values(db: sqlite3.Connection):
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        try:
            rows = db.execute(f"SELECT * FROM {table}").fetchall()
        except sqlite3.OperationalError:  # a table of FTS5 that can't be read as one
            continue
        for value in (value for row in rows for value in row):
            if isinstance(value, bytes):
                yield value
                try:
                    yield zlib.decompressobj(47).decompress(value)
                except zlib.error:
                    continue
            elif isinstance(value, str):
                yield value.encode("utf-8", "surrogatepass")


def remnants(folder: Path, words) -> list[tuple[str, str]]:
    """(file, word) of each file that holds one of the words, in any case."""
    return [
        (name, word) for name, data in held(folder).items() for word in words
        if word.lower().encode() in data.lower()
    ]  # fmt: skip


def remember_everywhere(archive: Archive, url: str, title: str = TITLE) -> None:
    """Put the story into every table of state.db and every list, beside what the crawls put there."""
    with State(archive.root / "state.db") as state:
        for (table,) in state.read("SELECT name FROM sqlite_master WHERE type = 'table'"):
            columns = state.read(f"PRAGMA table_info({table})")
            for text in (
                url,
                title,
                json.dumps({"body": f"{title}\n{url}"}),
                json.dumps({"body": title}, ensure_ascii=False),
            ):
                row = tuple(0 if c[2] == "INTEGER" else text for c in columns)
                state.write(f"INSERT OR REPLACE INTO {table} VALUES ({', '.join('?' * len(row))})", [row])
        state.write("DELETE FROM missed WHERE url = ?", [(url,)])  # leaves its bytes in a free page
    append_decision(archive.root / "decisions.jsonl", Decision(kind="withhold", urls=(url,), at=START))
    append_decision(
        archive.root / "decisions.jsonl", Decision(kind="withhold", urls=(url,), at=START, undo=True)
    )
    with (archive.root / "watches.jsonl").open("a") as out:
        watch = {"id": "w1", "kind": "page", "what": url, "at": "2026-03-02T09:00:00Z"}
        out.write(json.dumps(watch) + "\n")


def test_nothing_of_a_purged_story_is_left_below_the_folder(crawled, tmp_path):
    folder, url = crawled
    shutil.copytree(folder, tmp_path / "a")
    archive = Archive(tmp_path / "a", clock=Clock(START.replace(day=4)))
    remember_everywhere(archive, url)
    plan = min((archive.root / "crawls").glob("[0-9]*T*/plan.json"))
    plan.write_text(json.dumps(json.loads(plan.read_text()) | {"rechecked": [url]}))
    path = url.split("/", 3)[3]
    words = [*WORDS, path, archive.story(url).title]
    before = {name for name, _ in remnants(archive.root, WORDS)}
    assert {"index.db", "state.db"} <= before
    others = archive.stats()["stories"] - 1
    report = archive.purge(url, reason="a court said so")
    assert report.mentions == ()
    assert {name for name, _ in remnants(archive.root, words)} == {"purged.jsonl"}
    assert TITLE not in (archive.root / "purged.jsonl").read_text()
    assert archive.stats()["stories"] == others
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal


def test_without_what_names_it_a_purge_leaves_feeds_and_section_pages(crawled, tmp_path):
    folder, url = crawled
    shutil.copytree(folder, tmp_path / "a")
    purge_warcs(tmp_path / "a", [url], "asked", now=START)
    names = {name for name, _ in remnants(tmp_path / "a", [url.split("/", 3)[3]])}
    assert any(name.startswith("warc/") or " at " in name for name in names)


def test_a_purge_without_a_reason_changes_nothing(crawled, tmp_path):
    folder, url = crawled
    shutil.copytree(folder, tmp_path / "a")
    before = remnants(tmp_path / "a", WORDS)
    with pytest.raises(UsageError, match="reason"):
        Archive(tmp_path / "a").purge(url, reason="\n")
    assert remnants(tmp_path / "a", WORDS) == before


# ---------------------------------------------------------------- whatever a story is called


def between() -> st.SearchStrategy[str]:
    """What is between the words of a headline or an address: marks that are escaped somewhere, and letters of all scripts."""
    marks = st.sampled_from(
        [
            "&",
            "<",
            ">",
            '"',
            "'",
            "\\",
            "/",
            "%",
            "%2F",
            "&amp;",
            "“",
            "\u2028",
            "\u202e",
            "é",
            "ß",
            "ن",
            "語",
            "🏗",
            "\t",
            "  ",
            "?",
            "#",
            ";",
        ]
    )
    return st.lists(marks | st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=3).map("".join)  # fmt: skip


@settings(max_examples=8, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(between(), min_size=4, max_size=4))
def test_whatever_a_story_is_called_nothing_of_it_is_left(parts):
    title = f"{WORDS[0]}{parts[0]}{WORDS[1]}{parts[1]} the ferry {WORDS[2]}"
    url = f"{SITE}/news/12345/{quote('vlorbeq' + parts[2] + 'quexomir' + parts[3])}-zanthrup"
    shown = html_escape(title)
    item = f"<item><title>{shown}</title><link>{html_escape(url)}</link></item>"
    feeds = [
        f"<rss><channel>{item}</channel></rss>",
        f"<rss><channel>{html_escape(item)}</channel></rss>",
        *(json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": url, "title": title}]}, ensure_ascii=a) for a in (True, False)),
        f"<html><h2><a href='{html_escape(url.removeprefix(SITE), quote=True)}'>{shown}</a></h2>",
    ]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "a"
        archive = Archive.create(root)
        candidate = {"url": url, "kind": "feed", "title": title, "guid": url}
        put(
            root,
            [
                look(url=f"{SITE}/other", body=html("Another story of the day", text(7))),
                look(url=url, body=html(shown, PARAGRAPHS), facts={"candidate": candidate}),
                look(url=url, body=html(shown, PARAGRAPHS[1:]), date="2026-03-03T06:00:00Z"),
                *(look(url=f"{SITE}/feed{n}", body=feed.encode(), facts={"reason": "feed"}) for n, feed in enumerate(feeds)),
                look(url=f"{SITE}/old", status=301, location=url, body=b""),
            ],
            "a",
        )  # fmt: skip
        crawl = root / "crawls" / "20260302T060000Z-abc"
        crawl.mkdir(parents=True)
        for a in (True, False):
            (crawl / f"plan{a:d}.json").write_text(
                json.dumps({"targets": [{"url": url}], "title": title}, ensure_ascii=a)
            )
        archive.ingest()
        story = archive.story(url)
        remember_everywhere(archive, url, title)
        words = [*WORDS, "vlorbeq", "quexomir", "zanthrup"]
        assert {"index.db", "state.db", "warc/a.warc.gz", "decisions.jsonl", "watches.jsonl"} <= {
            n for n, _ in remnants(root, words)
        }
        archive.purge(story.url, reason="asked")
        assert {name for name, _ in remnants(root, words)} == {"purged.jsonl"}
        assert archive.story(f"{SITE}/other").title == "Another story of the day"
        assert archive.verify().exit_code == 0
