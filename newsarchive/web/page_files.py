"""Which other files a page and a stylesheet need to be shown as they were: stylesheets, images, fonts.

One reading for the crawl, which fetches them, and for browse, which shows them. Pure; never raises for what others
wrote, and takes time in proportion to it. Scripts, frames and media are none of them.
Tested in tests/web/test_page_files.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from newsarchive.web.charset import decode
from newsarchive.web.html_tree import Element, attribute, parse
from newsarchive.web.links import absolute, base_of

FileKind = Literal["sheet", "image", "font"]
MOST = 60  # files of one page
WIDE = 1600  # pixels; of a picture in several widths the smallest that has them is enough for a desktop

# ---------------------------------------------------------------- stylesheets

_ESCAPED = r"\\(?:[0-9a-f]{1,6}\s?|.)"
_TOKEN = re.compile(
    rf"""/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)
    |(?P<call>(?<![\w-])url\(\s*+)(?:"(?P<double>(?:[^"\\\n]++|{_ESCAPED})*+)"|'(?P<single>(?:[^'\\\n]++|{_ESCAPED})*+)'
        |(?P<bare>(?:[^\s"'()\\]++|{_ESCAPED})*+))\s*+\)
    |(?P<string>"(?:[^"\\\n]++|{_ESCAPED})*+(?:"|$|(?=\n|\\))|'(?:[^'\\\n]++|{_ESCAPED})*+(?:'|$|(?=\n|\\)))
    |(?P<rule>@import|@font-face|@namespace|(?<![\w-])(?:-webkit-)?image-set\()
    |(?P<end>[;{{}}])""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(?:([0-9a-f]{1,6})\s?|(.))", re.IGNORECASE | re.DOTALL)
_MODERN = re.compile(r"\.woff2?(?:$|[?#])", re.IGNORECASE)
_ENDS_STYLE = re.compile(r"<(?=[a-z/!?])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CssLink:
    """What a stylesheet loads, and where that is written: `start` and `end` are of all of `url(…)` or a string."""

    kind: FileKind
    url: str  # as it is written, escapes read
    start: int
    end: int


def css_links(sheet: str) -> Iterator[CssLink]:
    """Yield what a stylesheet or a `style` attribute imports and shows, in order; `data:` and fragments are left out."""
    rule, within = "", ""
    for found in _TOKEN.finditer(sheet):
        if found["end"]:
            within = rule if found["end"] == "{" else "" if found["end"] == "}" else within
            rule = ""
        elif found["rule"]:
            rule = found["rule"].lower().lstrip("@-").removeprefix("webkit-")
        elif found["call"] or (found["string"] and rule in ("import", "image-set(")):
            written = (
                found["double"]
                or found["single"]
                or found["bare"]
                or (found["string"] or "")[1:].rstrip("\"'")
            )
            url = _ESCAPE.sub(_unescaped, written).strip()
            is_link = url and not url.startswith("#") and not url[:5].lower().startswith("data:")
            if is_link and rule != "namespace":
                kind: FileKind = "sheet" if rule == "import" else "font" if within == "font-face" else "image"
                yield CssLink(kind, url, *found.span())


def _unescaped(found: re.Match[str]) -> str:
    if not found[1]:
        return "" if found[2] == "\n" else found[2]
    number = int(found[1], 16)
    return chr(number) if 0 < number < 0xD800 or 0xDFFF < number < 0x110000 else "\ufffd"


def css_with(sheet: str, data_url: Callable[[CssLink], str]) -> str:
    """Return the stylesheet with each link replaced by what `data_url` gives for it."""
    parts, at = [], 0
    for link in css_links(sheet):
        parts += [sheet[at : link.start], f'url("{data_url(link)}")']
        at = link.end
    return "".join([*parts, sheet[at:]])


def within_style(sheet: str) -> str:
    """Return the stylesheet as a `<style>` element can hold it: nothing in it can end the element."""
    return _ENDS_STYLE.sub(r"\\3c ", sheet)


# ---------------------------------------------------------------- pages


def sheet_media(link: Element) -> str | None:
    """Return for which media a `<link>` is a stylesheet ("" for all); None if it is none that is shown.

    What a script would switch on once it is loaded (`rel=preload as=style`, `media=print onload=…`) counts as such.
    """
    words = attribute(link, "rel").lower().split()
    if "alternate" in words or link.get("disabled") is not None:
        return None
    waits = "onload" in link.attrib
    if "stylesheet" in words or ("preload" in words and attribute(link, "as").lower() == "style" and waits):
        media = attribute(link, "media")
        return "" if waits and media.lower() == "print" else media
    return None


_NEXT = re.compile(r"[\s,]*+(\S++)")
_REST = re.compile(r"[^,]*+,?")


def candidates(srcset: str) -> Iterator[tuple[str, str]]:
    """Yield the (reference, descriptor) pairs of a `srcset`: `("/a.jpg", "900w")`."""
    at = 0
    while (found := _NEXT.match(srcset, at)) is not None:
        reference, at = found[1], found.end()
        if reference.endswith(","):
            yield reference.rstrip(","), ""
            continue
        rest = _REST.match(srcset, at)
        if rest is None:
            return
        at = rest.end()
        yield reference, rest[0].rstrip(",").strip()


def chosen_candidate(srcset: str) -> str:
    """Return the reference of the candidate that is archived: the smallest that is WIDE, else the largest; "" if none."""
    sized = [(_size(descriptor), reference) for reference, descriptor in candidates(srcset)]
    wide = [pair for pair in sized if pair[0] >= WIDE]
    return min(wide)[1] if wide else max(sized, key=lambda pair: pair[0], default=(0.0, ""))[1]


def _size(descriptor: str) -> float:
    try:
        return float(descriptor.split()[0][:-1]) if descriptor else 0.0
    except ValueError:
        return 0.0


def late(element: Element, name: str) -> str:
    """Return `src` or `srcset` of a picture: also where a script would put it, if what is there is a mere placeholder."""
    value = attribute(element, name)
    following = element.getnext()
    has_double = (
        following is not None and following.tag == "noscript" and following.find(".//img") is not None
    )
    if (not value or value[:5].lower() == "data:") and not has_double:
        return attribute(element, f"data-{name}") or value
    return value


def _is_of_picture(source: Element) -> bool:
    """Whether a `<source>` is one of a `<picture>`; libxml2 takes what follows it for its content."""
    parent = source.getparent()
    while parent is not None and parent.tag == "source":
        parent = parent.getparent()
    return parent is not None and parent.tag == "picture"


def page_files(root: Element) -> Iterator[tuple[FileKind, str]]:
    """Yield (kind, reference) of what a page loads, the most important first: stylesheets, pictures that are shown,
    those of its styles, then other sizes, cards and icons."""
    images, more = [], []
    for element in root.iter("img", "source", "input", "image", "video", "body"):
        if element.tag == "source" and not _is_of_picture(element):
            continue
        shown = chosen_candidate(late(element, "srcset"))
        others = [late(element, "src"), attribute(element, "data-src")]
        others += [attribute(element, n) for n in ("href", "xlink:href", "poster", "background")]
        images += [shown] if shown else others
        more += others if shown else []
    for link in root.iter("link"):
        if sheet_media(link) is not None:
            yield "sheet", attribute(link, "href")
    for image in images:
        yield "image", image
    styles = [element.text or "" for element in root.iter("style")]
    links = [link for text in [*styles, *root.xpath("//@style")] for link in css_links(text)]
    for css in sorted(links, key=lambda link: ("sheet", "image", "font").index(link.kind)):
        yield css.kind, css.url
    more += root.xpath("//link[@rel='icon' or @rel='shortcut icon']/@href")
    more += root.xpath("//meta[@property='og:image']/@content")
    for image in more:
        yield "image", image


def of_page(page: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs of a page's stylesheets, images and fonts, stylesheets first, each once, at most 60.

    Args:
        page: HTML; anything else gives nothing.
        url: The page's own, after redirects.
    """
    root = parse(decode(page).text)
    return _absolute(base_of(root, url), (link for _, link in page_files(root))) if root is not None else ()


def of_sheet(sheet: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs of what a stylesheet imports, shows as images and takes as fonts, in this order.

    Of a font that is offered in several formats the first that browsers of today read is enough.
    """
    links = list(css_links(decode(sheet).text))
    wanted = [link.url for kind in ("sheet", "image") for link in links if link.kind == kind]
    fonts = [link for link in links if link.kind == "font"]
    wanted += [link.url for link in fonts if _MODERN.search(link.url)] or [link.url for link in fonts]
    return _absolute(url, wanted)


def _absolute(base: str, links: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(filter(None, (absolute(base, link) for link in links))), MOST))
