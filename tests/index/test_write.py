"""Writing: captures in any order, stories replaced as a whole, nothing left behind."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import uuid
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from newsarchive.index import compact_ids
from newsarchive.index.integrity import compare_indexes
from newsarchive.index.write import Index, open_index
from newsarchive.model import Candidate, RecordRef
from tests.index.build import START, Told, add, build, capture, new

URL = "https://gazette.example/a"


def tables(index: Index) -> dict[str, int]:
    names = [t for t in index.database.table_names() if "fts" not in t and "sqlite" not in t]
    return {t: index.db.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in names}


def test_a_url_row_is_the_same_in_any_order_of_arrival(tmp_path: Path) -> None:
    looks = [
        capture(1, URL, etag='"one"', source="gazette"),
        capture(2, URL, kind="failed", http_status=None, payload_digest=None, error="refused"),
        capture(3, URL, etag='"three"', last_modified="Mon, 02 Mar 2026 06:00:00 GMT", source="other"),
        capture(4, URL, kind="not-modified", http_status=304),
    ]
    rows = set()
    for serial, order in enumerate(itertools.permutations(looks)):
        with open_index(tmp_path / f"{serial}.db") as index:
            for look in order:
                with index.batch():
                    index.add_captures([new(look)])
            rows.add(index.db.execute("SELECT * FROM urls").fetchone())
            assert index.db.execute("SELECT sum(n), count(*) FROM source_days").fetchone() == (4, 4)
    assert len(rows) == 1
    row = rows.pop()
    assert '"three"' in row
    assert compact_ids.source_id("gazette") in row


def test_a_capture_comes_back_as_it_went_in(tmp_path: Path) -> None:
    made = capture(
        7,
        URL,
        kind="same-payload",
        candidate=Candidate(
            url=URL, kind="feed", guid="g1", title="T", published_at=START, authors=("A", "B")
        ),
        redirect_from="https://gazette.example/old",
        location="https://gazette.example/new",
        robots_tag="noarchive",
        truncated="length",
        refers_to=RecordRef(
            record_id="urn:uuid:x", url=URL, fetched_at=START, payload_digest="sha1:" + "A" * 32
        ),
    )
    with open_index(tmp_path / "index.db") as index:
        with index.batch():
            index.add_captures([new(made)])
        back = index.captures_of([compact_ids.url_id(URL)])[0].capture
    for name in ("url", "fetched_at", "kind", "candidate", "redirect_from", "location", "robots_tag", "truncated",
                 "warc_filename", "warc_offset", "warc_length", "warc_record_id", "payload_digest", "seq", "source"):  # fmt: skip
        assert getattr(back, name) == getattr(made, name)
    assert back.refers_to is not None
    assert back.refers_to.record_id == "urn:uuid:x"


def test_a_capture_that_is_there_is_passed_over(tmp_path: Path) -> None:
    with open_index(tmp_path / "index.db") as index:
        with index.batch():
            assert index.add_captures([new(capture(1, URL)), new(capture(1, URL))]) == 1
        before = tables(index)
        with index.batch():
            assert index.add_captures([new(capture(1, URL))]) == 0
        assert tables(index) == before


def test_only_what_can_be_a_story_makes_its_url_dirty(tmp_path: Path) -> None:
    with open_index(tmp_path / "index.db") as index:
        with index.batch():
            index.add_captures(
                [new(capture(1, URL)), new(capture(2, URL + "/feed", reason="feed"), identities=())]
            )
        assert index.dirty_urls(10) == [compact_ids.url_id(URL)]


def test_urls_are_connected_through_shared_identities(tmp_path: Path) -> None:
    chain = [("a", ("1", "2")), ("b", ("2", "3")), ("c", ("3",)), ("d", ("4",))]
    with open_index(tmp_path / "index.db") as index:
        with index.batch():
            index.add_captures(
                [new(capture(i, URL + name), identities=keys) for i, (name, keys) in enumerate(chain)]
            )
        ids = [compact_ids.url_id(URL + name) for name, _ in chain]
        assert index.connected(ids[:1]) == set(ids[:3])
        assert index.connected(ids[3:]) == set(ids[3:])


def test_writing_a_story_twice_changes_nothing(tmp_path: Path) -> None:
    told = Told(URL, [("One", "text one"), ("Two", "text two")], authors=("Ann Lee",))
    path = build(tmp_path / "a.db", [told])
    other = build(tmp_path / "b.db", [told])
    with open_index(other) as index:
        add(index, told, 0)
    assert compare_indexes(path, other) == ()


def test_a_story_that_shrinks_leaves_nothing_behind(tmp_path: Path) -> None:
    with open_index(tmp_path / "index.db") as index:
        add(index, Told(URL, [("One", "alpha"), ("Two", "beta")], authors=("Ann Lee",), status="gone"), 0)
        url_ids = [compact_ids.url_id(URL)]
        with index.batch():
            index.replace_stories([], url_ids, index.captures_of(url_ids))
        counts = tables(index)
        for table in (
            "stories",
            "versions",
            "texts",
            "changes",
            "events",
            "authors",
            "version_authors",
            "story_urls",
        ):
            assert counts[table] == 0, table
        assert counts["captures"] == 2
        assert index.db.execute("SELECT count(*) FROM captures WHERE story_id IS NOT NULL").fetchone() == (0,)
        assert index.db.execute(
            "SELECT count(*) FROM texts_fts WHERE texts_fts MATCH 'alpha'"
        ).fetchone() == (0,)
        index.db.execute("INSERT INTO texts_fts(texts_fts, rank) VALUES ('integrity-check', 1)")


def test_a_shared_text_and_author_stay_while_one_story_holds_them(tmp_path: Path) -> None:
    one = Told(URL, [("Same", "words")], authors=("Ann Lee",), published=START)
    two = Told(URL + "2", [("Same", "words")], authors=("Ann Lee",), published=START)
    with open_index(tmp_path / "index.db") as index:
        add(index, one, 0)
        add(index, two, 50)
        url_ids = [compact_ids.url_id(one.url)]
        with index.batch():
            index.replace_stories([], url_ids, index.captures_of(url_ids))
        assert tables(index)["texts"] == tables(index)["authors"] == 1


def test_a_failed_batch_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    path = build(tmp_path / "index.db", [Told(URL, [("One", "text")])])
    copy = build(tmp_path / "copy.db", [Told(URL, [("One", "text")])])
    with open_index(path) as index:
        with contextlib.suppress(ZeroDivisionError), index.batch():
            index.add_captures([new(capture(9, URL + "9"))])
            raise ZeroDivisionError
        with pytest.raises(sqlite3.IntegrityError), index.batch():
            index.add_captures([new(capture(9, URL + "9"), page_id=12345)])
    assert compare_indexes(path, copy) == ()


def test_a_rolled_back_batch_leaves_the_full_text_index_right(tmp_path: Path) -> None:
    path = build(tmp_path / "index.db", [Told(URL, [("One", "alpha")])])
    with open_index(path) as index:
        url_ids = [compact_ids.url_id(URL)]
        with contextlib.suppress(ZeroDivisionError), index.batch():
            index.replace_stories([], url_ids, index.captures_of(url_ids))
            raise ZeroDivisionError
        assert index.db.execute(
            "SELECT count(*) FROM texts_fts WHERE texts_fts MATCH 'alpha'"
        ).fetchone() == (1,)
        index.db.execute("INSERT INTO texts_fts(texts_fts, rank) VALUES ('integrity-check', 1)")


def test_comparing_names_what_differs(tmp_path: Path) -> None:
    one = build(tmp_path / "a.db", [Told(URL, [("One", "alpha")])])
    two = build(tmp_path / "b.db", [Told(URL, [("One", "beta")])])
    assert compare_indexes(one, one) == ()
    found = {d.table for d in compare_indexes(one, two)}
    assert {"texts", "versions"} <= found
    with closing(sqlite3.connect(two)) as db:
        db.execute("DELETE FROM texts_fts_docsize")
        db.commit()
    assert any("integrity-check" in (d.right or "") for d in compare_indexes(one, two))


def test_one_look_costs_at_most_300_bytes(tmp_path: Path) -> None:
    path = tmp_path / "index.db"
    looks = 6_000
    with open_index(path) as index:
        for first in range(0, looks, 2_000):
            with index.batch():
                made = [
                    capture(
                        first + i,
                        f"{URL}/{i % 50}",
                        reason="recheck",
                        fetched_at=START + timedelta(seconds=first + i),
                        warc_record_id=f"urn:uuid:{uuid.UUID(int=compact_ids.hash63(str(first + i)) << 60)}",
                    )
                    for i in range(2_000)
                ]
                index.add_captures([new(m) for m in made])
        index.db.execute("UPDATE captures SET event = NULL")
        pages = index.db.execute(
            "SELECT sum(pgsize) FROM dbstat WHERE name IN ('captures', 'captures_by_url', 'captures_by_story')"
        ).fetchone()[0]
    assert pages / looks <= 300
