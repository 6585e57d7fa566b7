"""What the bench counts as lost, by kind."""

from __future__ import annotations

import pytest

from newsarchive.model import Article, Block
from tests.bench.extraction import losses

ONE, TWO, THREE = (
    "the quay is closed from today",
    "shops fear for their trade now",
    "a bus runs every ten minutes",
)
FOREIGN = "sign up for our letter here"


def page(*blocks: tuple[str, str]) -> Article:
    """An article of blocks, each with the reason why it was removed, empty if it wasn't."""
    made = tuple(Block(kind="paragraph", text=t, kept=not reason, reason=reason) for t, reason in blocks)
    return Article(
        url="", blocks=made, page_kind="article", extractor="", extractor_version="", confidence=1.0
    )


@pytest.mark.parametrize(
    ("article", "expected"),
    [
        pytest.param(page((ONE, ""), (TWO, "")), {"in no block": 0.0}, id="all is there, over the paragraphs' edge too"),
        pytest.param(page((ONE, ""), (FOREIGN, "x"), (TWO, "")), {"in no block": 0.0}, id="something removed between"),
        pytest.param(page((ONE, "")), {"in no block": 2 / 3}, id="a paragraph is in no block"),
        pytest.param(page((ONE, ""), (TWO, "links")), {"in no block": 0.0, "removed: links": 1 / 3}, id="one removed"),
        pytest.param(
            page((ONE, ""), (TWO, ""), (FOREIGN, "")), {"in no block": 0.0, "kept: paragraph": 1 / 3}, id="one too many"
        ),
    ],
)  # fmt: skip
def test_a_loss_is_counted_by_the_block_that_it_is_in(article: Article, expected: dict[str, float]) -> None:
    assert losses(f"{ONE} {TWO}", article) == pytest.approx(expected)
