"""Every pattern of the package takes time in proportion to its text, whatever the text is.

All compiled patterns of all modules are found, and those written in calls of `re`; each is tried on pumped strings
(tests/pumped_strings.py).
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import newsarchive
from tests.pumped_strings import slow_on

ROOT = Path(newsarchive.__path__[0])
CALLS = ("search", "match", "fullmatch", "finditer", "findall", "sub", "split")
ANCHORED = {"match", "fullmatch"}


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def held(value: object, name: str, depth: int = 0) -> Iterator[tuple[str, re.Pattern[Any]]]:
    """The patterns in a value of a module, also inside tuples, dicts and dataclasses."""
    inner: list[tuple[str, object]] = []
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(getattr(value, "pattern", None), re.Pattern):  # compiled at its first use
        yield name, value.pattern  # type: ignore[attr-defined]
    elif isinstance(value, tuple | list | set | frozenset):
        inner = [(f"{name}[{i}]", v) for i, v in enumerate(value)]
    elif isinstance(value, dict):
        inner = [(f"{name}[{k!r}]", v) for k, v in value.items()]
    elif hasattr(type(value), "__dataclass_fields__"):
        inner = [(f"{name}.{k}", getattr(value, k, None)) for k in type(value).__dataclass_fields__]
    for of, v in inner if depth < 5 else ():
        yield from held(v, of, depth + 1)


def uses(path: Path, name: str) -> set[str]:
    """What is called of a pattern: `search`, `match` …; "" where it is handed on."""
    code = tree(path)
    called = {n.value: n.attr for n in ast.walk(code) if isinstance(n, ast.Attribute)}
    return {
        called.get(n, "")
        for n in ast.walk(code)
        if isinstance(n, ast.Name) and n.id == name and isinstance(n.ctx, ast.Load)
    }


def of_modules() -> Iterator[tuple[str, re.Pattern[Any], bool]]:
    for module in pkgutil.walk_packages(newsarchive.__path__, "newsarchive."):
        if module.name.endswith("__main__"):
            continue
        loaded = importlib.import_module(module.name)
        path = Path(str(loaded.__file__))
        for name, value in vars(loaded).items():
            for where, pattern in held(value, name):
                yield f"{path.relative_to(ROOT)} {where}", pattern, uses(path, name) <= ANCHORED


def in_calls() -> Iterator[tuple[str, re.Pattern[Any], bool]]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            of = node.func.value
            if not (isinstance(of, ast.Name) and of.id == "re" and node.func.attr in CALLS):
                continue
            if isinstance(node.args[0], ast.Constant):
                flags = re.IGNORECASE if "re.I" in ast.unparse(node) else 0
                pattern = re.compile(node.args[0].value, flags)
                yield f"{path.relative_to(ROOT)}:{node.lineno}", pattern, node.func.attr in ANCHORED


def patterns() -> list[Any]:
    """One parameter for each different pattern."""
    found: dict[tuple[Any, int, bool], Any] = {}
    for where, pattern, is_anchored in [*of_modules(), *in_calls()]:
        key = (pattern.pattern, pattern.flags, is_anchored)
        found.setdefault(key, pytest.param(pattern, is_anchored, id=where))
    return list(found.values())


@pytest.mark.parametrize(("pattern", "is_anchored"), patterns())
def test_a_pattern_takes_linear_time(pattern, is_anchored):
    assert slow_on(pattern, is_anchored=is_anchored) is None


SLOW = (
    r"(?:[a-z]+['.]?)*$",  # exponential
    r"\s+$",  # quadratic: begins again at each space
    r"<p\b[^>]*>",  # quadratic: each begins and runs to the end
    r"/\*.*?\*/",
    r"^\S+\s+\S*[a-z]\S*!",
    r"a*\w*b",
)
FAST = (r"(?<!\s)\s+$", r"<p\b[^<>]*>", r"(?s)/\*.*?(?:\*/|\Z)", r"\b(?:one|two)\b", r"a{0,20}b")


@pytest.mark.parametrize("pattern", SLOW)
def test_a_slow_pattern_is_found(pattern):
    assert slow_on(re.compile(pattern)) is not None


@pytest.mark.parametrize("pattern", FAST)
def test_a_linear_pattern_is_none(pattern):
    assert slow_on(re.compile(pattern)) is None
