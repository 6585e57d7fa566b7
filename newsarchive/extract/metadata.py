"""Which of the page's statements about itself is right: title, authors, dates, language and the rest.

Takes what head.py gathered and the text blocks, returns values with their origin. Invents nothing: a field
nobody states stays empty. Tested in tests/extract/test_metadata.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from newsarchive.extract import bylines, date_choice, jsonld, titles
from newsarchive.extract.blocks import RawBlock
from newsarchive.extract.page_metadata import PageMetadata
from newsarchive.extract.titles import fold
from newsarchive.web import dates
from newsarchive.web.dates import Moment
from newsarchive.web.links import absolute


@dataclass(slots=True)
class ChosenMetadata:
    """The fields, and for each filled one where it came from."""

    title: str = ""
    description: str = ""
    authors: tuple[str, ...] = ()
    publisher: str = ""
    published: Moment | None = None
    modified: Moment | None = None
    date_is_weak: bool = False
    section: str = ""
    tags: tuple[str, ...] = ()
    image_url: str = ""
    canonical_url: str = ""
    og_url: str = ""
    amp_url: str = ""
    jsonld_id: str = ""
    origins: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, value: object, origin: str) -> bool:
        """Sets a field that is still empty; tells whether it did."""
        if not value or getattr(self, name):
            return False
        setattr(self, name, value)
        self.origins[name] = origin
        return True


def read_metadata(
    head: PageMetadata, url: str, blocks: Sequence[RawBlock], source: str = ""
) -> ChosenMetadata:
    """All fields of `head` except language and access, which need the article's text.

    Args:
        source: The page's characters, searched for data that stand in no element of their own.
    """
    found = ChosenMetadata()
    _publisher(head, found)
    title, origin = titles.title_of(head, found.publisher, url)
    line = titles.line_in(title, [b.text for b in blocks[:60]]) if origin == "title" else ""
    found.put("title", line or title, "line" if line else origin)
    _description(head, found)
    found.put("authors", *bylines.authors_of(head, blocks, found.publisher, found.title, source))
    _links(head, found, url)
    _dates(head, found, url, blocks, source)
    _topics(head, found)
    return found


# ---------------------------------------------------------------- publisher, description, dates


def _publisher(head: PageMetadata, found: ChosenMetadata) -> None:
    publisher = jsonld.follow(head.field("publisher"), head.items)
    found.put("publisher", jsonld.text_of(publisher), "json-ld")
    found.put(
        "publisher",
        head.meta("og:site_name", "article:publisher_name", "application-name", "dc.publisher"),
        "og",
    )
    for item in head.items:
        if jsonld.types_of(item) & {"organization", "newsmediaorganization", "website"}:
            found.put("publisher", jsonld.text_of(item.get("name")), "json-ld")
    if found.publisher.startswith(("http:", "https:", "/")):
        found.publisher = ""
        found.origins.pop("publisher", None)


def _description(head: PageMetadata, found: ChosenMetadata) -> None:
    found.put("description", jsonld.text_of(head.field("description")), "json-ld")
    if len(found.description) < 20 or fold(found.description) == fold(found.title):
        found.description = ""
    found.put("description", jsonld.plain(head.meta("og:description")), "og")
    found.put(
        "description", jsonld.plain(head.meta("description", "twitter:description", "dc.description")), "meta"
    )
    found.description = " ".join(found.description.split())
    if not found.description:
        found.origins.pop("description", None)


def _dates(
    head: PageMetadata, found: ChosenMetadata, url: str, blocks: Sequence[RawBlock], source: str
) -> None:
    day_first = date_choice.is_day_first(head, url)
    found.put("modified", *date_choice.modified_of(head, day_first))
    found.put("published", *date_choice.published_of(head, url, blocks, source, found.title, day_first))
    if found.published is None and found.canonical_url:
        found.put("published", dates.from_url(found.canonical_url), "url")
    if found.published is None and found.modified is not None:
        found.put("published", found.modified, "modified")
    found.date_is_weak = found.origins.get("published") in ("url", "modified", "weak data")


# ---------------------------------------------------------------- links and topics


def _links(head: PageMetadata, found: ChosenMetadata, url: str) -> None:
    found.put("canonical_url", absolute(url, next(iter(head.links.get("canonical", ())), "")), "link")
    found.put("og_url", absolute(url, head.meta("og:url")), "og")
    found.put("amp_url", absolute(url, next(iter(head.links.get("amphtml", ())), "")), "link")
    item = head.article or {}
    found.put("jsonld_id", str(item.get("@id") or ""), "json-ld")
    image = jsonld.urls_of(jsonld.follow(head.field("image"), head.items))
    found.put("image_url", absolute(url, head.meta("og:image", "og:image:url", "og:image:secure_url")), "og")
    found.put("image_url", absolute(url, image), "json-ld")
    found.put("image_url", absolute(url, head.meta("twitter:image", "twitter:image:src")), "twitter")


def _topics(head: PageMetadata, found: ChosenMetadata) -> None:
    found.put("section", jsonld.text_of(head.field("articleSection")), "json-ld")
    found.put(
        "section",
        head.meta(
            "article:section", "og:article:section", "parsely-section", "cxenseparse:section", "section"
        ),
        "meta",
    )
    found.put("section", _breadcrumb(head, found.title), "breadcrumb")
    tags = [t for t in head.metas.get("article:tag", ()) if t] or jsonld.texts_of(head.field("keywords"))
    origin = "meta" if head.metas.get("article:tag") else "json-ld"
    if not tags:
        raw = head.meta("news_keywords", "keywords", "parsely-tags", "sailthru.tags")
        tags, origin = [t.strip() for t in re.split(r"[,;，、]", raw) if t.strip()], "meta"
    if len(tags) == 1 and "," in tags[0]:
        tags = [t.strip() for t in tags[0].split(",") if t.strip()]
    unique = tuple(dict.fromkeys(t for t in tags if len(t) <= 80))[:50]
    found.put("tags", unique, origin)


def _breadcrumb(head: PageMetadata, title: str) -> str:
    """The last entry of a breadcrumb list that isn't the article itself or the homepage."""
    for item in head.items:
        if "breadcrumblist" not in jsonld.types_of(item):
            continue
        steps = item.get("itemListElement")
        names = []
        for step in steps if isinstance(steps, list) else []:
            if isinstance(step, dict):
                names.append(jsonld.text_of(step.get("name") or step.get("item")))
        names = [n for n in names[1:] if n and "://" not in n and fold(n) != fold(title)]
        if names:
            return names[-1] if len(names[-1]) < 40 else ""
    return ""
