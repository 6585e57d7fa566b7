"""Cases that are folders: `tests/cases/SOURCE/CASE/` holds a page, what must come out, and why it is here.

To add one: put `page.html`, `expected.json` (any fields of an Article, `paragraphs`, `must_not_contain`) and
`note.md` into a new folder. Pages are written by us.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsarchive.extract import extract_article
from newsarchive.times import parse_iso

CASES = sorted(p.parent for p in (Path(__file__).resolve().parent.parent / "cases").glob("*/*/page.html"))


@pytest.mark.parametrize("case", CASES, ids=[f"{c.parent.name}-{c.name}" for c in CASES])
def test_a_case_comes_out_as_expected(case: Path) -> None:
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    article = extract_article((case / "page.html").read_bytes(), expected.pop("url"))
    for unwanted in expected.pop("must_not_contain", ()):
        assert unwanted not in article.text
    for name, value in expected.items():
        own = getattr(article, name)
        if name.endswith("_at"):
            assert own == parse_iso(value), name
        else:
            assert (list(own) if isinstance(own, tuple) else own) == value, name


@pytest.mark.parametrize("case", CASES, ids=[f"{c.parent.name}-{c.name}" for c in CASES])
def test_a_case_says_why_it_is_here(case: Path) -> None:
    assert (case / "note.md").read_text(encoding="utf-8").strip()
