"""Stories out of sets of captures: the same whatever the order, split where a URL was used again."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsarchive.versions import Decision, group, identity_keys
from tests.versions.build import BODY, OTHER_BODY, START, URL, article, look

A = article(published_at=START)
B = article("A choir wins the national prize", OTHER_BODY, published_at=START + timedelta(days=20))
SITE = "https://news.example"
WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
ONE, TWO, THREE = (
    SITE + f"/x/{s}" for s in ("bridge-is-closed-now", "choir-wins-the-prize", "rain-fills-all-the-wells")
)


def decide(kind, *urls, **fields):
    return Decision(kind=kind, urls=urls, at=START, **fields)


def shape(groups):
    return sorted(tuple(sorted(o.record_id for o in g.observations)) for g in groups)


def test_captures_of_one_url_are_one_story_in_order_of_time():
    (story,) = group([look(5, A), look(0, A), look(2, A)])
    assert [o.fetched_at for o in story.observations] == [START + timedelta(hours=h) for h in (0, 2, 5)]
    assert story.urls == (URL,)


def test_a_url_used_again_is_two_stories():
    first, second = group([look(0, A), look(1, A), look(500, B), look(501, B)])
    assert [len(g.observations) for g in (first, second)] == [2, 2]
    assert first.story_id != second.story_id


def test_a_reused_url_that_shows_the_first_story_again_returns_to_it():
    first, second = group([look(0, A), look(500, B), look(501, A)])
    assert [len(g.observations) for g in (first, second)] == [2, 1]


def test_a_rewritten_story_stays_one():
    rewritten = article("Repairs to begin in April", (BODY[0], *OTHER_BODY[:1], BODY[2]), published_at=START)
    assert len(group([look(0, A), look(9, rewritten)])) == 1


def test_other_words_without_another_date_or_guid_stay_one_if_anything_is_left():
    assert len(group([look(0, article()), look(9, article(paragraphs=(*OTHER_BODY, BODY[0])))])) == 1


def test_a_live_blog_that_rolls_on_is_one_story():
    live = [
        article(f"Live: hour {h}", OTHER_BODY if h else BODY, page_kind="live blog", published_at=START)
        for h in range(2)
    ]
    assert len(group([look(0, live[0]), look(9, live[1])])) == 1


def test_an_address_that_is_used_again_every_day_shows_a_new_live_blog_each_time():
    days = [
        article(title, text, page_kind="live blog", published_at=START + timedelta(days=n))
        for n, (title, text) in enumerate(
            (("Storm reaches the coast", BODY), ("Election night in the valley", OTHER_BODY))
        )
    ]
    assert len(group([look(0, days[0]), look(24, days[1])])) == 2


def test_a_guid_that_is_the_address_itself_says_nothing_of_what_it_shows():
    looks = [
        look(0, article(), guid=URL),
        look(9, article("A choir wins the national prize", OTHER_BODY), guid=URL),
    ]
    assert len(group(looks)) == 2


def test_a_story_keeps_the_ids_of_its_urls_as_aliases():
    alone = {group([look(h, A, url=u)])[0].story_id for h, u in ((0, ONE), (1, TWO))}
    redirect = look(2, None, url=ONE, http_status=301, location=TWO)
    (story,) = group([look(0, A, url=ONE), look(1, A, url=TWO), redirect])
    assert {story.story_id, *story.aliases} == alone
    assert story.story_id == group([look(0, A, url=ONE)])[0].story_id
    assert 0 < story.story_id < 2**63


def test_the_url_to_show_is_the_latest_readable_main_form():
    looks = [look(0, A, url=ONE), look(1, A, url=ONE + "/amp"), look(2, None, url=ONE, http_status=404)]
    assert group(looks)[0].url == ONE


def test_a_page_that_many_stories_name_is_a_hub_and_joins_none():
    slugs = [
        "bridge-is-closed-now",
        "choir-wins-the-prize",
        "rain-fills-all-wells",
        "mayor-opens-new-school",
        "bakers-go-on-strike",
    ]
    looks = [
        look(h, article(url=f"{SITE}/x/{s}", title=s, og_url=SITE + "/the-start-page-x"), url=f"{SITE}/x/{s}")
        for h, s in enumerate(slugs)
    ]
    assert len(group(looks)) == 5


def test_a_number_that_many_slugs_share_is_a_section_and_joins_none():
    looks = [
        look(h, None, url=f"{SITE}/12345/a-slug-of-words-{w}")
        for h, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
    ]
    assert len(group(looks)) == 10


def test_a_long_number_under_which_a_ticker_changed_its_slug_often_is_one_story():
    looks = [look(h, None, url=f"{SITE}/1234567/a-slug-of-words-{w}") for h, w in enumerate(WORDS)]
    assert len(group(looks)) == 1


def test_syndication_is_a_link_and_no_merge():
    copy = article(url=ONE, canonical_url="https://agency.test/the-first-place-of-it")
    stories = group([look(0, copy, url=ONE), look(1, A, url="https://agency.test/the-first-place-of-it")])
    assert [s.syndicated for s in stories] == [("https://agency.test/the-first-place-of-it",), ()]


def test_a_person_can_merge():
    stories = group(
        [look(0, A, url=ONE), look(1, B, url=TWO)], [decide("merge", ONE, TWO, reason="same event")]
    )
    assert len(stories) == 1
    assert stories[0].evidence == ("a person said so: same event",)


def test_a_person_can_split_what_evidence_joins():
    looks = [look(0, A, url=ONE), look(1, None, url=ONE, http_status=301, location=TWO), look(2, A, url=TWO)]
    assert len(group(looks)) == 1
    assert len(group(looks, [decide("split", ONE, TWO)])) == 2
    assert len(group(looks, [decide("split", ONE, TWO), decide("split", ONE, TWO, undo=True)])) == 1


def test_a_split_holds_across_a_third_url():
    looks = [look(0, A, url=ONE), look(1, A, url=TWO)]
    looks += [
        look(2, None, url=ONE, http_status=301, location=THREE),
        look(3, None, url=TWO, http_status=301, location=THREE),
    ]
    assert len(group(looks)) == 1
    assert len(group(looks, [decide("split", ONE, TWO)])) == 2


def test_a_person_can_say_where_a_url_begins_a_new_story_and_that_it_does_not():
    looks = [look(0, A), look(1, A), look(2, A)]
    split = decide("split", URL, record_id=looks[1].record_id)
    assert shape(group(looks, [split])) == shape([*group(looks[:1]), *group(looks[1:])])
    reused = [look(0, A), look(500, B)]
    assert len(group(reused)) == 2
    assert len(group(reused, [decide("merge", URL)])) == 1


def test_withholding_names_its_reason_and_finds_the_story_by_any_of_its_urls():
    looks = [
        look(0, A, url=ONE),
        look(1, None, url=ONE, http_status=301, location=TWO),
        look(2, A, url=TWO),
        look(3, B, url=THREE),
    ]
    stories = group(looks, [decide("withhold", TWO, reason="court order")])
    assert [s.withheld for s in stories] == ["court order", None]
    assert all(
        s.withheld is None
        for s in group(looks, [decide("withhold", TWO), decide("withhold", TWO, undo=True)])
    )


def town(seed):
    """A set of captures with reuse, redirects, claims, failures and twins."""
    dice = random.Random(seed)
    urls = [
        ONE,
        TWO,
        THREE,
        SITE + "/x/4711-a/12345678",
        SITE + "/node/12345678",
        ONE + "/amp",
        SITE + "/s/8lk",
    ]
    looks = []
    for n in range(18):
        url = dice.choice(urls)
        state = dice.choice(
            [A, B, None, article(url=url, canonical_url=dice.choice(urls), published_at=START)]
        )
        fields = (
            {}
            if state
            else dice.choice([{"http_status": 404}, {"http_status": 301, "location": dice.choice(urls)}])
        )
        guid = dice.choice([None, None, "guid-00001", "guid-00002"])
        looks.append(
            look(dice.randrange(40), state, url=url, record_id=f"urn:uuid:{n}", seq=n, guid=guid, **fields)
        )
    return looks


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_stories(seed, dice):
    looks = town(seed)
    decisions = [decide("split", ONE, THREE), decide("merge", TWO, THREE)] if seed % 2 else []
    expected = group(looks, decisions)
    mixed = looks + looks[:4]
    dice.shuffle(mixed)
    assert group(mixed, decisions) == expected
    assert sorted(o.record_id for g in expected for o in g.observations) == sorted(o.record_id for o in looks)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_what_shared_keys_connect_can_be_grouped_alone(seed):
    looks = town(seed)
    together = shape(group(looks))
    apart = []
    for component in connected(looks):
        apart += group(component)
    assert shape(apart) == together


def connected(looks):
    """Captures connected through shared keys, as ingest finds them."""
    parts = []
    for one in looks:
        keys, members = set(identity_keys(one)), [one]
        rest = []
        for other_keys, others in parts:
            if other_keys & keys:
                keys |= other_keys
                members += others
            else:
                rest.append((other_keys, others))
        parts = [*rest, (keys, members)]
    return [members for _, members in parts]


@pytest.mark.parametrize("count", [3_000])
def test_many_stories_are_grouped_in_one_pass(count):
    looks = [look(n / 60, None, url=f"{SITE}/news/a-slug-of-words-{n}-{1_000_000 + n}") for n in range(count)]
    assert len(group(looks)) == count
