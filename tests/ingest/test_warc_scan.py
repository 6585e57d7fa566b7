"""Which bytes are still to be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.errors import ArchiveDamagedError
from newsarchive.ingest import warc_scan
from newsarchive.ingest.warc_scan import batches, unread
from newsarchive.warc import list_files
from tests.ingest.press import SITE, answer, html, text, write


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for crawl in range(3):
        write(
            tmp_path,
            [answer(f"{SITE}/{crawl}/{i}", html("T", text(i)), seq=i, hour=crawl) for i in range(4)],
            str(crawl),
        )
    return tmp_path


def test_all_is_unread_at_first_and_nothing_in_the_end(root: Path) -> None:
    ranges = unread(root, {})
    assert [(r.start, r.end) for r in ranges] == [(0, f.size) for f in list_files(root)]
    read_to = dict(step for batch in batches(root, ranges) for step in batch.read_to)
    assert unread(root, read_to) == []


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 100])
def test_batches_hold_every_capture_once_and_end_each_file(
    root: Path, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_scan, "BATCH", size)
    made = list(batches(root, unread(root, {})))
    captures = [c.url for b in made for c in b.captures]
    assert len(captures) == len(set(captures)) == 12
    assert all(len(b.captures) <= size for b in made)
    assert [name for b in made for name, _ in b.read_to] == [f.filename for f in list_files(root)]


def test_a_file_counts_as_read_only_with_its_last_capture(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warc_scan, "BATCH", 3)
    first, second = list(batches(root, unread(root, {})))[:2]
    assert (len(first.captures), first.read_to) == (3, ())
    assert (len(second.captures), len(second.read_to)) == (3, 1)


def test_a_bound_leaves_later_bytes_and_other_files_out(root: Path) -> None:
    names = [f.filename for f in list_files(root)]
    assert [r.filename for r in unread(root, {}, {names[1]: 10**9})] == [names[1]]
    assert unread(root, {names[1]: 50}, {names[1]: 50}) == []


def test_purged_captures_are_passed_over(root: Path) -> None:
    ranges = unread(root, {})
    record = next(iter(batches(root, ranges))).captures[0].warc_record_id
    left = [c for b in batches(root, ranges, frozenset({record})) for c in b.captures]
    assert len(left) == 11


def test_more_read_than_there_is_means_damage(root: Path) -> None:
    name = list_files(root)[0].filename
    with pytest.raises(ArchiveDamagedError, match="newsarchive rebuild"):
        unread(root, {name: 10**9})
