"""Where a page goes on with another article."""

from __future__ import annotations

import pytest

from newsarchive.extract.blocks import blocks_of
from newsarchive.extract.second_article import blocks_of_others, comments_of
from newsarchive.web.html_tree import parse
from tests.extract.pages import STORY, TITLE

NEXT = "Ice plant on the northern pier is sold to its workers"
OWN = f"<article class='story'><h1 class='t'>{TITLE}</h1><p>{STORY[0]}</p><p>{STORY[1]}</p></article>"


def others(markup: str) -> list[str]:
    """The texts that belong to another article than TITLE."""
    blocks, _ = blocks_of(parse(f"<body><main>{markup}</main></body>"))
    found = blocks_of_others(blocks, TITLE)
    return [b.text for b in blocks if b.index in found]


def article(tag: str, names: str, text: str) -> str:
    return f"<article class='story'><{tag} class='{names}'>{NEXT}</{tag}><p>{text}</p></article>"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(OWN + article("h1", "t", STORY[3]), [NEXT, STORY[3]], id="endless scroll"),
        pytest.param(OWN + article("h1", "other", STORY[3]), [NEXT, STORY[3]], id="an h1 of another name"),
        pytest.param(OWN + article("h2", "t", STORY[3]), [], id="a heading of a lower rank"),
        pytest.param(OWN + article("h1", "t", "Short."), [], id="no prose of its own"),
        pytest.param(OWN + OWN, [], id="the same headline again"),
        pytest.param(OWN + f"<h1>What the divers found below</h1><p>{STORY[3]}</p>", [], id="a section's heading"),
        pytest.param(
            f"<header><h1>{TITLE}</h1></header><div><div><p>{STORY[0]}</p></div>{article('h1', '', STORY[3])}</div>",
            [NEXT, STORY[3]],
            id="the headline apart from its text",
        ),
        pytest.param(f"<p>{STORY[0]}</p>" + article("h1", "t", STORY[3]), [], id="no headline of the page's own"),
    ],
)  # fmt: skip
def test_a_second_article_begins_at_a_headline_of_the_same_build(markup, expected) -> None:
    assert others(markup) == expected


LINKED = f"<div class='box'><h2><a href='/next'>{NEXT}</a></h2>{{}}</div>"


@pytest.mark.parametrize(
    ("own", "other", "is_other"),
    [(1000, 1000, True), (500, 1000, True), (498, 1000, False), (120, 5000, False)],
)
def test_what_opens_with_a_linked_headline_is_another_story_unless_it_is_most_of_the_page(
    own, other, is_other
) -> None:
    text = f"<p>{'x' * other}</p>"
    markup = f"<div><h1>{TITLE}</h1></div><div><p>{'y' * own}</p></div>" + LINKED.format(text)
    assert bool(others(markup)) is is_other


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param(
            OWN + f"<div class='comments-area'><p>{STORY[3]}</p></div>", [STORY[3]], id="below the story"
        ),
        pytest.param(OWN + f"<ol id='comments'><li><p>{STORY[3]}</p></li></ol>", [STORY[3]], id="a list"),
        pytest.param(f"<div class='with comments'>{OWN}</div>", [], id="a name of the whole page"),
        pytest.param(
            f"<div class='comment'><p>{STORY[3]}</p></div>{OWN}", [], id="an opinion before the prose"
        ),
        pytest.param(OWN + f"<div class='commentary'><p>{STORY[3]}</p></div>", [], id="another word"),
        pytest.param(OWN + f"<div class='live-comment'><p>{STORY[3]}</p></div>", [], id="a live comment"),
    ],
)
def test_comments_are_what_a_container_of_that_name_holds_below_the_story(markup, expected) -> None:
    blocks, _ = blocks_of(parse(f"<body><main>{markup}</main></body>"))
    found = comments_of(blocks, TITLE)
    assert [b.text for b in blocks if b.index in found] == expected
