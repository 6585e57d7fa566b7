"""URLs as documents write them, made absolute and checked.

Pure. Tested in tests/discover/test_links.py.
"""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from newsarchive.errors import BadUrlError
from newsarchive.urls import check_url

MAX_URL = 4096  # characters; servers refuse longer ones, and they are traps


def absolute(base: str, reference: str) -> str | None:
    """`reference` seen from `base` as an http(s) URL without fragment, or None if it is none.

    Blanks and line breaks that feeds put around or into a URL go; a password in it makes it None.
    """
    text = "".join(reference.split()) if "\n" in reference or "\t" in reference else reference.strip()
    if not text or len(text) > MAX_URL or text.startswith("#"):
        return None
    if not text.isprintable():
        return None
    try:
        is_whole = text[:8].lower().startswith(("http://", "https://"))
        return check_url(text if is_whole else urljoin(base, text))
    except (BadUrlError, ValueError):
        return None


def host_of(url: str) -> str:
    """The host in lower case, without a leading `www.`; empty if there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.rstrip(".").removeprefix("www.")


def is_within(url: str, domains: tuple[str, ...]) -> bool:
    """Whether the URL's host is one of `domains` or below one of them."""
    host = host_of(url)
    return any(host == d or host.endswith("." + d) for d in (d.lower().removeprefix("www.") for d in domains))
