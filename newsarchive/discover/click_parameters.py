"""Parameters of links that say where a reader clicked, not what is shown: `?cid=lead&pos=3`.

Pure. Two kinds of evidence: a page that links the same story several times, under addresses that differ in such a
parameter alone; and pages whose canonical address lacks it. Which names an outlet uses is learnt, no list of them is
kept here (`urls.url_key` has one of tracking fields). Tested in tests/discover/test_click_parameters.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from newsarchive.discover.url_shapes import shape_of
from newsarchive.text import fold
from newsarchive.urls import key_or_empty

AGREEING = 2  # stories that a page links under several values of a parameter before it is one of a click
PAGES = 5  # whose canonical addresses lack a parameter, and none that has it
HEAD = 65_536  # bytes of a page in which its canonical address is searched
_LINK = re.compile(rb"<link\b[^<>]*+>", re.IGNORECASE)
_CANONICAL = re.compile(rb"""\brel\s*=\s*["']?canonical\b""", re.IGNORECASE)
_HREF = re.compile(rb"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))""", re.IGNORECASE)


def varying(links: Iterable[tuple[str, str | None]]) -> frozenset[str]:
    """Return the parameters in which a page's several links to the same story differ.

    Args:
        links: URL and headline (None or empty for a picture) of each link to a story.
    """
    by_path: dict[tuple[str, str], list[tuple[dict[str, str], str]]] = {}
    for url, title in links:
        parts = urlsplit(url)
        by_path.setdefault((parts.netloc, parts.path), []).append(
            (dict(parse_qsl(parts.query, keep_blank_values=True)), fold(title or ""))
        )
    agreeing: Counter[str] = Counter()
    differing: Counter[str] = Counter()
    for (host, path), variants in by_path.items():
        names = _differing([fields for fields, _ in variants])
        same = {k: v for k, v in variants[0][0].items() if k not in names}
        if not names or not _is_story(f"http://{host}{path}?{urlencode(same)}"):
            continue
        is_one = len({title for _, title in variants if title}) < 2
        (agreeing if is_one else differing).update(names)
    return frozenset(n for n, count in agreeing.items() if count >= max(AGREEING, differing[n] + 1))


def _differing(variants: list[dict[str, str]]) -> set[str]:
    names = {name for fields in variants for name in fields}
    return {name for name in names if len({fields.get(name) for fields in variants}) > 1}


def _is_story(url: str) -> bool:
    shape = shape_of(url)
    return shape.has_id or shape.has_date or shape.slug_words >= 3


def without(url: str, names: Iterable[str]) -> str:
    """Return `url` without these parameters; the very same text if it has none of them."""
    parts, dropped = urlsplit(url), set(names)
    fields = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in fields if name not in dropped]
    if len(kept) == len(fields):
        return url
    return urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept), parts.fragment))


def canonical_of(head: bytes, url: str) -> str:
    """Return the canonical address that a page names in its first bytes, absolute; empty if it names none."""
    for link in _LINK.finditer(head, 0, HEAD):
        if _CANONICAL.search(link[0]) and (href := _HREF.search(link[0])):
            named = b"".join(value for value in href.groups() if value).decode("utf-8", "replace")
            try:
                return urljoin(url, named.replace("&amp;", "&").strip())
            except ValueError:
                return ""
    return ""


def fate(url: str, canonical: str) -> dict[str, bool]:
    """Return, for each parameter of a page's address, whether its canonical address lacks it; nothing where the two
    name different pages."""
    fields = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    named = dict(parse_qsl(urlsplit(canonical).query, keep_blank_values=True))
    lacking = {name for name in fields if name not in named}
    if not fields or key_or_empty(without(url, lacking)) != key_or_empty(canonical):
        return {}
    return {name: name in lacking for name in fields}


@dataclass(slots=True)
class Fates:
    """How many pages of an outlet lack a parameter in their canonical addresses, and how many have it."""

    lacking: Counter[str]
    having: Counter[str]

    def add(self, fates: Mapping[str, bool]) -> None:
        """Count one page."""
        for name, is_lacking in fates.items():
            (self.lacking if is_lacking else self.having)[name] += 1

    def of_clicks(self) -> tuple[str, ...]:
        """Return the parameters that change nothing, in order."""
        return tuple(sorted(n for n, count in self.lacking.items() if count >= PAGES and not self.having[n]))
