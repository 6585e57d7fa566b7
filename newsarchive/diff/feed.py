"""Changes as an Atom feed: one entry a change, ids that never differ, the diff inside.

Builds text; asks nobody. An entry's id is made of the record ids of the two versions' first captures, so it
is the same after a rebuild and after two stories were merged. Tested in tests/diff/test_feed.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from newsarchive.diff.html import clean, render_fragment
from newsarchive.diff.present import Heading, summary
from newsarchive.model import Change
from newsarchive.times import EPOCH, iso_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One change. `id` names it for ever: the record ids of the two versions, say."""

    id: str
    title: str
    url: str  # of the story at its outlet
    changed_at: datetime
    change: Change
    heading: Heading = field(default_factory=Heading)  # the names of the two versions, the language
    source: str = ""
    link: str = ""  # of the comparison, if it is served somewhere; else `url`


def entry_id(name: str) -> str:
    """The Atom id of a change: a URN that holds `name`, without the prefixes of its parts."""
    return "urn:newsarchive:change:" + quote(name.replace("urn:uuid:", ""), safe="-._~:")


def atom_feed(
    entries: Iterable[FeedEntry],
    *,
    title: str = "Changes",
    feed_id: str = "urn:newsarchive:changes",
    link: str = "",
    self_link: str = "",
) -> str:
    """An Atom 1.0 document with the entries in the order given.

    Args:
        entries: Latest first, as readers expect.
        title: Of the feed.
        feed_id: A URI that stays the same for this choice of changes.
        link: The page that shows them, if there is one.
        self_link: Where the feed itself is found.

    Returns:
        Text in UTF-8 with its XML declaration; `updated` is the latest of the entries', not the present.
    """
    rows = list(entries)
    updated = max((e.changed_at for e in rows), default=EPOCH)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{_text(feed_id)}</id>",
        f"<title>{_text(title)}</title>",
        f"<updated>{iso_seconds(updated)}</updated>",
        "<author><name>newsarchive</name></author>",
        '<generator uri="https://pypi.org/project/newsarchive/">newsarchive</generator>',
    ]
    parts += [f'<link rel="alternate" href={_attribute(link)}/>'] if link else []
    parts += [f'<link rel="self" href={_attribute(self_link)}/>'] if self_link else []
    parts += [_entry(e) for e in rows]
    return "\n".join([*parts, "</feed>"]) + "\n"


def _entry(entry: FeedEntry) -> str:
    change, language = entry.change, entry.heading.language
    marks = [
        *change.kinds,
        *(["silent"] if change.silent else []),
        *(["significant"] if change.significant else []),
    ]
    lang = f" xml:lang={_attribute(language)}" if language else ""
    names = f"<p>{_text(entry.heading.before)} → {_text(entry.heading.after)}</p>"
    body = (
        names
        + f"<p>{escape(summary(change))}</p>"
        + render_fragment(change, inline_styles=True, language=language)
    )
    parts = [
        f"<entry{lang}>",
        f"<id>{_text(entry_id(entry.id))}</id>",
        f"<title>{_text(f'{change.kind}: {entry.title}')}</title>",
        f'<link rel="alternate" href={_attribute(entry.link or entry.url)}/>',
    ]
    parts += [f'<link rel="related" href={_attribute(entry.url)}/>'] if entry.link else []
    parts += [
        f"<published>{iso_seconds(entry.changed_at)}</published>",
        f"<updated>{iso_seconds(entry.changed_at)}</updated>",
        f"<author><name>{_text(entry.source or 'unknown source')}</name></author>",
        *(f"<category term={_attribute(m)}/>" for m in marks),
        f"<summary>{_text(summary(change))}</summary>",
        f'<content type="html">{_text(body)}</content>',
        "</entry>",
    ]
    return "\n".join(parts)


def _text(s: str) -> str:
    return escape(clean(s))


def _attribute(s: str) -> str:
    return quoteattr(clean(s))
