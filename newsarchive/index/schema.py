"""The schema of index.db.

It holds no data and decides nothing. Every id is a hash (`compact_ids`), no column holds the time of indexing, so
that an index made again from the WARCs equals the live one row by row. Two kinds of tables: compact ones that grow
with every capture (integers, digests, microseconds) and readable ones that people browse (text, ISO 8601), whose
columns are the fields of `rows`. Views join the first kind into the second.

Nothing is released yet, so there is one schema; an index of another one is made again (`newsarchive rebuild`). From
the first release on a function below `create`, marked `@migrations()`, brings released indexes up to date, and
`connection.SCHEMA` counts up. Tested in tests/index/test_rows.py and tests/index/test_connection.py; each table is described in docs/tables.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlite_utils import Migrations

from newsarchive.index import compact_ids
from newsarchive.index.connection import columns
from newsarchive.index.rows import ChangeRow, EventRow, FailureRow, FieldChangeRow, StoryRow, VersionRow

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("newsarchive")

_TYPES = {"str": "TEXT", "int": "INTEGER", "bool": "INTEGER", "float": "REAL", "tuple": "TEXT"}
_ID = "INTEGER PRIMARY KEY"
_STORY = "INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE"
_VERSION = "INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE"
_CAPTURE = "INTEGER NOT NULL REFERENCES captures(id)"


def _table(name: str, kind: type[Any], /, *constraints: str, **columns_of: str) -> str:
    """CREATE TABLE for the rows of `kind`; `columns_of` says of some columns what their types don't."""
    lines = [f"{f.name} {columns_of.get(f.name) or _column(str(f.type))}" for f in columns(kind)]  # type: ignore[arg-type]
    return f"CREATE TABLE {name} (\n    " + ",\n    ".join([*lines, *constraints]) + "\n)"


def _column(annotation: str) -> str:
    kind, _, none = annotation.partition(" | ")
    return _TYPES[kind.partition("[")[0]] + ("" if none else " NOT NULL")


READABLE = (
    _table("stories", StoryRow, id=_ID, source="TEXT NOT NULL REFERENCES sources(name)"),
    _table(
        "versions",
        VersionRow,
        "UNIQUE (story_id, version_no)",
        id=_ID,
        story_id=_STORY,
        first_capture_id=_CAPTURE,
        last_capture_id=_CAPTURE,
        page_id="INTEGER NOT NULL REFERENCES pages(id)",
        text_id="INTEGER NOT NULL REFERENCES texts(id) DEFERRABLE INITIALLY DEFERRED",
    ),
    _table("changes", ChangeRow, id=_ID, story_id=_STORY, before_id=_VERSION, after_id=_VERSION),
    _table("events", EventRow, id=_ID, story_id=_STORY, capture_id=_CAPTURE),
    _table("field_changes", FieldChangeRow, id=_ID, story_id=_STORY, capture_id=_CAPTURE),
    _table(
        "failures",
        FailureRow,
        id=_ID,
        kind="TEXT NOT NULL",
        url_id="INTEGER REFERENCES urls(id) ON DELETE CASCADE",
        page_id="INTEGER REFERENCES pages(id) ON DELETE CASCADE",
    ),
)

# Statements are parted by empty lines (a trigger has semicolons inside).
TABLES = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, title TEXT NOT NULL DEFAULT '',
    homepage TEXT NOT NULL DEFAULT '', language TEXT NOT NULL DEFAULT '', config TEXT NOT NULL DEFAULT '{}'
)

CREATE TABLE warc_files (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, ingested_to INTEGER NOT NULL DEFAULT 0
)

CREATE TABLE urls (
    id INTEGER PRIMARY KEY, url TEXT NOT NULL UNIQUE, url_key TEXT NOT NULL, domain TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES sources(id), known INTEGER NOT NULL DEFAULT 0,
    n_captures INTEGER NOT NULL DEFAULT 0, first_at INTEGER NOT NULL, last_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0, last_capture_id INTEGER NOT NULL, last_status INTEGER,
    last_reason INTEGER NOT NULL DEFAULT 0, full_at INTEGER, full_seq INTEGER, full_capture_id INTEGER,
    etag TEXT, last_modified TEXT
)

CREATE TABLE pages (
    id INTEGER PRIMARY KEY, url_id INTEGER NOT NULL REFERENCES urls(id),
    source_id INTEGER NOT NULL REFERENCES sources(id), month INTEGER NOT NULL, first_at INTEGER NOT NULL,
    kind TEXT NOT NULL, extractor TEXT NOT NULL, extractor_version TEXT NOT NULL,
    rules TEXT NOT NULL DEFAULT '', data BLOB NOT NULL, kept_hashes BLOB NOT NULL DEFAULT x'',
    shows INTEGER NOT NULL
)

CREATE TABLE templates (
    source_id INTEGER NOT NULL REFERENCES sources(id), month INTEGER NOT NULL, learnt_from TEXT NOT NULL,
    data BLOB NOT NULL, PRIMARY KEY (source_id, month)
) WITHOUT ROWID

CREATE TABLE story_urls (
    url_id INTEGER NOT NULL REFERENCES urls(id),
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE, PRIMARY KEY (url_id, story_id)
) WITHOUT ROWID

CREATE TABLE story_aliases (
    alias INTEGER PRIMARY KEY, story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE
)

-- Where later captures of a story with many go on (ingest/story_continuation.py).
CREATE TABLE story_states (
    story_id INTEGER PRIMARY KEY REFERENCES stories(id) ON DELETE CASCADE, data BLOB NOT NULL
)

CREATE TABLE url_identities (
    identity INTEGER NOT NULL, url_id INTEGER NOT NULL REFERENCES urls(id), PRIMARY KEY (identity, url_id)
) WITHOUT ROWID

CREATE TABLE dirty_urls (
    url_id INTEGER PRIMARY KEY REFERENCES urls(id)
)

-- Stories that were written since the schedule noted last when they are due (archive/agenda.py).
CREATE TABLE touched_stories (
    story_id INTEGER PRIMARY KEY
)

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, urls TEXT NOT NULL, record_id TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', decided_at TEXT NOT NULL
)

CREATE TABLE texts (
    id INTEGER PRIMARY KEY, title TEXT NOT NULL, description TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '', captions TEXT NOT NULL DEFAULT '', folded TEXT NOT NULL DEFAULT ''
)

CREATE VIRTUAL TABLE texts_fts USING fts5(
    title, description, text, captions, folded,
    content = 'texts', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
)

CREATE TABLE captures (
    id INTEGER PRIMARY KEY, story_id INTEGER, version_no INTEGER, event TEXT,
    url_id INTEGER NOT NULL REFERENCES urls(id),
    page_id INTEGER REFERENCES pages(id) DEFERRABLE INITIALLY DEFERRED,
    source_id INTEGER NOT NULL REFERENCES sources(id), warc_file_id INTEGER NOT NULL REFERENCES warc_files(id),
    warc_offset INTEGER NOT NULL, warc_length INTEGER NOT NULL, record BLOB NOT NULL, digest BLOB,
    fetched_at INTEGER NOT NULL, seq INTEGER NOT NULL, http_status INTEGER, kind INTEGER NOT NULL,
    reason INTEGER NOT NULL, FOREIGN KEY (story_id) REFERENCES stories(id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (story_id, version_no) REFERENCES versions(story_id, version_no) DEFERRABLE INITIALLY DEFERRED
)

CREATE TABLE capture_extras (
    capture_id INTEGER PRIMARY KEY REFERENCES captures(id) ON DELETE CASCADE, data TEXT NOT NULL
)

CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)

CREATE TABLE version_authors (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    author_id INTEGER NOT NULL REFERENCES authors(id), place INTEGER NOT NULL,
    PRIMARY KEY (version_id, author_id)
) WITHOUT ROWID

CREATE TABLE version_details (
    version_id INTEGER PRIMARY KEY REFERENCES versions(id) ON DELETE CASCADE, data BLOB NOT NULL
)

CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)

CREATE TABLE version_tags (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags(id), place INTEGER NOT NULL, PRIMARY KEY (version_id, tag_id)
) WITHOUT ROWID

CREATE TABLE syndication (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE, url TEXT NOT NULL,
    url_key TEXT NOT NULL, PRIMARY KEY (story_id, url)
) WITHOUT ROWID

CREATE TABLE source_days (
    source_id INTEGER NOT NULL REFERENCES sources(id), day INTEGER NOT NULL, reason INTEGER NOT NULL,
    outcome TEXT NOT NULL, n INTEGER NOT NULL, bytes INTEGER NOT NULL,
    PRIMARY KEY (source_id, day, reason, outcome)
) WITHOUT ROWID

-- What imported files hold, and what was made of it, so that another choice is followed without reading them.
CREATE TABLE imported_files (
    warc_file_id INTEGER PRIMARY KEY REFERENCES warc_files(id), decided_by TEXT NOT NULL
)

CREATE TABLE imported_hosts (
    warc_file_id INTEGER NOT NULL REFERENCES warc_files(id), host TEXT NOT NULL, said TEXT NOT NULL,
    source TEXT NOT NULL, captures INTEGER NOT NULL, PRIMARY KEY (warc_file_id, host, said)
) WITHOUT ROWID

-- The further pages of articles that are set on several.
CREATE TABLE story_parts (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE, number INTEGER NOT NULL,
    url_id INTEGER NOT NULL REFERENCES urls(id), PRIMARY KEY (story_id, number, url_id)
) WITHOUT ROWID

-- Copies of stories at other outlets (ingest/story_copies.py).
CREATE TABLE copies (story_id INTEGER PRIMARY KEY, original_id INTEGER NOT NULL, percent INTEGER NOT NULL)

CREATE TABLE copy_samples (
    story_id INTEGER PRIMARY KEY, source TEXT NOT NULL, first_seen_at TEXT NOT NULL, text_id INTEGER NOT NULL,
    runs BLOB NOT NULL, hashes BLOB NOT NULL
)

CREATE TABLE copy_hashes (hash INTEGER NOT NULL, story_id INTEGER NOT NULL, PRIMARY KEY (hash, story_id)) WITHOUT ROWID

CREATE TABLE dirty_copies (story_id INTEGER PRIMARY KEY)

-- What search and lists need of every version, narrow: a search for a common word reads this table alone.
CREATE TABLE text_versions (
    text_id INTEGER NOT NULL, version_id INTEGER NOT NULL, story_id INTEGER NOT NULL,
    version_no INTEGER NOT NULL, is_latest INTEGER NOT NULL, changed INTEGER NOT NULL, gone INTEGER NOT NULL,
    source TEXT NOT NULL, language TEXT NOT NULL, section TEXT NOT NULL COLLATE NOCASE, authors TEXT NOT NULL,
    PRIMARY KEY (text_id, version_id)
) WITHOUT ROWID
"""

# stories_by_source and changes_by_story are wide, so that counts and facets read them alone.
INDEXES = """
captures_by_url ON captures(url_id, fetched_at)
captures_by_story ON captures(story_id, version_no) WHERE story_id IS NOT NULL
captures_without_page ON captures(digest) WHERE page_id IS NULL AND kind = 1
changes_by_before ON changes(before_id)
changes_by_after ON changes(after_id)
changes_by_time ON changes(changed_at)
changes_by_story ON changes(story_id, changed_at, significant, silent)
changes_by_kind ON changes(kind)
copies_by_original ON copies(original_id)
events_by_story ON events(story_id)
events_by_capture ON events(capture_id)
failures_by_url ON failures(url_id)
failures_by_page ON failures(page_id)
events_by_time ON events(happened_at)
field_changes_by_story ON field_changes(story_id)
field_changes_by_capture ON field_changes(capture_id)
pages_by_month ON pages(source_id, month, url_id, first_at, kind)
pages_by_url ON pages(url_id, source_id, month)
pages_by_make ON pages(source_id, extractor_version, rules)
stories_by_time ON stories(withheld, news_at)
stories_by_change ON stories(last_changed_at)
stories_by_source ON stories(source, news_at, withheld, status, language, section, n_versions, n_changes, n_captures, published_at, first_seen_at, last_checked_at)
stories_by_edits ON stories(n_changes, last_changed_at) WHERE n_changes > 0
story_aliases_by_story ON story_aliases(story_id)
story_urls_by_story ON story_urls(story_id)
syndication_by_key ON syndication(url_key)
url_identities_by_url ON url_identities(url_id)
urls_by_key ON urls(url_key)
urls_by_source ON urls(source_id, last_reason)
urls_by_time ON urls(source_id, last_at)
version_authors_by_author ON version_authors(author_id)
version_tags_by_tag ON version_tags(tag_id)
versions_by_first_capture ON versions(first_capture_id)
versions_by_last_capture ON versions(last_capture_id)
versions_by_page ON versions(page_id)
versions_by_time ON versions(first_seen_at)
versions_by_text ON versions(text_id)
"""

# They note which stories were written, and keep the full text and the narrow table the same as what they are made of.
TRIGGERS = """
CREATE TRIGGER stories_inserted AFTER INSERT ON stories BEGIN
    INSERT OR IGNORE INTO touched_stories VALUES (new.id);
END

CREATE TRIGGER stories_updated AFTER UPDATE ON stories BEGIN
    INSERT OR IGNORE INTO touched_stories VALUES (new.id);
END

CREATE TRIGGER texts_inserted AFTER INSERT ON texts BEGIN
    INSERT INTO texts_fts(rowid, title, description, text, captions, folded)
    VALUES (new.id, new.title, new.description, new.text, new.captions, new.folded);
END

CREATE TRIGGER texts_deleted AFTER DELETE ON texts BEGIN
    INSERT INTO texts_fts(texts_fts, rowid, title, description, text, captions, folded)
    VALUES ('delete', old.id, old.title, old.description, old.text, old.captions, old.folded);
END

CREATE TRIGGER versions_inserted AFTER INSERT ON versions BEGIN
    INSERT INTO text_versions
    SELECT new.text_id, new.id, new.story_id, new.version_no, new.is_latest, s.n_changes > 0, s.status = 'gone',
        new.source, new.language, s.section, new.authors
    FROM stories s WHERE s.id = new.story_id;
END

CREATE TRIGGER versions_deleted AFTER DELETE ON versions BEGIN
    DELETE FROM text_versions WHERE text_id = old.text_id AND version_id = old.id;
END
"""


def _named(column: str, names: Sequence[str]) -> str:
    """SQL that gives the name of a code."""
    cases = " ".join(f"WHEN {code} THEN '{name}'" for code, name in enumerate(names))
    return f"CASE {column} {cases} END"


VIEWS = f"""
CREATE VIEW captures_read AS
SELECT c.id, c.story_id, c.version_no, v.id AS version_id, c.event, u.url, u.domain, s.name AS source,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.fetched_at / 1000000, 'unixepoch') AS fetched_at,
    c.seq, c.http_status,
    {_named("c.kind", compact_ids.KINDS)} AS kind,
    {_named("c.reason", compact_ids.REASONS)} AS reason,
    w.name AS warc_filename, c.warc_offset, c.warc_length,
    CASE WHEN typeof(c.record) = 'text' THEN c.record ELSE 'urn:uuid:'
        || lower(substr(hex(c.record), 1, 8)) || '-' || lower(substr(hex(c.record), 9, 4)) || '-'
        || lower(substr(hex(c.record), 13, 4)) || '-' || lower(substr(hex(c.record), 17, 4)) || '-'
        || lower(substr(hex(c.record), 21)) END AS warc_record_id,
    CASE WHEN typeof(c.digest) = 'text' THEN c.digest
        WHEN c.digest IS NOT NULL THEN 'sha1-hex:' || lower(hex(c.digest)) END AS payload_digest,
    x.data AS extras
FROM captures c
JOIN urls u ON u.id = c.url_id
JOIN sources s ON s.id = c.source_id
JOIN warc_files w ON w.id = c.warc_file_id
LEFT JOIN versions v ON v.story_id = c.story_id AND v.version_no = c.version_no
LEFT JOIN capture_extras x ON x.capture_id = c.id

CREATE VIEW syndicated AS
SELECT sy.story_id, sy.url, su.story_id AS original_story_id
FROM syndication sy
LEFT JOIN urls u ON u.url_key = sy.url_key
LEFT JOIN story_urls su ON su.url_id = u.id AND su.story_id != sy.story_id
GROUP BY sy.story_id, sy.url
"""  # noqa: S608 - our own names


def statements() -> list[str]:
    """Return the statements that make the schema, in order."""
    texts = [part.strip() for text in (TABLES, TRIGGERS, VIEWS) for part in text.split("\n\n")]
    indexes = [f"CREATE INDEX {line}" for line in INDEXES.strip().splitlines()]
    return [*READABLE, *texts, *indexes]


@migrations()
def create(db: Database) -> None:
    """Make the schema in an empty database."""
    for statement in statements():
        db.execute(statement)
