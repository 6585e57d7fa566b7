"""The template alone, without signs and rules: five pages of an outlet free all its pages of what repeats.

Every outlet of the simulated newspaper, also the one whose stories quote each other and whose column opens with
the same words every day. A foreign block counts as repeated if its text stands on at least three of the pages that
were learnt from, or at a place that recurs on three of them and holds no paragraph of a story.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from newsarchive.extract import (
    asks,
    boilerplate_phrases,
    classify,
    extract_article,
    line_breaks,
    site_template,
)
from newsarchive.model import Article, Block
from tests.extract.test_newsroom import fold, wanted
from tests.newsroom import Newsroom
from tests.newsroom.client import get

OUTLETS = ("courier", "harbour", "northline", "mirat", "bote", "asanagi", "gazette")
Paper = list[tuple[Article, list[str]]]  # each page with the paragraphs of its story


@pytest.fixture(scope="module")
def papers() -> Iterator[dict[str, Paper]]:
    """For each outlet its pages as extracted without signs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(boilerplate_phrases, "signs_of", lambda blocks, _: [None] * len(blocks))
        patch.setattr(classify, "_without_labels", lambda *_: None)
        patch.setattr(line_breaks, "group_in", lambda *_: "")
        patch.setattr(asks, "group_of", lambda _: "")
        start = datetime(2026, 11, 2, 6, tzinfo=UTC)
        with Newsroom(stories=16, tls=False, speed=0, start=start) as room:
            yield {name: _pages(room, name) for name in OUTLETS}


def _pages(room: Newsroom, name: str) -> Paper:
    outlet = room.outlets[name]
    pages = []
    for story in outlet.stories():
        url = outlet.url + story.path
        answer = get(room, url)
        article = extract_article(answer.body, url, content_type=answer.headers["Content-Type"])
        pages.append((article, wanted(story)))
    return pages


def repeated(seen: Paper, block: Block) -> bool:
    """Whether a foreign block stands, or its place recurs, on three of the pages seen."""
    texts: dict[str, set[int]] = defaultdict(set)
    places: dict[str, set[int]] = defaultdict(set)
    own_places = set()
    for number, (article, own) in enumerate(seen):
        for other in article.blocks:
            texts[site_template.fold(other.text)].add(number)
            places[other.place].add(number)
            if fold(other.text) in own:
                own_places.add(other.place)
    if len(texts[site_template.fold(block.text)]) >= site_template.MIN_PAGES:
        return True
    return len(places[block.place]) >= site_template.MIN_PAGES and block.place not in own_places


def foreign(seen: Paper, pages: Sequence[tuple[Article, list[str]]]) -> list[str]:
    """Kept blocks that repeat and are no paragraph of their page's story."""
    return [
        block.text
        for article, own in pages
        for block in article.blocks
        if block.kept and block.kind != "entry" and fold(block.text) not in own and repeated(seen, block)
    ]


@pytest.mark.parametrize("few", [5, 16])
@pytest.mark.parametrize("name", OUTLETS)
def test_what_repeats_is_gone_and_no_paragraph_is_lost(papers: dict[str, Paper], name: str, few: int) -> None:
    pages, seen = papers[name], papers[name][:few]
    learnt = site_template.learn([article for article, _ in seen])
    cleaned = [(site_template.apply(article, learnt), own) for article, own in pages]
    assert len(foreign(seen, cleaned)) <= 0.05 * len(foreign(seen, pages))
    for (before, own), (after, _) in zip(pages, cleaned, strict=True):
        kept = {fold(b.text) for b in after.blocks if b.kept}
        assert [
            b.text for b in before.blocks if b.kept and fold(b.text) in own and fold(b.text) not in kept
        ] == []


def test_there_was_something_to_remove(papers: dict[str, Paper]) -> None:
    left = {name: len(foreign(papers[name][:5], papers[name])) for name in OUTLETS}
    assert sum(left.values()) >= 100
    assert left["gazette"] >= 50
