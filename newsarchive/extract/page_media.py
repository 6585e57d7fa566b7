"""Posts, videos, charts and pictures that a page sets into its text, and where its links lead.

What belongs to other stories, to advertisements or to the site's frame is left out. Pure. Tested in
tests/extract/test_page_media.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from newsarchive.extract.article_fields import BlockVerdict
from newsarchive.extract.blocks import BlockNode, Media, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.web.html_tree import Element
from newsarchive.web.links import absolute

MOST_LINKS = 300  # of an article
MOST_MEDIA = 100
SHORTEST = 40  # characters of a paragraph with which the text may end
LONGEST = 600  # characters of an address; longer ones are data
LONGEST_WORDS = 80
_FOREIGN = sum(
    BIT[g]
    for g in ("related", "newsletter", "paywall", "ad", "share", "comment", "nav", "footer", "side", "bio", "byline")
)  # fmt: skip
_ADDRESSES = ("data-instgrm-permalink", "data-href", "data-bluesky-uri", "cite", "data-text-post-permalink")
_SOURCES = ("data-src", "data-lazy-src", "data-original", "src")
_AMP = {
    "amp-youtube": ("data-videoid", "https://www.youtube.com/embed/"),
    "amp-twitter": ("data-tweetid", "https://x.com/i/status/"),
}
_FRAMES = frozenset(["iframe", "embed", "object", "video", "amp-iframe", "amp-video"])
_NO_EMBED = re.compile(
    r"doubleclick|googlesyndication|googletagmanager|adservice|adsystem|adnxs|taboola|outbrain|recaptcha|/plugins/like|consent|/ads?[/.?_-]|newsletter|mailchimp|disqus",
    re.I,
)
_NO_PICTURE = re.compile(
    r"pixel|spacer|blank|avatar|gravatar|icon|logo|emoji|badge|button|1x1|placeholder|\.svg(?:\?|$)", re.I
)
_PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)(?:[?#]|$)", re.I)
SMALLEST = 65  # pixels; a picture with a smaller side is a sign


@dataclass(frozen=True, slots=True)
class InText:
    """What is set into the text, in page order, as absolute addresses."""

    embeds: tuple[str, ...]
    pictures: tuple[str, ...]


def in_text(
    media: Iterable[Media], blocks: Sequence[RawBlock], verdicts: Sequence[BlockVerdict], base: str
) -> InText:
    """Return the embeds and pictures of the text: in a container that holds kept text, too, and not behind its end."""
    last = max(
        (b.index for b, v in zip(blocks, verdicts, strict=True) if v.kept and b.size >= SHORTEST), default=-1
    )
    embeds, pictures = [], []
    for item in media:
        if item.before > last + 1 or not _is_own(item.node, verdicts):
            continue
        if embed := absolute(base, _embed(item.element)):
            embeds += [] if _NO_EMBED.search(embed) else [embed]
        elif picture := absolute(base, _picture(item.element)):
            pictures.append(picture)
    return InText(_unlike(embeds), _unlike(pictures))


def _unlike(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(url for url in found if len(url) <= LONGEST))[:MOST_MEDIA]


def _is_own(node: BlockNode, verdicts: Sequence[BlockVerdict]) -> bool:
    at: BlockNode | None = node
    for _ in range(5):
        if at is None or at.tag == "body" or at.hidden:
            return False
        if at.first >= 0 and any(v.kept and v.kind == "paragraph" for v in verdicts[at.first : at.last + 1]):
            return True
        if at.mask & _FOREIGN or at.tag in ("aside", "nav", "footer", "header", "form"):
            return False
        at = at.parent
    return False


def _embed(element: Element) -> str:
    """The address of what is embedded; empty for a picture, and where none is named."""
    tag = element.tag
    if tag in _AMP:
        name, stem = _AMP[tag]
        return f"{stem}{element.get(name)}" if element.get(name) else ""
    if tag in _FRAMES:
        found = next(
            (
                v
                for n in (*_SOURCES, "data")
                if (v := element.get(n)) and not v.startswith(("data:", "about:"))
            ),
            "",
        )
        source = element.find(".//source") if tag == "video" and not found else None
        return found or (source.get("src") or "" if source is not None else "")
    if tag in ("img", "picture", "amp-img"):
        return ""
    found = next((v for n in _ADDRESSES if (v := element.get(n))), "")
    links = [a.get("href") for a in element.iter("a") if a.get("href")]
    return found or (links[-1] if links else "")


def _picture(element: Element) -> str:
    image = element.find(".//img") if element.tag == "picture" else element
    if image is None:
        return ""
    sides = [image.get(name) or "" for name in ("width", "height")]
    if any(side.isdecimal() and len(side) < 6 and int(side) < SMALLEST for side in sides):
        return ""
    found = next(
        (v.strip() for n in _SOURCES if (v := image.get(n)) and not v.strip().startswith("data:")), ""
    )
    if not found:
        found = (image.get("srcset") or image.get("data-srcset") or "").split(",")[0].strip().split(" ")[0]
    if _NO_PICTURE.search(f"{found} {image.get('class') or ''}") or _leads_on(image):
        return ""
    return found


def _leads_on(image: Element) -> bool:
    """Whether a click on the picture opens another page: it is a teaser's."""
    for n, above in enumerate(image.iterancestors()):
        if above.tag == "a":
            return not _PICTURE_FILE.search(above.get("href") or "")
        if n == 3:
            break
    return False


def links_of(blocks: Iterable[RawBlock], base: str) -> tuple[tuple[str, str], ...]:
    """Return (words, absolute address) of the links of these blocks."""
    made = (
        (words[:LONGEST_WORDS], url)
        for block in blocks
        for words, href in block.hrefs
        if words and (url := absolute(base, href)) and len(url) <= LONGEST
    )
    return tuple(made)[:MOST_LINKS]
