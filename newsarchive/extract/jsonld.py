"""What a page says of itself in JSON-LD: the one item that is this article, and its fields.

Never raises on broken JSON: control characters, comments and trailing commas are mended, the rest is
skipped. References by @id are followed within the page. Tested in tests/extract/test_jsonld.py.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

from newsarchive.text import load_json
from newsarchive.web.html_tree import tokens

Item = Mapping[str, Any]

ARTICLE_TYPES = tokens(
    "article newsarticle reportagenewsarticle analysisnewsarticle opinionnewsarticle reviewnewsarticle "
    "backgroundnewsarticle askpublicnewsarticle advertisercontentarticle satiricalarticle scholarlyarticle "
    "techarticle report blogposting liveblogposting socialmediaposting discussionforumposting review recipe "
    "criticreview"
)
LESSER_TYPES = frozenset(
    ["webpage", "itempage", "videoobject", "imagegallery", "podcastepisode", "creativework", "mediaobject"]
)
_WRAP = re.compile(
    r"^\s*+(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>)\s*+(?:;\s*+)?$"
)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TRAILING = re.compile(r",\s*([}\]])")
_TAG = re.compile(r"<(?:/?[a-zA-Z][^<>]*+>|!--.*?(?:-->|\Z))", re.S)
_BREAK = re.compile(r"</?(?:p|div|br|h[1-6]|li|ul|ol|blockquote|tr|table|section)\b[^<>]*+>", re.I)
_NEWLINES = re.compile(r"(?<!\s)\s*\n\s*")


def items_of(texts: list[str]) -> list[Item]:
    """All objects in the JSON-LD scripts `texts`, outer ones first, at most 2,000."""
    found: list[Item] = []
    for text in texts:
        loaded = _load(text)
        if loaded is None:
            continue
        for item in _walk(loaded):
            found.append(item)
            if len(found) >= 2000:
                return found
    return found


def _load(text: str) -> Any:
    text = _WRAP.sub("", text.strip()).strip().rstrip(";")
    for mended in (lambda s: s, lambda s: _TRAILING.sub(r"\1", _CONTROL.sub(" ", s)), html.unescape):
        try:
            return load_json(mended(text))
        except ValueError:
            continue
    return None


def _walk(value: Any) -> Iterator[Item]:
    queue = [value]
    while queue:
        value = queue.pop(0)
        if isinstance(value, list):
            queue = [*value, *queue] if len(value) < 500 else [*value[:500], *queue]
        elif isinstance(value, dict):
            yield value
            queue.extend(v for v in value.values() if isinstance(v, dict | list))


def types_of(item: Item) -> set[str]:
    """Lower-case @type names without a namespace."""
    raw = item.get("@type")
    names = raw if isinstance(raw, list) else [raw]
    return {str(n).rsplit("/", 1)[-1].rsplit(":", 1)[-1].lower() for n in names if n}


def article_of(items: list[Item], url: str) -> Item | None:
    """The item that describes the page's article: of an article type, fullest, this URL's own preferred."""
    best: Item | None = None
    best_score = 0.0
    for order, item in enumerate(items):
        kinds = types_of(item)
        if not kinds & ARTICLE_TYPES:
            continue
        score = 1.0 + sum(
            bool(item.get(k)) for k in ("headline", "datePublished", "author", "description", "publisher")
        )
        score += 2.0 * bool(kinds & {"newsarticle", "reportagenewsarticle", "liveblogposting"}) + bool(
            item.get("articleBody")
        )
        if url and _same_page(item, url):
            score += 4.0
        if kinds & {"review", "socialmediaposting", "discussionforumposting"}:
            score -= 2.0
        score -= order * 0.01
        if best is None or score > best_score:
            best, best_score = item, score
    return best


def _same_page(item: Item, url: str) -> bool:
    tail = url.split("://", 1)[-1].split("?", 1)[0].split("#", 1)[0].rstrip("/").lower()
    tail = tail.split("/", 1)[-1] if "/" in tail else ""
    if not tail:
        return False
    for key in ("url", "mainEntityOfPage", "@id"):
        value = item.get(key)
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str) and f"/{value.lower().split('?', 1)[0].rstrip('/')}".endswith("/" + tail):
            return True
    return False


def text_of(value: Any) -> str:
    """A value as one line of plain text: entities and tags gone; of a list its first, of an object its name."""
    if isinstance(value, list):
        return next((t for t in map(text_of, value) if t), "")
    if isinstance(value, dict):
        return text_of(value.get("name") or value.get("headline") or value.get("@value") or value.get("url"))
    if isinstance(value, str):
        return " ".join(plain(value).split())
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def plain(value: str) -> str:
    """Text without markup; block-level tags become newlines."""
    if "&" in value:
        value = html.unescape(value)
        if "&" in value and ";" in value:
            value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub("", _BREAK.sub("\n", value))
    return _NEWLINES.sub("\n", value.replace("\xa0", " ")).strip()


def body_of(item: Item) -> str:
    """The articleBody as plain text with a line a paragraph; empty if there is none."""
    value = item.get("articleBody") or item.get("text")
    if isinstance(value, list):
        value = "\n".join(v for v in value if isinstance(v, str))
    return plain(value) if isinstance(value, str) else ""


def texts_of(value: Any) -> list[str]:
    """A value that may be one text, a list, or a comma-separated line, as a list of texts."""
    if isinstance(value, list):
        return [t for v in value for t in ([text_of(v)] if not isinstance(v, list) else texts_of(v)) if t]
    text = text_of(value)
    return [part.strip() for part in text.split(",") if part.strip()] if text else []


def urls_of(value: Any) -> str:
    """The first URL in a value: a text, an object's url or contentUrl, or a list of these."""
    if isinstance(value, list):
        return next((u for u in map(urls_of, value) if u), "")
    if isinstance(value, dict):
        return urls_of(value.get("url") or value.get("contentUrl") or value.get("@id"))
    return value.strip() if isinstance(value, str) else ""


def follow(value: Any, items: list[Item]) -> Any:
    """`value`, with `{"@id": …}` references replaced by the page's item of that id."""
    if isinstance(value, list):
        return [follow(v, items) for v in value]
    if isinstance(value, dict) and "@id" in value and "name" not in value:
        for item in items:
            if item.get("@id") == value["@id"] and item.get("name"):
                return item
    return value
