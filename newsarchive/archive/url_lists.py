"""Lists that other programs leave: the feeds of an OPML file as sources, the URLs of a text or CSV file.

Pure: values in, values out; nothing is fetched or written. What can't be read is counted, and stops nothing else. Tested in
tests/archive/test_url_lists.py.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from newsarchive.discover.xmltree import Element, parse
from newsarchive.errors import BadUrlError
from newsarchive.model import Source
from newsarchive.sources import source_name_for
from newsarchive.urls import check_url, domain

MAX_TITLE = 200
_URL = re.compile(r"https?://[^\s,;<>\"')\]]+", re.IGNORECASE)
_COLUMNS = ("url", "link", "address", "original_url", "uri", "href")


@dataclass(frozen=True, slots=True)
class Outline:
    """A feed of an OPML file. `site` is the outlet's homepage, empty if the file doesn't say it."""

    feed: str
    site: str
    title: str


def is_opml(text: str) -> bool:
    """Whether a text is OPML."""
    return re.search(r"<opml\b", text[:2000], re.IGNORECASE) is not None


def opml_outlines(text: str) -> tuple[list[Outline], int]:
    """Return the feeds of an OPML file, and how many entries have no address that can be fetched."""
    root, _ = parse(text)
    found, unreadable = [], 0
    for element in root.iter() if root is not None else ():
        said = _attributes(element)
        if "xmlurl" not in said:
            continue
        try:
            feed = check_url(said["xmlurl"].strip())
        except BadUrlError:
            unreadable += 1
            continue
        title = " ".join((said.get("title") or said.get("text") or "").split())[:MAX_TITLE]
        found.append(Outline(feed, _checked(said.get("htmlurl", "")), title))
    return list(dict.fromkeys(found)), unreadable


def _attributes(element: Element) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in element.attrib.items()}


def _checked(url: str) -> str:
    try:
        return check_url(url.strip())
    except BadUrlError:
        return ""


def sources_of(outlines: Iterable[Outline], known: Mapping[str, Source]) -> list[Source]:
    """Return the sources that these feeds make, one for each outlet; of those in `known` with the feeds that are new to them."""
    by_domain = {d: s for s in known.values() for d in s.domains}
    made: dict[str, Source] = {}
    names = set(known)
    for outline in outlines:
        site = outline.site or outline.feed
        own = domain(site)
        before = made.get(own) or by_domain.get(own)
        if before is None:
            name = _free(source_name_for(site), names)
            names.add(name)
            homepage = outline.site or site.partition("://")[0] + "://" + site.split("/")[2] + "/"
            before = Source(name=name, title=outline.title, homepage=homepage, domains=(own,))
        if outline.feed not in before.feeds:
            made[own] = replace(before, feeds=(*before.feeds, outline.feed))
    return list(made.values())


def _free(name: str, taken: set[str]) -> str:
    number = 2
    while name in taken:
        name = f"{name.rstrip('0123456789').rstrip('-')[:36]}-{number}"
        number += 1
    return name


def urls_in(text: str) -> tuple[list[str], int]:
    """Return the URLs of a list, each once in order, and how many lines have none that can be fetched.

    A line is a URL, or has one among other things; in a CSV file with a head the column `url` (`link`, `address`) counts.
    Empty lines and lines that begin with `#` don't.
    """
    found: dict[str, None] = {}
    unreadable = 0
    for said in _cells(text):
        match = _URL.search(said)
        url = _checked(match[0]) if match else ""
        if url:
            found[url] = None
        else:
            unreadable += 1
    return list(found), unreadable


def _cells(text: str) -> Iterator[str]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    head = next(_rows(lines[:1]), [])
    names = [name.strip().lower() for name in head]
    column = next((names.index(name) for name in _COLUMNS if name in names), None)
    if column is None:
        yield from lines
        return
    for row in _rows(lines[1:]):
        yield row[column] if column < len(row) else ""


def _rows(lines: list[str]) -> Iterator[list[str]]:
    """The rows of a CSV file; an empty one for each that can't be read (a field of more than 128 KiB)."""
    rows = csv.reader(io.StringIO("\n".join(lines)))
    while True:
        try:
            yield next(rows)
        except csv.Error:
            yield []
        except StopIteration:
            return
