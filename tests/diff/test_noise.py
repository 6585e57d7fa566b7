"""Lines that change by themselves are known by rules; prose never is one."""

from __future__ import annotations

import pytest

from newsarchive.diff.noise import RULES, noise

EXAMPLES = [(r.name, e) for r in RULES for e in r.examples]
PROSE = [
    "Prices rose 5 minutes ago.",
    "Three people have died and 12 were hurt.",
    "The council updated its plan on 5 March 2024, and the bridge will be closed for good.",
    "He shared the prize with Anna.",
    "Related companies were searched on Monday.",
    "12 people were hurt",
    "Vor 5 Jahren begann der Bau der Brücke.",
    "Share prices fell by 5 per cent.",
    "Print newspapers are in trouble, the union says.",
    "Copyright law is to change next year. Publishers hope for more money.",
    "Read more slowly, a teacher advises.",
    "Werbung für Tabak wird verboten.",
    "14,000 views were asked for in the survey",
    "Comments by the minister angered farmers.",
    "« Oui », dit-il.",
    "The 5 minute read that changed my life",
    "Yesterday, the mayor resigned.",
    "Up 3.5 > 2 per cent",
    "<pros> and <cons>: lists of good and bad",
    "select a -> b ->> c from t",
]


@pytest.mark.parametrize(("name", "example"), EXAMPLES, ids=[e[:30] for _, e in EXAMPLES])
def test_each_rule_knows_its_examples(name, example):
    assert noise(example) == name


@pytest.mark.parametrize("line", PROSE)
def test_prose_is_no_noise(line):
    assert noise(line) == ""


def test_parts_between_bars_are_judged_one_by_one():
    assert noise("5 minutes ago | 12 comments | Share")
    assert noise("5 minutes ago | The minister resigns") == ""


def test_a_long_paragraph_is_prose_whatever_it_holds():
    assert noise("Share " * 60) == ""
    assert noise("   ") == "empty"
