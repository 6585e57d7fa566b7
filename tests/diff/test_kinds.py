"""The table of kinds: an order of weight, rules with reasons."""

from __future__ import annotations

from newsarchive.diff.kinds import BY_NAME, KINDS, in_order, makes_version


def test_kinds_are_ordered_by_weight_and_named_once():
    assert len(BY_NAME) == len(KINDS)
    assert in_order(["typo", "headline", "typo", "correction"]) == ("correction", "headline", "typo")


def test_what_is_no_version_is_never_significant():
    assert all(not k.significant for k in KINDS if not k.is_version)
    assert all(k.rule for k in KINDS)


def test_one_kind_that_a_reader_reads_makes_a_version():
    assert makes_version(["noise", "typo"])
    assert not makes_version(["noise", "layout", "dates", "image", "section", "tags", "credits", "details"])
    assert not makes_version([])
