"""Captures of further pages become part of the looks at the first one: a table of captures, and what is seen."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from newsarchive.diff import compare
from newsarchive.extract import join_pages
from newsarchive.model import Article, Part
from newsarchive.versions import Decision, Observation, chain, fold_parts, group, identity_keys
from tests.versions.build import BODY, OTHER_BODY, START, URL, article, changed, look

TWO, THREE = f"{URL}?page=2", f"{URL}?page=3"
STEM = URL.removeprefix("https://") + "?"


def part(number: int, *names: int, last: int = 0) -> Part:
    urls = {1: URL, 2: TWO, 3: THREE}
    numbers = sorted({number, *names})
    return Part(
        stem=STEM, number=number, last=last or numbers[-1], pages=tuple((n, urls[n]) for n in numbers)
    )


ONE = article(part=part(1, 2))
SECOND = article(paragraphs=OTHER_BODY, url=TWO, part=part(2, 1))
EDITED = changed(SECOND, "third time", "fourth time")
WHOLE = (*BODY, *OTHER_BODY)


def told(*observations: Observation) -> list[tuple[float, tuple[str, ...], str]]:
    """(hour, paragraphs, kind of change) of each version of the only story, whatever the order of arrival."""
    answers = set()
    for order in itertools.islice(itertools.permutations(observations), 24):
        folded = fold_parts(order, join_pages)
        [story] = group(folded.looks)
        versions = chain(story.observations, compare).versions
        answers.add(
            tuple(
                (
                    (v.first_seen_at - START).total_seconds() / 3600,
                    v.article.paragraphs,
                    v.change.kind if v.change else "",
                )
                for v in versions
            )
        )
    [answer] = answers
    return list(answer)


def unchanged(hour: float, url: str = URL) -> Observation:
    return look(hour, url=url, kind="not-modified", http_status=304)


NEW = tuple(p.replace("third time", "fourth time") for p in WHOLE)


@pytest.mark.parametrize(
    ("captures", "expected"),
    [
        pytest.param([look(0, ONE), look(0.1, SECOND, TWO)], [(0, WHOLE, "")], id="one crawl"),
        pytest.param([look(0.1, ONE), look(0, SECOND, TWO)], [(0.1, WHOLE, "")], id="the second page came first"),
        pytest.param([look(0, ONE)], [(0, BODY, "")], id="the second page is missing"),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(24, ONE), look(24.1, EDITED, TWO)],
            [(0, WHOLE, ""), (24, NEW, "rewording")],
            id="page two is edited",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), unchanged(24), look(24.1, EDITED, TWO)],
            [(0, WHOLE, ""), (24, NEW, "rewording")],
            id="page two is edited, page one not modified",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(24, ONE), unchanged(24.1, TWO)],
            [(0, WHOLE, "")],
            id="page two is not modified",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(24, ONE), look(24.1, None, TWO, http_status=503)],
            [(0, WHOLE, "")],
            id="page two fails",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(24, ONE), look(24.1, article(paragraphs=BODY[:1], url=TWO), TWO, truncated="disconnect")],
            [(0, WHOLE, "")],
            id="page two is torn",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, None, TWO, http_status=503), look(24, ONE), look(24.1, SECOND, TWO)],
            [(0, WHOLE, "")],
            id="page two comes late",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(48, EDITED, TWO)],
            [(0, WHOLE, ""), (48, NEW, "rewording")],
            id="page two alone was captured again",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(48, SECOND, TWO)],
            [(0, WHOLE, "")],
            id="page two alone was captured again and is the same",
        ),
        pytest.param(
            [look(0, article()), look(24, ONE), look(24.1, SECOND, TWO)],
            [(0, BODY, ""), (24, WHOLE, "added")],
            id="the story grows to a second page",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, SECOND, TWO), look(24, article(paragraphs=WHOLE))],
            [(0, WHOLE, "")],
            id="the story is set on one page again",
        ),
        pytest.param(
            [look(0, ONE), look(0.1, article(paragraphs=OTHER_BODY, url=TWO), TWO)],
            [(0, WHOLE, "")],
            id="page two says nothing of itself",
        ),
    ],
)  # fmt: skip
def test_what_a_reader_of_the_whole_story_saw(captures: list[Observation], expected: list[tuple]) -> None:
    assert told(*captures) == expected


def test_a_third_page_that_only_the_second_names_is_joined() -> None:
    third = article(
        paragraphs=("The bridge will be lit in the evenings from the spring on.",), part=part(3, 2)
    )
    second = replace(SECOND, part=part(2, 1, 3))
    [(_, text, _)] = told(look(0, ONE), look(0.1, second, TWO), look(0.2, third, THREE))
    assert text == (*WHOLE, "The bridge will be lit in the evenings from the spring on.")


def test_each_capture_of_a_further_page_belongs_to_a_look() -> None:
    captures = [look(0, ONE), look(0.1, SECOND, TWO), unchanged(24), look(24.1, None, TWO, http_status=503)]
    folded = fold_parts(captures, join_pages)
    assert [o.record_id for o in folded.looks] == [captures[0].record_id, captures[2].record_id]
    assert {r: (p.look, p.number) for r, p in folded.parts.items()} == {
        captures[1].record_id: (captures[0].record_id, 2),
        captures[3].record_id: (captures[2].record_id, 2),
    }


def test_a_second_page_alone_is_a_story_until_the_first_comes() -> None:
    folded = fold_parts([look(0, SECOND, TWO)], join_pages)
    assert [o.url for o in folded.looks] == [TWO]
    assert not folded.parts


MARCH, APRIL = (datetime(2026, month, 1, 9, tzinfo=UTC) for month in (3, 4))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ONE, replace(SECOND, title="A choir wins the prize")),
        (replace(ONE, published_at=MARCH), replace(SECOND, published_at=APRIL)),
        (article(), SECOND),  # the first page names no other
    ],
)
def test_pages_of_two_stories_are_not_joined(first: Article, second: Article) -> None:
    folded = fold_parts([look(0, first), look(1, second, TWO)], join_pages)
    assert [o.article for o in folded.looks] == [first, second]
    assert not folded.parts


def test_a_person_may_part_two_pages() -> None:
    split = Decision(kind="split", urls=(URL, TWO), at=START)
    folded = fold_parts([look(0, ONE), look(1, SECOND, TWO)], join_pages, [split])
    assert [o.article for o in folded.looks] == [ONE, SECOND]


def test_what_names_no_parts_comes_back_as_it_was() -> None:
    captures = (look(0, article()), look(1, article(), TWO))
    assert fold_parts(captures, join_pages).looks == captures


def test_shared_keys_connect_all_pages_of_an_article() -> None:
    failed = look(1, None, THREE, http_status=503, continues=URL)
    keys = [set(identity_keys(o)) for o in (look(0, ONE), look(0, SECOND, TWO), failed)]
    assert keys[0] & keys[1]
    assert keys[0] & keys[2]
