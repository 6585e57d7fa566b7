"""The recipes of docs/running.md and the Containerfile: the script with each exit code of a real run, valid Python and YAML."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import yaml

from newsarchive.archive.crawling import Collector
from newsarchive.config import FILENAME
from newsarchive.locks import warc_lock
from tests.archive.outlets import Outlets, outlets, paths
from tests.crawl.origin import plain

ROOT = Path(__file__).resolve().parent.parent
DOCS = (ROOT / "docs" / "running.md").read_text()
CONTAINER = (ROOT / "Containerfile").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", DOCS, re.S)


@pytest.fixture
def press(tmp_path: Path, collector: Collector) -> Iterator[Outlets]:
    with outlets(tmp_path / "a", collector, "one.example", crawl="delay = 0.0\n") as press:
        press.outlet("one.example", paths(2))
        yield press


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """tick.sh, beside the command that it starts."""
    [text] = blocks("bash")
    command = tmp_path / "newsarchive"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m newsarchive "$@"\n')
    made = tmp_path / "tick.sh"
    made.write_text(text)
    for file in (command, made):
        file.chmod(0o755)
    return made


def ends(words: list[str], script: Path) -> int:
    path = f"{script.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(words, check=False, capture_output=True, env=os.environ | {"PATH": path}).returncode


def fails(press: Outlets) -> None:
    press.origin.shapes["http://one.example/feed"] = plain(b"", "404 Not Found")


def is_broken(press: Outlets) -> None:
    (press.root / FILENAME).write_text("crawl = 7\n")


@pytest.mark.parametrize(
    ("trouble", "own", "job"),
    [
        (None, 0, 0),
        (fails, 0, 0),
        (is_broken, 2, 1),
        ("locked", 99, 0),
    ],
    ids=["well", "a source fails", "settings are broken", "locked"],
)
def test_the_script_fails_only_where_a_person_is_needed(
    press: Outlets, script: Path, trouble: Callable[[Outlets], None] | str | None, own: int, job: int
) -> None:
    if callable(trouble):
        trouble(press)
    [workflow] = map(yaml.safe_load, blocks("yaml"))
    [step] = workflow["jobs"]["run"]["steps"]
    line = step["run"].replace("/opt/newsarchive/tick.sh", shlex.quote(str(script))).replace("/srv/news", shlex.quote(str(press.root)))  # fmt: skip
    with ExitStack() as stack:
        if trouble == "locked":
            stack.callback(warc_lock(press.root).close)
        assert ends([str(script), str(press.root)], script) == own
        assert ends(["bash", "-e", "-c", line], script) == job


def test_a_scheduled_workflow_never_runs_twice_at_once_nor_ends_a_run() -> None:
    [workflow] = map(yaml.safe_load, blocks("yaml"))
    assert workflow["concurrency"] == {"group": "newsarchive", "cancel-in-progress": False}


@pytest.mark.parametrize("number", range(2))
def test_the_recipes_in_python_are_python_and_run_one_at_a_time(number: int) -> None:
    text = blocks("python")[number]
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    words = {k.arg: ast.literal_eval(k.value) for call in calls for k in call.keywords if isinstance(k.value, ast.Constant)}  # fmt: skip
    assert words.get("max_active_runs", words.get("limit")) == 1
    assert words["retries"] == 0
    assert "*/15 * * * *" in words.values()


def words_of(instruction: str) -> list[str]:
    """The words that such an instruction of the Containerfile starts."""
    [found] = re.findall(rf"^{instruction} (?:.*CMD )?\[(.*)\]$", CONTAINER, re.M)
    return [str(word) for word in yaml.safe_load(f"[{found}]")]


def test_the_image_has_no_root_one_volume_and_a_health_check_that_fails_when_no_run_ends(
    press: Outlets,
) -> None:
    assert re.findall(r"^USER (.*)$", CONTAINER, re.M) == ["10001"]
    assert re.findall(r"^VOLUME (.*)$", CONTAINER, re.M) == ["/archive"]
    [program, *check] = words_of("HEALTHCHECK")
    assert program == "newsarchive"
    words = [sys.executable, "-m", "newsarchive", "--archive", str(press.root)]

    def code(verb: list[str]) -> int:
        return subprocess.run([*words, *verb], check=False, capture_output=True).returncode

    assert code(check) == 1
    press.run()  # of a day that is past
    assert code(check) == 1
    assert [code(["run", "--once"]), code(check)] == [0, 0]


def test_the_image_watches() -> None:
    assert [words_of("ENTRYPOINT"), words_of("CMD")] == [["newsarchive"], ["run", "--watch"]]
