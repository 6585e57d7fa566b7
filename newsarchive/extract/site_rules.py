"""Dated rules of one outlet, applied to a page's tree: keep, drop, or take as the root.

A rule holds for pages fetched within its dates; without a fetch date every undated rule holds, a dated one
doesn't. A selector that isn't CSS, or finds nothing, changes nothing and is told in a warning.
Tested in tests/extract/test_site_rules.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from newsarchive.extract.blocks import BlockNode
from newsarchive.model import SiteRule
from newsarchive.web.html_tree import Element


@dataclass(slots=True)
class Ruled:
    """Elements that rules name, by identity, each with the rule that named it."""

    keep: dict[Element, SiteRule] = field(default_factory=dict)
    drop: dict[Element, SiteRule] = field(default_factory=dict)
    root: dict[Element, SiteRule] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.keep or self.drop or self.root)

    def verdict(self, node: BlockNode) -> tuple[str, SiteRule | None]:
        """What the nearest ruled container says of a block: keep, drop, outside (of the root), or nothing."""
        inside = False
        at: BlockNode | None = node
        while at is not None:
            if at.element in self.drop:
                return "drop", self.drop[at.element]
            if at.element in self.keep:
                return "keep", self.keep[at.element]
            inside = inside or at.element in self.root
            at = at.parent
        if self.root and not inside:
            return "outside", next(iter(self.root.values()))
        return "", None


def holds(rule: SiteRule, fetched_at: datetime | None) -> bool:
    """Whether the rule holds for a page fetched then."""
    if rule.since is None and rule.until is None:
        return True
    if fetched_at is None:
        return False
    day = fetched_at.date()
    return (rule.since is None or rule.since <= day) and (rule.until is None or day <= rule.until)


def apply_rules(root: Element, rules: Iterable[SiteRule], fetched_at: datetime | None) -> Ruled:
    """The elements that the valid ones of `rules` name in `root`."""
    ruled = Ruled()
    for rule in rules:
        if not holds(rule, fetched_at):
            continue
        found = _select(root, rule.selector)
        if found is None:
            ruled.warnings.append(f"rule '{rule.selector}' isn't a CSS selector")
        elif not found:
            ruled.warnings.append(f"rule '{rule.selector}' finds nothing")
        else:
            target = {"keep": ruled.keep, "drop": ruled.drop, "root": ruled.root}[rule.action]
            for element in found:
                target.setdefault(element, rule)
    return ruled


def _select(root: Element, selector: str) -> Sequence[Element] | None:
    compiled = _compiled(selector)
    return None if compiled is None else list(compiled(root))


@lru_cache(maxsize=500)
def _compiled(selector: str) -> Any:
    from cssselect import SelectorError
    from lxml.cssselect import CSSSelector

    try:
        return CSSSelector(selector, translator="html")
    except (SelectorError, ValueError):
        return None
