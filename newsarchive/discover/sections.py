"""Section and front pages: which of their links are articles, and which leads to the next page.

A link is an article by its shape on that site: the form of its URL, the length of its text, the
place where it is and what is beside it. No list of words, in any language. Reads no
network. Tested in tests/discover/test_sections.py.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from newsarchive.discover.discovery import Follow
from newsarchive.discover.url_shapes import Shapes, UrlShape, shape_of
from newsarchive.web.charset import decode
from newsarchive.web.html_tree import Element, parse
from newsarchive.web.links import absolute, base_of, host_of

ACCEPT = 3.0  # points from which a link is an article; set on the pages of the development data
NEARLY_ALL = 0.7  # of the links of a group
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5"})
_MENU_ROLES = frozenset({"navigation", "banner", "contentinfo", "menu", "menubar", "dialog", "alertdialog"})
_MENU = re.compile(r"(?:^|[-_ ])menu(?:$|[-_ ])", re.IGNORECASE)  # in the class of a list or its item
_LONGEST_TITLE = 300  # characters; a longer text is a whole teaser
_STEPS = 12  # ancestors examined


@dataclass(slots=True)
class SectionLink:
    """All anchors of one page to one URL."""

    url: str
    shape: UrlShape
    texts: list[str] = field(default_factory=list)
    heading: str = ""
    in_article: bool = False
    in_menu: bool = True
    places: list[str] = field(default_factory=list)
    order: int = 0
    kind: str = ""  # of its address; links of one page are compared by it

    @property
    def title(self) -> str:
        """The heading it is in, or its longest text that could be a title."""
        if self.heading:
            return self.heading
        return max((t for t in self.texts if len(t) <= _LONGEST_TITLE), key=len, default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A page of links, read."""

    articles: tuple[tuple[str, str], ...] = ()  # (URL, title) in page order
    others: int = 0  # links of this site that aren't articles
    follow: tuple[Follow, ...] = ()
    title: str = ""
    language: str = ""


def read_section(
    text: str,
    url: str,
    *,
    domains: tuple[str, ...] = (),
    shapes: Shapes | None = None,
    all_links: bool = False,
) -> Section:
    """Return the article links of an HTML page.

    Args:
        text: The page, decoded.
        url: Where it came from.
        domains: Hosts whose pages are the source's; else the page's own host.
        shapes: What is known of this source's articles; else only this page counts.
        all_links: Take every link of the site, for a source whose own patterns choose.
    """
    root = parse(text, is_deep=True)
    if root is None:
        return Section()
    base = base_of(root, url)
    links = _collect(root, base, url, domains)
    scores = _scores(links, shapes)
    articles = list(links) if all_links else _articles(links, scores)
    return Section(
        articles=tuple((link.url, link.title) for link in articles),
        others=len(links) - len(articles),
        follow=tuple(Follow(url=u, kind="page") for u in _next_pages(root, base, url)),
        title=" ".join(root.findtext(".//title", "").split()),
        language=(root.get("lang") or "").strip(),
    )


def links_of(body: bytes, url: str) -> list[str]:
    """Return every http(s) link of an HTML page, made absolute, each once, in page order."""
    root = parse(decode(body).text, is_deep=True)
    if root is None:
        return []
    base = base_of(root, url)
    found = (absolute(base, anchor.get("href") or "") for anchor in root.iter("a"))
    return list(dict.fromkeys(link for link in found if link))


def _collect(root: Element, base: str, url: str, domains: tuple[str, ...]) -> list[SectionLink]:
    links: dict[str, SectionLink] = {}
    own = tuple(d.lower().removeprefix("www.") for d in domains) or (host_of(url),)
    for anchor in root.iter("a", "area"):
        target = absolute(base, anchor.get("href") or "")
        if target is None or target == url or not _is_own(target, own):
            continue
        link = links.get(target)
        if link is None:
            link = links[target] = SectionLink(url=target, shape=shape_of(target), order=len(links))
        _describe(link, anchor)
    found = [
        link for link in links.values() if (link.shape.is_page and link.shape.depth > 0) or "?" in link.url
    ]
    _set_kinds(found)
    return found


def _set_kinds(links: Sequence[SectionLink]) -> None:
    """Of one kind are addresses of a name with a number (`/list_12`, `news.asp?id=12`) if there are three; else those of a shape, where
    behind a date a name of a word or two is of one kind with longer ones."""
    names = [
        re.sub(r"\d+", "#", urlsplit(link.url).path) if re.search(r"w#|\?", link.shape.pattern) else ""
        for link in links
    ]
    counts = Counter(filter(None, names))
    for link, name in zip(links, names, strict=True):
        shape = link.shape
        pattern = re.sub(r"/w(?=(?:\.\w+)?\Z)", "/S", shape.pattern) if shape.has_date else shape.pattern
        link.kind = f"{shape.host} {name if counts[name] >= 3 else pattern}"


def _is_own(target: str, domains: tuple[str, ...]) -> bool:
    host = host_of(target)
    return any(host == d or host.endswith("." + d) for d in domains)


def _describe(link: SectionLink, anchor: Element) -> None:
    text = " ".join("".join(anchor.itertext()).split()) or _stated(anchor)
    if text:
        link.texts.append(text)
    heading = next((e for e in anchor.iterdescendants() if e.tag in _HEADINGS), None)
    if heading is not None:
        link.heading = link.heading or " ".join("".join(heading.itertext()).split())
    in_menu = False
    place = [sign_of(anchor)]
    here = anchor.getparent()
    for step in range(_STEPS):
        if here is None:
            break
        if here.tag in _HEADINGS:
            link.heading = link.heading or text
        link.in_article = link.in_article or here.tag == "article"
        in_menu = in_menu or here.tag in ("header", "footer") or is_menu(here)
        if step < 4:
            place.append(sign_of(here))
        here = here.getparent()
    link.in_menu = link.in_menu and in_menu
    link.places.append(">".join(reversed(place)))


def is_menu(element: Element) -> bool:
    """Return whether an element is a menu or a dialog, by its tag, its role or the class of a list."""
    if element.tag in ("nav", "dialog") or (element.get("role") or "") in _MENU_ROLES:
        return True
    return element.tag in ("ul", "li") and bool(_MENU.search(element.get("class") or ""))


def _stated(anchor: Element) -> str:
    """What a link over a whole card says that it leads to."""
    return " ".join((anchor.get("title") or anchor.get("aria-label") or "").split())


def sign_of(element: Element) -> str:
    """Return how elements of one kind are named: the tag and the first classes, without numbers."""
    classes = re.sub(r"\d+", "", " ".join(sorted((element.get("class") or "").split())[:3]))
    tag = str(element.tag)
    return f"{tag}.{classes}" if classes else tag


def _scores(links: list[SectionLink], shapes: Shapes | None) -> dict[str, float]:
    """Points for each link: its own, pulled toward those of its kind and of its place."""
    lists = _headline_lists(links)
    own = {k.url: _url_points(k.shape) + _text_points(k.title) + _place_points(k, lists) for k in links}
    by_kind: dict[str, list[float]] = defaultdict(list)
    for link in links:
        if link.texts:
            by_kind[link.kind].append(own[link.url])
    scores = {}
    for link in links:
        peers = by_kind.get(link.kind, [])
        common = statistics.median(peers) if len(peers) >= 3 else own[link.url]
        scores[link.url] = 0.5 * own[link.url] + 0.5 * common + _known_points(link.shape, shapes)
    return scores


def _articles(links: list[SectionLink], scores: dict[str, float]) -> list[SectionLink]:
    """The links with enough points; and outside menus those of a group that nearly all are articles, however short their texts."""
    known: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for link in links:
        for group in _groups(link):
            known[group].append(scores[link.url] >= ACCEPT)
    articles = {group for group, are in known.items() if sum(are) >= max(3, NEARLY_ALL * len(are))}
    return [
        link
        for link in links
        if scores[link.url] >= ACCEPT or (not link.in_menu and not articles.isdisjoint(_groups(link)))
    ]


def _groups(link: SectionLink) -> set[tuple[str, str]]:
    """What a link is one of: those of a place that are as deep in one directory, those of a kind with a date or a number."""
    first, *others = urlsplit(link.url).path.strip("/").split("/")
    groups = {(place, f"{first if others else ''} {len(others)}") for place in link.places}
    if link.shape.has_date or link.shape.has_id:
        groups.add(("", link.kind.replace("w", "S")))
    return groups


def _known_points(shape: UrlShape, shapes: Shapes | None) -> float:
    """What is known outweighs what one page shows, unless the shape is so plain that menus share it."""
    known = shapes.knows(shape) if shapes else None
    if known is None or (known and set(shape.pattern) <= {"w", "/"}):
        return 0.0
    return 4.0 if known else -2.0


def _url_points(shape: UrlShape) -> float:
    points = 1.5 * shape.has_date + 1.5 * shape.has_id
    points += 2.0 if shape.slug_words >= 5 else 1.2 if shape.slug_words >= 3 else 0.0
    if shape.depth <= 1 and points == 0:
        points -= 2.0
    return points + (0.3 if shape.depth >= 2 else 0.0)


def size_of(text: str) -> float:
    """Return how much a text says, in characters of narrow scripts."""
    wide = sum(
        1 for c in text if "\u3040" <= c <= "\u9fff" or "\uac00" <= c <= "\ud7a3" or "\u0e00" <= c <= "\u0e7f"
    )
    return len(text) + 1.5 * wide


def _text_points(title: str) -> float:
    """A headline is a clause; a menu item is a word or two. Wide scripts say more with a character."""
    size = size_of(title)
    if not title:
        return 0.0
    return 2.0 if size >= 35 else 1.2 if size >= 25 else 0.0 if size >= 16 else -1.0


def _place_points(link: SectionLink, lists: frozenset[str]) -> float:
    points = 1.0 * bool(link.heading) + 0.5 * link.in_article - 2.0 * link.in_menu
    return points + (0.7 if any(p in lists for p in link.places) else 0.0)


def _headline_lists(links: Iterable[SectionLink]) -> frozenset[str]:
    """Places in the page where there are at least three links whose texts are of a headline's length."""
    sizes: dict[str, list[float]] = defaultdict(list)
    for link in links:
        for place in set(link.places):
            sizes[place].append(size_of(link.title))
    return frozenset(p for p, s in sizes.items() if len(s) >= 3 and statistics.median(s) >= 28)


def _next_pages(root: Element, base: str, url: str) -> list[str]:
    """The next page of a list: declared by rel=next, else this URL with its page number plus one."""
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            target = absolute(base, element.get("href") or "")
            if target and target != url and host_of(target) == host_of(url):
                return [target]
    here = _page_number(url)
    for anchor in root.iter("a"):
        target = absolute(base, anchor.get("href") or "")
        if target and target != url and _is_next(here, _page_number(target)):
            return [target]
    return []


_PAGE_PATH = re.compile(r"(?:/(?P<word>[^\W\d]{1,12})[/-]?)?(?P<number>\d{1,4})/?\Z")


def _page_number(url: str) -> tuple[str, str, int | None]:
    """What the list is, what marks its pages, and the number of this one (None: it has no number)."""
    parts = urlsplit(url)
    stem = f"{host_of(url)}{parts.path.rstrip('/')}"
    for key, value in parse_qsl(parts.query):
        if value.isdecimal() and len(value) <= 4:
            return stem, f"?{key}", int(value)
    found = _PAGE_PATH.search(parts.path)
    if found and found["word"]:
        return (
            f"{host_of(url)}{parts.path[: found.start()].rstrip('/')}",
            f"/{found['word']}",
            int(found["number"]),
        )
    return stem, "", None


def _is_next(here: tuple[str, str, int | None], there: tuple[str, str, int | None]) -> bool:
    if there[2] is None or here[0] != there[0]:
        return False
    if here[2] is None:
        return there[2] in (1, 2)  # some lists count from 0 and call the second page 1
    return here[1] == there[1] and there[2] == here[2] + 1
