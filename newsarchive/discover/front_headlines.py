"""The headlines of a front page's cards, as a reader sees them: without kickers, flags, times, authors and counts.

What a page names a heading or a title is one; where it names nothing, the lengths of a link's parts and what the page's other cards have in the
same place decide. Never decides which links are stories. No list of words, in any language. Pure. Tested in tests/discover/test_front_pages.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lxml.etree import iterwalk

from newsarchive.discover.sections import sign_of, size_of
from newsarchive.web.html_tree import Element

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
SEVERAL = 3  # cards
MAX_HEADLINE = 300  # characters; a longer text is a whole teaser
MIN_HEADLINE = 10  # characters; a shorter text is "More" or a time, where there is a longer one
MIN_TITLE = 20  # characters of a part of a link that may be its headline; what is shorter may be a kicker
MAX_LEAD_IN = 40  # characters of what a bar sets apart before a headline
_INLINE = frozenset(
    ["em", "i", "q", "u", "mark", "sub", "sup", "wbr", "abbr", "cite", "bdi"]
)  # within a sentence
PICTURES = ("img", "picture", "video", "amp-img")
_NO_HEADLINE = frozenset(["script", "style", "svg", "time", "template", "figure", *PICTURES])
# Tokens in the class or data attribute of an element, as outlets of many languages name the parts of a teaser.
_TITLE = re.compile(
    r"(?:^|(?<!sub)[^a-z]|(?<!sub)(?=(?-i:[A-Z])))(?:head(?:line|ing)?|hed|title|titel|titre|titolo|titulo|tit)(?:$|[^a-z])",
    re.IGNORECASE,
)
_KICKER = re.compile(
    r"kicker|overline|eyebrow|topline|roofline|dachzeile|spitzmarke|antetitulo|occhiello|surtitre|label|badge|flag|(?:^|[^a-z])tag(?:$|[^a-z])"
    r"|category|rubri|section-name|series|live|icon|(?:^|[^a-z])ico[-_]|sr-only|visually-hidden|screen-?reader|duration|timestamp|(?:^|[^a-z])(?:topic|date|time|meta)",
    re.IGNORECASE,
)
JOINT = "\x1f"
_BARS = ("|", "+++")
_ENDS = (":", "/", *_BARS)  # what is set before a headline ends with one
BREAK = "\x1e"  # of a line
_WIDE = "[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]"
_JOINT_BEFORE_MARK = re.compile(
    f"{JOINT}(?=[{JOINT},.;:!?)\\]’]|[”»](?!\\w))|(?<={_WIDE}){BREAK}+(?={_WIDE})"
)
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
_MARKS = frozenset("|·•›>»–-")  # bullets, arrows and dashes around a headline


@dataclass(slots=True)
class Card:
    """All that is on the page of one story at its first place."""

    url: str
    anchors: list[Element]
    element: Element


def headlines_of(cards: Sequence[Card]) -> list[str]:
    """Return the headline of each card, empty where there is none; takes flags such as "LIVE" out of the cards."""
    _drop_flags(cards)
    signs = frozenset(
        part.sign for card in cards for link in card.anchors for part in _long_parts(_parts(link))[:1]
    )
    return [_headline(card, signs) for card in cards]


def labels_of(anchor: Element) -> Iterator[str]:
    """Yield what a link says of itself beside its text: its label, its title, what its pictures are called."""
    stated = [anchor.get("aria-label"), anchor.get("title"), *(i.get("alt") for i in anchor.iter("img"))]
    yield from (label for text in stated if text and (label := " ".join(text.split())))


def _drop_flags(cards: Iterable[Card]) -> None:
    """Take out what is an element in capitals, the same in several cards: "LIVE", "EXCLUSIVE"."""
    found = [
        (text, element)
        for card in cards
        for text, element in {
            text_of(element): element
            for element in card.element.iterdescendants()
            if len(element) == 0 and isinstance(element.tag, str) and (element.text or "").isupper()
        }.items()
    ]
    counts = Counter(text for text, _ in found)
    for text, element in found:
        if counts[text] >= SEVERAL:
            element.text = None


def _headline(card: Card, signs: frozenset[str]) -> str:
    """The headline of a card: of its heading, else of what is named a title, else of its first long link.

    Where a link's label or title is the end of it, what is before is a kicker. `signs`: of the parts of links that are headlines on this page.
    """
    stated = (anchor.get(name) for anchor in card.anchors for name in ("aria-label", "title"))
    labels = [label for name in stated if (label := clean(name or "")) and len(label) <= MAX_HEADLINE]
    readers: tuple[tuple[Callable[[Card], Iterator[Element]], Callable[[Element], str]], ...] = (
        (_headings, _own_text),
        (_titles, _own_text),
        (_beside, _own_text),
        (_links, lambda link: _first_text(link, signs)),
    )
    for choose, read in readers:
        parts = dict.fromkeys(choose(card))
        texts = [text for element in parts if (text := read(element)) and len(text) <= MAX_HEADLINE]
        if texts:
            text = next((text for text in texts if len(text) >= MIN_HEADLINE), texts[0])
            if choose is _links and len(text) < MIN_HEADLINE:
                text = next((label for label in labels if len(label) >= MIN_HEADLINE), text)
            return next((label for label in labels if text.endswith(f" {label}")), text)
    pictures = (clean(label) for anchor in card.anchors for label in labels_of(anchor))
    return next((label for label in (*labels, *pictures) if len(label) <= MAX_HEADLINE), "")


def _headings(card: Card) -> Iterator[Element]:
    """Headings in or around the links."""
    for anchor in card.anchors:
        yield from anchor.iter(*HEADINGS)
        yield from (element for element in _around(anchor, card) if element.tag in HEADINGS)


def _titles(card: Card) -> Iterator[Element]:
    """What is named a title in the links, the links, and what is around them."""
    for anchor in card.anchors:
        yield from filter(_is_title, anchor.iterdescendants())
    yield from filter(_is_title, card.anchors)
    for anchor in card.anchors:
        yield from filter(_is_title, _around(anchor, card))


def _around(anchor: Element, card: Card) -> Iterator[Element]:
    """The elements of a card that a link is in, the smallest first."""
    if anchor is not card.element:
        for element in anchor.iterancestors():
            yield element
            if element is card.element:
                return


def _beside(card: Card) -> Iterator[Element]:
    """Headings of the card that link nowhere, else what is named a title."""
    yield from (h for h in card.element.iter(*HEADINGS) if next(h.iter("a"), None) is None)
    yield from filter(_is_title, card.element.iterdescendants())


def _links(card: Card) -> Iterator[Element]:
    """The links, those in running text last."""
    yield from sorted(card.anchors, key=lambda anchor: next(anchor.iterancestors("p"), None) is not None)


def _own_text(element: Element) -> str:
    """An element's text without kickers and labels; of one that has a part named a title that part's."""
    inner = next(filter(_is_title, element.iterdescendants()), None)
    if inner is not None and 2 * len(text_of(inner)) >= len(clean("".join(_kept_texts(element)))):
        element = inner
    kept = _JOINT_BEFORE_MARK.sub("", "".join(_kept_texts(element)))
    goes_on = any((inner.tail or "").strip() for inner in element.iterdescendants())
    kept = _without_lead_in(kept, _ENDS if goes_on else _BARS)
    return clean(kept.replace(BREAK, " ")) or text_of(element)


def _without_lead_in(kept: str, ends: tuple[str, ...]) -> str:
    """A headline without what one of these marks or a bar or bullet between elements sets apart before it."""
    parts = [stripped for part in kept.split(JOINT) if (stripped := part.strip())]
    is_set_apart = (
        len(parts) > 1
        and len(parts[0]) <= MAX_LEAD_IN
        and (parts[0].endswith(ends) or parts[1].startswith(("|", "•")))
    )
    return " ".join(parts[is_set_apart:])


@dataclass(frozen=True, slots=True)
class _Part:
    """The text of an element of a link; `sign` is how the element is named."""

    sign: str
    text: str
    is_kicker: bool


def _first_text(link: Element, signs: frozenset[str]) -> str:
    """Of a link whose parts have no names the first that is as long as a headline or alike to one, else all of it."""
    parts = _parts(link)
    alike = [part for part in parts if part.sign in signs]
    long = _long_parts(parts)
    chosen = sorted((*long, *alike), key=lambda part: part.is_kicker and part.sign not in signs)
    return next((part.text for part in chosen), "") or _own_text(link)


def _long_parts(parts: list[_Part]) -> list[_Part]:
    """The parts as long as a headline, those named as kickers where there are no others."""
    long = [part for part in parts if size_of(part.text) >= MIN_TITLE]
    return [part for part in long if not part.is_kicker] or long


def _parts(link: Element) -> list[_Part]:
    """The texts of a link's elements, without those that end with a mark before another."""
    parts = [("", link, "")]
    for event, element in iterwalk(link, events=("start", "end")):
        if isinstance(element.tag, str) and element is not link and not _is_in_sentence(element):
            parent = element.getparent()
            parts.append((sign_of(element), element, "") if event == "start" else ("", parent, ""))
        text = element.text if event == "start" else element.tail if element is not link else ""
        parts[-1] = (*parts[-1][:2], parts[-1][2] + (text or ""))
    filled = [(sign, element, part.strip()) for sign, element, part in parts if part.strip()]
    kept = [part for part in filled[:-1] if not part[2].endswith(_ENDS)] + filled[-1:]
    return [
        _Part(sign, text, _is_beside(element, link)) for sign, element, part in kept if (text := clean(part))
    ]


def _is_beside(element: Element, link: Element) -> bool:
    """Whether an element or one around it, within a link, is named as a kicker."""
    while element is not link:
        if _is_kicker(element):
            return True
        element = element.getparent()
    return False


def _is_in_sentence(element: Element) -> bool:
    """Whether an element is within a sentence, or bold words that the text goes on behind."""
    if element.tag not in ("b", "strong"):
        return element.tag in _INLINE
    tail = (element.tail or "").strip()
    if size_of(text_of(element)) >= MIN_TITLE:
        return False
    return bool(tail) and not tail.startswith(_ENDS) and not text_of(element).endswith(_ENDS)


def _kept_texts(element: Element) -> Iterator[str]:
    """The texts of a headline, with a JOINT where an element that isn't within a sentence begins or ends."""
    yield element.text or ""
    for child in element:
        joint = "" if child.tag in _INLINE else BREAK if child.tag == "br" else JOINT
        yield joint
        if isinstance(child.tag, str) and child.tag not in _NO_HEADLINE and not _is_kicker(child):
            yield from _kept_texts(child)
        yield joint + (child.tail or "")


def _is_title(element: Element) -> bool:
    return is_named(element, _TITLE) and not _is_kicker(element)


def _is_kicker(element: Element) -> bool:
    """Whether an element is named as what is beside a headline; what is called "title-label" is one if it's the shorter part of a title."""
    if not is_named(element, _KICKER):
        return False
    parent = element.getparent()
    if parent is None or not is_named(element, _TITLE):
        return True
    if parent.tag not in HEADINGS and not is_named(parent, _TITLE):
        return False
    beside = (e for e in parent if e is not element and (is_named(e, _TITLE) or not is_named(e, _KICKER)))
    return len(text_of(element)) < sum(len(text_of(e)) for e in beside) + len(clean(parent.text or ""))


def is_named(element: Element, pattern: re.Pattern[str]) -> bool:
    """Return whether a class or data attribute of an element matches."""
    if not isinstance(element.tag, str):
        return False
    names = (
        element.get("class"),
        element.get("data-testid"),
        element.get("data-role"),
        element.get("itemprop"),
    )
    return any(pattern.search(name) for name in names if name)


def text_of(element: Element) -> str:
    """Return all text of an element, cleaned."""
    return clean("".join(element.itertext()))


def clean(text: str) -> str:
    """Return a text without invisible characters, and without bullets and bars around it."""
    words = _INVISIBLE.sub("", text).split()
    while words and words[-1] in _MARKS:
        words.pop()
    first = next((n for n, word in enumerate(words) if word not in _MARKS), len(words))
    return " ".join(words[first:]).strip("|·•・›>")  # a quotation may begin with », a number with -
