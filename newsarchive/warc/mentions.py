"""Does a document name a story that is to be erased: by one of its URLs, or by a headline?

Pure. An address counts in any usual spelling: without its scheme, as a path on its own host, percent-encoded or not, in
XML, HTML or JSON. Tested in tests/warc/test_mentions.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from newsarchive.errors import BadUrlError
from newsarchive.urls import host

MIN_TITLE = 12  # characters; a shorter headline ("Weather") names no story
MIN_PATH = 3  # characters; "/" and "/a" name none
_SCHEME = re.compile(r"^[a-z]+://(?:www\.)?", re.I)
_ESCAPED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|[\"\\/bfnrt])")


class Mentions:
    """What names a story.

    Args:
        urls: Its URLs.
        titles: Its headlines.
    """

    def __init__(self, urls: Iterable[str], titles: Iterable[str]) -> None:
        urls = tuple(urls)
        self.addresses = tuple({unquote(_SCHEME.sub("", url)) for url in urls})
        self.titles = tuple({" ".join(t.split()) for t in titles if len(t) >= MIN_TITLE})
        self._paths: dict[str, list[str]] = {}
        for url in urls:
            path = unquote(_path(url))
            if len(path) >= MIN_PATH:
                self._paths.setdefault(_host(url), []).append(path)

    def in_document(self, data: bytes, url: str) -> bool:
        """Return whether a document, fetched from `url`, names the story."""
        text = data.decode("utf-8", "replace")
        texts = {text, unquote(text), html.unescape(text)}
        texts |= {_unescaped(t) for t in texts if "\\" in t}
        texts |= {unquote(t) for t in texts}
        paths = [rf"(?<=[\"'=\s>]){re.escape(p)}" for p in self._paths.get(_host(url), ())]
        wanted = [*map(re.escape, self.addresses), *paths]
        found = re.compile("(?:" + "|".join(wanted) + r")(?![\w-])") if wanted else None
        return any(
            (found is not None and found.search(t)) or (self.titles and self._is_titled(t)) for t in texts
        )

    def _is_titled(self, text: str) -> bool:
        plain = " ".join(text.split())
        return any(title in plain for title in self.titles)

    def in_text(self, text: str) -> bool:
        """Return whether a text of our own, or a line of JSON, names the story by an address or a headline."""
        return self.in_document(text.encode("utf-8", "replace"), "")


def _path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _host(url: str) -> str:
    try:
        return host(url).removeprefix("www.")
    except BadUrlError:
        return ""


def _unescaped(text: str) -> str:
    """`text` with the escapes of JSON's strings resolved, blanks as blanks; surrogates paired."""
    plain = _ESCAPED.sub(_resolved, text)
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _resolved(found: re.Match[str]) -> str:
    if found[0][1] == "u":
        return chr(int(found[0][2:], 16))
    return found[0][1] if found[0][1] in '"\\/' else " "
