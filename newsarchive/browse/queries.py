"""The SQL of our pages, named by what each answers. All of it reads; times are ISO text, UTC.

`NOT withheld` (other than `withheld = 0`) is no reason for SQLite to go by the index of that column, which nearly every
story shares. Every value comes in as a parameter. Lists of changes and events are `index.activity`'s.
Tested in tests/browse/ through the pages, and for speed in tests/bench/browse.py.
"""

from __future__ import annotations

from newsarchive.index.counts import SHOWN

# ---------------------------------------------------------------- the whole archive

OUR_TABLES = """
SELECT COUNT(*) FROM sqlite_master
WHERE type = 'table' AND name IN ('stories', 'versions', 'changes', 'captures', 'texts', 'source_days')
"""

TOTALS = f"""
SELECT (SELECT COUNT(*) FROM stories WHERE withheld = 0) AS stories,
    (SELECT COUNT(*) FROM versions) AS versions,
    (SELECT COUNT(*) FROM changes) AS changes,
    (SELECT COUNT(*) FROM captures) AS captures,
    (SELECT COUNT(*) FROM sources o WHERE {SHOWN}) AS sources
"""  # noqa: S608

SOURCES = f"""
SELECT id, name, title, homepage, language FROM sources o WHERE {SHOWN} ORDER BY name
"""  # noqa: S608

STORIES_BY_SOURCE_AND_DAY = """
SELECT st.source, substr(st.news_at, 1, 10) AS day, COUNT(*) AS n
FROM sources so CROSS JOIN stories st ON st.source = so.name
WHERE NOT st.withheld AND st.news_at >= :since AND st.news_at < :until
GROUP BY st.source, day
"""

STORIES_BY_SOURCE = "SELECT source, COUNT(*) AS n FROM stories WHERE NOT withheld GROUP BY source"

OUTCOMES_BY_SOURCE = """
SELECT source_id, day, reason, outcome, SUM(n) AS n, SUM(bytes) AS bytes
FROM source_days WHERE day >= :since AND (:source_id IS NULL OR source_id = :source_id)
GROUP BY source_id, day, reason, outcome
"""

LATEST_STORIES = """
SELECT id, source, url, title, description, language, section, status, published_at, first_seen_at,
    last_changed_at, n_versions, n_changes
FROM stories WHERE withheld = 0 AND news_at <= :now
ORDER BY news_at DESC LIMIT :limit
"""

# ---------------------------------------------------------------- one story

STORY = "SELECT * FROM stories WHERE id = :id"

STORY_BY_ALIAS = "SELECT story_id FROM story_aliases WHERE alias = :id"

VERSIONS = "SELECT * FROM versions WHERE story_id = :id ORDER BY version_no"

STORY_CAPTURES = """
SELECT c.id, c.version_no, c.event, c.fetched_at, c.http_status, c.kind, c.reason, u.url
FROM captures c JOIN urls u ON u.id = c.url_id WHERE c.story_id = :id ORDER BY c.fetched_at, c.seq
"""

STORY_EVENTS = """
SELECT id, capture_id, happened_at, kind, url, detail FROM events
WHERE story_id = :id ORDER BY happened_at
"""

STORY_FIELD_CHANGES = """
SELECT id, capture_id, changed_at, name, before, after FROM field_changes
WHERE story_id = :id ORDER BY changed_at
"""

STORY_URLS = """
SELECT u.url, u.domain, u.n_captures FROM story_urls su JOIN urls u ON u.id = su.url_id
WHERE su.story_id = :id ORDER BY u.first_at, u.url
"""

COPY_OF = """
SELECT sy.url, sy.original_story_id AS story_id, st.title, st.source, st.published_at
FROM syndicated sy LEFT JOIN stories st ON st.id = sy.original_story_id AND st.withheld = 0
WHERE sy.story_id = :id
"""

COPIED_BY = """
SELECT st.id AS story_id, st.url, st.title, st.source, st.published_at
FROM story_urls su JOIN urls u ON u.id = su.url_id
JOIN syndication sy ON sy.url_key = u.url_key
JOIN stories st ON st.id = sy.story_id
WHERE su.story_id = :id AND st.id != :id AND st.withheld = 0
GROUP BY st.id ORDER BY st.published_at LIMIT 50
"""

# ---------------------------------------------------------------- captures

# Of the tables that people read, the rows that may be shown.
NOT_WITHHELD = {
    "stories": "+withheld = 0",  # not by its index, in which the columns of facets are not
    "decisions": """kind != 'withhold' AND NOT EXISTS (SELECT 1 FROM json_each(decisions.urls) said JOIN urls u ON u.url_key = said.value
JOIN story_urls su ON su.url_id = u.id JOIN stories st ON st.id = su.story_id WHERE st.withheld = 1)""",
    "captures_read": """id NOT IN (SELECT c.id FROM captures c JOIN story_urls su ON su.url_id = c.url_id
JOIN stories st ON st.id = su.story_id WHERE st.withheld = 1)""",
}
CAPTURE = "SELECT * FROM captures_read WHERE id = :id"

CAPTURES_OF_STORY_BEFORE_AND_AFTER = """
SELECT (SELECT b.id FROM captures b WHERE b.story_id = c.story_id AND b.fetched_at < c.fetched_at
        ORDER BY b.fetched_at DESC LIMIT 1) AS before_id,
    (SELECT a.id FROM captures a WHERE a.story_id = c.story_id AND a.fetched_at > c.fetched_at
        ORDER BY a.fetched_at LIMIT 1) AS after_id
FROM captures c WHERE c.id = :id
"""

WITHHELD_URL = """
SELECT st.withheld_reason FROM captures c JOIN story_urls su ON su.url_id = c.url_id
JOIN stories st ON st.id = su.story_id WHERE c.id = :id AND st.withheld = 1 LIMIT 1
"""

TIME_OF_CAPTURE = "SELECT fetched_at FROM captures WHERE id = :id"

WITHHELD_KEY = """
SELECT st.withheld_reason FROM urls u JOIN story_urls su ON su.url_id = u.id
JOIN stories st ON st.id = su.story_id WHERE u.url_key = :key AND st.withheld = 1 LIMIT 1
"""

# Captures that show a page: an answer 200, the same bytes again, "not modified".
_SHOWN = """FROM captures c JOIN urls u ON u.id = c.url_id
WHERE u.url_key = :key AND c.kind IN (0, 1, 2) AND c.http_status IN (200, 304)"""

_IN_ORDER = "ORDER BY c.fetched_at, c.seq, c.id"
_BACKWARDS = "ORDER BY c.fetched_at DESC, c.seq DESC, c.id DESC"

CAPTURES_OF_KEY = f"SELECT c.id, c.fetched_at AS at {_SHOWN} {_IN_ORDER} LIMIT :limit OFFSET :offset"

CAPTURES_SPAN = f"""SELECT count(*) AS n, (SELECT c.id {_SHOWN} {_IN_ORDER} LIMIT 1) AS first,
    (SELECT c.id {_SHOWN} {_BACKWARDS} LIMIT 1) AS last {_SHOWN}"""

NEAREST_CAPTURES = f"""
SELECT * FROM (SELECT c.id, c.fetched_at AS at {_SHOWN} AND c.fetched_at <= :at {_BACKWARDS} LIMIT 1)
UNION ALL SELECT * FROM (SELECT c.id, c.fetched_at AS at {_SHOWN} AND c.fetched_at > :at {_IN_ORDER} LIMIT 1)
"""  # noqa: S608

# ---------------------------------------------------------------- changes

CHANGE_KINDS = "SELECT kind, COUNT(*) AS n FROM changes GROUP BY kind ORDER BY n DESC"

EVENT_KINDS = "SELECT kind, COUNT(*) AS n FROM events GROUP BY kind ORDER BY n DESC"

# ---------------------------------------------------------------- one source

OUTLETS = "SELECT name, title FROM sources WHERE title != ''"

SOURCE = f"SELECT id, name, title, homepage, language, config FROM sources o WHERE name = :name AND {SHOWN}"  # noqa: S608

SOURCE_FAILURES = "SELECT COUNT(*) FROM failures WHERE source = :name"

SOURCE_DAYS = """
SELECT substr(news_at, 1, 10) AS day, COUNT(*) AS n FROM stories
WHERE NOT withheld AND source = :name AND news_at >= :since AND news_at < :until
GROUP BY day
"""

SOURCE_TOTALS = """
SELECT COUNT(*) AS stories, SUM(n_versions) AS versions, SUM(n_changes) AS changes, SUM(n_captures) AS captures,
    SUM(n_versions > 1) AS edited, SUM(status = 'gone') AS gone, MIN(first_seen_at) AS first_seen_at,
    MAX(last_checked_at) AS last_checked_at
FROM stories WHERE NOT withheld AND source = :name
"""

LAGS = """
SELECT unixepoch(first_seen_at) - unixepoch(published_at) AS seconds FROM stories
WHERE NOT withheld AND source = :name AND published_at IS NOT NULL
ORDER BY news_at DESC LIMIT 5000
"""

EDIT_AGES = """
SELECT unixepoch(ch.changed_at) - unixepoch(st.published_at) AS seconds
FROM stories st CROSS JOIN changes ch ON ch.story_id = st.id
WHERE NOT st.withheld AND st.source = :name AND st.published_at IS NOT NULL
ORDER BY st.news_at DESC LIMIT 5000
"""

SOURCE_SECTIONS = """
SELECT section, COUNT(*) AS n
FROM (SELECT section FROM stories WHERE NOT withheld AND source = :name ORDER BY news_at DESC LIMIT 2000)
WHERE section != '' GROUP BY section ORDER BY n DESC LIMIT 12
"""

SOURCE_LATEST = """
SELECT id, source, url, title, description, language, section, status, published_at, first_seen_at,
    last_changed_at, n_versions, n_changes
FROM stories WHERE NOT withheld AND source = :name AND news_at <= :now
ORDER BY news_at DESC LIMIT :limit
"""

LANGUAGES = """
SELECT language FROM (SELECT language FROM text_versions ORDER BY text_id DESC LIMIT 2000)
WHERE language != '' UNION SELECT language FROM sources WHERE language != '' ORDER BY language
"""

LIBRARY_VERSION = "SELECT sqlite_version()"
