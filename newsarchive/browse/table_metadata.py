"""What Datasette's own pages show about our tables: meanings, labels, facets, ready questions, cells.

Data and small hooks; Datasette does the rest. Tested in tests/browse/test_table_metadata.py.
"""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from newsarchive.browse.datasette_api import Datasette, needs_all_tables
from newsarchive.browse.locate_archive import find_archive, is_known
from newsarchive.browse.page_urls import Links
from newsarchive.browse_links import ROOT

CONFIGURED = (
    "sort_desc",
    "facets",
    "size",
    "label_column",
    "hidden",
)  # settings to Datasette 1.0, not metadata
CELL = 160  # characters of a long text that a table shows
OUR_PATH = re.compile(rf"^{ROOT}/[a-z0-9/?=&.-]*$")

HIDDEN = (
    "warc_files", "urls", "pages", "templates", "captures", "capture_extras", "url_identities", "dirty_urls", "touched_stories",
    "story_aliases", "_sqlite_migrations", "texts", "text_versions", "story_urls", "story_states", "version_authors", "version_tags", "version_details", "syndication", "source_days", "failures",
    "imported_files", "imported_hosts",
)  # fmt: skip

_TIMES = {
    "published_at": "When the outlet says it was published, UTC",
    "modified_at": "When the outlet says it was last modified, UTC",
    "first_seen_at": "First capture that showed it, UTC",
}
_COUNTS = {
    "chars_added": "Characters of text added",
    "chars_removed": "Characters of text removed",
    "significant": "1 if a reader would want to know; 0 for typos, layout and the like",
    "silent": "1 if no notice was found, in the text or beside it, and the page's dates are unchanged",
}

TABLES: dict[str, dict[str, Any]] = {
    "stories": {
        "description": "One row for each story, whatever URLs and versions it has had. The texts are in a table of their own.",
        "label_column": "title",
        "sort_desc": "news_at",
        "facets": ["source", "language", "status", "section"],
        "size": 50,
        "columns": {
            **_TIMES,
            "id": "63-bit id by hash; stays the same when the index is rebuilt",
            "source": "The outlet's short name",
            "url": "The story's present URL",
            "title": "Headline of the latest version; leads to the reading page",
            "description": "Standfirst",
            "status": "live, gone, paywalled, blocked …",
            "news_at": "Date of publication, else of the first capture",
            "last_checked_at": "When it was last checked, UTC",
            "last_changed_at": "When the latest version was first seen, UTC",
            "n_versions": "States that differ for a reader",
            "n_captures": "Captures of the page",
            "n_changes": "Changes between versions",
            "same_because": "Evidence that its URLs are one story (JSON)",
            "withheld": "1 if it must not be shown",
        },
    },
    "versions": {
        "description": "Each state of a story that differs, for a reader, from the one before.",
        "label_column": "title",
        "sort_desc": "first_seen_at",
        "facets": ["source", "change_kind", "significant", "silent"],
        "size": 50,
        "columns": {
            **_TIMES,
            **_COUNTS,
            "version_no": "1 for the first; may shift when an older capture is imported",
            "last_seen_at": "Last capture that showed it, UTC",
            "warc_filename": "WARC file of the first capture that showed it",
            "warc_offset": "Byte at which its record begins in that file",
            "warc_record_id": "WARC-Record-ID, the lasting name of this version",
            "payload_digest": "SHA-1 of the payload, as in the WARC record",
            "text_id": "Row of table texts",
            "text_fingerprint": "Digest of the folded text: equal for texts that read the same",
            "change_kind": "Weightiest kind of the change that led to it",
            "confidence": "How sure the extractor is, 0 to 1",
        },
    },
    "changes": {
        "description": "What happened between two versions of a story.",
        "sort_desc": "changed_at",
        "facets": ["kind", "significant", "silent"],
        "size": 50,
        "columns": {
            **_COUNTS,
            "changed_at": "First capture that showed the new version, UTC",
            "not_before": "Last capture that showed the old one, UTC",
            "kind": "The weightiest of `kinds`",
            "kinds": "All kinds of change that were found (JSON)",
            "reason": "Why it is significant, or why not",
            "share": "Part of the text that was touched, 0 to 1",
            "title_after": "Headline after; leads to the comparison",
        },
    },
    "events": {
        "description": "What happened to a story's page: gone, back, moved, paywalled, blocked …",
        "sort_desc": "happened_at",
        "facets": ["kind"],
        "columns": {"happened_at": "Capture that showed it, UTC", "detail": "In words"},
    },
    "field_changes": {
        "description": "Fields that changed while the text stayed the same.",
        "sort_desc": "changed_at",
        "facets": ["name"],
        "columns": {"name": "Which field", "before": "What it said", "after": "What it says now"},
    },
    "sources": {
        "description": "The outlets of this archive.",
        "label_column": "name",
        "columns": {"name": "Short name, also of its file in sources/", "config": "The source file's settings (JSON)"},
    },
    "authors": {"description": "Names in bylines.", "label_column": "name", "columns": {"name": "As the page gives it"}},
    "tags": {"description": "Tags that pages carry.", "label_column": "name", "columns": {"name": "As the page gives it"}},
    "decisions": {
        "description": "What people decided about stories: split, merge, withhold.",
        "columns": {"urls": "Keys of the URLs concerned (JSON)", "decided_at": "When, UTC"},
    },
    "captures_read": {
        "description": "Every capture of a page, in readable form.",
        "facets": ["source", "kind", "reason", "http_status"],
        "size": 50,
        "columns": {
            "id": "Leads to the page as it was",
            "fetched_at": "When the request was sent, UTC",
            "kind": "response, same-payload, not-modified, rendered or failed",
            "reason": "Why it was asked for: new, recheck, feed, sitemap, section, robots …",
        },
    },
}  # fmt: skip

QUERIES: dict[str, dict[str, Any]] = {
    "most_edited_stories": {
        "title": "Most edited stories",
        "description": "Stories that were changed most often.",
        "sql": """SELECT st.title, st.source, st.n_changes AS changes,
    (SELECT COUNT(*) FROM changes ch WHERE ch.story_id = st.id AND ch.significant = 1) AS significant_changes,
    (SELECT COUNT(*) FROM changes ch WHERE ch.story_id = st.id AND ch.silent = 1) AS silent,
    (SELECT MIN(ch.changed_at) FROM changes ch WHERE ch.story_id = st.id) AS first,
    st.last_changed_at AS last, '/-/news/story/' || st.id AS story
FROM stories st WHERE st.n_changes > 0 AND NOT st.withheld
ORDER BY st.n_changes DESC, st.last_changed_at DESC LIMIT 100""",
    },
    "silent_headline_changes": {
        "title": "Silent headline changes",
        "description": "Headlines that changed where no notice was found and the page's dates are unchanged.",
        "sql": """SELECT ch.changed_at, st.source, ch.title_before, ch.title_after,
    '/-/news/story/' || st.id || '/diff?before=' || ch.before_id || '&after=' || ch.after_id AS comparison
FROM changes ch CROSS JOIN stories st ON st.id = ch.story_id
WHERE ch.silent = 1 AND ch.title_before != ch.title_after AND NOT st.withheld
ORDER BY ch.changed_at DESC LIMIT 200""",
    },
    "stories_that_vanished": {
        "title": "Stories that vanished",
        "description": "Stories whose page is gone, with what was last seen.",
        "sql": """SELECT ev.happened_at, st.source, st.title, st.url, ev.detail, '/-/news/story/' || st.id AS story
FROM events ev CROSS JOIN stories st ON st.id = ev.story_id
WHERE ev.kind = 'gone' AND st.status = 'gone' AND NOT st.withheld
ORDER BY ev.happened_at DESC LIMIT 200""",
    },
    "corrections": {
        "title": "Corrections",
        "description": "Changes that come with a notice of correction, or that retract.",
        "sql": """SELECT ch.changed_at, st.source, ch.title_after, ch.kinds,
    '/-/news/story/' || st.id || '/diff?before=' || ch.before_id || '&after=' || ch.after_id AS comparison
FROM changes ch CROSS JOIN stories st ON st.id = ch.story_id
WHERE NOT st.withheld AND (instr(ch.kinds, 'correction') OR instr(ch.kinds, 'retraction'))
ORDER BY ch.changed_at DESC LIMIT 200""",
    },
    "edits_by_source": {
        "title": "How much each source edits",
        "description": "Share of stories that were edited; of how many edits no notice was found, the page's dates unchanged.",
        "sql": """SELECT st.source, COUNT(*) AS stories, SUM(st.n_changes > 0) AS edited,
    ROUND(100.0 * SUM(st.n_changes > 0) / COUNT(*), 1) AS percent_edited, SUM(st.n_changes) AS changes,
    (SELECT COUNT(*) FROM changes ch JOIN stories s2 ON s2.id = ch.story_id
        WHERE s2.source = st.source AND ch.silent = 1) AS silent_changes
FROM stories st WHERE NOT st.withheld GROUP BY st.source ORDER BY percent_edited DESC""",
    },
    "late_edits": {
        "title": "Late edits",
        "description": "Significant changes to stories that were older than so many days.",
        "params": ["days"],
        "sql": """SELECT ch.changed_at, st.published_at, st.source, ch.title_after, ch.kind,
    '/-/news/story/' || st.id || '/diff?before=' || ch.before_id || '&after=' || ch.after_id AS comparison
FROM changes ch CROSS JOIN stories st ON st.id = ch.story_id
WHERE ch.significant = 1 AND NOT st.withheld
    AND julianday(ch.changed_at) - julianday(st.published_at) > CAST(COALESCE(NULLIF(:days, ''), '7') AS REAL)
ORDER BY ch.changed_at DESC LIMIT 200""",
    },
    "failing_fetches": {
        "title": "Failing fetches",
        "description": "How the fetches of each source ended, by day.",
        "sql": """SELECT date(sd.day * 86400, 'unixepoch') AS day, s.name AS source, sd.outcome, SUM(sd.n) AS fetches
FROM source_days sd JOIN sources s ON s.id = sd.source_id
WHERE sd.outcome NOT IN ('same', 'not-modified', 'rendered') AND sd.outcome NOT LIKE '2%' AND sd.outcome NOT LIKE '3%'
GROUP BY sd.day, s.name, sd.outcome ORDER BY sd.day DESC, fetches DESC LIMIT 500""",
    },
}


def cell(
    value: object, column: str, table: str | None, database: str, datasette: Datasette, row: Any
) -> Markup | None:
    """Return how one of our cells is shown: texts cut short, headlines as links to our pages; None leaves it to Datasette."""
    known = datasette.databases.get(database)
    if known is None or not is_known(known) or not isinstance(value, str | int):
        return None
    if isinstance(value, str) and column in ("story", "comparison") and OUR_PATH.match(value):
        return _link(str(datasette.urls.path(value)), "read" if column == "story" else "compare")
    if isinstance(value, str) and column in ("text", "folded", "config") and len(value) > CELL:
        return Markup("{}…").format(value[:CELL].rstrip())
    href = _own_page(Links(datasette.urls.path), column, table, row)
    return _link(href, str(value) or "untitled") if href else None


def _own_page(links: Links, column: str, table: str | None, row: Any) -> str:
    """Where a headline or an id of a capture leads."""
    names = row.keys() if hasattr(row, "keys") else ()
    if table == "stories" and column == "title" and "id" in names:
        return links.story(row["id"])
    if table == "versions" and column == "title" and {"id", "story_id"} <= set(names):
        return links.story(_plain(row["story_id"]), v=row["id"])
    if table == "changes" and column == "title_after" and {"story_id", "before_id", "after_id"} <= set(names):
        before, after = _plain(row["before_id"]), _plain(row["after_id"])
        return links.diff(_plain(row["story_id"]), before=before, after=after)
    if table == "captures_read" and column == "id":
        return links.capture(row["id"])
    return ""


def _plain(value: Any) -> Any:
    """The id itself where Datasette has put a label beside it."""
    return value["value"] if isinstance(value, dict) else value


def _link(href: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(escape(href), text)


def table_metadata() -> dict[str, dict[str, Any]]:
    """Return the `tables` section as Datasette 0.65 takes it from metadata, 1.0 from its configuration."""
    return {**TABLES, **({} if needs_all_tables() else {name: {"hidden": True} for name in HIDDEN})}


def metadata_for(key: str | None) -> dict[str, dict[str, Any]]:
    """Return of `table_metadata` what Datasette 0.65 looks up under `key`; None = all.

    Under "tables" that is nothing of ours: it looks there for permissions and for how many values a facet has.
    """
    everything = table_metadata()
    if key in (None, "databases"):
        return everything
    return {table: {key: facts[key]} for table, facts in everything.items() if key in facts}


async def describe(datasette: Any) -> None:
    """Give Datasette 1.0 our descriptions, orders, facets and questions; 0.65 takes them from hooks.

    What its user has configured of a table stays.
    """
    place = await find_archive(datasette)
    if place is None or not hasattr(datasette, "set_column_metadata"):
        return
    name = place.database.name
    tables = datasette.config.setdefault("databases", {}).setdefault(name, {}).setdefault("tables", {})
    for table, facts in table_metadata().items():
        own = tables.get(table, {})
        said = {
            key: facts[key]
            for key in CONFIGURED
            if key in facts and not (key == "sort_desc" and "sort" in own)
        }
        tables[table] = said | own
    for table, facts in TABLES.items():
        await datasette.set_resource_metadata(name, table, "description", facts["description"])
        for column, text in facts["columns"].items():
            await datasette.set_column_metadata(name, table, column, "description", text)
    for query, facts in QUERIES.items():
        await datasette.add_query(
            name, query, facts["sql"], title=facts["title"], description=facts["description"],
            parameters=facts.get("params"), is_trusted=True, source="plugin",
        )  # fmt: skip
