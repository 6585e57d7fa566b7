"""Dated rules of an outlet."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from newsarchive.extract import extract_article
from newsarchive.extract.site_rules import holds
from newsarchive.model import SiteRule
from tests.extract.pages import STORY, page

URL = "https://veldt.example/a"
ASIDE = '<div class="gloss"><p>The word quay comes to us from the old tongue of the coast, and is said as if it were a key.</p></div>'


def test_a_dropped_element_is_removed_with_the_rule_as_its_reason() -> None:
    rule = SiteRule(action="drop", selector="div.field--name-body > p:nth-of-type(2)")
    article = extract_article(page(), URL, rules=(rule,))
    assert article.paragraphs == (STORY[0], *STORY[2:])
    assert any(b.reason == f"site rule '{rule.selector}'" and b.text == STORY[1] for b in article.removed)


def test_a_kept_element_is_kept_whatever_the_model_thinks() -> None:
    article = extract_article(page(), URL, rules=(SiteRule(action="keep", selector="footer p"),))
    assert "all rights reserved" in article.text


def test_outside_the_root_nothing_is_kept() -> None:
    data = page(extra=ASIDE)
    article = extract_article(data, URL, rules=(SiteRule(action="root", selector="div.field--name-body"),))
    assert article.paragraphs == STORY


@pytest.mark.parametrize("selector", ["div.nowhere", "div[", "p:has(", ""])
def test_a_rule_that_finds_nothing_changes_nothing_and_says_so(selector: str) -> None:
    article = extract_article(page(), URL, rules=(SiteRule(action="drop", selector=selector),))
    assert article.paragraphs == STORY
    assert any(selector in w for w in article.warnings)


@pytest.mark.parametrize(
    ("since", "until", "fetched", "expected"),
    [
        (None, None, None, True),
        (date(2024, 1, 1), None, None, False),
        (date(2024, 1, 1), None, datetime(2024, 1, 1, tzinfo=UTC), True),
        (date(2024, 1, 2), None, datetime(2024, 1, 1, tzinfo=UTC), False),
        (None, date(2024, 1, 1), datetime(2024, 1, 1, 23, tzinfo=UTC), True),
        (None, date(2024, 1, 1), datetime(2024, 1, 2, tzinfo=UTC), False),
    ],
)
def test_dates_of_validity(
    since: date | None, until: date | None, fetched: datetime | None, expected: bool
) -> None:
    assert holds(SiteRule(action="drop", selector="p", since=since, until=until), fetched) is expected
