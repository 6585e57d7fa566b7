"""The table of kinds: an order of weight, rules with reasons."""

from __future__ import annotations

from newsarchive.diff.compare import BY_NAME, KINDS, in_order, makes_version


def test_kinds_are_ordered_by_weight_and_named_once():
    assert len(BY_NAME) == len(KINDS)
    assert in_order(["typo", "headline", "typo", "correction"]) == ("correction", "headline", "typo")


def test_what_is_no_version_is_never_significant():
    assert all(not k.significant for k in KINDS if not k.is_version)
    assert all(k.rule for k in KINDS)


def test_one_kind_that_a_reader_reads_makes_a_version():
    assert makes_version(["noise", "typo"])
    assert not makes_version(
        ["noise", "layout", "page dates", "image", "section", "tags", "credits", "details"]
    )
    assert not makes_version([])


def test_every_kind_and_rule_stands_in_the_docs():
    from newsarchive.diff.noise import RULES
    from tests.conftest import ROOT

    page = (ROOT / "docs" / "versions.md").read_text(encoding="utf-8")
    assert [k.name for k in KINDS if f"`{k.name}`" not in page] == []
    words = {"counter": "counters", "relative time": "relative\n  times", "share line": "share lines", "related link": "related links", "copyright line": "copyright lines", "advertisement": "advertisements"}  # fmt: skip
    assert [r.name for r in RULES if words.get(r.name, r.name) not in page] == []
