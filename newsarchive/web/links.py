"""References as documents and servers write them, made URLs.

`absolute` is the one way from a reference to a URL that can be fetched and has a key; `redirect_target` the
same for the header of a redirect. Nothing here raises for what others wrote. Pure.
Tested in tests/web/test_links.py.
"""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin, urlsplit

from newsarchive.errors import BadUrlError
from newsarchive.urls import check_url

MAX_URL = 4096  # characters; servers refuse longer ones, and they are traps
_NEVER = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:(?:amp;)+|#0*38;|#x0*26;)", re.IGNORECASE)


def absolute(base: str, reference: str) -> str:
    """Return `reference`, as a document at `base` means it, in the form of `check_url`; empty if it is no http(s) URL.

    Blanks around it and line breaks in it go, and `&amp;` that was escaped twice is read; a fragment alone, a
    password, a control character or more than MAX_URL characters make it empty.
    """
    text = reference.strip()
    if "\n" in text or "\t" in text or "\r" in text:
        text = "".join(text.split())
    if text.startswith("#"):
        return ""
    return _checked(base, _AMPERSAND.sub("&", text) if "&" in text else text)


def redirect_target(url: str, location: str) -> str:
    """Return the URL to which the server of `url` redirects, in the form of `check_url`; empty if it is no http(s) URL.

    Args:
        location: The header's value, each byte a character; what is UTF-8 is read as UTF-8.
    """
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode("utf-8")
    return _checked(url, location.strip())


def _checked(base: str, text: str) -> str:
    return _joined(base, text) if text and len(text) <= MAX_URL and not _NEVER.search(text) else ""


@lru_cache(maxsize=2048)  # the links of a page and of its next capture are mostly the same
def _joined(base: str, text: str) -> str:
    try:
        is_whole = text[:8].lower().startswith(("http://", "https://"))
        return check_url(text if is_whole else urljoin(base, text))
    except (BadUrlError, ValueError):
        return ""


def base_of(root: Any, url: str) -> str:
    """Return the URL from which the relative links of the HTML page `root` are meant; `url` unless `<base>` names another."""
    for element in root.iter("base"):
        if element.get("href"):
            return absolute(url, element.get("href")) or url
    return url


def host_of(url: str) -> str:
    """Return the host in lower case, without a leading `www.`; empty if there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


def is_within(url: str, domains: tuple[str, ...]) -> bool:
    """Return whether the URL's host is one of `domains` or below one of them."""
    host = host_of(url)
    return any(host == d or host.endswith("." + d) for d in (d.lower().removeprefix("www.") for d in domains))
