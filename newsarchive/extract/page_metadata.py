"""One pass over a tree that gathers everything a page says of itself outside its text.

Collects, doesn't choose: metadata.py chooses. Tested in tests/extract/test_metadata.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from newsarchive.extract.jsonld import Item, article_of, body_of, items_of
from newsarchive.web.html_tree import Attributes, Element, attributes_of, inner_text


@dataclass(slots=True)
class PageMetadata:
    """What was found, in page order."""

    metas: dict[str, list[str]] = field(default_factory=dict)  # property/name/itemprop, lower case -> values
    links: dict[str, list[str]] = field(default_factory=dict)  # rel -> href
    title: str = ""
    h1s: list[str] = field(default_factory=list)
    h1_elements: list[Element] = field(default_factory=list)
    h2s: list[str] = field(default_factory=list)
    times: list[tuple[str, str, Element]] = field(default_factory=list)  # datetime, text, element
    items: list[Item] = field(default_factory=list)
    article: Item | None = None
    body: str = ""  # articleBody
    scripts: dict[str, str] = field(default_factory=dict)  # id -> text of data scripts
    states: list[str] = field(default_factory=list)  # texts of long programs, which may hold a state as JSON
    templates: list[str] = field(default_factory=list)  # markup that a program puts on the page
    lang: str = ""
    direction: str = ""
    props: dict[str, list[Element]] = field(default_factory=dict)  # microdata: itemprop -> elements
    authors: list[Element] = field(default_factory=list)  # elements that name an author
    author_links: list[Element] = field(default_factory=list)  # links to an author's page
    attributes: Attributes = field(default_factory=dict)  # of all elements

    def meta(self, *names: str) -> str:
        """The first value of the first of `names` that has one."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return ""

    def field(self, name: str) -> object:
        """A field of the article's JSON-LD item; None without one."""
        return self.article.get(name) if self.article is not None else None


def read_head(root: Element, url: str) -> PageMetadata:
    """Everything that `metadata.py` looks at."""
    head = PageMetadata()
    head.lang = (
        root.get("lang")
        or root.get("xml:lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or ""
    )
    head.direction = root.get("dir") or ""
    ld: list[str] = []
    head.attributes = attributes_of(root)
    for element, attributes in head.attributes.items():
        tag = element.tag
        if tag == "meta":
            _meta(attributes, head)
            continue
        if tag == "link":
            if href := attributes.get("href"):
                for rel in attributes.get("rel", "").lower().split():
                    head.links.setdefault(rel, []).append(href.strip())
        elif tag == "title":
            if not head.title and (element.getparent() is None or element.getparent().tag != "svg"):
                head.title = inner_text(element)
        elif tag == "script":
            _script(element.text or "", attributes, head, ld)
        elif tag == "h1":
            head.h1s.append(inner_text(element))
            head.h1_elements.append(element)
        elif tag == "h2" and len(head.h2s) < 6:
            head.h2s.append(inner_text(element))
        elif tag == "time":
            head.times.append((attributes.get("datetime", ""), inner_text(element), element))
        if not attributes:
            continue
        named = attributes.get("class") or attributes.get("data-testid") or ""
        if tag == "a":
            named += " " + attributes.get("rel", "")
            if len(head.author_links) < 20 and AUTHOR_PAGE.search(attributes.get("href", "")):
                head.author_links.append(element)
        if len(named) > 3 and len(head.authors) < 40 and _names_author(named):
            head.authors.append(element)
        if "itemprop" in attributes or "property" in attributes:
            props = f"{attributes.get('itemprop', '')} {attributes.get('property', '')}"
            for name in props.lower().split():
                head.props.setdefault(name, []).append(element)
    head.items = items_of(ld)
    head.article = article_of(head.items, url)
    if head.article is not None:
        head.body = body_of(head.article)
    return head


_AUTHOR = re.compile(
    r"author|byline|by-line|writer|contributor|autor\b|reporter|verfasser|redacteur|signature|^submitted\b|\ssubmitted\b"
)


AUTHOR_PAGE = re.compile(
    r"/(?:authors?|writers?|contributors?|columnists?|journalists?|staff|autor(?:en|es|i)?|auteurs?|redakteure?)/[^/?#]++/?$",
    re.I,
)


@lru_cache(maxsize=20000)
def _names_author(names: str) -> bool:
    return bool(_AUTHOR.search(names.lower()))


def _meta(attributes: Mapping[str, str], head: PageMetadata) -> None:
    content = attributes.get("content")
    if content is None:
        return
    for attribute in ("property", "name", "itemprop", "http-equiv"):
        name = attributes.get(attribute)
        if name:
            value = html.unescape(content) if "&" in content else content
            head.metas.setdefault(name.strip().lower(), []).append(" ".join(value.split()))


def _script(text: str, attributes: Mapping[str, str], head: PageMetadata, ld: list[str]) -> None:
    kind = attributes.get("type", "").lower()
    if "ld+json" in kind:
        ld.append(text)
    elif "json" in kind and attributes.get("id"):
        head.scripts[attributes["id"]] = text
    elif kind in ("text/template", "text/x-template", "text/html"):
        head.templates.append(text)
    elif (len(text) > 1000 and "{" in text) or "__next_f.push(" in text:
        head.states.append(text)


_OUTSIDE = re.compile(
    r"related|recommend|teaser|comment|sidebar|widget|popular|trending|latest|more-|card|promo|footer|newsletter",
    re.I,
)


def is_outside(element: Element) -> bool:
    """Whether an element is in something beside the article, by its next four containers: a teaser, a side column, comments."""
    for steps, at in enumerate(element.iterancestors()):
        if at.tag in ("aside", "footer", "nav") or _OUTSIDE.search(
            f"{at.get('class') or ''} {at.get('id') or ''}"
        ):
            return True
        if steps >= 3:
            break
    return False
