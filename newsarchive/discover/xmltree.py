"""A tree from XML that may be broken, hostile, or both.

Entities are never expanded, no DTD or network is read, and names are compared without their
namespace, since feeds forget to declare it. Time and memory are linear in the text.
Tested in tests/discover/test_xmltree.py.
"""

from __future__ import annotations

import html.entities
import re
import sys
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

Element = etree._Element

_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_REFERENCE = re.compile(r"&#(?:(\d{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_BARE_AMPERSAND = re.compile(r"&(?!#\d{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|\Z))", re.DOTALL)
_HUGE = 9_000_000  # characters; libxml2 refuses a text node of more than 10,000,000 bytes unless allowed
_BREAKING = ("FATAL",)


def parse(text: str, start: int = 0) -> tuple[Element | None, bool]:
    """Return the root of the XML in `text` from `start`, and whether it was broken.

    What can be read is read: undeclared entities that HTML knows become their characters, other bare
    ampersands stay as text, control characters go, unclosed elements end where their parent or the
    text does. None if there isn't a single element.
    """
    clean = _CONTROL.sub(" ", text[start:])
    clean = _outside_cdata(clean)
    parser = _parser(is_huge=len(clean) > _HUGE)
    root = _root(clean, parser)
    errors = parser.error_log
    if not len(parser.error_log) or root is None:
        return root, root is None or bool(len(errors))
    if any("huge" in e.message.lower() or "depth" in e.message.lower() for e in errors):
        root = _root(clean, _parser(is_huge=True))
    return root, any(e.level_name in _BREAKING for e in errors)


def _parser(*, is_huge: bool) -> etree.XMLParser:
    return etree.XMLParser(
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=is_huge,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )


def _root(text: str, parser: etree.XMLParser) -> Element | None:
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None


def _outside_cdata(text: str) -> str:
    if "&" not in text:
        return text
    if "<![CDATA[" not in text:
        return _mend_entities(text)
    parts = _CDATA.split(text)
    return "".join(p if p.startswith("<![CDATA[") else _mend_entities(p) for p in parts)


def _mend_entities(text: str) -> str:
    text = _REFERENCE.sub(_allowed, text) if "&#" in text else text
    return _ENTITY.sub(_character, _BARE_AMPERSAND.sub("&amp;", text))


def _allowed(found: re.Match[str]) -> str:
    """A reference to a character; U+FFFD for one that XML can't hold, on which lxml fails."""
    number = int(found[1]) if found[1] else int(found[2], 16)
    is_allowed = number <= sys.maxunicode and not _CONTROL.match(chr(number))
    return found[0] if is_allowed else "\ufffd"


def _character(found: re.Match[str]) -> str:
    name = found[1]
    if name in _XML_NAMES:
        return found[0]
    return html.entities.html5.get(name + ";", "&amp;" + name + ";").replace("<", "&lt;")


def name_of(element: Element) -> str:
    """Return the element's name in lower case, without namespace or prefix; empty for what isn't an element."""
    tag = element.tag
    return _bare_name(tag) if isinstance(tag, str) else ""


@lru_cache(maxsize=256)
def _bare_name(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def space_of(element: Element) -> str:
    """Return the namespace's URI, or the undeclared prefix, or empty."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    if tag.startswith("{"):
        return tag[1:].partition("}")[0]
    return tag.rpartition(":")[0].lower()


def children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the direct children that bear one of `names`, in order of the document."""
    for child in element:
        if name_of(child) in names:
            yield child


def child_text(element: Element, *names: str) -> str:
    """Return the text of the first direct child, by order of `names`, that has any; else empty."""
    for name in names:
        for child in children(element, name):
            text = text_of(child)
            if text:
                return text
    return ""


def text_of(element: Element) -> str:
    """Return all text inside, blanks folded."""
    return " ".join("".join(element.itertext()).split())
