"""What one story says that the others don't."""

from __future__ import annotations

from newsarchive.diff.side_by_side import side_by_side

HARBOUR = [
    "The ferry sails at noon to the far island. The captain is Ann Lee.",
    "Tickets cost twelve pounds.",
]
VALLEY = [
    "At noon the ferry sails to the far island, officials said.",
    "The mayor will be on board on Monday.",
]
GERMAN = ["Die Fähre legt mittags ab. Eine Karte kostet zwölf Pfund."]


def only_here(stories: list[list[str]], languages: list[str]) -> list[list[str]]:
    found = side_by_side(stories, languages)
    return [[s.text for paragraph in story for s in paragraph if not s.also_in] for story in found]


def test_what_is_said_in_other_words_is_shared_and_the_rest_is_only_here() -> None:
    assert only_here([HARBOUR, VALLEY], ["en", "en"]) == [
        ["The captain is Ann Lee.", "Tickets cost twelve pounds."],
        ["The mayor will be on board on Monday."],
    ]


def test_each_sentence_names_where_else_it_is_said() -> None:
    found = side_by_side([HARBOUR, VALLEY, HARBOUR[:1]], ["en", "en", "en"])
    assert [s.also_in for s in found[0][0]] == [(1, 2), (2,)]
    assert [s.also_in for s in found[1][0]] == [(0, 2)]


def test_stories_of_two_languages_share_nothing_and_nothing_is_lost() -> None:
    found = side_by_side([HARBOUR, GERMAN], ["en", "de"])
    assert [[s.text for p in story for s in p] for story in found][1] == [
        "Die Fähre legt mittags ab.",
        "Eine Karte kostet zwölf Pfund.",
    ]
    assert not any(s.also_in for story in found for p in story for s in p)


def test_a_story_without_a_text_is_empty() -> None:
    assert side_by_side([[], HARBOUR], ["", "en"])[0] == []


def test_a_sentence_with_another_number_says_something_else() -> None:
    one, other = (
        ["The toll rises from 12 to 15 crowns in May."],
        ["The toll rises from 12 to 16 crowns in May."],
    )
    assert only_here([one, other], ["en", "en"]) == [one, other]
