"""What a page needs to be shown as it was: its stylesheets, images and fonts, and how many bytes they may take.

The functions are pure: the page's bytes in, URLs out, the most important first. Scripts, frames and media are left out: the
page is shown in a sandbox where nothing runs. Tested in tests/crawl/test_requisites.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import islice

from scrapy import Request
from scrapy.http import Response

from newsarchive.crawl.failures import NotFetched
from newsarchive.crawl.fetch import Fetch, Outcome
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import parse
from newsarchive.web.links import absolute, base_of
from newsarchive.web.page_files import css_links, page_files

MOST = 60  # URLs of one page
PAGE_BYTES = 8_000_000  # of requisites for one page, on the wire
RUN_BYTES = 200_000_000  # of requisites for one source and run
_MODERN = re.compile(r"\.woff2?(?:$|[?#])", re.IGNORECASE)


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
