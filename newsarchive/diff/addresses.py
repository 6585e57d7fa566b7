"""When do two addresses on a page mean the same link, embed or picture?

A tracking field, a size, another host of the network that delivers pictures, a number against caches: none of them is a
change. Pure. Tested in tests/diff/test_addresses.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from newsarchive.text import fold
from newsarchive.urls import key_or_empty

T = TypeVar("T")
_SIZE = re.compile(
    r"(?:[-_@/.,=](?:\d{2,4}x\d{0,4}|x\d{2,4}|[wh]_?\d{2,4}|\d{2,4}w|[123]x|small|medium|large|thumb(?:nail)?|original|master|standard|scaled|wide|square)(?=[-_./,@]|$))+",
    re.IGNORECASE,
)
_SUFFIX = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)$")
_INNER = re.compile(r".*(https?(?::|%3a)(?:/{1,2}|%2f%2f).+)", re.IGNORECASE)  # the last URL inside a path
_COMMON = re.compile(
    r"(?:image|img|photo|picture|file|default|index|main|lead|\d{1,4}|[a-z]{0,2})", re.IGNORECASE
)
_KNOWN = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        (
            "youtube",
            r"(?:youtube(?:-nocookie)?\.com/(?:embed/|v/|shorts/|watch\?(?:.{0,500}&)?v=)|youtu\.be/)([\w-]{6,})",
        ),
        ("x", r"(?:twitter|x)\.com/[^?#]{0,200}/status(?:es)?/(\d+)"),
        ("vimeo", r"vimeo\.com/(?:video/)?(\d+)"),
        ("instagram", r"instagram\.com/(?:[\w.]+/)?(?:p|reel|tv)/([\w-]+)"),
        ("tiktok", r"tiktok\.com/(?:@[^/]+/video|embed(?:/v2)?)/(\d+)"),
    )
)
_MEANT = (
    "href",
    "url",
    "id",
    "v",
    "src",
    "post",
    "video",
    "videoid",
    "video_id",
)  # fields of a player that say what it plays


def picture_key(url: str) -> str:
    """Return what a picture's URL is without host and size: variants of one picture have one key."""
    parts = urlsplit(url)
    inner = next((v[0] for n in ("url", "src", "image") if (v := parse_qs(parts.query).get(n))), "")
    if not inner and (found := _INNER.match(parts.path)):
        inner = unquote(found[1])
    if inner:
        parts = urlsplit(inner)
    path = _SIZE.sub("", parts.path)
    name = _SUFFIX.sub("", path.rsplit("/", 1)[-1].lower())
    if _COMMON.fullmatch(name):
        long = [s for s in path.split("/")[:-1] if len(s) >= 8 and any(map(str.isdigit, s))]
        return f"{max(long, key=len)}/{name}" if long else path.lower()
    return name


def embed_key(url: str) -> str:
    """Return what an embedded post, video or chart is called by any of its addresses."""
    for name, pattern in _KNOWN:
        if found := pattern.search(unquote(url)):
            return f"{name}:{found[1]}"
    parts = urlsplit(url)
    fields = parse_qs(parts.query)
    meant = [f"{name}={fields[name][0]}" for name in _MEANT if name in fields]
    return f"{key_or_empty(url).partition('?')[0] or url}?{'&'.join(meant)}"


def link_key(link: tuple[str, str]) -> tuple[str, str]:
    """Return what a link is: its words and the page to which it leads."""
    return fold(link[0]), key_or_empty(link[1]) or link[1]


def only_in(before: Sequence[T], after: Sequence[T], key: Callable[[T], Hashable]) -> tuple[list[T], list[T]]:
    """Return what each side has more than the other, in its order."""
    return _more(before, after, key), _more(after, before, key)


def _more(own: Iterable[T], other: Iterable[T], key: Callable[[T], Hashable]) -> list[T]:
    left = Counter(map(key, other))
    found = []
    for one in own:
        left[key(one)] -= 1
        if left[key(one)] < 0:
            found.append(one)
    return found
