"""When the article came out and when it was changed: chosen among the page's statements.

The article's own machine-readable statements first, then what readers see, then data somewhere in the page,
then the URL (weak). Pure. Tested in tests/extract/test_metadata.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from newsarchive.extract import jsonld
from newsarchive.extract.blocks import HEADINGS, RawBlock
from newsarchive.extract.class_names import BIT
from newsarchive.extract.page_metadata import PageMetadata, is_outside
from newsarchive.extract.titles import fold
from newsarchive.web import dates
from newsarchive.web.dates import Moment
from newsarchive.web.html_tree import inner_text, tokens

_PUBLISHED = (
    "article:published_time", "og:published_time", "article:published", "og:article:published_time", "datepublished", "parsely-pub-date",
    "sailthru.date", "dc.date.issued", "dcterms.created", "dcterms.issued", "dcterms.date", "dc.date", "publishdate", "publish-date", "published-date", "published-time",
    "publish_date", "pubdate", "publication_date", "published_time", "article.published", "cxenseparse:recs:publishtime",
    "article_date_original", "originalpublicationdate", "date", "ptime", "rnews:datepublished", "citation_publication_date",
    "weibo: article:create_at", "displaydate", "article-publish-date", "date_published", "published_at", "published_on", "bt:pubdate",
    "dc.date.created", "shareaholic:article_published_time", "article.created", "datecreated", "creation_date", "iso-8601-publish-date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "article:modified", "datemodified", "dcterms.modified", "dc.date.modified", "last-modified",
    "lastmod", "og:modified_time", "article:updated_time", "modified_time", "date.modified", "updated_time", "revised",
)  # fmt: skip
_QUOTE = r"""(?:"|\\"|&quot;|&#34;)"""
_DATA = re.compile(
    rf"{_QUOTE}(?:datePublished|date_?[pP]ublished|publishedAt|published_?at|publishedDate|publish_?[dD]ate|publicationDate|pubDate|firstPublished\w*){_QUOTE}"
    rf"\s*:\s*{_QUOTE}(\d[^\"&\\]{{7,35}})"
)
_DATA_WEAK = re.compile(
    rf"{_QUOTE}(?:created_?[aA]t|createdDate|dateCreated|displayDate){_QUOTE}\s*:\s*{_QUOTE}(\d[^\"&\\]{{7,35}})"
)
# Country domains where "en" doesn't mean the United States.
_DAY_FIRST = tokens("uk au nz ie in za sg my ng ke pk lk eu scot mt gh ug tz zw zm bd np hk jm tt")
_CHANGED = re.compile(
    r"updat|modif|aktualis|geändert|actualiz|mis à jour|aggiorn|обновл|atualiz|更新|zuletzt", re.I
)

_OTHER_DAY = re.compile(
    r"receiv|accept|submit|review|event|eingereicht|eingegangen|angenommen|termin|soumis|recibid", re.I
)


def is_day_first(head: PageMetadata, url: str) -> bool:
    """Whether 03/04/2020 is the third of April on this page: not in the United States, to whom "en" alone is counted.

    A page in plain English at a country's own domain is counted to that country.
    """
    language = head.lang.lower().replace("_", "-")
    if language != "en":
        return not language.startswith("en-us")
    host = url.split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return host.rsplit(".", 1)[-1] in _DAY_FIRST


def published_of(
    head: PageMetadata, url: str, blocks: Sequence[RawBlock], source: str, title: str, day_first: bool
) -> tuple[Moment | None, str]:
    """When it came out, and the origin of the answer; "url", "modified" and "weak data" are weak."""
    below = _below_title(blocks, title, day_first)
    for origin, text in _published_statements(head):
        at = dates.moment(text, day_first=day_first)
        if at is None:
            continue
        if below is not None and below.at + timedelta(days=1) < at.at:
            return below, "text"  # the day that readers see is the earlier one: the page was issued anew
        own = _own_day(head, at, day_first) if origin == "json-ld" else None
        if own is not None:
            return own, "meta"
        if at.has_time and at.stated.endswith("+00:00"):
            seen = (below, "text") if below is not None else _shown(head, blocks, day_first)
            at = _as_shown(at, seen[0]) if seen is not None else at
        return at, origin
    by_url = dates.from_url(url)
    shown = (_with_time(head, below), "text") if below is not None else _shown(head, blocks, day_first)
    if shown is not None and (
        by_url is None or shown[1] == "time" or abs(shown[0].at - by_url.at) <= timedelta(days=2)
    ):
        return shown
    for pattern, origin in ((_DATA, "data"), (_DATA_WEAK, "weak data")):
        match = pattern.search(source)
        at = dates.moment(match[1], day_first=day_first) if match else None
        if at is not None:
            return at, origin
    return (by_url, "url") if by_url is not None else (None, "")


def _own_day(head: PageMetadata, at: Moment, day_first: bool) -> Moment | None:
    """The day in the outlet's plain `date` tag, where it is later than JSON-LD's: the text was issued anew."""
    own = dates.moment(head.meta("date", "sailthru.date"), day_first=day_first)
    last = modified_of(head, day_first)[0]
    if own is None or last is None or not at.at + timedelta(days=1) < own.at <= last.at + timedelta(days=1):
        return None
    return own


def modified_of(head: PageMetadata, day_first: bool) -> tuple[Moment | None, str]:
    """When it was last changed, as the page states it."""
    for origin, text in _modified_statements(head):
        at = dates.moment(text, day_first=day_first)
        if at is not None:
            return at, origin
    return None, ""


def _published_statements(head: PageMetadata) -> Iterator[tuple[str, str]]:
    yield from _some("meta", head, _PUBLISHED[:2])
    for key in ("datePublished", "dateCreated"):
        yield "json-ld", jsonld.text_of(head.field(key))
    for item in head.items:
        if isinstance(item.get("datePublished"), str) and jsonld.types_of(item) & jsonld.LESSER_TYPES:
            yield "json-ld", item["datePublished"]
            break
    yield from _some("meta", head, _PUBLISHED[2:])
    for element in head.props.get("datepublished", [])[:2]:
        yield "microdata", element.get("content") or element.get("datetime") or inner_text(element)
    for element in head.props.get("datecreated", [])[:1] + head.props.get("schema:datecreated", [])[:1]:
        yield "microdata", element.get("content") or element.get("datetime") or inner_text(element)


def _modified_statements(head: PageMetadata) -> Iterator[tuple[str, str]]:
    yield "json-ld", jsonld.text_of(head.field("dateModified"))
    yield from _some("meta", head, _MODIFIED)
    for element in head.props.get("datemodified", [])[:2]:
        yield "microdata", element.get("content") or element.get("datetime") or inner_text(element)


def _some(origin: str, head: PageMetadata, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        value = head.meta(name)
        if value:
            yield origin, value


def _as_shown(at: Moment, shown: Moment) -> Moment:
    """`at`, stated as the day that readers see where the machine's form names the neighbouring day in UTC."""
    days = (date.fromisoformat(shown.stated[:10]) - at.at.date()).days
    # west of Greenwich the day before until 10 h, east of it the day after from 21 h
    near = (days == -1 and at.at.hour < 10) or (days == 1 and at.at.hour >= 21)
    return replace(at, stated=shown.stated[:10]) if near else at


def _with_time(head: PageMetadata, day: Moment) -> Moment:
    """The same day with the time of day that an element for times states."""
    for stated, _, _ in head.times[:12] if not day.has_time else ():
        at = dates.moment(stated)
        if at is not None and at.has_time and at.stated[:10] == day.stated[:10]:
            return at
    return day


def _below_title(blocks: Sequence[RawBlock], title: str, day_first: bool) -> Moment | None:
    """The date in a short line between the title and the text, unless it is of a change."""
    folded = fold(title)
    at = next((b.index for b in blocks if b.node.tag in HEADINGS and fold(b.text) == folded), None)
    below = blocks[at + 1 : at + 9] if at is not None else ()
    for block in below:
        is_standfirst = block is below[0] and block.size >= 25  # set as a heading
        if block.size > 200 or (block.node.tag in HEADINGS and not is_standfirst):
            break
        said = f"{blocks[block.index - 1].text[-20:]} {block.text}"
        if block.size <= 100 and not _CHANGED.search(said) and not _OTHER_DAY.search(said):
            found = dates.moment(block.text, day_first=day_first)
            if found is not None:
                return found
    return None


def _shown(head: PageMetadata, blocks: Sequence[RawBlock], day_first: bool) -> tuple[Moment, str] | None:
    """The date that readers see: a time element, a line named or worded as a date, near the title first."""
    own = [t for t in head.times[:12] if not is_outside(t[2])]
    for stated, text, element in own or head.times[:12]:
        if _CHANGED.search(text) or _CHANGED.search(element.get("class") or ""):
            continue
        at = dates.moment(text, day_first=day_first) or dates.moment(stated, day_first=day_first)
        if at is not None:
            machine = dates.moment(stated, day_first=day_first)
            return (machine if machine is not None and machine.stated[:10] == at.stated[:10] else at), "time"
    start = next((b.index for b in blocks if b.node.tag == "h1"), 0)
    order = [*blocks[max(0, start - 6) :], *blocks[: max(0, start - 6)][-60:]]
    for hinted in (True, False):
        for block in order:
            text = block.text if block.size <= 140 else _start(block.text)
            if "\n" in text and not hinted:  # a headline, a byline and a date in one cell
                text = next(
                    (line for line in text.split("\n") if len(line) <= 60 and dates.moment(line)), text
                )
            if len(text) > (140 if hinted else 70) or "©" in block.text or "copyright" in block.text.lower():
                continue
            if hinted and not _near_mask(block) & (BIT["date"] | BIT["byline"]):
                continue
            at = dates.moment(text, day_first=day_first)
            if at is not None:
                return at, "text"
    return None


_LEADS = re.compile(r"^\W{0,3}(?:\w+\W{1,3}){0,2}(\d{1,2}\.\s?(?:\d{1,2}\.|\w+)\s?\d{4})\b")


def _start(text: str) -> str:
    """The date with which a paragraph begins, as agencies do; else the text itself."""
    match = _LEADS.match(text)
    return match[1] if match else text


def _near_mask(block: RawBlock) -> int:
    parent = block.node.parent
    return block.node.mask | (parent.mask if parent is not None else 0)
