"""Fronts of many structures: each story in its place, under its headline, of its size."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from newsarchive.discover.front_pages import MAX_ITEMS, FrontItem, read_front
from newsarchive.urls import url_key, without_tracking
from newsarchive.web.links import absolute
from tests.discover.fronts import HOST, LATER, LOCKED, STRUCTURES, Cards, Story, page, stories
from tests.discover.newspaper_fronts import SYSTEMS, front
from tests.discover.second_newspaper_fronts import OTHER_SYSTEMS, OTHER_WORDS
from tests.discover.third_newspaper_fronts import THIRD_SYSTEMS, THIRD_WORDS

ALL: Mapping[str, Cards] = STRUCTURES | LATER | LOCKED


def read(name: str, seed: int = 3) -> tuple[list[Story], dict[str, FrontItem]]:
    """The stories that are true, and what was read, by story."""
    truth = stories(seed)
    found = read_front(page(ALL[name](truth), most_read=[truth[12], truth[3], truth[15]]), f"{HOST}/")
    assert [item.position for item in found] == list(range(1, len(found) + 1))
    return truth, {url_key(item.url): item for item in found}


@pytest.mark.parametrize("name", ALL)
def test_every_story_is_in_its_place_under_its_headline(name: str) -> None:
    truth, found = read(name)
    assert [(n, s.headline) for n, s in enumerate(truth, 1)] == [
        (item.position, item.headline) for s in truth if (item := found.get(url_key(s.url)))
    ]


FRONTS = {
    **{name: front(name) for name in SYSTEMS},
    **{name: front(name, OTHER_SYSTEMS, OTHER_WORDS) for name in OTHER_SYSTEMS},
    **{name: front(name, THIRD_SYSTEMS, THIRD_WORDS) for name in THIRD_SYSTEMS},
}
# Have one post that is paid for, at an address of the newspaper, which words alone call so; it is read as a story.
PAID_POSTS = ("page_promos", "label_teasers", "custom_elements", "slot_views")


@pytest.mark.parametrize("name", FRONTS)
def test_fronts_of_many_content_systems_are_read_in_place_and_word(name: str) -> None:
    made = FRONTS[name]
    links = [without_tracking(absolute(made.url, teaser.url) or "") for teaser in made.teasers]
    shown = [
        (link, " ".join(teaser.headline.split())) for link, teaser in zip(links, made.teasers, strict=True)
    ]
    found = [(item.url, item.headline) for item in read_front(made.html, made.url)]
    paid = [pair for pair in found if pair[0] not in links][: PAID_POSTS.count(name)]
    assert [pair for pair in found if pair not in paid][: len(shown)] == shown


@pytest.mark.parametrize(
    "name",
    [
        n
        for n in ALL
        if n
        not in (
            "plain_links",
            "definition_list",
            "quoted",
            "tabs",
            "figure_headings",
            "ticker_first",
            "sidebar_first",
            "related",
            "teaser_text_in_link",
            "picture_says_it",
            "promo",
            "structured",
        )
    ],
)
def test_sizes_are_what_is_seen_beside_the_headline(name: str) -> None:
    truth, found = read(name)
    sizes = [found[url_key(story.url)].size for story in truth]
    wanted = [("small", "medium", "large")[story.picture + bool(story.standfirst)] for story in truth]
    if name == "buttons_and_authors":  # shows no standfirst
        wanted = [("small", "medium")[story.picture] for story in truth]
    assert sizes[1:] == wanted[1:]
    assert sizes[0] in (wanted[0], "lead")


@pytest.mark.parametrize("name", ["lead_and_grid"])
def test_what_the_page_makes_most_of_is_the_lead(name: str) -> None:
    truth, found = read(name)
    assert found[url_key(truth[0].url)].size == "lead"
    assert [item.size for item in found.values()].count("lead") == 1


def test_a_list_whose_stories_are_all_alike_has_no_lead() -> None:
    _, found = read("heading_link")
    assert "lead" not in {item.size for item in found.values()}


def test_links_of_other_sites_menus_and_lists_below_are_no_places() -> None:
    truth = stories(1, 6)
    away = '<article><h2><a href="https://elsewhere.example/2026/11/a-story-that-another-outlet-wrote-7712">Another outlet wrote it</a></h2></article>'
    body = STRUCTURES["heading_link"](truth) + away
    menu = f'<nav><a href="{truth[4].path}">{truth[4].headline}</a></nav>'
    found = read_front(page(menu + body, most_read=truth), f"{HOST}/")
    assert [item.url for item in found] == [story.url for story in truth]


@pytest.mark.parametrize(
    "headline",
    [
        "港務局、冬の時刻表を延期 灯台の修理は春まで続く見通し",
        "مجلس الميناء يؤجل جدول الشتاء بعد ليلة طويلة",
        "Fähre fällt aus – und niemand weiß, warum",
        "“Not again”: the council <em>really</em> meets",
    ],
)
def test_headlines_of_other_scripts_and_with_markup_are_read(headline: str) -> None:
    cards = "".join(
        f'<article><h2><a href="/2026/11/2{n}/story-{n}00871">{headline if n == 2 else f"The harbour council meets again, {n}"}</a></h2></article>'
        for n in range(6)
    )
    found = read_front(page(cards), f"{HOST}/")
    assert len(found) == 6
    assert found[2].headline == headline.replace("<em>", "").replace("</em>", "")


@pytest.mark.parametrize(
    ("markup", "headline"),
    [
        ("The <em>Gull</em>, found at last in the harbour", "The Gull, found at last in the harbour"),
        ("Re<i>ally</i>? Nobody knows in the harbour", "Really? Nobody knows in the harbour"),
        (
            "<span>Two lines of a headline</span><span>in two parts</span>",
            "Two lines of a headline in two parts",
        ),
        ("A town and <span>its bridge</span>: what is known", "A town and its bridge: what is known"),
        ("Un port, une nuit<br>et après !", "Un port, une nuit et après !"),
        ("The har\u00adbour gates\u200b close for good", "The harbour gates close for good"),
        ("»Stille« Dörfer am See und kein Bus", "»Stille« Dörfer am See und kein Bus"),
        ("• The harbour gates close for good »", "The harbour gates close for good"),
        ("–20 degrees in the valley tonight", "–20 degrees in the valley tonight"),
        (
            "<span class='title-label'>The harbour gates close</span>",
            "The harbour gates close",
        ),
        (
            "<span class='title'><b class='label'>For subscribers</b><b class='title-label'>The gates close</b></span>",
            "The gates close",
        ),
        ("<b>Sport</b> | Rowers win the cup", "Rowers win the cup"),
        ("<b>Ann Quill</b><i></i><b> | </b><b>Rowers win</b>", "Rowers win"),
        ("Rowers | sailors: who wins the cup?", "Rowers | sailors: who wins the cup?"),
        (
            "<span style='color:red'>Sport: </span>Rowers win the cup of the valley",
            "Rowers win the cup of the valley",
        ),
        ("<b>Sport</b><b> • </b>Rowers win the cup of the valley", "Rowers win the cup of the valley"),
        ("<b>Mayor Tull:</b> <b>we were wrong about it</b>", "Mayor Tull: we were wrong about it"),
        ("<b>Wahl</b><b>»Nie wieder« im Tal</b>", "Wahl »Nie wieder« im Tal"),
        ("港湾局、橋の<br>通行料を拒否", "港湾局、橋の通行料を拒否"),
        (
            "<span class='kicker'>Sport</span>Rowers win the cup of the valley",
            "Rowers win the cup of the valley",
        ),
    ],
)
def test_markup_within_a_headline_parts_no_words_and_joins_none(markup: str, headline: str) -> None:
    cards = "".join(
        f'<article><h2><a href="/2026/11/2{n}/story-{n}00871">{markup if n == 2 else f"The harbour council meets again, {n}"}</a></h2></article>'
        for n in range(6)
    )
    assert read_front(page(cards), f"{HOST}/")[2].headline == headline


def cards(count: int, beside: str = "") -> str:
    """Stories whose addresses have numbers; `beside` takes the number of each."""
    return "".join(
        f'<article><h2><a href="/2026/11/2{n}/story-{n}00871">The harbour council meets again, {n}</a></h2>{beside.format(n)}</article>'
        for n in range(count)
    )


@pytest.mark.parametrize(
    "beside",
    [
        "<a href='/comments.asp?id=4771{}'>{} readers’ comments on this</a>",
        "<a href='/cluster/c_2026112714_000000{}/section/102'>{} other reports of the same event</a>",
        "<a href='/list_2540{}'>Other reports of the same event</a>",
    ],
)
def test_links_beside_stories_that_are_called_alike_are_none(beside: str) -> None:
    found = read_front(page(cards(8, beside.replace("{}", "{0}"))), f"{HOST}/")
    assert [item.headline for item in found] == [f"The harbour council meets again, {n}" for n in range(8)]


@pytest.mark.parametrize(
    "before",
    [
        "<div role='dialog'>{}</div>",
        "<dialog>{}</dialog>",
        "<ul class='sub-menu'><li class='menu-item'><div>{}</div></li></ul>",
    ],
)
def test_a_story_linked_in_a_menu_or_a_dialog_is_in_its_later_place(before: str) -> None:
    again = "<h3><a href='/2026/11/24/story-400871'>The harbour council meets again, 4</a></h3>"
    found = read_front(page(before.format(again) + cards(6)), f"{HOST}/")
    assert [item.headline for item in found] == [f"The harbour council meets again, {n}" for n in range(6)]


def test_an_address_without_a_number_is_a_story_in_a_directory_of_stories() -> None:
    keys = ["k4fd8djxgh", "2vebnxqqxx", "a7b32xkkqm", "m48sdkpwq2", "b3n9xkq7tt", "w8c55kdplm"]
    links = [f"/valley/{key}" for key in keys]
    made = "".join(
        f"<h3><a href='{link}'>The harbour council meets again, {n}</a></h3>" for n, link in enumerate(links)
    )
    assert [item.url for item in read_front(page(made), f"{HOST}/")] == [HOST + link for link in links]


def test_the_heading_of_a_section_with_one_story_is_no_headline() -> None:
    one = "<section><h2>The week in pictures</h2><a class='headline' href='/2026/11/28/story-900871'>Snow on the old bridge</a></section>"
    found = read_front(page(cards(6) + one), f"{HOST}/")
    assert found[6].headline == "Snow on the old bridge"


@pytest.mark.parametrize(
    ("link", "headline"),
    [
        ("<p>Ann Quill</p><p class='t1'>Snow at last</p><p>4 min</p>", "Snow at last"),
        (
            "<b class='cardTitle'>Snow</b><b class='cardSubTitle'>It fell on the old bridge tonight</b>",
            "Snow",
        ),
        ("<i class='x'>LIVE</i><p class='t1'>Snow at last</p>", "Snow at last"),
        ("<b>Snow</b> falls on the old bridge tonight", "Snow falls on the old bridge tonight"),
        ("<b>Weather in the valley:</b> <span>Snow at last in town</span>", "Snow at last in town"),
        ("<img alt='Snow at last in the valley'>", "Snow at last in the valley"),
    ],
)
def test_parts_of_a_link_without_names_are_read_as_in_the_other_cards(link: str, headline: str) -> None:
    others = "".join(
        f'<li><a href="/2026/11/2{n}/story-{n}00871"><i class="x">LIVE</i><p class="t1">The harbour council meets again, {n}</p></a></li>'
        for n in range(1, 6)
    )
    first = f'<li><a href="/2026/11/20/story-000871">{link}</a></li>'
    found = read_front(page(f"<ul>{first}{others}</ul>"), f"{HOST}/")
    assert [item.headline for item in found] == [
        headline,
        *(f"The harbour council meets again, {n}" for n in range(1, 6)),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "", "<", "\x00", "<a>", "<a href='http://['>x</a>", "<h1>" * 3000 + "<a href='/2026/11/28/a-long-story-of-the-harbour-100401'>The long story of the harbour</a>",
        "<a href='/2026/11/28/a-long-story-of-the-harbour-100401'>" * 5000 + "The long story of the harbour",
        "<h2>" + "<a href='/2026/11/28/a-long-story-of-the-harbour-100401'>The long story of the harbour</a>" * 5000,
        "<div>" * 400 + "".join(f"<a href='/2026/11/28/a-long-story-of-the-harbour-{n}'>The long story of the harbour {n}</a>" for n in range(100400, 103400)),
        "<span class='title'>" * 2000 + "<a href='/2026/11/28/a-long-story-of-the-harbour-100401'>" + "<span class=title>" * 2000 + "x",
    ],
    ids=range(10),
)  # fmt: skip
def test_hostile_pages_end_and_give_what_they_give(text: str) -> None:
    found = read_front(text, f"{HOST}/")
    assert len(found) <= MAX_ITEMS
    assert all(len(item.headline) <= 300 for item in found)
