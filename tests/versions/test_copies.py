"""What is a copy of a text, and that its sample finds it."""

from __future__ import annotations

import random

import pytest

from newsarchive.versions.copies import COPY, ENOUGH, RUN, is_candidate, runs, sample, share

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in ("n", "r", "st", "l")]


def text(seed: int, paragraphs: int = 12, words: int = 45) -> list[str]:
    chance = random.Random(seed)
    return [" ".join(chance.choices(WORDS, k=words)).capitalize() + "." for _ in range(paragraphs)]


def whole(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


MINE, OTHER = text(1), text(2)
COPIES = {
    "the same": MINE,
    "cut to a third": MINE[:4],
    "a new lead": [*text(3, 2), *MINE[1:]],
    "cut, with a new lead": [*text(4, 1), *MINE[1:6]],
    "own paragraphs between": [p for pair in zip(MINE, text(5), strict=True) for p in pair],
    "set in other paragraphs": [" ".join(MINE)],
    "in capitals, with other quotation marks": [f"“{p.upper()}”" for p in MINE],
}


@pytest.mark.parametrize("name", COPIES)
def test_a_copy_is_found_by_its_sample_and_shares_its_text(name: str) -> None:
    a, b = runs(whole(MINE)), runs(whole(COPIES[name]))
    shared = len(set(sample(a)) & set(sample(b)))
    assert is_candidate(shared, len(sample(a)), len(sample(b)))
    assert share(a, b) >= COPY


STRANGERS = {
    "another text": OTHER,
    "a quoted paragraph": [*OTHER[:6], MINE[3], *OTHER[6:]],
    "one word": ["Ferry."],
    "nothing": [],
}


@pytest.mark.parametrize("name", STRANGERS)
def test_what_shares_little_is_no_copy(name: str) -> None:
    assert share(runs(whole(MINE)), runs(whole(STRANGERS[name]))) < COPY


@pytest.mark.parametrize(("words", "found"), [(ENOUGH + RUN - 2, 0.0), (ENOUGH + RUN - 1, 1.0)])
def test_a_text_must_have_forty_runs_to_be_compared(words: int, found: float) -> None:
    [paragraph] = text(9, 1, words)
    assert share(runs(paragraph), runs(whole([paragraph, *OTHER]))) == found


@pytest.mark.parametrize(
    ("shared", "one", "other", "expected"),
    [
        (1, 2, 90, False), (2, 2, 90, True), (2, 11, 90, True), (2, 12, 90, False), (3, 12, 90, True),
        (29, 90, 400, False), (30, 90, 400, True), (30, 400, 90, True), (0, 0, 0, False),
    ],
)  # fmt: skip
def test_candidates_share_as_much_of_the_smaller_sample_as_of_the_text_less_what_chance_takes(
    shared: int, one: int, other: int, expected: bool
) -> None:
    assert is_candidate(shared, one, other) is expected


def test_standing_paragraphs_make_no_candidates() -> None:
    standing = text(9, 2)
    samples = [set(sample(runs(whole([*text(n), *standing])))) for n in range(20, 40)]
    pairs = [(a, b) for n, a in enumerate(samples) for b in samples[:n]]
    assert all(len(a & b) >= 2 for a, b in pairs)
    assert not any(is_candidate(len(a & b), len(a), len(b)) for a, b in pairs)


def test_texts_without_spaces_have_samples_too() -> None:
    chance = random.Random(3)
    japanese = "".join(chance.choices("港町議会古橋通行料来年一月引上決船員島町長市民", k=400))
    assert len(sample(runs(japanese))) > 3
    assert share(runs(japanese), runs(japanese[:150])) == 1.0


def test_a_lone_surrogate_is_a_word_like_others() -> None:
    broken = whole(MINE).replace("a", "\ud800", 3)
    assert sample(runs(broken))
    assert share(runs(broken), runs(whole(MINE))) > 0.9
