"""Progress where there is no terminal, and what a crawl's events say."""

from __future__ import annotations

import pytest

from newsarchive.cli.crawl_commands import _mover
from newsarchive.cli.output import progress


def test_without_a_terminal_there_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]):
    with progress("crawling", every=0.0) as move:
        move("waiting 12 s for www.gazette.example", 1200, 4000)
        move("", 1201, None)
    with progress("crawling", every=3600.0) as move:
        move("never", 1, 2)
    assert capsys.readouterr() == (
        "",
        "crawling: 1,200 of 4,000, waiting 12 s for www.gazette.example\ncrawling: 1,201\n",
    )


def test_a_crawl_shows_how_many_of_how_many_and_what_it_waits_for():
    shown: list[tuple[str, int, int | None]] = []
    move = _mover(lambda text, done, total: shown.append((text, done, total)))
    quiet = {"event": "progress", "bytes": 1, "waits_for": "", "seconds": 0.0}
    move({"event": "start"})
    move(quiet | {"fetched": 0, "queued": 3})
    move({"event": "fetched", "url": "https://a.example/1"})
    move(quiet | {"fetched": 1, "queued": 12, "waits_for": "a.example", "seconds": 8.6})
    move({"event": "known", "url": "https://a.example/2"})
    assert shown == [
        ("", 0, 3),
        ("https://a.example/1", 1, 3),
        ("waiting 9 s for a.example", 1, 13),
    ]
