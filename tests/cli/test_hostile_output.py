"""What strangers wrote steers no terminal: every verb, over an archive whose every field holds controls."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.archive import Archive
from newsarchive.cli import output
from newsarchive.text import escaped
from tests.cli.test_cli import run
from tests.ingest.press import SITE, html, text
from tests.ingest.test_hostile_captures import PAGE, look, put

CONTROLS = "\x00\x07\x08\x0b\x1b\x7f\x80\x85\x9b\x9d\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufff9"
BAD = "a\x1b]0;x\x07b\x9b31mc\u202ed\u2066e\x85f\u2028g"
HEAD = (
    f'<meta name="author" content="{BAD}"><meta name="description" content="{BAD}"><meta property="article:section" content="{BAD}">'
    f'<meta property="article:tag" content="{BAD}"><script type="application/ld+json">'
    + json.dumps({"@type": "NewsArticle", "headline": f"New {BAD}", "author": {"name": BAD}, "publisher": {"name": BAD}})
    + "</script>"
)  # fmt: skip
VERBS = [
    ("search", ""), ("search", "crane", "--json"), ("show", PAGE), ("show", PAGE, "--json"), ("show", PAGE, "--removed"),
    ("versions", PAGE), ("versions", PAGE, "--json"), ("diff", PAGE), ("diff", PAGE, "--json"), ("diff", PAGE, "--unified"),
    ("diff", PAGE, "--side-by-side"), ("diff", PAGE, "--html"), ("changes",), ("changes", "--json"), ("feed",), ("feed", "--json"),
    ("export",), ("export", "--format", "csv"), ("cite", PAGE), ("stats",), ("stats", "--json"), ("extract", PAGE), ("extract", PAGE, "--explain"),
    ("extract", PAGE, "--json"), ("schedule",), ("status",), ("health",), ("sources",), ("sources", "--json"), ("verify",), ("cdxj",),
    ("show", f"http://{BAD}"), ("show", BAD), ("show", "²"), ("show", "9" * 5_000), ("diff", PAGE, "²..³"), (BAD,), ("show", f"--{BAD}"), ("search", f"{BAD}", BAD), ("import", BAD), ("diff", PAGE, BAD),
    ("rebuild", "--check"), ("withhold", PAGE, "--reason", BAD), ("show", PAGE), ("purge", PAGE, "--reason", BAD, "--yes"),
]  # fmt: skip


def test_no_verb_writes_a_control_that_a_stranger_wrote(tmp_path):
    archive = Archive.create(tmp_path / "a")
    source = {"name": "gazette", "title": BAD, "homepage": SITE + "/", "domains": ["gazette.example"]}
    (archive.root / "sources" / "gazette.toml").write_text(
        "".join(f"{key} = {json.dumps(value)}\n" for key, value in source.items())
    )
    first = html(f"Crane {BAD}", [f"{p} {BAD}" for p in text(1)], head=HEAD)
    later = html(f"Crane moved {BAD}", [f"{p} {BAD} changed" for p in text(1)], head=HEAD)
    put(
        archive.root,
        [
            look(body=first, headers=(f"X-Robots-Tag: {BAD[:9]}",), facts={"candidate": {"url": PAGE, "kind": "feed", "title": BAD}}),
            look(body=later, date="2026-03-03T06:00:00Z", facts={"error": BAD}),
            look(url=f"http://[{BAD}", body=b"", facts={"error": BAD}),
            look(url=f"{SITE}/moved", status=301, location=f"/{BAD}", body=b""),
        ],
        "a",
    )  # fmt: skip
    code, _, error = run("--archive", archive.root, "ingest")
    assert code == 0, error
    for verb in VERBS:
        code, out, error = run("--archive", archive.root, *verb)
        found = {c for c in out + error if c in CONTROLS}
        assert found == set(), (
            verb,
            code,
            [line for line in (out + error).splitlines() if set(line) & found][:3],
        )
        if "--json" in verb and code == 0:
            json.loads(out)


@pytest.mark.parametrize("char", [*CONTROLS, "\ud800"])
def test_a_control_is_shown_as_python_writes_it(char, capsys):
    output.echo(f"a{char}b")
    assert capsys.readouterr().out == f"a{char!a}b\n".replace("'", "").replace("\\x0b", "\\x0b")
    output.print_table([[f"a{char}b", "x"]], ["ONE", "TWO"])
    assert char not in capsys.readouterr().out
    output.print_json({f"k{char}": f"v{char}"})
    out = capsys.readouterr().out
    assert char not in out
    assert json.loads(out) == {f"k{char}": f"v{char}"}


@pytest.mark.parametrize(
    "plain", ["a\tb\nc", "\u200f\u05d0\u200e", "ی\u200cک", "👨\u200d👩", "é\u0301", "🏴"]
)
def test_what_a_script_needs_is_left_as_it_is(plain):
    assert escaped(plain) == plain


def test_a_bar_shows_a_name_with_brackets_and_controls(monkeypatch, capsys):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with output.progress("importing") as move:
        move("a[/b][red]\x9b.warc.gz", 1, 2)
    assert "\x9b" not in capsys.readouterr().err


# A process of the program, as it is after its start; then a library warns, by the log and by Python's warnings.
STARTS = {
    "the command line": "from newsarchive.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass",
    "a worker": "from newsarchive.ingest.worker_pool import main\nmain(60, 1.0)",
}


@pytest.mark.parametrize("start", STARTS)
def test_a_library_that_warns_of_what_it_read_steers_nothing(start):
    warns = f"logging.getLogger('library').warning({BAD!r})\nwarnings.warn({BAD!r})"
    code = f"import logging, warnings\n{STARTS[start]}\n{warns}"
    done = subprocess.run([sys.executable, "-c", code], input="", capture_output=True, text=True, check=True)
    assert done.stderr.count("\\x9b31mc\\u202ed") == 2, done.stderr
    assert {c for c in done.stdout + done.stderr if c in CONTROLS} == set()


def test_verbs_write_through_one_function():
    verbs = Path(output.__file__).parent.glob("*_commands.py")
    assert [path.name for path in verbs if re.search(r"click\.echo|^ *print\(", path.read_text(), re.M)] == []
