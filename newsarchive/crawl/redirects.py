"""Redirects and the cookies of one chain of them.

Scrapy's RedirectMiddleware passes each hop through the download handler, so each is archived. What differs here:
all 3xx with a Location lead on, bad targets are failures with a name, a page that only wants its cookie back is
no loop. Scrapy's CookiesMiddleware would keep cookies for the whole run; these live for one chain of redirects and
go to the host that set them. (COOKIES_ENABLED = True in a spider's settings brings Scrapy's back.)
Tested in tests/crawl/test_redirects.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
from scrapy.http import Response

from newsarchive.crawl.address_guard import SCHEMES, host_port
from newsarchive.crawl.fetch import META, Fetch
from newsarchive.errors import BadUrlError
from newsarchive.web.links import redirect_target

_SCHEME = re.compile(r"\s*([A-Za-z][A-Za-z0-9+.-]*):")
Cookies = tuple[tuple[str, str], ...]


class ArchivedRedirectMiddleware(RedirectMiddleware):
    """Follows redirects; one that leads nowhere is handed on with its failure noted."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ArchivedRedirectMiddleware:
        """Make it without Scrapy's search for a RefererMiddleware: no request names where it comes from."""
        made = cls(crawler.settings)
        made.crawler = crawler
        return made

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """Return the request that a redirect leads to."""
        if not 300 <= response.status < 400 or response.status == 304 or "Location" not in response.headers:
            return response
        if request.meta.get("dont_redirect") or request.meta.get("handle_httpstatus_all"):
            return response
        fetch = Fetch.of(request)
        try:
            url = target_of(request.url, (response.headers.get("Location") or b"").decode("latin-1"))
        except BadUrlError as error:
            fetch.fail(error.what)
            return response
        cookies = cookies_for(url, request.url, fetch.cookies, set_cookies(_set_cookie_lines(response)))
        before = request.meta.get("redirect_urls", [])
        if len(before) >= min(self.max_redirect_times, request.meta.get("redirect_ttl", 99) + len(before)):
            fetch.fail("too many redirects")
        elif url in (request.url, *before) and cookies == fetch.cookies:
            fetch.fail("redirect loop")
        if fetch.failure:
            return response
        onward = self._redirect(
            self._build_redirect_request(request, response, url=url), request, response.status
        )
        onward.meta[META] = made = fetch.again(request.url)
        made.cookies = cookies
        onward.headers.pop("Cookie", None)
        return onward


def target_of(url: str, location: str) -> str:
    """Return the URL that a Location names.

    Args:
        location: The header's value, each byte a character.

    Raises:
        BadUrlError: it names none that may be fetched; `what` is the kind of failure.
    """
    target = redirect_target(url, location.strip(" \t") or url)  # \x85 and \xa0 are bytes of letters
    if not target:
        scheme = _SCHEME.match(location)
        is_other = scheme is not None and scheme[1].lower() not in SCHEMES
        raise BadUrlError("redirect to another scheme" if is_other else "redirect to a bad URL")
    return target


def cookies_for(url: str, came_from: str, sent: Cookies, new: Cookies) -> Cookies:
    """Return what goes along to `url`: nothing to another host, nor from https to http."""
    is_weaker = came_from.startswith("https:") and url.startswith("http:")
    if host_port(url) != host_port(came_from) or is_weaker:
        return ()
    return tuple(sorted((dict(sent) | dict(new)).items()))


def set_cookies(values: Iterable[str]) -> Cookies:
    """Return names and values of Set-Cookie headers; what can't be read, or is no cookie any more, is left out."""
    found = {}
    for value in values:
        first, *attributes = value.split(";")
        name, equals, content = first.strip().partition("=")
        is_gone = any(a.strip().lower().replace(" ", "") in ("max-age=0", "max-age=-1") for a in attributes)
        is_safe = all(" " < c < "\x7f" and c not in ',;"' for c in name + content)
        if equals and name and not is_gone and is_safe:
            found[name] = content
    return tuple(found.items())


def _set_cookie_lines(response: Response) -> list[str]:
    return [value.decode("latin-1") for value in response.headers.getlist("Set-Cookie")]
