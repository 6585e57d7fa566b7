"""`newsarchive fleet …` from the first outlet to the search."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from newsarchive.archive import Archive
from newsarchive.cli import group
from newsarchive.cluster.fleet import Fleet
from newsarchive.errors import UsageError
from tests.cluster.making import NAMES, fleet_of
from tests.ingest.press import by_others, html, text

pytestmark = pytest.mark.cluster


def run(*args: object) -> Result:
    return CliRunner().invoke(group, ["fleet", *map(str, args)], standalone_mode=False)


def test_a_fleet_is_indexed_merged_and_searched(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 2, stories=2)
    at = ("--fleet", fleet.root)
    assert run("init", tmp_path / "press", "--shards", 2).exit_code == 0
    done = run("rebuild", *at, "--workers", 1)
    assert done.return_value == 0, done.output
    assert done.output.count("captures") == 2
    assert run("rebuild", *at, "--workers", 1).output.count("done before") == 2
    assert "index.db" in run("merge", *at).output
    found = run("search", *at, "ferry", "--json", "--limit", 50)
    assert len(json.loads(found.stdout)["hits"]) >= 2 * len(NAMES)
    rows = json.loads(run("status", *at, "--json").stdout)
    assert sorted(" ".join(row["sources"] for row in rows).split()) == sorted(NAMES)


def test_parts_do_each_shard_once(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 5, stories=1)
    said = [
        run("rebuild", "--fleet", fleet.root, "--workers", 1, "--part", f"{n}/2").output.splitlines()
        for n in range(2)
    ]
    assert sorted(line.partition(":")[0] for lines in said for line in lines) == list(fleet.names)
    assert "done before" not in str(said)


@pytest.mark.parametrize("part", ["2/2", "x", "1/", "-1/2", "0/0"])
def test_a_part_that_is_none_is_refused(tmp_path: Path, part: str) -> None:
    fleet_of(tmp_path, 1, stories=1)
    done = CliRunner().invoke(group, ["fleet", "rebuild", "--fleet", str(tmp_path), "--part", part])
    assert done.exit_code == 2
    assert "K/N" in done.output


def test_files_of_a_list_become_tables(tmp_path: Path) -> None:
    names = []
    for number in range(3):
        page = [(f"https://stranger.example/{number}", 0.0, html("Far", text(number)))]
        names.append(str(by_others(tmp_path / f"{number}.warc.gz", page)))
    (tmp_path / "paths").write_text("\n".join([*names, str(tmp_path / "lost.warc.gz")]))
    words = (
        "extract",
        f"@{tmp_path / 'paths'}",
        "--to",
        tmp_path / "out",
        "--table",
        "jsonl",
        "--workers",
        1,
    )
    done = CliRunner().invoke(group, [*map(str, words)], standalone_mode=False)
    assert done.return_value == 3
    assert "lost.warc.gz: FAILED" in done.output
    assert {path.name for path in (tmp_path / "out").glob("*.jsonl")} == {"0.jsonl", "1.jsonl", "2.jsonl"}


def test_a_fleet_of_an_address_is_a_folder_here_with_that_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init", "s3://bucket/of/press/", "--shards", 2).exit_code == 0
    fleet = Fleet("press")
    places = [Archive(fleet.folder(name)).config.storage.place for name in fleet.names]
    assert places == ["s3://bucket/of/press/000", "s3://bucket/of/press/001"]
    assert isinstance(run("init", "s3://bucket/a", "--place", "s3://bucket/b").exception, click.UsageError)
    assert isinstance(run("init", "gopher://bucket/a").exception, UsageError)


def test_a_fleet_is_browsed_without_a_merge(tmp_path: Path) -> None:
    fleet = fleet_of(tmp_path / "press", 2, stories=1)
    for name in fleet.names:
        Archive(fleet.folder(name)).ingest()
    command = [
        sys.executable,
        "-m",
        "newsarchive",
        "fleet",
        "browse",
        "--fleet",
        str(fleet.root),
        "--port",
        "0",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            [address] = re.findall(r"http://\S+", server.stderr.readline())
            with urllib.request.urlopen(f"{address}search.json?q=ferry") as answer:
                sources = {hit["source"] for hit in json.load(answer)["hits"]}
        finally:
            server.terminate()
    assert sources == set(NAMES)
