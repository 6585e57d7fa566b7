"""Two versions as the index holds them: what changed between them, and what they are called.

Reads nothing by itself; never decides what a change is (`diff` does). Tested in tests/changes/test_version_pair.py.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from newsarchive.diff import Heading, compare
from newsarchive.index import Version, article
from newsarchive.index.edit_queries import ChangeRow
from newsarchive.model import Change


@lru_cache(maxsize=256)
def compare_versions(before: Version, after: Version) -> Change:
    """Return what changed from one version to another, of one story or of two; remembered for the last few hundred."""
    return compare(article(before), article(after))


def recorded_change(before: Version, after: Version, row: ChangeRow) -> Change:
    """Return the same with kinds, significance and silence as the index has them (a version can be `restored`)."""
    return replace(
        compare_versions(before, after),
        kind=row.kind,
        kinds=row.kinds,
        significant=row.significant,
        silent=row.silent,
        reason=row.reason,
    )


def heading(before: Version, after: Version) -> Heading:
    """Return what is written above the two versions' change."""
    return Heading(
        title=after.title,
        url=after.url,
        before=_named(before),
        after=_named(after),
        language=after.language,
    )


def _named(version: Version) -> str:
    seen = version.first_seen_at
    return f"version {version.version_no}, seen {seen[:10]} {seen[11:16]} UTC"
