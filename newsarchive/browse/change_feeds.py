"""Feeds of changes: Atom and JSON Feed, with stable ids and the diff inside.

An entry's id is the record id of the capture that first showed the changed version, so that it
survives a rebuild, a move of the server and a merge of stories. Every text in the markup is escaped.
Tested in tests/browse/test_changes.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from markupsafe import Markup, escape

from newsarchive.browse import queries
from newsarchive.browse.filters import direction, listed
from newsarchive.browse.pages.diff_page import compared, field_data, fold, in_order, units_of
from newsarchive.browse.query_args import Args
from newsarchive.browse.views import Reading
from newsarchive.index import read
from newsarchive.index.rows import VersionRow

# Feed readers drop style sheets and keep style attributes.
STYLED = {
    "add": Markup('<ins style="background:#dcf1df;color:#14301c;text-decoration:underline">{}</ins>'),
    "delete": Markup('<del style="background:#fbe0dc;color:#7c2413;text-decoration:line-through">{}</del>'),
}


def entries(reading: Reading, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """One dict for each change: what both kinds of feed need."""
    made = []
    for row in rows:
        before = read.version(reading.connection, row["before_id"])
        after = read.version(reading.connection, row["after_id"])
        link = reading.links.diff(row["story_id"], before=row["before_id"], after=row["after_id"])
        made.append(
            {
                "id": after.warc_record_id,
                "link": link,
                "title": heading(row),
                "summary": summary(row),
                "content": fragment(before, after),
                "at": row["changed_at"],
                "source": row["source"],
                "kinds": row["kinds"],
                "external": row["url"],
                "language": row["language"],
            }
        )
    return made


def heading(row: dict[str, Any]) -> str:
    """`gazette: Ministers agree (headline)`."""
    return f"{row['source']}: {row['title_after']} ({row['kind']})"


def summary(row: dict[str, Any]) -> str:
    """One sentence about the change."""
    silent = "silent, " if row["silent"] else ""
    weight = "significant" if row["significant"] else "not significant"
    counts = f"{row['chars_added']} characters added, {row['chars_removed']} removed"
    return f"{listed(row['kinds'])}: {silent}{weight}; {counts}. {row['reason']}".strip()


def fragment(before: VersionRow, after: VersionRow) -> str:
    """The diff as HTML for a feed reader: fields, then changed paragraphs, unchanged ones counted."""
    change = compared(read.article(before), read.article(after))
    parts = [Markup('<div dir="{}">').format(direction(after.language))]
    for field in in_order(change.fields):
        data = field_data(field)
        parts.append(Markup("<p><b>{}:</b> {}</p>").format(data["label"], _words(data["words"])))
    for unit in fold(units_of(change)):
        parts.append(_unit(unit))
    return str(Markup("").join([*parts, Markup("</div>")]))


def _unit(unit: dict[str, Any]) -> Markup:
    if unit["op"] == "fold":
        return Markup("<p><i>… {} unchanged paragraphs …</i></p>").format(len(unit["units"]))
    if unit["op"] == "keep":
        return Markup("<p>{}</p>").format(unit["after"][0] if unit["after"] else "")
    if unit["op"] in STYLED:
        text = "\n\n".join(unit["after"] if unit["op"] == "add" else unit["before"])
        return Markup("<p>{}</p>").format(_words([{"op": unit["op"], "text": text}]))
    tag = {"move": "[moved] ", "split": "[split] ", "merge": "[merged] "}.get(unit["op"], "")
    words = unit["words"] or [{"op": "keep", "text": " ".join(unit["after"])}]
    return Markup("<p>{}{}</p>").format(tag, _words(words))


def _words(words: Sequence[dict[str, str]]) -> Markup:
    made = []
    for word in words:
        if word["op"] in STYLED:
            made.append(STYLED[word["op"]].format(word["text"]))
        else:
            made.append(escape(word["text"]))
    return Markup("").join(made)


def feed_title(args: Args) -> str:
    """`Changes: gazette, silent`."""
    parts = [args.text("source"), args.text("kind")]
    parts += [name for name in ("significant", "silent", "headline") if args.flag(name)]
    chosen = ", ".join(p for p in parts if p)
    return f"News archive: changes{f' ({chosen})' if chosen else ''}"


def as_atom(reading: Reading, rows: Sequence[dict[str, Any]], args: Args) -> bytes:
    """The changes as an Atom feed (RFC 4287)."""
    query = _query(args)
    at = rows[0]["changed_at"] if rows else "1970-01-01T00:00:00Z"
    out = [
        Markup('<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'),
        Markup("<id>{}</id>\n").format(reading.links.atom(**query)),
        Markup("<title>{}</title>\n<updated>{}</updated>\n").format(_xml(feed_title(args)), at),
        Markup('<link rel="self" href="{}"/>\n').format(reading.links.atom(**query)),
        Markup('<link rel="alternate" type="text/html" href="{}"/>\n').format(reading.links.changes(**query)),
        Markup("<generator>newsarchive</generator>\n"),
    ]
    out += [_atom_entry(e) for e in entries(reading, rows)]
    return str(Markup("").join([*out, Markup("</feed>\n")])).encode("utf-8", "replace")


def _atom_entry(entry: dict[str, Any]) -> Markup:
    kinds = Markup("").join(Markup('<category term="{}"/>').format(_xml(k)) for k in entry["kinds"])
    return Markup(
        '<entry>\n<id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<link href="{}"/>\n'
        "<author><name>{}</name></author>\n{}\n<summary>{}</summary>\n"
        '<content type="html" xml:lang="{}">{}</content>\n</entry>\n'
    ).format(
        entry["id"],
        _xml(entry["title"]),
        entry["at"],
        entry["link"],
        _xml(entry["source"]),
        kinds,
        _xml(entry["summary"]),
        entry["language"],
        _xml(entry["content"]),
    )


def _xml(text: str) -> str:
    """`text` without characters that XML 1.0 can't hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )


def as_json_feed(reading: Reading, rows: Sequence[dict[str, Any]], args: Args) -> bytes:
    """The changes as JSON Feed 1.1 (jsonfeed.org)."""
    query = _query(args)
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed_title(args),
        "home_page_url": reading.links.changes(**query),
        "feed_url": reading.links.json_feed(**query),
        "items": [
            {
                "id": e["id"],
                "url": e["link"],
                "title": e["title"],
                "summary": e["summary"],
                "content_html": e["content"],
                "date_published": e["at"],
                "tags": [e["source"], *e["kinds"]],
                "authors": [{"name": e["source"]}],
                **({"language": e["language"]} if e["language"] else {}),
            }
            for e in entries(reading, rows)
        ],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _query(args: Args) -> dict[str, str]:
    return {name: args.text(name) for name in queries.CHANGE_FILTERS if args.text(name)}
