"""Each tuned number of the versions room at its edge: one row just inside, one just outside.

A row fails if its constant moves by one step. What the numbers were read off is said where they are defined.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from newsarchive.diff import compare
from newsarchive.model import Article, Block, Part
from newsarchive.versions import chain, fold_parts, group
from newsarchive.versions.content_overlap import likeness
from newsarchive.versions.extraction_jitter import judged_as_before
from newsarchive.versions.identity import text_keys
from newsarchive.versions.multipage import fits
from newsarchive.versions.observation import cut_of
from newsarchive.versions.url_lifetimes import dates_differ
from tests.versions.build import BODY, OTHER_BODY, START, URL, article, changed, look

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


# ---------------------------------------------------------------- the same story, the same text


def words(begin: int, count: int) -> str:
    """So many words, of which no two are alike; each pair of neighbours stands in one place."""
    return " ".join(f"w{n}" for n in range(begin, begin + count))


def sharing(pairs: int, of: int = 100) -> tuple[Article, Article]:
    """Two texts of `of` pairs of words, of which they share so many; their titles say nothing."""
    other = words(0, pairs + 1) + " " + words(1000, of - pairs)
    return article("", (words(0, of + 1),)), article("", (other,))


@pytest.mark.parametrize(("pairs", "is_other"), [(19, True), (20, False)])
def test_a_fifth_of_the_pairs_of_words_is_an_edited_story(pairs, is_other):
    assert likeness(*sharing(pairs)).is_other_text is is_other


@pytest.mark.parametrize(("pairs", "is_unrelated"), [(4, True), (5, False)])
def test_a_twentieth_of_the_pairs_of_words_is_something_in_common(pairs, is_unrelated):
    assert likeness(*sharing(pairs)).is_unrelated is is_unrelated


HEADLINES = [(19, 2, True), (20, 2, False), (13, 3, True), (14, 3, False), (13, 6, True), (13, 7, False)]


@pytest.mark.parametrize(("pairs", "shared", "is_other"), HEADLINES)
def test_the_less_of_a_text_stays_the_more_of_its_headline_may(pairs, shared, is_other):
    a, b = sharing(pairs)
    titles = [
        " ".join(f"word{n}" for n in range(10)),
        " ".join(f"word{n}" for n in range(10 - shared, 20 - shared)),
    ]
    found = likeness(replace(a, title=titles[0]), replace(b, title=titles[1]))
    assert found.title == shared / 10
    assert found.is_wholly_other is is_other
    assert found.agrees is (pairs == 20 or shared == 7)


@pytest.mark.parametrize(("pairs", "is_judged"), [(39, False), (40, True)])
def test_forty_pairs_of_words_are_enough_to_judge(pairs, is_judged):
    assert (likeness(*sharing(0, of=pairs)).body is not None) is is_judged


@pytest.mark.parametrize(("apart", "differ"), [(36 * HOUR, False), (36 * HOUR + MINUTE, True)])
def test_dates_more_than_a_day_and_a_half_apart_are_two(apart, differ):
    assert dates_differ(article(published_at=START), article(published_at=START + apart)) is differ


@pytest.mark.parametrize(("length", "is_key"), [(599, False), (600, True)])
def test_six_hundred_characters_in_common_make_one_story(length, is_key):
    state = article(paragraphs=("x" * length,), published_at=START, page_kind="article")
    assert bool(text_keys(look(0, state))) is is_key


@pytest.mark.parametrize(
    ("path", "stories", "is_named"),
    [("the-page-of-a-story", 3, True), ("the-page-of-a-story", 4, False), ("news", 2, True), ("news", 3, False)],
)  # fmt: skip
def test_a_page_that_more_than_three_stories_name_joins_none_and_a_vague_address_more_than_two(
    path, stories, is_named
):
    target = f"https://news.example/{path}"
    moved = [look(n, None, f"{URL}-{words(n, 1)}", http_status=301, location=target) for n in range(stories)]
    assert (len(group(moved)) == 1) is is_named


# ---------------------------------------------------------------- versions


@pytest.mark.parametrize(("captures", "kinds"), [(2, ["rewording", "restored"]), (3, ["rewording", "restored", "restored"])])  # fmt: skip
def test_a_returned_state_seen_three_times_has_settled(captures, kinds):
    a, b = article(), changed(article(), "cracks", "damage")
    shown = [a, b, *[a] * captures, b]
    found = chain([look(n, state) for n, state in enumerate(shown)], compare).versions
    assert [v.change.kind for v in found[1:]] == kinds
    assert found[-1].flapping is (captures == 2)


@pytest.mark.parametrize(("others", "same_as"), [(11, 1), (12, None)])
def test_a_state_may_return_to_one_of_the_last_twelve(others, same_as):
    states = [article(paragraphs=(*BODY, f"The vote came to {n} against forty.")) for n in range(others + 1)]
    found = chain([look(n, s) for n, s in enumerate([*states, states[0]])], compare).versions
    assert len(found) == others + 2
    assert found[-1].same_as == same_as


@pytest.mark.parametrize(("length", "is_doubt"), [(100, True), (101, False)])
def test_a_quarter_of_the_text_may_be_judged_otherwise(length, is_doubt):
    pages = [
        replace(
            article(),
            blocks=(
                Block(kind="paragraph", text="a" * 400, kept=True),
                Block(kind="paragraph", text="b" * length, kept=kept, reason="" if kept else "links"),
            ),
        )
        for kept in (False, True)
    ]
    assert (judged_as_before(*pages).paragraphs == pages[0].paragraphs) is is_doubt


LINE = "Filed by our desk in the valley"


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        ((True, False), (False,), [("removed",)]),
        ((False,), (False, True), [("added",)]),
        ((True,), (True, False), []),
        ((True, False), (True,), []),
    ],
)
def test_a_line_that_stands_twice_is_judged_by_whether_any_of_them_is_text(before, after, kinds):
    states = []
    for flags in (before, after):
        lines = tuple(
            Block(kind="paragraph", text=LINE, kept=k, reason="" if k else "repeated") for k in flags
        )
        states.append(replace(article(), blocks=(*article().blocks[:2], *lines, *article().blocks[2:])))
    found = chain([look(n, state) for n, state in enumerate(states)], compare).versions
    assert [v.change.kinds for v in found[1:]] == kinds


# ---------------------------------------------------------------- stubs, and articles on several pages


@pytest.mark.parametrize(("length", "kind"), [(700, "paywalled"), (701, None)])
def test_seven_tenths_of_the_whole_may_be_a_stub(length, kind):
    text = "a" * 699 + ".." + "b" * 299
    stub, whole = article(paragraphs=(text[:length],), free_access=False), article(paragraphs=(text,))
    assert cut_of(stub, whole, (whole, stub))[0] == kind


STEM = URL.removeprefix("https://") + "?"


def page(number: int, paragraphs: tuple[str, ...], last: int) -> Article:
    """One page of an article on `last` pages."""
    names = tuple((n, f"{URL}?page={n}" if n > 1 else URL) for n in range(1, last + 1))
    return article(paragraphs=paragraphs, part=Part(stem=STEM, number=number, last=last, pages=names))


def test_sixty_pages_of_an_article_are_read():
    joined = []

    def join(pages, _last):
        joined.append(len(pages))
        return pages[1]

    fold_parts(
        [look(n / 100, page(n, (words(n, 9),), 62), f"{URL}?page={n}" if n > 1 else URL) for n in range(1, 63)], join
    )  # fmt: skip
    assert set(joined) == {60}


@pytest.mark.parametrize(("after", "shown"), [(6 * HOUR, "later"), (6 * HOUR + MINUTE, "earlier")])
def test_a_further_page_within_six_hours_is_of_the_same_look(after, shown):
    looks = [
        look(0, page(1, BODY, 2)),
        look(-1, page(2, (*OTHER_BODY, "earlier"), 2), f"{URL}?page=2"),
        look(after / HOUR, page(2, (*OTHER_BODY, "later"), 2), f"{URL}?page=2"),
    ]
    folded = fold_parts(looks, lambda pages, _last: pages[2])
    assert folded.looks[0].article.paragraphs[-1] == shown


@pytest.mark.parametrize(("apart", "fit"), [(6 * HOUR, True), (6 * HOUR + MINUTE, False)])
def test_pages_published_more_than_six_hours_apart_are_of_two_articles(apart, fit):
    assert fits(article(published_at=START), article(published_at=START + apart)) is fit
