"""What several verbs have: spans of time, lists as JSON, lines and CSV, local times, completion."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
from datetime import datetime

import pytest

from newsarchive.cli.options import days
from newsarchive.times import parse_iso
from tests.cli.test_cli import run


@pytest.fixture
def on(press):
    """Runs a verb on the small archive."""
    return lambda *words: run("--archive", press.folder, *words)


# the press was edited on 3 March 2026
@pytest.mark.parametrize(
    ("span", "found"),
    [
        (["--since", "2026-03"], True),
        (["--since", "2026", "--until", "2026"], True),
        (["--since", "2026-03-03", "--until", "2026-03-03"], True),
        (["--until", "2026-03-02"], False),
        (["--since", "2026-03-04"], False),
        (["--until", "2026-03-03T00:00Z"], False),
    ],
)
@pytest.mark.parametrize("verb", ["changes", "events"])
def test_a_day_month_or_year_is_a_span_that_is_included(on, verb, span, found):
    assert on(verb, *span)[0] == (0 if found else 1)


@pytest.mark.parametrize(
    "verb",
    [
        *(["search", "the"], ["changes"], ["events"], ["copies"], ["feed"], ["export"], ["reextract"]),
        ["backfill", "courier", "--from", "sitemap"],
    ],
    ids=" ".join,
)
def test_every_since_reads_times_in_the_same_way(on, verb):
    code, _, err = on(*verb, "--since", "last tuesday")
    assert code == 2
    assert "Write 2026-11-24, 2026-11, 2026" in err
    assert "7d" in err


@pytest.mark.parametrize("verb", ["changes", "events", "copies", "search"])
def test_a_span_that_is_over_before_it_begins_is_refused(on, verb):
    assert on(verb, "--since", "2026-03-04", "--until", "2026-03-03")[0] == 2
    assert on(verb, "--since", "2026-03-03", "--until", "2026-03-03")[0] in (0, 1)


def test_days_of_a_span_are_both_included():
    since, until = parse_iso("2026-03-01T00:00:00Z"), parse_iso("2026-04-01T00:00:00Z")
    assert [str(day) for day in days(since, until)] == ["2026-03-01", "2026-03-31"]
    assert days(None, None) == (None, None)


LISTS = [
    *(["search", "the"], ["changes"], ["events"], ["sources"], ["sources", "--builtin"]),
    *(["sources", "search", "iceland"], ["schedule", "show"], ["watch", "list"], ["health"]),
]


@pytest.mark.parametrize("verb", LISTS, ids=" ".join)
def test_a_list_is_json_lines_and_csv_with_the_same_rows(press, tmp_path, verb):
    root = press.copy(tmp_path / "a").root
    run("--archive", root, "watch", "add", "--query", '"ferry, late"')
    on = ["--archive", root, *verb] if verb[:2] != ["sources", "search"] else verb
    whole = json.loads(run(*on, "--json")[1])
    rows = whole if isinstance(whole, list) else whole.get("hits", whole.get("coming"))
    assert rows
    assert [json.loads(line) for line in run(*on, "--nl")[1].splitlines()] == rows
    table = list(csv.DictReader(io.StringIO(run(*on, "--csv")[1])))
    assert len(table) == len(rows)
    assert set(table[0]) == set().union(*rows)


def test_what_was_found_is_marked_in_json_and_plain_in_csv(on, press):
    word = press.new_title.split()[0]
    assert "<mark>" in on("search", word, "--nl")[1]
    assert "<mark>" not in on("search", word, "--csv")[1]


def on_a_terminal(*words: object, **environment: str) -> str:
    """What the command line writes on a terminal."""
    controller, terminal = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "newsarchive", *map(str, words)],
        stdout=terminal,
        env={**os.environ, **environment},
    )
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(controller, 4096)
        except OSError:  # the terminal's other end is closed
            break
        if not part:
            break
        shown += part
    os.close(controller)
    child.wait()
    return shown.decode()


def test_a_terminal_shows_local_time_and_a_pipe_utc(on, press):
    _, piped, _ = on("changes", "--limit", "1")
    stamp = piped.split()[0]
    assert stamp.endswith("Z")
    there = parse_iso(stamp).astimezone(datetime.strptime("+0530", "%z").tzinfo)
    shown = on_a_terminal("--archive", press.folder, "changes", "--limit", "1", TZ="XXX-05:30")
    assert shown.startswith(f"{there:%Y-%m-%d %H:%M}  ")


def completed(words: str, **environment: str) -> list[str]:
    """What bash is offered behind `words`, whose last one is begun."""
    done = subprocess.run(
        [sys.executable, "-c", "from newsarchive.cli import main; main()"],
        env={
            **os.environ,
            **environment,
            "COMP_WORDS": words,
            "COMP_CWORD": str(len(words.split(" ")) - 1),
            "_NEWSARCHIVE_COMPLETE": "bash_complete",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    return [line.partition(",")[2] for line in done.stdout.split()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("newsarchive crawl ", ["courier", "mirat"]),
        ("newsarchive changes --source c", ["courier"]),
        ("newsarchive sources disable m", ["mirat"]),
        ("newsarchive events --kind go", ["gone"]),
        ("newsarchive watch add --kind headl", ["headline"]),
        ("newsarchive add mee", ["mee"]),
        ("newsarchive exp", ["export"]),
    ],
)
def test_the_shell_completes_verbs_sources_and_kinds(press, words, offered):
    assert completed(words, NEWSARCHIVE_DIR=str(press.folder)) == offered


def test_the_archive_that_is_named_is_the_one_whose_sources_are_offered(press, tmp_path):
    assert completed(f"newsarchive --archive {press.folder} crawl ") == ["courier", "mirat"]
    assert completed(f"newsarchive crawl --archive {tmp_path} ") == []
