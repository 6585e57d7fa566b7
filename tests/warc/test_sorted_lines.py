"""Lines come back sorted, however many files they need."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from newsarchive.warc import sorted_lines
from newsarchive.warc.sorted_lines import SortedLines


@pytest.mark.parametrize(("in_memory", "at_once"), [(10_000, 200), (7, 200), (7, 3), (1, 2)])
def test_lines_come_back_sorted_and_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int, at_once: int
) -> None:
    monkeypatch.setattr(sorted_lines, "IN_MEMORY", in_memory)
    monkeypatch.setattr(sorted_lines, "AT_ONCE", at_once)
    lines = [f"{random.Random(n).randrange(50)} \u00e9 {n}\n" for n in range(100)]
    found = SortedLines(tmp_path)
    for line in lines:
        found.add(line)
    assert list(found) == sorted(lines)
