"""An archived page as HTML that does nothing: no script, no form that is sent, no link that leads anywhere, no load.

The page is parsed, and written again element by element: every text is escaped, scripts and what embeds other pages
are left out, each stylesheet, picture and font becomes a `data:` URL of what the archive has, or is named as missing.
Nothing of the page's own markup is passed on, so no spelling of it can be read otherwise by a browser. Pure.
Tested in tests/browse/test_archived_page.py, and in a browser in tests/browse/test_as_it_was.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from lxml import etree

from newsarchive.web.html_tree import Element, attribute, parse
from newsarchive.web.links import absolute, base_of
from newsarchive.web.page_files import (
    CssLink,
    FileKind,
    candidates,
    css_with,
    late,
    sheet_media,
    within_style,
)

MAX_SHEETS = 4  # of stylesheets that import each other
EMPTY = "data:,"
NOWHERE = "#newsarchive-leads-nowhere"  # what looks like a link; there is no such place in the page

_DROPPED = frozenset(["script", "template", "noembed", "noframes"])
# Only what is inside them is shown. Most can hold nothing, but libxml2 takes what follows for their content.
_OPENED = frozenset(
    [
        "base",
        "link",
        "meta",
        "param",
        "track",
        "bgsound",
        "animate",
        "set",
        "discard",
        "handler",
        "listener",
        "noscript",
    ]
)
_EMBEDDING = frozenset(["iframe", "frame", "frameset", "object", "embed", "applet", "portal", "fencedframe"])
_FORGOTTEN = {"xmp": "pre", "listing": "pre", "plaintext": "pre", "image": "img"}
_VOID = frozenset(["area", "br", "col", "hr", "img", "input", "source", "wbr"])
_META = frozenset(["viewport", "color-scheme"])
# Attributes that name other documents or set something going; those of pictures come back with what is stored.
_REACHING = frozenset(
    [
        "action",
        "archive",
        "attributionsrc",
        "autofocus",
        "background",
        "cite",
        "classid",
        "code",
        "codebase",
        "crossorigin",
        "data",
        "dynsrc",
        "formaction",
        "from",
        "href",
        "http-equiv",
        "icon",
        "imagesrcset",
        "integrity",
        "itemid",
        "itemtype",
        "longdesc",
        "lowsrc",
        "manifest",
        "nonce",
        "ping",
        "poster",
        "profile",
        "src",
        "srcdoc",
        "srcset",
        "style",
        "target",
        "to",
        "usemap",
        "values",
        "xlink:href",
        "xml:base",
    ]
)
_NAME = re.compile(r"[a-z_][\w:.-]*+", re.IGNORECASE | re.ASCII)
_SVG_PICTURES = frozenset(["feimage", "image"])


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stylesheet as the archive has it."""

    text: str
    url: str  # from which its links are meant


Find = Callable[[str, FileKind], StoredFile | str | None]
"""Gives a stylesheet as `StoredFile`, a picture or font as a `data:` URL, None where the archive has none."""


@dataclass(slots=True)
class ArchivedPage:
    """What a page is shown as, and which of its files the archive has and has not."""

    html: str = ""
    shown: set[str] = field(default_factory=set)
    missing: dict[str, None] = field(default_factory=dict)  # URLs in the order of the page


def archived_page(text: str, url: str, find: Find) -> ArchivedPage:
    """Return the page at `url` as it can be shown, with the files that `find` has for it."""
    page = ArchivedPage()
    root = parse(text, is_deep=True)
    if root is not None:
        _Writer(page, base_of(root, url), find).write(root)
    return page


def text_data_url(text: str, content_type: str) -> str:
    """Return a text as a `data:` URL."""
    from base64 import b64encode

    return f"data:{content_type};charset=utf-8;base64,{b64encode(text.encode('utf-8', 'replace')).decode()}"


class _Writer:
    def __init__(self, page: ArchivedPage, base: str, find: Find) -> None:
        self._page, self._base, self._find = page, base, find
        self._out: list[str] = []

    def write(self, root: Element) -> None:
        doctype = root.getroottree().docinfo
        if doctype.internalDTD is not None:
            self._out.append(_doctype(doctype.public_id or "", doctype.system_url or ""))
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            if skipped is not None and element is not skipped:
                continue
            if event == "end":
                if element is not skipped:
                    self._close(element)
                skipped = None
                if element is not root:
                    self._out.append(escape(element.tail or "", quote=False))
            elif not self._open(element):
                skipped = element
        self._page.html = "".join(self._out)

    # ------------------------------------------------------------ elements

    def _open(self, element: Element) -> bool:
        """Write the start of an element and its first text; False if nothing inside it is shown."""
        tag = element.tag
        if tag == "link":
            self._sheet_of(element)
        if tag == "meta" and attribute(element, "name").lower() in _META:
            content = escape(attribute(element, "content"))
            self._out.append(f'<meta name="{attribute(element, "name").lower()}" content="{content}">')
        name = _name(tag)
        if name is None:
            return False
        if name:
            self._out.append(f"<{name}{self._attributes(element)}>")
        if tag == "style":
            sheet = within_style(self._css(element.text or "", self._base, ()))
            self._out.append(f"{sheet}</style>")
            return False
        if tag in ("iframe", "embed", "frame"):
            self._out.append(f"</{name}>")
            return bool(tag != "iframe")
        self._out.append(escape(element.text or "", quote=False))
        return True

    def _close(self, element: Element) -> None:
        name = _name(element.tag)
        if name and name not in _VOID and element.tag not in ("embed", "frame"):
            self._out.append(f"</{name}>")

    def _sheet_of(self, link: Element) -> None:
        media = sheet_media(link)
        if media is None:
            return
        sheet = self._stored(absolute(self._base, attribute(link, "href")), "sheet")
        if isinstance(sheet, StoredFile):
            text = within_style(self._css(sheet.text, sheet.url, (sheet.url,)))
            self._out.append(
                f'<style media="{escape(media)}">{text}</style>' if media else f"<style>{text}</style>"
            )

    def _attributes(self, element: Element) -> str:
        kept: dict[str, str] = {}
        for name, value in element.attrib.items():
            low = name.lower()
            if low not in _REACHING and not low.startswith("on") and _NAME.fullmatch(low):
                kept[low] = value
        kept |= self._links(element)
        if element.tag in _EMBEDDING:
            kept["style"] = _room_of(element) + kept.get("style", "")
        return "".join(f' {name}="{escape(value)}"' for name, value in kept.items())

    def _links(self, element: Element) -> dict[str, str]:
        """What takes the place of attributes that name something else."""
        tag, made = element.tag, {}
        for name in ("href", "xlink:href"):
            reference = attribute(element, name)
            if reference.startswith("#"):
                made[name] = reference
            elif tag in _SVG_PICTURES and reference:
                made |= self._picture(name, reference)
            elif reference and tag in ("a", "area"):
                made |= {name: NOWHERE, "data-href": absolute(self._base, reference)}
        if element.get("style") is not None:
            made["style"] = self._css(element.get("style") or "", self._base, ())
        if tag in ("img", "input", "source"):
            source = late(element, "src") if tag != "source" else ""  # of video and sound, which aren't shown
            made |= self._srcset(late(element, "srcset"), is_needed=not source)
            made |= self._picture("src", source, is_needed="srcset" not in made)
        for name in ("poster", "background"):
            made |= self._picture(name, attribute(element, name))
        return made

    # ------------------------------------------------------------ what is stored

    def _picture(self, name: str, reference: str, *, is_needed: bool = True) -> dict[str, str]:
        if reference[:11].lower() == "data:image/":
            return {name: reference}
        found = self._stored(absolute(self._base, reference), "image", is_needed=is_needed)
        return {name: found} if isinstance(found, str) else {}

    def _srcset(self, srcset: str, *, is_needed: bool) -> dict[str, str]:
        """Those candidates of a picture that are stored; one of them is named as missing if none is."""
        kept, first = [], ""
        for reference, descriptor in candidates(srcset):
            url = absolute(self._base, reference)
            found = self._stored(url, "image", is_needed=False) if url else None
            first = first or url
            if isinstance(found, str):
                kept.append(f"{found} {descriptor}".strip())
        if not kept and first and is_needed:
            self._page.missing.setdefault(first)
        return {"srcset": ", ".join(kept)} if kept else {}

    def _stored(self, url: str, kind: FileKind, *, is_needed: bool = True) -> StoredFile | str | None:
        found = self._find(url, kind) if url else None
        if found is not None:
            self._page.shown.add(url)
            self._page.missing.pop(url, None)
        elif url and is_needed:
            self._page.missing.setdefault(url)
        return found

    def _css(self, sheet: str, base: str, importing: tuple[str, ...]) -> str:
        """A stylesheet with its links as `data:` URLs; `importing` are the sheets that led to it."""

        def data_url(link: CssLink) -> str:
            url = absolute(base, link.url)
            if link.kind == "sheet" and (url in importing or len(importing) >= MAX_SHEETS):
                return EMPTY
            found = self._stored(url, link.kind, is_needed=link.kind != "font")
            if isinstance(found, StoredFile):
                return text_data_url(self._css(found.text, found.url, (*importing, url)), "text/css")
            return found or EMPTY

        return css_with(sheet, data_url)


def _name(tag: object) -> str | None:
    """What an element is called when it is shown; "" if only what is inside it is, None if nothing."""
    if not isinstance(tag, str) or not _NAME.fullmatch(tag) or tag in _DROPPED:
        return None
    low = tag.lower()
    if low in _OPENED:
        return ""
    return f"x-{low}" if low in _EMBEDDING else _FORGOTTEN.get(low, low)


def _room_of(element: Element) -> str:
    """The room that an embedded page took, which stays empty."""
    sizes = [(name, attribute(element, name)) for name in ("width", "height")]
    return "display:inline-block;" + "".join(
        f"{name}:{value}px;"
        for name, value in sizes
        if value.isascii() and value.isdecimal() and len(value) < 5
    )


def _doctype(public: str, system: str) -> str:
    """The document type, by which browsers choose how to lay a page out."""
    plain = [re.sub(r"[^\w /:.+-]", "", part) for part in (public, system)]
    if plain[0]:
        return f'<!DOCTYPE html PUBLIC "{plain[0]}"' + (f' "{plain[1]}">' if plain[1] else ">")
    return "<!DOCTYPE html>"
