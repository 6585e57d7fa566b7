"""Which of a page's headings and statements is the title of the article.

The heading that readers see wins where it can be told from the outlet's own name; what the page declares
decides between headings and strips a kicker from them. Pure. Tested in tests/extract/test_titles.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from newsarchive.extract import jsonld
from newsarchive.extract.author_names import fold_name
from newsarchive.extract.page_metadata import PageMetadata
from newsarchive.text import normalized
from newsarchive.web.html_tree import Element, inner_text

_SEPARATORS = re.compile(r"(?<!\s)(?:\s+[|·•»›—–\-:‹«/]++\s+|\s*[|»›]\s*)|_(?=[A-Z\u3400-\u9fff])")
_TRIM = re.compile(r"^[\s|·•»›—–\-:_]+|(?<![\s|·•»›—–\-:_])[\s|·•»›—–\-:_]+$")
_QUOTES = {ord(a): b for a, b in zip("‘’‚‛`´“”„«»‐‑‒–—―−", "''''''\"\"\"\"\"-------", strict=True)}
_WORDS = re.compile(r"\w+")
LONGEST = 200  # characters of a headline that nothing else on the page repeats


def fold(text: str) -> str:
    """Text for comparing titles: case, quotes, dashes and spaces folded."""
    text = normalized("NFKC", text).casefold().translate(_QUOTES).replace("\u2026", "...")
    return " ".join(text.split()).strip(" .")


def title_of(head: PageMetadata, publisher: str, url: str) -> tuple[str, str]:
    """The title and its origin (h1, json-ld, og, twitter, title); both empty if the page names none."""
    headline = jsonld.text_of(head.field("headline")) or jsonld.text_of(head.field("name"))
    og, twitter = head.meta("og:title"), head.meta("twitter:title")
    names = _site_names(head, publisher, url)
    headline = without_site(headline, names) or headline
    declared = [t for t in (headline, without_site(og, names), without_site(twitter, names)) if t]
    element = without_site(head.title, names)
    best, best_score = "", 0.0
    for text, h1 in zip(head.h1s, head.h1_elements, strict=True):
        if not text or _is_site(text, names):
            continue
        text = _without_kicker(h1, text, [*declared, element])
        chosen, score = _agreement(without_site(text, names), declared, element)
        chosen = _whole(h1, text, chosen)
        score += _position(h1)
        if score > best_score:
            best, best_score = chosen, score
    stated = [t for t in (*declared, element) if t]
    if best_score < 3 and (shown := _lower_heading(head, stated)):
        return shown, "h2"
    if best_score >= 2:
        newer = _agreed(headline, og, head) and fold(best) != fold(headline)
        return (headline, "json-ld") if newer else (best, "h1")
    is_long = len(best) <= LONGEST and (len(best.split()) >= 4 or len(best) >= 18)
    if best and best_score >= 0.4 and (is_long or not declared) and _is_telling(head, best):
        return best, "h1"
    for text, origin in (
        (headline, "json-ld"),
        (without_site(og, names), "og"),
        (without_site(twitter, names), "twitter"),
        (element, "title"),
    ):
        if text and not _is_site(text, names):
            return text, origin
    return (best, "h1") if best else (headline or og or head.title, "title")


def line_in(title: str, lines: Sequence[str]) -> str:
    """The line of the page that is most of a window's title, whose rest names the outlet or section; empty if none is."""
    whole = fold(title)
    for line in lines:
        part = fold(line) if 20 <= len(line) < len(title) <= 2 * len(line) else ""
        if part and (whole.startswith(part) or whole.endswith(part)):
            return line
    return ""


def _lower_heading(head: PageMetadata, stated: Sequence[str]) -> str:
    """The h2 that two of the page's statements name, with or without the outlet's name behind it; empty without one."""
    begins = [{fold(t), fold(_SEPARATORS.split(t)[0])} for t in stated]
    return next((h2 for h2 in head.h2s if len(h2) >= 15 and sum(fold(h2) in b for b in begins) >= 2), "")


def _is_telling(head: PageMetadata, h1: str) -> bool:
    """Whether an h1 that nothing agrees with is the only one, or the first and stands in the article."""
    filled = [other for other in head.h1s if other]
    return fold(filled[0]) == fold(h1) and (len(set(map(fold, filled))) == 1 or len(filled) <= 2)


def _agreed(headline: str, og: str, head: PageMetadata) -> bool:
    """Whether a news article's own headline and og:title are one: two statements against the h1."""
    is_news = head.article is not None and "newsarticle" in jsonld.types_of(head.article)
    return bool(headline) and is_news and fold(headline) == fold(og) and not headline.endswith(("…", "..."))


_KICKER = re.compile(
    r"kicker|dachzeile|overline|eyebrow|topline|roofline|supertitle|pretitle|headline__?pre|label|badge|category",
    re.I,
)


def _without_kicker(h1: Element, text: str, declared: Sequence[str]) -> str:
    """The heading without an inner element that is named as its kicker, unless the page declares the two together."""
    for inner in h1.iter():
        if inner is h1 or not _KICKER.search(inner.get("class") or ""):
            continue
        kicker = inner_text(inner)
        rest = text[len(kicker) :].lstrip(" :|-–—/") if kicker and text.startswith(kicker) else ""
        if len(rest) >= 12 and not any(fold(d).startswith(fold(kicker)) for d in declared):
            return rest
    return text


# What a heading's element holds behind the headline: "Posted on July 1", "(example.org)", "02.02.2022 • Sport".
_ADDED = re.compile(
    r"\s(?:\(\w[\w-]*(?:\.\w+)+\)|\d\d?[./]\d\d?[./]\d{2,4}\b|(?:posted|published|veröffentlicht|publié) )",
    re.I,
)


def _whole(h1: Element, text: str, chosen: str) -> str:
    """`chosen`, or the whole heading where what stands before it is no kicker: a figure or a short word of the same text."""
    before = text[: -len(chosen)].strip() if fold(text).endswith(fold(chosen)) else ""
    if not before or len(before) > 4 or not before.isalnum():
        return chosen
    return chosen if any(" ".join(part.split()) == before for part in h1.itertext()) else text


def _agreement(h1: str, declared: Sequence[str], element: str) -> tuple[str, float]:
    """How far the page's statements agree with a heading, 0..4, and the heading without a kicker."""
    folded = fold(h1)
    best, chosen = 0.4, h1
    for text in declared:
        other = fold(text)
        if folded == other:
            return h1, 4.0
        if folded.replace(" ", "") == other.replace(" ", ""):
            return text, 4.0  # the page's markup glues words that its data keep apart
        if len(other) >= 15 and len(other) * 3 > len(folded) and folded.endswith(other):
            chosen, best = text, max(best, 3.5)  # a kicker stands before it
        elif len(other) >= 15 and _ADDED.match(folded.removeprefix(other)):
            chosen, best = text, max(best, 3.5)  # a date, a source or a number of comments stands behind it
        elif len(folded) >= 4 and folded in other:
            best = max(best, 3.0)
        elif _alike(folded, other):
            best = max(best, 2.2)
    title = fold(element)
    if title and best < 3:
        if folded == title:
            best = 3.2
        elif len(folded) >= 4 and (title.startswith(folded) or folded in title):
            best = 3.0
        elif _alike(folded, title):
            best = max(best, 2.0)
    return chosen, best


_SITE_HEADING = re.compile(r"logo|site-title|(?:^|[\s_-])brand(?:ing|-name)?(?:$|[\s_])", re.I)


def _position(h1: Element) -> float:
    """A little more for a heading in the article, less for one in the page's head or a link home."""
    score = 0.0
    for at in h1.iterancestors():
        if at.tag in ("article", "main"):
            score += 0.2
            break
        if at.tag in ("nav", "footer", "aside"):
            score -= 1.0
    links = [a.get("href") or "" for a in h1.iter("a")]
    parent = h1.getparent()
    if parent is not None and parent.tag == "a":
        links.append(parent.get("href") or "")
    if any(
        link.rstrip("/").count("/") < 3
        and (link == "/" or (link.startswith("http") and link.rstrip("/").count("/") == 2))
        for link in links
    ):
        score -= 2.0
    if _SITE_HEADING.search(f"{h1.get('class') or ''} {h1.get('id') or ''}"):
        score -= 2.0
    return score


def _site_names(head: PageMetadata, publisher: str, url: str) -> set[str]:
    """Folded names of the outlet without spaces."""
    names = {
        publisher,
        head.meta("og:site_name"),
        head.meta("application-name"),
        head.meta("twitter:site").lstrip("@"),
    }
    host = url.split("://", 1)[-1].split("/", 1)[0].split(":")[0].lower().removeprefix("www.")
    names |= {host, host.rsplit(".", 1)[0], *host.split(".")[:-1][-1:]}
    folded = (
        fold_name(name) for name in names if len(name.split()) <= 6
    )  # some give the headline as the site's name
    return {n for n in (name.replace(" ", "") for name in folded) if len(n) >= 3}


def _is_site(text: str, names: set[str]) -> bool:
    name = fold_name(text).replace(" ", "")
    return (
        not name
        or name in names
        or (len(name) >= 6 and any(n.startswith(name) and len(name) * 2 > len(n) for n in names))
    )


def _alike(a: str, b: str) -> bool:
    """Most words of the shorter stand in the longer, and the two are of like length."""
    x, y = set(_WORDS.findall(a)), set(_WORDS.findall(b))
    small, large = sorted((len(x), len(y)))
    return small >= 3 and len(x & y) >= 0.6 * max(small, 0.6 * large)


def without_site(title: str, names: set[str]) -> str:
    """A title without the outlet's name at either end."""
    if not title:
        return ""
    before, colon, after = title.partition(": ")
    if colon and len(after) >= 12 and fold_name(before).replace(" ", "") in names:
        return after
    pieces = [p for p in _SEPARATORS.split(title) if p.strip()]
    if len(pieces) < 2:
        return title
    last, first = pieces[-1], pieces[0]
    if _names_site(last, names):
        return without_site(_TRIM.sub("", title[: title.rindex(last)]), names)
    if _names_site(first, names) and len(first) < 40:
        return _TRIM.sub("", title[title.index(first) + len(first) :])
    return title


def _names_site(piece: str, names: set[str]) -> bool:
    name = fold_name(piece).replace(" ", "")
    if len(name) < 3:
        return False
    return any(
        name == n
        or (len(n) >= 4 and n in name and len(name) < 2 * len(n) + 6)
        or (len(name) >= 4 and name in n)
        for n in names
    )
