"""Front and section pages: which story is in which place, under which headline, how big.

The place is the order in which a reader comes to the stories, menus left out; the size is what is seen of it beside the headline: a picture, a
standfirst. Which links are stories decides `sections`, what a card's headline is `front_headlines`. Pure; takes nothing but the page, so what it says of an archived page is the same
whenever it is asked. Tested in tests/discover/test_front_pages.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from newsarchive.discover.front_headlines import (
    HEADINGS,
    PICTURES,
    SEVERAL,
    Card,
    clean,
    headlines_of,
    is_named,
    labels_of,
    text_of,
)
from newsarchive.discover.sections import is_menu, read_section
from newsarchive.discover.url_shapes import shape_of
from newsarchive.urls import key_or_empty, without_tracking
from newsarchive.web.html_tree import Element, parse
from newsarchive.web.links import absolute, base_of

Size = Literal["lead", "large", "medium", "small"]
MAX_ITEMS = 500
FIRST = 5  # stories among which the lead is
MAX_LINKS = 20  # of one card to its story that are read
MIN_STANDFIRST = 40  # characters of a text beside the headline
NEARLY_ALL = 0.8  # of the links of a page
_STEPS = 14  # ancestors of a link among which its card is
_CARDS = frozenset(["article", "li", "tr"])
_WHOLE = frozenset(["main", "body", "html", "table", "ul", "ol"])
_LEAD_HEADINGS = {"h1": 3.0, "h2": 1.0}
_LEAD = re.compile(
    r"(?:^|[^a-z])(?:lead|hero|splash|top-?story|main-?story|opener|aufmacher|apertura|xl|jumbo)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontItem:
    """A story on a page. `position` counts from 1; `size` is `lead` for one story at most."""

    position: int
    size: Size
    headline: str
    url: str


def read_front(text: str, url: str, *, domains: tuple[str, ...] = ()) -> tuple[FrontItem, ...]:
    """Return the stories of an HTML page, in its order, each once; at most `MAX_ITEMS`.

    Args:
        text: The page, decoded.
        url: Where it came from.
        domains: Hosts whose pages are the outlet's; else the page's own host.
    """
    root = parse(text)
    if root is None:
        return ()
    known = _alike({link for link, _ in read_section(text, url, domains=domains).articles})
    cards = list(_cards(root, base_of(root, url), known))[:MAX_ITEMS]
    found = [
        (card, headline, _has_picture(card), _has_standfirst(card, headline))
        for card, headline in _titled(cards)
        if headline
    ]
    lead = _lead(found)
    return tuple(
        FrontItem(
            position=place,
            size="lead" if card is lead else ("small", "medium", "large")[picture + standfirst],
            headline=headline,
            url=without_tracking(card.url),
        )
        for place, (card, headline, picture, standfirst) in enumerate(found, 1)
    )


def _alike(links: set[str]) -> set[str]:
    """The links without those in whose directory none has a date or a number, where nearly all have."""
    marked = {link for link in links if (shape := shape_of(link)).has_date or shape.has_id}
    places = {link.rpartition("/")[0] for link in marked}
    near = {link for link in links if link.rpartition("/")[0] in places}
    return near if len(marked) >= NEARLY_ALL * len(links) else links


def _titled(cards: Sequence[Card]) -> list[tuple[Card, str]]:
    """The cards with their headlines, without those that several others share but for a number ("3 comments") without heading or picture."""
    headlines = headlines_of(cards)
    names = [
        re.sub(r"\d+", "", headline) if next(card.element.iter(*HEADINGS, *PICTURES), None) is None else ""
        for card, headline in zip(cards, headlines, strict=True)
    ]
    counts = Counter(filter(None, names))
    is_shared = [SEVERAL <= counts[name] <= len(cards) / 2 for name in names]
    return [
        (card, text) for card, text, shared in zip(cards, headlines, is_shared, strict=True) if not shared
    ]


# ---------------------------------------------------------------- cards


def _cards(root: Element, base: str, known: set[str]) -> Iterator[Card]:
    """The card of each story, in the page's order, at the first place that is no menu's."""
    anchors = [(anchor, absolute(base, anchor.get("href") or "")) for anchor in root.iter("a")]
    anchors = [(anchor, url) for anchor, url in anchors if url in known and not _is_in_menu(anchor)]
    owners = _owners(anchors)
    by_card: dict[Element, Card] = {}
    for anchor, url in anchors:
        element = _card_of(anchor, owners)
        if element in by_card:
            if len(by_card[element].anchors) < MAX_LINKS:
                by_card[element].anchors.append(anchor)
        else:
            by_card[element] = Card(url, [anchor], element)
    seen: set[str] = set()
    found = [(key_or_empty(card.url), card) for card in by_card.values()]
    for n, (key, card) in enumerate(found, 1):
        pictured = any(next(labels_of(anchor), "") for anchor in card.anchors) and not any(
            key == near and _has_words(other) for near, other in found[n : n + FIRST]
        )
        if key not in seen and (pictured or _has_words(card)):
            seen.add(key)
            yield card


def _has_words(card: Card) -> bool:
    return any(text_of(anchor) or anchor.get("aria-label") for anchor in card.anchors)


def _owners(anchors: Iterable[tuple[Element, str]]) -> dict[Element, str]:
    """For each element around a story's link the story, empty where there are several."""
    owners: dict[Element, str] = {}
    for anchor, url in anchors:
        here = anchor
        for _ in range(_STEPS):
            if here is None or owners.setdefault(here, url) == "":
                break
            if owners[here] != url:
                owners[here] = ""
            here = here.getparent()
    return owners


def _card_of(anchor: Element, owners: dict[Element, str]) -> Element:
    """The largest element around a link that has no link to another story."""
    card = here = anchor
    for _ in range(_STEPS):
        here = here.getparent()
        if here is None or here.tag in _WHOLE or not owners.get(here):
            break
        card = here
        if here.tag in _CARDS:
            break
    return card


def _is_in_menu(anchor: Element) -> bool:
    """Whether a link is in a menu or a dialog, or in the head or foot of the page (not of an article)."""
    here = anchor.getparent()
    while here is not None:
        if is_menu(here):
            return True
        if here.tag in ("header", "footer"):
            return not any(a.tag in ("article", "section", "main", "li") for a in here.iterancestors())
        if here.tag == "article":
            return False
        here = here.getparent()
    return False


# ---------------------------------------------------------------- sizes


def _has_picture(card: Card) -> bool:
    return next(card.element.iter(*PICTURES), None) is not None


def _has_standfirst(card: Card, headline: str) -> bool:
    """Whether a text of some length is beside the headline."""
    for element in card.element.iter("p", "div", "span", "a", "dd", "td"):
        own = clean((element.text or "") + " ".join(child.tail or "" for child in element))
        if len(own) >= MIN_STANDFIRST and own not in headline and headline not in own:
            return True
    return False


def _lead(found: list[tuple[Card, str, bool, bool]]) -> Card | None:
    """The story that the page makes most of, if it is one alone and among the first five."""
    scores = [_weight(card) + picture + standfirst for card, _, picture, standfirst in found]
    best = max(scores, default=0.0)
    at = scores.index(best) if scores.count(best) == 1 and len(scores) > 1 else FIRST
    return found[at][0] if at < FIRST else None


def _weight(card: Card) -> float:
    """How much the markup makes of a card: the rank of its heading, and names such as "lead"."""
    heading = next(card.element.iter(*HEADINGS), None)
    around = [card.element, *list(card.element.iterancestors())[:2]]
    named = any(is_named(e, _LEAD) for e in (*around, *card.element.iterdescendants()))
    return (_LEAD_HEADINGS.get(heading.tag, 0.0) if heading is not None else 0.0) + 1.5 * named
