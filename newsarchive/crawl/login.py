"""What a source's requests say of the asker: its language, a subscriber's cookies from a file, a header from the
environment.

Read once when a crawl begins. Sent only to the source's own hosts, over https or to where the cookie says;
never written to WARC, log or report (the writer blanks the values). Tested in tests/crawl/test_login.py.
"""

from __future__ import annotations

import os
import urllib.request
from collections.abc import Iterable, Mapping
from http.cookiejar import DefaultCookiePolicy, LoadError, MozillaCookieJar
from pathlib import Path
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler

from newsarchive.crawl.fetch import Fetch
from newsarchive.crawl.warc_extension import ArchiveMiddleware
from newsarchive.errors import ConfigError
from newsarchive.model import Source


class SourceHeadersMiddleware(ArchiveMiddleware):
    """A downloader middleware that sets them for each request, and takes back what another host isn't to get.

    Raises:
        ConfigError: as `Logins`.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        plan = self._archive.plan
        self._logins = Logins(Path(plan.archive), plan.sources)
        self._has_jar = crawler.settings.getbool("COOKIES_ENABLED")

    def process_request(self, request: Request) -> None:
        """Set language and secrets."""
        fetch = Fetch.begin(request)
        for name in fetch.secret_headers:
            if name != "Cookie" or not self._has_jar:  # Scrapy's own middleware has just written that one
                request.headers.pop(name, None)
        language = self._archive.source(fetch.source).language
        request.headers.setdefault("Accept-Language", f"{language}, *;q=0.5" if language else "*")
        secrets = self._logins.headers(fetch.source, request.url)
        chain = "; ".join(f"{name}={value}" for name, value in fetch.cookies)
        own = (request.headers.get("Cookie") or b"").decode("latin-1")
        if cookies := "; ".join(filter(None, (own, secrets.pop("Cookie", ""), chain))):
            secrets["Cookie"] = cookies
        request.headers.update(secrets)
        fetch.secret_headers = tuple(secrets)


class Logins:
    """The secrets of a plan's sources.

    Args:
        environment: Where the variables that `login_header` names are read.

    Raises:
        ConfigError: a cookie file that can't be read, a variable that isn't set or holds no header.
    """

    def __init__(
        self, root: Path, sources: Iterable[Source], environment: Mapping[str, str] = os.environ
    ) -> None:
        self._jars: dict[str, MozillaCookieJar] = {}
        self._headers: dict[str, tuple[str, str]] = {}
        self._domains: dict[str, tuple[str, ...]] = {}
        for source in sources:
            self._domains[source.name] = domains_of(source)
            if source.cookies_file:
                self._jars[source.name] = _read_cookies(root / source.cookies_file, source.name)
            if source.login_header:
                self._headers[source.name] = _read_header(environment, source)

    def headers(self, source: str, url: str) -> dict[str, str]:
        """Return what goes along with a request for `url`; nothing to a host that isn't the source's."""
        if not self._owns(source, urlsplit(url).hostname or ""):
            return {}
        found: dict[str, str] = {}
        jar = self._jars.get(source)
        if jar is not None:
            request = urllib.request.Request(url)  # noqa: S310 - never opened; the jar asks it for the URL
            jar.add_cookie_header(request)
            cookie = request.get_header("Cookie")
            if cookie:
                found["Cookie"] = cookie
        if source in self._headers and urlsplit(url).scheme == "https":
            name, value = self._headers[source]
            found[name] = value
        return found

    def _owns(self, source: str, host: str) -> bool:
        return any(host == domain or host.endswith("." + domain) for domain in self._domains.get(source, ()))


def domains_of(source: Source) -> tuple[str, ...]:
    """Return the domains that a source owns: those it names, else the hosts of its own URLs."""
    if source.domains:
        return source.domains
    urls = (source.homepage, *source.feeds, *source.sections)
    return tuple({urlsplit(url).hostname or "" for url in urls if url} - {""})


def _read_cookies(path: Path, name: str) -> MozillaCookieJar:
    # Otherwise a cookie of one host would be sent to the hosts below it, too.
    policy = DefaultCookiePolicy(strict_ns_domain=DefaultCookiePolicy.DomainStrictNonDomain)
    jar = MozillaCookieJar(path, policy=policy)
    try:
        jar.load(ignore_discard=True, ignore_expires=True)
    except (OSError, LoadError) as error:
        raise ConfigError(
            f"the cookie file of source '{name}' can't be read",
            where=str(path),
            next_step="Export the cookies in Netscape format (first line: # Netscape HTTP Cookie File)",
        ) from error
    for cookie in list(jar):
        if cookie.expires == 0:  # how browsers and curl write a cookie of the session
            cookie.expires, cookie.discard = None, True
    jar.clear_expired_cookies()
    return jar


def _read_header(environment: Mapping[str, str], source: Source) -> tuple[str, str]:
    name, colon, value = environment.get(source.login_header, "").partition(":")
    name, value = name.strip(), value.strip()
    if not colon or not name or not value or any(c in name + value for c in "\r\n\0"):
        raise ConfigError(
            f"source '{source.name}' wants a header from the environment variable {source.login_header}, "
            "which isn't set or isn't 'Name: value'",
            next_step=f"Set it, e.g. {source.login_header}='Authorization: Bearer …'",
        )
    return name, value
