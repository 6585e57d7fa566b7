"""Whether bytes are a page, and a page's characters as a tree of elements: the only parse of a page.

Never runs out of stack: libxml2 stops at 256 nested elements and drops what is deeper, which `too_deep` reports. Never
holds more than MAX_TAGS elements, MAX_ATTRIBUTES on each. Never keeps comments or processing instructions.
Tested in tests/web/test_html_tree.py.
"""

from __future__ import annotations

import contextlib
import re
from itertools import islice
from typing import Any

from lxml import etree
from lxml import html as lxml_html

Element = Any  # lxml.html.HtmlElement; lxml's own stubs can't say it without its private names

# The largest of 2,189 pages of 600 outlets has 10,126 tags; 30,000 take at most 300 MB and some seconds to extract.
MAX_TAGS = 30_000
MAX_ATTRIBUTES = 200  # of a tag: libxml2 and lxml walk all of them for each
MAX_DEPTH = 250  # libxml2 keeps 256 levels of a page (measured with libxml2 2.14)


def tokens(text: str) -> frozenset[str]:
    """Return the words of a list written as text."""
    return frozenset(text.split())


def listed(text: str) -> tuple[str, ...]:
    """Return the same in its order."""
    return tuple(text.split())


# Elements that never hold a reader's text.
NO_TEXT = tokens(
    "rt rp script style noscript template svg math iframe object embed applet canvas map audio video select "
    "option datalist input textarea button head link meta title base param source track img picture area "
    "col colgroup frame frameset progress meter"
)


_MAGIC = (
    b"%PDF", b"PK\x03\x04", b"\x1f\x8b", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"{\\rtf", b"\x00\x00\x00",
)  # fmt: skip
_MARKUP = re.compile(
    rb"<(?:!doctype|html|head|body|div|p|article|main|section|title|meta|table|h1|span|a|b|i|br|font|center|form|ul|li|img)\b",
    re.I,
)
_FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)\b")


def is_html(data: bytes, content_type: str | None = None) -> bool:
    """Return whether `data` looks like a web page. Markup decides; the header only where markup is absent."""
    head = data[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(_MAGIC) or _is_feed(head):
        return False
    if _MARKUP.search(head) or _MARKUP.search(head.replace(b"\x00", b"")):
        return True
    return "html" in (content_type or "").lower() and b"\x00" not in head


def _is_feed(head: bytes) -> bool:
    """Whether the first element, after a declaration and comments, is that of a feed or sitemap."""
    at = 0
    while True:
        at = head.find(b"<", at)
        if at < 0:
            return False
        if head.startswith(b"<!--", at):
            at = head.find(b"-->", at)
        elif head.startswith(b"<?", at):
            at = head.find(b">", at)
        else:
            return bool(_FEED.match(head, at))
        if at < 0:
            return False


def parse(text: str, *, is_deep: bool = False) -> Element | None:
    """Return the tree of a page, or None where there is no element at all (empty, only comments).

    Args:
        is_deep: Keep 2,048 levels of nesting, not 256: for links of pages whose tags are never closed, by
            callers that don't descend by recursion.
    """
    parser = lxml_html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=is_deep, default_doctype=False
    )
    parser.set_element_class_lookup(_ONE_CLASS)
    text = _MANY_ATTRIBUTES.sub(r"\1", _open_end(first_tags(text)))
    try:
        root = lxml_html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    for element in _WITH_BRACES(root):
        _drop_braces(element)
    _move_to_body(root)
    return root


_OF_HEAD = tokens("title meta link script style base noscript template object svg")


def _move_to_body(root: Element) -> None:
    """Put what readers see of the head into the body: libxml2 knows no `article`, and leaves one without a body tag there."""
    head = root.find("head")
    seen = [e for e in head if e.tag not in _OF_HEAD and inner_text(e)] if head is not None else []
    if not seen:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    for at, element in enumerate(seen):
        body.insert(at, element)


# lxml.html's own way to a class asks Python for each element; nobody here needs its classes of forms.
_ONE_CLASS = etree.ElementDefaultClassLookup(element=lxml_html.HtmlElement)
_ATTRIBUTE = r"""[\s/]++=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s"'>][^\s>]*+)?+)?+"""
_MANY_ATTRIBUTES = re.compile(rf"(<[a-zA-Z][^\s/<>]*+(?:{_ATTRIBUTE}){{{MAX_ATTRIBUTES}}})(?:{_ATTRIBUTE})++")
_TAG = re.compile("<[a-zA-Z]")


def first_tags(text: str) -> str:
    """Return `text` as far as its first MAX_TAGS tags go: all of it, for any page that people wrote."""
    return text if text.count("<") <= MAX_TAGS else cut_before(text, _TAG, MAX_TAGS)


def cut_before(text: str, mark: re.Pattern[str], most: int) -> str:
    """Return `text` as far as its first `most` matches of `mark` go."""
    beyond = next(islice(mark.finditer(text), most, None), None)
    return text[: beyond.start()] if beyond else text


_WITH_BRACES = etree.XPath("descendant-or-self::*[@*[starts-with(name(), '{')]]")


def _drop_braces(element: Element) -> None:
    """Take attributes like `{{ class }}` (templates never filled, JSX) away: lxml reads a namespace in their names."""
    kept = [(name, value) for name, value in element.attrib.items() if not name.startswith("{")]
    element.attrib.clear()
    for name, value in kept:
        with contextlib.suppress(ValueError):  # a name that HTML takes and lxml doesn't, as "}}"
            element.set(name, value)


def _open_end(text: str) -> str:
    """`text` without end tags of body and html that come too early: libxml2 reads nothing after them."""
    first = _END.search(text)
    if first is None or len(text) - first.end() < 200:
        return text
    rest = text[first.end() :]
    return text[: first.start()] + _END.sub("", rest) if "<p" in rest or "<div" in rest else text


_END = re.compile(r"</(?:body|html)\s*>", re.I)


def too_deep(root: Element) -> bool:
    """Return whether nesting reached the parser's limit, so that text may have been dropped."""
    return bool(_DEEPEST(root))


_DEEPEST = etree.XPath("boolean(/*" + "/*" * (MAX_DEPTH - 1) + ")")


Attributes = dict[Element, dict[str, str]]


def attributes_of(root: Element) -> Attributes:
    """Return the attributes of every element, in page order; as long as it is held, lxml makes each element but once."""
    return {element: dict(element.items()) for element in root.iter()}


def attribute(element: Element, name: str) -> str:
    """Return an attribute's value, stripped; empty if absent."""
    return (element.get(name) or "").strip()


def inner_text(element: Element) -> str:
    """Return all text inside, without scripts and styles, spaces collapsed."""
    parts: list[str] = []
    _collect(element, parts)
    return " ".join(_INVISIBLE.sub("", "".join(parts)).split())


def parted_text(element: Element) -> str:
    """Return what `inner_text` does, with ` · ` where a word of one element would run into a capital of the next."""
    parts: list[str] = []
    _collect(element, parts)
    text = ""
    for part in parts:
        text += f" · {part}" if text[-1:].islower() and part[:1].isupper() else part
    return " ".join(_INVISIBLE.sub("", text).split())


_INVISIBLE = re.compile("[\u00ad\u200b\ufeff\u2060]")


def _collect(element: Element, parts: list[str]) -> None:
    tag = element.tag
    if not isinstance(tag, str) or tag in ("script", "style", "noscript", "template", "svg"):
        return
    if element.text:
        parts.append(element.text)
    for child in element:
        _collect(child, parts)
        if child.tag == "br":
            parts.append(" ")
        if child.tail:
            parts.append(child.tail)
