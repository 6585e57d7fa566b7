"""A page that a browser rendered is the page of its look; what the server sent is no second one."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.index import compare_indexes, reading, stats, story
from newsarchive.ingest import ingest, rebuild, warc_scan
from newsarchive.times import Clock
from newsarchive.warc import WarcStore
from tests.ingest.press import CONFIG, SITE, SOURCES, START, answer, html, text

URL = SITE + "/news/7/made-by-a-script"
SHELL = b"<!doctype html><html><head><title>Gazette</title></head><body><div id=app>Please switch scripts on to read our stories about the harbour.</div></body></html>"  # fmt: skip


def looks(root: Path) -> None:
    """Three looks at a page made by a script: twice the same, then edited."""
    (root / "warc").mkdir(parents=True)
    with WarcStore(root, crawl_id="one", clock=Clock(START)) as store:
        for i, paragraphs in enumerate(
            (text(7), text(7), [*text(7)[:-1], "A later line about the crane of the harbour."])
        ):
            raw = store.commit(answer(URL, SHELL, hour=i, seq=i, reason="recheck" if i else "new"))
            store.add_rendered(raw, html("Made by a script", paragraphs))
            store.sync()


def take(root: Path) -> None:
    ingest(root, config=CONFIG, sources=SOURCES)


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_a_rendered_page_gives_one_version_a_state(
    tmp_path: Path, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_scan, "BATCH", batch)
    looks(tmp_path)
    take(tmp_path)
    with reading(tmp_path / "index.db") as db:
        found = story(db, URL)
        assert [v.paragraphs[:4] for v in found.versions] == [tuple(text(7)[:4])] * 2
        assert (found.n_captures, stats(db)["pages"]) == (3, 2)
        assert stats(db)["outcomes"]["rendered"] == 3
    monkeypatch.undo()
    report = rebuild(tmp_path, config=CONFIG, sources=SOURCES, check=True)
    assert report.equal, report.to_text()


def test_a_page_that_is_rendered_after_it_was_indexed_changes_its_story(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    (one / "warc").mkdir(parents=True)
    with WarcStore(one, crawl_id="one", clock=Clock(START)) as store:
        raw = store.commit(answer(URL, SHELL))
        store.sync()
        take(one)
        store.add_rendered(raw, html("Made by a script", text(7)))
        store.sync()
        take(one)
    take(one)
    (other / "warc").mkdir(parents=True)
    for file in (one / "warc").glob("*.warc.gz"):
        (other / "warc" / file.name).write_bytes(file.read_bytes())
    take(other)
    assert compare_indexes(one / "index.db", other / "index.db") == ()
    with reading(one / "index.db") as db:
        assert story(db, URL).versions[0].title == "Made by a script"
