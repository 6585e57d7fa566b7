"""What a page says against being archived or mined: noarchive, X-Robots-Tag, TDM and AI opt-outs.

Pure: headers and the beginning of a page in, a list of statements out. It is always recorded, and obeyed if
`crawl.obey_optout` says so. Tested in tests/crawl/test_optout.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SEARCHED = 64 * 1024  # decoded bytes of a page that are searched for its meta elements
DIRECTIVES = frozenset({"noarchive", "nocache", "noai", "noimageai"})

_META = re.compile(rb"<meta\b[^>]{0,2000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"""\b(name|http-equiv|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|\Z)", re.DOTALL)


def header_optouts(headers: Iterable[tuple[str, str]], agent: str) -> tuple[str, ...]:
    """Return the opt-outs among response headers that mean everybody or `agent`, each once: `x-robots-tag: noarchive`."""
    found: dict[str, None] = {}
    for name, value in headers:
        low = name.lower()
        if low == "x-robots-tag":
            found |= dict.fromkeys(f"{low}: {word}" for word in _tag_words(value, agent))
        elif low == "tdm-reservation" and value.strip() == "1":
            found["tdm-reservation: 1"] = None
    return tuple(found)


def meta_optouts(html: bytes, agent: str) -> tuple[str, ...]:
    """Return the opt-outs in the meta elements of a page's beginning: `meta robots: noarchive`.

    Args:
        html: Decoded bytes, in any charset that holds ASCII as ASCII.
    """
    found: dict[str, None] = {}
    for element in _META.findall(_COMMENT.sub(b"", html[:SEARCHED])):
        name, content = _attributes(element)
        if name in ("robots", agent.lower()):
            found |= dict.fromkeys(f"meta {name}: {word}" for word in _words(content))
        elif name == "tdm-reservation" and content.strip() == "1":
            found["meta tdm-reservation: 1"] = None
    return tuple(found)


def _attributes(element: bytes) -> tuple[str, str]:
    values: dict[bytes, bytes] = {}
    for key, *forms in _ATTRIBUTE.findall(element):
        values.setdefault(key.lower(), next((form for form in forms if form), b""))
    name = values.get(b"name") or values.get(b"http-equiv") or b""
    return name.decode("ascii", "replace").lower(), values.get(b"content", b"").decode("ascii", "replace")


def _tag_words(value: str, agent: str) -> list[str]:
    """The directives of an X-Robots-Tag: of those that come after a crawler's name, only ours."""
    words, named = [], ""
    for part in value.split(","):
        name, colon, rest = part.partition(":")
        if colon and name.strip().lower() not in ("unavailable_after", "max-snippet", "max-image-preview"):
            named, part = name.strip().lower(), rest
        if named in ("", "*", agent.lower()):
            words += _words(part)
    return words


def _words(text: str) -> list[str]:
    return [word for word in re.split(r"[\s,;]+", text.lower()) if word in DIRECTIVES]
