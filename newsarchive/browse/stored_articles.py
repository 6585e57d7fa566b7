"""What the index holds of a story, as our pages need it: rows with their JSON opened.

Never reads a WARC. Tested in tests/browse/test_story.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from newsarchive.browse import queries
from newsarchive.browse.views import MissingError, Reading
from newsarchive.index.rows import ChangeRow


def opened(text: object) -> list[Any]:
    """A column that holds a JSON list; anything else is an empty one."""
    try:
        value = json.loads(text) if isinstance(text, str) else []
    except ValueError:
        return []
    return value if isinstance(value, list) else []


def story_of(reading: Reading, story_id: int) -> tuple[dict[str, Any], bool]:
    """The story's row, and whether `story_id` is an older id of it.

    Raises:
        MissingError: there is none.
    """
    row = reading.row(queries.STORY, id=story_id)
    alias = False
    if row is None:
        now_id = reading.value(queries.STORY_BY_ALIAS, id=story_id)
        row = reading.row(queries.STORY, id=now_id) if now_id is not None else None
        alias = row is not None
    if row is None:
        raise MissingError(f"No story has the id {story_id}.")
    row["same_because"] = opened(row["same_because"])
    return row, alias


def versions_of(reading: Reading, story_id: int) -> list[dict[str, Any]]:
    """The story's versions, oldest first, without their texts."""
    rows = reading.rows(queries.VERSIONS, id=story_id)
    for row in rows:
        row["warnings"] = opened(row["warnings"])
    return rows


def changes_data(rows: Iterable[ChangeRow]) -> list[dict[str, Any]]:
    """Changes for template and JSON."""
    return [asdict(row) | {"headline_changed": row.title_before != row.title_after} for row in rows]
