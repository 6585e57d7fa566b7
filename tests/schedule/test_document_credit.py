"""Documents that name pages which are no stories lose their credit, and win it back."""

from __future__ import annotations

from pathlib import Path

import pytest

from newsarchive.schedule import document_credit
from newsarchive.schedule.state_db import State

MAP = "https://gazette.example/pages.xml"


def doubted(path: Path, *runs: tuple[int, int]) -> bool:
    """Whether MAP is doubted after runs with so many pages, so many of them stories."""
    with State(path / "state.db") as state:
        for number, (pages, stories) in enumerate(runs):
            urls = [f"gazette.example/{number}-{n}" for n in range(pages)]
            events = [{"source": "gazette", "found_on": MAP, "final_url": f"https://{url}"} for url in urls]
            document_credit.note(state, events, set(urls[:stories]))
        return document_credit.doubted(state, ["gazette"]) == (MAP,)


@pytest.mark.parametrize(
    ("runs", "is_doubted"),
    [
        pytest.param([(9, 0)], False, id="nine pages are few"),
        pytest.param([(10, 0)], True, id="ten are enough"),
        pytest.param([(10, 1)], False, id="one story of ten pages"),
        pytest.param([(11, 1)], True, id="of eleven"),
        pytest.param([(10, 0), *[(1, 1)] * 2], False, id="two stories win the credit back"),
        pytest.param([(2000, 0), *[(1, 1)] * 9], False, id="also after a long time"),
        pytest.param([], False, id="nothing known"),
    ],
)
def test_a_document_is_doubted_by_its_pages(tmp_path, runs, is_doubted):
    assert doubted(tmp_path, *runs) is is_doubted
