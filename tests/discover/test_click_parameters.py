"""Parameters that say where a reader clicked are learnt from an outlet's own pages."""

from __future__ import annotations

from collections import Counter

import pytest

from newsarchive.discover.click_parameters import Fates, canonical_of, fate, varying, without

SITE = "https://ledger.example"
FERRY = f"{SITE}/2026/11/28/ferry-sails-again"
MILL = f"{SITE}/2026/11/28/mill-closes-its-doors"
POOL = f"{SITE}/2026/11/27/pool-opens-in-spring"


@pytest.mark.parametrize(
    ("links", "names"),
    [
        pytest.param(
            [(f"{FERRY}?pos=1", "Ferry"), (f"{FERRY}?pos=7", ""), (f"{MILL}?pos=2", "Mill"), (f"{MILL}?pos=9", "Mill")],
            {"pos"},
            id="two stories, each with a picture's or a second link",
        ),
        pytest.param(
            [(f"{FERRY}?cid=lead&pos=1", "Ferry"), (FERRY, "Ferry"), (f"{MILL}?cid=box&pos=3", None), (MILL, "Mill")],
            {"cid", "pos"},
            id="with them and without",
        ),
        pytest.param([(f"{FERRY}?pos=1", ""), (f"{FERRY}?pos=2", "")], set(), id="one story is no evidence"),
        pytest.param(
            [(f"{SITE}/story.php?id={n}", f"Story {n}") for n in range(40)], set(), id="numbers of stories"
        ),
        pytest.param(
            [
                (f"{SITE}/story.php?id={n}&slot={slot}", f"Story {n}")
                for n in range(70001, 70004)
                for slot in "ab"
            ],
            set(),
            id="of stories that only a parameter tells apart nothing is learnt",
        ),
        pytest.param(
            [(f"{FERRY}?post={n}", f"At {n} o'clock") for n in range(3)]
            + [(f"{MILL}?post={n}", f"Hour {n}") for n in range(3)],
            set(),
            id="posts of a live blog have headlines of their own",
        ),
        pytest.param(
            [(f"{SITE}/markets?tab={n}", "") for n in range(3)] + [(f"{SITE}/sport?tab={n}", "") for n in range(3)],
            set(),
            id="lists are no stories",
        ),
    ],
)  # fmt: skip
def test_links_of_one_page_that_differ_in_a_parameter_alone(links, names):
    assert varying(links) == names


@pytest.mark.parametrize(
    ("url", "names", "bare"),
    [
        (f"{FERRY}?pos=1&cid=lead#top", {"pos", "cid"}, f"{FERRY}#top"),
        (f"{FERRY}?id=5&pos=1", {"pos"}, f"{FERRY}?id=5"),
        (f"{FERRY}?q=a%20b", {"pos"}, f"{FERRY}?q=a%20b"),
        (FERRY, {"pos"}, FERRY),
    ],
)
def test_only_what_is_learnt_is_taken_off(url, names, bare):
    assert without(url, names) == bare


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b'<head><link rel="canonical" href="/a?x=1&amp;y=2">', f"{SITE}/a?x=1&y=2"),
        (b"<LINK HREF='https://ledger.example/b' REL=canonical>", f"{SITE}/b"),
        (b'<link rel="alternate" href="/c"><link rel=canonical href=/d>', f"{SITE}/d"),
        (b'<link rel="stylesheet" href="/canonical.css">', ""),
        (b'<link rel="canonical" href="http://[half">', ""),
        (b"", ""),
    ],
)
def test_the_canonical_address_is_read_without_a_parser(head, found):
    assert canonical_of(head, f"{SITE}/page?x=9") == found


@pytest.mark.parametrize(
    ("url", "canonical", "found"),
    [
        (f"{FERRY}?pos=3", FERRY, {"pos": True}),
        (f"{FERRY}?id=8&pos=3", f"{FERRY}?id=8", {"id": False, "pos": True}),
        (f"{FERRY}?pos=3", SITE, {}),  # every page names the front page: says nothing
        (f"{FERRY}?pos=3", "", {}),
        (FERRY, FERRY, {}),
    ],
)
def test_what_the_canonical_address_lacks(url, canonical, found):
    assert fate(url, canonical) == found


@pytest.mark.parametrize(("lacking", "having", "learnt"), [(5, 0, ("pos",)), (4, 0, ()), (500, 1, ())])
def test_five_pages_without_exception_are_enough(lacking, having, learnt):
    assert Fates(Counter(pos=lacking), Counter(pos=having)).of_clicks() == learnt
