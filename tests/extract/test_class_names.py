"""What names say of an element's purpose."""

from __future__ import annotations

import pytest

from newsarchive.extract.class_names import BIT, GROUPS, STEMS, mask_of


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        ("article-body", {"body"}),
        ("field field--name-body", {"body"}),
        ("newsletter-signup", {"newsletter"}),
        ("relatedPosts", {"related", "article"}),
        ("NewsletterBox", {"newsletter", "box"}),
        ("author-bio", {"bio"}),
        ("css-1x8q0kd", set()),
        ("unrelatedly", set()),
        ("sc-bdVaJa kXyzQp", set()),
    ],
)
def test_names_and_their_groups(names: str, groups: set[str]) -> None:
    mask = mask_of(names)
    assert {g for g in GROUPS if mask & BIT[g]} == groups


def test_each_group_has_a_bit_of_its_own() -> None:
    assert len({BIT[g] for g in STEMS}) == len(STEMS)
