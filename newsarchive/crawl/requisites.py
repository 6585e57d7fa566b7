"""How many bytes the stylesheets, images and fonts of a page, and of a source in one run, may take.

Which files they are says `web.page_files`. Tested in tests/crawl/test_requisites.py.
"""

from __future__ import annotations

from collections import Counter

from scrapy import Request
from scrapy.http import Response

from newsarchive.crawl.failures import NotFetched
from newsarchive.crawl.fetch import Fetch, Outcome

PAGE_BYTES = 8_000_000  # of requisites for one page, on the wire
RUN_BYTES = 200_000_000  # of requisites for one source and run


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
