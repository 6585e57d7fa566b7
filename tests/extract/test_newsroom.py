"""Every outlet of the simulated newspaper: its stories come out word for word, whatever its build.

Noise is on (counters, advertisements, minutes ago). Two of the outlets repeat lines that no general rule can
know, among them one whose articles quote each other and whose column opens with the same words every day:
those are clean after the template layer, and no paragraph is lost before or after it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from newsarchive.extract import extract_article, site_template
from newsarchive.model import Article
from tests.newsroom import Newsroom, Outlet
from tests.newsroom.client import get

STORIES = 16
FEW = 5
OUTLETS = ("courier", "harbour", "northline", "mirat", "bote", "asanagi", "gazette")
ALONE = ("courier", "northline", "mirat", "bote", "asanagi")  # clean before any template


@pytest.fixture(scope="module")
def room() -> Iterator[Newsroom]:
    with Newsroom(stories=STORIES, tls=False, speed=0, start=datetime(2026, 11, 2, 6, tzinfo=UTC)) as room:
        yield room


@pytest.fixture(scope="module")
def papers(room: Newsroom) -> dict[str, list[tuple[Article, Any]]]:
    """For each outlet its articles as extracted, each with the truth."""
    return {
        name: [_read(room, room.outlets[name], story) for story in room.outlets[name].stories()]
        for name in OUTLETS
    }


def _read(room: Newsroom, outlet: Outlet, story: Any) -> tuple[Article, Any]:
    url = outlet.url + story.path
    answer = get(room, url)
    return extract_article(answer.body, url, content_type=answer.headers["Content-Type"]), story


def fold(text: str) -> str:
    """Without spaces, soft hyphens and the shape of quotes."""
    for old, new in (("\u00ad", ""), ("“", '"'), ("”", '"'), ("’", "'"), ("‘", "'")):
        text = text.replace(old, new)
    return "".join(text.split())


def told(article: Article) -> list[str]:
    """The article's paragraphs without the headings of a live blog's entries."""
    return [fold(b.text) for b in article.blocks if b.kept and b.kind != "entry"]


def wanted(story: Any) -> list[str]:
    return [fold(p) for p in story.paragraphs]


@pytest.mark.parametrize("name", OUTLETS)
def test_the_fields_are_right(papers: dict[str, list[tuple[Article, Any]]], name: str) -> None:
    for article, story in papers[name]:
        assert fold(article.title) == fold(story.title)
        assert fold(article.description) == fold(story.standfirst)
        assert article.authors == story.authors
        assert article.published_at == story.published_at


@pytest.mark.parametrize("name", OUTLETS)
def test_no_paragraph_is_lost(papers: dict[str, list[tuple[Article, Any]]], name: str) -> None:
    learnt = site_template.learn([a for a, _ in papers[name]])
    for article, story in papers[name]:
        for state in (article, site_template.apply(article, learnt)):
            assert [p for p in wanted(story) if p not in told(state)] == []


@pytest.mark.parametrize("name", ALONE)
def test_well_built_pages_are_exact_without_a_template(
    papers: dict[str, list[tuple[Article, Any]]], name: str
) -> None:
    for article, story in papers[name]:
        assert told(article) == wanted(story)


@pytest.mark.parametrize("name", OUTLETS)
def test_every_page_is_exact_after_the_template(
    papers: dict[str, list[tuple[Article, Any]]], name: str
) -> None:
    learnt = site_template.learn([a for a, _ in papers[name]])
    for article, story in papers[name]:
        assert told(site_template.apply(article, learnt)) == wanted(story)


@pytest.mark.parametrize("name", ["harbour", "gazette"])
def test_five_pages_teach_most_of_a_template(papers: dict[str, list[tuple[Article, Any]]], name: str) -> None:
    learnt = site_template.learn([a for a, _ in papers[name][:FEW]])
    before = after = 0
    for article, story in papers[name]:
        own = wanted(story)
        before += sum(p not in own for p in told(article))
        after += sum(p not in own for p in told(site_template.apply(article, learnt)))
    assert before > 0
    assert after <= 0.05 * before
