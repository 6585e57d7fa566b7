"""What is read back: stories, versions, changes, looks, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsarchive.browse import queries
from newsarchive.config import RecheckConfig
from newsarchive.errors import BadUrlError, NothingFoundError, UsageError
from newsarchive.index import (
    KnownUrls,
    article,
    changes,
    compact_ids,
    days,
    due_rows,
    feeds,
    last_checks,
    open_readonly,
    read,
    sources,
    stats,
    story,
    version,
    yields,
)
from newsarchive.index.known_values import refuse_unknown_sources
from newsarchive.index.recheck_rows import due_rows_at, due_rows_of, stories_with_keys
from newsarchive.index.write import open_index
from newsarchive.schedule.due import due_targets
from tests.index.build import START, Told, add, build, capture, new, record_id

SITE = "https://gazette.example/"
STORIES = [
    Told(SITE + "toll", [("Toll is 12", "First.\n\nSecond."), ("Toll is 15", "First.\n\nThird.")], authors=("Ann Lee, Jr.", "Bo")),
    Told(SITE + "gone", [("Gone", "Text")], status="gone"),
    Told(SITE + "secret", [("Secret", "Hidden")], withheld=True),
    Told("https://anzeiger.example/a", [("Eins", "Text"), ("Eins", "Text neu")], source="anzeiger", language="de"),
]  # fmt: skip


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = build(tmp_path_factory.mktemp("index") / "index.db", STORIES)
    with open_index(made) as index, index.batch():
        index.set_sources([{"name": "gazette", "title": "The Gazette", "homepage": SITE, "language": "en"}])
        feed = capture(900, SITE + "feed.xml", reason="feed", etag='"f"', content_type="application/rss+xml")
        failed = capture(
            901, SITE + "later", kind="failed", http_status=None, payload_digest=None, error="refused"
        )
        index.add_captures([new(feed, identities=()), new(failed)])
    return made


@pytest.fixture(scope="module")
def db(path: Path) -> Iterator[Any]:
    with closing(open_readonly(path)) as opened:
        yield opened


@pytest.mark.parametrize(
    "key", [SITE + "toll", "http://gazette.example/toll?utm_source=x#y", record_id(0), record_id(1)]
)
def test_a_story_is_found_by_url_and_by_record(db: Any, key: str) -> None:
    assert story(db, key).title == "Toll is 15"
    assert story(db, str(story(db, key).id)) == story(db, key)


def test_what_is_not_there_says_what_to_do(db: Any) -> None:
    for key in (SITE + "absent", "12345", record_id(777)):
        with pytest.raises(NothingFoundError, match="newsarchive search"):
            story(db, key)
    with pytest.raises(BadUrlError):
        story(db, "no url at all")
    with pytest.raises(NothingFoundError):
        version(db, 5)


def test_a_version_gives_back_its_article(db: Any) -> None:
    first = story(db, SITE + "toll").versions[0]
    again = article(version(db, first.id))
    assert again.paragraphs == ("First.", "Second.")
    assert again.authors == ("Ann Lee, Jr.", "Bo")
    assert [b.kind for b in again.blocks] == ["paragraph", "paragraph"]
    assert (first.silent, first.significant, first.is_latest) == (None, None, False)


def test_a_withheld_story_says_so_and_no_more(db: Any) -> None:
    hidden = story(db, SITE + "secret")
    assert hidden.withheld
    assert (hidden.title, hidden.versions) == ("", ())


def test_changes_are_told_latest_first_and_narrowed(db: Any) -> None:
    assert [c.url for c in changes(db)] == ["https://anzeiger.example/a", SITE + "toll"]
    assert [c.source for c in changes(db, sources=["gazette"])] == ["gazette"]
    assert [c.kind for c in changes(db, kinds=["headline"])] == ["headline"]
    assert [c.kind for c in changes(db, significant=False)] == ["rewording"]
    assert changes(db, silent=False) == ()
    assert len(changes(db, limit=1, offset=1)) == 1
    assert changes(db, since=datetime(2030, 1, 1, tzinfo=UTC)) == ()
    assert len(changes(db, until=datetime(2030, 1, 1, tzinfo=UTC))) == 2
    only = changes(db, story=story(db, SITE + "toll").id)
    assert [(c.before_no, c.after_no, c.before_record_id) for c in only] == [(1, 2, record_id(0))]


def test_looks_at_a_page_are_read_in_order(db: Any) -> None:
    found = read.captures(db, story(db, SITE + "toll").id)
    assert [(c.version_no, c.kind, c.reason) for c in found] == [
        (1, "response", "new"),
        (2, "response", "new"),
    ]
    assert found[0].warc_record_id == record_id(0)
    feed = db.execute("SELECT reason FROM captures_read WHERE url = ?", (SITE + "feed.xml",))
    assert [tuple(row) for row in feed] == [("feed",)]
    assert next(iter(read.warc_rows(db)))[:3] == ("news-1.warc.gz", 0, record_id(0))


def test_due_rows_are_what_the_schedule_asks_for(db: Any) -> None:
    looks = {look.url: look for look in due_rows(db)}
    toll = looks[SITE + "toll"]
    assert toll.previous is not None
    assert (toll.previous.record_id, toll.n_changes, toll.is_gone) == (record_id(1), 1, False)
    assert looks[SITE + "gone"].is_gone
    assert looks[SITE + "secret"].withheld
    assert [look.source for look in due_rows(db, ["anzeiger"])] == ["anzeiger"]
    targets = due_targets(due_rows(db), now=START + timedelta(days=20), policy=RecheckConfig())
    assert SITE + "toll" in {t.url for t in targets}


def test_the_last_look_at_a_feed_has_its_validators(db: Any) -> None:
    looks = last_checks(db, [SITE + "feed.xml", SITE + "never"])
    assert list(looks) == [SITE + "feed.xml"]
    assert looks[SITE + "feed.xml"].etag == '"f"'


def test_a_url_is_known_under_all_its_spellings_and_a_failed_one_is_not(path: Path, tmp_path: Path) -> None:
    urls = [SITE + "toll?utm_source=x", SITE + "later", SITE + "later#again", "not a url", SITE + "never"]
    with KnownUrls(path) as known:
        assert known.unknown(urls) == [SITE + "later", SITE + "never"]
    with KnownUrls(tmp_path / "absent.db") as known:
        assert known.unknown([SITE + "toll"]) == [SITE + "toll"]


def test_known_urls_sees_what_is_written_meanwhile(tmp_path: Path) -> None:
    with KnownUrls(tmp_path / "index.db") as known:
        assert known.unknown([SITE + "x"]) == [SITE + "x"]
        with open_index(tmp_path / "index.db") as index:
            add(index, Told(SITE + "x", [("T", "x")]), 0)
            assert known.unknown([SITE + "x"]) == []
            add(index, Told(SITE + "y", [("T", "y")]), 50)
            assert known.unknown([SITE + "y"]) == []


def test_sources_are_counted(db: Any) -> None:
    found = {s.name: s for s in sources(db)}
    gazette = found["gazette"]
    assert (gazette.title, gazette.stories, gazette.versions, gazette.changes, gazette.gone) == (
        "The Gazette",
        2,
        3,
        1,
        1,
    )
    assert (gazette.captures, gazette.failed) == (6, 1)
    assert [(f.url, f.kind, f.http_status) for f in feeds(db, "gazette")] == [
        (SITE + "feed.xml", "feed", 200)
    ]
    assert feeds(db, "anzeiger") == ()


def test_stats_leave_withheld_stories_out(db: Any) -> None:
    found = stats(db)
    assert (found["stories"], found["withheld"], found["versions"], found["captures"]) == (3, 1, 5, 8)
    assert found["statuses"] == {"live": 2, "gone": 1}
    assert found["outcomes"] == {"200": 7, "failed": 1}


def test_days_are_counted_by_outcome(db: Any) -> None:
    found = days(db, source="gazette")
    assert sum(d.n for d in found) == 6
    assert {d.outcome for d in found} == {"200", "failed"}
    assert days(db, since=date(2100, 1, 1)) == ()


def test_yields_tell_what_a_day_brought(db: Any) -> None:
    found = yields(db, since=date(2026, 1, 1))
    assert next((y.source, y.stories, y.without_date, y.without_text) for y in found) == ("anzeiger", 1, 1, 0)


def test_a_name_that_a_failed_fetch_left_is_no_source(tmp_path: Path):
    path = tmp_path / "index.db"
    with open_index(path) as index:
        index.set_sources([{"name": "gazette", "config": '{"name": "gazette"}'}])
        with index.batch():
            index.db.execute("INSERT INTO sources (id, name) VALUES (77, 'gazete')")
    with closing(open_readonly(path)) as db:
        assert [row.name for row in sources(db)] == ["gazette"]
        assert stats(db)["sources"] == 1
        refuse_unknown_sources(db, ["gazette"])
        with pytest.raises(UsageError, match="no source 'gazete'"):
            refuse_unknown_sources(db, ["gazete"])
        shown = [name for (_, name, *_) in db.execute(queries.SOURCES)]
        assert shown == ["gazette"]
        assert db.execute(queries.SOURCE, {"name": "gazete"}).fetchall() == []


def test_a_source_whose_last_capture_went_before_its_template_goes_with_it(tmp_path: Path):
    """As a kill between the two leaves it."""
    with open_index(tmp_path / "index.db") as index:
        index.set_sources([{"name": "gazette"}, {"name": "echo"}])
        for name in ("gazette", "echo"):
            with index.batch():
                index.put_template(compact_ids.source_id(name), 202611, [1], {})
        index.set_sources([{"name": "echo"}])
        rows = "SELECT source_id FROM templates UNION ALL SELECT id FROM sources"
        assert {n for (n,) in index.db.execute(rows)} == {compact_ids.source_id("echo")}


@pytest.mark.parametrize(
    ("ask", "scanned"),
    [
        (lambda index: due_rows_at(index.db, [SITE + "toll"]), set()),
        (lambda index: due_rows_of(index.db, [1]), set()),
        (lambda index: stories_with_keys(index.db, ["gazette.example/toll"]), set()),
        (lambda index: index.dirty_months(), {"d", "templates"}),
        (lambda index: index.stale_pages("1", {}), {"sources"}),
        (lambda index: index.stale_beside_new("1", {}), {"dirty_urls"}),
    ],
    ids=["by URL", "by id", "by key", "templates", "extractors", "neighbours"],
)
def test_what_each_run_asks_reads_no_table_that_grows_with_the_archive(
    path: Path, ask: Callable[[Any], object], scanned: set[str]
) -> None:
    asked: list[str] = []
    with open_index(path) as index:
        index.db.set_trace_callback(asked.append)
        ask(index)
        index.db.set_trace_callback(None)
        plans = [row[3] for sql in asked for row in index.db.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert plans
    assert {step.split()[1] for step in plans if step.startswith("SCAN")} - {"CONSTANT"} == scanned, plans


def test_each_make_of_pages_is_found_once(path: Path) -> None:
    with open_index(path) as index:
        sql = "SELECT DISTINCT s.name, p.extractor_version, p.rules FROM pages p JOIN sources s ON s.id = p.source_id"
        assert index._makes() == sorted(index.db.execute(sql).fetchall()) != []
