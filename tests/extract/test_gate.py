"""Extraction doesn't get worse: every set's cross-validated figures against the committed table.

Runs ours alone over all pages with the fold models (30 to 60 s on two cores). To accept new figures:
`python -m tests.bench.extraction --data DIR --cross-validate --part learnt --peers trafilatura,precision --json tests/bench/extraction_table.json`
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bench.extraction import measure, summary

TABLE = Path(__file__).resolve().parent.parent / "bench" / "extraction_table.json"
ALLOWED = 0.003
FIGURES = ("f1", "page_f1", "seg_f1", "title", "author", "date")


@pytest.mark.shared
@pytest.mark.slow
def test_no_set_falls_below_the_committed_table(shared: Path) -> None:
    committed = json.loads(TABLE.read_text(encoding="utf-8"))["sets"]
    results = measure(shared / "extraction", cross=True, jobs=2, part="learnt")
    now = summary(results, ("ours",))
    fallen = [
        f"{name} {figure}: {now[name]['ours'][figure]:.4f} < {figures['ours'][figure]:.4f}"
        for name, figures in committed.items()
        for figure in FIGURES
        if figure in figures["ours"] and now[name]["ours"][figure] < figures["ours"][figure] - ALLOWED
    ]
    assert not fallen
