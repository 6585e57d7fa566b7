"""Whose names stand over the article: chosen among JSON-LD, meta tags, and the byline that readers see.

Persons before organisations, the outlet's own name last. Pure. Tested in tests/extract/test_metadata.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive.extract import jsonld
from newsarchive.extract.author_names import fold_name, looks_like_name, names_in
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.page_metadata import PageMetadata, is_outside
from newsarchive.web.html_tree import Element, parted_text

_METAS = (
    "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "citation_author", "byl",
    "og:article:author", "article:author_name", "cxenseparse:author", "vr:author", "rbauthors", "creator", "byline", "twitter:data1",
)  # fmt: skip
_SPOKEN = re.compile(
    r"^(?:by|von|par|por|di|written by|words by|автор:?|作者[:：]|记者|文/|di|door)\s+\S", re.I
)
# Ends of an outlet's or an agency's name of several words that is typed as a person.
_OUTLET = re.compile(
    r"\s(?:media|times|news|press|agency|agencies|tribune|herald|gazette|broadcasting|newspapers?|magazine|networks?|wire|"
    r"newsroom|staff|desk|redaktion|presse|agentur|zeitung|agence|agencia|agenzia)$",
    re.I,
)
_DATA = re.compile(
    r"""(?:"|\\"|&quot;)author(?:s|Name)?(?:"|\\"|&quot;)\s*:\s*\[?\{?(?:[^{}\[\]]{0,200}?(?:"|\\"|&quot;)name(?:"|\\"|&quot;)\s*:\s*)?(?:"|\\"|&quot;)([^"&\\]{3,60})(?:"|\\"|&quot;)"""
)


def authors_of(
    head: PageMetadata, blocks: Sequence[RawBlock], publisher: str, source: str
) -> tuple[tuple[str, ...], str]:
    """The names and their origin; both empty if nobody is named."""
    site = {fold_name(publisher), fold_name(head.meta("og:site_name"))} - {""}
    people, bodies = _declared(head)
    visible, visible_origin = _visible(head, blocks)
    metas = _meta(head)
    if visible and all(map(_is_login, people)):
        people = []
    ranked = ((people, "json-ld"), (visible, visible_origin), (metas, "meta"), (bodies, "json-ld"))
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


def _declared(head: PageMetadata) -> tuple[list[str], list[str]]:
    """JSON-LD's authors: persons, and organisations."""
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
                target.extend(names_in(jsonld.text_of(value)))
        elif isinstance(author, str):
            people.extend(names_in(jsonld.text_of(author)))
    persons = [name for name in people if not _OUTLET.search(name)]
    return (persons, bodies + [n for n in people if n not in persons]) if persons else (people, bodies)


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


def _visible(head: PageMetadata, blocks: Sequence[RawBlock]) -> tuple[list[str], str]:
    """Names near the title: microdata, elements that are named so, a block that says "by"."""
    names = []
    for element in head.props.get("author", [])[:6]:
        inner = [
            e for e in element.iter() if e is not element and "name" in (e.get("itemprop") or "").split()
        ]
        found = [n for e in inner or [element] for n in names_in(e.get("content") or parted_text(e))]
        if element.get("itemprop") is not None and not is_outside(element):
            names += [n for n in found if looks_like_name(n)]
    if names:
        return names, "microdata"
    rel = [e for e in head.authors if "author" in (e.get("rel") or "").lower().split()]
    for element in rel[:3] + head.authors:
        if is_outside(element):
            continue
        names = _names_of(element)
        if names:
            siblings = [
                e
                for e in head.authors
                if e is not element and e.get("class") == element.get("class") and _close(e, element)
            ]
            for other in siblings[:5]:
                names = names + _names_of(other)
            return names, "byline"
    for block in blocks:
        if block.size <= 80 and _SPOKEN.match(block.text) and not block.node.mask & BIT["comment"]:
            names = [n for n in names_in(block.text) if looks_like_name(n)]
            if names:
                return names, "byline"
    return [], ""


def _names_of(element: Element) -> list[str]:
    """Names in an element that is called author or byline: those of its links first, else of its text."""
    text = parted_text(element)
    if not text or len(text) > 250:
        return []
    links = [parted_text(a) for a in element.iter("a")]
    linked = [n for t in links if t for n in names_in(t) if looks_like_name(n)]
    if linked and len(links) <= 6:
        return linked
    is_spoken = bool(_SPOKEN.match(text))
    names = names_in(text)
    return names if names and all(looks_like_name(n, is_spoken) for n in names) and len(names) <= 6 else []


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
