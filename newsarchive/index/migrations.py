"""The schema of index.db: named migrations, applied in order, never edited after a release.

It holds no data and decides nothing. Every id is a hash (`newsarchive.index.ids`), no column holds the
time of indexing, so that an index made anew from the WARCs equals the live one row by row.
Tested in tests/index/test_connection.py; each table is described in docs/index.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlite_utils import Migrations

if TYPE_CHECKING:
    from sqlite_utils import Database

migrations = Migrations("newsarchive")

# Statements are parted by empty lines (a trigger has semicolons inside).
# Two kinds of tables: compact ones that grow with every look (integers, digests, microseconds) and
# readable ones that people browse (text, ISO 8601). Views join the first kind into the second.
FIRST = """
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL DEFAULT '',
    homepage TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    config TEXT NOT NULL DEFAULT '{}'
)

CREATE TABLE warc_files (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    ingested_to INTEGER NOT NULL DEFAULT 0
)

CREATE TABLE urls (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    url_key TEXT NOT NULL,
    domain TEXT NOT NULL,
    source_id INTEGER NOT NULL REFERENCES sources(id),
    known INTEGER NOT NULL DEFAULT 0,
    n_captures INTEGER NOT NULL DEFAULT 0,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 0,
    last_capture_id INTEGER NOT NULL,
    last_status INTEGER,
    last_reason INTEGER NOT NULL DEFAULT 0,
    full_at INTEGER,
    full_seq INTEGER,
    full_capture_id INTEGER,
    etag TEXT,
    last_modified TEXT
)

CREATE INDEX urls_by_key ON urls(url_key)

CREATE INDEX urls_by_source ON urls(source_id, last_reason)

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    url_id INTEGER NOT NULL REFERENCES urls(id),
    source_id INTEGER NOT NULL REFERENCES sources(id),
    month INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    extractor TEXT NOT NULL,
    extractor_version TEXT NOT NULL,
    rules TEXT NOT NULL DEFAULT '',
    data BLOB NOT NULL
)

CREATE INDEX pages_by_month ON pages(source_id, month, url_id, first_at)

CREATE INDEX pages_by_url ON pages(url_id)

CREATE INDEX pages_by_make ON pages(source_id, extractor_version, rules)

CREATE TABLE templates (
    source_id INTEGER NOT NULL REFERENCES sources(id),
    month INTEGER NOT NULL,
    learnt_from TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (source_id, month)
) WITHOUT ROWID

CREATE TABLE stories (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL REFERENCES sources(name),
    url TEXT NOT NULL,
    domain TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    section TEXT NOT NULL DEFAULT '',
    image_url TEXT NOT NULL DEFAULT '',
    free_access INTEGER,
    page_kind TEXT NOT NULL DEFAULT 'article',
    status TEXT NOT NULL DEFAULT 'live',
    news_at TEXT NOT NULL,
    published_at TEXT,
    modified_at TEXT,
    first_seen_at TEXT NOT NULL,
    last_checked_at TEXT NOT NULL,
    last_changed_at TEXT NOT NULL,
    n_versions INTEGER NOT NULL,
    n_captures INTEGER NOT NULL,
    n_changes INTEGER NOT NULL,
    latest_version_id INTEGER,
    same_because TEXT NOT NULL DEFAULT '[]',
    withheld INTEGER NOT NULL DEFAULT 0,
    withheld_reason TEXT NOT NULL DEFAULT ''
)

CREATE INDEX stories_by_time ON stories(withheld, news_at)

CREATE INDEX stories_by_source ON stories(source, news_at)

CREATE INDEX stories_by_change ON stories(last_changed_at)

CREATE TABLE story_urls (
    url_id INTEGER NOT NULL REFERENCES urls(id),
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    PRIMARY KEY (url_id, story_id)
) WITHOUT ROWID

CREATE INDEX story_urls_by_story ON story_urls(story_id)

CREATE TABLE story_aliases (
    alias INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE
)

CREATE INDEX story_aliases_by_story ON story_aliases(story_id)

CREATE TABLE url_identities (
    identity INTEGER NOT NULL,
    url_id INTEGER NOT NULL REFERENCES urls(id),
    PRIMARY KEY (identity, url_id)
) WITHOUT ROWID

CREATE INDEX url_identities_by_url ON url_identities(url_id)

CREATE TABLE dirty_urls (
    url_id INTEGER PRIMARY KEY REFERENCES urls(id)
)

CREATE TABLE decisions (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    urls TEXT NOT NULL,
    record_id TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    decided_at TEXT NOT NULL
)

CREATE TABLE texts (
    id INTEGER PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    captions TEXT NOT NULL DEFAULT '',
    folded TEXT NOT NULL DEFAULT ''
)

CREATE VIRTUAL TABLE texts_fts USING fts5(
    title, description, text, captions, folded,
    content = 'texts', content_rowid = 'id',
    tokenize = "unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'"
)

CREATE TRIGGER texts_inserted AFTER INSERT ON texts BEGIN
    INSERT INTO texts_fts(rowid, title, description, text, captions, folded)
    VALUES (new.id, new.title, new.description, new.text, new.captions, new.folded);
END

CREATE TRIGGER texts_deleted AFTER DELETE ON texts BEGIN
    INSERT INTO texts_fts(texts_fts, rowid, title, description, text, captions, folded)
    VALUES ('delete', old.id, old.title, old.description, old.text, old.captions, old.folded);
END

CREATE TABLE captures (
    id INTEGER PRIMARY KEY,
    story_id INTEGER,
    version_no INTEGER,
    event TEXT,
    url_id INTEGER NOT NULL REFERENCES urls(id),
    page_id INTEGER REFERENCES pages(id) DEFERRABLE INITIALLY DEFERRED,
    source_id INTEGER NOT NULL REFERENCES sources(id),
    warc_file_id INTEGER NOT NULL REFERENCES warc_files(id),
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    record BLOB NOT NULL,
    digest BLOB,
    fetched_at INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    http_status INTEGER,
    kind INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    FOREIGN KEY (story_id) REFERENCES stories(id) DEFERRABLE INITIALLY DEFERRED,
    FOREIGN KEY (story_id, version_no) REFERENCES versions(story_id, version_no) DEFERRABLE INITIALLY DEFERRED
)

CREATE INDEX captures_by_url ON captures(url_id)

CREATE INDEX captures_by_story ON captures(story_id, version_no) WHERE story_id IS NOT NULL

CREATE INDEX captures_without_page ON captures(digest) WHERE page_id IS NULL AND kind = 1

CREATE TABLE capture_extras (
    capture_id INTEGER PRIMARY KEY REFERENCES captures(id) ON DELETE CASCADE,
    data TEXT NOT NULL
)

CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    version_no INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    authors TEXT NOT NULL DEFAULT '',
    publisher TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    section TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '',
    image_url TEXT NOT NULL DEFAULT '',
    canonical_url TEXT NOT NULL DEFAULT '',
    free_access INTEGER,
    page_kind TEXT NOT NULL DEFAULT 'article',
    published_at TEXT,
    modified_at TEXT,
    date_is_weak INTEGER NOT NULL DEFAULT 0,
    first_seen_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    n_captures INTEGER NOT NULL,
    first_capture_id INTEGER NOT NULL REFERENCES captures(id),
    last_capture_id INTEGER NOT NULL REFERENCES captures(id),
    page_id INTEGER NOT NULL REFERENCES pages(id),
    warc_filename TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    warc_length INTEGER NOT NULL,
    warc_record_id TEXT NOT NULL,
    payload_digest TEXT NOT NULL DEFAULT '',
    text_id INTEGER NOT NULL REFERENCES texts(id) DEFERRABLE INITIALLY DEFERRED,
    text_fingerprint TEXT NOT NULL,
    paragraph_kinds TEXT NOT NULL DEFAULT '',
    words INTEGER NOT NULL,
    extractor TEXT NOT NULL,
    extractor_version TEXT NOT NULL,
    confidence REAL NOT NULL,
    warnings TEXT NOT NULL DEFAULT '[]',
    flapping INTEGER NOT NULL DEFAULT 0,
    change_kind TEXT NOT NULL DEFAULT '',
    significant INTEGER,
    silent INTEGER,
    chars_added INTEGER,
    chars_removed INTEGER,
    UNIQUE (story_id, version_no)
)

CREATE INDEX versions_by_text ON versions(text_id, is_latest, story_id, version_no, source, language)

CREATE INDEX versions_by_first_capture ON versions(first_capture_id)

CREATE INDEX versions_by_last_capture ON versions(last_capture_id)

CREATE INDEX versions_by_page ON versions(page_id)

CREATE INDEX versions_by_time ON versions(first_seen_at)

CREATE TABLE changes (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    before_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    after_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    changed_at TEXT NOT NULL,
    not_before TEXT NOT NULL,
    kind TEXT NOT NULL,
    kinds TEXT NOT NULL,
    significant INTEGER NOT NULL,
    silent INTEGER NOT NULL,
    reason TEXT NOT NULL,
    chars_added INTEGER NOT NULL,
    chars_removed INTEGER NOT NULL,
    share REAL NOT NULL,
    title_before TEXT NOT NULL,
    title_after TEXT NOT NULL
)

CREATE INDEX changes_by_story ON changes(story_id)

CREATE INDEX changes_by_before ON changes(before_id)

CREATE INDEX changes_by_after ON changes(after_id)

CREATE INDEX changes_by_time ON changes(changed_at)

CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    happened_at TEXT NOT NULL,
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    detail TEXT NOT NULL DEFAULT ''
)

CREATE INDEX events_by_story ON events(story_id)

CREATE INDEX events_by_capture ON events(capture_id)

CREATE INDEX events_by_time ON events(happened_at)

CREATE TABLE field_changes (
    id INTEGER PRIMARY KEY,
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    capture_id INTEGER NOT NULL REFERENCES captures(id),
    changed_at TEXT NOT NULL,
    name TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL
)

CREATE INDEX field_changes_by_story ON field_changes(story_id)

CREATE INDEX field_changes_by_capture ON field_changes(capture_id)

CREATE TABLE authors (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
)

CREATE TABLE version_authors (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    author_id INTEGER NOT NULL REFERENCES authors(id),
    place INTEGER NOT NULL,
    PRIMARY KEY (version_id, author_id)
) WITHOUT ROWID

CREATE INDEX version_authors_by_author ON version_authors(author_id)

CREATE TABLE tags (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
)

CREATE TABLE version_tags (
    version_id INTEGER NOT NULL REFERENCES versions(id) ON DELETE CASCADE,
    tag_id INTEGER NOT NULL REFERENCES tags(id),
    place INTEGER NOT NULL,
    PRIMARY KEY (version_id, tag_id)
) WITHOUT ROWID

CREATE INDEX version_tags_by_tag ON version_tags(tag_id)

CREATE TABLE syndication (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    url_key TEXT NOT NULL,
    PRIMARY KEY (story_id, url)
) WITHOUT ROWID

CREATE INDEX syndication_by_key ON syndication(url_key)

CREATE TABLE source_days (
    source_id INTEGER NOT NULL REFERENCES sources(id),
    day INTEGER NOT NULL,
    reason INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    n INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (source_id, day, reason, outcome)
) WITHOUT ROWID

CREATE VIEW captures_read AS
SELECT c.id, c.story_id, c.version_no, v.id AS version_id, c.event, u.url, u.domain, s.name AS source,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.fetched_at / 1000000, 'unixepoch') AS fetched_at,
    c.seq, c.http_status,
    CASE c.kind WHEN 0 THEN 'response' WHEN 1 THEN 'same-payload' WHEN 2 THEN 'not-modified'
        WHEN 3 THEN 'failed' ELSE 'rendered' END AS kind,
    CASE c.reason WHEN 0 THEN 'new' WHEN 1 THEN 'recheck' WHEN 2 THEN 'feed' WHEN 3 THEN 'sitemap'
        WHEN 4 THEN 'section' WHEN 5 THEN 'robots' WHEN 6 THEN 'probe' WHEN 7 THEN 'requisite'
        WHEN 8 THEN 'import' ELSE 'manual' END AS reason,
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
"""

# What imported files hold, and what was made of it: so that another choice or source is followed without reading them.
IMPORTS = """
CREATE TABLE imported_files (
    warc_file_id INTEGER PRIMARY KEY REFERENCES warc_files(id),
    decided_by TEXT NOT NULL
)

CREATE TABLE imported_hosts (
    warc_file_id INTEGER NOT NULL REFERENCES warc_files(id),
    host TEXT NOT NULL,
    said TEXT NOT NULL,
    source TEXT NOT NULL,
    captures INTEGER NOT NULL,
    PRIMARY KEY (warc_file_id, host, said)
) WITHOUT ROWID
"""

# The further pages of articles that are set on several.
PARTS = """
CREATE TABLE story_parts (
    story_id INTEGER NOT NULL REFERENCES stories(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    url_id INTEGER NOT NULL REFERENCES urls(id),
    PRIMARY KEY (story_id, number, url_id)
) WITHOUT ROWID

DROP VIEW captures_read

CREATE VIEW captures_read AS
SELECT c.id, c.story_id, c.version_no, v.id AS version_id, c.event, u.url, u.domain, s.name AS source,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.fetched_at / 1000000, 'unixepoch') AS fetched_at,
    c.seq, c.http_status,
    CASE c.kind WHEN 0 THEN 'response' WHEN 1 THEN 'same-payload' WHEN 2 THEN 'not-modified'
        WHEN 3 THEN 'failed' ELSE 'rendered' END AS kind,
    CASE c.reason WHEN 0 THEN 'new' WHEN 1 THEN 'recheck' WHEN 2 THEN 'feed' WHEN 3 THEN 'sitemap'
        WHEN 4 THEN 'section' WHEN 5 THEN 'robots' WHEN 6 THEN 'probe' WHEN 7 THEN 'requisite'
        WHEN 8 THEN 'import' WHEN 10 THEN 'continuation' ELSE 'manual' END AS reason,
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
"""

# What lists and counts need of every row, narrow: a search of a word that stands everywhere reads text_versions alone,
# a source's page and Datasette's facets read stories_by_source.
NARROW = """
CREATE TABLE text_versions (
    text_id INTEGER NOT NULL,
    version_id INTEGER NOT NULL,
    story_id INTEGER NOT NULL,
    version_no INTEGER NOT NULL,
    is_latest INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    source TEXT NOT NULL,
    language TEXT NOT NULL,
    section TEXT NOT NULL COLLATE NOCASE,
    authors TEXT NOT NULL,
    PRIMARY KEY (text_id, version_id)
) WITHOUT ROWID

INSERT INTO text_versions
SELECT v.text_id, v.id, v.story_id, v.version_no, v.is_latest, s.n_changes > 0, s.status = 'gone', v.source, v.language, s.section,
    v.authors
FROM versions v JOIN stories s ON s.id = v.story_id ORDER BY 1, 2

CREATE TRIGGER versions_inserted AFTER INSERT ON versions BEGIN
    INSERT INTO text_versions
    SELECT new.text_id, new.id, new.story_id, new.version_no, new.is_latest, s.n_changes > 0, s.status = 'gone',
        new.source, new.language, s.section, new.authors
    FROM stories s WHERE s.id = new.story_id;
END

CREATE TRIGGER versions_deleted AFTER DELETE ON versions BEGIN
    DELETE FROM text_versions WHERE text_id = old.text_id AND version_id = old.id;
END

DROP INDEX versions_by_text

CREATE INDEX versions_by_text ON versions(text_id)

DROP INDEX stories_by_source

CREATE INDEX stories_by_source ON stories(source, news_at, withheld, status, language, section, n_versions, n_changes,
    n_captures, published_at, first_seen_at, last_checked_at)

CREATE INDEX stories_by_edits ON stories(n_changes, last_changed_at) WHERE n_changes > 0

DROP INDEX changes_by_story

CREATE INDEX changes_by_story ON changes(story_id, changed_at, significant, silent)

CREATE INDEX changes_by_kind ON changes(kind)

CREATE INDEX urls_by_time ON urls(source_id, last_at)
"""

# What could not be indexed, and why: tried again by another version of the program.
FAILURES = """
CREATE TABLE failures (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    source TEXT NOT NULL,
    url TEXT NOT NULL,
    url_id INTEGER REFERENCES urls(id) ON DELETE CASCADE,
    page_id INTEGER REFERENCES pages(id) ON DELETE CASCADE,
    warc_record_id TEXT NOT NULL,
    warc_filename TEXT NOT NULL,
    warc_offset INTEGER NOT NULL,
    reason TEXT NOT NULL,
    program_version TEXT NOT NULL
)

CREATE INDEX failures_by_url ON failures(url_id)

CREATE INDEX failures_by_page ON failures(page_id)
"""


def statements(text: str) -> list[str]:
    """The statements of a schema text, which are parted by empty lines."""
    return [part.strip() for part in text.strip().split("\n\n")]


@migrations(name="0001_first")
def _first(db: Database) -> None:
    for statement in statements(FIRST):
        db.execute(statement)


@migrations(name="0002_imports")
def _imports(db: Database) -> None:
    for statement in statements(IMPORTS):
        db.execute(statement)


@migrations(name="0003_parts")
def _parts(db: Database) -> None:
    for statement in statements(PARTS):
        db.execute(statement)


@migrations(name="0004_narrow")
def _narrow(db: Database) -> None:
    for statement in statements(NARROW):
        db.execute(statement)


@migrations(name="0005_failures")
def _failures(db: Database) -> None:
    for statement in statements(FAILURES):
        db.execute(statement)
