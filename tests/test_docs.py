"""The docs say what the code does: verbs, configuration keys, exit codes, links, the README's commands."""

from __future__ import annotations

import dataclasses
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from newsarchive.cli import VERBS, group, helptexts
from newsarchive.config import Config
from newsarchive.errors import NewsarchiveError

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
ABOUT = [ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")]
PAGES = sorted([*ABOUT, *DOCS.glob("*.md")])


def test_the_help_texts_in_the_docs_are_those_of_the_verbs():
    check = subprocess.run(
        [sys.executable, "-m", "cogapp", "--check", str(DOCS / "cli.md")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert check.returncode == 0, f"{check.stdout}{check.stderr}\nRun: make docs"


def test_every_verb_has_a_help_text():
    assert {words.split()[1] for words, _ in helptexts()} == set(VERBS)
    assert [words for words, text in helptexts() if len(text.splitlines()) < 3] == []


def test_every_configuration_key_stands_in_the_docs():
    text = (DOCS / "configuration.md").read_text()
    missing = []
    for field in dataclasses.fields(Config):
        default = (
            field.default_factory() if field.default_factory is not dataclasses.MISSING else field.default
        )
        if dataclasses.is_dataclass(default):
            section = text.split(f"## `[{field.name}]`")[-1].split("\n## ")[0]
            missing += [
                f"{field.name}.{f.name}" for f in dataclasses.fields(default) if f"`{f.name}`" not in section
            ]
        elif f"`{field.name}`" not in text:
            missing.append(field.name)
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_figure_is_still_to_be_filled_in(page):
    assert re.findall(r"@@|\bTODO\b|\bTBD\b|\?\?\?", page.read_text()) == []


def all_errors(kind: type = NewsarchiveError):
    yield kind
    for child in kind.__subclasses__():
        yield from all_errors(child)


def test_every_exit_code_stands_in_the_docs():
    text = (DOCS / "cli.md").read_text()
    assert [k for k in all_errors() if f"| {k.exit_code} |" not in text] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_inside_the_project_lead_somewhere(page):
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    broken = [
        t
        for t in targets
        if "://" not in t and not t.startswith("mailto:") and not (page.parent / t).exists()
    ]
    assert broken == []


@pytest.mark.parametrize("page", [p for p in PAGES if p.parent == DOCS], ids=lambda p: p.name)
def test_a_page_with_commands_of_the_tests_says_that_they_need_a_clone(page):
    text = page.read_text()
    assert ("python -m tests." in text) is ("need a clone of the project" in text)


def test_every_page_of_browse_and_its_arguments_are_in_the_docs():
    from newsarchive.browse.front_page import FEEDS, ROUTES

    rows = re.findall(r"^\| (`/-/news[^|]*) \|(.*)\|$", (DOCS / "browse.md").read_text(), re.M)
    documented = {path: said for paths, said in rows for path in re.findall(r"`([^`]+)`", paths)}
    missing = [path for path, _ in FEEDS if f"/-/news{path}" not in documented]
    for path, _, arguments in ROUTES:
        said = documented.get(f"/-/news{path}.json", "") + documented.get(f"/-/news{path}", "")
        names = re.findall(r"(\w+)(?:=[\w|]+)?(?: \([^)]*\))?(?:, |$)", arguments)
        missing += [f"{path} {name}" for name in names if not re.search(rf"`{name}\b", said)]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_commands_in_the_docs_exist(page):
    """Each `newsarchive VERB --option` in a shell block is one that the command line knows."""
    wrong = []
    for block in re.findall(r"```(?:sh|shell|console)[^\n]*\n(.*?)```", page.read_text(), re.S):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ "), comments=True)
            if words[:1] != ["newsarchive"]:
                continue
            wrong += [f"{line}: {problem}" for problem in unknown(words[1:])]
    assert wrong == []


def unknown(words: list[str]) -> list[str]:
    """What the command line doesn't know of `words`."""
    import click

    command: click.Command = group
    while words and isinstance(command, click.Group):
        word = words.pop(0)
        if word == "--archive":
            words.pop(0)
        elif not word.startswith("-"):
            child = command.get_command(click.Context(command), word)
            if child is None:
                return [f"no verb {word}"]
            command = child
    known = {o for p in command.params for o in (*p.opts, *p.secondary_opts)} | {"--help", "-h"}
    return [w for w in words if w.startswith("-") and w != "-" and w.split("=")[0] not in known]


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_files_that_are_named_to_work_on_or_to_look_into_exist(name):
    named = re.findall(r"`((?:newsarchive|tests|docs)/[^`\s:]+)", (ROOT / name).read_text())
    assert named
    assert [path for path in named if "NAME" not in path and not (ROOT / path).exists()] == []
