"""The house: each room imports only rooms below it, and each library lives in its own rooms.

Reads the code as text (ast); imports only the packages whose names are loaded late. SECURITY.md is held to the tests that it names.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "newsarchive"

FLOORS = [
    {
        "version",
        "errors",
        "languages",
        "model",
        "text",
        "settings",
        "times",
        "locks",
        "pattern_words",
        "garbage",
        "lazy_names",
        "browse_links",
    },
    {"urls", "web", "config", "plan", "correction_notices", "counters", "library_warnings"},
    {"sources", "discover", "warc", "extract", "versions", "diff", "index"},
    {"change_feed", "export", "fronts", "messages"},
    {"crawl", "spiders", "ingest", "schedule", "browse"},
    {"archive"},
    {"demo", "cluster"},
    {"cli"},
]
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
# On the ground and on floor 2 rooms are single files that may lean on each other, in this order.
GROUND = ["version", "errors", "model", "times", "text", "locks", "urls", "web", "config", "plan"]
HOMES = {
    "warcio": {"warc"},
    "apprise": {"schedule"},
    "distributed": {"cluster"},
    "obstore": {"warc"},
    "playwright": {"crawl", "web"},
    "pyarrow": {"export"},
    "tomlkit": {"sources", "archive", "cluster"},
    "trafilatura": {"extract"},
    "sqlite_utils": {"index"},
    "datasette": {"browse"},
    "scrapy": {"crawl", "spiders"},
    "twisted": {"crawl", "spiders"},
}


def room_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    """The file's code, parsed once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """(line, dotted name) of everything that a file imports, also inside functions."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "newsarchive":
                for alias in node.names:
                    yield node.lineno, f"newsarchive.{alias.name}"
            else:
                yield node.lineno, node.module


FILES = sorted(p for p in PACKAGE.rglob("*.py") if p.parent != PACKAGE or not p.name.startswith("__"))


def test_the_floors_are_the_rooms_that_exist():
    assert sorted(FLOOR_OF) == sorted({room_of(p) for p in FILES})


def test_a_room_imports_only_rooms_below_it():
    wrong = []
    for path in FILES:
        room = room_of(path)
        for line, name in imports(path):
            other = name.split(".")[1] if name.startswith("newsarchive.") else room
            if other == room or other not in FLOOR_OF:
                continue
            if room in GROUND and other in GROUND:
                allowed = GROUND.index(other) < GROUND.index(room)
            else:
                allowed = FLOOR_OF[other] < FLOOR_OF[room] or (room, other) == ("spiders", "crawl")
            if not allowed:
                wrong.append(f"{path.relative_to(PACKAGE)}:{line}: {room} imports {other}")
    assert wrong == []


def test_a_library_is_used_only_in_its_rooms():
    wrong = [
        f"{path.relative_to(PACKAGE)}:{line}: {name}"
        for path in FILES
        for line, name in imports(path)
        if room_of(path) not in HOMES.get(name.split(".")[0], {room_of(path)})
    ]
    assert wrong == []


def test_a_file_opens_with_what_it_is_for():
    assert [
        str(p.relative_to(PACKAGE)) for p in FILES if not (ast.get_docstring(tree(p)) or "").strip()
    ] == []


def targets(path: Path) -> set[Path]:
    """The files of ours that a file imports, also inside functions and for type checking."""
    found = set()
    for node in ast.walk(tree(path)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        for name in names:
            if name.startswith("newsarchive."):
                base = PACKAGE.joinpath(*name.split(".")[1:])
                found |= {p for p in (base.with_suffix(".py"), base / "__init__.py") if p.is_file()}
    return found - {path}


def test_no_file_imports_itself_through_others():
    """A room's `__init__` only gathers names; what its files import of each other must be no circle."""
    graph = {p: {t for t in targets(p) if t.name != "__init__.py"} for p in FILES if p.name != "__init__.py"}
    done: set[Path] = set()
    circles = []

    def walk(path: Path, trail: list[Path]) -> None:
        if path in trail:
            circles.append(
                " -> ".join(str(p.relative_to(PACKAGE)) for p in [*trail[trail.index(path) :], path])
            )
        elif path not in done:
            for target in sorted(graph.get(path, ())):
                walk(target, [*trail, path])
            done.add(path)

    for path in sorted(graph):
        walk(path, [])
    assert circles == []


def test_no_file_name_is_used_twice():
    names = Counter(p.name for p in FILES if not p.name.startswith("__"))
    assert [name for name, times in names.items() if times > 1] == []


def test_no_public_class_name_is_used_twice():
    names = Counter(
        node.name
        for path in FILES
        for node in tree(path).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_every_file_names_tests_that_exist():
    root = PACKAGE.parent
    lost = [
        f"{path.relative_to(root)}: {name}"
        for path in FILES
        for name in re.findall(r"tests/[\w/]*\w(?:\.py)?", ast.get_docstring(tree(path)) or "")
        if not (root / name).exists()
    ]
    assert lost == []


MODEL = (PACKAGE.parent / "SECURITY.md").read_text(encoding="utf-8").split("\n## ")[2]
LINES = [line for line in MODEL.splitlines() if line.startswith("| ") and not line.endswith(" tests |")]


def test_the_threat_model_has_a_part_for_each_who_can_do_harm():
    assert re.findall("outlet|feed's|gives you WARC|reader of browse|another user", "".join(re.findall("### .+", MODEL))) == [
        "outlet", "feed's", "gives you WARC", "reader of browse", "another user",
    ]  # fmt: skip
    assert len(LINES) > 50


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_every_line_of_the_threat_model_names_tests_that_exist(line):
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", line.split("|")[3])
    assert named
    assert [f"{path}::{name}" for path, name in named if name not in functions(PACKAGE.parent / path)] == []


def functions(path: Path) -> set[str]:
    """The names of a file's functions; none if there is no such file."""
    return {n.name for n in tree(path).body if isinstance(n, ast.FunctionDef)} if path.is_file() else set()


def test_nothing_is_imported_from_the_root_of_the_package():
    """The root offers `Archive` and `extract_article` to others; inside, it would be an arrow upwards."""
    wrong = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(tree(path))
        if (
            isinstance(node, ast.ImportFrom)
            and node.module == "newsarchive"
            and {alias.name for alias in node.names} - set(FLOOR_OF)
        )
        or (isinstance(node, ast.Import) and any(alias.name == "newsarchive" for alias in node.names))
    ]
    assert wrong == []


@pytest.mark.parametrize("package", ["discover", "extract", "index", "ingest"])
def test_names_that_are_loaded_when_first_used_are_no_modules_and_are_all_there(package: str):
    room = importlib.import_module(f"newsarchive.{package}")
    modules = {path.stem for path in (PACKAGE / package).glob("*.py")}
    assert not modules.intersection(room.__all__)
    assert all(getattr(room, name) is not None for name in room.__all__)
    with pytest.raises(AttributeError, match=f"module 'newsarchive.{package}' has no attribute 'nothing'"):
        room.nothing  # noqa: B018
