"""What recurs on an outlet's pages is its template; what its stories share is not."""

from __future__ import annotations

import itertools
import json
import random

import pytest

from newsarchive.extract import site_template
from newsarchive.extract.site_template import Template
from newsarchive.model import Article, Block

WORDS = "harbour council ferry divers quay regatta fund bus pier market spring October tonnes stone rope ice plant school".split()  # noqa: SIM905  reads as a list of words


def sentence(seed: int, length: int = 24) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length)).capitalize() + f" {seed * 7919} times."


def story(
    number: int, *, top: tuple[str, ...] = (), bottom: tuple[str, ...] = (), inside: tuple[str, ...] = ()
) -> Article:
    """An outlet's page: a menu that was removed, five paragraphs of its own, and what is handed in."""
    own = [sentence(number * 10 + n) for n in range(5)]
    texts = [*top, *own[:3], *inside, *own[3:], *bottom]
    blocks = [
        Block(kind="other", text="News · Sport · Weather", kept=False, reason="navigation", place="nav>ul>li")
    ]
    blocks += [Block(kind="paragraph", text=t, kept=True, place="main>div.body>p") for t in texts]
    return Article(url=f"https://e.example/{number}", blocks=tuple(blocks))


NOTICE = "This text may be printed again by anyone who asks us first and pays what we ask."
PLEA = "Like what you read? Have us brought to your door."


def test_a_notice_at_the_end_of_three_pages_is_template() -> None:
    pages = [story(n, bottom=(NOTICE,)) for n in range(5)]
    learnt = site_template.learn(pages)
    for page in pages:
        cleaned = site_template.apply(page, learnt)
        assert NOTICE not in cleaned.text
        assert len(cleaned.paragraphs) == 5
        assert any(b.reason == "site template, seen on 5 of 5 pages" for b in cleaned.removed)


def test_two_pages_are_too_few() -> None:
    pages = [story(n, bottom=(NOTICE,)) for n in range(2)]
    assert site_template.apply(pages[0], site_template.learn(pages)) is pages[0]


def test_a_story_that_others_quote_keeps_its_paragraphs() -> None:
    quoted = story(0)
    quote = quoted.paragraphs[1]
    pages = [quoted, *(story(n, inside=(quote,)) for n in range(1, 4)), *(story(n) for n in range(4, 10))]
    learnt = site_template.learn(pages)
    for page in pages:
        assert site_template.apply(page, learnt).paragraphs == page.paragraphs


def test_a_column_keeps_the_words_with_which_it_opens_every_day() -> None:
    opening = "Every morning our columnist walks down to the weir, counts the herons, and writes down what is left on the grating."
    pages = [story(n, top=(opening,) if n % 3 == 0 else ()) for n in range(15)]
    learnt = site_template.learn(pages)
    for page in pages:
        assert site_template.apply(page, learnt).paragraphs == page.paragraphs


def test_the_same_story_told_twice_teaches_nothing() -> None:
    one = story(1)
    copies = [Article(url=f"https://e.example/copy{n}", blocks=one.blocks) for n in range(6)]
    learnt = site_template.learn([*copies, story(2), story(3)])
    assert site_template.apply(one, learnt).paragraphs == one.paragraphs


def test_the_order_of_arrival_changes_nothing() -> None:
    pages = [story(n, bottom=(NOTICE, PLEA)) for n in range(4)]
    learnt = {json.dumps(site_template.learn(order).to_json()) for order in itertools.permutations(pages)}
    assert len(learnt) == 1


def test_counters_do_not_hide_a_recurring_line() -> None:
    pages = [story(n, bottom=(f"This page was read {n * 31 + 5} times",)) for n in range(5)]
    assert len(site_template.apply(pages[0], site_template.learn(pages)).paragraphs) == 5


def test_of_a_block_of_lines_only_the_recurring_ones_fall() -> None:
    pages = [story(n, bottom=(NOTICE,)) for n in range(4)]
    mixed = story(9, bottom=(f"By arrangement with a friend {9}.\n{NOTICE}",))
    cleaned = site_template.apply(mixed, site_template.learn([*pages, mixed]))
    assert cleaned.paragraphs[-1] == "By arrangement with a friend 9."
    assert NOTICE not in cleaned.text


def test_nothing_is_lost() -> None:
    pages = [story(n, bottom=(NOTICE,)) for n in range(5)]
    cleaned = site_template.apply(pages[0], site_template.learn(pages))
    assert [b.text for b in cleaned.blocks] == [b.text for b in pages[0].blocks]


def test_a_template_survives_json() -> None:
    learnt = site_template.learn([story(n, bottom=(NOTICE,)) for n in range(5)])
    assert Template.from_json(json.loads(json.dumps(learnt.to_json()))) == learnt


@pytest.mark.parametrize(
    "value",
    [{}, {"pages": 1}, {"pages": "x", "texts": [], "places": []}, {"pages": 1, "texts": 3, "places": []}],
)
def test_what_is_no_template(value: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Template.from_json(value)
