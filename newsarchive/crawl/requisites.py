"""What a page needs to be shown as it was: its stylesheets and images, and how many bytes they may take.

The functions are pure: the page's bytes in, URLs out, the most important first. Scripts, frames, fonts and media are left out: the
page is shown in a sandbox where nothing runs. Tested in tests/crawl/test_requisites.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import html
from scrapy import Request
from scrapy.http import Response

from newsarchive.crawl.failures import NotFetched
from newsarchive.crawl.fetch import Fetch, Outcome
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import parse
from newsarchive.web.links import absolute, base_of

MOST = 60  # URLs of one page
PAGE_BYTES = 8_000_000  # of requisites for one page, on the wire
RUN_BYTES = 200_000_000  # of requisites for one source and run
SIZES = re.compile(r"(?<!\s)\s+[\d.]++[wx]\s*+$")

_CSS_URL = re.compile(
    rb"""url\(\s*(?:"([^"]{1,2000})"|'([^']{1,2000})'|([^\s"')]{1,2000}))\s*\)""", re.IGNORECASE
)
_CSS_IMPORT = re.compile(rb"""@import\s+(?:url\(\s*)?["']?([^"')\s;]{1,2000})""", re.IGNORECASE)
_CSS_COMMENT = re.compile(rb"/\*.*?(?:\*/|\Z)", re.DOTALL)
_IMAGE = re.compile(r"\.(?:png|jpe?g|gif|webp|avif|svg|ico|bmp)(?:$|[?#])", re.IGNORECASE)


class RequisiteBudgetMiddleware:
    """A downloader middleware: no more requisites for a page, or for a source and run, than their bytes allow."""

    def __init__(self) -> None:
        self._spent: Counter[str] = Counter()  # of a page, by its URL; of a source, by its name

    def process_request(self, request: Request) -> None:
        """Pass on what there are bytes left for.

        Raises:
            NotFetched: they are spent ("left").
        """
        fetch = Fetch.begin(request)
        is_spent = self._spent[fetch.page] >= PAGE_BYTES or self._spent[fetch.source] >= RUN_BYTES
        if fetch.page and is_spent and not request.meta.get("is_part"):
            raise NotFetched(Outcome("left", "requisites' budget spent"))

    def process_response(self, request: Request, response: Response) -> Response:
        """Count the response's bytes against the page's budget."""
        fetch = Fetch.of(request)
        if fetch.page:
            self._spent.update({fetch.page: fetch.size, fetch.source: fetch.size})
        return response


def of_page(page: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs of a page's stylesheets and images, stylesheets first, each once, at most 60.

    Args:
        page: Decoded HTML; anything else gives nothing.
        url: The page's own, after redirects.
    """
    root = parse(decode(page).text)
    if root is None:
        return ()
    base = base_of(root, url)
    sheets = root.xpath(
        "//link[contains(concat(' ', translate(@rel, 'STYLEHCON', 'stylehcon'), ' '), ' stylesheet ')]/@href"
    )
    styles = b"\n".join(text.encode("utf-8", "replace") for text in root.xpath("//style/text()"))
    found = [*_absolute(base, sheets), *_absolute(base, _images(root)), *of_sheet(styles, base)]
    return tuple(dict.fromkeys(found))[:MOST]


def of_sheet(sheet: bytes, url: str) -> tuple[str, ...]:
    """Return the URLs that a stylesheet imports or shows as images."""
    text = _CSS_COMMENT.sub(b"", sheet)
    imports = [found.decode("utf-8", "replace") for found in _CSS_IMPORT.findall(text)]
    shown = [(a or b or c).decode("utf-8", "replace") for a, b, c in _CSS_URL.findall(text)]
    wanted = [*imports, *(link for link in shown if _IMAGE.search(link))]
    return tuple(dict.fromkeys(_absolute(url, wanted)))[:MOST]


def _images(root: html.HtmlElement) -> Iterator[str]:
    """What `img`, `picture` and social cards show; of several sizes the largest that is named last."""
    for element in root.iter("img", "source"):
        parent = element.getparent()
        if element.tag == "source" and (parent is None or parent.tag != "picture"):
            continue
        for name in ("src", "data-src"):
            if element.get(name):
                yield element.get(name, "")
        sizes = element.get("srcset") or element.get("data-srcset") or ""
        if sizes and not element.get("src"):
            yield SIZES.sub("", sizes.split(", ")[-1]).strip()
    yield from root.xpath("//link[@rel='icon' or @rel='shortcut icon']/@href")
    yield from root.xpath("//meta[@property='og:image']/@content")


def _absolute(base: str, links: Iterable[str]) -> Iterator[str]:
    return filter(None, (absolute(base, link) for link in links))
