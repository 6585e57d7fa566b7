"""Sorts more lines than memory holds, on disk. Knows nothing of what they say. Tested in tests/warc/test_sorted_lines.py."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

IN_MEMORY = 20_000  # lines
AT_ONCE = 200  # sorted files that are merged in one go


class SortedLines:
    """Takes lines, each with its line end, in any order; iterated over once, it gives them sorted.

    Args:
        folder: An empty one, for temporary files; at most IN_MEMORY lines are held beside.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[Path] = []
        self._made = 0
        self._held: list[str] = []

    def add(self, line: str) -> None:
        """Take one line."""
        self._held.append(line)
        if len(self._held) >= IN_MEMORY:
            self._flush()

    def __iter__(self) -> Iterator[str]:
        while len(self._runs) > AT_ONCE:
            some, self._runs = self._runs[:AT_ONCE], self._runs[AT_ONCE:]
            self._write(_merged(some))
        yield from heapq.merge(_merged(self._runs), sorted(self._held))

    def _flush(self) -> None:
        self._write(iter(sorted(self._held)))
        self._held = []

    def _write(self, lines: Iterator[str]) -> None:
        run = self._folder / f"run-{self._made}"
        self._made += 1
        with run.open("w", encoding="utf-8") as file:
            file.writelines(lines)
        self._runs.append(run)


def _merged(runs: list[Path]) -> Iterator[str]:
    with ExitStack() as stack:
        yield from heapq.merge(*(stack.enter_context(run.open(encoding="utf-8")) for run in runs))
