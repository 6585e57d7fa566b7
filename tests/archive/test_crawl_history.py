"""Crawls that are long over become a line each."""

from __future__ import annotations

import json
from datetime import timedelta

from newsarchive.archive.crawl_history import FILENAME, KEPT, fold
from tests.press import START, Press


def test_a_crawl_becomes_a_line_when_its_time_is_over_and_the_archive_stays_sound(press: Press, tmp_path):
    archive = press.copy(tmp_path / "a")
    folders = sorted(f.name for f in (archive.root / "crawls").iterdir())
    (archive.root / "crawls" / "20250101T000000-dead").mkdir()  # killed before it could report
    assert fold(archive.root, START) == 1
    assert fold(archive.root, START + KEPT) == 0
    first_day = [name for name in folders if name < f"{START + timedelta(hours=12):%Y%m%dT%H%M%S}"]
    assert fold(archive.root, START + KEPT + timedelta(hours=12)) == len(first_day) > 0
    left = sorted(f.name for f in (archive.root / "crawls").iterdir())
    assert left == [*sorted(set(folders) - set(first_day)), FILENAME]
    lines = [json.loads(line) for line in (archive.root / "crawls" / FILENAME).read_text().splitlines()]
    assert [line["crawl_id"] for line in lines] == ["20250101T000000-dead", *first_day]
    assert max(s["new"] for line in lines[1:] for s in line["sources"].values() if "new" in s) >= 8
    assert archive.verify().exit_code == 0
    assert archive.rebuild(check=True).equal
