"""A source as TOML text.

Only what a source file needs: texts, numbers, truth values, dates, lists of texts, tables in a list.
What it writes, Python's tomllib reads back to the same values. Pure. Tested in
tests/sources/test_registry.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

WIDTH = 100  # characters; a longer list gets one line an element

Value = str | int | float | bool | date | Sequence[str]


def to_toml(values: Mapping[str, Value], tables: Mapping[str, Sequence[Mapping[str, Value]]]) -> str:
    """`values` as `key = value` lines, then each of `tables` as `[[name]]` sections."""
    lines = [f"{key} = {value_to_toml(value)}" for key, value in values.items()]
    for name, rows in tables.items():
        for row in rows:
            lines += ["", f"[[{name}]]"]
            lines += [f"{key} = {value_to_toml(value)}" for key, value in row.items()]
    return "\n".join(lines) + "\n"


def value_to_toml(value: Value) -> str:
    """One value as TOML.

    Raises:
        TypeError: a type that a source has no use for.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value) if "e" not in repr(value) else f"{value:.6f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return _list([_text(item) for item in value])
    raise TypeError(f"{type(value).__name__} has no place in a source file")


def _text(value: str) -> str:
    """A basic string; one with backslashes (a pattern) as a literal one, where it can be."""
    if "\\" in value and "'" not in value and value.isprintable():
        return f"'{value}'"
    quoted = json.dumps(value, ensure_ascii=False)  # JSON's escapes are TOML's, but for these:
    return quoted.replace("\x7f", "\\u007F").replace("\ud800", "\ufffd")


def _list(items: Sequence[str]) -> str:
    line = "[" + ", ".join(items) + "]"
    if len(line) <= WIDTH:
        return line
    return "[\n" + "".join(f"  {item},\n" for item in items) + "]"
