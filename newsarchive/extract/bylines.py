"""Whose names stand over the article: chosen among JSON-LD, meta tags, and the byline that readers see.

Persons before organisations, the outlet's own name last. Pure. Tested in tests/extract/test_metadata.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive.extract import jsonld
from newsarchive.extract.author_names import OTHER_HANDS, fold_name, looks_like_name, names_in
from newsarchive.extract.blocks import HEADINGS, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.page_metadata import AUTHOR_PAGE, PageMetadata, is_outside
from newsarchive.extract.titles import fold
from newsarchive.web import dates
from newsarchive.web.html_tree import Element, parted_text

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl",
    "og:article:author", "article:author_name", "cxenseparse:author", "vr:author", "rbauthors", "creator", "byline", "twitter:data1",
)  # fmt: skip
_SPOKEN = re.compile(
    r"^(?:by|von|par|por|di|written by|words by|posted by|автор:?|作者[:：]|记者|文/|di|door)\s+\S", re.I
)
# Ends of an outlet's or an agency's name of several words that is typed as a person.
_OUTLET = re.compile(
    r"\s(?:media|times|news|press|agency|agencies|tribune|herald|gazette|broadcasting|newspapers?|magazine|networks?|wire|"
    r"newsroom|staff|desk|redaktion|presse|agentur|zeitung|agence|agencia|agenzia)$",
    re.I,
)
_NAMED = re.compile(
    r"(?:^|[\s_-])(?:author|byline|writer|contributor|meta)[\w-]{0,20}[_-](?:full)?name\b|^fn$|display-?name|^username$",
    re.I,
)
_HEAD_LINE = re.compile(r"(?:^|[\s_-])(?:byline|author|meta|info)", re.I)
_BY_ALONE = re.compile(
    r"(?:(?:written|words|posted|published|story|article|text) )?by:?|von:?|par|por|author|autor", re.I
)
_GLUED = re.compile(r"^(?:By|Von|Por|Par)(?=[A-Z])")  # "ByAda Example": two elements without a space between
_RUN_ON = re.compile(r"[^\W\d_]\d")  # "By Ada Example9 October": the same
_DATED_BY = re.compile(r"^(?=.{0,40}\d).{4,40}?(?:\W|\s)by\s+(?=[A-Z])")
_PIECES = re.compile(r"\s[·|•–—-]\s")
_KOREAN = re.compile(
    r"(?<![가-힣])([가-힣]{2,4})\s(?:(?:선임|수습|인턴|전문)\s?)?기자(?!명)"
)  # Ada Example, reporter
_LABELLED = re.compile(
    r"(?:^|\s)(?:记者|記者|作者|撰文|文)\s?[:：]\s?([\u4e00-\u9fff·]{2,8})(?=$|[\s|）)/])"
)  # reporter: Ada Example
_PARTS = re.compile(r"\n|\s[|·•]\s")
_DATA = re.compile(
    r"""(?:"|\\"|&quot;)author(?:s|Name)?(?:"|\\"|&quot;)\s*+:\s*+\[?\{?(?:[^{}\[\]]{0,200}?(?:"|\\"|&quot;)name(?:"|\\"|&quot;)\s*+:\s*+)?(?:"|\\"|&quot;)([^"&\\]{3,60})(?:"|\\"|&quot;)"""
)


def authors_of(
    head: PageMetadata, blocks: Sequence[RawBlock], publisher: str, title: str, source: str
) -> tuple[tuple[str, ...], str]:
    """The names and their origin; both empty if nobody is named."""
    site = {fold_name(publisher), fold_name(head.meta("og:site_name"))} - {""}
    site |= {name.removeprefix("the ") for name in site}
    people, bodies = _declared(head, site)
    visible, visible_origin = _visible(head, blocks, title)
    metas = _meta(head)
    if visible and all(map(_is_login, people)):
        people = []
    if people and {fold_name(n) for n in people} < {fold_name(n) for n in metas if looks_like_name(n)}:
        people = metas  # JSON-LD names but one of several
    ranked = [(people, "json-ld"), (visible, visible_origin), (metas, "meta"), (bodies, "json-ld")]
    if all(map(looks_like_name, metas)) and not {fold_name(n) for n in metas} < {
        fold_name(n) for n in visible
    }:
        ranked[1:3] = ranked[
            2:0:-1
        ]  # full names in a meta tag are surer than those that a page shows somewhere
    for names, origin in ranked:
        own = [n for n in unique(names) if fold_name(n) not in site]
        if own:
            return tuple(own), origin
    data = _in_data(source)
    if data:
        return tuple(data), "data"
    for names, origin in ranked:
        if names:
            return tuple(unique(names)), origin
    return (), ""


def _is_login(name: str) -> bool:
    """Whether it is what somebody logs in with: one word without a capital."""
    return " " not in name and name.isascii() and name.islower()


def unique(names: Sequence[str]) -> list[str]:
    """`names` without repetitions that differ only in case or punctuation."""
    seen: dict[str, str] = {}
    for name in names:
        seen.setdefault(fold_name(name), name)
    return [n for key, n in seen.items() if key]


def _declared(head: PageMetadata, site: set[str]) -> tuple[list[str], list[str]]:
    """JSON-LD's authors: persons, and organisations; what is named as the outlet is whole and none of the persons."""
    people: list[str] = []
    bodies: list[str] = []
    raw = head.field("author") or head.field("creator")
    for author in raw if isinstance(raw, list) else [raw]:
        author = jsonld.follow(author, head.items)
        if isinstance(author, dict):
            kinds = jsonld.types_of(author)
            name = author.get("name")
            target = bodies if kinds & {"organization", "newsmediaorganization"} else people
            for value in name if isinstance(name, list) else [name]:
                _add(jsonld.text_of(value), site, target, bodies)
        elif isinstance(author, str):
            _add(jsonld.text_of(author), site, people, bodies)
    persons = [name for name in people if not _OUTLET.search(name)]
    if any(" " in name for name in persons):  # an agency's name among full names
        persons = [name for name in persons if " " in name or not name.isascii()]
    return (persons, bodies + [n for n in people if n not in persons]) if persons else (people, bodies)


def _add(text: str, site: set[str], people: list[str], bodies: list[str]) -> None:
    if fold_name(text).removeprefix("the ") in site:
        bodies.append(text)
    else:
        people.extend(names_in(text))


def _meta(head: PageMetadata) -> list[str]:
    for name in _METAS:
        if name == "twitter:data1" and not re.search(r"\bby\b|author", head.meta("twitter:label1"), re.I):
            continue
        names: list[str] = []
        for value in head.metas.get(name, ()):
            if value and "://" not in value:
                names.extend(names_in(value))
        if names:
            return names
    return []


def _visible(head: PageMetadata, blocks: Sequence[RawBlock], title: str) -> tuple[list[str], str]:
    """Names near the title: microdata, elements that are named so, a line that says "by", a link to an author's page."""
    names: list[str] = []
    first: Element | None = None
    for element in head.props.get("author", [])[:6]:
        if element.get("itemprop") is None or (is_outside(element) and not _is_of_headline(element)):
            continue
        inner = [
            e for e in element.iter() if e is not element and "name" in (e.get("itemprop") or "").split()
        ]
        found = [n for e in inner or [element] for n in names_in(e.get("content") or parted_text(e))]
        found = [n for n in found if looks_like_name(n)]
        if found and (first is None or _close(first, element)):
            first = element if first is None else first
            names += found
    if names:
        return names, "microdata"
    rel = [e for e in head.authors if "author" in (e.get("rel") or "").lower().split()]
    for element in rel[:3] + head.authors:
        names = [] if is_outside(element) else _names_of(element)
        if names:
            siblings = [
                e
                for e in head.authors
                if e is not element and e.get("class") == element.get("class") and _close(e, element)
            ]
            for other in siblings[:5]:
                names = names + _names_of(other)
            return names, "byline"
    names = _spoken(blocks, title) or _beside_date(blocks, title) or _below_portrait(blocks, title)
    if not names:
        linked = (_names_of(e) for e in head.author_links if not is_outside(e))
        names = next((n for n in linked if n), [])
    return names, "byline" if names else ""


def _is_of_headline(element: Element) -> bool:
    """Whether microdata count an element to the article that the page's h1 is in."""
    for at in element.iterancestors():
        if at.get("itemtype"):
            return at.get("itemtype").endswith(("Article", "BlogPosting")) and at.find(".//h1") is not None
    return False


def _spoken(blocks: Sequence[RawBlock], title: str) -> list[str]:
    """Names in the first short line that says "by", behind a date only near the title."""
    folded = fold(title)
    at = next((b.index for b in blocks if b.node.tag in HEADINGS and fold(b.text) == folded), -1)
    for block in blocks:
        if block.size > 120 or block.node.mask & BIT["comment"]:
            continue
        is_near = at >= 0 and at - 4 <= block.index <= at + 8
        text = _GLUED.sub(r"\g<0> ", block.text)
        if _RUN_ON.search(text):
            text = next(filter(_SPOKEN.match, _elements_of(block)), text)
        if is_near and (named := _KOREAN.search(text) or _labelled(block)):
            return [named[1]]
        if _SPOKEN.match(text) and block.size <= (120 if is_near else 80):
            names = _after_by(text)
        elif is_near and (dated := _DATED_BY.match(text)):
            names = _after_by("by " + text[dated.end() :])
        elif is_near and _BY_ALONE.fullmatch(text) and block.index + 1 < len(blocks):
            following = blocks[block.index + 1].text
            names = _after_by("by " + following) if len(following) <= 60 else []
        else:
            continue
        if names:
            return names
    return []


def _below_portrait(blocks: Sequence[RawBlock], title: str) -> list[str]:
    """The name in a line near the title, beside a date, with a picture that is described by the same name."""
    folded = fold(title)
    at = next((b.index for b in blocks if b.node.tag in HEADINGS and fold(b.text) == folded), None)
    for block in blocks[max(0, at - 4) : at + 8] if at is not None else ():
        if not block.media or block.size > 60 or not looks_like_name(block.text):
            continue
        beside = blocks[max(0, block.index - 1) : block.index + 2]
        if not any(b.size <= 60 and dates.moment(b.text) for b in beside):
            continue
        holder = block.node
        for _ in range(3):
            if any(image.get("alt", "").strip() == block.text for image in holder.element.iter("img")):
                return [block.text]
            if holder.parent is None or holder.parent.blocks > 4:
                break
            holder = holder.parent
    return []


def _labelled(block: RawBlock) -> re.Match[str] | None:
    """A name behind the word for its role, as Chinese has it, in a line or in an element of it."""
    if "：" not in block.text and ":" not in block.text:
        return None
    return next(filter(None, map(_LABELLED.search, [block.text, *_elements_of(block)])), None)


def _elements_of(block: RawBlock) -> list[str]:
    """The texts of a line's elements that aren't links: "<span>Ada Example</span> <time>9 October</time>"."""
    element = block.node.element
    if element is None:
        return []
    return [text for e in element if e.tag != "a" and e.find(".//a") is None and (text := parted_text(e))]


def _beside_date(blocks: Sequence[RawBlock], title: str) -> list[str]:
    """The name in a line below the title that holds a date and nothing else: "17.06.2022 | Ada Example"."""
    folded = fold(title)
    at = next((b.index for b in blocks if b.node.tag in HEADINGS and fold(b.text) == folded), None)
    below = blocks[at + 1 : at + 6] if at is not None else ()
    for number, block in enumerate(below):
        if block.size > 160 or not any(map(str.isdigit, block.text)):
            continue
        parts = [part.strip() for part in _PARTS.split(block.text)]
        if len(parts) == 1 and number < 2:  # "Ada Example, 9 October 2024"
            parts = [part.strip() for part in block.text.split(",", 1)]
        if not any(map(looks_like_name, parts)) and _HEAD_LINE.search(block.node.names):
            parts = _elements_of(block)
        if len(parts) < 2 or not any(dates.moment(part) for part in parts if len(part) <= 60):
            continue
        names = [part for part in parts if not dates.moment(part) and not any(map(str.isdigit, part))]
        names = [
            part for part in names if names_in(part)
        ] or names  # "Ada Example | Senior Writer | 9 October"
        if len(names) == 1 and looks_like_name(names[0]) and len(names[0].split()) <= 3:
            return names
    return []


def _after_by(text: str) -> list[str]:
    """Names in a line that begins with "by", without whoever else had a hand in it."""
    other = OTHER_HANDS.search(text, 4)
    names = names_in(text[: other.start()] if other else text)
    return [n for n in names if looks_like_name(n, len(n.split()) > 1)]


def _names_of(element: Element) -> list[str]:
    """Names in an element that is called author or byline: those called names, of its links, else of its text."""
    text = parted_text(element)
    if not text or len(text) > 250:
        return []
    other = OTHER_HANDS.search(text)
    if other is not None:
        text = text[: other.start()]
    inner = [e for e in element.iter() if e is not element and _NAMED.search(e.get("class") or "")]
    links = [a for a in element.iter("a") if a is not element or element.get("href")]
    for parts in (inner, links):
        if len(parts) > 6:
            continue
        inside = [t for t in map(parted_text, parts) if t and t in text]
        is_page = parts is links and all(AUTHOR_PAGE.search(a.get("href") or "") for a in links)
        named = unique([n for t in inside for n in names_in(t) if looks_like_name(n, is_page)])
        if named:
            return named
    is_spoken = bool(_SPOKEN.match(text))
    for part in (text, *_PIECES.split(text)):
        names = names_in(part)
        if names and len(names) <= 6 and all(looks_like_name(n, is_spoken) for n in names):
            return names
    return []


def _close(a: Element, b: Element) -> bool:
    """Siblings or cousins."""
    pa, pb = a.getparent(), b.getparent()
    if pa is pb:
        return True
    return (
        pa is not None
        and pb is not None
        and pa.getparent() is pb.getparent()
        and pa.get("class") == pb.get("class")
    )


def _in_data(source: str) -> list[str]:
    """The first author that data in the page name, where nothing else does."""
    for match in _DATA.finditer(source):
        names = [n for n in names_in(match[1]) if looks_like_name(n)]
        if names:
            return names
    return []
