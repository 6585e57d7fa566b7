"""Front and section pages: which story is in which place, under which headline, how big.

The place is the order in which a reader comes to the stories, menus left out; the size is what is seen of it beside the headline: a picture, a
standfirst. Which links are stories decides `sections`. Pure; takes nothing but the page, so what it says of an archived page is the same
whenever it is asked. Tested in tests/discover/test_front_pages.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from lxml.etree import iterwalk

from newsarchive.discover.sections import read_section
from newsarchive.discover.url_shapes import shape_of
from newsarchive.urls import key_or_empty, without_tracking
from newsarchive.web.html_tree import Element, parse
from newsarchive.web.links import absolute, base_of

Size = Literal["lead", "large", "medium", "small"]
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MAX_ITEMS = 500
FIRST = 5  # stories among which the lead is
MAX_LINKS = 20  # of one card to its story that are read
MAX_HEADLINE = 300  # characters; a longer text is a whole teaser
MIN_HEADLINE = 10  # characters; a shorter text is "More" or a time, where there is a longer one
MIN_TITLE = 20  # characters of a part of a link that may be its headline; what is shorter may be a kicker
MIN_STANDFIRST = 40  # characters of a text beside the headline
NEARLY_ALL = 0.8  # of the links of a page
_STEPS = 14  # ancestors of a link among which its card is
_CARDS = frozenset(["article", "li", "tr"])
_WHOLE = frozenset(["main", "body", "html", "table", "ul", "ol"])
_INLINE = frozenset(
    ["em", "i", "q", "u", "mark", "sub", "sup", "wbr", "abbr", "cite", "bdi"]
)  # within a sentence
_PICTURES = ("img", "picture", "video", "amp-img")
_NO_HEADLINE = frozenset(["script", "style", "svg", "time", "template", "figure", *_PICTURES])
_LEAD_HEADINGS = {"h1": 3.0, "h2": 1.0}
# Tokens in the class or data attribute of an element, as outlets of many languages name the parts of a teaser.
_TITLE = re.compile(
    r"(?:^|[^a-z])(?:head(?:line|ing)?|hed|title|titel|titre|titolo|titulo|tit)(?:$|[^a-z])", re.IGNORECASE
)
_KICKER = re.compile(
    r"kicker|overline|eyebrow|topline|roofline|dachzeile|spitzmarke|antetitulo|occhiello|surtitre|label|badge|flag|(?:^|[^a-z])tag(?:$|[^a-z])"
    r"|category|rubri|section-name|series|live|icon|sr-only|visually-hidden|screen-?reader|duration|timestamp|(?:^|[^a-z])(?:topic|date|time|meta)",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:^|[^a-z])(?:lead|hero|splash|top-?story|main-?story|opener|aufmacher|apertura|xl|jumbo)",
    re.IGNORECASE,
)
JOINT = "\x1f"
_JOINT_BEFORE_MARK = re.compile(f"{JOINT}(?=[{JOINT},.;:!?)\\]”’»])")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_MARKS = frozenset("|·•›>»–-")  # bullets, arrows and dashes around a headline


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontItem:
    """A story on a page. `position` counts from 1; `size` is `lead` for one story at most."""

    position: int
    size: Size
    headline: str
    url: str


@dataclass(slots=True)
class _Card:
    """All that is on the page of one story at its first place."""

    url: str
    anchors: list[Element]
    element: Element


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
        for card in cards
        if (headline := _headline(card))
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
    """The links without those that have neither date nor number, where nearly all have."""
    marked = {link for link in links if (shape := shape_of(link)).has_date or shape.has_id}
    return marked if len(marked) >= NEARLY_ALL * len(links) else links


# ---------------------------------------------------------------- cards


def _cards(root: Element, base: str, known: set[str]) -> Iterator[_Card]:
    """The card of each story, in the page's order, at the first place that is no menu's."""
    anchors = [(anchor, absolute(base, anchor.get("href") or "")) for anchor in root.iter("a")]
    anchors = [(anchor, url) for anchor, url in anchors if url in known and not _is_in_menu(anchor)]
    owners = _owners(anchors)
    by_card: dict[Element, _Card] = {}
    for anchor, url in anchors:
        element = _card_of(anchor, owners)
        if element in by_card:
            if len(by_card[element].anchors) < MAX_LINKS:
                by_card[element].anchors.append(anchor)
        else:
            by_card[element] = _Card(url, [anchor], element)
    seen: set[str] = set()
    for card in by_card.values():
        key = key_or_empty(card.url)
        if key not in seen and any(_text(anchor) or anchor.get("aria-label") for anchor in card.anchors):
            seen.add(key)
            yield card


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
    """Whether a link is in a menu, or in the head or foot of the page (not of an article)."""
    here = anchor.getparent()
    while here is not None:
        if here.tag == "nav" or (here.get("role") or "") in ("navigation", "banner", "contentinfo", "menu"):
            return True
        if here.tag in ("header", "footer"):
            return not any(a.tag in ("article", "section", "main", "li") for a in here.iterancestors())
        if here.tag == "article":
            return False
        here = here.getparent()
    return False


# ---------------------------------------------------------------- headlines


def _headline(card: _Card) -> str:
    """The headline of a card: of its heading, else of what is named a title, else of its first long link.

    Where a link's label or title is the end of it, what is before is a kicker.
    """
    stated = (anchor.get(name) for anchor in card.anchors for name in ("aria-label", "title"))
    labels = [label for name in stated if (label := _clean(name or ""))]
    for choose, read in ((_headings, _own_text), (_titles, _own_text), (_links, _first_text)):
        parts = dict.fromkeys(choose(card))
        texts = [text for element in parts if (text := read(element)) and len(text) <= MAX_HEADLINE]
        if texts:
            text = next((text for text in texts if len(text) >= MIN_HEADLINE), texts[0])
            return next((label for label in labels if text.endswith(f" {label}")), text)
    return next((label for label in labels if len(label) <= MAX_HEADLINE), "")


def _headings(card: _Card) -> Iterator[Element]:
    """Headings in or around the links, then others of the card that link nowhere else."""
    for anchor in card.anchors:
        yield from anchor.iter(*HEADINGS)
        yield from (
            a
            for a in anchor.iterancestors(*HEADINGS)
            if a is card.element or card.element in a.iterancestors()
        )
    yield from (h for h in card.element.iter(*HEADINGS) if next(h.iter("a"), None) is None)


def _titles(card: _Card) -> Iterator[Element]:
    for anchor in card.anchors:
        yield from filter(_is_title, anchor.iterdescendants())
    yield from filter(_is_title, card.anchors)
    yield from filter(_is_title, card.element.iterdescendants())


def _links(card: _Card) -> Iterator[Element]:
    """The links, those in running text last."""
    yield from sorted(card.anchors, key=lambda anchor: next(anchor.iterancestors("p"), None) is not None)


def _own_text(element: Element) -> str:
    """An element's text without kickers and labels; of one that has a part named a title that part's."""
    inner = next(filter(_is_title, element.iterdescendants()), None)
    if inner is not None and 2 * len(_text(inner)) >= len(_text(element)):
        element = inner
    kept = _JOINT_BEFORE_MARK.sub("", "".join(_kept_texts(element)))
    return _clean(kept.replace(JOINT, " ")) or _text(element)


def _first_text(link: Element) -> str:
    """Of a link whose parts have no names the first part that is as long as a headline, else all of it."""
    parts = [""]
    for event, element in iterwalk(link, events=("start", "end")):
        is_part = isinstance(element.tag, str) and element.tag not in _INLINE and element is not link
        parts += [""] if is_part else []
        parts[-1] += (element.text if event == "start" else element.tail if element is not link else "") or ""
    return next((text for part in parts if len(text := _clean(part)) >= MIN_TITLE), _own_text(link))


def _kept_texts(element: Element) -> Iterator[str]:
    """The texts of a headline, with a JOINT where an element that isn't within a sentence begins or ends."""
    yield element.text or ""
    for child in element:
        joint = "" if child.tag in _INLINE else JOINT
        yield joint
        if isinstance(child.tag, str) and child.tag not in _NO_HEADLINE and not _is_kicker(child):
            yield from _kept_texts(child)
        yield joint + (child.tail or "")


def _is_title(element: Element) -> bool:
    return _is_named(element, _TITLE) and not _is_kicker(element)


def _is_kicker(element: Element) -> bool:
    """Whether an element is named as what is beside a headline; what is called "title-label" is one if it's the shorter part."""
    if not _is_named(element, _KICKER):
        return False
    parent = element.getparent()
    return parent is None or not _is_named(element, _TITLE) or 2 * len(_text(element)) < len(_text(parent))


def _is_named(element: Element, pattern: re.Pattern[str]) -> bool:
    if not isinstance(element.tag, str):
        return False
    names = (
        element.get("class"),
        element.get("data-testid"),
        element.get("data-role"),
        element.get("itemprop"),
    )
    return any(pattern.search(name) for name in names if name)


def _text(element: Element) -> str:
    return _clean("".join(element.itertext()))


def _clean(text: str) -> str:
    words = _INVISIBLE.sub("", text).split()
    while words and words[-1] in _MARKS:
        words.pop()
    first = next((n for n, word in enumerate(words) if word not in _MARKS), len(words))
    return " ".join(words[first:]).strip("|·•›>")  # a quotation may begin with », a number with -


# ---------------------------------------------------------------- sizes


def _has_picture(card: _Card) -> bool:
    return next(card.element.iter(*_PICTURES), None) is not None


def _has_standfirst(card: _Card, headline: str) -> bool:
    """Whether a text of some length is beside the headline."""
    for element in card.element.iter("p", "div", "span", "a", "dd", "td"):
        own = _clean((element.text or "") + " ".join(child.tail or "" for child in element))
        if len(own) >= MIN_STANDFIRST and own not in headline and headline not in own:
            return True
    return False


def _lead(found: list[tuple[_Card, str, bool, bool]]) -> _Card | None:
    """The story that the page makes most of, if it is one alone and among the first five."""
    scores = [_weight(card) + picture + standfirst for card, _, picture, standfirst in found]
    best = max(scores, default=0.0)
    at = scores.index(best) if scores.count(best) == 1 and len(scores) > 1 else FIRST
    return found[at][0] if at < FIRST else None


def _weight(card: _Card) -> float:
    """How much the markup makes of a card: the rank of its heading, and names such as "lead"."""
    heading = next(card.element.iter(*HEADINGS), None)
    around = [card.element, *list(card.element.iterancestors())[:2]]
    named = any(_is_named(e, _LEAD) for e in (*around, *card.element.iterdescendants()))
    return (_LEAD_HEADINGS.get(heading.tag, 0.0) if heading is not None else 0.0) + 1.5 * named
